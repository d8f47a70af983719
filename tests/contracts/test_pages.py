"""Pages: what publishing does, what is kept, and what is found again."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select

from knowledge.pages import PageDraft, PageState, PublishOutcome, page_id_of
from knowledge.services import PolicyStatus, PublicService
from knowledge.store.tables import RevisionRow
from tests.knowledge.build import NOW, PASSPORT, WASTE, Home, draft, service

ONE = service("1", "Paspoort", PASSPORT)
TWO = service("2", "Afvalkalender", WASTE)
LATER = NOW + timedelta(days=1)


def changed(made: PublicService, text: str = "Anders.") -> PublicService:
    return replace(made, description={"nl": text})


def test_a_page_is_new_then_unchanged_then_changed(desk: Home) -> None:
    assert desk.publish(ONE) == [PublishOutcome.NEW]
    assert desk.publish(ONE, at=LATER) == [PublishOutcome.UNCHANGED]
    assert desk.publish(changed(ONE), at=LATER) == [PublishOutcome.CHANGED]
    page = desk.pages.get(["test-1"])["test-1"]
    assert (page.revision, page.published_at, page.service) == (2, LATER, changed(ONE))


def test_outcomes_come_in_the_order_of_the_drafts(desk: Home) -> None:
    desk.publish(ONE)
    assert desk.publish(TWO, ONE, changed(ONE)) == [
        PublishOutcome.NEW,
        PublishOutcome.UNCHANGED,
        PublishOutcome.CHANGED,
    ]


def test_the_digest_decides_whether_a_page_changed(desk: Home) -> None:
    desk.pages.publish([PageDraft(ONE, "digest")], NOW)
    assert desk.pages.publish([PageDraft(changed(ONE), "digest")], NOW) == [PublishOutcome.UNCHANGED]
    assert desk.pages.get(["test-1"])["test-1"].service == ONE


@pytest.mark.parametrize("gone", [{"archived": True}, {"policy_status": PolicyStatus.REPEALED}])
def test_a_page_that_its_source_withdrew_is_withdrawn_and_can_come_back(desk: Home, gone: dict[str, Any]) -> None:
    desk.publish(ONE)
    assert desk.publish(replace(ONE, **gone)) == [PublishOutcome.WITHDRAWN]
    assert desk.pages.get(["test-1"])["test-1"].state is PageState.WITHDRAWN
    assert desk.pages.counts() == {"withdrawn": 1}
    assert desk.publish(ONE) == [PublishOutcome.CHANGED]
    assert desk.pages.counts() == {"published": 1}


def test_a_page_may_be_withdrawn_before_it_was_ever_published(desk: Home) -> None:
    assert desk.publish(replace(ONE, archived=True)) == [PublishOutcome.WITHDRAWN]
    assert desk.pages.counts() == {"withdrawn": 1}


def test_an_older_snapshot_changes_nothing_a_newer_or_undated_one_does(desk: Home) -> None:
    desk.publish(replace(ONE, generated_at=NOW))
    assert desk.publish(replace(changed(ONE), generated_at=NOW - timedelta(seconds=1))) == [PublishOutcome.UNCHANGED]
    assert desk.publish(replace(changed(ONE), generated_at=NOW + timedelta(seconds=1))) == [PublishOutcome.CHANGED]
    assert desk.publish(ONE) == [PublishOutcome.CHANGED]


def test_snapshots_are_compared_as_moments_not_as_texts(desk: Home) -> None:
    east = timezone(timedelta(hours=2))
    desk.publish(replace(ONE, generated_at=datetime(2026, 11, 23, 12, 0, tzinfo=east)))
    later = replace(changed(ONE), generated_at=datetime(2026, 11, 23, 10, 1, tzinfo=UTC))
    assert desk.publish(later) == [PublishOutcome.CHANGED]


def test_every_revision_is_kept_and_never_rewritten(desk: Home) -> None:
    def contents() -> dict[int, bytes]:
        with desk.database.read() as session:
            return {row.number: row.service for row in session.scalars(select(RevisionRow))}

    desk.publish(ONE)
    first = contents()
    desk.publish(changed(ONE))
    desk.publish(ONE)
    desk.publish(replace(ONE, archived=True))
    kept = contents()
    assert list(kept) == [1, 2, 3, 4]
    assert kept[1] == first[1]
    assert kept[3] == first[1]


def test_the_change_log_has_one_line_for_each_change_in_order(desk: Home) -> None:
    assert (desk.pages.last_change(), desk.pages.changes(0)) == (0, [])
    desk.publish(ONE, TWO)
    desk.publish(ONE)
    desk.publish(changed(TWO), replace(ONE, archived=True))
    log = desk.pages.changes(0)
    assert [(line.page_id, line.revision) for line in log] == [
        ("test-1", 1),
        ("test-2", 1),
        ("test-2", 2),
        ("test-1", 2),
    ]
    assert [line.sequence for line in log] == [1, 2, 3, 4]
    assert desk.pages.last_change() == 4
    assert desk.pages.changes(2) == log[2:]


def test_pages_are_got_by_id_and_unknown_ones_left_out(desk: Home) -> None:
    desk.publish(ONE, TWO)
    assert desk.pages.page_ids() == ["test-1", "test-2"]
    assert set(desk.pages.get(["test-2", "test-3"])) == {"test-2"}
    assert desk.pages.get([]) == {}
    assert desk.pages.headers(iter(["test-1", "nothing"])).keys() == {"test-1"}


def test_a_header_says_what_search_must_know(desk: Home) -> None:
    ends = datetime(2027, 1, 1, tzinfo=UTC)
    desk.publish(replace(ONE, ends=ends, review_by=date(2026, 12, 1), audience=("burger", "onderneming")))
    header = desk.pages.headers(["test-1"])["test-1"]
    assert (header.source_id, header.revision, header.state) == ("1", 1, PageState.PUBLISHED)
    assert (header.ends, header.audience) == (ends, ("burger", "onderneming"))
    assert header.answerable_at(datetime(2026, 12, 1, 23, 0, tzinfo=UTC))
    assert not header.answerable_at(datetime(2026, 12, 2, 0, 0, tzinfo=UTC))


def test_a_page_is_found_by_the_id_of_its_source_a_published_one_first(desk: Home) -> None:
    gone = replace(ONE, source="a", archived=True)
    desk.publish(gone, ONE, replace(ONE, source="z", archived=True))
    found = desk.pages.find("1")
    assert found is not None
    assert (found.page_id, found.source_id) == ("test-1", "1")
    assert desk.pages.find("test-1") is None


def test_known_is_what_one_source_sent_last(desk: Home) -> None:
    desk.pages.publish([PageDraft(replace(ONE, generated_at=NOW), "a"), PageDraft(TWO, "b")], NOW)
    desk.publish(replace(ONE, source="other"))
    assert desk.pages.known("test") == {"1": ("a", NOW), "2": ("b", None)}


def test_what_pages_say_is_read_again_only_where_they_changed(desk: Home) -> None:
    desk.publish(ONE, TWO)
    assert len(list(desk.pages.published_since(0))) == 2
    before = desk.pages.last_change()
    assert list(desk.pages.published_since(before)) == []
    desk.publish(changed(ONE, "Bel 0470 12 34 56."))
    (said,) = desk.pages.published_since(before)
    assert "0470 12 34 56" in said
    desk.publish(replace(ONE, archived=True))
    assert list(desk.pages.published_since(before)) == []


def test_imports_are_listed_newest_first(desk: Home) -> None:
    for number in range(3):
        desk.pages.record_import(f"source-{number}", NOW, '{"new": 1}')
    assert desk.pages.imports(2) == [("source-2", NOW, '{"new": 1}'), ("source-1", NOW, '{"new": 1}')]


@given(st.text(), st.text())
@example("a/b", "a-b")
@example(":", "~3a~")
def test_a_page_id_is_safe_in_an_address_and_no_two_ids_share_one(one: str, other: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_.~-]+", page_id_of("ipdc", one))
    assert (page_id_of("ipdc", one) == page_id_of("ipdc", other)) == (one == other)


def test_ids_that_look_alike_are_two_pages(desk: Home) -> None:
    assert page_id_of("ipdc", "https://ipdc.be/1") == "ipdc-https~3a~~2f~~2f~ipdc.be~2f~1"
    desk.publish(replace(ONE, source_id="a/b"), replace(TWO, source_id="a-b"))
    assert len(desk.pages.page_ids()) == 2


def test_a_draft_from_a_service_has_the_id_of_its_page() -> None:
    assert draft(ONE).page_id == "test-1"


def test_a_translation_of_an_earlier_dutch_text_says_so_until_it_is_translated_again(desk: Home) -> None:
    both = replace(ONE, title={"nl": "Paspoort", "fr": "Passeport"}, description={"nl": "A.", "fr": "B."})
    desk.publish(both)
    assert desk.pages.get(["test-1"])["test-1"].outdated == ()
    later = replace(both, description={"nl": "Anders.", "fr": "B."})
    desk.publish(later, at=LATER)
    assert desk.pages.get(["test-1"])["test-1"].outdated == ("fr",)
    assert [line.outdated for line in desk.pages.listing("", None, 5, 0)] == [("fr",)]
    seen = [desk.revisions.as_of("test-1", moment) for moment in (NOW, LATER)]
    assert [one.outdated for one in seen if one] == [(), ("fr",)]
    desk.publish(replace(later, description={"nl": "Anders.", "fr": "Autrement."}), at=LATER)
    assert desk.pages.get(["test-1"])["test-1"].outdated == ()
