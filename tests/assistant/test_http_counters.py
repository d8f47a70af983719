"""`/api/v1/counters` and the page of a counter: nothing is guessed, and what is not known is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
import segno
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser

from assistant.api.app import create_app
from assistant.messages import text
from knowledge.language import LANGUAGES
from tests.assistant.building import FEW, fill, open_home
from tests.assistant.reading import one, seen, words
from tests.assistant.test_http_answers import a_problem

if TYPE_CHECKING:
    from httpx2 import Response

KEYS = {"id", "kind", "name", "address", "languages", "accessible", "appointment", "phone", "hours", "open_now"} | {
    *("opens_at", "sample_hours", "nearness", "source", "checked_on", "url", "offers_service", "appointment_by_call")
}
CARD = "/counters/gent-gemeente"
OWN = """
[[counters]]
id = "gent-gemeente"
kind = "gemeente"
name = "Loket <b>Gent</b> & co"
municipality = "Gent"
address = "Plein 1, 9000 Gent"
phone = "09 000 00 00"
languages = ["nl", "fr"]
accessible = "Er is een <i>lift</i>."
services = ["sample-kids-id"]
appointment = "https://afspraak.example.be/?a=1&b=2"
hours = { monday = ["09:00-12:00"] }
source = "zelf nagekeken"
certainty = "A"
checked_on = 2026-11-22
"""


def asked(client: TestClient, spoken: str = "nl", /, **query: str) -> Response:
    return client.get("/api/v1/counters", params=query, headers={"Accept-Language": spoken})


def found(client: TestClient, **query: str) -> dict[str, Any]:
    response = asked(client, **query)
    assert response.status_code == 200, response.text
    result: dict[str, Any] = response.json()
    return result


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """The application of a body that says all of its counter."""
    home = tmp_path_factory.mktemp("own")
    (home / "counters").mkdir()
    (home / "counters" / "own.toml").write_text(OWN, "utf-8")
    service = open_home(home)
    fill(service, *FEW)
    assert service.counters.flaws == []
    return TestClient(create_app(service))


@pytest.mark.parametrize("near", ["9000", "Gent", " gand ", "9052 Gent", "Гент"])
def test_a_postcode_or_a_name_finds_the_counter_of_the_municipality(client: TestClient, near: str) -> None:
    body = found(client, near=near)
    assert (body["municipality"], body["renamed"], body["service"]) == ("Gent", None, None)
    (counter,) = body["counters"]
    assert set(counter) == KEYS
    assert (counter["id"], counter["address"]) == ("gent-gemeente", "Botermarkt 1, 9000 Gent")
    assert (counter["nearness"], counter["sample_hours"]) == ("municipality", True)
    assert (counter["accessible"], counter["appointment"], counter["phone"]) == (None, None, None)


def test_an_old_name_is_answered_with_todays_and_said(client: TestClient) -> None:
    body = found(client, near="Kortessem", language="en", at="2026-11-23T11:00")
    assert body["municipality"] == "Hasselt"
    assert (body["renamed"]["was"], body["renamed"]["since"]) == ("Kortessem", "2025-01-01")
    assert "1 January 2025" in body["renamed"]["text"]
    assert found(client, near="Kortessem", at="2024-12-31T11:00")["municipality"] == "Kortessem"


def test_a_municipality_without_a_known_counter_has_none_and_no_other_one(client: TestClient) -> None:
    assert found(client, near="Deinze")["counters"] == []


def test_a_kind_without_addresses_leads_to_whom_to_ask(client: TestClient) -> None:
    (counter,) = found(client, near="9000", kind="energiehuis")["counters"]
    assert (counter["id"], counter["nearness"]) == ("gent-gemeente", "ask")


@pytest.mark.parametrize(
    ("at", "open_now", "opens_at"),
    [
        ("2026-11-23T10:00", True, "2026-11-23T13:00:00+01:00"),
        ("2026-11-23T12:30:00+01:00", False, "2026-11-23T13:00:00+01:00"),
        # Wednesday 11 November and Friday 25 December are holidays.
        ("2026-11-11T10:00", False, "2026-11-12T09:00:00+01:00"),
        ("2026-12-25T10:00", False, "2026-12-28T09:00:00+01:00"),
    ],
)
def test_hours_know_holidays_at_any_moment(client: TestClient, at: str, open_now: bool, opens_at: str) -> None:
    (counter,) = found(client, near="9000", at=at)["counters"]
    assert (counter["open_now"], counter["opens_at"]) == (open_now, opens_at)
    assert counter["hours"].startswith("Nu open tot 12.00 uur" if open_now else "Nu gesloten. Opent")


@pytest.mark.parametrize("language", LANGUAGES)
def test_hours_and_what_to_bring_are_said_in_the_callers_language(client: TestClient, language: str) -> None:
    body = asked(client, language, near="9000", service="kids-id").json()
    assert text("contact.sample_hours", language) in body["counters"][0]["hours"]
    assert (body["service"]["source_id"], body["service"]["language"]) == ("kids-id", language)
    assert body["service"]["bring"]


def test_what_to_bring_is_what_the_page_of_the_service_says(client: TestClient) -> None:
    service = found(client, near="9000", service="kids-id")["service"]
    page = words(seen(client.get(f"{service['url']}?language=nl")), "article")
    assert all(sentence in page for sentence in service["bring"])
    dutch = found(client, near="9000", service="begraven-cremeren", language="ar")["service"]
    assert (dutch["language"], bool(dutch["bring"])) == ("nl", True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_place_says_what_to_give(client: TestClient, language: str) -> None:
    for near in ("Brasschaat", "8888", "mijn straat"):
        assert a_problem(asked(client, language, near=near), 404)["detail"] == text("problem.unknown_place", language)


def test_a_name_and_a_postcode_that_differ_are_asked_back(client: TestClient) -> None:
    assert a_problem(asked(client, near="9000 Brugge"), 400)["detail"].endswith("Kies er een: Brugge, Gent.")


@pytest.mark.parametrize("query", [{}, {"near": " "}, {"near": "x" * 101}], ids=["none", "blank", "long"])
def test_without_a_place_the_words_say_what_to_give(client: TestClient, query: dict[str, str]) -> None:
    assert a_problem(asked(client, "fr", **query))["detail"] == text("problem.near", "fr", max=100)


@pytest.mark.parametrize(
    ("wrong", "status", "key"),
    [
        ({"service": "bestaat-niet"}, 404, "unknown_service"),
        ({"service": "parkeerkaart\u2603"}, 404, "unknown_service"),
        ({"at": "gisteren"}, 422, "bad_moment"),
        ({"at": "0001-01-01T00:00:00"}, 422, "bad_moment"),
        ({"kind": "zwembad"}, 422, "unknown_kind"),
        ({"site": "mars"}, 422, "unknown_site"),
        ({"language": "xx"}, 422, "unknown_language"),
        ({"dichtbij": "9000"}, 422, "invalid"),
    ],
)
def test_a_wrong_wish_is_a_precise_problem(client: TestClient, wrong: dict[str, str], status: int, key: str) -> None:
    problem = a_problem(asked(client, near="9000", **wrong), status)
    assert problem["detail"].startswith(text(f"problem.{key}", "nl").partition("{")[0])


def test_the_address_of_a_counter_leads_to_its_page(client: TestClient) -> None:
    (counter,) = found(client, near="9000", service="kids-id", language="fr", site="gemeente")["counters"]
    page = seen(client.get(counter["url"]))
    assert one(page, "html").attributes["lang"] == "fr"
    assert "Mechelen" in words(page, "h1")
    assert "Botermarkt 1, 9000 Gent" in words(page, "article")
    links = [str(link.attributes["href"]) for link in page.css("footer nav a")]
    assert all("service=kids-id" in link and "site=gemeente" in link for link in links)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_says_what_is_known_and_what_to_ask(client: TestClient, language: str) -> None:
    page = seen(client.get(CARD, params={"language": language, "service": "kids-id"}))
    card = words(page, "article.counter-card")
    asks = {"hours", "service", "appointment", "accessible"}
    assert {key for key in (*asks, "bring") if text(f"counter.ask_{key}", language) in card} == asks
    assert text("sections.evidence", language) in card
    assert text("contact.sample_hours", language) in card
    assert len(page.css("article tr")) == 7
    assert one(page, "article a.phone").attributes["href"] == "tel:1700"
    if language != "nl":
        assert text("answer.translated_page", "nl") in card


def test_a_card_without_a_service_asks_what_to_bring(client: TestClient) -> None:
    for query in ("", "?service=bestaat-niet"):
        card = words(seen(client.get(CARD + query)), "article")
        assert text("counter.ask_bring", "nl") in card
        assert text("counter.ask_service", "nl") not in card


def test_what_a_body_says_of_its_counter_is_shown_and_not_asked(own: TestClient) -> None:
    page = seen(own.get(f"{CARD}?language=nl&service=kids-id"))
    card = words(page, "article")
    assert "Loket <b>Gent</b> & co" in card
    assert "Er is een <i>lift</i>." in card
    assert page.css("article b, article i") == []
    links = [link.attributes["href"] for link in page.css("article a")]
    assert {"https://afspraak.example.be/?a=1&b=2", "tel:090000000"} <= set(links)
    asks = ("hours", "service", "appointment", "accessible", "bring")
    assert [key for key in asks if text(f"counter.ask_{key}", "nl") in card] == ["service"]
    assert text("contact.sample_hours", "nl") not in card
    (counter,) = found(own, near="9000")["counters"]
    assert (counter["accessible"], counter["phone"]) == ("Er is een <i>lift</i>.", "09 000 00 00")


@pytest.mark.parametrize("query", ["", "&service=kids-id&utm_source=x", "&site=gemeente"])
def test_the_code_leads_to_the_page_itself_on_the_host_that_was_asked(client: TestClient, query: str) -> None:
    headers = {"Host": "hulp.example.be", "X-Forwarded-Host": "kwaad.example"}
    page = seen(client.get(f"{CARD}?language=en{query}", headers=headers))
    address = f"http://hulp.example.be{CARD}?language=en{query.replace('&utm_source=x', '')}"
    drawn = segno.make_qr(address, error="m").svg_inline(omitsize=True, light="#fff")
    expected = [path.attributes["d"] for path in LexborHTMLParser(drawn).css("path")]
    assert [path.attributes["d"] for path in page.css("div.qr svg path")] == expected
    assert one(page, "div.qr").attributes["aria-label"] == text("counter.qr", "en")


def test_a_host_that_is_markup_stays_text(client: TestClient) -> None:
    response = client.get(CARD, headers={"Host": '"><script>alert(1)</script>'})
    assert response.status_code in {200, 400}
    assert "<script>alert" not in response.text


def test_an_address_too_long_for_a_code_has_none(client: TestClient) -> None:
    page = seen(client.get(CARD, headers={"Host": "x" * 3000}))
    assert page.css("figure") == []
    assert "Botermarkt 1, 9000 Gent" in words(page, "article")


def test_the_mail_holds_the_details_as_text(own: TestClient) -> None:
    page = seen(own.get(f"{CARD}?language=nl&service=kids-id"))
    href = next(str(link.attributes["href"]) for link in page.css("article a") if "mailto" in str(link.attributes))
    mail = parse_qs(urlsplit(href).query, strict_parsing=True)
    (body,) = mail["body"]
    assert mail["subject"] == ["Loket <b>Gent</b> & co"]
    for told in (
        "Plein 1, 9000 Gent",
        "09 000 00 00",
        "afspraak.example.be/?a=1&b=2",
        CARD,
        "9.00–12.00 uur",
        "\r\n- ",
    ):
        assert told in body
    assert "Nu open" not in body
    assert "Nu gesloten" not in body


@pytest.mark.parametrize("path", ["/counters/bestaat-niet", "/counters/<b>", "/counters/gent-gemeente%00"])
def test_a_counter_that_does_not_exist_shows_the_way_to_a_person(client: TestClient, path: str) -> None:
    page = seen(client.get(path, headers={"Accept-Language": "fr"}), 404)
    assert text("page.not_found_page", "fr") in words(page)
    assert one(page, "footer a.phone").attributes["href"] == "tel:1700"


def test_a_counter_of_the_site_that_is_in_the_directory_leads_to_its_page(client: TestClient) -> None:
    links = seen(client.get("/?site=gemeente&language=nl")).css("footer .contacts a:not(.phone)")
    assert [urlsplit(str(link.attributes["href"])).path for link in links] == [
        "/counters/mechelen-gemeente",
        "/counters/mechelen-ocmw",
    ]
    assert all(client.get(str(link.attributes["href"])).status_code == 200 for link in links)
    assert seen(client.get("/")).css("footer .contacts a:not(.phone)") == []
