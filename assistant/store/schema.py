"""What the conversations database must look like."""

from __future__ import annotations

from pathlib import Path

from assistant.store.tables import Base
from knowledge.store.schema import Schema

CONVERSATIONS = Schema("conversations", Base.metadata, Path(__file__).parent / "migrations" / "versions")
