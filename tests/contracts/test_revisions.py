"""What editors do with pages: every move and every refusal, held pages, and looking back at any moment."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest

from knowledge.pages import PageDraft, PageState, PublishOutcome, Revision
from knowledge.services import PolicyStatus
from knowledge.store.revisions import RevisionRefused, Revisions
from tests.knowledge.build import NOW, PASSPORT, WASTE, Home, draft, full_service, service

DRAFT, IN_REVIEW, PUBLISHED, WITHDRAWN = PageState
SENT = service("1", "Paspoort", PASSPORT)
EDITED = replace(SENT, description={"nl": "Duidelijker."}, sections=())
AGAIN = replace(SENT, description={"nl": "Nog duidelijker."})
NEW = service("9", "Afvalkalender", WASTE)
PAGE = "test-1"
BRUSSELS = ZoneInfo("Europe/Brussels")


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def states(desk: Home, page_id: str = PAGE) -> dict[int, PageState]:
    return {one.number: one.state for one in desk.revisions.history(page_id)}


def live(desk: Home, page_id: str = PAGE) -> tuple[int, PageState]:
    page = desk.pages.get([page_id])[page_id]
    return page.revision, page.state


def answerable(desk: Home, moment: datetime = NOW, page_id: str = PAGE) -> bool:
    return desk.pages.headers([page_id])[page_id].answerable_at(moment)


def published_by_an_editor(desk: Home) -> None:
    """The source's text as revision 1, the editor's as revision 2, which holds."""
    desk.publish(SENT)
    desk.revisions.draft(EDITED, at(1), author="An")
    desk.revisions.publish(PAGE, 2, at(2), author="Bo")


def test_a_draft_is_kept_and_citizens_see_what_they_saw(desk: Home) -> None:
    desk.publish(SENT)
    made = desk.revisions.draft(EDITED, at(1), author="An", note="Korter.")
    assert made == Revision(PAGE, 2, DRAFT, at(1), "An", "Korter.")
    assert desk.revisions.text(PAGE, 2) == EDITED
    assert live(desk) == (1, PUBLISHED)
    assert desk.pages.last_change() == 1


def test_a_draft_of_a_new_page_is_seen_by_nobody(desk: Home) -> None:
    assert desk.revisions.draft(NEW, NOW, author="An").number == 1
    assert live(desk, "test-9") == (1, DRAFT)
    assert not answerable(desk, page_id="test-9")
    assert desk.revisions.as_of("test-9", at(9)) is None
    assert (desk.pages.last_change(), desk.pages.counts()) == (0, {"draft": 1})
    desk.index.update()
    assert desk.found("afvalkalender oud papier") == []


def test_a_page_that_was_never_live_stands_where_its_newest_revision_stands(desk: Home) -> None:
    desk.revisions.draft(NEW, NOW, author="An")
    desk.revisions.draft(replace(NEW, description={}), NOW, author="An")
    assert live(desk, "test-9") == (2, DRAFT)
    desk.revisions.submit("test-9", 1)
    assert live(desk, "test-9") == (2, DRAFT)
    desk.revisions.submit("test-9", 2)
    assert live(desk, "test-9") == (2, IN_REVIEW)
    desk.revisions.send_back("test-9", 2)
    assert live(desk, "test-9") == (2, DRAFT)


def test_a_draft_goes_to_review_and_back_and_is_published(desk: Home) -> None:
    desk.publish(SENT)
    desk.revisions.draft(EDITED, NOW, author="An")
    assert desk.revisions.submit(PAGE, 2).state is IN_REVIEW
    assert desk.revisions.send_back(PAGE, 2).state is DRAFT
    assert desk.revisions.submit(PAGE, 2).state is IN_REVIEW
    assert live(desk) == (1, PUBLISHED)
    made = desk.revisions.publish(PAGE, 2, at(1), author="Bo")
    assert (made.state, made.author, made.created_at) == (PUBLISHED, "An", NOW)
    page = desk.pages.get([PAGE])[PAGE]
    assert (page.revision, page.state, page.published_at, page.service) == (2, PUBLISHED, at(1), EDITED)


def test_every_move_of_what_is_live_is_one_line_in_the_change_log(desk: Home) -> None:
    published_by_an_editor(desk)
    desk.revisions.withdraw(PAGE, at(3), author="Bo")
    desk.revisions.rollback(PAGE, 1, at(4), author="Bo")
    desk.revisions.expire(PAGE, at(9))
    log = [(line.sequence, line.page_id, line.revision, line.state, line.at) for line in desk.pages.changes(0)]
    assert log == [
        (1, PAGE, 1, PUBLISHED, NOW),
        (2, PAGE, 2, PUBLISHED, at(2)),
        (3, PAGE, 2, WITHDRAWN, at(3)),
        (4, PAGE, 3, PUBLISHED, at(4)),
    ]


def test_a_withdrawn_page_is_not_answered_from_at_once(desk: Home) -> None:
    desk.publish(SENT)
    desk.index.update()
    assert desk.found("paspoort") == ["1"]
    assert desk.revisions.withdraw(PAGE, at(1), author="Bo").state is WITHDRAWN
    assert desk.found("paspoort") == []
    assert (live(desk), states(desk)) == ((1, WITHDRAWN), {1: WITHDRAWN})


def test_going_back_publishes_an_earlier_text_as_a_new_revision(desk: Home) -> None:
    published_by_an_editor(desk)
    made = desk.revisions.rollback(PAGE, 1, at(3), author="Bo")
    assert made == Revision(PAGE, 3, PUBLISHED, at(3), "Bo", "revision 1 again")
    assert desk.pages.get([PAGE])[PAGE].service == SENT
    assert [desk.revisions.text(PAGE, number) for number in (1, 2, 3)] == [SENT, EDITED, SENT]


def test_a_withdrawn_page_comes_back_by_going_back_to_its_revision(desk: Home) -> None:
    desk.publish(SENT)
    desk.revisions.withdraw(PAGE, at(1), author="Bo")
    desk.revisions.rollback(PAGE, 1, at(2), author="Bo")
    assert live(desk) == (2, PUBLISHED)
    assert answerable(desk)


def test_every_field_of_a_text_is_kept(desk: Home) -> None:
    made = desk.revisions.draft(replace(full_service(), archived=False), NOW, author="An")
    assert desk.revisions.text(made.page_id, 1) == replace(full_service(), archived=False)


def prepare(desk: Home) -> None:
    """Page 1: source's text (published), editor's (published), a draft, one in review, one that the source archived."""
    published_by_an_editor(desk)
    desk.revisions.draft(AGAIN, at(3), author="An")
    desk.revisions.draft(AGAIN, at(3), author="An")
    desk.revisions.submit(PAGE, 4)
    desk.revisions.draft(replace(AGAIN, archived=True), at(3), author="An")
    desk.revisions.draft(replace(AGAIN, policy_status=PolicyStatus.REPEALED), at(3), author="An")
    desk.revisions.draft(NEW, at(3), author="An")


Act = Callable[[Revisions], object]
REFUSALS: list[tuple[str, Act, str]] = [
    ("publish live", lambda r: r.publish(PAGE, 2, NOW, author="An"), "Revision 2 of test-1 is published already"),
    ("publish old", lambda r: r.publish(PAGE, 1, NOW, author="An"), "publish its text again, roll back to it"),
    ("publish nothing", lambda r: r.publish(PAGE, 99, NOW, author="An"), "There is no revision 99 of test-1."),
    ("publish nowhere", lambda r: r.publish("test-8", 1, NOW, author="An"), "There is no page test-8."),
    ("publish archived", lambda r: r.publish(PAGE, 5, NOW, author="An"), "Revision 5 of test-1 was archived"),
    ("publish repealed", lambda r: r.publish(PAGE, 6, NOW, author="An"), "was archived or repealed by its source"),
    ("submit published", lambda r: r.submit(PAGE, 2), "Revision 2 of test-1 is published, not draft."),
    ("submit twice", lambda r: r.submit(PAGE, 4), "Revision 4 of test-1 is in_review, not draft."),
    ("submit nothing", lambda r: r.submit(PAGE, 99), "There is no revision 99 of test-1."),
    ("send back draft", lambda r: r.send_back(PAGE, 3), "Revision 3 of test-1 is draft, not in_review."),
    ("send back nowhere", lambda r: r.send_back("test-8", 1), "There is no page test-8."),
    ("withdraw draft", lambda r: r.withdraw("test-9", NOW, author="An"), "test-9 is not published; it is draft."),
    ("withdraw nowhere", lambda r: r.withdraw("test-8", NOW, author="An"), "There is no page test-8."),
    ("roll back to live", lambda r: r.rollback(PAGE, 2, NOW, author="An"), "is what is published now"),
    ("roll back to nothing", lambda r: r.rollback(PAGE, 99, NOW, author="An"), "There is no revision 99 of"),
    ("roll back to archived", lambda r: r.rollback(PAGE, 5, NOW, author="An"), "Revision 5 of test-1 was archived"),
    ("schedule live", lambda r: r.schedule(PAGE, 2, NOW, author="An"), "is published already"),
    ("schedule nothing", lambda r: r.schedule(PAGE, 99, NOW, author="An"), "There is no revision 99 of test-1."),
    ("schedule nowhere", lambda r: r.schedule("test-8", None, NOW, author="An"), "There is no page test-8."),
    ("schedule archived", lambda r: r.schedule(PAGE, 5, NOW, author="An"), "Revision 5 of test-1 was archived"),
    ("expire nowhere", lambda r: r.expire("test-8", NOW), "There is no page test-8."),
    ("review nowhere", lambda r: r.review_by("test-8", NOW), "There is no page test-8."),
    ("history nowhere", lambda r: r.history("test-8"), "There is no page test-8."),
    ("text of nothing", lambda r: r.text(PAGE, 99), "There is no revision 99 of test-1."),
    ("draft on old", lambda r: r.draft(AGAIN, NOW, author="An", based_on=2), "has revision 6 by now; .* based on 2"),
    ("draft on nothing", lambda r: r.draft(replace(NEW, source_id="8"), NOW, author="An", based_on=1), "test-8 has "),
]  # fmt: skip


def everything(desk: Home) -> list[object]:
    found: list[object] = [desk.pages.get(desk.pages.page_ids()), desk.pages.changes(0), desk.revisions.scheduled()]
    return [*found, *(desk.revisions.history(page_id) for page_id in desk.pages.page_ids())]


def test_what_cannot_be_done_is_refused_with_its_reason_and_changes_nothing(desk: Home) -> None:
    prepare(desk)
    before = everything(desk)
    for name, act, message in REFUSALS:
        with pytest.raises(RevisionRefused, match=message):
            act(desk.revisions)
        assert everything(desk) == before, name


def test_a_text_based_on_the_newest_revision_is_taken_and_on_an_older_one_refused(desk: Home) -> None:
    desk.publish(SENT)
    assert desk.revisions.draft(EDITED, NOW, author="An", based_on=1).number == 2
    with pytest.raises(RevisionRefused, match=re.escape("test-1 has revision 2 by now; this text was based on 1.")):
        desk.revisions.draft(AGAIN, NOW, author="Bo", based_on=1)
    assert desk.revisions.draft(AGAIN, NOW, author="Bo").number == 3


def test_of_editors_who_edit_the_same_text_at_once_one_is_taken(desk: Home, open_home: Callable[..., Home]) -> None:
    desk.publish(SENT)
    homes, barrier = [open_home() for _ in range(4)], Barrier(4)

    def edit(home: Home) -> str:
        home.pages.last_change()
        barrier.wait()
        try:
            return str(home.revisions.draft(EDITED, NOW, author="An", based_on=1).number)
        except RevisionRefused:
            return "refused"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(edit, homes)) == ["2", "refused", "refused", "refused"]


def test_on_a_page_of_an_editor_what_the_source_sends_waits_in_review(desk: Home) -> None:
    published_by_an_editor(desk)
    assert desk.publish(AGAIN, at=at(3)) == [PublishOutcome.HELD]
    assert desk.publish(AGAIN, at=at(4)) == [PublishOutcome.UNCHANGED]
    assert (live(desk), states(desk)) == ((2, PUBLISHED), {1: PUBLISHED, 2: PUBLISHED, 3: IN_REVIEW})
    assert desk.revisions.history(PAGE)[0] == Revision(PAGE, 3, IN_REVIEW, at(3), "", "")
    assert desk.revisions.text(PAGE, 3) == AGAIN
    assert desk.pages.last_change() == 2
    assert [(one.page_id, one.revision, one.latest, one.held) for one in desk.pages.listing("", None, 9, 0)] == [
        (PAGE, 2, 3, True)
    ]


def test_publishing_what_the_source_sent_ends_the_hold(desk: Home) -> None:
    published_by_an_editor(desk)
    desk.publish(AGAIN)
    desk.revisions.publish(PAGE, 3, at(4), author="Bo")
    assert live(desk) == (3, PUBLISHED)
    assert desk.publish(SENT, at=at(5)) == [PublishOutcome.CHANGED]
    assert live(desk) == (4, PUBLISHED)


def test_going_back_to_a_text_of_the_source_is_a_decision_of_an_editor_and_holds(desk: Home) -> None:
    published_by_an_editor(desk)
    desk.revisions.rollback(PAGE, 1, at(3), author="Bo")
    assert desk.publish(AGAIN, at=at(4)) == [PublishOutcome.HELD]


def test_a_draft_or_a_review_alone_does_not_hold_a_page(desk: Home) -> None:
    desk.publish(SENT)
    desk.revisions.draft(EDITED, NOW, author="An")
    desk.revisions.submit(PAGE, 2)
    assert desk.publish(AGAIN, at=at(1)) == [PublishOutcome.CHANGED]
    assert (live(desk), states(desk)) == ((3, PUBLISHED), {1: PUBLISHED, 2: IN_REVIEW, 3: PUBLISHED})
    assert desk.revisions.publish(PAGE, 2, at(2), author="Bo").number == 2
    assert desk.pages.get([PAGE])[PAGE].service == EDITED


def test_a_withdrawal_by_the_source_is_followed_on_a_page_of_an_editor_too(desk: Home) -> None:
    published_by_an_editor(desk)
    assert desk.publish(replace(SENT, archived=True), at=at(3)) == [PublishOutcome.WITHDRAWN]
    assert live(desk) == (3, WITHDRAWN)
    assert not answerable(desk)
    assert desk.publish(AGAIN, at=at(4)) == [PublishOutcome.HELD]
    assert live(desk) == (3, WITHDRAWN)


def test_the_source_cannot_publish_again_what_an_editor_withdrew(desk: Home) -> None:
    desk.publish(SENT)
    desk.revisions.withdraw(PAGE, at(1), author="Bo")
    assert desk.publish(AGAIN, at=at(2)) == [PublishOutcome.HELD]
    assert (live(desk), states(desk)) == ((1, WITHDRAWN), {1: WITHDRAWN, 2: IN_REVIEW})
    desk.revisions.publish(PAGE, 2, at(3), author="Bo")
    assert answerable(desk)
    assert desk.publish(SENT, at=at(4)) == [PublishOutcome.CHANGED]


def test_an_import_of_a_page_that_an_editor_began_is_published(desk: Home) -> None:
    desk.revisions.draft(EDITED, NOW, author="An")
    desk.publish(SENT, at=at(1))
    assert (live(desk), states(desk)) == ((2, PUBLISHED), {1: DRAFT, 2: PUBLISHED})


def test_an_older_snapshot_does_not_wait_in_review(desk: Home) -> None:
    desk.publish(replace(SENT, generated_at=NOW))
    desk.revisions.draft(EDITED, NOW, author="An")
    desk.revisions.publish(PAGE, 2, NOW, author="An")
    assert desk.publish(replace(AGAIN, generated_at=at(-1))) == [PublishOutcome.UNCHANGED]
    assert desk.publish(replace(AGAIN, generated_at=at(1))) == [PublishOutcome.HELD]
    assert desk.publish(replace(AGAIN, generated_at=at(0.5))) == [PublishOutcome.UNCHANGED]


def test_history_is_newest_first_with_authors_and_notes(desk: Home) -> None:
    published_by_an_editor(desk)
    desk.revisions.draft(AGAIN, at(3), author="Cas", note="Idee")
    assert desk.revisions.history(PAGE) == [
        Revision(PAGE, 3, DRAFT, at(3), "Cas", "Idee"),
        Revision(PAGE, 2, PUBLISHED, at(1), "An", ""),
        Revision(PAGE, 1, PUBLISHED, NOW, "", ""),
    ]


def test_a_page_is_seen_as_it_was_at_any_moment(desk: Home) -> None:
    published_by_an_editor(desk)
    desk.revisions.draft(AGAIN, at(2.5), author="An")
    desk.revisions.withdraw(PAGE, at(3), author="Bo")
    desk.revisions.rollback(PAGE, 1, at(4), author="Bo")

    def seen(moment: datetime) -> tuple[object, ...] | None:
        page = desk.revisions.as_of(PAGE, moment)
        return (page.revision, page.state, page.published_at, page.service) if page else None

    assert seen(at(-0.001)) is None
    assert seen(NOW) == seen(at(1.999)) == (1, PUBLISHED, NOW, SENT)
    assert seen(at(2)) == seen(at(2.9)) == (2, PUBLISHED, at(2), EDITED)
    assert seen(at(3)) == (2, WITHDRAWN, at(3), EDITED)
    assert seen(at(4)) == seen(at(10_000)) == (4, PUBLISHED, at(4), SENT)
    assert seen(at(2.9).astimezone(BRUSSELS)) == seen(at(2.9))
    assert desk.revisions.as_of("test-8", NOW) is None


def test_the_log_of_a_page_never_goes_back_in_time(desk: Home) -> None:
    """An import that began before an editor published reaches the page after that."""
    published_by_an_editor(desk)
    desk.revisions.publish(PAGE, desk.revisions.draft(AGAIN, at(3), author="An").number, at(5), author="An")
    desk.publish(replace(SENT, archived=True), at=at(4))
    assert [line.at for line in desk.pages.changes(0)] == [NOW, at(2), at(5), at(5)]
    seen = [desk.revisions.as_of(PAGE, at(hours)) for hours in (4.5, 5)]
    assert [(page.revision, page.state) for page in seen if page] == [(2, PUBLISHED), (4, WITHDRAWN)]


def test_a_page_expires_when_an_editor_says_so_or_its_source_whichever_is_first(desk: Home) -> None:
    desk.publish(replace(SENT, ends=at(10)))
    desk.revisions.expire(PAGE, at(5))
    assert (answerable(desk, at(4.9)), answerable(desk, at(5.1))) == (True, False)
    desk.revisions.expire(PAGE, at(20))
    assert (answerable(desk, at(9.9)), answerable(desk, at(10.1))) == (True, False)
    desk.revisions.expire(PAGE, None)
    assert (answerable(desk, at(9.9)), answerable(desk, at(10.1))) == (True, False)
    assert desk.pages.last_change() == 1


def test_the_review_term_of_an_editor_takes_the_place_of_that_of_the_text(desk: Home) -> None:
    desk.publish(replace(SENT, review_by=date(2026, 12, 1)))
    assert not answerable(desk, datetime(2026, 12, 2, tzinfo=UTC))
    desk.revisions.review_by(PAGE, datetime(2027, 1, 1, tzinfo=UTC))
    assert answerable(desk, datetime(2026, 12, 31, tzinfo=UTC))
    assert not answerable(desk, datetime(2027, 1, 1, 0, 0, 1, tzinfo=UTC))
    desk.revisions.review_by(PAGE, None)
    assert not answerable(desk, datetime(2026, 12, 2, tzinfo=UTC))


def test_what_may_no_longer_be_answered_from_is_listed(desk: Home) -> None:
    ids = "abcdef"
    desk.publish(*(service(one, "Paspoort", PASSPORT) for one in ids), replace(SENT, source_id="g", ends=at(1)))
    desk.publish(replace(SENT, source_id="h", review_by=date(2026, 11, 23)))
    desk.revisions.expire("test-a", at(1))
    desk.revisions.review_by("test-b", at(1))
    desk.revisions.expire("test-c", at(48))
    desk.revisions.expire("test-d", at(1))
    desk.revisions.withdraw("test-d", at(1), author="Bo")
    late = [one.source_id for one in desk.pages.listing("", at(24), 99, 0)]
    assert late == ["a", "b", "g", "h"]
    assert desk.pages.overdue(at(24)) == 4
    assert late == [one for one in [*ids, "g", "h"] if not answerable(desk, at(24), f"test-{one}") and one != "d"]
    assert [one.source_id for one in desk.pages.listing("withdrawn", None, 99, 0)] == ["d"]
    assert [one.source_id for one in desk.pages.listing("", None, 2, 3)] == ["d", "e"]


def test_a_digest_is_remembered_of_what_waits(desk: Home) -> None:
    published_by_an_editor(desk)
    desk.pages.publish([PageDraft(replace(AGAIN, generated_at=NOW), "wacht")], NOW)
    assert desk.pages.known("test") == {"1": ("wacht", NOW)}


def test_an_import_says_of_each_draft_what_became_of_it_also_where_pages_are_held(desk: Home) -> None:
    published_by_an_editor(desk)
    desk.publish(service("2", "Twee", PASSPORT))
    sent = [draft(AGAIN), draft(NEW), draft(service("2", "Twee", WASTE)), draft(AGAIN)]
    assert desk.pages.publish(sent, at(3)) == [
        PublishOutcome.HELD,
        PublishOutcome.NEW,
        PublishOutcome.CHANGED,
        PublishOutcome.UNCHANGED,
    ]
