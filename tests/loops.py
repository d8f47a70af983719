"""Running what is asynchronous in a test, whatever else runs in the process."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def in_own_loop(scenario: Coroutine[Any, Any, T]) -> T:
    """Return what `scenario` comes to, in a thread of its own: a browser of another test may hold this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, scenario).result()
