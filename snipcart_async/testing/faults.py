"""What can go wrong on purpose: failures to come, and the window in which every request is one too many."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from http import HTTPMethod
from typing import Any, Self

from .checks import check_at_least
from .messages import Answer, SeenRequest, encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A failure, and the requests it is meant for; one without an answer closes the connection instead."""

    answer: Answer | None
    method: str | None = None
    path: str = "*"
    after_applying: bool = False
    delay: float = 0.0

    @classmethod
    def of(
        cls,
        *,
        status: int = 503,
        headers: Mapping[str, str | float] | None = None,
        body: Any | None = None,
        method: str | None = None,
        path: str | None = None,
        after_applying: bool = False,
        drop: bool = False,
        delay: float = 0.0,
    ) -> Self:
        """Make a fault of what `fail_next` was given, or raise `ValueError` or `TypeError`."""
        check_at_least("delay", delay, 0)
        if status not in range(200, 600):
            raise ValueError(f"status must be a number from 200 to 599, not {status!r}")
        content = encode({"message": f"This {status} is on purpose."} if body is None else body)
        answer = Answer(status, content, _read_headers(headers or {}))
        return cls(
            answer=None if drop else answer,
            method=None if method is None else HTTPMethod(method.upper()).value,
            path="*" if path is None else re.sub("^/*(api/)?", "/", path),
            after_applying=after_applying,
            delay=delay,
        )

    def matches(self, request: SeenRequest) -> bool:
        """Tell whether the fault is meant for this request."""
        return self.method in {None, request.method} and fnmatchcase(request.path, self.path)


class Faults:
    """The failures planned, first planned first met."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._planned: list[Fault] = []
        self._closed_until = -math.inf
        self._retry_after: str | int | None = None

    def __len__(self) -> int:
        return len(self._planned)

    def plan(self, fault: Fault, count: int) -> None:
        """Have the next `count` requests that match meet this fault."""
        check_at_least("count", count, 1)
        self._planned += [fault] * count

    def rate_limit(self, seconds: float, retry_after: str | int | None) -> None:
        """Answer 429 to everything for some seconds from now on."""
        check_at_least("seconds", seconds, 0)
        _read_headers({"Retry-After": retry_after or ""})
        self._closed_until = self._clock() + seconds
        self._retry_after = retry_after

    def take(self, request: SeenRequest) -> Fault | None:
        """Return the fault this request meets, if any, and use it up."""
        seconds_left = self._closed_until - self._clock()
        if seconds_left > 0:
            retry_after = math.ceil(seconds_left) if self._retry_after is None else self._retry_after
            return Fault.of(status=429, headers={"Retry-After": retry_after}, body={"message": "Too many requests."})
        for index, fault in enumerate(self._planned):
            if fault.matches(request):
                return self._planned.pop(index)
        return None


def _read_headers(headers: Mapping[str, str | float]) -> dict[str, str]:
    """Spell headers as text, and refuse those that HTTP can't carry."""
    texts = {name: str(value) for name, value in headers.items()}
    for name, text in texts.items():
        if not re.fullmatch(r"[\w!#$%&'*+.^`|~-]+", name, re.ASCII) or re.search(r"[\x00-\x08\x0a-\x1f\x7f]", text):
            raise ValueError(f"{name!r}: {text!r} can't be sent as a header")
    return texts
