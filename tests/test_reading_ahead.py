"""Asking for some pages at a time: never for more, and for the next before an answer is read."""

import asyncio
import gc
from collections.abc import Callable
from typing import Any

import pytest

from snipcart_async import Request, Response, SnipcartClient
from snipcart_async.errors import DecodeError
from snipcart_async.pacing import FewAtATime
from snipcart_async.testing.shop import Shop

from .cancellation import eventually
from .scripted import ScriptedTransport, reply

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


PAGE = 5


def shop_of(pages: int, *, spoil: Callable[[dict[str, Any]], object] = id) -> ScriptedTransport:
    """Serve a list of so many pages; the documents of the third may be spoiled."""
    shop = Shop(PAGE * pages)
    documents = [shop.document(guid) for guid in shop.customer_ids()]
    for document in documents[2 * PAGE : 3 * PAGE]:
        spoil(document)

    def answer(request: Request) -> Response:
        offset = int(request.params["offset"])
        items = documents[offset : offset + PAGE]
        return reply({"totalItems": len(documents), "offset": offset, "limit": PAGE, "items": items})

    return ScriptedTransport(answer)


class Seconds:
    """Write down how many seconds each call took, and how it ended."""

    def __init__(self) -> None:
        self.ended: list[tuple[float, str]] = []

    def call_started(self, _: object) -> None:
        """Say nothing."""

    attempt_started = call_started

    def attempt_ended(self, *_: object) -> None:
        """Say nothing."""

    def call_ended(self, _: object, error: BaseException | None, seconds: float) -> None:
        """Note it."""
        self.ended.append((seconds, type(error).__name__))


async def test_a_page_read_ahead_is_read_in_its_turn_and_its_wait_counts_for_nothing() -> None:
    """A consumer that takes its time uses up no deadline, and makes no call look slow."""
    seconds = Seconds()
    transport = shop_of(4)
    snipcart = SnipcartClient("key", transport=transport, observers=[seconds], deadline=0.2)
    ids = []
    async for page in snipcart.customers.list(limit=PAGE).pages(4):
        ids += [customer.id for customer in page]
        if len(ids) == 2 * PAGE:
            await asyncio.sleep(0.5)

            assert (len(transport.requests), len(seconds.ended)) == (4, 2)

    assert len({*ids}) == 4 * PAGE
    assert [name for _, name in seconds.ended] == ["NoneType"] * 4
    assert max(took for took, _ in seconds.ended) < 0.4


async def test_what_cannot_be_read_is_told_in_its_turn() -> None:
    """The pages before it are given; then comes the error, which observers see as that call's."""
    seconds = Seconds()
    transport = shop_of(6, spoil=lambda document: document.update(email=1))
    pages = SnipcartClient("key", transport=transport, observers=[seconds]).customers.list(limit=PAGE).pages(6)
    read = [len(await anext(pages)), len(await anext(pages))]
    with pytest.raises(DecodeError):
        await anext(pages)

    assert read == [PAGE, PAGE]
    assert [name for _, name in seconds.ended[:3]] == ["NoneType", "NoneType", "DecodeError"]
    assert {name for _, name in seconds.ended[3:]} == {"CancelledError"}


async def test_pages_left_before_their_turn_took_no_time() -> None:
    """A walk that is left early makes no call look slow."""
    seconds = Seconds()
    snipcart = SnipcartClient("key", transport=shop_of(8), observers=[seconds], deadline=None)
    pages = snipcart.customers.list(limit=PAGE).pages(4)
    for _ in range(2):
        await anext(pages)
    await asyncio.sleep(0.3)
    await pages.aclose()

    assert len(seconds.ended) == 8
    assert max(took for took, _ in seconds.ended) < 0.2


async def test_a_walk_that_is_forgotten_in_a_cycle_ends_in_good_order() -> None:
    """The garbage collector finds the walk, never a task that still waits."""
    problems: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, problem: problems.append(problem))
    tasks = asyncio.all_tasks()

    async def walk_and_forget() -> None:
        cycle: list[object] = []
        cycle += [cycle, pages := SnipcartClient("key", transport=shop_of(8)).customers.list(limit=PAGE).pages(4)]
        for _ in range(2):
            await anext(pages)
        await asyncio.sleep(0)

    await walk_and_forget()
    gc.collect()
    await eventually(lambda: asyncio.all_tasks() == tasks)
    gc.collect()

    assert problems == []
