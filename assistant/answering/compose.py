"""Step compose: an answer in the page's own sentences: what was asked for, and every condition that binds it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from assistant.answering.draft import Composed, Draft
from assistant.answering.replies import page_title
from assistant.answering.wants import binds, tells, wanted
from assistant.domain.reply import Citation, Statement, StatementKind
from knowledge.pages import Page
from knowledge.passages import Passage, passages
from knowledge.services import SectionKind, web_address
from knowledge.text import content_tokens, stem

_KINDS = {
    SectionKind.DESCRIPTION: StatementKind.SUMMARY,
    SectionKind.BENEFIT: StatementKind.NOTE,
} | {SectionKind(kind): kind for kind in StatementKind if kind.value in set(SectionKind)}
_BINDING = (SectionKind.CONDITION, SectionKind.EXCEPTION)
# The source itself says that these fields bind, whatever their sentences look like.
_BINDING_FIELDS = {"requirement": SectionKind.CONDITION, "exceptions": SectionKind.EXCEPTION}
_WHOLE = (
    SectionKind.STEP,
    SectionKind.EVIDENCE,
    SectionKind.COST,
    SectionKind.BENEFIT,
    SectionKind.DEADLINE,
    SectionKind.WHERE,
    SectionKind.CONTACT,
)
_WITH_STEPS = {SectionKind.EVIDENCE, SectionKind.DEADLINE}
_ORDER = (SectionKind.DESCRIPTION, SectionKind.STEP, *_BINDING, *_WHOLE[1:], SectionKind.LEGAL)
_SUMMARY = 3
"""Sentences of description in an answer; the page has the rest."""
_FALLBACK = 2
"""Sentences quoted from other sections where the page has none of the kind that was asked for."""

Picked = tuple[Passage, int]
"""A passage and the number of one of its sentences."""


def compose(draft: Draft) -> Draft:
    """Return the draft with an answer from its first candidate."""
    page = draft.candidates[0].page
    languages = page.service.languages
    language = next((code for code in (draft.language, "nl") if code in languages), languages[0])
    found = passages(page.service, language)
    # Who goes on without saying what part of it they want, still wants what they asked for.
    kinds = wanted(draft.text) or wanted(draft.sought)
    picked = list(_pick(found, kinds, draft.text, language))
    missing = tuple(kind for kind in kinds if not any(_tells(one, kind) for one in picked))
    return replace(draft, composed=_compose(page, language, picked, missing))


def _pick(found: list[Passage], kinds: tuple[SectionKind, ...], question: str, language: str) -> Iterator[Picked]:
    asked = set(kinds or _WHOLE)
    # Who is told what to do must also hear by when, and with what.
    asked |= _WITH_STEPS if SectionKind.STEP in asked else set()
    whole = [passage for passage in found if passage.kind in asked or is_binding(passage)]
    chosen = {(passage.number, number) for passage in whole for number in range(len(passage.sentences))}
    chosen |= {(one.number, number) for one, number in _places(found) if binds(_text((one, number)))}
    description = [passage for passage in found if passage.kind is SectionKind.DESCRIPTION and not is_binding(passage)]
    chosen |= set(_summary(description, question, language))
    for kind in kinds:
        if not any(passage.kind is kind for passage in found):
            chosen |= set(_elsewhere(found, kind))
    chosen = _with_their_lists(found, chosen)
    for passage in sorted(found, key=lambda one: (_place(one, kinds), one.number)):
        for number in range(len(passage.sentences)):
            if (passage.number, number) in chosen:
                yield passage, number


def _with_their_lists(found: list[Passage], chosen: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Add what a chosen sentence cannot be understood without: a lead-in's list, and an item's lead-in and list."""
    groups: list[list[tuple[int, int]]] = []
    for passage, number in _places(found):
        if not (groups and passage.sentences[number].item):
            groups.append([])
        groups[-1].append((passage.number, number))
    return {place for group in groups if chosen & set(group) for place in group}


def _places(found: list[Passage]) -> list[Picked]:
    return [(passage, number) for passage in found for number in range(len(passage.sentences))]


def _summary(description: list[Passage], question: str, language: str) -> list[tuple[int, int]]:
    """The first sentence, and those that share most words with the question."""
    places = _places(description)
    asked = {stem(word, language) for word in content_tokens(question, language)}

    def shared(place: Picked) -> int:
        return len(asked & {stem(word, language) for word in content_tokens(_text(place), language)})

    best = sorted(places[1:], key=lambda place: -shared(place))
    chosen = places[:1] + [place for place in best[: _SUMMARY - 1] if shared(place)]
    if len(chosen) < _SUMMARY:
        chosen += [place for place in places if place not in chosen][: _SUMMARY - len(chosen)]
    return [(passage.number, number) for passage, number in chosen]


def _elsewhere(found: list[Passage], kind: SectionKind) -> list[tuple[int, int]]:
    telling = [(passage.number, number) for passage, number in _places(found) if tells(_text((passage, number)), kind)]
    return telling[:_FALLBACK]


def _place(passage: Passage, kinds: tuple[SectionKind, ...]) -> int:
    """Reading order: the summary, what was asked for, then the rest in the fixed order of an answer."""
    kind = kind_of(passage)
    if kind is SectionKind.DESCRIPTION:
        return -2
    return -1 if kind in kinds else _ORDER.index(kind)


def kind_of(passage: Passage) -> SectionKind:
    """Return the kind of a passage; plain description in a field that binds is what the field says."""
    if passage.kind is SectionKind.DESCRIPTION:
        return _BINDING_FIELDS.get(passage.source_field, passage.kind)
    return passage.kind


def is_binding(passage: Passage) -> bool:
    """Whether a passage holds conditions or exceptions: by its kind, or because its field says so."""
    return passage.kind in _BINDING or passage.source_field in _BINDING_FIELDS


def _tells(place: Picked, kind: SectionKind) -> bool:
    return place[0].kind is kind or tells(_text(place), kind)


def _text(place: Picked) -> str:
    return place[0].sentences[place[1]].text


def _compose(page: Page, language: str, picked: list[Picked], missing: tuple[SectionKind, ...]) -> Composed:
    numbers: dict[int, int] = {}
    citations: list[Citation] = []
    statements: list[Statement] = []
    for passage, number in picked:
        if passage.number not in numbers:
            numbers[passage.number] = len(citations)
            citations.append(_citation(page, passage, language))
        sentence = passage.sentences[number]
        statements.append(
            Statement(
                sentence.text,
                _KINDS[kind_of(passage)],
                language,
                (numbers[passage.number],),
                heading=passage.heading,
                links=sentence.links,
            )
        )
    return Composed(page, language, tuple(statements), tuple(citations), missing)


def _citation(page: Page, passage: Passage, language: str) -> Citation:
    return Citation(
        source_id=page.source_id,
        page_id=page.page_id,
        revision=page.revision,
        title=page_title(page.service, language),
        url=web_address(page.service.url) or f"/pages/{page.page_id}?language={language}#p{passage.number}",
        language=language,
        quote=passage.text,
        section=_KINDS[kind_of(passage)].value,
    )
