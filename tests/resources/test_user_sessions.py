"""What `user_sessions.get` sends and gives back, on aioresponses; its errors are tested with the customers'."""

import traceback
from datetime import UTC, datetime
from uuid import UUID

import pytest
from aioresponses import aioresponses

from snipcart_async import SnipcartClient
from snipcart_async.errors import ConfigurationError, DecodeError, MismatchError, NotFoundError
from snipcart_async.models import Customer, UserSession

from ..scripted import CUSTOMER_ID, SESSION_TOKEN, document, sample
from .conftest import SNIPCART, Sent, sent

URL = f"{SNIPCART}/usersessions/{SESSION_TOKEN}"


@pytest.mark.parametrize("year", [2015, 2026])
async def test_a_session_is_given_with_its_customer(
    mocked_http: aioresponses, snipcart: SnipcartClient, year: int
) -> None:
    """`get` asks `GET /usersessions/{token}` and gives what either of Snipcart's pages shows, typed."""
    mocked_http.get(URL, body=sample(f"user-session-{year}"))

    session = await snipcart.user_sessions.get(SESSION_TOKEN)

    requests = sent(mocked_http)
    assert requests == [Sent("GET", URL, {}, requests[0].headers, None)]
    assert (type(session), type(session.customer)) == (UserSession, Customer)
    assert session.token == SESSION_TOKEN
    assert session.expires == datetime(year, 4, 3, 1, 9, 10, 207000, UTC)
    assert session.customer.id == "c25f6054-3fc9-4792-b2d2-3e10eed55708"
    assert session.customer.billing_address.name == "Charles Ouellet"
    assert (session.extra, session.customer.extra) == ({}, {})


@pytest.mark.parametrize("token", [SESSION_TOKEN.upper(), UUID(SESSION_TOKEN)], ids=["upper case", "UUID"])
async def test_a_token_may_be_spelled_otherwise(
    mocked_http: aioresponses, snipcart: SnipcartClient, token: str | UUID
) -> None:
    """A token in upper case or as a UUID is sent in lower case, and its answer accepted in any."""
    mocked_http.get(URL, payload={"token": SESSION_TOKEN.upper(), "customer": {"id": CUSTOMER_ID}})

    session = await snipcart.user_sessions.get(token)

    assert session.token == SESSION_TOKEN.upper()


async def test_a_session_without_its_token_is_accepted(mocked_http: aioresponses, snipcart: SnipcartClient) -> None:
    """An answer that doesn't repeat the token can't be checked, and isn't refused for it."""
    mocked_http.get(URL, payload={"customer": {"id": CUSTOMER_ID}})

    session = await snipcart.user_sessions.get(SESSION_TOKEN)

    assert session.token is None


async def test_somebody_elses_session_is_refused(mocked_http: aioresponses, snipcart: SnipcartClient) -> None:
    """A session with another token never signs a visitor in, and the error shows neither token."""
    mocked_http.get(
        URL, payload={**document("user-session-2015"), "token": CUSTOMER_ID, "customer": {"id": CUSTOMER_ID}}
    )

    with pytest.raises(MismatchError) as caught:
        await snipcart.user_sessions.get(SESSION_TOKEN)

    assert "$.token" in str(caught.value)
    assert CUSTOMER_ID not in str(caught.value)
    assert SESSION_TOKEN not in str(caught.value)


async def test_a_session_without_a_customer_is_refused(mocked_http: aioresponses, snipcart: SnipcartClient) -> None:
    """A session of nobody is not a session."""
    mocked_http.get(URL, payload={"token": SESSION_TOKEN, "customer": None})

    with pytest.raises(DecodeError, match=r"\$\.customer"):
        await snipcart.user_sessions.get(SESSION_TOKEN)


@pytest.mark.parametrize("token", [SESSION_TOKEN, f"{SESSION_TOKEN}\n"], ids=["unknown", "malformed"])
async def test_an_error_shows_no_token(mocked_http: aioresponses, snipcart: SnipcartClient, token: str) -> None:
    """Neither the text of an error nor a traceback with the locals of our functions holds the token."""
    mocked_http.get(URL, status=404, payload={"message": f"No session {SESSION_TOKEN}."})

    with pytest.raises((ConfigurationError, NotFoundError)) as caught:
        await snipcart.user_sessions.get(token)

    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    seen = [value for frame in told.stack[1:] for value in (frame.locals or {}).values()]
    assert SESSION_TOKEN not in str(caught.value)
    assert not [value for value in seen if SESSION_TOKEN in value]
