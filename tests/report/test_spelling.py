"""Numbers, shares and periods as people read them."""

from datetime import date
from decimal import Decimal

import pytest

from snipcart_async.report import Grain, Period
from snipcart_async.report.spelling import axis_labels, counted, money, percent, period


@pytest.mark.parametrize(("number", "text"), [(0, "0 guests"), (1, "1 guest"), (1200, "1,200 guests")])
def test_counted(number: int, text: str) -> None:
    """One is not many, and thousands are set apart."""
    assert counted(number, "guest") == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "0"),
        ("0.005", "0.01"),
        ("12.5", "12.50"),
        ("300.0000", "300"),
        ("1E+2", "100"),
        ("999.994", "999.99"),
        ("1000.49", "1,000"),
        ("-1234567.5", "\N{MINUS SIGN}1,234,568"),
        ("123456789012345.678", "123,456,789,012,346"),
    ],
)
def test_money(amount: str, text: str) -> None:
    """Thousands are set apart, cents are shown while they matter, and there is no currency."""
    assert money(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 5, "0%"),
        (0, 0, "0%"),
        (1, 10**6, "under 0.1%"),
        (1, 1000, "0.1%"),
        (995, 10000, "10%"),
        (1, 3, "33%"),
        (994, 1000, "99%"),
        (999_999, 10**6, "over 99%"),
        (5, 5, "100%"),
    ],
)
def test_percent(part: int, whole: int, text: str) -> None:
    """A few is never none, and nearly all is never all."""
    assert percent(part, whole) == text


@pytest.mark.parametrize(
    ("grain", "text"), [(Grain.MONTH, "Oct 2026"), (Grain.QUARTER, "Q4 2026"), (Grain.YEAR, "2026")]
)
def test_period(grain: Grain, text: str) -> None:
    """A period is named as people do."""
    assert period(Period(start=date(2026, 10, 1), confirmed=0, guests=0, others=0), grain) == text


@pytest.mark.parametrize(
    ("grain", "periods", "labels"),
    [
        (Grain.MONTH, 3, ["Nov 2019", "Dec 2019", "Jan 2020"]),
        (Grain.MONTH, 8, ["Nov 2019", "Jan 2020", "Mar 2020", "May 2020"]),
        (Grain.MONTH, 48, ["2020", "2021", "2022", "2023"]),
        (Grain.QUARTER, 48, ["2020", "2022", "2024", "2026", "2028", "2030"]),
        (Grain.YEAR, 48, ["2020", "2030", "2040", "2050", "2060"]),
    ],
)
def test_few_labels_at_round_distances(grain: Grain, periods: int, labels: list[str]) -> None:
    """An axis names a few periods, such as each January."""
    first = {Grain.MONTH: 2019 * 12 + 10, Grain.QUARTER: 2019 * 12 + 9, Grain.YEAR: 2019 * 12}[grain]
    months = [first + place * grain.months for place in range(periods)]
    starts = [date(month // 12, month % 12 + 1, 1) for month in months]
    named = axis_labels([Period(start=start, confirmed=0, guests=0, others=0) for start in starts], grain)

    assert [label for label in named if label] == labels
    assert len(named) == periods
