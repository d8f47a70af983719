"""Step decide: clear matches are answered, nothing in common is handed over, and what lies between is asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.calibration import Calibration
from assistant.answering.decide import DecideStep
from assistant.answering.draft import Candidate, Draft
from assistant.answering.signals import signals
from assistant.domain.reply import Clarification, ClarificationReason, Escalation, EscalationReason
from knowledge.services import SectionKind
from tests.assistant.building import a_candidate, a_draft, a_page, a_question, a_section, municipal_service

TEXT = a_section(SectionKind.DESCRIPTION, "U koopt een compostvat.")
SHARES = st.floats(0, 1)
decide = DecideStep(
    Calibration(
        "test",
        "",
        -5.0,
        {"share": 2.6, "title": 1.2, "focus": 2.0, "margin": 3.0},
        {"pooled": 0.6, "strict": 0.75},
        ask=0.1,
    )
)
"""Weights of which the outcome can be told by hand, whatever is measured on the cases."""


def a_service(source_id: str, title: str, *, share: float, score: float, **fields: object) -> Candidate:
    return a_candidate(a_page(TEXT, source_id=source_id, title={"nl": title}, **fields), share=share, score=score)


def asked(text: str, *candidates: Candidate, municipality: str | None = None, dense: bool = True) -> Draft:
    question = a_question(text, municipality=municipality)
    return a_draft(question=question, candidates=candidates, dense=dense)


def municipal(share: float = 1.0) -> Candidate:
    service = municipal_service()
    return a_service(service.source_id, service.title["nl"], share=share, score=1.0, spatial=service.spatial)


CLEAR = asked(
    "compostvat kopen",
    a_service("compostvat", "Compostvat kopen", share=1.0, score=1.0),
    a_service("hond", "Hond", share=0.0, score=0.0),
)
STRANGE = asked("zwembad bouwen", a_service("hond", "Hond", share=0.0, score=0.01))


def test_a_clear_match_goes_through_with_its_probability() -> None:
    decided = decide(CLEAR)
    assert isinstance(decided, Draft)
    assert decided.confidence is not None
    assert 0.5 < decided.confidence <= 1.0


def test_nothing_in_common_is_handed_over_as_not_found() -> None:
    reply = decide(STRANGE)
    assert isinstance(reply, Escalation)
    assert reply.reason is EscalationReason.NOT_FOUND


def test_two_services_that_fit_equally_well_are_not_chosen_between_silently() -> None:
    twins = [a_service(name, name, share=0.5, score=1.0) for name in ("vergunning", "attest", "premie", "subsidie")]
    reply = decide(asked("compostvat kopen zonder factuur", *twins))
    assert isinstance(reply, Clarification | Escalation)


@pytest.mark.parametrize("words", ["de het een", "???", ""])
def test_a_question_without_content_is_handed_over(words: str) -> None:
    reply = decide(asked(words, a_service("hond", "Hond", share=1.0, score=1.0)))
    assert isinstance(reply, Escalation)
    assert reply.reason is EscalationReason.NOT_FOUND


def test_an_option_that_was_taken_is_answered_whatever_the_words() -> None:
    question = a_question("???", source_id="compostvat")
    decided = decide(a_draft(question=question, candidates=STRANGE.candidates))
    assert isinstance(decided, Draft)
    assert decided.confidence == 1.0


def test_a_page_of_one_municipality_asks_which_municipality() -> None:
    reply = decide(asked("compostvat kopen", municipal()))
    assert isinstance(reply, Clarification)
    assert reply.reason is ClarificationReason.MUNICIPALITY_NEEDED
    assert [option.source_id for option in reply.options] == ["compostvat"]


@pytest.mark.parametrize("municipality", ["Demostad", "demostad", "DEMOSTAD"])
def test_a_page_of_the_citizens_own_municipality_needs_no_question(municipality: str) -> None:
    reply = decide(asked("compostvat kopen", municipal(), municipality=municipality))
    assert isinstance(reply, Draft)


@pytest.mark.parametrize(
    ("municipality", "title"),
    [
        ("Gent", "Compostvat kopen in Demostad"),
        ("As", "Asbest ophalen in Demostad"),
        ("Demo", "Compostvat kopen in Demostad"),
        ("Sint-Niklaas", "Compostvat kopen in Sint-Truiden"),
    ],
)
def test_a_page_of_another_municipality_is_not_answered_from(municipality: str, title: str) -> None:
    page = a_service("compostvat", title, share=1.0, score=1.0, spatial=("BE23444021",))
    reply = decide(asked(title.partition(" in ")[0], page, municipality=municipality))
    assert isinstance(reply, Clarification)


def test_a_page_for_a_whole_region_is_not_municipal() -> None:
    region = a_service("compostvat", "Compostvat kopen", share=1.0, score=1.0, spatial=("BE2",))
    assert isinstance(decide(asked("compostvat kopen", region)), Draft)


def test_at_most_three_options_are_offered_with_a_person_beside_them() -> None:
    many = [municipal(), *(a_service(f"s{n}", f"Compostvat {n}", share=1.0, score=0.9) for n in range(5))]
    reply = decide(asked("compostvat kopen", *many))
    assert isinstance(reply, Clarification)
    assert len(reply.options) == 3
    assert [contact.type for contact in reply.contacts] == ["phone", "counter"]


def test_without_vectors_no_more_is_answered_than_with_them() -> None:
    words = "compostvat kopen zonder factuur"
    for share in (step / 10 for step in range(11)):
        candidates = (a_service("compostvat", "Compostvat", share=share, score=1.0),)
        if isinstance(decide(asked(words, *candidates, dense=False)), Draft):
            assert isinstance(decide(asked(words, *candidates)), Draft)


@given(share=SHARES, first=SHARES, second=SHARES)
def test_signals_lie_between_nothing_and_all(share: float, first: float, second: float) -> None:
    one, other = a_service("a", "A", share=share, score=first), a_service("b", "B", share=share, score=second)
    assert all(0.0 <= value <= 1.0 for value in signals(asked("compostvat kopen", one, other)).values())


@given(share=SHARES)
def test_a_reply_that_is_not_an_answer_always_shows_a_person(share: float) -> None:
    reply = decide(asked("compostvat kopen zonder factuur", a_service("hond", "Hond", share=share, score=1.0)))
    if not isinstance(reply, Draft):
        assert [contact.type for contact in reply.contacts] == ["phone", "counter"]
