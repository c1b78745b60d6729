"""Time limits end what takes too long, as `asyncio.timeout` does, and nothing else."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from snipcart_async._time_limits import TimeLimit, TimeLimits

from .virtual_time import run

Enter = Callable[[float | None], Any]


@asynccontextmanager
async def _awaited(limit: TimeLimit) -> AsyncIterator[None]:
    """Enter one of our limits as one enters `asyncio.timeout`."""
    with limit:
        yield


async def _story(enter: Enter, outer: float | None, inner: float | None, cancel: float | None, work: float) -> Any:
    """Work within two limits while somebody may cancel, and give what came of it, when, and what lingers."""

    async def nested() -> str:
        try:
            async with enter(outer):
                try:
                    async with enter(inner):
                        await asyncio.sleep(work)
                except TimeoutError:
                    return "the inner"
        except TimeoutError:
            return "the outer"
        return "done"

    task = asyncio.create_task(nested())
    if cancel is not None:
        asyncio.get_running_loop().call_later(cancel, task.cancel)
    await asyncio.wait([task])
    outcome = "cancelled" if task.cancelled() else task.result()
    return outcome, asyncio.get_running_loop().time(), task.cancelling()


_MOMENTS = st.sampled_from([1.0, 2.0, 3.0, 4.0])


@given(outer=st.none() | _MOMENTS, inner=st.none() | _MOMENTS, cancel=st.none() | _MOMENTS, work=_MOMENTS)
def test_nested_limits_end_as_those_of_asyncio(
    outer: float | None, inner: float | None, cancel: float | None, work: float
) -> None:
    """Whichever of two limits, a cancellation and the work comes first: the same outcome, at the same moment."""
    moments = [moment for moment in (outer, inner, cancel, work) if moment is not None]
    assume(len({*moments}) == len(moments))  # which of two at the same moment comes first, nobody promises
    limits = TimeLimits()

    ours = run(_story(lambda seconds: _awaited(limits.of(seconds)), outer, inner, cancel, work))

    assert ours == run(_story(asyncio.timeout, outer, inner, cancel, work))


def test_many_limits_share_one_timer_and_each_ends_in_time() -> None:
    """In whatever order they end, and however many end well before."""

    async def story() -> list[float]:
        loop = asyncio.get_running_loop()
        limits = TimeLimits()

        async def limited(seconds: float, work: float) -> float:
            try:
                with limits.of(seconds):
                    await asyncio.sleep(work)
            except TimeoutError:
                return loop.time()
            return 0.0

        times = [(5.0, 9.0), (3.0, 1.0), (4.0, 9.0), (2.0, 9.0), (2.0, 1.0), (6.0, 9.0)]
        ended = await asyncio.gather(*(limited(*times_) for times_ in times))
        assert limits.running == 0
        return ended

    assert run(story()) == [5.0, 0.0, 4.0, 2.0, 0.0, 6.0]


async def _outlast(limit: TimeLimit, error: type[Exception] | None = None) -> None:
    """Wait for longer than there is time, and perhaps fail when that is up."""
    with limit:
        try:
            await asyncio.Event().wait()
        finally:
            if error:
                raise error


async def test_a_limit_of_no_time_ends_at_once() -> None:
    """The first wait does not last."""
    limit = TimeLimits().of(0.0)
    with pytest.raises(TimeoutError):
        await _outlast(limit)

    assert limit.expired


async def test_an_error_of_the_block_passes_though_the_time_is_up() -> None:
    """What went wrong meanwhile says more than that it took too long."""
    task = asyncio.current_task()
    assert task is not None
    with pytest.raises(LookupError):
        await _outlast(TimeLimits().of(0.0), LookupError)

    assert task.cancelling() == 0


async def test_ending_all_ends_those_without_a_time_too() -> None:
    """Every limit that runs expires; one that has been left is left alone."""
    limits = TimeLimits()
    left, running = limits.of(None), limits.of(None)
    with left:
        pass
    task = asyncio.create_task(_outlast(running))
    await asyncio.sleep(0)
    limits.end_all()
    with pytest.raises(TimeoutError):
        await task

    assert (left.expired, running.expired, limits.running) == (False, True, 0)


def test_ending_all_forgets_a_loop_that_is_just_closing() -> None:
    """A loop that takes no more calls is no reason to fail."""

    class Closing(asyncio.SelectorEventLoop):
        def call_soon_threadsafe(self, *_: object, **__: object) -> Any:
            raise RuntimeError("Event loop is closed")

    limits = TimeLimits()

    async def enter() -> None:
        limits.of(None)

    loop = Closing()
    loop.run_until_complete(enter())
    limits.end_all()
    loop.close()

    assert limits.running == 0


def test_a_limit_needs_a_task() -> None:
    """What nobody could cancel has no limit: that says what to do."""
    problems: list[str] = []

    def enter() -> None:
        try:
            with TimeLimits().of(1.0):
                raise AssertionError
        except RuntimeError as error:
            problems.append(str(error))
        loop.stop()

    loop = asyncio.new_event_loop()
    loop.call_soon(enter)
    loop.run_forever()
    loop.close()

    assert problems == ["Snipcart is asked from within a task: asyncio.run makes one"]
