"""Spending: exact sums, round bands, and how much a few account for."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snipcart_async.report import Band, Top
from snipcart_async.report.spending import measure

amounts = st.lists(
    st.decimals(-100, 10**14, allow_nan=False, allow_infinity=False, places=3)
    | st.sampled_from([Decimal("1E-18"), Decimal(0), Decimal(999999999999999)]),
    max_size=150,
)


@given(amounts)
def test_sums_are_exact_and_shares_sensible(spent: list[Decimal]) -> None:
    """No digit is lost; the curve never falls, never rises faster than before, and ends at the whole."""
    spending = measure(spent)
    steps = [Fraction(after) - Fraction(before) for before, after in pairwise(spending.curve)]

    assert spending.amount == sum(map(Fraction, spent))
    assert spending.positive == sum(Fraction(amount) for amount in spent if amount > 0)
    assert spending.curve[-1:] == ((spending.positive,) if spending.positive else ())
    assert all(step >= 0 for step in steps)
    if len(spent) <= 100:
        assert steps == sorted(steps, reverse=True)
    for top in spending.tops:
        assert Decimal(top.customers) / len(spent) <= top.amount / spending.positive <= 1


@given(amounts)
def test_bands_adjoin_and_hold_everybody_who_paid(spent: list[Decimal]) -> None:
    """Bands follow one another at round numbers, and each counts who belongs in it."""
    bands = measure(spent).bands

    assert len(bands) <= 11
    assert all(one.below == other.least for one, other in pairwise(bands))
    for band in bands:
        inside = [amount for amount in spent if max(band.least, Decimal("1E-18")) <= amount]
        assert band.customers == sum(band.below is None or amount < band.below for amount in inside)
    assert sum(band.customers for band in bands) == sum(amount > 0 for amount in spent)


@pytest.mark.parametrize(
    ("spent", "median", "mean"),
    [(["10"], "10", "10.00"), (["1", "2"], "1.5", "1.50"), (["3", "1", "1"], "1", "1.67"), (["0", "0"], "0", "0.00")],
)
def test_median_and_mean(spent: list[str], median: str, mean: str) -> None:
    """The median of an even number lies between two, and the mean is rounded to cents."""
    spending = measure([Decimal(amount) for amount in spent])

    assert (str(spending.median), str(spending.mean)) == (median, mean)


def test_one_amount_is_one_band() -> None:
    """Where all have paid the same there is nothing to divide."""
    assert measure([Decimal(30)] * 7).bands == (Band(least=Decimal(20), below=Decimal(50), customers=7),)


def test_a_few_far_away_do_not_decide_the_bands() -> None:
    """One who paid a thousand times as much is in the last band, which has no end."""
    spending = measure([*map(Decimal, range(20, 120)), Decimal(100_000)])

    assert [band.least for band in spending.bands] == [20, 50, 100, 200]
    assert spending.bands[-1] == Band(least=Decimal(200), below=None, customers=1)


def test_amounts_of_any_size_have_few_bands() -> None:
    """From the smallest to the largest amount, bands are wide enough to be few."""
    spending = measure([Decimal(1).scaleb(exponent) for exponent in range(-18, 15)])

    assert 3 < len(spending.bands) <= 11


@pytest.mark.parametrize(("buyers", "percents"), [(9, []), (10, [10]), (99, [10]), (100, [1, 10]), (150, [1, 10])])
def test_the_top_is_at_least_one_person(buyers: int, percents: list[int]) -> None:
    """One per cent of 99 is nobody, so it is not shown."""
    tops = measure([Decimal(10)] * buyers).tops

    assert [top.percent for top in tops] == percents
    assert all(top.customers == buyers * top.percent // 100 >= 1 for top in tops)


def test_what_the_top_spent() -> None:
    """The top 10% of ten is the one who spent most; who was paid back takes nothing from the whole."""
    spending = measure([*[Decimal(10)] * 8, Decimal(-50), Decimal(20)])
    below_zero = measure([*[Decimal(10)] * 8, Decimal(-100), Decimal(20)])

    assert spending.tops == (Top(percent=10, customers=1, amount=Decimal(20)),)
    assert (spending.positive, spending.amount) == (Decimal(100), Decimal(50))
    assert below_zero.tops == ()


@pytest.mark.parametrize("amount", ["0", "-1"])
def test_nobody_paid(amount: str) -> None:
    """Where nothing above zero was spent, there is neither a curve nor a top."""
    spending = measure([Decimal(amount)] * 200)

    assert (spending.curve, spending.tops, spending.bands) == ((), (), ())
