"""The one road every call takes; read this first.

resource ──Request──▶ Api ──▶ RetryingTransport ──▶ PacedTransport ──▶ AiohttpTransport ──▶ Snipcart
                       │      tries again           gate, queue        one attempt
         model ◀── converter ◀──────────────── Response ◀──────────────────────┘

A resource says what to ask. `Api` gives it the time it has, sends it, turns a refusal into an error,
has the converter read the answer, and checks that it answers this request.
"""

import asyncio
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import attrs

from . import _converter
from ._converter.leaves import is_guid
from ._converter.refused_answer import read_refused_answer
from ._converter.steps import Stepped
from ._lifetime import Lifetime
from ._secret import Secret
from .errors import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    ClientClosedError,
    ConflictError,
    DeadlineExceededError,
    DecodeError,
    MismatchError,
    NotFoundError,
    PaginationError,
    PermissionDeniedError,
    ProtocolError,
    RateLimitError,
    RedirectError,
    ServerError,
    UnprocessableEntityError,
)
from .models import Listed, Page
from .models._model import Model
from .observing import Observers
from .request import Request, Response, filled
from .transport import Transport

M = TypeVar("M", bound=Model)
T = TypeVar("T")

_LARGE = 256 * 1024
"""Bytes; fewer take less than 20 ms to read, at the worst."""

_ERRORS: dict[int, type[ApiError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableEntityError,
}


@attrs.frozen(kw_only=True)
class Api:
    """Ask Snipcart, and read its answers."""

    transport: Transport
    secret: Secret
    lifetime: Lifetime
    observers: Observers
    timeout: float
    deadline: float | None

    def request(
        self,
        method: str,
        template: str,
        identifier: str = "",
        *,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        repeatable: bool = True,
    ) -> Request:
        """Build a request with the time that this client gives it."""
        return Request(
            method=method,
            template=template,
            path=filled(template, identifier),
            params=params or {},
            body=body,
            repeatable=repeatable,
            timeout=self.timeout,
            deadline=self.deadline,
        )

    async def call(self, request: Request, returns: Any, *, asked: str | None = None, name: str = "id") -> Any:
        """Ask for a model, or a tuple of them; with `asked`, its `name` must be the identifier asked for."""
        with self.observers.watching(request.call):
            response = await self._send(request)
            value, problems = await self._read(response, _converter.read(response.content, returns))
            if problems:
                raise DecodeError(problems, **response.where)
            if asked is not None and not _answers(getattr(value, name), asked):
                raise MismatchError((f"$.{name}: answers another request",), **response.where)
            return value

    async def page(
        self, request: Request, kind: type[M], *, offset: int, limit: int | None, turn: asyncio.Event | None = None
    ) -> Page[M]:
        """Ask for one page of a list, and read it; with `turn`, not before that comes."""
        with self.observers.watching(request.call):
            response = await self._send(request)
            if turn is not None:
                await request.call.pause(turn)
            return _page(
                response, offset, limit, *await self._read(response, _converter.read_list(response.content, kind))
            )

    async def lenient_page(
        self, request: Request, kind: type[M], *, offset: int, limit: int | None
    ) -> tuple[Page[Listed[M]], Response]:
        """Ask for one page of a list, of whose items some may be unreadable."""
        with self.observers.watching(request.call):
            response = await self._send(request)
            envelope = await self._read(response, _converter.read_listed(response.content, kind))
            return _page(response, offset, limit, *envelope), response

    async def send(self, request: Request, *, expected: frozenset[int] = frozenset()) -> Response:
        """Ask for a bare answer: of status 2xx, or of one of those that are `expected` and no other."""
        with self.observers.watching(request.call):
            response = await self._send(request, expected)
            if expected and response.status not in expected:
                raise ProtocolError(f"{response.status} is no answer to this", **response.where)
            return response

    async def _send(self, request: Request, allowed: frozenset[int] = frozenset()) -> Response:
        response = await self.transport.send(request)
        if 200 <= response.status < 300 or response.status in allowed:
            return response
        if 300 <= response.status < 400:
            raise RedirectError(
                f"{response.status}: Snipcart's API redirects nowhere; check base_url", **response.where
            )
        if not 400 <= response.status < 600:
            raise ProtocolError(f"{response.status} is no status of HTTP's", **response.where)
        raise self.refusal(response)

    async def _read(self, response: Response, steps: _converter.Steps[T]) -> T:
        """Read an answer; while a large one is read others have their turn, and the call can still be ended."""
        _expect_content(response)
        is_large = len(response.content) >= _LARGE
        stepped = Stepped(steps)
        for _ in stepped:
            if is_large:
                await asyncio.sleep(0)
                self._check_time(response)
        return stepped.result

    def _check_time(self, response: Response) -> None:
        expires = response.request.call.expires if response.request else None
        if self.lifetime.closed:
            raise ClientClosedError(**response.where)
        if expires is not None and time.monotonic() > expires:
            message = f"not read within the deadline of {self.deadline:g} s"
            raise DeadlineExceededError(message, sent=True, **response.where)

    def refusal(self, response: Response) -> ApiError:
        """Turn a response of status 400 and above into its error."""
        answer = read_refused_answer(response.content, self.secret, _sent_texts(response.request))
        more: dict[str, Any] = {"retry_after": response.retry_after} if response.status == 429 else {}
        fallback = RateLimitError if response.status == 429 else ServerError if response.status >= 500 else ApiError
        return _ERRORS.get(response.status, fallback)(
            answer.message,
            status=response.status,
            errors=answer.errors,
            body=answer.body,
            request_id=response.request_id,
            **more,
            **response.where,
        )


def _page(
    response: Response, offset: int, limit: int | None, envelope: _converter.Envelope | None, problems: tuple[str, ...]
) -> Page[Any]:
    if envelope is None:
        raise DecodeError(problems, **response.where)
    if any((number or 0) < 0 for number in (envelope.total_items, envelope.offset, envelope.limit)):
        raise PaginationError("totalItems, offset or limit is negative", **response.where)
    return Page(
        items=tuple(envelope.items),
        total_items=envelope.total_items,
        offset=offset if envelope.offset is None else envelope.offset,
        limit=(limit or len(envelope.items)) if envelope.limit is None else envelope.limit,
        extra=envelope.extra,
    )


def _answers(identifier: str | None, asked: str) -> bool:
    return identifier is None or identifier.lower() == asked


def _expect_content(response: Response) -> None:
    if response.status not in {200, 201}:
        raise ProtocolError(f"{response.status} where a 200 with content is due", **response.where)


def _sent_texts(request: Request | None) -> Iterator[str]:
    """Give every text that was sent: a refusal that quotes one must not carry it into an error."""
    if request is None:
        return
    yield from (value for value in request.params.values() if not value.isdigit())
    yield from (part.replace("-", "") for part in request.path.split("/") if is_guid(part))
    yield from _texts(json.loads(request.body)) if request.body else ()


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)
