"""Passages for citing are cut at sentences; slices for searching hold every word."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from knowledge.passages import PASSAGE_WORDS, passages, slices
from knowledge.services import PublicService, Section, SectionKind
from tests.knowledge.build import full_service, section, service, translated


def _section(language: str, heading: str, lengths: list[int]) -> Section:
    words = [" ".join(f"w{number}-{word}" for word in range(length)) for number, length in enumerate(lengths)]
    return section(*words, language=language, heading=heading, kind=SectionKind.STEP)


_SECTIONS = st.lists(
    st.builds(
        _section,
        st.sampled_from(["nl", "en"]),
        st.sampled_from(["", "Wat kost het?"]),
        st.lists(st.integers(1, 130), min_size=1, max_size=12),
    ),
    max_size=4,
).map(tuple)


def with_sections(sections: tuple[Section, ...]) -> PublicService:
    return replace(service("1", "Titel", ""), sections=sections)


def words_of(sections: tuple[Section, ...], language: str) -> list[str]:
    texts = ((one.heading, *(each.text for each in one.sentences)) for one in sections if one.language == language)
    return " ".join(word for text in texts for word in text).split()


@given(_SECTIONS)
def test_passages_lose_no_sentence_and_keep_their_order(sections: tuple[Section, ...]) -> None:
    for language in ("nl", "en"):
        found = passages(with_sections(sections), language)
        expected = [each for one in sections if one.language == language for each in one.sentences]
        assert [each for one in found for each in one.sentences] == expected
        assert [one.number for one in found] == list(range(len(found)))


@given(_SECTIONS)
def test_a_passage_is_short_or_one_sentence_and_of_one_section(sections: tuple[Section, ...]) -> None:
    for one in passages(with_sections(sections), "nl"):
        assert one.language == "nl"
        assert len(one.sentences) == 1 or len(one.text.split()) <= PASSAGE_WORDS
        assert any(
            (one.kind, one.heading) == (each.kind, each.heading) and set(one.sentences) <= set(each.sentences)
            for each in sections
        )


def test_a_long_section_is_cut_between_sentences() -> None:
    texts = [f"Zin {number} " + "woord " * 38 for number in range(5)]
    found = passages(with_sections((section(*texts, heading="Stappen", kind=SectionKind.STEP),)), "nl")
    assert [len(one.sentences) for one in found] == [2, 2, 1]
    assert {(one.kind, one.heading, one.source_field) for one in found} == {
        (SectionKind.STEP, "Stappen", "description")
    }


def test_short_sections_stay_apart_so_that_each_can_be_cited() -> None:
    made = with_sections((section("Het kost 75 euro.", kind=SectionKind.COST), section("Kom langs.")))
    assert [(one.kind, one.text) for one in passages(made, "nl")] == [
        (SectionKind.COST, "Het kost 75 euro."),
        (SectionKind.DESCRIPTION, "Kom langs."),
    ]


def test_a_passage_reads_one_sentence_a_line_and_keeps_its_links() -> None:
    first, second = passages(full_service(), "nl")
    assert first.sentences[0].links[0].url == "https://voorbeeld.be"
    two = passages(with_sections((section("Een.", "Twee."),)), "nl")[0]
    assert two.text == "Een.\nTwee."
    assert second.text == "A"


def test_a_section_without_sentences_makes_no_passage() -> None:
    assert passages(with_sections((section(heading="Leeg"),)), "nl") == []


def test_languages_are_kept_apart() -> None:
    made = translated(service("1", "Paspoort", "Een paspoort."), "en", "Passport", "A passport.")
    assert [one.text for one in passages(made, "en")] == ["A passport."]
    assert slices(made, "en") == ["A passport."]
    assert passages(made, "fr") == []


@given(_SECTIONS)
def test_slices_hold_every_word_in_order(sections: tuple[Section, ...]) -> None:
    assert " ".join(slices(with_sections(sections), "nl")).split() == words_of(sections, "nl")


@given(_SECTIONS)
def test_slices_are_about_as_long_as_each_other(sections: tuple[Section, ...]) -> None:
    found = [len(one.split()) for one in slices(with_sections(sections), "nl")]
    assert len(found) == max(1, round(sum(found) / PASSAGE_WORDS))
    assert max(found) <= 1.5 * PASSAGE_WORDS
    assert len(set(found[:-1])) <= 1


def test_a_page_without_text_in_a_language_has_one_empty_slice() -> None:
    assert slices(with_sections(()), "nl") == [""]
