"""Step enrich: what stands around the sentences: who does it, valid on, updated on, counter, contacts, plain text."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from assistant.answering.contacts import date_in_words, site_contacts, site_counter
from assistant.answering.draft import Composed, Draft
from assistant.answering.render import render_answer
from assistant.answering.replies import body_name, shown_text
from assistant.domain.reply import Answer, Authority
from assistant.messages import text
from knowledge.pages import Page
from knowledge.services import AuthorityLevel, Granting, PolicyStatus

_THIRD = AuthorityLevel.THIRD_PARTY
_AMOUNT = re.compile(r"€|\beuros?\b", re.IGNORECASE)


def enrich(draft: Draft) -> Answer:
    """Return the finished answer."""
    composed, question = draft.composed, draft.question
    assert composed is not None  # noqa: S101 - verify lets no draft through without one
    page, language = composed.page, draft.language
    service = page.service
    contacts = site_contacts(question.site, question.at, language)
    counters = question.site.counters
    answer = Answer(
        language=language,
        text="",
        contacts=contacts,
        masked_text=shown_text(draft),
        confidence=draft.confidence,
        statements=composed.statements,
        citations=composed.citations,
        missing=tuple(text(f"sections.{kind}", language) for kind in composed.missing),
        valid_on=question.at.astimezone(ZoneInfo("Europe/Brussels")).date(),
        updated_on=page.updated_on.date(),
        authority=_authority(page, language),
        needs_presence=service.needs_presence,
        counter=site_counter(counters[0], question.at, language) if service.needs_presence and counters else None,
        notices=tuple(_notices(composed, draft)),
    )
    return render_answer(answer)


def _authority(page: Page, language: str) -> Authority | None:
    service = page.service
    levels = [one for one in (*service.competent_levels, *service.executing_levels) if one is not _THIRD]
    if not levels:
        return None
    name = body_name(service.competent_authorities) or text(f"levels.{levels[0]}", language)
    via = body_name(service.executing_authorities)
    return Authority(name, levels[0].value, via if via != name else "")


def _notices(composed: Composed, draft: Draft) -> list[str]:
    """Sentences of our own about the page; they state nothing that the page would have to prove."""
    service, language = composed.page.service, draft.language
    found = []
    if draft.masked:
        found.append(text("masked.notice", language))
    if service.policy_status in {PolicyStatus.DECIDED, PolicyStatus.PROPOSED}:
        found.append(text(f"answer.{service.policy_status}", language))
    if service.granting in {Granting.AUTOMATIC, Granting.SEMI_AUTOMATIC}:
        found.append(text(f"answer.{service.granting}", language))
    if service.needs_presence:
        found.append(text("answer.presence", language))
    if any(_AMOUNT.search(statement.text) for statement in composed.statements):
        found.append(text("answer.amounts", language, date=date_in_words(composed.page.updated_on, language)))
    if language != "nl":
        # The language law: a text in another language says so, in that language and in Dutch.
        key = "answer.dutch_counts" if composed.language == "nl" else "answer.translated_page"
        found += [text(key, language), text(key, "nl")]
    if composed.language in composed.page.outdated:
        found.append(text("answer.outdated_translation", language))
    if service.sample:
        found.append(text("page.sample", language))
    return found
