"""Requests and responses are plain values that show nothing private."""

import copy
import pickle
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import attrs
import pytest

from snipcart_async import UNSET, Request, Response, SnipcartClient
from snipcart_async.errors import DecodeError, NotFoundError

from .scripted import CUSTOMER_ID, SESSION_TOKEN, ScriptedTransport, reply


def test_the_target_is_percent_encoded() -> None:
    """Nothing in a value can become syntax: `+`, `&`, `#`, blanks and umlauts arrive as they are."""
    request = Request.to("GET", "/customers", params={"email": "a+b@x.com", "name": "é &#=", "from": "10:00+02:00"})

    assert request.target == "/customers?email=a%2Bb%40x.com&name=%C3%A9%20%26%23%3D&from=10%3A00%2B02%3A00"


def test_a_request_shows_its_template_only() -> None:
    """Path, query and body may hold a token, an e-mail, an address."""
    request = Request.to(
        "GET", "/usersessions/{token}", SESSION_TOKEN, params={"email": "pii@x.com"}, body=b'{"name":"pii"}'
    )

    assert f"/usersessions/{SESSION_TOKEN}?email=pii%40x.com" == request.target
    assert "/usersessions/{token}" in repr(request)
    assert not [secret for secret in (SESSION_TOKEN, "pii") if secret in repr(request)]
    assert "'***'" == repr(request.target) == repr(request.path)


def test_unset_is_one_value_everywhere() -> None:
    """`UNSET` compares by identity, also after a trip through pickle."""
    assert UNSET is pickle.loads(pickle.dumps(UNSET))  # noqa: S301
    assert repr(UNSET) == "UNSET"


async def test_what_was_asked_and_answered_can_be_copied_and_sent_elsewhere() -> None:
    """A response takes its request along, through `deepcopy` and `pickle`."""
    transport = ScriptedTransport(lambda request: attrs.evolve(reply({}), request=request))
    response = await SnipcartClient("key", transport=transport).request("GET", "/orders")
    with suppress(NotFoundError):
        await SnipcartClient("key", transport=transport).customers.delete(CUSTOMER_ID)

    for request in transport.requests:
        assert request == copy.deepcopy(request) == pickle.loads(pickle.dumps(request))  # noqa: S301

    assert pickle.loads(pickle.dumps(response)).request == transport.requests[0]  # noqa: S301


def test_a_response_shows_neither_headers_nor_content() -> None:
    """What came may be somebody's."""
    response = reply({"email": "pii"}, headers={"Set-Cookie": "pii"})

    assert "pii" not in repr(response)


def test_json_is_exact() -> None:
    """Decimals keep their digits."""
    assert repr(Response(status=200, content=b"[1000.00]").json()) == "[Decimal('1000.00')]"


def test_content_that_is_no_json_is_a_decode_error_that_knows_its_request() -> None:
    """Also the pass-through tells what was asked."""
    request = Request.to("GET", "/orders")
    with pytest.raises(DecodeError, match=r"GET /orders: \$: HTML, not JSON"):
        Response(status=200, content=b"<html>", request=request).json()
    with pytest.raises(DecodeError, match=r"^\$: not JSON"):
        Response(status=200, content=b"{").json()


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"Retry-After": " 7 "}, 7.0),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "٣"}, None),
        ({"Retry-After": "1" + "0" * 20}, 315_360_000.0),
        ({"Retry-After": "Thu, 01 Jan 1970 00:16:50 GMT"}, 10.0),
        ({"Retry-After": "Thu, 01 Jan 1970 00:16:30 GMT"}, 0.0),
        ({"Retry-After": "Fri, 01 Jan 2099 00:00:00 GMT"}, 315_360_000.0),
        ({"Retry-After": "Thu, 01 Jan 1970 00:00:30 GMT", "Date": "Thu, 01 Jan 1970 00:00:10 GMT"}, 20.0),
        ({"Retry-After": "Thu, 01 Jan 1970 00:16:50 GMT", "Date": "yesterday"}, 10.0),
        ({"Retry-After": "Thu, 99 Foo 1970 00:16:50 GMT"}, None),
        ({"Retry-After": "1970-01-01T00:16:50Z"}, None),
    ],
    ids=str,
)
def test_retry_after_is_seconds_or_a_date_and_nothing_else(headers: dict[str, str], expected: float | None) -> None:
    """A date counts from the answer's own `Date`, or from when it arrived; nonsense is `None`."""
    response = Response(status=429, headers=headers, received=1000.0)

    assert expected == response.retry_after


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, None),
        ("", None),
        ("Sun, 22 Nov 2026 12:34:56 GMT", datetime(2026, 11, 22, 12, 34, 56, tzinfo=UTC)),
        ("Sun, 22 Nov 2026 12:34:56 +0100", None),
        ("Sun, 22 Nov 2026 12:34:56", None),
        ("Sunday, 22-Nov-26 12:34:56 GMT", None),
        ("Sun, 31 Feb 2026 12:34:56 GMT", None),
        ("2026-11-22T12:34:56Z", None),
    ],
    ids=repr,
)
def test_the_date_is_when_snipcart_answered(text: str | None, expected: datetime | None) -> None:
    """`Date` is read as HTTP spells it, in UTC; anything else is no date."""
    response = Response(status=200, headers={} if text is None else {"date": text}, received=1000.0)

    assert expected == response.date
    assert response.date is None or response.date.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [({}, None), ({"x-request-id": "r-1"}, "r-1"), ({"CF-Ray": "abc"}, "abc"), ({"X-Request-Id": "a\x1b[31m"}, None)],
    ids=str,
)
def test_a_request_id_is_found_where_there_is_one(headers: dict[str, str], expected: str | None) -> None:
    """Support asks for it; control characters are not passed on."""
    assert expected == Response(status=500, headers=headers).request_id


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", False),
        (b"  ", False),
        (b"{", False),
        (b'[{"a":1}', False),
        (b"{}", True),
        (b" [] \n", True),
        (b"<p>", True),
    ],
    ids=repr,
)
def test_a_body_that_opens_and_never_closes_is_not_whole(content: bytes, *, expected: bool) -> None:
    """A cut-off body is worth asking again for; a page of HTML is not."""
    assert expected == Response(status=200, content=content).whole
