"""Single values: dates of every spelling, exact amounts, enums that grow, texts as they are."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from snipcart_async._converter import _CONVERTER
from snipcart_async.models import Customer, CustomerStatus, Mode, Order, OrderStatus, PaymentStatus

from ..scripted import CUSTOMER_ID
from .documents import problems_of, read_customer, read_order


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2019-10-09T18:52:19Z", datetime(2019, 10, 9, 18, 52, 19, tzinfo=UTC)),
        ("2019-10-09T18:52:19.4Z", datetime(2019, 10, 9, 18, 52, 19, 400_000, tzinfo=UTC)),
        ("2019-10-21T20:36:26.46Z", datetime(2019, 10, 21, 20, 36, 26, 460_000, tzinfo=UTC)),
        ("2015-04-03T01:09:10.207Z", datetime(2015, 4, 3, 1, 9, 10, 207_000, tzinfo=UTC)),
        ("2015-04-03T01:09:10.0001Z", datetime(2015, 4, 3, 1, 9, 10, 100, tzinfo=UTC)),
        ("2015-04-03T01:09:10.00001Z", datetime(2015, 4, 3, 1, 9, 10, 10, tzinfo=UTC)),
        ("2015-04-03T01:09:10.000001Z", datetime(2015, 4, 3, 1, 9, 10, 1, tzinfo=UTC)),
        ("2015-04-03T01:09:10.5703196Z", datetime(2015, 4, 3, 1, 9, 10, 570_319, tzinfo=UTC)),
        ("2015-04-03T01:09:10.9999999999Z", datetime(2015, 4, 3, 1, 9, 10, 999_999, tzinfo=UTC)),
        ("2019-10-09T18:52:19", datetime(2019, 10, 9, 18, 52, 19, tzinfo=UTC)),
        ("2019-10-09 18:52:19", datetime(2019, 10, 9, 18, 52, 19, tzinfo=UTC)),
        ("2019-10-09t18:52:19z", datetime(2019, 10, 9, 18, 52, 19, tzinfo=UTC)),
        ("2019-10-09T18:52:19+00:00", datetime(2019, 10, 9, 18, 52, 19, tzinfo=UTC)),
        ("2019-10-09T18:52:19-05:00", datetime(2019, 10, 9, 23, 52, 19, tzinfo=UTC)),
        ("2019-10-09T18:52:19.5+0530", datetime(2019, 10, 9, 13, 22, 19, 500_000, tzinfo=UTC)),
        ("0001-01-01T00:00:00", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59.9999999", datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
    ],
)
def test_a_date_is_an_instant_in_utc(text: str, moment: datetime) -> None:
    """A fraction of any length is cut to microseconds, another zone is turned, no zone means UTC."""
    read = read_customer({"id": CUSTOMER_ID, "creationDate": text}).creation_date

    assert moment == read
    assert read is not None
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "/Date(1)/",
        "2019-10-09",
        "2019-10-09T18:52Z",
        "2019-10-09T18:52:19.Z",
        "2019-10-09T18:52:19Z\n",
        "20191009T185219Z",
        "2019-W41-3T18:52:19Z",
        "\uff12\uff10\uff11\uff19-10-09T18:52:19Z",
        "1570647139",
        "yesterday",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    """Text in another form than ISO 8601's is refused, the empty text too."""
    problem = "$.creationDate: expected a date and time in ISO 8601, got other text"

    assert (problem,) == problems_of({"id": CUSTOMER_ID, "creationDate": text}, Customer)


@pytest.mark.parametrize(
    "text",
    [
        "2019-02-30T00:00:00Z",
        "2019-13-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "2019-10-09T18:52:60Z",
        "2019-10-09T25:00:00Z",
        "2019-10-09T18:52:19+99:00",
        "0001-01-01T00:00:00+05:00",
        "9999-12-31T23:59:59-05:00",
    ],
)
def test_a_date_that_is_none_is_refused(text: str) -> None:
    """A date that no calendar has, or no datetime in UTC can hold, is refused, and nothing overflows."""
    problem = "$.creationDate: expected a date that exists"

    assert (problem,) == problems_of({"id": CUSTOMER_ID, "creationDate": text}, Customer)


@pytest.mark.parametrize(
    "text", ["1000.00", "300.0000", "0.000000000000000000000000000", "22", "-1.50", "28.09", "1e999", "1E-30", "0.1"]
)
def test_an_amount_is_exact(text: str) -> None:
    """An amount is the decimal that was written, with all its zeros, never a float."""
    content = b'{"id": "%b", "statistics": {"ordersAmount": %b}}' % (CUSTOMER_ID.encode(), text.encode())
    amount = read_customer(content).statistics.orders_amount

    assert isinstance(amount, Decimal)
    assert Decimal(text).as_tuple() == amount.as_tuple()


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        (b"NaN", "$: not JSON"),
        (b"Infinity", "$: not JSON"),
        (b"-Infinity", "$: not JSON"),
        (b"01", "$: not JSON"),
        (b".5", "$: not JSON"),
        (b"9" * 5000, "$: not JSON"),
        (b"1e1000000000000000000", "$: JSON with a number too large to hold"),
        (b"1e-9999999999999999999", "$: JSON with a number too large to hold"),
    ],
    ids=["nan", "infinity", "minus-infinity", "leading-zero", "no-zero", "5000-digits", "huge", "tiny"],
)
def test_what_is_no_finite_number_is_refused(number: bytes, problem: str) -> None:
    """No amount can be infinite, or no number at all; what cannot be held is refused, not rounded."""
    content = b'{"id": "%b", "statistics": {"ordersCount": %b}}' % (CUSTOMER_ID.encode(), number)

    assert (problem,) == problems_of(content, Customer)


def test_a_long_whole_number_is_kept() -> None:
    """A count beyond 64 bits is still a count."""
    customer = read_customer({"id": CUSTOMER_ID, "statistics": {"ordersCount": 10**40}})

    assert customer.statistics.orders_count == 10**40


@pytest.mark.parametrize("method", ["CreditCard", "", 0, 3])
def test_a_payment_method_is_a_word_or_a_number(method: str | int) -> None:
    """Old carts have the number 0 where a word is due; both are kept as they are."""
    order = read_order({"token": "t", "paymentMethod": method, "summary": {"paymentMethod": method}})

    assert order.summary is not None
    assert [(type(method), method)] * 2 == [(type(m), m) for m in (order.payment_method, order.summary.payment_method)]


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (None, None),
        ("+10.00", "+10.00"),
        (10, Decimal(10)),
        (Decimal("10.50"), Decimal("10.50")),
    ],
    ids=["null", "text", "whole", "fraction"],
)
def test_an_operation_is_text_or_a_number_or_nothing(sent: object, read: str | Decimal | None) -> None:
    """The operation of a custom field is kept as the type it came in."""
    fields = read_order({"token": "t", "customFields": [{"operation": sent}]}).custom_fields

    assert fields is not None
    assert [(type(read), read)] == [(type(field.operation), field.operation) for field in fields]


def test_what_looks_like_a_number_stays_text() -> None:
    """Invoice numbers, card digits and postal codes keep their zeros."""
    order = read_order(
        {"token": "t", "invoiceNumber": "0001", "creditCardLast4Digits": "0042", "billingAddressPostalCode": "01000"}
    )

    assert (
        order.invoice_number,
        order.credit_card_last4_digits,
        order.billing_address.postal_code,
    ) == ("0001", "0042", "01000")


def test_enums_ignore_case_and_keep_what_they_do_not_know() -> None:
    """A known value is a member in any case, an unknown one is kept."""
    order = read_order({"token": "t", "status": "inPROGRESS", "paymentStatus": "Chargeback", "mode": "TEST"})

    assert order.status is OrderStatus.IN_PROGRESS
    assert order.mode is Mode.TEST
    assert order.payment_status == "Chargeback"
    assert isinstance(order.payment_status, PaymentStatus)
    assert not order.payment_status.is_known


@pytest.mark.parametrize(
    "name",
    [
        "Zoë 👩\u200d🚀",
        "דוד \u202eevil\u202c",
        "e\u0301",
        "\x00\x1b[31m",
        "=1+1",
        "\uff1dFULL",
        "  x ",
        "x" * 5_000_000,
    ],
    ids=["emoji", "bidi", "combining", "control", "formula", "full-width", "blanks", "5-MB"],
)
def test_text_is_verbatim(name: str) -> None:
    """Whatever a shopper typed arrives unchanged."""
    assert name == read_customer({"id": CUSTOMER_ID, "billingAddressName": name}).billing_address.name


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (r'"\ud800"', "\ufffd"),
        (r'"a\udfffb"', "a\ufffdb"),
        (r'"\ud83d\ude00 \ude00\ud83d"', "😀 \ufffd\ufffd"),
    ],
    ids=["high", "low", "pair-and-reversed"],
)
def test_a_lone_surrogate_is_replaced_everywhere(sent: str, read: str) -> None:
    """A lone surrogate becomes U+FFFD in texts, enums, and in the keys and values of unknown fields."""
    content = f'{{"id": "{CUSTOMER_ID}", "email": {sent}, "status": {sent}, {sent}: [{{{sent}: {sent}}}]}}'
    customer = read_customer(content.encode())

    assert (read, CustomerStatus(read)) == (customer.email, customer.status)
    assert customer.extra == {read: [{read: read}]}


def test_a_lone_surrogate_is_replaced_in_free_json() -> None:
    """Metadata, too, is text that any file can hold."""
    assert read_order({"token": "t", "metadata": {"\ud800": ["\udfff"]}}) == Order(
        token="t", metadata={"\ufffd": ["\ufffd"]}
    )


def test_each_type_of_a_union_is_read_as_itself() -> None:
    """Where a field may hold an enum or a number, its text becomes that enum, not whatever the union is."""
    union: Any = int | CustomerStatus

    assert _CONVERTER.structure("Confirmed", union) is CustomerStatus.CONFIRMED
    assert _CONVERTER.structure(7, union) == 7
