"""The plain page in a browser: by keyboard, at 320 pixels, in the dark, in Arabic, and without axe violations."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from assistant.api.app import create_app
from assistant.messages import text
from tests.assistant.building import MUNICIPAL_QUESTION, filled_home, sure_question
from tests.homes import Homes
from tests.journeys.browsing import ARGUMENTS, CHROMIUM, NARROW, RULES

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

QUESTION = sure_question("kids-id")
STATES = {
    "start": "",
    "answer": QUESTION,
    "clarification": MUNICIPAL_QUESTION,
    "danger": "hij ademt niet meer",
    "person": "ik wil een mens spreken",
    "error": " ",
}
SHOWN = {
    "start": "form.ask",
    "answer": "article.answer",
    "clarification": "article.clarification .options button",
    "danger": "article.danger ul.emergency",
    "person": "article.escalation",
    "error": "p.error",
}
Page = Any
Browser = Any

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


@pytest.fixture(scope="module")
def address(homes: Homes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The running service on a free port of this machine."""
    service = filled_home(homes, tmp_path_factory.mktemp("browser"))
    server = uvicorn.Server(uvicorn.Config(create_app(service), host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    started = time.monotonic()
    while not server.started and time.monotonic() - started < 10:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh window of ordinary size."""
    opened = browser.new_page(locale="nl-BE", viewport={"width": 1000, "height": 800})
    yield opened
    opened.close()


@pytest.fixture
def page_without_scripts(browser: Browser) -> Iterator[Page]:
    """A fresh window in which no page can run a script."""
    opened = browser.new_page(locale="nl-BE", java_script_enabled=False)
    yield opened
    opened.close()


def show(page: Page, address: str, state: str, language: str = "nl") -> None:
    """Bring the page into a state as a citizen does who comes for the first time."""
    page.goto(f"{address}/?language={language}")
    page.evaluate("sessionStorage.clear()")
    page.reload()
    if typed := STATES[state]:
        page.fill("#question", typed)
        page.click("form.ask button")
    page.locator(SHOWN[state]).first.wait_for()


def violations(page: Page) -> list[str]:
    found = axe.Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]


def press_until(page: Page, selector: str, limit: int = 40) -> None:
    """Move the focus with the tab key until it is on `selector`."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement?.matches(selector) ?? false", selector):
            return
    raise AssertionError(f"the tab key never reaches {selector}")


def test_a_question_is_asked_and_its_sources_are_read_by_keyboard_only(
    page_without_scripts: Page, address: str
) -> None:
    page = page_without_scripts
    page.goto(address)
    press_until(page, "#question")
    page.keyboard.type(QUESTION)
    press_until(page, "form.ask button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "U vraagt voor uw kind een Kids-ID aan bij uw gemeente." in page.inner_text("article.answer")
    press_until(page, "a.cite")
    page.keyboard.press("Enter")
    assert "#source-1" in page.url
    press_until(page, "ol.sources summary")
    page.keyboard.press("Enter")
    assert page.locator("ol.sources blockquote").first.is_visible()
    press_until(page, "ol.sources > li > a")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/pages/sample-kids-id" in page.url
    assert page.inner_text("article h2") == QUESTION


def test_an_option_and_a_person_are_reached_by_keyboard_only(page_without_scripts: Page, address: str) -> None:
    page = page_without_scripts
    page.goto(address)
    page.fill("#question", MUNICIPAL_QUESTION)
    with page.expect_navigation():
        page.click("form.ask button")
    press_until(page, "button[name=source_id]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("article.answer").count() == 1
    press_until(page, "button[name=person]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert text("escalation.asked_for_person", "nl") in page.inner_text("article.escalation")


def test_the_skip_link_is_first_and_leads_to_the_question(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.url.endswith("#question")


def test_the_focus_is_always_to_be_seen(page: Page, address: str) -> None:
    show(page, address, "answer")
    shown = "[document.activeElement.localName, getComputedStyle(document.activeElement).outlineStyle]"
    page.locator("#question").focus()
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        on, outline = page.evaluate(shown)
        assert on == "body" or outline != "none", page.evaluate("document.activeElement.outerHTML")


@pytest.mark.parametrize(("language", "color_scheme"), [("nl", "light"), ("ar", "dark")])
def test_axe_finds_nothing_wrong_in_any_state(page: Page, address: str, language: str, color_scheme: str) -> None:
    page.emulate_media(color_scheme=color_scheme)
    found = []
    for state in STATES:
        show(page, address, state, language)
        assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") == (color_scheme == "dark")
        found += [f"{state}: {one}" for one in violations(page)]
    assert found == []


@pytest.mark.parametrize(("language", "color_scheme"), [("ar", "light"), ("nl", "dark")])
def test_axe_finds_nothing_wrong_on_an_answer_the_other_way_round(
    page: Page, address: str, language: str, color_scheme: str
) -> None:
    page.emulate_media(color_scheme=color_scheme)
    show(page, address, "answer", language)
    assert violations(page) == []


def test_axe_finds_nothing_wrong_on_a_source_page(page: Page, address: str) -> None:
    page.goto(f"{address}/pages/sample-kids-id?language=fr")
    assert violations(page) == []


@pytest.mark.parametrize("language", ["nl", "de", "ar"])
def test_nothing_has_to_be_scrolled_sideways_at_320_pixels(page: Page, address: str, language: str) -> None:
    page.set_viewport_size({"width": NARROW, "height": 640})
    widths = {}
    for state in STATES:
        show(page, address, state, language)
        widths[state] = page.evaluate("document.documentElement.scrollWidth")
    assert {state: width for state, width in widths.items() if width > NARROW} == {}


def test_a_source_page_fits_320_pixels_too(page: Page, address: str) -> None:
    page.set_viewport_size({"width": NARROW, "height": 640})
    for source_id in ("kids-id", "rampenfonds", "parkeerkaart"):
        page.goto(f"{address}/pages/sample-{source_id}")
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW


def test_a_word_without_an_end_does_not_widen_the_page(page: Page, address: str) -> None:
    page.set_viewport_size({"width": NARROW, "height": 640})
    page.goto(address)
    page.fill("#question", "kids-id " + "w" * 500)
    page.click("form.ask button")
    page.locator("article.reply").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW


def test_what_is_to_be_tapped_is_large_enough(page: Page, address: str) -> None:
    page.set_viewport_size({"width": NARROW, "height": 640})
    show(page, address, "clarification")
    page.click("details.menu > summary")
    for button in page.locator("button, a.button").all():
        box = button.bounding_box()
        if box is None:
            continue
        assert min(box["width"], box["height"]) >= 44


def test_the_whole_page_is_loaded_from_the_service_itself(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    show(page, address, "answer")
    assert asked
    assert [url for url in asked if not url.startswith(address)] == []
