"""The queue: each hand-over is claimed once, keeps its place, and follows its conversation, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.domain.agent import Presence
from assistant.domain.conversation import OutOfTurn, Refusal, Status
from assistant.domain.handover import Consent, Progress
from assistant.handover.desk import NotAtDesk, NoTeam, NowhereToPass, To
from assistant.handover.engine import MOST_ASKED, NoAgentNow
from assistant.store.queue import AtCapacity, NoHandover, Taken, TooOften, Wish
from assistant.store.rows import NotThere
from tests.assistant.desking import Hall, a_hall
from tests.drills.claims import race


@pytest.fixture
def hall(home: Path, conversations_url: str) -> Iterator[Hall]:
    """An empty database of each kind."""
    with a_hall(home, conversations_url) as found:
        yield found


def test_each_is_claimed_by_one_of_many_agents_at_once(hall: Hall) -> None:
    found = race(hall, agents=8, handovers=40)
    assert found.claimed_once == 40
    assert found.lost > 0
    assert found.told_who >= found.lost - 1
    assert found.over_capacity == 0


def test_the_loser_is_told_who_was_first(hall: Hall) -> None:
    sara, jan, citizen = hall.agent(), hall.agent("jan"), hall.citizen()
    waiting = hall.taken(sara, citizen)
    with pytest.raises(Taken) as first:
        hall.desk.claim(jan, waiting.id)
    assert first.value.by == "sara"
    assert hall.room.now(citizen).agent == "sara"


def test_no_agent_has_more_than_they_want(hall: Hall) -> None:
    sara = hall.agent(capacity=1)
    hall.taken(sara, hall.citizen())
    second = hall.waits(hall.citizen())
    with pytest.raises(AtCapacity):
        hall.desk.claim(sara, second.id)
    assert hall.queue.waiting(Wish(("regio",))) == [second]


def test_who_is_not_there_claims_nothing(hall: Hall) -> None:
    hall.agent("jan")
    waiting = hall.waits(hall.citizen())
    with pytest.raises(NotAtDesk):
        hall.desk.claim(hall.agent(there=False), waiting.id)


def test_another_site_is_not_there(hall: Hall) -> None:
    hall.agent()
    lies = hall.agent("lies", "agent@gemeente")
    waiting = hall.waits(hall.citizen())
    with pytest.raises(NoHandover):
        hall.desk.claim(lies, waiting.id)
    assert hall.desk.waiting(lies) == []
    with pytest.raises(NotThere):
        hall.desk.see(lies, waiting.conversation_id)


def test_next_is_what_was_passed_to_the_own_team_before_who_waits_longer(hall: Hall) -> None:
    jan, sara = hall.agent("jan"), hall.agent()
    longest = hall.waits(hall.citizen())
    hall.later(seconds=1)
    passed = hall.taken(jan, hall.citizen())
    hall.desk.pass_on(jan, passed.conversation_id, To(team="Werk en school"), "Gaat over een diploma.")
    hall.desk.be(sara, Presence.AVAILABLE, teams=frozenset({"Werk en school"}))
    found = [hall.desk.claim_next(sara) for _ in range(2)]
    assert [one.id for one in found if one] == [passed.id, longest.id]
    with pytest.raises(NoTeam):
        hall.desk.be(sara, Presence.AVAILABLE, teams=frozenset({"Zeilen"}))


def test_next_is_who_waits_longest_and_fits(hall: Hall) -> None:
    hall.agent("jan")
    sara = hall.agent(languages=("fr",))
    hall.waits(hall.citizen(language="nl"))
    hall.later(seconds=1)
    french = hall.waits(hall.citizen(language="fr"))
    hall.later(seconds=1)
    hall.waits(hall.citizen(language="fr"))
    found = hall.desk.claim_next(sara)
    assert found is not None
    assert found.id == french.id


def test_the_queue_is_looked_through_by_language_theme_and_wait(hall: Hall) -> None:
    sara = hall.agent()
    first = hall.waits(hall.citizen(language="fr"))
    hall.later(minutes=10)
    second = hall.waits(hall.citizen())
    everything, at = Wish(("regio",)), hall.clock()
    assert hall.desk.waiting(sara, everything) == [first, second]
    assert hall.desk.waiting(sara, Wish(("regio",), language="nl")) == [second]
    assert hall.desk.waiting(sara, Wish(("regio",), before=at - timedelta(minutes=5))) == [first]
    assert hall.desk.waiting(sara, Wish(("regio",), theme="BouwenWonen")) == []
    assert hall.desk.waiting(sara, Wish(("gemeente",))) == []


def test_a_hand_over_follows_its_conversation(hall: Hall) -> None:
    sara, citizen = hall.agent(), hall.citizen()
    waiting = hall.taken(sara, citizen)
    hall.desk.hand_back(sara, citizen.id)
    ended = hall.queue.find(waiting.id)
    assert ended is not None
    assert (ended.progress, ended.agent, ended.ended_at) == (Progress.ENDED, "sara", hall.clock())
    again = hall.waits(citizen)
    assert again.id != waiting.id
    hall.room.engine.end(hall.room.now(citizen))
    assert hall.queue.waiting(Wish(("regio",))) == []
    hall.room.engine.erase(citizen)
    assert hall.queue.find(again.id) is None


def test_asking_twice_is_asking_once(hall: Hall) -> None:
    hall.agent()
    citizen = hall.citizen()
    places = [hall.handovers.ask(hall.room.now(citizen), Consent.FULL) for _ in range(2)]
    stale = hall.handovers.ask(citizen, Consent.FULL)
    assert [place.position for place in (*places, stale)] == [1, 1, 1]
    assert len(hall.queue.waiting(Wish(("regio",)))) == 1


def test_nobody_joins_a_queue_that_is_full(hall: Hall) -> None:
    hall.agent()
    desk = hall.sites["regio"].desk
    assert desk is not None
    citizens = [hall.citizen() for _ in range(desk.most_waiting + 1)]
    for citizen in citizens[:-1]:
        hall.waits(citizen)
    with pytest.raises(NoAgentNow):
        hall.handovers.ask(citizens[-1], Consent.FULL)
    assert hall.room.now(citizens[-1]).status is Status.BOT


def test_asking_again_and_again_is_stopped(hall: Hall) -> None:
    hall.agent()
    citizen = hall.citizen()
    for _ in range(MOST_ASKED):
        hall.waits(citizen)
        hall.handovers.withdraw(citizen)
    with pytest.raises(TooOften):
        hall.handovers.ask(citizen, Consent.FULL)
    hall.later(hours=1, seconds=1)
    assert hall.waits(citizen).progress is Progress.WAITING


def test_what_is_passed_to_a_colleague_is_theirs_first(hall: Hall) -> None:
    sara, jan, an, citizen = hall.agent(), hall.agent("jan"), hall.agent("an"), hall.citizen()
    waiting = hall.taken(sara, citizen)
    hall.later(minutes=1)
    newer = hall.waits(hall.citizen())
    hall.desk.pass_on(sara, citizen.id, To(agent="jan"), "Spreekt over zeilen.")
    assert hall.room.now(citizen).status is Status.WAITING
    assert "Sara verbindt u door" in hall.notices(citizen)[-1]
    with pytest.raises(Taken) as reserved:
        hall.desk.claim(an, waiting.id)
    assert reserved.value.by == "jan"
    found = hall.desk.claim_next(an)
    assert found is not None
    assert found.id == newer.id
    mine = hall.desk.claim_next(jan)
    assert mine is not None
    assert (mine.id, mine.queued_at) == (waiting.id, waiting.queued_at)
    assert mine.transfer is not None
    assert mine.transfer.why == "Spreekt over zeilen."


def test_what_a_colleague_does_not_take_is_everybodys(hall: Hall) -> None:
    sara, _, an, citizen = hall.agent(), hall.agent("jan"), hall.agent("an"), hall.citizen()
    waiting = hall.taken(sara, citizen)
    hall.desk.pass_on(sara, citizen.id, To(agent="jan"), "Hij weet meer.")
    hall.later(minutes=5)
    assert hall.desk.claim(an, waiting.id).agent == "an"


def test_another_body_may_take_over(hall: Hall) -> None:
    sara, lies, citizen = hall.agent(), hall.agent("lies", "agent@gemeente"), hall.citizen()
    waiting = hall.taken(sara, citizen)
    hall.desk.pass_on(sara, citizen.id, To(site="gemeente"), "Is van de gemeente.")
    assert hall.sites["gemeente"].name in hall.notices(citizen)[-1]
    assert hall.desk.waiting(sara) == []
    assert hall.desk.claim(lies, waiting.id).request.site == "gemeente"
    assert hall.room.now(citizen).site == "regio"
    with pytest.raises(OutOfTurn):
        hall.store.change(citizen.id, lambda now: hall.speak(now, "sara"))


@pytest.mark.parametrize(
    "to", [To(agent="nobody"), To(agent="lies"), To(agent="sara"), To(team="?"), To(site="?"), To(), To("jan", "x")]
)
def test_nothing_is_passed_to_nowhere(hall: Hall, to: To) -> None:
    sara, citizen = hall.agent(), hall.citizen()
    hall.agent("jan")
    hall.agent("lies", "agent@gemeente")
    hall.taken(sara, citizen)
    with pytest.raises(NowhereToPass):
        hall.desk.pass_on(sara, citizen.id, to, "Daarom.")
    assert hall.room.now(citizen).agent == "sara"


def test_only_its_agent_speaks_and_colleagues_read_nothing(hall: Hall) -> None:
    sara, jan, citizen = hall.agent(), hall.agent("jan"), hall.citizen()
    chef = hall.agent("chef", "supervisor@regio", there=False)
    hall.taken(sara, citizen)
    with pytest.raises(NotThere):
        hall.desk.say(jan, citizen.id, "a1", "Dag!")
    with pytest.raises(OutOfTurn) as refused:
        hall.desk.say(chef, citizen.id, "a1", "Dag!")
    assert refused.value.refusal is Refusal.NOT_YOURS
    assert hall.desk.see(chef, citizen.id)[0].agent == "sara"


def test_notes_go_with_the_conversation_and_are_never_in_it(hall: Hall) -> None:
    sara, citizen = hall.agent(), hall.citizen()
    hall.taken(sara, citizen)
    hall.desk.note(sara, citizen.id, "Rijksregisternummer 85.07.30-033.28 werkt niet.")
    (note,) = hall.desk.notes(citizen.id)
    assert "033" not in note.text
    assert all(note.text not in event.text for event in hall.store.events(citizen.id))
    hall.room.engine.erase(citizen)
    assert hall.desk.notes(citizen.id) == []


def test_without_consent_staff_read_nothing_from_before(hall: Hall) -> None:
    sara, citizen = hall.agent(), hall.citizen("Mijn buurman heeft een geheim.")
    hall.desk.claim(sara, hall.waits(citizen, Consent.WITHOUT_TRANSCRIPT).id)
    _, found = hall.desk.see(sara, citizen.id)
    assert "geheim" not in str(found.request.brief)
    assert [event.author for event in hall.desk.events(found)] == ["system", "system"]
