"""Reading in steps: a large answer is read bit by bit, so that the event loop can do other things in between."""

from collections.abc import Generator, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")

Steps = Generator[None, None, T]
"""Work that pauses now and then, and returns what came of it."""


class Stepped(Generic[T]):
    """Go through steps in a `for`, which may do something after each; what they return is then the `result`."""

    __slots__ = ("_steps", "result")

    result: T

    def __init__(self, steps: Steps[T]) -> None:
        self._steps = steps

    def __iter__(self) -> Iterator[None]:
        self.result = yield from self._steps


def at_once(steps: Steps[T]) -> T:
    """Do all the work without a pause."""
    stepped = Stepped(steps)
    for _ in stepped:
        pass
    return stepped.result
