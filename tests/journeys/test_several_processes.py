"""What one process changes is soon live in all others: two servers on one home, and two homes on one PostgreSQL.

    python -m tests.journeys.test_several_processes

prints how soon.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.embedders import NgramEmbedder
from tests.chroma import chroma_server
from tests.ingest.records import record, write
from tests.knowledge.build import PASSPORT, WASTE, Home, service
from tests.postgres import postgres_server
from tests.processes import Server, command, serving, until

PASSPORT_PAGE = service("paspoort", "Een paspoort aanvragen", PASSPORT)
WASTE_PAGE = service("afval", "De afvalkalender bekijken", WASTE)
TITLES = ("Een kapvergunning", "Een kermis", "Een zonnepaneel")


@dataclass
class Fleet:
    """Two servers, the home of the first as this process sees it, and the settings that commands need."""

    servers: list[Server]
    home: Home
    settings: dict[str, str]
    folder: Path
    delays: dict[str, list[float]] = field(default_factory=dict)

    def sources(self, question: str) -> list[set[str]]:
        return [server.sources(question) for server in self.servers]

    def measure(self, what: str, question: str, expected: set[str]) -> None:
        """Wait until every server answers from these pages, and keep how long that took."""
        seconds = until(lambda: all(found == expected for found in self.sources(question)))
        self.delays.setdefault(what, []).append(seconds)

    def run(self, *words: str | Path) -> str:
        return command(self.home.path, *words, **self.settings)


@contextmanager
def fleet(folder: Path, homes: list[str], database_url: str = "", chroma_url: str = "") -> Iterator[Fleet]:
    """Two servers that answer from two pages."""
    folder.mkdir(exist_ok=True)
    settings = {"WEGWIJZER_KNOWLEDGE_URL": database_url, "CHROMA_URL": chroma_url}
    home = Home(folder / homes[0], NgramEmbedder(), database_url, chroma_url)
    home.publish(PASSPORT_PAGE, WASTE_PAGE)
    with ExitStack() as stack:
        servers = [stack.enter_context(serving(folder / name, **settings)) for name in homes]
        ready = Fleet(servers, home, settings, folder)
        until(lambda: ready.sources("Een paspoort aanvragen") == [{"paspoort"}] * 2)
        yield ready
    home.database.close()


@pytest.fixture(scope="module", params=["one home", "PostgreSQL and Chroma servers"])
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    folder = tmp_path_factory.mktemp("fleet")
    if request.param == "one home":
        with fleet(folder, ["home", "home"]) as ready:
            yield ready
        return
    database_url = request.getfixturevalue("postgres").new_database()
    with fleet(folder, ["north", "south"], database_url, request.getfixturevalue("chroma").url) as ready:
        yield ready


def new_pages(ready: Fleet) -> None:
    for number, title in enumerate(TITLES):
        ready.home.publish(service(f"nieuw-{number}", f"{title} aanvragen", f"{title} vraagt u aan in ronde {number}."))
        ready.measure("a new page", f"{title} aanvragen", {f"nieuw-{number}"})


def new_words(ready: Fleet) -> None:
    made = ready.home.revisions.draft(
        service("nieuw-0", "Een boom kappen", "Een boom kapt u met een vergunning."), datetime.now(UTC), author="An"
    )
    ready.home.revisions.publish(made.page_id, made.number, datetime.now(UTC), author="An")
    ready.measure("a page with other words", "Een boom kappen", {"nieuw-0"})


def withdrawn(ready: Fleet) -> None:
    ready.home.revisions.withdraw("test-afval", datetime.now(UTC), author="An")
    # Not one answer: what the database says now counts, whatever the index still has.
    assert ready.sources("De afvalkalender bekijken") == [set(), set()]
    until(lambda: all(one.index.status()["behind"] == 0 for one in (ready.home,)))
    assert ready.sources("De afvalkalender bekijken") == [set(), set()]
    ready.home.revisions.rollback("test-afval", 1, datetime.now(UTC), author="An")
    ready.measure("a page that is back", "De afvalkalender bekijken", {"afval"})


def imported(ready: Fleet) -> None:
    records = [record(str(number), naam={"nl": f"Parkeerkaart {number}"}) for number in range(40)]
    records.append(record("vliegveld", naam={"nl": "Een vliegveld openen"}, beschrijving={"nl": "<p>Dat mag u.</p>"}))
    ready.run("ingest", "ipdc", write(ready.folder, "records.jsonl", records))
    ready.measure("an import, after it ended", "Een vliegveld openen", {"vliegveld"})


def by_commands(ready: Fleet) -> None:
    ready.run("pages", "withdraw", "test-paspoort")
    assert ready.sources("Een paspoort aanvragen") == [set(), set()]
    ready.run("pages", "rollback", "test-paspoort", "1")
    ready.measure("a command, after it ended", "Een paspoort aanvragen", {"paspoort"})


STORY: dict[str, Callable[[Fleet], None]] = {
    "a new page is found": new_pages,
    "a page is found by its new words": new_words,
    "a withdrawn page is not answered from for one moment": withdrawn,
    "an import is live": imported,
    "what commands do is live": by_commands,
}


@pytest.mark.parametrize("act", STORY.values(), ids=list(STORY))
def test_on_every_server(running: Fleet, act: Callable[[Fleet], None]) -> None:
    if act is by_commands and running.settings["CHROMA_URL"]:
        pytest.skip("a command is a process like any other; an import is tried here too")
    act(running)


def test_in_the_end_every_index_is_equal(running: Fleet) -> None:
    for folder in {home.parent.parent for home in running.folder.glob("*/index/live.json")}:
        one = Home(folder, NgramEmbedder(), running.settings["WEGWIJZER_KNOWLEDGE_URL"], running.settings["CHROMA_URL"])
        until(lambda one=one: one.index.verify()["equal"])  # type: ignore[misc]
        one.database.close()


def main() -> None:
    """Measure both fleets and print the delays."""
    with postgres_server() as postgres, chroma_server() as chroma, tempfile.TemporaryDirectory() as folder:
        for name, homes, urls in (
            ("two servers on one SQLite home", ["home", "home"], ("", "")),
            ("two homes on PostgreSQL and Chroma", ["north", "south"], (postgres.new_database(), chroma.url)),
        ):
            with fleet(Path(folder) / homes[0], homes, *urls) as ready:
                for act in STORY.values():
                    act(ready)
                print(f"{name}, live on both:")
                for what, seconds in ready.delays.items():
                    print(f"  {what}: {', '.join(f'{one:.2f}' for one in seconds)} s")


if __name__ == "__main__":
    main()
