"""Tallies: windows that were read one by one, in any order, prove together what an export in one go proves."""

import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any

import attrs
import pytest

from snipcart_async.errors import ConfigurationError
from snipcart_async.export import (
    Plan,
    Reject,
    Tally,
    Window,
    WindowResult,
    compare_totals,
    export_customers,
    plan_customers,
    read_window,
)
from snipcart_async.models import Customer

from .asking import client_of, shop_of
from .exporting import client_of as client_of_fake
from .exporting import shop_of_several_windows
from .tiny_shop import TinyShop


def undated(shop: TinyShop) -> TinyShop:
    """Let some lack the date: they show in no window, or in several."""
    for person in list(shop.people.values())[::200]:
        person.created = None
    return shop


SHOPS: dict[str, Callable[[], TinyShop]] = {
    "at rest": lambda: shop_of(2500),
    "one window": lambda: shop_of(240),
    "empty": lambda: shop_of(0),
    "some undated": lambda: undated(shop_of(2500)),
    "days for seconds": lambda: shop_of(2500, precision="day"),
    "dates ignored": lambda: shop_of(2500, dates_honoured=False),
    "without totals": lambda: shop_of(300, says_total=False),
}


@pytest.mark.parametrize("make", SHOPS.values(), ids=SHOPS)
async def test_windows_in_any_order_prove_what_an_export_proves(make: Callable[[], TinyShop], target: Path) -> None:
    """The figures are those of the report, and every request is counted."""
    async with client_of(make()) as snipcart:
        report = await export_customers(snipcart, target)
    shop = make()
    async with client_of(shop) as snipcart:
        plan = await plan_customers(snipcart)
        results = [await read_window(snipcart, window) for window in reversed(plan.windows)]
        tallies = [pickle.loads(pickle.dumps(Tally.of(result, plan.settled))) for result in results]  # noqa: S301 - our own
        tally = await compare_totals(snipcart, plan, reduce(add, tallies, Tally(requests=plan.requests)))

    assert (tally.customers, tally.rejected, tally.windows) == (report.customers, report.rejected, report.windows)
    assert set(tally.unproven) == set(report.unproven)
    assert (tally.complete, tally.repaired) == (report.complete, report.repaired)
    assert bool(tally.created_until) == bool(report.created_until)
    assert tally.requests == shop.requests


async def test_records_that_cannot_be_read_are_counted() -> None:
    """With rejects a tally is not complete, though all windows are proven and the totals agree."""
    with shop_of_several_windows() as fake:
        for customer_id in fake.shop.customer_ids()[::80]:
            fake.spoil(customer_id, email=7)
        async with client_of_fake(fake) as snipcart:
            plan = await plan_customers(snipcart)
            results = [await read_window(snipcart, window) for window in plan.windows]
            tally = await compare_totals(
                snipcart, plan, reduce(add, [Tally.of(result, plan.settled) for result in results])
            )

    assert (tally.customers, tally.rejected, tally.unproven, tally.complete) == (237, 3, (), False)


async def test_who_shows_in_two_windows_without_a_date_is_counted_once() -> None:
    """Customers and rejects are told apart by their keys; who could be read somewhere is no reject."""
    window = Tally(undated=frozenset("ab"), undated_rejects=frozenset("cd"), dated=5, dated_rejects=1, windows=1)
    other = Tally(undated=frozenset("bc"), undated_rejects=frozenset("de"), dated=7, windows=1)

    assert ((window + other).customers, (window + other).rejected, (window + other).windows) == (15, 3, 2)
    assert "undated" not in repr(window)


CUT = datetime(2024, 1, 1, tzinfo=UTC)
EARLY, LATE = Window().split(CUT)


def result_of(
    window: Window, *, dated: str = "", undated: str = "", rejects: str = "", coarse_dates: bool = False
) -> WindowResult:
    """Say what a window held: each letter is somebody, the dated ones created just behind the cut."""
    return WindowResult(
        window=window,
        customers=tuple(Customer(id=one, creation_date=CUT + timedelta(seconds=1)) for one in dated),
        undated=tuple(Customer(id=one) for one in undated),
        rejects=tuple(Reject(problems=("$: damaged",), key=one) for one in rejects),
        doubts=(),
        repaired=0,
        settled=None,
        requests=1,
        coarse_dates=coarse_dates,
    )


@pytest.mark.parametrize(
    ("first", "second", "rows", "rejected"),
    [
        ({"rejects": "a"}, {"rejects": "a"}, "", "a"),
        ({"rejects": "a"}, {"undated": "a"}, "a", ""),
        ({"undated": "a"}, {"rejects": "a"}, "a", ""),
        ({"undated": "a"}, {"undated": "a"}, "a", ""),
        ({"rejects": "a"}, {"dated": "a"}, "a", ""),
        ({"undated": "a"}, {"dated": "a"}, "a", ""),
        ({"rejects": "ab", "undated": "c"}, {"dated": "a", "undated": "d", "rejects": "ce"}, "acd", "be"),
    ],
)
def test_who_can_be_read_in_one_of_two_windows_is_no_reject(
    first: dict[str, Any], second: dict[str, Any], rows: str, rejected: str
) -> None:
    """Whichever window comes first, each has a row or is a reject, and is told as new before that, once."""
    results = [result_of(EARLY, **first), result_of(LATE, **second)]
    for order in (results, results[::-1]):
        tally, given, told = Tally(), [], set[str]()
        for result in order:
            customers, rejects = tally.unseen(result)
            given += [customer.id for customer in customers]
            told |= {reject.key for reject in rejects}
            tally += Tally.of(result, CUT)

        assert sorted(rows) == sorted(given)
        assert tally.undated_rejects == frozenset(rejected) <= told
        assert (tally.customers, tally.rejected) == (len(rows), len(rejected))


def test_only_who_may_show_elsewhere_is_kept_by_name() -> None:
    """Of those with a date, that is who was created close to the next window, or all where dates are coarse."""
    assert Tally.of(result_of(LATE, dated="a"), CUT).shared == {"a"}
    assert Tally.of(result_of(attrs.evolve(LATE, since="2023-01-01T00:00:00Z"), dated="a"), CUT).shared == set()
    assert Tally.of(result_of(Window(), dated="a", coarse_dates=True), CUT).shared == {"a"}


async def test_everybody_who_is_lacking_is_noticed() -> None:
    """A window that lost somebody on the way does not pass: the totals are compared with what was read."""
    shop = shop_of(2500)
    async with client_of(shop) as snipcart:
        plan = await plan_customers(snipcart)
        tallies = [Tally.of(await read_window(snipcart, window), plan.settled) for window in plan.windows]
        whole = reduce(add, tallies, Tally())
        lacking = attrs.evolve(whole, dated=whole.dated - 1, settled=whole.settled - 1)

        assert (await compare_totals(snipcart, plan, whole)).complete
        assert "counts 1 more" in (await compare_totals(snipcart, plan, lacking)).unproven[0]


async def test_all_windows_must_be_there() -> None:
    """A tally of some windows proves nothing, and nothing is asked for it."""
    shop = shop_of(2500)
    async with client_of(shop) as snipcart:
        plan: Plan = await plan_customers(snipcart)
        asked = shop.requests
        tallies = [Tally.of(await read_window(snipcart, window), plan.settled) for window in plan.windows]
        read = shop.requests
        twice_and_never = reduce(add, [tallies[0], *tallies[:-1]])
        for wrong in (tallies[0], twice_and_never, Tally()):
            with pytest.raises(ConfigurationError, match="must have each window of the plan once"):
                await compare_totals(snipcart, plan, wrong)

    assert twice_and_never.windows == len(plan.windows) > 2
    assert (asked, read) == (plan.requests, shop.requests)


async def test_nothing_is_complete_before_totals_were_compared() -> None:
    """Nor is it once something was added again."""
    async with client_of(shop_of(2500)) as snipcart:
        plan = await plan_customers(snipcart)
        tallies = [Tally.of(await read_window(snipcart, window), plan.settled) for window in plan.windows]
        whole = reduce(add, tallies)
        compared = await compare_totals(snipcart, plan, whole)

    assert [whole.complete, compared.complete, (compared + Tally()).complete] == [False, True, False]
