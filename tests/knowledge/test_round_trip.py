"""A service comes back from the database exactly as it was published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.services import PublicService, Section
from tests.knowledge.build import NOW, Home, full_service

_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
_SERVICES = st.builds(
    PublicService,
    source=st.just("test"),
    source_id=st.uuids().map(str),
    title=st.dictionaries(st.text(), st.text(), max_size=3),
    description=st.dictionaries(st.text(), st.text(), max_size=3),
    keywords=st.dictionaries(st.text(), st.lists(st.text()).map(tuple), max_size=3),
    ends=st.none() | st.datetimes(timezones=st.just(UTC)),
    review_by=st.none() | st.dates(),
    extra=st.dictionaries(st.text(), _JSON, max_size=3),
    sections=st.lists(st.from_type(Section), max_size=3).map(tuple),
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """One home for all services: each has its own id."""
    desk = Home(Path(tmp_path_factory.mktemp("home")))
    yield desk
    desk.database.close()


def back(desk: Home, made: PublicService) -> PublicService:
    desk.publish(made)
    found = desk.pages.find(made.source_id)
    assert found is not None
    return found.service


def test_the_full_service_of_these_tests_fills_every_field() -> None:
    for one in fields(PublicService):
        default = one.default if one.default_factory is MISSING else one.default_factory()
        assert getattr(full_service(), one.name) != default, one.name


def test_a_service_with_every_field_filled_comes_back_equal(desk: Home) -> None:
    assert back(desk, full_service()) == full_service()


def test_a_service_with_no_optional_field_comes_back_equal(desk: Home) -> None:
    made = PublicService("test", "bare", {}, {})
    assert back(desk, made) == made


@settings(max_examples=30)
@given(_SERVICES)
def test_any_service_comes_back_equal(desk: Home, made: PublicService) -> None:
    assert back(desk, made) == made


def test_a_page_was_updated_when_its_source_changed_or_checked_it_else_when_it_was_published(desk: Home) -> None:
    made = replace(full_service(), source_id="updated")
    checked = datetime(2026, 11, 1, tzinfo=UTC)
    cases: tuple[tuple[datetime | None, dict[str, Any]], ...] = (
        (made.modified, {}),
        (checked, {"modified": None}),
        (made.generated_at, {"modified": None, "checked_on": None}),
        (NOW, {"modified": None, "checked_on": None, "generated_at": None}),
    )
    for expected, without in cases:
        desk.publish(replace(made, **without))
        found = desk.pages.find("updated")
        assert found is not None
        assert found.updated_on == expected
