"""What a citizen does to get a person: see which ways are open, say yes to one, wait, wait no longer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from assistant.clock import Clock, now
from assistant.domain.conversation import Change, Conversation, OutOfTurn, Refusal
from assistant.domain.handover import Consent, Handover, Progress, Request, Route
from assistant.domain.with_people import ask_for_person, citizen_agrees, citizen_is_told, hand_back
from assistant.handover.brief import brief_of, last_page
from assistant.handover.consent import offered, says_yes
from assistant.handover.routing import Moment, Offer, Wait, able, each, expected, offers, position_of
from assistant.messages import text
from assistant.sites import Site
from assistant.store.conversations import ConversationStore
from assistant.store.presence import PresenceStore
from assistant.store.queue import Asking, QueueFull, QueueStore, TooOften, Wish
from assistant.store.rows import NotThere
from knowledge.errors import NamedFailure

_LASTED = timedelta(days=7)
MOST_ASKED = 6
"""Times that a conversation may ask for an agent in an hour."""


class NoAgentNow(NamedFailure):
    """No agent can be promised now; `offers` says what else there is."""

    def __init__(self, found: tuple[Offer, ...]) -> None:
        super().__init__("No agent can be promised now.")
        self.offers = found


@dataclass(frozen=True)
class Place:
    """Where somebody who waits is in the queue, and how long that will take."""

    position: int
    wait: Wait | None
    since: datetime


class Handovers:
    """The hand-overs of one installation, as citizens ask for them."""

    def __init__(
        self,
        sites: Mapping[str, Site],
        store: ConversationStore,
        queue: QueueStore,
        presence: PresenceStore,
        *,
        theme_of: Callable[[str], str | None],
        sends_mail: bool = False,
        calls_back: Callable[[Site, datetime], bool] = lambda _site, _at: True,
        clock: Clock = now,
    ) -> None:
        """`theme_of` gives the theme of a page by its id; `calls_back` says whether a call can be promised."""
        self._sites, self._store, self._queue, self._presence = sites, store, queue, presence
        self._theme_of, self._sends_mail, self._calls_back, self.clock = theme_of, sends_mail, calls_back, clock

    def offers(self, conversation: Conversation) -> tuple[Offer, ...]:
        """Return the routes to a person as they are now, the best one first."""
        brief = self.brief(conversation, Route.AGENT, Consent.FULL)
        return offers(self._moment(conversation, brief["reason"]))

    def brief(
        self, conversation: Conversation, wish: Route, consent: Consent, agreed: str | None = None
    ) -> dict[str, Any]:
        """Return what staff would be given; a citizen may see it before saying yes."""
        events = self._store.events(conversation.id)
        page = last_page(events)
        theme = self._theme_of(page) if page else None
        return brief_of(conversation, events, wish, consent, theme=theme, agreed=agreed)

    def place(self, conversation: Conversation) -> Place | None:
        """Return where a conversation is in the queue, None where it does not wait for an agent."""
        found = self._queue.newest(conversation.id)
        if found is None or found.progress is not Progress.WAITING:
            return None
        return self._place(found)

    def ask(self, conversation: Conversation, consent: Consent) -> Place:
        """Let a conversation wait for an agent; asking again changes nothing. It is announced once it is so.

        Raises NoAgentNow, NotThere, TooOften.
        """
        wanted = self._wanted(conversation, consent)

        def act(before: Conversation) -> Change:
            return ask_for_person(before, self.clock(), wanted.words, wanted.request)

        try:
            self._queue.ask(conversation.id, act, wanted.asking)
        except QueueFull:
            raise NoAgentNow(self.offers(conversation)) from None
        except OutOfTurn as refused:
            if refused.refusal is not Refusal.ALREADY_HANDED_OVER:
                raise
        found = self._queue.newest(conversation.id)
        return self._place(found) if found else wanted.place

    def hear(self, conversation: Conversation, client_id: str, words: str) -> int | None:
        """Take a yes to the person that was just offered; None where a message is anything else.

        Returns the number of the message. Where nobody is there, that is said at once, with what else there is.
        """
        if conversation.with_people or not says_yes(words) or conversation.site not in self._sites:
            return None
        if not offered(self._store.events(conversation.id)):
            return None
        at = self.clock()
        try:
            wanted = self._wanted(conversation, Consent.FULL, client_id)

            def agrees(before: Conversation) -> Change:
                return citizen_agrees(before, at, words, client_id, words=wanted.words, request=wanted.request)

            change = self._queue.ask(conversation.id, agrees, wanted.asking)
        except (NoAgentNow, QueueFull, TooOften):
            phone = self._sites[conversation.site].phone.number
            told = text("handover.nobody", conversation.language, phone=phone)
            return self._store.say(
                conversation.id, client_id, lambda before: citizen_is_told(before, at, words, client_id, told)
            )
        except OutOfTurn:
            return None
        return next(event.seq for event in change.events if event.client_id == client_id)

    def status(self, conversation: Conversation) -> str:
        """Return who has the word now. Raises NotThere."""
        found = self._store.find(conversation.id)
        if found is None:
            raise NotThere
        return found.status.value

    def withdraw(self, conversation: Conversation) -> None:
        """Wait for an agent no longer: the assistant is back. Changes nothing where nobody is waited for."""
        words = text("handover.withdrawn", conversation.language)
        try:
            self._store.change(conversation.id, lambda before: hand_back(before, self.clock(), None, words))
        except OutOfTurn:
            return

    def _wanted(self, conversation: Conversation, consent: Consent, agreed: str | None = None) -> _Wanted:
        site = self._sites.get(conversation.site)
        brief = self.brief(conversation, Route.AGENT, consent, agreed)
        found = offers(self._moment(conversation, brief["reason"]))
        agent = next(offer for offer in found if offer.route is Route.AGENT)
        if site is None or site.desk is None or not (agent.available or conversation.with_people):
            raise NoAgentNow(found)
        place = Place(agent.position or 1, agent.wait, self.clock())
        request = Request(
            site.id,
            conversation.language,
            consent,
            brief,
            brief["theme"],
            conversation.municipality,
            brief["reason"],
            site.desk.team(brief["theme"]),
        )
        asking = Asking(site.id, site.desk.most_waiting, MOST_ASKED, self.clock() - timedelta(hours=1))
        return _Wanted(request, place_in_words(place, conversation.language), place, asking)

    def _moment(self, conversation: Conversation, reason: str | None) -> Moment:
        at, site = self.clock(), self._sites[conversation.site]
        waiting = self._queue.waiting(Wish((site.id,)))
        return Moment(
            at,
            site,
            conversation.language,
            reason,
            tuple(self._presence.all()),
            tuple(one.request.language for one in waiting),
            tuple(self._queue.lasted(site.id, at - _LASTED)),
            self._sends_mail,
            self._calls_back(site, at),
        )

    def _place(self, found: Handover) -> Place:
        """Return the place of who waits, counting those who wait longer for the same agents."""
        at, site = self.clock(), self._sites.get(found.request.site)
        if site is None or site.desk is None:
            return Place(1, None, found.queued_at)
        waiting = self._queue.waiting(Wish((site.id,), before=found.queued_at))
        before = [one for one in waiting if (one.queued_at, one.id) < (found.queued_at, found.id)]
        lasted = tuple(self._queue.lasted(site.id, at - _LASTED))
        agents = tuple(self._presence.all())
        moment = Moment(
            at, site, found.request.language, None, agents, tuple(one.request.language for one in before), lasted
        )
        there = able(moment)
        position = position_of(moment)
        wait = expected(position, there, each(site.desk, lasted)) if there else None
        return Place(position, wait, found.queued_at)


@dataclass(frozen=True)
class _Wanted:
    """What is stored, said and answered when a conversation begins to wait."""

    request: Request
    words: str
    place: Place
    asking: Asking


def place_in_words(place: Place, language: str) -> str:
    """Return what somebody is told who begins to wait."""
    if place.wait is None:
        return text("handover.queued", language, position=place.position)
    if not place.wait.least:
        return text("handover.queued_soon", language, position=place.position)
    return text("handover.queued_wait", language, position=place.position, least=place.wait.least, most=place.wait.most)
