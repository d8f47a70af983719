"""How citizens asked for a page, and how many of them did: what taps and corrections teach."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "phrasings",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("page_id", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("words", sa.String, nullable=False),
        sa.Column("stems", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("page_id", "language", "stems"),
    )
    op.create_table(
        "phrasing_givers",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("phrasing_id", sa.Integer, sa.ForeignKey("phrasings.id", ondelete="CASCADE"), nullable=False),
        sa.Column("page_id", sa.String, nullable=False),
        sa.Column("giver", sa.String, nullable=False),
        sa.Column("day", sa.String, nullable=False),
        sa.Column("staff", sa.Boolean, nullable=False),
        sa.UniqueConstraint("page_id", "giver", "day"),
    )
    op.create_index("ix_phrasing_givers_phrasing_id", "phrasing_givers", ["phrasing_id"])
