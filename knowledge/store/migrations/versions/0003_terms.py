"""The words that citizens use for official terms."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "terms",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("words", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("official", sa.String, nullable=False),
        sa.Column("weight", sa.Float, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("theme", sa.String, nullable=False),
        sa.Column("ambiguous", sa.Boolean, nullable=False),
        sa.Column("origin", sa.String, nullable=False),
    )
    op.create_index("terms_key", "terms", ["language", "key"])
