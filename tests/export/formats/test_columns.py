"""The columns of a row follow from the models, and hold all that a model holds."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given

from snipcart_async import _converter
from snipcart_async.export.columns import Column, Kind, OrderRow, customers_table, orders_table
from snipcart_async.models import Address, Customer, CustomerStatistics, CustomerStatus, Order

from ...converter.documents import read_customer, read_order
from ...strategies import customers, orders

CUSTOMER_ID = "c8de947a-2483-4e36-9052-031e2aa3f0ac"


def column(name: str) -> Column[Customer]:
    """Find a column of a customer."""
    (found,) = [column for column in customers_table(session_tokens=True).columns if column.name == name]
    return found


@pytest.mark.parametrize(
    ("name", "key", "kind"),
    [
        ("id", "id", Kind.TEXT),
        ("status", "status", Kind.TEXT),
        ("statistics_orders_count", "statisticsOrdersCount", Kind.INTEGER),
        ("statistics_orders_amount", "statisticsOrdersAmount", Kind.DECIMAL),
        ("creation_date", "creationDate", Kind.INSTANT),
        ("shipping_address_same_as_billing", "shippingAddressSameAsBilling", Kind.BOOLEAN),
        ("billing_address_company", "billingAddressCompanyName", Kind.TEXT),
        ("shipping_address_vat_number", "shippingAddressVatNumber", Kind.TEXT),
        ("billing_address_full_address", "billingAddressFullAddress", Kind.TEXT),
        ("session_token", "sessionToken", Kind.TEXT),
        ("extra", "extra", Kind.JSON),
    ],
)
def test_a_column_is_named_for_databases_and_as_snipcart_does(name: str, key: str, kind: Kind) -> None:
    """Names are in snake_case, keys are Snipcart's flat ones, kinds follow the field's type."""
    assert (column(name).key, column(name).kind) == (key, kind)


def test_the_columns_of_an_order_begin_with_its_customer() -> None:
    """An order's row tells whom it was asked for; lists and objects are JSON, what may be text is text."""
    kinds = {column.name: column.kind for column in orders_table().columns}

    assert list(kinds)[:3] == ["customer_id", "token", "invoice_number"]
    assert list(kinds)[-1] == "extra"
    assert kinds["payment_method"] is Kind.TEXT
    assert {name for name, kind in kinds.items() if kind is Kind.JSON} == {
        *("items", "taxes", "discounts", "plans", "refunds", "summary", "user"),
        *("payment_details", "custom_fields", "metadata", "extra"),
    }


@pytest.mark.parametrize("table", [customers_table(session_tokens=True), orders_table()], ids=lambda t: t.name)
def test_no_two_columns_share_a_name(table: Any) -> None:
    """Names and keys tell columns apart, also where case does not count."""
    for spelled in ({c.name for c in table.columns}, {c.key.lower() for c in table.columns}):
        assert len(spelled) == len(table.columns)
    assert set(table.key) <= {column.name for column in table.columns}


def test_session_tokens_are_no_column_unless_asked_for() -> None:
    """Asked for, the token is last but for the unknown fields; else there is no place for it."""
    assert "session_token" not in [column.name for column in customers_table().columns]
    assert [column.name for column in customers_table(session_tokens=True).columns][-2:] == ["session_token", "extra"]


def test_a_token_is_left_out_at_any_depth() -> None:
    """Neither an embedded customer nor a field that no model names brings a token into a row."""
    row = OrderRow(
        CUSTOMER_ID,
        Order(
            token="t",
            user=Customer(id=CUSTOMER_ID, session_token="canary"),
            metadata=[{"sessionToken": "canary"}],
            billing_address=Address(extra={"sessionToken": "canary"}),
            extra={"shape": {"sessionToken": "canary"}},
        ),
    )

    assert "canary" not in str((orders_table().values(row), orders_table().document(row)))
    assert "canary" in str(orders_table(session_tokens=True).values(row))


def test_unknown_fields_stand_under_the_key_of_their_object() -> None:
    """`extra` holds what Snipcart sent and no column has: the row's own fields, and those of its parts."""
    customer = Customer(
        id=CUSTOMER_ID,
        statistics=CustomerStatistics(extra={"rank": 1}),
        billing_address=Address(extra={"validationErrors": {}}),
        extra={"loyalty": Decimal("1.10")},
    )
    extra = column("extra").read(customer)

    assert extra == '{"loyalty":1.10,"statistics":{"rank":1},"billingAddress":{"validationErrors":{}}}'
    assert column("extra").read(Customer(id=CUSTOMER_ID)) is None
    tokens_alone = Customer(id=CUSTOMER_ID, billing_address=Address(extra={"sessionToken": "t"}))
    assert customers_table().columns[-1].read(tokens_alone) is None


def test_a_value_is_plain() -> None:
    """An enum is text, a number that stands for text too; what is not there is `None`, an empty list is none."""
    row = OrderRow(CUSTOMER_ID, Order(token="t", payment_method=0, items=()))
    values = dict(zip((c.name for c in orders_table().columns), orders_table().values(row), strict=True))

    assert type(column("status").read(Customer(id=CUSTOMER_ID, status=CustomerStatus("Archived")))) is str
    assert column("creation_date").read(Customer(id="", creation_date=datetime(2024, 1, 1, tzinfo=UTC)))
    assert (values["payment_method"], values["items"], values["taxes"]) == ("0", "[]", None)


@given(customers())
def test_a_customer_is_read_back_from_its_columns(document: dict[str, Any]) -> None:
    """The columns of a customer hold all of it: read by their keys they give an equal customer."""
    customer, table = read_customer(document), customers_table(session_tokens=True)
    dumped = _converter.dump(customer)
    for field in table.columns:
        value = field.read(customer)
        if field.key in dumped and field.kind in {Kind.BOOLEAN, Kind.INTEGER, Kind.DECIMAL, Kind.TEXT}:
            assert value == dumped[field.key]
    extra = json.loads(str(table.columns[-1].read(customer) or "{}"), parse_float=Decimal)

    assert extra.pop("billingAddress", {}) == attrs.asdict(customer.billing_address)["extra"]
    assert extra.pop("shippingAddress", {}) == attrs.asdict(customer.shipping_address)["extra"]
    assert extra.pop("statistics", {}) == attrs.asdict(customer.statistics)["extra"]
    assert extra == customer.extra


@given(orders())
def test_any_order_makes_a_row(document: dict[str, Any]) -> None:
    """Whatever an order holds, its JSON columns hold it exactly."""
    order = read_order(document)
    dumped, row = _converter.dump(order), OrderRow(CUSTOMER_ID, order)
    for field in orders_table(session_tokens=True).columns:
        if field.kind is Kind.JSON and field.name != "extra":
            text = field.read(row)
            wanted = None if dumped[field.key] is None else read_back(dumped[field.key])
            assert (None if text is None else json.loads(str(text), parse_float=Decimal)) == wanted


def read_back(value: Any) -> Any:
    """Give a dumped value as JSON has it: lists, not tuples."""
    if isinstance(value, dict):
        return {key: read_back(inner) for key, inner in value.items()}
    return [read_back(inner) for inner in value] if isinstance(value, list | tuple) else value


def test_the_customer_an_order_was_asked_for_is_its_first_field() -> None:
    """A document says whose order it is, whatever the order says itself."""
    document = orders_table().document(OrderRow(CUSTOMER_ID, Order(token="t", extra={"customerId": "other"})))

    assert next(iter(document.items())) == ("customerId", CUSTOMER_ID)


def test_a_row_shows_nobody() -> None:
    """The repr of a row has no personal data."""
    assert "canary" not in repr(OrderRow(CUSTOMER_ID, Order(token="canary", email="canary", notes="canary")))
