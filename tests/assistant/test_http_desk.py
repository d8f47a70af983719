"""`/api/v1/desk` over HTTP: a citizen gets a person, and who may not see something is told that it is not there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.accounts.account import grants_of
from assistant.api.app import create_app
from assistant.settings import Settings
from tests.assistant.building import FEW, fill
from tests.assistant.desking import Citizen, Colleague
from tests.assistant.staffing import PASSWORD, SITES, QuickService
from tests.assistant.talking import until

STAFF = {
    "sara": "agent@regio",
    "jan": "agent@regio",
    "lies": "agent@gemeente",
    "chef": "supervisor@regio",
    "auteur": "author@regio",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """One installation with staff on two sites, which answers."""
    home: Path = tmp_path_factory.mktemp("desk")
    service = QuickService(Settings.from_environment({"WEGWIJZER_HOME": str(home)}))
    fill(service, *FEW)
    for username, role in STAFF.items():
        service.accounts.add(username, username.title(), grants_of([role], SITES), PASSWORD, "cli")
    app = create_app(service)
    with TestClient(app):
        yield app


@pytest.fixture
def sara(app: FastAPI) -> Iterator[Colleague]:
    colleague = Colleague(app, "sara")
    colleague.be(capacity=20)
    yield colleague
    for one in colleague.get("").json()["mine"]:
        colleague.post(f"/conversations/{one['conversation_id']}/close", {})
    colleague.be("off")


def waiting(app: FastAPI, **begin: str) -> Citizen:
    citizen = Citizen(app, **begin)
    citizen.say("Ik wil een mens spreken.")
    until(lambda: [event for event in citizen.events() if event.get("reply")])
    asked = citizen.ask()
    assert asked.status_code == 202, asked.text
    return citizen


def claimed(colleague: Colleague, citizen: Citizen) -> str:
    found = next(one for one in colleague.get("").json()["queue"] if one["id"] == handover_of(colleague, citizen))
    assert colleague.post(f"/handovers/{found['id']}/claim").status_code == 200
    return f"/conversations/{citizen.id}"


def handover_of(colleague: Colleague, citizen: Citizen) -> int:
    """Who waits is told apart by what they wait with; here by being the newest."""
    return int(colleague.get("").json()["queue"][-1]["id"])


def test_a_citizen_gets_a_person_and_the_assistant_comes_back(app: FastAPI, sara: Colleague) -> None:
    citizen = waiting(app, municipality="Gent")
    standing = citizen.http.get(f"{citizen.path}/handover").json()
    assert standing["waiting"]["position"] == 1
    assert standing["waiting"]["wait"] == {"from": 0, "to": 2}
    talk = claimed(sara, citizen)
    assert "Sara van 1700 neemt over" in citizen.events()[-1]["text"]
    shown = sara.get(talk).json()
    assert shown["mine"]
    assert shown["brief"]["municipality"] == "Gent"
    assert [event["author"] for event in shown["events"]] == ["citizen", "assistant", "system", "system"]
    said = sara.post(f"{talk}/messages", {"client_id": "a1", "text": "Dag! Ik lees uw vraag."})
    again = sara.post(f"{talk}/messages", {"client_id": "a1", "text": "Dag! Ik lees uw vraag."})
    assert said.status_code == 202
    assert said.json() == again.json()
    citizen.say("Hoe lang duurt dat?")
    mine = next(one for one in sara.get("").json()["mine"] if one["conversation_id"] == citizen.id)
    assert (mine["unread"], mine["last"]["text"]) == (1, "Hoe lang duurt dat?")
    assert sara.post(f"{talk}/hand-back").status_code == 204
    assert citizen.events()[-1]["status"] == "bot"
    until(lambda: citizen.events()[-1].get("reply"))


def test_a_citizen_sees_the_ways_to_a_person_and_what_would_be_passed_on(app: FastAPI, sara: Colleague) -> None:
    citizen = Citizen(app)
    citizen.say("Hoe vraag ik een vergunning voor een zeilwagen?")
    until(lambda: [event for event in citizen.events() if event.get("reply")])
    found = citizen.http.get(f"{citizen.path}/handover")
    assert found.headers["Cache-Control"] == "no-store"
    body = found.json()
    assert {route["route"] for route in body["routes"]} == {"agent", "callback", "email", "counter"}
    assert body["recommended"] == "agent"
    assert body["waiting"] is None
    assert body["brief"]["question"] == "Hoe vraag ik een vergunning voor een zeilwagen?"


def test_nobody_is_promised_to_a_citizen_when_nobody_is_there(app: FastAPI) -> None:
    citizen = Citizen(app, language="fr")
    refused = citizen.http.post(
        f"{citizen.path}/handover", json={"route": "agent", "consent": "full"}, headers={"Accept-Language": "fr"}
    )
    assert refused.status_code == 409
    assert "Aucun collaborateur" in refused.json()["detail"]
    assert next(route for route in refused.json()["routes"] if route["route"] == "agent")["why"] == "nobody"
    assert citizen.events() == []


def test_who_waits_no_longer_talks_with_the_assistant(app: FastAPI, sara: Colleague) -> None:
    citizen = waiting(app)
    citizen.say("Kids-ID aanvragen")
    assert citizen.http.delete(f"{citizen.path}/handover").status_code == 204
    until(lambda: citizen.events()[-1].get("reply"))
    assert citizen.http.delete(f"{citizen.path}/handover").status_code == 204


def test_two_agents_want_the_same_citizen(app: FastAPI, sara: Colleague) -> None:
    citizen, jan = waiting(app), Colleague(app, "jan")
    jan.be()
    number = handover_of(jan, citizen)
    assert sara.post(f"/handovers/{number}/claim").status_code == 200
    late = jan.post(f"/handovers/{number}/claim")
    assert (late.status_code, late.json()["by"]) == (409, "Sara")
    assert late.json()["detail"] == "Sara was net iets sneller."
    assert jan.post("/claim-next").status_code == 404
    jan.be("off")


def test_an_agent_chooses_teams_of_the_own_desks(app: FastAPI, sara: Colleague) -> None:
    chosen = sara.http.put("/api/v1/desk/presence", json={"state": "available", "teams": ["Werk en school"]})
    assert chosen.json()["teams"] == ["Werk en school"]
    wrong = sara.http.put("/api/v1/desk/presence", json={"state": "available", "teams": ["Zeilen"]})
    assert (wrong.status_code, "Zeilen" in wrong.json()["detail"]) == (422, True)
    assert sara.get("").json()["presence"]["teams"] == ["Werk en school"]
    sara.be(teams=[])


def test_a_note_that_is_sent_twice_is_one_note(app: FastAPI, sara: Colleague) -> None:
    talk = claimed(sara, waiting(app))
    for _ in range(2):
        assert sara.post(f"{talk}/notes", {"text": "Belt morgen terug."}).status_code == 201
    assert [note["text"] for note in sara.get(talk).json()["notes"]] == ["Belt morgen terug."]


def test_a_colleague_gets_it_with_the_reason(app: FastAPI, sara: Colleague) -> None:
    citizen, jan = waiting(app), Colleague(app, "jan")
    jan.be()
    talk = claimed(sara, citizen)
    assert "jan" in [one["username"] for one in sara.get("").json()["colleagues"]]
    assert sara.post(f"{talk}/notes", {"text": "Belt met IBAN BE71 0961 2345 6769."}).status_code == 201
    assert sara.post(f"{talk}/transfer", {"agent": "jan", "why": "Weet meer."}).status_code == 204
    assert sara.post(f"{talk}/messages", {"client_id": "a9", "text": "Nog iets"}).status_code == 409
    (mine,) = [one for one in jan.get("").json()["queue"] if one["reserved_for"] == "jan"]
    assert mine["transfer"] == {"by": "sara", "why": "Weet meer."}
    assert jan.post(f"/handovers/{mine['id']}/claim").status_code == 200
    (note,) = jan.get(talk).json()["notes"]
    assert note["by"] == "Sara"
    assert "BE71" not in note["text"]
    assert jan.post(f"{talk}/close", {"solved": True}).status_code == 204
    assert citizen.events()[-1]["status"] == "closed"
    assert all("IBAN" not in event["text"] for event in citizen.events())
    jan.be("off")


OTHERS = [
    ("GET", "", None),
    ("POST", "/messages", {"client_id": "x", "text": "x"}),
    ("POST", "/notes", {"text": "x"}),
    ("POST", "/transfer", {"agent": "lies", "why": "x"}),
    ("POST", "/hand-back", None),
    ("POST", "/close", {}),
    ("POST", "/typing", None),
]


@pytest.mark.parametrize("who", ["lies", "jan"])
def test_what_is_not_theirs_is_not_there(app: FastAPI, sara: Colleague, who: str) -> None:
    other, citizen = Colleague(app, who), waiting(app)
    number = handover_of(sara, citizen)
    if who == "lies":
        other.be()
        assert other.get("").json()["queue"] == []
        assert other.post(f"/handovers/{number}/claim").status_code == 404
    claimed(sara, citizen)
    for method, path, body in OTHERS:
        found = other.http.request(method, f"/api/v1/desk/conversations/{citizen.id}{path}", json=body)
        assert found.status_code == 404, (method, path, found.text)
        nothing = other.http.request(method, f"/api/v1/desk/conversations/{'0' * 24}{path}", json=body)
        assert (nothing.status_code, nothing.json()["detail"]) == (404, found.json()["detail"])


def test_a_supervisor_reads_and_does_not_speak(app: FastAPI, sara: Colleague) -> None:
    chef, citizen = Colleague(app, "chef"), waiting(app)
    assert chef.post(f"/handovers/{handover_of(chef, citizen)}/claim").status_code == 404
    talk = claimed(sara, citizen)
    assert chef.get(talk).json()["yours_to_write"] is False
    assert chef.post(f"{talk}/messages", {"client_id": "x", "text": "x"}).status_code == 409


def test_the_desk_is_for_agents_and_supervisors(app: FastAPI) -> None:
    author = Colleague(app, "auteur")
    assert author.get("").status_code == 403
    assert author.get("/stream").status_code == 403
    assert TestClient(app).get("/api/v1/desk").status_code == 401


def test_nothing_changes_without_the_proof_of_our_own_page(app: FastAPI) -> None:
    sara = Colleague(app, "sara")
    del sara.http.headers["X-CSRF-Token"]
    assert sara.http.put("/api/v1/desk/presence", json={"state": "available"}).status_code == 403
    assert sara.get("").json()["presence"]["state"] != "available"


def test_the_token_of_a_citizen_opens_no_desk_and_no_other_conversation(app: FastAPI, sara: Colleague) -> None:
    one, other = waiting(app), Citizen(app)
    assert one.http.get("/api/v1/desk").status_code == 401
    for method in ("GET", "POST", "DELETE"):
        body = {"route": "agent", "consent": "full"} if method == "POST" else None
        assert one.http.request(method, f"{other.path}/handover", json=body).status_code == 404


def test_what_an_agent_writes_is_kept_as_it_is_and_shown_as_text(app: FastAPI, sara: Colleague) -> None:
    citizen = waiting(app)
    talk = claimed(sara, citizen)
    words = "Bel 09 210 10 10.\n<b>Tot ziens</b>"
    sara.post(f"{talk}/messages", {"client_id": "a1", "text": words})
    assert citizen.events()[-1]["text"] == words
    assert "agent" not in citizen.events()[-1]


def test_danger_while_a_person_has_it_is_told_to_both(app: FastAPI, sara: Colleague) -> None:
    citizen = waiting(app)
    talk = claimed(sara, citizen)
    citizen.say("Ik wil niet meer leven.")
    seen = sara.get(talk).json()["events"]
    assert [event["author"] for event in seen[-2:]] == ["citizen", "assistant"]
    assert "1813" in seen[-1]["text"]
    assert citizen.events()[-1]["text"] == seen[-1]["text"]
