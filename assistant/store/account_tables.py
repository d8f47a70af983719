"""Tables of accounts, in the conversations database: who may do what, who is logged in, what was done."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import ForeignKey, Index, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.store.tables import Base, Position
from knowledge.store.tables import UtcDateTime


class AccountRow(Base):
    """Somebody of the staff; of the password only an argon2id hash is kept."""

    __tablename__ = "accounts"

    username: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    password: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RoleRow(Base):
    """One role of an account on one site, `*` for all."""

    __tablename__ = "roles"

    username: Mapped[str] = mapped_column(ForeignKey("accounts.username"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    site: Mapped[str] = mapped_column(primary_key=True)


class LoginRow(Base):
    """A browser in which somebody is logged in: only the SHA-256 of its token is kept."""

    __tablename__ = "logins"
    __table_args__ = (Index("logins_username", "username"),)

    digest: Mapped[str] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(ForeignKey("accounts.username"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LoginTryRow(Base):
    """A try to log in that did not succeed (yet); keyed hashes of as whom and from where."""

    __tablename__ = "login_tries"
    __table_args__ = (
        Index("login_tries_account", "account", "at"),
        Index("login_tries_source", "source", "at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    account: Mapped[str]
    source: Mapped[str]


class AuditRow(Base):
    """One line of what staff did, chained by `hash` to the one before; only ever added to."""

    __tablename__ = "audit"

    seq: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str]
    act: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[str] = mapped_column(Text)
    hash: Mapped[str]


class AuditEndRow(Base):
    """Which line of the audit log is the last, so that one removed from its end is missed; one row."""

    __tablename__ = "audit_end"

    seq: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=False)
    hash: Mapped[str]


accounts = cast(Table, AccountRow.__table__)
roles = cast(Table, RoleRow.__table__)
logins = cast(Table, LoginRow.__table__)
login_tries = cast(Table, LoginTryRow.__table__)
audit = cast(Table, AuditRow.__table__)
audit_end = cast(Table, AuditEndRow.__table__)
