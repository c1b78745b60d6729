"""Planning an export: windows of a few pages each, found without reading those pages."""

from datetime import UTC, date, datetime
from functools import partial

import attrs

from .._converter.asking import first_moment, last_moment
from .._converter.unstructure import spell_datetime
from ..client import SnipcartClient
from ..errors import ConfigurationError
from ..models import CustomerStatus
from .ahead import in_order
from .answers import Answer, Asker
from .calibration import filters_to_the_second
from .totals import needs_no_other_bound
from .window import EARLIEST, LATEST, Window, shift, whole_second

MOST_PAGES = 10
"""So many pages are read as one window."""
_FEWEST_PAGES = 5
"""Or so few, where that lets more windows be read at a time."""
_FILLED = 0.95
"""How full to make the pages of a window, as a page that overflows costs a request."""
_CONCURRENCY = 8


@attrs.frozen(kw_only=True)
class Plan:
    """Hold windows that cover all that an export asks for, in ascending order; `total` counts their customers.

    `settled` is the moment up to which `total` counts everybody.
    """

    windows: tuple[Window, ...]
    total: int | None
    settled: datetime
    requests: int

    @property
    def everything(self) -> Window:
        """All windows as one."""
        return attrs.evolve(self.windows[0], until=self.windows[-1].until)


async def plan_customers(
    snipcart: SnipcartClient,
    *,
    created_from: date | None = None,
    created_to: date | None = None,
    status: CustomerStatus | str | None = None,
    name: str | None = None,
) -> Plan:
    """Plan how to read all customers of a shop: `GET /customers`, a few times.

    The filters are those of `customers.list`. Each window can be read anywhere, with `read_window`.

    Raises:
        ConfigurationError: A filter is unusable; nothing was sent.
        SnipcartError: Snipcart could not be asked.
    """
    everything = whole_range(snipcart, created_from=created_from, created_to=created_to, status=status, name=name)
    plan, _ = await make_plan(snipcart, everything, _CONCURRENCY)
    return plan


def whole_range(
    snipcart: SnipcartClient,
    *,
    created_from: date | None,
    created_to: date | None,
    status: CustomerStatus | str | None,
    name: str | None,
) -> Window:
    """Give the window of all that is asked for.

    Raises:
        ConfigurationError: A filter is unusable.
    """
    snipcart.customers.list(created_from=created_from, created_to=created_to, status=status, name=name)
    since, last = _in_utc(first_moment(created_from)), _in_utc(last_moment(created_to))
    if since and last and last < since:
        raise ConfigurationError("created_from must not be later than created_to")
    return Window(
        since=None if since is None or since == EARLIEST else spell_datetime(since),
        until=None if last is None or last == LATEST else spell_datetime(shift(last, 1e-6)),
        status=None if status is None else CustomerStatus(status).value,
        name=name,
    )


async def make_plan(
    snipcart: SnipcartClient, everything: Window, concurrency: int, most_pages: int = MOST_PAGES
) -> tuple[Plan, Answer | None]:
    """Plan, and give the first answer to the only window where there is just one."""
    asker = Asker.of(snipcart)
    opening = await asker.ask(everything)
    windows: tuple[Window, ...] = (everything,)
    first: Answer | None = opening
    large = not opening.whole and (opening.total or 0) > most_pages * len(opening.page)
    tried = everything.bounded or large
    if tried and not (
        await needs_no_other_bound(asker, everything, opening)
        and await filters_to_the_second(asker, everything, opening)
    ):
        windows, first = (attrs.evolve(everything, dated=False),), None
    elif large and opening.page:
        windows, first = await _cut(asker, everything, opening, concurrency, most_pages), None
    plan = Plan(windows=windows, total=opening.total, settled=opening.settled, requests=asker.requests)
    return plan, first


async def _cut(
    asker: Asker, everything: Window, opening: Answer, concurrency: int, most_pages: int
) -> tuple[Window, ...]:
    """Cut at the dates of customers who stand a few pages apart in the list; the last window reaches into the present.

    A cut keeps its distance from the customer it was found by: many may have come in that second.
    """
    page, total = len(opening.page), opening.total or 0
    pages = min(most_pages, max(_FEWEST_PAGES, total // (page * concurrency)))
    step = max(1, int(pages * page * _FILLED))
    asks = (partial(asker.ask, everything, offset, 1) for offset in range(step, total, step))
    cuts = {
        shift(whole_second(moment), -2) async for answer in in_order(asks, concurrency) for moment in answer.dates[:1]
    }
    return everything.split(*sorted(cut for cut in cuts if cut <= opening.settled and everything.has_inside(cut)))


def _in_utc(moment: date | None) -> datetime | None:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else None
