"""Comparing counts: who is listed under no date is noticed, and who comes or goes meanwhile is no reason to doubt."""

from collections.abc import Callable

import attrs
import pytest

from snipcart_async import Request, Response
from snipcart_async.export import Window
from snipcart_async.export.answers import Asker
from snipcart_async.export.totals import doubt_totals

from ..scripted import ScriptedTransport, reply
from .asking import client_of, shop_of
from .tiny_shop import NOW, TinyShop

ALL = Window()
CONFIRMED = Window(status="Confirmed")


@attrs.define
class Counts:
    """Count customers: all, those with a date, and those who came after everything was read."""

    total: int
    dated: int
    later: int = 0
    hidden: int = 0
    """How many of the past do not show where its end is the only bound."""
    change: Callable[["Counts"], None] = lambda _: None
    asked: list[str] = attrs.field(factory=list)

    def __call__(self, request: Request) -> Response:
        """Answer a count, then let something happen."""
        given = tuple(name for name in ("from", "to") if name in request.params)
        self.asked.append({(): "all", ("from",): "dated", ("to",): "alone", ("from", "to"): "past"}[given])
        past = self.dated - self.later
        count = {"all": self.total, "dated": self.dated, "alone": past - self.hidden, "past": past}[self.asked[-1]]
        self.change(self)
        return reply({"items": [], "totalItems": count})


async def doubt(counts: Counts, read: int, everything: Window = ALL) -> str:
    """Compare the counts with what was read."""
    asker = Asker.of(client_of(ScriptedTransport(counts)))
    answer = await doubt_totals(asker, everything, NOW, read, read + 1)
    assert asker.requests == len(counts.asked)
    return answer


async def test_customers_without_a_date_are_missed() -> None:
    """Where Snipcart counts more than it lists by date, the report says how many."""
    assert await doubt(Counts(240, 237), 237) == "created at any time: Snipcart counts 3 more than it lists by date"


async def test_customers_with_a_date_are_missed() -> None:
    """Where the dates add up to more than was read, the difference is missing."""
    assert "counts 5 more" in await doubt(Counts(245, 245, later=2), 238)


async def test_who_went_is_not_missed() -> None:
    """Fewer are there than at first: nobody is missing whom Snipcart still counts."""
    counts = Counts(238, 238)

    assert await doubt(counts, 238) == ""
    assert counts.asked == ["alone", "past", "all", "dated", "all"]


async def test_who_came_later_is_not_missed() -> None:
    """Customers who came after the export began are counted apart."""
    assert await doubt(Counts(250, 250, later=12), 238) == ""


@pytest.mark.parametrize("everything", [ALL, CONFIRMED], ids=["all", "confirmed"])
async def test_who_is_not_shown_by_one_bound_is_missed(everything: Window) -> None:
    """Where the other bound has some default, windows with one end may have hidden somebody."""
    assert "counts 4 more" in await doubt(Counts(250, 250, hidden=4), 250, everything)


async def test_who_is_all_there_needs_no_look_at_the_past() -> None:
    """Where as many were read as counted, only those without a date can be missing."""
    counts = Counts(250, 250)
    asker = Asker.of(client_of(ScriptedTransport(counts)))

    assert await doubt_totals(asker, CONFIRMED, NOW, 250, 250) == ""
    assert counts.asked == ["all", "dated", "all"]


async def test_it_waits_for_a_quiet_moment() -> None:
    """While somebody comes between the counts, they are taken again."""

    def come(counts: Counts) -> None:
        if len(counts.asked) in {4, 8}:  # between the two counts of all, in the first and the second try
            counts.total += 1
            counts.dated += 1
            counts.later += 1

    counts = Counts(239, 239, later=1, change=come)

    assert await doubt(counts, 238) == ""
    assert len(counts.asked) == 15


async def test_a_shop_that_never_rests_is_doubted() -> None:
    """After some tries it is said that the counts could not be compared."""

    def go(counts: Counts) -> None:
        counts.total -= 1

    counts = Counts(210, 200, change=go)

    assert await doubt(counts, 238) == "created at any time: the count kept changing"
    assert len(counts.asked) == 25


async def test_a_filter_counts_only_with_and_without_dates() -> None:
    """Customers may have come into the filter meanwhile, so that what was read says nothing; the counts still do."""
    assert await doubt(Counts(240, 240), 200, CONFIRMED) == ""
    assert await doubt(Counts(240, 240), 240, CONFIRMED) == ""
    assert "counts 3 more" in await doubt(Counts(240, 237), 240, CONFIRMED)


async def test_a_count_that_is_not_there_is_a_doubt() -> None:
    """A shop that stops saying how many there are proves nothing."""
    transport = ScriptedTransport(reply({"items": []}))

    assert await doubt_totals(Asker.of(client_of(transport)), ALL, NOW, 7, 8) != ""


@pytest.mark.parametrize("undated", [0, 2])
async def test_a_shop_agrees_with_itself(undated: int) -> None:
    """Over a shop with real lists, the doubt is about customers who have no date, and nobody else."""
    shop: TinyShop = shop_of(20)
    for _ in range(undated):
        shop.add(None)
    answer = await doubt_totals(Asker.of(client_of(shop)), ALL, NOW, 20, 21)

    assert bool(answer) == bool(undated)
