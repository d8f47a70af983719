"""A real server on loopback for tests of streams, and a client that reads them line by line."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

import httpx2
import uvicorn
from fastapi import FastAPI


@contextmanager
def served(app: FastAPI, port: int = 0) -> Iterator[str]:
    """Serve an application on a port, by default a free one; yields its address."""
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="critical", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    ends = monotonic() + 20
    while not server.started and monotonic() < ends:
        sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=20)
    assert not thread.is_alive()


def client(address: str) -> httpx2.Client:
    """A client of a server on loopback, without the certificates that take long to load."""
    return httpx2.Client(base_url=address, timeout=20, verify=False)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Person:
    """Somebody who talks to a server."""

    def __init__(self, address: str, **begin: Any) -> None:
        self.http = client(address)
        opened = self.http.post("/api/v1/conversations", json=begin)
        assert opened.status_code == 201, opened.text
        self.id = opened.json()["id"]
        self.headers = {"Authorization": f"Bearer {opened.json()['token']}"}
        self.path = f"/api/v1/conversations/{self.id}"
        self.sent = 0

    def say(self, words: str = "hallo", client_id: str = "") -> int:
        self.sent += 1
        body = {"client_id": client_id or f"c{self.sent}", "text": words}
        response = self.http.post(f"{self.path}/messages", json=body, headers=self.headers)
        assert response.status_code == 202, response.text
        return int(response.json()["seq"])

    @contextmanager
    def stream(self, after: int | None = None, **headers: str) -> Iterator[Iterator[dict[str, Any]]]:
        """Yield the events of a stream as they come, with typing marks and comments left out."""
        wished = self.headers | {"Accept": "text/event-stream"} | headers
        if after is not None:
            wished["Last-Event-ID"] = str(after)
        with self.http.stream("GET", f"{self.path}/events", headers=wished) as response:
            assert response.status_code == 200, response.read()
            assert response.headers["content-type"].startswith("text/event-stream")
            yield events_in(response.iter_lines())


def events_in(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    """The stored events of a stream, each with the id that it was sent with."""
    number = None
    for line in lines:
        name, _, value = line.partition(": ")
        if name == "id":
            number = int(value)
        elif name == "data":
            event = json.loads(value)
            if event["seq"] is not None:
                assert event["seq"] == number
                yield event
