"""Trying out whether Snipcart filters by date to the second, as windows need."""

from datetime import datetime

import attrs

from .._converter.unstructure import spell_datetime
from .answers import Answer, Asker
from .window import Window, shift, whole_second

_TRIES = 3
_EDGE = 2
_ASIDE = 4
"""Seconds so far away that answers a second too early or late do not reach."""


async def filters_to_the_second(asker: Asker, window: Window, shown: Answer) -> bool:
    """Try out, on a customer who is known, whether `from` and `to` mean what they say.

    They might be taken as whole days, left out, or ignored. A customer who does not show may be gone by now: then two
    others must. In a second beside them, nobody else may show: that is asked where an answer has not shown all, as
    dates taken too widely hide nobody. Where all were created near a full or half minute, nothing can be told.
    """
    known = _telling(shown)
    for offset in dict.fromkeys([(shown.total or 0) // 2, 0]):  # at one of them may be an import of one moment
        if not known:
            anybody = await asker.ask(attrs.evolve(window, dated=False), offset)
            known = _telling(anybody)
            if not (anybody.page or offset):
                return True
    shown_again = missing = 0
    for key, created in known[len(known) // 2 :][:_TRIES]:
        moment = whole_second(created)
        if not shown.whole and not await _keeps_out(asker, window, moment):  # first: who shows later was there
            return False
        instant = attrs.evolve(window, since=spell_datetime(moment), until=spell_datetime(shift(moment, 1)))
        answer = await asker.ask(instant)
        if not all(map(instant.may_show, answer.dates)):
            return False
        if key not in answer.keys and answer.whole:
            missing += 1
        elif not missing:
            return True
        else:
            shown_again += 1
    return missing == 1 and shown_again == _TRIES - 1


async def _keeps_out(asker: Asker, window: Window, moment: datetime) -> bool:
    """Tell whether a second before a moment, in the same half minute, shows nobody from outside it.

    Before it, since a `to` that is taken too late is the dangerous one: it shows who came just now.
    """
    aside = shift(moment, -_ASIDE)
    beside = attrs.evolve(window, since=spell_datetime(aside), until=spell_datetime(shift(aside, 1)))
    return all(map(beside.may_show, (await asker.ask(beside)).dates))


def _telling(answer: Answer) -> list[tuple[str, datetime]]:
    """Give those on a page whose date, and the seconds beside it, are near no full or half minute."""
    dated = [(record.key, record.created) for record in answer.page if record.created is not None]
    return [(key, created) for key, created in dated if _EDGE + _ASIDE < created.second % 30 < 30 - _EDGE]
