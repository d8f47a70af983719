"""The desk in a browser: a person really takes over, and nothing that was typed is lost, doubled or sent by mistake."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from assistant.accounts.account import grants_of
from assistant.api.app import create_app
from assistant.demo.traffic import marker
from assistant.domain.agent import Presence
from assistant.messages import text
from assistant.settings import Settings
from tests.assistant.building import FEW, fill, sure_question
from tests.assistant.serving import Person, served
from tests.assistant.staffing import PASSWORD, SITES, QuickService
from tests.assistant.talking import until
from tests.journeys.browsing import ARGUMENTS, CHROMIUM, NARROW, RULES

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

STAFF = {"sara": "agent@regio", "jan": "agent@regio", "chef": "supervisor@regio"}
QUESTION = sure_question("kids-id")
expect = playwright.expect
Page = Any
Browser = Any

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


def t(key: str, **values: object) -> str:
    return text(f"desk.{key}", "nl", **values)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> QuickService:
    found = QuickService(Settings.from_environment({"WEGWIJZER_HOME": str(tmp_path_factory.mktemp("desk-page"))}))
    fill(found, *FEW)
    for username, role in STAFF.items():
        found.accounts.add(username, username.title(), grants_of([role], SITES), PASSWORD, "cli")
    return found


@pytest.fixture(scope="module")
def address(service: QuickService) -> Iterator[str]:
    with served(create_app(service)) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=20_000)
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@contextmanager
def a_desk(browser: Browser, address: str, username: str = "sara") -> Iterator[Page]:
    """A window of its own in which somebody is logged in and takes work; an error of our scripts is an error."""
    context = browser.new_context(locale="nl-BE", viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.set_default_timeout(20_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{address}/desk")
    log_in(page, username)
    page.locator(".presence select").select_option("available")
    expect(page.locator(".numbers")).to_be_visible()
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def desk(browser: Browser, address: str, service: QuickService) -> Iterator[Page]:
    with a_desk(browser, address) as page:
        yield page
    for username in ("sara", "jan"):
        account = next(one for one in service.accounts.all() if one.username == username)
        for one in service.desk.mine(account):
            service.desk.close(account, one.conversation_id)


@pytest.fixture
def waits(address: str) -> Iterator[Callable[..., Person]]:
    """Citizens who wait for a person; whoever is still waiting at the end, waits no longer."""
    made: list[Person] = []

    def wait(words: str = QUESTION, consent: str = "full", **begin: str) -> Person:
        person = Person(address, **({"language": "nl"} | begin))
        made.append(person)
        person.say(words)
        until(lambda: [event for event in said(person) if event.get("reply")])
        body = {"route": "agent", "consent": consent}
        asked = person.http.post(f"{person.path}/handover", json=body, headers=person.headers)
        assert asked.status_code == 202, asked.text
        return person

    yield wait
    for person in made:
        person.http.delete(f"{person.path}/handover", headers=person.headers)
        person.http.close()


def log_in(page: Page, username: str) -> None:
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")


def said(person: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.http.get(f"{person.path}/events", headers=person.headers).json()["events"]
    return found


def agent_said(person: Person) -> list[str]:
    return [event["text"] for event in said(person) if event["author"] == "agent"]


def take(page: Page) -> None:
    page.locator(".list li.row button").first.click()
    expect(page.locator("#reply")).to_be_visible()


def hear(page: Page) -> None:
    """Keep what the live regions say from now on."""
    page.evaluate(
        """() => {
          window.heard = [];
          for (const node of document.querySelectorAll('p.heard'))
            new MutationObserver(
              () => node.textContent && window.heard.push([node.getAttribute('role'), node.textContent])
            ).observe(node, { childList: true, characterData: true, subtree: true });
        }"""
    )


def violations(page: Page) -> list[str]:
    """What axe finds wrong with a page as it is now."""
    found = axe.Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]


def test_a_person_takes_over_by_keyboard_alone(desk: Page, waits: Callable[..., Person]) -> None:
    def tab_to(selector: str) -> None:
        for _ in range(80):
            desk.keyboard.press("Tab")
            if desk.evaluate("selector => document.activeElement?.matches(selector) ?? false", selector):
                shown = "getComputedStyle(document.activeElement).outlineStyle"
                assert desk.evaluate(shown) != "none", selector
                return
        raise AssertionError(f"the tab key never reaches {selector}")

    person = waits(municipality="Gent")
    expect(desk.locator(".list li.row button")).to_have_count(1)
    tab_to(".list li.row button")
    desk.keyboard.press("Enter")
    expect(desk.locator("#conversation")).to_be_focused()
    expect(desk.locator("#conversation")).to_have_text(QUESTION)
    assert "Gent" in desk.inner_text(".talk dl.brief")
    expect(desk.locator("li.assistant .said")).to_contain_text("Kids-ID")
    tab_to("#reply")
    desk.keyboard.type("Dag! Ik lees uw vraag.")
    desk.keyboard.press("Control+Enter")
    assert until(lambda: agent_said(person)) == ["Dag! Ik lees uw vraag."]
    expect(desk.locator("li.message.agent")).to_have_count(1)
    tab_to("button[data-act=close]")
    desk.keyboard.press("Enter")
    expect(desk.locator(".act input[name=solved]").first).to_be_visible()
    tab_to(".act button[type=submit]")
    desk.keyboard.press("Enter")
    until(lambda: said(person)[-1]["status"] == "closed")
    expect(desk.locator(".line").last).to_contain_text(t("closed_now"))
    expect(desk.locator("#mine")).to_have_text(t("mine_n", n=0))


def test_a_demo_shows_its_log_ins_and_no_other_home_does(browser: Browser, address: str, service: QuickService) -> None:
    context = browser.new_context(locale="nl-BE", viewport={"width": NARROW, "height": 700})
    page = context.new_page()
    page.goto(f"{address}/desk")
    expect(page.locator("form.login")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert page.locator(".notice").count() == 0
    log_ins = marker(service.settings.home)
    log_ins.write_text(json.dumps([{"username": "jan", "password": PASSWORD, "role": "agent"}]), "utf-8")
    page.reload()
    expect(page.locator(".notice")).to_contain_text(t("demo"))
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
    page.click(".notice button")
    expect(page.locator("#queue")).to_be_focused()
    log_ins.unlink()
    context.close()


def test_a_note_looks_different_and_never_reaches_the_citizen(desk: Page, waits: Callable[..., Person]) -> None:
    person = waits()
    take(desk)
    desk.fill("#reply", "een half antwoord")
    desk.check("input[value=note]")
    expect(desk.locator("#reply")).to_be_hidden()
    desk.fill("#note", "Belt over de huur.")
    desk.press("#note", "Control+Enter")
    expect(desk.locator("li.note")).to_contain_text("Belt over de huur.")
    assert t("note_by", name="Sara") in desk.inner_text("li.note h3")
    assert desk.input_value("#note") == ""
    desk.check("input[value=reply]")
    assert desk.input_value("#reply") == "een half antwoord"
    assert agent_said(person) == []
    assert "Belt" not in str(said(person))


def test_the_loser_of_a_race_hears_who_was_first_and_goes_on(
    desk: Page, waits: Callable[..., Person], service: QuickService
) -> None:
    for words in (QUESTION, "Ik verhuis, wat nu?"):
        waits(words)
    buttons = desk.locator(".list li.row button")
    expect(buttons).to_have_count(2)
    # Sara's window does not hear yet what Jan does.
    desk.route("**/desk/stream", lambda route: route.abort())
    desk.reload()
    expect(buttons).to_have_count(2)
    jan = next(one for one in service.accounts.all() if one.username == "jan")
    service.desk.be(jan, Presence.AVAILABLE, 4, frozenset())
    service.desk.claim(jan, service.desk.waiting(jan)[0].id)
    buttons.first.click()
    expect(desk.locator(".line").last).to_contain_text(t("taken", name="Jan"))
    expect(buttons).to_have_count(1)
    expect(buttons.first).to_be_focused()
    buttons.first.press("Enter")
    expect(desk.locator("#conversation")).to_contain_text("Ik verhuis")


def test_a_supervisor_sees_the_desk_and_is_offered_nothing_that_agents_do(
    desk: Page, waits: Callable[..., Person], browser: Browser, address: str
) -> None:
    waits()
    take(desk)
    waits(words="Ik verhuis, wat nu?")
    context = browser.new_context(locale="nl-BE", viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.goto(f"{address}/desk")
    log_in(page, "chef")
    expect(page.locator(".list li.row")).to_contain_text("Ik verhuis")
    expect(page.locator(".list li.row button, .presence")).to_have_count(0)
    page.click("header a[href='#history']")
    page.locator("section.view .row a").filter(has_text=QUESTION).first.click()
    expect(page.locator(".standing")).to_have_text(t("not_yours_with_agent"))
    expect(page.locator("#reply")).to_be_hidden()
    context.close()


def test_keys_of_one_letter_do_nothing_until_somebody_asks_for_them(desk: Page, waits: Callable[..., Person]) -> None:
    waits()
    expect(desk.locator(".list li.row button")).to_have_count(1)
    desk.locator("#queue").focus()
    desk.keyboard.press("c")
    desk.click("details.menu > summary")
    expect(desk.locator("#reply")).to_be_hidden()
    desk.get_by_label(t("prefer_keys")).check()
    desk.click("details.menu > summary")
    desk.keyboard.press("c")
    expect(desk.locator("#conversation")).to_be_focused()
    desk.keyboard.press("i")
    expect(desk.locator("#note")).to_be_focused()
    desk.keyboard.type("crc")
    assert desk.input_value("#note") == "crc"


def test_what_is_being_written_stays_with_its_conversation_until_its_owner_leaves(
    desk: Page, waits: Callable[..., Person]
) -> None:
    for words in (QUESTION, "Ik verhuis, wat nu?"):
        waits(words)
    take(desk)
    desk.fill("#reply", "aan de eerste")
    take(desk)
    expect(desk.locator("#conversation")).to_contain_text("Ik verhuis")
    assert desk.input_value("#reply") == ""
    desk.fill("#reply", "aan de tweede")
    desk.reload()
    expect(desk.locator("#reply")).to_have_value("aan de tweede")
    desk.locator(".list h3 a").filter(has_text=QUESTION).click()
    expect(desk.locator("#reply")).to_have_value("aan de eerste")
    desk.click("details.menu > summary")
    desk.click(f"text={t('log_out')}")
    expect(desk.locator("form.login")).to_be_visible()
    assert desk.evaluate("JSON.stringify(sessionStorage)") == "{}"


def test_what_is_not_sent_stays_with_a_retry_and_is_never_doubled(desk: Page, waits: Callable[..., Person]) -> None:
    person = waits()
    take(desk)
    lost = []

    def lose(route: Any) -> None:
        lost.append(route.fetch().status if not lost else 0)
        route.abort()

    desk.route("**/messages", lose)
    desk.fill("#reply", "Eén keer.")
    desk.press("#reply", "Control+Enter")
    desk.fill("#reply", "Nog iets.")
    desk.press("#reply", "Control+Enter")
    expect(desk.locator("li.pending .error").first).to_be_visible()
    assert lost[0] == 202
    desk.unroute("**/messages")
    desk.reload()
    until(lambda: len(agent_said(person)) == 2)
    expect(desk.locator("li.pending")).to_have_count(0)
    assert agent_said(person) == ["Eén keer.", "Nog iets."]


def test_a_log_in_that_ended_comes_back_over_the_page(desk: Page, waits: Callable[..., Person]) -> None:
    person = waits()
    take(desk)
    desk.fill("#reply", "Dit blijft staan.")
    desk.context.clear_cookies()
    desk.press("#reply", "Control+Enter")
    expect(desk.locator("dialog")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.locator("dialog")).to_be_visible()
    assert violations(desk) == []
    assert desk.input_value("dialog [name=username]") == "sara"
    desk.fill("dialog [name=password]", "niet dit")
    desk.press("dialog [name=password]", "Enter")
    expect(desk.locator("dialog .error")).to_have_text(text("problem.wrong_login", "nl"))
    desk.fill("dialog [name=password]", PASSWORD)
    desk.press("dialog [name=password]", "Enter")
    expect(desk.locator("dialog")).to_have_count(0)
    assert until(lambda: agent_said(person)) == ["Dit blijft staan."]


def test_a_conversation_is_passed_on_with_a_reason_and_the_colleague_hears_it(
    desk: Page, waits: Callable[..., Person], browser: Browser, address: str
) -> None:
    waits()
    with a_desk(browser, address, "jan") as jan:
        take(desk)
        hear(jan)
        desk.click("button[data-act=transfer]")
        desk.click(".act button[type=submit]")
        expect(desk.locator(".act .error")).to_have_text(t("choose_whom"))
        desk.locator(".act select").select_option("agent jan")
        desk.click(".act button[type=submit]")
        expect(desk.locator(".act .error")).to_have_text(t("say_why"))
        desk.fill(".act input", "Kent dit beter.")
        desk.click(".act button[type=submit]")
        expect(desk.locator(".line").last).to_contain_text(t("transferred_on"))
        expect(jan.locator(".list li.row .mark").first).to_have_text(t("for_you"))
        expect(jan.locator(".list li.row")).to_contain_text("Kent dit beter.")
        until(lambda: ["alert", t("assigned", title=QUESTION)] in jan.evaluate("window.heard"))
        take(jan)


def test_a_conversation_without_consent_shows_nothing_from_before(desk: Page, waits: Callable[..., Person]) -> None:
    waits(consent="without_transcript")
    take(desk)
    assert t("consent_without_transcript") in desk.inner_text(".talk dl.brief")
    assert QUESTION not in desk.inner_text("main")


def test_what_the_citizen_says_is_heard_and_danger_goes_first(desk: Page, waits: Callable[..., Person]) -> None:
    person = waits()
    take(desk)
    hear(desk)
    person.say("Hebt u mij gelezen?")
    until(lambda: ["status", f"{t('who_citizen')}: Hebt u mij gelezen?"] in desk.evaluate("window.heard"))
    expect(desk.locator("li.message.citizen")).to_have_count(2)
    person.say("hij ademt niet meer")
    expect(desk.locator("li.danger")).to_contain_text("112")
    until(lambda: [words for role, words in desk.evaluate("window.heard") if role == "alert" and "112" in words])


def test_a_lost_connection_is_shown_and_what_was_missed_comes(desk: Page, waits: Callable[..., Person]) -> None:
    person = waits()
    take(desk)
    desk.route("**/desk/stream", lambda route: route.abort())
    desk.reload()
    expect(desk.locator(".offline")).to_be_visible()
    person.say("Bent u er nog?")
    desk.unroute("**/desk/stream")
    expect(desk.locator("li.message.citizen").last).to_contain_text("Bent u er nog?")
    expect(desk.locator(".offline")).to_be_hidden()


def test_a_suggestion_goes_to_the_text_box_and_never_by_itself(desk: Page, waits: Callable[..., Person]) -> None:
    person = waits()
    take(desk)
    expect(desk.locator(".help .certainty")).to_contain_text(t("certainty_sure"))
    desk.locator(".help button.cite").first.click()
    expect(desk.locator(".help .quote").first).to_be_visible()
    assert "#conversation/" in desk.url
    desk.fill("#reply", "Dag!")
    desk.click("button.put")
    expect(desk.locator("#reply")).to_be_focused()
    words = desk.input_value("#reply")
    assert words.startswith("Dag!\n")
    assert f"{text('sections.condition', 'nl')}:\n- " in words
    assert "/pages/sample-kids-id" in words
    assert agent_said(person) == []
    desk.fill(".help input[type=search]", "zeilvergunning voor een maanraket")
    desk.press(".help input[type=search]", "Enter")
    expect(desk.locator(".help .certainty")).to_contain_text(t("certainty_none"))
    expect(desk.locator("button.put")).to_have_count(0)
    person.say("Ik verhuis, wat moet ik doen?")
    expect(desk.get_by_role("button", name=t("fresh_suggestion"))).to_be_visible()


def test_a_call_is_promised_taken_and_noted_and_each_look_at_the_number_is_in_the_log(
    desk: Page, waits: Callable[..., Person], service: QuickService
) -> None:
    waits()
    take(desk)
    desk.click("button[data-act=callback]")
    desk.fill(".act input[type=tel]", "12")
    desk.click(".act button[type=submit]")
    expect(desk.locator(".act .error")).to_have_text(text("problem.bad_phone", "nl"))
    desk.fill(".act input[type=tel]", "0470 12 34 56")
    desk.click(".act button[type=submit]")
    expect(desk.locator(".line").last).to_contain_text("WW-")
    desk.click(".talk .body > ul a")
    expect(desk.locator("#case")).to_be_focused()
    assert "0470" not in desk.inner_text("main")
    assert [line for line in service.audit.lines(100) if line.act == "contact_seen"] == []
    desk.click(f"text={t('show_contact')}")
    expect(desk.locator(".contact a")).to_have_attribute("href", "tel:+32470123456")
    assert [line.actor for line in service.audit.lines(100) if line.act == "contact_seen"] == ["sara"]
    desk.click(f"text={t('take_case')}")
    expect(desk.get_by_role("button", name=t("give_up"))).to_be_visible()
    desk.click(f"text={t('attempt')}")
    desk.check("input[value=not_reached]")
    desk.locator("details[open] button[type=submit]").click()
    expect(desk.locator(".chain")).to_contain_text(t("not_reached"))
    assert violations(desk) == []


def test_history_is_searched_and_read(desk: Page, waits: Callable[..., Person]) -> None:
    waits()
    take(desk)
    desk.fill("#reply", "Over hoogstammige kerselaars weet ik niets.")
    desk.press("#reply", "Control+Enter")
    expect(desk.locator("li.message.agent")).to_have_count(1)
    desk.click("header a[href='#history']")
    desk.fill(".search input[type=search] >> nth=-1", "kerselaars")
    desk.press(".search input[type=search] >> nth=-1", "Enter")
    expect(desk.locator("section.view .row")).to_have_count(1)
    assert violations(desk) == []
    desk.click("section.view .row a")
    expect(desk.locator("li.message.agent")).to_contain_text("kerselaars")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", NARROW)])
def test_axe_finds_nothing_wrong_and_nothing_is_wider_than_the_screen(
    desk: Page, waits: Callable[..., Person], scheme: str, width: int
) -> None:
    found: list[str] = []

    def look(state: str) -> None:
        found.extend(f"{state}: {one}" for one in violations(desk))
        if desk.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{state}: wider than {width}")

    desk.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    desk.set_viewport_size({"width": width, "height": 700})
    person = waits()
    expect(desk.locator(".list li.row")).to_have_count(1)
    desk.locator(".list li.row summary").click()
    look("queue")
    take(desk)
    person.say("hij ademt niet meer")
    expect(desk.locator("li.danger")).to_be_visible()
    desk.fill("#reply", "w" * 300)
    desk.click("button[data-act=transfer]")
    desk.click(".act button[type=submit]")
    expect(desk.locator(".act .error")).to_be_visible()
    look("conversation, passing on")
    desk.check("input[value=note]")
    desk.click("button[data-act=close]")
    desk.click("details.menu > summary")
    look("closing, a note, the menu")
    assert found == []
