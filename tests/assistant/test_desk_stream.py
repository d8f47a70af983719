"""`/api/v1/desk/stream`: one stream tells an agent all that changes, and ends with the log-in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.accounts.account import grants_of
from assistant.api.app import create_app
from assistant.settings import Settings
from tests.assistant.serving import Person, client, served
from tests.assistant.staffing import PASSWORD, SITES, QuickService


@pytest.fixture
def address(home: Path) -> Iterator[str]:
    service = QuickService(Settings.from_environment({"WEGWIJZER_HOME": str(home)}))
    for username in ("sara", "jan"):
        service.accounts.add(username, username.title(), grants_of(["agent@regio"], SITES), PASSWORD, "cli")
    with served(create_app(service, works=False)) as found:
        yield found


class Agent:
    """An agent with an open desk, and what it was told."""

    def __init__(self, address: str, username: str) -> None:
        self.http = client(address)
        entered = self.http.post("/api/v1/staff/login", json={"username": username, "password": PASSWORD})
        self.http.headers["X-CSRF-Token"] = entered.json()["csrf"]
        self.http.put("/api/v1/desk/presence", json={"state": "available"})

    def heard(self) -> Iterator[tuple[str, Any]]:
        with self.http.stream("GET", "/api/v1/desk/stream") as response:
            kind = ""
            for line in response.iter_lines():
                name, _, value = line.partition(": ")
                if name == "event":
                    kind = value
                elif name == "data":
                    yield kind, json.loads(value)


def test_an_agent_hears_who_waits_and_what_is_said(address: str) -> None:
    sara, citizen = Agent(address, "sara"), Person(address)
    told = sara.heard()
    kind, desk = next(told)
    assert (kind, desk["queue"], desk["presence"]["state"]) == ("desk", [], "available")
    citizen.http.post(
        f"{citizen.path}/handover", json={"route": "agent", "consent": "full"}, headers=citizen.headers
    ).raise_for_status()
    (waiting,) = next(one for kind, one in told if kind == "desk")["queue"]
    sara.http.post(f"/api/v1/desk/handovers/{waiting['id']}/claim").raise_for_status()
    (mine,) = next(one for kind, one in told if kind == "desk" and one["mine"])["mine"]
    assert mine["conversation_id"] == citizen.id
    claimed = next(one for kind, one in told if kind == "message" and one["event"]["status"] == "with_agent")
    assert "Sara" in claimed["event"]["text"], "what was said before the desk knew the conversation is told as well"
    citizen.http.post(f"{citizen.path}/typing", headers=citizen.headers).raise_for_status()
    assert next(one for kind, one in told if kind == "typing") == {"conversation_id": citizen.id}
    citizen.say("En hoeveel kost dat?")
    message = next(one for kind, one in told if kind == "message" and one["event"]["author"] == "citizen")
    assert message["event"]["text"] == "En hoeveel kost dat?"
    told.close()


def test_a_citizen_sees_that_the_agent_types(address: str) -> None:
    sara, citizen = Agent(address, "sara"), Person(address)
    citizen.http.post(f"{citizen.path}/handover", json={"route": "agent", "consent": "full"}, headers=citizen.headers)
    sara.http.post("/api/v1/desk/claim-next").raise_for_status()
    wished = citizen.headers | {"Accept": "text/event-stream"}
    with citizen.http.stream("GET", f"{citizen.path}/events", headers=wished) as response:
        lines = response.iter_lines()
        while '"seq":2' not in next(lines):
            pass
        sara.http.post(f"/api/v1/desk/conversations/{citizen.id}/typing").raise_for_status()
        found = next(line for line in lines if '"typing"' in line)
    assert json.loads(found.removeprefix("data: "))["author"] == "agent"


def test_a_desk_ends_with_its_log_in(address: str) -> None:
    sara, jan = Agent(address, "sara"), Agent(address, "jan")
    told = sara.heard()
    next(told)
    sara.http.post("/api/v1/staff/logout").raise_for_status()
    jan.http.put("/api/v1/desk/presence", json={"state": "away"}).raise_for_status()
    assert [kind for kind, _ in told if kind != "desk"] == []
