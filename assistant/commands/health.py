"""What `doctor` and `/readyz` look at."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import Any

from assistant.bootstrap import Service
from knowledge.dense import DenseUnavailable
from knowledge.errors import NamedFailure
from knowledge.language_levels import Level, levels, measured
from knowledge.pages import PageState
from knowledge.store.database import Database, SchemaMismatch

_LATE = timedelta(minutes=30)
"""A mail that waits for so long: the mail server has trouble, or nothing runs that sends."""
_OVERDUE = timedelta(minutes=5)
"""A plan that was not carried out for so long: nothing runs that does it."""


def checks(service: Service, *, thorough: bool = False) -> list[dict[str, Any]]:
    """Return each check as {name, ok, detail, mend}; `mend` is the command or act that cures it.

    `thorough` reads whole databases: seconds, not milliseconds.
    """
    found = [
        _sites(service),
        _counters(service),
        _home(service),
        *(_database(database, thorough) for database in service.databases),
    ]
    if all(check["ok"] for check in found[3:]):
        found += [
            _pages(service),
            _plans(service),
            _index(service),
            _dense(service),
            _decision(service),
            _languages(service),
            _answers(service),
            _mails(service),
        ]
    return found


def _sites(service: Service) -> dict[str, Any]:
    try:
        names = ", ".join(sorted(service.sites))
    except NamedFailure as failure:
        return _check("sites", False, str(failure), "correct the site file")
    sample = [site.id for site in service.sites.values() if site.sample]
    return _check("sites", True, f"{names}" + (f" (sample values: {', '.join(sample)})" if sample else ""), "")


def _counters(service: Service) -> dict[str, Any]:
    try:
        directory = service.counters
    except NamedFailure as failure:
        return _check("counters", False, str(failure), "correct closing_days.toml in the home")
    known = f"{len(directory.by_id)} counters"
    told = [f"{len(directory.flaws)} entries left out", *map(str, directory.flaws)] if directory.flaws else []
    return _check("counters", not told, "; ".join([known, *told]), "correct the entries that are named")


def _home(service: Service) -> dict[str, Any]:
    home = service.settings.home
    there = next(one for one in (home.absolute(), *home.absolute().parents) if one.exists())
    writable = there.is_dir() and os.access(there, os.W_OK)
    mend = "give this user the right to write in the home, or set WEGWIJZER_HOME"
    return _check("home", writable, f"{home}" if writable else f"{home} cannot be written", mend)


def _database(database: Database, thorough: bool) -> dict[str, Any]:
    name, mend = f"{database.schema.name} database", "stop the service, move the file away, wegwijzer restore DIR"
    if database.path is None:
        mend = f"start PostgreSQL, or correct WEGWIJZER_{database.schema.name.upper()}_URL"
    try:
        flaw = database.flaw(thorough=thorough)
    except SchemaMismatch as failure:
        return _check(name, False, str(failure), "use the version of the program that the message names")
    except NamedFailure as failure:
        return _check(name, False, str(failure), mend)
    # Any failure to read it is what this check is there to tell.
    except Exception as error:
        return _check(name, False, f"{database}: {type(error).__name__}: {error}", mend)
    return _check(name, not flaw, flaw or f"{database}, version {database.schema.head}", mend)


def _pages(service: Service) -> dict[str, Any]:
    counts = service.pages.counts()
    published = counts.get(PageState.PUBLISHED, 0)
    late = service.pages.overdue(datetime.now(UTC))
    detail = f"{published} published, {late} of them past their end or review term (wegwijzer pages list --overdue)"
    return _check("pages", published > 0, detail, "wegwijzer ingest sample, or wegwijzer ingest ipdc PATH")


def _plans(service: Service) -> dict[str, Any]:
    now = datetime.now(UTC)
    planned = service.revisions.scheduled()
    late = [one for one in planned if one.at < now - _OVERDUE]
    return _check("plans", not late, f"{len(planned)} planned, {len(late)} overdue", "wegwijzer serve")


def _index(service: Service) -> dict[str, Any]:
    status = service.index.status()
    detail = f"{status['generation']}, {status['behind']} changes behind, built with {status['version']}"
    if status["flaw"]:
        detail += f"; {status['flaw']}"
    return _check("index", not status["flaw"] and status["behind"] == 0, detail, "wegwijzer index rebuild")


def _answers(service: Service) -> dict[str, Any]:
    waiting = service.conversation_store.overdue(datetime.now(UTC) - _OVERDUE)
    detail = f"{waiting} messages have waited for an answer for more than {_OVERDUE.seconds // 60} minutes"
    return _check("conversations", not waiting, detail, "wegwijzer serve, or wegwijzer worker beside it")


def _mails(service: Service) -> dict[str, Any]:
    dead, late = service.outbox_store.counts(datetime.now(UTC) - _LATE)
    detail = f"{dead} dead letters, {late} mails have waited for more than {_LATE.seconds // 60} minutes"
    mend = "wegwijzer outbox list --state dead, then outbox replay or outbox drop"
    if not dead:
        mend = "wegwijzer serve" if service.settings.mail else "set WEGWIJZER_SMTP_URL"
        mend += ", and see why in wegwijzer outbox list"
    return _check("mails", not dead and not late, detail, mend)


def _dense(service: Service) -> dict[str, Any]:
    live, server = service.index.live(), service.settings.chroma_url
    try:
        if live is None:
            raise DenseUnavailable("no index yet")
        live.dense.search("test", "nl", 1)
    except DenseUnavailable as error:
        mend = (
            f"start the Chroma server at {server}, or wegwijzer index rebuild" if server else "wegwijzer index rebuild"
        )
        return _check("vectors", False, f"{error}; answers are given at the stricter threshold", mend)
    return _check("vectors", True, f"{service.embedder.version} at {datetime.now(UTC):%H:%M:%S} UTC", "")


def _decision(service: Service) -> dict[str, Any]:
    """Whether the thresholds were measured on an index like this one; if not, fewer questions are answered."""
    try:
        measured = service.calibration
    except NamedFailure as failure:
        return _check("decision", False, str(failure), "remove the file, or wegwijzer eval calibrate")
    known = f"calibration {measured.version}, measured on {measured.index}"
    if measured.fits:
        return _check("decision", True, known, "")
    told = f"{known}; this is {service.index.version}: answers are given at the strict threshold"
    return _check("decision", True, told, "wegwijzer eval calibrate")


def _languages(service: Service) -> dict[str, Any]:
    """What each language may be called: never wrong in itself, so that it only tells."""
    found = levels(measured(service.settings.home))
    named = {level: ", ".join(code for code, one in found.items() if one is level) for level in Level}
    return _check("languages", True, "; ".join(f"{level}: {codes}" for level, codes in named.items() if codes), "")


def _check(name: str, ok: bool, detail: str, mend: str) -> dict[str, Any]:
    return {"name": name, "ok": ok, "detail": detail, "mend": mend}
