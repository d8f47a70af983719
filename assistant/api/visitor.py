"""Whose conversation a page without scripts shows: a cookie holds its token, or in a frame each form of the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from fastapi import Request, Response
from markupsafe import Markup

from assistant.api.problems import caller_language
from assistant.bootstrap import Service
from assistant.cases.sealing import Seal, SealBroken
from assistant.conversations.engine import Conversations
from assistant.domain.conversation import Conversation
from assistant.messages import text
from assistant.sites import Site
from assistant.store.rows import NotThere

_COOKIE = "conversation"
_SEPARATOR = "."
_FRAMES = ("iframe", "frame")
_PURPOSE = b"wegwijzer conversation of a frame"
_HELD_FOR = timedelta(days=1)
"""So long a form that was shown in a frame can be sent."""


@dataclass
class Visitor:
    """A browser without scripts. Its token is in an HttpOnly cookie that no other page and no script can read.

    The cookie is sent from links but not from forms of other sites, holds until the browser closes, and is needed for
    what the citizen asks, so nobody has to be asked for it. In a frame on another site a browser sends no cookie: there
    each form holds the token, sealed, and no address does.
    """

    path: str
    secure: bool
    preferred: str
    framed: bool = False
    conversation: Conversation | None = None
    token: str = ""
    changed: bool = False
    address: str = ""
    """Where the request comes from; kept nowhere."""

    def begin(self, service: Service, site: Site, language: str) -> Conversation:
        """Return the conversation, begun where there is none."""
        if self.conversation is None:
            chosen = language if language in site.languages and language != site.default_language else None
            opened = service.conversations.open(site, language=chosen, preferred=language or self.preferred)
            self.conversation, self.token, self.changed = opened.conversation, opened.token, True
        return self.conversation

    def opened(self) -> Conversation:
        """Return the conversation. Raises NotThere."""
        if self.conversation is None:
            raise NotThere
        return self.conversation

    def look_again(self, conversations: Conversations) -> None:
        """Know the conversation as it is now; one that is gone is none."""
        if self.conversation is None:
            return
        try:
            self.conversation = conversations.opened(self.conversation.id, self.token)
        except NotThere:
            self.forget()

    def frame(self, service: Service, language: str) -> dict[str, str]:
        """Return what the page needs to know of being in a frame or not: where its forms and its links lead."""
        if not self.framed:
            return {"to": self.path}
        held = ""
        if self.conversation is not None:
            held = _seal(service).close(f"{self.conversation.id}{_SEPARATOR}{self.token}")
        # Other pages may not stand in a frame of somebody else.
        opens = Markup('<span class="heard"> ({})</span>').format(text("widget.tab", language))
        return {"to": f"{self.path}#last", "held": held, "away": Markup(' target="_blank"'), "opens": opens}

    def forget(self) -> None:
        """Have no conversation any more."""
        self.conversation, self.token, self.changed = None, "", True

    def remember(self, response: Response) -> None:
        """Let the browser keep what changed."""
        if not self.changed:
            return
        if self.conversation is None:
            response.delete_cookie(_COOKIE, path=self.path, secure=self.secure, httponly=True, samesite="lax")
            return
        value = f"{self.conversation.id}{_SEPARATOR}{self.token}"
        response.set_cookie(_COOKIE, value, path=self.path, secure=self.secure, httponly=True, samesite="lax")


def visitor_of(request: Request, site: Site, service: Service, held: str = "") -> Visitor:
    """Return who asks for the page of a site; a conversation that is gone is as if there had been none.

    What a form `held` counts where it comes from a page of ours, as the browser says: nobody can give a visitor a
    conversation of their own to write in.
    """
    visitor = Visitor(
        f"/chat/{quote(site.id)}",
        request.url.scheme == "https",
        caller_language(request),
        request.headers.get("sec-fetch-dest") in _FRAMES,
    )
    visitor.address = request.client.host if request.client else ""
    kept = request.cookies.get(_COOKIE, "")
    if not kept and held and request.headers.get("sec-fetch-site") == "same-origin":
        kept = _opened(service, held)
    conversation_id, _, token = kept.partition(_SEPARATOR)
    if not token:
        return visitor
    try:
        found = service.conversations.opened(conversation_id, token)
    except NotThere:
        visitor.changed = True
        return visitor
    if found.site == site.id:
        visitor.conversation, visitor.token = found, token
    return visitor


def _opened(service: Service, held: str) -> str:
    try:
        return _seal(service).open(held, within=_HELD_FOR)
    except SealBroken:
        return ""


def _seal(service: Service) -> Seal:
    return Seal(lambda: service.secret, _PURPOSE)
