"""Planning: windows that cover all time, that travel, and that anybody can read anywhere."""

import json
import pickle
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import attrs
import pytest

from snipcart_async.errors import ConfigurationError
from snipcart_async.export import Plan, Window, plan_customers, read_window
from snipcart_async.export.window import EARLIEST, LATEST
from snipcart_async.models import CustomerStatus

from ..scripted import ScriptedTransport, reply
from .asking import LONG_AGO, client_of, dates_every, shop_of
from .tiny_shop import NOW, Habits, TinyShop

DAY = 86_400.0


async def plan_of(shop: TinyShop, **filters: Any) -> Plan:
    """Plan the export of a shop."""
    plan = await plan_customers(client_of(shop), **filters)
    assert plan.requests == shop.requests
    return plan


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("count", [0, 100, 1001, 2500])
async def test_windows_are_read_anywhere(count: int, *, descending: bool) -> None:
    """Windows that went through JSON, each read by another client, give everybody once, and each of them is proven."""
    shop = shop_of(count, descending=descending)
    plan = await plan_of(shop)
    travelled = [Window(**json.loads(json.dumps(attrs.asdict(window)))) for window in plan.windows]
    results = [await read_window(client_of(shop), window) for window in travelled]
    ids = [customer.id for result in results for customer in result.customers]

    assert all(result.proven for result in results)
    assert sorted(shop.people) == sorted(ids)
    assert (plan.total, [*plan.windows]) == (count, travelled)
    assert plan == pickle.loads(pickle.dumps(plan))  # noqa: S301 - our own


async def test_windows_cover_all_time() -> None:
    """The first has no beginning, the last has no end, and each begins where the one before it ends."""
    windows = (await plan_of(shop_of(2500))).windows

    assert len(windows) == 6
    assert (windows[0].since, windows[-1].until) == (None, None)
    assert all(before.until == after.since is not None for before, after in pairwise(windows))
    assert all(window.since < window.until for window in windows[1:-1] if window.since and window.until)


@pytest.mark.parametrize("count", [0, 1, 100, 240, 1000])
async def test_few_customers_are_one_window(count: int) -> None:
    """Up to ten pages are read as they come, and the plan costs one request."""
    plan = await plan_of(shop_of(count))

    assert (plan.windows, plan.requests) == ((Window(),), 1)


@pytest.mark.parametrize(("count", "windows", "requests"), [(1001, 3, 5), (5000, 9, 11), (20_000, 22, 24)])
async def test_a_plan_costs_about_a_request_for_each_window(count: int, windows: int, requests: int) -> None:
    """No page is read to find out where to cut."""
    plan = await plan_of(shop_of(count, every=9999.9))

    assert (windows, requests) == (len(plan.windows), plan.requests)


async def test_windows_are_as_large_as_the_pages_that_come() -> None:
    """A shop that gives fewer customers a page has more windows."""
    assert len((await plan_of(shop_of(1500, cap=20))).windows) == 9


async def test_a_second_is_never_cut() -> None:
    """Customers who all came at once are in one window, however many they are."""
    shop = TinyShop([*dates_every(DAY, 1), *dates_every(0.0001, 3000, LONG_AGO + timedelta(9, 7))], Habits(), seed=1)
    plan = await plan_of(shop)

    assert len(plan.windows) == 2
    assert sum(all(window.owns(p.created) for p in [*shop.people.values()][1:] if p.created) for window in plan.windows)


async def test_the_last_window_reaches_into_the_present() -> None:
    """Where customers may still come in, no window ends: they would be in two at first, or in none."""
    shop = TinyShop([*dates_every(0.01, 3000, NOW - timedelta(seconds=15))], Habits(), seed=1)
    plan = await plan_of(shop)

    assert len(plan.windows) > 1
    assert all(window.end <= plan.settled for window in plan.windows if window.end)
    assert timedelta(seconds=4) <= NOW - plan.settled <= timedelta(seconds=5)


IMPRECISE: list[dict[str, Any]] = [
    {"precision": "day"},
    {"precision": "day", "inclusive": False},
    {"dates_honoured": False},
]


@pytest.mark.parametrize("habits", IMPRECISE, ids=str)
@pytest.mark.parametrize(
    ("count", "filters"), [(1500, {}), (50, {"created_from": LONG_AGO}), (1500, {"created_to": LONG_AGO})], ids=str
)
async def test_imprecise_dates_make_one_window_without_any(
    count: int, filters: dict[str, Any], habits: dict[str, Any]
) -> None:
    """Where Snipcart takes dates as days, or not at all, all is one window that asks for no dates, but keeps them."""
    (window,) = (await plan_of(shop_of(count, every=600, **habits), **filters)).windows

    assert not window.dated
    assert (window.since is None, window.until is None) == ("created_from" not in filters, "created_to" not in filters)


@pytest.mark.parametrize("habits", [*IMPRECISE, {}], ids=str)
async def test_without_need_dates_are_not_tried_out(habits: dict[str, Any]) -> None:
    """A shop of a few pages, asked for all of it, costs one request, whatever it makes of dates."""
    plan = await plan_of(shop_of(240, every=600, **habits))

    assert (plan.windows, plan.requests) == ((Window(),), 1)


@pytest.mark.parametrize("habits", [{"inclusive": False}, {"precision": "microsecond"}, {"says_date": False}], ids=str)
async def test_precise_dates_make_windows(habits: dict[str, Any]) -> None:
    """Bounds in or out, and finer than a second, are good enough."""
    plan = await plan_of(shop_of(1500, every=600, **habits))

    assert len(plan.windows) == 4
    assert all(window.dated for window in plan.windows)


async def test_filters_are_in_every_window() -> None:
    """Status and name go along, and the dates bound the first and the last window: both ends inclusive."""
    shop = shop_of(4000, every=600)
    plan = await plan_of(
        shop,
        created_from=date(2020, 2, 3),
        created_to=datetime(2020, 2, 27, 12, 30, 0, 123_456, UTC),
        status=CustomerStatus.CONFIRMED,
        name="a",
    )

    assert len(plan.windows) > 1
    assert {(window.status, window.name) for window in plan.windows} == {("Confirmed", "a")}
    assert plan.windows[0].since == "2020-02-03T00:00:00Z"
    assert plan.windows[-1].until == "2020-02-27T12:30:00.123457Z"
    assert "name" not in repr(plan)


@pytest.mark.parametrize(
    "filters",
    [
        {"created_from": datetime(2020, 1, 1)},  # noqa: DTZ001 - that is what is refused
        {"created_to": "2020-01-01"},
        {"status": 7},
        {"name": 7},
    ],
    ids=repr,
)
async def test_an_unusable_filter_is_refused(filters: dict[str, Any]) -> None:
    """Nothing is sent for a filter that Snipcart would not understand."""
    shop = shop_of(1)
    with pytest.raises(ConfigurationError, match=next(iter(filters))):
        await plan_of(shop, **filters)

    assert shop.requests == 0


@pytest.mark.parametrize("answer", [{"items": [], "totalItems": 5000}, {"items": []}, {"items": [], "totalItems": 0}])
async def test_where_nobody_is_shown_there_is_nowhere_to_cut(answer: dict[str, Any]) -> None:
    """Whatever Snipcart counts, without a customer all is one window."""
    plan = await plan_customers(client_of(ScriptedTransport(reply(answer))))

    assert [(window.since, window.until) for window in plan.windows] == [(None, None)]
    assert answer.get("totalItems") == plan.total


@pytest.mark.parametrize("moment", [EARLIEST, LATEST])
async def test_dates_at_the_ends_of_time_bound_nothing(moment: datetime) -> None:
    """From the first to the last day there is, everybody is in, also who was created at the very end of it."""
    shop = TinyShop([*dates_every(1000, 10), moment], Habits(precision="microsecond"), 1)
    async with client_of(shop) as snipcart:
        plan = await plan_customers(snipcart, created_from=date.min, created_to=date.max)
        result = await read_window(snipcart, plan.windows[0])

    assert (Window(), len(shop.people)) == (plan.windows[0], len(result.customers))


async def test_dates_the_wrong_way_round_are_refused() -> None:
    """From later to earlier there is nobody to be complete about."""
    transport = ScriptedTransport(reply({"items": []}))
    async with client_of(transport) as snipcart:
        with pytest.raises(ConfigurationError, match="created_from must not be later"):
            await plan_customers(snipcart, created_from=date(2025, 1, 2), created_to=date(2025, 1, 1))

    assert not transport.requests
