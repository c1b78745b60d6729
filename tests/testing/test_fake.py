"""The server: started and stopped cleanly, remembering what it saw, failing as told."""

import asyncio
import logging
import socket
import time
from contextlib import suppress
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import aiohttp
import pytest

import snipcart_async.testing
from snipcart_async.testing import FakeSnipcart, SeenRequest

from ..cancellation import eventually
from .conftest import Call


def test_the_public_names() -> None:
    """Every public name is there and listed, and no other."""
    assert dir(snipcart_async.testing) == snipcart_async.testing.__all__
    for name in snipcart_async.testing.__all__:
        assert getattr(snipcart_async.testing, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = snipcart_async.testing.Nothing  # type: ignore[attr-defined]


async def test_starting_and_stopping_by_hand(call: Call) -> None:
    """A fake can be started, stopped twice, and started again with the shop it had."""
    fake = FakeSnipcart(3)
    with pytest.raises(RuntimeError, match="not running"):
        _ = fake.base_url

    for _ in range(2):
        await fake.start()
        assert fake.base_url.startswith("http://127.0.0.1:")
        assert (await call(fake, "GET", "/customers")).document["totalItems"] == 3
        await fake.stop()
    await fake.stop()


async def test_a_fake_runs_once(call: Call) -> None:
    """Starting it again, in whichever way, is refused, and the server that runs goes on."""
    async with FakeSnipcart(3) as fake:
        with pytest.raises(RuntimeError, match="running already"):
            await fake.start()
        with pytest.raises(RuntimeError, match="running already"), fake:
            pytest.fail("it started twice")
        assert (await call(fake, "GET", "/customers")).status == 200


@pytest.mark.parametrize(
    ("switch", "wrong", "told"),
    [
        ("shape", "nestd", "'documented', 'flat', 'nested', 'both'"),
        ("date_precision", "minute", "'second', 'millisecond', 'day', 'ignored'"),
        ("mode", "test", "'Live', 'Test'"),
        ("put_absent", "drop", "'clear', 'keep'"),
        ("put_null", None, "'clear', 'keep'"),
        ("page_cap", 0, "at least 1"),
        ("customers", -1, "at least 0"),
        ("burst", -1, "at least 0"),
        ("latency", float("nan"), "at least 0"),
        ("remember", -1, "at least 0"),
    ],
)
def test_a_wrong_switch_is_told(switch: str, wrong: object, told: str) -> None:
    """A switch that does not exist is refused, and what there is is named."""
    with pytest.raises(ValueError, match=f"{switch} must be .*{told}"):
        FakeSnipcart(**{switch: wrong})  # type: ignore[arg-type]


async def test_what_was_seen(call: Call) -> None:
    """Each request is remembered with its answer's status, the path without /api, the body read."""
    async with FakeSnipcart(2) as fake:
        one = fake.shop.customer_ids()[0]
        await call(fake, "GET", "/customers", params={"name": "Æ+&"})
        await call(fake, "PUT", f"/customers/{one}", json={"email": "ü@example.com"})
        await call(fake, "PUT", f"/customers/{one}", data=b"{", headers={"Content-Type": "application/json"})

    listing, update, broken = fake.requests
    assert isinstance(listing, SeenRequest)
    assert (listing.method, listing.path, listing.query) == ("GET", "/customers", {"name": "Æ+&"})
    assert (listing.status, listing.body) == (200, None)
    assert listing.headers["accept"] == "application/json"
    assert (update.path, update.body, update.status) == (f"/customers/{one}", {"email": "ü@example.com"}, 200)
    assert (broken.body, broken.status) == ("{", 400)


async def test_only_so_many_requests_are_remembered(call: Call) -> None:
    """A shop that is open for long can be told how many of the last requests to keep."""
    async with FakeSnipcart(remember=2) as few, FakeSnipcart(remember=0) as none:
        for offset in ("0", "1", "2"):
            for fake in (few, none):
                await call(fake, "GET", "/customers", params={"offset": offset})

    assert [seen.query["offset"] for seen in few.requests] == ["1", "2"]
    assert none.requests == []


async def test_a_path_outside_of_the_api_explains_itself(call: Call) -> None:
    """Whoever forgets the /api of the base URL is told so, whatever the headers."""
    async with FakeSnipcart(1) as fake:
        reply = await call(fake, "GET", "/../customers", headers={"Authorization": None})

    assert reply.status == 501
    assert reply.document["message"] == "FakeSnipcart has nothing at /customers: the base URL must end in /api."
    assert (fake.requests[0].path, fake.requests[0].in_api) == ("/customers", False)


async def test_faults_come_and_go(call: Call) -> None:
    """The next requests fail as told, then all is well."""
    async with FakeSnipcart(1) as fake:
        fake.fail_next(2)
        assert fake.planned == 2
        fake.fail_next(status=200, body=b"<html>", headers={"content-type": "text/html"})
        fake.fail_next(status=400, body={"errors": ["no"]})
        fake.fail_next(status=204)
        replies = [await call(fake, "GET", "/customers") for _ in range(6)]

    assert fake.planned == 0
    assert [reply.status for reply in replies] == [503, 503, 200, 400, 204, 200]
    assert replies[0].document == {"message": "This 503 is on purpose."}
    assert (replies[2].text, replies[2].headers["Content-Type"]) == ("<html>", "text/html")
    assert replies[3].document == {"errors": ["no"]}
    assert [seen.status for seen in fake.requests] == [503, 503, 200, 400, 204, 200]


async def test_the_headers_of_a_fault_arrive(call: Call) -> None:
    """A header given as a number is sent as text, and one given for the type of the body counts."""
    async with FakeSnipcart(1) as fake:
        fake.fail_next(headers={"Retry-After": 1}, method="get", path="api/customers")
        reply = await call(fake, "GET", "/customers")

    assert (reply.status, reply.headers["Retry-After"], fake.planned) == (503, "1", 0)


async def test_a_lost_answer(call: Call) -> None:
    """A fault after applying does what was asked, and hides it."""
    async with FakeSnipcart(2) as fake:
        gone = fake.shop.customer_ids()[0]
        fake.fail_next(method="DELETE", after_applying=True, status=500)
        reply = await call(fake, "DELETE", f"/customers/{gone}")

        assert reply.status == 500
        assert gone not in fake.shop.customer_ids()


async def test_a_dropped_connection(call: Call, caplog: pytest.LogCaptureFixture) -> None:
    """A dropped connection carries no answer, is remembered as such, and leaves nothing in the log."""
    async with FakeSnipcart(2) as fake:
        fake.fail_next(2, drop=True, method="DELETE")
        gone = fake.shop.customer_ids()[0]
        with caplog.at_level(logging.INFO), pytest.raises(aiohttp.ServerDisconnectedError):
            await call(fake, "DELETE", f"/customers/{gone}")

        assert gone in fake.shop.customer_ids()
        assert {seen.status for seen in fake.requests} == {None}
        assert fake.planned == 2 - len(fake.requests)
        assert not caplog.records


async def test_latency_and_delay(call: Call) -> None:
    """Every answer takes the latency, a delayed fault its own time as well."""
    async with FakeSnipcart(1, latency=0.05) as fake:
        fake.fail_next(delay=0.1)
        start = time.perf_counter()
        await call(fake, "GET", "/customers")
        between = time.perf_counter()
        await call(fake, "GET", "/customers")
        end = time.perf_counter()

    assert between - start >= 0.14
    assert end - between >= 0.04


@pytest.mark.parametrize("turns", range(5))
async def test_stopping_closes_who_has_just_been_accepted(turns: int) -> None:
    """Whoever connects in the last moment sees the end of the connection, however far its acceptance has come."""
    async with FakeSnipcart(1) as fake:
        url = urlsplit(fake.base_url)
        visitor = socket.create_connection((url.hostname, url.port), timeout=5)
        for _turn in range(turns):
            await asyncio.sleep(0)
    with visitor, suppress(ConnectionResetError):
        assert visitor.recv(1) == b""


async def test_stopping_waits_for_nobody(call: Call) -> None:
    """A request still being answered does not hold up the end."""
    async with FakeSnipcart(1) as fake:
        fake.fail_next(delay=60)
        hanging = asyncio.create_task(call(fake, "GET", "/customers"))
        await eventually(lambda: bool(fake.requests))
        start = time.perf_counter()

    assert time.perf_counter() - start < 2
    with pytest.raises(aiohttp.ClientError):
        await hanging


async def test_the_rate_limit(call: Call) -> None:
    """Within the window all is 429 with Retry-After; the clock ends it."""
    now = [1_600_000_000.0]
    async with FakeSnipcart(1, clock=lambda: now[0]) as fake:
        fake.rate_limit(2)
        limited = await call(fake, "GET", "/customers")
        now[0] += 2
        free = await call(fake, "GET", "/customers")

    assert (limited.status, limited.headers["Retry-After"]) == (429, "2")
    assert free.status == 200


async def test_the_date_is_the_clocks(call: Call) -> None:
    """The header Date tells what the clock of the fake tells."""
    async with FakeSnipcart(1, clock=lambda: 1_600_000_000.0) as fake:
        reply = await call(fake, "GET", "/customers")

    assert parsedate_to_datetime(reply.headers["Date"]).timestamp() == 1_600_000_000


async def test_no_date_at_all(call: Call) -> None:
    """A server can leave the header Date out, in refusals too, unless a failure brings its own."""
    async with FakeSnipcart(1, date_header=False) as fake:
        replies = [await call(fake, "GET", path) for path in ("/customers", "/customers/nobody")]
        fake.fail_next()
        fake.fail_next(headers={"date": "yesterday"})
        failed, dated = [await call(fake, "GET", "/customers") for _ in range(2)]

    assert [reply.status for reply in (*replies, failed, dated)] == [200, 404, 503, 503]
    assert not any("Date" in reply.headers for reply in (*replies, failed))
    assert dated.headers["Date"] == "yesterday"


async def test_a_fake_that_is_cancelled_as_it_starts_leaves_nothing_open() -> None:
    """Its port is free again, and the fake is as if it had never been started."""
    fake = FakeSnipcart(customers=1)
    starting = asyncio.create_task(fake.start())
    await asyncio.sleep(0)
    starting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await starting
    with pytest.raises(RuntimeError, match="not running"):
        _ = fake.base_url


async def test_a_fake_that_cannot_start_leaves_nothing_open() -> None:
    """A port that is taken is an OSError, and the fake is as if it had never been started."""
    async with FakeSnipcart(customers=1) as first:
        port = int(first.base_url.split(":")[2].split("/")[0])
        second = FakeSnipcart(customers=1, port=port)
        with pytest.raises(OSError, match="Address already in use"):
            await second.start()
        with pytest.raises(RuntimeError, match="not running"):
            _ = second.base_url
