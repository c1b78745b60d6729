"""Windows: ranges of creation dates, which together cover all time and of which a customer is in exactly one."""

from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import pairwise

import attrs

from .._converter.unstructure import spell_datetime

EARLIEST = datetime.min.replace(tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)


def shift(moment: datetime, seconds: float) -> datetime:
    """Move a moment, but not out of the years 1 to 9999."""
    try:
        return moment + timedelta(seconds=seconds)
    except OverflowError:
        return EARLIEST if seconds < 0 else LATEST


def whole_second(moment: datetime) -> datetime:
    """Cut a moment to its second."""
    return moment.replace(microsecond=0)


@attrs.frozen(kw_only=True)
class Window:
    """Name the customers created from `since` until before `until`, of a status and name if given.

    All fields are text, `None` or true and false: `Window(**json.loads(json.dumps(attrs.asdict(window))))` is
    the same window. Moments are spelled as Snipcart does; `None` is no bound. Without `dated`, Snipcart is asked
    for customers of any date, and who is in the window is decided here.
    """

    since: str | None = None
    until: str | None = None
    status: str | None = None
    name: str | None = attrs.field(default=None, repr=False)
    dated: bool = True

    @cached_property
    def start(self) -> datetime | None:
        """The first moment that belongs to the window."""
        return datetime.fromisoformat(self.since) if self.since else None

    @cached_property
    def end(self) -> datetime | None:
        """The first moment that no longer belongs to the window."""
        return datetime.fromisoformat(self.until) if self.until else None

    @property
    def asked_from(self) -> datetime | None:
        """The moment to ask from: a second early, whether Snipcart takes bounds in or out."""
        return shift(self.start, -1) if self.start and self.dated else None

    @property
    def asked_to(self) -> datetime | None:
        """The moment to ask to: a second late."""
        return shift(self.end, 1) if self.end and self.dated else None

    @property
    def filtered(self) -> bool:
        """Whether a customer can come into the window later: with another status or name."""
        return self.status is not None or self.name is not None

    @property
    def bounded(self) -> bool:
        """Whether the window leaves out some dates."""
        return self.since is not None or self.until is not None

    @property
    def label(self) -> str:
        """The window's dates in words, and never the name it asks for."""
        if not self.until:
            return f"created from {self.since} on" if self.since else "created at any time"
        return f"created from {self.since} until {self.until}" if self.since else f"created until {self.until}"

    def owns(self, created: datetime) -> bool:
        """Tell whether a customer created at this moment belongs to the window."""
        return (self.start is None or self.start <= created) and (self.end is None or created < self.end)

    def may_show(self, created: datetime) -> bool:
        """Tell whether an answer to this window may hold such a customer, if Snipcart filters to the second."""
        after, before = self._may_show
        return (after is None or after < created) and (before is None or created < before)

    @cached_property
    def _may_show(self) -> tuple[datetime | None, datetime | None]:
        early, late = self.asked_from, self.asked_to
        return early and shift(early, -1), late and shift(late, 1)

    def shares(self, created: datetime) -> bool:
        """Tell whether an answer to the window before or behind may hold such a customer of this one, too."""
        early, late = self._alone
        return (early is not None and created < early) or (late is not None and created > late)

    @cached_property
    def _alone(self) -> tuple[datetime | None, datetime | None]:
        return self.start and shift(self.start, 2), self.end and shift(self.end, -2)

    def reaches(self, moment: datetime) -> bool:
        """Tell whether the window goes on behind a moment."""
        return self.end is None or self.end > moment

    def split(self, *cuts: datetime) -> "tuple[Window, ...]":
        """Cut the window at moments within it, in ascending order."""
        edges = [self.since, *map(spell_datetime, cuts), self.until]
        return tuple(attrs.evolve(self, since=since, until=until) for since, until in pairwise(edges))

    def has_inside(self, moment: datetime) -> bool:
        """Tell whether a cut at this moment would leave something on both sides."""
        return self.owns(moment) and moment != self.start
