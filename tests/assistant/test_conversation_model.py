"""A model of conversations: whatever citizens, processes, agents and clocks do, nobody speaks out of turn, and nothing
is lost, doubled, reordered or stuck."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule
from sqlalchemy import select

from assistant.conversations.caretaker import Caretaker
from assistant.domain.conversation import (
    Author,
    Change,
    Conversation,
    Event,
    EventType,
    OutOfTurn,
    Status,
    assistant_informs,
    close,
)
from assistant.domain.with_people import agent_accepts, agent_says, ask_for_person, hand_back
from assistant.store.conversations import TooFast
from assistant.store.rows import Overtaken
from assistant.store.tables import WorkRow
from assistant.store.work import Lease, LeaseLost
from tests.assistant.talking import REQUEST, Room, in_order
from tests.databases import conversations_in

WORDS = st.sampled_from(["Kids-ID", "en de prijs?", "wanneer?", "ik wil een mens spreken", "dank u"])
AGENTS = st.sampled_from(["ann", "ann", "bob"])
WHICH = st.sampled_from([0, 0, 0, 1])
"""Most happens in the first conversation, so that what depends on what came before does come."""
PROCESSES = st.sampled_from(["p1", "p2", "p3"])
SELDOM = st.integers(0, 3).map(lambda drawn: drawn == 0)


@cache
def folder() -> Path:
    """One database for all runs: every run erases what it made."""
    memory = Path("/dev/shm")  # noqa: S108 - where it is there, nothing waits for a disk
    return Path(tempfile.mkdtemp(prefix="model-", dir=memory if memory.is_dir() else None))


class Talk:
    """What the model knows of one conversation."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self.sent: dict[str, tuple[int, str, Author]] = {}
        self.status = Status.BOT
        self.agent: str | None = None
        self.open: list[int] = []
        self.unanswered: int | None = None


class Conversations(RuleBasedStateMachine):
    """Two conversations, three processes, two agents, one clock."""

    leases = Bundle("leases")

    def __init__(self) -> None:
        super().__init__()
        self.room = Room(conversations_in(folder()))
        self.caretaker = Caretaker(self.room.store, {"regio": self.room.site}, self.room.clock)
        self.number = 0

    @initialize()
    def two_citizens_come(self) -> None:
        self.talks = [Talk(self.room.open().conversation) for _ in range(2)]

    # --- the citizen

    @rule(which=WHICH, several=st.lists(WORDS, min_size=1, max_size=3))
    def citizen_says(self, which: int, several: list[str]) -> None:
        for words in several:
            self._say(self.talks[which], words)

    def _say(self, talk: Talk, words: str) -> None:
        client_id = self._next()
        before = self.room.now(talk.conversation)
        try:
            seq = self.room.say(talk.conversation, words, client_id)
        except TooFast:
            assert self.room.now(talk.conversation) == before
            return
        talk.sent[client_id] = (seq, words, Author.CITIZEN)
        talk.unanswered = seq
        if talk.status is Status.CLOSED:
            talk.status = Status.BOT
        if talk.status is Status.BOT:
            talk.open.append(seq)

    @rule(which=WHICH, data=st.data(), words=WORDS)
    def citizen_sends_again(self, which: int, data: st.DataObject, words: str) -> None:
        talk = self.talks[which]
        mine = sorted(key for key, (_, _, author) in talk.sent.items() if author is Author.CITIZEN)
        if mine:
            client_id = data.draw(st.sampled_from(mine))
            before = self.room.now(talk.conversation)
            assert self.room.say(talk.conversation, words, client_id) == talk.sent[client_id][0]
            assert self.room.now(talk.conversation) == before

    @rule(which=WHICH, seldom=SELDOM)
    def citizen_ends(self, which: int, seldom: bool) -> None:
        if seldom:
            self.room.engine.end(self.talks[which].conversation)
            self._ended(self.talks[which])

    @rule(which=WHICH, seldom=SELDOM)
    def citizen_erases_and_begins_again(self, which: int, seldom: bool) -> None:
        if seldom:
            self.room.engine.erase(self.talks[which].conversation)
            assert self.room.store.find(self.talks[which].conversation.id) is None
            self.talks[which] = Talk(self.room.open().conversation)

    # --- processes

    @rule(target=leases, processes=st.lists(PROCESSES, min_size=1, max_size=3))
    def processes_take_messages(self, processes: list[str]) -> Any:
        taken = [lease for process in processes if (lease := self.room.lease(process))]
        for lease in taken:
            talk = self._talk(lease)
            assert talk is not None
            assert (talk.status, lease.seq) == (Status.BOT, talk.open[0])
            assert lease.text == next(words for seq, words, _ in talk.sent.values() if seq == lease.seq)
        return multiple(*taken)

    @rule(lease=leases)
    def process_answers(self, lease: Lease) -> None:
        """Also late, twice, and after everything has changed."""
        talk = self._talk(lease)
        try:
            self.room.reply(lease)
        except (LeaseLost, OutOfTurn):
            return
        assert talk is not None
        assert (talk.status, lease.seq) == (Status.BOT, talk.open.pop(0))
        if talk.unanswered == lease.seq:
            talk.unanswered = None

    @rule(lease=leases)
    def process_says_that_it_takes_longer(self, lease: Lease) -> None:
        try:
            self.room.work.inform(lease, lambda now: assistant_informs(now, self.room.clock(), "even geduld"))
        except (LeaseLost, OutOfTurn):
            return
        talk = self._talk(lease)
        assert talk is not None
        assert talk.status is Status.BOT

    @rule(lease=consumes(leases))
    def process_dies(self, lease: Lease) -> None:
        """Nobody knows of this lease any more."""

    @rule(lease=consumes(leases))
    def process_gives_back(self, lease: Lease) -> None:
        self.room.work.release(lease)

    # --- people

    @rule(which=WHICH)
    def a_person_is_asked_for(self, which: int) -> None:
        if self._try(which, lambda now: ask_for_person(now, self.room.clock(), "U wacht.", REQUEST)):
            assert self.talks[which].status in {Status.BOT, Status.CLOSED}
            self.talks[which].status = Status.WAITING
            self.talks[which].open.clear()

    @rule(which=WHICH, agent=AGENTS)
    def an_agent_accepts(self, which: int, agent: str) -> None:
        if self._try(which, lambda now: agent_accepts(now, self.room.clock(), agent, f"{agent} neemt over.")):
            assert self.talks[which].status is Status.WAITING
            self.talks[which].status, self.talks[which].agent = Status.WITH_AGENT, agent

    @rule(which=WHICH, agent=AGENTS, words=WORDS, twice=st.booleans())
    def an_agent_says(self, which: int, agent: str, words: str, twice: bool) -> None:
        talk, client_id = self.talks[which], self._next()
        for _ in range(1 + twice):
            try:
                seq = self.room.store.say(
                    talk.conversation.id,
                    client_id,
                    lambda now: agent_says(now, self.room.clock(), agent, words, client_id),
                )
            except OutOfTurn:
                assert (talk.status, talk.agent) != (Status.WITH_AGENT, agent)
                return
            assert talk.sent.setdefault(client_id, (seq, words, Author.AGENT)) == (seq, words, Author.AGENT)
        assert (talk.status, talk.agent) == (Status.WITH_AGENT, agent)
        talk.unanswered = None

    @rule(which=WHICH, agent=st.none() | AGENTS)
    def the_word_is_given_back(self, which: int, agent: str | None) -> None:
        talk = self.talks[which]
        if self._try(which, lambda now: hand_back(now, self.room.clock(), agent, "De computer antwoordt.")):
            assert (talk.status, talk.agent) == (Status.WITH_AGENT if agent else Status.WAITING, agent)
            talk.status, talk.agent = Status.BOT, None
            talk.open += [talk.unanswered] if talk.unanswered else []

    @rule(which=WHICH, agent=AGENTS, seldom=SELDOM)
    def an_agent_ends(self, which: int, agent: str, seldom: bool) -> None:
        if seldom and self._try(which, lambda now: close(now, self.room.clock(), "Dag.", agent=agent)):
            self._ended(self.talks[which])

    @rule(which=WHICH, behind=st.integers(1, 3))
    def somebody_acts_on_what_they_saw_before(self, which: int, behind: int) -> None:
        conversation = self.room.now(self.talks[which].conversation)
        try:
            self.room.store.change(
                conversation.id,
                lambda now: close(now, self.room.clock(), "laat"),
                version=conversation.version - behind,
            )
        except Overtaken:
            assert self.room.now(conversation) == conversation
        else:
            raise AssertionError("a late act was done")

    # --- time

    @rule(seconds=st.integers(1, 45))
    def time_passes(self, seconds: int) -> None:
        self.room.clock.move(seconds=seconds)

    @rule(minutes=st.integers(4, 16))
    def nobody_says_anything_for_a_while(self, minutes: int) -> None:
        self.room.clock.move(minutes=minutes)
        self.caretaker.look()
        for talk in self.talks:
            if self.room.now(talk.conversation).status is Status.CLOSED and talk.status is not Status.CLOSED:
                assert talk.status is Status.BOT
                assert talk.open == []
                self._ended(talk)

    # --- what always holds

    @invariant()
    def nothing_is_lost_doubled_reordered_out_of_turn_or_stuck(self) -> None:
        for talk in getattr(self, "talks", ()):
            events = self.room.store.events(talk.conversation.id)
            nothing_is_lost_doubled_or_reordered(talk, events)
            nobody_speaks_out_of_turn(events)
            now = self.room.now(talk.conversation)
            assert (now.status, now.agent, now.unanswered) == (talk.status, talk.agent, talk.unanswered)
            mine = select(WorkRow.seq).where(WorkRow.conversation_id == talk.conversation.id, WorkRow.state == "open")
            with self.room.database.read() as session:
                waiting = list(session.scalars(mine.order_by(WorkRow.seq)))
            assert waiting == talk.open
            assert not waiting or now.status is Status.BOT
            assert now.status is not Status.BOT or now.unanswered is None or now.unanswered in waiting

    def teardown(self) -> None:
        """Whatever happened: as soon as one process works for a while, every question has its answer."""
        for talk in getattr(self, "talks", ()):
            for _ in range(len(talk.open)):
                self.room.clock.move(seconds=31)
                lease = next(
                    found for found in iter(self.room.lease, None) if found.conversation.id == talk.conversation.id
                )
                self.room.reply(lease)
            now = self.room.now(talk.conversation)
            assert now.unanswered is None or now.status is not Status.BOT
        for talk in getattr(self, "talks", ()):
            self.room.engine.erase(talk.conversation)
        self.room.database.close()

    def _next(self) -> str:
        self.number += 1
        return f"c{self.number}"

    def _talk(self, lease: Lease) -> Talk | None:
        return next((talk for talk in self.talks if talk.conversation.id == lease.conversation.id), None)

    def _try(self, which: int, act: Callable[[Conversation], Change]) -> bool:
        before = self.room.now(self.talks[which].conversation)
        try:
            self.room.store.change(before.id, act)
        except OutOfTurn:
            assert self.room.now(before) == before
            return False
        return True

    def _ended(self, talk: Talk) -> None:
        talk.status, talk.agent, talk.unanswered = Status.CLOSED, None, None
        talk.open.clear()


def nothing_is_lost_doubled_or_reordered(talk: Talk, events: list[Event]) -> None:
    """Every acknowledged message stands there once, with its words and its place; every answer once, in order."""
    assert in_order(events)
    said = [(one.client_id, one.seq, one.text, one.author) for one in events if one.client_id is not None]
    assert said == sorted(((key, *kept) for key, kept in talk.sent.items()), key=lambda one: one[1])
    answered = [event.in_reply_to for event in events if event.in_reply_to is not None]
    assert answered == sorted(set(answered))
    assert set(answered) <= {seq for seq, _, author in talk.sent.values() if author is Author.CITIZEN}


def nobody_speaks_out_of_turn(events: list[Event]) -> None:
    """Read a log from its beginning and refuse whoever speaks without having the word."""
    status, agent = Status.BOT, None
    for event in events:
        if event.type is EventType.STATUS:
            assert event.author is Author.SYSTEM
            status, agent = event.status, event.agent if event.status is Status.WITH_AGENT else None
        elif event.author is Author.ASSISTANT:
            assert status is Status.BOT
        elif event.author is Author.AGENT:
            assert (status, agent) == (Status.WITH_AGENT, event.agent)
        elif event.author is Author.CITIZEN:
            assert status is not Status.CLOSED
        assert event.status is status


Conversations.TestCase.settings = settings(
    max_examples=30,
    stateful_step_count=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestConversations = Conversations.TestCase
