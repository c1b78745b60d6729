"""P: lists that change, lie, or end too soon."""

import json
from dataclasses import replace

import attrs

from snipcart_async import SnipcartClient
from snipcart_async.errors import DecodeError, PaginationError
from snipcart_async.testing.behaviour import Behaviour, LiveChanges
from snipcart_async.testing.messages import encode

from .acts import edit_list, refuse, say
from .exporting import export_all, export_to, ids_in, target_of
from .row import AnyRow, Elsewhere, Expected, Play, row
from .runs import gather
from .server import Exchange, http
from .stage import Stage, is_list

_BROKEN = Expected(error=PaginationError)


def _more_than_asked(exchange: Exchange) -> bytes:
    limit = int(exchange.request.query["limit"])
    exchange.request = replace(exchange.request, query={**exchange.request.query, "limit": str(limit + 7)})
    return http(exchange.content)


def _offset_ignored(exchange: Exchange) -> bytes:
    offset = int(exchange.request.query.get("offset", 0))
    exchange.request = replace(exchange.request, query={**exchange.request.query, "offset": "0"})
    return http(json.dumps({**exchange.document, "offset": offset}).encode())


def _with_a_newcomer(exchange: Exchange) -> bytes:
    content = encode(exchange.honest().body)
    exchange.shop.add_customer()
    return http(content)


async def _newcomers(stage: Stage) -> None:
    """Let somebody come between any two pages: nobody is given twice, and an export has who was there."""
    async with stage.serving(say(_with_a_newcomer), is_list, behaviour=Behaviour(page_cap=10)) as (server, snipcart):
        seen: list[str] = []
        there = set(server.shop.customer_ids())
        await gather(snipcart, seen)
        assert len(seen) == len(set(seen))
        report = await export_to(stage, snipcart)
        assert report.complete, report.unproven
        assert there <= ids_in(target_of(stage))


async def _living(stage: Stage) -> None:
    """Let customers go and order between any two pages, in a list whose ties are never in the same order."""
    behaviour = Behaviour(page_cap=10, stable_ties=False, changes=LiveChanges(deletes=0.05, orders=0.5))
    async with stage.serving(None, behaviour=behaviour) as (server, snipcart):
        report = await export_to(stage, snipcart)
        missed = set(server.shop.customer_ids()) - ids_in(target_of(stage))
        assert not (report.complete and missed), f"{len(missed)} missed"


async def _ignored_offset(stage: Stage) -> None:
    """Give the first page again and again."""
    always = attrs.evolve(stage, once=False)
    for concurrency in (1, 3):
        async with always.serving(say(_offset_ignored)) as (server, snipcart):
            await stage.fails(_pages(snipcart, concurrency), PaginationError, "ignore the offset")
            assert len(server.seen) <= 1 + 2 * concurrency
    async with always.serving(say(_offset_ignored), behaviour=Behaviour(page_cap=10)) as (server, snipcart):
        await export_all(stage, server, snipcart)  # it goes by dates


async def _pages(snipcart: SnipcartClient, concurrency: int) -> None:
    async for page in snipcart.customers.list(limit=50).pages(concurrency):
        assert page.offset == 0, "the same page came twice"


async def _clamped(stage: Stage) -> None:
    """Give fifty where two hundred are asked for."""
    async with stage.serving(None, behaviour=Behaviour(page_cap=50)) as (server, snipcart):
        page = await snipcart.customers.list(limit=200)
        assert (len(page), page.limit) == (50, 50)
        everybody = await snipcart.customers.list(limit=200).collect()
        assert {customer.id for customer in everybody} == set(server.shop.customer_ids())
        await export_all(stage, server, snipcart)


async def _ignored_dates(stage: Stage) -> None:
    """Take no notice of `from` and `to`."""
    behaviour = Behaviour(page_cap=10, date_precision="ignored")
    async with stage.serving(None, behaviour=behaviour) as (server, snipcart):
        await export_all(stage, server, snipcart)


async def _empty(stage: Stage) -> None:
    """Have no customers at all."""
    async with stage.serving(None, customers=0) as (_, snipcart):
        assert await snipcart.customers.list().collect() == []
        for suffix, lines in ((".jsonl", 0), (".csv", 1)):
            report = await export_to(stage, snipcart, suffix=suffix)
            assert (report.complete, report.customers) == (True, 0)
            assert len(target_of(stage, suffix).read_bytes().splitlines()) == lines


_LISTING = "tests/test_listing.py::"
_SHRINKS = _LISTING + "test_a_list_that_shrinks_ends_at_its_new_total"
_GROWS = _LISTING + "test_a_list_that_grows_for_ever_is_an_error"
_LIVING = "tests/export/test_living_shop.py"
_BEST_EFFORT = "a walk by offset may miss somebody, as its docstring says; an export does not"

PAGING_ROWS: tuple[AnyRow, ...] = (
    Play(name="P1", fault="somebody comes between two pages", scene=_newcomers),
    Elsewhere(name="P2", fault="somebody goes between two pages", tests=(_LIVING,), note=_BEST_EFFORT),
    Play(name="P3", fault="orders are placed, ties change places", scene=_living, note=_BEST_EFFORT),
    Elsewhere(
        name="P4",
        fault="the total shrinks",
        tests=(_SHRINKS, _LIVING),
    ),
    Elsewhere(name="P5", fault="the total grows", tests=(_GROWS, _LIVING)),
    row("P6", "a negative total", edit_list(totalItems=-5), single=None, walk=_BROKEN, export="X1"),
    row("P7", "no total", edit_list(totalItems=None), single=None, export="X3", modes=("always",)),
    row("P8", "a total that is an object", edit_list(totalItems={}), DecodeError, single=None),
    row("P9", "more items than asked for", say(_more_than_asked), single=None),
    Play(name="P10", fault="fewer items than asked for", scene=_clamped),
    Play(name="P11", fault="the offset is ignored, and echoed", scene=_ignored_offset),
    Elsewhere(
        name="P12",
        fault="the total grows by a page at every request",
        tests=(_GROWS,),
    ),
    row("P13", "items are null", edit_list(items=None), DecodeError, single=None),
    row("P14", "no items", edit_list(items=...), DecodeError, single=None),
    row("P15", "the third page fails, once", refuse("503 Busy"), single=None, walk=Expected(tries=2), modes=("once",)),
    Play(name="P16", fault="from and to are ignored", scene=_ignored_dates),
    Elsewhere(
        name="P17",
        fault="the same customer on two pages",
        tests=(_LISTING + "test_an_item_that_moved_to_a_later_page_comes_once",),
    ),
    Elsewhere(name="P18", fault="600 customers of one second, in no order", tests=(_LIVING,)),
    Play(name="P19", fault="an empty shop", scene=_empty),
)
