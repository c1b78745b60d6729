"""What can go wrong on purpose: failures to come, and the window in which every request is one too many."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from .messages import Answer, SeenRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A failure, and the requests it is meant for: `path` may be a shell pattern such as `/customers/*`."""

    status: int = 503
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any | None = None
    method: str | None = None
    path: str | None = None
    after_applying: bool = False
    drop: bool = False
    delay: float = 0.0

    def matches(self, request: SeenRequest) -> bool:
        """Tell whether the fault is meant for this request."""
        return self.method in {None, request.method} and fnmatchcase(request.path, self.path or "*")

    def answer(self) -> Answer | None:
        """Return what to answer; `None` closes the connection instead."""
        if self.drop:
            return None
        body = {"message": f"This {self.status} is on purpose."} if self.body is None else self.body
        return Answer(self.status, body, self.headers)


class Faults:
    """The failures planned, first planned first met."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._planned: list[Fault] = []
        self._closed_until = -math.inf
        self._retry_after: str | None = None

    def plan(self, fault: Fault, count: int) -> None:
        """Have the next `count` requests that match meet this fault."""
        self._planned += [fault] * count

    def rate_limit(self, seconds: float, retry_after: str | int | None) -> None:
        """Answer 429 to everything for some seconds from now on."""
        self._closed_until = self._clock() + seconds
        self._retry_after = None if retry_after is None else str(retry_after)

    def take(self, request: SeenRequest) -> Fault | None:
        """Return the fault this request meets, if any, and use it up."""
        seconds_left = self._closed_until - self._clock()
        if seconds_left > 0:
            retry_after = self._retry_after or str(math.ceil(seconds_left))
            return Fault(status=429, headers={"Retry-After": retry_after}, body={"message": "Too many requests."})
        for index, fault in enumerate(self._planned):
            if fault.matches(request):
                return self._planned.pop(index)
        return None
