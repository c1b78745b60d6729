"""Doing at once what the client does in steps."""

from typing import TypeVar

from snipcart_async._converter import Steps

T = TypeVar("T")


def at_once(steps: Steps[T]) -> T:
    """Do all the work without a pause."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            result: T = done.value
            return result
