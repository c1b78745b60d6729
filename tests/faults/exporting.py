"""Exports from a shop that is sick: what may come of one."""

import json
from pathlib import Path

from snipcart_async import SnipcartClient
from snipcart_async.errors import SnipcartError
from snipcart_async.export import ExportReport, export_customers

from .server import FaultyServer
from .stage import Stage

AT_A_TIME = 3
PATIENCE = 10
"""How often an export tries, but for the free repeat on a stale connection."""


def target_of(stage: Stage, suffix: str = ".jsonl") -> Path:
    """Give the file of a stage's exports."""
    return stage.folder / f"customers{suffix}"


async def export_to(
    stage: Stage, snipcart: SnipcartClient, *, suffix: str = ".jsonl", resume: bool = False
) -> ExportReport:
    """Export the customers to a file."""
    target = target_of(stage, suffix)
    return await export_customers(snipcart, target, concurrency=AT_A_TIME, resume=resume, overwrite=not resume)


async def export_all(stage: Stage, server: FaultyServer, snipcart: SnipcartClient, *, resume: bool = False) -> None:
    """Export the customers: it says that it is complete, and rightly so."""
    report = await export_to(stage, snipcart, resume=resume)
    assert report.complete, report.unproven
    missing = set(server.shop.customer_ids()) - ids_in(target_of(stage))
    assert not missing, f"{len(missing)} customers missing"


async def export_fails(
    stage: Stage, snipcart: SnipcartClient, error: type[SnipcartError] | None, *, tries: int = PATIENCE
) -> None:
    """Export the customers: it ends, with an error that shows nothing private, and without a file of that name."""
    try:
        await export_to(stage, snipcart)
    except SnipcartError as caught:
        ended = await stage.fails(_again(caught), error or type(caught))
    else:
        raise AssertionError("the export ended well")
    assert error is None or len(ended.attempts) in {tries, tries + 1}, f"{len(ended.attempts)} attempts"
    assert not target_of(stage).exists(), "a file that is not finished has its name"


async def _again(error: SnipcartError) -> None:
    raise error


def ids_in(path: Path) -> set[str]:
    """Give the ids in a file of JSON lines, each of which must be there once."""
    ids = [json.loads(line)["id"] for line in path.read_bytes().splitlines()]
    assert len(ids) == len(set(ids)), "a customer is in the file twice"
    return set(ids)
