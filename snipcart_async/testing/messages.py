"""What is asked of the fake and what it answers, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

_JSON = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """A request as it arrived; `path` lacks the `/api`, `status` is None where no answer was given.

    Outside of `/api`, where there is nothing, `in_api` is False and `path` whole.
    """

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any | None = None
    status: int | None = None
    in_api: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to send: `bytes` go out as they are, any other body as JSON, none at all for `None`."""

    status: int
    body: Any | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def encode(body: Any | None) -> bytes | None:
    """Turn a body into the bytes to send, or raise `TypeError` if JSON can't express it."""
    return body if isinstance(body, bytes | None) else _JSON.encode(body)


class RefusedError(Exception):
    """Raised by an endpoint that can't do what was asked."""

    def __init__(self, status: int, message: str, errors: dict[str, list[str]] | None = None) -> None:
        super().__init__(message)
        self.answer = Answer(status, {"message": message} | ({"errors": errors} if errors else {}))
