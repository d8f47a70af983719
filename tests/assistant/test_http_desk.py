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
    assert shown["mine"] and shown["brief"]["municipality"] == "Gent"
    assert [event["author"] for event in shown["events"]] == ["citizen", "assistant", "system", "system"]
    said = sara.post(f"{talk}/messages", {"client_id": "a1", "text": "Dag! Ik lees uw vraag."})
    again = sara.post(f"{talk}/messages", {"client_id": "a1", "text": "Dag! Ik lees uw vraag."})
    assert said.status_code == 202 and said.json() == again.json()
    citizen.say("Hoe lang duurt dat?")
    mine = next(one for one in sara.get("").json()["mine"] if one["conversation_id"] == citizen.id)
    assert (mine["unread"], mine["last"]["text"]) == (1, "Hoe lang duurt dat?")
    assert sara.post(f"{talk}/hand-back").status_code == 204
    assert citizen.events()[-1]["status"] == "bot"
    until(lambda: citizen.events()[-1].get("reply"))
