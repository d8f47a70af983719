"""Cases over HTTP: the citizen by reference alone, staff by their site's role, nobody else by anything."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import delete
from sqlalchemy import text as sql

from assistant.api.app import create_app
from assistant.cases.contact import ContactDetails
from assistant.cases.engine import TRIES
from assistant.cases.references import EXAMPLE
from assistant.domain.case import Case, CaseKind
from assistant.messages import text
from assistant.store.case_tables import case_steps, case_tries, cases
from knowledge.language import LANGUAGES
from tests.assistant.casework import CONTACT, EMAIL, NO_MAIL, CaseService, case_service, offered
from tests.assistant.staffing import PASSWORD
from tests.assistant.talking import START

OUTSIDE = "https://desk.example"
DESK = "/api/v1/desk/cases"
NOBODYS = "WW-22222-22222"
TEAM = "Wonen en energie"


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> tuple[CaseService, FastAPI]:
    """An installation with an agent and a supervisor of the region, an agent of the municipality, an author."""
    made = case_service(tmp_path_factory.mktemp("staffed"))
    made.staff("sara", "agent@regio")
    made.staff("hilde", "supervisor@regio", "supervisor@agentschap")
    made.staff("tom", "agent@gemeente")
    made.staff("an", "author@regio")
    return made, create_app(made, works=False)


@pytest.fixture
def service(staffed: tuple[CaseService, FastAPI]) -> CaseService:
    """The installation, without cases and at its first moment."""
    found, _ = staffed
    found.clock.at = START
    with found.log.write() as session:
        for table in (case_steps, cases, case_tries):
            session.execute(delete(table))
    return found


@pytest.fixture
def client(staffed: tuple[CaseService, FastAPI], service: CaseService) -> TestClient:
    return TestClient(staffed[1], OUTSIDE, raise_server_exceptions=False)


@pytest.fixture
def case(service: CaseService) -> Case:
    """A call-back that a citizen asked for."""
    return service.ask()


def path(case: Case) -> str:
    return f"/api/v1/cases/{case.reference}"


def staff(client: TestClient, username: str = "sara") -> TestClient:
    """A browser in which somebody is logged in."""
    browser = TestClient(client.app, OUTSIDE, raise_server_exceptions=False)
    told = browser.post("/api/v1/staff/login", json={"username": username, "password": PASSWORD})
    assert told.status_code == 200, told.text
    browser.headers["X-CSRF-Token"] = told.json()["csrf"]
    return browser


def is_problem(response: Any, status: int, key: str, **values: object) -> dict[str, Any]:
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"] == text(f"problem.{key}", "nl", **values)
    assert response.status_code == status
    found: dict[str, Any] = response.json()
    return found


# --- the citizen, by reference


def test_a_citizen_sees_moves_and_cancels_a_call_back_and_the_desk_has_it(
    client: TestClient, service: CaseService, case: Case
) -> None:
    seen = client.get(path(case))
    assert seen.headers["cache-control"] == "no-store"
    told = seen.json()
    assert {key: told[key] for key in ("reference", "kind", "state", "attempts", "owner", "question_solved")} == {
        "reference": case.reference,
        "kind": "callback",
        "state": "open",
        "attempts": 0,
        "owner": "1700",
        "question_solved": False,
    }
    assert told["window"] == {"start": "2026-11-23T12:00:00Z", "end": "2026-11-23T14:00:00Z"}
    assert told["due_at"] == told["window"]["end"]
    later = told["windows"][3]
    moved = client.patch(path(case), json={"window": later})
    assert (moved.status_code, moved.json()["window"]) == (200, later)
    sara = staff(client)
    (listed,) = sara.get(DESK).json()["cases"]
    assert (listed["reference"], listed["window"], listed["question"]) == (
        case.reference,
        later,
        "Hoe vraag ik een Kids-ID?",
    )
    tried = sara.post(f"{DESK}/{case.reference}/attempts", json={"outcome": "not_reached", "note": "geen gehoor"})
    assert (tried.status_code, tried.json()["missed"]) == (201, 1)
    assert client.get(path(case)).json()["attempts"] == 1
    assert client.delete(path(case)).status_code == 204
    assert client.delete(path(case)).status_code == 204
    assert client.get(path(case)).json()["state"] == "closed"
    chain = sara.get(f"{DESK}/{case.reference}").json()["chain"]
    assert [(one["kind"], one["by"]) for one in chain] == [
        ("opened", "citizen"),
        ("moved", "citizen"),
        ("attempt", "sara"),
        ("state", "citizen"),
    ]


def test_a_reference_is_found_however_it_is_typed(client: TestClient, case: Case) -> None:
    for typed in (case.reference.lower(), case.reference.replace("-", ""), case.reference[3:], f" {case.reference} "):
        assert client.get(f"/api/v1/cases/{typed}").json()["reference"] == case.reference


def test_what_the_citizen_gets_names_no_person_and_no_contact(client: TestClient, case: Case) -> None:
    staff(client).patch(f"{DESK}/{case.reference}", json={"owner": "me"})
    told = client.get(path(case)).text
    assert '"state":"assigned"' in told
    assert not [word for word in ("sara", "Sara", "Jan", "470 12", EMAIL, "Kids-ID") if word in told]


@pytest.mark.parametrize("wrong", [EXAMPLE[:-1] + "2", "WW-7K3M9-QRT5", "hallo", "WW-7K3M9-QRT5O", "x" * 90])
def test_a_typing_error_is_told_and_not_counted(client: TestClient, case: Case, wrong: str) -> None:
    for _ in range(TRIES.one + 1):
        is_problem(client.get(f"/api/v1/cases/{wrong}"), 404, "reference_typo", example=EXAMPLE)
    assert client.get(path(case)).status_code == 200


def test_references_that_are_nobodys_are_counted_and_then_right_ones_are_refused_too(
    client: TestClient, service: CaseService, case: Case
) -> None:
    for _ in range(TRIES.one):
        is_problem(client.get(f"/api/v1/cases/{NOBODYS}"), 404, "no_case")
    for answer in (
        client.get(path(case)),
        client.delete(path(case)),
        client.patch(path(case), json={"solved": True}),
        client.post("/cases", data={"reference": case.reference}),
    ):
        assert answer.status_code == 429
    assert client.get(path(case)).headers["retry-after"] == "600"
    elsewhere = TestClient(client.app, OUTSIDE, client=("192.0.2.7", 5000))
    assert elsewhere.get(path(case)).status_code == 200
    service.clock.move(minutes=10)
    assert client.get(path(case)).status_code == 200


def test_a_token_of_the_conversation_or_a_log_in_opens_no_case(
    client: TestClient, service: CaseService, case: Case
) -> None:
    opened = client.post("/api/v1/conversations", json={}).json()
    bearer = {"Authorization": f"Bearer {opened['token']}"}
    is_problem(client.get(f"/api/v1/cases/{NOBODYS}", headers=bearer), 404, "no_case")
    assert client.get(f"{DESK}/{case.reference}", headers=bearer).status_code == 401
    is_problem(staff(client).get(f"/api/v1/cases/{NOBODYS}"), 404, "no_case")
    for wrong in (opened["id"], case.conversation, "1"):
        assert client.get(f"/api/v1/cases/{wrong}").status_code == 404


@pytest.mark.parametrize("body", [{}, {"solved": None}, {"solved": True, "window": "2026-11-23T12:00:00Z"}, {"x": 1}])
def test_a_wish_that_is_none_is_refused(client: TestClient, case: Case, body: dict[str, Any]) -> None:
    assert client.patch(path(case), json=body).status_code == 422


def test_a_moment_that_is_not_offered_is_refused_by_its_slot(client: TestClient, case: Case) -> None:
    wrong = [
        "2026-11-23T08:00:00Z",
        "2026-11-28T12:00:00Z",
        {"start": "2026-11-23T12:00:00Z", "end": "2026-11-23T18:00:00Z"},
    ]
    for window in wrong:
        problem = is_problem(client.patch(path(case), json={"window": window}), 422, "bad_window")
        assert problem["slot"] == "window"


def test_a_ticket_has_no_moment(client: TestClient, service: CaseService) -> None:
    ticket = service.ask(kind=CaseKind.TICKET)
    told = client.get(path(ticket)).json()
    assert (told["window"], told["windows"], told["due_at"]) == (None, [], "2026-11-30T18:00:00Z")
    is_problem(client.patch(path(ticket), json={"window": "2026-11-23T12:00:00Z"}), 409, "not_a_callback")


def test_the_citizen_says_whether_it_is_solved(client: TestClient, case: Case) -> None:
    sara = staff(client)
    is_problem(client.patch(path(case), json={"solved": True}), 409, "not_asked")
    sara.patch(f"{DESK}/{case.reference}", json={"owner": "me"})
    assert sara.patch(f"{DESK}/{case.reference}", json={"state": "solved"}).json()["state"] == "solved"
    assert client.get(path(case)).json()["question_solved"]
    opened = client.patch(path(case), json={"solved": False}).json()
    assert (opened["state"], opened["question_solved"], opened["window"]) == ("open", False, None)
    assert sara.get(f"{DESK}/{case.reference}").json()["owner"] is None
    sara.patch(f"{DESK}/{case.reference}", json={"state": "closed"})
    done = client.patch(path(case), json={"solved": True}).json()
    assert (done["state"], done["question_solved"]) == ("closed", False)
    is_problem(client.patch(path(case), json={"solved": False}), 409, "not_asked")


# --- the page


def test_the_page_does_all_of_it_without_a_script(client: TestClient, service: CaseService, case: Case) -> None:
    start = client.get("/cases").text
    assert text("case.intro", "nl") in start
    assert "1700" in start
    assert "<script" not in start
    shown = client.post("/cases", data={"reference": case.reference.lower()})
    assert shown.headers["cache-control"] == "no-store"
    assert text("case.open", "nl") in shown.text
    assert "tussen 13.00 uur en 15.00 uur" in shown.text
    assert "dinsdag 24 november, 9.00–11.00 uur</option>" in shown.text
    later = offered(service, service.sites["regio"], 2)
    moved = client.post(
        "/cases", data={"reference": case.reference, "act": "move", "window": later.start.isoformat()}
    ).text
    assert text("case.done_move", "nl") in moved
    assert "tussen 17.00 uur en 19.00 uur" in moved
    assert (
        text("case.done_cancel", "nl")
        in client.post("/cases", data={"reference": case.reference, "act": "cancel"}).text
    )
    ended = client.post("/cases", data={"reference": case.reference, "act": "move", "window": later.start.isoformat()})
    assert ended.status_code == 409
    assert text("problem.case_ended", "nl") in ended.text
    assert text("case.closed", "nl") in ended.text


@pytest.mark.parametrize("act", ["yes", "no"])
def test_the_page_asks_whether_it_is_solved(client: TestClient, case: Case, act: str) -> None:
    staff(client).patch(f"{DESK}/{case.reference}", json={"state": "solved"})
    asked = client.post("/cases", data={"reference": case.reference}).text
    assert text("case.solved_question", "nl") in asked
    assert text(f"case.done_{act}", "nl") in client.post("/cases", data={"reference": case.reference, "act": act}).text


@pytest.mark.parametrize(
    ("given", "status", "key"),
    [
        ({"reference": ""}, 404, "reference_typo"),
        ({"reference": NOBODYS}, 404, "no_case"),
        ({"reference": "<b>x</b>"}, 404, "reference_typo"),
        ({"reference": "x" * 3_000}, 404, "reference_typo"),
    ],
)
def test_the_page_says_what_is_wrong_and_keeps_what_was_typed(
    client: TestClient, given: dict[str, str], status: int, key: str
) -> None:
    page = client.post("/cases", data=given)
    assert page.status_code == status
    assert text(f"problem.{key}", "nl", example=EXAMPLE) in page.text
    assert "<b>x</b>" not in page.text


@pytest.mark.parametrize("window", ["", "gisteren", "2026-11-23T12:00", "2026-11-22T12:00:00Z"])
def test_the_page_refuses_a_moment_that_is_none(client: TestClient, case: Case, window: str) -> None:
    page = client.post("/cases", data={"reference": case.reference, "act": "move", "window": window})
    assert page.status_code == 422
    assert text("problem.bad_window", "nl") in page.text
    assert case.reference in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_in_the_citizens_language(client: TestClient, case: Case, language: str) -> None:
    page = client.post("/cases", data={"reference": case.reference, "language": language}).text
    assert text("case.open", language).replace("'", "&#39;") in page
    assert f'<html lang="{language}"' in page


# --- staff, and who is not


@pytest.mark.parametrize("username", ["tom", "an"])
def test_staff_without_a_role_on_the_site_find_nothing(client: TestClient, case: Case, username: str) -> None:
    browser, where = staff(client, username), f"{DESK}/{case.reference}"
    assert browser.get(DESK).json() == {"cases": []}
    for response in (
        browser.get(where),
        browser.get(f"{where}/contact"),
        browser.patch(where, json={"owner": "me"}),
        browser.post(f"{where}/attempts", json={"outcome": "reached"}),
        browser.post(f"{where}/notes", json={"text": "hallo"}),
        browser.post(f"{where}/refer", json={"site": "gemeente", "why": "van ons"}),
    ):
        is_problem(response, 404, "no_case")
    is_problem(browser.get(f"{DESK}?site=regio"), 403, "no_role", role="agent", site="regio")
    assert client.get(path(case)).json()["state"] == "open"


def test_nobody_acts_without_a_log_in_or_the_proof_of_our_page(client: TestClient, case: Case) -> None:
    where = f"{DESK}/{case.reference}"
    for response in (client.get(DESK), client.get(where), client.get(f"{where}/contact"), client.patch(where, json={})):
        assert response.status_code == 401
    sara = staff(client)
    del sara.headers["X-CSRF-Token"]
    assert sara.patch(where, json={"state": "closed"}).status_code == 403
    assert sara.post(f"{where}/notes", json={"text": "x"}).status_code == 403


def test_contact_details_are_sealed_and_who_looks_is_in_the_audit_log(
    client: TestClient, service: CaseService, case: Case
) -> None:
    with service.conversations_database.read() as session:
        kept = " ".join(str(row) for row in session.execute(sql("SELECT * FROM cases")))
    assert not [word for word in ("Jan", "Peeters", "470 12", "470123456", EMAIL) if word in kept]
    sara = staff(client)
    assert "470 12" not in sara.get(f"{DESK}/{case.reference}").text
    told = sara.get(f"{DESK}/{case.reference}/contact")
    assert told.json() == {"name": "Jan Peeters", "phone": "+32 470 12 34 56", "email": EMAIL}
    assert told.headers["cache-control"] == "no-store"
    line = service.audit.lines(1)[0]
    assert (line.actor, line.act, line.subject) == ("sara", "contact_seen", f"case {case.id}")
    assert case.reference not in str(line)


def test_a_case_that_was_referred_belongs_to_the_other_site(client: TestClient, case: Case) -> None:
    sara, tom, where = staff(client), staff(client, "tom"), f"{DESK}/{case.reference}"
    sara.patch(where, json={"owner": "me"})
    assert sara.post(f"{where}/refer", json={"team": TEAM, "why": "kent dit"}).status_code == 204
    is_problem(sara.post(f"{where}/refer", json={"team": TEAM, "why": "nog eens"}), 409, "already_there")
    assert sara.post(f"{where}/refer", json={"site": "gemeente", "why": "bel 0470 12 34 56"}).status_code == 204
    is_problem(sara.get(where), 404, "no_case")
    found = tom.get(where).json()
    assert (found["site"], found["team"], found["owner"], found["state"]) == ("gemeente", None, None, "open")
    first, second = (one for one in found["chain"] if one["kind"] == "referred")
    assert (first["by"], first["from"]["site"], first["to"]["team"], first["why"]) == (
        "sara",
        "regio",
        TEAM,
        "kent dit",
    )
    assert (second["to"], second["why"]) == ({"site": "gemeente", "team": None}, "bel [telefoon]")
    assert client.get(path(case)).json()["owner"] != "1700"


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"why": "x"}, ""),
        ({"team": "x"}, ""),
        ({"site": "mars", "why": "x"}, "unknown_site"),
        ({"team": "burgerzaken", "why": "x"}, "nowhere_to_pass"),
        ({"team": TEAM, "site": "gemeente", "why": "x"}, "nowhere_to_pass"),
        ({"team": " ", "why": "x"}, ""),
    ],
)
def test_a_referral_to_nowhere_or_without_a_reason_is_refused(
    client: TestClient, case: Case, body: dict[str, str], key: str
) -> None:
    response = staff(client).post(f"{DESK}/{case.reference}/refer", json=body)
    assert response.status_code == 422
    if key:
        is_problem(response, 422, key, site=body.get("site"))


def test_a_supervisor_gives_a_case_to_somebody_of_the_site_alone(client: TestClient, case: Case) -> None:
    hilde, where = staff(client, "hilde"), f"{DESK}/{case.reference}"
    given = hilde.patch(where, json={"owner": "sara", "due_at": "2026-11-24T10:00:00Z"}).json()
    assert (given["owner"], given["state"], given["due_at"]) == ("sara", "assigned", "2026-11-24T10:00:00Z")
    for nobody in ("tom", "an", "niemand", ""):
        problem = is_problem(hilde.patch(where, json={"owner": nobody}), 422, "no_colleague", site="regio")
        assert problem["slot"] == "owner"
    assert hilde.patch(where, json={"owner": None}).json()["state"] == "open"
    is_problem(hilde.patch(where, json={"state": "assigned"}), 409, "no_owner")


def test_several_wishes_are_done_together_or_not_at_all(client: TestClient, case: Case) -> None:
    sara, where = staff(client), f"{DESK}/{case.reference}"
    is_problem(
        sara.patch(where, json={"owner": None, "state": "assigned", "due_at": "2026-11-24T10:00:00Z"}), 409, "no_owner"
    )
    assert sara.get(where).json()["due_at"] == "2026-11-23T14:00:00Z"
    both = sara.patch(where, json={"owner": "me", "state": "waiting"}).json()
    assert (both["owner"], both["state"]) == ("sara", "waiting")


def test_the_desk_filters_its_cases(client: TestClient, service: CaseService) -> None:
    first, ticket = service.ask(), service.ask(kind=CaseKind.TICKET)
    other = service.ask(site="gemeente", contact=ContactDetails("An", "0471 12 34 56"))
    sara, hilde = staff(client), staff(client, "hilde")
    sara.patch(f"{DESK}/{first.reference}", json={"owner": "me"})

    def listed(browser: TestClient, query: str = "") -> list[str]:
        return [one["reference"] for one in browser.get(f"{DESK}{query}").json()["cases"]]

    assert listed(sara) == [first.reference, ticket.reference]
    assert listed(sara, "?kind=ticket") == [ticket.reference]
    assert listed(sara, "?state=assigned") == listed(sara, "?owner=me") == [first.reference]
    assert listed(sara, "?late=true") == []
    service.clock.move(hours=5)
    sara, hilde = staff(client), staff(client, "hilde")
    assert listed(sara, "?late=true") == [first.reference]
    assert service.cases.counts(["regio"]) == (2, 1)
    assert listed(hilde, "?site=regio") == [first.reference, ticket.reference]
    assert listed(staff(client, "tom")) == [other.reference]
    assert sara.get(f"{DESK}?state=raar").status_code == 422


def test_notes_and_attempts_are_masked_and_not_for_the_citizen(client: TestClient, case: Case) -> None:
    sara, where = staff(client), f"{DESK}/{case.reference}"
    sara.post(f"{where}/notes", json={"text": "haar nummer is 93.05.18-223.61"})
    sara.post(f"{where}/attempts", json={"outcome": "reached", "note": "mail jan@voorbeeld.be"})
    whole = sara.get(where).json()
    assert [one["text"] for one in whole["notes"]] == ["haar nummer is [rijksregisternummer]"]
    assert [(one["outcome"], one["note"]) for one in whole["attempts_made"]] == [("reached", "mail [e-mail]")]
    assert sara.post(f"{where}/notes", json={"text": " "}).status_code == 422
    assert "nummer" not in client.get(path(case)).text


def test_the_third_time_in_vain_without_an_address_it_is_closed(client: TestClient, service: CaseService) -> None:
    case = service.ask(contact=NO_MAIL)
    sara, where = staff(client), f"{DESK}/{case.reference}"
    states = [sara.post(f"{where}/attempts", json={"outcome": "not_reached"}).json()["state"] for _ in range(3)]
    assert states == ["open", "open", "closed"]
    assert sara.get(where).json()["chain"][-1]["why"] == "not_reached"
    is_problem(sara.post(f"{where}/attempts", json={"outcome": "reached"}), 409, "case_ended")


def test_erasing_the_conversation_leaves_the_promise_without_its_words(
    client: TestClient, service: CaseService
) -> None:
    opened = client.post("/api/v1/conversations", json={}).json()
    found = service.conversation_store.find(opened["id"])
    assert found is not None
    site = service.sites["regio"]
    window = offered(service, site)
    case = service.cases.open(
        found, CaseKind.CALLBACK, CONTACT, site=site, consent="full", brief={"question": "geheim"}, window=window
    )
    erased = client.delete(
        f"/api/v1/conversations/{opened['id']}", headers={"Authorization": f"Bearer {opened['token']}"}
    )
    assert erased.status_code == 204
    whole = staff(client).get(f"{DESK}/{case.reference}").json()
    assert (whole["brief"], whole["conversation_id"], whole["question"]) == (None, None, None)
    assert whole["window"] is not None
    with service.conversations_database.read() as session:
        kept = [str(row) for table in ("cases", "case_steps") for row in session.execute(sql(f"SELECT * FROM {table}"))]  # noqa: S608
    assert not [row for row in kept if "geheim" in row or opened["id"] in row]
    assert client.delete(path(case)).status_code == 204
