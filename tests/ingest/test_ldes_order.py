"""However snapshots are spread over the pages of a stream, and in whatever order, the same is published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.sources.ldes import Stream
from ingest.sync import import_ipdc
from knowledge.pages import PageState
from knowledge.store.pages import Pages
from knowledge.store.streams import Streams
from tests.ingest.conftest import AT
from tests.ingest.ldes_server import StreamServer
from tests.ingest.records import Record, record

Told = tuple[int, int, str]
"""Of which service, at which moment, and what: a title, "archived" or "deleted"."""
TOLD = st.tuples(
    st.integers(0, 3), st.integers(1, 6), st.sampled_from(["Rood", "Groen", "Blauw", "archived", "deleted"])
)


class Catalogue:
    """Publishes what is told as a stream, each time as services of their own, and imports it."""

    def __init__(self, server: StreamServer, pages: Pages, streams: Streams, folder: Path) -> None:
        self._server, self._pages, self._streams, self._folder = server, pages, streams, folder
        self._runs = count()

    def published(self, on_pages: Sequence[Sequence[Told]]) -> list[str]:
        """Return the title of each service after an import of these pages, "" if it is not published."""
        run = next(self._runs)
        self._server.serve_chain(*[[_member(run, *told) for told in page] for page in on_pages])
        import_ipdc(self._pages, [Stream(f"{self._server.url}/0", self._streams, self._folder)], AT)
        found = [self._pages.find(f"nr-{run}-{service}") for service in range(4)]
        return [one.service.title["nl"] if one and one.state is PageState.PUBLISHED else "" for one in found]


def _member(run: int, service: int, moment: int, what: str) -> Record:
    instance, at = f"https://ipdc.example/id/instantie/{run}-{service}", f"2024-05-0{moment}T00:00:00Z"
    if what == "deleted":
        return {"@type": "Tombstone", "@id": instance, "deleted": at}
    fields = {"naam": {"nl": what}, "gearchiveerd": what == "archived"}
    return record(f"nr-{run}-{service}", isVersionOf=instance, generatedAtTime=at, **fields)


@pytest.fixture
def catalogue(server: StreamServer, pages: Pages, streams: Streams, tmp_path: Path) -> Catalogue:
    return Catalogue(server, pages, streams, tmp_path / "streams")


def spread(draw: Callable[..., int], told: Sequence[Told]) -> list[list[Told]]:
    pages: list[list[Told]] = [[] for _ in range(4)]
    for one in told:
        pages[draw(st.integers(0, 3))].append(one)
    return pages


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), told=st.lists(TOLD, min_size=1, max_size=12))
def test_any_order_on_any_pages_publishes_the_same(catalogue: Catalogue, data: st.DataObject, told: list[Told]) -> None:
    one = catalogue.published(spread(data.draw, told))
    assert catalogue.published(spread(data.draw, data.draw(st.permutations(told)))) == one
    for service, title in enumerate(one):
        moments = [moment for which, moment, _ in told if which == service]
        last = {what for which, moment, what in told if which == service and moment == max(moments)}
        gone = not last or last & {"archived", "deleted"}
        assert title == "" if gone else title in last
