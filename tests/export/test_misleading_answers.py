"""Answers that mislead: bounds that move with the season, bounds of their own, counts of too many or too few."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest

from snipcart_async import Request, Response
from snipcart_async.errors import PaginationError
from snipcart_async.export import Window

from .asking import export_shop, ids, ids_in, read_all, spell, spread
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


def at_most(most: int) -> Edit:
    """Count no further."""
    return lambda _, body: body | {"totalItems": min(most, body["totalItems"])}


async def test_a_count_that_stops_is_not_believed() -> None:
    """Where customers stand behind the last one counted, the count is not of all."""
    shop = Edited(spread(1300), Habits(precision="day"), 1)
    shop.edit = at_most(1000)
    with pytest.raises(PaginationError, match="1000 items in all, but more"):
        await read_all(shop)


async def test_a_count_that_stops_above_each_window_hides_nobody() -> None:
    """What is read by date needs no greater counts than its own."""
    shop = Edited(spread(1300), Habits(), 1)
    shop.edit = at_most(1000)
    result = await read_all(shop)

    assert ids(result) == set(shop.people) or not result.proven


async def test_a_count_of_the_page_is_not_believed_in_a_window() -> None:
    """A page that is full, and said to be all, is asked what stands behind it."""
    shop = Edited(spread(130, days=20), Habits(), 1)
    shop.edit = lambda _, body: body | {"totalItems": len(body["items"])}
    with pytest.raises(PaginationError, match="items in all, but more"):
        await read_all(shop, Window(since=spell(NOW - timedelta(days=40)), until=spell(NOW - timedelta(hours=1))))


@pytest.mark.parametrize("count", [30, 250, 700])
async def test_who_is_counted_and_never_shown_loses_nobody(count: int) -> None:
    """One too many in every count is no reason to end: all that are shown are read, and it is not said to be all."""
    shop = Edited(spread(count), Habits(), 1)
    ghost = sorted(shop.people)[count // 2]

    def hide(_: Mapping[str, str], body: dict[str, Any]) -> dict[str, Any]:
        return body | {"items": [item for item in body["items"] if item["id"] != ghost]}

    shop.edit = hide
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


async def test_more_customers_of_the_future_than_fit_on_a_page_are_read() -> None:
    """They are not said to be all, but nobody who can be read is left out."""
    shop = TinyShop([*spread(20), *[NOW + timedelta(days=9)] * 150], Habits(), 1)
    result = await read_all(shop)

    assert ids(result) == set(shop.people)
    assert any("more came than could be read meanwhile" in doubt for doubt in result.doubts)


async def test_who_came_in_the_second_of_the_first_answer_is_subtracted_once(tmp_path: Path) -> None:
    """They were read, and so do not hide one of the others, who is listed under no date."""
    shop = TinyShop([*spread(1100), None, *[NOW - timedelta(seconds=4.5)] * 3], Habits(), 1)
    hidden = next(guid for guid, person in shop.people.items() if person == Person(None, person.confirmed))
    report = await export_shop(shop, tmp_path / "all.jsonl")

    assert hidden in ids_in(tmp_path / "all.jsonl") or not report.complete
