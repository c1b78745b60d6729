"""Answers that mislead: bounds that move with the season, bounds of their own, counts of too many or too few."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest

from snipcart_async import Request, Response
from snipcart_async.export import Window
from snipcart_async.export.answers import Asker
from snipcart_async.export.totals import doubt_totals

from .asking import client_of, export_shop, ids, ids_in, read_all, spell, spread
from .tiny_shop import NOW, Habits, Person, TinyShop

YEAR = timedelta(days=365)

Bounds = dict[str, str]
Edit = Callable[[Mapping[str, str], dict[str, Any]], dict[str, Any]]


class Moved(TinyShop):
    """A shop that asks itself for other bounds than it was asked for."""

    move: Callable[[Bounds], Bounds]

    async def send(self, request: Request) -> Response:
        """Answer for the moved bounds."""
        params = dict(request.params)
        bounds: Bounds = {name: params.pop(name) for name in ("from", "to") if name in params}
        moved: Mapping[str, str] = self.move(bounds) if bounds else {}
        return await super().send(attrs.evolve(request, params={**params, **moved}))


class Edited(TinyShop):
    """A shop whose answers somebody edits."""

    edit: Edit

    async def send(self, request: Request) -> Response:
        """Answer with a change."""
        answer = await super().send(request)
        return attrs.evolve(answer, content=json.dumps(self.edit(request.params, json.loads(answer.content))).encode())


class Ghosts(TinyShop):
    """A shop that counts some whom it never shows."""

    ghosts: set[str] = set()  # noqa: RUF012 - replaced, never changed

    def _sort(self, found: list[tuple[str, Person]]) -> list[tuple[str, Person]]:
        return super()._sort([one for one in found if one[0] not in self.ghosts])


def by_hours(text: str, hours: int) -> str:
    """Move a moment."""
    return spell(datetime.fromisoformat(text) + timedelta(hours=hours))


def an_hour_late_in_summer(bounds: Bounds) -> Bounds:
    """Take bounds for local time."""
    return {name: by_hours(text, 4 <= int(text[5:7]) <= 10) for name, text in bounds.items()}


async def test_dates_that_mislead_in_one_window_are_believed_in_none(tmp_path: Path) -> None:
    """Where windows of the summer hide who comes right behind a cut, their neighbours notice, and it is said."""
    begin = datetime(2025, 1, 5, 10, 20, 15, tzinfo=UTC)
    shop = Moved([begin + timedelta(minutes=170 * place) for place in range(5000)], Habits(), 1)
    shop.move = an_hour_late_in_summer
    report = await export_shop(shop, tmp_path / "all.jsonl", created_to=NOW - timedelta(days=1))

    assert not report.complete
    assert "did not keep to these dates" in " ".join(report.unproven)


async def test_dates_that_mislead_in_the_only_window_leave_no_doubt(tmp_path: Path) -> None:
    """Without dates, nobody is hidden."""
    shop = Moved([datetime(2025, 7, 5, 10, 20, 15, tzinfo=UTC) + place * YEAR / 90 for place in range(30)], Habits(), 1)
    shop.move = an_hour_late_in_summer
    report = await export_shop(shop, tmp_path / "all.jsonl", created_to=NOW - timedelta(days=1))

    assert report.complete
    assert ids_in(tmp_path / "all.jsonl") == sorted(shop.people)


def a_year_before(bounds: Bounds) -> Bounds:
    """Let `to` alone mean the year before it."""
    return bounds if "from" in bounds else {**bounds, "from": spell(datetime.fromisoformat(bounds["to"]) - YEAR)}


def a_year_behind(bounds: Bounds) -> Bounds:
    """Let `from` alone mean the year behind it."""
    return bounds if "to" in bounds else {**bounds, "to": spell(datetime.fromisoformat(bounds["from"]) + YEAR)}


@pytest.mark.parametrize(
    ("move", "bounds"),
    [(a_year_before, {"created_to": NOW - timedelta(hours=1)}), (a_year_behind, {"created_from": NOW - 9 * YEAR})],
    ids=["before", "behind"],
)
@pytest.mark.parametrize("count", [30, 1100])
async def test_a_bound_that_brings_another_hides_nobody(
    move: Callable[[Bounds], Bounds], bounds: dict[str, datetime], count: int, tmp_path: Path
) -> None:
    """A range with one end is asked for with both, too: where that shows more, dates are not trusted."""
    shop = Moved(spread(count), Habits(), 1)
    shop.move = move
    report = await export_shop(shop, tmp_path / "all.jsonl", **bounds)

    assert report.complete
    assert ids_in(tmp_path / "all.jsonl") == sorted(shop.people)


async def test_a_count_that_stops_above_each_window_hides_nobody() -> None:
    """What is read by date needs no greater counts than its own."""
    shop = Edited(spread(1300), Habits(), 1)
    shop.edit = lambda _, body: body | {"totalItems": min(1000, body["totalItems"])}
    result = await read_all(shop)

    assert ids(result) == set(shop.people) or not result.proven


@pytest.mark.parametrize("deletes", [0, 0.1])
async def test_bounds_that_bring_others_hide_nobody_from_a_whole_shop(deletes: float, tmp_path: Path) -> None:
    """Windows with one end hide who came long before: the counts tell, also where some have gone."""
    dates: list[datetime | None] = [NOW - 9 * YEAR, *spread(1500, days=300)]
    shop = Moved(dates, Habits(deletes=deletes), 1)
    shop.move = a_year_before
    report = await export_shop(shop, tmp_path / "all.jsonl")

    assert not (report.complete and set(shop.people) - set(ids_in(tmp_path / "all.jsonl")))


@pytest.mark.parametrize("count", [30, 250, 700])
async def test_who_is_counted_and_never_shown_loses_nobody(count: int) -> None:
    """One too many in every count is no reason to end: all that are shown are read, and it is not said to be all."""
    shop = Ghosts(spread(count), Habits(), 1)
    ghost = sorted(shop.people)[count // 2]
    shop.ghosts = {ghost}
    result = await read_all(shop)

    assert set(shop.people) - ids(result) == {ghost}
    assert not result.proven
    assert shop.requests < 150


async def test_an_import_at_midnight_says_nothing_of_dates(tmp_path: Path) -> None:
    """Where the first page tells nothing, customers from the middle of the list are tried."""
    midnight: list[datetime | None] = [datetime(2018, 1, 1, tzinfo=UTC)] * 150
    shop = TinyShop([*midnight, *spread(1500)], Habits(inserts=0.2, deletes=0.05), 1)
    report = await export_shop(shop, tmp_path / "all.jsonl")

    assert report.complete
    assert report.requests < 80


async def test_a_burst_in_the_middle_says_nothing_of_dates_either(tmp_path: Path) -> None:
    """Where the middle of the list tells nothing, somebody from its beginning is tried."""
    burst: list[datetime | None] = [datetime(2024, 1, 1, tzinfo=UTC)] * 600
    shop = TinyShop([*spread(400), *burst], Habits(), 1)
    report = await export_shop(shop, tmp_path / "all.jsonl")

    assert report.complete
    assert report.requests < 30


async def test_more_customers_of_the_future_than_fit_on_a_page_are_read() -> None:
    """They are not said to be all, but nobody who can be read is left out."""
    shop = TinyShop([*spread(20), *[NOW + timedelta(days=9)] * 150], Habits(), 1)
    result = await read_all(shop)

    assert ids(result) == set(shop.people)
    assert any("more came than could be read meanwhile" in doubt for doubt in result.doubts)


async def test_who_came_in_the_second_of_the_first_answer_is_subtracted_once() -> None:
    """They were read, and so are not counted as later: else they would hide as many who were not."""
    shop = TinyShop([*spread(50), *[NOW - timedelta(seconds=5.2)] * 3], Habits(pace=0.01), 1)
    asker = Asker.of(client_of(shop))
    settled = (await asker.ask(Window())).settled
    late = sum(person.created is not None and person.created < settled for person in shop.people.values())

    assert late == 53
    assert not await doubt_totals(asker, Window(), settled, 53, 54)
    assert "counts 1 more than it lists" in await doubt_totals(asker, Window(), settled, 52, 54)


async def test_ranges_of_many_who_go_are_still_read_by_date(tmp_path: Path) -> None:
    """One who goes between two counts is no sign of another bound."""
    shop = TinyShop(spread(1500), Habits(deletes=1), 1)
    report = await export_shop(shop, tmp_path / "all.jsonl", created_to=NOW - timedelta(hours=1))

    assert report.complete
    assert report.requests < 40


async def test_a_bound_that_brings_another_is_noticed_in_a_window_made_by_hand() -> None:
    """Who reads a window without a plan is told no less."""
    shop = Moved(spread(30), Habits(), 1)
    shop.move = a_year_before
    result = await read_all(shop, Window(until=spell(NOW - timedelta(hours=1))))

    assert result.proven
    assert result.coarse_dates
    assert ids(result) == set(shop.people)


async def test_who_is_never_shown_among_many_of_a_minute_loses_nobody() -> None:
    """Where customers came close upon each other and walks never come out even, it is read in small parts."""
    shop = Ghosts([NOW - timedelta(days=1) + place * timedelta(seconds=0.5) for place in range(350)], Habits(), 1)
    shop.ghosts = set(sorted(shop.people)[::30])
    result = await read_all(shop)

    assert set(shop.people) - ids(result) == shop.ghosts
    assert not result.proven


class CalmsDown(TinyShop):
    """A shop with too many customers of the future, most of whom go after so many requests."""

    after = 0

    async def send(self, request: Request) -> Response:
        """Answer, and then let them go."""
        answer = await super().send(request)
        if self.requests == self.after:
            self.people = {guid: who for guid, who in self.people.items() if who.created and who.created < NOW}
        return answer


@pytest.mark.parametrize("after", range(1, 9))
async def test_a_present_that_calms_down_is_read(after: int) -> None:
    """As soon as one answer shows all of it, that will do."""
    shop = CalmsDown([*spread(20), *[NOW + timedelta(days=9)] * 150], Habits(), 1)
    shop.after = after
    result = await read_all(shop)

    assert set(shop.people) <= ids(result)
    assert result.proven
