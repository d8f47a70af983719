"""Accounts of staff, their roles, log-ins and tries, and the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)
POSITION = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("username", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("password", sa.String, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("disabled_at", MOMENT),
    )
    op.create_table(
        "roles",
        sa.Column("username", sa.String, sa.ForeignKey("accounts.username"), primary_key=True),
        sa.Column("role", sa.String, primary_key=True),
        sa.Column("site", sa.String, primary_key=True),
    )
    _logins()
    _audit()


def _logins() -> None:
    op.create_table(
        "logins",
        sa.Column("digest", sa.String, primary_key=True),
        sa.Column("username", sa.String, sa.ForeignKey("accounts.username"), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
    )
    op.create_index("logins_username", "logins", ["username"])
    op.create_table(
        "login_tries",
        sa.Column("id", POSITION, primary_key=True, autoincrement=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("login_tries_account", "login_tries", ["account", "at"])
    op.create_index("login_tries_source", "login_tries", ["source", "at"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", POSITION, primary_key=True, autoincrement=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("act", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
    )
    op.create_table(
        "audit_end",
        sa.Column("seq", POSITION, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.String, nullable=False),
    )
