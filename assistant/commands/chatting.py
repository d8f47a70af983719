"""`chat`: a conversation in the terminal, kept like any other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from assistant.commands import open_service
from knowledge.errors import NamedFailure

if TYPE_CHECKING:
    from assistant.bootstrap import Service
    from assistant.domain.conversation import Conversation, Event

_ENDS = {None, "", "stop", "quit", "exit"}


def chat(
    language: Annotated[
        str | None, typer.Option(help="Language of the replies (default: that of the questions).")
    ] = None,
    site: Annotated[str | None, typer.Option("--site", help="Site that answers.")] = None,
    resume: Annotated[str | None, typer.Option(metavar="CODE", help="Go on with a conversation.")] = None,
) -> None:
    """Have a conversation; a number takes an option, "code" gives a code for elsewhere, "stop" or nothing ends it."""
    from assistant.messages import text

    service = open_service()
    conversation = _begin(service, language, site, resume)
    shown = conversation.language
    days = round(service.sites[conversation.site].patience.keep.total_seconds() / 86_400)
    print(text("page.disclosure", shown), text("conversation.privacy", shown, days=days), sep="\n")
    background = service.background()
    background.start()
    try:
        Terminal(service, conversation).run()
    except KeyboardInterrupt:
        print()
    finally:
        background.stop()


class Terminal:
    """Shows a conversation and sends what is typed."""

    def __init__(self, service: Service, conversation: Conversation) -> None:
        self._service, self._conversation = service, conversation
        self._bell = threading.Event()
        service.log.hear(lambda _ring: self._bell.set())
        self._last = 0
        self._options: list[dict[str, str]] = []

    def run(self) -> None:
        """Read lines until the citizen ends; then the conversation is closed."""
        from assistant.messages import text

        label = text("page.input", self._conversation.language)
        self._show(self._new())
        while (line := _read(label)) not in _ENDS:
            try:
                self._take(line or "")
            except NamedFailure as failure:
                print(f"\n{failure}\n")
        self._service.conversations.end(self._conversation)
        self._show(self._new())

    def _take(self, line: str) -> None:
        if line == "code":
            code, expires_at = self._service.conversations.resume_code(self._conversation)
            print(f"\n{code} ({expires_at.astimezone():%d-%m %H:%M})\n")
            return
        option = None
        if line.isdecimal() and 0 < int(line) <= len(self._options):
            chosen = self._options[int(line) - 1]
            line, option = chosen["label"], chosen["id"]
        seq = self._say(line, option)
        while not self._show(self._new(), seq):
            self._bell.wait(self._service.log.pause)
            self._bell.clear()

    def _say(self, line: str, option: str | None) -> int:
        from assistant.answering.clean import MAX_LENGTH

        if len(line) > MAX_LENGTH:
            raise NamedFailure(f"question: give 1 to {MAX_LENGTH} characters, not {len(line)}.")
        return self._service.conversations.say(self._conversation, uuid4().hex, line, option)

    def _new(self) -> Iterator[Event]:
        for event in self._service.conversation_store.events(self._conversation.id, self._last):
            self._last = event.seq
            yield event

    def _show(self, events: Iterator[Event], seq: int = 0) -> bool:
        """Print what others said; returns whether message `seq` is answered, or people have it."""
        answered = False
        for event in events:
            if event.reply is not None:
                self._options = event.reply["options"]
            if event.author != "citizen":
                print(f"\n{event.text}\n")
            answered = answered or event.in_reply_to == seq or event.status != "bot"
        return answered


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(chat)


def _begin(service: Service, language: str | None, site: str | None, code: str | None) -> Conversation:
    from assistant.commands.answering import check_language
    from assistant.settings import SettingsError
    from assistant.store.rows import NotThere

    check_language(language)
    if site is not None and site not in service.sites:
        raise SettingsError(f"site: {site!r} is not one of {', '.join(sorted(service.sites))}.")
    if code is None:
        where = service.sites[site] if site else service.default_site
        return service.conversations.open(where, language=language).conversation
    try:
        return service.conversations.resume(code, "terminal").conversation
    except NotThere:
        raise NamedFailure("This code is not right, or it is no longer valid.") from None


def _read(label: str) -> str | None:
    try:
        return input(f"{label}: ").strip()
    except EOFError:
        print()
        return None
