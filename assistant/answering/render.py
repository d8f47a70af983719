"""An answer as plain text, as a citizen reads it in a terminal, a mail or a chat without cards."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from assistant.answering.contacts import date_in_words
from assistant.domain.reply import Answer, Authority, Statement, StatementKind
from assistant.messages import text

_BARE = {StatementKind.SUMMARY}
"""Kinds that need no heading of their own: they open the answer."""


def render_answer(answer: Answer) -> Answer:
    """Return `answer` with its text: sentences with [source], who does it, dates, sources, contacts."""
    language = answer.language
    lines: list[str] = []
    if answer.missing:
        lines.append(text("answer.partial", language, what=", ".join(answer.missing)))
    for (kind, heading), group in groupby(answer.statements, key=lambda one: (one.kind, one.heading)):
        lines += _section(kind, heading, list(group), language)
    lines += ["", *answer.notices]
    if answer.authority:
        lines.append(f"{text('answer.who', language)} {who(answer.authority, language)}")
    for key, day in (("valid_on", answer.valid_on), ("updated_on", answer.updated_on)):
        if day:
            lines.append(text(f"answer.{key}", language, date=date_in_words(day, language)))
    lines += ["", text("answer.sources", language, n=len(answer.citations))]
    lines += [
        f"[{number + 1}] {one.title} · {text(f'sections.{one.section}', language)} – {one.url}"
        for number, one in enumerate(answer.citations)
    ]
    lines.append("")
    lines += [f"{one.label}: {one.value}" + (f" ({one.hours})" if one.hours else "") for one in answer.contacts]
    return replace(answer, text="\n".join(lines).strip())


def who(authority: Authority, language: str) -> str:
    """Return who decides, the level where the name does not say it, and through whom."""
    level = text(f"levels.{authority.level}", language)
    named = authority.name if authority.name == level else f"{authority.name} ({level})"
    return f"{named} – {authority.via}" if authority.via else named


def _section(kind: StatementKind, heading: str, statements: list[Statement], language: str) -> list[str]:
    if kind in _BARE:
        return [_sentence(one) for one in statements]
    title = text(f"sections.{kind}", language)
    return ["", f"{title} ({heading})" if heading else title, *(f"- {_sentence(one)}" for one in statements)]


def _sentence(statement: Statement) -> str:
    marks = "".join(f"[{number + 1}]" for number in statement.citations)
    links = "".join(f" ({link.url})" for link in statement.links)
    return f"{statement.text}{links} {marks}"
