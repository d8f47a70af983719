"""`wegwijzer terms …`: the words that citizens use for official terms; what is changed here works at once."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from assistant.commands import Json, open_service, print_json
from assistant.commands.answering import check_language
from knowledge.errors import NamedFailure
from knowledge.terms import Term

app = typer.Typer(no_args_is_help=True, help="Words of citizens for official terms.")

Words = Annotated[str, typer.Argument(help="Word or expression, as citizens say it.")]
Language = Annotated[str, typer.Option(help="Language of the words.")]


@app.command("list")
def list_terms(
    text: Annotated[str, typer.Argument(help="Only those with this text in them.")] = "",
    language: Annotated[str, typer.Option(help="Only those of this language.")] = "",
    limit: Annotated[int, typer.Option(help="At most so many.")] = 50,
    offset: Annotated[int, typer.Option(help="Skip so many.")] = 0,
    as_json: Json = False,
) -> None:
    """List words with the official terms they stand for."""
    found = open_service().terms.listing(language, text, limit, offset)
    if as_json:
        print_json([asdict(term) | {"origin": origin} for term, origin in found])
    else:
        for term, origin in found:
            unsure = ", may mean something else" if term.ambiguous else ""
            print(f"{term.language}  {term.words} = {term.official}  ({term.weight:g}{unsure}; {origin})")


@app.command()
def add(
    words: Words,
    official: Annotated[str, typer.Argument(help="The official Dutch term they stand for.")],
    language: Language = "nl",
    weight: Annotated[float, typer.Option(help="How surely, up to 1.")] = 0.9,
    as_json: Json = False,
) -> None:
    """Let words stand for an official term, from the next question on."""
    check_language(language)
    if not 0 < weight <= 1:
        raise NamedFailure(f"weight: {weight:g} is not above 0 and up to 1.")
    term = Term(language, words.strip(), official.strip(), weight)
    if not term.key or not term.official:
        raise NamedFailure("words and official term: give at least one word of each.")
    open_service().terms.add(term)
    print_json(asdict(term)) if as_json else print(f"{term.words} = {term.official}")


@app.command()
def remove(
    words: Words,
    official: Annotated[str, typer.Argument(help="Only this term; default: all they stand for.")] = "",
    language: Language = "nl",
    as_json: Json = False,
) -> None:
    """Let words no longer stand for a term. What came from a folder comes back with its next import."""
    gone = open_service().terms.remove(language, words, official)
    if not gone:
        raise NamedFailure(f"{words!r} stands for nothing{f' like {official!r}' if official else ''} in {language!r}.")
    print_json({"removed": gone}) if as_json else print(f"{gone} removed")
