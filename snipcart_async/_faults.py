"""What is known of an attempt that failed, and how often each kind of request is repeated after it."""

from collections.abc import Mapping, Sequence
from enum import IntEnum, StrEnum

from ._failure import Attempt
from .errors import ConnectError, ProtocolError, ResponseTooLargeError, SnipcartError, TransportError
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


_TABLE: Mapping[Fault, tuple[Again, Again, Again, Again]] = {
    #                   read        PUT, DELETE  PUT + cart   POST, PATCH
    Fault.NEVER_SENT:  (Again.MANY, Again.MANY,  Again.MANY,  Again.MANY),
    Fault.STALE:       (Again.FREE, Again.ONCE,  Again.NO,    Again.NO),
    Fault.LIMITED:     (Again.MANY, Again.MANY,  Again.MANY,  Again.MANY),
    Fault.UNAVAILABLE: (Again.MANY, Again.MANY,  Again.MANY,  Again.NO),
    Fault.UNCERTAIN:   (Again.MANY, Again.ONCE,  Again.NO,    Again.NO),
    Fault.UNREADABLE:  (Again.ONCE, Again.NO,    Again.NO,    Again.NO),
    Fault.MALFORMED:   (Again.NO,   Again.ONCE,  Again.NO,    Again.NO),
}  # fmt: skip
_UNKNOWN_OUTCOME = frozenset({Fault.STALE, Fault.UNCERTAIN, Fault.MALFORMED})


def find_fault(request: Request, outcome: Response | SnipcartError) -> Fault | None:
    """Name what went wrong with an attempt; `None` when nothing did, or nothing that a repeat could mend."""
    if isinstance(outcome, Response):
        if 200 <= outcome.status < 300:
            is_due = request.method in {"GET", "PUT"} and outcome.status != 204
            return Fault.UNREADABLE if is_due and not outcome.whole else None
        by_status = {429: Fault.LIMITED, 503: Fault.UNAVAILABLE}
        return by_status.get(outcome.status, Fault.UNCERTAIN if outcome.status in {408, 500, 502, 504} else None)
    if isinstance(outcome, ConnectError):
        return None if outcome.certificate else Fault.NEVER_SENT
    if isinstance(outcome, TransportError):
        if not outcome.sent:
            return Fault.NEVER_SENT
        return Fault.STALE if outcome.stale else Fault.UNCERTAIN
    is_malformed = isinstance(outcome, ProtocolError) and not isinstance(outcome, ResponseTooLargeError)
    return Fault.MALFORMED if is_malformed else None


def may_repeat(request: Request, fault: Fault, before: Sequence[Attempt]) -> Again:
    """Look up how often a request is repeated after a fault, given the attempts before it.

    The one repeat of a write is used up by any outcome that is unknown.
    """
    again = _TABLE[fault][_column(request)]
    same = _UNKNOWN_OUTCOME if fault in _UNKNOWN_OUTCOME else {fault}
    used_up = again is Again.ONCE and any(attempt.reason in same for attempt in before)
    return Again.NO if used_up else again


def _column(request: Request) -> int:
    if not request.is_write:
        return 0
    if request.method in {"PUT", "DELETE"}:
        return 1 if request.repeatable else 2
    return 3
