"""Which ways to a person are open now, and which fits best. Pure: what is known of a moment in, routes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from assistant.domain.agent import Agent
from assistant.domain.handover import Route
from assistant.sites import Site
from assistant.sites.desk import Desk

_ENOUGH = 5
"""Conversations that must have ended before their length tells more than the site file does."""
_WRITTEN = {"legal_dispute"}
"""Reasons for which an answer in writing fits better than talk."""
_BY_VOICE = {"multi_problem", "unsupported_language"}
_STEP = 5


@dataclass(frozen=True)
class Moment:
    """What holds when a route is looked for. `waiting` are the languages of those who wait, the longest first."""

    at: datetime
    site: Site
    language: str
    reason: str | None
    agents: tuple[Agent, ...]
    waiting: tuple[str, ...]
    lasted: tuple[timedelta, ...] = ()
    sends_mail: bool = False
    calls_back: bool = True


@dataclass(frozen=True)
class Wait:
    """How many minutes somebody will wait, from the least to the most that can be expected."""

    least: int
    most: int


@dataclass(frozen=True)
class Offer:
    """One route; `why` says why it is not open: closed, nobody, no_language, full, no_mail, no_desk."""

    route: Route
    available: bool
    why: str | None = None
    position: int | None = None
    wait: Wait | None = None
    opens_at: datetime | None = None


def offers(moment: Moment) -> tuple[Offer, ...]:
    """Return all four routes, the one that fits best first; a counter is always open to go to."""
    found = {
        Route.AGENT: _agent(moment),
        Route.CALLBACK: Offer(Route.CALLBACK, moment.calls_back, None if moment.calls_back else "closed"),
        Route.EMAIL: _mail(moment),
        Route.COUNTER: Offer(Route.COUNTER, True),
    }
    order = _order(moment.reason)
    # A route that is not open is still shown, after those that are: why not, and from when.
    return tuple(sorted(found.values(), key=lambda offer: (not offer.available, order.index(offer.route))))


def position_of(moment: Moment) -> int:
    """Return the place that somebody who joins now gets among those who wait for the same agents."""
    able = [agent for agent in moment.agents if agent.takes(moment.site.id, moment.language, moment.at)]
    before = [
        language
        for language in moment.waiting
        if any(agent.takes(moment.site.id, language, moment.at) for agent in able)
    ]
    return len(before) + 1


def expected(position: int, agents: Sequence[Agent], each: timedelta) -> Wait:
    """Return how long somebody at this position waits: rounded up to five minutes, and said as a range.

    Agents who have room take as many at once; after that one is free each `each` divided by all they can have.
    """
    free = sum(max(0, agent.capacity - agent.has) for agent in agents)
    if position <= free:
        return Wait(0, 2)
    all_at_once = max(1, sum(agent.capacity for agent in agents))
    minutes = (position - free) * each.total_seconds() / 60 / all_at_once
    least = max(_STEP, int(minutes // _STEP) * _STEP)
    return Wait(least, max(least + _STEP, ceil(minutes * 1.5 / _STEP) * _STEP))


def able(moment: Moment) -> list[Agent]:
    """Return the agents of whom this may be expected now."""
    return [agent for agent in moment.agents if agent.takes(moment.site.id, moment.language, moment.at)]


def each(desk: Desk, lasted: Sequence[timedelta]) -> timedelta:
    """Return how long a conversation takes: the middle one of the last, once there are enough."""
    return sorted(lasted)[len(lasted) // 2] if len(lasted) >= _ENOUGH else desk.each


def _agent(moment: Moment) -> Offer:
    desk = moment.site.desk
    if desk is None:
        return Offer(Route.AGENT, False, "no_desk")
    if desk.hours.closes_at(moment.at) is None:
        return Offer(Route.AGENT, False, "closed", opens_at=desk.hours.opens_at(moment.at))
    agents = able(moment)
    if not agents:
        there = any(
            agent.takes(moment.site.id, language, moment.at) for agent in moment.agents for language in _any(agent)
        )
        return Offer(Route.AGENT, False, "no_language" if there else "nobody")
    if len(moment.waiting) >= desk.most_waiting:
        return Offer(Route.AGENT, False, "full")
    position = position_of(moment)
    return Offer(Route.AGENT, True, None, position, expected(position, agents, each(desk, moment.lasted)))


def _any(agent: Agent) -> frozenset[str]:
    return agent.languages or frozenset({"nl"})


def _mail(moment: Moment) -> Offer:
    desk = moment.site.desk
    answers = desk is not None and desk.mail and moment.sends_mail
    return Offer(Route.EMAIL, answers, None if answers else "no_mail")


def _order(reason: str | None) -> tuple[Route, ...]:
    if reason in _WRITTEN:
        return (Route.EMAIL, Route.CALLBACK, Route.AGENT, Route.COUNTER)
    if reason in _BY_VOICE:
        return (Route.AGENT, Route.COUNTER, Route.CALLBACK, Route.EMAIL)
    return (Route.AGENT, Route.CALLBACK, Route.EMAIL, Route.COUNTER)
