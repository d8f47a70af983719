"""From the records of a source to published revisions: read, compare, publish, report. What is broken is skipped."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from ingest.report import ImportReport, RecordError, Refusal
from ingest.sections import sections_of
from ingest.sources import ipdc
from ingest.sources.ipdc_record import generated_at, to_service
from ingest.sources.sample import read_sample
from knowledge.pages import PageDraft, PageState, PublishOutcome
from knowledge.store.pages import Pages

_BATCH = 25
"""Pages a transaction: short enough (<= 100 ms) that a conversation never waits for an import."""
_IMPORTER = "ipdc-2"
"""Part of every digest: raise it when the importer reads more out of a record, and pages are read again."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
"""A snapshot that does not say when it was made is older than all that do."""

Known = dict[str, tuple[str, datetime | None]]
Progress = Callable[[int], None]


def import_ipdc(
    pages: Pages, paths: list[Path], at: datetime, *, dry_run: bool = False, progress: Progress = lambda _: None
) -> ImportReport:
    """Import IPDC records from files and folders; `progress` hears how many records were read since the last call.

    With `dry_run` everything is read and compared, nothing is written. Raises SourceError for a
    path that is not there or not of a known kind; every smaller problem is a refusal in the report.
    """
    started, report = time.perf_counter(), ImportReport()
    files = ipdc.find_files(paths)
    newest = _newest(files, report, progress)
    known = pages.known("ipdc")
    changed = []
    for source_id, (record, where) in newest.items():
        digest = _digest(record)
        if known.get(source_id, ("",))[0] == digest:
            report.unchanged += 1
        else:
            changed.append((record, where, digest))
    drafts = _drafts(changed, report)
    while batch := list(islice(drafts, _BATCH)):
        _count(report, _outcomes(batch, known) if dry_run else pages.publish(batch, at))
    report.seconds = round(time.perf_counter() - started, 3)
    if not dry_run:
        pages.record_import("ipdc", at, json.dumps(asdict(report)))
    return report


def import_sample(pages: Pages, at: datetime, *, dry_run: bool = False) -> ImportReport:
    """Import the sample pages that come with the program."""
    started, report = time.perf_counter(), ImportReport()
    known = pages.known("sample")
    drafts = []
    for draft in read_sample():
        if isinstance(draft, RecordError):
            report.refused.append(draft.refusal)
        else:
            drafts.append(draft)
    _count(report, _outcomes(drafts, known) if dry_run else pages.publish(drafts, at))
    report.seconds = round(time.perf_counter() - started, 3)
    if not dry_run:
        pages.record_import("sample", at, json.dumps(asdict(report)))
    return report


def _newest(files: list[Path], report: ImportReport, progress: Progress) -> dict[str, tuple[dict[str, Any], str]]:
    """Read all files and keep the newest snapshot of each service (an LDES page holds older ones too)."""
    newest: dict[str, tuple[dict[str, Any], str]] = {}
    moments: dict[str, datetime] = {}
    for file in files:
        for where, record in ipdc.read_records(file):
            progress(1)
            if isinstance(record, Refusal):
                report.refused.append(record)
                continue
            try:
                source_id, moment = ipdc.source_id(record, where), generated_at(record, where) or _LONG_AGO
            except RecordError as error:
                report.refused.append(error.refusal)
                continue
            if source_id not in newest or moments[source_id] <= moment:
                newest[source_id], moments[source_id] = (record, where), moment
    return newest


def _drafts(changed: list[tuple[dict[str, Any], str, str]], report: ImportReport) -> Iterator[PageDraft]:
    for record, where, digest in changed:
        try:
            service = to_service(record, where)
        except RecordError as error:
            report.refused.append(error.refusal)
            continue
        yield PageDraft(replace(service, sections=sections_of(service)), digest)


def _outcomes(batch: list[PageDraft], known: Known) -> list[PublishOutcome]:
    """What publishing would do, for a dry run."""
    return [_outcome(draft, *known.get(draft.service.source_id, ("", None))) for draft in batch]


def _outcome(draft: PageDraft, digest: str, moment: datetime | None) -> PublishOutcome:
    snapshot = draft.service.generated_at
    if draft.digest == digest or (snapshot and moment and snapshot < moment):
        return PublishOutcome.UNCHANGED
    if draft.state is PageState.WITHDRAWN:
        return PublishOutcome.WITHDRAWN
    return PublishOutcome.CHANGED if digest else PublishOutcome.NEW


def _count(report: ImportReport, outcomes: list[PublishOutcome]) -> None:
    for outcome in outcomes:
        setattr(report, outcome.value, getattr(report, outcome.value) + 1)


def _digest(record: dict[str, Any]) -> str:
    content = json.dumps(record, sort_keys=True)
    return hashlib.sha256(f"{_IMPORTER}{content}".encode()).hexdigest()
