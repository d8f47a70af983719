"""The page as a conversation, in a browser: nothing is lost or doubled when it is cut, reloaded or carried away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.bootstrap import Service
from assistant.domain.with_people import agent_accepts, agent_says, ask_for_person
from assistant.messages import text
from tests.assistant.building import MUNICIPAL_QUESTION, sure_question
from tests.assistant.talking import REQUEST
from tests.journeys.browsing import NARROW, Browser, Page, a_window, hear, violations
from tests.journeys.conftest import Places

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

QUESTION = sure_question("kids-id")
expect = playwright.expect


@pytest.fixture
def service(places: Places) -> Service:
    return places.service


@pytest.fixture
def address(places: Places) -> str:
    return places.address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A window of its own on the start page."""
    with a_window(browser) as opened:
        opened.goto(address)
        yield opened


def say(page: Page, words: str) -> None:
    page.fill("#question", words)
    page.press("#question", "Enter")


def replies(page: Page, how_many: int) -> None:
    expect(page.locator("li.assistant article.reply")).to_have_count(how_many)


def said(page: Page) -> list[str]:
    return [str(one) for one in page.locator("li.citizen .said").all_inner_texts()]


def conversation_of(page: Page) -> str:
    return str(page.evaluate("JSON.parse(sessionStorage.getItem('wegwijzer.talk.regio')).conversation.id"))


def test_questions_and_answers_stand_under_each_other_and_stay_after_a_reload(page: Page) -> None:
    say(page, QUESTION)
    replies(page, 1)
    assert "U vraagt voor uw kind een Kids-ID aan bij uw gemeente." in page.inner_text("article.answer")
    assert page.locator("article.answer ol.sources > li > a").first.get_attribute("href")
    say(page, "bedankt")
    replies(page, 2)
    page.reload()
    replies(page, 2)
    assert said(page) == [QUESTION, "bedankt"]
    expect(page.locator("button.news")).to_be_hidden()


def test_a_conversation_can_be_had_by_keyboard_only(page: Page) -> None:
    def tab_to(selector: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement?.matches(selector) ?? false", selector):
                return
        raise AssertionError(f"the tab key never reaches {selector}")

    tab_to("#question")
    page.keyboard.type("eerste regel")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type(MUNICIPAL_QUESTION)
    page.keyboard.press("Enter")
    replies(page, 1)
    assert said(page) == [f"eerste regel\n{MUNICIPAL_QUESTION}"]
    assert page.evaluate("document.activeElement.id") == "question"
    page.reload()
    replies(page, 1)
    if page.locator(".options button").count():
        tab_to(".options button")
        page.keyboard.press("Enter")
        replies(page, 2)


def test_an_option_is_taken_with_one_tap_and_past_ones_are_gone(page: Page) -> None:
    say(page, MUNICIPAL_QUESTION)
    replies(page, 1)
    label = page.locator(".options button strong").first.inner_text()
    page.locator(".options button").first.click()
    replies(page, 2)
    assert said(page) == [MUNICIPAL_QUESTION, label]
    assert page.locator(".options button").count() == 0
    assert page.locator("article.answer").count() == 1


def test_a_person_is_one_tap_away_inside_the_conversation(page: Page, address: str) -> None:
    page.click("button[name=person]")
    expect(page.locator(".person h3")).to_be_focused()
    assert text("person.callback", "nl") in page.inner_text(".person")
    assert page.url == f"{address}/"


def test_what_is_sent_without_a_network_is_kept_and_sent_once_when_it_is_back(page: Page) -> None:
    say(page, "hallo")
    replies(page, 1)
    page.context.set_offline(True)
    say(page, "bedankt")
    expect(page.locator("li.pending .error")).to_have_text(text("talk.not_sent", "nl"))
    assert "1700" in page.inner_text("p.state")
    page.context.set_offline(False)
    replies(page, 2)
    expect(page.locator("li.pending")).to_have_count(0)
    assert said(page) == ["hallo", "bedankt"]
    expect(page.locator("p.state")).to_be_hidden()


def test_what_was_not_sent_survives_a_reload(page: Page) -> None:
    page.route("**/api/v1/conversations", lambda route: route.abort())
    say(page, "hallo")
    expect(page.locator("li.pending .error")).to_be_visible()
    page.unroute("**/api/v1/conversations")
    page.reload()
    replies(page, 1)
    assert said(page) == ["hallo"]


def test_an_acknowledgement_that_got_lost_does_not_double_the_message(page: Page) -> None:
    lost = []

    def lose(route: Any) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/messages", lose)
    say(page, "hallo")
    replies(page, 1)
    assert lost == [202]
    page.reload()
    replies(page, 1)
    assert said(page) == ["hallo"]


def test_a_service_that_fails_is_said_with_the_phone_and_the_words_are_kept(page: Page) -> None:
    page.route("**/messages", lambda route: route.fulfill(status=503, body="{}"))
    say(page, "hallo")
    expect(page.locator("li.pending .error")).to_be_visible()
    assert text("talk.down", "nl", phone="1700") in page.inner_text("p.state")
    page.unroute("**/messages")
    page.click(f"text={text('talk.again', 'nl')}")
    replies(page, 1)
    assert said(page) == ["hallo"]


def test_a_message_that_is_not_sent_can_be_taken_back(page: Page) -> None:
    page.route("**/messages", lambda route: route.abort())
    say(page, "hallo")
    page.click(f"text={text('talk.discard', 'nl')}")
    expect(page.locator("li.pending")).to_have_count(0)
    page.unroute("**/messages")
    say(page, "bedankt")
    replies(page, 1)
    assert said(page) == ["bedankt"]


def test_events_come_without_streams_too(page: Page) -> None:
    def no_stream(route: Any) -> None:
        if "event-stream" in route.request.headers.get("accept", ""):
            route.abort()
        else:
            route.continue_()

    page.route("**/events*", no_stream)
    for number, words in enumerate(("hallo", "bedankt"), start=1):
        say(page, words)
        replies(page, number)


def test_two_windows_show_the_same_conversation(page: Page) -> None:
    say(page, "hallo")
    replies(page, 1)
    with page.context.expect_page() as opened:
        page.evaluate("() => { window.open(location.href); }")
    other = opened.value
    replies(other, 1)
    say(other, "bedankt")
    replies(page, 2)
    assert said(page) == said(other) == ["hallo", "bedankt"]


def test_too_many_messages_wait_for_their_turn(page: Page) -> None:
    page.route(
        "**/messages",
        lambda route: route.fulfill(
            status=429, headers={"Retry-After": "1"}, json={"detail": text("problem.too_fast", "nl", seconds=1)}
        ),
    )
    say(page, "hallo")
    expect(page.locator("li.pending .error")).to_contain_text("1 seconden")
    page.unroute("**/messages")
    replies(page, 1)


def test_an_erased_conversation_is_gone_and_the_next_question_begins_another(page: Page) -> None:
    say(page, "hallo")
    replies(page, 1)
    first = conversation_of(page)
    page.click("details.menu > summary")
    page.click(f"details.menu button:has-text('{text('talk.delete', 'nl')}')")
    page.click(f"details.menu [role=group] button:has-text('{text('talk.keep', 'nl')}')")
    replies(page, 1)
    page.click(f"details.menu button:has-text('{text('talk.delete', 'nl')}')")
    page.locator("details.menu [role=group] button").first.click()
    expect(page.locator("p.state")).to_have_text(text("talk.deleted", "nl"))
    replies(page, 0)
    say(page, "bedankt")
    replies(page, 1)
    assert said(page) == ["bedankt"]
    assert conversation_of(page) != first


def test_a_conversation_that_was_erased_elsewhere_is_not_pretended(page: Page, service: Service) -> None:
    say(page, "hallo")
    replies(page, 1)
    service.conversation_store.erase(conversation_of(page))
    say(page, "bent u er nog?")
    expect(page.locator("li.citizen .said")).to_have_text(["bent u er nog?"])
    replies(page, 1)


def test_a_code_carries_the_conversation_to_another_browser(page: Page, browser: Browser, address: str) -> None:
    say(page, "hallo")
    replies(page, 1)
    page.click("details.menu > summary")
    page.click(f"details.menu button:has-text('{text('talk.code', 'nl')}')")
    expect(page.locator("p.state")).to_be_visible()
    found = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}", page.inner_text("p.state"))
    assert found
    other = browser.new_page(locale="fr-BE")
    other.goto(address)
    other.click("details.menu > summary")
    other.fill("#code", found.group().lower())
    other.press("#code", "Enter")
    replies(other, 1)
    assert said(other) == ["hallo"]
    other.fill("#code", found.group())
    other.press("#code", "Enter")
    expect(other.locator("p.state")).to_have_text(text("problem.wrong_code", "fr"))
    other.close()


def test_a_conversation_can_be_stopped_goes_on_and_can_be_taken_along(page: Page) -> None:
    say(page, "hallo")
    replies(page, 1)
    page.click("details.menu > summary")
    page.click(f"details.menu button:has-text('{text('talk.end', 'nl')}')")
    expect(page.locator("p.state")).to_have_text(text("talk.closed", "nl"))
    say(page, "bedankt")
    replies(page, 2)
    expect(page.locator("p.state")).to_be_hidden()
    with page.expect_download() as loading:
        page.click(f"details.menu button:has-text('{text('talk.save', 'nl')}')")
    kept = Path(loading.value.path()).read_text("utf-8")
    assert "hallo" in kept
    assert text("conversation.ended", "nl") in kept


def test_people_are_told_from_the_computer_in_words(page: Page, service: Service) -> None:
    say(page, "hallo")
    replies(page, 1)
    mine, store = conversation_of(page), service.conversation_store
    store.change(mine, lambda now: ask_for_person(now, now.active_at, "U wacht.", REQUEST))
    expect(page.locator("p.state")).to_have_text(text("talk.waiting", "nl"))
    store.change(mine, lambda now: agent_accepts(now, now.active_at, "sara", "Sara neemt over."))
    expect(page.locator("p.state")).to_have_text(text("talk.with_agent", "nl"))
    store.say(mine, "a1", lambda now: agent_says(now, now.active_at, "sara", "<b>Dag!</b>", "a1"))
    expect(page.locator("li.agent")).to_contain_text("<b>Dag!</b>")
    assert page.locator("li.agent h3").inner_text() == text("authors.agent", "nl")


def test_what_is_said_never_becomes_html(page: Page) -> None:
    say(page, "<img src=x onerror=alert(1)> <script>alert(2)</script>")
    replies(page, 1)
    assert page.locator(".messages img, .messages script").count() == 0
    assert "<img src=x" in page.inner_text("li.citizen")


def test_an_answer_is_heard_once(page: Page) -> None:
    hear(page)
    say(page, "hallo")
    replies(page, 1)
    page.wait_for_function("() => window.heard.length > 0")
    say(page, "hij ademt niet meer")
    replies(page, 2)
    danger = ["alert", text("signpost.danger_medical", "nl")]
    page.wait_for_function("danger => window.heard.some((one) => one.join() === danger.join())", arg=danger)
    assert page.evaluate("window.heard").count(["status", text("signpost.greeting", "nl")]) == 1


def test_an_empty_or_endless_question_is_said_beside_the_field(page: Page) -> None:
    page.click("form.ask button")
    expect(page.locator("#ask .error")).to_have_text(text("page.empty", "nl"))
    page.fill("#question", "x" * 2001)
    page.press("#question", "Enter")
    expect(page.locator("#ask .error")).to_have_text(text("page.too_long", "nl", n=2001, max=2000))
    assert page.input_value("#question") == "x" * 2001
    say(page, "hallo")
    replies(page, 1)
    expect(page.locator("#ask .error")).to_have_count(0)


def test_what_is_being_written_survives_a_reload(page: Page) -> None:
    page.fill("#question", "half een zin")
    page.reload()
    expect(page.locator("#question")).to_have_value("half een zin")


def test_a_language_that_is_chosen_holds_for_the_conversation(page: Page, address: str) -> None:
    say(page, "hallo")
    replies(page, 1)
    page.goto(f"{address}/?language=fr")
    replies(page, 1)
    say(page, "bonjour")
    replies(page, 2)
    last = page.locator("article.reply").last
    assert text("signpost.greeting", "fr") in last.inner_text()
    assert last.get_attribute("lang") == "fr"


def test_a_reply_is_in_one_language_also_where_the_page_is_in_another(page: Page) -> None:
    say(page, "Bonjour, que dois-je apporter à la commune pour la Kids-ID de mon enfant ?")
    replies(page, 1)
    reply = page.locator("li.assistant article.reply")
    expect(reply).to_have_attribute("lang", "fr")
    expect(reply.locator("h3")).to_have_text(text("page.from_computer", "fr"))
    expect(page.locator("#ask label")).to_have_text(text("page.input", "nl"))


def test_the_privacy_words_say_what_is_kept(page: Page) -> None:
    assert page.inner_text("#privacy") == text("conversation.privacy", "nl", days=30)


@pytest.mark.parametrize(("language", "scheme", "width"), [("nl", "light", 1000), ("ar", "dark", NARROW)])
def test_axe_finds_nothing_wrong_and_nothing_is_wider_than_the_screen(
    page: Page, address: str, language: str, scheme: str, width: int
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 640})
    page.goto(f"{address}/?language={language}")
    for number, words in enumerate((QUESTION, MUNICIPAL_QUESTION, "hij ademt niet meer"), start=1):
        say(page, words)
        replies(page, number)
    page.click("details.menu > summary")
    page.route("**/messages", lambda route: route.abort())
    say(page, "w" * 300)
    expect(page.locator("li.pending .error")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_focus_can_always_be_seen(page: Page) -> None:
    say(page, MUNICIPAL_QUESTION)
    replies(page, 1)
    page.click("details.menu > summary")
    for _ in range(25):
        page.keyboard.press("Tab")
        on, shown = page.evaluate(
            "[document.activeElement.localName, getComputedStyle(document.activeElement).outlineStyle]"
        )
        assert on == "body" or shown != "none", page.evaluate("document.activeElement.outerHTML")
