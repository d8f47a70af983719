"""The widget on a page of somebody else, in a browser: another origin, its own rules, and styles that are not ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from assistant.api.app import create_app
from assistant.api.demo import demo_app
from assistant.bootstrap import Service
from assistant.domain.with_people import agent_accepts, agent_says
from assistant.messages import text
from knowledge.language import LANGUAGES
from tests.assistant.building import FEW, MUNICIPAL_QUESTION, fill, open_home, sure_question
from tests.assistant.desking import at_the_desk
from tests.assistant.serving import free_port, served
from tests.journeys.browsing import ARGUMENTS, CHROMIUM, NARROW, RULES

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

QUESTION = sure_question("kids-id")
EVIL = "<img src=x onerror=window.broken=1><script>window.broken=1</script>"
expect = playwright.expect
Page = Any
Browser = Any

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")

HOSTILE = """<!doctype html><html lang="nl"><title>Pagina</title><link rel="stylesheet" href="/hostile.css">
<h1>Een pagina</h1><p id="below">Tekst</p><form id="question"><button>Verstuur</button></form>
<citizen-assistant site="gemeente"><p id="fallback">Bel <a href="tel:1700">1700</a></p></citizen-assistant>
<p id="after">Daarna</p><script type="module" src="{service}/widget/citizen.js"></script></html>"""
HOSTILE_CSS = """:root { font-size: 4px } * { all: unset; color: red !important; display: block !important;
font-size: 3px !important; position: static !important; visibility: hidden !important }"""


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, str, str]]:
    """The service, its address, and an address of pages of somebody else."""
    from fastapi.responses import Response

    other = free_port()
    service = open_home(tmp_path_factory.mktemp("widget"), WEGWIJZER_DEMO=f"http://127.0.0.1:{other}")
    fill(service, *FEW)
    with served(create_app(service)) as address:
        pages: FastAPI = demo_app(service.sites, service.default_site, address)
        policy = f"default-src 'none'; script-src {address}; connect-src {address}; style-src 'self'"

        @pages.get("/hostile")
        def hostile() -> HTMLResponse:
            return HTMLResponse(HOSTILE.format(service=address), headers={"Content-Security-Policy": policy})

        @pages.get("/hostile.css")
        def css() -> Response:
            return Response(HOSTILE_CSS, media_type="text/css")

        with served(pages, other) as elsewhere:
            yield service, address, elsewhere


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=30_000)
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, places: tuple[Service, str, str]) -> Iterator[Page]:
    """A window of its own on the sample municipality; an error of our scripts is an error, as is a broken rule."""
    context = browser.new_context(locale="nl-BE", viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)
    opened.goto(f"{places[2]}/demo/gemeente")
    yield opened
    assert opened.evaluate("window.broken") is None
    context.close()
    assert errors == []


def begin(page: Page) -> None:
    page.click("button.launcher")
    expect(page.locator("dialog.panel #title")).to_be_focused()


def say(page: Page, words: str) -> None:
    page.fill("textarea#question", words)
    page.press("textarea#question", "Enter")


def replies(page: Page, how_many: int) -> None:
    expect(page.locator("li.assistant article.reply")).to_have_count(how_many)


def conversation_of(page: Page) -> str:
    return str(page.evaluate("JSON.parse(sessionStorage.getItem('wegwijzer.talk.gemeente')).conversation.id"))


def violations(page: Page) -> list[str]:
    found = axe.Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]


def overflow(page: Page) -> int:
    """How many pixels of the panel stand outside it."""
    return int(
        page.evaluate("""() => { const root = document.querySelector("citizen-assistant").shadowRoot;
        const parts = [...root.querySelectorAll(".panel, .scroll, .bottom, .menu")];
        return Math.max(...parts.map((one) => one.scrollWidth - one.clientWidth)); }""")
    )


def test_a_citizen_asks_reads_the_source_and_goes_on_after_a_reload(page: Page) -> None:
    begin(page)
    say(page, QUESTION)
    replies(page, 1)
    mark = page.locator("button.cite").first
    mark.focus()
    page.keyboard.press("Enter")
    quote = page.locator(".quote:not([hidden])")
    expect(quote.locator("a")).to_have_attribute("target", "_blank")
    page.keyboard.press("Escape")
    expect(quote).to_have_count(0)
    expect(mark).to_be_focused()
    page.fill("textarea#question", "een begin")
    page.reload()
    expect(page.locator("button.launcher")).to_have_attribute("aria-expanded", "false")
    page.click("button.launcher")
    replies(page, 1)
    expect(page.locator("textarea#question")).to_have_value("een begin")


def test_an_option_is_taken_by_keyboard_and_escape_closes_and_gives_the_focus_back(page: Page) -> None:
    page.locator("button.launcher").focus()
    page.keyboard.press("Enter")
    expect(page.locator("dialog.panel #title")).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.shadowRoot?.activeElement?.id") == "question":
            break
    page.keyboard.type(MUNICIPAL_QUESTION)
    page.keyboard.press("Enter")
    replies(page, 1)
    page.locator(".options button").first.focus()
    page.keyboard.press("Enter")
    replies(page, 2)
    expect(page.locator(".options button")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("dialog.panel")).to_be_hidden()
    expect(page.locator("button.launcher")).to_be_focused()


def test_a_person_is_asked_takes_over_and_writes(page: Page, places: tuple[Service, str, str]) -> None:
    service, store = places[0], places[0].conversation_store
    begin(page)
    say(page, QUESTION)
    replies(page, 1)
    with at_the_desk(service, "gemeente"):
        page.click(f"button:text-is('{text('widget.person', 'nl')}')")
        expect(page.locator(".person h3")).to_be_focused()
        assert violations(page) == []
        page.click(".person summary")
        assert QUESTION in page.inner_text(".person dl")
        page.click(f"button:text-is('{text('person.yes', 'nl')}')")
        expect(page.locator(".person")).to_contain_text(text("person.position", "nl", n=1))
        assert violations(page) == []
        mine = conversation_of(page)
        store.change(mine, lambda now: agent_accepts(now, now.active_at, "sara", "Sara neemt over."))
        expect(page.locator(".person")).to_be_hidden()
        store.say(mine, "a1", lambda now: agent_says(now, now.active_at, "sara", EVIL, "a1"))
        expect(page.locator("li.agent .said")).to_have_text(EVIL)
        expect(page.locator("li.agent h3")).to_have_text(text("authors.agent", "nl"))


def test_who_waits_can_stop_and_where_nobody_is_there_other_ways_are_shown(page: Page) -> None:
    begin(page)
    page.click(f"button:text-is('{text('widget.person', 'nl')}')")
    expect(page.locator(".person h3")).to_be_focused()
    page.click(f"button:text-is('{text('person.callback', 'nl')}')")
    page.click(f"button:text-is('{text('person.ask_callback', 'nl')}')")
    expect(page.locator(".person .error")).to_have_text(text("person.phone_first", "nl"))
    expect(page.locator(".person input[type=tel]")).to_be_focused()
    assert violations(page) == []
    page.click(f"button:text-is('{text('person.back', 'nl')}')")
    page.click(f"button:text-is('{text('person.counter', 'nl')}')")
    page.fill(".person input", "Mechelen")
    page.press(".person input", "Enter")
    expect(page.locator(".counters h4").first).to_be_focused()
    assert violations(page) == []


def test_what_is_sent_offline_goes_once_it_is_back_and_the_phone_is_said(page: Page) -> None:
    begin(page)
    say(page, "hallo")
    replies(page, 1)
    page.context.set_offline(True)
    say(page, "bedankt")
    expect(page.locator("li.pending .error")).to_be_visible()
    assert "1700" in page.inner_text("p.state")
    assert violations(page) == []
    page.context.set_offline(False)
    replies(page, 2)
    expect(page.locator("p.state")).to_be_hidden()


def test_where_the_service_is_gone_the_page_is_as_it_was(page: Page) -> None:
    page.route("**/api/v1/widget*", lambda route: route.abort())
    page.reload()
    page.wait_for_timeout(300)
    expect(page.locator("button.launcher")).to_have_count(0)
    expect(page.locator("citizen-assistant > p")).to_contain_text("1700")


def test_hostile_styles_change_nothing_of_ours_and_the_page_does_not_move(
    page: Page, places: tuple[Service, str, str]
) -> None:
    page.add_init_script("""window.moved = 0; new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.moved += entry.value;
        }).observe({type: "layout-shift", buffered: true});""")
    page.goto(f"{places[2]}/hostile")
    launcher = page.locator("button.launcher")
    expect(launcher).to_be_visible()
    assert launcher.bounding_box()["height"] >= 44
    launcher.click()
    assert (
        page.evaluate("""() => { const root = document.querySelector("citizen-assistant").shadowRoot;
        return getComputedStyle(root.querySelector("#question")).fontSize; }""")
        == "16px"
    )
    say(page, EVIL)
    replies(page, 1)
    expect(page.locator("li.citizen .said")).to_have_text(EVIL)
    assert page.evaluate("window.moved") == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_ten_languages_fit_on_the_narrowest_screen(page: Page, language: str) -> None:
    page.set_viewport_size({"width": NARROW, "height": 640})
    page.goto(page.url.split("?", maxsplit=1)[0] + f"?language={language}")
    page.click("button.launcher")
    panel = page.locator("dialog.panel")
    expect(panel).to_have_attribute("lang", language)
    expect(panel).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    assert panel.evaluate("one => one.matches(':modal')")
    page.click(f"button:text-is('{text('widget.menu', language)}')")
    assert overflow(page) <= 0


def test_another_language_is_chosen_and_the_conversation_stays(page: Page) -> None:
    begin(page)
    say(page, "hallo")
    replies(page, 1)
    page.click(f"button:text-is('{text('widget.menu', 'nl')}')")
    page.check("input[value=fr]")
    expect(page.locator("dialog.panel")).to_have_attribute("lang", "fr")
    replies(page, 1)
    say(page, "bonjour")
    replies(page, 2)
    expect(page.locator("article.reply").last).to_have_attribute("lang", "fr")


@pytest.mark.parametrize(
    ("scheme", "forced", "width", "height"),
    [
        ("light", "none", 1280, 800),
        ("dark", "none", NARROW, 640),
        ("light", "active", NARROW, 256),
    ],
)
def test_axe_finds_nothing_wrong(page: Page, scheme: str, forced: str, width: int, height: int) -> None:
    page.emulate_media(color_scheme=scheme, forced_colors=forced)
    page.set_viewport_size({"width": width, "height": height})
    assert violations(page) == []
    page.click("button.launcher")
    for number, words in enumerate((QUESTION, MUNICIPAL_QUESTION, "hij ademt niet meer"), start=1):
        say(page, words)
        replies(page, number)
    page.locator("button.cite").first.click()
    assert violations(page) == []
    page.click(f"button:text-is('{text('widget.menu', 'nl')}')")
    page.check("#large")
    assert violations(page) == []
    assert overflow(page) <= 0


def test_an_answer_is_said_to_help_or_not_where_somebody_reads_it(page: Page, places: tuple[Service, str, str]) -> None:
    begin(page)
    say(page, QUESTION)
    replies(page, 1)
    page.click(f".useful button:text-is('{text('widget.no', 'nl')}')")
    expect(page.locator(".useful select")).to_be_focused()
    page.select_option(".useful select", "incomplete")
    page.click(".useful button[type=submit]")
    expect(page.locator(".useful [role=status]")).to_contain_text("webteam")
    assert [said.reason for said in places[0].feedback.of(conversation_of(page))] == ["incomplete"]
