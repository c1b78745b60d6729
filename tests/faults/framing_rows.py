"""F: what can be wrong with the HTTP around an answer."""

import asyncio
from collections.abc import Callable
from threading import Semaphore

import attrs

from snipcart_async.errors import (
    MismatchError,
    NotFoundError,
    ProtocolError,
    ServerError,
    TransportError,
)
from snipcart_async.testing.messages import encode

from .acts import close, honest_but, say
from .exporting import export_all
from .row import AnyRow, Play, row
from .server import Exchange, http
from .stage import Stage

_honest = honest_but()


def _twice_as_long(exchange: Exchange) -> bytes:
    return honest_but(content_length=2 * len(exchange.content))(exchange)


def _half_as_long(exchange: Exchange) -> bytes:
    return honest_but(content_length=len(exchange.content) // 2)(exchange)


def _two_lengths(exchange: Exchange) -> bytes:
    return _honest(exchange).replace(b"Content-Length:", b"Content-Length: 2\r\nContent-Length:")


def _many(headers: int) -> bytes:
    return b"\r\n".join(b"X-%d: y" % number for number in range(headers))


def _with_header(header: bytes) -> bytes:
    return http().replace(b"Date:", header + b"\r\nDate:")


_CHUNKED = http(b"", content_length=None, transfer_encoding="chunked")
_SWITCHING = http(b"", "101 Switching Protocols", upgrade="websocket")
_PAINTED = b"HTTP/1.1 500 \x1b[31mred\xe9\r\nContent-Length: 2\r\n\r\n{}"


class _Surplus:
    """Send an answer, and a little later another one, which nobody asked for, over the same connection."""

    def __init__(self, spell: Callable[[Exchange], tuple[bytes, bytes]]) -> None:
        self._spell = spell
        self._sent = Semaphore(0)

    async def __call__(self, exchange: Exchange) -> None:
        first, second = self._spell(exchange)
        await exchange.write(first)
        await asyncio.sleep(0.005)
        await exchange.write(second)
        self._sent.release()

    async def arrived(self) -> None:
        """Wait until the client can have seen the surplus."""
        await asyncio.to_thread(self._sent.acquire)
        await asyncio.sleep(0.005)


def _of_another_customer(exchange: Exchange) -> bytes:
    return http(encode(exchange.shop.document(exchange.shop.customer_ids()[-1])))


async def _surplus(stage: Stage) -> None:
    """Answer rightly, and then send the whole answer for another customer."""
    act = _Surplus(lambda exchange: (_honest(exchange), _of_another_customer(exchange)))
    always = attrs.evolve(stage, once=False)
    async with always.serving(act, customers=3, deadline=9.0) as (server, snipcart):
        first, second, _ = server.shop.customer_ids()
        for _ in range(25):
            for guid in (first, second):
                assert (await snipcart.customers.get(guid)).id == guid
                await act.arrived()
        assert len(server.seen) == 50
        await export_all(stage, server, snipcart)


async def _surplus_before_a_write(stage: Stage) -> None:
    """Send a 204 that nobody asked for: a deletion that is refused is not taken for done."""
    act = _Surplus(lambda exchange: (_honest(exchange), http(b"", "204 Gone", content_length=None)))
    always = attrs.evolve(stage, once=False)
    async with always.serving(act, lambda request: request.method == "GET", customers=3) as (server, snipcart):
        guid = server.shop.customer_ids()[0]
        server.shop.delete(guid)
        await snipcart.customers.list()
        await act.arrived()
        await stage.fails(snipcart.customers.delete(guid), NotFoundError)
        assert server.connections == 2, "the deletion went over the connection with the surplus"


async def _surplus_too_late(stage: Stage) -> None:
    """Send the answer for another customer just before the right one: it is noticed."""
    act = _Surplus(lambda exchange: (_of_another_customer(exchange), _honest(exchange)))
    stage.once = True
    async with stage.serving(act, customers=3) as (server, snipcart):
        guid = server.shop.customer_ids()[0]
        await stage.fails(snipcart.customers.get(guid), MismatchError)
        await act.arrived()
        for other in server.shop.customer_ids():
            assert (await snipcart.customers.get(other)).id == other


_EITHER = "not played with aiohttp's parser in Python: what it makes of the surplus depends on what arrives together"
_UNTOLD = "taken for garbage as a whole by aiohttp's parser in C: so it is not repeated; " + _EITHER

FRAMING_ROWS: tuple[AnyRow, ...] = (
    row("F1", "Content-Length longer than the body", say(_twice_as_long, then=close), TransportError, 3),
    row(
        "F2",
        "Content-Length shorter than the body",
        say(_half_as_long),
        ProtocolError,
        1,
        in_pure_python=False,
        note=_UNTOLD,
    ),
    Play(name="F3", fault="a surplus answer, 5 ms later", scene=_surplus, modes=("always",)),
    Play(name="F3 write", fault="a surplus answer before a write", scene=_surplus_before_a_write, modes=("always",)),
    Play(name="F3 late", fault="a surplus answer in place of the right one", scene=_surplus_too_late),
    row(
        "F4",
        "two different Content-Length",
        say(_two_lengths),
        ProtocolError,
        in_pure_python=False,
        note=_EITHER,
    ),
    row("F5", "Content-Length and Transfer-Encoding", say(honest_but(transfer_encoding="chunked")), ProtocolError),
    row("F6", "a negative Content-Length", say(honest_but(content_length=-5)), ProtocolError),
    row("F7", "a chunk size that is no number", say(_CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n"), ProtocolError),
    row("F8", "garbage where the status line is due", say(b"\x00\x01 what?\r\n\r\n"), ProtocolError),
    row("F9", "a header line of 1 MB", say(_with_header(b"X-Long: " + b"x" * 2**20)), ProtocolError),
    row("F10", "20 000 headers", say(_with_header(_many(20_000))), ProtocolError),
    row("F10 200", "200 headers", say(_with_header(_many(200))), ProtocolError),
    row("F11", "NUL in a header", say(_with_header(b"X-Nul: a\x00b")), ProtocolError),
    row("F12 000", "status 000", say(http(b'{"a": 1}', "000 Odd")), ProtocolError),
    row("F12", "status 999", say(http(b'{"a": 1}', "999 Odd")), ProtocolError),
    row("F13", "101 Switching Protocols", say(_SWITCHING), ProtocolError),
    row("F14", "a reason that paints the terminal", say(_PAINTED), ServerError, 3),
)
