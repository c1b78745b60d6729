"""No key, token, name, e-mail or address in any error, log, repr, traceback, warning or pickle of ours."""

import asyncio
import base64
import logging
import pickle
import re
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

import snipcart_async
from snipcart_async import RetryPolicy, SnipcartClient
from snipcart_async.errors import SnipcartError
from snipcart_async.models import Address
from snipcart_async.testing import FakeSnipcart

from .scripted import SESSION_TOKEN

KEY = "SECRETKEY_zzz123"
EMAIL = "pii-canary@example.com"
NAME = "PII Canary Name"
STREET = "Canary Street 99"
CANARIES = (KEY, base64.b64encode(f"{KEY}:".encode()).decode(), SESSION_TOKEN, EMAIL, NAME, STREET)
PACKAGE = str(Path(snipcart_async.__file__).parent)
OTHER_ID = "00000000-0000-4000-8000-000000000000"
ADDRESS = Address(name=NAME, address1=STREET)

Use = Callable[[SnipcartClient, str], Awaitable[Any]]


async def save_other(snipcart: SnipcartClient, customer_id: str) -> Any:
    """Edit a field that cannot be edited, of a customer full of canaries."""
    was = await snipcart.customers.get(customer_id)
    edited = attrs.evolve(was, email=EMAIL, billing_address=ADDRESS, gravatar_url="x")
    return await snipcart.customers.save(edited, was=was)


async def save(snipcart: SnipcartClient, customer_id: str) -> Any:
    """Edit a customer full of canaries."""
    was = await snipcart.customers.get(customer_id)
    return await snipcart.customers.save(attrs.evolve(was, email=EMAIL, billing_address=ADDRESS), was=was)


async def walk(snipcart: SnipcartClient, _: str) -> Any:
    """Walk a filtered list, two pages ahead."""
    return [page async for page in snipcart.customers.list(email=EMAIL, name=NAME).pages(2)]


USES: dict[str, Use] = {
    "get": lambda snipcart, customer_id: snipcart.customers.get(customer_id),
    "orders": lambda snipcart, customer_id: snipcart.customers.orders(customer_id),
    "walk": walk,
    "update": lambda snipcart, customer_id: snipcart.customers.update(
        customer_id, email=EMAIL, billing_address=ADDRESS, shipping_address={"name": NAME, "address1": STREET}
    ),
    "save": save,
    "save a read-only field": save_other,
    "delete": lambda snipcart, customer_id: snipcart.customers.delete(customer_id),
    "session": lambda snipcart, _: snipcart.user_sessions.get(SESSION_TOKEN),
    "request": lambda snipcart, _: snipcart.request(
        "PUT", f"/usersessions/{SESSION_TOKEN}", params={"email": EMAIL}, json={"name": NAME}
    ),
    "bad identifier": lambda snipcart, _: snipcart.customers.get(EMAIL),
    "bad token": lambda snipcart, _: snipcart.user_sessions.get(SESSION_TOKEN + "x"),
    "bad update": lambda snipcart, customer_id: snipcart.customers.update(
        customer_id, email=EMAIL, billing_address={"name": NAME, "street": STREET}
    ),
    "bad update value": lambda snipcart, customer_id: snipcart.customers.update(
        customer_id,
        email=EMAIL,
        billing_address={"name": NAME, "address1": 99},  # type: ignore[dict-item]
    ),
    "bad email": lambda snipcart, customer_id: snipcart.customers.update(customer_id, email=EMAIL * 100),
    "bad json": lambda snipcart, _: snipcart.request("PUT", "/orders", json={NAME: {EMAIL}}),
    "bad path": lambda snipcart, _: snipcart.request("GET", f"/customers/{EMAIL}"),
    "bad query": lambda snipcart, _: snipcart.request("GET", "/customers", params={"name": [NAME]}),
}

# A name in free words that nobody sent cannot be told from other words; one that was sent is in test_api.py.
ECHO = {"message": f"{KEY} {EMAIL} {SESSION_TOKEN}", "errors": {"email": [EMAIL], "token": [SESSION_TOKEN]}, "a": NAME}
PERSON = {"email": EMAIL, "billingAddressName": NAME, "billingAddressAddress1": STREET, "sessionToken": SESSION_TOKEN}
FAULTS: dict[str, dict[str, Any]] = {
    "none": {},
    "400 that quotes key, e-mail and token": {"status": 400, "body": ECHO},
    "500 in HTML": {"status": 500, "body": f"<p>{KEY} {EMAIL} {NAME}".encode()},
    "a wrong type": {"status": 200, "body": {**PERSON, "id": {"email": EMAIL}, "statistics": NAME, "items": NAME}},
    "somebody else": {"status": 200, "body": {**PERSON, "id": OTHER_ID, "token": OTHER_ID}},
    "not JSON": {"status": 200, "body": f'{{"email": "{EMAIL}", {NAME}'.encode()},
    "no answer": {"drop": True},
    "too late": {"delay": 5.0},
    "redirect": {"status": 302, "headers": {"Location": f"https://{KEY}@evil.example/{EMAIL}"}},
    "429": {"status": 429, "headers": {"Retry-After": "9999"}, "body": ECHO},
}


def shown(error: BaseException) -> str:
    """Gather everything a program could print of an error, with the locals of our frames."""
    texts = [str(error), repr(error), repr(error.args)]
    seen: BaseException | None = error
    while seen is not None:
        report = traceback.TracebackException.from_exception(seen, capture_locals=True)
        texts += [str(frame.locals) for frame in report.stack if frame.filename.startswith(PACKAGE)]
        texts += [*report.format_exception_only()]
        seen = seen.__cause__ or seen.__context__
    return "\n".join(texts)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("use", USES)
async def test_nothing_private_is_shown_by_anything_that_goes_wrong(
    use: str, fault: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Every call, against every fault, at DEBUG: the canaries are in no text of ours."""
    caplog.set_level(logging.DEBUG)
    texts: list[str] = []
    async with FakeSnipcart(customers=3, api_key=KEY) as fake:
        customer_id = fake.shop.customer_ids()[0]
        if FAULTS[fault]:
            fake.fail_next(9, **FAULTS[fault])
        snipcart = SnipcartClient(
            KEY, base_url=fake.base_url, timeout=0.1, deadline=2.0, retry=RetryPolicy(max_attempts=2, base_delay=0.001)
        )
        async with snipcart:
            try:
                texts.append(repr(await USES[use](snipcart, customer_id)))
            except SnipcartError as error:
                texts += [shown(error), repr(pickle.dumps(error))]
            texts.append(repr(snipcart))
    texts += caplog.messages
    texts += capfd.readouterr()

    assert [(canary, text) for canary in CANARIES for text in texts if canary in text] == []


async def test_the_callers_own_timeout_shows_nothing_private_either() -> None:
    """A call that is cancelled from outside carries no frame of aiohttp, with its URL and body, to the caller."""
    async with FakeSnipcart(customers=3, api_key=KEY, latency=5.0) as fake:
        customer_id = fake.shop.customer_ids()[0]
        async with SnipcartClient(KEY, base_url=fake.base_url) as snipcart:
            for use in ("session", "update", "walk"):
                with pytest.raises(TimeoutError) as caught:
                    async with asyncio.timeout(0.05):
                        await USES[use](snipcart, customer_id)
                seen: BaseException | None = caught.value
                while seen is not None:
                    report = traceback.TracebackException.from_exception(seen, capture_locals=True)
                    frames = [frame for frame in report.stack if frame.filename != __file__]

                    assert [(frame, name) for name in CANARIES for frame in frames if name in str(frame.locals)] == []
                    seen = seen.__cause__ or seen.__context__


def test_the_canaries_would_be_found() -> None:
    """The search is not blind: what is planted in plain sight is seen."""
    assert KEY in shown(ValueError(KEY))


def test_a_fingerprint_tells_keys_apart_and_shows_none() -> None:
    """The same key and salt give the same digest, anything else another one, and the key is in none of them."""
    one, other = SnipcartClient(KEY), SnipcartClient(KEY + "4")
    fingerprint = one.key_fingerprint(b"salt")

    assert fingerprint == SnipcartClient(KEY).key_fingerprint(b"salt") == one.with_options().key_fingerprint(b"salt")
    assert len({fingerprint, one.key_fingerprint(b"pepper"), other.key_fingerprint(b"salt")}) == 3
    assert re.fullmatch("[0-9a-f]{64}", fingerprint)
