"""Walking a shop into a file: everybody once, and nothing half done under the final name."""

import asyncio
import json
from pathlib import Path

import pytest

from snipcart_async import SnipcartClient
from snipcart_async.errors import AuthenticationError
from snipcart_async.export import ExportProgress, export_customers
from snipcart_async.models import CustomerStatus
from snipcart_async.testing import FakeSnipcart, LiveChanges


def ids_in(path: Path) -> list[str]:
    """Read the ids in a file of JSON lines."""
    return [json.loads(line)["id"] for line in path.read_bytes().splitlines()]


def text_in(path: Path) -> str:
    """Read a whole file."""
    return path.read_text(encoding="utf-8")


async def test_everybody_once(fake: FakeSnipcart, snipcart: SnipcartClient, target: Path) -> None:
    """The file holds every customer, and the report says what it cost and what it cannot prove."""
    report = await export_customers(snipcart, target)

    assert sorted(fake.shop.customer_ids()) == sorted(ids_in(target))
    assert (report.customers, report.rejected, report.windows, report.path) == (240, 0, 1, target)
    assert report.seconds > 0
    assert not report.complete
    assert report.unproven == ("a walk over a list that changes cannot prove that it missed nobody",)
    assert [target] == list(target.parent.iterdir())


async def test_the_requests_are_counted_with_their_repetitions(
    fake: FakeSnipcart, snipcart: SnipcartClient, target: Path
) -> None:
    """The report counts what Snipcart saw: pages of 100 by date, and the one that failed at first."""
    fake.fail_next(status=503, headers={"Retry-After": "0"})
    report = await export_customers(snipcart, str(target))

    assert len(fake.requests) == report.requests == 4
    assert {("Date", "100")} == {(seen.query["orderBy"], seen.query["limit"]) for seen in fake.requests}


async def test_filters(fake: FakeSnipcart, snipcart: SnipcartClient, target: Path) -> None:
    """The filters of the list are those of the export."""
    report = await export_customers(snipcart, target, status=CustomerStatus.CONFIRMED, name="a")

    assert 0 < report.customers < 240
    assert {("Confirmed", "a")} == {(seen.query["status"], seen.query["name"]) for seen in fake.requests}


async def test_nobody_twice_while_the_shop_lives(target: Path) -> None:
    """Customers who slide onto a later page are not written again."""
    async with (
        FakeSnipcart(customers=350, descending=True, changes=LiveChanges(inserts=5)) as fake,
        SnipcartClient(fake.api_key, base_url=fake.base_url) as snipcart,
    ):
        report = await export_customers(snipcart, target, concurrency=2)

    written = ids_in(target)
    assert len(written) == len(set(written)) == report.customers


async def test_session_tokens_only_where_asked_for(fake: FakeSnipcart, snipcart: SnipcartClient, target: Path) -> None:
    """What logs a shopper in is not in the file, unless the caller wants it there."""
    token = fake.sign_in(fake.shop.customer_ids()[0])
    await export_customers(snipcart, target)
    without = text_in(target)
    await export_customers(snipcart, target, overwrite=True, session_tokens=True)

    assert "sessionToken" not in without
    assert token not in without
    assert "sessionToken" in text_in(target)


async def test_progress(snipcart: SnipcartClient, target: Path) -> None:
    """After each page the caller learns how many are written, of how many."""
    seen: list[ExportProgress] = []
    await export_customers(snipcart, target, on_progress=seen.append)

    assert seen == [ExportProgress(100, 240), ExportProgress(200, 240), ExportProgress(240, 240)]


async def test_an_empty_shop_gives_an_empty_file(target: Path) -> None:
    """Nobody is a result too."""
    async with FakeSnipcart(customers=0) as fake, SnipcartClient(fake.api_key, base_url=fake.base_url) as snipcart:
        report = await export_customers(snipcart, target)

    assert text_in(target) == ""
    assert (report.customers, report.requests) == (0, 1)


async def test_a_failure_leaves_nothing_behind(fake: FakeSnipcart, snipcart: SnipcartClient, target: Path) -> None:
    """An export that cannot go on removes what it began, and keeps the old file."""
    await export_customers(snipcart, target, status=CustomerStatus.UNCONFIRMED)
    old = text_in(target)

    def break_off(_: ExportProgress) -> None:
        fake.fail_next(count=10, status=401)

    with pytest.raises(AuthenticationError):
        await export_customers(snipcart, target, overwrite=True, concurrency=1, on_progress=break_off)

    assert old == text_in(target)
    assert [target] == list(target.parent.iterdir())


async def test_a_cancelled_export_leaves_nothing_behind(
    fake: FakeSnipcart, snipcart: SnipcartClient, target: Path
) -> None:
    """Cancelling removes what was begun, and lets go of Snipcart."""
    begun = asyncio.Event()

    def hold_up(_: ExportProgress) -> None:
        fake.latency = 60
        begun.set()

    export = asyncio.create_task(export_customers(snipcart, target, concurrency=1, on_progress=hold_up))
    await begun.wait()
    await asyncio.sleep(0)
    export.cancel()
    with pytest.raises(asyncio.CancelledError):
        await export

    assert not list(target.parent.iterdir())
