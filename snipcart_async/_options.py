"""What a view of a client may change: for how long it asks, and when it tries again."""

import attrs

from ._configuration import seconds_problem
from .request import UNSET, Unset
from .retry import RetryPolicy

_NO_POLICY = "retry must be a RetryPolicy; RetryPolicy(max_attempts=1) switches it off"


@attrs.frozen(kw_only=True)
class Options:
    """Hold the options of a view; `problem` says what is wrong with them."""

    timeout: float
    deadline: float | None
    retry: RetryPolicy

    def changed(
        self, *, timeout: float | Unset, deadline: float | Unset | None, retry: RetryPolicy | Unset
    ) -> "Options":
        """Give a copy with what was given in place of what was."""
        return Options(
            timeout=self.timeout if timeout is UNSET else timeout,
            deadline=self.deadline if deadline is UNSET else deadline,
            retry=self.retry if retry is UNSET else retry,
        )

    @property
    def problem(self) -> str:
        """What is wrong with them ("" when nothing is)."""
        retry: object = self.retry  # whatever was passed: not all callers check types
        return (
            seconds_problem("timeout", self.timeout)
            or ("" if self.deadline is None else seconds_problem("deadline", self.deadline))
            or ("" if isinstance(retry, RetryPolicy) else _NO_POLICY)
        )
