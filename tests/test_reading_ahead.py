"""Asking for some pages at a time: never for more, and for the next before an answer is read."""

import asyncio

from snipcart_async import Request, Response
from snipcart_async.pacing import FewAtATime

from .scripted import reply

GET = Request.to("GET", "/customers")


class Slow:
    """Answer after a while, and write down who is asked for and how many are on their way."""

    def __init__(self) -> None:
        self.on_their_way = 0
        self.most = 0
        self.log: list[str] = []

    async def send(self, request: Request) -> Response:
        """Take a turn of the event loop."""
        self.log.append("sent")
        self.on_their_way += 1
        self.most = max(self.most, self.on_their_way)
        await asyncio.sleep(0)
        self.on_their_way -= 1
        return reply({})


async def test_no_more_is_sent_at_a_time_than_wanted() -> None:
    """Four at a time are four on their way, never five."""
    slow = Slow()
    few = FewAtATime(slow, 4)

    async def ask() -> None:
        await few.room()
        await few.send(GET)

    await asyncio.gather(*(ask() for _ in range(50)))

    assert (len(slow.log), slow.most) == (50, 4)


async def test_the_next_is_sent_before_an_answer_is_read() -> None:
    """Reading takes time; meanwhile another answer is on its way."""
    slow = Slow()
    few = FewAtATime(slow, 1)

    async def ask_and_read() -> None:
        await few.room()
        await few.send(GET)
        slow.log.append("read")

    await asyncio.gather(*(ask_and_read() for _ in range(3)))

    assert slow.log == ["sent", "sent", "read", "sent", "read", "read"]
