"""Enums that may grow: known text in any case, unknown text as it came."""

import json
from enum import Enum
from typing import Any

import pytest
from hypothesis import given

from snipcart_async.models import CustomerOrderBy, CustomerStatus, Mode, OpenEnum, OrderStatus, PaymentStatus

from ..strategies import texts
from .examples import ENUMS, name_of

every_member = pytest.mark.parametrize("member", [member for kind in ENUMS for member in kind], ids=name_of)


@every_member
def test_known_text_is_a_member_in_any_case(member: OpenEnum) -> None:
    """However Snipcart writes a known value, it is the one member."""
    for text in (member.value, member.value.upper(), member.value.lower(), member.value.swapcase()):
        assert type(member)(text) is member


@every_member
def test_a_member_is_its_text(member: OpenEnum) -> None:
    """A member equals its text, hashes like it, and is written as it."""
    assert member == member.value
    assert hash(member) == hash(member.value)
    assert member.value in set(type(member))
    assert f"{member}" == str(member) == member.value
    assert json.dumps(member) == json.dumps(member.value)
    assert member.is_known


@pytest.mark.parametrize("kind", ENUMS, ids=name_of)
@pytest.mark.parametrize("text", ["Archived", "", " ", "IN_PROGRESS", "PAID_DEFERRED", "NBR_ORDERS", "name", "Zoë"])
def test_unknown_text_is_kept(kind: type[OpenEnum], text: str) -> None:
    """A value that this version does not know stays what it was, even if it spells the name of a member."""
    unknown = kind(text)

    assert unknown == text
    assert hash(unknown) == hash(text)
    assert (text, text) == (unknown.value, f"{unknown}")
    assert isinstance(unknown, kind)
    assert not unknown.is_known
    assert unknown == kind(text)
    assert unknown not in list(kind)


def test_unknown_text_adds_no_member() -> None:
    """Reading a new value does not change the enum for others."""
    members = list(OrderStatus)
    OrderStatus("Teleported")

    assert members == list(OrderStatus)


def test_unknown_texts_are_compared_by_case() -> None:
    """Only known values are the same in any case."""
    assert CustomerStatus("Archived") != CustomerStatus("archived")


@pytest.mark.parametrize("value", [None, 1, True, b"Live", ["Live"], 1.5])
def test_only_text_is_a_value(value: Any) -> None:
    """What is no text is no value of an enum."""
    with pytest.raises(ValueError, match="is not a valid Mode"):
        Mode(value)


@given(texts)
def test_any_text_at_all_is_a_value(text: str) -> None:
    """Whatever the text, there is a value that equals it, or a member that differs only in case."""
    status = PaymentStatus(text)

    assert status.value.casefold() == text.casefold()
    assert status.is_known or status == text


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (CustomerStatus, ["Confirmed", "Unconfirmed"]),
        (CustomerOrderBy, ["OrdersValue", "NbrOrders", "Date"]),
        (Mode, ["Live", "Test"]),
    ],
    ids=name_of,
)
def test_the_values_are_those_of_snipcarts_pages(kind: type[Enum], values: list[str]) -> None:
    """The members are what the pages name, letter by letter."""
    assert values == [member.value for member in kind]
