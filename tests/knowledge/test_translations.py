"""Translations know the Dutch text that they were made from."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from knowledge.services import PublicService, Section, SectionKind, Sentence
from knowledge.translations import digests, outdated, tie
from tests.knowledge.build import full_service

DUTCH, FRENCH, NEW_DUTCH, NEW_FRENCH = {"nl": "a"}, {"fr": "b"}, {"nl": "a2"}, {"fr": "b2"}
_DIGESTS = st.fixed_dictionaries({"nl": st.sampled_from("xyz")}, optional={"fr": st.sampled_from("uvw")})


def test_a_translation_is_out_of_date_from_the_moment_at_which_only_the_dutch_changes() -> None:
    first = tie(DUTCH | FRENCH, {})
    assert outdated(first) == ()
    second = tie(NEW_DUTCH | FRENCH, first)
    assert outdated(second) == ("fr",)
    assert outdated(tie(NEW_DUTCH | NEW_FRENCH, second)) == ()


def test_a_translation_is_right_again_where_the_dutch_goes_back_to_what_it_was_made_from() -> None:
    second = tie(NEW_DUTCH | FRENCH, tie(DUTCH | FRENCH, {}))
    assert outdated(tie(DUTCH | FRENCH, second)) == ()


def test_one_language_that_is_out_of_date_does_not_make_the_others_so() -> None:
    before = tie(DUTCH | FRENCH | {"de": "c"}, {})
    assert outdated(tie(NEW_DUTCH | NEW_FRENCH | {"de": "c"}, before)) == ("de",)


def test_pages_without_dutch_or_without_translations_have_no_ties() -> None:
    assert tie(FRENCH | {"en": "x"}, {}) == tie(DUTCH, {}) == {}


@given(st.lists(_DIGESTS, min_size=1, max_size=8))
def test_a_translation_is_never_called_fresh_while_only_dutch_has_changed_since_it_did(
    history: list[dict[str, str]],
) -> None:
    ties: dict[str, tuple[str, str]] = {}
    made_from = french = ""
    for now in history:
        if "fr" in now and (now["fr"] != french or "fr" not in ties):
            french, made_from = now["fr"], now["nl"]
        ties = tie(now, ties)
        if "fr" in ties:
            assert outdated(ties) == (("fr",) if made_from != now["nl"] else ())


def test_what_citizens_do_not_read_does_not_count_and_every_sentence_does() -> None:
    made = full_service()
    told = digests(made)
    assert digests(replace(made, keywords={}, phrasings={}, themes=())) == told
    section = Section(SectionKind.STEP, "nl", "steps", "", (Sentence("Nog een stap."),))
    later: PublicService = replace(made, sections=(*made.sections, section))
    assert {language for language in told if digests(later)[language] != told[language]} == {"nl"}
