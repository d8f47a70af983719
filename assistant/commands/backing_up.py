"""`backup` and `restore`: all state of an installation in one folder, taken and put back while it serves."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.commands import Json, follow, open_service, print_json
from knowledge.errors import NamedFailure

if TYPE_CHECKING:
    from assistant.bootstrap import Service
    from knowledge.store.database import Database

_MANIFEST = "backup.json"
_FILES = ("sites", "counters", "closing_days.toml", "calibration.json", "secret")
"""What else of a home is its own, and not made from the databases."""


class BackupRefused(NamedFailure):
    """The folder cannot be written to, or is not a backup; the message says why."""


def backup(
    folder: Annotated[Path, typer.Argument(help="A folder that does not exist yet, or is empty.")],
    as_json: Json = False,
) -> None:
    """Copy both databases and the home's own files, while the service runs, and check the copy."""
    report = make_backup(open_service(), folder)
    print_json(report) if as_json else print(_text(report, f"Backed up to {folder}"))


def restore(
    folder: Annotated[Path, typer.Argument(help="A folder made by `wegwijzer backup`.")],
    replace: Annotated[bool, typer.Option("--replace", help="Replace what this home holds now.")] = False,
    as_json: Json = False,
) -> None:
    """Put a backup back, also while the service runs; the index follows by itself."""
    service = open_service()
    report = put_back(service, folder, replace=replace)
    follow(service)
    print_json(report) if as_json else print(_text(report, f"Restored from {folder}"))


def make_backup(service: Service, folder: Path) -> dict[str, Any]:
    """Back up; returns {"made_at", "databases": {name: {"version", "rows", "sha256"}}, "files", "seconds"}.

    Raises BackupRefused for a folder that holds something or cannot be written, CopyFailed.
    """
    from knowledge.store.backup import copy_to_file

    started, databases = time.perf_counter(), {}
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise BackupRefused(f"{folder} is not an empty folder; give a new one.")
        # Conversations and a secret are not for other users of the machine.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for database in service.databases:
            file = folder / f"{database.schema.name}.sqlite3"
            rows = copy_to_file(database, file)
            databases[database.schema.name] = {"version": database.schema.head, "rows": rows, "sha256": _digest(file)}
        files = [name for name in _FILES if _copy(service.settings.home / name, folder / name)]
        made_at = datetime.now(UTC).isoformat(timespec="seconds")
        report = {"made_at": made_at, "databases": databases, "files": files}
        # Last: a folder without it is a backup that was cut short.
        (folder / _MANIFEST).write_text(json.dumps(report, indent=2), "utf-8")
    except OSError as error:
        raise BackupRefused(f"{folder} cannot be written: {error}.") from error
    return report | {"seconds": round(time.perf_counter() - started, 3)}


def put_back(service: Service, folder: Path, *, replace: bool) -> dict[str, Any]:
    """Restore; returns {"made_at", "databases": {name: {"rows"}}, "files", "seconds"}.

    Everything is checked before anything is written. Raises BackupRefused, BackupDamaged, SchemaMismatch, CopyFailed.
    """
    from knowledge.store.backup import holds_something, restore_from_file

    started, manifest = time.perf_counter(), _manifest(folder)
    databases = [one for one in service.databases if one.schema.name in manifest["databases"]]
    _check(folder, manifest, databases)
    if not replace and any(map(holds_something, databases)):
        raise BackupRefused(
            "This home holds pages or conversations. `wegwijzer backup DIR` keeps them; `wegwijzer restore DIR "
            "--replace` replaces them."
        )
    restored = {}
    for database in databases:
        rows = restore_from_file(folder / f"{database.schema.name}.sqlite3", database)
        restored[database.schema.name] = {"rows": rows}
    try:
        files = [name for name in manifest["files"] if _copy(folder / name, service.settings.home / name)]
    except OSError as error:
        raise BackupRefused(f"The databases are restored; {', '.join(_FILES)} are not: {error}.") from error
    seconds = round(time.perf_counter() - started, 3)
    return {"made_at": manifest["made_at"], "databases": restored, "files": files, "seconds": seconds}


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((folder / _MANIFEST).read_text("utf-8"))
        known = {name: (one["sha256"], dict(one["rows"])) for name, one in found["databases"].items()}
        whole = "knowledge" in known and set(found["files"]) <= set(_FILES) and bool(found["made_at"])
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        whole = False
    if not whole:
        raise BackupRefused(f"{folder} has no readable {_MANIFEST}: it is not a backup, or one cut short.")
    return found


def _check(folder: Path, manifest: dict[str, Any], databases: list[Database]) -> None:
    """Compare the files of a backup with what was written. Raises BackupDamaged, SchemaMismatch."""
    from knowledge.store.backup import BackupDamaged, check_file

    for database in databases:
        file, written = folder / f"{database.schema.name}.sqlite3", manifest["databases"][database.schema.name]
        if not file.is_file() or _digest(file) != written["sha256"]:
            raise BackupDamaged(f"{file} is missing or not what was written; use another backup.")
        rows = check_file(database, file)
        if wrong := sorted(name for name, count in written["rows"].items() if rows.get(name, count) != count):
            raise BackupDamaged(f"{file}: {', '.join(wrong)} do not have the rows that were written.")
    if missing := [name for name in manifest["files"] if not (folder / name).exists()]:
        raise BackupDamaged(f"{folder / missing[0]} is missing; use another backup.")


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _copy(source: Path, target: Path) -> bool:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    elif source.is_file():
        # A secret is never readable for others, not for a moment.
        target.touch(source.stat().st_mode & 0o777)
        shutil.copy(source, target)
    return source.exists()


def _text(report: dict[str, Any], what: str) -> str:
    lines = [f"{what} in {report['seconds']} s (made at {report['made_at']}):"]
    for name, found in report["databases"].items():
        lines.append(f"  {name}: " + ", ".join(f"{count} {table}" for table, count in found["rows"].items()))
    return "\n".join([*lines, *(f"  {name}" for name in report["files"])])


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(backup)
    app.command()(restore)
