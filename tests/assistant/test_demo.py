"""The demo: made of an empty home alone, labelled, and somebody always waits in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.accounts.account import grants_of
from assistant.api.app import create_app
from assistant.demo.traffic import Demo, NotADemo, marker
from assistant.domain.case import CaseKind
from assistant.settings import Settings
from assistant.store.cases import Wanted
from assistant.store.queue import Wish
from tests.assistant.building import FEW, fill
from tests.assistant.staffing import PASSWORD, SITES, QuickService

LABELS = ("Voorbeeld:", "Exemple :", "Beispiel:", "Example:")


def a_service(home: Path) -> QuickService:
    return QuickService(Settings.from_environment({"WEGWIJZER_HOME": str(home)}))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> QuickService:
    service = a_service(tmp_path_factory.mktemp("demo"))
    fill(service, *FEW)
    Demo(service).begin()
    return service


def test_citizens_wait_in_four_languages_and_say_that_they_are_examples(demo: QuickService) -> None:
    waiting = demo.queue.waiting(Wish(tuple(demo.sites)))
    assert sorted(one.request.language for one in waiting) == ["de", "en", "fr", "nl"]
    for one in waiting:
        said = [
            event.text for event in demo.conversation_store.events(one.conversation_id) if event.author == "citizen"
        ]
        assert said
        assert all(words.startswith(LABELS) for words in said)
    assert Demo(demo).look() == 0


def test_whoever_is_helped_is_followed_by_another(demo: QuickService) -> None:
    found = demo.queue.waiting(Wish(("gemeente",)))[0]
    conversation = demo.conversation_store.find(found.conversation_id)
    assert conversation is not None
    demo.handovers.withdraw(conversation)
    assert Demo(demo).look() == 1


def test_there_is_a_call_back_and_a_ticket(demo: QuickService) -> None:
    kinds = {case.kind for case in demo.cases.listing(Wanted(frozenset(demo.sites)), 10)}
    assert kinds == {CaseKind.CALLBACK, CaseKind.TICKET}


def test_its_log_ins_are_told_and_open_the_desk(demo: QuickService) -> None:
    browser = TestClient(create_app(demo, works=False), "https://desk.example")
    told = browser.get("/api/v1/staff/demo").json()["demo"]
    assert {one["username"] for one in told} == {"demo-sara", "demo-jan", "demo-chef"}
    for one in told:
        body = {"username": one["username"], "password": one["password"]}
        assert browser.post("/api/v1/staff/login", json=body).status_code == 200
        assert len(browser.get("/api/v1/desk").json()["queue"]) == 4
    assert "(demo)" in browser.get("/api/v1/staff/me").json()["name"]
    assert marker(demo.settings.home).stat().st_mode & 0o077 == 0


def test_no_demo_is_made_of_a_home_with_accounts(home: Path) -> None:
    service = a_service(home)
    service.accounts.add("sara", "Sara", grants_of(["agent@regio"], SITES), PASSWORD, "cli")
    with pytest.raises(NotADemo):
        Demo(service).begin()
    assert len(service.accounts.all()) == 1
    assert TestClient(create_app(service, works=False)).get("/api/v1/staff/demo").status_code == 404
