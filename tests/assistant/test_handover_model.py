"""A model of hand-overs: whatever citizens, agents, the assistant, the clock and restarts do, each citizen who waits is
seen by somebody, has one agent at most, and gets the assistant back when no agent comes."""

from __future__ import annotations

import tempfile
from collections import Counter
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from assistant.accounts.account import Account
from assistant.domain.agent import Presence
from assistant.domain.conversation import Conversation, OutOfTurn, Status
from assistant.domain.handover import Consent, Progress
from assistant.handover.desk import NotAtDesk, NowhereToPass, To
from assistant.handover.engine import NoAgentNow
from assistant.store.conversations import TooFast
from assistant.store.queue import AtCapacity, NoHandover, Taken, TooOften, Wish
from assistant.store.rows import NotThere
from tests.assistant.desking import ESCALATED, Hall
from tests.assistant.talking import in_order
from tests.databases import conversations_in

REFUSED = (OutOfTurn, NotThere, NoAgentNow, TooOften, TooFast, Taken, AtCapacity, NotAtDesk, NoHandover, NowhereToPass)
WHO = st.sampled_from(["ann", "ann", "bob"])
WHICH = st.sampled_from([0, 0, 1, 2])
SELDOM = st.integers(0, 5).map(lambda drawn: drawn == 0)


@cache
def folder() -> Path:
    memory = Path("/dev/shm")  # noqa: S108 - where it is there, nothing waits for a disk
    return Path(tempfile.mkdtemp(prefix="handover-", dir=memory if memory.is_dir() else None))


class Handovers(RuleBasedStateMachine):
    """Three citizens, two agents who want two conversations at once, one clock."""

    @initialize()
    def everybody_comes(self) -> None:
        self.hall = Hall(conversations_in(folder()))
        known = {account.username: account for account in self.hall.accounts.all()}
        self.staff: dict[str, Account] = {
            name: known.get(name) or self.hall.agent(name, capacity=2) for name in ("ann", "bob")
        }
        for account in self.staff.values():
            self.hall.desk.be(account, Presence.AVAILABLE, 2, None)
        self.citizens = [self.hall.citizen() for _ in range(3)]
        self.number = 0

    # --- citizens

    @rule(which=WHICH, consent=st.sampled_from(Consent))
    def citizen_asks_for_an_agent(self, which: int, consent: Consent) -> None:
        citizen = self.now(which)
        try:
            place = self.hall.handovers.ask(citizen, consent)
        except REFUSED:
            assert self.now(which) == citizen
        else:
            assert place.position >= 1
            assert self.now(which).with_people

    @rule(which=WHICH, words=st.sampled_from(["ja", "En de prijs?", "Hallo?"]))
    def citizen_says(self, which: int, words: str) -> None:
        self.number += 1
        try:
            self.hall.talking().say(self.now(which), f"q{self.number}", words)
        except TooFast:
            return

    @rule()
    def the_assistant_answers(self) -> None:
        while (lease := self.hall.room.lease()) is not None:
            self.hall.room.work.finish(lease, lambda now, lease=lease: self.hall.replies(now, lease.seq, ESCALATED))

    @rule(which=WHICH)
    def citizen_waits_no_longer(self, which: int) -> None:
        self.hall.handovers.withdraw(self.now(which))

    @rule(which=WHICH, erases=SELDOM)
    def citizen_leaves(self, which: int, erases: bool) -> None:
        if erases:
            self.hall.room.engine.erase(self.citizens[which])
            self.citizens[which] = self.hall.citizen()
        else:
            self.hall.room.engine.end(self.citizens[which])

    # --- agents

    @rule(who=WHO)
    def agent_takes_the_next(self, who: str) -> None:
        before = self.hall.queue.claimed(who)
        try:
            found = self.hall.desk.claim_next(self.staff[who])
        except REFUSED:
            return
        assert len(self.hall.queue.claimed(who)) == len(before) + (found is not None)

    @rule(which=WHICH, who=WHO)
    def agent_takes_this_one(self, which: int, who: str) -> None:
        found = self.hall.queue.newest(self.citizens[which].id)
        if found is None:
            return
        try:
            taken = self.hall.desk.claim(self.staff[who], found.id)
        except REFUSED:
            return
        assert found.progress is Progress.WAITING
        assert (taken.agent, self.now(which).agent) == (who, who)

    @rule(which=WHICH, who=WHO, what=st.sampled_from(["says", "gives back", "closes", "passes on"]))
    def agent_acts(self, which: int, who: str, what: str) -> None:
        citizen, account, desk = self.now(which), self.staff[who], self.hall.desk
        self.number += 1
        try:
            match what:
                case "says":
                    desk.say(account, citizen.id, f"a{self.number}", "Dag!")
                case "gives back":
                    desk.hand_back(account, citizen.id)
                case "closes":
                    desk.close(account, citizen.id)
                case _:
                    desk.pass_on(account, citizen.id, To(agent="bob" if who == "ann" else "ann"), "Daarom.")
        except REFUSED:
            assert self.now(which) == citizen
            assert (citizen.status, citizen.agent) != (Status.WITH_AGENT, who)
        else:
            assert (citizen.status, citizen.agent) == (Status.WITH_AGENT, who)

    @rule(who=WHO, state=st.sampled_from(Presence))
    def agent_comes_or_goes(self, who: str, state: Presence) -> None:
        self.hall.desk.be(self.staff[who], state, 2, None)

    # --- the clock, and processes that die

    @rule(minutes=st.integers(0, 7), there=st.booleans())
    def time_passes(self, minutes: int, there: bool) -> None:
        move = self.hall.later if there else self.hall.clock.move
        move(minutes=minutes, seconds=1)
        self.hall.watch.look()

    @rule()
    def a_process_starts_anew(self) -> None:
        clock, before = self.hall.clock, self.hall
        self.hall = before.again(clock)
        before.database.close()

    # --- what always holds

    @invariant()
    def each_is_with_one_and_known_to_the_queue(self) -> None:
        for which, _ in enumerate(getattr(self, "citizens", ())):
            now, found = self.now(which), self.hall.queue.newest(self.citizens[which].id)
            progress = found.progress if found else Progress.ENDED
            assert {
                Status.WAITING: progress is Progress.WAITING,
                Status.WITH_AGENT: progress is Progress.CLAIMED,
                Status.BOT: progress is Progress.ENDED,
                Status.CLOSED: progress is Progress.ENDED,
            }[now.status]
            assert found is None or progress is not Progress.CLAIMED or found.agent == now.agent
            assert in_order(self.hall.store.events(now.id))

    @invariant()
    def nobody_has_more_than_they_want(self) -> None:
        if hasattr(self, "staff"):
            has = Counter({who: len(self.hall.queue.claimed(who)) for who in self.staff})
            assert max(has.values()) <= 2

    def teardown(self) -> None:
        """Whatever happened: when no agent is left, in a few minutes everybody has the assistant back, or ended."""
        if not hasattr(self, "citizens"):
            return
        for account in self.staff.values():
            self.hall.desk.be(account, Presence.OFF, None, None)
        for _ in range(3):
            self.hall.clock.move(minutes=6)
            self.hall.watch.look()
        assert self.hall.queue.waiting(Wish(("regio",))) == []
        for which, citizen in enumerate(self.citizens):
            assert not self.now(which).with_people or self.hall.queue.claimed(self.now(which).agent or "")
            self.hall.room.engine.erase(citizen)
        self.hall.database.close()

    def now(self, which: int) -> Conversation:
        return self.hall.room.now(self.citizens[which])


TestHandovers = Handovers.TestCase
TestHandovers.settings = settings(
    max_examples=12, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
