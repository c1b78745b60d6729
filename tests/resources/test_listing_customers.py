"""How the filters of `customers.list` are spelled, and which are refused before anything is sent."""

import traceback
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import test_utils, web
from aioresponses import aioresponses
from yarl import URL

from snipcart_async import SnipcartClient
from snipcart_async.errors import ConfigurationError
from snipcart_async.models import CustomerOrderBy, CustomerStatus

from .conftest import SNIPCART, sent

EMPTY = {"totalItems": 0, "offset": 0, "limit": 20, "items": []}
QUEBEC = timezone(timedelta(hours=-5))

SPELLINGS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "nothing": ({}, {}),
    "all None": (
        dict.fromkeys(("status", "email", "name", "created_from", "created_to", "order_by", "limit")),
        {},
    ),
    "status enum": ({"status": CustomerStatus.UNCONFIRMED}, {"status": "Unconfirmed"}),
    "status text": ({"status": "Confirmed"}, {"status": "Confirmed"}),
    "unknown status": ({"status": CustomerStatus("Archived")}, {"status": "Archived"}),
    "e-mail with plus": ({"email": "shop+1@example.com"}, {"email": "shop+1@example.com"}),
    "e-mail with apostrophe": ({"email": "o'neil@example.com"}, {"email": "o'neil@example.com"}),
    "name beyond ASCII": ({"name": "Žluťoučký 東京 👩"}, {"name": "Žluťoučký 東京 👩"}),
    "name with syntax": ({"name": "Ærø & Søn=#1?/%2B;"}, {"name": "Ærø & Søn=#1?/%2B;"}),
    "order by value": ({"order_by": CustomerOrderBy.ORDERS_VALUE}, {"orderBy": "OrdersValue"}),
    "order by number": ({"order_by": CustomerOrderBy.NBR_ORDERS}, {"orderBy": "NbrOrders"}),
    "order by text": ({"order_by": "Date"}, {"orderBy": "Date"}),
    "from in UTC": ({"created_from": datetime(2024, 2, 29, 23, 59, 1, tzinfo=UTC)}, {"from": "2024-02-29T23:59:01Z"}),
    "from elsewhere": ({"created_from": datetime(2024, 2, 29, 20, tzinfo=QUEBEC)}, {"from": "2024-03-01T01:00:00Z"}),
    "to with a fraction": (
        {"created_to": datetime(2024, 1, 1, 0, 0, 0, 120, UTC)},
        {"to": "2024-01-01T00:00:00.00012Z"},
    ),
    "from a date": ({"created_from": date(2024, 2, 29)}, {"from": "2024-02-29T00:00:00Z"}),
    "to a date": ({"created_to": date(2024, 2, 29)}, {"to": "2024-02-29T23:59:59.999999Z"}),
    "paging": ({"offset": 40, "limit": 1}, {"offset": "40", "limit": "1"}),
}

REFUSALS: dict[str, dict[str, Any]] = {
    "naive from": {"created_from": datetime(2024, 1, 1)},  # noqa: DTZ001 - the point
    "naive to": {"created_to": datetime(2024, 1, 1)},  # noqa: DTZ001 - the point
    "before the year 1": {"created_from": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1)))},
    "from as text": {"created_from": "2024-01-01"},
    "to as a number": {"created_to": 1_700_000_000},
    "to as a boolean": {"created_to": True},
    "negative offset": {"offset": -1},
    "boolean offset": {"offset": True},
    "text offset": {"offset": "1"},
    "fractional offset": {"offset": 1.0},
    "no offset": {"offset": None},
    "limit of nothing": {"limit": 0},
    "negative limit": {"limit": -1},
    "boolean limit": {"limit": True},
    "text limit": {"limit": "50"},
    "status as a boolean": {"status": True},
    "status as a number": {"status": 1},
    "e-mail as bytes": {"email": b"a@example.com"},
    "e-mail as a list": {"email": ["a@example.com"]},
    "e-mail with a lone surrogate": {"email": "\ud800@example.com"},
    "name as a number": {"name": 5},
    "name as a date": {"name": date(2024, 1, 1)},
    "order as a boolean": {"order_by": True},
}


@pytest.mark.parametrize(("given", "expected"), SPELLINGS.values(), ids=SPELLINGS)
async def test_filters_are_spelled_as_documented(
    mocked_http: aioresponses, snipcart: SnipcartClient, given: dict[str, Any], expected: dict[str, str]
) -> None:
    """Each filter arrives under its documented name and with its whole value; what is `None` is left out."""
    mocked_http.add(_url(expected), payload={**EMPTY, "offset": int(expected.get("offset", 0))})

    await snipcart.customers.list(**given)

    assert [("GET", f"{SNIPCART}/customers", expected)] == [(it.method, it.url, it.query) for it in sent(mocked_http)]


def _url(query: dict[str, str]) -> str:
    return str(URL(f"{SNIPCART}/customers").with_query(query))


@pytest.mark.parametrize("given", REFUSALS.values(), ids=REFUSALS)
async def test_what_cannot_be_sent_is_refused(
    mocked_http: aioresponses, snipcart: SnipcartClient, given: dict[str, Any]
) -> None:
    """An argument of a wrong type or size is refused by name, without its value, when the listing is built."""
    with pytest.raises(ConfigurationError, match=next(iter(given))):
        snipcart.customers.list(**given)

    assert not mocked_http.requests


@pytest.mark.parametrize(
    "wrong",
    [{"limit": 0}, {"created_from": datetime(2024, 1, 1)}, {"order_by": 1}],  # noqa: DTZ001 - the point
    ids=["limit", "date", "order"],
)
async def test_a_refusal_shows_nobodys_data(snipcart: SnipcartClient, wrong: dict[str, Any]) -> None:
    """A traceback with the locals of our functions holds neither the e-mail nor the name that was looked for."""
    with pytest.raises(ConfigurationError) as caught:
        snipcart.customers.list(email="canary@example.com", name="Canary", **wrong)

    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    seen = [value for frame in told.stack[1:] for value in (frame.locals or {}).values()]
    assert not [value for value in seen if "canary" in value.lower()]


@pytest_asyncio.fixture
async def request_lines() -> AsyncIterator[tuple[str, list[str]]]:
    """Run a server that notes the path and query of each request as they came."""
    lines: list[str] = []

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        lines.append(request.raw_path)
        return web.json_response(EMPTY)

    async with test_utils.RawTestServer(answer) as server:
        yield str(server.make_url("/api")), lines


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"email": "shop+1@example.com"}, "email=shop%2B1%40example.com"),
        ({"name": "Ærø & Søn #1 50%"}, "name=%C3%86r%C3%B8%20%26%20S%C3%B8n%20%231%2050%25"),
        ({"created_from": date(2024, 1, 1)}, "from=2024-01-01T00%3A00%3A00Z"),
        ({"order_by": "Date"}, "orderBy=Date"),
    ],
    ids=["plus", "syntax", "date", "order"],
)
async def test_values_are_percent_encoded_on_the_wire(
    request_lines: tuple[str, list[str]], given: dict[str, Any], line: str
) -> None:
    """Whatever could be syntax is encoded byte for byte, above all the plus, which would arrive as a blank."""
    base_url, lines = request_lines

    async with SnipcartClient("ST_key", base_url=base_url) as client:
        await client.customers.list(**given)

    assert [f"/api/customers?{line}"] == lines
