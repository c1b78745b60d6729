"""What one try of a call met; errors and responses carry a tuple of them."""

import attrs


@attrs.frozen(kw_only=True)
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
        """Tell whether a write may have been carried out although this try did not succeed."""
        return self.sent and (self.status is None or self.status in {408, 500, 502, 504})

    def __str__(self) -> str:
        return str(self.status or self.error)
