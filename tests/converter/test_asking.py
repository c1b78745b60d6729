"""What may be sent: identifiers, queries, numbers, e-mails and addresses, checked before a byte leaves."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snipcart_async._converter import asking
from snipcart_async.models import Address, CustomerOrderBy, CustomerStatus, Mode

from ..scripted import CUSTOMER_ID, document

CANARY = "canary@example.com"
EAST = timezone(timedelta(hours=5, minutes=30))


@pytest.mark.parametrize(
    "value",
    [CUSTOMER_ID, CUSTOMER_ID.upper(), UUID(CUSTOMER_ID), Mode(CUSTOMER_ID)],
    ids=["lower", "upper", "uuid", "text-subclass"],
)
def test_an_identifier_is_spelled_in_lower_case(value: str | UUID) -> None:
    """A GUID in any case, or a UUID, is sent in lower case."""
    assert asking.spell_identifier("customer_id", value) == (CUSTOMER_ID, "")


@pytest.mark.parametrize(
    "value",
    [
        "",
        ".",
        "..",
        "../orders",
        "%2e%2e/orders",
        "a/b",
        "a?x=1",
        "a#f",
        "//evil/x",
        "a\r\nb",
        "9" * 9000,
        f"{CUSTOMER_ID}\n",
        f" {CUSTOMER_ID}",
        f"{CUSTOMER_ID}/orders",
        f"{{{CUSTOMER_ID}}}",
        f"urn:uuid:{CUSTOMER_ID}",
        CUSTOMER_ID.replace("-", ""),
        CUSTOMER_ID[1:] + "g",
        CUSTOMER_ID.replace("2", "\uff12"),
        CUSTOMER_ID.replace("-", "\u2010"),
        "\ud800" + CUSTOMER_ID[1:],
        CANARY,
    ],
)
def test_what_is_no_guid_is_refused(value: str) -> None:
    """No other text becomes part of a path, and the refusal does not repeat it."""
    told = asking.spell_identifier("customer_id", value)

    assert told == ("", "customer_id must be a GUID: 8-4-4-4-12 hexadecimal digits")


@pytest.mark.parametrize("value", [None, 7, b"x", ["x"], True])
def test_an_identifier_of_another_type_is_a_mistake_in_the_program(value: Any) -> None:
    """What is neither text nor a UUID is a `TypeError` that names the type."""
    with pytest.raises(TypeError, match=f"customer_id must be a str or a uuid.UUID, not {type(value).__name__}"):
        asking.spell_identifier("customer_id", value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("geeks+1@snipcart.com", "geeks+1@snipcart.com"),
        ("", ""),
        ("Québec & co. #1", "Québec & co. #1"),
        (0, "0"),
        (50, "50"),
        (True, "true"),
        (False, "false"),
        (CustomerStatus.CONFIRMED, "Confirmed"),
        (CustomerOrderBy.ORDERS_VALUE, "OrdersValue"),
        (CustomerStatus("All"), "All"),
        (date(2019, 10, 9), "2019-10-09"),
        (datetime(2019, 10, 9, 18, 52, 19, tzinfo=UTC), "2019-10-09T18:52:19Z"),
        (datetime(2019, 10, 9, 18, 52, 19, 500_000, tzinfo=EAST), "2019-10-09T13:22:19.5Z"),
    ],
)
def test_a_query_value_is_spelled_as_documented(value: Any, text: str) -> None:
    """Text as it is, enums by their value, booleans as in JSON, instants in UTC with a Z."""
    assert asking.spell_query({"key": value}) == ({"key": text}, "")


def test_what_is_none_is_left_out_of_a_query() -> None:
    """An argument that was not given is not sent."""
    assert asking.spell_query({"status": None, "limit": 20, "name": None}) == ({"limit": "20"}, "")


@pytest.mark.parametrize(
    "value",
    [
        datetime(2019, 10, 9, 18, 52, 19),  # noqa: DTZ001 - that is the point
        datetime(1, 1, 1, tzinfo=EAST),
        datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-5))),
        1.5,
        Decimal("1.5"),
        b"x",
        [CANARY],
        {CANARY},
        f"{CANARY}\ud800",
    ],
    ids=["naive", "before-year-1", "after-9999", "float", "decimal", "bytes", "list", "set", "surrogate"],
)
def test_what_cannot_be_spelled_in_a_query_is_refused(value: Any) -> None:
    """A naive datetime, a number with a fraction, or half a character is refused by the name of its parameter."""
    spelled, problem = asking.spell_query({"from": value})

    assert spelled == {}
    assert problem.startswith("from must be text, a whole number")
    assert CANARY not in problem


@pytest.mark.parametrize("key", [1, None, ("a",), "\ud800"], ids=["number", "none", "tuple", "surrogate"])
def test_a_query_parameter_is_named_by_text(key: Any) -> None:
    """A name that no URL could hold is refused."""
    assert asking.spell_query({key: "x"}) == ({}, "every query parameter must be named by text")


def test_a_day_is_taken_from_its_first_to_its_last_moment() -> None:
    """A date is a whole day in UTC; a datetime is an instant already, and nothing stays nothing."""
    day, instant = date(2019, 10, 9), datetime(2019, 10, 9, 18, 52, tzinfo=EAST)

    assert datetime(2019, 10, 9, tzinfo=UTC) == asking.first_moment(day)
    assert datetime(2019, 10, 9, 23, 59, 59, 999_999, tzinfo=UTC) == asking.last_moment(day)
    assert [instant, instant] == [asking.first_moment(instant), asking.last_moment(instant)]
    assert [asking.first_moment(None), asking.last_moment(None)] == [None, None]


@pytest.mark.parametrize("email", ["a@b.c", "x" * 500, "Zoë@example.com"], ids=["short", "longest", "not-ascii"])
def test_an_email_of_at_most_500_characters_is_fine(email: str) -> None:
    """Snipcart is the judge of e-mails; only what it cannot take is kept from it."""
    assert asking.email_problem(email) == ""


@pytest.mark.parametrize(
    "email", ["", "x" * 501, None, 5, b"a@b.c", f"{CANARY}\ud800"], ids=["empty", "long", "none", "int", "bytes", "odd"]
)
def test_an_email_that_cannot_be_sent_is_a_problem(email: Any) -> None:
    """An e-mail is required, at most 500 characters of text, and never repeated."""
    problem = asking.email_problem(email)

    assert "1 to 500 characters" in problem
    assert CANARY not in problem


@pytest.mark.parametrize(
    ("address", "spelled"),
    [
        (Address(), {}),
        (
            Address(company="", postal_code="G1H2T5", full_name="x", extra={"y": 1}),
            {"company": "", "postalCode": "G1H2T5"},
        ),
        ({"first_name": None, "vat_number": "DE1"}, {"firstName": None, "vatNumber": "DE1"}),
        (MappingProxyType({"address1": "a"}), {"address1": "a"}),
        ({}, {}),
    ],
    ids=["empty", "fields-that-are-set", "mapping-with-null", "any-mapping", "empty-mapping"],
)
def test_an_address_is_spelled_nested(address: Address | Mapping[str, str | None], spelled: dict[str, Any]) -> None:
    """An `Address` gives what is set in it and writable, a mapping all it has, `None` as null."""
    assert (spelled, "") == asking.spell_address("billing_address", address)


def test_every_documented_field_of_an_address_can_be_sent() -> None:
    """The body takes the eleven fields that Snipcart's page names."""
    fields = [
        *document("customers-put-body")["billingAddress"],
        "firstName",
        "company",
        "address2",
        "phone",
        "vatNumber",
    ]
    address = Address(
        name="a", address1="b", city="c", country="d", province="e", postal_code="f",
        first_name="g", company="h", address2="i", phone="j", vat_number="k",
    )  # fmt: skip

    assert (dict(zip(fields, "abcdefghijk", strict=True)), "") == asking.spell_address("billing_address", address)


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        (CANARY, "billing_address must be an Address or a mapping of its fields"),
        ([CANARY], "billing_address must be an Address or a mapping of its fields"),
        (
            {"full_name": CANARY, CANARY: ""},
            "billing_address has 2 unknown field(s); Snipcart takes first_name, name, ",
        ),
        ({"postalCode": CANARY}, "billing_address has 1 unknown field(s)"),
        ({5: CANARY}, "billing_address has 1 unknown field(s)"),
        (
            {"city": 5, "name": [CANARY], "phone": "x"},
            "billing_address.city, billing_address.name must be text or None",
        ),
        (Address(city=f"{CANARY}\ud800"), "billing_address.city must be text or None"),
    ],
    ids=["text", "list", "unknown", "camel-case", "no-text-key", "wrong-types", "surrogate"],
)
def test_an_address_that_cannot_be_sent_is_a_problem(address: object, problem: str) -> None:
    """A wrong address is refused by the names of our fields, without its values and foreign keys."""
    spelled, told = asking.spell_address("billing_address", address)

    assert spelled == {}
    assert told.startswith(problem)
    assert CANARY not in told


@given(st.dictionaries(st.text(), st.text(st.characters(exclude_categories=())) | st.integers() | st.datetimes()))
def test_a_query_is_spelled_or_refused(params: dict[str, Any]) -> None:
    """Every value becomes text that UTF-8 can hold, or a problem."""
    spelled, problem = asking.spell_query(params)

    assert not (spelled and problem)
    assert all(key.encode() and value.encode() == str(params[key]).encode() for key, value in spelled.items() if key)
