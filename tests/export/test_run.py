"""Exporting customers: everybody once, as few requests as that takes, and a report that says what is not proven."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Any

import pytest

from snipcart_async import Request, Response, SnipcartClient
from snipcart_async.errors import ConfigurationError, PaginationError
from snipcart_async.export import Csv, ExportProgress, export_customers
from snipcart_async.models import CustomerStatus
from snipcart_async.testing import FakeSnipcart

from ..scripted import ScriptedTransport, reply
from .asking import LONG_AGO, client_of, dates_every, export_fake, export_shop, ids_in, rows_in, shop_of
from .tiny_shop import NOW, Habits, TinyShop

SILENT = "Snipcart did not say how many there are"


async def test_everybody_once(fake: FakeSnipcart, snipcart: SnipcartClient, target: Path) -> None:
    """Over real HTTP the file holds every customer, nothing else lies about, and the report counts what there is."""
    report = await export_customers(snipcart, str(target))

    assert sorted(fake.shop.customer_ids()) == ids_in(target)
    assert report.complete
    assert (report.customers, report.rejected, report.windows, report.path) == (240, 0, 1, target)
    assert (report.orders, report.missing, report.repaired, report.resumed) == (None, 0, 0, False)
    assert report.seconds > 0
    assert report.created_until
    assert {("Date", "100")} == {(seen.query["orderBy"], seen.query["limit"]) for seen in fake.requests}
    assert [target] == list(target.parent.iterdir())


@pytest.mark.parametrize("concurrency", [1, 8])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("count", [0, 1, 100, 101, 240, 1000, 1001, 1200, 1500, 5000])
async def test_a_shop_at_rest_costs_little_more_than_its_pages(
    count: int, concurrency: int, target: Path, *, descending: bool
) -> None:
    """At most 1.6 requests for each page, and one for a shop that fits on one page."""
    shop = shop_of(count, descending=descending)
    report = await export_shop(shop, target, concurrency=concurrency)

    assert report.complete
    assert sorted(shop.people) == ids_in(target)
    assert report.requests == shop.requests
    assert shop.requests <= 1.6 * max(1, ceil(count / 100))
    assert count > 100 or shop.requests == 1


async def test_smaller_pages_are_followed(target: Path) -> None:
    """A shop that gives twenty customers where a hundred were asked for costs little more than its pages, too."""
    shop = shop_of(1500, cap=20)
    report = await export_shop(shop, target)

    assert report.complete
    assert sorted(shop.people) == ids_in(target)
    assert shop.requests <= 1.6 * 75


async def test_repeated_requests_are_counted(fake: FakeSnipcart, snipcart: SnipcartClient, target: Path) -> None:
    """The report counts what Snipcart saw, failures too, and waits as long as Snipcart asks."""
    fake.fail_next(status=503, headers={"Retry-After": "0"})
    fake.fail_next(status=429, headers={"Retry-After": "0"})
    report = await export_customers(snipcart, target)

    assert report.complete
    assert report.requests == len(fake.requests) == 6


def created(shop: TinyShop, first: datetime, last: datetime) -> list[str]:
    """Give who was created from the one moment to the other, both included."""
    return sorted(guid for guid, person in shop.people.items() if person.created and first <= person.created <= last)


SECOND = LONG_AGO + timedelta(seconds=40)
DAY = datetime(2020, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize("habits", [{}, {"inclusive": False}, {"precision": "day"}, {"dates_honoured": False}], ids=str)
@pytest.mark.parametrize(
    ("every", "first", "last", "bounds"),
    [
        (0.1, SECOND, SECOND + timedelta(seconds=7), ()),
        (0.1, SECOND, SECOND, ()),
        (0.1, SECOND + timedelta(microseconds=1), SECOND + timedelta(seconds=7, microseconds=-1), ()),
        (3600, DAY, DAY + timedelta(days=3, microseconds=-1), (date(2020, 2, 3), date(2020, 2, 5))),
    ],
    ids=["moments", "a moment", "a microsecond less", "dates"],
)
async def test_dates_are_inclusive_to_the_microsecond(
    every: float, first: datetime, last: datetime, bounds: tuple[date, ...], habits: dict[str, Any], target: Path
) -> None:
    """Who was created at a bound is there, who was a microsecond outside is not, whatever Snipcart makes of dates."""
    shop = shop_of(1500, every=every, **habits)
    begin, end = bounds or (first, last)
    report = await export_shop(shop, target, created_from=begin, created_to=end)

    assert report.complete
    assert created(shop, first, last) == ids_in(target) != []
    assert report.created_until == last + timedelta(microseconds=1)


@pytest.mark.parametrize("to", [date(9999, 12, 31), datetime.max.replace(tzinfo=UTC)], ids=["date", "moment"])
async def test_the_end_of_time_is_no_error(to: date, target: Path) -> None:
    """A filter up to the year 9999 means everybody until now."""
    shop = shop_of(240)
    report = await export_shop(shop, target, created_from=date(1, 1, 1), created_to=to)

    assert report.complete
    assert sorted(shop.people) == ids_in(target)
    assert report.created_until is not None
    assert report.created_until <= NOW


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"created_from": datetime(2020, 1, 1)}, "created_from"),  # noqa: DTZ001 - that is what is refused
        ({"status": 7}, "status"),
        ({"concurrency": 0}, "concurrency"),
        ({"concurrency": 1.5}, "concurrency"),
        ({"format": "xlsx"}, "sqlite, jsonl, csv, parquet"),
        ({"format": Csv}, r"Csv\(bom=True\)"),
    ],
    ids=repr,
)
async def test_what_is_unusable_is_refused_at_once(options: dict[str, Any], named: str, target: Path) -> None:
    """Nothing is sent, and nothing is written, for an argument that makes no sense; the text names what would."""
    shop = shop_of(1)
    with pytest.raises(ConfigurationError, match=named):
        await export_shop(shop, target, **options)

    assert shop.requests == 0
    assert not list(target.parent.iterdir())


@pytest.mark.parametrize(
    ("name", "chosen", "begins"),
    [
        ("customers.csv", None, b"id,"),
        ("customers.SQLITE", None, b"SQLite format 3"),
        ("customers", None, b"SQLite format 3"),
        ("customers.parquet", None, b"PAR1"),
        ("customers.csv", "JSONL", b'{"id":'),
        ("customers.txt", Csv(bom=True), b"\xef\xbb\xbfid,"),
    ],
)
async def test_formats(name: str, chosen: str | Csv | None, begins: bytes, tmp_path: Path) -> None:
    """The format follows from the suffix, in any case, unless it is given by name or value."""
    report = await export_shop(shop_of(3), tmp_path / name, format=chosen)

    assert report.complete
    assert (tmp_path / name).read_bytes().startswith(begins)


async def test_a_suffix_that_means_nothing_is_refused(tmp_path: Path) -> None:
    """The text lists the suffixes and the formats that there are."""
    with pytest.raises(ConfigurationError, match=r"\.sqlite, .*\.jsonl.*sqlite, jsonl, csv, parquet"):
        await export_shop(shop_of(1), tmp_path / "customers.xlsx")


async def test_progress(target: Path) -> None:
    """Customers and windows only rise, up to all that there are; the total is the same all the time."""
    seen: list[ExportProgress] = []
    report = await export_shop(shop_of(1500), target, concurrency=1, on_progress=seen.append)
    customers, windows = [progress.customers for progress in seen], [progress.windows for progress in seen]

    assert {(progress.total, progress.windows_total) for progress in seen} == {(1500, report.windows)}
    assert customers == sorted(customers)
    assert windows == sorted(windows)
    assert (customers[0], windows[0], report.windows) == (0, 0, 2)
    assert (customers[-1], windows[-1]) == (1500, 2)
    assert len(set(customers)) == 3


class CountingShop(TinyShop):
    """Take a while to answer, and watch how many wait."""

    waiting = 0
    most = 0

    async def send(self, request: Request) -> Response:
        """Answer after some turns of the loop."""
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        for _ in range(self.luck.randrange(1, 9)):
            await asyncio.sleep(0)
        self.waiting -= 1
        return await super().send(request)


@pytest.mark.parametrize("concurrency", [1, 3, 8])
async def test_so_many_requests_at_a_time(concurrency: int, target: Path) -> None:
    """The bound holds while the plan is made and while windows are read, and it is used."""
    shop = CountingShop(dates_every(9999.9, 5000), Habits(), seed=1)
    report = await export_shop(shop, target, concurrency=concurrency)

    assert report.complete
    assert sorted(shop.people) == ids_in(target)
    assert shop.most == concurrency


@pytest.mark.parametrize("count", [0, 70, 240])
async def test_no_totals_no_proof(count: int, target: Path) -> None:
    """Where Snipcart does not say how many there are, everybody is read, cheaply, and nothing is proven."""
    async with FakeSnipcart(customers=count, totals=False) as fake:
        seen: list[ExportProgress] = []
        report = await export_fake(fake, target, on_progress=seen.append)
        assert sorted(fake.shop.customer_ids()) == ids_in(target)
        assert report.unproven == (f"created at any time: {SILENT}",)
        assert report.requests == len(fake.requests) <= 3 + ceil(count / 100)
        assert {progress.total for progress in seen} == {None}


@pytest.mark.parametrize("count", [70, 240, 1100])
async def test_without_the_header_date_our_clock_counts(count: int, target: Path) -> None:
    """An answer that does not say when it was given is taken to be five minutes old."""
    async with FakeSnipcart(customers=count, date_header=False) as fake:
        report = await export_fake(fake, target)
        assert sorted(fake.shop.customer_ids()) == ids_in(target)
        assert report.complete
        assert report.created_until is not None
        assert 300 < (datetime.now(UTC) - report.created_until).total_seconds() < 330


async def test_session_tokens_only_where_asked_for(fake: FakeSnipcart, snipcart: SnipcartClient, target: Path) -> None:
    """What logs a shopper in is not in the file, unless the caller wants it there."""
    token = fake.sign_in(fake.shop.customer_ids()[0])
    await export_customers(snipcart, target)
    without = rows_in(target)
    await export_customers(snipcart, target, overwrite=True, session_tokens=True)

    assert not any("sessionToken" in row for row in without)
    assert token in {row["sessionToken"] for row in rows_in(target)}


@pytest.mark.parametrize("status", [CustomerStatus.CONFIRMED, "Confirmed"], ids=repr)
@pytest.mark.parametrize("count", [50, 450, 3000])
async def test_a_status_is_proven_too(count: int, status: CustomerStatus | str, target: Path) -> None:
    """Only those of a status are exported; that nobody changed it meanwhile takes a few more requests."""
    shop = shop_of(count)
    report = await export_shop(shop, target, status=status)

    assert report.complete
    assert sorted(guid for guid, person in shop.people.items() if person.confirmed) == ids_in(target)
    assert report.requests == shop.requests


def ignore_the_offset(request: Request) -> Response:
    """Answer every request with the same hundred customers of so many."""
    items = [{"id": f"00000000-0000-0000-0000-{n:012}", "creationDate": "2020-01-01T00:00:00Z"} for n in range(100)]
    return reply({"items": items, "totalItems": 1500, "offset": int(request.params["offset"])})


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (ignore_the_offset, "pages repeat"),
        (lambda request: reply(ignore_the_offset(request).json() | {"offset": 0}), "asked for offset .*, got 0"),
        (reply({"items": [], "totalItems": -1}), "negative"),
        (reply({"items": [], "totalItems": 7}), "7 items in all, but none"),
    ],
    ids=["always the same", "always the first", "less than none", "never any"],
)
async def test_contradictions_end_the_export(answer: Any, problem: str, target: Path) -> None:
    """Pages that cannot be one list end in an error after some requests, and leave no file."""
    transport = ScriptedTransport(answer)
    with pytest.raises(PaginationError, match=problem):
        await export_customers(client_of(transport), target)

    assert len(transport.requests) < 40
    assert target not in target.parent.iterdir()
