"""`wegwijzer users …`: accounts are made, listed, disabled; passwords are typed or piped, and never shown."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import delete

from assistant.accounts.engine import LIMITS, WrongLogin
from assistant.bootstrap import Service
from assistant.store.account_tables import audit
from assistant.store.logins import LockedOut
from knowledge.errors import NamedFailure
from tests.assistant import running
from tests.assistant.building import open_home
from tests.assistant.running import Done

PASSWORD = "vijf gele fietsen"  # noqa: S105 - of tests


def run(home: Path, *words: str, typed: str = "") -> Done:
    """Run a command with what is typed or piped; whatever it prints, no password is in it."""
    done = running.run(home, "users", *words, typed=typed)
    assert PASSWORD not in done.stdout + done.stderr + str(done.exception)
    return done


def refused(home: Path, *words: str, typed: str = f"{PASSWORD}\n") -> str:
    done = run(home, *words, typed=typed)
    assert isinstance(done.exception, NamedFailure), (done.exception, done.stdout + done.stderr)
    assert done.stdout == ""
    return str(done.exception)


def add(home: Path, *words: str) -> Done:
    done = run(home, "add", *words, "--password-stdin", typed=f"{PASSWORD}\n")
    assert done.exit_code == 0, (done.exception, done.stderr)
    return done


@pytest.fixture
def staffed(home: Path) -> Path:
    """A home with one account."""
    add(home, "sara", "--role", "agent@regio", "--name", "Sara  Peeters")
    return home


@pytest.fixture
def opened(staffed: Path) -> Service:
    return open_home(staffed)


def test_a_fresh_home_has_no_accounts(home: Path) -> None:
    assert json.loads(run(home, "list", "--json").stdout) == []


def test_a_password_is_typed_twice_and_not_shown(home: Path) -> None:
    done = run(home, "add", "sara", "--role", "agent@regio", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.strip() == "sara  sara  agent@regio"
    assert open_home(home).accounts.log_in("sara", PASSWORD, "")


def test_a_password_that_is_typed_differently_makes_no_account(home: Path) -> None:
    assert run(home, "add", "sara", "--role", "agent@regio", typed=f"{PASSWORD}\niets anders\n").exit_code != 0
    assert open_home(home).accounts.all() == []


def test_a_piped_password_may_hold_spaces_and_ends_with_its_line(home: Path) -> None:
    run(home, "add", "sara", "--role", "agent@*", "--password-stdin", typed=" spaties tellen mee \r\nniet dit\n")
    assert open_home(home).accounts.log_in("sara", " spaties tellen mee ", "")


def test_what_was_made_is_told_as_json_alone(home: Path) -> None:
    made = json.loads(add(home, "Sara", "--role", "author@gemeente", "--role", "agent@regio", "--json").stdout)
    assert made | {"created_at": ""} == {
        "username": "sara",
        "name": "Sara",
        "roles": ["agent@regio", "author@gemeente"],
        "created_at": "",
        "disabled_at": None,
    }


def test_accounts_are_listed_with_their_roles(staffed: Path) -> None:
    add(staffed, "an", "--role", "admin@*")
    run(staffed, "disable", "sara")
    shown = run(staffed, "list").stdout.splitlines()
    assert shown == ["an  an  admin@*", "sara  Sara Peeters  agent@regio  (disabled)"]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["Sara Peeters", "--role", "agent@regio"], "'Sara Peeters' cannot be a username"),
        (["an", "--role", "agent"], "role@site"),
        (["an", "--role", "baas@regio"], "agent, supervisor, author, reviewer, publisher, admin"),
        (["an", "--role", "agent@mars"], "agentschap, gemeente, regio"),
        (["an", "--role", "agent@regio", "--name", "\u0007"], "name"),
        (["sara", "--role", "agent@regio"], "already"),
    ],
)
def test_what_cannot_be_an_account_is_refused_by_name(staffed: Path, words: list[str], named: str) -> None:
    assert named in refused(staffed, "add", *words, "--password-stdin")
    assert len(open_home(staffed).accounts.all()) == 1


@pytest.mark.parametrize("typed", ["", "\n", "kort\n"])
def test_a_password_that_is_too_short_is_refused(home: Path, typed: str) -> None:
    assert "12" in refused(home, "add", "sara", "--role", "agent@regio", "--password-stdin", typed=typed)


@pytest.mark.parametrize("words", [["add", "sara"], ["add"], ["add", "sara", "geheim", "--role", "agent@*"], ["weg"]])
def test_wrong_use_ends_with_two(home: Path, words: list[str]) -> None:
    assert run(home, *words).exit_code == 2
    assert not home.exists()


@pytest.mark.parametrize("command", ["disable", "enable"])
def test_who_is_not_there_is_named(staffed: Path, command: str) -> None:
    assert "'niemand'" in refused(staffed, command, "niemand")


def test_disabling_ends_log_ins_and_enabling_lets_in_again(staffed: Path, opened: Service) -> None:
    token = opened.accounts.log_in("sara", PASSWORD, "").token
    assert "disabled" in run(staffed, "disable", "sara").stdout
    assert opened.accounts.logged_in(token) is None
    with pytest.raises(WrongLogin):
        opened.accounts.log_in("sara", PASSWORD, "")
    assert "already" in run(staffed, "disable", "sara").stdout
    assert "again" in run(staffed, "enable", "sara").stdout
    assert opened.accounts.log_in("sara", PASSWORD, "")
    assert "Nothing" in run(staffed, "enable", "sara").stdout


def test_enabling_lets_in_who_was_locked_out(staffed: Path, opened: Service) -> None:
    for _ in range(LIMITS.account):
        with pytest.raises(WrongLogin):
            opened.accounts.log_in("sara", "zes gele fietsen", "")
    with pytest.raises(LockedOut):
        opened.accounts.log_in("sara", PASSWORD, "")
    run(staffed, "enable", "sara")
    assert opened.accounts.log_in("sara", PASSWORD, "")


def test_another_password_and_other_roles_are_given(staffed: Path, opened: Service) -> None:
    run(staffed, "password", "sara", "--password-stdin", typed="een heel ander woord\n")
    assert opened.accounts.log_in("sara", "een heel ander woord", "")
    assert run(staffed, "roles", "sara", "--role", "author@gemeente").stdout == "sara: author@gemeente\n"
    assert [str(grant) for grant in opened.accounts.all()[0].grants] == ["author@gemeente"]
    assert "'agent@mars'" in refused(staffed, "roles", "sara", "--role", "agent@mars")


def test_the_audit_log_is_shown_and_looked_through(staffed: Path) -> None:
    run(staffed, "disable", "sara")
    shown = run(staffed, "audit").stdout.splitlines()
    assert ["account_disabled" in shown[0], "account_added" in shown[1], len(shown)] == [True, True, 2]
    assert [line["act"] for line in json.loads(run(staffed, "audit", "--limit", "1", "--json").stdout)] == [
        "account_disabled"
    ]
    found = json.loads(run(staffed, "audit", "--verify", "--json").stdout)
    assert found["lines"] == 2
    assert found["last"] in run(staffed, "audit", "--verify", "--known", found["last"]).stdout
    assert "no line has the hash 00" in refused(staffed, "audit", "--verify", "--known", "00")


def test_an_audit_log_that_was_tampered_with_is_a_failure(staffed: Path, opened: Service) -> None:
    run(staffed, "disable", "sara")
    with closing(opened.conversations_database) as database, database.write() as session:
        session.execute(delete(audit).where(audit.c.seq == 1))
    assert "line 1 is missing" in refused(staffed, "audit", "--verify")
