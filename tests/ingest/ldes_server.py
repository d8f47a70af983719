"""A server of stream pages on this machine, with the good and bad manners that real ones have."""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.ingest.records import Record

Fault = Callable[[BaseHTTPRequestHandler], None]
"""What the server does once instead of serving a page."""


def page(*records: Record, to: Sequence[str] = ()) -> Record:
    """A page as IPDC writes it, with relations to the pages `to`."""
    relations = [{"@type": "GreaterThanOrEqualToRelation", "node": node} for node in to]
    return {
        "@type": "EventStream",
        "view": {"@type": "Node", "relation": relations},
        "@context": ["https://ipdc.example/ldes.jsonld"],
        "member": list(records),
    }


@dataclass
class Served:
    """One page: its body, and how it is served."""

    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    validator: str = "ETag"
    zipped: bool = False
    faults: list[Fault] = field(default_factory=list)


class StreamServer:
    """Serves pages by path; `requests` tells which were asked for, `answers` also with which status."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.pages: dict[str, Served] = {}
        self.requests: list[str] = []
        self.answers: list[tuple[str, int]] = []
        self.agents: set[str] = set()

    def serve(self, path: str, content: object, *faults: Fault, **how: Any) -> Served:
        """Serve `content` (bytes and text as they are, else as JSON); `faults` happen first, one a request."""
        text = content if isinstance(content, bytes | str) else json.dumps(content)
        body = text.encode() if isinstance(text, str) else text
        headers = {"Content-Type": "application/ld+json"} | how.pop("headers", {})
        self.pages[path] = Served(body, headers, faults=list(faults), **how)
        return self.pages[path]

    def serve_chain(self, *pages: Sequence[Record]) -> None:
        """Serve `pages` as /0, /1, …, each with relations to the page before and the page after."""
        for number, records in enumerate(pages):
            near = [f"/{one}" for one in (number - 1, number + 1) if 0 <= one < len(pages)]
            self.serve(f"/{number}", page(*records, to=near))

    def play(self, folder: Path, host: str) -> list[str]:
        """Serve the pages in `folder` where they say that they stand on `host`, which becomes this server."""
        paths = []
        for file in sorted(folder.iterdir()):
            raw = file.read_bytes()
            text = (gzip.decompress(raw) if file.suffix == ".gz" else raw).decode().replace(host, self.url)
            paths.append(json.loads(text)["@id"].removeprefix(self.url))
            self.serve(paths[-1], text)
        return paths

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.requests.append(handler.path)
        self.agents.add(handler.headers["User-Agent"])
        found = self.pages.get(handler.path)
        if found is None:
            self.send(handler, 404)
        elif found.faults:
            found.faults.pop(0)(handler)
        else:
            self._send_page(handler, found)

    def _send_page(self, handler: BaseHTTPRequestHandler, found: Served) -> None:
        headers, body = dict(found.headers), found.body
        if found.validator == "ETag":
            headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:8]}"'
            same = handler.headers["If-None-Match"] == headers["ETag"]
        else:
            same = bool(found.validator) and handler.headers["If-Modified-Since"] == found.validator
            headers |= {"Last-Modified": found.validator} if found.validator else {}
        if same:
            self.send(handler, 304, headers)
            return
        if found.zipped:
            headers["Content-Encoding"], body = "gzip", gzip.compress(body)
        self.send(handler, 200, headers, body)

    def send(
        self, handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> None:
        self.answers.append((handler.path, status))
        handler.send_response(status)
        for name, value in (headers or {}).items():
            handler.send_header(name, value)
        if status != 304:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def forget(self) -> None:
        """Forget what was asked for."""
        self.requests.clear()
        self.answers.clear()

    def status(self, status: int, **headers: str) -> Fault:
        """A fault: nothing but a status; `Retry_After="5"` becomes a header."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return lambda handler: self.send(handler, status, named)

    def cut(self, body: bytes) -> Fault:
        """A fault: the connection ends half-way."""

        def cut(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body[: len(body) // 2])
            handler.close_connection = True

        return cut

    def text(self, body: bytes, kind: str = "application/json") -> Fault:
        """A fault: another body, served as if it were the page."""
        return lambda handler: self.send(handler, 200, {"Content-Type": kind}, body)

    def hang(self, asked: threading.Event, go_on: threading.Event) -> Fault:
        """A fault: say that somebody `asked`, and answer nothing until told to `go_on`."""

        def hang(handler: BaseHTTPRequestHandler) -> None:
            asked.set()
            go_on.wait(30)
            handler.close_connection = True

        return hang


@contextmanager
def stream_server() -> Iterator[StreamServer]:
    """A server on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Headers and body leave at once; else each page waits 40 ms for the other side's acknowledgement.
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            served.answer(self)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    served = StreamServer(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
