"""Where to cut a window whose customers don't fit on one page, seen from the page that came."""

from datetime import datetime, timedelta
from itertools import pairwise

from .answers import Answer
from .window import Window, shift, whole_second

_NARROW = 6
_GAP = timedelta(seconds=5)
"""So far apart are two customers, one on each side of a cut, that neither is asked for with the other."""


def is_narrow(part: Window) -> bool:
    """Tell whether a part is too short to be cut, as each side is asked for with a second more."""
    return part.start is not None and part.end is not None and part.end <= shift(part.start, _NARROW)


def cut_behind(answer: Answer, part: Window) -> tuple[Window, Window | None]:
    """Cut a part behind what a page shows of it: what is shown, and the rest.

    Where the page ends among customers of the same moments, the cut is before them: not all of them may be shown.
    With a filter it always is before somebody who is shown, as counts are no proof of who comes right behind.
    The rest is `None` where the page is not in order, does not show one end of the part, or has no place to cut.
    """
    if not answer.ascending and not answer.descending:
        return part, None
    next_to_come = _first_after_a_gap(answer.dates, shown=part.filtered)
    if next_to_come is None:
        if part.filtered:
            return part, None
        cut = shift(whole_second(answer.dates[-1]), 3 if answer.ascending else -2)
    else:
        cut = shift(whole_second(next_to_come), -2 if answer.ascending else 3)
    if not part.has_inside(cut):
        return part, None
    before, after = part.split(cut)
    return (before, after) if answer.ascending else (after, before)


def has_gap(answer: Answer) -> bool:
    """Tell whether a page can be cut in its second half without parting customers of nearly the same moment."""
    gaps = _gaps(answer.dates)
    return any(gaps[len(gaps) // 2 :])


def cut_in_two(answer: Answer, part: Window) -> tuple[Window, ...]:
    """Cut a part so that about half of what a page shows is on each side; give nothing where it cannot be cut."""
    if is_narrow(part) or not answer.dates:
        return ()
    dates = sorted(answer.dates)
    middle = whole_second(dates[len(dates) // 2])
    for cut in (shift(middle, -2), shift(middle, 3)):
        if part.has_inside(cut):
            return part.split(cut)
    return ()


def _first_after_a_gap(dates: list[datetime], *, shown: bool) -> datetime | None:
    """Give whom to begin the rest with: who comes after the last gap of a page that has none at its end.

    `None` where the page ends with a gap, or has none in its second half. But if all before the cut must be `shown`,
    a gap at the end will do: who comes right behind the page could else be on neither side.
    """
    gaps = _gaps(dates)
    if not gaps or (gaps[-1] and not shown):
        return None
    return next((dates[place + 1] for place in reversed(range(len(gaps) // 2, len(gaps))) if gaps[place]), None)


def _gaps(dates: list[datetime]) -> list[bool]:
    """Tell of each two neighbours whether there is a gap between them."""
    return [abs(later - earlier) >= _GAP for earlier, later in pairwise(dates)]
