"""What the conversations database must look like."""

from __future__ import annotations

from pathlib import Path

from assistant.store import account_tables, case_tables, feedback, handover_tables, history_tables
from assistant.store.tables import Base
from knowledge.store.schema import Schema

WITH_TABLES = (account_tables, case_tables, feedback, handover_tables, history_tables)
"""Beside the tables of conversations: a module that is not loaded has none."""
CONVERSATIONS = Schema("conversations", Base.metadata, Path(__file__).parent / "migrations" / "versions")
