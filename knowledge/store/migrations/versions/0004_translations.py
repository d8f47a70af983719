"""Which Dutch text each translation was made from; of older revisions that is not known, and they count as fresh."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("revisions", sa.Column("ties", sa.Text, nullable=False, server_default="{}"))
