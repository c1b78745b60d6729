"""What Snipcart's pages leave open, or an export must withstand, as switches."""

from dataclasses import asdict, dataclass
from typing import Literal, get_args

from .checks import check_at_least, check_choice

Mode = Literal["Live", "Test"]
Shape = Literal["documented", "flat", "nested", "both"]
DatePrecision = Literal["second", "millisecond", "day", "ignored"]
Missing = Literal["clear", "keep"]

_CHOICES = {
    "mode": Mode,
    "shape": Shape,
    "date_precision": DatePrecision,
    "put_absent": Missing,
    "put_null": Missing,
}


@dataclass(frozen=True, slots=True)
class LiveChanges:
    """How many customers come, go, and order after each list request, on average."""

    inserts: float = 0
    deletes: float = 0
    orders: float = 0

    def __post_init__(self) -> None:
        for name, rate in asdict(self).items():
            check_at_least(name, rate, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """How a shop answers where Snipcart's pages don't say.

    Shape "documented" follows each page to the letter; the others force one shape on everything that is read.
    `put_absent` and `put_null` say what an update does with the keys an address lacks, or gives as `null`.
    Without `totals` lists lack `totalItems`; without `date_header` all answers lack the header `Date`.
    """

    mode: Mode = "Live"
    shape: Shape = "documented"
    page_cap: int | None = None
    stable_ties: bool = True
    descending: bool = False
    date_precision: DatePrecision = "second"
    inclusive_dates: bool = True
    put_absent: Missing = "clear"
    put_null: Missing = "clear"
    totals: bool = True
    date_header: bool = True
    changes: LiveChanges = LiveChanges()

    def __post_init__(self) -> None:
        for name, choices in _CHOICES.items():
            check_choice(name, getattr(self, name), get_args(choices))
        if self.page_cap is not None:
            check_at_least("page_cap", self.page_cap, 1)
