"""States of revisions, schedules, what editors decide about a page, streams that are followed, an identity."""

import json
import zlib
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)
REVISIONS = sa.table("revisions", sa.column("page_id"), sa.column("number"), sa.column("service"))


def upgrade() -> None:
    op.add_column("pages", sa.Column("latest", sa.Integer, nullable=False, server_default="0"))
    op.add_column("pages", sa.Column("held", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("pages", sa.Column("expires_at", MOMENT))
    op.add_column("pages", sa.Column("review_at", MOMENT))
    op.execute("UPDATE pages SET latest = revision")
    for table in ("revisions", "change_log"):
        op.add_column(table, sa.Column("state", sa.String, nullable=False, server_default="published"))
        op.add_column(table, sa.Column("author", sa.String, nullable=False, server_default=""))
    op.add_column("revisions", sa.Column("note", sa.String, nullable=False, server_default=""))
    _say_which_were_withdrawn()
    op.create_table(
        "schedule",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("page_id", sa.String, sa.ForeignKey("pages.page_id"), nullable=False),
        sa.Column("revision", sa.Integer),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("author", sa.String, nullable=False, server_default=""),
    )
    op.create_index("schedule_at", "schedule", ["at"])
    op.drop_table("index_state")
    op.create_table(
        "stream_pages",
        sa.Column("stream", sa.String, primary_key=True),
        sa.Column("url", sa.String, primary_key=True),
        sa.Column("etag", sa.String, nullable=False),
        sa.Column("last_modified", sa.String, nullable=False),
        sa.Column("immutable", sa.Boolean, nullable=False),
        sa.Column("links", sa.Text, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
    )
    identity = op.create_table("identity", sa.Column("database_id", sa.String, primary_key=True))
    op.execute(identity.insert().values(database_id=uuid4().hex))
    # A program of before there were migrations looks here, and refuses.
    op.execute("UPDATE schema_version SET version = 2")


def _say_which_were_withdrawn() -> None:
    """Until now a revision was withdrawn when its source had archived or repealed the service."""
    connection = op.get_bind()
    found = connection.execute(sa.select(REVISIONS), execution_options={"yield_per": 500})
    gone = [{"page": row.page_id, "revision": row.number} for row in found if _withdrawn(row.service)]
    for table, number in (("revisions", "number"), ("change_log", "revision")):
        where = sa.text(f"UPDATE {table} SET state = 'withdrawn' WHERE page_id = :page AND {number} = :revision")  # noqa: S608
        for start in range(0, len(gone), 500):
            connection.execute(where, gone[start : start + 500])


def _withdrawn(content: bytes) -> bool:
    service = json.loads(zlib.decompress(content))
    return bool(service.get("archived")) or service.get("policy_status") == "repealed"
