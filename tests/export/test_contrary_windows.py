"""Windows of shops that are contrary on purpose: nobody may be missing from what is said to be proven."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest

from snipcart_async import Request, Response
from snipcart_async.export import Window

from .asking import export_shop, ids, ids_in, read_all, spell, spread
from .tiny_shop import NOW, Habits, TinyShop


class Midnights(TinyShop):
    """A shop for which a day begins and ends at its first moment."""

    async def send(self, request: Request) -> Response:
        """Answer for dates without their time of day."""
        days = {name: value[:10] + "T00:00:00Z" for name, value in request.params.items() if name in {"from", "to"}}
        return await super().send(attrs.evolve(request, params={**request.params, **days}))


class OneJoins(TinyShop):
    """A shop of confirmed customers, but for one who becomes so after the first request."""

    def __init__(self, dates: list[datetime | None], habits: Habits, seed: int, whom: datetime | None) -> None:
        super().__init__(dates, habits, seed)
        for person in self.people.values():
            person.confirmed = person.created != whom

    async def send(self, request: Request) -> Response:
        """Answer, and then change."""
        answer = await super().send(request)
        for guid, person in self.people.items():
            if not person.confirmed:
                person.confirmed = True
                self.flipped.add(guid)
        return answer


class OneForAnother(TinyShop):
    """A shop in which, after so many requests, one of the first goes, and one comes."""

    def __init__(self, dates: list[datetime | None], habits: Habits, seed: int, after: int) -> None:
        super().__init__(dates, habits, seed)
        self.after = after

    async def send(self, request: Request) -> Response:
        """Answer, and then change."""
        answer = await super().send(request)
        if self.requests == self.after:
            del self.people[next(iter(self.people))]
            self.add(self.now)
        return answer


@pytest.mark.parametrize("seconds", range(600, 700, 3))
async def test_no_second_of_a_window_is_left_out(seconds: int) -> None:
    """Wherever a window ends, the last few seconds of it are read like the others."""
    dates = [NOW - timedelta(days=1) + place * timedelta(seconds=0.7) for place in range(1200)]
    shop = TinyShop([*dates], Habits(), 1)
    end = NOW - timedelta(days=1) + timedelta(seconds=seconds)
    window = Window(since=spell(NOW - timedelta(days=1)), until=spell(end), status="Confirmed")
    result = await read_all(shop, window)
    there = shop.faithful(confirmed=True)

    assert result.proven
    assert ids(result) == {guid for guid, created in there.items() if created and window.owns(created)}


@pytest.mark.parametrize("descending", [False, True])
async def test_dates_that_lose_their_time_of_day_are_not_trusted(*, descending: bool) -> None:
    """A server that shows more than was asked for at one end, and less at the other, is read without dates."""
    shop = Midnights([NOW - timedelta(seconds=7001 * place) for place in range(90)], Habits(descending=descending), 1)
    window = Window(since=spell(NOW - timedelta(days=5)), until=spell(NOW - timedelta(days=2)))
    result = await read_all(shop, window)

    assert result.proven
    assert ids(result) == {
        guid for guid, person in shop.people.items() if person.created and window.owns(person.created)
    }


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("late", [0.5, 1.0, 2.0])
async def test_who_comes_into_a_filter_hides_nobody(late: float, *, descending: bool) -> None:
    """Who was created right behind the end of a page is not left out when another customer's status changes."""
    dates: list[datetime | None] = [NOW - timedelta(days=9, seconds=7 - 60 * place) for place in range(259)]
    neighbour = dates[159 if descending else 99]
    assert neighbour
    dates.append(neighbour + timedelta(seconds=-late if descending else late))
    shop = OneJoins(dates, Habits(descending=descending), 1, dates[20 if descending else 240])
    result = await read_all(shop, Window(status="Confirmed"))

    assert not (result.proven and set(shop.faithful(confirmed=True)) - ids(result))


@pytest.mark.parametrize("habit", [{"dates_honoured": False}, {"precision": "day"}], ids=["ignored", "days"])
@pytest.mark.parametrize("place", range(7))
async def test_dense_windows_are_not_trusted_before_their_dates(habit: dict[str, Any], place: int) -> None:
    """Where dates are coarse a window of the past has a present, in which one may come as another goes."""
    dates: list[datetime | None] = [NOW - timedelta(hours=9) + number * timedelta(seconds=0.5) for number in range(350)]
    shop = OneForAnother(dates, Habits(**habit), 1, place)
    result = await read_all(shop, Window(until=spell(NOW - timedelta(hours=1))))
    there = {guid for guid, created in shop.faithful().items() if created and created < NOW - timedelta(hours=1)}

    assert not (result.proven and there - ids(result))


@pytest.mark.parametrize("habit", [{"dates_honoured": False}, {"precision": "day"}], ids=["ignored", "days"])
@pytest.mark.parametrize("until", [None, spell(NOW - timedelta(hours=30))], ids=["all", "past"])
@pytest.mark.parametrize("place", range(3, 6))
async def test_a_burst_makes_no_coarse_dates_look_sharp(habit: dict[str, Any], until: str | None, place: int) -> None:
    """Who is created in the second that is tried is shown by whole days, too: an answer beside it tells."""
    burst: list[datetime | None] = [NOW - timedelta(hours=49, seconds=7)] * 350
    shop = OneForAnother(burst, Habits(**habit), 1, place)
    there = set(shop.people)
    result = await read_all(shop, Window(until=until))

    assert not (result.proven and there & set(shop.people) - ids(result))


class Visitor(TinyShop):
    """A shop where somebody comes after one request and goes after another."""

    def __init__(self, dates: list[datetime | None], habits: Habits, seed: int, stay: tuple[int, int]) -> None:
        super().__init__(dates, habits, seed)
        self.there = set(self.people)
        self.stay = stay

    async def send(self, request: Request) -> Response:
        """Answer, and then change."""
        answer = await super().send(request)
        if self.requests == self.stay[0]:
            self.add(self.now)
        if self.requests == self.stay[1]:
            self.people = {guid: person for guid, person in self.people.items() if guid in self.there}
        return answer


@pytest.mark.parametrize("stay", [(1, 3), (2, 3), (1, 4), (2, 4), (3, 4)], ids=str)
async def test_days_that_hold_one_customer_each_are_still_days(stay: tuple[int, int], tmp_path: Path) -> None:
    """Who is alone on a day shows alone when that day is asked for: it might have been the second."""
    days = [datetime(2025, 12, 1, 10, 20, 30, tzinfo=UTC) + timedelta(days=number) for number in range(252)]
    page_ends = [days[99].replace(hour=23, minute=59, second=second, microsecond=900_000) for second in (58, 59)]
    second_end = days[200].replace(hour=23, minute=59, second=58, microsecond=900_000)
    dates: list[datetime | None] = [*days[:99], *page_ends, *days[101:200], second_end, *days[202:]]
    shop = Visitor(dates, Habits(precision="day"), 1, stay)
    report = await export_shop(shop, tmp_path / "a.jsonl", created_to=NOW - timedelta(hours=2))

    assert not (report.complete and shop.there - set(ids_in(tmp_path / "a.jsonl")))


async def test_days_that_are_left_out_are_noticed_in_a_window_made_by_hand() -> None:
    """A window that looks empty, as its days are left out, is not proven to be."""
    shop = TinyShop(spread(90, days=2), Habits(precision="day", inclusive=False), 1)
    window = Window(since=spell(NOW - timedelta(days=2)), until=spell(NOW - timedelta(days=1, hours=20)))
    result = await read_all(shop, window)

    assert ids(result) == {guid for guid, created in shop.faithful().items() if created and window.owns(created)}
