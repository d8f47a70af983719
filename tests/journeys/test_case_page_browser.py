"""The page of a case in a browser without scripts: by keyboard, at 320 pixels, in Arabic, without axe violations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from assistant.api.app import create_app
from assistant.domain.case import Case
from assistant.messages import text
from tests.assistant.casework import CaseService, case_service
from tests.assistant.serving import served
from tests.journeys.browsing import ARGUMENTS, CHROMIUM, NARROW, RULES

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
Page = Any


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


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser.new_page(locale="nl-BE", viewport={"width": NARROW, "height": 640})
        browser.close()


def violations(page: Page) -> list[str]:
    found = axe.Axe().run(page, options=RULES)
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found.response["violations"]]


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
