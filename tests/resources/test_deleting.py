"""`customers.delete` tells honestly what became of a deletion, also when an answer was lost on the way."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aioresponses import aioresponses

from snipcart_async import RetryPolicy, SnipcartClient
from snipcart_async.errors import ConnectError, NotFoundError, ProtocolError, ServerError, TransportError
from snipcart_async.models import Deletion
from snipcart_async.testing import FakeSnipcart

from ..scripted import CUSTOMER_ID, ScriptedTransport, reply
from .conftest import AT_ONCE, client_of

UNCERTAIN = Deletion(deleted=True, uncertain=True)


@pytest_asyncio.fixture
async def fake() -> AsyncIterator[FakeSnipcart]:
    """Start a shop with one customer."""
    async with FakeSnipcart(0) as shop:
        shop.shop.add_customer(customer_id=CUSTOMER_ID)
        yield shop


@pytest.mark.parametrize("missing_ok", [False, True])
async def test_a_deletion_that_worked(fake: FakeSnipcart, *, missing_ok: bool) -> None:
    """A 204 means that the customer is gone because of this call."""
    async with client_of(fake) as client:
        deletion = await client.customers.delete(CUSTOMER_ID, missing_ok=missing_ok)

    assert deletion == Deletion(deleted=True, uncertain=False)
    assert [(request.method, request.status) for request in fake.requests] == [("DELETE", 204)]
    assert len(fake.shop) == 0


@pytest.mark.parametrize("body", [b"", b"null", b'{"id":', b"<html>"], ids=["none", "null", "cut off", "HTML"])
async def test_a_200_with_any_body_is_a_deletion(fake: FakeSnipcart, body: bytes) -> None:
    """What a successful answer says besides does not matter."""
    fake.fail_next(status=200, body=body, after_applying=True)

    async with client_of(fake) as client:
        deletion = await client.customers.delete(CUSTOMER_ID)

    assert deletion == Deletion(deleted=True)
    assert len(fake.requests) == 1


@pytest.mark.parametrize("status", [201, 202, 206])
async def test_another_success_is_no_deletion(fake: FakeSnipcart, status: int) -> None:
    """What Snipcart has accepted, or done in part, it may not have done: that is not told as a deletion."""
    fake.fail_next(status=status, body=b"")

    async with client_of(fake) as client:
        with pytest.raises(ProtocolError) as caught:
            await client.customers.delete(CUSTOMER_ID)

    assert caught.value.may_have_applied


async def test_nobody_to_delete(fake: FakeSnipcart) -> None:
    """A 404 at once means that there was no such customer, which is an error with the place where it happened."""
    fake.shop.delete(CUSTOMER_ID)

    async with client_of(fake) as client:
        with pytest.raises(NotFoundError) as caught:
            await client.customers.delete(CUSTOMER_ID)

    assert (caught.value.method, caught.value.path) == ("DELETE", "/customers/{id}")
    assert (caught.value.message, len(caught.value.attempts)) == ("There is no such customer.", 1)


async def test_nobody_to_delete_may_be_fine(fake: FakeSnipcart) -> None:
    """With `missing_ok` a customer who was not there is told by the outcome."""
    fake.shop.delete(CUSTOMER_ID)

    async with client_of(fake) as client:
        deletion = await client.customers.delete(CUSTOMER_ID, missing_ok=True)

    assert deletion == Deletion(deleted=False, uncertain=False)


@pytest.mark.parametrize("missing_ok", [False, True])
async def test_a_lost_answer_makes_the_outcome_uncertain(fake: FakeSnipcart, *, missing_ok: bool) -> None:
    """A deletion whose answer was lost, and that then finds nobody, was almost surely our own."""
    fake.fail_next(after_applying=True, drop=True)

    async with client_of(fake) as client:
        deletion = await client.customers.delete(CUSTOMER_ID, missing_ok=missing_ok)

    assert deletion == UNCERTAIN
    assert [request.status for request in fake.requests] == [None, 404]


@pytest.mark.parametrize("status", [408, 500, 502, 504])
async def test_a_failure_that_may_have_deleted_makes_the_outcome_uncertain(fake: FakeSnipcart, status: int) -> None:
    """A status that leaves open whether Snipcart acted counts like a lost answer."""
    fake.fail_next(status=status, after_applying=True)

    async with client_of(fake) as client:
        deletion = await client.customers.delete(CUSTOMER_ID)

    assert deletion == UNCERTAIN
    assert [status, 404] == [request.status for request in fake.requests]


async def test_uncertainty_is_not_forgotten(fake: FakeSnipcart) -> None:
    """An attempt that may have deleted counts, also when another failure lies between it and the 404."""
    fake.fail_next(status=500, after_applying=True)
    fake.fail_next(status=503)

    async with client_of(fake) as client:
        deletion = await client.customers.delete(CUSTOMER_ID)

    assert deletion == UNCERTAIN
    assert [request.status for request in fake.requests] == [500, 503, 404]


async def test_a_second_try_that_deletes_is_certain(fake: FakeSnipcart) -> None:
    """When the first try did not get through after all, the 204 of the second says so."""
    fake.fail_next(drop=True)

    async with client_of(fake) as client:
        deletion = await client.customers.delete(CUSTOMER_ID)

    assert deletion == Deletion(deleted=True, uncertain=False)
    assert [request.status for request in fake.requests] == [None, 204]


@pytest.mark.parametrize("status", [429, 503])
async def test_a_failure_that_deleted_nothing_changes_nothing(fake: FakeSnipcart, status: int) -> None:
    """Where Snipcart surely did not act, a 404 still means that there was nobody."""
    fake.shop.delete(CUSTOMER_ID)
    fake.fail_next(status=status)

    async with client_of(fake) as client:
        with pytest.raises(NotFoundError) as caught:
            await client.customers.delete(CUSTOMER_ID)

    assert [status, 404] == [attempt.status for attempt in caught.value.attempts]


@pytest.mark.parametrize("missing_ok", [False, True])
async def test_a_request_that_never_left_changes_nothing(*, missing_ok: bool) -> None:
    """After a refused connection, too, a 404 means that there was nobody."""
    transport = ScriptedTransport(ConnectError("the connection was refused or failed"), reply(status=404))

    async with SnipcartClient("ST_key", transport=transport, retry=AT_ONCE) as client:
        if missing_ok:
            deletion = await client.customers.delete(CUSTOMER_ID, missing_ok=True)

            assert deletion == Deletion(deleted=False)
        else:
            with pytest.raises(NotFoundError):
                await client.customers.delete(CUSTOMER_ID)

    assert len(transport.requests) == 2


async def test_without_repeats_a_lost_answer_is_the_callers(fake: FakeSnipcart) -> None:
    """With `retry_writes=False` the error says that the customer may be gone, and nothing is sent again."""
    fake.fail_next(after_applying=True, drop=True)

    async with client_of(fake, retry=RetryPolicy(base_delay=0.001, retry_writes=False)) as client:
        with pytest.raises(TransportError) as caught:
            await client.customers.delete(CUSTOMER_ID)

    assert caught.value.sent
    assert len(fake.requests) == 1


async def test_two_failures_are_the_callers(fake: FakeSnipcart) -> None:
    """A deletion of unknown outcome is repeated once, and then told."""
    fake.fail_next(2, status=502)

    async with client_of(fake) as client:
        with pytest.raises(ServerError) as caught:
            await client.customers.delete(CUSTOMER_ID)

    assert [attempt.status for attempt in caught.value.attempts] == [502, 502]
    assert len(fake.shop) == 1


async def test_a_timeout_that_a_mock_raises_may_have_been_sent(mocked_http: aioresponses) -> None:
    """Where nobody can tell how far a request got, the careful answer is given."""
    url = f"https://app.snipcart.com/api/customers/{CUSTOMER_ID}"
    mocked_http.delete(url, exception=TimeoutError())
    mocked_http.delete(url, status=404)
    async with SnipcartClient("key", retry=RetryPolicy(base_delay=0.0)) as snipcart:
        assert await snipcart.customers.delete(CUSTOMER_ID) == Deletion(deleted=True, uncertain=True)
