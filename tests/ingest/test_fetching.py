"""A page is got with patience from a server in trouble, and refused with advice where patience does not help."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from email.utils import formatdate

import pytest

from ingest.sources.fetching import Fetcher, PageError
from knowledge.store.streams import StreamPage
from tests.ingest.ldes_server import StreamServer, page
from tests.ingest.records import record

NOW = 1_800_000_000.0
BODY = json.dumps(page(record("1"))).encode()


class Client:
    """Gets pages from the server; what it would have waited for is in `waits`."""

    def __init__(self, server: StreamServer, clock: Iterator[float]) -> None:
        self.server, self.waits = server, list[float]()
        self._fetcher = Fetcher(self.waits.append, lambda: next(clock))

    def get(self, path: str = "/0", known: StreamPage | None = None) -> object:
        """Return the JSON at `path`."""
        with self._fetcher as fetcher:
            return fetcher.get(self.server.url + path, known).document

    def refusal(self, path: str = "/0") -> str:
        """Return why `path` cannot be had."""
        with pytest.raises(PageError) as refused:
            self.get(path)
        return str(refused.value)


@pytest.fixture
def client(server: StreamServer) -> Client:
    return Client(server, itertools.repeat(NOW))


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_server_in_trouble_is_asked_again_after_growing_waits(client: Client, status: int) -> None:
    client.server.serve("/0", BODY, *[client.server.status(status)] * 4)
    assert client.get() == json.loads(BODY)
    assert [round(wait / 2**place) for place, wait in enumerate(client.waits)] == [1, 1, 1, 1]
    assert len(set(client.waits)) == 4


def test_five_tries_are_enough(client: Client) -> None:
    client.server.serve("/0", BODY, *[client.server.status(500)] * 9)
    assert "status 500, 5 times in a row. Import again later" in client.refusal()
    assert len(client.server.requests) == 5


@pytest.mark.parametrize(
    ("asked", "waited"),
    [
        ("7", 7),
        ("0", 0),
        ("86400", 120),
        (formatdate(NOW + 30, usegmt=True), 30),
        (formatdate(NOW - 30, usegmt=True), 0),
        (formatdate(NOW + 30)[:-6], 30),
    ],
)
def test_a_server_that_says_how_long_to_wait_is_heard_within_reason(client: Client, asked: str, waited: int) -> None:
    client.server.serve("/0", BODY, client.server.status(429, Retry_After=asked))
    client.get()
    assert client.waits == [waited]


@pytest.mark.parametrize("asked", ["soon", "-5", "²", ""])
def test_a_wait_that_makes_no_sense_is_not_heard(client: Client, asked: str) -> None:
    client.server.serve("/0", BODY, client.server.status(503, Retry_After=asked))
    client.get()
    assert [round(wait) for wait in client.waits] == [1]


def test_a_connection_that_is_cut_half_way_is_tried_again(client: Client) -> None:
    client.server.serve("/0", BODY, client.server.cut(BODY), client.server.cut(BODY))
    assert client.get() == json.loads(BODY)


@pytest.mark.parametrize("body", [BODY[:-9], b"", b'{"member": "\xff"}'])
def test_a_page_that_is_not_whole_is_tried_again(client: Client, body: bytes) -> None:
    client.server.serve("/0", BODY, client.server.text(body))
    assert client.get() == json.loads(BODY)
    client.server.serve("/0", body)
    assert "not whole or not valid JSON" in client.refusal()


def test_a_server_that_is_not_there_is_said_so(client: Client) -> None:
    client.server.url = "http://127.0.0.1:9"
    assert "ConnectError" in client.refusal()
    assert len(client.waits) == 4


def test_a_page_that_trickles_in_is_given_up(server: StreamServer) -> None:
    server.serve("/0", BODY)
    assert "takes longer than 300 s" in Client(server, itertools.count(NOW, 1000)).refusal()


def test_a_page_that_is_zipped_is_unzipped_and_may_not_grow_without_end(client: Client) -> None:
    client.server.serve("/0", BODY, zipped=True)
    assert client.get() == json.loads(BODY)
    client.server.serve("/0", b" " * (51 * 1024 * 1024), zipped=True)
    assert "larger than 50 MiB" in client.refusal()
    assert client.waits == []


@pytest.mark.parametrize(
    ("content", "kind", "why"),
    [
        ("<html>Meld u aan</html>", "text/html; charset=utf-8", "perhaps a log-in or error page"),
        ("<a> <b> <c> .", "text/turtle", "text/turtle and not JSON"),
        ("5", "application/json", "no page of a stream"),
        ("null", "application/json", "no page of a stream"),
    ],
)
def test_what_is_no_page_is_refused_at_once(client: Client, content: str, kind: str, why: str) -> None:
    client.server.serve("/0", content, headers={"Content-Type": kind})
    assert why in client.refusal()
    assert client.waits == []


@pytest.mark.parametrize("kind", ["application/json", "application/ld+json; charset=utf-8", "text/plain", ""])
def test_json_is_taken_by_whatever_name_servers_give_it(client: Client, kind: str) -> None:
    client.server.serve("/0", BODY, headers={"Content-Type": kind})
    assert client.get() == json.loads(BODY)


@pytest.mark.parametrize(("status", "advice"), [(401, "log-in"), (403, "open to all"), (404, "check the address")])
def test_a_page_that_is_not_for_us_is_not_asked_for_again(client: Client, status: int, advice: str) -> None:
    client.server.serve("/0", BODY, client.server.status(status))
    assert advice in client.refusal()
    assert client.waits == []


def test_a_redirect_is_followed_on_the_same_server_only(client: Client) -> None:
    client.server.serve("/0", "", client.server.status(302, Location="/a"))
    client.server.serve("/a", "", client.server.status(308, Location=f"{client.server.url}/b"))
    client.server.serve("/b", BODY)
    assert client.get() == json.loads(BODY)
    client.server.serve("/0", "", client.server.status(302, Location="http://169.254.169.254/latest/"))
    assert "redirects to another server: http://169.254.169.254/latest/" in client.refusal()


def test_redirects_in_a_circle_end(client: Client) -> None:
    client.server.serve("/0", "", *[client.server.status(302, Location="/0")] * 20)
    assert "redirects more than 5 times" in client.refusal()


def test_an_etag_that_no_header_can_hold_is_not_sent_back(client: Client) -> None:
    known = StreamPage(f"{client.server.url}/0", '"é"', "", False, (), "")
    client.server.serve("/0", BODY)
    assert client.get("/0", known) == json.loads(BODY)
