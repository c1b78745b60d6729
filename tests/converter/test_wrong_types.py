"""Strictness: a value of the wrong type is refused where it stands, and never shown."""

from decimal import Decimal
from typing import Any

import pytest

from snipcart_async import _converter
from snipcart_async._converter.steps import at_once
from snipcart_async.models import Customer, Order, UserSession

from ..scripted import CUSTOMER_ID, SESSION_TOKEN
from ..strategies import encode
from .documents import (
    FULL_CUSTOMER,
    FULL_ORDER,
    Place,
    is_free,
    nested,
    places,
    problems_of,
    replaced,
    spelled,
)

SECRET = "canary@example.com"
WRONG: dict[type, tuple[Any, ...]] = {
    str: (3, Decimal("1.9"), True, {SECRET: SECRET}, [SECRET]),
    bool: ("true", 1, 0, Decimal("0.0"), {}, []),
    int: (Decimal("1.9"), Decimal("3.0"), "3", "", True, {}, []),
    Decimal: ("3", "1.5", "NaN", "", False, {}, []),
    list: ("", {}, 0, True),
    dict: ("", [], 0, True),
}
WIDE = ("paymentMethod", "interval", "operation", "alternatePrice")
LEAVES = [(place, value) for place, value in places(FULL_ORDER) if not is_free(place) and place[-1] not in WIDE]


def kind_of(place: Place, value: Any) -> type:
    """Tell what stands at a place: an amount may be written as a whole number."""
    key = str(place[-1])
    counts = ("Count", "quantity", "Quantity", "numberOf", "totalNumberOfItems", "InDays", "maxQ", "maxD", "DaysTo")
    is_count = key.startswith(("quantityOf", "intervalCount")) or any(part in key for part in counts)
    return Decimal if type(value) is int and not is_count else type(value)


@pytest.mark.parametrize(("place", "value"), LEAVES, ids=[spelled(place) for place, _ in LEAVES])
def test_every_place_of_an_order_refuses_every_other_type(place: Place, value: Any) -> None:
    """A wrong type anywhere in an order is one problem, at its own JSON path."""
    for wrong in WRONG[kind_of(place, value)]:
        problems = problems_of([replaced(FULL_ORDER, place, wrong)], tuple[Order, ...])

        assert [f"$[0]{spelled(place)}"] == [problem.split(": ")[0] for problem in problems]
        assert SECRET not in repr(problems)


@pytest.mark.parametrize(
    ("key", "wrong", "problem"),
    [
        ("ordersCount", Decimal("1.9"), "expected a whole number, got a number with a fraction"),
        ("ordersCount", "3", "expected a whole number, got text"),
        ("ordersCount", True, "expected a whole number, got a boolean"),
        ("ordersAmount", "1000.00", "expected a number, got text"),
        ("ordersAmount", False, "expected a number, got a boolean"),
        ("subscriptionsCount", [], "expected a whole number, got a list"),
    ],
)
def test_statistics_are_never_coerced(key: str, wrong: Any, problem: str) -> None:
    """1.9 never becomes 1, "3" never 3, true never 1."""
    document = {"id": CUSTOMER_ID, "statistics": {key: wrong}}

    assert (f"$.statistics.{key}: {problem}",) == problems_of(document, Customer)


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({}, "$.id: missing"),
        ({"id": None}, "$.id: expected text, got null"),
        ({"id": 7}, "$.id: expected text, got a number"),
        ({"id": ""}, "$.id: expected a GUID, got other text"),
        ({"id": f"{CUSTOMER_ID}\n"}, "$.id: expected a GUID, got other text"),
        ({"id": f"{{{CUSTOMER_ID}}}"}, "$.id: expected a GUID, got other text"),
        ({"id": CUSTOMER_ID, "email": {}}, "$.email: expected text, got an object"),
        ({"id": CUSTOMER_ID, "status": 1}, "$.status: expected text, got a number"),
        ({"id": CUSTOMER_ID, "confirmed": "true"}, "$.confirmed: expected true or false, got text"),
        ({"id": CUSTOMER_ID, "statistics": []}, "$.statistics: expected an object, got a list"),
        ({"id": CUSTOMER_ID, "creationDate": 0}, "$.creationDate: expected text, got a number"),
        ({"id": CUSTOMER_ID, "billingAddress": "x"}, "$.billingAddress: expected an object, got text"),
        (None, "$: expected an object, got null"),
        ([], "$: expected an object, got a list"),
        ("x", "$: expected an object, got text"),
        (3, "$: expected an object, got a number"),
        (True, "$: expected an object, got a boolean"),
    ],
)
def test_what_is_no_customer_is_explained(document: Any, problem: str) -> None:
    """A document that is no customer is refused with the place and the types, and nothing else."""
    assert (problem,) == problems_of(document, Customer)


def test_all_problems_are_told_at_once() -> None:
    """A document with several problems is refused with all of them."""
    document = {"id": None, "email": 1, "statistics": {"ordersCount": "1", "ordersAmount": "2"}}

    assert [problem.split(": ")[0] for problem in problems_of(document, Customer)] == [
        "$.id",
        "$.email",
        "$.statistics.ordersCount",
        "$.statistics.ordersAmount",
    ]


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (FULL_CUSTOMER | {"billingAddressCompanyName": 1}, "$.billingAddressCompanyName"),
        (FULL_CUSTOMER | {"shippingAddressAddress1": 1}, "$.shippingAddressAddress1"),
        (nested(FULL_CUSTOMER, company=1), "$.billingAddress.company"),
        (nested(FULL_CUSTOMER, vatNumber=1), "$.billingAddress.vatNumber"),
        (nested(FULL_CUSTOMER, fullName=1), "$.billingAddress.fullName"),
        (FULL_CUSTOMER | {"billingAddress": {"company": 1}}, "$.billingAddress.company"),
        (FULL_CUSTOMER | {"billingAddressPhone": 1, "billingAddress": {"company": ""}}, "$.billingAddressPhone"),
    ],
    ids=["flat-company", "flat-line", "nested-company", "nested-only", "joined", "both-nested", "both-flat"],
)
def test_an_address_problem_has_the_spelling_that_was_sent(document: Any, path: str) -> None:
    """A problem in an address is named as the document spells that very field."""
    assert path == problems_of(document, Customer)[0].split(": ")[0]


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"token": 1, "customer": {"id": CUSTOMER_ID}}, "$.token"),
        ({"expires": "soon", "customer": {"id": CUSTOMER_ID}}, "$.expires"),
        ({"token": SESSION_TOKEN}, "$.customer"),
        ({"customer": None, "email": "x"}, "$.customer"),
        ({"customer": {"id": CUSTOMER_ID, "statistics": {"ordersCount": "1"}}}, "$.customer.statistics.ordersCount"),
        ({"email": "x"}, "$.id"),
        ({"email": {}, "userId": CUSTOMER_ID}, "$.email"),
        ({"email": "x", "userId": "guest"}, "$.userId"),
        ({"email": "x", "id": CUSTOMER_ID, "expires": 5}, "$.expires"),
        ({"email": "x", "id": CUSTOMER_ID, "billingAddressCity": 5}, "$.billingAddressCity"),
        ({"errors": ["x"]}, "$.customer"),
        ([], "$"),
    ],
)
def test_a_session_problem_has_its_path(document: Any, path: str) -> None:
    """A problem in a session is named where it stands, also where the customer is spread over the root."""
    assert [path] == [problem.split(": ")[0] for problem in problems_of(document, UserSession)]


@pytest.mark.parametrize(
    ("place", "wrong", "path"),
    [
        ((), None, "$[1]"),
        (("token",), None, "$[1].token"),
        (("items", 0, "paymentSchedule", "interval"), True, "$[1].items[0].paymentSchedule.interval"),
        (("items", 0, "customFields", 0, "operation"), {}, "$[1].items[0].customFields[0].operation"),
        (("items", 0, "taxes"), ["a", 1], "$[1].items[0].taxes[1]"),
        (("summary", "paymentMethod"), Decimal("0.5"), "$[1].summary.paymentMethod"),
        (("discounts", 0, "alternatePrice"), [], "$[1].discounts[0].alternatePrice"),
        (("user", "billingAddressCity"), 1, "$[1].user.billingAddressCity"),
    ],
    ids=lambda value: spelled(value) if isinstance(value, tuple) else None,
)
def test_a_problem_in_a_list_has_its_index(place: Place, wrong: Any, path: str) -> None:
    """A problem in one of several orders names that order, and the place in its own lists."""
    second = replaced(FULL_ORDER, place, wrong) if place else wrong

    assert [path] == [problem.split(": ")[0] for problem in problems_of([FULL_ORDER, second], tuple[Order, ...])]


def test_a_problem_never_holds_a_value() -> None:
    """No refused value, and no unknown key, stands in what is told about it."""
    document = {"id": SECRET, "email": [SECRET], "creationDate": SECRET, "mode": {SECRET: SECRET}, SECRET: SECRET}
    model, problems = at_once(_converter.read(encode(document), Customer))

    assert model is None
    assert len(problems) == 4
    assert SECRET not in repr(problems)
