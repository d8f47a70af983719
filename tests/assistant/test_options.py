"""Options: at most three likely services that cover what may be meant; close siblings stay together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.draft import Candidate
from assistant.answering.options import OPTIONS, options, siblings
from knowledge.services import SectionKind
from tests.assistant.building import a_candidate, a_draft, a_page, a_section

TEXT = a_section(SectionKind.DESCRIPTION, "Een tekst.")


def titled(title: str, score: float, share: float = 1.0) -> Candidate:
    return a_candidate(a_page(TEXT, source_id=title, title={"nl": title}), score=score, share=share)


def offered(*candidates: Candidate) -> list[str]:
    return [one.page.source_id for one in options(a_draft("woning", candidates=candidates))]


BUY, RENT = titled("Woning kopen premie", 1.0), titled("Woning huren premie", 0.95)


def test_unlike_services_come_before_a_third_of_the_same_family() -> None:
    others = [titled("Woning kopen lening", 0.6), titled("Verhuizen melden", 0.55), titled("Energie besparen", 0.5)]
    found = offered(titled("Woning kopen premie", 1.0), *others)
    assert found == ["Woning kopen premie", "Verhuizen melden", "Energie besparen"]


def test_where_only_siblings_are_close_they_are_the_options() -> None:
    far = titled("Verhuizen melden", 0.3)
    assert offered(BUY, RENT, far) == ["Woning kopen premie", "Woning huren premie"]
    assert siblings(a_draft("woning", candidates=(BUY, titled("Verhuizen melden", 0.95), far))) == ()


def test_what_has_nothing_to_do_with_the_question_is_not_offered() -> None:
    assert offered(titled("Hond", 1.0, share=0.0)) == []
    assert offered(BUY, titled("Hond", 0.2, share=0.0)) == ["Woning kopen premie"]


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.floats(0, 4), st.floats(0, 1)), min_size=1, max_size=8))
def test_options_are_few_and_different_candidates(found: list[tuple[str, float, float]]) -> None:
    ranked = sorted(found, key=lambda one: -one[1])
    shown = options(
        a_draft(
            "woning",
            candidates=tuple(
                titled(f"{name} {place}", score, share) for place, (name, score, share) in enumerate(ranked)
            ),
        )
    )
    assert len(shown) <= OPTIONS
    assert len({one.page.source_id for one in shown}) == len(shown)
