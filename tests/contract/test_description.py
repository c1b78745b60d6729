"""The description is OpenAPI, has Snipcart's own examples on its side, and is strict enough to refuse what is wrong."""

import re
from pathlib import Path
from typing import Any

import pytest
from openapi_core.exceptions import OpenAPIError

from snipcart_async.testing import SeenRequest

from ..scripted import CUSTOMER_ID, SESSION_TOKEN, document, sample
from ..strategies import encode
from .description import DESCRIPTION, NO_MORE_KEYS, asked, check_answer, check_request

ROOT = Path(__file__).parents[2]
CUSTOMER = f"/customers/{CUSTOMER_ID}"
SESSION = f"/usersessions/{SESSION_TOKEN}"
SAMPLES = {
    "customers-list": ("GET", "/customers"),
    "customers-get": ("GET", CUSTOMER),
    "customers-orders": ("GET", f"{CUSTOMER}/orders"),
    "customers-put": ("PUT", CUSTOMER),
    "user-session-2015": ("GET", SESSION),
    "user-session-2026": ("GET", SESSION),
}
UNLIKE: dict[str, tuple[str, dict[str, Any]]] = {
    "customer without an id": ("customers-get", {"id": None}),
    "id that is no GUID": ("customers-get", {"id": "42"}),
    "e-mail as a number": ("customers-get", {"email": 1}),
    "count as text": ("customers-get", {"statistics": {"ordersCount": "10", "ordersAmount": 1}}),
    "amount as text": ("customers-get", {"statistics": {"ordersCount": 10, "ordersAmount": "1000.00"}}),
    "date without a time": ("customers-get", {"creationDate": "2019-10-09"}),
    "date in Unix seconds": ("customers-get", {"creationDate": 1_570_647_139}),
    "nested address as text": ("customers-get", {"billingAddress": "4885 1ere Avenue"}),
    "flat field as a number": ("customers-get", {"billingAddressPostalCode": 95014}),
    "page without items": ("customers-list", {"items": None}),
    "page of nulls": ("customers-list", {"items": [None]}),
    "fractional total": ("customers-list", {"totalItems": 1.5}),
    "update that says status for confirmed": ("customers-put", {"confirmed": None, "status": "Confirmed"}),
    "update with a flag as text": ("customers-put", {"confirmed": "true"}),
    "session without a customer": ("user-session-2026", {"customer": None}),
    "session with an order": ("user-session-2026", {"customer": {"token": SESSION_TOKEN}}),
    "session without an end": ("user-session-2026", {"expires": None}),
}
EMAIL = {"email": "geeks@snipcart.com"}
UNASKED = {
    "unknown path": asked("GET", "/customer"),
    "method of no operation": asked("POST", "/customers", body=EMAIL),
    "path without an id": asked("GET", "/customers/"),
    "id that is no GUID": asked("GET", "/customers/42"),
    "token that is no GUID": asked("GET", "/usersessions/42"),
    "unknown parameter": asked("GET", "/customers", {"page": "2"}),
    "parameter in snake case": asked("GET", "/customers", {"order_by": "Date"}),
    "parameter of another operation": asked("GET", f"{CUSTOMER}/orders", {"limit": "10"}),
    "limit in words": asked("GET", "/customers", {"limit": "ten"}),
    "negative offset": asked("GET", "/customers", {"offset": "-1"}),
    "unknown status": asked("GET", "/customers", {"status": "All"}),
    "unknown order": asked("GET", "/customers", {"orderBy": "Name"}),
    "naive date": asked("GET", "/customers", {"from": "2024-01-01T00:00:00"}),
    "date in Unix seconds": asked("GET", "/customers", {"to": "1570647139"}),
    "no body": asked("PUT", CUSTOMER),
    "body of a read": asked("GET", CUSTOMER, body=EMAIL),
    "body that is no object": asked("PUT", CUSTOMER, body=[EMAIL]),
    "no e-mail": asked("PUT", CUSTOMER, body={"billingAddress": {}}),
    "empty e-mail": asked("PUT", CUSTOMER, body={"email": ""}),
    "long e-mail": asked("PUT", CUSTOMER, body={"email": "x" * 501}),
    "flat address": asked("PUT", CUSTOMER, body=EMAIL | {"billingAddressCity": "Québec"}),
    "address as text": asked("PUT", CUSTOMER, body=EMAIL | {"billingAddress": "Québec"}),
    "address in snake case": asked("PUT", CUSTOMER, body=EMAIL | {"billingAddress": {"postal_code": "G1H2T5"}}),
    "address with what is only read": asked("PUT", CUSTOMER, body=EMAIL | {"billingAddress": {"fullName": "Geeks"}}),
    "number in an address": asked("PUT", CUSTOMER, body=EMAIL | {"shippingAddress": {"phone": 5}}),
    "no headers": asked("GET", CUSTOMER, headers={}),
    "no key": asked("GET", CUSTOMER, headers={"Accept": "application/json"}),
    "key as a bearer": asked("GET", CUSTOMER, headers={"Accept": "application/json", "Authorization": "Bearer key"}),
    "HTML wanted": asked("GET", CUSTOMER, headers={"Accept": "text/html", "Authorization": "Basic U1Rfa2V5Og=="}),
}


def test_the_description_is_openapi_of_a_version_that_is_checked() -> None:
    """Loading it validates it, as OpenAPI 3.1."""
    assert str(DESCRIPTION.version) == "OpenAPIV3.1"


def test_the_description_has_the_operations_of_the_resources() -> None:
    """What the docstrings of the resources name is described, and nothing else is."""
    named = {
        operation
        for path in (ROOT / "snipcart_async" / "resources").glob("*.py")
        for operation in re.findall(r"`((?:GET|PUT|DELETE) /[^`]+)`", path.read_text("utf-8"))
    }
    paths = DESCRIPTION.spec.read_value()["paths"]
    described = {
        f"{method.upper()} {path}" for path, item in paths.items() for method in item if method != "parameters"
    }

    assert described == named


@pytest.mark.parametrize(("name", "operation"), SAMPLES.items(), ids=SAMPLES)
def test_every_documented_answer_is_described_to_the_last_key(name: str, operation: tuple[str, str]) -> None:
    """Snipcart's own examples conform, and no key of theirs is missing from the description."""
    check_answer(*operation, sample(name), by=NO_MORE_KEYS)


def test_a_published_order_with_all_its_fields_is_described() -> None:
    """An order as fully filled as published payloads together conforms."""
    order = (ROOT / "tests" / "converter" / "full_order.json").read_bytes()

    check_answer("GET", f"{CUSTOMER}/orders", b"[" + order + b"]")


def test_the_documented_update_is_described() -> None:
    """The body of Snipcart's own example may be sent."""
    check_request(asked("PUT", CUSTOMER, body=document("customers-put-body")))


def test_a_deletion_answers_nothing() -> None:
    """The documented 204 has no body."""
    check_answer("DELETE", CUSTOMER, b"", 204)


def test_an_answer_may_have_keys_that_nobody_knows_yet() -> None:
    """Snipcart may add a field any day; only the check of its own examples says otherwise."""
    content = encode(document("customers-get") | {"loyaltyPoints": 3})
    check_answer("GET", CUSTOMER, content)

    with pytest.raises(OpenAPIError):
        check_answer("GET", CUSTOMER, content, by=NO_MORE_KEYS)


@pytest.mark.parametrize(("name", "changes"), UNLIKE.values(), ids=UNLIKE)
def test_an_answer_unlike_the_documented_ones_is_not_described(name: str, changes: dict[str, Any]) -> None:
    """A document with a wrong type, or without what it cannot do without, does not conform."""
    with pytest.raises(OpenAPIError):
        check_answer(*SAMPLES[name], encode(document(name) | changes))


@pytest.mark.parametrize("status", [202, 302, 500])
def test_a_status_that_is_nowhere_documented_is_not_described(status: int) -> None:
    """Only the documented answers, and refusals, conform."""
    with pytest.raises(OpenAPIError):
        check_answer("GET", CUSTOMER, sample("customers-get"), status)


def test_an_answer_in_another_format_is_not_described() -> None:
    """Snipcart only answers JSON."""
    with pytest.raises(OpenAPIError):
        check_answer("GET", CUSTOMER, sample("customers-get"), content_type="text/html")


@pytest.mark.parametrize("request_", UNASKED.values(), ids=UNASKED)
def test_a_request_that_the_pages_do_not_know_is_not_described(request_: SeenRequest) -> None:
    """A wrong method, path, parameter, body or header does not conform."""
    with pytest.raises((OpenAPIError, ValueError)):
        check_request(request_)
