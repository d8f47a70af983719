"""What opens a conversation: tokens, and the codes that carry it to another device. Only hashes are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from math import ceil

from sqlalchemy import Table, delete, insert, or_, select
from sqlalchemy.orm import Session

from assistant.domain.conversation import Conversation
from assistant.store.log import Log, Ring
from assistant.store.rows import load
from assistant.store.tables import resume_codes, resume_tries, tokens
from knowledge.errors import NamedFailure


@dataclass(frozen=True)
class Tries:
    """How many wrong codes are borne in so much time: from one source, and from all together."""

    one: int
    all: int
    within: timedelta


class TooManyTries(NamedFailure):
    """Too many wrong codes; `seconds` says when to try again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many wrong codes. Try again in {seconds} s.")
        self.seconds = seconds


class AccessStore:
    """The tokens and codes of one database."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def revoke(self, conversation_id: str, token_digest: str) -> None:
        """Let this token of a conversation open nothing any more."""
        with self._log.write(Ring(conversation_id, gone=True)) as session:
            session.execute(delete(tokens).where(tokens.c.digest == token_digest))

    def keep_code(self, conversation_id: str, digest: str, now: datetime, expires_at: datetime) -> None:
        """Keep a code for a conversation in place of an earlier one. Raises NotThere."""
        with self._log.write() as session:
            load(session, conversation_id)
            old = or_(resume_codes.c.conversation_id == conversation_id, resume_codes.c.expires_at <= now)
            session.execute(delete(resume_codes).where(old))
            kept = {"digest": digest, "conversation_id": conversation_id, "expires_at": expires_at}
            session.execute(insert(resume_codes), kept)

    def redeem(self, digest: str, token_digest: str, now: datetime, source: str, tries: Tries) -> Conversation | None:
        """Use up a code: from now on the token opens its conversation too; None for a wrong, used or expired code.

        Raises TooManyTries, whether the code is right or wrong.
        """
        with self._log.write() as session:
            bear(session, resume_tries, now, source, tries)
            row = session.execute(select(resume_codes).where(resume_codes.c.digest == digest)).one_or_none()
            if row is None or not compare_digest(row.digest, digest) or row.expires_at <= now:
                session.execute(insert(resume_tries), {"at": now, "source": source})
                return None
            session.execute(delete(resume_codes).where(resume_codes.c.digest == digest))
            opens = {"digest": token_digest, "conversation_id": row.conversation_id, "created_at": now}
            session.execute(insert(tokens), opens)
            return load(session, row.conversation_id)


def bear(session: Session, table: Table, now: datetime, source: str, tries: Tries) -> None:
    """Look whether there were too many wrong tries already; `table` has them. Raises TooManyTries."""
    since = now - tries.within
    session.execute(delete(table).where(table.c.at <= since))
    newest = select(table.c.at).order_by(table.c.at.desc()).limit(1)
    for query, limit in ((newest.where(table.c.source == source), tries.one), (newest, tries.all)):
        first = session.scalar(query.offset(limit - 1))
        if first is not None:
            raise TooManyTries(max(1, ceil((first - since).total_seconds())))
