"""Bodies that are no JSON, or JSON to choke on: refused in words, never with a crash."""

import copy
import pickle
from typing import Any

import pytest

from snipcart_async import _converter
from snipcart_async._converter.refused_answer import RefusedAnswer, read_refused_answer
from snipcart_async._converter.steps import at_once
from snipcart_async._secret import Secret
from snipcart_async.models import Customer, Order, UserSession

from ..scripted import CUSTOMER_ID, sample
from .documents import documented_customer, problems_of, read_customer

IDENTITY = b'{"id": "%b"' % CUSTOMER_ID.encode()
BODIES = [
    (b"", "empty, not JSON"),
    (b" \r\n", "empty, not JSON"),
    (b"\xef\xbb\xbf", "empty, not JSON"),
    (b"<!doctype html><p>maintenance", "HTML, not JSON"),
    (b"\xef\xbb\xbf\r\n<html>", "HTML, not JSON"),
    (IDENTITY + b', "email": "\xff"}', "not UTF-8"),
    (IDENTITY + b', "email": "\xed\xa0\x80"}', "not UTF-8"),
    ("\ufeff{}".encode("utf-16"), "not UTF-8"),
    ("{}".encode("utf-16-le"), "not JSON"),
    (IDENTITY, "not JSON"),
    (IDENTITY + b"} x", "not JSON"),
    (IDENTITY + b"}" + IDENTITY + b"}", "not JSON"),
    (IDENTITY + b',"email": "\x01"}', "not JSON"),
    (b"{'id': 1}", "not JSON"),
    (b"[" * 100_000 + b"]" * 100_000, "JSON nested too deeply"),
    (b'{"a":' * 50_000, "JSON nested too deeply"),
    (IDENTITY + b', "new": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "JSON nested too deeply"),
]
NAMES = [
    *("empty", "blank", "bom", "html", "bom-html", "latin", "raw-surrogate", "utf-16", "utf-16-le", "cut", "garbage"),
    *("two-documents", "control-character", "python", "nested-arrays", "nested-objects", "nested-in-unknown-field"),
]


def refuse(content: bytes) -> RefusedAnswer:
    """Read an error body."""
    return read_refused_answer(content, Secret("SECRET_key"))


@pytest.mark.parametrize(("content", "problem"), BODIES, ids=NAMES)
@pytest.mark.parametrize("kind", [Customer, UserSession, tuple[Order, ...]], ids=["customer", "session", "orders"])
def test_a_body_that_is_no_json_is_refused(content: bytes, problem: str, kind: Any) -> None:
    """A body that cannot be read says so in a few words."""
    assert (None, (f"$: {problem}",)) == at_once(_converter.read(content, kind))


@pytest.mark.parametrize(("content", "problem"), BODIES, ids=NAMES)
def test_a_list_that_is_no_json_is_refused(content: bytes, problem: str) -> None:
    """The outside of a list is read as carefully as everything else."""
    assert (None, (f"$: {problem}",)) == _converter.read_envelope(content)


@pytest.mark.parametrize(("content", "problem"), BODIES, ids=NAMES)
def test_an_error_body_that_is_no_json_is_a_message(content: bytes, problem: str) -> None:
    """Where no reason can be read, the message says why, and the body is not kept."""
    assert RefusedAnswer(problem) == refuse(content)


def deep(levels: int) -> bytes:
    """Nest lists."""
    return b"[" * levels + b"]" * levels


@pytest.mark.parametrize("levels", [100, 400, 700])
def test_what_the_parser_bears_may_still_be_too_deep(levels: int) -> None:
    """Free JSON beyond a hundred levels is refused where it stands, whatever the interpreter's stack would bear."""
    unknown = b', "new": ' + deep(levels) + b"}"
    orders = b'[{"token": "t", "user": ' + IDENTITY + unknown + b', "metadata": ' + deep(levels + 1) + b"}]"

    assert problems_of(IDENTITY + unknown, Customer) == ("$: nested too deeply",)
    assert _converter.read_envelope(b'{"items": []' + unknown) == (None, ("$: nested too deeply",))
    assert problems_of(orders, tuple[Order, ...]) == (
        "$[0].user: nested too deeply",
        "$[0].metadata: nested too deeply",
    )
    assert refuse(b'{"message": "m"' + unknown) == RefusedAnswer("JSON nested too deeply")


def test_a_hundred_levels_are_fine() -> None:
    """No real document is as deep as what is read, written, copied, pickled and compared."""
    customer = read_customer(IDENTITY + b', "new": ' + deep(99) + b"}")

    assert customer == read_customer(_converter.dump(customer))
    assert customer == copy.deepcopy(customer) == pickle.loads(pickle.dumps(customer))  # noqa: S301 - our own
    assert refuse(b'{"message": "m", "new": ' + deep(99) + b"}").message == "m"


def test_an_item_too_deep_is_told_by_its_place() -> None:
    """A list item that is too deep is rejected alone."""
    envelope, _ = _converter.read_envelope(b'{"items": [' + IDENTITY + b', "new": ' + deep(100) + b"}, {}]}")
    assert envelope is not None

    items = at_once(_converter.read_items(envelope.items, Customer))
    assert [(item.model, item.problems) for item in items] == [
        (None, ("$.items[0]: nested too deeply",)),
        (None, ("$.items[1].id: missing",)),
    ]


def test_a_byte_order_mark_is_no_problem() -> None:
    """A BOM in front of a document, and blanks around it, are ignored."""
    assert read_customer(documented_customer()) == read_customer(b"\xef\xbb\xbf \n" + sample("customers-get") + b"\r\n")


def test_of_two_keys_the_last_one_wins() -> None:
    """A key that is there twice counts as it was written last."""
    assert read_customer(IDENTITY + b', "email": "a", "email": "b"}') == Customer(id=CUSTOMER_ID, email="b")


def test_a_deep_unknown_field_of_an_address_is_named_by_its_address() -> None:
    """Wherever it stands, it is a problem with a place, and no other exception."""
    address = b'"billingAddress": {"new": ' + b"[" * 200 + b"]" * 200 + b"}"

    _, problems = at_once(_converter.read(IDENTITY + b", " + address + b"}", Customer))

    assert problems == ("$.billingAddress: nested too deeply",)


def test_only_the_first_problems_of_a_list_are_gathered() -> None:
    """Ten thousand bad items cost no more than a hundred."""
    none, problems = at_once(_converter.read_list(b'{"items": [' + b"1," * 9_999 + b"1]}", Customer))

    assert (none, len(problems)) == (None, 100)
