"""For which teams an agent takes work first."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("presence", sa.Column("teams", sa.Text, nullable=False, server_default=""))
