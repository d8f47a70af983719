"""Deletions in a stream (ActivityStreams `Delete` and `Tombstone`): what was deleted there is withdrawn here."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from ingest.report import RecordError
from ingest.sources.ipdc import source_id
from ingest.sources.ipdc_fields import Fields, as_list
from knowledge.services import PublicService

_VOCABULARY = re.compile(r".*[#/:]")
_MOMENTS = ("generatedAtTime", "deleted", "published", "updated")


def is_deletion(record: dict[str, Any]) -> bool:
    """Whether this member says that something is no more."""
    return any(
        _local(str(kind)) in {"Delete", "Tombstone"} for key in ("@type", "type") for kind in as_list(record.get(key))
    )


def read_deletion(record: dict[str, Any], where: str) -> tuple[str, datetime]:
    """Return the id of what was deleted and the moment. Raises RecordError where it does not say both."""
    said = {_local(key): value[0] if isinstance(value, list) and value else value for key, value in record.items()}
    thing = said.get("object")
    if isinstance(thing, str):
        thing = {"@id": thing}
    moments = (Fields(part, where).moment(key) for part in (said, thing or {}) for key in _MOMENTS)
    if moment := next((one for one in moments if one), None):
        return source_id(thing or record, where), moment
    raise RecordError(where, "generatedAtTime", "A deletion must say when it was: it may be older than what we have.")


def withdrawn(service: PublicService | None, deleted: str, moment: datetime) -> PublicService:
    """Return `service` as it is after its deletion; an empty one, if it was never here, keeps older snapshots out."""
    service = service or PublicService("ipdc", deleted, {"nl": deleted}, {})
    return replace(service, archived=True, generated_at=moment)


def _local(name: str) -> str:
    return _VOCABULARY.sub("", name)
