"""Who answers, in which language, and what becomes of an answer that is slow or never comes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from time import sleep

import pytest

from assistant.answering.draft import Draft
from assistant.answering.language import LanguageStep, SpokenLanguage
from assistant.answering.mask import mask
from assistant.answering.pipeline import Assistant
from assistant.answering.replies import signpost
from assistant.conversations.answering import Answering
from assistant.conversations.caretaker import Caretaker
from assistant.conversations.worker import Worker
from assistant.domain.conversation import (
    Author,
    Conversation,
    Event,
    EventType,
    Status,
)
from assistant.domain.reply import Signpost, SignpostReason
from assistant.domain.with_people import ask_for_person
from assistant.messages import text
from assistant.store.work import WorkStore
from knowledge.language import ChatIdentifier, LangdetectIdentifier
from tests.assistant.building import SITE, assistant_with
from tests.assistant.talking import LENGTH, REQUEST, Room, a_room, held, until

Ending = Callable[[Draft], Signpost]


def greet(draft: Draft) -> Signpost:
    return signpost(draft, SignpostReason.GREETING)


def answering(room: Room, *ends: Ending) -> Answering:
    """Answers with one step after masking and language; without one it greets."""
    assistant: Assistant = assistant_with((mask, LanguageStep(ChatIdentifier()), *(ends or (greet,))))
    first, second = ChatIdentifier(), LangdetectIdentifier()
    return Answering(lambda: assistant, {SITE.id: SITE}, SITE, first=first, second=second, clock=room.clock)


@pytest.fixture
def room(home: Path) -> Iterator[Room]:
    with a_room(home) as found:
        yield found


@pytest.fixture
def conversation(room: Room) -> Conversation:
    return room.open().conversation


class Works:
    """Starts workers on a room and stops them after the test."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.started: list[Worker] = []

    def __call__(self, *ends: Ending, slots: int = 2, slow: float = 60, lease: timedelta = LENGTH) -> Worker:
        found = answering(self.room, *ends)
        owner = f"p{len(self.started)}"
        more = {"slots": slots, "slow": slow}
        made = Worker(self.room.log, self.room.work, found, owner=owner, clock=self.room.clock, lease=lease, **more)
        self.started.append(made)
        made.start()
        return made


@pytest.fixture
def works(room: Room) -> Iterator[Works]:
    found = Works(room)
    yield found
    for one in found.started:
        one.stop(patience=0.1)


def replies(room: Room, conversation: Conversation) -> list[Event]:
    return [event for event in room.store.events(conversation.id) if event.reply is not None]


def answered(room: Room, conversation: Conversation, how_many: int = 1) -> list[Event]:
    found: list[Event] = until(
        lambda: found if len(found := replies(room, conversation)) >= how_many else None, seconds=60
    )
    return found


class Gate:
    """A step that waits until it is opened."""

    name = "gate"

    def __init__(self) -> None:
        self.open, self.entered = threading.Event(), threading.Semaphore(0)

    def __call__(self, draft: Draft) -> Signpost:
        self.entered.release()
        assert self.open.wait(timeout=120)
        return greet(draft)


@pytest.fixture
def gate() -> Iterator[Gate]:
    found = Gate()
    yield found
    found.open.set()


# --- the worker


def test_messages_are_answered_in_order_with_their_trace(room: Room, conversation: Conversation, works: Works) -> None:
    for number in range(3):
        room.say(conversation, f"hallo {number}", f"c{number}")
    works()
    found = answered(room, conversation, 3)
    assert [event.in_reply_to for event in found] == [1, 2, 3]
    traces = room.store.traces(conversation.id)
    assert [one["seq"] for one in traces] == [event.seq for event in found]
    assert [step["step"] for step in traces[0]["trace"]["steps"]] == ["mask", "language", "greet"]


def test_the_passages_of_an_answer_are_kept_as_they_were_cited(ready: object, home: Path) -> None:
    from assistant.bootstrap import Service
    from tests.assistant.building import sure_question

    assert isinstance(ready, Service)
    with a_room(home) as room:
        conversation = room.open().conversation
        room.say(conversation, sure_question("kids-id"))
        first, second = ChatIdentifier(), LangdetectIdentifier()
        real = Answering(lambda: ready.assistant, {SITE.id: SITE}, SITE, first=first, second=second)
        lease = held(room.lease())
        result = real.answer(lease)
        quotes = [one["quote"] for one in result.trace["passages"]]
        assert quotes == [one["quote"] for one in result.reply["citations"]]
        assert quotes


def test_one_slow_answer_does_not_keep_other_citizens_waiting(
    room: Room, conversation: Conversation, works: Works, gate: Gate
) -> None:
    def slow_for_one(draft: Draft) -> Signpost:
        return gate(draft) if "traag" in draft.text else greet(draft)

    other = room.open().conversation
    room.say(conversation, "traag")
    room.say(conversation, "daarna", "c2")
    works(slow_for_one)
    gate.entered.acquire()
    for number in range(3):
        room.say(other, f"snel {number}", f"c{number}")
    answered(room, other, 3)
    assert replies(room, conversation) == []
    gate.open.set()
    assert [event.in_reply_to for event in answered(room, conversation, 2)] == [1, 2]


def test_a_citizen_is_told_once_that_it_takes_longer(
    room: Room, conversation: Conversation, works: Works, gate: Gate
) -> None:
    room.say(conversation)
    works(gate, slow=0.05)
    notice = until(lambda: [one for one in room.store.events(conversation.id) if one.type is EventType.NOTICE])
    sleep(1.2)
    gate.open.set()
    (reply,) = answered(room, conversation)
    events = room.store.events(conversation.id)
    assert [event.type for event in events] == [EventType.MESSAGE, EventType.NOTICE, EventType.MESSAGE]
    assert notice[0].text == text("conversation.slow", "nl", phone=SITE.phone.number)
    assert (reply.seq, reply.in_reply_to) == (3, 1)


def test_an_answer_that_is_found_too_late_is_not_said_a_second_time(
    room: Room, conversation: Conversation, works: Works, gate: Gate
) -> None:
    tries = count()

    def hang_at_first(draft: Draft) -> Signpost:
        return greet(draft) if next(tries) else gate(draft)

    room.say(conversation)
    works(hang_at_first)
    gate.entered.acquire()
    room.clock.move(seconds=31)
    # Whichever of the two takes it over.
    works(hang_at_first)
    answered(room, conversation)
    gate.open.set()
    sleep(0.3)
    assert len(replies(room, conversation)) == 1


def test_threads_that_hang_do_not_stop_a_process_from_answering(room: Room, works: Works, gate: Gate) -> None:
    def hang_for_two(draft: Draft) -> Signpost:
        return gate(draft) if "hangt" in draft.text else greet(draft)

    stuck = [room.open().conversation for _ in range(2)]
    for one in stuck:
        room.say(one, "hangt")
    works(hang_for_two)
    gate.entered.acquire()
    gate.entered.acquire()
    later = room.open().conversation
    room.say(later)
    room.clock.move(seconds=31)
    gate.entered.acquire()
    gate.entered.acquire()
    room.clock.move(seconds=31)
    answered(room, later)
    for one in stuck:
        assert answered(room, one)[0].reply["reason"] == "component_failed"  # type: ignore[index]


def test_an_answer_that_never_comes_becomes_a_person_by_the_next_process(
    room: Room, conversation: Conversation, works: Works
) -> None:
    room.say(conversation, "mijn nummer is 93.05.18-223.61")
    for owner in ("p1", "p2"):
        assert held(room.lease(owner)).owner == owner
        room.clock.move(seconds=30)
    works()
    (reply,) = answered(room, conversation)
    assert reply.reply is not None
    assert (reply.reply["kind"], reply.reply["reason"]) == ("escalation", "component_failed")
    assert reply.reply["contacts"][0]["value"] == SITE.phone.number
    assert reply.text.startswith(text("escalation.component_failed", "nl"))
    assert reply.reply["masked_text"] == "mijn nummer is [rijksregisternummer]"
    assert room.now(conversation).status is Status.BOT


def test_a_process_that_stops_finishes_what_it_is_answering(
    room: Room, conversation: Conversation, works: Works, gate: Gate
) -> None:
    room.say(conversation)
    room.say(conversation, "nog een", "c2")
    worker = works(gate)
    gate.entered.acquire()
    threading.Timer(0.3, gate.open.set).start()
    worker.stop(patience=20)
    assert [event.in_reply_to for event in replies(room, conversation)] == [1]
    assert held(room.lease("another")).attempts == 1


def test_a_process_that_stops_gives_back_what_it_cannot_finish(
    room: Room, conversation: Conversation, works: Works, gate: Gate
) -> None:
    room.say(conversation)
    worker = works(gate)
    gate.entered.acquire()
    worker.stop(patience=0.1)
    again = held(room.lease("another"))
    assert again.attempts == 1
    gate.open.set()
    room.reply(again)
    sleep(0.2)
    assert len(replies(room, conversation)) == 1


def test_an_assistant_whose_every_step_fails_still_leaves_a_person(
    room: Room, conversation: Conversation, works: Works
) -> None:
    def broken(_draft: Draft) -> Signpost:
        raise RuntimeError("mevrouw Peeters")

    room.say(conversation)
    works(broken)
    (reply,) = answered(room, conversation)
    assert reply.reply is not None
    assert reply.reply["reason"] == "component_failed"


class Flaky(WorkStore):
    """Cannot store a reply the first times."""

    failures = 2

    def finish(self, *given: object, **more: object) -> int:
        if self.failures:
            self.failures -= 1
            raise OSError("the database is away")
        return super().finish(*given, **more)  # type: ignore[arg-type]


def test_a_reply_is_stored_also_where_the_database_is_away_for_a_moment(
    room: Room, conversation: Conversation, works: Works
) -> None:
    room.work = Flaky(room.log)
    room.say(conversation)
    works()
    assert len(answered(room, conversation)) == 1


def test_the_assistant_says_nothing_when_people_took_over_meanwhile(
    room: Room, conversation: Conversation, works: Works, gate: Gate
) -> None:
    room.say(conversation)
    works(gate, slow=0.3)
    gate.entered.acquire()
    room.store.change(conversation.id, lambda now: ask_for_person(now, room.clock(), "U wacht.", REQUEST))
    sleep(0.6)
    gate.open.set()
    sleep(0.3)
    assert [event.author for event in room.store.events(conversation.id)] == [Author.CITIZEN, Author.SYSTEM]


def test_danger_is_heard_also_while_people_have_the_conversation(room: Room, conversation: Conversation) -> None:
    room.store.change(conversation.id, lambda now: ask_for_person(now, room.clock(), "U wacht.", REQUEST))
    room.say(conversation, "hij ademt niet meer")
    last = room.store.events(conversation.id)[-1]
    assert (last.type, last.author, last.text) == (
        EventType.NOTICE,
        Author.ASSISTANT,
        text("signpost.danger_medical", "nl"),
    )


def test_words_about_danger_are_kept_a_day(room: Room, conversation: Conversation, works: Works) -> None:
    def danger(draft: Draft) -> Signpost:
        return signpost(draft, SignpostReason.DANGER_VIOLENCE)

    room.say(conversation, "mijn man slaat mij")
    works(danger)
    (reply,) = answered(room, conversation)
    caretaker = Caretaker(room.store, {}, room.clock)
    room.clock.move(hours=23)
    caretaker.look()
    assert room.said(conversation)[0][1] == "mijn man slaat mij"
    room.clock.move(hours=1)
    caretaker.look()
    assert room.said(conversation) == [(Author.CITIZEN, ""), (Author.ASSISTANT, reply.text)]


# --- the language


FRENCH = "Je voudrais savoir comment je peux demander une prime pour ma maison"
DUTCH = "Ik wil graag weten hoe ik een premie kan aanvragen voor mijn huis"


def spoken(room: Room, conversation: Conversation, *several: str) -> list[str]:
    """The languages of the replies to messages, one after another."""
    found = []
    for words in several:
        room.say(conversation, words, f"c{len(room.store.events(conversation.id))}")
        lease = held(room.lease())
        result = answering(room).answer(lease)
        from assistant.domain.conversation import assistant_replies

        room.work.finish(
            lease,
            lambda now, lease=lease, result=result: assistant_replies(  # type: ignore[misc]
                now, room.clock(), lease.seq, result.reply, language=result.language
            ),
        )
        found.append(str(result.reply["language"]))
    return found


def test_the_first_words_tell_the_language_and_short_ones_after_it_do_not(
    room: Room, conversation: Conversation
) -> None:
    assert spoken(room, conversation, FRENCH, "ok", "Kids-ID Gent") == ["fr", "fr", "fr"]
    assert room.now(conversation).language == "fr"


def test_words_too_short_to_tell_leave_the_language_open(room: Room, conversation: Conversation) -> None:
    assert spoken(room, conversation, "Kids-ID", FRENCH) == ["nl", "fr"]


def test_a_clear_switch_is_followed_and_an_unclear_one_is_not(room: Room, conversation: Conversation) -> None:
    assert spoken(room, conversation, FRENCH, DUTCH) == ["fr", "nl"]

    class Undecided:
        def probabilities(self, text: str) -> dict[str, float]:
            return {"de": 0.5, "nl": 0.4}

    found = answering(room)
    found._spoken = SpokenLanguage(ChatIdentifier(), Undecided())
    room.say(conversation, FRENCH, "again")
    assert found.answer(held(room.lease())).language == "nl"


def test_a_language_that_was_chosen_stays(room: Room) -> None:
    assert spoken(room, room.open(language="de").conversation, FRENCH, DUTCH) == ["de", "de"]


def test_a_language_that_is_asked_for_in_words_holds_from_then_on(room: Room) -> None:
    conversation = room.open(language="nl").conversation
    assert spoken(room, conversation, DUTCH, "in English please", DUTCH) == ["nl", "en", "en"]
    assert (room.now(conversation).language, room.now(conversation).declared) == ("en", True)


def test_a_language_that_the_site_has_not_is_not_spoken(room: Room) -> None:
    room.site = replace(SITE, languages=("nl", "fr"))
    conversation = room.open(language="pl").conversation
    assert (conversation.language, conversation.declared) == ("nl", False)


# --- the clock


def caretaker(room: Room) -> Caretaker:
    return Caretaker(room.store, {SITE.id: SITE}, room.clock)


def test_a_silent_citizen_is_warned_then_left_and_gets_a_second_chance(room: Room, conversation: Conversation) -> None:
    room.say(conversation)
    clock = caretaker(room)
    room.clock.move(hours=5)
    assert clock.look() == 0, "an answer is owed"
    room.reply(held(room.lease()))
    room.clock.move(minutes=9, seconds=59)
    assert clock.look() == 0
    room.clock.move(seconds=1)
    assert (clock.look(), clock.look()) == (1, 0)
    warning = room.store.events(conversation.id)[-1]
    assert (warning.type, warning.author) == (EventType.NOTICE, Author.SYSTEM)
    assert warning.text == text("conversation.idle_warning", "nl", minutes=5)
    room.clock.move(minutes=5)
    assert (clock.look(), clock.look()) == (1, 0)
    assert room.store.events(conversation.id)[-1].text == text("conversation.idle_end", "nl")
    assert room.now(conversation).status is Status.CLOSED
    room.say(conversation, "ik ben er weer", "c2")
    assert room.now(conversation).status is Status.BOT


def test_a_word_after_the_warning_starts_the_clock_anew(room: Room, conversation: Conversation) -> None:
    room.say(conversation)
    room.reply(held(room.lease()))
    room.clock.move(minutes=10)
    caretaker(room).look()
    room.clock.move(minutes=4)
    room.say(conversation, "ja hoor", "c2")
    room.reply(held(room.lease()))
    room.clock.move(minutes=9)
    assert caretaker(room).look() == 0


def test_several_processes_with_a_clock_warn_once(room: Room, conversation: Conversation) -> None:
    room.say(conversation)
    room.reply(held(room.lease()))
    room.clock.move(minutes=10)
    clocks = [caretaker(one) for one in (room, room.again(), room.again())]
    threads = [threading.Thread(target=one.look) for one in clocks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert [event.type for event in room.store.events(conversation.id)].count(EventType.NOTICE) == 1


def test_a_conversation_in_which_nothing_was_said_ends_without_a_word_to_nobody(
    room: Room, conversation: Conversation
) -> None:
    room.clock.move(minutes=15)
    caretaker(room).look()
    assert [event.type for event in room.store.events(conversation.id)] == [EventType.STATUS]


def test_people_are_not_hurried(room: Room, conversation: Conversation) -> None:
    room.store.change(conversation.id, lambda now: ask_for_person(now, room.clock(), "U wacht.", REQUEST))
    room.clock.move(days=2)
    assert caretaker(room).look() == 0


def test_an_old_conversation_is_erased(room: Room, conversation: Conversation) -> None:
    room.say(conversation)
    room.reply(held(room.lease()))
    for minutes in (10, 5):
        room.clock.move(minutes=minutes)
        caretaker(room).look()
    room.clock.move(days=29, hours=23)
    caretaker(room).look()
    assert room.store.find(conversation.id) is not None
    room.clock.move(hours=1)
    caretaker(room).look()
    assert room.store.find(conversation.id) is None


def test_a_laptop_that_sleeps_an_hour_finds_everything_in_order(room: Room, conversation: Conversation) -> None:
    room.say(conversation)
    room.reply(held(room.lease()))
    for _ in range(60):
        room.clock.move(minutes=1)
        caretaker(room).look()
    assert [event.status for event in room.store.events(conversation.id, after=2)] == ["bot", "closed"]
    room.say(conversation, "ik ben er weer", "c2")
    room.reply(held(room.lease()))
    assert room.store.events(conversation.id)[-1].in_reply_to == 6
