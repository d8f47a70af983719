"""What the conversations database must look like."""

from __future__ import annotations

from pathlib import Path

from assistant.store.handover_tables import HandoverRow
from knowledge.store.schema import Schema

CONVERSATIONS = Schema("conversations", HandoverRow.metadata, Path(__file__).parent / "migrations" / "versions")
