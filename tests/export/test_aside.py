"""What is done aside holds up nobody, stays in one thread, and has ended when the call has."""

import asyncio
import gc
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from snipcart_async.errors import ExportError
from snipcart_async.export.aside import Aside


class OddError(Exception):
    """Be an error that can be followed to its end."""


def fail() -> None:
    """Fail."""
    raise OddError


class Thing:
    """Write down who uses it, and when it is closed."""

    def __init__(self, opening: Callable[[], object] = int) -> None:
        self.threads = {threading.get_ident()}
        self.log: list[str] = []
        opening()

    def work(self, act: Callable[[], Any]) -> Any:
        """Do something."""
        self.threads.add(threading.get_ident())
        result = act()
        self.log.append("worked")
        return result

    def close(self) -> None:
        """Use it no more."""
        self.threads.add(threading.get_ident())
        self.log.append("closed")


async def test_the_event_loop_goes_on_meanwhile() -> None:
    """The thread waits for something that only the event loop does."""
    done = threading.Event()
    async with Aside(Thing) as aside:
        asyncio.get_running_loop().call_soon(done.set)

        assert await aside.do(lambda thing: thing.work(lambda: done.wait(5.0)))


async def test_it_is_made_used_and_closed_in_one_thread() -> None:
    """Which is not the event loop's, so that what belongs to a thread works."""
    thing = Thing()
    thing.threads.clear()
    async with Aside(lambda: thing) as aside:
        for _ in range(3):
            await aside.do(lambda thing: thing.work(int))

    assert len(thing.threads) == 1
    assert thing.threads.isdisjoint({threading.get_ident()})
    assert thing.log == ["worked"] * 3 + ["closed"]


async def test_what_goes_wrong_is_raised_and_not_held() -> None:
    """An error of the thread is the caller's, and is gone when the caller has let go of it."""
    gc.disable()
    try:
        async with Aside(Thing) as aside:
            try:
                await aside.do(lambda thing: thing.work(fail))
            except OddError as error:
                held = weakref.ref(error)

            await aside.do(lambda thing: thing.work(int))  # by now the thread has let go of what it did before
            assert held() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("fails", [False, True])
async def test_a_cancellation_waits_for_the_end_however_often_it_comes(*, fails: bool) -> None:
    """Nothing is closed under what is being done, and then the call is cancelled."""
    thing = Thing()

    def work() -> None:
        time.sleep(0.1)
        assert not fails

    async def use() -> None:
        async with Aside(lambda: thing) as aside:
            await aside.do(lambda thing: thing.work(work))

    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, complaint: complaints.append(complaint))
    task = asyncio.create_task(use())
    for _ in range(3):
        await asyncio.sleep(0.02)
        task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    del task  # with it goes the error, and what that held
    gc.collect()

    assert thing.log == (["closed"] if fails else ["worked", "closed"])
    assert complaints == []


async def test_what_is_being_made_when_the_cancellation_comes_is_closed() -> None:
    """Nothing stays open that nobody has."""
    made: list[Thing] = []

    def make() -> Thing:
        made.append(Thing(lambda: time.sleep(0.1)))
        return made[0]

    async def use() -> None:
        async with Aside(make):
            raise AssertionError

    task = asyncio.create_task(use())
    await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert made[0].log == ["closed"]


async def test_a_system_without_a_thread_to_spare_is_told() -> None:
    """Nothing is begun, and the error says what to do."""
    aside = Aside(Thing)
    aside._thread.shutdown()
    with pytest.raises(ExportError, match="starts no thread"):
        await aside.__aenter__()
