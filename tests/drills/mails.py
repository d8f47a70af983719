"""The drill of mails: processes that queue and send are killed, over and over, against a mail server that flaps.

    python -m tests.drills.mails --kills 100 [--database sqlite|postgresql]

Every mail that was acknowledged must arrive. One may arrive twice, with the same Message-ID, only if a process that had
it in hand was killed: it may have died between the server's last reply and its own mark.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from assistant.cases.outbox import LEASE
from assistant.cases.sealing import Seal
from assistant.store.outbox import DEAD, SENDING, SENT, OutboxStore
from assistant.store.tables import outbox
from tests.assistant.mailing import PostOffice, open_office
from tests.drills.mail_roles import ROLES, SECRET, Round, a_sender, play
from tests.postgres import NoPostgres, postgres_server

_LONGEST_LIFE = 1.5
"""Seconds: all are killed at random moments up to so long after they began their work."""
_DEADLINE = 120.0
_MOODS = ("busy", "cut", "rude", "RCPT 451 4.3.0 later", "DATA 451 4.3.0 later")
_FLAPS = 0.3


class Flapping(PostOffice):
    """A mail server that every now and then is in a bad mood; the same seed has the same moods."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._chance = Random(seed)  # noqa: S311 - it can be repeated
        self.bad: Counter[str] = Counter()

    def next_mood(self) -> str:
        if not self.open or self._chance.random() > _FLAPS:
            return ""
        mood = self._chance.choice(_MOODS)
        self.bad[mood] += 1
        return mood


@dataclass
class Drill:
    """One drill in a folder; the same seed kills at the same moments."""

    folder: Path
    url: str = ""
    seed: int = 1
    kills: int = 0
    in_hand: Counter[str] = field(default_factory=Counter)
    """How often a mail was in the hands of a process that was killed, by address."""

    def __post_init__(self) -> None:
        self._chance, self._office = Random(self.seed), Flapping(self.seed)  # noqa: S311 - it can be repeated
        self._at, self._rounds = datetime(2026, 11, 23, 10, 0, tzinfo=UTC), 0
        # Processes start as copies of one that has loaded everything, so that a kill does not cost seconds.
        self._processes = multiprocessing.get_context("forkserver")
        self._processes.set_forkserver_preload(
            ["tests.drills.mail_roles", "sqlalchemy.dialects.sqlite", "cryptography.fernet"]
        )

    def run(self, kills: int, tell: Any = print) -> dict[str, Any]:
        """Play rounds until so many were killed; returns the figures, with `faults` in words."""
        started = time.monotonic()
        with open_office(self._office) as port:
            while self.kills < kills:
                tell(f"{self._round(port)}; {len(self._office.bodies)} mails arrived so far")
            tell(f"all is queued; {self._finish(port)} mails were still to be sent")
        return self._report() | {"seconds": round(time.monotonic() - started, 1)}

    def _round(self, port: int) -> str:
        """Let all work, kill one after another, note what they had in hand; then so long passes that it is free."""
        now = self._now(port)
        self._store = OutboxStore(now.log())
        self._unsent()
        running = {role: self._processes.Process(target=play, args=(role, now)) for role in ROLES}
        for process in running.values():
            process.start()
        self._until_all_go(now)
        order = self._chance.sample(list(ROLES), k=len(ROLES))
        for role in order:
            time.sleep(self._chance.uniform(0, _LONGEST_LIFE / len(ROLES)))
            running[role].kill()
            running[role].join(_DEADLINE)
            assert running[role].exitcode == -signal.SIGKILL, self._failures()
            self.kills += 1
        held = self._addresses(now, SENDING)
        self.in_hand.update(held)
        self._at = now.clock() + LEASE
        return f"killed {', '.join(order)} with {len(held)} mails in hand"

    def _finish(self, port: int) -> int:
        """Send what is left, as a process that is left alone does; returns how many there were."""
        now, left = self._now(port), self._unsent()
        sender, ends = a_sender(now, "last"), time.monotonic() + _DEADLINE
        while self._unsent() and time.monotonic() < ends:
            sender.look()
            time.sleep(0.01)
        return left

    def _now(self, port: int) -> Round:
        self._rounds += 1
        return Round(self.folder, self.url, port, self._rounds, self._at, time.time())

    def _until_all_go(self, now: Round) -> None:
        ends = time.monotonic() + _DEADLINE
        while not all(now.goes(role).exists() for role in ROLES):
            assert not self._failures(), self._failures()
            assert time.monotonic() < ends, "a process did not begin"
            time.sleep(0.002)

    def _unsent(self) -> int:
        return sum(one["state"] not in {SENT, DEAD} for one in self._store.listing(limit=10**6))

    def _addresses(self, now: Round, state: str) -> list[str]:
        """The addresses of the mails in a state, as far as these are not wiped."""
        seal = Seal(lambda: SECRET)
        with now.log().database.read() as session:
            rows = session.execute(outbox.select().where(outbox.c.state == state)).all()
        return [seal.open(row.address) for row in rows if row.address]

    def _report(self) -> dict[str, Any]:
        arrived: dict[str, list[str]] = {}
        for mail in self._office.mails:
            arrived.setdefault(str(mail["To"]), []).append(str(mail["Message-ID"]))
        # A last line without its end was being written when its process was killed.
        acknowledged = (self.folder / "acknowledged").read_text("ascii").split("\n")[:-1]
        twice = {address: ids for address, ids in arrived.items() if len(ids) > 1}
        faults = [
            f"{address} was acknowledged and did not arrive" for address in acknowledged if address not in arrived
        ]
        faults += [
            f"{address}: {len(ids)} mails" for address, ids in twice.items() if len(ids) > 1 + self.in_hand[address]
        ]
        faults += [f"{address}: several Message-IDs" for address, ids in twice.items() if len(set(ids)) > 1]
        faults += [
            f"mail {one['id']} is {one['state']}" for one in self._store.listing(limit=10**6) if one["state"] != SENT
        ]
        return {
            "kills": self.kills,
            "acknowledged": len(acknowledged),
            "arrived": len(arrived),
            "arrived_twice": len(twice),
            "in_hand_of_the_killed": sum(self.in_hand.values()),
            "moods": dict(self._office.bad),
            "faults": faults,
        }

    def _failures(self) -> str:
        return "\n".join(file.read_text("utf-8") for file in self.folder.glob("*-failed"))


def main() -> None:
    """Run the drill in full size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="drill-")))
        try:
            url = stack.enter_context(postgres_server()).new_database() if given.database == "postgresql" else ""
        except NoPostgres as reason:
            print(reason)
            sys.exit(2)
        found = Drill(folder, url, given.seed).run(given.kills)
    print(json.dumps(found, indent=2))
    sys.exit(1 if found["faults"] else 0)


if __name__ == "__main__":
    main()
