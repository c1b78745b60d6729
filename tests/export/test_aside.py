"""What is done aside holds up nobody, and has ended when the call has."""

import asyncio
import threading
import time
from functools import partial

import pytest

from snipcart_async.export.aside import aside


async def test_the_event_loop_goes_on_meanwhile() -> None:
    """The thread waits for something that only the event loop does."""
    done = threading.Event()
    asyncio.get_running_loop().call_soon(done.set)

    assert await aside(partial(done.wait, 5.0))


async def test_what_goes_wrong_is_raised() -> None:
    """An error of the thread is the caller's."""
    with pytest.raises(ZeroDivisionError):
        await aside(lambda: 1 // 0)


@pytest.mark.parametrize("fails", [False, True])
async def test_a_cancellation_waits_for_the_end_however_often_it_comes(*, fails: bool) -> None:
    """Nothing is cut off in the middle, and then the call is cancelled."""
    ended = []

    def work() -> None:
        time.sleep(0.1)
        ended.append(True)
        assert not fails

    task = asyncio.create_task(aside(work))
    for _ in range(3):
        await asyncio.sleep(0.01)
        task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert ended == [True]
