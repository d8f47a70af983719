"""What public bodies publish themselves is known, also while pages change and while they cannot be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.pages import PageDraft
from knowledge.published import PublishedIdentifiers
from knowledge.services import ContactPoint, PublicService
from knowledge.store.database import Database
from knowledge.store.pages import Pages

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PAGE = PublicService(
    source="test",
    source_id="1",
    title={"nl": "Loket"},
    description={"nl": "<p>Bel 09/266 50 50 of stort op BE68 5390 0754 7034.</p>"},
    contact_points=(ContactPoint(email="Loket@Voorbeeld.be", telephone="+32 2 511 12 13"),),
)


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    made = Pages(Database(tmp_path / "knowledge.sqlite3"))
    made.publish([PageDraft(PAGE, "1")], AT)
    return made


@pytest.mark.parametrize("value", ["+3292665050", "BE68539007547034", "loket@voorbeeld.be", "+3225111213"])
def test_what_stands_on_a_page_is_published(pages: Pages, value: str) -> None:
    assert value in PublishedIdentifiers(pages)


def test_what_stands_on_no_page_is_not(pages: Pages) -> None:
    found = PublishedIdentifiers(pages, ["09 266 51 51"])
    assert ("+3292665151" in found, "+32470123456" in found, "" in found) == (True, False, False)


def test_a_page_that_changes_is_read_again(pages: Pages) -> None:
    found = PublishedIdentifiers(pages)
    assert "+32470123456" not in found
    pages.publish([PageDraft(replace(PAGE, description={"nl": "Bel 0470 12 34 56."}), "2")], AT)
    assert "+32470123456" in found
    assert "+3292665050" in found, "what was published once is no secret any more"


def test_a_page_that_was_never_published_is_not_read(tmp_path: Path) -> None:
    pages = Pages(Database(tmp_path / "knowledge.sqlite3"))
    pages.publish([PageDraft(replace(PAGE, archived=True), "1")], AT)
    assert "+3292665050" not in PublishedIdentifiers(pages)


class Broken(Pages):
    """Cannot be read."""

    def last_change(self) -> int:
        raise OSError("the database is away")


def test_where_pages_cannot_be_read_only_what_is_given_is_known(pages: Pages, tmp_path: Path) -> None:
    found = PublishedIdentifiers(Broken(Database(tmp_path / "none.sqlite3")), ["09 266 51 51"])
    assert ("+3292665050" in found, "+3292665151" in found) == (False, True)
