"""Comparing counts: whether everybody whom Snipcart counts without dates is in some window by date."""

from datetime import datetime

import attrs

from .._converter.unstructure import spell_datetime
from .answers import Answer, Asker
from .window import Window, shift

_TRIES = 5
_UNKNOWN = -1
_LONG_AGO = "1900-01-01T00:00:00Z"
_FAR_AHEAD = "2900-01-01T00:00:00Z"
"""Between them lies every date that is one: some programs write the year 1 where they know none."""


async def doubt_totals(asker: Asker, everything: Window, settled: datetime, read: int, total: int) -> str:
    """Say by how many fewer were `read`, of those created before `settled`, than there are ("" when by none).

    Fewer than the `total` at first may be there because some have gone: then no more may be counted up to that
    moment. Fewer may have been read because some are listed under no date: Snipcart's counts with and without dates
    must agree, at a time when nobody comes or goes.
    """
    left_out = 0
    for _ in range(_TRIES):
        hidden = await _count_hidden(asker, everything, settled, read) if read < total else 0
        before = await _count(asker, everything)
        by_date = await _count(asker, attrs.evolve(everything, since=_LONG_AGO))
        after = await _count(asker, everything)
        left_out = max(after - by_date, hidden)
        if before == after != _UNKNOWN != by_date and left_out <= 0:
            return ""
    if left_out <= 0:
        return f"{everything.label}: the count kept changing"
    return f"{everything.label}: Snipcart counts {left_out} more than it lists by date"


async def _count_hidden(asker: Asker, everything: Window, settled: datetime, read: int) -> int:
    """Count who is in the past and was not read, or not shown where the end of the past is the only bound.

    With a filter who was read says nothing: others have come into it since.
    """
    past = attrs.evolve(everything, until=spell_datetime(shift(settled, -2)))
    alone = await _count(asker, past)  # first, as later there can only be fewer
    with_both = await _count(asker, attrs.evolve(past, since=_LONG_AGO))
    return max(with_both - alone, 0 if everything.filtered else with_both - read)


async def needs_no_other_bound(asker: Asker, window: Window, shown: Answer) -> bool:
    """Tell whether a window with one bound, of which an answer is known, shows no fewer than it does with both.

    The other bound might have some default. Where customers come or go, a count before or after will do.
    """
    if (window.since is None) == (window.until is None) or shown.total is None:
        return True
    both = attrs.evolve(window, since=window.since or _LONG_AGO, until=window.until or _FAR_AHEAD)
    alone = shown.total
    for _ in range(_TRIES):
        with_both = await _count(asker, both)
        if alone >= with_both or (alone := await _count(asker, window)) >= with_both:
            return True
    return False


async def _count(asker: Asker, window: Window) -> int:
    """Ask how many a window has; where Snipcart does not say, it is less than nobody."""
    total = (await asker.ask(window, limit=1)).total
    return _UNKNOWN if total is None else total
