"""What the conversations database must look like."""

from __future__ import annotations

from pathlib import Path

from assistant.store import account_tables
from knowledge.store.schema import Schema

CONVERSATIONS = Schema(
    "conversations", account_tables.AccountRow.metadata, Path(__file__).parent / "migrations" / "versions"
)
