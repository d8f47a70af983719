"""The newest snapshot of each service among all that a source holds, in whatever order it gives them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ingest.sources.deletions import is_deletion, read_deletion
from ingest.sources.ipdc import instance_id, source_id
from ingest.sources.ipdc_record import generated_at
from knowledge.pages import page_id_of
from knowledge.store.pages import Pages

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
"""A snapshot that does not say when it was made is older than all that do."""
_BATCH = 500

Ids = defaultdict[str, set[str]]


@dataclass(frozen=True)
class Snapshot:
    """One record of a source, where it stood, the moment it tells of, and whether it tells of a deletion."""

    record: dict[str, Any]
    where: str
    moment: datetime
    deletion: bool = False

    def before(self, moment: datetime | None) -> bool:
        """Whether this snapshot says that it is older than one of `moment`."""
        return moment is not None and _LONG_AGO < self.moment < moment

    def counts_over(self, other: Snapshot) -> bool:
        """Whether this snapshot, read after `other`, holds instead of it."""
        if self.moment == other.moment and self.moment > _LONG_AGO:
            return self._settled() >= other._settled()
        return self.moment >= other.moment

    def _settled(self) -> tuple[bool, str]:
        """What decides between two snapshots of one moment, whichever is read first: what is gone is gone."""
        gone = self.deletion or str(self.record.get("gearchiveerd")).lower() == "true"
        return gone, json.dumps(self.record, sort_keys=True)


class Newest:
    """Gathers records; keeps of each service the newest."""

    def __init__(self) -> None:
        self._snapshots: dict[str, Snapshot] = {}
        self._deletions: dict[str, Snapshot] = {}
        self._ids: Ids = defaultdict(set)

    def add(self, record: dict[str, Any], where: str) -> None:
        """Add one record. Raises RecordError where it cannot be told which service it is of, or of when."""
        if is_deletion(record):
            deleted, moment = read_deletion(record, where)
            _keep(self._deletions, deleted, Snapshot(record, where, moment, deletion=True))
            return
        service = source_id(record, where)
        _keep(self._snapshots, service, Snapshot(record, where, generated_at(record, where) or _LONG_AGO))
        self._ids[instance_id(record)].add(service)

    def of_each(self, known: Collection[str], pages: Pages) -> dict[str, Snapshot]:
        """Return the newest snapshot by source id. A deletion names an instance; its service may go by a number."""
        newest = dict(self._snapshots)
        unknown = [one for one in self._deletions if one not in known and one not in self._ids]
        stored = _stored_ids(known, pages) if unknown else {}
        for deleted, deletion in self._deletions.items():
            for service in self._ids.get(deleted) or stored.get(deleted) or {deleted}:
                _keep(newest, service, deletion)
        return newest


def _keep(found: dict[str, Snapshot], key: str, snapshot: Snapshot) -> None:
    if key not in found or snapshot.counts_over(found[key]):
        found[key] = snapshot


def _stored_ids(known: Collection[str], pages: Pages) -> Ids:
    """Return the source ids of the pages here by the id of the instance that they were read from."""
    ids: Ids = defaultdict(set)
    page_ids = [page_id_of("ipdc", one) for one in known]
    for start in range(0, len(page_ids), _BATCH):
        for page in pages.get(page_ids[start : start + _BATCH]).values():
            ids[instance_id({"isVersionOf": page.service.version_of})].add(page.source_id)
    return ids
