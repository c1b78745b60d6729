"""Documents have exactly the keys of Snipcart's pages."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from snipcart_async.testing import Behaviour, Shop
from snipcart_async.testing.documents import money

FLAT = (
    "FirstName",
    "Name",
    "CompanyName",
    "Address1",
    "Address2",
    "City",
    "Country",
    "Province",
    "PostalCode",
    "Phone",
)
NESTED = [
    "fullName",
    "firstName",
    "name",
    "company",
    "address1",
    "address2",
    "fullAddress",
    "city",
    "country",
    "postalCode",
    "province",
    "phone",
    "vatNumber",
]
ROOT = {"id", "email", "mode", "statistics", "creationDate", "gravatarUrl"}
FLAT_KEYS = {prefix + name for prefix in ("billingAddress", "shippingAddress") for name in FLAT}
NESTED_KEYS = {"billingAddress", "shippingAddress"}
READ = ROOT | {"shippingAddressSameAsBilling", "status", "sessionToken"}


def documents(**behaviour: Any) -> list[dict[str, Any]]:
    """Return the documents of a small shop."""
    shop = Shop(300, behaviour=Behaviour(**behaviour))
    return [shop.document(customer_id) for customer_id in shop.customer_ids()]


@pytest.mark.parametrize(
    ("shape", "keys"),
    [
        ("documented", READ | FLAT_KEYS),
        ("flat", READ | FLAT_KEYS),
        ("nested", READ | NESTED_KEYS),
        ("both", READ | FLAT_KEYS | NESTED_KEYS),
    ],
)
def test_the_keys_of_a_customer(shape: str, keys: set[str]) -> None:
    """A customer that is read has the keys of its page, in the shape chosen."""
    assert {frozenset(document) for document in documents(shape=shape)} == {frozenset(keys)}


def test_the_keys_of_an_updated_customer() -> None:
    """An update answers nested addresses and `confirmed`, without `status` and the flag of equal addresses."""
    shop = Shop(1)
    document = shop.updated_document(shop.customer_ids()[0])

    assert document.keys() == ROOT | {"confirmed"} | NESTED_KEYS
    assert document["billingAddress"].keys() == set(NESTED)


def test_flat_and_nested_say_the_same() -> None:
    """Where both shapes stand in one document, they agree."""
    for document in documents(shape="both"):
        assert document["billingAddress"]["company"] == document["billingAddressCompanyName"]
        assert document["shippingAddress"]["firstName"] == document["shippingAddressFirstName"]


def test_read_addresses_tell_whether_they_are_complete() -> None:
    """A nested address that is read carries the two keys that captured ones have."""
    complete = {document["billingAddress"]["hasMinimalRequiredInfo"] for document in documents(shape="nested")}

    assert complete == {True, False}


def test_every_kind_of_customer_is_there() -> None:
    """A few hundred customers show both statuses, split names, and amounts that are null."""
    shop = documents(mode="Test")

    assert {document["status"] for document in shop} == {"Confirmed", "Unconfirmed"}
    assert {document["mode"] for document in shop} == {"Test"}
    assert {document["statistics"]["ordersAmount"] is None for document in shop} == {True, False}
    assert {document["billingAddressFirstName"] is None for document in shop} == {True, False}
    assert {document["shippingAddressSameAsBilling"] for document in shop} == {True, False}


@pytest.mark.parametrize(
    ("cents", "text"),
    [(0, "0"), (2_200 * 3, "66"), (100_000, "1000.00"), (2_809, "28.09"), (8_427, "84.2700")],
)
def test_money_has_the_scales_of_decimals(cents: int, text: str) -> None:
    """Amounts are JSON numbers: whole, or with two or four digits."""
    encoder = msgspec.json.Encoder(decimal_format="number")

    assert encoder.encode(money(cents)).decode() == text
    assert Decimal(text) * 100 == cents
