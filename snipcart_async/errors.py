"""Everything that can go wrong, by whose fault it is.

SnipcartError
├── ConfigurationError           refused before a byte was sent (also a ValueError)
├── ClientClosedError            used after aclose() (also a RuntimeError)
├── TransportError               no usable answer; .sent says whether the request may have arrived
│   ├── ConnectError             never sent
│   └── AttemptTimeoutError      one attempt took longer than `timeout` (also a TimeoutError)
├── DeadlineExceededError        the whole call took longer than `deadline` (also a TimeoutError)
├── ProtocolError                not the HTTP we allow
│   ├── RedirectError            any 3xx: the key follows nobody
│   └── ResponseTooLargeError    more than `max_response_bytes`
├── DecodeError                  an answer that is not what Snipcart documents; .problems says where
│   └── MismatchError            an answer to another request
├── ApiError                     an answer that says no: .status .message .errors .body .request_id
│   ├── BadRequestError 400 · AuthenticationError 401 · PermissionDeniedError 403 · NotFoundError 404
│   └── ConflictError 409 · UnprocessableEntityError 422 · RateLimitError 429 · ServerError 5xx
├── PaginationError              a list that contradicts itself
├── UpdateError
│   ├── ReadOnlyFieldError       a change that Snipcart cannot take; nothing was sent
│   └── UpdateMismatchError      Snipcart took the update, and answered with something else
└── ExportError                  an export that cannot go on
"""

from collections.abc import Mapping
from typing import Any, Unpack

from ._failure import Answered, Attempt, SnipcartError, Where
from .models import Customer

__all__ = [
    "ApiError",
    "Attempt",
    "AttemptTimeoutError",
    "AuthenticationError",
    "BadRequestError",
    "ClientClosedError",
    "ConfigurationError",
    "ConflictError",
    "ConnectError",
    "DeadlineExceededError",
    "DecodeError",
    "ExportError",
    "MismatchError",
    "NotFoundError",
    "PaginationError",
    "PermissionDeniedError",
    "ProtocolError",
    "RateLimitError",
    "ReadOnlyFieldError",
    "RedirectError",
    "ResponseTooLargeError",
    "ServerError",
    "SnipcartError",
    "TransportError",
    "UnprocessableEntityError",
    "UpdateError",
    "UpdateMismatchError",
]


class ConfigurationError(SnipcartError, ValueError):
    """Refuse an argument before anything is sent; the text names the argument, never its value."""


class ClientClosedError(SnipcartError, RuntimeError):
    """Refuse to work after `aclose()`."""

    def __init__(self, message: str = "the client is closed: build a new one", **where: Unpack[Where]) -> None:
        super().__init__(message, **where)


class TransportError(SnipcartError):
    """Report that no usable answer came.

    `sent` is False when the request never left; True means that the outcome is unknown. `stale` says that the
    server had closed a kept-alive connection just when it was used again.
    """

    def __init__(self, message: str = "", *, sent: bool = True, stale: bool = False, **where: Unpack[Where]) -> None:
        super().__init__(message, **where)
        self.sent = sent
        self.stale = stale


class ConnectError(TransportError):
    """Report that no connection could be made; `certificate` says that TLS refused it, which no retry mends."""

    def __init__(self, message: str = "", *, certificate: bool = False, **where: Unpack[Where]) -> None:
        super().__init__(message, sent=False, **where)
        self.certificate = certificate


class AttemptTimeoutError(TransportError, TimeoutError):
    """Report that one attempt took longer than `timeout`."""


class DeadlineExceededError(SnipcartError, TimeoutError):
    """Report that a call, with its queueing, waiting and retries, did not end within `deadline`."""

    def __init__(self, message: str = "", *, sent: bool = True, **where: Unpack[Where]) -> None:
        super().__init__(message, **where)
        self.sent = sent


class ProtocolError(SnipcartError):
    """Report an answer that is not the HTTP we allow."""


class RedirectError(ProtocolError):
    """Report a redirect: it is never followed, so that key and data reach nobody else."""


class ResponseTooLargeError(ProtocolError):
    """Report an answer larger than `max_response_bytes`; it was not read to its end."""


class DecodeError(SnipcartError):
    """Report an answer that is not what Snipcart documents.

    `problems` tells where and what, as JSON paths in Snipcart's spelling, never with a value.
    """

    def __init__(self, problems: tuple[str, ...] = (), **where: Unpack[Where]) -> None:
        more = f" (and {len(problems) - 5} more)" if len(problems) > 5 else ""
        super().__init__("; ".join(problems[:5]) + more, **where)
        self.problems = problems


class MismatchError(DecodeError):
    """Report an answer that belongs to another request."""


class ApiError(SnipcartError):
    """Report an answer that says no.

    `message` and `errors` are Snipcart's words, cut and with e-mail addresses masked. `body` is the parsed
    answer, for programs: it is left out of repr and pickles.
    """

    def __init__(
        self,
        message: str = "",
        *,
        status: int = 0,
        errors: Mapping[str, tuple[str, ...]] | None = None,
        body: Any = None,
        request_id: str | None = None,
        **where: Unpack[Where],
    ) -> None:
        self.errors: dict[str, tuple[str, ...]] = dict(errors or {})
        self.message = message
        self.status = status
        self.body = body
        self.request_id = request_id
        named = ", ".join([name for name in self.errors if name][:10])
        super().__init__(f"{status} {message}" + (f" [{named}]" if named else ""), **where)

    def _state(self) -> dict[str, Any]:
        return {**super()._state(), "body": None}


class BadRequestError(ApiError):
    """400: Snipcart does not understand the request."""


class AuthenticationError(ApiError):
    """401: Snipcart refuses the API key. It is never the shopper's fault."""

    hint = "Check that the key is a secret one (not the public one), complete, and not revoked."


class PermissionDeniedError(ApiError):
    """403: the API key may not do this."""


class NotFoundError(ApiError):
    """404: there is no such thing, or not in the mode (Test or Live) of the key."""


class ConflictError(ApiError):
    """409: the request contradicts the present state."""


class UnprocessableEntityError(ApiError):
    """422: Snipcart understands the request, and refuses its content."""


class RateLimitError(ApiError):
    """429: too many requests. `retry_after` is how many seconds Snipcart asks for, where it says so."""

    def __init__(self, message: str = "", *, retry_after: float | None = None, **answer: Unpack[Answered]) -> None:
        super().__init__(message, **answer)
        self.retry_after = retry_after


class ServerError(ApiError):
    """5xx: Snipcart failed."""


class PaginationError(SnipcartError):
    """Report a list that contradicts itself, so that going on would lose items or never end."""


class UpdateError(SnipcartError):
    """Be the root of what can go wrong with an edit, apart from the request itself."""


class ReadOnlyFieldError(UpdateError):
    """Refuse an edit of fields that Snipcart cannot change; nothing was sent. `fields` names them."""

    def __init__(self, fields: tuple[str, ...] = (), **where: Unpack[Where]) -> None:
        super().__init__(
            f"only email, billing_address and shipping_address can be changed, not {', '.join(fields)}",
            **where,
        )
        self.fields = fields


class UpdateMismatchError(UpdateError):
    """Report that the update was taken, and that Snipcart's answer differs from what was intended.

    `fields` names the differences, `customer` is the customer as answered.
    """

    def __init__(
        self, fields: tuple[str, ...] = (), *, customer: Customer | None = None, **where: Unpack[Where]
    ) -> None:
        super().__init__(
            f"Snipcart answered the update with something else in {', '.join(fields)}; "
            "look at .customer, and read the customer again before the next edit",
            **where,
        )
        self.fields = fields
        self.customer = customer

    def _state(self) -> dict[str, Any]:
        return {**super()._state(), "customer": None}


class ExportError(SnipcartError):
    """Report that an export cannot go on; the text says whether it can be resumed."""
