"""A small proxy of the tests' own: connections to several servers in turn, cut after a while if it is told to."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from itertools import count


class RoundRobinProxy:
    """Passes bytes on; a server that is away is left out, and what was open to it breaks off."""

    def __init__(self, backends: Sequence[int], cut_after: float | None = None) -> None:
        """`backends` are ports on loopback; with `cut_after` every connection ends after so many seconds."""
        self._backends, self._cut_after = list(backends), cut_after
        self._turn = count()
        self._server: asyncio.Server | None = None
        self.refused = 0

    async def start(self) -> int:
        """Listen on a free port and return it."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        backend = await self._connect()
        if backend is None:
            self.refused += 1
            writer.close()
            return
        both = (self._pass(reader, backend[1]), self._pass(backend[0], writer))
        tasks = [asyncio.create_task(one) for one in both]
        try:
            await asyncio.wait(tasks, timeout=self._cut_after, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            # The loop ends with connections still open; asyncio would report that as a failure.
            return
        finally:
            for task in tasks:
                task.cancel()
            for one in (writer, backend[1]):
                one.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        first = next(self._turn)
        for offset in range(len(self._backends)):
            port = self._backends[(first + offset) % len(self._backends)]
            with contextlib.suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", port)
        return None

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while part := await reader.read(65536):
                writer.write(part)
                await writer.drain()
