"""A server answers on, and is soon right again, whatever happens to the folder of its index."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from knowledge.embedders import NgramEmbedder
from tests.knowledge.build import NOW, PASSPORT, WASTE, Home, service
from tests.knowledge.damage import TO_A_FILE, TO_THE_POINTER, copy_over, files_below
from tests.processes import Server, serving, until

PASSPORT_PAGE = service("paspoort", "Een paspoort aanvragen", PASSPORT)
WASTE_PAGE = service("afval", "De afvalkalender bekijken", WASTE)
PASSPORT_QUESTION, WASTE_QUESTION = "Een paspoort aanvragen", "De afvalkalender bekijken"


@dataclass(frozen=True)
class Served:
    """A home that is served, the same home in this process, and a foreign home."""

    server: Server
    home: Home
    foreign: Home

    @property
    def index(self) -> Path:
        return self.home.path / "index"

    @property
    def live(self) -> Path:
        live = self.home.index.live()
        assert live is not None
        return live.folder

    def is_right(self) -> bool:
        """Ask: whatever the moment, no other page may be shown; say whether the right ones are."""
        passport, waste = self.server.sources(PASSPORT_QUESTION), self.server.sources(WASTE_QUESTION)
        assert passport <= {"paspoort"}
        assert waste <= {"afval"}
        return bool(passport) and bool(waste)

    def is_whole(self) -> bool:
        """Whether index and database are equal for a process that comes later, and vectors answer."""
        if not self.is_right():
            return False
        later = Home(self.home.path, NgramEmbedder())
        return bool(later.index.verify()["equal"]) and later.retriever.search("paspoort", "nl", 1, NOW).dense


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all that follows: it must outlive it."""
    folder = tmp_path_factory.mktemp("serving")
    home, foreign = Home(folder / "home", NgramEmbedder()), Home(folder / "foreign", NgramEmbedder())
    home.publish(PASSPORT_PAGE, WASTE_PAGE)
    foreign.publish(replace(WASTE_PAGE, source_id="paspoort"), replace(PASSPORT_PAGE, source_id="afval"))
    home.index.update()
    foreign.index.update()
    with serving(home.path) as server:
        yield Served(server, home, foreign)


def every_file(act: Callable[[Path], object], below: str = "") -> Callable[[Served], object]:
    return lambda served: [act(file) for file in files_below(served.live / below)]


def pointer(name: str) -> Callable[[Served], object]:
    return lambda served: TO_THE_POINTER[name](served.index / "live.json")


DAMAGE: dict[str, Callable[[Served], object]] = {
    "the index is deleted": lambda served: shutil.rmtree(served.index),
    "every file of the words is emptied": every_file(TO_A_FILE["emptied"], "lexical"),
    "every file of the vectors is halved": every_file(TO_A_FILE["halved"], "dense"),
    "every file is emptied, also of copies": lambda served: [
        TO_A_FILE["emptied"](file) for file in files_below(served.index)
    ],
    "the pointer is garbled": pointer("garbled"),
    "a foreign index is copied over it": lambda served: copy_over(served.index, served.foreign.path / "index"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=list(DAMAGE))
def test_a_server_answers_on_and_heals(served: Served, damage: Callable[[Served], object]) -> None:
    until(served.is_whole)
    # What is damaged at once again is built anew ever less often; this is another accident.
    time.sleep(1.2)
    assert served.is_right()
    damage(served)
    served.is_right()
    until(served.is_whole)
