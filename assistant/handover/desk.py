"""What an agent does: be there, claim, speak, note, pass on, give back, close. Every method is one act, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from assistant.accounts.account import Account, Role
from assistant.answering.clean import clean_text
from assistant.clock import Clock, now
from assistant.conversations.words import presentable
from assistant.domain.agent import Agent, Presence
from assistant.domain.conversation import Author, Conversation, Event, EventType, close
from assistant.domain.handover import Handover, Progress
from assistant.domain.with_people import agent_accepts, agent_says, back_to_queue, hand_back
from assistant.messages import text
from assistant.sites import Site
from assistant.store.conversations import ConversationStore
from assistant.store.notes import Note, NoteStore
from assistant.store.presence import PresenceStore
from assistant.store.queue import NoHandover, Pass, QueueStore, Taken, Wish
from assistant.store.rows import NotThere
from knowledge.errors import NamedFailure

CAPACITY = 4
_RESERVED = timedelta(minutes=5)
_SEEN_EVERY = timedelta(seconds=15)


class NotAtDesk(NamedFailure):
    """An agent who is not there claims nothing."""


class NoTeam(NamedFailure):
    """A team that none of an agent's desks has."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name}: not a team of your desks.")
        self.name = name


class NowhereToPass(NamedFailure):
    """A colleague, team or site to which this cannot be passed."""


@dataclass(frozen=True)
class To:
    """To whom a conversation is passed: one of these."""

    agent: str | None = None
    team: str | None = None
    site: str | None = None


class DeskWork:
    """The desk of one installation. An account sees what is of its sites; what it may not see is not there."""

    def __init__(
        self,
        sites: Mapping[str, Site],
        store: ConversationStore,
        *,
        queue: QueueStore,
        presence: PresenceStore,
        notes: NoteStore,
        clock: Clock = now,
    ) -> None:
        self._sites, self._store, self._queue = sites, store, queue
        self._presence, self._notes, self._clock = presence, notes, clock

    def sites_of(self, account: Account, *roles: Role) -> tuple[Site, ...]:
        """Return the sites on which an account has one of these roles; by default those it is an agent of."""
        wanted = roles or (Role.AGENT,)
        return tuple(site for site in self._sites.values() if any(account.may(role, site.id) for role in wanted))

    def presence(self, account: Account) -> Agent:
        """Return how an account is at its desk; who never was is off."""
        found = next((one for one in self._presence.all() if one.username == account.username), None)
        sites = frozenset(grant.site for grant in account.grants if grant.role is Role.AGENT)
        return found or Agent(
            account.username, account.name, Presence.OFF, CAPACITY, frozenset(), account.created_at, sites
        )

    def be(
        self,
        account: Account,
        state: Presence,
        capacity: int | None = None,
        languages: frozenset[str] | None = None,
        teams: frozenset[str] | None = None,
    ) -> Agent:
        """Keep what an agent chose; what is None stays. Raises NoTeam."""
        before = self.presence(account)
        known = {team.name for site in self.sites_of(account) if site.desk for team in site.desk.teams}
        if unknown := sorted((teams or frozenset()) - known):
            raise NoTeam(unknown[0])
        chosen = {"capacity": capacity, "languages": languages, "teams": teams}
        kept: dict[str, Any] = {name: value for name, value in chosen.items() if value is not None}
        self._presence.set(replace(before, state=state, seen_at=self._clock(), **kept))
        return self.presence(account)

    def seen(self, agent: Agent) -> None:
        """Keep that the desk of an agent is open, now and then."""
        at = self._clock()
        if at - agent.seen_at >= _SEEN_EVERY:
            self._presence.seen(agent.username, at)

    def colleagues(self, account: Account) -> list[Agent]:
        """Return the others who are at a desk of one of the sites of an account."""
        mine, at = {site.id for site in self.sites_of(account)}, self._clock()
        return [
            one
            for one in self._presence.all()
            if one.username != account.username and one.is_there(at) and any(one.of(site) for site in mine)
        ]

    def waiting(self, account: Account, wish: Wish | None = None) -> list[Handover]:
        """Return who waits for the staff of the sites of an account, the longest first."""
        sites = {site.id for site in self.sites_of(account, Role.AGENT, Role.SUPERVISOR)}
        if wish is None:
            return self._queue.waiting(Wish(sites))
        return self._queue.waiting(Wish(sites & set(wish.sites), wish.language, wish.theme, wish.before))

    def mine(self, account: Account) -> list[Handover]:
        """Return what an account has."""
        return self._queue.claimed(account.username)

    def claim(self, account: Account, handover_id: int) -> Handover:
        """Take a conversation that waits. Raises Taken, AtCapacity, NotAtDesk, NoHandover."""
        found = self._queue.find(handover_id)
        if found is None or not account.may(Role.AGENT, found.request.site):
            raise NoHandover("There is no such hand-over.")
        agent = self.presence(account)
        if agent.state is Presence.OFF:
            raise NotAtDesk("Say first that you are there.")
        at, language = self._clock(), found.request.language
        words = text("handover.joined", language, name=account.name, org=self._sites[found.request.site].name)
        return self._queue.claim(
            handover_id,
            account.username,
            agent.capacity,
            at,
            lambda before: agent_accepts(before, at, account.username, words),
        )

    def claim_next(self, account: Account, wish: Wish | None = None) -> Handover | None:
        """Take what waits longest and fits an agent; None where nothing does. Raises AtCapacity, NotAtDesk.

        What was passed to them comes first, then what is of their teams, then all else: nobody waits for a team only.
        """
        at, agent = self._clock(), self.presence(account)
        found = self.waiting(account, wish)
        for one in sorted(
            found, key=lambda one: (one.reserved_for != account.username, one.request.team not in agent.teams)
        ):
            others = one.reserved_for not in {None, account.username} and (one.reserved_until or at) > at
            if others or (agent.languages and one.request.language not in agent.languages):
                continue
            try:
                return self.claim(account, one.id)
            except (Taken, NoHandover):
                continue
        return None

    def see(self, account: Account, conversation_id: str) -> tuple[Conversation, Handover]:
        """Return a conversation that an account may read: its agent, who was, or a supervisor. Raises NotThere."""
        found, conversation = self._queue.newest(conversation_id), self._store.find(conversation_id)
        if found is None or conversation is None:
            raise NotThere
        supervises = account.may(Role.SUPERVISOR, found.request.site) or account.may(Role.SUPERVISOR, conversation.site)
        had = account.may(Role.AGENT, found.request.site) and self._queue.had(account.username, conversation_id)
        if not (supervises or had):
            raise NotThere
        return conversation, found

    def events(self, handover: Handover, after: int = 0) -> list[Event]:
        """Return what the citizen allowed staff to read, after an event."""
        return self._store.events(handover.conversation_id, max(after, handover.from_seq))

    def say(self, account: Account, conversation_id: str, client_id: str, words: str) -> int:
        """Speak to the citizen, once for each `client_id`. Raises NotThere, OutOfTurn."""
        self.see(account, conversation_id)
        shown, at = "\n".join(clean_text(line) for line in words.splitlines()).strip(), self._clock()
        return self._store.say(
            conversation_id, client_id, lambda before: agent_says(before, at, account.username, shown, client_id)
        )

    def note(self, account: Account, conversation_id: str, words: str) -> Note:
        """Write something for colleagues; no citizen ever reads it, and what identifies them is masked."""
        self.see(account, conversation_id)
        return self._notes.add(Note(conversation_id, self._clock(), account.username, presentable(words)))

    def notes(self, conversation_id: str) -> list[Note]:
        """Return what staff wrote about a conversation, the oldest first."""
        return self._notes.all(conversation_id)

    def pass_on(self, account: Account, conversation_id: str, to: To, why: str) -> None:
        """Pass a conversation to a colleague, a team or another body. Raises NowhereToPass, NotThere, OutOfTurn."""
        conversation, found = self.see(account, conversation_id)
        at, site = self._clock(), self._site_to(found, to)
        self._check(account, found, to, site)
        words = text("handover.passed_on", conversation.language, name=account.name)
        if site.id != found.request.site:
            words = text("handover.passed_to", conversation.language, name=account.name, org=site.name)
        passed = Pass(
            account.username, presentable(why), to.agent, at + _RESERVED if to.agent else None, to.team, site.id
        )
        self._queue.pass_on(conversation_id, passed, lambda before: back_to_queue(before, at, account.username, words))

    def hand_back(self, account: Account, conversation_id: str) -> None:
        """Give the word back to the assistant. Raises NotThere, OutOfTurn."""
        conversation, _ = self.see(account, conversation_id)
        words = text("handover.handed_back", conversation.language, name=account.name)
        self._store.change(conversation_id, lambda before: hand_back(before, self._clock(), account.username, words))

    def close(self, account: Account, conversation_id: str, solved: bool | None = None) -> None:
        """End a conversation; `solved` is what the agent found. Raises NotThere, OutOfTurn."""
        conversation, _ = self.see(account, conversation_id)
        words = text("handover.closed", conversation.language, name=account.name)
        self._store.change(conversation_id, lambda before: close(before, self._clock(), words, agent=account.username))
        self._queue.solved(conversation_id, solved)

    def _site_to(self, found: Handover, to: To) -> Site:
        site = self._sites.get(to.site or found.request.site)
        if site is None or site.desk is None:
            raise NowhereToPass(f"{to.site}: there is no desk.")
        return site

    def _check(self, account: Account, found: Handover, to: To, site: Site) -> None:
        if found.progress is not Progress.CLAIMED or sum(one is not None for one in (to.agent, to.team, to.site)) != 1:
            raise NowhereToPass("Give one: a colleague, a team or a site.")
        if to.team and site.desk and to.team not in {team.name for team in site.desk.teams}:
            raise NowhereToPass(f"{to.team}: not a team of {site.id}.")
        if to.agent and to.agent not in {one.username for one in self._presence.all() if one.of(site.id)}:
            raise NowhereToPass(f"{to.agent}: not an agent of {site.id}.")
        if to.agent == account.username:
            raise NowhereToPass("This is yours already.")


def since_last_word(events: list[Event]) -> tuple[int, datetime | None]:
    """Return how many messages of the citizen nobody answered yet, and since when the first of them waits."""
    open_: list[Event] = []
    for event in events:
        if event.type is EventType.MESSAGE:
            open_ = [*open_, event] if event.author is Author.CITIZEN else []
    return len(open_), open_[0].at if open_ else None
