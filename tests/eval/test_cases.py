"""The written cases are valid, enough, about services that exist, true to their pages, and split without a leak."""

from __future__ import annotations

import gzip
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from eval.cases import Case, CaseKind, load, read_cases, split_of
from ingest.sources.sample import read_sample
from knowledge.errors import NamedFailure
from knowledge.model.data import in_training_half
from knowledge.pages import PageDraft
from knowledge.services import PublicService
from knowledge.text import content_tokens

ENOUGH = {"nl": 800, "fr": 300, "en": 300, "de": 300} | dict.fromkeys(("tr", "ar", "uk", "pl", "ro", "es"), 45)
CONVERSATION = {CaseKind.FOLLOW_UP, CaseKind.SWITCH, CaseKind.BACK, CaseKind.CORRECTION}
GOOD = {
    "id": "nl-1",
    "over": "sample",
    "language": "nl",
    "kind": "single",
    "turns": [],
    "question": "hoelang is een reispas goed",
    "services": ["paspoort"],
    "section": "deadline",
    "facts": ["7 jaar"],
    "decision": ["answer"],
    "reason": None,
}


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return load()


@pytest.fixture(scope="module")
def sample() -> dict[str, PublicService]:
    return {draft.service.source_id: draft.service for draft in read_sample() if isinstance(draft, PageDraft)}


def said_on(service: PublicService, language: str) -> list[str]:
    return [
        sentence.text
        for section in service.sections
        if section.language.split("-")[0] == language
        for sentence in section.sentences
    ]


def test_every_language_has_enough_of_them(cases: list[Case]) -> None:
    counts = Counter(case.language for case in cases)
    assert {code: counts[code] for code in ENOUGH if counts[code] < ENOUGH[code]} == {}
    assert len(cases) >= 2000
    assert sum(case.over == "ipdc" for case in cases) >= 1000
    assert {case.kind for case in cases} == set(CaseKind)


def test_no_question_is_there_twice(cases: list[Case]) -> None:
    counts = Counter((case.over, case.language, case.turns, case.question.casefold()) for case in cases)
    assert [key for key, times in counts.items() if times > 1] == []


def test_a_conversation_has_earlier_messages_and_nothing_else_has(cases: list[Case]) -> None:
    assert [case.id for case in cases if case.kind in CONVERSATION and not 1 <= len(case.turns) <= 3] == []
    assert [case.id for case in cases if case.kind not in CONVERSATION and case.turns] == []
    assert [case.id for case in cases if case.kind is CaseKind.SEVERAL and len(case.services) < 2] == []


def test_services_of_the_sample_exist_and_facts_stand_on_the_first(
    cases: list[Case], sample: dict[str, PublicService]
) -> None:
    mine = [case for case in cases if case.over == "sample"]
    assert {case.id: case.services for case in mine if not set(case.services) <= set(sample)} == {}
    for case in (case for case in mine if case.services):
        spoken = said_on(sample[case.services[0]], case.language)
        assert [fact for fact in case.facts if not any(fact in text for text in spoken)] == [], case.id
        assert case.facts or case.kind is CaseKind.SEVERAL, case.id


def test_real_services_exist_and_the_right_one_is_of_the_half_that_nothing_is_trained_on(
    cases: list[Case], shared_data: Path
) -> None:
    named = {service for case in cases if case.over == "ipdc" for service in case.services}
    with gzip.open(shared_data / "ipdc" / "services_flat.jsonl.gz", "rt", encoding="utf-8") as lines:
        known = {row["id"] for row in map(json.loads, lines) if not row["archived"]}
    assert named - known == set()
    first = {case.services[0] for case in cases if case.over == "ipdc" and case.services}
    assert {service for service in first if in_training_half(service)} == set()


def test_none_that_is_asked_at_once_shares_more_than_sixty_percent_of_its_words_with_a_phrasing(
    cases: list[Case], sample: dict[str, PublicService]
) -> None:
    asked: dict[str, list[set[str]]] = defaultdict(list)
    for service in sample.values():
        for code, phrasings in service.phrasings.items():
            asked[code] += [set(content_tokens(phrasing, code)) for phrasing in phrasings]
    at_once = [case for case in cases if case.services and not case.turns]
    for case in at_once:
        words = set(content_tokens(case.question, case.language))
        assert words, case.id
        closest = max(len(words & phrasing) / len(words) for phrasing in asked[case.language])
        assert closest <= 0.6, (case.id, case.question)


def test_all_cases_of_a_service_are_in_one_split_and_every_split_is_large(cases: list[Case]) -> None:
    splits: dict[str, set[str]] = defaultdict(set)
    for case in cases:
        splits[(case.services or (case.id,))[0]].add(split_of(case))
    assert {service for service, found in splits.items() if len(found) > 1} == set()
    assert sum(len(load(split=name)) for name in ("fit", "calibrate", "test")) == len(cases)
    assert min(len(load(split=name)) for name in ("fit", "calibrate", "test")) > 0.2 * len(cases)
    assert {split_of(case) for case in load("sample", "nl", "test")} == {"test"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"language": "xx"}, "language: 'xx' is not known"),
        ({"section": "price"}, "section: 'price'"),
        ({"kind": "odd"}, "kind: 'odd'"),
        ({"decision": []}, "decision: must name"),
        ({"decision": ["perhaps"]}, "decision: 'perhaps'"),
        ({"reason": "because"}, "reason: 'because'"),
        ({"question": " "}, "question: must be"),
        ({"turns": "no list"}, "turns: must be a list"),
        ({"services": []}, "services: an answer needs"),
        ({"extra": 1}, "line: missing or unknown: extra"),
    ],
    ids=["language", "section", "kind", "no-decision", "decision", "reason", "question", "turns", "services", "extra"],
)
def test_a_line_that_is_no_case_is_named(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps(GOOD) + "\n" + json.dumps(GOOD | {"id": "nl-2"} | change) + "\n", "utf-8")
    with pytest.raises(NamedFailure, match="cases.jsonl:2: " + said):
        read_cases([file])


def test_an_id_that_is_there_twice_is_named(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps(GOOD) + "\n" + json.dumps(GOOD) + "\n", "utf-8")
    with pytest.raises(NamedFailure, match=r"cases.jsonl:2: id: nl-1 is already there"):
        read_cases([file])


def test_a_split_that_does_not_exist_is_refused() -> None:
    with pytest.raises(NamedFailure, match="split: half"):
        load(split="half")
