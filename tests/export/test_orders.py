"""Exporting orders: each once, under its customer, and what cannot be read is in nobody's way."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from snipcart_async import Request, Response, SnipcartClient
from snipcart_async.errors import (
    AuthenticationError,
    ConfigurationError,
    ConnectError,
    ExportError,
    PermissionDeniedError,
    RateLimitError,
    RedirectError,
    ServerError,
    SnipcartError,
)
from snipcart_async.export import ExportProgress, ExportReport, export_orders
from snipcart_async.export.orders import _OrderReader
from snipcart_async.retry import RetryPolicy
from snipcart_async.testing import FakeSnipcart

from ..scripted import CUSTOMER_ID, Answer, ScriptedTransport, reply
from .asking import client_of, rejects_of, rows_in
from .exporting import at_window

TOKEN = "00000000-0000-0000-0000-00000000000a"
OTHER_TOKEN = "00000000-0000-0000-0000-00000000000b"

COUNT = 60

Export = Callable[..., Coroutine[Any, Any, ExportReport]]
Orders = list[tuple[str, str]]


@pytest_asyncio.fixture
async def fake() -> AsyncIterator[FakeSnipcart]:
    """Open a fake shop with one page of customers, who have some hundred orders."""
    async with FakeSnipcart(customers=COUNT) as fake:
        yield fake


@pytest_asyncio.fixture
async def export(snipcart: SnipcartClient, target: Path) -> Export:
    """Export the orders of the fake shop to the target."""
    return partial(export_orders, snipcart, target)


def orders_of(fake: FakeSnipcart) -> Orders:
    """Give customer and token of every order of a shop."""
    return sorted((guid, order["token"]) for guid in fake.shop.customer_ids() for order in fake.shop.orders(guid))


def orders_in(path: Path) -> Orders:
    """Read customer and token of every order in a file."""
    return sorted((row["customerId"], row["token"]) for row in rows_in(path))


def buyers_of(fake: FakeSnipcart, count: int) -> list[str]:
    """Give customers who have at least so many orders."""
    return [guid for guid in fake.shop.customer_ids() if len(fake.shop.orders(guid)) >= count]


async def test_every_order_once(fake: FakeSnipcart, export: Export, target: Path) -> None:
    """Every order of every customer is a row with the customer's id, for one request a customer."""
    report = await export()

    assert orders_of(fake) == orders_in(target)
    assert report.complete
    assert (report.customers, report.orders, report.missing) == (COUNT, len(orders_of(fake)), 0)
    assert report.requests == len(fake.requests) == COUNT + 1
    assert [target] == list(target.parent.iterdir())


async def test_several_windows(target: Path) -> None:
    """Also from a shop of many pages, with filters, each order comes once."""
    async with FakeSnipcart(customers=240, page_cap=10) as fake:
        first, *_, last = fake.shop.customer_ids()
        wanted = [fake.shop.document(guid)["status"] == "Confirmed" for guid in fake.shop.customer_ids()]
        confirmed = {guid for guid, keep in zip(fake.shop.customer_ids(), wanted, strict=True) if keep}
        async with SnipcartClient(fake.api_key, base_url=fake.base_url) as snipcart:
            report = await export_orders(snipcart, target, status="Confirmed")
        assert report.complete
        assert report.windows > 1
        assert [order for order in orders_of(fake) if order[0] in confirmed] == orders_in(target)
        assert report.requests == len(fake.requests)
        assert first != last


async def test_hydrated_orders_are_asked_for_one_by_one(fake: FakeSnipcart, export: Export, target: Path) -> None:
    """With `hydrate` each order is asked for once, and it is what that answer says."""
    await export()
    asked = len(fake.requests)
    customer_id, token = orders_of(fake)[0]
    fake.fail_next(status=200, body={"token": token, "invoiceNumber": "full"}, path=f"/orders/{token}")
    report = await export(hydrate=True, overwrite=True)
    paths = Counter(seen.path for seen in fake.requests[asked:])

    assert report.complete
    assert orders_of(fake) == orders_in(target)
    assert {paths[f"/orders/{token}"] for _, token in orders_of(fake)} == {1}
    assert [row["customerId"] for row in rows_in(target) if row["invoiceNumber"] == "full"] == [customer_id]
    assert report.requests == paths.total() == asked + len(orders_of(fake))


async def test_who_was_deleted_meanwhile_is_missing(fake: FakeSnipcart, export: Export, target: Path) -> None:
    """A customer who is gone when their orders are asked for is counted apart, and is no reject."""
    gone = buyers_of(fake, 1)[3]
    expected = [order for order in orders_of(fake) if order[0] != gone]
    progress: list[ExportProgress] = []

    def watch(seen: ExportProgress) -> None:
        if not progress:
            fake.shop.delete(gone)
        progress.append(seen)

    report = await export(concurrency=1, on_progress=watch)

    assert report.complete
    assert expected == orders_in(target)
    assert (report.customers, report.missing, report.rejected) == (COUNT - 1, 1, 0)
    assert [seen.customers for seen in progress] == [0, *range(1, COUNT + 1), COUNT]
    assert {(seen.total, seen.windows_total) for seen in progress} == {(COUNT, 1)}


async def test_an_order_that_is_gone_is_written_as_listed(fake: FakeSnipcart, export: Export, target: Path) -> None:
    """With `hydrate`, what cannot be found on its own any more is still in its customer's list."""
    fake.fail_next(status=404, path=f"/orders/{orders_of(fake)[7][1]}")
    report = await export(hydrate=True)

    assert (report.complete, report.missing) == (True, 0)
    assert orders_of(fake) == orders_in(target)


@pytest.mark.parametrize("hydrate", [False, True])
@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ({"document": None}, "$[1]: expected an object, got null"),
        ({"token": ...}, "$[1].token: missing"),
        ({"token": 7}, "$[1].token: expected text, got a number"),
        ({"email": 7}, "$[1].email: expected text, got a number"),
    ],
    ids=str,
)
async def test_a_broken_order_is_set_aside(
    broken: dict[str, Any], problem: str, fake: FakeSnipcart, export: Export, target: Path, *, hydrate: bool
) -> None:
    """An order that cannot be read is among the rejects as Snipcart sent it, with its customer; all others are rows."""
    customer_id = buyers_of(fake, 3)[0]
    orders = orders_of(fake)
    token = fake.shop.orders(customer_id)[1]["token"]
    fake.spoil(token, **broken)
    report = await export(hydrate=hydrate)
    (reject,) = rejects_of(target)

    assert (report.customers, report.rejected, report.complete, report.unproven) == (COUNT, 1, False, ())
    assert report.orders == len(orders) - 1
    assert [order for order in orders if order[1] != token] == orders_in(target)
    assert reject["problems"] == [problem]
    assert reject["document"]["customerId"] == customer_id
    assert (reject["document"]["order"] is None) == ("document" in broken)


@pytest.mark.parametrize(
    ("failure", "problem"),
    [
        ({"status": 400}, "GET /customers/{id}/orders: 400"),
        ({"status": 204, "body": b""}, "GET /customers/{id}/orders: $: empty, not JSON"),
        ({"status": 200, "body": b"<html>"}, "GET /customers/{id}/orders: $: HTML, not JSON"),
        ({"status": 200, "body": {"items": []}}, "$: expected a list"),
        ({"status": 200, "body": b"null"}, "$: expected a list"),
    ],
    ids=str,
)
async def test_one_bad_customer_is_not_the_end(
    failure: dict[str, Any], problem: str, fake: FakeSnipcart, export: Export, target: Path
) -> None:
    """A customer whose orders cannot be read is a reject, and everybody else's orders are rows."""
    bad = buyers_of(fake, 2)[5]
    fake.fail_next(**failure, path=f"/customers/{bad}/orders")
    report = await export()
    (reject,) = rejects_of(target)

    assert (report.customers, report.rejected, report.missing, report.complete) == (COUNT, 1, 0, False)
    assert [order for order in orders_of(fake) if order[0] != bad] == orders_in(target)
    assert reject["document"] == {"customerId": bad, "order": None}
    assert len(reject["problems"]) == 1
    assert reject["problems"][0].startswith(problem)
    assert report.requests == len(fake.requests)


@pytest.mark.parametrize(
    ("failure", "problem"),
    [
        ({"status": 403, "path": "/customers/*/orders"}, PermissionDeniedError),
        ({"status": 401, "path": "/customers/*/orders"}, AuthenticationError),
        ({"status": 503, "headers": {"Retry-After": "9999"}, "path": "/orders/*"}, ServerError),
        ({"status": 502, "headers": {"Retry-After": "9999"}, "path": "/customers/*/orders"}, ServerError),
    ],
    ids=str,
)
async def test_an_end_that_is_nobodys_fault_is_gone_on_from(
    failure: dict[str, Any], problem: type[SnipcartError], target: Path
) -> None:
    """A key that is refused, or a Snipcart that is down, ends the export; resumed, it leaves nobody out."""
    async with (
        FakeSnipcart(customers=60, page_cap=5) as fake,
        SnipcartClient(fake.api_key, base_url=fake.base_url) as snipcart,
    ):
        options: dict[str, Any] = {"hydrate": True, "concurrency": 2}
        watch = at_window(1, lambda _: fake.fail_next(**failure))
        with pytest.raises(problem):
            await export_orders(snipcart, target, on_progress=watch, **options)
        assert target not in target.parent.iterdir()

        report = await export_orders(snipcart, target, resume=True, **options)
        assert (report.complete, report.resumed, report.customers) == (True, True, 60)
        assert orders_of(fake) == orders_in(target)


async def test_strict_ends_with_the_first_broken_order(fake: FakeSnipcart, export: Export, target: Path) -> None:
    """The export ends in an error that shows no value, and writes nothing."""
    fake.spoil(orders_of(fake)[0][1], email=["canary"])
    with pytest.raises(ExportError, match=r"strict: .*\.email: expected text, got a list;") as caught:
        await export(strict=True)

    assert "canary" not in str(caught.value)
    assert target not in target.parent.iterdir()


async def test_so_many_requests_at_a_time(fake: FakeSnipcart, snipcart: SnipcartClient, target: Path) -> None:
    """Orders of several customers are asked for at a time, never of more than `concurrency`."""
    waiting = most = 0

    class Counting:
        async def send(self, request: Request) -> Response:
            nonlocal waiting, most
            waiting += 1
            most = max(most, waiting)
            await asyncio.sleep(0.001)
            waiting -= 1
            found = await snipcart.request(request.method, request.path, params=request.params)
            return Response(status=found.status, headers=found.headers, content=found.content)

    report = await export_orders(client_of(Counting()), target, concurrency=3)

    assert report.complete
    assert orders_of(fake) == orders_in(target)
    assert most == 3


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"format": "xlsx"}, "sqlite, jsonl, csv, parquet"),
        ({"concurrency": True}, "concurrency"),
        ({"name": 7}, "name"),
    ],
    ids=repr,
)
async def test_what_is_unusable_is_refused_at_once(
    options: dict[str, Any], named: str, fake: FakeSnipcart, export: Export
) -> None:
    """Nothing is sent for an argument that makes no sense."""
    with pytest.raises(ConfigurationError, match=named):
        await export(**options)

    assert fake.requests == []


async def test_session_tokens_only_where_asked_for(fake: FakeSnipcart, export: Export, target: Path) -> None:
    """What logs a shopper in is in no order of theirs, unless the caller wants it there."""
    fake.spoil(orders_of(fake)[0][1], user={"id": CUSTOMER_ID, "sessionToken": TOKEN, "SESSIONTOKEN": TOKEN})
    await export()
    without = target.read_bytes()  # noqa: ASYNC240 - a small file
    await export(overwrite=True, session_tokens=True)

    assert TOKEN.encode() not in without
    assert TOKEN.encode() in target.read_bytes()  # noqa: ASYNC240 - a small file


def reader_of(*answers: Answer, hydrate: bool) -> _OrderReader:
    """Read orders from scripted answers, without waiting between attempts."""
    snipcart = client_of(ScriptedTransport(*answers)).with_options(retry=RetryPolicy(max_attempts=3, base_delay=0.0))
    return _OrderReader(snipcart, hydrate=hydrate)


async def test_a_customer_whose_orders_always_fail_is_a_reject() -> None:
    """A 500 that stays is about this customer; every attempt is counted."""
    harvest = await reader_of(reply(status=500), hydrate=False).read(CUSTOMER_ID)

    assert (harvest.customers, [*harvest.rows], harvest.missing, harvest.requests) == (1, [], 0, 3)
    assert ["GET /customers/{id}/orders: 500" in reject.problems[0] for reject in harvest.rejects] == [True]


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (reply({"token": OTHER_TOKEN}), "$.token: answers another request"),
        (reply({"token": None}), "$[0].token: expected text, got null"),
        (reply([]), "$[0]: expected an object, got a list"),
        (reply(b"<html>"), "GET /orders/{id}: $: HTML, not JSON"),
        (reply({"message": "no"}, 400), "GET /orders/{id}: 400"),
    ],
    ids=["another order", "no order", "no object", "no JSON", "refused"],
)
async def test_an_order_that_comes_otherwise_on_its_own_is_a_reject(answer: Response, problem: str) -> None:
    """With `hydrate` an answer that is not this order is not written for it: its listed form goes to the rejects."""
    listed = {"token": TOKEN, "email": "canary"}
    harvest = await reader_of(reply([listed, {"token": "7"}]), answer, hydrate=True).read(CUSTOMER_ID)
    (reject,) = harvest.rejects

    assert [row.order.token for row in harvest.rows] == ["7"]  # no GUID: it is not asked for
    assert reject.document == {"customerId": CUSTOMER_ID, "order": listed}
    assert reject.problems[0].startswith(problem)
    assert len(reject.problems) == 1
    assert harvest.requests == 2
    assert "canary" not in repr(harvest)


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (reply(status=401), AuthenticationError),
        (reply(status=403), PermissionDeniedError),
        (reply(status=429, headers={"Retry-After": "0"}), RateLimitError),
        *((reply(status=status), ServerError) for status in (502, 503, 504)),
        (reply(status=302), RedirectError),
        (ConnectError("refused"), ConnectError),
    ],
    ids=lambda value: str(getattr(value, "status", "")),
)
async def test_what_says_nothing_of_the_customer_ends_the_export(answer: Answer, problem: type[SnipcartError]) -> None:
    """A key that is refused, a limit, or a Snipcart that is down: nobody becomes a reject for it."""
    with pytest.raises(problem):
        await reader_of(answer, hydrate=False).read(CUSTOMER_ID)
    with pytest.raises(problem):
        await reader_of(reply([{"token": TOKEN}]), answer, hydrate=True).read(CUSTOMER_ID)


async def test_a_token_is_the_same_in_any_case() -> None:
    """With `hydrate` an order may spell its token otherwise than the list does."""
    harvest = await reader_of(reply([{"token": TOKEN}]), reply({"token": TOKEN.upper()}), hydrate=True).read(
        CUSTOMER_ID
    )

    assert ([row.customer_id for row in harvest.rows], harvest.rejects) == ([CUSTOMER_ID], ())


async def test_an_order_nested_without_end_is_set_aside() -> None:
    """A document that no file shall hold is a reject without it, and its siblings are read."""
    deep: list[Any] = []
    for _ in range(150):
        deep = [deep]
    orders = [{"token": TOKEN}, {"token": OTHER_TOKEN, "metadata": deep}]
    reader = _OrderReader(client_of(ScriptedTransport(reply(orders))), hydrate=False)
    harvest = await reader.read(CUSTOMER_ID)

    assert [row.order.token for row in harvest.rows] == [TOKEN]
    assert harvest.rejects[0].document == {"customerId": CUSTOMER_ID, "order": None}


async def test_an_order_listed_twice_is_one() -> None:
    """What Snipcart lists twice in one answer is one row, as in a database."""
    transport = ScriptedTransport(reply([{"token": TOKEN}, {"token": TOKEN.upper()}]))
    harvest = await _OrderReader(client_of(transport), hydrate=False).read(CUSTOMER_ID)

    assert len(harvest.rows) == 1
