"""Reading in steps: a large answer is read bit by bit, so that the event loop can do other things in between."""

from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")

Steps = Generator[None, None, T]
"""Work that pauses now and then, and returns what came of it."""


def at_once(steps: Steps[T]) -> T:
    """Do all the work without a pause."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            result: T = done.value
            return result
