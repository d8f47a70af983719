"""`/api/v1/staff` over HTTP: the cookie, the proof that our own page asks, roles per site, every way to be out."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient

from assistant.accounts.account import Role, grants_of
from assistant.accounts.engine import LIMITS, Login
from assistant.api.app import create_app
from assistant.api.door import Door, require
from assistant.messages import text
from assistant.settings import Settings
from knowledge.language import LANGUAGES
from tests.assistant.staffing import PASSWORD, SITES, QuickService

STAFF = "/api/v1/staff"
OUTSIDE = "https://desk.example"
BODY = {"username": "sara", "password": PASSWORD}
WRONG = {"username": "sara", "password": "zes gele fietsen"}


@pytest.fixture
def service(home: Path) -> QuickService:
    """An installation with three accounts: an agent, one of everywhere, an admin of one site."""
    made = QuickService(Settings.from_environment({"WEGWIJZER_HOME": str(home)}))
    for username, role in (("sara", "agent@regio"), ("an", "admin@*"), ("piet", "admin@regio")):
        made.accounts.add(username, username.title(), grants_of([role], SITES), PASSWORD, "cli")
    return made


@pytest.fixture
def app(service: QuickService) -> FastAPI:
    """The application, with three routes as other parts of the product will have them."""
    app, door = create_app(service, works=False), Door(service.accounts)
    agent, author = door.staff(Role.AGENT), door.staff(Role.AUTHOR, "gemeente")

    @app.get("/desk/{site}")
    def desk(login: Login = Depends(agent)) -> str:
        return login.account.username

    @app.post("/studio")
    def studio(login: Login = Depends(author)) -> str:
        return login.account.username

    @app.get("/later/{of}")
    def later(of: str, login: Login = Depends(door.somebody)) -> str:
        return require(login, Role.AGENT, of).account.username

    return app


@pytest.fixture
def browser(app: FastAPI) -> Iterator[TestClient]:
    """A browser elsewhere, over TLS."""
    with TestClient(app, OUTSIDE, raise_server_exceptions=False) as running:
        yield running


def another(browser: TestClient) -> TestClient:
    return TestClient(browser.app, OUTSIDE, raise_server_exceptions=False)


def log_in(browser: TestClient, username: str = "sara") -> dict[str, Any]:
    """Log in; the browser sends the proof from now on, as our page does."""
    response = browser.post(f"{STAFF}/login", json=BODY | {"username": username})
    assert response.status_code == 200, response.text
    told: dict[str, Any] = response.json()
    browser.headers["X-CSRF-Token"] = told["csrf"]
    return told


def problem(response: Any, status: int, key: str, language: str = "nl", **values: object) -> None:
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"] == text(f"problem.{key}", language, **values)
    assert (response.status_code, response.json()["status"]) == (status, status)


# --- in


def test_who_logs_in_is_told_who_they_are(browser: TestClient) -> None:
    told = log_in(browser)
    assert told == {
        "csrf": told["csrf"],
        "username": "sara",
        "name": "Sara",
        "roles": [{"role": "agent", "site": "regio"}],
    }
    me = browser.get(f"{STAFF}/me")
    assert me.json() == told
    assert me.headers["cache-control"] == "no-store"


def test_the_cookie_is_for_this_host_over_tls_and_no_script_alone(browser: TestClient) -> None:
    response = browser.post(f"{STAFF}/login", json=BODY)
    name, _, rest = response.headers["set-cookie"].partition("=")
    token, *attributes = rest.split("; ")
    assert name == "__Host-staff"
    assert len(token) >= 43
    assert {one.lower() for one in attributes} == {"httponly", "max-age=43200", "path=/", "samesite=strict", "secure"}
    assert token not in response.text
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("address", "client", "origin", "secure"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1", "", False),
        ("http://localhost:8000", "127.0.0.1", "http://localhost:8000", False),
        ("http://[::1]:8000", "::1", "", False),
        ("https://127.0.0.1:8000", "127.0.0.1", "", True),
        ("http://127.0.0.1:8000", "127.0.0.1", "https://desk.example", True),
        ("http://desk.example", "127.0.0.1", "", True),
        ("http://127.0.0.1:8000", "192.0.2.1", "", True),
        ("http://192.0.2.9:8000", "192.0.2.1", "", True),
        ("http://127.0.0.1:8000", "127.0.0.1", "null", True),
    ],
)
def test_only_a_browser_on_this_machine_gets_a_cookie_without_secure(
    app: FastAPI, address: str, client: str, origin: str, secure: bool
) -> None:
    browser = TestClient(app, address, client=(client, 5000))
    headers = {"Origin": origin} if origin else {}
    cookie = browser.post(f"{STAFF}/login", json=BODY, headers=headers).headers["set-cookie"]
    assert cookie.startswith("__Host-staff=" if secure else "staff=")
    assert ("Secure" in cookie) is secure
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()


def test_on_this_machine_one_is_logged_in_without_tls(app: FastAPI) -> None:
    browser = TestClient(app, "http://127.0.0.1:8000", client=("127.0.0.1", 5000))
    log_in(browser)
    assert browser.get(f"{STAFF}/me").status_code == 200
    cookie = {"Cookie": f"staff={browser.cookies['staff']}"}
    assert TestClient(app, OUTSIDE).get(f"{STAFF}/me", headers=cookie).status_code == 401
    assert browser.post(f"{STAFF}/logout").status_code == 204
    assert not browser.cookies


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_password_and_a_name_that_is_nobodys_are_told_alike(browser: TestClient, language: str) -> None:
    for body in (WRONG, BODY | {"username": "niemand"}):
        response = browser.post(f"{STAFF}/login", json=body, headers={"Accept-Language": language})
        problem(response, 401, "wrong_login", language)
        assert "set-cookie" not in response.headers


def test_too_many_wrong_passwords_are_told_with_when_to_come_back(browser: TestClient, service: QuickService) -> None:
    for _ in range(LIMITS.account):
        problem(browser.post(f"{STAFF}/login", json=WRONG), 401, "wrong_login")
    refused = browser.post(f"{STAFF}/login", json=BODY, headers={"Accept-Language": "fr"})
    problem(refused, 429, "locked_out", "fr", seconds=30)
    assert refused.headers["retry-after"] == "30"
    service.clock.move(seconds=30)
    log_in(browser)


@pytest.mark.parametrize(
    "body", [{}, {"username": "sara"}, BODY | {"more": 1}, BODY | {"password": PASSWORD * 100}, BODY | {"username": 1}]
)
def test_what_is_no_log_in_is_refused_and_not_repeated(browser: TestClient, body: dict[str, Any]) -> None:
    response = browser.post(f"{STAFF}/login", json=body)
    assert response.status_code == 422
    assert PASSWORD not in response.text


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", None])
def test_a_form_of_another_site_cannot_log_somebody_in(browser: TestClient, content_type: str | None) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    body = '{"username": "sara", "password": "' + PASSWORD + '"}'
    response = browser.post(f"{STAFF}/login", content=body.encode(), headers=headers)
    assert response.status_code == 422
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize("given", ['"\\ud800"', '"\\u0000"', '"' + "é" * 200 + '"'])
def test_whatever_is_typed_is_a_wrong_password_and_no_fault(browser: TestClient, given: str) -> None:
    body = '{"username": ' + given + ', "password": ' + given + "}"
    response = browser.post(f"{STAFF}/login", content=body.encode(), headers={"Content-Type": "application/json"})
    assert response.status_code in {401, 422}


def test_passwords_and_tokens_are_not_in_the_log_of_the_program(
    browser: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        browser.post(f"{STAFF}/login", json=WRONG)
        log_in(browser)
        browser.get(f"{STAFF}/me")
    assert WRONG["password"] not in caplog.text
    assert PASSWORD not in caplog.text
    assert browser.cookies["__Host-staff"] not in caplog.text


# --- the proof that our own page asks


@pytest.mark.parametrize("path", ["/logout", "/logout-everywhere"])
def test_what_changes_something_needs_the_proof_of_this_log_in(browser: TestClient, path: str) -> None:
    elsewhere = another(browser)
    of_another_log_in = log_in(elsewhere)["csrf"]
    right = log_in(browser)["csrf"]
    wrong = ["", right[:-1], right + "0", right.upper(), of_another_log_in, browser.cookies["__Host-staff"]]
    for csrf in wrong:
        browser.headers["X-CSRF-Token"] = csrf
        problem(browser.post(STAFF + path), 403, "no_csrf", header="X-CSRF-Token")
    del browser.headers["X-CSRF-Token"]
    problem(browser.post(STAFF + path), 403, "no_csrf", header="X-CSRF-Token")
    problem(browser.post(STAFF + path, headers=[(b"X-CSRF-Token", b"\xe9")]), 403, "no_csrf", header="X-CSRF-Token")
    assert browser.get(f"{STAFF}/me").status_code == 200
    browser.headers["X-CSRF-Token"] = right
    assert browser.post(STAFF + path).is_success


def test_without_a_log_in_the_proof_alone_opens_nothing(browser: TestClient) -> None:
    csrf = log_in(browser)["csrf"]
    response = another(browser).post(f"{STAFF}/logout", headers={"X-CSRF-Token": csrf})
    problem(response, 401, "not_logged_in")
    assert response.headers["www-authenticate"].startswith("Cookie")


# --- roles


@pytest.mark.parametrize(
    ("roles", "path", "status"),
    [
        (["agent@regio"], "/desk/regio", 200),
        (["agent@regio"], "/desk/gemeente", 403),
        (["agent@*"], "/desk/gemeente", 200),
        (["agent@regio"], "/desk/*", 403),
        (["admin@*", "supervisor@*"], "/desk/regio", 403),
        (["agent@gemeente", "author@regio"], "/desk/regio", 403),
        (["agent@regio"], "/later/regio", 200),
        (["agent@regio"], "/later/gemeente", 403),
        (["admin@*"], f"{STAFF}/audit", 200),
        (["admin@regio"], f"{STAFF}/audit", 403),
        (["agent@*"], f"{STAFF}/audit", 403),
    ],
)
def test_a_route_opens_for_its_role_on_its_site_alone(
    browser: TestClient, service: QuickService, roles: list[str], path: str, status: int
) -> None:
    log_in(browser)
    service.accounts.set_roles("sara", grants_of(roles, SITES), "cli")
    assert browser.get(path).status_code == status
    assert another(browser).get(path).status_code == 401


def test_a_route_of_one_site_asks_for_the_role_there_and_for_the_proof(
    browser: TestClient, service: QuickService
) -> None:
    log_in(browser)
    problem(browser.post("/studio"), 403, "no_role", role="author", site="gemeente")
    service.accounts.set_roles("sara", grants_of(["author@gemeente"], SITES), "cli")
    assert browser.post("/studio").json() == "sara"
    del browser.headers["X-CSRF-Token"]
    problem(browser.post("/studio"), 403, "no_csrf", header="X-CSRF-Token")


# --- out


def test_logging_out_takes_the_cookie_back_and_what_it_opened_is_shut(browser: TestClient) -> None:
    log_in(browser)
    token = browser.cookies["__Host-staff"]
    response = browser.post(f"{STAFF}/logout")
    assert response.status_code == 204
    assert not browser.cookies
    again = another(browser).get(f"{STAFF}/me", headers={"Cookie": f"__Host-staff={token}"})
    problem(again, 401, "not_logged_in")


def test_logging_out_everywhere_ends_the_other_log_ins_of_that_account_alone(browser: TestClient) -> None:
    second, of_an = another(browser), another(browser)
    log_in(browser)
    log_in(second)
    log_in(of_an, "an")
    assert browser.post(f"{STAFF}/logout-everywhere").json() == {"ended": 2}
    assert [one.get(f"{STAFF}/me").status_code for one in (browser, second, of_an)] == [401, 401, 200]


def test_a_disabled_account_is_out_at_once(browser: TestClient, service: QuickService) -> None:
    log_in(browser)
    service.accounts.disable("sara", "cli")
    problem(browser.get(f"{STAFF}/me"), 401, "not_logged_in")
    problem(browser.post(f"{STAFF}/login", json=BODY), 401, "wrong_login")


def test_a_log_in_ends_by_itself(browser: TestClient, service: QuickService) -> None:
    log_in(browser)
    service.clock.move(hours=1)
    problem(browser.get(f"{STAFF}/me"), 401, "not_logged_in")


# --- the audit log


def test_an_admin_of_all_sites_reads_the_audit_log_page_by_page(browser: TestClient) -> None:
    log_in(another(browser))
    log_in(browser, "an")
    first = browser.get(f"{STAFF}/audit?limit=2").json()
    assert [(line["act"], line["actor"]) for line in first["lines"]] == [("logged_in", "an"), ("logged_in", "sara")]
    rest = browser.get(f"{STAFF}/audit?limit=100&before={first['before']}").json()
    assert [line["seq"] for line in rest["lines"]] == [3, 2, 1]
    assert rest["before"] is None
    assert set(rest["lines"][0]) == {"seq", "at", "actor", "act", "subject", "detail", "hash"}


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "before=0", "before=x", "before=99999999999999999999"])
def test_a_page_of_the_audit_log_that_cannot_be_is_refused(browser: TestClient, query: str) -> None:
    log_in(browser, "an")
    assert browser.get(f"{STAFF}/audit?{query}").status_code == 422
