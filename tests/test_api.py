"""The road from answer to model or error, over a scripted transport."""

import asyncio

import pytest

from snipcart_async import Request, Response, SnipcartClient, errors
from snipcart_async.errors import ApiError, MismatchError, ProtocolError, RedirectError, SnipcartError

from .scripted import CUSTOMER_ID, SESSION_TOKEN, ScriptedTransport, reply, sample

KEY = "SECRETKEY_zzz123"


def client(*answers: Response) -> SnipcartClient:
    """Build a client that is answered from a list."""
    return SnipcartClient(KEY, transport=ScriptedTransport(*answers))


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, errors.BadRequestError),
        (401, errors.AuthenticationError),
        (402, ApiError),
        (403, errors.PermissionDeniedError),
        (404, errors.NotFoundError),
        (409, errors.ConflictError),
        (418, ApiError),
        (422, errors.UnprocessableEntityError),
        (501, errors.ServerError),
        (505, errors.ServerError),
    ],
)
async def test_each_status_has_its_error(status: int, expected: type[ApiError]) -> None:
    """The kind of a refusal can be told by its class, and all of its details are there."""
    answer = reply({"message": "No.", "errors": {"email": ["bad"]}}, status, {"X-Request-Id": "r-7"})
    with pytest.raises(expected) as caught:
        await client(answer).customers.get(CUSTOMER_ID)

    error = caught.value
    assert expected is type(error)
    assert (status, "No.", {"email": ("bad",)}, "r-7") == (error.status, error.message, error.errors, error.request_id)
    assert error.body == {"message": "No.", "errors": {"email": ["bad"]}}
    assert (error.method, error.path, len(error.attempts)) == ("GET", "/customers/{id}", 1)


@pytest.mark.parametrize("use", ["orders", "page"])
async def test_a_large_answer_is_read_while_the_loop_goes_on(use: str) -> None:
    """Half a megabyte takes long to read: other tasks have their turn meanwhile, which a small answer needs not."""
    filler = "x" * 1000
    items = [{"id": CUSTOMER_ID, "token": f"t-{number}", "note": filler} for number in range(500)]
    large = reply(items if use == "orders" else {"totalItems": 500, "offset": 0, "limit": 500, "items": items})
    small = reply(items[:1] if use == "orders" else {"totalItems": 1, "offset": 0, "limit": 1, "items": items[:1]})
    turns = [await _turns_of_others(client(answer), use) for answer in (small, large)]

    assert turns[0] < 5 <= turns[1]


async def _turns_of_others(snipcart: SnipcartClient, use: str) -> int:
    """Count how often another task had its turn during a call."""
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    found = await (snipcart.customers.orders(CUSTOMER_ID) if use == "orders" else snipcart.customers.list())
    counting.cancel()
    assert len(found) in {1, 500}
    return turns


async def test_a_rate_limit_says_when_to_come_back() -> None:
    """Beyond what the policy waits, the caller gets the number at once."""
    with pytest.raises(errors.RateLimitError) as caught:
        await client(reply({}, 429, {"Retry-After": "61"})).customers.get(CUSTOMER_ID)

    assert (caught.value.retry_after, caught.value.message) == (61.0, "no message")


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
async def test_any_redirect_is_an_error(status: int) -> None:
    """Snipcart's API redirects nowhere, so nobody is followed."""
    with pytest.raises(RedirectError, match=str(status)):
        await client(reply(b"", status, {"Location": "https://evil.example"})).customers.get(CUSTOMER_ID)


@pytest.mark.parametrize("status", [100, 199, 600, 999])
async def test_a_status_that_http_does_not_have_is_a_protocol_error(status: int) -> None:
    """Nonsense is not taken for success or refusal."""
    with pytest.raises(ProtocolError, match=str(status)):
        await client(reply({}, status)).customers.get(CUSTOMER_ID)


@pytest.mark.parametrize("status", [202, 204, 206])
async def test_a_success_without_content_where_content_is_due_is_a_protocol_error(status: int) -> None:
    """A part of a customer, or none, is not a customer."""
    snipcart = client(reply(sample("customers-get"), status))
    with pytest.raises(ProtocolError):
        await snipcart.customers.get(CUSTOMER_ID)
    with pytest.raises(ProtocolError):
        await snipcart.customers.list()


async def test_an_answer_to_another_request_is_never_returned() -> None:
    """Whoever's data it is, it is not what was asked for."""
    other = "00000000-0000-4000-8000-000000000000"
    with pytest.raises(MismatchError, match=r"\$.id: answers another request"):
        await client(reply(sample("customers-get"))).customers.get(other)
    with pytest.raises(MismatchError, match=r"\$.token: answers another request"):
        await client(reply(sample("user-session-2026"))).user_sessions.get(other)


async def test_upper_case_in_question_or_answer_makes_no_difference() -> None:
    """Identifiers are compared as Snipcart means them."""
    answer = sample("customers-get").replace(CUSTOMER_ID.encode(), CUSTOMER_ID.upper().encode())
    session = sample("user-session-2026").replace(SESSION_TOKEN.encode(), SESSION_TOKEN.upper().encode())

    assert (await client(reply(answer)).customers.get(CUSTOMER_ID.upper())).id == CUSTOMER_ID
    assert (await client(reply(session)).user_sessions.get(SESSION_TOKEN)).token == SESSION_TOKEN.upper()


async def test_a_session_without_a_token_is_not_a_mismatch() -> None:
    """Old answers have the customer's fields at the root, and no token."""
    answer = reply({"userId": CUSTOMER_ID, "email": "a@example.com"})

    assert (await client(answer).user_sessions.get(SESSION_TOKEN)).customer.id == CUSTOMER_ID


async def test_what_was_sent_or_is_secret_is_masked_in_the_refusals_words() -> None:
    """A server that quotes its input puts nobody's data into our errors."""
    quoted = f"key {KEY}: pii@example.com, PII Canary Name, {CUSTOMER_ID} and CA"
    snipcart = client(reply({"message": quoted, "errors": {"name": [quoted]}, "key": KEY}, 400))
    with pytest.raises(ApiError) as updating:
        await snipcart.customers.update(
            CUSTOMER_ID, email="pii@example.com", billing_address={"name": "PII Canary Name", "country": "CA"}
        )
    with pytest.raises(ApiError) as listing:
        await snipcart.customers.list(name="PII Canary Name", limit=50)

    for caught in (updating, listing):
        assert caught.value.message == "key ***: ***, ***, {id} and CA"
        assert {"name": (caught.value.message,)} == caught.value.errors
        assert caught.value.body["key"] == "***"


async def test_a_list_of_sent_values_is_masked_too() -> None:
    """Bodies of unmodelled requests may be of any shape."""
    snipcart = client(reply({"message": "not PII Canary, not 7"}, 400))
    with pytest.raises(ApiError, match="not \\*\\*\\*, not 7"):
        await snipcart.request("POST", "/orders", json=[{"who": ["PII Canary", 7, None]}])


async def test_a_response_of_a_custom_transport_need_not_know_its_request() -> None:
    """An error from a bare response has no place, but is an error all the same."""
    snipcart = client(reply())
    error = snipcart._api.refusal(Response(status=404, content=b"{}"))

    assert isinstance(error, SnipcartError)
    assert error.path is None


async def test_requests_carry_the_options_of_their_client() -> None:
    """Timeout and deadline travel with each request, for whatever transport is in place."""
    transport = ScriptedTransport(reply(sample("customers-get")))
    snipcart = SnipcartClient(KEY, transport=transport, timeout=3.0, deadline=None)
    await snipcart.customers.get(CUSTOMER_ID)
    await snipcart.with_options(timeout=1.5, deadline=9.0).customers.get(CUSTOMER_ID)

    def times(request: Request) -> tuple[float, float | None]:
        return request.timeout, request.deadline

    assert [times(request) for request in transport.requests] == [(3.0, None), (1.5, 9.0)]
