"""`POST /api/v1/answers`: one question, one reply; what is wrong is a problem document in the caller's language."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.testclient import TestClient

from assistant.answering.clean import MAX_LENGTH
from assistant.messages import text
from knowledge.language import LANGUAGES
from tests.assistant.building import MUNICIPAL_QUESTION, sure_question

if TYPE_CHECKING:
    from httpx2 import Response

PRIVATE = "geheim 93.05.18-223.61"
WRONG: dict[str, dict[str, Any]] = {
    "missing question": {},
    "empty question": {"question": ""},
    "blank question": {"question": "  \n "},
    "too long question": {"question": f"{PRIVATE} " + "x" * MAX_LENGTH},
    "question that is no text": {"question": [PRIVATE]},
    "unknown field": {"question": PRIVATE, "vraag": PRIVATE},
    "unknown site": {"question": PRIVATE, "site": "mars"},
    "unknown language": {"question": PRIVATE, "language": "xx"},
    "bad moment": {"question": PRIVATE, "at": "gisteren"},
    "too long municipality": {"question": PRIVATE, "municipality": PRIVATE * 10},
}
PROBLEM = "application/problem+json"


def ask(client: TestClient, spoken: str = "nl", /, **body: Any) -> Response:
    return client.post("/api/v1/answers", json=body, headers={"Accept-Language": spoken})


def a_problem(response: Response, status: int = 422) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == PROBLEM
    problem: dict[str, Any] = response.json()
    assert {"type", "title", "status", "detail"} <= set(problem)
    assert problem["status"] == status
    return problem


def test_a_question_gets_one_reply_with_its_sources(client: TestClient) -> None:
    reply = ask(client, question=sure_question("kids-id")).json()
    assert (reply["kind"], reply["language"]) == ("answer", "nl")
    assert {citation["source_id"] for citation in reply["citations"]} == {"kids-id"}


def test_what_was_masked_is_told_and_what_a_public_body_publishes_stays(client: TestClient) -> None:
    reply = ask(client, question="kids-id, 0470 12 34 56, verdacht@safeonweb.be of 02/552.48.48").json()
    assert reply["masked_text"] == "kids-id, [telefoon], verdacht@safeonweb.be of 02/552.48.48"
    assert reply["notices"][0] == text("masked.notice", "nl")
    assert reply["text"].endswith(text("masked.notice", "nl"))


def test_a_language_that_is_asked_for_in_words_is_that_of_the_reply(client: TestClient) -> None:
    reply = ask(client, question="In English please: Kids-ID aanvragen", language="nl").json()
    assert reply["language"] == "en"


def test_the_reply_is_in_the_language_that_was_asked_for_not_in_that_of_the_browser(client: TestClient) -> None:
    assert ask(client, "de", question=sure_question("kids-id"), language="fr").json()["language"] == "fr"


def test_a_page_of_a_municipality_asks_back_until_the_municipality_is_known(client: TestClient) -> None:
    unknown = ask(client, question=MUNICIPAL_QUESTION).json()
    known = ask(client, question=MUNICIPAL_QUESTION, municipality="Demostad").json()
    assert (unknown["kind"], unknown["reason"]) == ("clarification", "municipality_needed")
    assert known["kind"] == "answer"


@pytest.mark.parametrize(
    ("at", "hours", "open_now"),
    [
        ("2026-11-23T11:00", "Nu open tot 19.00 uur", True),
        ("2026-11-23T10:00:00Z", "Nu open tot 19.00 uur", True),
        ("2026-11-22T11:00", "maandag 23 november", False),
        ("2026-12-25T11:00", "maandag 28 december", False),
    ],
)
def test_the_clock_of_an_answer_can_be_set(client: TestClient, at: str, hours: str, open_now: bool) -> None:
    reply = ask(client, question=sure_question("kids-id"), at=at).json()
    assert hours in reply["contacts"][0]["hours"]
    assert reply["contacts"][0]["open_now"] is open_now
    assert reply["valid_on"] == at[:10]


def test_a_site_can_be_named(client: TestClient) -> None:
    assert ask(client, question=sure_question("kids-id"), site="regio").status_code == 200


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
def test_a_wrong_request_is_a_problem_that_does_not_repeat_it(client: TestClient, body: dict[str, Any]) -> None:
    response = ask(client, **body)
    assert a_problem(response)["detail"]
    assert "geheim" not in response.text
    assert "223.61" not in response.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_problem_is_said_in_the_callers_language(client: TestClient, language: str) -> None:
    keys = ("invalid", "unknown_site", "unknown_language", "question_required", "bad_moment")
    openings = tuple({text(f"problem.{key}", language).partition("{")[0] for key in keys})
    for body in WRONG.values():
        response = ask(client, f"{language}-BE,{language};q=0.9,en;q=0.5", **body)
        assert response.headers["content-language"] == language
        assert a_problem(response)["detail"].startswith(openings)


def test_a_problem_mixes_no_english_into_another_language(client: TestClient) -> None:
    english = ("String should", "Field required", "Value error", "Input should", "Extra inputs")
    details = {name: a_problem(ask(client, "nl", **body))["detail"] for name, body in WRONG.items()}
    assert {name: detail for name, detail in details.items() if any(words in detail for words in english)} == {}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"geheim"', b"\xff\xfe", b'{"question": "\\ud800"}'])
def test_what_is_not_a_json_object_is_a_problem(client: TestClient, content: bytes) -> None:
    response = client.post("/api/v1/answers", content=content, headers={"Content-Type": "application/json"})
    a_problem(response)
    assert "geheim" not in response.text


def test_a_moment_at_the_end_of_time_is_answered_or_refused_but_never_a_crash(client: TestClient) -> None:
    moments = ("0001-01-01T00:00:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00")
    found = {at: ask(client, question=sure_question("kids-id"), at=at).status_code for at in moments}
    assert set(found.values()) <= {200, 422}, found


@pytest.mark.parametrize(
    "question", ["\u200b\u200b", "\x00", "🙂", "???", "' OR 1=1 --", "a" * MAX_LENGTH, "AND OR NOT ("]
)
def test_a_strange_question_gets_a_reply_with_a_way_to_a_person(client: TestClient, question: str) -> None:
    response = ask(client, question=question)
    assert response.status_code == 200
    assert {"phone", "counter"} <= {contact["type"] for contact in response.json()["contacts"]}


@pytest.mark.parametrize("header", ["", "xx", "*", "zh-CN,zh;q=0.9", ";;;,,,"])
def test_a_browser_without_a_language_of_ours_is_spoken_to_in_dutch(client: TestClient, header: str) -> None:
    response = client.post("/api/v1/answers", json={}, headers={"Accept-Language": header})
    assert response.headers["content-language"] == "nl"


def test_the_second_choice_of_a_browser_counts_where_the_first_is_not_ours(client: TestClient) -> None:
    assert ask(client, "zh-CN,fr;q=0.8").headers["content-language"] == "fr"


@pytest.mark.parametrize("path", ["/nergens", "/api/v1/nergens", "/static/../settings.py"])
def test_an_address_that_does_not_exist_is_a_problem(client: TestClient, path: str) -> None:
    response = client.get(path, headers={"Accept-Language": "fr"})
    assert a_problem(response, 404)["detail"] == text("problem.not_found", "fr")


def test_a_method_that_is_not_meant_is_a_problem(client: TestClient) -> None:
    assert a_problem(client.get("/api/v1/answers"), 405)["detail"] == text("problem.method", "nl")


def test_the_words_of_somebody_in_danger_do_not_come_back(client: TestClient) -> None:
    response = ask(client, question="mijn man slaat mij, ik woon in de Kerkstraat")
    assert response.json()["reason"] == "danger_violence"
    assert "Kerkstraat" not in response.text


def test_personal_data_do_not_come_back(client: TestClient) -> None:
    response = ask(client, question="kids-id voor 93.05.18-223.61, bel 0470 12 34 56")
    assert "223.61" not in json.dumps(response.json())
    assert "0470" not in response.text
