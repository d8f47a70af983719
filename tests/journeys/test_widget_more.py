"""The widget in what it does beside asking and answering: its look, reading on, speaking, waiting, frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from assistant.domain.with_people import back_to_queue
from assistant.messages import text
from assistant.store.log import Ring
from tests.assistant.building import sure_question
from tests.journeys.browsing import NARROW, Browser, Page, a_window, hear, held_back, violations
from tests.journeys.conftest import Places
from tests.journeys.test_widget import EVIL, begin, overflow, replies, say, with_an_agent

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

QUESTION = sure_question("kids-id")
HEARS = """class Hears extends EventTarget {
  static available() { return Promise.resolve(window.local ? "available" : "unavailable"); }
  start() {
    window.started = this.processLocally === true ? "here" : "elsewhere";
    const results = [Object.assign([{ transcript: "wat kost een kids-id" }], { isFinal: true })];
    this.dispatchEvent(Object.assign(new Event("result"), { results, resultIndex: 0 }));
  }
  stop() { this.dispatchEvent(new Event("end")); }
}
window.SpeechRecognition = Hears;"""
SPACED = """() => { const sheet = new CSSStyleSheet();
sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important; }
* { word-spacing: 0.16em !important; }
p { margin-block-end: 2em !important; }`);
const root = document.querySelector("citizen-assistant").shadowRoot;
root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
return [...root.querySelectorAll("button, p, h2, h3, label, summary")].filter((one) => one.checkVisibility()
  && !one.matches(".heard") && one.scrollWidth > one.clientWidth + 1).map((one) => one.outerHTML); }"""
LOOK = """name => { const root = document.querySelector("citizen-assistant").shadowRoot;
return getComputedStyle(root.querySelector(name)).backgroundColor; }"""
expect = playwright.expect


def told(page: Page, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
    """Let what the service tells of the conversation from its beginning on be changed on its way."""

    def changed(route: Any) -> None:
        response = route.fetch()
        body = response.json()
        route.fulfill(response=response, json=body | {"events": change(body["events"])})

    page.route("**/events?after=0", changed)


@pytest.fixture
def page(browser: Browser, places: Places) -> Iterator[Page]:
    """A window of its own on the sample municipality."""
    with a_window(browser, viewport={"width": 1280, "height": 800}) as opened:
        opened.goto(f"{places.elsewhere}/demo/gemeente")
        yield opened


def test_a_page_sets_colours_in_which_words_can_be_read_and_no_others(page: Page) -> None:
    told: list[str] = []
    page.on("console", lambda said: told.append(said.text))
    expect(page.locator("button.launcher")).to_be_visible()
    wish = "([brand, action]) => Object.entries({'--ww-brand': brand, '--ww-action': action, '--ww-offset': '40px'})"
    wish += ".forEach(([name, value]) => document.querySelector('citizen-assistant').style.setProperty(name, value))"
    page.evaluate(wish, ["rebeccapurple", "#ffe615"])
    page.evaluate("document.querySelector('citizen-assistant').setAttribute('theme', 'light')")
    assert page.evaluate(LOOK, ".launcher") == "rgb(102, 51, 153)"
    assert page.evaluate(LOOK, ".write button") == "rgb(11, 87, 164)"
    assert [one for one in told if "--ww-action" in one and "4.5:1" in one]
    box = page.locator("button.launcher").bounding_box()
    assert 800 - box["y"] - box["height"] == pytest.approx(64, abs=1)
    begin(page)
    assert violations(page) == []


def test_a_site_shows_the_exact_source_the_easy_text_and_the_rest_of_the_page(page: Page) -> None:
    begin(page)
    say(page, QUESTION)
    replies(page, 1)
    page.click("details.easy summary")
    expect(page.locator("details.easy .lead")).to_contain_text("Vraag een Kids-ID bij uw gemeente")
    page.click(".all-sources > summary")
    expect(page.locator(".all-sources")).to_contain_text(text("answer.word_for_word", "nl"))
    said = set(page.locator("article.answer section li, article.answer section.summary p").all_inner_texts())
    page.click(f"button:text-is('{text('answer.more', 'nl')}')")
    first = page.locator(".more li").first
    expect(first).to_be_visible()
    expect(page.locator(".more > :first-child")).to_be_focused()
    assert first.inner_text() not in {one.split(" [")[0] for one in said}
    assert violations(page) == []


def test_easy_mode_opens_the_easy_text_of_what_comes(page: Page) -> None:
    begin(page)
    page.click(f"button:text-is('{text('widget.menu', 'nl')}')")
    page.check("#easy")
    page.check("#large")
    page.click(f"button:text-is('{text('widget.menu', 'nl')}')")
    say(page, QUESTION)
    replies(page, 1)
    expect(page.locator("details.easy .lead")).to_be_visible()
    page.set_viewport_size({"width": NARROW, "height": 640})
    assert overflow(page) <= 0


def test_easy_mode_shows_one_step_at_a_time_by_keyboard_and_each_is_heard(page: Page) -> None:
    begin(page)
    page.click(f"button:text-is('{text('widget.menu', 'nl')}')")
    page.check("#easy")
    page.keyboard.press("Escape")
    say(page, QUESTION)
    replies(page, 1)
    hear(page)
    shown = page.locator("section.step > ol > li:visible")
    first = shown.inner_text()
    onward = page.locator(f".walk button:text-is('{text('answer.step_next', 'nl')}')")
    onward.focus()
    page.keyboard.press("Enter")
    expect(shown).not_to_have_text(first)
    assert shown.evaluate("one => one.value") == 2
    second = text("answer.step_of", "nl", n=2, all=4)
    page.wait_for_function("words => window.heard.some((one) => one[1].startsWith(words))", arg=f"{second}. ")
    for _ in range(4):
        page.keyboard.press("Enter")
    expect(page.locator("section.step .at")).to_have_text(text("answer.step_of", "nl", n=4, all=4))
    expect(onward).to_be_focused()
    expect(onward).to_have_attribute("aria-disabled", "true")
    assert violations(page) == []
    page.click(f".walk button:text-is('{text('answer.steps_all', 'nl')}')")
    expect(shown).to_have_count(4)
    page.click(f"button:text-is('{text('widget.menu', 'nl')}')")
    page.uncheck("#easy")
    expect(page.locator("section.step .walk")).to_be_hidden()


@pytest.mark.parametrize("local", [True, False])
def test_speaking_asks_first_unless_the_device_does_it_itself(page: Page, local: bool) -> None:
    page.add_init_script(f"window.local = {str(local).lower()}; {HEARS}")
    page.reload()
    begin(page)
    page.click("button.dictate")
    if not local:
        expect(page.locator(".ask [role=group] button").last).to_be_focused()
        assert page.evaluate("window.started") is None
        assert violations(page) == []
        page.click(f".ask [role=group] button:text-is('{text('widget.yes', 'nl')}')")
    expect(page.locator("textarea#question")).to_have_value("wat kost een kids-id")
    assert page.evaluate("window.started") == ("here" if local else "elsewhere")
    page.click("button.dictate")
    expect(page.locator("button.dictate")).to_have_text(text("widget.dictate", "nl"))
    replies(page, 0)


def test_where_nothing_comes_back_the_phone_and_a_person_are_shown(page: Page) -> None:
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    page.clock.install()
    page.reload()
    begin(page)
    page.route("**/messages", hold)
    hear(page)
    page.clock.pause_at(datetime.now() + timedelta(hours=1))
    say(page, QUESTION)
    page.clock.run_for(5_900)
    expect(page.locator("li.late")).to_have_count(0)
    page.clock.run_for(200)
    expect(page.locator("li.late a[href='tel:1700']")).to_be_visible()
    page.clock.run_for(2_000)
    assert ["status", text("talk.slow", "nl", phone="1700")] in page.evaluate("window.heard")
    page.clock.resume()
    assert violations(page) == []
    held[0].continue_()
    replies(page, 1)
    expect(page.locator("li.late")).to_have_count(0)


def test_who_asked_sees_the_beginning_of_the_answer_and_who_reads_is_not_moved(page: Page) -> None:
    begin(page)
    say(page, QUESTION)
    replies(page, 1)
    inside = """one => { const edge = one.closest(".scroll").getBoundingClientRect().top;
      const top = one.getBoundingClientRect().top - edge; return top >= -1 && top < 60; }"""
    page.wait_for_function(
        f"() => ({inside})(document.querySelector('citizen-assistant').shadowRoot.querySelector('article'))"
    )
    expect(page.locator("button.news")).to_be_hidden()
    page.locator("textarea#question").focus()
    taken = held_back(page, "**/messages")
    say(page, "bedankt")
    asked = taken("/messages")
    page.locator(".scroll").evaluate("one => { one.scrollTop = 0; }")
    asked.continue_()
    replies(page, 2)
    expect(page.locator("button.news")).to_be_visible()
    assert page.locator(".scroll").evaluate("one => one.scrollTop") == 0


def test_a_conversation_with_a_person_can_be_stopped_and_goes_on(page: Page, places: Places) -> None:
    with_an_agent(page, places)
    page.click(f".bottom button:text-is('{text('talk.end', 'nl')}')")
    expect(page.locator("p.state")).to_have_text(text("talk.closed", "nl"))
    expect(page.locator("textarea#question")).to_be_focused()
    page.click(f".bottom button:text-is('{text('page.new_question', 'nl')}')")
    expect(page.locator("textarea#question")).to_be_focused()
    say(page, "bedankt")
    replies(page, 2)
    expect(page.locator(f".bottom button:text-is('{text('page.new_question', 'nl')}')")).to_have_count(0)


def test_that_an_agent_types_and_passes_on_is_seen(page: Page, places: Places) -> None:
    store, log = places.service.conversation_store, places.service.log
    mine = with_an_agent(page, places)
    expect(page.locator("p.state")).to_have_text(text("talk.with_agent", "nl"))
    log.tell(Ring(mine, typing="agent"))
    expect(page.locator("p.types")).to_have_text(text("person.typing", "nl"))
    passed = text("handover.passed_on", "nl", name="Sara")
    store.change(mine, lambda now: back_to_queue(now, now.active_at, "sara", passed))
    expect(page.locator(".messages > li").last).to_contain_text(passed)
    expect(page.locator("p.state")).to_have_text(text("talk.waiting", "nl"))


def test_a_counter_tells_its_hours_of_the_week_and_the_way(page: Page) -> None:
    begin(page)
    page.click(f"button:text-is('{text('widget.person', 'nl')}')")
    page.click(f"button:text-is('{text('person.counter', 'nl')}')")
    page.fill(".person input", "Mechelen")
    page.press(".person input", "Enter")
    page.locator(".counters summary").first.click()
    expect(page.locator(".counters table").first.locator("tr")).to_have_count(7)
    way = page.locator(f".counters a:has-text('{text('widget.directions', 'nl')}')").first
    expect(way).to_have_attribute("target", "_blank")
    assert "Mechelen" in way.get_attribute("href")
    assert violations(page) == []


def test_an_appointment_at_a_counter_is_asked_for_in_a_call(page: Page) -> None:
    begin(page)
    page.click(f"button:text-is('{text('widget.person', 'nl')}')")
    page.click(f"button:text-is('{text('person.counter', 'nl')}')")
    page.fill(".person input", "Gent")
    page.press(".person input", "Enter")
    page.locator(f".counters button:has-text('{text('person.appointment', 'nl')}')").first.click()
    name = page.locator(".person form p").first.inner_text()
    assert name.startswith("We bellen u om een afspraak te maken: ")
    assert violations(page) == []
    page.fill(".person input[type=tel]", "0470 12 34 56")
    page.click(f"button:text-is('{text('person.ask_callback', 'nl')}')")
    expect(page.locator("#person-title")).to_have_text(text("person.noted", "nl"))


def test_a_wide_panel_has_the_sources_beside_the_answer(page: Page) -> None:
    begin(page)
    page.click(f"button:text-is('{text('widget.enlarge', 'nl')}')")
    say(page, QUESTION)
    replies(page, 1)
    lead, sources = (page.locator(f"article {one}").first.bounding_box() for one in (".summary", ".all-sources"))
    assert sources["x"] >= lead["x"] + lead["width"]
    expect(page.locator("dialog.panel #title")).to_be_in_viewport()
    expect(page.locator(".all-sources blockquote").first).to_be_visible()
    assert overflow(page) <= 0
    assert violations(page) == []


def test_text_can_be_spaced_out_without_loss(page: Page) -> None:
    page.set_viewport_size({"width": NARROW, "height": 640})
    begin(page)
    say(page, QUESTION)
    replies(page, 1)
    assert page.evaluate(SPACED) == []
    assert overflow(page) <= 0


def test_a_label_is_clear_of_the_ring_around_its_field(page: Page) -> None:
    begin(page)
    # Both are measured at one moment: the panel slides while it opens.
    between = page.locator(".ask").evaluate(
        """one => one.querySelector("textarea").getBoundingClientRect().top
            - one.querySelector("label").getBoundingClientRect().bottom"""
    )
    assert between > 5


def test_five_hundred_messages_are_there_and_the_next_one_is_seen(page: Page) -> None:
    begin(page)
    say(page, QUESTION)
    replies(page, 1)
    told(page, lambda events: [one | {"seq": (n + 1) / 1000} for n, one in enumerate(events * 250)] + events)
    page.reload()
    page.click("button.launcher")
    expect(page.locator(".messages > li.message")).to_have_count(502)
    far = page.locator(".messages > li").first.evaluate("one => getComputedStyle(one).contentVisibility")
    assert far == "auto"
    say(page, "bedankt")
    expect(page.locator(".messages > li.message")).to_have_count(504)
    expect(page.locator("article.reply").last).to_be_in_viewport()


def test_a_frame_holds_the_whole_conversation_where_a_page_takes_no_script(page: Page, places: Places) -> None:
    page.goto(f"{places.elsewhere}/framed")
    frame = page.frame_locator("iframe")
    frame.locator("#question").fill(QUESTION)
    frame.locator("#question").press("Enter")
    expect(frame.locator("li.assistant article.reply")).to_have_count(1)
    frame.locator("button.cite").first.click()
    expect(frame.locator(".quote:not([hidden])")).to_be_visible()
    page.reload()
    expect(frame.locator("li.assistant article.reply")).to_have_count(1)
    assert places.elsewhere.split("//")[1] in page.url


def test_a_page_of_nobody_we_know_may_not_frame_it(browser: Browser, places: Places) -> None:
    """Another host is another origin: the service names `127.0.0.1`, not `localhost`."""
    page = browser.new_page()
    with page.expect_console_message(lambda said: "frame-ancestors" in said.text):
        page.goto(f"{places.elsewhere.replace('127.0.0.1', 'localhost')}/framed")
    expect(page.frame_locator("iframe").locator("#question")).to_have_count(0)
    page.close()


def test_titles_quotes_and_labels_of_a_source_never_become_html(page: Page) -> None:
    begin(page)
    say(page, QUESTION)
    replies(page, 1)
    related = [{"id": "x", "label": EVIL, "summary": EVIL, "authority": EVIL, "source_id": "x"}]

    def evil(reply: dict[str, Any]) -> dict[str, Any]:
        return reply | {
            "statements": [one | {"text": EVIL, "heading": EVIL, "links": []} for one in reply["statements"]],
            "citations": [
                one | {"title": EVIL, "quote": EVIL, "url": "javascript:broken=1"} for one in reply["citations"]
            ],
            "authority": {"name": EVIL, "level": "local", "via": EVIL},
            **{"notices": [EVIL], "missing": [EVIL], "easy": EVIL, "related": related},
        }

    told(page, lambda events: [one | ({"reply": evil(one["reply"])} if one.get("reply") else {}) for one in events])
    page.reload()
    page.click("button.launcher")
    replies(page, 1)
    expect(page.locator("article.answer")).to_contain_text(EVIL)
    for mark in page.locator("article.reply").locator("button.cite, summary").all():
        mark.click()
    assert page.locator(".messages img, .messages script, .messages a[href^=javascript]").count() == 0
    assert page.evaluate("window.broken") is None


def test_two_tabs_and_a_sleeping_laptop_show_the_same_conversation(page: Page, places: Places) -> None:
    begin(page)
    say(page, "hallo")
    replies(page, 1)
    with page.context.expect_page() as opened:
        page.evaluate("() => { window.open(location.href); }")
    other = opened.value
    other.click("button.launcher")
    replies(other, 1)
    page.context.set_offline(True)
    say(other, "bedankt")
    page.context.set_offline(False)
    page.evaluate(
        "() => { dispatchEvent(new Event('pageshow')); document.dispatchEvent(new Event('visibilitychange')); }"
    )
    replies(other, 2)
    replies(page, 2)


def test_what_has_the_focus_is_never_hidden_on_a_low_screen(page: Page) -> None:
    """A page that is zoomed to 400 % is as small as this."""
    page.set_viewport_size({"width": NARROW, "height": 256})
    begin(page)
    say(page, QUESTION)
    replies(page, 1)
    page.locator("dialog.panel #title").focus()
    seen = """() => { const root = document.querySelector("citizen-assistant").shadowRoot;
      const one = root.activeElement ?? root.querySelector("dialog");
      const box = one.getBoundingClientRect();
      const middle = Math.max(box.top, 0) + Math.min(box.height, 40) / 2;
      const at = root.elementFromPoint(box.left + box.width / 2, middle);
      const free = one.matches(".skip, [role=log], dialog") || one.contains(at) || at?.contains(one);
      return free ? "" : one.outerHTML; }"""
    for _ in range(20):
        page.keyboard.press("Tab")
        assert page.evaluate(seen) == ""
