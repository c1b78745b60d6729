"""History: months, quarters or years, without holes."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snipcart_async.report.history import MOST_PERIODS, Grain, Kind, make_history, month_of

months = st.integers(12, 9999 * 12 + 11)
arrivals = st.dictionaries(st.tuples(months, st.sampled_from(Kind)), st.integers(1, 9), max_size=30)


def month(year: int, number: int) -> int:
    """Give a month as it is counted."""
    return month_of(datetime(year, number, 1, tzinfo=UTC))


@given(arrivals, st.none() | months)
def test_no_period_is_left_out(came: dict[tuple[int, Kind], int], until: int | None) -> None:
    """Periods follow one another without holes, few enough to see, and nobody is lost."""
    history = make_history(came, 0, until)
    starts = [period.start for period in history.periods]
    counted = [month_of(datetime(start.year, start.month, 1, tzinfo=UTC)) for start in starts]

    assert counted == [*range(counted[0], counted[-1] + 1, history.grain.months)] if counted else not came
    assert len(starts) <= MOST_PERIODS
    assert history.earlier + sum(period.customers for period in history.periods) == sum(came.values())


@pytest.mark.parametrize(
    ("last", "grain", "first"),
    [
        (month(2020, 2), Grain.MONTH, date(2020, 2, 1)),
        (month(2024, 1), Grain.MONTH, date(2020, 2, 1)),
        (month(2024, 2), Grain.QUARTER, date(2020, 1, 1)),
        (month(2031, 12), Grain.QUARTER, date(2020, 1, 1)),
        (month(2032, 1), Grain.YEAR, date(2020, 1, 1)),
        (month(2068, 1), Grain.YEAR, date(2021, 1, 1)),
    ],
)
def test_the_longer_a_history_the_longer_its_periods(last: int, grain: Grain, first: date) -> None:
    """Months, then quarters, then years; what came before the last 48 years is told apart."""
    history = make_history({(month(2020, 2), Kind.GUEST): 3, (last, Kind.GUEST): 1}, 0, last)

    assert (history.grain, history.periods[0].start) == (grain, first)
    assert history.earlier == (3 if first.year == 2021 else 0)


def test_only_a_period_in_which_the_file_ends_is_open() -> None:
    """A quarter that is not over is marked, and one of the past is not."""
    history = make_history({(month(2015, 1), Kind.CONFIRMED): 1}, 0, month(2026, 2))

    assert [period.start for period in history.periods if period.open] == [date(2026, 1, 1)]


def test_two_years_are_compared_without_the_month_that_is_not_over() -> None:
    """Twelve full months count against the twelve before; a shorter history is not compared."""
    came = Counter({(month(2024, number), Kind.GUEST): 1 for number in range(1, 13)})
    came[month(2023, 12), Kind.GUEST] = 7
    came |= Counter({(month(2025, number), Kind.CONFIRMED): 2 for number in range(1, 13)})
    came[month(2026, 1), Kind.GUEST] = 100
    history = make_history(came, 0, month(2026, 1))
    del came[month(2023, 12), Kind.GUEST]  # now the first month is one that somebody came within
    shorter = make_history(came, 0, month(2026, 1))

    assert (history.last_year, history.year_before) == (24, 12)
    assert (shorter.last_year, shorter.year_before) == (None, None)
