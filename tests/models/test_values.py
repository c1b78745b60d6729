"""What holds for every model: a frozen, hashable value, made of named fields."""

import copy
import inspect
import pickle
from typing import Any

import attrs
import pytest

from snipcart_async import models
from snipcart_async.models import Address, Customer, CustomerStatus, Order
from snipcart_async.models._model import Model

from .examples import CUSTOMER_ID, MODELS, PAGE, VALUES, example, name_of

every_model = pytest.mark.parametrize("kind", MODELS, ids=name_of)


def test_every_model_has_an_example() -> None:
    """No class of `models` is left out of these tests; `OpenEnum` itself has no members."""
    assert {type(value).__name__ for value in VALUES} | {"OpenEnum"} == set(models.__all__)


def test_the_public_names_are_sorted() -> None:
    """A reader finds a model by its name."""
    assert sorted(models.__all__) == models.__all__


@every_model
def test_a_model_cannot_be_changed(kind: type[Model]) -> None:
    """No field can be set or deleted."""
    model = example(kind)
    for field in attrs.fields(kind):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(model, field.name, None)
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            delattr(model, field.name)


@every_model
def test_a_model_is_slotted(kind: type[Model]) -> None:
    """A model takes no unknown attribute and has no dictionary."""
    model = example(kind)

    assert not hasattr(model, "__dict__")
    with pytest.raises(AttributeError):
        object.__setattr__(model, "new", 1)


@every_model
def test_a_model_takes_names_only(kind: type[Model]) -> None:
    """Every field is given by name, so that a field can be added anywhere."""
    parameters = inspect.signature(kind).parameters.values()

    assert {inspect.Parameter.KEYWORD_ONLY} == {parameter.kind for parameter in parameters}


@every_model
def test_a_model_checks_and_converts_nothing(kind: type[Model]) -> None:
    """The converter is the only gate: models have no validators, converters or hooks of their own."""
    fields = attrs.fields(kind)

    assert not any(field.validator or field.converter for field in fields)
    assert not any(hasattr(kind, f"__attrs_{when}_init__") for when in ("pre", "post"))


@every_model
def test_only_an_identity_is_required(kind: type[Model]) -> None:
    """`Customer.id`, `Order.token` and the customer of a session must be there, and nothing else."""
    required = {"Customer": ["id"], "Order": ["token"], "UserSession": ["customer"]}.get(kind.__name__, [])

    assert required == [field.name for field in attrs.fields(kind) if field.default is attrs.NOTHING]


@every_model
def test_models_are_equal_by_value(kind: type[Model]) -> None:
    """A copy with the same fields is equal, has the same hash, and is one with it in a set."""
    model = example(kind)
    same = attrs.evolve(model)

    assert model == same
    assert model is not same
    assert {model} == {same}
    assert model != object()


@every_model
def test_every_field_counts_in_a_comparison_but_joined_names(kind: type[Model]) -> None:
    """A difference in any field makes models unequal, except in what Snipcart itself adds to an address."""
    model = example(kind)
    same = {
        field.name
        for field in attrs.fields(kind)
        if attrs.evolve(model, **{field.name: {} if field.name == "extra" else "other"}) == model
    }

    assert ({"full_name", "full_address", "extra"} if kind is Address else set()) == same


@every_model
def test_unknown_fields_are_compared_but_not_hashed(kind: type[Model]) -> None:
    """`extra` cannot be hashed; a model can."""
    model = example(kind)
    other = attrs.evolve(model, extra={})

    assert (model != other) == (kind is not Address)
    assert hash(model) == hash(other)


@every_model
def test_unknown_fields_cannot_get_into_other_models(kind: type[Model]) -> None:
    """The empty `extra` that models share refuses to be filled, and is a plain dict to whoever reads it."""
    required: dict[str, Any] = {field.name: None for field in attrs.fields(kind) if field.default is attrs.NOTHING}
    extra = kind(**required).extra

    for fill in (lambda: extra.update(a=1), lambda: extra.setdefault("a", 1), lambda: extra.__setitem__("a", 1)):
        with pytest.raises(TypeError, match="is immutable"):
            fill()
    with pytest.raises(TypeError, match="is immutable"):
        extra |= {"a": 1}
    assert (extra, repr(extra), type(extra | {"a": 1})) == ({}, "{}", dict)


def test_the_empty_extra_travels() -> None:
    """Copied or pickled, it is still the same: a process that reads millions holds one."""
    extra = Customer(id="c").extra

    assert extra is copy.deepcopy(extra) is pickle.loads(pickle.dumps(extra))  # noqa: S301 - our own bytes


def test_joined_names_are_not_hashed() -> None:
    """Equal addresses have equal hashes, whatever Snipcart joined."""
    one, other = Address(name="x", full_name="a b"), Address(name="x", full_address="c d")

    assert one == other
    assert hash(one) == hash(other)


def test_free_json_is_not_hashed() -> None:
    """An order with metadata, and items with lists of their own, can be in a set."""
    assert len({Order(token="t", metadata={"a": []}), Order(token="t", metadata={"b": []})}) == 2


def test_an_edit_leaves_the_original_alone() -> None:
    """Models are edited by `attrs.evolve`, which makes a copy."""
    customer = Customer(id=CUSTOMER_ID, status=CustomerStatus.CONFIRMED)
    edited = attrs.evolve(customer, email="new@example.com")

    assert (customer.email, edited.email) == (None, "new@example.com")
    assert customer != edited
    assert edited.status is CustomerStatus.CONFIRMED


@pytest.mark.parametrize("value", VALUES, ids=name_of)
def test_every_value_can_be_hashed(value: Any) -> None:
    """Everything that comes back can be a key."""
    assert {value: 1}[value] == 1
    assert hash(PAGE) == hash(attrs.evolve(PAGE, extra={}))
