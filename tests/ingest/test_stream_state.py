"""What is known of streams is kept by URL: the same promise by the database and by its stand-in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.bootstrap import Service
from ingest.sources.ldes import StreamState
from knowledge.store.streams import StreamPage, Streams
from tests.ingest.stream_state import MemoryState

PAGE = StreamPage("https://x.example/0", '"a"', "Wed, 21 Oct 2026", True, ("https://x.example/1",), "00ff")


class StreamStateContract:
    """What every state of streams promises."""

    @pytest.fixture
    def state(self) -> StreamState:
        raise NotImplementedError

    def test_pages_come_back_as_they_were_imported(self, state: StreamState) -> None:
        assert state.pages("s") == {}
        state.imported("s", [])
        state.imported("s", [PAGE])
        assert state.pages("s") == {PAGE.url: PAGE}

    def test_the_latest_import_of_a_page_counts(self, state: StreamState) -> None:
        state.imported("s", [PAGE])
        changed = replace(PAGE, etag="", immutable=False, links=())
        state.imported("s", [changed])
        assert state.pages("s") == {PAGE.url: changed}

    def test_streams_are_kept_apart(self, state: StreamState) -> None:
        state.imported("s", [PAGE])
        other = replace(PAGE, digest="11")
        state.imported("t", [other])
        assert (state.pages("s"), state.pages("t")) == ({PAGE.url: PAGE}, {PAGE.url: other})

    def test_thousands_of_pages_are_kept(self, state: StreamState) -> None:
        pages = [replace(PAGE, url=f"https://x.example/{number}") for number in range(2500)]
        state.imported("s", pages)
        state.imported("s", pages[:10])
        assert state.pages("s") == {page.url: page for page in pages}


class TestMemoryState(StreamStateContract):
    @pytest.fixture
    def state(self) -> StreamState:
        return MemoryState()


class TestStreams(StreamStateContract):
    @pytest.fixture
    def state(self, streams: Streams) -> StreamState:
        return streams

    def test_another_process_sees_them(self, streams: Streams, service: Service) -> None:
        streams.imported("s", [PAGE])
        assert Streams(Service(service.settings).database).pages("s") == {PAGE.url: PAGE}
