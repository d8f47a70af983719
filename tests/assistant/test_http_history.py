"""`/api/v1/desk/history` over HTTP: who may look at what, pages, and files that are safe to open."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from assistant.accounts.account import grants_of
from assistant.api.app import create_app
from assistant.api.history_files import COLUMNS, csv_lines
from assistant.domain.conversation import Conversation
from assistant.domain.with_people import agent_accepts, agent_says, ask_for_person
from assistant.messages import text
from assistant.settings import Settings
from assistant.store.history import Past, PastEvent
from tests.assistant.staffing import PASSWORD, SITES, QuickService
from tests.assistant.talking import REQUEST, START

HISTORY, OUTSIDE = "/api/v1/desk/history", "https://desk.example"
STAFF = {
    "sara": "agent@regio",
    "piet": "agent@gemeente",
    "an": "supervisor@regio",
    "bo": "supervisor@*",
    "eva": "author@*",
}
LogIn = Callable[[str], TestClient]


@pytest.fixture
def service(home: Path) -> QuickService:
    """An installation with staff: two agents, two supervisors, and an author who may not look."""
    made = QuickService(Settings.from_environment({"WEGWIJZER_HOME": str(home)}))
    for username, role in STAFF.items():
        made.accounts.add(username, username.title(), grants_of([role], SITES), PASSWORD, "cli")
    return made


@pytest.fixture
def log_in(service: QuickService) -> LogIn:
    """Logs somebody in, in a browser of their own."""
    app = create_app(service, works=False)

    def browser(username: str) -> TestClient:
        made = TestClient(app, OUTSIDE, raise_server_exceptions=False)
        assert made.post("/api/v1/staff/login", json={"username": username, "password": PASSWORD}).status_code == 200
        return made

    return browser


def told(service: QuickService, *texts: str, site: str = "regio", agent: str = "") -> Conversation:
    """A conversation in which a citizen said this, and an agent said something."""
    conversation = service.conversations.open(service.sites[site], language="nl").conversation
    for number, words in enumerate(texts):
        service.conversations.say(conversation, f"c{number}", words)
    if agent:
        store, at, asked = service.conversation_store, conversation.created_at, replace(REQUEST, site=site)
        store.change(conversation.id, lambda now: ask_for_person(now, at, "U wacht.", asked))
        store.change(conversation.id, lambda now: agent_accepts(now, at, agent, "Iemand neemt over."))
        store.say(conversation.id, "a1", lambda now: agent_says(now, at, agent, "Dag! Bel 0470 12 34 56.", "a1"))
    return conversation


def ids(browser: TestClient, **asked: Any) -> list[str]:
    response = browser.get(HISTORY, params=asked)
    assert response.status_code == 200, response.text
    return [one["id"] for one in response.json()["conversations"]]


# --- who


def test_a_supervisor_sees_their_sites_and_an_agent_what_they_had(service: QuickService, log_in: LogIn) -> None:
    mine = told(service, "verhuizen", agent="sara")
    other = told(service, "verhuizen naar Gent")
    away = told(service, "verhuizen", site="gemeente", agent="piet")
    assert ids(log_in("an"), q="verhuizen") == [other.id, mine.id]
    assert ids(log_in("bo")) == [away.id, other.id, mine.id]
    assert ids(log_in("sara")) == [mine.id]
    assert ids(log_in("sara"), agent="piet") == ids(log_in("piet"), agent="sara") == []
    assert ids(log_in("bo"), agent="piet", site="gemeente") == [away.id]
    assert ids(log_in("bo"), agent="no such \x00") == []


REFUSED = [
    ("eva", "", 403),
    ("an", "?site=gemeente", 403),
    ("sara", "?site=gemeente", 403),
    ("sara", "/export", 403),
    ("piet", "/export?site=gemeente", 403),
    ("an", "/export?site=gemeente", 403),
    ("an", "?site=mars", 422),
    ("an", "/export?format=xlsx", 422),
    ("an", "?language=xx", 422),
    ("an", "?from=gisteren", 422),
    ("an", "?to=0001-01-01", 422),
    ("an", "?before=0", 422),
    ("an", "?limit=201", 422),
    ("an", "?more=1", 422),
]
ALLOWED = [
    ("an", "?site=regio&q=%ff%00&from=2026-11-01&to=2026-11-30T10:00%2B01:00"),
    ("sara", "?site=regio"),
    ("an", "/export?site=regio"),
    ("bo", "/export?site=gemeente&format=jsonl"),
]


def test_who_may_not_or_asks_what_cannot_be_is_refused(service: QuickService, log_in: LogIn) -> None:
    told(service, "verhuizen", site="gemeente", agent="piet")
    browsers = {username: log_in(username) for username in STAFF}
    for username, path, status in REFUSED:
        response = browsers[username].get(HISTORY + path)
        assert response.status_code == status, (username, path)
        assert response.headers["content-type"] == "application/problem+json"
    for username, path in ALLOWED:
        response = browsers[username].get(HISTORY + path)
        assert (response.status_code, response.headers["cache-control"]) == (200, "no-store"), (username, path)
    assert [line.actor for line in service.audit.lines(2)] == ["bo", "an"], "what was refused is not exported"


def test_without_a_log_in_nothing_is_seen(log_in: LogIn) -> None:
    browser = log_in("an")
    browser.cookies.clear()
    for path in ("", "/export"):
        response = browser.get(HISTORY + path)
        assert (response.status_code, response.json()["detail"]) == (401, text("problem.not_logged_in", "nl"))


# --- pages


def test_a_page_tells_what_the_list_shows_and_where_the_next_one_begins(service: QuickService, log_in: LogIn) -> None:
    first, last = told(service, "Mijn nummer is 93.05.18-223.61", agent="sara"), told(service, "dag")
    browser = log_in("an")
    page = browser.get(HISTORY, params={"limit": 1}).json()
    assert [one["id"] for one in page["conversations"]] == [last.id]
    page = browser.get(HISTORY, params={"limit": 1, "before": page["before"]}).json()
    (one,) = page["conversations"]
    moments = {"created_at": one["created_at"], "active_at": one["active_at"]}
    assert one == moments | {
        "id": first.id,
        "site": "regio",
        "language": "nl",
        "municipality": None,
        "status": "with_agent",
        "messages": 2,
        "agent": "Sara",
        "first": "Mijn nummer is [rijksregisternummer]",
    }
    rest = browser.get(HISTORY, params={"limit": 1, "before": page["before"]}).json()
    assert rest == {"conversations": [], "before": None}


def test_a_day_is_meant_from_midnight_to_midnight_in_brussels(service: QuickService, log_in: LogIn) -> None:
    one, browser = told(service, "een"), log_in("an")
    day = one.created_at.astimezone().date()
    begun = one.created_at.isoformat()
    assert ids(browser, to="2026-01-01") == ids(browser, **{"from": "2099-01-01"}) == ids(browser, to=begun) == []
    assert ids(browser, **{"from": begun, "to": "2099-12-31"}) == [one.id]
    assert ids(browser, **{"from": str(day.replace(day=1)), "to": "2099-01-01"}) == [one.id]


# --- files


def test_a_csv_export_has_a_line_an_event_and_is_in_the_audit_log(service: QuickService, log_in: LogIn) -> None:
    one = told(service, "=HYPERLINK(1)\nmail jan@voorbeeld.be", 'tweede, "met" tekens', agent="sara")
    response = log_in("an").get(f"{HISTORY}/export", params={"q": "tweede", "language": "nl"})
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"] == 'attachment; filename="conversations.csv"'
    header, *rows = csv.reader(io.StringIO(response.text.removeprefix("\ufeff")))
    assert tuple(header) == COLUMNS
    lines = [dict(zip(header, row, strict=True)) for row in rows]
    assert [(line["seq"], line["author"], line["agent"]) for line in lines] == [
        ("1", "citizen", ""),
        ("2", "citizen", ""),
        ("3", "system", ""),
        ("4", "system", "sara"),
        ("5", "agent", "sara"),
    ]
    assert {line["conversation_id"] for line in lines} == {one.id}
    assert [line["text"] for line in lines[:2]] == ["'=HYPERLINK(1) mail [e-mail]", 'tweede, "met" tekens']
    assert lines[4]["text"] == "Dag! Bel [telefoon]."
    line = service.audit.lines(1)[0]
    assert (line.actor, line.act, line.subject) == ("an", "history_exported", "regio")
    assert line.detail == {"format": "csv", "language": "nl", "searched": True}


def test_a_json_export_has_a_line_a_conversation(service: QuickService, log_in: LogIn) -> None:
    one, two = told(service, "=1+1"), told(service, "twee", site="gemeente")
    response = log_in("bo").get(f"{HISTORY}/export", params={"format": "jsonl"})
    assert response.headers["content-type"] == "application/x-ndjson"
    first, second = map(json.loads, response.text.splitlines())
    assert (first["id"], second["id"]) == (one.id, two.id)
    assert {key for key in first if key != "events"} == {
        name.removeprefix("conversation_") for name in COLUMNS if name.startswith("conversation_")
    }
    assert [event["text"] for event in first["events"]] == ["=1+1"]
    assert set(first["events"][0]) == {name for name in COLUMNS if not name.startswith("conversation_")}


@given(st.text(max_size=30), st.text(max_size=10))
def test_no_cell_of_a_csv_can_be_taken_for_a_formula_and_every_text_can_be_read_back(words: str, place: str) -> None:
    past = Past(1, "abc", "regio", "nl", place, "bot", START, START)
    event = PastEvent(1, START, "message", "citizen", None, "bot", words)
    written = "".join(csv_lines([(past, [event])])).removeprefix("\ufeff")
    header, row = csv.reader(io.StringIO(written, newline=""))
    assert not [cell for cell in row if cell.lstrip()[:1] in set("=+-@|%")]
    cells = dict(zip(header, row, strict=True))
    assert cells["text"].removeprefix("'") == words.removeprefix("'")
    assert cells["conversation_municipality"].removeprefix("'") == place.removeprefix("'")
