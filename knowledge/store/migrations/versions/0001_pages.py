"""Pages, their revisions, the change log, imports and the state of the index."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    if sa.inspect(op.get_bind()).has_table("schema_version"):
        return  # A home of before there were migrations has exactly these tables.
    op.create_table(
        "pages",
        sa.Column("page_id", sa.String, primary_key=True),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("source_id", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("generated_at", MOMENT),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("ends", MOMENT),
        sa.Column("review_by", MOMENT),
        sa.Column("audience", sa.String, nullable=False),
        sa.Column("sketch", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("source", "source_id"),
    )
    op.create_table(
        "revisions",
        sa.Column("page_id", sa.String, sa.ForeignKey("pages.page_id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("service", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "change_log",
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("page_id", sa.String, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("change_log_page", "change_log", ["page_id"])
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("report", sa.Text, nullable=False),
    )
    op.create_table(
        "index_state",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    # The program of this version reads its version here, and refuses another (see 0002).
    op.execute(
        op.create_table("schema_version", sa.Column("version", sa.Integer, primary_key=True)).insert().values(version=1)
    )
