"""A Snipcart that speaks bytes: honest, until it meets the request that a fault is meant for."""

import asyncio
import json
import os
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from email.utils import formatdate
from threading import Event
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import attrs
from multidict import CIMultiDict

from snipcart_async.testing import router
from snipcart_async.testing.background import open_in_background
from snipcart_async.testing.listening import stop_accepting
from snipcart_async.testing.messages import Answer, SeenRequest, encode
from snipcart_async.testing.shop import Shop

KEY = "SECRETKEY_zzz123"


def http(body: bytes = b"{}", status: str = "200 OK", **headers: str | int | None) -> bytes:
    """Spell an answer; `content_type=...` becomes a header, and `None` leaves a usual one out."""
    usual = {"Date": formatdate(usegmt=True), "Content-Type": "application/json", "Content-Length": len(body)}
    given = {name.replace("_", "-").title(): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in {**usual, **given}.items() if value is not None]
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode("latin-1") + body


@attrs.define
class Exchange:
    """One request that meets a fault, and what can be done to it."""

    request: SeenRequest
    shop: Shop
    _reader: asyncio.StreamReader
    _writer: asyncio.StreamWriter

    def honest(self) -> Answer:
        """Do what was asked, and give the honest answer."""
        return router.answer(self.shop, KEY, self.request)

    @property
    def content(self) -> bytes:
        """The body of the honest answer."""
        return encode(self.honest().body)

    @property
    def document(self) -> Any:
        """The honest answer as Python values."""
        return json.loads(self.content)

    @property
    def open(self) -> bool:
        """Whether somebody still listens."""
        return not self._writer.is_closing()

    async def hung_up(self) -> None:
        """Wait until the client closes the connection."""
        await self._reader.read()

    async def write(self, data: bytes) -> None:
        """Send bytes, whatever they are."""
        self._writer.write(data)
        with suppress(ConnectionError):
            await self._writer.drain()

    def close(self) -> None:
        """Close the connection, after what was written."""
        self._writer.close()

    def reset(self) -> None:
        """Break the connection off: RST."""
        connection = self._writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()


Act = Callable[[Exchange], Awaitable[None]]
Target = Callable[[SeenRequest], bool]


class FaultyServer:
    """Answer for a shop, but for the requests that are targets: they meet the fault, `once` or always.

    The server has a thread of its own, so that what stalls the client's event loop is the client's doing.
    """

    def __init__(
        self,
        shop: Shop,
        act: Act | None,
        target: Target,
        *,
        once: bool = False,
        tls: ssl.SSLContext | None = None,
        asleep: bool = False,
    ) -> None:
        self.shop = shop
        self.seen: list[SeenRequest] = []
        self.met = 0
        """How many requests met the fault."""
        self.has_met = Event()
        self.connections = 0
        self._act = act
        self._target = target
        self._once = once
        self._tls = tls
        self._asleep = asleep
        self._served: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    @contextmanager
    def running(self) -> Iterator[Self]:
        """Serve for the time of a `with`."""
        with open_in_background(self):
            yield self

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", 0, ssl=self._tls, start_serving=not self._asleep
        )
        self._loop = asyncio.get_running_loop()
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await stop_accepting(self._server.sockets[0])
        self._server.close()
        for task, writer in self._served.items():
            writer.transport.abort()  # a client that has left reads no more of what is still to be written
            task.cancel()
        await asyncio.gather(*self._served, return_exceptions=True)

    @property
    def base_url(self) -> str:
        """The URL to give to a client."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}/api"

    def wake(self) -> None:
        """Begin to accept connections."""
        asyncio.run_coroutine_threadsafe(self._server.start_serving(), self._loop).result()

    def listen_without_accepting(self) -> None:
        """Let connections wait, but only one."""
        with socket.socket(fileno=os.dup(self._server.sockets[0].fileno())) as same:
            same.listen(0)

    def heal(self) -> None:
        """Be honest to everybody from now on."""
        self._act = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._served[task] = writer
        self.connections += 1
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
                while not writer.is_closing():
                    await self._answer(await _read(reader), reader, writer)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
        finally:
            del self._served[task]

    async def _answer(self, request: SeenRequest, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.seen.append(request)
        exchange = Exchange(request, self.shop, reader, writer)
        act = self._act
        if act is None or not self._target(request) or (self._once and self.met):
            answer = exchange.honest()
            await exchange.write(http(encode(answer.body), f"{answer.status} Honest"))
            return
        self.met += 1
        self.has_met.set()
        await act(exchange)


async def _read(reader: asyncio.StreamReader) -> SeenRequest:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").rstrip()
    line, *lines = head.split("\r\n")
    method, target, _ = line.split(" ")
    headers: CIMultiDict[str] = CIMultiDict([tuple(line.split(": ", 1)) for line in lines])  # type: ignore[misc]
    body = await reader.readexactly(int(headers.get("Content-Length", 0)))
    split = urlsplit(target)
    return SeenRequest(
        method=method,
        path=split.path.removeprefix(router.PREFIX),
        query=dict(parse_qsl(split.query)),
        headers=headers,
        body=json.loads(body) if body else None,
    )
