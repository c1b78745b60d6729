"""What `save` sends, refuses and compares, as pure functions of two or three customers."""

from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from snipcart_async._editing import ADDRESSES, address_changes, known_part, mismatches, read_only_changes
from snipcart_async.models import Address, Customer, CustomerStatistics, CustomerStatus
from snipcart_async.models.open_enum import Mode

from .scripted import CUSTOMER_ID, OTHER_ID, SESSION_TOKEN

PLACE = Address(name="Snipcart", first_name="Geeks", address1="4885 1ere Avenue", address2="", city="Québec")
READ = Customer(
    id=CUSTOMER_ID,
    email="geeks@snipcart.com",
    status=CustomerStatus.CONFIRMED,
    statistics=CustomerStatistics(orders_count=10),
    shipping_address_same_as_billing=True,
    billing_address=PLACE,
    shipping_address=PLACE,
)
OTHER_VALUES: dict[str, Any] = {
    "id": OTHER_ID,
    "mode": Mode.TEST,
    "statistics": CustomerStatistics(orders_count=11),
    "creation_date": datetime(2020, 1, 1, tzinfo=UTC),
    "shipping_address_same_as_billing": False,
    "status": None,
    "gravatar_url": "https://example.com",
    "session_token": SESSION_TOKEN,
    "extra": {"newKey": 1},
}
WRITABLE = (
    *("name", "first_name", "company", "address1", "address2", "city", "province", "country"),
    *("postal_code", "phone", "vat_number"),
)


def _with_address(customer: Customer, address: str, /, **fields: Any) -> Customer:
    """Edit one address of a customer."""
    return attrs.evolve(customer, **{address: attrs.evolve(getattr(customer, address), **fields)})


def test_every_other_field_is_read_only() -> None:
    """A field that a later version adds is read-only until somebody decides otherwise, and must be tried below."""
    fields = {field.name for field in attrs.fields(Customer)}

    assert fields == {"email", *ADDRESSES, *OTHER_VALUES}


@pytest.mark.parametrize("name", OTHER_VALUES)
def test_a_read_only_change_is_named(name: str) -> None:
    """Whatever Snipcart cannot change is named when it differs."""
    edited = attrs.evolve(READ, **{name: OTHER_VALUES[name]})

    assert read_only_changes(edited, READ) == (name,)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    ("name", "value"), [("full_name", "Ada"), ("full_address", "1 Lane"), ("extra", {"newKey": 1})]
)
def test_a_read_only_change_of_an_address_is_named(address: str, name: str, value: object) -> None:
    """The joins that Snipcart makes itself can't be edited, although addresses are equal without them."""
    edited = _with_address(READ, address, **{name: value})

    assert read_only_changes(edited, READ) == (f"{address}.{name}",)


def test_writable_changes_are_no_read_only_ones() -> None:
    """E-mail and addresses may change as they like."""
    edited = attrs.evolve(
        READ, email="a@example.com", billing_address=Address(), shipping_address=Address(vat_number="DE1")
    )

    assert read_only_changes(edited, READ) == ()


def test_all_changes_are_named_at_once() -> None:
    """Who edits two fields that can't be changed learns of both."""
    edited = attrs.evolve(_with_address(READ, "billing_address", full_name="Ada"), mode=Mode.TEST, status=None)

    assert set(read_only_changes(edited, READ)) == {"mode", "status", "billing_address.full_name"}


def test_the_complete_address_is_sent() -> None:
    """Unchanged fields go along, also empty text: Snipcart may empty what is left out."""
    changes = address_changes(attrs.evolve(PLACE, city="Köln"), PLACE)

    assert changes == {
        "name": "Snipcart",
        "first_name": "Geeks",
        "address1": "4885 1ere Avenue",
        "address2": "",
        "city": "Köln",
    }


@pytest.mark.parametrize("name", WRITABLE)
@pytest.mark.parametrize(
    ("new", "old", "sent"),
    [("x", None, {"x"}), ("x", "y", {"x"}), ("", "y", {""}), ("", None, {""}), (None, "y", {None}), (None, "", {None})],
)
def test_each_field_is_sent_when_either_side_has_it(
    name: str, new: str | None, old: str | None, sent: set[str | None]
) -> None:
    """A field goes out with its new value; one that was emptied goes as null."""
    changes = address_changes(Address(**{name: new}), Address(**{name: old}))  # type: ignore[arg-type]

    assert changes.keys() == {name}
    assert set(changes.values()) == sent


def test_what_nobody_knows_is_left_out() -> None:
    """A field that is None on both sides is not sent, nor is what only Snipcart writes."""
    address = Address(full_name="Ada", full_address="1 Lane", extra={"newKey": 1})

    assert address_changes(address, address) == {}


def test_the_intended_answer_matches() -> None:
    """An answer that has every writable field as intended is no mismatch, whatever else it says."""
    answered = attrs.evolve(READ, status=CustomerStatus.UNCONFIRMED, statistics=CustomerStatistics(orders_count=11))

    assert mismatches(READ, READ, _with_address(answered, "billing_address", full_name="Geeks Snipcart")) == ()


def test_another_email_is_a_mismatch() -> None:
    """The e-mail is compared letter by letter."""
    assert mismatches(READ, READ, attrs.evolve(READ, email="Geeks@snipcart.com")) == ("email",)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("name", [name for name in WRITABLE if name != "vat_number"])
def test_another_address_field_is_a_mismatch(address: str, name: str) -> None:
    """Every writable field of both addresses is compared, sent or not."""
    answered = _with_address(READ, address, **{name: "something else"})

    assert mismatches(READ, READ, answered) == (f"{address}.{name}",)


@pytest.mark.parametrize(("intended", "answered"), [("", None), (None, ""), (None, None), ("", "")])
def test_empty_text_and_none_match(intended: str | None, answered: str | None) -> None:
    """Snipcart may answer either for "no value"."""
    wanted = attrs.evolve(_with_address(READ, "billing_address", phone=intended), email=intended)
    got = attrs.evolve(_with_address(READ, "billing_address", phone=answered), email=answered)

    assert mismatches(wanted, READ, got) == ()


@pytest.mark.parametrize(
    ("intended", "was", "answered", "differs"),
    [
        (None, None, "DE1", False),
        (None, None, None, False),
        ("DE1", None, None, True),
        ("DE1", "DE1", None, True),
        ("DE2", "DE1", "DE1", True),
        (None, "DE1", "DE1", True),
        (None, "DE1", None, False),
        ("DE1", "DE1", "DE1", False),
    ],
    ids=["hidden", "absent", "added, lost", "kept, lost", "not changed", "not emptied", "emptied", "kept"],
)
def test_a_vat_number_is_compared_once_known(
    intended: str | None, was: str | None, answered: str | None, *, differs: bool
) -> None:
    """A VAT number that no read showed can't be compared; one that was read or given must come back."""
    customers = [_with_address(READ, "shipping_address", vat_number=number) for number in (intended, was, answered)]

    assert mismatches(*customers) == (("shipping_address.vat_number",) if differs else ())


def test_what_an_edit_does_not_know_is_filled_in() -> None:
    """The answer of an update lacks fields; they are no changes, and what was edited stays."""
    edited = Customer(
        id=CUSTOMER_ID.upper(), mode=READ.mode, email="new@example.com", billing_address=PLACE, shipping_address=PLACE
    )
    current = _with_address(READ, "billing_address", full_name="Geeks Snipcart", extra={"validationErrors": {}})

    known = known_part(edited, current)

    assert read_only_changes(known, current) == ()
    assert (known.id, known.email, known.billing_address) == (
        CUSTOMER_ID,
        "new@example.com",
        current.billing_address,
    )


@pytest.mark.parametrize("name", ["mode", "creation_date", "status", "shipping_address_same_as_billing"])
def test_what_an_edit_does_know_stays(name: str) -> None:
    """A read-only field that says something else than the current state is a change."""
    value: Any = OTHER_VALUES[name] or CustomerStatus("Archived")
    edited = attrs.evolve(READ, **{name: value})

    assert read_only_changes(known_part(edited, READ), READ) == (name,)


def test_the_customer_of_a_session_is_told_by_its_missing_mode() -> None:
    """It lacks first names, which would count as emptied: better refused than erased."""
    current = attrs.evolve(READ, mode=Mode.LIVE)
    edited = attrs.evolve(current, mode=None)

    assert read_only_changes(known_part(edited, current), current) == ("mode",)


@pytest.mark.parametrize("name", ["statistics", "session_token", "gravatar_url", "extra"])
def test_what_moves_without_an_edit_is_no_change(name: str) -> None:
    """Whoever orders something between two reads is not in the way of an edit."""
    edited = attrs.evolve(READ, **{name: OTHER_VALUES[name]})

    assert read_only_changes(known_part(edited, READ), READ) == ()


@pytest.mark.parametrize("name", ["full_name", "full_address", "extra"])
def test_what_snipcart_adds_to_an_address_is_no_change(name: str) -> None:
    """Joins and checks of an address are Snipcart's: the answer of an update has them, a flat read has not."""
    edited = _with_address(READ, "billing_address", **{name: {"a": 1} if name == "extra" else "other"})

    assert read_only_changes(known_part(edited, READ), READ) == ()
    assert read_only_changes(edited, READ) == (f"billing_address.{name}",)
