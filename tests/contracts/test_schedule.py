"""What editors plan: it happens when its moment has come, once, whoever looks, and says why where it cannot."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import update

from knowledge.pages import PageState, PublishOutcome, Scheduled
from knowledge.store.tables import RevisionRow
from tests.contracts.processes import Start, at_once
from tests.knowledge.build import NOW, PASSPORT, Home, service

SENT = service("1", "Paspoort", PASSPORT)
EDITED = replace(SENT, description={"nl": "Duidelijker."})
PAGE = "test-1"
BRUSSELS = ZoneInfo("Europe/Brussels")
RUN_DUE = """
wait()
done = desk.revisions.run_due(NOW + timedelta(hours=2))
assert all(why == "" for _, why in done), done
print(len(done))
"""


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def live(desk: Home, page_id: str = PAGE) -> tuple[int, PageState]:
    page = desk.pages.get([page_id])[page_id]
    return page.revision, page.state


def with_a_draft(desk: Home) -> None:
    desk.publish(SENT)
    desk.revisions.draft(EDITED, NOW, author="An")


def test_a_revision_is_published_when_its_moment_has_come_and_not_before(desk: Home) -> None:
    with_a_draft(desk)
    desk.revisions.schedule(PAGE, 2, at(5), author="An")
    assert desk.revisions.run_due(at(4.999)) == []
    assert live(desk) == (1, PageState.PUBLISHED)
    assert desk.revisions.run_due(at(5)) == [(Scheduled(PAGE, 2, at(5), "An"), "")]
    assert live(desk) == (2, PageState.PUBLISHED)
    assert desk.revisions.run_due(at(6)) == []
    assert desk.revisions.scheduled() == []


def test_what_was_planned_holds_from_when_it_was_done(desk: Home) -> None:
    with_a_draft(desk)
    desk.revisions.schedule(PAGE, 2, at(5), author="An")
    desk.revisions.run_due(at(7))
    assert desk.pages.changes(1)[0].at == at(7)
    seen = desk.revisions.as_of(PAGE, at(6))
    assert seen is not None
    assert seen.revision == 1


def test_a_page_is_withdrawn_when_its_moment_has_come(desk: Home) -> None:
    desk.publish(SENT)
    desk.revisions.schedule(PAGE, None, at(5), author="An")
    desk.revisions.run_due(at(5))
    assert live(desk) == (1, PageState.WITHDRAWN)
    assert desk.publish(EDITED, at=at(6)) == [PublishOutcome.HELD]


def test_a_later_plan_of_the_same_kind_takes_the_place_of_the_earlier_one(desk: Home) -> None:
    with_a_draft(desk)
    desk.revisions.draft(SENT, NOW, author="An")
    desk.revisions.schedule(PAGE, 2, at(5), author="An")
    desk.revisions.schedule(PAGE, None, at(9), author="An")
    desk.revisions.schedule(PAGE, 3, at(3), author="Bo")
    assert desk.revisions.scheduled(PAGE) == [Scheduled(PAGE, 3, at(3), "Bo"), Scheduled(PAGE, None, at(9), "An")]


def test_plans_are_listed_in_the_order_in_which_they_will_happen_for_one_page_or_all(desk: Home) -> None:
    desk.publish(SENT, replace(SENT, source_id="2"))
    desk.revisions.schedule("test-2", None, at(4), author="An")
    desk.revisions.schedule(PAGE, None, at(3), author="An")
    assert [one.page_id for one in desk.revisions.scheduled()] == [PAGE, "test-2"]
    assert [one.page_id for one in desk.revisions.scheduled("test-2")] == ["test-2"]


def test_what_was_planned_for_a_page_is_forgotten_when_asked(desk: Home) -> None:
    with_a_draft(desk)
    desk.publish(replace(SENT, source_id="2"))
    desk.revisions.schedule(PAGE, 2, at(5), author="An")
    desk.revisions.schedule(PAGE, None, at(6), author="An")
    desk.revisions.schedule("test-2", None, at(6), author="An")
    assert (desk.revisions.unschedule(PAGE), desk.revisions.unschedule(PAGE)) == (2, 0)
    assert [one.page_id for one in desk.revisions.scheduled()] == ["test-2"]
    desk.revisions.run_due(at(9))
    assert live(desk) == (1, PageState.PUBLISHED)


def test_plans_are_carried_out_in_order_and_one_that_cannot_be_says_why_and_stops_no_other(desk: Home) -> None:
    with_a_draft(desk)
    desk.publish(replace(SENT, source_id="2"))
    desk.revisions.schedule(PAGE, 2, at(1), author="An")
    desk.revisions.schedule("test-2", None, at(2), author="An")
    desk.revisions.schedule(PAGE, None, at(3), author="An")
    desk.revisions.publish(PAGE, 2, at(0.5), author="Bo")
    done = desk.revisions.run_due(at(4))
    assert [(one.page_id, one.revision) for one, _ in done] == [(PAGE, 2), ("test-2", None), (PAGE, None)]
    assert [why for _, why in done][1:] == ["", ""]
    assert done[0][1].startswith("Revision 2 of test-1 is published already")
    assert (live(desk), live(desk, "test-2")) == ((2, PageState.WITHDRAWN), (1, PageState.WITHDRAWN))
    assert desk.revisions.scheduled() == []


def test_a_revision_that_cannot_be_read_says_so_and_stops_no_other_plan(desk: Home) -> None:
    with_a_draft(desk)
    desk.publish(replace(SENT, source_id="2"))
    desk.revisions.schedule(PAGE, 2, at(1), author="An")
    desk.revisions.schedule("test-2", None, at(2), author="An")
    with desk.database.write() as session:
        session.execute(update(RevisionRow).where(RevisionRow.number == 2).values(service=b"half"))
    (first, why), (second, done) = desk.revisions.run_due(at(3))
    assert (first.page_id, second.page_id, done) == (PAGE, "test-2", "")
    assert why.startswith("Revision 2 of test-1 cannot be read: ")
    assert (live(desk), live(desk, "test-2")) == ((1, PageState.PUBLISHED), (1, PageState.WITHDRAWN))


def test_published_then_withdrawn_in_one_go_is_withdrawn(desk: Home) -> None:
    with_a_draft(desk)
    desk.revisions.schedule(PAGE, None, at(2), author="An")
    desk.revisions.schedule(PAGE, 2, at(1), author="An")
    desk.revisions.run_due(at(3))
    assert [(line.revision, line.state) for line in desk.pages.changes(1)] == [
        (2, PageState.PUBLISHED),
        (2, PageState.WITHDRAWN),
    ]


def test_a_moment_that_has_gone_is_done_at_the_next_look(desk: Home) -> None:
    with_a_draft(desk)
    desk.revisions.schedule(PAGE, 2, at(-100), author="An")
    assert [why for _, why in desk.revisions.run_due(NOW)] == [""]


def test_moments_are_moments_in_whatever_zone_they_are_given(desk: Home) -> None:
    with_a_draft(desk)
    desk.revisions.schedule(PAGE, 2, datetime(2027, 7, 1, 8, 0, tzinfo=BRUSSELS), author="An")
    assert desk.revisions.scheduled()[0].at == datetime(2027, 7, 1, 6, 0, tzinfo=UTC)
    assert desk.revisions.run_due(datetime(2027, 7, 1, 5, 59, 59, tzinfo=UTC)) == []
    assert len(desk.revisions.run_due(datetime(2027, 7, 1, 8, 0, tzinfo=BRUSSELS))) == 1


def test_the_hour_that_comes_twice_in_autumn_is_two_moments(desk: Home) -> None:
    with_a_draft(desk)
    desk.revisions.schedule(PAGE, 2, datetime(2027, 10, 31, 2, 30, fold=1, tzinfo=BRUSSELS), author="An")
    assert desk.revisions.run_due(datetime(2027, 10, 31, 2, 30, fold=0, tzinfo=BRUSSELS)) == []
    assert len(desk.revisions.run_due(datetime(2027, 10, 31, 1, 30, tzinfo=UTC))) == 1


def test_moments_come_back_in_utc_whatever_the_clock_of_the_server(desk: Home) -> None:
    with_a_draft(desk)
    desk.revisions.schedule(PAGE, 2, datetime(2027, 7, 1, 8, 0, tzinfo=BRUSSELS), author="An")
    moments = [desk.pages.changes(0)[0].at, desk.revisions.scheduled()[0].at, desk.pages.get([PAGE])[PAGE].published_at]
    assert [moment.utcoffset() for moment in moments] == [timedelta(0)] * 3


def test_of_processes_that_look_at_the_same_time_each_plan_is_carried_out_by_one(desk: Home, start: Start) -> None:
    pages = [replace(SENT, source_id=str(number)) for number in range(12)]
    desk.publish(*pages)
    for number, page in enumerate(pages):
        desk.revisions.draft(replace(page, description={"nl": "Anders."}), NOW, author="An")
        desk.revisions.schedule(f"test-{number}", 2, at(1), author="An")
        desk.revisions.schedule(f"test-{number}", None, at(1.5), author="An")
    done = at_once([start(RUN_DUE) for _ in range(3)])
    assert sorted(map(int, done)) == [0, 0, 24]
    assert desk.pages.last_change() == 12 + 24
    assert desk.pages.counts() == {"withdrawn": 12}
