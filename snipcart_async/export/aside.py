"""Doing aside, in a thread, what would hold up the event loop: spelling rows, and waiting for the disk."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

from ..errors import ExportError

T = TypeVar("T")


class _Closing(Protocol):
    def close(self) -> None: ...


C = TypeVar("C", bound=_Closing)


class Aside(Generic[C]):
    """Make something in a thread of its own, use it there, one act after the other, and close it there.

    Raises:
        ExportError: The system starts no thread.
    """

    def __init__(self, make: Callable[[], C]) -> None:
        self._make = make
        self._thread = ThreadPoolExecutor(1, "snipcart-export")
        self._made: list[C] = []

    async def __aenter__(self) -> Self:
        if not self._start():
            raise ExportError("the system starts no thread to write in: end other programs, then try again")
        try:
            await self._run(lambda: self._made.append(self._make()))
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._end()

    async def do(self, act: Callable[[C], T]) -> T:
        """Do something with it; a cancellation waits for the end of that, so that nothing is closed under it."""
        acts = [act]
        del act  # it may hold personal data: a traceback shall not show it
        return await self._run(lambda: acts.pop()(self._made[0]))

    def _start(self) -> bool:
        try:
            self._thread.submit(int)
        except RuntimeError:
            return False
        return True

    async def _run(self, act: Callable[[], T]) -> T:
        doing = asyncio.get_running_loop().run_in_executor(self._thread, act)
        cancelled = None
        while not doing.done():
            try:
                await asyncio.wait([doing])
            except asyncio.CancelledError as error:
                cancelled = error
        failure = doing.exception()  # asked for in any case: asyncio complains of one that nobody saw
        problem = cancelled or failure
        try:
            if problem:
                raise problem
            return doing.result()
        finally:
            del cancelled, doing, failure, problem  # else the error would hold itself, through this frame

    async def _end(self) -> None:
        try:
            for thing in self._made:
                await self._run(thing.close)
        finally:
            self._thread.shutdown()
