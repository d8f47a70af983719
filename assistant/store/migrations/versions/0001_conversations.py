"""Conversations, their log, the work they give, traces, and what opens them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)
POSITION = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("site", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("declared", sa.Boolean, nullable=False),
        sa.Column("municipality", sa.String),
        sa.Column("page", sa.String),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("last_seq", sa.Integer, nullable=False),
        sa.Column("unanswered", sa.Integer),
        sa.Column("agent", sa.String),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("active_at", MOMENT, nullable=False),
        sa.Column("warned_at", MOMENT),
    )
    op.create_index("conversations_idle", "conversations", ["status", "active_at"])
    _events()
    _work()
    _access()


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("position", POSITION, primary_key=True, autoincrement=True),
        sa.Column("conversation_id", sa.String, sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("author", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("reply", sa.Text),
        sa.Column("client_id", sa.String),
        sa.Column("in_reply_to", sa.Integer),
        sa.Column("agent", sa.String),
        sa.Column("forget_at", MOMENT),
        sa.UniqueConstraint("conversation_id", "seq"),
        sa.UniqueConstraint("conversation_id", "client_id"),
        sa.UniqueConstraint("conversation_id", "in_reply_to"),
        sqlite_autoincrement=True,
    )
    op.create_index("events_forget", "events", ["forget_at"])


def _work() -> None:
    op.create_table(
        "work",
        sa.Column("id", POSITION, primary_key=True, autoincrement=True),
        sa.Column("conversation_id", sa.String, sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("source_id", sa.String),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("owner", sa.String),
        sa.Column("leased_until", MOMENT),
        sa.Column("informed", sa.Boolean, nullable=False),
        sa.UniqueConstraint("conversation_id", "seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("work_state", "work", ["state", "id"])
    op.create_table(
        "traces",
        sa.Column("conversation_id", sa.String, sa.ForeignKey("conversations.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("trace", sa.Text, nullable=False),
        sa.Column("passages", sa.Text, nullable=False),
    )


def _access() -> None:
    for table, moment in (("tokens", "created_at"), ("resume_codes", "expires_at")):
        op.create_table(
            table,
            sa.Column("digest", sa.String, primary_key=True),
            sa.Column("conversation_id", sa.String, sa.ForeignKey("conversations.id"), nullable=False),
            sa.Column(moment, MOMENT, nullable=False),
        )
        op.create_index(f"{table}_conversation", table, ["conversation_id"])
    op.create_table(
        "resume_tries",
        sa.Column("id", POSITION, primary_key=True, autoincrement=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("resume_tries_at", "resume_tries", ["at"])
