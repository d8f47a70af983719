"""Hand-overs to agents, who is present, and the notes of staff."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

MOMENT = sa.DateTime(timezone=True)
POSITION = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _handovers()
    op.create_table(
        "presence",
        sa.Column("username", sa.String, sa.ForeignKey("accounts.username"), primary_key=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("capacity", sa.Integer, nullable=False),
        sa.Column("languages", sa.String, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
    )
    op.create_table(
        "desk_notes",
        sa.Column("id", POSITION, primary_key=True, autoincrement=True),
        sa.Column("conversation_id", sa.String, sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("agent", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("desk_notes_conversation", "desk_notes", ["conversation_id"])


def _handovers() -> None:
    op.create_table(
        "handovers",
        sa.Column("id", POSITION, primary_key=True, autoincrement=True),
        sa.Column("conversation_id", sa.String, sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("site", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("theme", sa.String),
        sa.Column("municipality", sa.String),
        sa.Column("reason", sa.String),
        sa.Column("team", sa.String),
        sa.Column("consent", sa.String, nullable=False),
        sa.Column("brief", sa.Text, nullable=False),
        sa.Column("from_seq", sa.Integer, nullable=False),
        sa.Column("progress", sa.String, nullable=False),
        sa.Column("queued_at", MOMENT, nullable=False),
        sa.Column("waits_since", MOMENT, nullable=False),
        sa.Column("agent", sa.String),
        sa.Column("claimed_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("reserved_for", sa.String),
        sa.Column("reserved_until", MOMENT),
        sa.Column("transferred_by", sa.String),
        sa.Column("transfer_why", sa.Text),
        sa.Column("returned", sa.Boolean, nullable=False),
        sa.Column("offered_at", MOMENT),
        sa.Column("solved", sa.Boolean),
        sqlite_autoincrement=True,
    )
    op.create_index("handovers_queue", "handovers", ["progress", "site", "queued_at"])
    op.create_index("handovers_agent", "handovers", ["agent", "progress"])
    op.create_index("handovers_conversation", "handovers", ["conversation_id"])
