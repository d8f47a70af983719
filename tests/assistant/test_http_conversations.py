"""`/api/v1/conversations` over HTTP: once, in order, only for who holds the token, in the caller's language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.answering.clean import MAX_LENGTH
from assistant.api.app import create_app
from assistant.conversations.engine import PACE, TRIES
from assistant.messages import text
from knowledge.language import LANGUAGES
from tests.assistant.building import MUNICIPAL_QUESTION, open_home, sure_question
from tests.assistant.talking import until

QUESTION = sure_question("kids-id")
ALL = "/api/v1/conversations"


class Citizen:
    """Somebody with a conversation."""

    def __init__(self, client: TestClient, **begin: Any) -> None:
        response = client.post(ALL, json=begin)
        assert response.status_code == 201, response.text
        self.client, self.opened = client, response.json()
        self.headers = {"Authorization": f"Bearer {self.opened['token']}"}
        self.path = f"{ALL}/{self.opened['id']}"

    def ask(self, method: str, path: str = "", **more: Any) -> Any:
        headers = self.headers | more.pop("headers", {})
        return self.client.request(method, self.path + path, headers=headers, **more)

    def say(self, words: str = QUESTION, client_id: str = "c1", **more: Any) -> Any:
        return self.ask("POST", "/messages", json={"client_id": client_id, "text": words, **more})

    def events(self, after: int = 0) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("GET", f"/events?after={after}").json()["events"]
        return found

    def replies(self, how_many: int = 1) -> list[dict[str, Any]]:
        def found() -> list[dict[str, Any]]:
            replies = [event for event in self.events() if event["author"] == "assistant" and event.get("reply")]
            return replies if len(replies) >= how_many else []

        answered: list[dict[str, Any]] = until(found)
        return answered


@pytest.fixture
def citizen(client: TestClient) -> Citizen:
    """A citizen with a new conversation of a running service."""
    return Citizen(client)


@pytest.fixture
def silent(home: Path) -> Iterator[TestClient]:
    """A service in which nobody answers."""
    with TestClient(create_app(open_home(home), works=False), raise_server_exceptions=False) as running:
        yield running


def test_a_question_is_stored_and_answered_in_its_conversation(citizen: Citizen) -> None:
    response = citizen.say()
    assert (response.status_code, response.json()) == (202, {"seq": 1})
    (reply,) = citizen.replies()
    assert (reply["in_reply_to"], reply["type"], reply["status"]) == (1, "message", "bot")
    # A slow machine says first that it takes longer; the reply comes next, and last.
    assert [event["seq"] for event in citizen.events()] == [*range(1, reply["seq"] + 1)]
    assert [event["type"] for event in citizen.events()[1:-1]] in ([], ["notice"])
    assert reply["reply"]["kind"] == "answer"
    assert reply["text"] == reply["reply"]["text"]
    asked = citizen.events()[0]
    assert (asked["author"], asked["text"], asked["client_id"]) == ("citizen", QUESTION, "c1")


def test_the_same_message_sent_again_has_the_same_number_and_one_answer(citizen: Citizen) -> None:
    assert [citizen.say(words).json() for words in (QUESTION, QUESTION, "iets anders")] == [{"seq": 1}] * 3
    citizen.replies()
    citizen.say("hallo", "c2")
    citizen.replies(2)
    assert [event["author"] for event in citizen.events()] == ["citizen", "assistant"] * 2


def test_several_questions_are_answered_in_their_order(citizen: Citizen) -> None:
    several = enumerate((QUESTION, "hallo", "bedankt", QUESTION))
    asked = [citizen.say(words, f"c{number}").json()["seq"] for number, words in several]
    assert [reply["in_reply_to"] for reply in citizen.replies(4)] == asked
    seqs = [event["seq"] for event in citizen.events()]
    assert seqs == list(range(1, 9))


def test_events_are_read_from_where_one_was(citizen: Citizen) -> None:
    citizen.say("hallo")
    citizen.replies()
    assert [event["seq"] for event in citizen.events(after=1)] == [2]
    whole = citizen.ask("GET", "/events").json()
    assert whole["last"] == 2
    assert citizen.ask("GET", "/events?after=2").json() == {"events": [], "last": 2}
    assert citizen.ask("GET", "/events?after=99").json() == {"events": [], "last": 2}


def test_what_is_personal_comes_back_masked(citizen: Citizen) -> None:
    citizen.say("kids-id, mijn nummer is 93.05.18-223.61")
    (reply,) = citizen.replies()
    asked = citizen.events()[0]["text"]
    assert asked == "kids-id, mijn nummer is [rijksregisternummer]"
    assert reply["reply"]["masked_text"] == asked
    assert reply["reply"]["notices"][0] == text("masked.notice", "nl")
    assert reply["text"].endswith(text("masked.notice", "nl"))


def test_an_option_is_taken_from_the_reply_that_offered_it(citizen: Citizen) -> None:
    citizen.say(MUNICIPAL_QUESTION)
    offered = citizen.replies()[0]["reply"]["options"][0]
    refused = citizen.say(offered["label"], "c2", option="bestaat-niet")
    assert (refused.status_code, refused.json()["detail"]) == (422, text("problem.unknown_option", "nl"))
    assert citizen.say(offered["label"], "c2", option=offered["id"]).status_code == 202
    answered = citizen.replies(2)[1]["reply"]
    assert (answered["kind"], answered["citations"][0]["source_id"]) == ("answer", offered["source_id"])


# --- context


def test_a_conversation_begins_with_nothing_but_a_wish_for_one(client: TestClient) -> None:
    for response in (client.post(ALL), client.post(ALL, json={})):
        assert response.status_code == 201
        assert set(response.json()) == {"id", "token", "site", "language"}
        assert (response.json()["site"], response.json()["language"]) == ("regio", "nl")
        assert response.headers["cache-control"] == "no-store"


def test_the_declared_language_stays_whatever_is_written(client: TestClient) -> None:
    citizen = Citizen(client, language="fr")
    assert citizen.opened["language"] == "fr"
    citizen.say("Ik wil graag weten hoe ik een Kids-ID aanvraag voor mijn dochter")
    assert citizen.replies()[0]["reply"]["language"] == "fr"


def test_the_language_that_is_heard_is_kept(citizen: Citizen) -> None:
    citizen.say("Je voudrais savoir comment je peux demander une Kids-ID pour ma fille")
    citizen.say("ok", "c2")
    assert [reply["reply"]["language"] for reply in citizen.replies(2)] == ["fr", "fr"]


def test_the_language_of_the_browser_holds_until_another_one_is_heard(client: TestClient) -> None:
    response = client.post(ALL, json={}, headers={"Accept-Language": "de-BE,de;q=0.9"})
    assert response.json()["language"] == "de"


def test_the_municipality_is_known_to_every_answer(client: TestClient) -> None:
    citizen = Citizen(client, municipality="Demostad", page="https://gemeente.be/a?rrn=93051822361#x")
    citizen.say(MUNICIPAL_QUESTION)
    assert citizen.replies()[0]["reply"]["kind"] == "answer"
    kept = citizen.ask("GET", "/transcript", headers={"Accept": "application/json"}).json()["conversation"]
    assert (kept["municipality"], kept["page"]) == ("Demostad", "https://gemeente.be/a")


# --- what is refused, precisely


@pytest.mark.parametrize(
    ("body", "key", "values"),
    [
        ({"client_id": "c1", "text": ""}, "message_required", {"max": MAX_LENGTH}),
        ({"client_id": "c1", "text": "x" * (MAX_LENGTH + 1)}, "message_required", {"max": MAX_LENGTH}),
        ({"client_id": "c1", "text": "  \u200b "}, "message_required", {"max": MAX_LENGTH}),
        ({"client_id": "c1"}, "message_required", {"max": MAX_LENGTH}),
        ({"client_id": "c1", "text": 7}, "message_required", {"max": MAX_LENGTH}),
        ({"text": "hallo"}, "client_id", {"max": 64}),
        ({"client_id": "", "text": "hallo"}, "client_id", {"max": 64}),
        ({"client_id": "x" * 65, "text": "hallo"}, "client_id", {"max": 64}),
        ({"client_id": "a b", "text": "hallo"}, "client_id", {"max": 64}),
        ({"client_id": "a\x00", "text": "hallo"}, "client_id", {"max": 64}),
    ],
    ids=["empty", "long", "invisible", "no text", "number", "no id", "empty id", "long id", "space", "nul"],
)
def test_a_message_that_cannot_be_kept_is_refused_in_words(
    citizen: Citizen, body: dict[str, Any], key: str, values: dict[str, Any]
) -> None:
    response = citizen.ask("POST", "/messages", json=body, headers={"Accept-Language": "fr"})
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"] == text(f"problem.{key}", "fr", **values)
    assert citizen.events() == []


@pytest.mark.parametrize(
    ("body", "key"), [({"site": "mars"}, "unknown_site"), ({"language": "xx"}, "unknown_language")]
)
def test_a_conversation_that_cannot_begin_is_refused_in_words(
    client: TestClient, body: dict[str, str], key: str
) -> None:
    response = client.post(ALL, json=body)
    assert (response.status_code, response.json()["detail"]) == (422, text(f"problem.{key}", "nl", **body))
    assert client.post(ALL, json={"name": "Jan"}).status_code == 422


def test_characters_that_no_database_keeps_harm_nothing(citizen: Citizen) -> None:
    def send(escaped: bytes) -> int:
        sent = b'{"client_id": "c1", "text": "hallo %b"}' % escaped
        headers = {"Content-Type": "application/json"}
        return int(citizen.ask("POST", "/messages", content=sent, headers=headers).status_code)

    assert send(b"\\ud83d") == 422
    assert send(b"\\u0000") == 202
    assert citizen.events()[0]["text"] == "hallo"


def test_a_request_that_is_too_large_is_not_even_read(citizen: Citizen) -> None:
    for content in (b" " * 100_000, iter([b" " * 40_000] * 2)):
        response = citizen.ask("POST", "/messages", content=content)
        detail = text("problem.too_large", "nl", max=64 * 1024)
        assert (response.status_code, response.json()["detail"]) == (413, detail)


def test_too_many_messages_must_wait_and_sending_again_need_not(citizen: Citizen) -> None:
    for number in range(PACE.messages):
        assert citizen.say("hallo", f"c{number}").status_code == 202
    refused = citizen.say("hallo", "one more")
    assert citizen.say("hallo", "c3").status_code == 202
    refused = citizen.say("hallo", "late")
    assert refused.status_code == 429
    seconds = int(refused.headers["retry-after"])
    assert 1 <= seconds <= 60
    assert refused.json()["detail"] == text("problem.too_fast", "nl", seconds=seconds)


# --- whose it is


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/events", None),
        ("POST", "/messages", {"client_id": "c1", "text": "hallo"}),
        ("POST", "/end", None),
        ("POST", "/resume-code", None),
        ("GET", "/transcript", None),
        ("DELETE", "", None),
        ("DELETE", "/token", None),
    ],
)
def test_only_its_own_token_opens_a_conversation_and_nobody_learns_which_exist(
    client: TestClient, citizen: Citizen, method: str, path: str, body: dict[str, str] | None
) -> None:
    def seen(url: str, token: str | None) -> tuple[int, str]:
        headers = {"Authorization": token} if token is not None else {}
        response = client.request(method, url + path, json=body, headers=headers)
        return response.status_code, response.json()["detail"]

    nowhere, other = f"{ALL}/000000000000000000000000", Citizen(client)
    for nothing in (None, "", "Bearer", "Bearer ", "Basic abc", citizen.opened["token"]):
        assert seen(citizen.path, nothing) == seen(nowhere, nothing) == (401, text("problem.no_token", "nl"))
    for wrong in (f"Bearer {other.opened['token']}", "Bearer x", "Bearer " + "x" * 5000):
        assert seen(citizen.path, wrong) == seen(nowhere, wrong) == (404, text("problem.no_conversation", "nl"))
    assert citizen.events() == []


@pytest.mark.parametrize("strange", ["%00", "..%2f..", "a" * 3000, "%F0%9F%98%80", "'--"])
def test_an_id_of_any_kind_is_only_not_found(client: TestClient, strange: str) -> None:
    assert client.get(f"{ALL}/{strange}/events", headers={"Authorization": "Bearer x"}).status_code == 404


def test_a_call_without_a_token_says_how_to_give_one(client: TestClient, citizen: Citizen) -> None:
    response = client.get(citizen.path + "/events")
    assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")


def test_a_revoked_token_opens_nothing(citizen: Citizen) -> None:
    assert citizen.ask("DELETE", "/token").status_code == 204
    assert citizen.ask("GET", "/events").status_code == 404


# --- to another device


def test_a_code_opens_the_conversation_on_another_device_once(client: TestClient, citizen: Citizen) -> None:
    citizen.say()
    citizen.replies()
    given = citizen.ask("POST", "/resume-code").json()
    assert set(given) == {"code", "expires_at"}
    opened = client.post("/api/v1/resume", json={"code": given["code"].lower()})
    assert opened.status_code == 200
    assert set(opened.json()) == {"id", "token", "site", "language"}
    again = Citizen.__new__(Citizen)
    again.client, again.path = client, citizen.path
    again.headers = {"Authorization": f"Bearer {opened.json()['token']}"}
    assert again.events() == citizen.events()
    assert again.say("bedankt", "c2").status_code == 202
    refused = client.post("/api/v1/resume", json={"code": given["code"]})
    assert (refused.status_code, refused.json()["detail"]) == (404, text("problem.wrong_code", "nl"))


def test_guessing_codes_is_slowed_down(silent: TestClient) -> None:
    code = Citizen(silent).ask("POST", "/resume-code").json()["code"]
    for _ in range(TRIES.one):
        assert silent.post("/api/v1/resume", json={"code": "AAAA2222"}).status_code == 404
    refused = silent.post("/api/v1/resume", json={"code": code})
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0


@pytest.mark.parametrize("code", ["", "x" * 41, "\x00", "é", "-", "😀"])
def test_a_code_of_any_kind_is_only_wrong(silent: TestClient, code: str) -> None:
    assert silent.post("/api/v1/resume", json={"code": code}).status_code in {404, 422}


# --- the end


def test_an_ended_conversation_goes_on_with_a_new_message(citizen: Citizen) -> None:
    citizen.say("hallo")
    citizen.replies()
    assert [citizen.ask("POST", "/end").status_code for _ in range(2)] == [204, 204]
    ended = citizen.events()[-1]
    assert (ended["type"], ended["author"], ended["status"]) == ("status", "system", "closed")
    assert ended["text"] == text("conversation.ended", "nl")
    assert citizen.say("hallo", "c2").json() == {"seq": 5}
    assert [event["status"] for event in citizen.events()[2:5]] == ["closed", "bot", "bot"]
    citizen.replies(2)


def test_a_transcript_can_be_read_and_exported(client: TestClient) -> None:
    citizen = Citizen(client, language="fr")
    citizen.say("Bonjour")
    citizen.replies()
    plain = citizen.ask("GET", "/transcript")
    assert plain.headers["content-type"].startswith("text/plain")
    assert plain.headers["content-language"] == "fr"
    assert plain.text.startswith(text("conversation.title", "fr", org="1700"))
    for shown in ("Bonjour", text("signpost.greeting", "fr"), text("authors.assistant", "fr"), "1700"):
        assert shown in plain.text
    exported = citizen.ask("GET", "/transcript", headers={"Accept": "application/json"}).json()
    assert exported["conversation"]["id"] == citizen.opened["id"]
    assert exported["events"] == citizen.events()


def test_an_erased_conversation_is_gone(client: TestClient, citizen: Citizen) -> None:
    citizen.say()
    code = citizen.ask("POST", "/resume-code").json()["code"]
    assert citizen.ask("DELETE").status_code == 204
    for method, path in (("GET", "/events"), ("GET", "/transcript"), ("DELETE", ""), ("POST", "/end")):
        assert citizen.ask(method, path).status_code == 404
    assert citizen.say("nog iets", "c2").status_code == 404
    assert client.post("/api/v1/resume", json={"code": code}).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_the_system_are_in_the_language_of_the_conversation(silent: TestClient, language: str) -> None:
    citizen = Citizen(silent, language=language)
    citizen.ask("POST", "/end")
    citizen.say("ok")
    assert [event["text"] for event in citizen.events()][:2] == [
        text("conversation.ended", language),
        text("conversation.resumed", language),
    ]


def test_answers_without_a_conversation_keep_nothing(silent: TestClient, home: Path) -> None:
    silent.post("/api/v1/answers", json={"question": "hallo"})
    silent.post("/", data={"question": "hallo"})
    citizen = Citizen(silent)
    assert citizen.events() == []
    assert b"hallo" not in (home / "conversations.sqlite3").read_bytes()
