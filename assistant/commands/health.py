"""What `doctor` and `/readyz` look at."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from assistant.bootstrap import Service
from knowledge.dense import DenseUnavailable
from knowledge.errors import NamedFailure
from knowledge.pages import PageState


def checks(service: Service) -> list[dict[str, Any]]:
    """Return each check as {name, ok, detail, mend}; `mend` is the command or act that cures it."""
    found = [_sites(service), _database(service)]
    if found[-1]["ok"]:
        found += [_pages(service), _index(service), _dense(service)]
    return found


def _sites(service: Service) -> dict[str, Any]:
    try:
        names = ", ".join(sorted(service.sites))
    except NamedFailure as failure:
        return _check("sites", False, str(failure), "correct the site file")
    sample = [site.id for site in service.sites.values() if site.sample]
    return _check("sites", True, f"{names}" + (f" (sample values: {', '.join(sample)})" if sample else ""), "")


def _database(service: Service) -> dict[str, Any]:
    try:
        last = service.pages.last_change()
    # Any failure to open or read the file is what this check is there to tell.
    except Exception as error:
        return _check("database", False, f"{type(error).__name__}: {error}", "restore a backup of knowledge.sqlite3")
    return _check("database", True, f"{service.database.path}, {last} changes", "")


def _pages(service: Service) -> dict[str, Any]:
    counts = service.pages.counts()
    published = counts.get(PageState.PUBLISHED, 0)
    return _check(
        "pages", published > 0, f"{published} published", "wegwijzer ingest sample, or wegwijzer ingest ipdc PATH"
    )


def _index(service: Service) -> dict[str, Any]:
    status = service.index.status()
    fine = status["version"] == status["expected_version"] and status["behind"] == 0
    detail = f"generation {status['generation']}, {status['behind']} changes behind, built with {status['version']}"
    return _check("index", fine, detail, "wegwijzer index rebuild")


def _dense(service: Service) -> dict[str, Any]:
    live = service.index.live()
    try:
        if live is None:
            raise DenseUnavailable("no index yet")
        live.dense.search("test", "nl", 1)
    except DenseUnavailable as error:
        return _check(
            "vectors", False, f"{error}; answers are given at the stricter threshold", "wegwijzer index rebuild"
        )
    return _check("vectors", True, f"{service.embedder.version} at {datetime.now(UTC):%H:%M:%S} UTC", "")


def _check(name: str, ok: bool, detail: str, mend: str) -> dict[str, Any]:
    return {"name": name, "ok": ok, "detail": detail, "mend": mend}
