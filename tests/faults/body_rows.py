"""B: what can be wrong with a body that comes with status 200."""

import gzip
import json
import zlib
from functools import cache
from typing import Any

import brotli

from snipcart_async.errors import DecodeError, ResponseTooLargeError, TransportError

from .acts import edit, honest_but, say
from .row import AnyRow, Play, row
from .server import Act, Exchange, http
from .stage import Stage

_HALF_A_GIB = 512 * 2**20
_ZEROS = bytes(2**20)


def _gzipped(exchange: Exchange, cut: int | None = None) -> bytes:
    return http(gzip.compress(exchange.content)[:cut], content_encoding="gzip")


def _wrong_checksum(exchange: Exchange) -> bytes:
    packed = bytearray(gzip.compress(exchange.content))
    packed[-8] ^= 0xFF
    return http(bytes(packed), content_encoding="gzip")


@cache
def _gzip_bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    first, next_ = (packer.compress(_ZEROS) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    times = _HALF_A_GIB // len(_ZEROS) - 1  # behind a full flush, the same packs the same; nobody gets to the end
    return http(first + next_ * times, content_encoding="gzip")


@cache
def _brotli_bomb() -> bytes:
    packer = brotli.Compressor(quality=5)
    packed = b"".join(packer.process(_ZEROS) for _ in range(_HALF_A_GIB // len(_ZEROS)))
    return http(packed + packer.finish(), content_encoding="br")


@cache
def _many_members() -> bytes:
    return http(gzip.compress(b"") * 200_000, content_encoding="gzip")


async def _endless(exchange: Exchange) -> None:
    """Send zeros until nobody listens any more."""
    await exchange.write(http(b"", content_length=None, connection="close"))
    while exchange.open:
        await exchange.write(_ZEROS)


def _spell(name: str, text: bytes) -> Act:
    """Put a value, spelled as it is, where a field of a customer stands: alone, or first on a page."""

    def spell(exchange: Exchange) -> bytes:
        document = exchange.document
        for record in document.get("items", [document])[:1]:
            record[name] = "@@"
        return http(json.dumps(document).encode().replace(b'"@@"', text))

    return say(spell)


def _large(exchange: Exchange) -> bytes:
    """Give the customers of an answer such long notes that it has 31 MiB."""
    document = exchange.document
    records = document.get("items", [document])
    for record in records:
        record["notes"] = "n" * (31 * 2**20 // len(records))
    return http(json.dumps(document).encode())


def _other_kind(document: Any, _: Exchange) -> Any:
    return document.get("items", [document])


def _two_ids(exchange: Exchange) -> bytes:
    return http(exchange.content.replace(b'"id":', b'"id":"00000000-0000-4000-8000-000000000000","id":'))


async def _one_order(stage: Stage) -> None:
    """Answer with an order where all of a customer's are due."""
    async with stage.serving(edit(lambda orders, _: orders[0]), customers=1) as (server, snipcart):
        guid = server.shop.customer_ids()[0]
        await stage.fails(snipcart.customers.orders(guid), DecodeError)
        assert len(server.seen) == 1
        server.heal()
        assert await snipcart.customers.orders(guid)


_A_LONG_COUNT = b'{"ordersCount": ' + b"9" * 5000 + b"}"
_HTML = b"<!DOCTYPE html><title>Sign in</title>"

BODY_ROWS: tuple[AnyRow, ...] = (
    row("B1", "gzip cut short, with a length that fits", say(lambda x: _gzipped(x, -20)), DecodeError, 2),
    row("B2", "gzip with a wrong checksum", say(_wrong_checksum), TransportError, 3),
    row("B3", "says gzip, and is plain", say(honest_but(content_encoding="gzip")), TransportError, 3),
    row(
        "B4",
        "a gzip bomb of 512 MiB",
        say(lambda _: _gzip_bomb()),
        ResponseTooLargeError,
        max_response_bytes=32 * 2**20,
        timeout=5.0,
        deadline=9.0,
        memory=96 * 2**20,
        note="a buffer that grows to 32 MiB may be copied on the way: 67 MiB were seen, mostly 35",
    ),
    row(
        "B5",
        "a brotli bomb of 512 MiB, unasked",
        say(lambda _: _brotli_bomb()),
        ResponseTooLargeError,
        max_response_bytes=32 * 2**20,
        timeout=5.0,
        deadline=9.0,
        memory=96 * 2**20,
        note="brotli holds what it unpacked last besides: 65 MiB were seen where gzip takes 35",
    ),
    row(
        "B6", "200 000 empty gzip members", say(lambda _: _many_members()), TransportError, 3, timeout=1.0, deadline=9.0
    ),
    row("B7", "a body without an end", _endless, ResponseTooLargeError, timeout=5.0),
    row("B8", "an HTML page", say(http(_HTML, content_type="text/html")), DecodeError, says="HTML, not JSON"),
    row("B9", "right JSON as text/plain", say(honest_but(content_type="text/plain"))),
    row("B10", "right JSON without a content type", say(honest_but(content_type=None))),
    row("B11", "nothing", say(http(b"")), DecodeError, 2),
    row("B12", "null", say(http(b"null")), DecodeError),
    row("B13", "a list where an object is due, and the other way round", edit(_other_kind), DecodeError),
    Play(name="B13 orders", fault="an object where a list of orders is due", scene=_one_order, modes=("always",)),
    row("B14", "bytes that are no UTF-8", _spell("email", b'"a\xff@example.com"'), DecodeError),
    row("B15", "a byte order mark", say(lambda x: http(b"\xef\xbb\xbf" + x.content))),
    row("B16", "JSON and then garbage", say(lambda x: http(x.content + b"garbage")), DecodeError, 2),
    row("B17", "NaN for an amount", _spell("statistics", b'{"ordersAmount": NaN}'), DecodeError),
    row("B18 1e999", "an amount of 1e999", _spell("statistics", b'{"ordersAmount": 1e999}'), note="kept as it is"),
    row("B18", "an integer of 5 000 digits", _spell("statistics", _A_LONG_COUNT), DecodeError),
    row("B19", "100 000 arrays in each other", _spell("odd", b"[" * 100_000 + b"]" * 100_000), DecodeError),
    row("B20", "the same key twice", say(_two_ids)),
    row("B21", "half of a surrogate pair in a name", _spell("billingAddressName", rb'"\ud800"')),
    row(
        "B22",
        "31 MiB that are all right",
        say(_large),
        modes=("once",),
        memory=256 * 2**20,
        note="memory holds the page, as bytes and as text, here and in the server",
        max_response_bytes=32 * 2**20,
        timeout=5.0,
        deadline=9.0,
    ),
)
