"""Walks over lists that behave, and over lists that do not: all, or `PaginationError`, and never for ever."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snipcart_async import Request, Response, SnipcartClient
from snipcart_async.errors import ConfigurationError, DecodeError, PaginationError, ServerError
from snipcart_async.models import Customer
from snipcart_async.testing import FakeSnipcart

from .scripted import ScriptedTransport, reply

Serve = Callable[[Request], Response]


def identifier(number: int) -> str:
    """Make an identifier that tells its number."""
    return f"00000000-0000-0000-0000-{number:012d}"


def page_of(numbers: range, total: int | None, offset: int, limit: int) -> Response:
    """Make a page as Snipcart would."""
    items = [{"id": identifier(number)} for number in numbers]
    return reply({"totalItems": total, "offset": offset, "limit": limit, "items": items})


def asked(request: Request) -> tuple[int, int]:
    """Read offset and limit of a request."""
    return int(request.params.get("offset", 0)), int(request.params.get("limit", 20))


def client(serve: Serve) -> tuple[SnipcartClient, ScriptedTransport]:
    """Build a client whose lists a function serves."""
    transport = ScriptedTransport(serve)
    return SnipcartClient("key", transport=transport, max_concurrency=64), transport


def shop(total: int, *, cap: int = 1000) -> Serve:
    """Serve a list that does not change, with at most `cap` items a page."""

    def serve(request: Request) -> Response:
        offset, limit = asked(request)
        limit = min(limit, cap)
        return page_of(range(offset, min(total, offset + limit)), total, offset, limit)

    return serve


async def numbers_of(snipcart: SnipcartClient, concurrency: int, **query: Any) -> list[int]:
    """Walk page by page, and give the number of each customer."""
    pages = snipcart.customers.list(**query).pages(concurrency)
    return [int(customer.id[-12:]) for page in [page async for page in pages] for customer in page]


@pytest.mark.parametrize("concurrency", [1, 2, 8])
@pytest.mark.parametrize("total", [0, 1, 49, 50, 51, 100, 237])
async def test_a_walk_gives_every_item_once_and_in_order(total: int, concurrency: int) -> None:
    """Whatever the size of the list, and however far it looks ahead."""
    snipcart, _ = client(shop(total))

    assert [*range(total)] == await numbers_of(snipcart, concurrency)
    assert [*range(total)] == [int(item.id[-12:]) async for item in snipcart.customers.list()]


@pytest.mark.parametrize("concurrency", [1, 4])
async def test_a_server_that_clamps_the_limit_is_followed(concurrency: int) -> None:
    """Asked for 50 a page, given 20: the walk goes on by what it receives."""
    snipcart, transport = client(shop(237, cap=20))

    assert [*range(237)] == await numbers_of(snipcart, concurrency)
    assert len(transport.requests) == 12


@pytest.mark.parametrize("concurrency", [1, 4])
@given(sizes=st.lists(st.integers(0, 60), min_size=1, max_size=30))
def test_short_and_empty_pages_never_end_a_walk_early(concurrency: int, sizes: list[int]) -> None:
    """A server may give less than asked, even nothing, now and then: all the same, every item comes once."""
    visits: Counter[int] = Counter()

    def serve(request: Request) -> Response:
        offset, limit = asked(request)
        visits[offset] += 1
        size = sizes[visits.total() % len(sizes)] if visits[offset] < 3 else 7  # never three times nothing
        return page_of(range(offset, min(200, offset + size)), 200, offset, limit)

    async def walk() -> list[int]:
        snipcart, _ = client(serve)
        return await numbers_of(snipcart, concurrency)

    assert [*range(200)] == asyncio.run(walk())


@pytest.mark.parametrize("concurrency", [1, 4])
async def test_a_hole_that_stays_is_an_error(concurrency: int) -> None:
    """Items that Snipcart counts but never gives are not passed over in silence."""

    def serve(request: Request) -> Response:
        offset, limit = asked(request)
        return page_of(range(offset, offset + limit) if offset < 100 else range(0), 237, offset, limit)

    snipcart, _ = client(serve)
    with pytest.raises(PaginationError, match="237 items in all, but none from offset 100"):
        await numbers_of(snipcart, concurrency)


@pytest.mark.parametrize("concurrency", [1, 4])
@pytest.mark.parametrize("honest", [True, False], ids=["echo says 0", "echo says what was asked"])
async def test_a_server_that_ignores_the_offset_is_an_error(concurrency: int, *, honest: bool) -> None:
    """The same page for ever ends in `PaginationError` after a few requests."""

    def serve(request: Request) -> Response:
        offset, limit = asked(request)
        return page_of(range(limit), 237, 0 if honest else offset, limit)

    snipcart, transport = client(serve)
    with pytest.raises(PaginationError):
        await numbers_of(snipcart, concurrency)

    assert len(transport.requests) <= 3 + concurrency


@pytest.mark.parametrize("concurrency", [1, 4])
async def test_a_list_of_two_pages_that_are_the_same_is_an_error(concurrency: int) -> None:
    """Half a list, given twice, is not the list."""

    def serve(request: Request) -> Response:
        offset, limit = asked(request)
        return page_of(range(limit), 100, offset, limit)

    snipcart, _ = client(serve)
    with pytest.raises(PaginationError, match="repeat"):
        await numbers_of(snipcart, concurrency)
    with pytest.raises(PaginationError, match="repeat"):
        await snipcart.customers.list().collect()


async def test_items_beyond_the_total_are_an_error() -> None:
    """A list that says "none", and gives fifty, does not end a walk in silence."""
    snipcart, _ = client(lambda request: page_of(range(50), 0, *asked(request)))
    with pytest.raises(PaginationError, match="0 items in all, but more from offset 0"):
        await snipcart.customers.list().collect()


async def test_an_item_that_moved_to_a_later_page_comes_once() -> None:
    """A customer inserted meanwhile shifts the others: nobody is given twice."""

    def serve(request: Request) -> Response:
        offset, limit = asked(request)
        start = max(0, offset - 5)
        return page_of(range(start, min(195, start + limit)), 200, offset, limit)

    snipcart, _ = client(serve)

    assert [*range(195)] == [int(item.id[-12:]) async for item in snipcart.customers.list()]


@pytest.mark.parametrize("total", [0, 3, 120])
async def test_without_a_total_the_walk_reads_to_the_first_empty_page(total: int) -> None:
    """Where Snipcart does not say how many there are, the end is a page with nothing on it."""

    def serve(request: Request) -> Response:
        offset, limit = asked(request)
        return page_of(range(offset, min(total, offset + limit)), None, offset, limit)

    snipcart, _ = client(serve)

    assert [*range(total)] == await numbers_of(snipcart, 1)
    assert [*range(total)] == await numbers_of(snipcart, 4)


async def test_a_list_that_shrinks_ends_at_its_new_total() -> None:
    """The newest total counts."""

    def serve(request: Request) -> Response:
        offset, limit = asked(request)
        return page_of(range(offset, offset + limit), 100 if offset else 500, offset, limit)

    snipcart, _ = client(serve)

    assert [*range(100)] == await numbers_of(snipcart, 1)


async def test_a_list_that_grows_for_ever_is_an_error() -> None:
    """Nothing loops: after twice the first total the walk gives up."""

    def serve(request: Request) -> Response:
        offset, limit = asked(request)
        return page_of(range(offset, offset + limit), offset + 200, offset, limit)

    snipcart, transport = client(serve)
    with pytest.raises(PaginationError, match="200 items at first"):
        await numbers_of(snipcart, 1)

    assert len(transport.requests) < 40


async def test_a_negative_total_is_an_error() -> None:
    """A count below zero is a contradiction in itself."""
    snipcart, _ = client(lambda request: page_of(range(0), -1, 0, 50))
    with pytest.raises(PaginationError, match="negative"):
        await numbers_of(snipcart, 1)


async def test_awaiting_a_listing_gives_its_first_page_as_snipcart_sizes_it() -> None:
    """Without a limit none is sent; with one it is."""
    snipcart, transport = client(shop(237))
    page = await snipcart.customers.list()
    other = await snipcart.customers.list(offset=40, limit=7)

    assert (len(page), page.total_items, page.offset, page.limit) == (20, 237, 0, 20)
    assert (len(other), other.offset, other.limit) == (7, 40, 7)
    assert [r.target for r in transport.requests] == ["/customers", "/customers?offset=40&limit=7"]


async def test_a_page_without_offset_and_limit_is_taken_as_asked() -> None:
    """Fields that Snipcart leaves out of the envelope are what was asked for; unknown ones are kept."""
    snipcart, _ = client(lambda _: reply({"items": [{"id": identifier(1)}], "sort": "x"}))
    page = await snipcart.customers.list(offset=3, limit=7)
    default = await snipcart.customers.list()

    assert (page.offset, page.limit, page.total_items, page.extra) == (3, 7, None, {"sort": "x"})
    assert default.limit == 1


async def test_count_first_and_collect_ask_for_as_little_as_they_need() -> None:
    """One item is asked for where one is enough, and no page more than needed is walked."""
    snipcart, transport = client(shop(237))
    customers = snipcart.customers.list(limit=50)

    assert await customers.count() == 237
    assert Customer(id=identifier(0)) == await customers.first()
    assert [
        await customers.collect(max_items=0),
        *[len(await customers.collect(max_items=number)) for number in (3, 60)],
        len(await customers.collect()),
    ] == [[], 3, 60, 237]
    assert ["1", "1", *["50"] * 8] == [request.params["limit"] for request in transport.requests]


async def test_nobody_is_first_in_an_empty_list() -> None:
    """An empty list has no first item."""
    snipcart, _ = client(shop(0))

    assert await snipcart.customers.list().first() is None


async def test_a_count_that_snipcart_does_not_give_is_an_error() -> None:
    """`None` is never passed off as a number."""
    snipcart, _ = client(lambda request: page_of(range(1), None, 0, 1))
    with pytest.raises(PaginationError, match="did not say"):
        await snipcart.customers.list().count()


async def test_each_walk_starts_anew() -> None:
    """A listing is a query, not an iterator that runs dry."""
    snipcart, _ = client(shop(70))
    customers = snipcart.customers.list()

    assert [len([item async for item in customers]) for _ in range(2)] == [70, 70]


@pytest.mark.parametrize("number", [0, -1, True, 1.5])
async def test_an_impossible_number_is_refused(number: int) -> None:
    """Looking zero pages ahead is no walk, and nobody at all is the least one can want."""
    snipcart, transport = client(shop(1))
    with pytest.raises(ConfigurationError, match="concurrency must be a whole number of at least 1"):
        await numbers_of(snipcart, number)
    with pytest.raises(ConfigurationError, match="max_items must be a whole number of at least 0"):
        await snipcart.customers.list().collect(number or -1)

    assert transport.requests == []


async def test_look_ahead_is_bounded_and_ends_with_the_walk() -> None:
    """A walk left early leaves no task behind, and asked for no more than twice as many pages as at a time."""
    snipcart, transport = client(shop(10_000))
    before = asyncio.all_tasks()
    async with aclosing(snipcart.customers.list().pages(4)) as pages:
        async for _ in pages:
            if len(transport.requests) > 1:
                break

    assert before == asyncio.all_tasks()
    assert len(transport.requests) <= 1 + 2 * 4


def test_a_walk_that_outlives_its_loop_ends_with_it(caplog: pytest.LogCaptureFixture) -> None:
    """Suspended walks are closed by the loop, without a word."""
    kept: list[Any] = []

    async def begin() -> None:
        snipcart, _ = client(shop(10_000))
        kept.extend((aiter(snipcart.customers.list()), snipcart.customers.list().pages(8)))
        for walk in kept:
            await anext(walk)

    asyncio.run(begin())

    assert caplog.messages == []


async def test_a_walk_that_is_simply_dropped_leaves_no_task_behind() -> None:
    """`break` without closing: the event loop closes the walk, and the walk its look-ahead."""
    snipcart, _ = client(shop(10_000))
    before = asyncio.all_tasks()
    for _ in range(20):
        async for page in snipcart.customers.list().pages(4):
            if page.offset:
                break
    for _ in range(20):
        await asyncio.sleep(0)

    assert before == asyncio.all_tasks()


async def test_an_error_on_a_page_comes_in_its_turn() -> None:
    """The pages before the broken one are delivered, and the look-ahead behind it is thrown away."""

    def serve(request: Request) -> Response:
        offset, limit = asked(request)
        return reply({}, status=501) if offset == 100 else page_of(range(offset, offset + limit), 500, offset, limit)

    snipcart, _ = client(serve)
    pages = snipcart.customers.list().pages(4)

    assert [(await anext(pages)).offset for _ in range(2)] == [0, 50]
    with pytest.raises(ServerError):
        await anext(pages)


async def test_a_bad_item_is_named_by_its_place() -> None:
    """A page with an item that cannot be read says which, and what is wrong, without its value."""
    snipcart, _ = client(lambda _: reply({"totalItems": 2, "items": [{"id": identifier(1)}, {"id": "nobody"}]}))
    with pytest.raises(DecodeError) as caught:
        await snipcart.customers.list()

    assert caught.value.problems == ("$.items[1].id: expected a GUID, got other text",)


async def test_a_page_that_is_no_page_is_a_decode_error() -> None:
    """An envelope without items is not an empty list."""
    snipcart, _ = client(lambda request: reply({"totalItems": 2}))
    with pytest.raises(DecodeError, match=r"\$.items: missing"):
        await snipcart.customers.list()


async def test_a_lenient_page_sets_aside_what_cannot_be_read() -> None:
    """What cannot be read can be asked for all the same, by the same filters, at any offset."""
    items = [{"id": "nobody", "x": 1}, None]
    answer = reply({"totalItems": 7, "offset": 5, "limit": 2, "items": items}, headers={"X-Request-Id": "r-1"})
    snipcart, transport = client(lambda _: answer)
    page, response = await snipcart.customers.list(status="Confirmed", offset=3, limit=9).lenient_page(5, 2)

    assert [(item.model, item.document) for item in page] == [(None, item) for item in items]
    assert (page.total_items, page.offset, page.limit) == (7, 5, 2)
    assert (response.status, response.request_id, len(response.attempts)) == (200, "r-1", 1)
    assert [dict(request.params) for request in transport.requests] == [
        {"status": "Confirmed", "offset": "5", "limit": "2"}
    ]


async def test_a_lenient_page_is_still_a_page() -> None:
    """An envelope without items is refused, and so is a negative count; by default it is Snipcart's first page."""
    snipcart, transport = client(lambda _: reply({"totalItems": 2}))
    with pytest.raises(DecodeError, match=r"\$.items: missing"):
        await snipcart.customers.list().lenient_page()
    snipcart, _ = client(lambda _: reply({"totalItems": -1, "items": []}))
    with pytest.raises(PaginationError, match="negative"):
        await snipcart.customers.list().lenient_page()

    assert transport.requests[0].params == {}


@pytest.mark.parametrize("concurrency", [1, 8])
async def test_ten_thousand_customers_come_once_each_in_the_same_order(concurrency: int) -> None:
    """Over real HTTP, at 50 a page, the walk equals the shop."""
    async with (
        FakeSnipcart(customers=10_000) as fake,
        SnipcartClient(fake.api_key, base_url=fake.base_url) as snipcart,
    ):
        ids = [
            customer.id
            async for page in snipcart.customers.list(order_by="Date", limit=50).pages(concurrency)
            for customer in page
        ]

    assert 10_000 == len(set(ids)) == len(ids)
    assert {200} == {request.status for request in fake.requests}
    assert sorted(fake.shop.customer_ids()) == sorted(ids)
    assert len(fake.requests) == 200
