"""Step enrich: what stands around the sentences: who does it, valid on, updated on, counter, contacts, plain text."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from assistant.answering.contacts import date_in_words, site_contacts, site_counter
from assistant.answering.deadlines import deadline_in_words
from assistant.answering.draft import Composed, Draft, Question
from assistant.answering.entitled import asks_whether, entitlement
from assistant.answering.render import render_answer
from assistant.answering.replies import body_name, kind_words, shown_text
from assistant.domain.reply import Answer, Authority
from assistant.messages import text
from assistant.sites import Site, SiteCounter
from knowledge.counters import Counter, CounterDirectory
from knowledge.municipalities import Municipality
from knowledge.pages import Page
from knowledge.services import AuthorityLevel, Granting, PolicyStatus

_THIRD = AuthorityLevel.THIRD_PARTY
_AMOUNT = re.compile(r"€|\beuros?\b", re.IGNORECASE)


_BRUSSELS = ZoneInfo("Europe/Brussels")


class EnrichStep:
    """Adds what the directory of counters knows about the citizen's municipality."""

    name = "enrich"

    def __init__(self, counters: CounterDirectory) -> None:
        self._counters = counters

    def __call__(self, draft: Draft) -> Answer:
        place = _municipality(draft.text, draft.question, self._counters)
        return enrich(draft, place, self._counters.of_municipality(place))


def enrich(draft: Draft, place: Municipality | None = None, own: Counter | None = None) -> Answer:
    """Return the finished answer; `own` is the counter of `place`, the citizen's municipality, where it is known."""
    composed, question = draft.composed, draft.question
    assert composed is not None  # noqa: S101 - verify lets no draft through without one
    page, language = composed.page, draft.language
    service = page.service
    site = _with_own_counter(question.site, own) if service.needs_presence and own else question.site
    contacts, counters = site_contacts(site, question.at, language), site.counters
    answer = Answer(
        language=language,
        text="",
        contacts=contacts,
        masked_text=shown_text(draft),
        confidence=draft.confidence,
        statements=composed.statements,
        citations=composed.citations,
        missing=tuple(text(f"sections.{kind}", language) for kind in composed.missing),
        valid_on=_day(question),
        updated_on=page.updated_on.date(),
        authority=_authority(page, language),
        needs_presence=service.needs_presence,
        counter=site_counter(counters[0], question.at, language) if service.needs_presence and counters else None,
        notices=tuple(_notices(composed, draft, place)),
        easy=service.easy.get(composed.language, ""),
    )
    return render_answer(answer)


def _municipality(words: str, question: Question, counters: CounterDirectory) -> Municipality | None:
    """The municipality the question names, else the one the citizen gave; None where that leaves a doubt."""
    on = _day(question)
    return counters.places.named_in(words, on) or counters.places.find(question.municipality or "", on)


def _with_own_counter(site: Site, own: Counter) -> Site:
    """The site with the counter of the citizen's municipality in the place of its first one."""
    others = (one for one in site.counters[1:] if one != SiteCounter.of(own))
    return replace(site, counters=(SiteCounter.of(own), *others))


def _day(question: Question) -> date:
    return question.at.astimezone(_BRUSSELS).date()


def _authority(page: Page, language: str) -> Authority | None:
    service = page.service
    levels = [one for one in (*service.competent_levels, *service.executing_levels) if one is not _THIRD]
    if not levels:
        return None
    name = body_name(service.competent_authorities) or text(f"levels.{levels[0]}", language)
    via = body_name(service.executing_authorities)
    return Authority(name, levels[0].value, via if via != name else "")


def _notices(composed: Composed, draft: Draft, place: Municipality | None) -> list[str]:
    """Sentences of our own about the page; they state nothing that the page would have to prove."""
    service, language = composed.page.service, draft.language
    found = kind_words(draft)
    if draft.fits is not None or asks_whether(draft.text, draft.language):
        authority = _authority(composed.page, language)
        whom = (authority.via or authority.name) if authority else ""
        found += entitlement(composed, whom, fits=draft.fits, language=language)
    if deadline := deadline_in_words(service, draft.subject, _day(draft.question), language):
        found.append(deadline)
    if service.policy_status in {PolicyStatus.DECIDED, PolicyStatus.PROPOSED}:
        found.append(text(f"answer.{service.policy_status}", language))
    if service.granting in {Granting.AUTOMATIC, Granting.SEMI_AUTOMATIC}:
        found.append(text(f"answer.{service.granting}", language))
    if service.needs_presence:
        found.append(text("answer.presence", language))
    if place and place.since:
        since = date_in_words(place.since, language)
        found.append(text("answer.merged", language, old=place.was, new=place.name, date=since))
    if any(_AMOUNT.search(statement.text) for statement in composed.statements):
        found.append(text("answer.amounts", language, date=date_in_words(composed.page.updated_on, language)))
    if language != "nl":
        # The language law: a text in another language says so, in that language and in Dutch.
        key = "answer.dutch_counts" if composed.language == "nl" else "answer.translated_page"
        found += [text(key, language), text(key, "nl")]
    if composed.language in service.unsigned:
        found.append(text("answer.unsigned_translation", language))
    if composed.language in composed.page.outdated:
        found.append(text("answer.outdated_translation", language))
    if service.sample:
        found.append(text("page.sample", language))
    return found
