"""The history: which conversations there are and the words said in them; filled from what was said before."""

import sqlalchemy as sa
from alembic import op

from assistant.store.history_words import remember_all

revision = "0006"
down_revision = "0005"

POSITION = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "history",
        sa.Column("number", POSITION, primary_key=True, autoincrement=True),
        sa.Column("conversation_id", sa.String, sa.ForeignKey("conversations.id"), nullable=False, unique=True),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "history_words",
        sa.Column(
            "number",
            POSITION,
            sa.ForeignKey("history.number", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("words", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    had = sa.text("agent IS NOT NULL")
    op.create_index("events_agent", "events", ["agent", "conversation_id"], sqlite_where=had, postgresql_where=had)
    # The words must be exactly those that the program looks for, so they are not spelled out here again.
    remember_all(op.get_bind())
