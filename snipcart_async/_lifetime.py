"""From building a client to closing it: which calls are under way, so that closing ends them all."""

from ._time_limits import TimeLimits


class Lifetime:
    """Know whether a client is closed; its calls run within `calls`, in whatever loops."""

    def __init__(self) -> None:
        self.closed: bool = False
        self.calls: TimeLimits = TimeLimits()

    def close(self) -> None:
        """Let every running call end now."""
        self.closed = True
        self.calls.end_all()
