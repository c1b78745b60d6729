"""When customers came: by month, quarter or year, without holes."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum

import attrs

MOST_PERIODS = 48
"""So many bars can be told apart on a phone."""

_YEAR = 12

Month = int
"""Months are counted through: twelve times the year, and from 0 for January."""


class Kind(StrEnum):
    """Who a customer is to the shop; `OTHER` is a status that this version does not know, or none."""

    CONFIRMED = "confirmed"
    GUEST = "guest"
    OTHER = "other"


class Grain(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def months(self) -> int:
        """How many months a period has."""
        return {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: _YEAR}[self]


@attrs.frozen(kw_only=True)
class Period:
    """Count who came in a period; when it is `open`, the file may end before the period does."""

    start: date
    confirmed: int
    guests: int
    others: int
    open: bool = False

    @property
    def customers(self) -> int:
        """All who came."""
        return self.confirmed + self.guests + self.others


@attrs.frozen(kw_only=True)
class History:
    """Count who came, period after period.

    `earlier` came before the first of them, and `undated` have no date, or one that cannot be. `last_year` came in the
    last twelve months that are over, `year_before` in the twelve before these; `None` where the history does not have
    as many full months.
    """

    grain: Grain
    periods: tuple[Period, ...]
    earlier: int
    undated: int
    last_year: int | None
    year_before: int | None


def month_of(day: date) -> Month:
    """Give the month that a day, or a moment in UTC, lies in."""
    return day.year * _YEAR + day.month - 1


def make_history(arrivals: Mapping[tuple[Month, Kind], int], undated: int, until: Month | None) -> History:
    """Order arrivals by period, up to the one that `until` lies in: there the file ends."""
    months = [month for month, _ in arrivals]
    if not months:
        return History(grain=Grain.MONTH, periods=(), earlier=0, undated=undated, last_year=None, year_before=None)
    first, last = min(months), max(*months, until or 0)
    ends = last if until is None else until
    grain = next((grain for grain in Grain if _index(last, grain) - _index(first, grain) < MOST_PERIODS), Grain.YEAR)
    oldest = max(_index(first, grain), _index(last, grain) - MOST_PERIODS + 1)
    sums: Counter[tuple[int, Kind]] = Counter()
    for (month, kind), count in arrivals.items():
        sums[_index(month, grain), kind] += count
    years = list(_last_years(arrivals, first, ends))
    return History(
        grain=grain,
        periods=tuple(
            _period(sums, index, grain, is_open=index >= _index(ends, grain))
            for index in range(oldest, _index(last, grain) + 1)
        ),
        earlier=sum(count for (index, _), count in sums.items() if index < oldest),
        undated=undated,
        last_year=years[0] if years else None,
        year_before=years[1] if years else None,
    )


def _period(sums: Counter[tuple[int, Kind]], index: int, grain: Grain, *, is_open: bool) -> Period:
    year, month = divmod(index * grain.months, _YEAR)
    return Period(
        start=date(year, month + 1, 1),
        confirmed=sums[index, Kind.CONFIRMED],
        guests=sums[index, Kind.GUEST],
        others=sums[index, Kind.OTHER],
        open=is_open,
    )


def _last_years(arrivals: Mapping[tuple[Month, Kind], int], first: Month, ends: Month) -> Iterator[int]:
    """Count the last two times twelve months before the one in which the file ends, if all are full."""
    if ends - first > 2 * _YEAR:  # the first customer came somewhere within the first month
        for stop in (ends, ends - _YEAR):
            yield sum(count for (month, _), count in arrivals.items() if stop - _YEAR <= month < stop)


def _index(month: Month, grain: Grain) -> int:
    return month // grain.months
