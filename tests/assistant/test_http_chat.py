"""`/chat/{site}`: the whole conversation by plain forms, and whose conversation it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser

from assistant.answering.clean import MAX_LENGTH
from assistant.api.app import create_app
from assistant.bootstrap import Service
from assistant.messages import text
from knowledge.language import LANGUAGES
from tests.assistant.building import MUNICIPAL_QUESTION, fill, open_home, sure_question
from tests.assistant.desking import at_the_desk
from tests.assistant.reading import fields_of, one, words
from tests.assistant.talking import until

QUESTION = sure_question("kids-id")
PATH = "/chat/gemeente"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    found = open_home(tmp_path_factory.mktemp("chat"))
    fill(found, "kids-id")
    return found


@pytest.fixture(scope="module")
def app(service: Service) -> Iterator[TestClient]:
    app = create_app(service)
    app.state.service = service
    with TestClient(app) as running:
        yield running


@pytest.fixture
def visitor(app: TestClient) -> Iterator[TestClient]:
    """A browser without scripts, that has not been here before."""
    app.cookies.clear()
    yield app
    app.cookies.clear()


def page(client: TestClient, path: str = PATH) -> LexborHTMLParser:
    return LexborHTMLParser(client.get(path).text)


def say(client: TestClient, words_: str, **more: str) -> LexborHTMLParser:
    form = hidden(page(client))
    response = client.post(PATH, data=form | {"text": words_} | more)
    assert response.status_code == 200, response.text
    return answered(client)


def answered(client: TestClient) -> LexborHTMLParser:
    """The page with the answer: on a busy machine it comes later than the page, which has a button to look again."""
    service: Service = client.app.state.service  # type: ignore[attr-defined]
    opened = str(client.cookies["conversation"]).split(".")
    until(lambda: service.conversations.opened(*opened).unanswered is None, 60)
    return page(client)


def hidden(shown: LexborHTMLParser) -> dict[str, str]:
    return {str(field.attributes["name"]): str(field.attributes["value"]) for field in shown.css("#ask input")}


def press(client: TestClient, shown: LexborHTMLParser, act: str) -> LexborHTMLParser:
    button = shown.css(f"button[name=act][value={act}]")[0]
    return LexborHTMLParser(client.post(PATH, data=fields_of(button)).text)


def test_questions_and_answers_stand_under_each_other_and_stay(visitor: TestClient) -> None:
    shown = say(visitor, QUESTION)
    assert "U vraagt voor uw kind een Kids-ID aan bij uw gemeente." in words(shown, "article.answer")
    say(visitor, "bedankt")
    again = page(visitor)
    assert [item.text().strip() for item in again.css("li.citizen .said")] == [QUESTION, "bedankt"]
    assert len(again.css("li.assistant article")) == 2
    ids = [str(item.attributes["id"]) for item in again.css("[id]")]
    assert len(ids) == len(set(ids))
    assert {str(mark.attributes["href"])[1:] for mark in again.css("a.cite")} <= set(ids)


def test_an_option_is_taken_with_one_press_and_past_ones_are_words(visitor: TestClient, service: Service) -> None:
    shown = say(visitor, MUNICIPAL_QUESTION)
    button = shown.css_first("button[name=option]")
    assert button is not None
    visitor.post(PATH, data=fields_of(button))
    shown = answered(visitor)
    assert shown.css("article.answer")
    assert not shown.css("button[name=option]")
    kept = [one for one in service.phrasings.all() if one.words == MUNICIPAL_QUESTION]
    assert [(len(one.givers), one.state.value) for one in kept] == [(1, "candidate")]


def test_a_form_that_is_sent_twice_says_it_once(visitor: TestClient) -> None:
    form = hidden(page(visitor)) | {"text": "hallo"}
    for _ in range(2):
        visitor.post(PATH, data=form)
    assert len(page(visitor).css("li.citizen")) == 1


def test_the_cookie_is_for_this_page_alone_and_no_script_reads_it(visitor: TestClient) -> None:
    response = visitor.post(PATH, data={"text": "hallo"}, follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (303, f"{PATH}?#last")
    cookie = response.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax", f"Path={PATH}"} <= set(cookie.split("; "))
    assert "Max-Age" not in cookie
    assert not page(visitor, "/chat/regio").css("li.citizen")


@pytest.mark.parametrize("cookie", ["", "x", "x.y", "." * 300, "1.2.3"])
def test_a_cookie_of_nobody_is_as_if_there_were_none(visitor: TestClient, cookie: str) -> None:
    visitor.cookies.set("conversation", cookie, path=PATH)
    assert not page(visitor).css("li.citizen")


FRAMED = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-origin"}


def framed(client: TestClient, sent: dict[str, str], **headers: str) -> LexborHTMLParser:
    """What a frame on another site shows when a form is sent: the browser keeps no cookie there."""
    response = client.post(PATH, data=sent, headers=FRAMED | headers, follow_redirects=False)
    client.cookies.clear()
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
    return LexborHTMLParser(response.text)


def test_in_a_frame_without_cookies_the_forms_hold_the_conversation(visitor: TestClient) -> None:
    first = LexborHTMLParser(visitor.get(PATH, headers=FRAMED).text)
    shown = framed(visitor, hidden(first) | {"text": QUESTION})
    again = framed(visitor, hidden(shown) | {"text": "bedankt"})
    assert [item.text().strip() for item in again.css("li.citizen .said")] == [QUESTION, "bedankt"]
    turned = framed(visitor, fields_of(one(again, "button[value=fr]")))
    assert one(turned, "html").attributes["lang"] == "fr"
    assert len(turned.css("li.citizen")) == 2
    assert {link.attributes.get("target") for link in turned.css("ol.sources a")} == {"_blank"}
    held = hidden(turned)["held"]
    assert not [link for link in turned.css("a[href], form[action]") if held in (link.html or "").split(">")[0]]
    gone = framed(visitor, fields_of(one(turned, "button[value=delete]")))
    assert not gone.css("li.citizen")
    assert "held" not in hidden(gone)


@pytest.mark.parametrize("origin", ["cross-site", "same-site", "none"])
def test_what_a_form_of_somebody_else_holds_is_not_this_visitors(visitor: TestClient, origin: str) -> None:
    shown = framed(visitor, {"text": "hallo"})
    other = framed(visitor, hidden(shown) | {"text": "bedankt"}, **{"Sec-Fetch-Site": origin})
    assert [item.text().strip() for item in other.css("li.citizen .said")] == ["bedankt"]


def test_a_form_holds_a_conversation_of_its_own_site_and_nothing_that_was_changed(visitor: TestClient) -> None:
    held = hidden(framed(visitor, {"text": "hallo"}))["held"]
    assert not framed(visitor, {"act": "look", "held": f"x{held}"}).css("li.citizen")
    assert len(framed(visitor, {"act": "look", "held": held}).css("li.citizen")) == 1
    elsewhere = visitor.post("/chat/regio", data={"act": "look", "held": held}, headers=FRAMED)
    assert not LexborHTMLParser(elsewhere.text).css("li.citizen")


def test_an_erased_conversation_is_gone_and_the_next_question_begins_another(visitor: TestClient) -> None:
    shown = say(visitor, "hallo")
    assert not press(visitor, shown, "delete").css("li.citizen")
    assert len(say(visitor, "bedankt").css("li.citizen")) == 1


def test_a_person_is_asked_with_consent_waited_for_and_no_longer(visitor: TestClient, service: Service) -> None:
    with at_the_desk(service, "gemeente"):
        shown = say(visitor, QUESTION)
        asked = press(visitor, shown, "person")
        assert text("person.consent", "nl") in words(asked, ".person")
        assert QUESTION in words(asked, ".person")
        waiting = press(visitor, asked, "handover")
        assert text("person.position", "nl", n=1) in words(waiting, "p.state")
        back = press(visitor, waiting, "stop")
        assert not back.css("p.state")
        assert text("handover.withdrawn", "nl") in back.text()


def test_where_nobody_is_there_the_phone_is_said(visitor: TestClient) -> None:
    shown = press(visitor, page(visitor), "person")
    assert "1700" in words(shown, ".person")
    assert not shown.css("button[name=act][value=handover]")
    refused = visitor.post(PATH, data={"act": "handover"})
    assert refused.status_code == 422
    assert "1700" in words(LexborHTMLParser(refused.text), "#error")


@pytest.mark.parametrize("typed", ["", "   ", "x" * (MAX_LENGTH + 1)])
def test_what_cannot_be_said_stays_in_the_field(visitor: TestClient, typed: str) -> None:
    response = visitor.post(PATH, data={"text": typed})
    assert response.status_code == 422
    assert one(LexborHTMLParser(response.text), "#question").text() == typed


@pytest.mark.parametrize("said", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_what_is_said_is_shown_as_words_only(visitor: TestClient, said: str) -> None:
    shown = say(visitor, said)
    assert said in words(shown, "li.citizen .said")
    assert not shown.css("li script, img")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_ten_languages(visitor: TestClient, language: str) -> None:
    shown = page(visitor, f"{PATH}?language={language}")
    assert one(shown, "html").attributes["lang"] == language
    assert text("page.disclosure", language) in shown.text()
    assert text("conversation.privacy", language, days=30) in words(shown, "#privacy")


def test_an_unknown_site_is_not_there(visitor: TestClient) -> None:
    assert visitor.get("/chat/nergens").status_code == 404
    assert visitor.post("/chat/nergens", data={"text": "hallo"}).status_code == 404


def test_a_call_back_is_asked_without_scripts(visitor: TestClient) -> None:
    form = hidden(page(visitor))
    shown = LexborHTMLParser(visitor.post(PATH, data=form | {"act": "person"}).text)
    phone = one(shown, "#call input[name=phone]")
    assert (phone.attributes["autocomplete"], phone.attributes["type"]) == ("tel", "tel")
    moment = shown.css("#call select option")[0].attributes["value"]
    call = form | {"act": "callback", "name": "Voorbeeld", "window": moment or ""}
    refused = visitor.post(PATH, data=call | {"phone": "geen nummer"})
    assert refused.status_code == 422
    again = LexborHTMLParser(refused.text)
    assert one(again, "#call-error").text() == text("problem.bad_phone", "nl")
    assert one(again, "#call input[name=phone]").attributes["value"] == "geen nummer"
    promised = visitor.post(PATH, data=call | {"phone": "0471 22 33 44"})
    assert text("case.noted_callback", "nl", reference="").split(".")[0] in promised.text
    assert "0471" not in promised.text
