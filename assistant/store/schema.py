"""What the conversations database must look like."""

from __future__ import annotations

from pathlib import Path

from assistant.store import account_tables, history_tables
from knowledge.store.schema import Schema

_TABLES = (account_tables.AccountRow, history_tables.HistoryRow)
CONVERSATIONS = Schema("conversations", _TABLES[0].metadata, Path(__file__).parent / "migrations" / "versions")
