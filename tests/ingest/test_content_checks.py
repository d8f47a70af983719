"""Faults that are planted in a sample page are found and named; the page itself has none."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from ingest.content_checks import check
from ingest.report import Refusal
from ingest.sources.sample import content_folder, read_sample, texts_in
from knowledge.pages import PageDraft

SLUG = "kids-id"
Texts = dict[str, str]


@pytest.fixture
def texts() -> Texts:
    return {name: text for name, text in texts_in(content_folder()).items() if name.startswith(f"{SLUG}.")}


def found(texts: Texts) -> list[tuple[str, str]]:
    (draft,) = read_sample(texts)
    assert isinstance(draft, PageDraft)
    warnings: list[Refusal] = list(check(draft.service))
    assert {one.record for one in warnings} <= {SLUG}
    return [(one.field, one.why) for one in warnings]


def replaced(language: str, old: str, new: str) -> Callable[[Texts], None]:
    def plant(texts: Texts) -> None:
        name = f"{SLUG}.{language}.md"
        assert old in texts[name]
        texts[name] = texts[name].replace(old, new)

    return plant


def without_phrasings(language: str) -> Callable[[Texts], None]:
    def plant(texts: Texts) -> None:
        name = f"{SLUG}.{language}.md"
        texts[name], left_out = re.subn(r"^phrasings = \[\n.*?^\]\n", "", texts[name], flags=re.MULTILINE | re.DOTALL)
        assert left_out == 1

    return plant


HARD = (
    "Ingevolge de desbetreffende administratiefrechtelijke verordeningsbepalingen dient de identiteitsdocumentaanvraag "
    "desgevallend voorafgaandelijk gelegaliseerd te worden ingediend bij de bevoegde bevolkingsadministratie en "
)


def test_the_page_itself_has_no_fault(texts: Texts) -> None:
    assert found(texts) == []


@pytest.mark.parametrize(
    ("plant", "field", "why"),
    [
        (replaced("fr", "+32 78 150 350", "+32 78 150 351"), "fr", "The Dutch text also says 32 78 150 350"),
        (replaced("fr", "+32 78 150 350", "+32 78 150 351"), "fr", "The Dutch text does not say 32 78 150 351"),
        (
            replaced("de", "https://diplomatie.belgium.be", "https://diplomatie.be"),
            "de",
            "https://diplomatie.belgium.be",
        ),
        (replaced("nl", "blijft 3 jaar", "blijft 4 jaar"), "en", "The Dutch text does not say 3"),
        (replaced("nl", "bij de dienst burgerzaken", "bij het OCMW"), "fr", "Official names stay as they are: OCMW"),
        (replaced("nl", "## Stappen\n", f"{HARD * 9}\n\n## Stappen\n"), "nl", "Flesch-Douma"),
        (replaced("nl", "## Stappen\n", f"{HARD * 9}\n\n## Stappen\n"), "nl", "words a sentence"),
        (without_phrasings("nl"), "phrasings", "0 in nl; give at least 6"),
        (without_phrasings("de"), "phrasings", "0 in de; give at least 3"),
    ],
)
def test_a_planted_fault_is_named(texts: Texts, plant: Callable[[Texts], None], field: str, why: str) -> None:
    plant(texts)
    assert any(where == field and why in said for where, said in found(texts)), found(texts)
