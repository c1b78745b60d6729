"""A server that speaks bytes: for what no honest HTTP server would say."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Self

from snipcart_async.testing.listening import stop_accepting

Answer = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]


class RawServer:
    """Answer each request with the next bytes of a list, the last for ever.

    An empty answer closes the connection; a function writes what it likes, and closes by ConnectionError.
    A greeting is said before anything was asked.
    """

    def __init__(self, *answers: Answer, greeting: bytes = b"") -> None:
        self.answers = list(answers)
        self._greeting = greeting
        self.requests: list[bytes] = []
        self.connections = 0
        self.url = ""
        self._open: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await stop_accepting(self._server.sockets[0])
        self._server.close()
        for task, writer in list(self._open.items()):
            task.cancel()
            writer.transport.abort()
        await asyncio.gather(*self._open, return_exceptions=True)
        await asyncio.sleep(0)  # let the aborted connections report their end

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open[task] = writer
        self.connections += 1
        writer.write(self._greeting)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while await self._answer(reader, writer):
                await writer.drain()
        writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        body = await reader.readexactly(int(lengths[0].split(b":")[1])) if lengths else b""
        self.requests.append(head + body)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if callable(answer):
            await answer(writer)
            return True
        writer.write(answer)
        return bool(answer)
