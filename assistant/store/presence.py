"""Who of the staff is there: what each agent chose, and when their desk was last heard of."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import func, insert, select, update

from assistant.accounts.account import Role
from assistant.domain.agent import Agent, Presence
from assistant.domain.handover import Progress
from assistant.store.account_tables import accounts, roles
from assistant.store.handover_tables import handovers, presence
from assistant.store.rows import changed
from knowledge.store.database import Database


class PresenceStore:
    """The presence of the staff of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set(self, agent: Agent) -> None:
        """Keep what an agent chose, and when."""
        values = {
            "state": agent.state,
            "capacity": agent.capacity,
            "languages": ",".join(sorted(agent.languages)),
            "teams": "\n".join(sorted(agent.teams)),
            "seen_at": agent.seen_at,
        }
        mine = update(presence).where(presence.c.username == agent.username)
        with self._database.write() as session:
            if changed(session.execute(mine.values(**values))) != 1:
                session.execute(insert(presence), {"username": agent.username, **values})

    def seen(self, username: str, at: datetime) -> None:
        """Keep that the desk of an agent is open."""
        mine = update(presence).where(presence.c.username == username)
        with self._database.write() as session:
            session.execute(mine.values(seen_at=at))

    def all(self) -> list[Agent]:
        """Return all who ever opened a desk and may still answer, by name."""
        agents = select(roles.c.username, roles.c.site).where(roles.c.role == Role.AGENT)
        claimed = select(handovers.c.agent, func.count().label("n")).where(handovers.c.progress == Progress.CLAIMED)
        known = select(presence, accounts.c.name).join(accounts, accounts.c.username == presence.c.username)
        with self._database.read() as session:
            sites: defaultdict[str, set[str]] = defaultdict(set)
            for row in session.execute(agents):
                sites[row.username].add(row.site)
            has = {row.agent: row.n for row in session.execute(claimed.group_by(handovers.c.agent))}
            found = session.execute(known.where(accounts.c.disabled_at.is_(None)).order_by(accounts.c.name)).all()
        return [
            Agent(
                row.username,
                row.name,
                Presence(row.state),
                row.capacity,
                frozenset(filter(None, row.languages.split(","))),
                row.seen_at,
                frozenset(sites[row.username]),
                has.get(row.username, 0),
                frozenset(filter(None, row.teams.split("\n"))),
            )
            for row in found
            if row.username in sites
        ]
