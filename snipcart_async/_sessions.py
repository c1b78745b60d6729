"""aiohttp sessions, one pair per running event loop, that close when their loop does."""

import asyncio
import ssl as tls
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from contextvars import ContextVar
from operator import methodcaller
from typing import Any

import aiohttp

from ._loops import PerLoop, start

_Life = AsyncGenerator[None, None]
NO_CLOCK = aiohttp.ClientTimeout(total=None)
"""What aiohttp is told: it would take a clock for each request, `TimeLimits` takes one for all."""


class AttemptProgress:
    """Follow one attempt through aiohttp, which tells errors apart but not how far a request got."""

    connecting = False
    connected = False
    fresh = False

    @property
    def sent(self) -> bool:
        """Whether the request may have left; where nobody can tell, it may."""
        return self.connected or not self.connecting

    @property
    def reused(self) -> bool:
        """Whether it got a connection that had been used before."""
        return self.connected and not self.fresh


current_progress: ContextVar[AttemptProgress] = ContextVar("snipcart_async_progress")


class LostError(aiohttp.ClientError):
    """Stand in for the two errors on which aiohttp would silently send a request again."""


class _Connector(aiohttp.TCPConnector):
    """Give each attempt one connection and no second; note whether it got it, and whether that had been used before."""

    async def connect(self, req: Any, traces: Any, timeout: Any) -> aiohttp.connector.Connection:  # noqa: ASYNC109
        progress = current_progress.get()
        if progress.connecting:
            raise LostError  # aiohttp asks again where a connection was lost, to send again
        progress.connecting = True
        while True:
            connection = await super().connect(req, traces, timeout)
            if progress.fresh or not connection.protocol.should_close:  # type: ignore[union-attr]
                break
            connection.close()  # bytes came that nobody asked for: they would answer this request
        progress.connected = True
        return connection

    async def _create_connection(self, req: Any, traces: Any, timeout: Any) -> Any:  # noqa: ASYNC109
        current_progress.get().fresh = True
        return await super()._create_connection(req, traces, timeout)


class LoopSessions:
    """Hold sessions where they are needed: one for reads, one for writes, in each running event loop.

    `headers` are what all requests say, never a key: aiohttp sends a session's headers to a proxy, too.
    """

    def __init__(self, headers: Mapping[str, str], *, ssl: tls.SSLContext | bool) -> None:
        self._headers = headers
        self._ssl = ssl
        self._held: PerLoop[dict[bool, tuple[aiohttp.ClientSession, _Life]]] = PerLoop(dict)

    def held(self, *, writes: bool) -> aiohttp.ClientSession | None:
        """Give the session of the running loop, where there is one; the one for writes uses each connection once."""
        session, _ = self._held.get().get(writes) or (None, None)
        return session

    async def open(self, *, writes: bool) -> aiohttp.ClientSession:
        """Open a session for the running loop; nobody else has a turn meanwhile."""
        session, life = await _open(self._headers, ssl=self._ssl, writes=writes)
        self._held.get()[writes] = session, life
        return session

    async def aclose(self) -> None:
        """Close the sessions of this loop, and have other running loops close theirs.

        A loop that is not running keeps its sessions: it closes them when it ends.
        """
        here = asyncio.get_running_loop()
        for loop, sessions in self._held.items():
            if loop is here:
                while sessions:  # one by one: should this be cancelled, closing again does the rest
                    _, (_, life) = sessions.popitem()
                    await life.aclose()
            elif loop.is_running():
                with suppress(RuntimeError):  # it has ended just now, and closed them itself
                    loop.call_soon_threadsafe(_end_here, [life for _, life in sessions.values()])


async def _end(lives: list[_Life]) -> None:
    await asyncio.gather(*map(methodcaller("aclose"), lives))


def _end_here(lives: list[_Life]) -> None:
    start(_end(lives))


async def _open(
    headers: Mapping[str, str], *, ssl: tls.SSLContext | bool, writes: bool
) -> tuple[aiohttp.ClientSession, _Life]:
    """Open a session that closes itself when its event loop ends.

    An event loop closes the async generators that were started in it, so one of them holds the session.
    """
    session = aiohttp.ClientSession(
        connector=_Connector(limit=0, force_close=writes, ssl=ssl),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers=headers,
        timeout=NO_CLOCK,
        trust_env=False,
    )

    async def life() -> _Life:
        try:
            yield
        finally:
            await session.close()

    held = life()
    await anext(held)
    return session, held
