"""The widget on a page of somebody else, in a browser: another origin, its own rules, and styles that are not ours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.domain.with_people import agent_accepts, agent_says, ask_for_person
from assistant.messages import text
from knowledge.language import LANGUAGES
from tests.assistant.building import MUNICIPAL_QUESTION, sure_question
from tests.assistant.desking import at_the_desk
from tests.assistant.talking import REQUEST
from tests.journeys.browsing import NARROW, Browser, Page, a_window, violations
from tests.journeys.conftest import Places

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

QUESTION = sure_question("kids-id")
EVIL = "<img src=x onerror=window.broken=1><script>window.broken=1</script>"
expect = playwright.expect


@pytest.fixture
def page(browser: Browser, places: Places) -> Iterator[Page]:
    """A window of its own on the sample municipality; no words become a script."""
    with a_window(browser, viewport={"width": 1280, "height": 800}) as opened:
        opened.goto(f"{places.elsewhere}/demo/gemeente")
        yield opened
        assert opened.evaluate("window.broken") is None


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


def with_an_agent(page: Page, places: Places) -> str:
    """Open the panel, ask something, and let an agent take over; return the conversation."""
    store = places.service.conversation_store
    begin(page)
    say(page, "hallo")
    replies(page, 1)
    talk = conversation_of(page)
    store.change(talk, lambda now: ask_for_person(now, now.active_at, "U wacht.", REQUEST))
    store.change(talk, lambda now: agent_accepts(now, now.active_at, "sara", "Sara neemt over."))
    return talk


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


def test_a_person_is_asked_takes_over_and_writes(page: Page, places: Places) -> None:
    service, store = places.service, places.service.conversation_store
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
    with page.expect_event("requestfailed", lambda request: "/api/v1/widget" in request.url):
        page.reload()
    expect(page.locator("button.launcher")).to_have_count(0)
    expect(page.locator("citizen-assistant > p")).to_contain_text("1700")


def test_hostile_styles_change_nothing_of_ours_and_the_page_does_not_move(page: Page, places: Places) -> None:
    page.add_init_script("""window.moved = 0; new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.moved += entry.value;
        }).observe({type: "layout-shift", buffered: true});""")
    page.goto(f"{places.elsewhere}/hostile")
    launcher = page.locator("button.launcher")
    expect(launcher).to_be_visible()
    assert launcher.bounding_box()["height"] >= 44
    launcher.click()
    assert (
        page.evaluate("""() => { const root = document.querySelector("citizen-assistant").shadowRoot;
        return getComputedStyle(root.querySelector("#question")).fontSize; }""")
        == "16px"
    )
    assert page.evaluate("window.moved") == 0
    stands = page.locator("#after").bounding_box()
    say(page, EVIL)
    replies(page, 1)
    expect(page.locator("li.citizen .said")).to_have_text(EVIL)
    assert page.locator("#after").bounding_box() == stands


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


def test_an_answer_is_said_to_help_or_not_where_somebody_reads_it(page: Page, places: Places) -> None:
    begin(page)
    say(page, QUESTION)
    replies(page, 1)
    page.click(f".useful button:text-is('{text('widget.no', 'nl')}')")
    expect(page.locator(".useful select")).to_be_focused()
    page.select_option(".useful select", "incomplete")
    page.click(".useful button[type=submit]")
    expect(page.locator(".useful [role=status]")).to_contain_text("webteam")
    assert [said.reason for said in places.service.feedback.of(conversation_of(page))] == ["incomplete"]
