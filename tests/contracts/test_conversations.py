"""The store of conversations: once, in order, and whole, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, select

from assistant.conversations.engine import CODE_LIFE, PACE, TRIES, NoWords, UnknownOption
from assistant.domain.conversation import (
    Author,
    Conversation,
    EventType,
    OutOfTurn,
    Refusal,
    Status,
    assistant_informs,
    close,
)
from assistant.domain.with_people import agent_accepts, agent_says, ask_for_person, hand_back
from assistant.store.access import TooManyTries
from assistant.store.conversations import TooFast
from assistant.store.feedback import Feedback, FeedbackStore
from assistant.store.log import Ring
from assistant.store.notes import Note, NoteStore
from assistant.store.rows import NotThere, Overtaken
from assistant.store.schema import CONVERSATIONS
from assistant.store.tables import Base, EventRow
from assistant.store.work import LeaseLost
from tests.assistant.mailing import put
from tests.assistant.talking import LENGTH, PATIENCE, REQUEST, Room, a_room, held, in_order, until


@pytest.fixture
def room(home: Path, conversations_url: str) -> Iterator[Room]:
    """An empty database of each kind."""
    with a_room(home, conversations_url) as found:
        yield found


@pytest.fixture
def conversation(room: Room) -> Conversation:
    return room.open().conversation


def test_the_migrations_make_the_tables_that_the_program_expects(room: Room) -> None:
    with room.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "version_table": "x"})
        found = compare_metadata(context, CONVERSATIONS.metadata)
    assert [one for one in found if one[0] != "remove_table" or one[1].name != CONVERSATIONS.version_table] == []


# --- what a citizen says


def test_a_message_and_its_work_are_there_together(room: Room, conversation: Conversation) -> None:
    assert room.say(conversation, "Kids-ID") == 1
    assert room.said(conversation) == [(Author.CITIZEN, "Kids-ID")]
    lease = held(room.lease())
    assert (lease.seq, lease.text, lease.conversation.id) == (1, "Kids-ID", conversation.id)


def test_the_same_message_is_kept_once_however_often_it_comes(room: Room, conversation: Conversation) -> None:
    assert [room.say(conversation, text) for text in ("een", "een", "anders")] == [1, 1, 1]
    assert room.say(conversation, "twee", "c2") == 2
    assert [text for _, text in room.said(conversation)] == ["een", "twee"]


def test_the_same_message_sent_from_many_threads_at_once_is_kept_once(room: Room, conversation: Conversation) -> None:
    rooms = [room, room.again()]
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda n: rooms[n % 2].say(conversation, f"poging {n}"), range(16)))
    assert set(told) == {1}
    assert len(room.store.events(conversation.id)) == 1


def test_messages_from_many_threads_get_each_number_once(room: Room, conversation: Conversation) -> None:
    rooms = [room, room.again()]
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda n: rooms[n % 2].say(conversation, f"vraag {n}", f"c{n}"), range(16)))
    assert sorted(told) == list(range(1, 17))
    assert in_order(room.store.events(conversation.id))


def test_two_conversations_may_use_the_same_client_ids(room: Room, conversation: Conversation) -> None:
    other = room.open().conversation
    assert (room.say(conversation), room.say(other)) == (1, 1)


def test_what_is_personal_is_masked_before_it_is_stored(room: Room, conversation: Conversation) -> None:
    room.say(conversation, "mijn nummer is 93.05.18-223.61\nen mail jan@voorbeeld.be")
    with room.database.read() as session:
        kept = session.scalars(select(EventRow.text)).one()
    assert kept == "mijn nummer is [rijksregisternummer] en mail [e-mail]"


def test_lines_stay_where_nothing_had_to_be_masked(room: Room, conversation: Conversation) -> None:
    room.say(conversation, "een  vraag\r\n\n\n\nen nog \x00een\n")
    assert room.said(conversation) == [(Author.CITIZEN, "een vraag\n\nen nog een")]


def test_a_message_in_which_nothing_can_be_read_is_refused(room: Room, conversation: Conversation) -> None:
    with pytest.raises(NoWords):
        room.say(conversation, "\u200b \ud800 \n")
    assert room.store.events(conversation.id) == []


def test_who_sends_too_fast_is_told_when_to_come_back_and_loses_nothing(room: Room, conversation: Conversation) -> None:
    for number in range(PACE.messages):
        room.say(conversation, f"vraag {number}", f"c{number}")
        room.clock.move(seconds=1)
    with pytest.raises(TooFast) as refused:
        room.say(conversation, "nog een", "late")
    assert refused.value.seconds == 40
    assert room.say(conversation, "herhaald", "c3") == 4
    room.clock.move(seconds=40)
    assert room.say(conversation, "nog een", "late") == PACE.messages + 1


def test_nothing_can_be_said_in_a_conversation_that_is_not_there(room: Room, conversation: Conversation) -> None:
    with pytest.raises(NotThere):
        room.say(replace(conversation, id="nergens"))
    assert room.lease() is None


# --- who answers


def test_a_message_is_leased_to_one_process_until_its_time_is_over(room: Room, conversation: Conversation) -> None:
    room.say(conversation)
    first = held(room.lease("p1"))
    assert room.lease("p2") is None
    room.clock.move(seconds=29)
    assert room.lease("p2") is None
    room.clock.move(seconds=1)
    second = held(room.lease("p2"))
    assert (first.attempts, second.attempts) == (1, 2)
    with pytest.raises(LeaseLost):
        room.reply(first)
    assert room.reply(second) == 2
    assert room.lease("p3") is None


def test_many_processes_that_look_at_once_get_a_message_once(room: Room, conversation: Conversation) -> None:
    room.say(conversation)
    rooms, gate = [room, *(room.again() for _ in range(3))], threading.Barrier(4)

    def take(number: int) -> bool:
        gate.wait()
        return rooms[number].lease(f"p{number}") is not None

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(take, range(4))) == 1


def test_of_a_conversation_only_the_oldest_message_can_be_taken(room: Room, conversation: Conversation) -> None:
    other = room.open().conversation
    room.say(conversation, "een", "c1")
    room.say(conversation, "twee", "c2")
    room.say(other, "anders", "c1")
    first, second = held(room.lease("p1")), held(room.lease("p2"))
    assert [(one.conversation.id, one.seq) for one in (first, second)] == [(conversation.id, 1), (other.id, 1)]
    assert room.lease("p3") is None
    room.reply(first)
    assert held(room.lease("p3")).seq == 2


def test_a_late_reply_still_counts_while_nobody_else_has_taken_over(room: Room, conversation: Conversation) -> None:
    room.say(conversation)
    lease = held(room.lease())
    room.clock.move(seconds=31)
    assert room.reply(lease) == 2


def test_a_message_is_answered_once(room: Room, conversation: Conversation) -> None:
    room.say(conversation)
    lease = held(room.lease())
    room.reply(lease)
    with pytest.raises(LeaseLost):
        room.reply(lease)
    assert [author for author, _ in room.said(conversation)] == [Author.CITIZEN, Author.ASSISTANT]
    assert room.store.events(conversation.id)[1].in_reply_to == 1
    assert room.now(conversation).unanswered is None


def test_a_message_that_is_given_back_can_be_taken_at_once_and_counts_as_never_taken(
    room: Room, conversation: Conversation
) -> None:
    room.say(conversation)
    first = held(room.lease("p1"))
    room.work.release(first)
    second = held(room.lease("p2"))
    assert second.attempts == 1
    with pytest.raises(LeaseLost):
        room.reply(first)


def test_what_went_wrong_while_a_reply_was_stored_leaves_nothing_of_it(room: Room, conversation: Conversation) -> None:
    room.say(conversation)
    lease = held(room.lease())
    with pytest.raises(TypeError):
        room.reply(lease, trace={"trace": object(), "passages": []})
    assert len(room.store.events(conversation.id)) == 1
    assert room.reply(lease) == 2


def test_the_trace_and_the_passages_of_an_answer_are_kept_with_it(room: Room, conversation: Conversation) -> None:
    room.say(conversation)
    kept = {"trace": {"steps": [{"step": "mask"}]}, "passages": [{"quote": "Een Kids-ID … één"}]}
    room.reply(held(room.lease()), trace=kept)
    assert room.store.traces(conversation.id) == [{"seq": 2, **kept}]


def test_that_it_takes_longer_is_said_once_however_often_it_is_tried(room: Room, conversation: Conversation) -> None:
    room.say(conversation)
    for owner in ("p1", "p1", "p2"):
        lease = room.lease(owner) or lease  # noqa: F821 - taken in the first round
        room.work.inform(lease, lambda now: assistant_informs(now, room.clock(), "even geduld"))
        room.clock.move(seconds=20)
    assert [event.type for event in room.store.events(conversation.id)] == [EventType.MESSAGE, EventType.NOTICE]


def test_words_about_danger_are_wiped_when_their_time_is_over(room: Room, conversation: Conversation) -> None:
    room.say(conversation, "hij slaat mij")
    room.reply(held(room.lease()), forget_at=room.clock() + timedelta(hours=24))
    assert room.store.forget(room.clock() + timedelta(hours=23)) == 0
    assert room.store.forget(room.clock() + timedelta(hours=24)) == 1
    assert room.said(conversation)[0] == (Author.CITIZEN, "")


# --- people


def handed_over(room: Room, conversation: Conversation) -> Conversation:
    room.store.change(conversation.id, lambda now: ask_for_person(now, room.clock(), "U wacht.", REQUEST))
    return room.now(conversation)


def test_a_hand_over_voids_what_the_assistant_was_to_answer(room: Room, conversation: Conversation) -> None:
    room.say(conversation, "een", "c1")
    room.say(conversation, "twee", "c2")
    lease = held(room.lease())
    assert handed_over(room, conversation).status is Status.WAITING
    with pytest.raises(LeaseLost):
        room.reply(lease)
    room.clock.move(minutes=5)
    assert room.lease() is None
    room.say(conversation, "drie", "c3")
    assert room.lease() is None


def test_of_two_agents_who_accept_the_second_is_refused(room: Room, conversation: Conversation) -> None:
    seen = handed_over(room, conversation)
    rooms, gate = [room, room.again()], threading.Barrier(2)

    def accept(number: int) -> str:
        gate.wait()
        try:
            rooms[number].store.change(conversation.id, lambda now: agent_accepts(now, room.clock(), f"a{number}", ""))
            return f"a{number}"
        except OutOfTurn as refused:
            return refused.refusal

    with ThreadPoolExecutor(2) as pool:
        told = set(pool.map(accept, range(2)))
    assert Refusal.ALREADY_TAKEN in told
    assert {room.now(conversation).agent} == told - {Refusal.ALREADY_TAKEN}
    with pytest.raises(Overtaken):
        room.store.change(conversation.id, lambda now: close(now, room.clock(), ""), version=seen.version)


def test_who_acts_on_what_is_no_longer_so_changes_nothing(room: Room, conversation: Conversation) -> None:
    room.say(conversation)
    with pytest.raises(Overtaken):
        room.store.change(conversation.id, lambda now: close(now, room.clock(), ""), version=conversation.version)
    assert room.now(conversation).status is Status.BOT


def test_an_agent_speaks_and_a_repeated_message_is_kept_once(room: Room, conversation: Conversation) -> None:
    handed_over(room, conversation)
    room.store.change(conversation.id, lambda now: agent_accepts(now, room.clock(), "sara", "Sara neemt over."))
    for _ in range(2):
        seq = room.store.say(conversation.id, "a1", lambda now: agent_says(now, room.clock(), "sara", "Dag!", "a1"))
        assert seq == 3
    assert room.said(conversation) == [(Author.AGENT, "Dag!")]


def test_what_nobody_answered_is_answered_by_the_assistant_after_all(room: Room, conversation: Conversation) -> None:
    room.say(conversation, "een", "c1")
    handed_over(room, conversation)
    room.say(conversation, "twee", "c2")
    room.store.change(conversation.id, lambda now: hand_back(now, room.clock(), None, "De computer antwoordt weer."))
    assert held(room.lease()).text == "twee"


# --- the end


def test_a_closed_conversation_goes_on_with_a_new_message(room: Room, conversation: Conversation) -> None:
    room.engine.end(conversation)
    room.engine.end(conversation)
    assert room.now(conversation).status is Status.CLOSED
    assert room.say(conversation) == 3
    assert [event.status for event in room.store.events(conversation.id)] == ["closed", "bot", "bot"]
    assert held(room.lease()).seq == 3


def test_silent_conversations_are_found_when_they_are_due(room: Room, conversation: Conversation) -> None:
    spoken = room.open().conversation
    owed = room.open().conversation
    for one in (spoken, owed):
        room.say(one)
    room.reply(held(room.lease()))
    room.clock.move(minutes=9)
    assert room.store.idle("regio", room.clock(), PATIENCE) == []
    room.clock.move(minutes=1)
    assert room.store.idle("regio", room.clock(), PATIENCE) == [spoken.id]
    assert room.store.idle("mars", room.clock(), PATIENCE) == []
    room.clock.move(minutes=5)
    assert set(room.store.idle("regio", room.clock(), PATIENCE)) == {spoken.id, conversation.id}


def test_a_conversation_that_is_erased_leaves_nothing_of_itself_and_nothing_else_goes(room: Room) -> None:
    opened, other = room.open(), room.open()
    for one in (opened, other):
        room.say(one.conversation)
        room.engine.resume_code(one.conversation)
        room.reply(held(room.lease()), trace={"trace": {}, "passages": []})
        put(room, one.conversation.id, conversation_id=one.conversation.id)
        room.store.change(one.conversation.id, lambda now: ask_for_person(now, room.clock(), "U wacht.", REQUEST))
        FeedbackStore(room.database).keep(Feedback(one.conversation.id, 2, room.clock(), useful=True))
        NoteStore(room.database).add(Note(one.conversation.id, room.clock(), "sara", "belde eerder"))
    room.engine.erase(opened.conversation)
    with room.database.read() as session:
        for table in Base.metadata.sorted_tables:
            if "conversation_id" in table.c:
                assert set(session.scalars(select(table.c.conversation_id).distinct())) == {other.conversation.id}
    with pytest.raises(NotThere):
        room.engine.opened(opened.conversation.id, opened.token)
    with pytest.raises(NotThere):
        room.say(opened.conversation)


def test_positions_are_never_used_twice(room: Room, conversation: Conversation) -> None:
    room.say(conversation)
    last = room.log.last_position()
    room.engine.erase(conversation)
    other = room.open().conversation
    room.say(other)
    assert room.log.last_position() > last


def test_a_message_to_what_is_being_erased_is_either_refused_or_gone(room: Room) -> None:
    conversation, gate = room.open().conversation, threading.Barrier(2)
    elsewhere = room.again()

    def say(_: int) -> bool:
        gate.wait()
        try:
            return elsewhere.say(conversation) == 1
        except NotThere:
            return False

    with ThreadPoolExecutor(1) as pool:
        told = pool.map(say, [0])
        gate.wait()
        room.engine.erase(conversation)
        list(told)
    with room.database.read() as session:
        assert session.scalar(select(func.count()).select_from(EventRow)) == 0


# --- what opens it


def test_a_token_opens_its_own_conversation_and_no_other(room: Room) -> None:
    mine, other = room.open(), room.open()
    assert room.engine.opened(mine.conversation.id, mine.token).id == mine.conversation.id
    for wrong in (other.token, "", "x" * 1000, mine.token + "x"):
        with pytest.raises(NotThere):
            room.engine.opened(mine.conversation.id, wrong)


def test_neither_tokens_nor_codes_can_be_read_in_the_database(room: Room) -> None:
    opened = room.open()
    code, _ = room.engine.resume_code(opened.conversation)
    with room.database.read() as session:
        kept = [str(row) for table in Base.metadata.sorted_tables for row in session.execute(select(table))]
    assert not [row for row in kept if opened.token in row or code in row]


def test_a_revoked_token_opens_nothing_and_another_one_still_does(room: Room) -> None:
    opened = room.open()
    again = room.engine.resume(room.engine.resume_code(opened.conversation)[0], "here")
    room.engine.revoke(opened.conversation, opened.token)
    with pytest.raises(NotThere):
        room.engine.opened(opened.conversation.id, opened.token)
    assert room.engine.opened(opened.conversation.id, again.token)


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}".lower(), "group"])
def test_a_code_carries_a_conversation_to_another_device_once(room: Room, typed: str) -> None:
    opened = room.open()
    code, expires_at = room.engine.resume_code(opened.conversation)
    assert expires_at == room.clock() + CODE_LIFE
    assert len(code) == 8
    assert not set(code) & set("01ILOU")
    written = f"{code[:4].lower()}-{code[4:]}" if typed == "group" else typed.format(code)
    again = room.engine.resume(written, "here")
    assert again.conversation.id == opened.conversation.id
    assert again.token != opened.token
    with pytest.raises(NotThere):
        room.engine.resume(code, "here")


def test_a_code_used_from_two_devices_at_once_works_on_one(room: Room) -> None:
    code, _ = room.engine.resume_code(room.open().conversation)
    rooms, gate = [room, room.again()], threading.Barrier(2)

    def use(number: int) -> bool:
        gate.wait()
        try:
            return bool(rooms[number].engine.resume(code, "here"))
        except NotThere:
            return False

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(use, range(2))) == 1


def test_a_code_is_over_after_two_days_or_when_a_new_one_is_given(room: Room) -> None:
    conversation = room.open().conversation
    first, _ = room.engine.resume_code(conversation)
    second, _ = room.engine.resume_code(conversation)
    with pytest.raises(NotThere):
        room.engine.resume(first, "here")
    room.clock.move(hours=48)
    with pytest.raises(NotThere):
        room.engine.resume(second, "here")


def test_whoever_guesses_codes_must_wait_and_others_need_not(room: Room) -> None:
    code, _ = room.engine.resume_code(room.open().conversation)
    elsewhere = room.again()
    for number in range(TRIES.one):
        with pytest.raises(NotThere):
            (room, elsewhere)[number % 2].engine.resume(f"AAAA{number:04}", "guesser")
    with pytest.raises(TooManyTries) as refused:
        elsewhere.engine.resume(code, "guesser")
    assert refused.value.seconds == TRIES.within.total_seconds()
    assert room.engine.resume(code, "somebody else")
    room.clock.move(minutes=10)
    with pytest.raises(NotThere):
        room.engine.resume(code, "guesser")


def test_guessing_from_everywhere_is_stopped_too(room: Room) -> None:
    for number in range(TRIES.all):
        with pytest.raises(NotThere):
            room.engine.resume("AAAA2222", f"source {number}")
    with pytest.raises(TooManyTries):
        room.engine.resume("AAAA2222", "one more")


# --- options


def test_an_option_can_be_taken_as_long_as_it_was_offered(room: Room, conversation: Conversation) -> None:
    offer = {"kind": "clarification", "reason": "too_vague", "text": "Welke?", "related": []}
    offer["options"] = [{"id": "page-1", "source_id": "kids-id"}, {"id": "none", "source_id": None}]
    room.say(conversation)
    from assistant.domain.conversation import assistant_replies

    lease = held(room.lease())
    room.work.finish(lease, lambda now: assistant_replies(now, room.clock(), lease.seq, offer))
    room.engine.say(conversation, "c2", "Kids-ID", "page-1")
    assert held(room.lease()).source_id == "kids-id"
    for unknown in ("page-2", "none"):
        with pytest.raises(UnknownOption):
            room.engine.say(conversation, "c3", "Kids-ID", unknown)


# --- following the log


def test_the_log_is_read_on_from_a_position_in_the_order_of_writing(room: Room, conversation: Conversation) -> None:
    rooms, stop, seen = [room, room.again()], threading.Event(), []

    def follow() -> None:
        position = 0
        while not stop.is_set() or room.log.after(position, 1):
            for entry in room.log.after(position, 7):
                seen.append((entry.position, entry.event.seq))
                position = entry.position

    with ThreadPoolExecutor(5) as pool:
        follower = pool.submit(follow)
        list(pool.map(lambda n: rooms[n % 2].say(conversation, f"vraag {n}", f"c{n}"), range(20)))
        stop.set()
        follower.result(timeout=20)
    assert [seq for _, seq in seen] == list(range(1, 21))
    assert [position for position, _ in seen] == sorted(position for position, _ in seen)


def test_whoever_writes_rings_for_those_who_follow_in_this_process(room: Room, conversation: Conversation) -> None:
    rung: list[Ring] = []
    room.log.hear(rung.append)
    room.say(conversation)
    lease = held(room.lease())
    room.reply(lease)
    assert rung == [Ring(conversation.id, work=True), Ring(conversation.id)]


def test_what_another_process_writes_is_heard_or_looked_for_soon(room: Room, conversation: Conversation) -> None:
    elsewhere, stop = room.again(), threading.Event()
    rung: list[Ring] = []
    room.log.hear(rung.append)
    listener = threading.Thread(target=room.log.listen, args=(stop,))
    listener.start()
    if room.database.sqlite:
        listener.join(timeout=10)
        assert room.log.pause <= 0.5
    else:
        until(lambda: rung)
        elsewhere.say(conversation)
        until(lambda: Ring(conversation.id, work=True) in rung)
        before = len(rung)
        room.say(conversation, "nog een", "c2")
        room.say(conversation, "en nog een", "c3")
        elsewhere.say(conversation, "de laatste", "c4")
        until(lambda: len(rung) >= before + 3)
        assert len(rung) == before + 3, "what this process writes is rung once"
        elsewhere.engine.erase(conversation)
        until(lambda: Ring(conversation.id, gone=True) in rung)
    stop.set()
    listener.join(timeout=10)
    assert not listener.is_alive()


def test_how_many_messages_wait_too_long_can_be_asked(room: Room, conversation: Conversation) -> None:
    room.say(conversation)
    assert room.store.overdue(room.clock() - LENGTH) == 0
    assert room.store.overdue(room.clock()) == 1
    room.reply(held(room.lease()))
    assert room.store.overdue(room.clock()) == 0
