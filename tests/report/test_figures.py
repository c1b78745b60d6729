"""Figures: compared whole, and what must hold of them always."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snipcart_async.models import CustomerStatus, Mode
from snipcart_async.report import Country, Figures, Grain, History, Loyalty, Period, Row, Spending, count
from snipcart_async.report.spending import Band

CONFIRMED, GUEST = CustomerStatus.CONFIRMED, CustomerStatus.UNCONFIRMED
JANUARY, MARCH = datetime(2026, 1, 31, tzinfo=UTC), datetime(2026, 3, 2, 12, tzinfo=UTC)

rows = st.lists(
    st.builds(
        Row,
        created=st.none() | st.datetimes(timezones=st.just(UTC)),
        status=st.none() | st.sampled_from([CONFIRMED, GUEST, CustomerStatus("Archived")]),
        country=st.sampled_from(["", *(f"{letter}A" for letter in "ABCDEFGHIJKLMN")]),
        orders=st.integers(-1, 12),
        amount=st.decimals(-1000, 10**14, allow_nan=False, allow_infinity=False, places=2),
    ),
    max_size=60,
)


def test_a_small_shop() -> None:
    """Every figure of a shop of five, one of whom never ordered and one of whom was paid back."""
    figures = count(
        [
            Row(JANUARY, CONFIRMED, "CA", 2, Decimal("30.10"), Mode.TEST),
            Row(JANUARY, GUEST, "CA", 0, Decimal()),
            Row(MARCH, GUEST, "DE", 1, Decimal(10)),
            Row(MARCH, None, "", 1, Decimal(-5)),
            Row(None, CONFIRMED, "DE", 10, Decimal(600)),
        ]
    )

    assert figures == Figures(
        customers=5,
        confirmed=2,
        guests=2,
        others=1,
        of_test_mode=1,
        until=MARCH,
        history=History(
            grain=Grain.MONTH,
            periods=(
                Period(start=date(2026, 1, 1), confirmed=1, guests=1, others=0),
                Period(start=date(2026, 2, 1), confirmed=0, guests=0, others=0),
                Period(start=date(2026, 3, 1), confirmed=0, guests=1, others=1, open=True),
            ),
            earlier=0,
            undated=1,
            last_year=None,
            year_before=None,
        ),
        buyers=4,
        returning=2,
        orders=14,
        loyalty=(
            Loyalty(least=0, most=0, customers=1),
            Loyalty(least=1, most=1, customers=2),
            Loyalty(least=2, most=2, customers=1),
            Loyalty(least=3, most=3, customers=0),
            Loyalty(least=4, most=4, customers=0),
            Loyalty(least=5, most=9, customers=0),
            Loyalty(least=10, most=None, customers=1),
        ),
        spending=Spending(
            amount=Decimal("635.10"),
            median=Decimal("20.05"),
            mean=Decimal("158.78"),
            positive=Decimal("640.10"),
            nothing=0,
            negatives=1,
            bands=(
                Band(least=Decimal(10), below=Decimal(20), customers=1),
                Band(least=Decimal(20), below=Decimal(50), customers=1),
                Band(least=Decimal(50), below=Decimal(100), customers=0),
                Band(least=Decimal(100), below=Decimal(200), customers=0),
                Band(least=Decimal(200), below=Decimal(500), customers=0),
                Band(least=Decimal(500), below=Decimal(1000), customers=1),
            ),
            tops=(),
            curve=(Decimal(0), Decimal(600), Decimal("630.10"), Decimal("640.10"), Decimal("640.10")),
        ),
        countries=(
            Country(name="DE", customers=2, amount=Decimal(610)),
            Country(name="CA", customers=2, amount=Decimal("30.10")),
        ),
        other_countries=0,
        elsewhere=Country(name="", customers=0, amount=Decimal()),
        unknown=Country(name="", customers=1, amount=Decimal(-5)),
    )


def test_nobody() -> None:
    """A shop without customers has figures, too."""
    figures = count([])

    assert (figures.customers, figures.buyers, figures.until, figures.history.periods) == (0, 0, None, ())
    assert (figures.spending.mean, figures.spending.median, figures.spending.curve) == (None, None, ())


def test_the_file_ends_when_the_export_says_so() -> None:
    """Months behind the last customer count as empty up to the end of the file, and not further."""
    figures = count([Row(JANUARY)], until=MARCH)

    assert [period.start.month for period in figures.history.periods] == [1, 2, 3]
    assert [period.open for period in figures.history.periods] == [False, False, True]


def test_a_date_that_cannot_be_is_none() -> None:
    """One customer of the year 1, or of the next century, does not stretch the history."""
    end = datetime(2026, 11, 23, tzinfo=UTC)
    odd = [datetime(1, 1, 1, tzinfo=UTC), datetime(1999, 12, 31, tzinfo=UTC), datetime(2126, 1, 1, tzinfo=UTC)]
    rows = [Row(JANUARY), Row(end + timedelta(hours=23)), *map(Row, odd)]
    by_proof, by_clock = count(rows, until=end), count(rows, now=end)

    assert by_proof.history == by_clock.history
    assert (by_proof.history.undated, by_proof.history.grain, len(by_proof.history.periods)) == (3, Grain.MONTH, 11)
    assert by_clock.until == end + timedelta(hours=23)


@pytest.mark.parametrize(("orders", "amount", "buyers"), [(0, Decimal(1), 1), (0, Decimal(), 0), (-3, Decimal(), 0)])
def test_who_is_a_buyer(orders: int, amount: Decimal, buyers: int) -> None:
    """Somebody with an amount has ordered, whatever the count of orders says."""
    assert count([Row(orders=orders, amount=amount)]).buyers == buyers


@given(rows)
def test_everybody_is_counted_once_in_each_chart(customers: list[Row]) -> None:
    """The parts of every division add up to the whole, in people and in exact amounts."""
    figures = count(customers)
    history, spending = figures.history, figures.spending
    shown = [*figures.countries, figures.elsewhere, figures.unknown]

    assert len(customers) == figures.confirmed + figures.guests + figures.others
    assert len(customers) == history.earlier + history.undated + sum(one.customers for one in history.periods)
    assert len(customers) == sum(one.customers for one in shown)
    assert len(customers) == sum(one.customers for one in figures.loyalty)
    assert figures.buyers == spending.nothing + spending.negatives + sum(band.customers for band in spending.bands)
    assert figures.buyers >= figures.returning
    assert spending.amount == sum((row.amount for row in customers), Decimal())
    assert spending.amount == sum((one.amount for one in shown), Decimal())
    assert len(figures.countries) <= 10


@given(rows)
def test_the_order_of_the_file_does_not_matter(customers: list[Row]) -> None:
    """The figures are the same whatever stands first."""
    assert count(customers) == count(reversed(customers))
