"""Windows cover all time without overlap, whatever way they are cut, and travel as plain JSON."""

import json
import pickle
from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snipcart_async._converter.unstructure import spell_datetime
from snipcart_async.export import Window
from snipcart_async.export.window import shift, whole_second

FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)

all_moments = st.datetimes(timezones=st.just(UTC))
moments = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds UTC
near_noon = st.integers(-5_000_000, 5_000_000).map(lambda number: NOON + timedelta(microseconds=number))


@st.composite
def windows(draw: st.DrawFn, ends: st.SearchStrategy[datetime] = moments) -> Window:
    """Build a window, bounded or not, with or without filters."""
    since, until = sorted((draw(ends), draw(ends)))
    return Window(
        since=draw(st.none() | st.just(spell_datetime(since))),
        until=draw(st.none() | st.just(spell_datetime(until))),
        status=draw(st.none() | st.just("Confirmed")),
        name=draw(st.none() | st.text()),
        dated=draw(st.booleans()),
    )


@given(window=windows(all_moments))
def test_a_window_is_json(window: Window) -> None:
    """Any window comes back from JSON and from pickle as the same value, which can be a key."""
    travelled = Window(**json.loads(json.dumps(attrs.asdict(window))))

    assert window == travelled == pickle.loads(pickle.dumps(window))  # noqa: S301 - our own
    assert hash(window) == hash(travelled)


@given(window=windows(all_moments), moment=all_moments)
def test_bounds_are_exact(window: Window, moment: datetime) -> None:
    """A bound is the moment it was made of, to the microsecond: the first one is in, the last one is not."""
    at = attrs.evolve(window, since=spell_datetime(moment), until=None)
    before = attrs.evolve(window, since=None, until=spell_datetime(moment))

    assert moment == at.start == before.end
    assert at.owns(moment)
    assert not before.owns(moment)


@pytest.mark.parametrize("dates", [near_noon, all_moments], ids=["near", "far"])
@given(data=st.data())
def test_exactly_one_part_owns_a_customer(dates: st.SearchStrategy[datetime], data: st.DataObject) -> None:
    """However often a window is cut, each customer in it is in one of the parts, and all others in none."""
    window = data.draw(windows(dates))
    cuts = sorted(data.draw(st.sets(dates.filter(window.has_inside), max_size=5)))
    created = data.draw(dates | st.sampled_from([*cuts, NOON]))
    parts = window.split(*cuts)

    assert sum(part.owns(created) for part in parts) == window.owns(created)
    assert len(parts) == len(cuts) + 1
    assert (window.since, window.until) == (parts[0].since, parts[-1].until)
    assert {(part.status, part.name, part.dated) for part in parts} == {(window.status, window.name, window.dated)}


@given(window=windows(near_noon), cut=near_noon)
def test_a_cut_inside_leaves_something_on_both_sides(window: Window, cut: datetime) -> None:
    """Where there is room for a cut, each part has moments of its own, and neither is the whole."""
    if window.has_inside(cut):
        before, after = window.split(cut)

        assert before.owns(cut - timedelta(microseconds=1))
        assert after.owns(cut)
        assert window not in {before, after}
    elif window.bounded:
        assert not (window.owns(cut) and window.owns(cut - timedelta(microseconds=1)))


@given(window=windows(near_noon), created=near_noon)
def test_an_answer_may_show_more_than_the_window(window: Window, created: datetime) -> None:
    """Whoever is in the window may be shown, and nobody more than two seconds outside of it."""
    window = attrs.evolve(window, dated=True)
    wider = attrs.evolve(
        window,
        since=spell_datetime(window.start - timedelta(seconds=2)) if window.start else None,
        until=spell_datetime(window.end + timedelta(seconds=2)) if window.end else None,
    )

    assert not window.owns(created) or window.may_show(created)
    assert not window.may_show(created) or wider.owns(created)


@given(window=windows(near_noon), created=near_noon)
def test_who_may_show_next_door_is_shared(window: Window, created: datetime) -> None:
    """A customer of a window is shared with the windows before and behind it, if those may show them, too."""
    before = [Window(until=window.since)] if window.since else []
    behind = [Window(since=window.until)] if window.until else []

    assert not window.owns(created) or window.shares(created) == any(
        neighbour.may_show(created) for neighbour in before + behind
    )


@given(window=windows(), created=moments)
def test_what_is_asked_for_is_a_second_wider(window: Window, created: datetime) -> None:
    """Nobody in the window is left out, whether Snipcart takes bounds in or out, and cuts them to seconds or not."""
    window = attrs.evolve(window, dated=True)
    asked_from, asked_to = window.asked_from, window.asked_to

    assert (asked_from is None, asked_to is None) == (window.since is None, window.until is None)
    if window.owns(created):
        for read in (whole_second, lambda moment: moment):
            assert asked_from is None or read(asked_from) < read(created)
            assert asked_to is None or read(created) < read(asked_to)


def test_without_dates_everybody_is_asked_for() -> None:
    """An undated window still owns its dates only, but asks for all, and may be shown all."""
    window = Window(since="2026-01-01T00:00:00Z", until="2026-01-02T00:00:00Z", dated=False)

    assert (window.asked_from, window.asked_to) == (None, None)
    assert window.may_show(FIRST)
    assert not window.owns(FIRST)


@given(moment=all_moments, seconds=st.floats(-1e12, 1e12))
def test_a_moment_stays_in_the_years_that_there_are(moment: datetime, seconds: float) -> None:
    """A shift beyond the year 1 or 9999 ends there."""
    moved = shift(moment, seconds)

    assert moved in {FIRST, LAST} or abs((moved - moment).total_seconds() - seconds) < 0.001
    assert (moved <= moment, moment <= moved) in {(seconds <= 0, seconds >= 0), (True, True)}


def test_a_second_begins_at_its_first_microsecond() -> None:
    """What comes after the second is cut off."""
    assert whole_second(NOON + timedelta(microseconds=999_999)) == NOON


@pytest.mark.parametrize(
    ("until", "expected"),
    [(None, True), ("2026-01-01T12:00:00.000001Z", True), ("2026-01-01T12:00:00Z", False)],
)
def test_a_window_reaches_behind_a_moment(until: str | None, *, expected: bool) -> None:
    """A window that ends at a moment does not go on behind it."""
    assert expected == Window(until=until).reaches(NOON)


def test_a_window_knows_what_it_leaves_out() -> None:
    """Bounds leave out dates, a status or a name leave out customers who may come in later."""
    assert not Window().bounded
    assert Window(since="2026-01-01T00:00:00Z").bounded
    assert Window(until="2026-01-01T00:00:00Z").bounded
    assert not Window(until="2026-01-01T00:00:00Z").filtered
    assert Window(status="Confirmed").filtered
    assert Window(name="").filtered


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        (None, None, "created at any time"),
        ("2026-01-01T00:00:00Z", None, "created from 2026-01-01T00:00:00Z on"),
        (None, "2026-01-01T00:00:00Z", "created until 2026-01-01T00:00:00Z"),
        ("2025-01-01", "2026-01-01", "created from 2025-01-01 until 2026-01-01"),
    ],
)
def test_the_label_says_dates_and_no_name(since: str | None, until: str | None, words: str) -> None:
    """A report may be shown to anybody: whom the window asks for by name is neither in its label nor its repr."""
    window = Window(since=since, until=until, name="Ada Lovelace")

    assert words == window.label
    assert "Ada" not in repr(window)
