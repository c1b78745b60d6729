"""A server that costs next to nothing: it makes each answer of a fake shop once; in a process of its own."""

import argparse
import asyncio
import gzip
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from urllib.parse import parse_qs, urlsplit

from snipcart_async.testing.messages import encode
from snipcart_async.testing.shop import Shop

_END = b"\r\n\r\n"
_ORDERS = 3


class Answers:
    """Make each answer once."""

    def __init__(self, customers: int, *, packed: bool) -> None:
        shop = Shop(customers)
        self._documents = {guid: shop.document(guid) for guid in shop.customer_ids()}
        self._listed = [*self._documents.values()]
        self._orders = [order for guid in shop.customer_ids() for order in shop.orders(guid)[1:]][:_ORDERS]
        self._packed = packed
        self.answer = cache(self._answer)

    def _answer(self, target: str) -> bytes:
        """Answer a request, ready to be sent."""
        split = urlsplit(target)
        path = split.path.removeprefix("/api/customers").strip("/")
        if not path:
            query = parse_qs(split.query)
            offset, limit = (int(query.get(name, ["0"])[0]) for name in ("offset", "limit"))
            items = self._listed[offset : offset + (limit or 20)]
            return self._spell({"totalItems": len(self._listed), "offset": offset, "limit": limit, "items": items})
        return self._spell(self._orders if path.endswith("/orders") else self._documents[path])

    def _spell(self, document: object) -> bytes:
        body = encode(document)
        packing = b""
        if self._packed:
            body, packing = gzip.compress(body, 6), b"Content-Encoding: gzip\r\n"
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n%bContent-Length: %d" % (packing, len(body))
        return head + _END + body


class _Connection(asyncio.Protocol):
    def __init__(self, answers: Answers, latency: float) -> None:
        self._answers = answers
        self._latency = latency
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while _END in self._read:  # nothing that asks here has a body
            head, _, self._read = self._read.partition(_END)
            content = self._answers.answer(head.split(b" ", 2)[1].decode())
            if self._latency:
                asyncio.get_running_loop().call_later(self._latency, self._transport.write, content)
            else:
                self._transport.write(content)


async def _serve(customers: int, latency: float, *, packed: bool) -> None:
    answers = Answers(customers, packed=packed)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(partial(_Connection, answers, latency), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def serving(customers: int, *, latency: float = 0.0, packed: bool = False) -> Iterator[str]:
    """Serve so many customers from another process; give the URL."""
    command = [sys.executable, "-m", __name__, str(customers), str(latency), *(["--packed"] if packed else [])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="ascii") as process:  # noqa: S603 - our own
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/api"
        finally:
            process.terminate()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("customers", type=int)
    parser.add_argument("latency", type=float)
    parser.add_argument("--packed", action="store_true")
    given = parser.parse_args()
    asyncio.run(_serve(given.customers, given.latency, packed=given.packed))
