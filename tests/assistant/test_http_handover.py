"""`/api/v1/conversations/{id}/handover` by the routes beside an agent: a call-back, a mail, a counter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.accounts.account import grants_of
from assistant.api.app import create_app
from assistant.settings import Settings
from tests.assistant.desking import Citizen, Colleague
from tests.assistant.staffing import PASSWORD, SITES, QuickService

PHONE = "0470 12 34 56"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    home: Path = tmp_path_factory.mktemp("routes")
    mail = {"WEGWIJZER_SMTP_URL": "smtp://127.0.0.1:9", "WEGWIJZER_MAIL_FROM": "hulp@voorbeeld.be"}
    service = QuickService(Settings.from_environment({"WEGWIJZER_HOME": str(home), **mail}))
    service.accounts.add("sara", "Sara", grants_of(["agent@regio"], SITES), PASSWORD, "cli")
    app = create_app(service, works=False)
    with TestClient(app):
        yield app


def routes(citizen: Citizen) -> dict[str, dict[str, Any]]:
    found = citizen.http.get(f"{citizen.path}/handover").json()["routes"]
    return {route["route"]: route for route in found}


def test_a_call_is_promised_in_a_window_that_is_offered(app: FastAPI) -> None:
    citizen = Citizen(app)
    windows = routes(citizen)["callback"]["windows"]
    assert datetime.fromisoformat(windows[0]["end"]) > datetime.now(UTC)
    promised = citizen.ask("callback", name="An", phone=PHONE, window=windows[-1])
    assert promised.status_code == 202, promised.text
    case = promised.json()
    assert (case["route"], case["kind"], case["window"]) == ("callback", "callback", windows[-1])
    assert citizen.ask("callback", name="An", phone=PHONE, window=windows[-1]).json() == case
    (told,) = citizen.events()
    assert case["reference"] in told["text"]
    assert told["status"] == "bot"
    assert PHONE not in str(citizen.events())
    seen = TestClient(app).get(f"/api/v1/cases/{case['reference']}").json()
    assert (seen["state"], seen["owner"]) == ("open", "1700")


@pytest.mark.parametrize(
    ("route", "slots", "slot"),
    [
        ("callback", {"phone": "12", "window": "2020-01-01T10:00:00Z"}, "phone"),
        ("callback", {"phone": PHONE, "window": "2020-01-01T10:00:00Z"}, "window"),
        ("callback", {"phone": PHONE}, "window"),
        ("email", {"email": "an(at)voorbeeld.be"}, "email"),
        ("counter", {}, "municipality"),
    ],
)
def test_what_is_missing_is_named(app: FastAPI, route: str, slots: dict[str, str], slot: str) -> None:
    citizen = Citizen(app)
    refused = citizen.ask(route, **slots)
    assert (refused.status_code, refused.json()["slot"]) == (422, slot), refused.text
    assert citizen.events() == []


def test_an_answer_by_mail_gets_a_reference(app: FastAPI) -> None:
    promised = Citizen(app).ask("email", email="an@voorbeeld.be")
    assert (promised.status_code, promised.json()["kind"]) == (202, "ticket")


def test_a_counter_is_that_of_the_municipality(app: FastAPI) -> None:
    found = Citizen(app).ask("counter", municipality="Gent")
    assert (found.status_code, found.json()["municipality"]) == (200, "Gent")
    assert found.json()["counters"]
    known = Citizen(app, municipality="Mechelen").ask("counter")
    assert known.json()["municipality"] == "Mechelen"


def test_an_appointment_is_made_in_a_call(app: FastAPI) -> None:
    citizen = Citizen(app)
    window = routes(citizen)["callback"]["windows"][0]
    found = citizen.ask("counter", municipality="Gent").json()["counters"][0]
    assert (found["id"], found["appointment"], found["appointment_by_call"]) == ("gent-gemeente", None, True)
    wrong = citizen.ask("callback", phone=PHONE, window=window, counter="nergens")
    assert (wrong.status_code, wrong.json()["slot"]) == (422, "counter")
    promised = citizen.ask("callback", phone=PHONE, window=window, counter="gent-gemeente")
    assert promised.status_code == 202, promised.text
    assert found["name"] in citizen.events()[-1]["text"]
    sara = Colleague(app, "sara")
    (case,) = [one for one in sara.get("/cases").json()["cases"] if one["reference"] == promised.json()["reference"]]
    assert sara.get(f"/cases/{case['reference']}").json()["brief"]["appointment"]["counter"] == "gent-gemeente"


def test_an_agent_promises_a_call_in_the_conversation(app: FastAPI) -> None:
    sara, citizen = Colleague(app, "sara"), Citizen(app)
    sara.be()
    assert citizen.ask().status_code == 202
    body = {"route": "callback", "consent": "full", "slots": {"phone": PHONE}}
    assert sara.post(f"/conversations/{citizen.id}/callback", body).status_code == 404
    sara.post("/claim-next")
    windows = routes(citizen)["callback"]["windows"]
    body["slots"] = {"phone": PHONE, "window": windows[0]}
    promised = sara.post(f"/conversations/{citizen.id}/callback", body)
    assert promised.status_code == 201, promised.text
    shown = sara.get(f"/conversations/{citizen.id}").json()
    assert [case["reference"] for case in shown["cases"]] == [promised.json()["reference"]]
    assert sara.get("").json()["cases"]["open"] >= 1
