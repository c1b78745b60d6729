"""What reading a window gives: its customers, what could not be read, and whether that is proven to be all."""

from datetime import datetime

import attrs

from ..models import Customer
from .window import Window


@attrs.frozen(kw_only=True)
class Reject:
    """Hold a record that cannot be read: Snipcart's document, and the problems with their JSON paths.

    `key` tells it from others; `created` is its date where that much can be read.
    """

    problems: tuple[str, ...]
    document: object = attrs.field(default=None, repr=False)
    key: str = ""
    created: datetime | None = None


@attrs.frozen(kw_only=True)
class WindowResult:
    """Hold the customers of a window, and whether they are proven to be all.

    `doubts` says in words what could not be proven. `undated` are customers without a creation date, which may show
    in several windows: they are never proven to be all. In a window that reaches into the present, customers who
    were created before `settled` are proven; `None` in a window of the past. With `coarse_dates` Snipcart was seen
    not to keep to the window's dates: it was read without them, but other windows may have hidden somebody.
    """

    window: Window
    customers: tuple[Customer, ...] = attrs.field(repr=False)
    undated: tuple[Customer, ...] = attrs.field(repr=False)
    rejects: tuple[Reject, ...] = attrs.field(repr=False)
    doubts: tuple[str, ...]
    repaired: int
    settled: datetime | None
    requests: int
    coarse_dates: bool = False

    @property
    def proven(self) -> bool:
        """Whether everybody in the window is there, as a customer or as a reject."""
        return not self.doubts
