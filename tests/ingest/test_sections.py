"""Units become sections of one kind: in order, joined with their neighbours, and without losing a sentence."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatch
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings

import ingest
from ingest.sections import classify, features, kind_of_heading, sections_of
from ingest.units import Unit, units
from knowledge.services import Described, PublicService, Requirement, SectionKind, Sentence
from tests.ingest.test_units import HTML, described


def unit(source_field: str, text: str = "Dit is een zin.", language: str = "nl", heading: str = "") -> Unit:
    return Unit(language, source_field, heading, 0, "sentence", (Sentence(text),))


@pytest.mark.parametrize(
    ("kind", "headings"),
    [
        (SectionKind.CONDITION, ["Voorwaarden", "Conditions", "Voraussetzungen", "Conditions"]),
        (SectionKind.EXCEPTION, ["Uitzonderingen", "Exceptions", "Ausnahmen", "Exceptions"]),
        (SectionKind.STEP, ["Stappen", "Étapes", "Schritte", "Steps"]),
        (
            SectionKind.EVIDENCE,
            ["Wat brengt u mee?", "Que devez-vous apporter ?", "Was bringen Sie mit?", "What to bring"],
        ),
        (SectionKind.COST, ["Kosten", "Coûts", "Kosten", "Costs"]),
        (SectionKind.DEADLINE, ["Termijn", "Délai", "Frist", "Deadline"]),
        (SectionKind.WHERE, ["Waar?", "Où ?", "Wo?", "Where?"]),
        (SectionKind.CONTACT, ["Contact", "Contact", "Kontakt", "Contact"]),
        (SectionKind.LEGAL, ["Wetgeving", "Législation", "Gesetzgebung", "Legislation"]),
    ],
)
def test_the_headings_of_the_sample_pages_announce_their_kind_in_four_languages(
    kind: SectionKind, headings: list[str]
) -> None:
    assert {heading: kind_of_heading(heading) for heading in headings} == dict.fromkeys(headings, kind)


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("VOORWAARDEN", SectionKind.CONDITION),
        ("Wat kost het?", SectionKind.COST),
        ("Hoe aanvragen?", SectionKind.STEP),
        ("Hoeveel bedraagt de premie?", SectionKind.BENEFIT),
        ("Hoe lang duurt het?", SectionKind.STEP),
        ("Weetjes", None),
        ("", None),
    ],
)
def test_other_headings_announce_a_kind_or_nothing(heading: str, kind: SectionKind | None) -> None:
    assert kind_of_heading(heading) is kind


@pytest.mark.parametrize("language", ["nl", "en", "fr", "uk"])
@pytest.mark.parametrize(
    ("source_field", "kind"),
    [
        ("description", SectionKind.DESCRIPTION),
        ("rule", SectionKind.STEP),
        ("requirement", SectionKind.CONDITION),
        ("evidence", SectionKind.EVIDENCE),
        ("exceptions", SectionKind.EXCEPTION),
        ("cost", SectionKind.COST),
        ("financial_advantage", SectionKind.BENEFIT),
        ("contact_description", SectionKind.CONTACT),
        ("regulation", SectionKind.LEGAL),
    ],
)
def test_a_plain_sentence_gets_the_kind_of_its_field(source_field: str, kind: SectionKind, language: str) -> None:
    assert classify(unit(source_field, "Vul het formulier in.", language)) is kind


def test_what_a_heading_announces_counts_in_every_language_and_words_count_in_dutch_only() -> None:
    dutch = features(unit("rule", "Een pasfoto van 5 euro.", heading="Wat brengt u mee?"))
    french = features(unit("rule", "Een pasfoto van 5 euro.", "fr", "Que devez-vous apporter ?"))
    assert {"heading:evidence", "field:rule", "first:rule", "amount"} <= dutch.keys() & french.keys()
    assert "w:pasfoto" in dutch
    assert not [name for name in french if name.startswith(("w:", "h:"))]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [("Conditions", SectionKind.CONDITION), ("Coûts", SectionKind.COST), ("Où ?", SectionKind.WHERE)],
)
def test_a_heading_inside_a_description_decides_in_another_language(heading: str, kind: SectionKind) -> None:
    assert classify(unit("description", "Vous habitez ici.", "fr", heading)) is kind


def test_neighbours_of_one_kind_and_heading_are_one_section() -> None:
    service = PublicService(
        *("test", "1", {"nl": "Titel"}, {"nl": "<p>Een kaart. Voor u.</p>"}),
        requirements=(
            Requirement({"nl": "Leeftijd"}, {"nl": "<p>U bent 18. U woont hier.</p>"}),
            Requirement({"nl": "Inkomen"}, {"nl": "<p>U verdient weinig.</p>"}),
        ),
        costs=(Described({}, {"nl": "<p>5 euro.</p>"}),),
    )
    found = [(one.kind.value, one.source_field, one.heading, len(one.sentences)) for one in sections_of(service)]
    assert found == [
        ("description", "description", "", 2),
        ("condition", "requirement", "Leeftijd", 2),
        ("condition", "requirement", "Inkomen", 1),
        ("cost", "cost", "", 1),
    ]


def test_each_language_of_the_title_has_its_sections_and_dutch_comes_first() -> None:
    texts = {"en": "<p>A card.</p>", "nl": "<p>Een kaart.</p>", "de-x-generated": "<p>Eine Karte.</p>"}
    service = PublicService("test", "1", texts, texts)
    assert [(one.language, one.sentences[0].text) for one in sections_of(service)] == [
        ("nl", "Een kaart."),
        ("de", "Eine Karte."),
        ("en", "A card."),
    ]


def test_a_service_without_texts_has_no_sections() -> None:
    assert sections_of(PublicService("test", "1", {"nl": "Titel"}, {})) == ()


@settings(max_examples=60)
@given(HTML)
def test_sections_hold_all_sentences_of_the_units_in_their_order(html: str) -> None:
    service = described(html)
    sections = sections_of(service)
    assert [one for section in sections for one in section.sentences] == [
        one for found in units(service, "nl") for one in found.sentences
    ]
    assert all(section.sentences for section in sections)
    assert all((a.kind, a.heading) != (b.kind, b.heading) for a, b in pairwise(sections))


def test_all_that_the_package_reads_is_packed_with_it() -> None:
    folder = Path(ingest.__file__).parent
    project = tomllib.loads((folder.parent / "pyproject.toml").read_text("utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["ingest"]
    data = [file.name for file in folder.iterdir() if file.is_file() and file.suffix != ".py"]
    assert [name for name in data if not any(fnmatch(name, pattern) for pattern in patterns)] == []
