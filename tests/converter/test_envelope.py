"""List answers: the outside first, then each item, so that a bad one is rejected alone."""

from decimal import Decimal
from typing import Any

import pytest

from snipcart_async import _converter
from snipcart_async._converter import Envelope
from snipcart_async._converter.steps import at_once
from snipcart_async.models import Customer

from ..scripted import CUSTOMER_ID, sample
from ..strategies import encode

CANARY = "canary@example.com"


def test_the_documented_list_is_read() -> None:
    """The list of Snipcart's page gives its numbers, and its item as JSON."""
    envelope, problems = _converter.read_envelope(sample("customers-list"))

    assert problems == ()
    assert envelope is not None
    assert (envelope.total_items, envelope.offset, envelope.limit, envelope.extra) == (10, 0, 50, {})
    assert [item["id"] for item in envelope.items] == [CUSTOMER_ID]


def test_an_envelope_needs_only_items() -> None:
    """Numbers that are missing or null are not known; unknown keys are kept."""
    content = encode({"items": [], "totalItems": None, "hasMoreResults": True, "\ud800": 1})

    assert (Envelope(items=[], extra={"hasMoreResults": True, "\ufffd": 1}), ()) == _converter.read_envelope(content)


@pytest.mark.parametrize(
    ("document", "problems"),
    [
        ([], ("$: expected an object, got a list",)),
        (None, ("$: expected an object, got null",)),
        ({}, ("$.items: missing",)),
        ({"items": None}, ("$.items: expected a list, got null",)),
        ({"items": {}}, ("$.items: expected a list, got an object",)),
        ({"items": [], "offset": "0"}, ("$.offset: expected a whole number, got text",)),
        ({"items": [], "limit": True}, ("$.limit: expected a whole number, got a boolean",)),
        (
            {"items": CANARY, "totalItems": Decimal("1.0")},
            (
                "$.totalItems: expected a whole number, got a number with a fraction",
                "$.items: expected a list, got text",
            ),
        ),
    ],
)
def test_what_is_no_list_answer_is_explained(document: Any, problems: tuple[str, ...]) -> None:
    """An outside that is wrong is refused with every place that is."""
    assert (None, problems) == _converter.read_envelope(encode(document))


def test_items_are_not_looked_at_with_the_envelope() -> None:
    """Whatever the items are, the outside of the list can be read."""
    envelope, problems = _converter.read_envelope(encode({"items": [None, 1, CANARY]}))

    assert problems == ()
    assert envelope is not None
    assert envelope.items == [None, 1, CANARY]
    assert CANARY not in repr(envelope)


def test_a_bad_item_is_rejected_alone() -> None:
    """The good items are read, and each bad one is named by its place in the list."""
    good = {"id": CUSTOMER_ID}
    bad = {"id": CUSTOMER_ID, "email": [CANARY]}
    content = encode({"items": [good, None, bad, good, {}]})
    envelope, problems = at_once(_converter.read_listed(content, Customer))

    assert envelope is not None
    assert problems == ()
    assert [(item.model, item.problems, item.document) for item in envelope.items] == [
        (Customer(id=CUSTOMER_ID), (), None),
        (None, ("$.items[1]: expected an object, got null",), None),
        (None, ("$.items[2].email: expected text, got a list",), bad),
        (Customer(id=CUSTOMER_ID), (), None),
        (None, ("$.items[4].id: missing",), {}),
    ]
    assert at_once(_converter.read_list(content, Customer)) == (
        None,
        tuple(problem for item in envelope.items for problem in item.problems),
    )
    assert CANARY not in repr(envelope.items)


def test_good_items_need_no_document() -> None:
    """Where all is as documented, models say it all; and where there is no list, it is said."""
    envelope, problems = at_once(_converter.read_listed(encode({"items": [{"id": CUSTOMER_ID}]}), Customer))

    assert envelope is not None
    assert problems == ()
    assert [(item.model, item.problems, item.document) for item in envelope.items] == [
        (Customer(id=CUSTOMER_ID), (), None)
    ]
    assert at_once(_converter.read_listed(b"{}", Customer)) == (None, ("$.items: missing",))


def test_a_single_item_is_read_at_its_place() -> None:
    """An item on its own gives a model, or problems with the place it came from."""
    assert (Customer(id=CUSTOMER_ID), ()) == _converter.read_item({"id": CUSTOMER_ID}, Customer, "$.items[7]")
    assert _converter.read_item({"id": None}, Customer, "$.items[7]") == (
        None,
        ("$.items[7].id: expected text, got null",),
    )
