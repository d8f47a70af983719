"""What the conversations database must look like."""

from __future__ import annotations

from pathlib import Path

from assistant.store.handover_tables import HandoverRow
from assistant.store.history_tables import HistoryRow
from knowledge.store.schema import Schema

_TABLES = (HandoverRow, HistoryRow)
CONVERSATIONS = Schema("conversations", _TABLES[0].metadata, Path(__file__).parent / "migrations" / "versions")
