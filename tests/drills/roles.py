"""What the processes of the knowledge drill do, each until the stop file is there or it is killed."""

from __future__ import annotations

import os
import random
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from multiprocessing import parent_process
from pathlib import Path

from ingest.sync import import_ipdc
from knowledge.index_lock import IndexBusy
from knowledge.pages import page_id_of
from tests.ingest.records import record, write
from tests.knowledge.build import Home, draft, service

SOURCES, EDITED, RECORDS = 30, 6, 60
"""Pages that a source sends, pages that an editor writes, records of an import."""
_SYLLABLES = [first + last for first in "bdfghklmnprstvwz" for last in ("a", "e", "ij", "oe", "un", "ar", "el", "ons")]
NEVER = service("nooit", "Vuurwerk afsteken", "Vuurwerk afsteken mag niet.")
"""A page that was withdrawn before the drill began: it must not be found again."""


class Scene:
    """The folder of one drill: the home, what was acknowledged, the records, and the file that says stop."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.acknowledged, self.stop = folder / "acknowledged", folder / "stop"
        self.imports = [folder / f"import-{number}" for number in range(2)]

    def home(self) -> Home:
        return Home(self.folder / "home")

    def set(self) -> None:
        """Write two versions of the records, and publish and withdraw the page that must not be found; once."""
        if self.imports[0].exists():
            return
        for number, imported in enumerate(self.imports):
            records = [
                record(str(one), beschrijving={"nl": f"<p>Kaart {one}, uitgave {number}: bel de gemeente.</p>"})
                for one in range(RECORDS)
            ]
            write(imported, "records.jsonl", records)
        home = self.home()
        home.publish(NEVER)
        home.index.update()
        home.publish(replace(NEVER, archived=True))
        home.database.close()

    def go_on(self, role: str) -> Iterator[int]:
        """Count until the stop file is there, or the drill is not; the first one leaves a file named for the role."""
        number, drill = 0, parent_process()
        while not self.stop.exists() and (drill is None or drill.is_alive()):
            yield number
            number += 1
            (self.folder / f"{role}-goes").touch()


def edit(scene: Scene, seed: int) -> None:
    """Publish, withdraw and roll back; acknowledge each before the next, as a caller that saw it return would."""
    home, chance = scene.home(), random.Random(seed)  # noqa: S311 - a drill that can be repeated
    with scene.acknowledged.open("ab", buffering=0) as acknowledged:
        for number in scene.go_on("edit"):
            if chance.random() < 0.6:
                source_id = f"bron-{chance.randrange(SOURCES)}"
                text = service(source_id, f"Premie {source_id}", f"De premie van ronde {seed} nummer {number}.")
                home.pages.publish([draft(replace(text, archived=chance.random() < 0.25))], datetime.now(UTC))
            else:
                source_id = f"redactie-{chance.randrange(EDITED)}"
                _as_editor(home, source_id, f"Het advies van ronde {seed} nummer {number}.", chance)
            page_id = page_id_of("test", source_id)
            header = home.pages.headers([page_id])[page_id]
            acknowledged.write(f"{page_id} {header.revision} {header.state.value}\n".encode())


def _as_editor(home: Home, source_id: str, text: str, chance: random.Random) -> None:
    now, page_id = datetime.now(UTC), page_id_of("test", source_id)
    made = home.revisions.draft(service(source_id, f"Advies {source_id}", text), now, author="drill")
    home.revisions.publish(page_id, made.number, now, author="drill")
    if made.number > 2 and chance.random() < 0.4:
        home.revisions.rollback(page_id, chance.randrange(1, made.number), now, author="drill")
    elif chance.random() < 0.4:
        home.revisions.withdraw(page_id, now, author="drill")


def bring_in(scene: Scene, seed: int) -> None:
    """Import one version of the records, then the other, as `wegwijzer ingest ipdc` does."""
    home = scene.home()
    for number in scene.go_on("bring_in"):
        import_ipdc(home.pages, [scene.imports[(seed + number) % 2]], datetime.now(UTC))
        with suppress(IndexBusy):
            home.index.update()


def follow(scene: Scene, _seed: int) -> None:
    """Follow the change log, ten times as often as a server does."""
    home = scene.home()
    for _ in scene.go_on("follow"):
        with suppress(IndexBusy):
            home.index.update()
        time.sleep(0.05)


def grow(scene: Scene, _seed: int) -> None:
    """Publish ever more pages and follow each time, so that both engines store, merge and fold what they have."""
    home = scene.home()
    for number in scene.go_on("grow"):
        many = range(number * 25, number * 25 + 25)
        home.publish(*(service(f"regel-{one}", _words(one, 3), _words(-one, 12)) for one in many))
        home.index.update()


def _words(number: int, count: int) -> str:
    """Made-up words, other ones for every number."""
    chance = random.Random(number)  # noqa: S311 - the same in every process
    return " ".join("".join(chance.choices(_SYLLABLES, k=chance.randrange(2, 5))) for _ in range(count)).capitalize()


def rebuild(scene: Scene, _seed: int) -> None:
    """Build the index anew, again and again."""
    home = scene.home()
    for _ in scene.go_on("rebuild"):
        home.index.rebuild()


def ask(scene: Scene, seed: int, role: str = "ask") -> None:
    """Ask without end; what was withdrawn must not be found."""
    home, chance = scene.home(), random.Random(seed)  # noqa: S311 - a drill that can be repeated
    for number in scene.go_on(role):
        if number % 10 == 0:
            assert "nooit" not in home.found("vuurwerk afsteken")
        home.found(f"premie bron-{chance.randrange(SOURCES)} parkeerkaart {chance.randrange(RECORDS)}")


ROLES: dict[str, Callable[[Scene, int], None]] = {
    "edit": edit,
    "bring_in": bring_in,
    "follow": follow,
    "rebuild": rebuild,
    "ask": ask,
}
CROWD: dict[str, Callable[[Scene, int], None]] = {"grow": grow, "ask": ask, "listen": partial(ask, role="listen")}


def play(role: str, folder: Path, seed: int) -> None:
    """Be the process that plays a role; what it has to say goes to a file beside the home."""
    try:
        (ROLES | CROWD)[role](Scene(folder), seed)
    except BaseException:
        (folder / f"{role}-failed").write_text(traceback.format_exc(), "utf-8")
        # As it is after a crash: nothing is tidied up.
        os._exit(1)
    sys.stdout.flush()
