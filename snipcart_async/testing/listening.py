"""Ends listening so that nobody who was just accepted is lost."""

import asyncio
import socket
from contextlib import suppress


async def stop_accepting(listening: socket.socket) -> None:
    """Accept nobody any more, and wait until who has been accepted is known to the server.

    A server closed in between loses the connection: asyncio then leaves it open, and tells nobody.
    """
    with suppress(NotImplementedError):  # Windows' event loop has no readers
        asyncio.get_running_loop().remove_reader(listening)
    for _turn in range(4):
        await asyncio.sleep(0)
