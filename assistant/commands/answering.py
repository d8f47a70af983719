"""Commands that answer and keep nothing: ask, batch, search, step."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.commands import Json, open_service, print_json
from assistant.commands.moments import parse_moment
from knowledge.errors import NamedFailure

if TYPE_CHECKING:
    from assistant.answering.draft import Question
    from assistant.bootstrap import Service

Language = Annotated[str | None, typer.Option(help="Language of the reply (default: that of the question).")]
SiteId = Annotated[str | None, typer.Option("--site", help="Site that answers.")]
Municipality = Annotated[str | None, typer.Option(help="The citizen's municipality.")]
At = Annotated[str | None, typer.Option(help="Clock of the answer, ISO 8601 (default: now).")]


def ask(
    question: str,
    language: Language = None,
    site: SiteId = None,
    municipality: Municipality = None,
    at: At = None,
    trace: Annotated[bool, typer.Option("--trace", help="Show how the reply came about.")] = False,
    as_json: Json = False,
) -> None:
    """Answer one question."""
    from assistant.domain.reply_json import to_json

    service = open_service()
    reply, steps = service.assistant.answer_traced(
        make_question(service, {"site": site, "language": language, "municipality": municipality, "at": at}, question)
    )
    if as_json:
        print_json(to_json(reply) | ({"trace": asdict(steps)} if trace else {}))
        return
    print(reply.text)
    if trace:
        print_json(asdict(steps))


def batch(
    source: Annotated[Path, typer.Argument(metavar="IN.jsonl")],
    target: Annotated[Path, typer.Argument(metavar="OUT.jsonl")],
    as_json: Json = False,
) -> None:
    """Answer a file of conversations, one JSON object a line; nothing is kept."""
    from assistant.commands.batching import run_batch

    service = open_service()
    _ = service.default_site
    answered, refused = run_batch(service, source, target)
    for line in refused:
        print(line, file=sys.stderr)
    if as_json:
        print_json({"answered": answered, "refused": refused})
    if refused:
        raise NamedFailure(f"{len(refused)} lines were skipped; the {answered} others stand in {target}.")


def search(
    question: str,
    language: Annotated[str, typer.Option(help="Language of the question.")] = "nl",
    limit: Annotated[int, typer.Option("-k", min=1, max=100, help="How many services.")] = 10,
    as_json: Json = False,
) -> None:
    """Show which services are found for a question, best first."""
    from assistant.answering.replies import page_title

    service = open_service()
    check_language(language)
    hits = service.retriever.search(question, language, limit, datetime.now(UTC), variants=True).hits
    pages = service.pages.get(hit.header.page_id for hit in hits)
    rows = [
        {
            "source_id": hit.header.source_id,
            "page_id": hit.header.page_id,
            "title": page_title(pages[hit.header.page_id].service, language),
            "score": round(hit.score, 4),
        }
        for hit in hits
    ]
    if as_json:
        print_json(rows)
    else:
        for row in rows:
            print(f"{row['score']:.3f}  {row['source_id']:<16} {row['title']}")


def step(
    name: Annotated[str, typer.Argument(help="clean, mask, danger, language, intent, split, retrieve …")],
    text: str,
    language: Language = None,
    site: SiteId = None,
    municipality: Municipality = None,
    at: At = None,
    _as_json: Json = False,
) -> None:
    """Run one answering step alone, after those it needs, and show its draft as JSON."""
    from assistant.commands.stepping import run_step

    service = open_service()
    context = {"site": site, "language": language, "municipality": municipality, "at": at}
    print_json(run_step(service, make_question(service, context, text), name))


def make_question(service: Service, context: dict[str, Any], text: str) -> Question:
    """Return a question from text and context (site, language, municipality, at, source_id). Raises NamedFailure."""
    from assistant.answering.clean import MAX_LENGTH
    from assistant.answering.draft import Question
    from assistant.settings import SettingsError

    if not text.strip() or len(text) > MAX_LENGTH:
        raise NamedFailure(f"question: give 1 to {MAX_LENGTH} characters, not {len(text)}.")
    if context.get("site") and context["site"] not in service.sites:
        raise SettingsError(f"site: {context['site']!r} is not one of {', '.join(sorted(service.sites))}.")
    check_language(context.get("language"))
    return Question(
        text,
        service.sites[context["site"]] if context.get("site") else service.default_site,
        parse_moment(context.get("at")),
        context.get("language"),
        context.get("municipality"),
        context.get("source_id"),
    )


def check_language(language: str | None) -> None:
    """Raise NamedFailure for a language without interface words."""
    from knowledge.language import LANGUAGES

    if language is not None and language not in LANGUAGES:
        raise NamedFailure(f"language: {language!r} is not one of {', '.join(LANGUAGES)}.")


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    for command in (ask, batch, search, step):
        app.command()(command)
