"""Comparing counts: whether everybody whom Snipcart counts without dates is in some window by date."""

from datetime import datetime

import attrs

from .._converter.unstructure import spell_datetime
from .answers import Asker
from .window import Window, shift

_TRIES = 5
_UNKNOWN = -1
LONG_AGO = "1900-01-01T00:00:00Z"
"""Later than the dates that some programs write where they know none, and earlier than any shop."""


async def doubt_totals(asker: Asker, everything: Window, settled: datetime, read: int) -> str:
    """Say by how many fewer were `read`, of those created before `settled`, than there are ("" when by none).

    Fewer than at first may be there because some have gone, or fewer may have been read because some are listed
    under no date: Snipcart's counts with and without dates must agree, at a time when nobody comes or goes.
    """
    left_out = 0
    for _ in range(_TRIES):
        later = 0
        if not everything.filtered:  # else nothing tells who came later from who came into the list
            later = await count(asker, attrs.evolve(everything, since=spell_datetime(shift(settled, 1))))
        before = await count(asker, everything)
        by_date = await count(asker, attrs.evolve(everything, since=LONG_AGO))
        after = await count(asker, everything)
        left_out = max(after - by_date, 0 if everything.filtered else by_date - later - read)
        if before == after != _UNKNOWN != by_date and left_out <= 0:
            return ""
    if left_out <= 0:
        return f"{everything.label}: the count kept changing"
    return f"{everything.label}: Snipcart counts {left_out} more than it lists by date"


async def count(asker: Asker, window: Window) -> int:
    """Ask how many a window has; where Snipcart does not say, it is less than nobody."""
    total = (await asker.ask(window, limit=1)).total
    return _UNKNOWN if total is None else total
