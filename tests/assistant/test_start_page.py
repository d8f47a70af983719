"""`/`: asking and answering without any script, in ten languages, with a way to a person in every state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser

from assistant.answering.clean import MAX_LENGTH
from assistant.messages import text
from knowledge.language import LANGUAGES
from tests.assistant.building import MUNICIPAL_QUESTION, sure_question
from tests.assistant.reading import fields_of, one, seen, words

if TYPE_CHECKING:
    from httpx2 import Response

QUESTION = sure_question("kids-id")
STATES = {
    "answer": {"question": QUESTION},
    "clarification": {"question": MUNICIPAL_QUESTION},
    "danger": {"question": "hij ademt niet meer"},
    "greeting": {"question": "hallo"},
    "person": {"question": "", "person": "1"},
    "not found": {"question": "zwembad in de woestijn"},
    "empty": {"question": ""},
    "too long": {"question": "x" * (MAX_LENGTH + 1)},
    "option that is gone": {"question": "Kids-ID", "source_id": "bestaat-niet"},
}


def post(client: TestClient, **fields: str) -> Response:
    return client.post("/", data=fields)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_start_page_speaks_ten_languages_in_their_direction(client: TestClient, language: str) -> None:
    page = seen(client.get("/", params={"language": language}))
    html = one(page, "html")
    assert html.attributes["lang"] == language
    assert html.attributes["dir"] == ("rtl" if language == "ar" else "ltr")
    assert text("page.disclosure", language) in words(page)
    assert one(page, "form.ask input[name=language]").attributes["value"] == language
    assert len(page.css("nav a[hreflang]")) == len(LANGUAGES) - 1


def test_the_start_page_follows_the_browser_until_a_language_is_chosen(client: TestClient) -> None:
    headers = {"Accept-Language": "fr-BE,fr;q=0.9"}
    assert one(seen(client.get("/", headers=headers)), "html").attributes["lang"] == "fr"
    assert one(seen(client.get("/?language=de", headers=headers)), "html").attributes["lang"] == "de"
    assert one(seen(client.get("/?language=xx")), "html").attributes["lang"] == "nl"


@pytest.mark.parametrize("fields", STATES.values(), ids=STATES)
def test_every_state_shows_phone_counter_and_a_button_for_a_person(client: TestClient, fields: dict[str, str]) -> None:
    response = post(client, **fields)
    page = LexborHTMLParser(response.text)
    assert response.status_code in {200, 422}
    assert one(page, "footer a.phone").attributes["href"] == "tel:1700"
    assert "Voorbeeldplein 1" in words(page, "footer")
    assert fields_of(one(page, "button[name=person]"))["person"] == "1"
    assert page.css("textarea#question")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_button_for_a_person_works_in_every_language(client: TestClient, language: str) -> None:
    start = seen(client.get("/", params={"language": language}))
    page = seen(client.post("/", data=fields_of(one(start, "button[name=person]"))))
    assert text("escalation.asked_for_person", language) in words(page, "article.escalation")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_is_framed_in_the_chosen_language(client: TestClient, language: str) -> None:
    page = seen(post(client, question=QUESTION, language=language, source_id="kids-id"))
    assert one(page, "html").attributes["lang"] == language
    article = one(page, "article.answer")
    assert text("page.from_computer", language) in article.text()
    if language != "nl":
        assert (
            text("answer.dutch_counts", "nl") in article.text()
            or text("answer.translated_page", "nl") in article.text()
        )


def test_an_answer_shows_its_sentences_each_with_a_link_to_its_source(client: TestClient) -> None:
    page = seen(post(client, question=QUESTION))
    assert "U vraagt voor uw kind een Kids-ID aan bij uw gemeente." in words(page, "article.answer")
    marks = {str(mark.attributes["href"]) for mark in page.css("a.cite")}
    assert marks
    assert marks == {f"#{source.attributes['id']}" for source in page.css("ol.sources > li")}
    assert all("/pages/sample-kids-id" in str(link.attributes["href"]) for link in page.css("ol.sources li > a"))


def test_a_sentence_in_dutch_on_a_page_in_another_language_is_marked_as_dutch(client: TestClient) -> None:
    page = seen(post(client, question="parkeerkaart", language="ar", source_id="parkeerkaart"))
    dutch = page.css("article.answer [lang=nl][dir=ltr]")
    assert any("parkeerkaart" in node.text() for node in dutch)


def test_the_buttons_of_a_clarification_give_the_answer(client: TestClient) -> None:
    asked = seen(post(client, question=MUNICIPAL_QUESTION))
    buttons = asked.css("article.clarification button[name=source_id]")
    assert 1 <= len(buttons) <= 3
    for button in buttons:
        page = seen(client.post("/", data=fields_of(button)))
        assert one(page, "article.answer ol.sources")


def test_danger_shows_the_numbers_to_dial_first_and_not_what_was_written(client: TestClient) -> None:
    page = seen(post(client, question="mijn man slaat mij"))
    assert one(page, "article.danger")
    assert [str(link.attributes["href"]) for link in page.css("ul.emergency a")] == ["tel:101", "tel:112", "tel:1712"]
    assert "slaat" not in words(page)


@pytest.mark.parametrize("typed", ["", "   "])
def test_an_empty_question_says_what_to_do(client: TestClient, typed: str) -> None:
    page = seen(post(client, question=typed, language="fr"), 422)
    assert words(page, "[role=alert]") == text("page.empty", "fr")
    assert one(page, "textarea").attributes["aria-describedby"] == "error"


def test_a_question_that_is_too_long_stays_in_the_field(client: TestClient) -> None:
    typed = "kids-id " * 300
    page = seen(post(client, question=typed, language="nl"), 422)
    assert words(page, "[role=alert]") == text("page.too_long", "nl", n=len(typed.strip()), max=MAX_LENGTH)
    assert words(page, "textarea") == typed


@pytest.mark.parametrize(
    "typed", ["<script>alert(1)</script> kids-id", "</textarea><script>alert(1)</script>" + "x" * MAX_LENGTH]
)
def test_what_is_typed_is_shown_as_text_only(client: TestClient, typed: str) -> None:
    response = post(client, question=typed)
    scripts = LexborHTMLParser(response.text).css("script")
    assert [(script.attributes.get("src"), script.text()) for script in scripts] == [("/widget/page.js", "")]


def test_what_was_masked_is_shown_masked(client: TestClient) -> None:
    page = seen(post(client, question="kids-id, mijn nummer is 93.05.18-223.61"))
    assert "223.61" not in words(page)
    assert "[rijksregisternummer]" in words(page, "section.asked")
    assert text("masked.notice", "nl") in words(page, "article.reply .notices")


@pytest.mark.parametrize("asked", ["kids-id", "hallo", "xyzzy qwrtp"])
def test_where_nothing_was_masked_nothing_is_said_of_it(client: TestClient, asked: str) -> None:
    assert text("masked.notice", "nl") not in words(seen(post(client, question=asked)))


def test_a_form_with_nothing_in_it_is_an_empty_question(client: TestClient) -> None:
    assert client.post("/").status_code == 422


def test_the_style_sheet_is_our_own(client: TestClient) -> None:
    response = client.get("/static/page.css")
    assert (response.status_code, response.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "url(" not in response.text


def test_a_site_is_shown_by_its_id_with_its_own_name_colour_and_counter(client: TestClient) -> None:
    page = seen(client.get("/?site=gemeente&language=fr"))
    assert "Mechelen (voorbeeld, niet officieel)" in words(page, "h1")
    assert words(page, "header .logo") == "Mechelen (voorbeeld)"
    assert "Grote Markt 21" in words(page, "footer")
    assert all("site=gemeente" in str(link.attributes["href"]) for link in page.css("nav a, h1 a"))
    style = client.get("/static/sites/gemeente.css")
    assert "/static/sites/gemeente.css" in [link.attributes["href"] for link in page.css("link[rel=stylesheet]")]
    assert (style.headers["content-type"], "#0b6150" in style.text) == ("text/css; charset=utf-8", True)


def test_a_question_stays_on_the_site_it_was_asked_on(client: TestClient) -> None:
    start = seen(client.get("/?site=gemeente"))
    assert fields_of(one(start, "button[name=person]"))["site"] == "gemeente"
    site = str(one(start, "form.ask input[name=site]").attributes["value"])
    page = seen(post(client, question=QUESTION, site=site))
    assert "Mechelen" in words(page, "h1")
    assert "Grote Markt 21" in words(page, "article.reply")


def test_the_default_site_has_the_colours_of_the_page(client: TestClient) -> None:
    page = seen(client.get("/"))
    assert not page.css("link[href^='/static/sites/']")
    assert client.get("/static/sites/regio.css").text == ""


def test_a_site_that_does_not_exist_still_shows_the_way_to_a_person(client: TestClient) -> None:
    response = client.get("/?site=mars")
    assert response.status_code == 404
    page = LexborHTMLParser(response.text)
    assert one(page, "footer a.phone").attributes["href"] == "tel:1700"
    assert "Voorbeeldplein 1" in words(page, "footer")
