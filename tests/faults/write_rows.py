"""W: writes, whose outcome must be told as it is."""

import asyncio
from collections.abc import Awaitable, Callable
from threading import Event
from typing import Any

from snipcart_async import SnipcartClient
from snipcart_async.errors import (
    ConflictError,
    DecodeError,
    NotFoundError,
    RedirectError,
    ServerError,
    SnipcartError,
    TransportError,
    UnprocessableEntityError,
)
from snipcart_async.models import Deletion
from snipcart_async.testing.messages import SeenRequest, encode

from .acts import close, refuse, say
from .row import PURE_PYTHON, AnyRow, Expected, Play, Scene
from .server import Act, Exchange, http
from .stage import Stage
from .transport_rows import listening_from_the_second_attempt

Write = Callable[[SnipcartClient, str], Awaitable[Any]]

DELETED = Deletion(deleted=True, uncertain=False)
PERHAPS = Deletion(deleted=True, uncertain=True)


def _is_write(request: SeenRequest) -> bool:
    return request.method in {"PUT", "DELETE"}


async def _applied_and_lost(exchange: Exchange) -> None:
    exchange.honest()
    await close(exchange)


async def _surplus(exchange: Exchange) -> None:
    answer = exchange.honest()
    await exchange.write(http(encode(answer.body), "204 Gone", content_length=None) + b'{"stray": 1}')


def _update(snipcart: SnipcartClient, guid: str) -> Awaitable[Any]:
    return snipcart.customers.update(guid, email="new@example.com")


def _bind(snipcart: SnipcartClient, guid: str) -> Awaitable[Any]:
    return snipcart.customers.update(guid, email="new@example.com", cart_token=guid)


def _delete(snipcart: SnipcartClient, guid: str) -> Awaitable[Any]:
    return snipcart.customers.delete(guid)


def _scene(act: Act, write: Write, came: Expected | Deletion, *, wire: int, uncertain: bool = False) -> Scene:
    """Write to a customer, and check what came of it, and that the next call is healthy."""

    async def scene(stage: Stage) -> None:
        async with stage.serving(act, _is_write, customers=2) as (server, snipcart):
            sick, other = server.shop.customer_ids()
            if isinstance(came, Expected) and came.error:
                error = await stage.fails(write(snipcart, sick), came.error)
                assert error.may_have_applied is uncertain
            else:
                done = await write(snipcart, sick)
                assert done == came or isinstance(came, Expected)
            assert len(server.seen) == wire, f"{len(server.seen)} requests, not {wire}"
            server.heal()
            assert (await snipcart.customers.get(other)).id == other

    return scene


def _fails(error: type[SnipcartError]) -> Expected:
    return Expected(error=error)


async def _never_sent(stage: Stage) -> None:
    """Refuse the first connection, and then know of no such customer: the 404 is news."""
    stage.once = True
    async with listening_from_the_second_attempt(stage, refuse("404 Nobody")) as (server, snipcart):
        error = await stage.fails(_delete(snipcart, server.shop.customer_ids()[0]), NotFoundError)
        assert [attempt.sent for attempt in error.attempts] == [False, True]


async def _redirected(stage: Stage) -> None:
    """Redirect an update to another server: it sees no body."""
    async with stage.serving(None) as (other, _):
        act = refuse("307 Over there", b"", location=f"{other.base_url}/customers")
        await _scene(act, _update, _fails(RedirectError), wire=1)(stage)
        assert other.connections == 0


async def _cancelled(stage: Stage) -> None:
    """Cancel a deletion while it waits for an answer: nothing more is sent, the connection is closed."""
    closed = Event()

    async def wait(exchange: Exchange) -> None:
        await exchange.hung_up()
        closed.set()

    async with stage.serving(wait, customers=1) as (server, snipcart):
        task = asyncio.create_task(snipcart.customers.delete(server.shop.customer_ids()[0]))
        await asyncio.to_thread(server.has_met.wait)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        assert len(server.seen) == 1
        assert await asyncio.to_thread(closed.wait, 5), "the connection is still open"


_STRAY = "aiohttp's parser in C takes the whole answer for garbage; the one in Python reads the 204"
_AFTER_A_STRAY_BODY = (
    _scene(_surplus, _delete, DELETED, wire=1) if PURE_PYTHON else _scene(_surplus, _delete, PERHAPS, wire=2)
)

WRITE_ROWS: tuple[AnyRow, ...] = (
    Play(name="W1", fault="PUT, applied, answer lost", scene=_scene(_applied_and_lost, _update, Expected(), wire=2)),
    Play(
        name="W1 cart",
        fault="PUT with a cart, applied, answer lost",
        scene=_scene(_applied_and_lost, _bind, _fails(TransportError), wire=1, uncertain=True),
    ),
    Play(
        name="W1 always",
        fault="PUT, applied, every answer lost",
        scene=_scene(_applied_and_lost, _update, _fails(TransportError), wire=2, uncertain=True),
        modes=("always",),
    ),
    Play(name="W2", fault="PUT, 503", scene=_scene(refuse("503 Busy"), _update, Expected(), wire=2)),
    Play(name="W3", fault="PUT, 409", scene=_scene(refuse("409 Conflict"), _update, _fails(ConflictError), wire=1)),
    Play(
        name="W3 422",
        fault="PUT, 422",
        scene=_scene(refuse("422 Unfit"), _update, _fails(UnprocessableEntityError), wire=1),
    ),
    Play(
        name="W4",
        fault="DELETE, applied, answer lost, then 404",
        scene=_scene(_applied_and_lost, _delete, PERHAPS, wire=2),
    ),
    Play(
        name="W4 always",
        fault="DELETE, applied, every answer lost",
        scene=_scene(_applied_and_lost, _delete, _fails(TransportError), wire=2, uncertain=True),
        modes=("always",),
    ),
    Play(name="W5", fault="DELETE, 404", scene=_scene(refuse("404 No"), _delete, _fails(NotFoundError), wire=1)),
    Play(name="W6", fault="DELETE, 204 with a stray body", scene=_AFTER_A_STRAY_BODY, note=_STRAY),
    Play(name="W7", fault="DELETE, 500, not applied", scene=_scene(refuse("500 Oops"), _delete, DELETED, wire=2)),
    Play(
        name="W7 always",
        fault="DELETE, 500 for ever",
        scene=_scene(refuse("500 Oops"), _delete, _fails(ServerError), wire=2, uncertain=True),
        modes=("always",),
    ),
    Play(
        name="W8",
        fault="DELETE, 429, Retry-After: 1",
        scene=_scene(refuse("429 Slow", retry_after=1), _delete, DELETED, wire=2),
    ),
    Play(name="W9", fault="DELETE, refused connection, then 404", scene=_never_sent),
    Play(
        name="W10",
        fault="PUT, 200 without a body",
        scene=_scene(say(http(b"")), _update, _fails(DecodeError), wire=1, uncertain=True),
    ),
    Play(name="W11", fault="PUT, 307 to another server", scene=_redirected),
    Play(name="W12", fault="DELETE, cancelled while it waits", scene=_cancelled),
)
