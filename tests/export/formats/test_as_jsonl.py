"""JSON lines: what was read comes out again, one safe line a customer."""

import json
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from snipcart_async import _converter
from snipcart_async._converter.steps import at_once
from snipcart_async.export.as_jsonl import encode_line
from snipcart_async.export.columns import customers_table
from snipcart_async.models import Address, Customer, CustomerStatistics, CustomerStatus

ADA = Customer(
    id="3fa85f64-5717-4562-b3fc-2c963f66afa6",
    email="ada@example.com",
    status=CustomerStatus.CONFIRMED,
    creation_date=datetime(2024, 2, 29, 12, 0, 0, 120000, UTC),
    statistics=CustomerStatistics(orders_count=2, orders_amount=Decimal("19.90")),
    billing_address=Address(company="Ada & Co", city="Québec"),
    session_token="0b1f3c1e-0000-4000-8000-000000000000",
    extra={"loyalty": Decimal("1.10")},
)


def encode_row(customer: Customer, *, session_tokens: bool = False) -> bytes:
    """Write a customer as the line of an export."""
    return encode_line(customers_table(session_tokens=session_tokens).document(customer))


def test_a_row_has_the_flat_names_and_exact_numbers_of_snipcart() -> None:
    """A row is the document that Snipcart's page shows, money digit by digit."""
    row = encode_row(ADA)

    document = json.loads(row, parse_float=Decimal)
    assert row.endswith(b"}\n")
    assert document["billingAddressCompanyName"] == "Ada & Co"
    assert document["creationDate"] == "2024-02-29T12:00:00.12Z"
    assert str(document["statistics"]["ordersAmount"]) == "19.90"
    assert str(document["loyalty"]) == "1.10"


def test_session_tokens_are_left_out_unless_asked_for() -> None:
    """What logs a shopper in reaches no file by accident."""
    asked = json.loads(encode_row(ADA, session_tokens=True))

    assert "sessionToken" not in json.loads(encode_row(ADA))
    assert asked["sessionToken"] == ADA.session_token


def test_a_row_reads_as_the_customer_it_was_written_from() -> None:
    """Writing and reading again is the identity."""
    customer, problems = at_once(_converter.read(encode_row(ADA, session_tokens=True), Customer))

    assert (customer, problems) == (ADA, ())


@given(st.text())
def test_any_text_stays_on_its_line(text: str) -> None:
    """No character ends a line early, for any reader, and none is changed."""
    line = encode_line({"name": text})

    assert len(line.decode().splitlines()) == 1
    assert json.loads(line) == {"name": text}


def test_what_a_terminal_obeys_is_escaped() -> None:
    """U+0085, U+2028, U+2029 and the other raw control characters are written as JSON escapes."""
    line = encode_line("a\x7f\x80\x85\x9f\u2028\u2029é")

    assert line.decode() == '"a\\u007f\\u0080\\u0085\\u009f\\u2028\\u2029é"\n'
