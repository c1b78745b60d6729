"""Trying out whether Snipcart filters by date to the second, as windows need."""

import attrs

from .._converter.unstructure import spell_datetime
from .answers import Answer, Asker
from .window import Window, shift, whole_second

_TRIES = 3


async def filters_to_the_second(asker: Asker, window: Window, shown: Answer) -> bool:
    """Try out, on a customer who is known, whether `from` and `to` mean what they say.

    They might be taken as whole days, left out, or ignored. The customer may be gone by now: then another is tried.
    """
    known = shown if shown.dates else await asker.ask(attrs.evolve(window, dated=False))
    dated = [(record.key, record.created) for record in known.page if record.created is not None]
    for key, created in dated[len(dated) // 2 :][:_TRIES]:
        moment = whole_second(created)
        instant = attrs.evolve(window, since=spell_datetime(moment), until=spell_datetime(shift(moment, 1)))
        answer = await asker.ask(instant)
        if not all(map(instant.may_show, answer.dates)):
            return False
        if key in answer.keys or not answer.whole:
            return True
    return not known.page
