"""Playing a row: a single call, a walk through a list, an export; each with the fault always or once."""

import time
from collections.abc import Iterator
from pathlib import Path

from snipcart_async import SnipcartClient
from snipcart_async.testing.behaviour import Behaviour
from snipcart_async.testing.messages import SeenRequest

from .exporting import AT_A_TIME, PATIENCE, export_all, export_fails, export_to, ids_in, target_of
from .row import AnyRow, Expected, Play, Row
from .stage import DEADLINE, LATE, MEMORY, STALL, Figures, Stage, is_list, watched

_THIRD_PAGE = "100"
_HALFWAY = 12
"""An export of 240 customers, ten at a time, is in its midst with this request."""


async def single(stage: Stage, row: Row, expected: Expected) -> None:
    """Ask for one customer; afterwards, for another and for the same again, healthy."""
    async with stage.serving(row.act, customers=3, **row.client) as (server, snipcart):
        sick, other, *_ = server.shop.customer_ids()
        began = time.monotonic()
        if expected.error and not (stage.once and expected.mended_by_a_repeat):
            error = await stage.fails(snipcart.customers.get(sick), expected.error, row.says)
            assert len(error.attempts) == expected.tries, f"{len(error.attempts)} attempts, not {expected.tries}"
            stage.foretells(expected.tries, len(server.seen))
        else:
            customer = await snipcart.customers.get(sick)
            stage.texts.append(repr(customer))
            assert customer.id == sick
            stage.foretells(2 if stage.once and expected.tries > 1 else expected.tries, len(server.seen))
        late = time.monotonic() - began - row.client.get("deadline", DEADLINE)
        assert late <= LATE, f"the call ended {late:.2f} s after its deadline"
        server.heal()
        assert [(await snipcart.customers.get(guid)).id for guid in (other, sick)] == [other, sick]


async def walk(stage: Stage, row: Row, expected: Expected) -> None:
    """Walk through a list whose third page meets the fault; afterwards go on from there, healthy."""
    async with stage.serving(row.act, _third_page, **row.client) as (server, snipcart):
        everybody = set(server.shop.customer_ids())
        seen: list[str] = []
        if expected.error and not (stage.once and expected.mended_by_a_repeat):
            error = await stage.fails(gather(snipcart, seen), expected.error, row.says)
            assert len(seen) == int(_THIRD_PAGE), f"{len(seen)} customers before the error"
            stale = sum(attempt.reason == "connection gone stale" for attempt in error.attempts)
            assert len(error.attempts) == expected.tries + stale, f"{len(error.attempts)} attempts"
            stage.foretells(2 + len(error.attempts), len(server.seen))
            server.heal()
            await gather(snipcart, seen, offset=len(seen))
        else:
            await gather(snipcart, seen)
        assert server.met, "the fault was not met"
        assert len(seen) == len(set(seen)), "a customer came twice"
        assert set(seen) == everybody, f"{len(everybody - set(seen))} customers missing"


async def gather(snipcart: SnipcartClient, seen: list[str], offset: int = 0) -> None:
    """Walk through the customers, and note each as it comes."""
    async for customer in snipcart.customers.list(limit=50, offset=offset):
        seen.append(customer.id)  # noqa: PERF401 - what came before an error counts


def _third_page(request: SeenRequest) -> bool:
    return is_list(request) and request.query.get("offset") == _THIRD_PAGE


async def export(stage: Stage, row: Row, expected: str) -> None:
    """Export a shop, with the fault in its midst; afterwards resume it, healthy."""
    lists: list[SeenRequest] = []

    def halfway(request: SeenRequest) -> bool:
        lists.extend([request] * is_list(request))
        return is_list(request) and len(lists) >= _HALFWAY

    options = {**row.client, "deadline": None}
    async with stage.serving(row.act, halfway, behaviour=Behaviour(page_cap=10), **options) as (server, snipcart):
        if expected == "X1":
            wanted = row.single or row.walk or Expected()
            await export_fails(stage, snipcart, wanted.error, tries=PATIENCE if wanted.tries >= 3 else wanted.tries)
            server.heal()
            await export_all(stage, server, snipcart, resume=True)
        elif expected == "X3":
            report = await export_to(stage, snipcart)
            assert not report.complete, "the report says complete"
            missing = len(set(server.shop.customer_ids()) - ids_in(target_of(stage)))
            assert missing == report.rejected or report.unproven, f"{missing} missing, {report.rejected} not readable"
        else:
            await export_all(stage, server, snipcart)
        assert server.met, "the fault was not met"


def plays(row: AnyRow) -> Iterator[tuple[str, str]]:
    """Give the uses and modes of a row."""
    if isinstance(row, Play):
        yield from (("scene", mode) for mode in row.modes)
    elif isinstance(row, Row):
        uses = {"single": row.single, "walk": row.walk, "export": row.export}
        yield from ((use, mode) for use, expected in uses.items() if expected is not None for mode in row.modes)


async def play(row: Row | Play, use: str, mode: str, folder: Path, figures: Figures | None = None) -> None:
    """Play a row in one use and mode, and check what must hold besides."""
    stage = Stage(folder=folder, once=mode == "once", figures=figures or Figures())
    at_a_time = AT_A_TIME if use == "export" else 1
    memory = row.memory if isinstance(row, Row) else MEMORY
    async with watched(stage, stall=STALL * at_a_time, memory=memory):
        if isinstance(row, Play):
            await row.scene(stage)
        elif use == "single" and row.single:
            await single(stage, row, row.single)
        elif use == "walk" and row.walk:
            await walk(stage, row, row.walk)
        elif row.export:
            await export(stage, row, _export_expected(row, mode))


def _export_expected(row: Row, mode: str) -> str:
    expected = row.single or row.walk
    mended = expected is None or expected.mended_by_a_repeat
    return "X0" if mode == "once" and row.export == "X1" and mended else str(row.export)
