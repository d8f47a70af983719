"""The words a citizen sees: complete, and the same in numbers, in all ten languages."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from string import Formatter
from typing import Any

import pytest

from assistant.answering.contacts import emergency_contacts
from assistant.domain.case import CaseKind, CaseLetter, CaseRefusal, CaseState
from assistant.domain.reply import ClarificationReason, EscalationReason, SignpostReason, StatementKind
from assistant.messages import messages, text
from knowledge.language import LANGUAGES
from knowledge.services import AuthorityLevel, Granting, PolicyStatus, SectionKind

OTHERS = [code for code in LANGUAGES if code != "nl"]
NUMBER = re.compile(r"\d+(?: \d+)*")
DANGERS = [reason for reason in SignpostReason if reason.value.startswith(("danger_", "crisis"))]
TOLD: dict[str, list[Any]] = {
    "clarification": list(ClarificationReason),
    "signpost": list(SignpostReason),
    "escalation": list(EscalationReason),
    "sections": [*StatementKind, *(kind for kind in SectionKind if kind is not SectionKind.DESCRIPTION)],
    "levels": list(AuthorityLevel),
    "case": [*CaseKind, *CaseState],
    "case_mail": list(CaseLetter),
    "problem": list(CaseRefusal),
    "answer": [
        PolicyStatus.DECIDED,
        PolicyStatus.PROPOSED,
        Granting.AUTOMATIC,
        Granting.SEMI_AUTOMATIC,
    ],
}


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name is not None}


def numbers(words: str) -> set[str]:
    return {number.replace(" ", "") for number in NUMBER.findall(words)}


def emergency() -> dict[str, Any]:
    return tomllib.loads(resources.files("assistant.answering").joinpath("emergency.toml").read_text("utf-8"))


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_keys(language: str) -> None:
    assert set(messages(language)) == set(messages("nl"))


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_placeholders(language: str) -> None:
    different = {
        key: (placeholders(words), placeholders(messages(language)[key]))
        for key, words in messages("nl").items()
        if placeholders(words) != placeholders(messages(language)[key])
    }
    assert different == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_words_are_empty_or_left_over_from_writing(language: str) -> None:
    ill = {key: words for key, words in messages(language).items() if words != words.strip() or len(words) < 2}
    assert ill == {}
    assert not [key for key, words in messages(language).items() if re.search(r"TODO|XXX|\?\?", words)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", TOLD)
def test_everything_that_can_be_told_has_words(table: str, language: str) -> None:
    assert [value for value in TOLD[table] if not messages(language).get(f"{table}.{value}")] == []


@pytest.mark.parametrize("language", OTHERS)
def test_numbers_are_the_same_in_every_language(language: str) -> None:
    own = {f"signpost.{reason}" for reason in DANGERS if language in emergency()[reason.value]}
    different = {
        key: (numbers(words), numbers(messages(language)[key]))
        for key, words in messages("nl").items()
        if key not in own and numbers(words) != numbers(messages(language)[key])
    }
    assert different == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", DANGERS)
def test_a_danger_says_only_numbers_that_are_listed_for_that_language(reason: SignpostReason, language: str) -> None:
    listed = {contact.value.replace(" ", "") for contact in emergency_contacts(reason, language)}
    said = numbers(text(f"signpost.{reason}", language))
    assert said
    assert said <= listed


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", DANGERS)
def test_the_first_number_of_a_danger_is_the_first_that_is_said(reason: SignpostReason, language: str) -> None:
    said = NUMBER.findall(text(f"signpost.{reason}", language))
    assert said[0].replace(" ", "") == emergency_contacts(reason, language)[0].value.replace(" ", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_emergency_number_has_a_name(language: str) -> None:
    listed = {number for table in emergency().values() for many in table.values() for number in many}
    assert all(text(f"emergency.n{number.replace(' ', '')}", language) for number in listed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_digits_are_latin_so_that_they_match_what_people_dial(language: str) -> None:
    assert not [key for key, words in messages(language).items() if any(c.isdigit() and not c.isascii() for c in words)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_a_draft_until_a_person_signs(language: str) -> None:
    file = resources.files("assistant.messages").joinpath(f"{language}.toml")
    assert tomllib.loads(file.read_text("utf-8"))["state"] == "draft"


def test_placeholders_are_filled() -> None:
    assert text("answer.valid_on", "nl", date="1 mei 2026") == "Geldig op 1 mei 2026"


def test_a_wrong_key_and_an_unknown_language_are_mistakes_of_ours() -> None:
    with pytest.raises(KeyError):
        text("page.nothing", "nl")
    with pytest.raises(LookupError):
        messages("xx")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_can_be_filled_with_its_own_placeholders(language: str) -> None:
    for key, words in messages(language).items():
        values: dict[str, Any] = dict.fromkeys(placeholders(words), "7")
        assert "{" not in text(key, language, **values)
