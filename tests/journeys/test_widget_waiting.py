"""The widget where the service is slow or the machine slept: nothing is lost, nothing said twice, and it is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from assistant.domain.conversation import Author
from assistant.domain.with_people import agent_says
from assistant.messages import text
from tests.assistant.building import sure_question
from tests.journeys.browsing import Browser, Page, a_window, hear, held_back
from tests.journeys.conftest import Places
from tests.journeys.test_widget import begin, conversation_of, replies, say, with_an_agent

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

QUESTION = sure_question("kids-id")
expect = playwright.expect


@pytest.fixture
def page(browser: Browser, places: Places) -> Iterator[Page]:
    """A window of its own on the sample municipality, whose time is in the hands of the test."""
    with a_window(browser, viewport={"width": 1280, "height": 800}) as opened:
        opened.clock.install()
        opened.goto(f"{places.elsewhere}/demo/gemeente")
        yield opened


def stop_the_clock(page: Page) -> None:
    page.clock.pause_at(datetime.now() + timedelta(hours=1))


def test_a_service_that_is_slow_in_everything_is_waited_for_and_hears_it_once(page: Page, places: Places) -> None:
    taken = held_back(page, f"{places.address}/**")
    page.goto(page.url, wait_until="commit")
    script = taken("/widget/citizen.js")
    expect(page.locator("citizen-assistant > p")).to_contain_text("1700")
    script.continue_()
    first = taken("/api/v1/widget")
    expect(page.locator("button.launcher")).to_have_count(0)
    first.continue_()
    begin(page)
    hear(page)
    stop_the_clock(page)
    say(page, QUESTION)
    expect(page.locator("li.pending")).to_contain_text(text("talk.sending", "nl"))
    taken("/conversations").continue_()
    lost = taken("/messages")
    assert lost.fetch().status == 202
    lost.abort("timedout")
    page.wait_for_timeout(100)
    page.clock.run_for(1_000)
    again = taken("/messages")
    assert again.request.post_data == lost.request.post_data
    page.clock.run_for(4_900)
    expect(page.locator("li.late")).to_have_count(0)
    page.clock.run_for(200)
    expect(page.locator("li.late a[href='tel:1700']")).to_be_visible()
    again.continue_()
    events = taken("/events")
    asked = [one for one in events.fetch().json()["events"] if one["author"] == "citizen"]
    events.fulfill(json={"events": asked, "last": asked[-1]["seq"]})
    page.clock.run_for(499)
    expect(page.locator("li.busy")).to_have_count(0)
    page.clock.run_for(2)
    expect(page.locator("li.busy")).to_contain_text(text("talk.searching", "nl"))
    page.clock.run_for(2_000)
    assert ["status", text("talk.searching", "nl")] in page.evaluate("window.heard")
    taken("/events").continue_()
    page.unroute(f"{places.address}/**")
    page.clock.resume()
    replies(page, 1)
    expect(page.locator("li.busy, li.late, li.pending")).to_have_count(0)
    assert page.locator("li.citizen .said").all_inner_texts() == [QUESTION]
    stored = places.service.conversation_store.events(conversation_of(page), 0)
    assert [one.text for one in stored if one.author is Author.CITIZEN] == [QUESTION]


@pytest.mark.parametrize("line", ["alive", "dead"])
def test_what_is_said_while_the_laptop_sleeps_is_there_once(page: Page, places: Places, line: str) -> None:
    """A connection may outlive the sleep, or be dead without anybody saying so."""
    store = places.service.conversation_store
    silent: list[Any] = []

    def stream(route: Any) -> None:
        if line == "dead" and not silent and "event-stream" in route.request.headers["accept"]:
            silent.append(route)
        else:
            route.continue_()

    def says(words: str) -> None:
        store.say(mine, words, lambda now: agent_says(now, now.active_at, "sara", words, words))

    mine = with_an_agent(page, places)
    page.route("**/events*", stream)
    with page.expect_request(lambda one: "event-stream" in one.headers["accept"]):
        page.reload()
        page.click("button.launcher")
    replies(page, 1)
    stop_the_clock(page)
    laptop = page.context.new_cdp_session(page)
    laptop.send("Page.setWebLifecycleState", {"state": "frozen"})
    says("Bent u er nog?")
    says("Ik wacht even.")
    laptop.send("Page.setWebLifecycleState", {"state": "active"})
    page.clock.fast_forward("02:00:00")
    page.clock.resume()
    said = page.locator("li.agent .said")
    expect(said).to_have_text(["Bent u er nog?", "Ik wacht even."])
    says("Dag.")
    expect(said).to_have_text(["Bent u er nog?", "Ik wacht even.", "Dag."])
    assert bool(silent) == (line == "dead")
