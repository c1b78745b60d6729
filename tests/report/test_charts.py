"""Charts: where everything is drawn."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snipcart_async.report.charts import HEIGHT, Columns, Point, draw_columns, draw_curve, width

stacks = st.lists(st.lists(st.integers(0, 10**9), min_size=2, max_size=2), max_size=48)


def drawn(counts: list[list[int]]) -> Columns:
    """Draw columns of two series, the last one open."""
    names = [str(place) for place in range(len(counts))]
    is_last = [place == len(counts) - 1 for place in range(len(counts))]
    return draw_columns(counts, titles=names, labels=names, open_ones=is_last, series=("Confirmed", "Guests"))


@given(stacks)
def test_columns_stay_on_the_chart(counts: list[list[int]]) -> None:
    """Nothing is drawn outside, nothing over another, and whoever is there can be seen."""
    chart = drawn(counts)

    for column, stack in zip(chart.columns, counts, strict=True):
        assert 0 <= column.x < column.x + column.width <= 100.01
        assert [segment.series for segment in column.segments] == [place for place in (0, 1) if stack[place]]
        bottom = HEIGHT + 0.01
        for segment in column.segments:
            assert segment.height > 0
            assert segment.y + segment.height <= bottom
            bottom = segment.y + 0.02
        assert bottom > -5
    assert len(chart.ticks) <= 6
    assert chart.ticks[0].place == HEIGHT


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        (0, ["0", "1"]),
        (1, ["0", "1"]),
        (3, ["0", "1", "2", "3"]),
        (7, ["0", "2", "4", "6", "8"]),
        (254, ["0", "100", "200", "300"]),
        (1001, ["0", "500", "1,000", "1,500"]),
        (48_000, ["0", "20,000", "40,000", "60,000"]),
        (98_000, ["0", "50k", "100k"]),
        (150_000, ["0", "50k", "100k", "150k"]),
        (1_500_000, ["0", "500k", "1M", "1.5M"]),
    ],
)
def test_the_scale_has_round_numbers(most: int, ticks: list[str]) -> None:
    """A scale has a few whole numbers that are easy to read, up to one that holds all."""
    assert [tick.text for tick in drawn([[most, 0]]).ticks] == ticks


def test_heights_are_in_proportion() -> None:
    """A stack is as high as its sum says, a hair's breadth between its parts."""
    (column,) = drawn([[100, 300]]).columns
    lower, upper = column.segments

    assert column.open
    assert (lower.y, lower.height) == (150.0, 50.0)
    assert (upper.y, upper.height) == (0.0, 148.5)


def test_a_curve_begins_at_the_lower_left() -> None:
    """Sums go up to the whole, and marks are on the curve."""
    curve = draw_curve([Decimal(0), Decimal(30), Decimal(40)], [(1, 2, Decimal(30), "half of them")])

    assert curve.points == ((0.0, 100.0), (50.0, 25.0), (100.0, 0.0))
    assert curve.marks == (Point(x=50.0, y=25.0, words=25.0, text="half of them"),)


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (40, 50, ["", "top 10%"]),
        (38, 50, ["top 1%", "top 10%"]),
        (2, 11, ["", "top 10%"]),
        (2, 25, ["top 1%", "top 10%"]),
    ],
)
def test_words_are_never_written_over_one_another(first: int, second: int, words: list[str]) -> None:
    """Where the top 1% account for nearly as much as the top 10%, only these are named, and all stay in the square."""
    curve = draw_curve(
        [Decimal(0), Decimal(100)], [(1, 100, Decimal(first), "top 1%"), (10, 100, Decimal(second), "top 10%")]
    )

    assert [mark.text for mark in curve.marks] == words
    assert all(mark.words <= 88 for mark in curve.marks)


def test_the_legend_names_what_is_there() -> None:
    """A shop without guests has none in its legend, and the others keep their colours."""
    assert drawn([[3, 0], [1, 0]]).series == ((0, "Confirmed"),)
    assert drawn([[0, 2], [0, 0]]).series == ((1, "Guests"),)


@pytest.mark.parametrize(("part", "most", "wide"), [(1, 4, 25), (4, 4, 100), (0, 0, 0)])
def test_the_longest_bar_fills_the_room(part: int, most: int, wide: float) -> None:
    """Bars are compared with the longest of them; where all are nothing, none is drawn."""
    assert width(part, most) == wide
