"""Getting the pages of a stream from their server: one at a time, with patience, and only what changed."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from ingest.sources.hypermedia import absolute, origin_of
from ingest.sources.ipdc import parse_json
from knowledge.store.streams import StreamPage

if TYPE_CHECKING:
    import httpx

_TRIES = 5
_CONNECT_SECONDS, _READ_SECONDS, _PAGE_SECONDS = 10, 60, 300
"""How long to wait for a connection, for the next bytes, and for a whole page."""
_LONGEST_WAIT = 120
"""Seconds: a server that asks for more patience than this is asked again then all the same."""
_LARGEST = 50 * 1024 * 1024
_REDIRECTS = 5
_JSON = ("json", "text/plain", "application/octet-stream")
"""What a content type may hold; the last two are what simple file servers say of any file."""
_ADVICE = {
    401: "It asks for a log-in: give an address that is open to all.",
    403: "It does not allow this: give an address that is open to all.",
    404: "There is no such page (any more): check the address.",
    410: "There is no such page any more: check the address.",
}


class PageError(Exception):
    """A page cannot be had; the message is a sentence that says what to do."""


class _TryLaterError(Exception):
    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


@dataclass(frozen=True)
class Reply:
    """What a server says of a page: its validators now and, where the page changed, what is in it."""

    url: str
    etag: str
    last_modified: str
    immutable: bool
    digest: str
    body: bytes = b""
    document: Any = None


class Fetcher:
    """Asks a server for pages; use it as a context manager."""

    def __init__(self, sleep: Callable[[float], None], clock: Callable[[], float]) -> None:
        self._sleep, self._clock = sleep, clock

    def __enter__(self) -> Fetcher:
        import httpx

        headers = {"User-Agent": f"Wegwijzer/{version('wegwijzer')}", "Accept": "application/ld+json, application/json"}
        self._client = httpx.Client(headers=headers, timeout=httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS))
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, url: str, known: StreamPage | None) -> Reply:
        """Return the page at `url`, without a body where it is as it was `known`. Raises PageError."""
        for attempt in range(1, _TRIES + 1):
            try:
                return self._follow(url, known)
            except _TryLaterError as error:
                if attempt == _TRIES:
                    again = "Import again later; if it stays so, tell the publisher."
                    raise PageError(f"{error}, {_TRIES} times in a row. {again}") from None
                # Waits grow 1, 2, 4, 8 s and differ a little, so that several readers do not come back together.
                growing = 2 ** (attempt - 1) * random.uniform(0.75, 1.25)  # noqa: S311
                self._sleep(min(growing if error.after is None else error.after, _LONGEST_WAIT))
        raise AssertionError

    def _follow(self, url: str, known: StreamPage | None) -> Reply:
        import httpx

        conditions = _conditions(known)
        try:
            for _ in range(_REDIRECTS):
                with self._client.stream("GET", url, headers=conditions) as response:
                    if not response.has_redirect_location:
                        return self._read(url, response, known)
                    target = absolute(url, response.headers["Location"])
                if origin_of(target) != origin_of(url):
                    raise PageError(f"It redirects to another server: {target}. If that is right, give that address.")
                url = target
        except httpx.RequestError as error:
            raise _TryLaterError(f"The page cannot be fetched ({type(error).__name__}: {error})") from None
        except httpx.InvalidURL as error:
            raise PageError(f"This is not a valid address: {error}. Check the address.") from None
        raise PageError(f"It redirects more than {_REDIRECTS} times: check the address.")

    def _read(self, url: str, response: httpx.Response, known: StreamPage | None) -> Reply:
        status, headers = response.status_code, response.headers
        if status == 304 and known:
            etag, modified = headers.get("ETag", known.etag), headers.get("Last-Modified", known.last_modified)
            return Reply(url, etag, modified, _immutable(headers), known.digest)
        if status == 429 or status >= 500:
            after = _seconds(headers.get("Retry-After", ""), self._clock())
            raise _TryLaterError(f"The server answers with status {status}", after)
        if status != 200:
            raise PageError(f"The server answers with status {status}. {_ADVICE.get(status, 'Check the address.')}")
        kind = headers.get("Content-Type", "")
        if kind and not any(one in kind.lower() for one in _JSON):
            raise PageError(f"It is {kind} and not JSON, perhaps a log-in or error page: check the address.")
        body = self._body(response)
        digest = hashlib.sha256(body).hexdigest()
        validators = headers.get("ETag", ""), headers.get("Last-Modified", ""), _immutable(headers)
        if known and known.digest == digest:
            return Reply(url, *validators, digest)
        try:
            document = parse_json(body.decode("utf-8"))
        except ValueError as error:
            raise _TryLaterError(f"The page is not whole or not valid JSON ({error})") from None
        if not isinstance(document, dict | list):
            raise PageError("It is JSON, but no page of a stream: check the address.")
        return Reply(url, *validators, digest, body, document)

    def _body(self, response: httpx.Response) -> bytes:
        body, until = bytearray(), self._clock() + _PAGE_SECONDS
        for part in response.iter_bytes():
            body += part
            if len(body) > _LARGEST:
                raise PageError(
                    f"The page is larger than {_LARGEST // 1024**2} MiB: ask the publisher for smaller ones."
                )
            if self._clock() > until:
                raise _TryLaterError(f"The page takes longer than {_PAGE_SECONDS} s")
        return bytes(body)


def _conditions(known: StreamPage | None) -> dict[str, str]:
    asked = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified} if known else {}
    # Headers are ASCII; what a server sent beside that cannot be sent back.
    return {name: value for name, value in asked.items() if value and value.isascii()}


def _immutable(headers: httpx.Headers) -> bool:
    return "immutable" in headers.get("Cache-Control", "").lower()


def _seconds(retry_after: str, now: float) -> float | None:
    """Return how long a server asks to wait: it gives seconds or a moment."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now)
