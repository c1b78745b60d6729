"""Exports of shops that live: each run says what it claims, and a look into the shop says what is true."""

import json
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import attrs

from snipcart_async import SnipcartClient
from snipcart_async.errors import PaginationError
from snipcart_async.export import export_customers
from snipcart_async.testing import FakeSnipcart, LiveChanges

CALM = LiveChanges(inserts=0.2, deletes=0.05, orders=0.5)
ROUGH = LiveChanges(inserts=0.2, deletes=0.2, orders=0.5)
_HOUR = 3600.0


def an_hour_ahead() -> float:
    """Tell the time as a clock does that is an hour fast."""
    return time.time() + _HOUR


def an_hour_behind() -> float:
    """Tell the time as a clock does that is an hour slow."""
    return time.time() - _HOUR


KINDS: dict[str, dict[str, Any]] = {
    "ascending": {"changes": CALM},
    "ascending, many deletes": {"changes": ROUGH},
    "ascending, unstable ties": {"changes": CALM, "stable_ties": False},
    "descending": {"changes": CALM, "descending": True},
    "descending, many deletes": {"changes": ROUGH, "descending": True},
    "descending, unstable ties": {"changes": ROUGH, "descending": True, "stable_ties": False},
    "600 in one second": {"changes": CALM, "burst": 600},
    "600 in one second, unstable": {"changes": CALM, "burst": 600, "stable_ties": False},
    "from and to ignored": {"changes": CALM, "date_precision": "ignored"},
    "only confirmed": {"changes": CALM, "status": "Confirmed"},
    "an hour ahead of us": {"changes": CALM, "clock": an_hour_ahead},
    "an hour behind us": {"changes": CALM, "clock": an_hour_behind},
}
"""How shops differ, besides their seed."""


@attrs.frozen
class Outcome:
    """Say what a run claimed, and what is true of it."""

    complete: bool
    missed: int
    """How many were there all the time, and are not in the file."""
    doubled: int
    requests: int

    @property
    def lied(self) -> bool:
        """Whether the run said complete, and was not."""
        return bool(self.doubled or (self.complete and self.missed))


async def export_living(kind: str, seed: int, folder: Path, *, customers: int = 1000) -> Outcome:
    """Export a shop of a kind, and compare the file with who was there from beginning to end."""
    switches = dict(KINDS[kind])
    status = switches.pop("status", None)
    target = folder / f"{seed}.jsonl"
    async with FakeSnipcart(customers, seed, **switches) as fake:
        there = _ids(fake, status)
        async with SnipcartClient(fake.api_key, base_url=fake.base_url) as snipcart:
            report = await export_customers(snipcart, target, status=status)
        there &= _ids(fake, status)
    written = Counter(json.loads(line)["id"] for line in target.read_bytes().splitlines())
    target.unlink()
    return Outcome(
        complete=report.complete,
        missed=len(there - written.keys()),
        doubled=sum(count - 1 for count in written.values()),
        requests=report.requests,
    )


async def walk_living(kind: str, seed: int, *, customers: int = 1000) -> int:
    """Walk by offset through the same shop, as everybody does, and count who was missed."""
    switches = dict(KINDS[kind])
    status = switches.pop("status", None)
    async with FakeSnipcart(customers, seed, **switches) as fake:
        there = _ids(fake, status)
        async with SnipcartClient(fake.api_key, base_url=fake.base_url) as snipcart:
            seen: set[str] = set()
            try:
                async for customer in snipcart.customers.list(status=status, limit=100):
                    seen.add(customer.id)
            except PaginationError:  # the walk gives up: then nobody is misled
                return 0
        return len((there & _ids(fake, status)) - seen)


def _ids(fake: FakeSnipcart, status: str | None) -> set[str]:
    shop = fake.shop
    return {guid for guid in shop.customer_ids() if status in {None, getattr(shop.find(guid), "status", None)}}


def share(outcomes: Iterable[Outcome]) -> float:
    """Tell which share of runs proved to be complete."""
    proven = [outcome.complete for outcome in outcomes]
    return sum(proven) / len(proven)
