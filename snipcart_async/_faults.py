"""What is known of an attempt that failed, and how often each kind of request is repeated after it."""

from collections.abc import Mapping, Sequence
from enum import IntEnum, StrEnum

from ._attempt import Attempt
from .errors import ConnectError, ResponseTooLargeError, SnipcartError, TransportError
from .request import Request, Response


class Fault(StrEnum):
    """Say what is known of an attempt that failed."""

    NEVER_SENT = "never sent"
    STALE = "connection gone stale"
    LIMITED = "rate limited"
    UNAVAILABLE = "unavailable"
    UNCERTAIN = "outcome unknown"
    UNREADABLE = "answer not whole"
    MALFORMED = "answer not HTTP"


class Again(IntEnum):
    """Say how often to repeat."""

    NO = 0
    ONCE = 1
    MANY = 2
    FREE = 3


_NO, _ONCE, _MANY = Again.NO, Again.ONCE, Again.MANY
_KINDS = ("read", "repeatable write", "single write", "other write")
_TABLE: Mapping[Fault, Mapping[str, Again]] = {
    #                                      GET         PUT, DELETE  PUT + cart   POST, PATCH
    fault: dict(zip(_KINDS, row, strict=True))
    for fault, row in {
        Fault.NEVER_SENT:  (_MANY,      _MANY,       _MANY,       _MANY),
        Fault.STALE:       (Again.FREE, _NO,         _NO,         _NO),
        Fault.LIMITED:     (_MANY,      _MANY,       _MANY,       _MANY),
        Fault.UNAVAILABLE: (_MANY,      _MANY,       _MANY,       _NO),
        Fault.UNCERTAIN:   (_MANY,      _ONCE,       _NO,         _NO),
        Fault.UNREADABLE:  (_ONCE,      _NO,         _NO,         _NO),
        Fault.MALFORMED:   (_NO,        _ONCE,       _NO,         _NO),
    }.items()
}  # fmt: skip


def find_fault(request: Request, outcome: Response | SnipcartError) -> Fault | None:
    """Name what went wrong with an attempt; `None` when nothing did, or nothing that a repeat could mend."""
    if isinstance(outcome, Response):
        if outcome.status < 300:
            whole = outcome.status == 204 or outcome.whole or request.method not in {"GET", "PUT"}
            return None if whole else Fault.UNREADABLE
        by_status = {429: Fault.LIMITED, 503: Fault.UNAVAILABLE}
        return by_status.get(outcome.status, Fault.UNCERTAIN if outcome.status in {408, 500, 502, 504} else None)
    if isinstance(outcome, ConnectError):
        return None if outcome.certificate else Fault.NEVER_SENT
    if isinstance(outcome, TransportError):
        if not outcome.sent:
            return Fault.NEVER_SENT
        return Fault.STALE if outcome.stale and not is_write(request) else Fault.UNCERTAIN
    return None if isinstance(outcome, ResponseTooLargeError) else Fault.MALFORMED


def is_write(request: Request) -> bool:
    """Tell whether a request can change anything."""
    return request.method not in {"GET", "HEAD", "OPTIONS"}


def may_repeat(request: Request, fault: Fault, before: Sequence[Attempt]) -> Again:
    """Look up how often a request is repeated after a fault, given the attempts before it."""
    again = _TABLE[fault][_kind(request)]
    return Again.NO if again is Again.ONCE and _repeated(fault, before) else again


def _kind(request: Request) -> str:
    if not is_write(request):
        return "read"
    if request.method in {"PUT", "DELETE"}:
        return "repeatable write" if request.repeatable else "single write"
    return "other write"


def _repeated(fault: Fault, before: Sequence[Attempt]) -> bool:
    """Tell whether the one repeat is used up; for a write, every unknown outcome counts as the same."""
    unknown = {Fault.UNCERTAIN, Fault.MALFORMED}
    same = unknown if fault in unknown else {fault}
    return any(attempt.reason in same for attempt in before)
