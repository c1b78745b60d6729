"""What is asked of the fake and what it answers, as plain values."""

import json
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
    """An answer to send: `bytes` go out as they are, any other body as JSON."""

    status: int
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def encode(body: Any) -> bytes:
    """Turn a body into the bytes to send, or raise `TypeError` if JSON can't express it."""
    if isinstance(body, bytes):
        return body
    try:
        return _JSON.encode(body)
    except UnicodeEncodeError:
        return _escape(body).encode()


def _escape(body: Any) -> str:
    """Spell half of a surrogate pair as an escape: JSON can express it, UTF-8 can't."""
    if isinstance(body, dict):
        return f"{{{','.join(f'{_escape(str(key))}:{_escape(value)}' for key, value in body.items())}}}"
    if isinstance(body, list | tuple):
        return f"[{','.join(map(_escape, body))}]"
    return json.dumps(body) if isinstance(body, str) else _JSON.encode(body).decode()


class RefusedError(Exception):
    """Raised by an endpoint that can't do what was asked."""

    def __init__(self, status: int, message: str, errors: dict[str, list[str]] | None = None) -> None:
        super().__init__(message)
        self.answer: Answer = Answer(status, {"message": message} | ({"errors": errors} if errors else {}))
