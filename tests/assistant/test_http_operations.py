"""What operators watch: alive, ready, headers, the description of the API, and following an import."""

from __future__ import annotations

import html
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.api.app import create_app
from assistant.bootstrap import Service
from assistant.messages import text
from knowledge.published import PublishedIdentifiers
from knowledge.store.pages import Pages
from tests.assistant.building import open_home, publish, sure_question
from tests.assistant.talking import until

QUESTION = sure_question("kids-id")


class ServiceWithoutPages(Service):
    """Loses its pages."""

    @property
    def pages(self) -> Pages:
        raise RuntimeError("the pages of mevrouw Peeters are gone")

    @property
    def published(self) -> PublishedIdentifiers:
        return PublishedIdentifiers(Service(self.settings).pages, [])


def kind(running: TestClient, question: str = QUESTION) -> str:
    return str(running.post("/api/v1/answers", json={"question": question}).json()["kind"])


def test_the_process_says_that_it_is_alive(client: TestClient) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_a_filled_home_is_ready(client: TestClient) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert [check["name"] for check in response.json()["checks"] if not check["ok"]] == []


def test_an_empty_home_is_not_ready_and_says_what_mends_it(service: Service) -> None:
    with TestClient(create_app(service)) as running:
        response = running.get("/readyz")
    assert response.status_code == 503
    ill = {check["name"]: check["mend"] for check in response.json()["checks"] if not check["ok"]}
    assert "wegwijzer ingest" in ill["pages"]


def test_a_damaged_database_still_leaves_danger_and_contacts(home: Path) -> None:
    home.mkdir()
    (home / "knowledge.sqlite3").write_bytes(b"this is no database" * 100)
    with TestClient(create_app(open_home(home)), raise_server_exceptions=False) as running:
        danger = running.post("/api/v1/answers", json={"question": "hij ademt niet meer"}).json()
        other = running.post("/api/v1/answers", json={"question": QUESTION}).json()
        assert danger["contacts"][0]["value"] == "112"
        assert (other["kind"], other["reason"]) == ("escalation", "component_failed")
        assert running.get("/").status_code == 200
        assert running.get("/readyz").status_code == 503
        assert running.get("/healthz").status_code == 200


def test_a_failure_of_ours_names_the_phone_and_nothing_of_the_failure(home: Path) -> None:
    broken = ServiceWithoutPages(open_home(home).settings)
    spoken = {"Accept-Language": "fr"}
    with TestClient(create_app(broken), raise_server_exceptions=False) as running:
        page = running.get("/pages/sample-kids-id", headers=spoken)
        reply = running.post("/api/v1/answers", json={"question": QUESTION}, headers=spoken)
    words = text("problem.server", "fr", phone="1700")
    assert (page.status_code, reply.status_code) == (500, 500)
    assert words in html.unescape(page.text)
    assert (reply.headers["content-type"], reply.json()["detail"]) == ("application/problem+json", words)
    assert "Peeters" not in page.text + reply.text


def test_an_import_into_the_running_service_is_answered_without_a_restart(home: Path) -> None:
    with TestClient(create_app(open_home(home))) as running:
        assert kind(running) == "escalation"
        publish(open_home(home), "kids-id")
        until(lambda: kind(running) == "answer")


def test_the_api_describes_itself(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    assert {"/api/v1/answers", "/healthz", "/readyz"} <= set(described["paths"])
    body = described["components"]["schemas"]["QuestionBody"]
    assert set(body["properties"]) == {"question", "language", "site", "municipality", "at"}
    assert body["required"] == ["question"]


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/readyz", "/openapi.json", "/static/page.css", "/pages/sample-kids-id", "/nergens"]
)
def test_every_response_forbids_what_it_does_not_need(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "form-action 'self'" in policy
    assert "unsafe" not in policy


def test_pages_need_nothing_from_elsewhere(client: TestClient) -> None:
    for path in ("/", "/pages/sample-kids-id"):
        page = client.get(path).text
        assert [line for line in page.splitlines() if "<script" in line and 'src="/widget/' not in line] == []
        assert "style=" not in page
        assert 'src="http' not in page


def test_the_documentation_pages_that_load_scripts_from_elsewhere_are_off(client: TestClient) -> None:
    assert client.get("/docs").status_code == 404
    assert client.get("/redoc").status_code == 404
