"""Where to cut: nobody is counted on both sides, nothing is left between them, and it ends."""

from datetime import datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from snipcart_async._converter.unstructure import spell_datetime
from snipcart_async.export import Window
from snipcart_async.export.cutting import cut_behind, cut_in_two, has_gap
from snipcart_async.export.window import whole_second

from .asking import answer_of
from .tiny_shop import NOW

microseconds = st.integers(-15_000_000, 15_000_000)
moments = microseconds.map(lambda number: NOW + timedelta(microseconds=number))


@st.composite
def parts(draw: st.DrawFn) -> Window:
    """Build a part of some seconds, with an end or without."""
    since, until = sorted((draw(moments), draw(moments)))
    assume(since < until)
    return Window(
        since=draw(st.none() | st.just(spell_datetime(since))), until=draw(st.none() | st.just(spell_datetime(until)))
    )


@st.composite
def pages(draw: st.DrawFn, part: Window) -> list[datetime | None]:
    """Build the dates of a page of this part, in order but for what is within a second, or not in order at all."""
    dates = draw(st.lists(moments.filter(part.may_show), min_size=1, max_size=8))
    order = draw(st.sampled_from(("ascending", "descending", "none")))
    if order != "none":
        dates.sort(key=whole_second, reverse=order == "descending")
    return [*dates]


@given(data=st.data())
def test_everybody_on_the_page_is_on_one_side(data: st.DataObject) -> None:
    """Who is shown and not of the rest is not asked for with the rest either, whichever way seconds are rounded."""
    part = data.draw(parts())
    answer = answer_of(data.draw(pages(part)))
    shown, rest = cut_behind(answer, part)
    own = [date for date in answer.dates if part.owns(date)]

    assert rest is None or not [date for date in own if rest.may_show(date) and not rest.owns(date)]
    assert rest is None or not rest.may_show(answer.dates[0])
    assert shown.owns(answer.dates[0]) == part.owns(answer.dates[0])


@given(data=st.data())
def test_what_is_shown_and_the_rest_are_the_part(data: st.DataObject) -> None:
    """A moment of the part is in what is shown or in the rest, never in both, and each has some."""
    part = data.draw(parts())
    shown, rest = cut_behind(answer_of(data.draw(pages(part))), part)
    created = data.draw(moments)

    assert part.owns(created) == shown.owns(created) + (rest is not None and rest.owns(created))
    assert part not in {shown, rest} or rest is None
    assert rest is not None or shown == part


@pytest.mark.parametrize(
    ("seconds", "shown", "rest"),
    [
        ([1, 5], (None, 8), (8, None)),
        ([5, 1], (-1, None), (None, -1)),
        ([1, 1], (None, 4), (4, None)),  # as good as any order
        ([0, 1, 10, 11], (None, 8), (8, None)),
        ([11, 10, 1, 0], (4, None), (None, 4)),
        ([0, 10], (None, 13), (13, None)),
        ([10, 0], (-2, None), (None, -2)),
        ([0, 1, 6, 7], (None, 4), (4, None)),
        ([0, 4, 6], (None, 9), (9, None)),
        ([0, 10, 11, 12, 13, 14], (None, 17), (17, None)),
    ],
    ids=str,
)
def test_the_cut_keeps_its_distance(
    seconds: list[int], shown: tuple[int | None, int | None], rest: tuple[int | None, int | None]
) -> None:
    """The cut lies behind the last date, or before the last few that come soon after each other, never too near.

    Those few may have more of their kind on the next page; but more than half of the page is never read again.
    """

    def window(bounds: tuple[int | None, int | None]) -> Window:
        since, until = (None if s is None else spell_datetime(NOW + timedelta(seconds=s)) for s in bounds)
        return Window(since=since, until=until)

    answer = answer_of([NOW + timedelta(seconds=second, microseconds=7) for second in seconds])

    assert (window(shown), window(rest)) == cut_behind(answer, Window())


@pytest.mark.parametrize("dates", [[], [None], [NOW, NOW + timedelta(9), NOW]], ids=["empty", "undated", "unordered"])
def test_a_page_that_shows_no_end_is_not_cut(dates: list[datetime | None]) -> None:
    """Without dates in order, nothing is known of what the page left out."""
    assert (Window(), None) == cut_behind(answer_of(dates), Window())


def test_a_page_that_shows_all_of_a_part_is_not_cut() -> None:
    """Where the page reaches the end of the part, no rest is left."""
    part = Window(until=spell_datetime(NOW + timedelta(seconds=3)))

    assert (part, None) == cut_behind(answer_of([NOW]), part)


@given(data=st.data())
def test_both_halves_are_smaller_and_together_the_part(data: st.DataObject) -> None:
    """A part is cut into two that are each less than it, and share all its moments."""
    part = data.draw(parts())
    halves = cut_in_two(answer_of(data.draw(pages(part))), part)
    created = data.draw(moments)

    assert len(halves) in {0, 2}
    assert part not in halves
    assert not halves or sum(half.owns(created) for half in halves) == part.owns(created)


@given(data=st.data())
def test_a_part_can_be_cut_until_it_is_narrow(data: st.DataObject) -> None:
    """As long as a part is wider than six seconds, or has no end, and a date is shown, there is a place to cut."""
    part = data.draw(parts())
    narrow = bool(part.start and part.end and part.end - part.start <= timedelta(seconds=6))

    assert narrow == (not cut_in_two(answer_of(data.draw(pages(part))), part))


def test_half_of_a_page_is_on_each_side() -> None:
    """The cut lies at the middle of what the page shows, in whichever order."""
    dates: list[datetime | None] = [NOW + timedelta(minutes=minute) for minute in range(100)]
    for answer in (answer_of(dates), answer_of(dates[::-1]), answer_of(dates[50:] + dates[:50])):
        first, second = cut_in_two(answer, Window())

        assert [sum(map(half.owns, answer.dates)) for half in (first, second)] == [50, 50]


def test_a_page_without_dates_cannot_be_halved() -> None:
    """Nothing says where half of the customers would be."""
    assert cut_in_two(answer_of([None, None]), Window()) == ()


def test_a_page_of_others_cannot_be_halved() -> None:
    """Who is not in a part does not say where to cut it."""
    part = Window(since=spell_datetime(NOW + timedelta(minutes=1)), until=spell_datetime(NOW + timedelta(minutes=2)))

    assert cut_in_two(answer_of([NOW]), part) == ()


@pytest.mark.parametrize(
    ("seconds", "gap"),
    [([], False), ([0], False), ([0, 9], True), ([0, 1, 2, 3], False), ([0, 9, 10, 11], False), ([0, 1, 9, 10], True)],
    ids=str,
)
def test_a_page_has_a_gap_where_it_can_be_cut_without_reading_much_again(seconds: list[int], *, gap: bool) -> None:
    """A gap of five seconds in the second half will do, whichever way the page is ordered."""
    dates: list[datetime | None] = [NOW + timedelta(seconds=second) for second in seconds]

    assert (has_gap(answer_of(dates)), has_gap(answer_of([NOW - timedelta(seconds=s) for s in seconds]))) == (gap, gap)
