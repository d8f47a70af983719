"""Who may speak when: every act in every status, and what it changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.domain.conversation import (
    Author,
    Change,
    Conversation,
    EventType,
    OutOfTurn,
    Refusal,
    Status,
    assistant_informs,
    assistant_replies,
    citizen_says,
    close,
    remind,
)
from assistant.domain.idleness import idle
from assistant.domain.with_people import agent_accepts, agent_says, ask_for_person, hand_back
from tests.assistant.talking import PATIENCE, REPLY, REQUEST, START

NEW = Conversation("x", "regio", "nl", False, START, START)
ASKED = citizen_says(NEW, START, "vraag", "c1").after
WAITING = ask_for_person(ASKED, START, "", REQUEST).after
WITH_ANN = agent_accepts(WAITING, START, "ann", "").after
CLOSED = close(ASKED, START, "").after
IN = {Status.BOT: ASKED, Status.WAITING: WAITING, Status.WITH_AGENT: WITH_ANN, Status.CLOSED: CLOSED}
LATER = START + timedelta(minutes=1)

Act = Callable[[Conversation], Change]
ACTS: dict[str, tuple[Act, dict[Status, Status | Refusal]]] = {
    "citizen says": (
        lambda now: citizen_says(now, LATER, "nog iets", "c2"),
        {one: one for one in Status} | {Status.CLOSED: Status.BOT},
    ),
    "assistant replies": (
        lambda now: assistant_replies(now, LATER, 1, REPLY),
        {
            Status.BOT: Status.BOT,
            Status.WAITING: Refusal.ASSISTANT_IS_SILENT,
            Status.WITH_AGENT: Refusal.ASSISTANT_IS_SILENT,
            Status.CLOSED: Refusal.CLOSED,
        },
    ),
    "assistant informs": (
        lambda now: assistant_informs(now, LATER, "even geduld"),
        {
            Status.BOT: Status.BOT,
            Status.WAITING: Refusal.ASSISTANT_IS_SILENT,
            Status.WITH_AGENT: Refusal.ASSISTANT_IS_SILENT,
            Status.CLOSED: Refusal.CLOSED,
        },
    ),
    "a person is asked for": (
        lambda now: ask_for_person(now, LATER, "U wacht.", REQUEST),
        {
            Status.BOT: Status.WAITING,
            Status.WAITING: Refusal.ALREADY_HANDED_OVER,
            Status.WITH_AGENT: Refusal.ALREADY_HANDED_OVER,
            Status.CLOSED: Status.WAITING,
        },
    ),
    "bob accepts": (
        lambda now: agent_accepts(now, LATER, "bob", ""),
        {
            Status.BOT: Refusal.NOT_WAITING,
            Status.WAITING: Status.WITH_AGENT,
            Status.WITH_AGENT: Refusal.ALREADY_TAKEN,
            Status.CLOSED: Refusal.NOT_WAITING,
        },
    ),
    "ann says": (
        lambda now: agent_says(now, LATER, "ann", "Dag!", "a1"),
        {
            Status.BOT: Refusal.NOT_YOURS,
            Status.WAITING: Refusal.NOT_YOURS,
            Status.WITH_AGENT: Status.WITH_AGENT,
            Status.CLOSED: Refusal.CLOSED,
        },
    ),
    "bob says": (
        lambda now: agent_says(now, LATER, "bob", "Dag!", "a1"),
        dict.fromkeys(Status, Refusal.NOT_YOURS) | {Status.CLOSED: Refusal.CLOSED},
    ),
    "ann hands back": (
        lambda now: hand_back(now, LATER, "ann", ""),
        {
            Status.BOT: Refusal.NOT_YOURS,
            Status.WAITING: Refusal.NOT_YOURS,
            Status.WITH_AGENT: Status.BOT,
            Status.CLOSED: Refusal.CLOSED,
        },
    ),
    "the citizen waits no longer": (
        lambda now: hand_back(now, LATER, None, ""),
        dict.fromkeys(Status, Refusal.NOT_WAITING) | {Status.WAITING: Status.BOT},
    ),
    "the citizen ends": (
        lambda now: close(now, LATER, "dag"),
        dict.fromkeys(Status, Status.CLOSED) | {Status.CLOSED: Refusal.CLOSED},
    ),
    "ann ends": (
        lambda now: close(now, LATER, "dag", agent="ann"),
        {
            Status.BOT: Refusal.NOT_YOURS,
            Status.WAITING: Refusal.NOT_YOURS,
            Status.WITH_AGENT: Status.CLOSED,
            Status.CLOSED: Refusal.CLOSED,
        },
    ),
}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("act", ACTS)
def test_every_act_in_every_status_is_done_or_refused_by_name(act: str, status: Status) -> None:
    does, expected = ACTS[act]
    before, wanted = IN[status], expected[status]
    if isinstance(wanted, Refusal):
        with pytest.raises(OutOfTurn) as refused:
            does(before)
        assert refused.value.refusal is wanted
        return
    change = does(before)
    assert change.after.status is wanted
    assert change.after.version == before.version + 1
    assert [event.seq for event in change.events] == list(range(before.last_seq + 1, change.after.last_seq + 1))
    assert change.events[-1].status is wanted


def test_a_message_to_the_assistant_is_its_work_and_one_to_people_is_not() -> None:
    opens = {status: citizen_says(before, LATER, "vraag", "c2").opens for status, before in IN.items()}
    assert opens == {
        Status.BOT: ASKED.last_seq + 1,
        Status.WAITING: None,
        Status.WITH_AGENT: None,
        Status.CLOSED: CLOSED.last_seq + 2,
    }


def test_a_closed_conversation_says_that_it_goes_on_before_the_message() -> None:
    change = citizen_says(CLOSED, LATER, "vraag", "c2", resumed="Het gaat verder.")
    assert [(event.type, event.author, event.text) for event in change.events] == [
        (EventType.STATUS, Author.SYSTEM, "Het gaat verder."),
        (EventType.MESSAGE, Author.CITIZEN, "vraag"),
    ]


def test_danger_is_said_beside_people_and_not_beside_the_assistant_who_answers_it() -> None:
    said = {
        status: [event.text for event in citizen_says(before, LATER, "help", "c2", danger="Bel 112.").events][-1]
        for status, before in IN.items()
    }
    assert said == {
        Status.BOT: "help",
        Status.WAITING: "Bel 112.",
        Status.WITH_AGENT: "Bel 112.",
        Status.CLOSED: "help",
    }
    danger = citizen_says(WITH_ANN, LATER, "help", "c2", danger="Bel 112.").after
    assert danger.unanswered == danger.last_seq - 1


def test_a_newer_question_is_still_owed_when_an_older_one_is_answered() -> None:
    twice = citizen_says(ASKED, LATER, "nog iets", "c2").after
    first = assistant_replies(twice, LATER, 1, REPLY)
    assert (first.closes, first.after.unanswered) == (1, 2)
    assert assistant_replies(first.after, LATER, 2, REPLY).after.unanswered is None


def test_what_people_did_not_answer_the_assistant_answers_after_all() -> None:
    assert hand_back(WITH_ANN, LATER, "ann", "").opens == 1
    spoken = agent_says(WITH_ANN, LATER, "ann", "Dag!", "a1").after
    assert hand_back(spoken, LATER, "ann", "").opens is None


def test_the_end_and_a_hand_over_leave_nothing_for_the_assistant_to_do() -> None:
    assert close(ASKED, LATER, "").voids
    assert close(ASKED, LATER, "").after.unanswered is None
    assert ask_for_person(ASKED, LATER, "", REQUEST).voids
    assert ask_for_person(ASKED, LATER, "", REQUEST).after.unanswered == 1


def test_the_language_of_a_reply_is_kept() -> None:
    assert assistant_replies(ASKED, LATER, 1, REPLY, language="fr").after.language == "fr"
    assert assistant_replies(ASKED, LATER, 1, REPLY).after.language == "nl"


def test_what_is_said_later_is_never_dated_earlier() -> None:
    change = assistant_replies(ASKED, START - timedelta(seconds=3), 1, REPLY)
    assert (change.events[0].at, change.after.active_at) == (START, START)


def test_a_reminder_does_not_count_as_something_said() -> None:
    change = remind(NEW, LATER, "Bent u er nog?")
    assert (change.after.active_at, change.after.warned_at) == (START, LATER)
    assert citizen_says(change.after, LATER, "ja", "c1").after.warned_at is None


ANSWERED = assistant_replies(ASKED, START, 1, REPLY).after


@pytest.mark.parametrize(
    ("before", "minutes", "done"),
    [
        (ANSWERED, 9.9, None),
        (ANSWERED, 10, EventType.NOTICE),
        (replace(ANSWERED, warned_at=START), 4.9, None),
        (replace(ANSWERED, warned_at=START), 5, EventType.STATUS),
        (NEW, 14.9, None),
        (NEW, 15, EventType.STATUS),
        (ASKED, 1000, None),
        (WAITING, 1000, None),
        (WITH_ANN, 1000, None),
        (CLOSED, 1000, None),
    ],
)
def test_silence_is_warned_of_and_ended_only_where_the_citizen_is_to_speak(
    before: Conversation, minutes: float, done: EventType | None
) -> None:
    change = idle(before, START + timedelta(minutes=minutes), PATIENCE, "Bent u er nog?", "Dag.")
    assert (change.events[-1].type if change else None) == done
