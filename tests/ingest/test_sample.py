"""The sample pages are all usable, and a broken one is named while the others are read."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from importlib import resources

import pytest

from ingest.report import RecordError, Refusal
from ingest.sources.sample import content_folder, read_sample, texts_in
from ingest.sync import import_sample
from knowledge.pages import PageDraft
from knowledge.services import AuthorityLevel, Granting, PolicyStatus, SectionKind, Website
from knowledge.store.pages import Pages
from tests.ingest.conftest import AT

TITLE = 'title = "X"\n'
GOOD = '+++\ntitle = "Verhuizen"\n+++\nU verhuist.\n\n## Stappen\n\n1. Doe aangifte.\n2. Wacht.\n'
FRENCH = '+++\ntitle = "Déménager"\ntranslation_of = "nl"\n+++\nVous déménagez.\n\n## Étapes\n\n1. Déclarez.\n'


def content() -> dict[str, list[str]]:
    """The slugs of the pages in the package, with their languages."""
    found: dict[str, list[str]] = {}
    for entry in resources.files("knowledge").joinpath("content").iterdir():
        if entry.name.count(".") == 2:
            slug, language, _ = entry.name.split(".")
            found.setdefault(slug, []).append(language)
    return found


def read(texts: dict[str, str]) -> tuple[dict[str, PageDraft], list[Refusal]]:
    """The drafts by slug, and the refusals."""
    found = list(read_sample(texts))
    drafts = {one.service.source_id: one for one in found if isinstance(one, PageDraft)}
    return drafts, [one.refusal for one in found if isinstance(one, RecordError)]


def test_every_page_of_the_package_is_usable_with_its_translations() -> None:
    found = list(read_sample())
    assert [one for one in found if isinstance(one, RecordError)] == []
    services = {one.service.source_id: one.service for one in found if isinstance(one, PageDraft)}
    assert services.keys() == content().keys()
    for slug, languages in content().items():
        service = services[slug]
        assert set(service.title) == set(service.description) == set(languages) == set(service.languages)
        assert {section.language for section in service.sections} == set(languages)
        assert service.sample


def test_every_page_of_the_package_says_more_than_a_description_and_when_it_was_checked() -> None:
    for one in read_sample():
        assert isinstance(one, PageDraft)
        kinds = {section.kind for section in one.service.sections}
        assert SectionKind.DESCRIPTION in kinds
        assert len(kinds) >= 3
        assert isinstance(one.service.checked_on, date)
        assert one.service.keywords["nl"]


def test_a_translation_tells_the_same_parts_as_its_dutch_page() -> None:
    for one in read_sample():
        assert isinstance(one, PageDraft)
        parts = {
            language: [section.kind for section in one.service.sections if section.language == language]
            for language in one.service.languages
        }
        whole = {language: kinds for language, kinds in parts.items() if language in {"fr", "de", "en"}}
        assert all(kinds == parts["nl"] for kinds in whole.values()), one.page_id
        # A short version leaves parts out, and adds none.
        assert all(Counter(kinds) <= Counter(parts["nl"]) for kinds in parts.values()), one.page_id


def test_front_matter_and_headings_become_fields() -> None:
    front = (
        'title = "Verhuizen"\nsummary = "Kort."\neasy = "Heel kort."\nkeywords = ["adres"]\ntype = "Bewijs"\n'
        'themes = ["Wonen"]\naudience = ["Burger"]\nspatial = ["BE2"]\ncompetent_authority = "Stad"\n'
        'competent_level = "local"\nexecuting_authority = "Loket"\nexecuting_level = "flemish"\n'
        'policy_status = "decided"\nneeds_presence = true\ngranting = "automatic"\nreview_by = 2027-01-01\n'
        'checked_on = 2026-11-01\ncertainty = "A"\nsources = ["Stad"]\nwebsites = [{name = "Stad", url = "https://s.example"}]'
    )
    headings = {
        "Voorwaarden": "Wie.",
        "Uitzonderingen": "Niet.",
        "Stappen": "Doe.",
        "Wat brengt u mee?": "Kaart.",
        "Kosten": "Gratis.",
        "Termijn": "Een week.",
        "Waar?": "Loket.",
        "Contact": "Bel.",
        "Wetgeving": "Wet.",
    }
    body = "".join(f"\n## {heading}\n\n{text}\n" for heading, text in headings.items())
    drafts, refused = read({"v.nl.md": f"+++\n{front}\n+++\nU verhuist.\n{body}"})
    service = drafts["v"].service
    assert refused == []
    assert (service.summary, service.easy, service.keywords) == (
        {"nl": "Kort."},
        {"nl": "Heel kort."},
        {"nl": ("adres",)},
    )
    assert (service.type, service.themes, service.audience, service.spatial) == (
        "Bewijs",
        ("Wonen",),
        ("Burger",),
        ("BE2",),
    )
    assert (service.competent_authorities, service.executing_authorities) == (("Stad",), ("Loket",))
    assert (service.competent_levels, service.executing_levels) == ((AuthorityLevel.LOCAL,), (AuthorityLevel.FLEMISH,))
    assert (service.policy_status, service.granting, service.needs_presence) == (
        PolicyStatus.DECIDED,
        Granting.AUTOMATIC,
        True,
    )
    assert (service.review_by, service.checked_on) == (date(2027, 1, 1), date(2026, 11, 1))
    assert service.websites == (Website({"nl": "Stad"}, {}, "https://s.example"),)
    assert service.extra == {"certainty": "A", "sources": ["Stad"]}
    assert [one.sentences[0].text for one in service.sections] == ["U verhuist.", *headings.values()]
    assert [one.kind for one in service.sections] == [
        *(
            SectionKind.DESCRIPTION,
            SectionKind.CONDITION,
            SectionKind.EXCEPTION,
            SectionKind.STEP,
            SectionKind.EVIDENCE,
        ),
        *(SectionKind.COST, SectionKind.DEADLINE, SectionKind.WHERE, SectionKind.CONTACT, SectionKind.LEGAL),
    ]


def test_a_translation_joins_its_dutch_page_and_changes_its_digest() -> None:
    alone, _ = read({"v.nl.md": GOOD})
    both, refused = read({"v.nl.md": GOOD, "v.fr.md": FRENCH})
    assert refused == []
    assert both["v"].service.title == {"nl": "Verhuizen", "fr": "Déménager"}
    assert [one.language for one in both["v"].service.sections] == ["fr", "fr", "nl", "nl"]
    assert alone["v"].digest != both["v"].digest
    assert alone == read({"v.nl.md": GOOD})[0]


@pytest.mark.parametrize(
    ("text", "record", "field", "why"),
    [
        ("Zonder iets.", "a.nl.md", "front matter", "must open with TOML"),
        ('Tekst\n+++\ntitle = "X"\n+++\nU.', "a.nl.md", "front matter", "must open with TOML"),
        ('+++\ntitle = "X"\nU.', "a.nl.md", "front matter", "must open with TOML"),
        ('+++\nsummary = "X"\ntitle = \n+++\nU.', "a.nl.md", "front matter", "(at line 3, column 9)"),
        ("\n\n+++\ntitle = \n+++\nU.", "a.nl.md", "front matter", "(at line 4, column 9)"),
        ('+++\nsummary = "X"\n+++\nU.', "a.nl.md", "title", "needs a title"),
        ('+++\nsummary = "X"\ntitle = ""\n+++\nU.', "a.nl.md:3", "title", "needs a title"),
        ('+++\ntitle = "X"\n+++\nU.\n\n## Weetjes\n\nLeuk.', "a.nl.md:6", "Weetjes", "in the README"),
        ('+++\ntitle = "X"\n+++\n## Kosten\n\nNiets.\n\n## Weetjes', "a.nl.md:8", "Weetjes", "in the README"),
        ('+++\ntitle = "X"\npolicy_status = "later"\n+++\nU.', "a.nl.md:3", "policy_status", "found 'later'"),
        ('+++\ntitle = "X"\ngranting = "nooit"\n+++\nU.', "a.nl.md:3", "granting", "found 'nooit'"),
        ('+++\ntitle = "X"\ncompetent_level = "maan"\n+++\nU.', "a.nl.md:3", "competent_level", "found 'maan'"),
        ('+++\ntitle = "X"\npolicy_status = ""\n+++\nU.', "a.nl.md", "front matter", "''"),
        ('+++\ntitle = "X"\nwebsites = [{name = "S"}]\n+++\nU.', "a.nl.md:3", "websites", "a name and a url"),
        ('+++\ntitle = "X"\n[[websites]]\nname = "S"\n+++\nU.', "a.nl.md:3", "websites", "a name and a url"),
    ],
)
def test_a_broken_page_is_named_with_what_is_wrong_and_the_others_go_on(
    text: str, record: str, field: str, why: str
) -> None:
    drafts, refused = read({"a.nl.md": text, "b.nl.md": GOOD})
    assert drafts.keys() == {"b"}
    assert [(one.record, one.field) for one in refused] == [(record, field)]
    assert why in refused[0].why


def test_a_translation_without_its_dutch_page_is_refused_and_the_others_go_on() -> None:
    drafts, refused = read({"a.fr.md": FRENCH, "b.nl.md": GOOD})
    assert drafts.keys() == {"b"}
    assert [(one.record, one.field) for one in refused] == [("a.fr.md", "translation_of")]
    assert "a.nl.md" in refused[0].why


def test_a_broken_translation_leaves_the_dutch_page() -> None:
    drafts, refused = read({"a.nl.md": GOOD, "a.fr.md": FRENCH.replace("Étapes", "Trucs")})
    assert drafts["a"].service.languages == ("nl",)
    assert [one.record for one in refused] == ["a.fr.md:7"]


@pytest.mark.parametrize(
    "line",
    [
        *("themes = 5", 'websites = "https://s.example"', "keywords = true", "title = 5", "themes = [5]"),
        *("websites = [{name = 5}]", "needs_presence = 1", "checked_on = 2026-11-01T10:00:00"),
    ],
)
def test_a_value_of_the_wrong_type_is_named_and_the_others_go_on(line: str) -> None:
    drafts, refused = read({"a.nl.md": f"+++\n{line if 'title' in line else TITLE + line}\n+++\nU.", "b.nl.md": GOOD})
    where = "a.nl.md:2" if "title" in line else "a.nl.md:3"
    assert (drafts.keys(), [one.record for one in refused]) == ({"b"}, [where])


def test_a_date_between_quotes_is_refused() -> None:
    drafts, refused = read({"a.nl.md": '+++\ntitle = "X"\nreview_by = "2027-01-01"\n+++\nU.', "b.nl.md": GOOD})
    assert (drafts.keys(), [one.record for one in refused]) == ({"b"}, ["a.nl.md:3"])


def test_the_explanation_beside_the_pages_is_no_page_and_another_name_is_refused() -> None:
    drafts, refused = read({"README.md": "# Uitleg", "verhuizen.md": GOOD, "v.nl.md": GOOD})
    assert (drafts.keys(), [(one.record, one.field) for one in refused]) == ({"v"}, [("verhuizen.md", "file name")])


def test_importing_the_sample_publishes_it_once_and_keeps_the_report(pages: Pages) -> None:
    tried = import_sample(pages, AT, dry_run=True)
    assert (tried.new, pages.page_ids(), pages.imports()) == (len(content()), [], [])
    first, second = import_sample(pages, AT), import_sample(pages, AT)
    assert (first.new, first.refused, second.new, second.unchanged) == (len(content()), [], 0, len(content()))
    assert pages.page_ids() == sorted(f"sample-{slug}" for slug in content())
    newest, oldest = pages.imports()
    assert (newest[0], json.loads(newest[2])["unchanged"]) == ("sample", len(content()))
    assert json.loads(oldest[2])["new"] == len(content())


def test_a_translation_is_a_draft_until_somebody_signed_it() -> None:
    texts = {name: text for name, text in texts_in(content_folder()).items() if name.startswith("kids-id.")}
    before = next(one for one in read_sample(texts) if isinstance(one, PageDraft)).service
    assert "fr" in before.unsigned
    assert "nl" not in before.unsigned
    texts["kids-id.fr.md"] = texts["kids-id.fr.md"].replace("+++\n", '+++\nsigned = "vertaaldienst, 2027-01-15"\n', 1)
    after = next(one for one in read_sample(texts) if isinstance(one, PageDraft)).service
    assert set(before.unsigned) - set(after.unsigned) == {"fr"}
