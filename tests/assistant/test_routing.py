"""Which ways to a person are open: inside and outside hours, on holidays, bridge days and when the clock is changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.agent import GONE_AFTER, Agent, Presence
from assistant.domain.handover import Route
from assistant.handover.routing import Moment, Offer, Wait, expected, offers, position_of
from assistant.sites import Site, load_sites
from knowledge.calendar import parse_hours

OFFICE = {day: ["09:00-17:00"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
EACH = timedelta(minutes=8)


def a_site(hours: dict[str, Any] | None = None, **desk: Any) -> Site:
    site = load_sites()["regio"]
    assert site.desk is not None
    return replace(site, desk=replace(site.desk, hours=parse_hours(hours or OFFICE), **desk))


def agent(at: datetime, **changes: Any) -> Agent:
    known: dict[str, Any] = {
        **{"username": "sara", "name": "Sara", "state": Presence.AVAILABLE, "capacity": 2},
        **{"languages": frozenset(), "seen_at": at, "sites": frozenset({"regio"})},
    }
    return Agent(**(known | changes))


def moment(at: str, **changes: Any) -> Moment:
    when = datetime.fromisoformat(at).astimezone(UTC)
    known: dict[str, Any] = {"site": a_site(), "language": "nl", "reason": None, "waiting": ()}
    return Moment(when, **(known | {"agents": (agent(when),)} | changes))


def to_agent(found: Moment) -> Offer:
    return next(offer for offer in offers(found) if offer.route is Route.AGENT)


HOURS = {
    "a Monday morning": ("2026-11-23T10:00+01:00", True, None),
    "the first second": ("2026-11-23T09:00:00+01:00", True, None),
    "the second before": ("2026-11-23T08:59:59+01:00", False, "2026-11-23T09:00+01:00"),
    "the last second": ("2026-11-23T16:59:59+01:00", True, None),
    "closing time": ("2026-11-23T17:00:00+01:00", False, "2026-11-24T09:00+01:00"),
    "a Saturday": ("2026-11-21T11:00+01:00", False, "2026-11-23T09:00+01:00"),
    "Christmas, a Friday": ("2026-12-25T11:00+01:00", False, "2026-12-28T09:00+01:00"),
    "11 July, of Flanders": ("2025-07-11T11:00+02:00", False, "2025-07-14T09:00+02:00"),
    "Whit Monday": ("2026-05-25T11:00+02:00", False, "2026-05-26T09:00+02:00"),
    "the Friday after Ascension, a working day": ("2026-05-15T11:00+02:00", True, None),
    "before the clock goes back": ("2026-10-24T11:00+02:00", False, "2026-10-26T09:00+01:00"),
    "after the clock went back": ("2026-10-26T09:00+01:00", True, None),
    "an hour too early after it went back": ("2026-10-26T09:00+02:00", False, "2026-10-26T09:00+01:00"),
    "after the clock went forward": ("2026-03-30T09:00+02:00", True, None),
    "an hour too early after it went forward": ("2026-03-30T08:00+02:00", False, "2026-03-30T09:00+02:00"),
}


@pytest.mark.parametrize(("at", "open_", "opens"), HOURS.values(), ids=HOURS)
def test_agents_answer_in_their_hours(at: str, open_: bool, opens: str | None) -> None:
    found = to_agent(moment(at))
    assert found.available is open_
    assert found.opens_at == (datetime.fromisoformat(opens) if opens else None)
    assert found.why == (None if open_ else "closed")


def test_a_bridge_day_of_one_body_is_in_its_calendar() -> None:
    bridge = a_site(OFFICE | {"closed": [datetime(2026, 5, 15).date()]})
    found = to_agent(moment("2026-05-15T11:00+02:00", site=bridge))
    assert (found.available, found.opens_at) == (False, datetime.fromisoformat("2026-05-18T09:00+02:00"))


AT = "2026-11-23T10:00+01:00"
WHEN = datetime.fromisoformat(AT)
NOBODY: dict[str, tuple[dict[str, Any], str]] = {
    "no agents at all": ({"agents": ()}, "nobody"),
    "one who is away": ({"agents": (agent(WHEN, state=Presence.AWAY),)}, "nobody"),
    "one whose desk was closed": ({"agents": (agent(WHEN - GONE_AFTER - timedelta(seconds=1)),)}, "nobody"),
    "one of another site": ({"agents": (agent(WHEN, sites=frozenset({"gemeente"})),)}, "nobody"),
    "one who speaks French": ({"agents": (agent(WHEN, languages=frozenset({"fr"})),)}, "no_language"),
    "a queue that is full": ({"site": a_site(most_waiting=2), "waiting": ("nl", "nl")}, "full"),
    "a site without a desk": ({"site": replace(a_site(), desk=None)}, "no_desk"),
}


@pytest.mark.parametrize(("changes", "why"), NOBODY.values(), ids=NOBODY)
def test_nobody_is_promised_who_is_not_there(changes: dict[str, Any], why: str) -> None:
    found = offers(moment(AT, **changes))
    assert (to_agent(moment(AT, **changes)).available, to_agent(moment(AT, **changes)).why) == (False, why)
    assert found[0].available
    assert any(offer.available and offer.route is Route.COUNTER for offer in found)


def test_agents_of_everywhere_count() -> None:
    assert to_agent(moment(AT, agents=(agent(WHEN, sites=frozenset({"*"})),))).available


@pytest.mark.parametrize(
    ("reason", "first"),
    [
        ("asked_for_person", Route.AGENT),
        ("not_found", Route.AGENT),
        ("legal_dispute", Route.EMAIL),
        ("multi_problem", Route.AGENT),
    ],
)
def test_the_reason_says_which_way_fits_best(reason: str, first: Route) -> None:
    assert offers(moment(AT, reason=reason, sends_mail=True))[0].route is first


def test_what_is_not_open_comes_last() -> None:
    found = offers(moment("2026-11-21T11:00+01:00", sends_mail=True))
    assert [offer.route for offer in found] == [Route.CALLBACK, Route.EMAIL, Route.COUNTER, Route.AGENT]


def test_who_waits_for_others_is_not_counted_before_me() -> None:
    both = (agent(WHEN, languages=frozenset({"nl"})), agent(WHEN, username="jan", languages=frozenset({"fr"})))
    found = moment(AT, agents=both, waiting=("fr", "nl", "fr"))
    assert position_of(found) == 2
    assert position_of(replace(found, language="fr")) == 3


WAITS: list[tuple[int, tuple[int, ...], tuple[int, ...], Wait]] = [
    (1, (2,), (0,), Wait(0, 2)),
    (2, (2,), (0,), Wait(0, 2)),
    (3, (2,), (0,), Wait(5, 10)),
    (1, (1,), (1,), Wait(5, 15)),
    (5, (1,), (1,), Wait(40, 60)),
    (5, (4, 4), (4, 4), Wait(5, 10)),
]


@pytest.mark.parametrize(("position", "capacity", "has", "wait"), WAITS)
def test_the_wait_is_said_as_a_range(
    position: int, capacity: tuple[int, ...], has: tuple[int, ...], wait: Wait
) -> None:
    agents = [agent(WHEN, capacity=most, has=now) for most, now in zip(capacity, has, strict=True)]
    assert expected(position, agents, EACH) == wait


@given(
    position=st.integers(1, 200),
    capacity=st.lists(st.integers(1, 10), min_size=1, max_size=20),
    minutes=st.integers(1, 60),
)
def test_a_longer_queue_never_waits_less(position: int, capacity: list[int], minutes: int) -> None:
    agents = [agent(WHEN, capacity=most, has=most) for most in capacity]
    now, later = (expected(place, agents, timedelta(minutes=minutes)) for place in (position, position + 1))
    assert now.least <= later.least
    assert now.most <= later.most
    assert now.least < now.most


def test_recent_conversations_tell_how_long_one_takes() -> None:
    def busy(**more: Any) -> Moment:
        return moment(AT, agents=(agent(WHEN, capacity=1, has=1),), **more)

    by_file = to_agent(busy()).wait
    by_few = to_agent(busy(lasted=(timedelta(minutes=30),) * 4)).wait
    by_many = to_agent(busy(lasted=(timedelta(minutes=30),) * 5)).wait
    assert by_file == by_few == Wait(5, 15)
    assert by_many == Wait(30, 45)
