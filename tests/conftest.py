"""What all tests share: a fresh home, the real data where it is there, and no network but loopback."""

from __future__ import annotations

import gc
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest

from assistant.bootstrap import Service
from assistant.settings import Settings
from assistant.store.schema import CONVERSATIONS
from knowledge.store.schema import KNOWLEDGE
from tests.chroma import ChromaServer, NoChroma, chroma_server
from tests.homes import Homes
from tests.postgres import NoPostgres, PostgresServer, postgres_server

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"
MONDAY_MORNING = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""A moment at which the sample line and counter are open (11.00 in Brussels)."""

# The machine is shared with what else runs: how long one example takes says nothing.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

for name in [name for name in os.environ if name.startswith("WEGWIJZER_")]:
    del os.environ[name]


def pytest_collection_finish() -> None:
    """Have the collector of garbage leave alone what was imported, and look less often for what tests leave behind."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True, scope="session")
def only_loopback() -> Iterator[None]:
    """Refuse every connection that would leave this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if self.family in {socket.AF_INET, socket.AF_INET6} and host not in {"127.0.0.1", "::1", "localhost"}:
            raise OSError(f"tests may not connect to {host}")
        connect(self, address)

    socket.socket.connect = guarded
    yield
    socket.socket.connect = connect


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with real data; tests that need it are skipped where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("real data is not here: ../shared/data is absent")
    return SHARED_DATA


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this run; tests that need it are skipped where there is none."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(postgres_server())
        except NoPostgres as reason:
            pytest.skip(str(reason))
        yield server


@pytest.fixture(scope="session")
def chroma() -> Iterator[ChromaServer]:
    """A Chroma server of this run, shared, so tests leave it running; they are skipped where it does not start."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(chroma_server())
        except NoChroma as reason:
            pytest.skip(str(reason))
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest) -> str:
    """A database of each kind without any table: the URL of a PostgreSQL one, "" for the SQLite file in the home."""
    return "" if request.param == "sqlite" else request.getfixturevalue("postgres").new_database()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database of knowledge of each kind, in which nothing was published yet: as `empty_url`."""
    return "" if request.param == "sqlite" else request.getfixturevalue("postgres").new_database(KNOWLEDGE)


@pytest.fixture(params=["sqlite", "postgresql"])
def conversations_url(request: pytest.FixtureRequest) -> str:
    """A database of conversations of each kind, in which nobody spoke yet: as `database_url`."""
    return "" if request.param == "sqlite" else request.getfixturevalue("postgres").new_database(CONVERSATIONS)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home."""
    return tmp_path / "home"


@pytest.fixture
def service(home: Path) -> Service:
    """An installation on an empty home."""
    return Service(Settings.from_environment({"WEGWIJZER_HOME": str(home)}))


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Homes:
    """Filled homes to copy, shared by the processes of this run."""
    own = tmp_path_factory.getbasetemp()
    # With workers each has a folder of its own in that of the run.
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    (shared / "homes").mkdir(exist_ok=True)
    return Homes(shared / "homes")


@pytest.fixture(scope="session")
def sample_service(homes: Homes, tmp_path_factory: pytest.TempPathFactory) -> Service:
    """An installation with the sample pages and one of a municipality, indexed; tests must not change it."""
    from tests.assistant.building import filled_home

    return filled_home(homes, tmp_path_factory.mktemp("sample"))
