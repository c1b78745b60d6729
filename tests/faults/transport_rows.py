"""T: what can happen to a connection."""

import asyncio
import itertools
import math
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any

import aiohttp
import trustme
from aiohttp.abc import AbstractResolver, ResolveResult

from snipcart_async import RetryPolicy, SnipcartClient
from snipcart_async.errors import Attempt, AttemptTimeoutError, ConnectError, TransportError
from snipcart_async.request import Call
from snipcart_async.testing.shop import Shop

from .acts import close, drip, honest_but, keep_silent, reset, say
from .exporting import PATIENCE, export_all, export_fails
from .row import AnyRow, Play, Scene, row
from .server import Act, Exchange, FaultyServer, Target, http
from .stage import Stage

_SHORT = 0.5
"""Seconds of an attempt, where it takes them all."""
_LONG = 6.0
"""Seconds for three of them, also on a machine that has other things to do."""
_HALF_A_HEADER = http()[:40]
_honest = honest_but()


def _in_chunks(exchange: Exchange) -> bytes:
    head = http(b"", content_length=None, transfer_encoding="chunked")
    return head + b"%x\r\n%b\r\n" % (len(exchange.content), exchange.content)


class _Waker:
    """Wake a server when the first attempt has failed."""

    def __init__(self, server: FaultyServer) -> None:
        self._server = server

    def call_started(self, call: Call) -> None:
        """Do nothing."""

    def attempt_started(self, call: Call) -> None:
        """Do nothing."""

    def attempt_ended(self, call: Call, attempt: Attempt) -> None:
        """Wake the server."""
        self._server.wake()

    def call_ended(self, call: Call, error: BaseException | None, seconds: float) -> None:
        """Do nothing."""


@asynccontextmanager
async def listening_from_the_second_attempt(
    stage: Stage, act: Act | None = None, *, full: bool = False
) -> AsyncIterator[tuple[FaultyServer, SnipcartClient]]:
    """Refuse connections, or with `full` let them wait for ever; in the mode once, only until an attempt has failed."""
    server = FaultyServer(Shop(3), act, lambda _: True, asleep=True)
    with closing(socket.socket()) as waiting, closing(socket.socket()) as too_many, server.running():
        if full:
            server.listen_without_accepting()
            for one in (waiting, too_many):
                one.setblocking(False)
                one.connect_ex(("127.0.0.1", server.port))
        observers = (_Waker(server),) if stage.once else ()
        async with stage.client(server.base_url, observers=observers, timeout=_SHORT) as snipcart:
            yield server, snipcart


async def _all_fail(stage: Stage, snipcart: SnipcartClient, guid: str, tries: int = 3) -> None:
    """Ask for one and for all, delete, export: each fails, after so many attempts, and nothing ever left."""
    for call in (snipcart.customers.get(guid), snipcart.customers.list().collect(), snipcart.customers.delete(guid)):
        error = await stage.fails(call, ConnectError)
        assert isinstance(error, ConnectError)
        assert not error.sent
        assert not error.may_have_applied
        assert len(error.attempts) == tries, f"{len(error.attempts)} attempts, not {tries}"
    await export_fails(stage, snipcart, ConnectError, tries=PATIENCE if tries == 3 else tries)


def _unreachable(*, full: bool) -> Scene:
    async def scene(stage: Stage) -> None:
        async with listening_from_the_second_attempt(stage, full=full) as (server, snipcart):
            guid = server.shop.customer_ids()[0]
            if stage.once:
                assert (await snipcart.customers.get(guid)).id == guid
                assert len(server.seen) == 1
            else:
                await _all_fail(stage, snipcart, guid)
                assert server.seen == []
                server.wake()
                await export_all(stage, server, snipcart, resume=True)
        if stage.once:
            async with listening_from_the_second_attempt(stage, full=full) as (server, snipcart):
                await export_all(stage, server, snipcart)

    return scene


class _Resolver(AbstractResolver):
    def __init__(self, failures: float) -> None:
        self.failures = failures

    async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> list[ResolveResult]:
        self.failures -= 1
        if self.failures >= 0:
            raise OSError("no such host")
        return [ResolveResult(hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None: ...


async def _unknown_host(stage: Stage) -> None:
    """Have a resolver that knows no host, or does so only the second time."""
    async with stage.serving(None, customers=3) as (server, _):
        url = server.base_url.replace("127.0.0.1", "localhost")
        resolver = _Resolver(1 if stage.once else math.inf)
        connector = aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False, force_close=True)
        async with (
            aiohttp.ClientSession(connector=connector) as session,
            stage.client(url, session=session) as snipcart,
        ):
            guid = server.shop.customer_ids()[0]
            if stage.once:
                assert (await snipcart.customers.get(guid)).id == guid
                resolver.failures = 1
                await export_all(stage, server, snipcart)
            else:
                await _all_fail(stage, snipcart, guid)
                resolver.failures = 0
                await export_all(stage, server, snipcart, resume=True)


async def _gone_stale(stage: Stage) -> None:
    """Close a kept-alive connection just as it is used again: one repeat, without a pause, where none is allowed."""
    policy = RetryPolicy(max_attempts=1, base_delay=60.0, max_delay=60.0)
    async with stage.serving(close, _second(), customers=3, retry=policy) as (server, snipcart):
        guid = server.shop.customer_ids()[0]
        await snipcart.customers.get(guid)
        response = await snipcart.request("GET", f"/customers/{guid}")
        assert [attempt.reason for attempt in response.attempts] == ["connection gone stale", ""]
        assert len(server.seen) == 3
    async with stage.serving(close, _second()) as (server, snipcart):
        await export_all(stage, server, snipcart)


def _second() -> Target:
    requests = itertools.count(1)
    return lambda _: next(requests) == 2


def _untrusted(host: str, *, known: bool) -> Scene:
    """Show a certificate for a host, of an authority that the client knows or not."""

    async def scene(stage: Stage) -> None:
        authority = trustme.CA()
        theirs, ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
        authority.issue_cert(host).configure_cert(theirs)
        if known:
            authority.configure_trust(ours)
        server = FaultyServer(Shop(3), None, lambda _: True, tls=theirs)
        with server.running():
            async with stage.client(server.base_url, ssl=ours) as snipcart:
                await _all_fail(stage, snipcart, server.shop.customer_ids()[0], 1)
            assert server.seen == []

    return scene


async def _trusted(stage: Stage) -> None:
    """Show a certificate that is as it should be: the two rows above fail for their reason alone."""
    authority = trustme.CA()
    theirs, ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(theirs)
    authority.configure_trust(ours)
    server = FaultyServer(Shop(3), None, lambda _: True, tls=theirs)
    with server.running():
        async with stage.client(server.base_url, ssl=ours) as snipcart:
            assert await snipcart.customers.list().count() == 3


async def _slow(exchange: Exchange) -> None:
    await asyncio.sleep(0.02)
    await exchange.write(_honest(exchange))


async def _slowest(exchange: Exchange) -> None:
    await asyncio.sleep(3.2)
    await exchange.write(_honest(exchange))


async def _crowd(stage: Stage) -> None:
    """Ask 200 times at once over five connections: waiting for one is no part of an attempt's time."""
    async with stage.serving(_slow, customers=3, max_concurrency=5, deadline=30.0) as (server, snipcart):
        guid = server.shop.customer_ids()[0]
        customers = await asyncio.gather(*(snipcart.customers.get(guid) for _ in range(200)))
        assert {customer.id for customer in customers} == {guid}
        assert len(server.seen) == 200
        assert server.connections <= 5
        await export_all(stage, server, snipcart)


async def _nearly_too_slow(stage: Stage) -> None:
    """Take four fifths of an attempt's time for each answer."""
    async with stage.serving(_slowest, customers=3, timeout=4.0, deadline=9.0) as (server, snipcart):
        await snipcart.customers.get(server.shop.customer_ids()[0])
        assert len(await snipcart.customers.list().collect()) == 3
        assert len(server.seen) == 2
        await export_all(stage, server, snipcart)


_MODES = ("always", "once")

TRANSPORT_ROWS: tuple[AnyRow, ...] = (
    Play(name="T1", fault="connections are refused", scene=_unreachable(full=False), modes=_MODES),
    Play(name="T2", fault="connections never complete", scene=_unreachable(full=True), modes=_MODES),
    Play(name="T3", fault="the resolver fails", scene=_unknown_host, modes=_MODES),
    row("T4", "accepts, closes without a byte", close, TransportError, 3),
    row("T5", "breaks off before the first byte", reset, TransportError, 3),
    row("T6", "half a header, then closes", say(_HALF_A_HEADER, then=close), TransportError, 3),
    row("T7", "half a header, then breaks off", say(_HALF_A_HEADER, then=reset), TransportError, 3),
    row("T8", "reads the request, never answers", keep_silent, AttemptTimeoutError, 3, timeout=_SHORT, deadline=_LONG),
    row("T9", "a header that drips for ever", drip(http()), AttemptTimeoutError, 3, timeout=_SHORT, deadline=_LONG),
    row(
        "T10",
        "a body that drips for ever",
        drip(_honest, at_once=150),
        AttemptTimeoutError,
        3,
        timeout=_SHORT,
        deadline=_LONG,
    ),
    row("T11", "closed in the middle of a body", say(lambda x: _honest(x)[:-9], then=close), TransportError, 3),
    row("T12", "broken off in the middle of a body", say(lambda x: _honest(x)[:-9], then=reset), TransportError, 3),
    Play(name="T14", fault="closed just as it is used again", scene=_gone_stale),
    row("T13", "chunked, cut before the last chunk", say(_in_chunks, then=close), TransportError, 3),
    Play(name="T15", fault="a certificate nobody vouches for", scene=_untrusted("127.0.0.1", known=False)),
    Play(name="T16", fault="a certificate for another host", scene=_untrusted("example.com", known=True)),
    Play(name="T16 right", fault="a certificate that is right", scene=_trusted),
    Play(name="T17", fault="200 calls at once, five connections", scene=_crowd, modes=("always",)),
    Play(
        name="T18",
        fault="nearly too slow, always",
        scene=_nearly_too_slow,
        modes=("always",),
        note="four fifths of the time, not nine tenths: a loaded machine needs the rest",
    ),
)
