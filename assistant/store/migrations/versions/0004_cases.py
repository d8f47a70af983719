"""Cases: call-backs and tickets, the chain of each, and references that are nobody's."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)
POSITION = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _cases()
    op.create_table(
        "case_steps",
        sa.Column("id", POSITION, primary_key=True, autoincrement=True),
        sa.Column("case_id", POSITION, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("case_steps_case", "case_steps", ["case_id", "id"])
    op.create_table(
        "case_tries",
        sa.Column("id", POSITION, primary_key=True, autoincrement=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("case_tries_at", "case_tries", ["at"])


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", POSITION, primary_key=True, autoincrement=True),
        sa.Column("reference", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("site", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("conversation", sa.String, sa.ForeignKey("conversations.id")),
        sa.Column("consent", sa.String, nullable=False),
        sa.Column("brief", sa.Text),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("has_email", sa.Boolean, nullable=False),
        sa.Column("phone", sa.String),
        sa.Column("email", sa.String),
        sa.Column("same", sa.String, nullable=False),
        sa.Column("window_start", MOMENT),
        sa.Column("window_end", MOMENT),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("team", sa.String),
        sa.Column("owner", sa.String),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("missed", sa.Integer, nullable=False),
        sa.Column("moves", sa.Integer, nullable=False),
        sa.Column("asks", sa.Boolean, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("reference"),
        sqlite_autoincrement=True,
    )
    op.create_index("cases_site", "cases", ["site", "state", "due_at"])
    op.create_index("cases_ended", "cases", ["state", "ended_at"])
    op.create_index("cases_conversation", "cases", ["conversation"])
    op.create_index("cases_phone", "cases", ["phone", "created_at"])
    op.create_index("cases_email", "cases", ["email", "created_at"])
