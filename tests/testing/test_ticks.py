"""Dates are read and spelled as .NET would, with any number of fraction digits."""

from datetime import datetime
from random import Random

import pytest

from snipcart_async.testing import ticks


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("2019-10-09T18:52:19Z", "2019-10-09T18:52:19Z"),
        ("2019-10-21T20:36:26.46Z", "2019-10-21T20:36:26.46Z"),
        ("2019-10-21T22:36:26.460+02:00", "2019-10-21T20:36:26.46Z"),
        ("2019-10-21", "2019-10-21T00:00:00Z"),
        ("0001-01-01T00:00:00", "0001-01-01T00:00:00Z"),
        ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.5Z"),
    ],
)
def test_reading_and_spelling(text: str, spelled: str) -> None:
    """Every ISO 8601 spelling is read, and written in UTC without trailing zeros."""
    assert ticks.spell(ticks.from_text(text)) == spelled


def test_the_seventh_digit() -> None:
    """A tick is 100 ns, the seventh digit."""
    assert ticks.spell(ticks.from_text("2020-01-01") + 5_703_196) == "2020-01-01T00:00:00.5703196Z"


def test_a_blank_for_a_plus_is_refused() -> None:
    """An offset whose plus was not encoded does not pass as a date."""
    with pytest.raises(ValueError, match="Invalid isoformat"):
        ticks.from_text("2020-01-01T00:00:00 02:00")


def test_drawn_moments_vary_in_digits() -> None:
    """Moments have 0, 2, 3 or 7 fraction digits, and lie where asked."""
    start, end = (ticks.from_datetime(datetime.fromisoformat(text)) for text in ("2020-01-01", "2021-01-01"))
    moments = [ticks.draw(Random(number), start, end) for number in range(400)]

    lengths = {len(ticks.spell(moment).partition(".")[2].rstrip("Z")) for moment in moments}
    assert {0, 2, 3, 7} <= lengths
    assert all(start <= moment < end for moment in moments)


def test_unix_times_count_to_the_millisecond() -> None:
    """A clock's reading becomes ticks without the noise of floats."""
    assert ticks.spell(ticks.from_timestamp(1.0010001)) == "1970-01-01T00:00:01.001Z"
