"""Accounts of staff: who gets in, for how long, and what the audit log has of it, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
from argon2.profiles import CHEAPEST
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, delete, func, insert, select, update

from assistant.accounts.account import BadAccount, Role, as_username, display_name, grants_of, new_username
from assistant.accounts.engine import LIFE, LIMITS, WrongLogin
from assistant.accounts.passwords import BadPassword, Passwords
from assistant.store.account_tables import accounts, audit, audit_end, login_tries, logins
from assistant.store.accounts import AccountExists, NoAccount
from assistant.store.audit import Deed, append
from assistant.store.logins import LockedOut
from assistant.store.tables import Base
from knowledge.store.backup import copy_to_file, restore_from_file
from knowledge.store.database import Database
from tests.assistant.staffing import PASSWORD, SITES, Office, an_office

WRONG, OTHER = "zes gele fietsen", "een heel ander woord"
DEARER = replace(CHEAPEST, time_cost=2)


@pytest.fixture
def office(home: Path, conversations_url: str) -> Iterator[Office]:
    """One account, sara, in a database of each kind."""
    with an_office(home, conversations_url) as found:
        found.add()
        yield found


def rows(office: Office, table: Table) -> int:
    with office.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def kept_password(office: Office) -> str:
    with office.database.read() as session:
        return session.execute(select(accounts.c.password)).scalar_one()


def fail(office: Office, times: int = 1, username: str = "sara", source: str = "here") -> None:
    for _ in range(times):
        with pytest.raises(WrongLogin):
            office.log_in(username, WRONG, source)


# --- accounts


def test_there_is_no_account_before_somebody_makes_one(home: Path, conversations_url: str) -> None:
    with an_office(home, conversations_url) as empty:
        assert empty.engine.all() == []


def test_an_account_has_its_roles_on_its_sites_alone(office: Office) -> None:
    office.add("an", "publisher@gemeente", "agent@*", "agent@*")
    an, sara = office.engine.all()
    assert [str(grant) for grant in an.grants] == ["agent@*", "publisher@gemeente"]
    assert an.may(Role.PUBLISHER, "gemeente")
    assert an.may(Role.AGENT, "gemeente")
    assert an.may(Role.AGENT, "*")
    assert not an.may(Role.PUBLISHER, "regio")
    assert not an.may(Role.PUBLISHER, "*")
    assert not an.may(Role.REVIEWER, "gemeente")
    assert not sara.may(Role.AGENT, "*")


def test_a_username_is_taken_once_however_it_is_written(office: Office) -> None:
    with pytest.raises(AccountExists, match="sara"):
        office.add(" Sara ")
    assert office.acts() == [("account_added", "sara")]


@pytest.mark.parametrize("typed", ["", " ", "sara peeters", "-sara", "ѕara", "sara\n\x00", "s" * 65, "K\u212aren"])
def test_what_cannot_be_a_username_is_refused(typed: str) -> None:
    with pytest.raises(BadAccount, match="cannot be a username"):
        new_username(typed)


@pytest.mark.parametrize(
    ("typed", "named"),
    [("agent", "role@site"), ("koning@regio", "'koning'"), ("agent@mars", "'mars'"), ("agent@", "''"), ("", "role@")],
)
def test_what_cannot_be_a_role_is_refused_by_name(typed: str, named: str) -> None:
    with pytest.raises(BadAccount, match=named):
        grants_of([typed], SITES)


@given(st.text())
@settings(max_examples=200)
def test_whatever_is_typed_as_a_name_is_kept_well_or_refused(typed: str) -> None:
    username = as_username(typed)
    assert username == as_username(username)
    assert username.isascii()
    with suppress(BadAccount):
        assert display_name(typed).encode().decode().isprintable()


def test_other_roles_hold_at_once_also_for_who_is_logged_in(office: Office) -> None:
    token = office.log_in().token
    office.engine.set_roles("sara", grants_of(["reviewer@gemeente"], SITES), "cli")
    login = office.engine.logged_in(token)
    assert login is not None
    assert [str(grant) for grant in login.account.grants] == ["reviewer@gemeente"]


@pytest.mark.parametrize("act", ["disable", "enable", "set_password", "set_roles"])
def test_what_is_done_to_nobody_is_refused_by_name(office: Office, act: str) -> None:
    more: dict[str, Any] = {"set_password": {"password": PASSWORD}, "set_roles": {"grants": ()}}
    with pytest.raises(NoAccount, match="'niemand'"):
        getattr(office.engine, act)("niemand", actor="cli", **more.get(act, {}))


# --- passwords


@pytest.mark.parametrize("password", ["", "elf tekens.", "x" * 1001, "sara.peeters", " SARA.Peeters"])
def test_a_password_that_is_too_short_or_the_username_is_refused(office: Office, password: str) -> None:
    with pytest.raises(BadPassword) as refused:
        office.engine.add("sara.peeters", "Sara", grants_of(["agent@*"], SITES), password, "cli")
    assert not password or password not in str(refused.value)
    assert len(office.engine.all()) == 1


def test_of_a_password_only_an_argon2id_hash_is_kept(office: Office) -> None:
    token = office.log_in().token
    with office.database.read() as session:
        kept = [str(row) for table in Base.metadata.sorted_tables for row in session.execute(select(table))]
    assert not [row for row in kept if PASSWORD in row or token in row]
    assert kept_password(office).startswith("$argon2id$")


def test_by_default_hashes_are_made_as_the_library_recommends() -> None:
    assert Passwords().hashed(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@given(st.text(max_size=60), st.text(max_size=60))
@settings(max_examples=30)
def test_whatever_is_typed_matches_itself_and_nothing_else(one: str, other: str) -> None:
    passwords = Passwords(CHEAPEST)
    kept = passwords.hashed(one)
    assert passwords.match(kept, one)
    assert passwords.match(kept, other) == (normalize("NFKC", one) == normalize("NFKC", other))
    assert not passwords.match(None, one)


def test_the_same_word_of_another_keyboard_is_the_same_password() -> None:
    passwords = Passwords(CHEAPEST)
    assert passwords.match(passwords.hashed("cafe\u0301 in de straat"), "caf\u00e9 in de straat")


@pytest.mark.parametrize("typed", ["\ud800" * 12, "\x00" * 12, "🚲" * 12])
def test_what_no_keyboard_types_is_a_password_like_any_other(typed: str) -> None:
    passwords = Passwords(CHEAPEST)
    assert passwords.match(passwords.hashed(typed), typed)
    assert not passwords.match(passwords.hashed(typed), typed + " ")


def test_a_hash_that_is_none_matches_nothing() -> None:
    assert not Passwords(CHEAPEST).match("niets", PASSWORD)


def test_a_hash_with_other_parameters_is_made_anew_when_somebody_logs_in(office: Office) -> None:
    before = kept_password(office)
    fail(office.again(DEARER))
    assert kept_password(office) == before
    office.again(DEARER).log_in()
    renewed = kept_password(office)
    assert "t=2" in renewed
    assert "t=1" in before
    office.again(DEARER).log_in()
    assert kept_password(office) == renewed


def test_another_password_ends_what_was_logged_in_with_the_one_before(office: Office) -> None:
    token = office.log_in().token
    office.engine.set_password("sara", OTHER, "cli")
    assert office.engine.logged_in(token) is None
    fail(office)
    assert office.log_in(password=OTHER)


# --- too many tries


def test_after_some_wrong_passwords_one_must_wait_twice_as_long_each_time(office: Office) -> None:
    fail(office, LIMITS.account)
    for seconds in (30, 60, 120, 240, 480, 900, 900):
        with pytest.raises(LockedOut) as refused:
            office.log_in()
        assert refused.value.seconds == seconds
        office.clock.move(seconds=seconds - 1)
        with pytest.raises(LockedOut):
            office.log_in()
        office.clock.move(seconds=1)
        fail(office)


def test_the_right_password_after_the_wait_gets_in_and_the_count_begins_anew(office: Office) -> None:
    fail(office, LIMITS.account)
    office.clock.move(seconds=30)
    assert office.log_in()
    fail(office, LIMITS.account - 1)
    assert office.log_in()
    assert ("locked_out", "sara") in office.acts()
    assert office.audit.lines(1)[0].detail == {"wrong_tries_before": LIMITS.account - 1}


def test_wrong_tries_are_forgotten_after_a_day(office: Office) -> None:
    fail(office, LIMITS.account - 1)
    office.clock.move(hours=24)
    fail(office)
    assert office.log_in()


def test_other_processes_count_along_and_other_accounts_are_not_locked(office: Office) -> None:
    office.add("an")
    elsewhere = office.again()
    for number in range(LIMITS.account):
        fail((office, elsewhere)[number % 2], source=f"source {number}")
    with pytest.raises(LockedOut):
        elsewhere.log_in(source="yet another")
    assert elsewhere.log_in("an")


def test_who_guesses_from_one_place_must_wait_for_all_accounts(office: Office) -> None:
    for number in range(LIMITS.source):
        fail(office, username=f"naam{number}", source="guesser")
    with pytest.raises(LockedOut):
        office.log_in(source="guesser")
    assert office.log_in(source="somebody else")


def test_a_log_in_that_succeeds_does_not_clear_where_it_was_guessed_from(office: Office) -> None:
    for number in range(LIMITS.source):
        fail(office, username="sara" if number % 3 == 0 else f"naam{number}", source="guesser")
        if number % 3 == 0:
            office.log_in(source="somebody else")
    with pytest.raises(LockedOut):
        office.log_in(source="guesser")


@pytest.mark.parametrize("username", ["niemand", "", "geen naam", "\ud800", "uit"])
def test_a_name_that_is_nobodys_is_locked_like_any_other_and_not_told(office: Office, username: str) -> None:
    office.add("uit")
    office.engine.disable("uit", "cli")
    fail(office, LIMITS.account, username)
    with pytest.raises(LockedOut):
        office.log_in(username)
    assert office.acts()[-1] == ("locked_out", "")


def test_many_guesses_at_once_are_not_more_than_one_by_one(office: Office) -> None:
    offices, gate = [office, office.again()], threading.Barrier(12)

    def guess(number: int) -> str:
        gate.wait()
        try:
            offices[number % 2].log_in(password=f"{WRONG} {number}", source=f"source {number}")
        except (WrongLogin, LockedOut) as refused:
            return type(refused).__name__
        return "in"

    with ThreadPoolExecutor(12) as pool:
        told = list(pool.map(guess, range(12)))
    assert told.count("WrongLogin") == LIMITS.account
    assert told.count("LockedOut") == 12 - LIMITS.account
    assert office.audit.verify().flaw == ""


def test_an_operator_can_let_somebody_in_again(office: Office) -> None:
    fail(office, LIMITS.account)
    assert office.engine.enable("sara", "cli")
    assert office.log_in()
    assert not office.engine.enable("sara", "cli")


# --- log-ins


def test_a_log_in_opens_with_its_own_token_alone(office: Office) -> None:
    one, other = office.log_in(), office.log_in(" SARA ")
    assert one.token != other.token
    assert one.csrf != other.csrf
    found = office.again().engine.logged_in(one.token)
    assert found == one
    assert found.csrf == one.csrf
    for wrong in ("", one.token + "x", "x" * 1000, one.csrf, "é"):
        assert office.engine.logged_in(wrong) is None


def test_a_log_in_that_is_not_used_ends(office: Office) -> None:
    token = office.log_in().token
    for _ in range(3):
        office.clock.move(minutes=59)
        assert office.engine.logged_in(token)
    office.clock.move(minutes=60)
    assert office.engine.logged_in(token) is None


def test_a_log_in_that_is_used_ends_after_a_working_day(office: Office) -> None:
    token = office.log_in().token
    for _ in range(2 * 12 - 1):
        office.clock.move(minutes=30)
        assert office.engine.logged_in(token)
    office.clock.move(minutes=30)
    assert office.engine.logged_in(token) is None


def test_log_ins_that_are_over_are_removed(office: Office) -> None:
    office.log_in()
    office.clock.at += LIFE.idle
    office.log_in()
    assert rows(office, logins) == 1


def test_logging_out_ends_one_log_in_and_everywhere_ends_all_of_that_account(office: Office) -> None:
    office.add("an")
    first, second, third, of_an = office.log_in(), office.log_in(), office.log_in(), office.log_in("an")
    office.engine.log_out(first)
    office.engine.log_out(first)
    assert office.engine.logged_in(first.token) is None
    assert office.engine.logged_in(second.token)
    assert office.engine.log_out_everywhere(second) == 2
    assert [office.engine.logged_in(one.token) for one in (second, third)] == [None, None]
    assert office.engine.logged_in(of_an.token)
    assert office.acts()[-2:] == [("logged_out", "sara"), ("logged_out_everywhere", "sara")]


def test_a_disabled_account_is_out_at_once_and_its_right_password_is_a_wrong_one(office: Office) -> None:
    token = office.log_in().token
    assert office.engine.disable("sara", "cli")
    assert not office.engine.disable("SARA", "cli")
    assert office.again().engine.logged_in(token) is None
    with pytest.raises(WrongLogin):
        office.log_in()
    assert office.engine.enable("sara", "cli")
    assert office.engine.logged_in(token) is None
    assert office.log_in()


def test_what_is_disabled_or_changed_while_its_password_is_looked_at_does_not_get_in(office: Office) -> None:
    made = office.logins.begin("sara", "a", "s", office.clock(), LIMITS)
    office.engine.disable("sara", "cli")
    assert office.logins.succeed(made, "sara", "d1", LIFE, None) is None
    office.engine.enable("sara", "cli")
    office.engine.set_password("sara", OTHER, "cli")
    assert office.logins.succeed(made, "sara", "d2", LIFE, None) is None
    assert rows(office, logins) == 0


# --- the audit log


def a_day(office: Office) -> None:
    """Six lines."""
    office.engine.log_out(office.log_in())
    office.engine.log_out_everywhere(office.log_in())
    office.engine.disable("sara", "cli")


def test_what_staff_did_is_there_in_order_with_who_did_it(office: Office) -> None:
    a_day(office)
    found = office.audit.verify()
    assert (found.lines, found.flaw) == (6, "")
    assert [(line.actor, line.act) for line in reversed(office.audit.lines(10))] == [
        ("cli", "account_added"),
        ("sara", "logged_in"),
        ("sara", "logged_out"),
        ("sara", "logged_in"),
        ("sara", "logged_out_everywhere"),
        ("cli", "account_disabled"),
    ]
    assert [line.seq for line in office.audit.lines(2, before=5)] == [4, 3]
    assert found.last == office.audit.lines(1)[0].hash


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (update(audit).where(audit.c.seq == 3).values(actor="an"), "line 3"),
        (update(audit).where(audit.c.seq == 3).values(subject="an"), "line 3"),
        (update(audit).where(audit.c.seq == 3).values(act="logged_in"), "line 3"),
        (update(audit).where(audit.c.seq == 2).values(detail='{"wrong_tries_before":1}'), "line 2"),
        (update(audit).where(audit.c.seq == 3).values(hash="0" * 64), "line 3"),
        (delete(audit).where(audit.c.seq == 3), "line 3"),
        (delete(audit).where(audit.c.seq == 1), "line 1"),
        (delete(audit).where(audit.c.seq >= 5), "after line 4"),
        (delete(audit), "after line 0"),
        (delete(audit_end), "after line 6"),
    ],
    ids=str,
)
def test_a_line_that_was_changed_or_removed_is_found(office: Office, change: Any, named: str) -> None:
    a_day(office)
    with office.database.write() as session:
        session.execute(change)
    assert named in office.audit.verify().flaw


def test_the_moment_of_a_line_counts(office: Office) -> None:
    a_day(office)
    with office.database.write() as session:
        later = office.clock() + timedelta(microseconds=1)
        session.execute(update(audit).where(audit.c.seq == 4).values(at=later))
    assert "line 4" in office.audit.verify().flaw


def test_lines_that_changed_places_are_found(office: Office) -> None:
    a_day(office)
    with office.database.write() as session:
        for now, then in ((3, 100), (4, 3), (100, 4)):
            session.execute(update(audit).where(audit.c.seq == now).values(seq=then))
    assert "line 3" in office.audit.verify().flaw


def test_a_log_that_was_written_anew_does_not_have_a_hash_that_was_noted(office: Office) -> None:
    a_day(office)
    noted = office.audit.verify().last
    assert office.audit.verify(noted).flaw == ""
    office.engine.enable("sara", "cli")
    assert office.audit.verify(noted).flaw == ""
    with office.database.write() as session:
        session.execute(delete(audit))
        session.execute(delete(audit_end))
    office.engine.disable("sara", "cli")
    assert office.audit.verify().flaw == ""
    assert noted in office.audit.verify(noted).flaw


def test_what_did_not_happen_is_not_in_the_log(office: Office) -> None:
    def tries() -> None:
        with office.database.write() as session:
            append(session, Deed(office.clock(), "an", "tried", "sara"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        tries()
    assert office.acts() == [("account_added", "sara")]


def test_many_who_write_at_once_make_one_chain(office: Office) -> None:
    offices = [office, office.again()]

    def write(number: int) -> None:
        with offices[number % 2].database.write() as session:
            append(session, Deed(office.clock(), f"a{number}", "did", "that", {"number": number}))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(24)))
    assert office.audit.verify().lines == 25
    assert office.audit.verify().flaw == ""


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none() | st.lists(st.booleans()), max_size=3))
@settings(max_examples=25)
def test_whatever_is_told_of_a_deed_is_read_back_as_it_was(tmp_path_factory: Any, detail: dict[str, Any]) -> None:
    with an_office(tmp_path_factory.mktemp("office")) as office:
        with office.database.write() as session:
            append(session, Deed(office.clock(), "an", "did", "that", detail))
        assert office.audit.lines(1)[0].detail == detail
        assert office.audit.verify().flaw == ""


# --- backups


def test_a_backup_carries_accounts_and_the_audit_log(office: Office, tmp_path: Path) -> None:
    a_day(office)
    office.engine.enable("sara", "cli")
    fail(office)
    noted = office.audit.verify().last
    copy_to_file(office.database, tmp_path / "copy.sqlite3")
    with office.database.write() as session:
        for table in (login_tries, audit, audit_end):
            session.execute(delete(table))
        session.execute(insert(login_tries), {"at": office.clock(), "account": "x", "source": "y"})
    restore_from_file(tmp_path / "copy.sqlite3", office.database)
    assert office.audit.verify(noted).flaw == ""
    assert rows(office, login_tries) == 1
    assert office.log_in()
    moved = Office(Database(tmp_path / "moved.sqlite3", office.database.schema), office.clock)
    restore_from_file(tmp_path / "copy.sqlite3", moved.database)
    assert moved.log_in()
    assert moved.audit.verify(noted).flaw == ""
    moved.database.close()
