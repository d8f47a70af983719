"""Phone numbers, e-mail addresses and account numbers that public bodies publish themselves: nobody's secret."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Iterator
from threading import Lock, Thread
from typing import Any

from knowledge.identifiers import identifiers
from knowledge.store.pages import Pages

_PERHAPS = re.compile(r"@|\d(?:[ ./()-]{0,3}\d){7}")
"""What a text holds that is worth a closer look: most texts of a page hold neither address nor number."""
_MACHINE = re.compile(r"https?:\S*|\d{4}-\d\d-\d\dT\S*|[0-9a-f-]{32,}")
"""Addresses of pages, moments and keys: their digits reach nobody."""

log = logging.getLogger(__name__)


class PublishedIdentifiers:
    """Says of the value of an identifier whether it stands on a published page, or in texts that are given.

    Pages are read beside the asking, at first all and later those that changed; whoever asks waits at most `patience`
    seconds for that and then hears what is known so far. What was published once stays known until this process ends.
    """

    def __init__(self, pages: Pages, texts: Iterable[str] = (), patience: float = 1.0) -> None:
        self._pages, self._texts, self._patience = pages, texts, patience
        self._found: set[str] = set()
        self._read = -1
        self._reader: Thread | None = None
        self._starting = Lock()

    def __contains__(self, value: object) -> bool:
        with self._starting:
            if self._reader is None or not self._reader.is_alive():
                self._reader = Thread(target=self._follow, name="published", daemon=True)
                self._reader.start()
            reader = self._reader
        reader.join(self._patience)
        return value in self._found

    def _follow(self) -> None:
        if self._read < 0:
            self._keep(self._texts)
            self._read = 0
        try:
            last = self._pages.last_change()
            if last != self._read:
                # A restored database may count anew.
                since = self._read if last > self._read else 0
                self._keep(text for page in self._pages.published_since(since) for text in _texts(json.loads(page)))
                self._read = last
        # Whatever keeps pages from being read must not keep anybody from being answered: more is masked then.
        except Exception as error:
            log.warning("what is published could not be read: %s", type(error).__name__)

    def _keep(self, texts: Iterable[str]) -> None:
        self._found.update(
            one.value
            for text in texts
            if _PERHAPS.search(text) and not _MACHINE.fullmatch(text)
            for one in identifiers(text)
        )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)
