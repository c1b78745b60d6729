"""aiohttp sessions, one pair per running event loop, that close when their loop does."""

import asyncio
from collections.abc import AsyncGenerator
from contextvars import ContextVar
from typing import Any
from weakref import WeakSet

import aiohttp

_Life = AsyncGenerator[None, None]


class AttemptProgress:
    """Follow one attempt through aiohttp, which tells errors apart but not how far a request got."""

    connected = False
    reused = False


current_progress: ContextVar[AttemptProgress] = ContextVar("snipcart_async_progress")


class _Connector(aiohttp.TCPConnector):
    """Note for each attempt whether it got a connection, and whether that had been used before."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._used: WeakSet[Any] = WeakSet()

    async def connect(self, req: Any, traces: Any, timeout: Any) -> aiohttp.connector.Connection:  # noqa: ASYNC109
        connection = await super().connect(req, traces, timeout)
        progress = current_progress.get()
        progress.connected = True
        progress.reused = connection.protocol in self._used
        self._used.add(connection.protocol)
        return connection


class LoopSessions:
    """Open sessions where they are needed: one for reads, one for writes, in each running event loop."""

    def __init__(self) -> None:
        self._held: dict[asyncio.AbstractEventLoop, dict[bool, tuple[aiohttp.ClientSession, _Life]]] = {}

    async def get(self, *, writes: bool) -> aiohttp.ClientSession:
        """Give the session of the running loop; the one for writes uses each connection once."""
        loop = asyncio.get_running_loop()
        if loop not in self._held:
            self._held = {other: held for other, held in self._held.items() if not other.is_closed()}
            self._held[loop] = {}
        held = self._held[loop]
        if writes not in held:
            held[writes] = await _open(writes)
        return held[writes][0]

    async def aclose(self) -> None:
        """Close the sessions of every loop that still runs."""
        here = asyncio.get_running_loop()
        held, self._held = self._held, {}
        for loop, sessions in held.items():
            for _, life in sessions.values():
                if loop is here:
                    await life.aclose()
                elif loop.is_running():
                    await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(life.aclose(), loop))


async def _open(writes: bool) -> tuple[aiohttp.ClientSession, _Life]:  # noqa: FBT001
    """Open a session that closes itself when its event loop ends.

    An event loop closes the async generators that were started in it, so one of them holds the session.
    """
    session = aiohttp.ClientSession(
        connector=_Connector(limit=0, force_close=writes),
        cookie_jar=aiohttp.DummyCookieJar(),
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
