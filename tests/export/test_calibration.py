"""Trying out dates: only a shop that filters to the second is trusted with windows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest

from snipcart_async import Request, Response
from snipcart_async._converter.unstructure import spell_datetime
from snipcart_async.export import Window
from snipcart_async.export.answers import Answer, Asker
from snipcart_async.export.calibration import filters_to_the_second

from .asking import client_of, dates_every, shop_of
from .tiny_shop import Habits, TinyShop

MINUTE = 61
"""Seconds: no full minute, as these tell nothing."""


async def calibrate(shop: TinyShop, window: Window | None = None) -> bool:
    """Ask for all, and try the dates out on who is shown."""
    asker = Asker.of(client_of(shop))
    return await filters_to_the_second(asker, Window(), await asker.ask(window or Window()))


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("inclusive", [True, False])
@pytest.mark.parametrize("precision", ["second", "millisecond", "microsecond"])
async def test_seconds_are_precise_enough(precision: str, *, inclusive: bool, descending: bool) -> None:
    """Bounds may be in or out, and compared to the second or finer: two requests are enough to know."""
    shop = shop_of(240, every=MINUTE, precision=precision, inclusive=inclusive, descending=descending)

    assert await calibrate(shop)
    assert shop.requests == 3


async def test_where_all_are_shown_one_request_is_enough() -> None:
    """Dates taken too widely hide nobody."""
    shop = shop_of(90, every=MINUTE)

    assert await calibrate(shop)
    assert shop.requests == 2


@pytest.mark.parametrize("precision", ["minute", "hour", "day"])
@pytest.mark.parametrize("seconds", [86_400 * 1.01, 3600 * 49 + 3])
async def test_who_is_alone_in_a_unit_tells_it_from_a_second(precision: str, seconds: float) -> None:
    """Nobody else shows in the second that is tried, nor in the day: but the customer shows beside it, too."""
    assert not await calibrate(shop_of(240, every=seconds, precision=precision))


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(
    "habits",
    [
        {"precision": "day"},
        {"precision": "day", "inclusive": False},
        {"dates_honoured": False},
        {"dates_honoured": False, "sorted": False, "stable": False},
    ],
    ids=str,
)
async def test_whole_days_are_not(habits: dict[str, Any], *, descending: bool) -> None:
    """Dates taken as days, left out or ignored show somebody who was not asked for, or nobody at all."""
    assert not await calibrate(shop_of(240, every=MINUTE, descending=descending, **habits))


class Inexact(TinyShop):
    """A shop that changes the bounds it is asked for, and loses the tried customer after the first trial."""

    change: Callable[[str, str], str] = staticmethod(lambda _, text: text)
    loses = False

    async def send(self, request: Request) -> Response:
        """Answer for other bounds."""
        bounds = {name: self.change(name, text) for name, text in request.params.items() if name in {"from", "to"}}
        answer = await super().send(attrs.evolve(request, params={**request.params, **bounds}))
        if self.loses and self.requests == 2:
            del self.people[[*self.people][50]]
        return answer


def _late_to(name: str, text: str) -> str:
    return text[:10] + "T23:59:59Z" if name == "to" else text


def _nearest_minute(_: str, text: str) -> str:
    return spell_datetime((datetime.fromisoformat(text) + timedelta(seconds=30)).replace(second=0))


@pytest.mark.parametrize("second", [12, 28, 29, 30, 31, 42])
@pytest.mark.parametrize("change", [_late_to, _nearest_minute])
async def test_bounds_that_are_moved_are_noticed(change: Callable[[str, str], str], second: int) -> None:
    """One of them to the end of the day, or both to the nearest minute."""
    start = datetime(2020, 1, 1, 10, 20, second, 500_000, UTC)
    shop = Inexact(dates_every(86_400, 120, start), Habits(), seed=1)
    shop.change = change

    assert not await calibrate(shop)


async def test_who_goes_during_the_trial_proves_nothing() -> None:
    """Days are not taken for seconds because the customer who would have shown beside has just gone."""
    shop = Inexact(dates_every(86_400, 101, datetime(2020, 1, 1, 10, 20, 12, tzinfo=UTC)), Habits(precision="day"), 1)
    shop.loses = True

    assert not await calibrate(shop)


async def test_an_empty_shop_has_nothing_to_be_imprecise_about() -> None:
    """Where nobody is there at any date, one more request says so."""
    shop = shop_of(0)

    assert await calibrate(shop)
    assert shop.requests == 2


async def test_a_window_without_customers_is_tried_with_others() -> None:
    """Where nobody is shown, the dates are tried out on customers of any date."""
    nobody = Window(until="2000-01-01T00:00:00Z")
    precise, imprecise = shop_of(9, every=MINUTE), shop_of(9, every=MINUTE, precision="day", inclusive=False)

    assert await calibrate(precise, nobody)
    assert not await calibrate(imprecise, nobody)
    assert precise.requests == 3


async def test_without_a_single_date_nothing_is_known() -> None:
    """Customers without dates say nothing about dates."""
    shop = TinyShop([None, None], Habits(), seed=1)

    assert not await calibrate(shop)
    assert shop.requests == 3


async def leave(count: int) -> tuple[TinyShop, bool]:
    """Let the first customers that would be tried go, and try."""
    shop = shop_of(50, every=3600)
    asker = Asker.of(client_of(shop))
    shown = await asker.ask(Window())
    for guid in [*shop.people][25 : 25 + count]:
        del shop.people[guid]
    return shop, await filters_to_the_second(asker, Window(), shown)


async def test_who_has_gone_proves_nothing() -> None:
    """A customer who was deleted meanwhile is not held against the dates: then two others must show."""
    shop, one_gone = await leave(1)
    assert one_gone
    assert shop.requests == 4

    shop, two_gone = await leave(2)
    assert not two_gone
    assert shop.requests == 4


async def test_full_minutes_tell_nothing() -> None:
    """A day looks like a second to whoever was created at midnight: such dates are not trusted."""
    midnight = datetime(2024, 1, 1, tzinfo=UTC)
    shop = TinyShop(dates_every(86_400, 50, midnight), Habits(), seed=1)

    assert not await calibrate(shop)


async def test_more_in_a_second_than_on_a_page() -> None:
    """The customer need not be on the page, if the page does not hold all of that second."""
    shop = TinyShop(dates_every(0.001, 900), Habits(stable=False), seed=1)
    asker = Asker.of(client_of(shop))
    shown = await asker.ask(Window(since=spell_datetime(dates_every(0, 1)[0])))  # type: ignore[arg-type]

    assert await filters_to_the_second(asker, Window(), shown)
    assert isinstance(shown, Answer)
    assert shop.requests == 3
