"""The page of a case in a browser without scripts: by keyboard, at 320 pixels, in Arabic, without axe violations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from assistant.api.app import create_app
from assistant.domain.case import Case
from assistant.messages import text
from tests.assistant.casework import CaseService, case_service
from tests.assistant.serving import served
from tests.journeys.browsing import NARROW, Browser, Page, a_window, violations


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> CaseService:
    made = case_service(tmp_path_factory.mktemp("cases"))
    made.clock.at = datetime.now(UTC)
    return made


@pytest.fixture(scope="module")
def case(service: CaseService) -> Case:
    return service.ask()


@pytest.fixture(scope="module")
def address(service: CaseService) -> Iterator[str]:
    with served(create_app(service, works=False)) as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with a_window(browser, viewport={"width": NARROW, "height": 640}) as opened:
        yield opened


def wrong_with(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth")
    return violations(page) + ([f"{wide} pixels wide"] if wide > NARROW else [])


@pytest.mark.parametrize(("language", "color_scheme"), [("nl", "light"), ("ar", "dark")])
def test_a_case_is_followed_and_moved_by_keyboard(
    page: Page, address: str, case: Case, language: str, color_scheme: str
) -> None:
    page.emulate_media(color_scheme=color_scheme)
    page.goto(f"{address}/cases?language={language}")
    assert wrong_with(page) == []
    page.focus("#question")
    page.keyboard.type("geen referentie")
    page.keyboard.press("Enter")
    page.wait_for_selector("p.error")
    assert wrong_with(page) == []
    page.fill("#question", case.reference.lower())
    page.keyboard.press("Enter")
    page.wait_for_selector("article.case")
    assert text("case.open", language) in page.inner_text("article.case")
    assert wrong_with(page) == []
    page.focus("select")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("p[role=status]")
    assert page.inner_text("p[role=status]") == text("case.done_move", language)
    page.focus("article.case summary")
    page.keyboard.press("Enter")
    assert page.is_visible("button[value=cancel]")
    assert wrong_with(page) == []
