"""`customers.save` writes an edited copy over real HTTP; its promise is tried on all kinds of shops in its own file."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest
import pytest_asyncio

from snipcart_async import SnipcartClient
from snipcart_async.errors import ConfigurationError, NotFoundError, ReadOnlyFieldError, UpdateMismatchError
from snipcart_async.models import Address, Customer, CustomerStatistics, CustomerStatus
from snipcart_async.testing import FakeSnipcart

from ..scripted import CUSTOMER_ID, OTHER_ID, SESSION_TOKEN, ScriptedTransport, reply
from .conftest import body, client_of

PLACE = {
    "firstName": "Geeks",
    "name": "Snipcart",
    "company": "",
    "address1": "4885 1ere Avenue",
    "address2": None,
    "city": "Québec",
    "country": "CA",
    "province": "QC",
    "postalCode": "G1H2T5",
    "phone": None,
    "vatNumber": "DE123456789",
}
VISIBLE = {key: value for key, value in PLACE.items() if key != "vatNumber" and value is not None}
READ_ONLY: dict[str, Any] = {
    "mode": "Test",
    "statistics": CustomerStatistics(orders_count=11),
    "creation_date": datetime(2020, 1, 1, tzinfo=UTC),
    "shipping_address_same_as_billing": False,
    "status": CustomerStatus.UNCONFIRMED,
    "gravatar_url": "https://example.com",
    "session_token": SESSION_TOKEN,
    "extra": {"newKey": 1},
    "billing_address": {"full_name": "Ada Lovelace"},
    "shipping_address": {"full_address": "1 Lane"},
}


@pytest_asyncio.fixture(params=["documented", "nested"])
async def fake(request: pytest.FixtureRequest) -> AsyncIterator[FakeSnipcart]:
    """Start a shop with one customer, who is read flat or nested."""
    async with FakeSnipcart(0, shape=request.param) as shop:
        shop.shop.add_customer(
            customer_id=CUSTOMER_ID,
            email="geeks@snipcart.com",
            status="Confirmed",
            billing_address=PLACE,
            shipping_address=PLACE,
        )
        yield shop


@pytest_asyncio.fixture
async def snipcart(fake: FakeSnipcart) -> AsyncIterator[SnipcartClient]:
    """Open a client of the shop."""
    async with client_of(fake) as client:
        yield client


def _methods(fake: FakeSnipcart) -> list[str]:
    return [request.method for request in fake.requests]


def _edit(customer: Customer, name: str, value: Any) -> Customer:
    """Change a field, or with a dict the fields of an address."""
    if name.endswith("_address"):
        value = attrs.evolve(getattr(customer, name), **value)
    return attrs.evolve(customer, **{name: value})


async def test_an_edit_sends_the_whole_customer(fake: FakeSnipcart, snipcart: SnipcartClient) -> None:
    """E-mail and both complete addresses go out, an emptied field as null, what nobody has not at all."""
    was = await snipcart.customers.get(CUSTOMER_ID)
    edited = _edit(was, "billing_address", {"city": "Köln", "province": None})
    known = VISIBLE if was.billing_address.vat_number is None else VISIBLE | {"vatNumber": PLACE["vatNumber"]}

    answer = await snipcart.customers.save(edited, was=was)

    assert body(fake) == {
        "email": "geeks@snipcart.com",
        "billingAddress": {**known, "city": "Köln", "province": None},
        "shippingAddress": known,
    }
    assert _methods(fake) == ["GET", "PUT"]
    assert (answer.billing_address.city, answer.billing_address.province) == ("Köln", None)


async def test_an_edit_of_nothing_saves_the_same(snipcart: SnipcartClient) -> None:
    """Saving what was read changes nothing that was read."""
    was = await snipcart.customers.get(CUSTOMER_ID)

    await snipcart.customers.save(was, was=was)

    assert await snipcart.customers.get(CUSTOMER_ID) == was


async def test_without_was_the_customer_is_read_first(fake: FakeSnipcart, snipcart: SnipcartClient) -> None:
    """The state to compare with is asked for when the caller has none."""
    edited = attrs.evolve(await snipcart.customers.get(CUSTOMER_ID), email="new@example.com")

    answer = await snipcart.customers.save(edited)

    assert _methods(fake) == ["GET", "GET", "PUT"]
    assert answer.email == "new@example.com"


async def test_an_emptied_field_is_null_without_was_too(fake: FakeSnipcart, snipcart: SnipcartClient) -> None:
    """What the fresh read shows and the edit does not is emptied."""
    edited = _edit(await snipcart.customers.get(CUSTOMER_ID), "shipping_address", {"postal_code": None})

    await snipcart.customers.save(edited)

    assert body(fake)["shippingAddress"]["postalCode"] is None
    assert _methods(fake) == ["GET", "GET", "PUT"]


@pytest.mark.parametrize(("name", "value"), READ_ONLY.items(), ids=READ_ONLY)
async def test_a_read_only_edit_is_refused(
    fake: FakeSnipcart, snipcart: SnipcartClient, name: str, value: object
) -> None:
    """A field that Snipcart can't change is named before anything is asked, let alone written."""
    was = await snipcart.customers.get(CUSTOMER_ID)
    field = f"{name}.{next(iter(value))}" if isinstance(value, dict) and name != "extra" else name

    with pytest.raises(ReadOnlyFieldError, match=name) as caught:
        await snipcart.customers.save(_edit(was, name, value), was=was)

    assert caught.value.fields == (field,)
    assert (caught.value.method, caught.value.path) == ("PUT", "/customers/{id}")
    assert _methods(fake) == ["GET"]


@pytest.mark.parametrize("name", ["mode", "creation_date", "status", "shipping_address_same_as_billing"])
async def test_a_read_only_edit_is_refused_without_was_too(
    fake: FakeSnipcart, snipcart: SnipcartClient, name: str
) -> None:
    """Without the state before, one read finds the field that can't be changed; nothing is written."""
    was = await snipcart.customers.get(CUSTOMER_ID)

    with pytest.raises(ReadOnlyFieldError, match=name):
        await snipcart.customers.save(_edit(was, name, READ_ONLY[name]))

    assert _methods(fake) == ["GET", "GET"]


async def test_an_order_placed_meanwhile_is_in_nobodys_way(fake: FakeSnipcart, snipcart: SnipcartClient) -> None:
    """Statistics that moved between two reads are no edit."""
    was = await snipcart.customers.get(CUSTOMER_ID)
    fake.shop.place_order(CUSTOMER_ID)

    answer = await snipcart.customers.save(attrs.evolve(was, email="new@example.com"))

    assert answer.email == "new@example.com"


async def test_another_customers_state_is_refused(fake: FakeSnipcart, snipcart: SnipcartClient) -> None:
    """An edit can't be compared with somebody else."""
    was = await snipcart.customers.get(CUSTOMER_ID)

    with pytest.raises(ReadOnlyFieldError, match="id"):
        await snipcart.customers.save(attrs.evolve(was, id=OTHER_ID), was=was)

    assert _methods(fake) == ["GET"]


@pytest.mark.parametrize("email", [None, ""])
async def test_an_email_cannot_be_emptied(fake: FakeSnipcart, snipcart: SnipcartClient, email: str | None) -> None:
    """Snipcart requires an e-mail in every update."""
    was = await snipcart.customers.get(CUSTOMER_ID)

    with pytest.raises(ConfigurationError, match="email"):
        await snipcart.customers.save(attrs.evolve(was, email=email), was=was)

    assert _methods(fake) == ["GET"]


async def test_the_answer_of_an_update_can_be_edited(fake: FakeSnipcart, snipcart: SnipcartClient) -> None:
    """What an update answers lacks some fields and joins others; an edit of it can be saved without `was`."""
    answer = await snipcart.customers.update(
        CUSTOMER_ID,
        email="a@example.com",
        billing_address=Address(first_name="Ada", name="Lovelace", address1="1 Lane"),
    )

    saved = await snipcart.customers.save(_edit(answer, "billing_address", {"name": "King", "phone": "5"}))
    again = await snipcart.customers.save(attrs.evolve(saved, email="b@example.com"))

    assert _methods(fake) == ["PUT", "GET", "PUT", "GET", "PUT"]
    assert (again.email, again.billing_address.first_name) == ("b@example.com", "Ada")
    assert (again.billing_address.name, again.billing_address.phone) == ("King", "5")


async def test_the_answer_of_an_update_is_a_state_before(fake: FakeSnipcart, snipcart: SnipcartClient) -> None:
    """An edit of an answer can be saved with that answer as `was`, and then a VAT number emptied for sure."""
    answer = await snipcart.customers.update(CUSTOMER_ID, email="a@example.com", billing_address={"vat_number": "DE1"})

    saved = await snipcart.customers.save(_edit(answer, "billing_address", {"vat_number": None}), was=answer)

    assert body(fake)["billingAddress"] == {"vatNumber": None}
    assert saved.billing_address.vat_number is None


async def test_a_customer_of_a_session_is_refused() -> None:
    """The customer of a documented session lacks fields, which a save would empty: nothing is written."""
    async with FakeSnipcart(1) as fake, client_of(fake) as client:
        session = await client.user_sessions.get(fake.sign_in(fake.shop.customer_ids()[0]))

        with pytest.raises(ReadOnlyFieldError, match="mode"):
            await client.customers.save(session.customer)

    assert _methods(fake) == ["GET", "GET"]


async def test_somebody_who_is_gone(fake: FakeSnipcart, snipcart: SnipcartClient) -> None:
    """A customer who was deleted meanwhile can't be saved."""
    was = await snipcart.customers.get(CUSTOMER_ID)
    fake.shop.delete(CUSTOMER_ID)

    with pytest.raises(NotFoundError):
        await snipcart.customers.save(was)


async def test_a_mismatch_tells_what_came_instead() -> None:
    """When the answer differs, the error names each difference and holds the customer as answered."""
    was = Customer(id=CUSTOMER_ID, email="a@example.com", billing_address=Address(city="Köln", phone="1"))
    answer = {"id": CUSTOMER_ID, "email": "A@example.com", "billingAddress": {"city": "Köln", "company": "New"}}
    transport = ScriptedTransport(reply(answer))

    async with SnipcartClient("ST_key", transport=transport) as client:
        with pytest.raises(UpdateMismatchError, match=r"billing_address\.phone") as caught:
            await client.customers.save(was, was=was)

    assert caught.value.fields == ("email", "billing_address.company", "billing_address.phone")
    assert caught.value.customer is not None
    assert caught.value.customer.billing_address == Address(city="Köln", company="New")
    assert (caught.value.method, caught.value.path) == ("PUT", "/customers/{id}")
    assert "example.com" not in str(caught.value)


async def test_no_address_at_all_sends_none() -> None:
    """Where neither side has an address, none is sent."""
    was = Customer(id=CUSTOMER_ID, email="a@example.com")
    transport = ScriptedTransport(reply({"id": CUSTOMER_ID, "email": "a@example.com"}))

    async with SnipcartClient("ST_key", transport=transport) as client:
        await client.customers.save(was, was=was)

    assert transport.requests[0].body == b'{"email":"a@example.com"}'
