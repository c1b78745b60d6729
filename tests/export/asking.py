"""What tests of exports that end well share: shops with given dates, answers without a shop, and looks into files."""

import json
import stat
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from snipcart_async import SnipcartClient
from snipcart_async.export import ExportReport, Window, WindowResult, export_customers, read_window
from snipcart_async.export.answers import Answer, Record
from snipcart_async.export.place import Place
from snipcart_async.models import Page
from snipcart_async.testing import FakeSnipcart
from snipcart_async.transport import Transport

from .tiny_shop import NOW, Habits, TinyShop

LONG_AGO = datetime(2020, 2, 2, 2, 2, 12, 222_222, UTC)


def dates_every(seconds: float, count: int, start: datetime = LONG_AGO) -> list[datetime | None]:
    """Give dates with equal distances."""
    return [start + number * timedelta(seconds=seconds) for number in range(count)]


def shop_of(count: int, *, every: float = 40_000.123_456, **habits: Any) -> TinyShop:
    """Give a shop whose customers came at equal distances."""
    return TinyShop(dates_every(every, count), Habits(**habits), seed=1)


def client_of(transport: Transport) -> SnipcartClient:
    """Give a client that holds nothing back."""
    return SnipcartClient("key", transport=transport, max_concurrency=64)


async def export_shop(shop: TinyShop, target: Path, **options: Any) -> ExportReport:
    """Export the customers of a shop."""
    async with client_of(shop) as snipcart:
        return await export_customers(snipcart, target, **options)


async def export_fake(fake: FakeSnipcart, target: Path, **options: Any) -> ExportReport:
    """Export the customers of a fake shop over real HTTP."""
    async with SnipcartClient(fake.api_key, base_url=fake.base_url) as snipcart:
        return await export_customers(snipcart, target, **options)


def answer_of(
    dates: Sequence[datetime | None], total: int | None = None, *, settled: datetime = NOW, first: int = 0
) -> Answer:
    """Make an answer that shows customers with these dates, each with a number as its key."""
    records = tuple(Record(str(number), created) for number, created in enumerate(dates, first))
    return Answer(Page(items=records, total_items=total, offset=0, limit=100), settled)


def rows_in(path: Path) -> list[dict[str, Any]]:
    """Read the documents in a file of JSON lines."""
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def ids_in(path: Path) -> list[str]:
    """Read the ids in a file of JSON lines, sorted."""
    return sorted(row["id"] for row in rows_in(path))


def rejects_of(target: Path) -> list[dict[str, Any]]:
    """Read the rejects beside a file, which nobody else may."""
    rejects = Place(target).rejects
    assert stat.S_IMODE(rejects.stat().st_mode) == 0o600
    return rows_in(rejects)


def spread(count: int, days: float = 3000) -> list[datetime | None]:
    """Give dates at equal distances, the last one a day ago."""
    return [NOW - timedelta(days=1 + days * place / max(1, count), seconds=7) for place in range(count)]


async def read_all(shop: TinyShop, window: Window | None = None) -> WindowResult:
    """Read one window of a shop."""
    async with client_of(shop) as snipcart:
        return await read_window(snipcart, window or Window())


def ids(result: WindowResult) -> set[str]:
    """Give the ids that were read, and check that none is there twice."""
    found = [customer.id for customer in (*result.customers, *result.undated)]
    assert len(found) == len(set(found))
    return set(found)


def spell(moment: datetime) -> str:
    """Spell a moment as Snipcart does."""
    return moment.isoformat().replace("+00:00", "Z")
