"""The transport over real sockets: one request out, one answer in, and nothing else on the wire."""

import asyncio
import base64
import gzip
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from snipcart_async import Request
from snipcart_async._secret import Secret
from snipcart_async.errors import (
    AttemptTimeoutError,
    ClientClosedError,
    ConnectError,
    ProtocolError,
    ResponseTooLargeError,
    SnipcartError,
    TransportError,
)
from snipcart_async.request import Call
from snipcart_async.transport import AiohttpTransport

from .raw_server import Answer, RawServer

KEY = "SECRETKEY_zzz123"
GET = Request.to("GET", "/customers/{id}", "x", timeout=5.0)
PUT = Request.to("PUT", "/customers/{id}", "x", body=b"{}", timeout=5.0)
DELETE = Request.to("DELETE", "/customers/{id}", "x", timeout=5.0)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@asynccontextmanager
async def serving(*answers: Answer) -> AsyncIterator[tuple[RawServer, AiohttpTransport]]:
    """Run a scripted server, and a transport to it."""
    async with RawServer(*answers) as server:
        transport = AiohttpTransport(server.url, Secret(KEY).authorization, max_response_bytes=100_000)
        yield server, transport
        await transport.aclose()


async def say_nothing(writer: asyncio.StreamWriter) -> None:
    """Keep the client waiting until the test is over."""
    await asyncio.Event().wait()


def headers_of(request: bytes) -> dict[str, str]:
    """Read the headers of a raw request."""
    lines = request.split(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    return dict(line.split(": ", 1) for line in lines)


async def test_a_read_sends_what_the_pages_ask_for() -> None:
    """Accept, Basic auth with the key as user and no password, gzip and nothing else."""
    async with serving(OK) as (server, transport):
        response = await transport.send(GET)

    headers = headers_of(server.requests[0])
    assert server.requests[0].startswith(b"GET /customers/x HTTP/1.1\r\n")
    assert f"{KEY}:" == base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode()
    assert (headers["Accept"], headers["Accept-Encoding"]) == ("application/json", "gzip")
    assert not {"Cookie", "Content-Type"} & headers.keys()
    assert (response.status, response.content) == (200, b"{}")


async def test_a_write_says_that_its_body_is_json() -> None:
    """A body comes with its content type."""
    async with serving(OK) as (server, transport):
        await transport.send(PUT)

    assert headers_of(server.requests[0])["Content-Type"] == "application/json"
    assert server.requests[0].endswith(b"\r\n\r\n{}")


async def test_reads_share_a_connection_and_each_write_has_its_own() -> None:
    """A kept-alive connection that went stale or was poisoned never blurs what became of a write."""
    async with serving(OK) as (server, transport):
        for request in (GET, GET, GET, PUT, DELETE, DELETE):
            await transport.send(request)

    assert server.connections == 1 + 3


async def test_a_redirect_is_an_answer_and_the_other_server_sees_nothing() -> None:
    """Key and body follow nobody."""
    async with serving(OK) as (other, _):
        moved = f"HTTP/1.1 307 Moved\r\nLocation: {other.url}/x\r\nContent-Length: 0\r\n\r\n".encode()
        async with serving(moved) as (_, transport):
            statuses = [(await transport.send(request)).status for request in (GET, PUT, DELETE)]

    assert (statuses, other.requests) == ([307] * 3, [])


@pytest.mark.parametrize("borrowed", [False, True])
async def test_no_cookie_is_ever_sent_back(*, borrowed: bool) -> None:
    """Sessions of one tenant are not handed to the next, not even by a borrowed jar."""
    cookie = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 2\r\n\r\n{}"
    jar = aiohttp.CookieJar(unsafe=True)
    jar.update_cookies({"c": "d"})
    async with serving(cookie) as (server, own), aiohttp.ClientSession(cookie_jar=jar) as session:
        transport = AiohttpTransport(server.url, "Basic x", session=session) if borrowed else own
        await transport.send(GET)
        await transport.send(GET)

    assert [request for request in server.requests if b"Cookie" in request] == []


async def test_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy or netrc set for other programs gets neither our requests nor a say in them."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    async with serving(OK) as (_, transport):
        assert (await transport.send(GET)).status == 200


async def test_a_proxy_is_used_when_given() -> None:
    """Only by explicit argument."""
    async with serving(OK) as (proxy, _):
        transport = AiohttpTransport("http://127.0.0.1:9", "Basic x", proxy=proxy.url)
        await transport.send(GET)
        await transport.aclose()

    assert proxy.requests[0].startswith(b"GET http://127.0.0.1:9/customers/x HTTP/1.1")


@pytest.mark.parametrize("borrowed", [False, True])
@pytest.mark.parametrize("request_", [GET, PUT])
async def test_a_proxy_that_tunnels_never_gets_the_key(request_: Request, *, borrowed: bool) -> None:
    """What goes to the proxy in clear text says where to, and nothing else."""
    async with (
        serving(b"HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n") as (proxy, _),
        aiohttp.ClientSession() as session,
    ):
        transport = AiohttpTransport(
            "https://app.snipcart.com/api",
            Secret(KEY).authorization,
            proxy=proxy.url,
            session=session if borrowed else None,
        )
        with pytest.raises(ConnectError):
            await transport.send(request_)
        await transport.aclose()

    (connect,) = proxy.requests
    assert connect.startswith(b"CONNECT app.snipcart.com:443 ")
    assert b"uthorization" not in connect


def zipped(content: bytes) -> bytes:
    """Answer with a compressed body."""
    packed = gzip.compress(content)
    return b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s" % (len(packed), packed)


async def test_a_compressed_answer_is_read() -> None:
    """Gzip is asked for, and understood."""
    async with serving(zipped(b'{"a":1}')) as (_, transport):
        assert (await transport.send(GET)).content == b'{"a":1}'


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\n",  # and then nothing: it is not waited for
        b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 300_000,
        zipped(b" " * 10_000_000),
    ],
    ids=["announced", "endless", "bomb"],
)
async def test_an_answer_that_is_too_large_is_refused_and_the_next_is_fine(answer: bytes) -> None:
    """Whether announced, endless or compressed: memory stays bounded, and the client healthy."""
    async with serving(answer, OK) as (_, transport):
        with pytest.raises(ResponseTooLargeError, match="larger than 100000 bytes"):
            await transport.send(GET)

        assert (await transport.send(GET)).status == 200


async def test_an_answer_of_exactly_the_limit_is_read() -> None:
    """The limit is what may be there."""
    async with serving(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b" " * 100_000) as (_, transport):
        assert len((await transport.send(GET)).content) == 100_000


@pytest.mark.parametrize("borrowed", [False, True])
@pytest.mark.parametrize("request_", [GET, PUT, DELETE], ids=lambda request: request.method)
@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Le"], ids=["no byte", "half a header"])
async def test_a_lost_answer_is_one_request_on_the_wire(request_: Request, answer: bytes, *, borrowed: bool) -> None:
    """Aiohttp would silently send again; attempts are counted once, and honestly."""

    async def cut(writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        raise ConnectionError

    call = Call(method=request_.method, path=request_.template)
    async with serving(cut) as (server, own), aiohttp.ClientSession() as session:
        transport = AiohttpTransport(server.url, "Basic x", session=session) if borrowed else own
        with pytest.raises(TransportError, match="connection broke") as caught:
            await transport.send(Request.to(request_.method, "/customers", body=request_.body, call=call))

    assert (caught.value.sent, caught.value.stale, len(server.requests)) == (True, False, 1)
    assert call.sent


async def test_a_connection_that_went_stale_is_told_apart() -> None:
    """The server closed it just as it was used again: safe to repeat a read at once."""
    async with serving(OK, b"") as (server, transport):
        await transport.send(GET)
        with pytest.raises(TransportError) as caught:
            await transport.send(GET)

    assert caught.value.stale
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", TransportError),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", TransportError),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nplain", TransportError),
        (b"garbage\r\n\r\n", ProtocolError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", ProtocolError),
    ],
    ids=["cut by length", "cut in chunks", "not gzip", "garbage", "negative length"],
)
async def test_a_broken_answer_is_one_of_our_errors(answer: bytes, expected: type[SnipcartError]) -> None:
    """No error of aiohttp escapes, none is taken for a status, none hangs on ours."""

    async def broken(writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()
        raise ConnectionError

    async with serving(broken) as (_, transport):
        with pytest.raises(expected) as caught:
            await transport.send(GET)

    assert (caught.value.method, caught.value.path) == ("GET", "/customers/{id}")
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


async def test_an_answer_that_does_not_come_in_time_is_an_attempt_timeout() -> None:
    """The attempt's clock covers header and body, however slowly they drip."""

    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            writer.write(b" ")
            await asyncio.sleep(0.01)

    async with serving(drip) as (_, transport):
        with pytest.raises(AttemptTimeoutError, match=r"no answer within 0.2 s") as caught:
            await transport.send(Request.to("GET", "/customers", timeout=0.2))

    assert caught.value.sent


async def test_no_connection_in_time_was_never_sent() -> None:
    """A handshake that hangs is a connect error: safe to repeat, whatever the method."""
    call = Call(method="DELETE", path="/customers")
    async with RawServer(OK) as server:
        transport = AiohttpTransport(server.url.replace("http:", "https:"), "Basic x")
        with pytest.raises(ConnectError, match=r"no connection within 0.1 s") as caught:
            await transport.send(Request.to("DELETE", "/customers", timeout=0.1, call=call))
        await transport.aclose()

    assert (caught.value.sent, call.sent) == (False, False)


async def test_a_borrowed_session_cannot_tell_so_a_timeout_may_have_been_sent() -> None:
    """Where it is not known how far a request got, the careful answer is given."""
    async with RawServer(say_nothing) as server, aiohttp.ClientSession() as session:
        transport = AiohttpTransport(server.url, "Basic x", session=session)
        with pytest.raises(AttemptTimeoutError) as caught:
            await transport.send(Request.to("DELETE", "/customers", timeout=0.1))

    assert caught.value.sent


async def test_a_refused_connection_was_never_sent() -> None:
    """Nobody listens: safe to repeat."""
    transport = AiohttpTransport("http://127.0.0.1:9", "Basic x")
    with pytest.raises(ConnectError, match="refused") as caught:
        await transport.send(DELETE)
    await transport.aclose()

    assert (caught.value.sent, caught.value.certificate) == (False, False)


async def test_an_unknown_host_was_never_sent() -> None:
    """No address, no request."""
    transport = AiohttpTransport("https://snipcart.invalid", "Basic x")
    with pytest.raises(ConnectError, match="host name was not found"):
        await transport.send(GET)
    await transport.aclose()


async def test_a_failed_handshake_is_never_worth_a_retry() -> None:
    """Plain HTTP behind https, as a wrong certificate, is told apart from a refused connection."""
    async with RawServer(OK, greeting=b"HTTP/1.1 400 Bad Request\r\n\r\n") as server:
        transport = AiohttpTransport(server.url.replace("http:", "https:"), "Basic x")
        with pytest.raises(ConnectError, match="TLS") as caught:
            await transport.send(GET)
        await transport.aclose()

    assert caught.value.certificate


async def test_closing_ends_calls_in_flight() -> None:
    """Whoever waits for an answer is told that the client was closed, not that the network broke."""
    answered = asyncio.Event()

    async def wait(writer: asyncio.StreamWriter) -> None:
        answered.set()
        await say_nothing(writer)

    async with serving(wait) as (_, transport):
        call = asyncio.create_task(transport.send(GET))
        await answered.wait()
        await transport.aclose()
        with pytest.raises(ClientClosedError, match="during the call"):
            await call


async def test_a_closed_transport_sends_nothing() -> None:
    """Closed is closed, also for who holds the transport itself."""
    async with serving(OK) as (server, transport):
        await transport.aclose()
        with pytest.raises(ClientClosedError, match="build a new one"):
            await transport.send(GET)

    assert server.requests == []


async def test_cancelling_frees_the_connection_and_passes_through() -> None:
    """A cancelled call leaves nothing behind, and the next one works."""
    async with serving(say_nothing, OK) as (_, transport):
        call = asyncio.create_task(transport.send(GET))
        await asyncio.sleep(0.05)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

        assert (await transport.send(GET)).status == 200


async def test_zlib_is_not_asked_for_but_read() -> None:
    """What is unasked but honest is no reason to fail."""
    packed = zlib.compress(b"{}")
    answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nContent-Length: %d\r\n\r\n%s" % (len(packed), packed)
    async with serving(answer) as (_, transport):
        assert (await transport.send(GET)).content == b"{}"
