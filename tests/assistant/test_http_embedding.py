"""What a widget on a page of somebody else may do: only where the site says so, and only what citizens do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from assistant.api.app import create_app
from assistant.api.demo import demo_app
from assistant.bootstrap import Service
from assistant.messages import text
from assistant.sites import load_sites
from assistant.sites.embed import parse_embed
from knowledge.language import LANGUAGES
from tests.assistant.building import fill, open_home, sure_question
from tests.assistant.desking import Citizen
from tests.assistant.reading import one, seen
from tests.assistant.talking import until

DEMO, OTHER = "http://127.0.0.1:8001", "https://www.elders.example"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    found = open_home(tmp_path_factory.mktemp("embedding"), WEGWIJZER_DEMO=DEMO)
    fill(found, "kids-id")
    return found


@pytest.fixture(scope="module")
def app(service: Service) -> Iterator[TestClient]:
    with TestClient(create_app(service)) as running:
        yield running


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_widget_gets_its_words_contacts_and_colour(app: TestClient, language: str) -> None:
    given = app.get("/api/v1/widget", params={"site": "gemeente", "language": language}).json()
    assert given["settings"]["language"] == language
    assert given["words"]["widget.launcher"] == text("widget.launcher", language)
    assert set(given["replies"]) == set(LANGUAGES)
    assert given["style"]["brand"] == "#0b6150"
    assert given["contacts"][0]["value"] == "1700"
    assert given["settings"]["feedback"]


def test_a_page_of_another_origin_may_begin_only_where_the_site_says_so(app: TestClient) -> None:
    for origin, status in ((DEMO, 201), ("http://testserver", 201), (OTHER, 403), ("null", 403)):
        begun = app.post("/api/v1/conversations", json={"site": "gemeente"}, headers={"Origin": origin})
        assert begun.status_code == status, origin
        shown = app.get("/api/v1/widget", params={"site": "gemeente"}, headers={"Origin": origin})
        assert shown.status_code == (200 if status == 201 else 403), origin


def test_a_browser_is_let_through_from_named_origins_alone_and_without_cookies(app: TestClient) -> None:
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    path = "/api/v1/conversations/x/messages"
    allowed = app.options(path, headers={"Origin": DEMO} | asks)
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, DEMO)
    assert "access-control-allow-credentials" not in allowed.headers
    refused = app.options(path, headers={"Origin": OTHER} | asks)
    assert "access-control-allow-origin" not in refused.headers


@pytest.mark.parametrize("path", ["/api/v1/desk", "/api/v1/staff/login", "/api/v1/answers", "/", "/desk"])
def test_what_is_not_for_citizens_is_never_let_through(app: TestClient, path: str) -> None:
    assert "access-control-allow-origin" not in app.get(path, headers={"Origin": DEMO}).headers


def test_a_frame_may_stand_where_the_widget_may(app: TestClient) -> None:
    assert f"frame-ancestors 'self' {DEMO};" in app.get("/chat/gemeente").headers["content-security-policy"]


def test_where_no_demo_is_wished_there_is_none(client: TestClient) -> None:
    assert client.get("/demo/regio").status_code == 404


@pytest.mark.parametrize("site", ["regio", "agentschap", "gemeente"])
def test_demo_pages_stand_on_an_origin_of_their_own(service: Service, app: TestClient, site: str) -> None:
    elsewhere = TestClient(demo_app(service.sites, service.default_site, "http://testserver"))
    page = seen(elsewhere.get(f"/demo/{site}?language=fr"))
    assert one(page, "citizen-assistant").attributes["site"] == site
    assert one(page, "script").attributes["src"] == "http://testserver/widget/citizen.js"
    assert "1700" in one(page, "citizen-assistant").text()
    assert "unsafe" not in elsewhere.get(f"/demo/{site}").headers["content-security-policy"]
    assert one(seen(elsewhere.get(f"/demo/{site}?frame=1")), "iframe").attributes["src"].startswith("http://testserver")
    assert elsewhere.get("/demo/nergens").status_code == 404
    assert seen(app.get(f"/demo/{site}"))


@pytest.mark.parametrize(
    "origin", ["www.example.be", "https://www.example.be/", "http://www.example.be", "*", "https://a b", "null"]
)
def test_what_is_no_origin_is_refused_with_the_field(origin: str) -> None:
    with pytest.raises(ValueError, match=r"embed\.origins"):
        parse_embed({"origins": [origin]})


def test_no_site_lets_others_in_unless_it_says_so() -> None:
    assert {site.embed.origins for site in load_sites().values()} == {()}
    assert parse_embed({"origins": ["https://www.Example.be"]}).origins == ("https://www.example.be",)


def answered(app: TestClient, site: str) -> tuple[Citizen, int]:
    citizen = Citizen(app.app, site=site)
    citizen.say(sure_question("kids-id"))
    until(lambda: [event for event in citizen.events() if event.get("reply")])
    return citizen, citizen.events()[-1]["seq"]


def test_what_a_citizen_says_of_an_answer_is_kept_masked_and_gone_with_the_conversation(
    app: TestClient, service: Service
) -> None:
    citizen, seq = answered(app, "gemeente")
    path = f"{citizen.path}/feedback"
    for comment in ("fout", "bel mij op 0470 12 34 56"):
        body = {"seq": seq, "useful": False, "reason": "wrong", "comment": comment}
        assert citizen.http.post(path, json=body).status_code == 204
    [kept] = service.feedback.of(citizen.id)
    assert (kept.seq, kept.useful, kept.reason) == (seq, False, "wrong")
    assert "0470" not in kept.comment
    assert citizen.http.post(path, json={"seq": 1, "useful": True}).status_code == 422
    assert citizen.http.delete(citizen.path).status_code == 204
    assert service.feedback.of(citizen.id) == []


def test_where_nobody_reads_it_nothing_is_kept(app: TestClient, service: Service) -> None:
    citizen, seq = answered(app, "regio")
    refused = citizen.http.post(f"{citizen.path}/feedback", json={"seq": seq, "useful": True})
    assert (refused.status_code, service.feedback.of(citizen.id)) == (409, [])


def test_a_page_is_read_on_by_section_from_where_the_widget_may_stand(app: TestClient) -> None:
    told = app.get("/api/v1/pages/sample-kids-id", params={"language": "nl"}, headers={"Origin": DEMO})
    assert told.headers["access-control-allow-origin"] == DEMO
    page = told.json()
    assert (page["language"], page["title"]) == ("nl", "Kids-ID aanvragen")
    assert page["easy"].startswith("Reist u met een kind")
    assert {"step", "condition", "evidence"} <= {section["kind"] for section in page["sections"]}
    assert app.get("/api/v1/pages/nergens").status_code == 404


@pytest.mark.parametrize("way", ["http://kaart.example/{address}", "https://kaart.example/", "https://a b/{address}"])
def test_a_map_that_has_no_place_for_the_address_is_refused_with_the_field(way: str) -> None:
    with pytest.raises(ValueError, match=r"embed\.map"):
        parse_embed({"map": way})
    assert parse_embed({"map": "https://kaart.example/?q={address}"}).map
