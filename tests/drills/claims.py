"""Agents race for the same hand-overs: each is claimed once (`python -m tests.drills.claims`)."""

from __future__ import annotations

import argparse
import tempfile
import threading
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

from assistant.accounts.account import Account
from assistant.domain.handover import Progress
from assistant.store.queue import AtCapacity, Taken, Wish
from knowledge.store.database import DatabaseBusy
from tests.assistant.desking import Hall, a_hall
from tests.postgres import postgres_server


@dataclass(frozen=True)
class Race:
    """What came of it: how many were claimed once, how often somebody was too late, and was told who was first."""

    claimed_once: int
    lost: int
    told_who: int
    over_capacity: int
    seconds: float


def race(hall: Hall, agents: int, handovers: int) -> Race:
    """Let agents, each with connections of their own, claim whatever waits, all the oldest first."""
    capacity = -(-handovers // agents)
    desk = hall.sites["regio"].desk
    assert desk is not None
    hall.sites["regio"] = replace(hall.sites["regio"], desk=replace(desk, most_waiting=handovers))
    staff = [hall.agent(f"agent{number}", capacity=capacity) for number in range(agents)]
    for _ in range(handovers):
        hall.waits(hall.citizen())
    won: Counter[int] = Counter()
    lost: list[str | None] = []
    begin = threading.Barrier(agents)

    def work(account: Account) -> None:
        mine = hall.again()
        begin.wait()
        while waiting := mine.queue.waiting(Wish(("regio",)), limit=10):
            for one in waiting:
                try:
                    won[mine.desk.claim(account, one.id).id] += 1
                except Taken as first:
                    lost.append(first.by)
                except DatabaseBusy:
                    # Fifty processes may want to write at once; whoever waited in vain tries again.
                    continue
                except AtCapacity:
                    mine.database.close()
                    return
        mine.database.close()

    threads = [threading.Thread(target=work, args=(account,)) for account in staff]
    began = monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = monotonic() - began
    kept = [hall.queue.find(number) for number in won]
    claimed = Counter(one.agent for one in kept if one is not None and one.progress is Progress.CLAIMED)
    over = sum(number > capacity for number in claimed.values())
    return Race(
        sum(number == 1 for number in won.values()), len(lost), sum(by is not None for by in lost), over, seconds
    )


def main() -> None:
    """Run the race on both databases and say what came of it; fails where one was claimed twice or not at all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--handovers", type=int, default=500)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, postgres_server() as server:
        for name, url in (("sqlite", ""), ("postgresql", server.new_database())):
            with a_hall(Path(folder), url) as hall:
                found = race(hall, wanted.agents, wanted.handovers)
            print(f"{name}: {found}", flush=True)
            assert found.claimed_once == wanted.handovers
            assert found.over_capacity == 0


if __name__ == "__main__":
    main()
