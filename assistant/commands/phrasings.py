"""`wegwijzer phrasings …`: how citizens asked for a page; an editor's yes lets it count fully."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from assistant.commands import Json, open_service, print_json

if TYPE_CHECKING:
    from knowledge.phrasings import PhrasingState

app = typer.Typer(no_args_is_help=True, help="How citizens asked for a page.")

Id = Annotated[int, typer.Argument(metavar="ID", help="Number in `phrasings list`.")]


@app.command("list")
def list_phrasings(
    page: Annotated[str, typer.Option(help="Only those of this page.")] = "",
    state: Annotated[str, typer.Option(help="Only candidate, accepted or revoked ones.")] = "",
    as_json: Json = False,
) -> None:
    """List phrasings with their page, state and how many citizens asked so."""
    found = [
        one for one in open_service().phrasings.all() if page in {"", one.page_id} and state in {"", one.state.value}
    ]
    rows = [
        {
            "id": one.id,
            "page_id": one.page_id,
            "language": one.language,
            "words": one.words,
            "state": one.state.value,
            "givers": len(one.givers),
            "staff": one.staff,
        }
        for one in found
    ]
    if as_json:
        print_json(rows)
    for row in () if as_json else rows:
        where = f"{row['page_id']}  {row['language']}  {row['words']}"
        print(f"{row['id']:6}  {row['state']:9} {row['givers']:4}  {where}")


@app.command()
def add(
    page: Annotated[str, typer.Argument(help="Id of the page, as in `pages list`.")],
    words: Annotated[str, typer.Argument(help="How people ask for it; personal data are left out.")],
    language: Annotated[str, typer.Option(help="Language of the words.")] = "nl",
) -> None:
    """Give a page words in which people ask for it: they count a little at once, fully after `accept`."""
    from assistant.answering.mask import mask_text
    from assistant.answering.report import report_text
    from assistant.clock import now
    from assistant.conversations.credentials import keyed_digest
    from knowledge.errors import NamedFailure
    from knowledge.language import LANGUAGES

    service = open_service()
    if page not in service.pages.headers([page]):
        raise NamedFailure(f"there is no page {page}.")
    if language not in LANGUAGES:
        raise NamedFailure(f"{language} is none of the languages: {', '.join(LANGUAGES)}.")
    shown = report_text(mask_text(words))
    giver = keyed_digest(service.secret, f"{page} editor {shown}")
    if not service.phrasings.give(page, language, shown, giver, now(), staff=True):
        raise NamedFailure("this does not count: too few words, given today already, or revoked.")
    print(shown)


@app.command()
def accept(phrasing: Id) -> None:
    """Let a phrasing count fully, from the next question on."""
    from knowledge.phrasings import PhrasingState

    _set(phrasing, PhrasingState.ACCEPTED)


@app.command()
def revoke(phrasing: Id) -> None:
    """Let a phrasing count no more, also where citizens give it again."""
    from knowledge.phrasings import PhrasingState

    _set(phrasing, PhrasingState.REVOKED)


def _set(phrasing: int, state: PhrasingState) -> None:
    open_service().phrasings.set_state(phrasing, state)
    print(f"{phrasing}: {state.value}")
