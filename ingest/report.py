"""What an import did, in numbers, and what it refused."""

from __future__ import annotations

from dataclasses import dataclass, field

from knowledge.errors import NamedFailure


@dataclass(frozen=True)
class Refusal:
    """One record that was skipped: which one, which field, why (a sentence that says what to do)."""

    record: str
    field: str
    why: str


class SourceError(NamedFailure):
    """There is nothing to import from: a path that does not exist, a file of another kind."""


class RecordError(Exception):
    """A record cannot become a service; the import reports it and goes on."""

    def __init__(self, record: str, field: str, why: str) -> None:
        super().__init__(f"{record}: {field}: {why}")
        self.refusal = Refusal(record, field, why)


@dataclass
class ImportReport:
    """Counts of one import; `seconds` is wall time, `refused` was skipped, `warnings` tell of what was not."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    held: int = 0
    withdrawn: int = 0
    refused: list[Refusal] = field(default_factory=list)
    seconds: float = 0.0
    terms: int = 0
    """Words of citizens that changed."""
    stream_pages_unchanged: int = 0
    """Pages of streams that are as they were; their records are not read again, so they are not counted above."""
    warnings: list[Refusal] = field(default_factory=list)
