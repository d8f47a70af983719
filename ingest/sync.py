"""From the records of a source to published revisions: read, compare, publish, report. What is broken is skipped."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.content_checks import check
from ingest.newest import Newest, Snapshot
from ingest.report import ImportReport, RecordError, Refusal, SourceError
from ingest.sections import sections_of
from ingest.sources import ipdc
from ingest.sources.deletions import withdrawn
from ingest.sources.ipdc_record import to_service
from ingest.sources.ldes import Stream
from ingest.sources.sample import SAMPLE, content_folder, read_sample, texts_in
from ingest.sources.words import read_words
from knowledge.pages import PageDraft, PageState, PublishOutcome, page_id_of
from knowledge.store.pages import Pages
from knowledge.store.terms import Terms

if TYPE_CHECKING:
    from ingest.sources.shapes import Shapes

_BATCH = 15
"""Pages a transaction: short enough (<= 100 ms) that a conversation never waits for an import."""
_IMPORTER = "ipdc-2"
"""Part of every digest: raise it when the importer reads more out of a record, and pages are read again."""
_GONE = "gone"
"""Digest of a page whose files are gone: any file that comes back has another."""

Known = dict[str, tuple[str, datetime | None]]
Progress = Callable[[int], None]


def import_ipdc(
    pages: Pages,
    sources: Sequence[Path | Stream],
    at: datetime,
    *,
    shapes: Shapes | None = None,
    dry_run: bool = False,
    progress: Progress = lambda _: None,
) -> ImportReport:
    """Import IPDC records from files, folders and streams; `progress` hears how many records were read since last.

    With `dry_run` everything is read and compared, nothing is written. What `shapes` find becomes warnings. Raises
    SourceError for a path that is not there or not of a known kind, and for a stream that cannot be begun; every
    smaller problem is a refusal in the report.
    """
    started, report = time.perf_counter(), ImportReport()
    files = [(file, file.name) for file in ipdc.find_files([one for one in sources if isinstance(one, Path)])]
    with ExitStack() as streams:
        for stream in sources:
            if isinstance(stream, Stream):
                changes = streams.enter_context(stream.changes(_IMPORTER, dry_run=dry_run))
                files += changes.files
                report.refused += changes.refused
                report.stream_pages_unchanged += changes.unchanged
        known = pages.known("ipdc")
        changed = _changed(_newest(files, report, progress).of_each(known, pages), known, report)
        drafts = _drafts(changed, pages, shapes, report)
        while batch := list(islice(drafts, _BATCH)):
            _count(report, batch, _outcomes(batch, known) if dry_run else pages.publish(batch, at))
    report.seconds = round(time.perf_counter() - started, 3)
    if not dry_run:
        pages.record_import("ipdc", at, json.dumps(asdict(report)))
    return report


def import_sample(pages: Pages, at: datetime, *, dry_run: bool = False) -> ImportReport:
    """Import the sample pages that come with the program."""
    return import_folder(pages, content_folder(), at, source=SAMPLE, dry_run=dry_run)


def import_folder(
    pages: Pages, folder: Path, at: datetime, *, source: str = "folder", dry_run: bool = False
) -> ImportReport:
    """Import the pages that are files in a folder; a page whose files are gone is withdrawn.

    A page with a file that cannot be read stays as it is; what editors should look at in new and changed ones is a
    warning. Raises SourceError where there is no such folder.
    """
    if not folder.is_dir():
        raise SourceError(f"{folder} is not a folder. Give a folder with files <slug>.<language>.md.")
    started, report = time.perf_counter(), ImportReport()
    known = pages.known(source)
    drafts, texts = [], texts_in(folder)
    there = {name.partition(".")[0] for name in texts}
    for draft in read_sample(texts, source):
        if isinstance(draft, RecordError):
            report.refused.append(draft.refusal)
        else:
            drafts.append(draft)
            if known.get(draft.service.source_id, ("", None))[0] != draft.digest:
                report.warnings += check(draft.service)
    gone = pages.get(page_id_of(source, source_id) for source_id in known if source_id not in there)
    drafts += [
        PageDraft(replace(page.service, archived=True), _GONE) for page in gone.values() if not page.service.archived
    ]
    for start in range(0, len(drafts), _BATCH):
        batch = drafts[start : start + _BATCH]
        _count(report, batch, _outcomes(batch, known) if dry_run else pages.publish(batch, at))
    report.seconds = round(time.perf_counter() - started, 3)
    if not dry_run:
        pages.record_import(source, at, json.dumps(asdict(report)))
    return report


def import_words(terms: Terms, folder: Path, origin: str, report: ImportReport, *, dry_run: bool = False) -> None:
    """Let the words of citizens that come from `origin` be those in `folder`; what is broken is refused in `report`."""
    found = []
    for word in read_words(folder) if folder.is_dir() else ():
        if isinstance(word, Refusal):
            report.refused.append(word)
        else:
            found.append(word)
    if not dry_run:
        report.terms = sum(terms.replace(origin, found))


def _newest(files: list[tuple[Path, str]], report: ImportReport, progress: Progress) -> Newest:
    """Read all files, each under the name that refusals call it by."""
    newest = Newest()
    for file, name in files:
        for where, record in ipdc.read_records(file, name):
            progress(1)
            if isinstance(record, Refusal):
                report.refused.append(record)
                continue
            try:
                newest.add(record, where)
            except RecordError as error:
                report.refused.append(error.refusal)
    return newest


def _changed(newest: dict[str, Snapshot], known: Known, report: ImportReport) -> Iterator[tuple[str, Snapshot, str]]:
    """Yield what differs from what is known and is not older, with a digest; count the rest."""
    for source_id, snapshot in newest.items():
        digest = _digest(snapshot.record)
        before, moment = known.get(source_id, ("", None))
        if digest == before or snapshot.before(moment):
            report.unchanged += 1
        else:
            yield source_id, snapshot, digest


def _drafts(
    changed: Iterator[tuple[str, Snapshot, str]], pages: Pages, shapes: Shapes | None, report: ImportReport
) -> Iterator[PageDraft]:
    for source_id, snapshot, digest in changed:
        if snapshot.deletion:
            page = pages.get([page_id_of("ipdc", source_id)]).values()
            service = next((one.service for one in page), None)
            yield PageDraft(withdrawn(service, source_id, snapshot.moment), digest)
            continue
        if shapes:
            report.warnings += shapes.check(snapshot.record, snapshot.where)
        try:
            service = to_service(snapshot.record, snapshot.where)
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


def _count(report: ImportReport, drafts: list[PageDraft], outcomes: list[PublishOutcome]) -> None:
    for draft, outcome in zip(drafts, outcomes, strict=True):
        name = outcome.value
        if outcome is PublishOutcome.HELD:
            name, why = "changed", "An editor decided otherwise before, so what the source says now waits in review."
            report.warnings.append(Refusal(draft.page_id, "page", why))
        setattr(report, name, getattr(report, name) + 1)


def _digest(record: dict[str, Any]) -> str:
    content = json.dumps(record, sort_keys=True)
    return hashlib.sha256(f"{_IMPORTER}{content}".encode()).hexdigest()
