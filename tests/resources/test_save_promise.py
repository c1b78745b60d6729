"""The promise of `customers.save`, whatever a shop does with absent fields and nulls, and however it is read.

No field that the user did not touch changes without an error; every field that was touched is on the wire.
"""

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snipcart_async import SnipcartClient
from snipcart_async.errors import ReadOnlyFieldError, UpdateMismatchError
from snipcart_async.models import Customer
from snipcart_async.testing import FakeSnipcart

from ..scripted import CUSTOMER_ID
from .conftest import body, client_of

WIRE = {
    "name": "name",
    "first_name": "firstName",
    "company": "company",
    "address1": "address1",
    "address2": "address2",
    "city": "city",
    "province": "province",
    "country": "country",
    "postal_code": "postalCode",
    "phone": "phone",
    "vat_number": "vatNumber",
}
ADDRESSES = {"billing_address": "billingAddress", "shipping_address": "shippingAddress"}
FLAT = ("documented", "flat")

texts = st.none() | st.sampled_from(["", "a", "B 2", "Québec", "東京"])
places = st.fixed_dictionaries(dict.fromkeys(WIRE.values(), texts))
edits = st.dictionaries(st.sampled_from(sorted(WIRE)), texts, max_size=4)
missing = st.sampled_from(["clear", "keep"])
shapes = st.sampled_from([*FLAT, "nested", "both"])
emails = st.sampled_from(["old@example.com", "new@example.com"])


def _shop(shape: str, put_absent: str, put_null: str, places: tuple[Any, Any]) -> FakeSnipcart:
    """Build a shop with one customer."""
    fake = FakeSnipcart(0, shape=shape, put_absent=put_absent, put_null=put_null)  # type: ignore[arg-type]
    billing, shipping = places
    fake.shop.add_customer(
        customer_id=CUSTOMER_ID, email="old@example.com", billing_address=billing, shipping_address=shipping
    )
    return fake


def _stored(fake: FakeSnipcart) -> dict[str, Any]:
    """Give what the shop knows of the customer: the e-mail, and every field of both addresses."""
    record = fake.shop.find(CUSTOMER_ID)
    assert record is not None
    known: dict[str, Any] = {"email": record.email}
    for address, place in zip(ADDRESSES, record.addresses(), strict=True):
        known |= {f"{address}.{name}": place[key] for name, key in WIRE.items()}
    return known


def _fields(customer: Customer) -> dict[str, Any]:
    """Give every writable field of a customer under the same names."""
    known: dict[str, Any] = {"email": customer.email}
    for address in ADDRESSES:
        known |= {f"{address}.{name}": getattr(getattr(customer, address), name) for name in WIRE}
    return known


def _edit(customer: Customer, email: str | None, changes: tuple[dict[str, Any], dict[str, Any]]) -> Customer:
    addresses = {
        address: attrs.evolve(getattr(customer, address), **fields)
        for address, fields in zip(ADDRESSES, changes, strict=True)
    }
    return attrs.evolve(customer, email=email, **addresses)


async def _save(client: SnipcartClient, edited: Customer, was: Customer | None) -> set[str]:
    """Save; give the fields that are said to have come back otherwise."""
    try:
        await client.customers.save(edited, was=was)
    except UpdateMismatchError as error:
        return set(error.fields)
    return set()


def _differing(one: dict[str, Any], other: dict[str, Any]) -> set[str]:
    return {name for name in one if (one[name] or None) != (other[name] or None)}


def _check_body(wire: Any, was: dict[str, Any], intended: dict[str, Any]) -> None:
    """Check that the wire holds every field that either side has, emptied ones as null, and no other."""
    expected = {name: value for name, value in intended.items() if value is not None or was[name] is not None}
    sent = {"email": wire["email"]}
    for address, key in ADDRESSES.items():
        sent |= {
            f"{address}.{name}": wire[key][spelled] for name, spelled in WIRE.items() if spelled in wire.get(key, {})
        }

    assert sent == expected
    assert wire.keys() <= {"email", *ADDRESSES.values()}
    assert all(wire.get(key) != {} for key in ADDRESSES.values())


@given(
    shape=shapes,
    put_absent=missing,
    put_null=missing,
    places=st.tuples(places, places),
    email=emails,
    changes=st.tuples(edits, edits),
    with_was=st.booleans(),
)
async def test_nothing_is_lost_in_silence(
    shape: str,
    put_absent: str,
    put_null: str,
    places: tuple[Any, Any],
    email: str,
    changes: tuple[dict[str, Any], dict[str, Any]],
    *,
    with_was: bool,
) -> None:
    """After a save every field is as intended or named by the error; only an unseen VAT number is open."""
    async with _shop(shape, put_absent, put_null, places) as fake, client_of(fake) as client:
        was = await client.customers.get(CUSTOMER_ID)
        edited = _edit(was, email, changes)
        intended = _fields(edited)

        named = await _save(client, edited, was if with_was else None)

        unseen = {f"{address}.vat_number" for address in ADDRESSES} if shape in FLAT else set()
        unseen = {name for name in unseen if intended[name] is None}
        assert named == _differing(intended, _stored(fake)) - unseen
        assert ["GET", *([] if with_was else ["GET"]), "PUT"] == [request.method for request in fake.requests]
        _check_body(body(fake), _fields(was), intended)


@given(
    shape=shapes,
    put_absent=missing,
    put_null=missing,
    places=st.tuples(places, places),
    changes=st.tuples(edits, edits),
    with_was=st.booleans(),
)
async def test_an_answer_can_be_edited_again(
    shape: str,
    put_absent: str,
    put_null: str,
    places: tuple[Any, Any],
    changes: tuple[dict[str, Any], dict[str, Any]],
    *,
    with_was: bool,
) -> None:
    """The answer of an update is as good a start for an edit as a read, except to empty a VAT number unseen."""
    async with _shop(shape, put_absent, put_null, places) as fake, client_of(fake) as client:
        was = await client.customers.update(CUSTOMER_ID, email="old@example.com")
        edited = _edit(was, "new@example.com", changes)
        intended = _fields(edited)

        named = await _save(client, edited, was if with_was else None)

        hidden = shape in FLAT and not with_was
        unseen = {f"{address}.vat_number" for address in ADDRESSES if hidden}
        unseen = {name for name in unseen if intended[name] is None}
        assert named == _differing(intended, _stored(fake)) - unseen


@given(
    shape=shapes,
    places=st.tuples(places, places),
    changes=st.tuples(edits, edits),
    address=st.sampled_from(sorted(ADDRESSES)),
    touched=st.sampled_from(["full_name", "full_address"]),
)
async def test_a_read_only_touch_writes_nothing(
    shape: str,
    places: tuple[Any, Any],
    changes: tuple[dict[str, Any], dict[str, Any]],
    address: str,
    touched: str,
) -> None:
    """However it is read, an edit of what Snipcart joins itself is refused, and nothing is written."""
    async with _shop(shape, "clear", "clear", places) as fake, client_of(fake) as client:
        was = await client.customers.get(CUSTOMER_ID)
        before = _stored(fake)
        edited = _edit(was, "new@example.com", changes)
        touch: dict[str, Any] = {address: attrs.evolve(getattr(edited, address), **{touched: "Someone Else"})}
        edited = attrs.evolve(edited, **touch)

        with pytest.raises(ReadOnlyFieldError) as caught:
            await client.customers.save(edited, was=was)

        assert caught.value.fields == (f"{address}.{touched}",)
        assert _stored(fake) == before
