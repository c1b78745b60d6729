"""A request, its answer, and the mark for "not given": plain values that the whole road passes along."""

import asyncio
import re
import time
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any, Final
from urllib.parse import quote

import attrs
from multidict import CIMultiDict

from . import _json
from ._failure import READS, Attempt, Where
from ._secret import Masked
from .errors import DecodeError

_IMF_FIXDATE = re.compile(r"[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT", re.ASCII)
_REQUEST_ID_HEADERS = ("X-Request-Id", "Request-Id", "X-Correlation-Id", "CF-Ray")
_LONGEST_WAIT = 10 * 365 * 86_400.0


class Unset(Enum):
    """Mark an argument that was not given, where `None` means "empty it"."""

    UNSET = "UNSET"

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset.UNSET


@attrs.define(kw_only=True, eq=False)
class Call:
    """Follow one logical call from its first attempt to its end; `path` is the template."""

    method: str
    path: str
    expires: float | None = None
    """The instant, on the monotonic clock, at which the deadline ends."""
    patience: float = 60.0
    """How many seconds Snipcart may ask this call to wait."""
    attempts: list[Attempt] = attrs.field(factory=list)
    base_url: str = ""
    """The API that is asked, as observers are told."""
    on_wire_since: float | None = attrs.field(default=None, repr=False)
    """When the present attempt left the queue; `None` while it waits."""
    sent: bool = attrs.field(default=False, repr=False)
    """Whether the present attempt may have reached Snipcart."""
    paused: float = attrs.field(default=0.0, repr=False)
    """For how many seconds its answer only waited to be read: no part of the call's time."""

    async def pause(self, turn: asyncio.Event) -> None:
        """Wait for a turn, in time that is not the call's."""
        began = time.monotonic()
        try:
            await turn.wait()
        finally:
            seconds = time.monotonic() - began
            self.paused += seconds
            if self.expires is not None:
                self.expires += seconds


def filled(template: str, identifier: str) -> str:
    """Put an identifier into a path template, where that has a place for one."""
    start, _, rest = template.partition("{")
    return f"{start}{identifier}{rest.partition('}')[2]}"


def _hidden(text: str) -> str:
    return text if isinstance(text, Masked) else Masked(text)


@attrs.frozen(kw_only=True, slots=False)  # a frozen object without slots is made a quarter faster
class Request:
    """Say what to send, for one call.

    `path` and `params` may hold a token or an e-mail: only `template` is ever shown.
    """

    method: str
    template: str
    path: str = attrs.field(repr=False, converter=_hidden)
    params: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    body: bytes | None = attrs.field(default=None, repr=False)
    repeatable: bool = True
    """Whether sending the same bytes twice leaves the same state as sending them once."""
    timeout: float = 10.0
    """Seconds for one attempt."""
    deadline: float | None = None
    """Seconds for the whole call."""
    call: Call = attrs.field(repr=False, eq=False)
    """The call this request is sent for."""

    @call.default
    def _new_call(self) -> Call:
        return Call(method=self.method, path=self.template)

    @classmethod
    def to(cls, method: str, template: str, identifier: str = "", **more: Any) -> "Request":
        """Build a request for a path template with one identifier at most."""
        return cls(method=method, template=template, path=filled(template, identifier), **more)

    def with_params(self, **numbers: int | None) -> "Request":
        """Give the same request with more query parameters, `None` left out, and with a call of its own."""
        more = {name: str(number) for name, number in numbers.items() if number is not None}
        return attrs.evolve(self, params={**self.params, **more}, call=self._new_call())

    @property
    def is_write(self) -> bool:
        """Whether the request can change anything."""
        return self.method not in READS

    @property
    def target(self) -> str:
        """The path with its query, percent-encoded: nothing in a value can become syntax."""
        if not self.params:
            return self.path
        query = "&".join(f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in self.params.items())
        return Masked(f"{self.path}?{query}")


def _caseless(headers: Mapping[str, str]) -> Mapping[str, str]:
    return headers if isinstance(headers, CIMultiDict) else CIMultiDict(headers)


@attrs.frozen(kw_only=True, slots=False)
class Response:
    """Hold an answer: `status`, `headers` (names in any case) and `content` as bytes."""

    status: int
    headers: Mapping[str, str] = attrs.field(factory=dict, repr=False, converter=_caseless)
    content: bytes = attrs.field(default=b"", repr=False)
    request: Request | None = None
    received: float = attrs.field(factory=time.time, repr=False)
    """The wall-clock time of arrival, in seconds since 1970."""

    def json(self) -> Any:
        """Give the body as Python values; a number with a fraction is an exact `Decimal`.

        Raises:
            DecodeError: The body is not JSON.
        """
        value, problem = _json.parse(self.content)
        if problem:
            raise DecodeError((f"$: {problem}",), **self.where)
        return value

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """What each try met, the one that brought this answer among them."""
        return tuple(self.request.call.attempts) if self.request else ()

    @property
    def where(self) -> Where:
        """What an error about this answer says of its request."""
        asked: Where = {"method": self.request.method, "path": self.request.template} if self.request else {}
        return {**asked, "attempts": self.attempts}

    @property
    def whole(self) -> bool:
        """Whether the body can be all of a JSON document: not empty, not cut off."""
        return _json.is_whole(self.content)

    @property
    def request_id(self) -> str | None:
        """What to tell Snipcart's support about this answer."""
        found = next((self.headers[name] for name in _REQUEST_ID_HEADERS if name in self.headers), None)
        return found if found is None or (found.isascii() and found.isprintable()) else None

    @property
    def retry_after(self) -> float | None:
        """How many seconds `Retry-After` asks to wait; `None` where it is absent, negative or nonsense.

        A date counts from the answer's own `Date`, so that the server's clock may be wrong.
        """
        text = self.headers.get("Retry-After", "").strip(" \t")
        if text.isascii() and text.isdigit():
            return min(float(text), _LONGEST_WAIT)
        until = _read_date(text)
        if until is None:
            return None
        now = self.date.timestamp() if self.date else self.received
        return min(max(0.0, until.timestamp() - now), _LONGEST_WAIT)

    @property
    def date(self) -> datetime | None:
        """When Snipcart answered, to the second and by its own clock; `None` where it does not say."""
        return _read_date(self.headers.get("Date", ""))


def _read_date(text: str) -> datetime | None:
    if not _IMF_FIXDATE.fullmatch(text):
        return None
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None
