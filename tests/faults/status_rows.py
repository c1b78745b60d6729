"""S: answers that say no, or wait, or go elsewhere."""

import json
import math
import time
from contextlib import suppress
from email.utils import formatdate
from random import Random

import attrs

from snipcart_async import SnipcartClient
from snipcart_async.errors import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    NotFoundError,
    PermissionDeniedError,
    ProtocolError,
    RateLimitError,
    RedirectError,
    ServerError,
    SnipcartError,
    UnprocessableEntityError,
)
from snipcart_async.testing.behaviour import Behaviour
from snipcart_async.testing.messages import SeenRequest

from .acts import refuse
from .exporting import export_all, export_fails, target_of
from .row import AnyRow, Play, Row, Scene, row
from .server import KEY, Exchange, http
from .stage import EMAIL, NAME, Stage

_REDIRECTS = ("301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent")
_PRIVATE = json.dumps({"message": f"{EMAIL} {KEY}", "errors": {"email": [EMAIL]}, "pad": NAME * 75_000}).encode()


async def _use_all(snipcart: SnipcartClient, guid: str) -> list[SnipcartError]:
    errors: list[SnipcartError] = []
    for call in (
        snipcart.customers.get(guid),
        snipcart.customers.update(guid, email=EMAIL),
        snipcart.customers.delete(guid),
    ):
        try:
            await call
        except SnipcartError as error:
            errors.append(error)
    return errors


async def _elsewhere(stage: Stage) -> None:
    """Send redirects of five kinds to four other origins, for a read, an update and a deletion."""
    seen = 0
    async with stage.serving(None) as (other, _):
        places = (
            f"http://127.0.0.1:{other.port}/api/customers",
            f"http://localhost:{other.port}/api/customers",
            f"//127.0.0.1:{other.port}/api/customers",
            f"http://{KEY}:x@127.0.0.1:{other.port}/{EMAIL}",
        )
        for status in _REDIRECTS:
            for place in places:
                async with stage.serving(refuse(status, b"", location=place), customers=1) as (server, snipcart):
                    errors = await _use_all(snipcart, server.shop.customer_ids()[0])
                    assert [type(error) for error in errors] == [RedirectError] * 3
                    assert [len(error.attempts) for error in errors] == [1] * 3
                    seen += len(server.seen)
                    await export_fails(stage, snipcart, RedirectError, tries=1)
                    server.heal()
                    assert len(await snipcart.customers.list()) == 1
        assert seen == 60
        assert other.connections == 0, "a redirect was followed"


async def _same_origin(stage: Stage) -> None:
    """Send redirects to the server itself."""
    for status in _REDIRECTS:
        async with stage.serving(refuse(status, b"", location="/api/customers"), customers=1) as (server, snipcart):
            errors = await _use_all(snipcart, server.shop.customer_ids()[0])
            assert [type(error) for error in errors] == [RedirectError] * 3
            assert len(server.seen) == 3
            await export_fails(stage, snipcart, RedirectError, tries=1)
            server.heal()
            await export_all(stage, server, snipcart, resume=True)
            target_of(stage).unlink()


def _in_two_seconds() -> str:
    """Give a date that lies two to three seconds ahead."""
    return formatdate(math.ceil(time.time()) + 2, usegmt=True)


async def _nobody(stage: Stage) -> None:
    """Know neither the orders of a customer nor a session."""
    async with stage.serving(refuse("404 Nobody"), customers=1) as (server, snipcart):
        guid = server.shop.customer_ids()[0]
        for call in (snipcart.customers.orders(guid), snipcart.user_sessions.get(guid)):
            await stage.fails(call, NotFoundError)
        assert len(server.seen) == 2
        server.heal()
        assert await snipcart.customers.orders(guid)


def _later(status: str, asked: str | None, *, least: float, most: float) -> Scene:
    """Refuse once with `Retry-After`, and measure how long the call waits, and an export."""

    async def scene(stage: Stage) -> None:
        value = asked or _in_two_seconds()
        async with stage.serving(refuse(status, retry_after=value), deadline=9.0) as (server, snipcart):
            began = time.monotonic()
            await snipcart.customers.get(server.shop.customer_ids()[0])
            took = time.monotonic() - began
            assert len(server.seen) == 2
            assert least <= took <= most + 2, f"waited {took:.2f} s"
        value = asked or _in_two_seconds()
        async with stage.serving(refuse(status, retry_after=value)) as (server, snipcart):
            began = time.monotonic()
            await export_all(stage, server, snipcart)
            assert time.monotonic() - began >= least, "the export did not wait"

    return scene


def _nonsense(name: str, fault: str, value: str) -> Row:
    return row(name, f"429 with a {fault}", refuse("429 Slow", retry_after=value), RateLimitError, 3)


async def _beyond_the_deadline(stage: Stage) -> None:
    """Ask for more time than a call has, though not for more than the policy allows: an export waits."""
    stage.once = True
    async with stage.serving(refuse("429 Slow", retry_after=3)) as (server, snipcart):
        error = await stage.fails(snipcart.customers.get(server.shop.customer_ids()[0]), RateLimitError)
        assert isinstance(error, RateLimitError)
        assert error.retry_after == 3
        assert len(server.seen) == 1
        await export_all(stage, server, snipcart)


def _absurd(asked: str) -> Scene:
    """Ask for longer than anybody waits: it is said at once, and nobody else asks meanwhile."""

    async def scene(stage: Stage) -> None:
        async with stage.serving(refuse("429 Slow", retry_after=asked)) as (server, snipcart):
            guid = server.shop.customer_ids()[0]
            error = await stage.fails(snipcart.customers.get(guid), RateLimitError)
            assert isinstance(error, RateLimitError)
            assert error.retry_after is not None
            assert error.retry_after > 3600
            for call in (snipcart.customers.get(guid), snipcart.customers.list().collect()):
                await stage.fails(call, RateLimitError, "not sent: Snipcart asked this client to wait")
            assert len(server.seen) == 1
        async with stage.serving(refuse("429 Slow", retry_after=asked)) as (_, snipcart):
            await export_fails(stage, snipcart, RateLimitError, tries=1)

    return scene


async def _one_in_ten(stage: Stage) -> None:
    """Refuse one in ten of a thousand calls: few more requests, and nearly all succeed."""
    luck = Random(1)

    def unlucky(_: SeenRequest) -> bool:
        return luck.random() < 0.1

    always = attrs.evolve(stage, once=False)
    async with always.serving(refuse("503 Busy"), unlucky, customers=1, deadline=60.0) as (server, snipcart):
        succeeded = await _call_often(snipcart, server.shop.customer_ids()[0])
        assert succeeded >= 995, f"{succeeded} of 1000 succeeded"
        assert len(server.seen) <= 1150, f"{len(server.seen)} requests"
    async with always.serving(refuse("503 Busy"), unlucky, behaviour=Behaviour(page_cap=10)) as (server, snipcart):
        await export_all(always, server, snipcart)


async def _dead(stage: Stage) -> None:
    """Refuse all of a thousand calls: the retry budget keeps the load from tripling."""
    for status, most in (("500 Dead", 1035), ("503 Busy", 1100), ("429 Slow", 1100)):
        async with stage.serving(refuse(status), customers=1, deadline=60.0) as (server, snipcart):
            assert await _call_often(snipcart, server.shop.customer_ids()[0]) == 0
            assert len(server.seen) <= most, f"{len(server.seen)} requests"
            server.heal()
            await snipcart.customers.list()


async def _call_often(snipcart: SnipcartClient, guid: str) -> int:
    succeeded = 0
    for _ in range(1000):
        with suppress(ApiError):
            await snipcart.customers.get(guid)
            succeeded += 1
    return succeeded


async def _accepted(exchange: Exchange) -> None:
    await exchange.write(http(exchange.content, "202 Accepted"))


async def _partial(exchange: Exchange) -> None:
    await exchange.write(http(exchange.content, "206 Partial Content"))


def _fails(status: str, modes: tuple[str, ...], name: str) -> Row:
    return row(f"{name} {status[:3]}", status, refuse(status), ServerError, 3, modes=modes)


_SERVER_ERRORS = ("500 Internal", "502 Bad Gateway", "503 Unavailable", "504 Gateway Timeout")

STATUS_ROWS: tuple[AnyRow, ...] = (
    Play(name="S1", fault="redirects to other origins", scene=_elsewhere, modes=("always",)),
    Play(name="S2", fault="redirects to the same origin", scene=_same_origin, modes=("always",)),
    row("S3 304", "304 Not Modified", refuse("304 Not Modified", b""), RedirectError, note="any 3xx is a redirect"),
    row("S3 204", "204 on a read", refuse("204 Nothing", b"", content_length=None), ProtocolError),
    row("S3 202", "202 on a read", _accepted, ProtocolError),
    row("S3 206", "206 on a read", _partial, ProtocolError),
    row("S4", "400", refuse("400 Bad"), BadRequestError),
    row("S5", "401", refuse("401 Who"), AuthenticationError, says="Check that the key"),
    row("S6", "403", refuse("403 No"), PermissionDeniedError),
    row("S7", "404", refuse("404 Nobody"), NotFoundError, note="on a page of a list, too: the status says more"),
    Play(name="S7 others", fault="404 for orders, or a session", scene=_nobody, modes=("always",)),
    row("S8", "409", refuse("409 Conflict"), ConflictError),
    row("S9", "422", refuse("422 Unfit"), UnprocessableEntityError),
    row("S10", "408", refuse("408 Slow"), ApiError, 3),
    row("S11", "429 without Retry-After", refuse("429 Slow"), RateLimitError, 3),
    Play(name="S12", fault="429, Retry-After: 1", scene=_later("429 Slow", "1", least=1.0, most=1.5)),
    Play(name="S13", fault="429, a date 2 s ahead", scene=_later("429 Slow", None, least=1.0, most=3.0)),
    Play(name="S14", fault="429, Retry-After: 0", scene=_later("429 Slow", "0", least=0.0, most=0.1)),
    Play(
        name="S14 past",
        fault="429, a date that is past",
        scene=_later("429 Slow", "Mon, 01 Jan 2024 00:00:00 GMT", least=0.0, most=0.1),
    ),
    _nonsense("S15", "word for Retry-After", "soon"),
    _nonsense("S16", "negative Retry-After", "-5"),
    Play(name="S17", fault="429 for 10^20 s", scene=_absurd(str(10**20)), modes=("always", "once")),
    Play(
        name="S17 2099",
        fault="429 until 2099",
        scene=_absurd("Thu, 01 Jan 2099 00:00:00 GMT"),
        modes=("always", "once"),
    ),
    Play(name="S18", fault="429 beyond the deadline", scene=_beyond_the_deadline, modes=("always",)),
    Play(name="S19", fault="503, Retry-After: 1", scene=_later("503 Busy", "1", least=1.0, most=1.5)),
    Play(name="S19 500", fault="500, Retry-After: 1", scene=_later("500 Oops", "1", least=1.0, most=1.5)),
    *(_fails(status, ("always",), "S20") for status in _SERVER_ERRORS),
    *(_fails(status, ("once",), "S21") for status in _SERVER_ERRORS),
    row("S22", "501", refuse("501 What"), ServerError),
    row("S22 505", "505", refuse("505 Which"), ServerError),
    row("S23", "500 with 1 MB of private data", refuse("500 Oops", _PRIVATE), ServerError, 3),
    Play(name="S24", fault="503 to one in ten of 1 000 calls", scene=_one_in_ten, modes=("always",)),
    Play(name="S25", fault="500, 503 or 429 to each of 1 000 calls", scene=_dead, modes=("always",)),
)
