"""Several calls at a time: results in order, nothing begun too early, and nothing left running."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from contextlib import aclosing
from functools import partial
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snipcart_async.export.ahead import in_order


@attrs.define
class Calls:
    """Make calls that take so many turns of the loop each, and watch how many are under way."""

    turns: list[int]
    failing: frozenset[int] = frozenset()
    begun: int = 0
    running: int = 0
    most: int = 0
    cancelled: list[int] = attrs.field(factory=list)

    def __iter__(self) -> Iterator[Callable[[], Coroutine[Any, Any, int]]]:
        return (partial(self.call, number) for number in range(len(self.turns)))

    async def call(self, number: int) -> int:
        """Take some turns, then give the number."""
        self.begun += 1
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            for _ in range(self.turns[number]):
                await asyncio.sleep(0)
        except asyncio.CancelledError:
            await asyncio.sleep(0)  # somebody must wait for this
            self.cancelled.append(number)
            raise
        finally:
            self.running -= 1
        if number in self.failing:
            raise OSError(number)
        return number


async def settle() -> None:
    """Let every call come as far as it can."""
    for _ in range(50):
        await asyncio.sleep(0)


@given(turns=st.lists(st.integers(0, 5), max_size=12), concurrency=st.integers(1, 5))
def test_results_come_in_order(turns: list[int], concurrency: int) -> None:
    """Whichever call is done first, results come in the order of the calls, and never too many run at a time."""
    calls = Calls(turns)

    async def gather() -> list[int]:
        return [number async for number in in_order(calls, concurrency)]

    assert [*range(len(turns))] == asyncio.run(gather())
    assert calls.most <= concurrency


async def test_as_many_run_as_may() -> None:
    """The bound is used to the full."""
    calls = Calls([3] * 9)
    async with aclosing(in_order(calls, 4)) as results:
        assert await anext(results) == 0

    assert calls.most == 4


async def test_a_slow_consumer_holds_calls_back() -> None:
    """While a result is not taken, no more is begun than may run at a time."""
    calls = Calls([0] * 20)
    async with aclosing(in_order(calls, 3)) as results:
        for taken in range(1, 18):
            await anext(results)
            await settle()
            assert calls.begun <= taken + 2


@given(turns=st.lists(st.integers(0, 5), min_size=1, max_size=12), concurrency=st.integers(1, 5), data=st.data())
def test_a_failure_waits_for_its_turn(turns: list[int], concurrency: int, data: st.DataObject) -> None:
    """All that comes before a failed call is given, then its error is raised, and nothing goes on."""
    failing = data.draw(st.frozensets(st.integers(0, len(turns) - 1), min_size=1))
    calls = Calls(turns, failing)
    given_out: list[int] = []

    async def gather() -> None:
        results = in_order(calls, concurrency)
        given_out.extend([await anext(results) for _ in range(min(failing))])
        with pytest.raises(OSError, match=f"^{min(failing)}$"):
            await anext(results)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(gather())
    assert [*range(min(failing))] == given_out
    assert calls.running == 0


async def leave_early(results: AsyncGenerator[int, None]) -> None:
    """Take one result and go."""
    async with aclosing(results):
        await anext(results)


async def be_cancelled(results: AsyncGenerator[int, None]) -> None:
    """Be cancelled while waiting for the second result."""

    async def take() -> None:
        async with aclosing(results):
            async for _ in results:
                pass

    task = asyncio.create_task(take())
    await settle()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("end", [leave_early, be_cancelled])
async def test_the_rest_is_cancelled_and_awaited(end: Callable[[AsyncGenerator[int, None]], Any]) -> None:
    """Whoever leaves early leaves nothing running: the other calls are cancelled, and had time to end."""
    calls = Calls([0, *[10_000] * 7])
    await end(in_order(calls, 4))

    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert calls.running == 0
    assert 3 <= len(calls.cancelled) <= 4
    assert calls.begun <= 5
