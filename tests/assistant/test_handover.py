"""A person takes over: one word is enough, nobody waits unseen, nothing is told twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.domain.agent import Presence
from assistant.domain.conversation import Status
from assistant.domain.handover import Consent, Progress, Route
from assistant.handover.consent import says_yes
from assistant.handover.engine import NoAgentNow
from assistant.messages import text
from assistant.store.queue import Wish
from knowledge.calendar import parse_hours
from knowledge.language import LANGUAGES
from tests.assistant.desking import ESCALATED, Hall, a_hall

ANSWERED = ESCALATED | {
    "kind": "answer",
    "reason": None,
    "text": "Breng een pasfoto mee.",
    "statements": [{"text": "Breng een pasfoto mee."}, {"text": "Kom zelf langs."}, {"text": "Betaal aan het loket."}],
    "citations": [
        {"title": "Kids-ID", "url": "https://voorbeeld.be", "page_id": "sample-kids-id", "source_id": "kids-id", "q": 1}
    ],
}
DANGER = ESCALATED | {"kind": "signpost", "reason": "danger_suicide", "text": "Bel 1813."}


@pytest.fixture
def hall(home: Path) -> Iterator[Hall]:
    with a_hall(home) as found:
        yield found


# --- one word is enough


@pytest.mark.parametrize(
    "words", ["ja", "Ja!", "ja graag", "Oké", "oui, merci", "JA BITTE", "yes please", "так", "نعم"]
)
def test_a_yes_to_a_person_that_was_offered_is_enough(hall: Hall, words: str) -> None:
    hall.agent()
    citizen = hall.citizen()
    seq = hall.handovers.hear(citizen, "yes-1", words)
    assert seq == 3
    now = hall.room.now(citizen)
    assert now.status is Status.WAITING
    assert hall.room.lease() is None
    found = hall.queue.newest(citizen.id)
    assert found is not None
    assert found.request.brief["question"] == "Hoe vraag ik een zeilvergunning?"
    assert found.request.brief["reason"] == "not_found"


@pytest.mark.parametrize("words", ["nee", "ja maar wat kost dat?", "een mens", "", "jaarlijks", "okay wanneer"])
def test_what_is_more_than_a_yes_is_a_question(hall: Hall, words: str) -> None:
    hall.agent()
    assert hall.handovers.hear(hall.citizen(), "c9", words) is None


def test_a_yes_that_answers_something_else_connects_nobody(hall: Hall) -> None:
    hall.agent()
    citizen = hall.citizen()
    hall.ask(citizen, "Wat breng ik mee voor een Kids-ID?", ANSWERED)
    assert hall.handovers.hear(hall.room.now(citizen), "c9", "ja") is None


def test_an_old_offer_connects_nobody_once_the_assistant_is_back(hall: Hall) -> None:
    sara, citizen = hall.agent(), hall.citizen()
    hall.taken(sara, citizen)
    hall.desk.hand_back(sara, citizen.id)
    assert hall.handovers.hear(hall.room.now(citizen), "c9", "ja") is None
    assert hall.room.now(citizen).status is Status.BOT


def test_a_yes_goes_through_the_door_of_the_conversation(hall: Hall) -> None:
    hall.agent()
    citizen = hall.citizen()
    engine = hall.talking()
    assert engine.say(citizen, "yes-1", "Ja, graag!") == 3
    assert engine.say(hall.room.now(citizen), "yes-1", "Ja, graag!") == 3
    assert len(hall.queue.waiting(Wish(("regio",)))) == 1


def test_where_nobody_is_there_that_is_said_at_once(hall: Hall) -> None:
    citizen = hall.citizen()
    assert hall.handovers.hear(citizen, "yes-1", "ja") == 3
    now = hall.room.now(citizen)
    assert now.status is Status.BOT
    assert hall.notices(citizen) == [text("handover.nobody", "nl", phone="1700")]
    assert hall.room.lease() is None
    with pytest.raises(NoAgentNow) as refused:
        hall.handovers.ask(now, Consent.FULL)
    assert refused.value.offers[0].route is Route.CALLBACK


def test_every_language_can_say_yes() -> None:
    said = {"nl": "ja", "fr": "oui", "de": "ja", "en": "yes", "tr": "evet", "ar": "نعم", "uk": "так"}
    said |= {"pl": "tak", "ro": "da", "es": "sí"}
    assert set(said) == set(LANGUAGES)
    assert all(says_yes(words) for words in said.values())


# --- nobody waits unseen


def test_who_waits_long_is_told_once_what_else_there_is(hall: Hall) -> None:
    hall.agent()
    citizen = hall.citizen()
    hall.waits(citizen)
    hall.later(minutes=4, seconds=59)
    assert hall.watch.look() == 0
    hall.later(seconds=1)
    assert hall.watch.look() == 1
    assert hall.watch.look() == 0
    assert hall.notices(citizen)[-1] == text("handover.unclaimed", "nl", phone="1700")
    assert hall.room.now(citizen).status is Status.WAITING


def test_when_the_last_agent_leaves_the_assistant_comes_back(hall: Hall) -> None:
    hall.agent()
    citizen = hall.citizen()
    hall.waits(citizen)
    hall.clock.move(minutes=2)
    assert hall.watch.look() == 0
    hall.clock.move(minutes=2)
    assert hall.watch.look() == 1
    assert hall.notices(citizen)[-1] == text("handover.nobody_any_more", "nl", phone="1700")
    assert hall.room.now(citizen).status is Status.BOT
    assert hall.queue.waiting(Wish(("regio",))) == []


def test_at_closing_time_who_waits_is_served_as_long_as_somebody_is_there(hall: Hall) -> None:
    sara, citizen = hall.agent(), hall.citizen()
    hall.waits(citizen)
    hall.hours("regio", parse_hours({"monday": ["09:00-11:00"]}))
    hall.later(minutes=1)
    assert hall.watch.look() == 0
    hall.desk.be(sara, Presence.OFF, None, None)
    assert hall.watch.look() == 1
    assert hall.room.now(citizen).status is Status.BOT


def test_an_agent_who_says_nothing_more_loses_the_conversation_with_an_apology(hall: Hall) -> None:
    sara, jan, citizen = hall.agent(), hall.agent("jan"), hall.citizen()
    waiting = hall.taken(sara, citizen)
    hall.later(minutes=1)
    newer = hall.waits(hall.citizen())
    hall.desk.say(sara, citizen.id, "a1", "Dag!")
    hall.store.say(citizen.id, "q2", lambda now: hall.says(now, "En de prijs?", "q2"))
    hall.later(minutes=3)
    hall.store.say(citizen.id, "q3", lambda now: hall.says(now, "Bent u er nog?", "q3"))
    hall.later(minutes=1, seconds=59)
    assert all("antwoordt niet meer" not in words for words in hall.notices(citizen))
    hall.later(seconds=1)
    hall.watch.look()
    assert hall.notices(citizen)[-1] == text("handover.returned", "nl")
    first, *_ = hall.desk.waiting(jan)
    assert (first.id, first.returned) == (waiting.id, True)
    assert first.id != newer.id
    assert hall.room.now(citizen).unanswered is not None


def test_an_agent_who_never_says_a_word_loses_it_too(hall: Hall) -> None:
    sara, citizen = hall.agent(), hall.citizen()
    hall.taken(sara, citizen)
    hall.later(minutes=5)
    hall.watch.look()
    assert hall.room.now(citizen).status is Status.WAITING


def test_an_agent_who_answered_may_wait_for_the_citizen(hall: Hall) -> None:
    sara, citizen = hall.agent(), hall.citizen()
    hall.taken(sara, citizen)
    hall.desk.say(sara, citizen.id, "a1", "Dag! Wat zoekt u?")
    hall.later(minutes=30)
    hall.watch.look()
    assert hall.room.now(citizen).agent == "sara"


# --- the place in the queue


def test_the_place_is_told_and_gets_better(hall: Hall) -> None:
    sara = hall.agent(capacity=1)
    hall.taken(sara, hall.citizen())
    first, second = hall.citizen(), hall.citizen()
    hall.waits(first)
    hall.later(seconds=1)
    hall.waits(second)
    assert text("handover.queued_wait", "nl", position=2, least=15, most=25) in hall.notices(second)
    hall.handovers.withdraw(hall.room.now(first))
    place = hall.handovers.place(second)
    assert place is not None
    assert place.position == 1
    assert hall.handovers.place(first) is None


# --- the brief


def test_the_brief_tells_what_was_asked_answered_and_tried(hall: Hall) -> None:
    hall.agent()
    citizen = hall.citizen(municipality="Gent")
    hall.ask(citizen, "Wat breng ik mee voor een Kids-ID?", ANSWERED)
    options = [{"label": "Zeilen", "id": "sample-zeilen"}, {"label": "Varen", "id": "sample-varen"}]
    hall.ask(citizen, "En op zee?", ESCALATED | {"kind": "clarification", "reason": "too_vague", "options": options})
    hall.ask(citizen, "Ik wil een mens spreken.", ESCALATED | {"reason": "asked_for_person"})
    brief = hall.waits(citizen).request.brief
    assert brief["question"] == "En op zee?"
    assert (brief["municipality"], brief["language"], brief["reason"]) == ("Gent", "nl", "asked_for_person")
    assert (brief["wish"], brief["consent"], brief["messages"]) == ("agent", "full", 4)
    (answered,) = brief["answered"]
    assert answered["question"] == "Wat breng ik mee voor een Kids-ID?"
    assert answered["text"] == "Breng een pasfoto mee. Kom zelf langs."
    assert answered["sources"] == [
        {"title": "Kids-ID", "url": "https://voorbeeld.be", "page_id": "sample-kids-id", "source_id": "kids-id"}
    ]
    assert [one["options"] for one in brief["tried"]] == [[], ["Zeilen", "Varen"], []]


def test_the_theme_comes_from_the_last_page_and_chooses_the_team(hall: Hall) -> None:
    hall.agent()
    citizen = hall.citizen()
    hall.ask(citizen, "Wat breng ik mee voor een Kids-ID?", ANSWERED)
    assert hall.waits(citizen).request.theme == "BurgerOverheid"


def test_what_was_said_of_danger_is_in_no_brief(hall: Hall) -> None:
    hall.agent()
    citizen = hall.citizen()
    hall.ask(citizen, "Ik wil niet meer leven.", DANGER)
    brief = hall.waits(citizen).request.brief
    assert "leven" not in str(brief)
    assert brief["question"] == "Hoe vraag ik een zeilvergunning?"


def test_no_worker_answers_what_people_have(hall: Hall) -> None:
    sara, citizen = hall.agent(), hall.citizen()
    hall.taken(sara, citizen)
    hall.store.say(citizen.id, "q2", lambda now: hall.says(now, "En de prijs?", "q2"))
    assert hall.room.lease() is None
    hall.desk.hand_back(sara, citizen.id)
    lease = hall.room.lease()
    assert lease is not None
    assert lease.text == "En de prijs?"


def test_closing_keeps_whether_it_was_solved_and_a_new_message_goes_on(hall: Hall) -> None:
    sara, citizen = hall.agent(), hall.citizen()
    waiting = hall.taken(sara, citizen)
    hall.desk.close(sara, citizen.id, solved=True)
    found = hall.queue.find(waiting.id)
    assert found is not None
    assert found.progress is Progress.ENDED
    hall.clock.move(days=1)
    hall.store.say(citizen.id, "q2", lambda now: hall.says(now, "Nog iets", "q2"))
    assert hall.room.now(citizen).status is Status.BOT
    assert hall.queue.lasted("regio", hall.clock() - timedelta(days=2)) == [timedelta(0)]
