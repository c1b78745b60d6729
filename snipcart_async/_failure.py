"""What every error carries: what was asked, what each try met, and whether it may have been done."""

import copy
from collections.abc import Mapping
from typing import Any, ClassVar, TypedDict

import attrs

READS = frozenset({"GET", "HEAD", "OPTIONS"})


@attrs.frozen(kw_only=True, slots=False)
class Attempt:
    """Record what one try met.

    `reason` says why it did not do ("" when it did), `error` names the error where there was no answer.
    `sent` is False when the request never left, True when it may have arrived. Times are in seconds.
    """

    status: int | None = None
    error: str | None = None
    reason: str = ""
    sent: bool = True
    seconds: float = 0.0

    @property
    def may_have_applied(self) -> bool:
        """Tell whether a write may have been carried out by this try."""
        return self.sent and (self.status is None or not _refuses(self.status))

    def __str__(self) -> str:
        return str(self.error or self.status)


def _refuses(status: int) -> bool:
    """Tell whether a status surely means that nothing was done: what a proxy says of itself, as 524, does not."""
    return (300 <= status < 500 and status != 408) or status in {501, 503, 505}


class Where(TypedDict, total=False):
    """Say which request an error is about: what every error takes."""

    method: str | None
    path: str | None
    attempts: tuple[Attempt, ...]


class Answered(Where, total=False):
    """Say what was answered, too: what every `ApiError` takes."""

    status: int
    errors: Mapping[str, tuple[str, ...]] | None
    body: Any
    request_id: str | None


class SnipcartError(Exception):
    """Be the root of every error this package raises.

    `path` is the template (`/customers/{id}`), never the path with its id or token. `attempts` tells what each
    try met.
    """

    hint: ClassVar[str] = ""

    def __init__(
        self,
        message: str = "",
        *,
        method: str | None = None,
        path: str | None = None,
        attempts: tuple[Attempt, ...] = (),
    ) -> None:
        super().__init__(message)
        self.method = method
        self.path = path
        self.attempts = attempts

    @property
    def may_have_applied(self) -> bool:
        """Tell whether a write may have been carried out all the same; never true of a read."""
        return self.method not in {None, *READS} and any(attempt.may_have_applied for attempt in self.attempts)

    def __str__(self) -> str:
        where = f"{self.method} {self.path}: " if self.method else ""
        tries = f" (attempts: {', '.join(map(str, self.attempts))})" if len(self.attempts) > 1 else ""
        doubt = (
            " It may have been carried out all the same: read before you repeat it." if self.may_have_applied else ""
        )
        return f"{where}{self.args[0]}{tries}{doubt}{self.hint and ' ' + self.hint}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.args), self._state()

    def __copy__(self) -> "SnipcartError":  # within the process everything may be kept
        return _with_state(_restore(type(self), self.args), self.__dict__)

    def __deepcopy__(self, memo: dict[int, Any]) -> "SnipcartError":
        return _with_state(_restore(type(self), self.args), copy.deepcopy(self.__dict__, memo))

    def _state(self) -> dict[str, Any]:
        """Give what a pickle may take along."""
        return dict(self.__dict__)


def _with_state(error: SnipcartError, state: dict[str, Any]) -> SnipcartError:
    error.__dict__.update(state)
    return error


def _restore(kind: type[SnipcartError], args: tuple[Any, ...]) -> SnipcartError:
    error = kind.__new__(kind, *args)
    error.args = args
    return error
