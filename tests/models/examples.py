"""One example of every model, filled to the last field; each text is a canary that no repr may show."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from types import UnionType
from typing import Any, Union, get_args, get_origin

import attrs

from snipcart_async import models
from snipcart_async.models import Customer, Deletion, Listed, OpenEnum, Page
from snipcart_async.models._model import Model

CANARY = "canary"
CUSTOMER_ID = "c8de947a-2483-4e36-9052-031e2aa3f0ac"
MOMENT = datetime(2019, 10, 9, 18, 52, 19, tzinfo=UTC)

LEAVES: dict[Any, Any] = {
    int: 3,
    bool: True,
    Decimal: Decimal("1000.00"),
    datetime: MOMENT,
    Any: {f"{CANARY}-key": [f"{CANARY}-value"]},
}


def canaries() -> Iterator[str]:
    """Give texts that look like names, e-mails, addresses and tokens, each another one."""
    number = 0
    while True:
        number += 1
        yield f"{CANARY}{number}@example.com"


TEXTS = canaries()


def fill(kind: Any) -> Any:
    """Build a value of a field's type, with nothing left empty."""
    if kind is str:
        return next(TEXTS)
    if kind in LEAVES:
        return LEAVES[kind]
    if get_origin(kind) in {Union, UnionType}:
        return fill(get_args(kind)[0])
    if get_origin(kind) is tuple:
        return (fill(get_args(kind)[0]),) * 2
    if issubclass(kind, Enum):
        return next(iter(kind))
    return example(kind)


def example(kind: type[Model]) -> Any:
    """Build a model with all its fields."""
    fields = {field.name: fill(field.type) for field in attrs.fields(kind) if field.name != "extra"}
    identity = {"id": CUSTOMER_ID} if kind is Customer else {}
    return kind(**(fields | {"extra": {f"{CANARY}-unknown": next(TEXTS)}} | identity))


MODELS: list[type[Model]] = [
    getattr(models, name) for name in models.__all__ if issubclass(getattr(models, name), Model)
]
ENUMS: list[type[OpenEnum]] = [
    kind for name in models.__all__ if issubclass(kind := getattr(models, name), OpenEnum) and kind is not OpenEnum
]
PAGE = Page(items=(example(Customer),) * 2, total_items=10, offset=0, limit=50, extra={CANARY: CANARY})

VALUES: list[Any] = [
    *map(example, MODELS),
    *(member for kind in ENUMS for member in kind),
    *(kind(f"New{kind.__name__}") for kind in ENUMS),
    PAGE,
    Deletion(True, True),
    Listed(example(Customer), ("$.items[0]: odd",), {CANARY: CANARY}, repaired=True),
]
"""A value of every class in `models`, of every member, and of every enum an unknown text."""


def name_of(value: Any) -> str:
    """Name a value or a class in a test's id."""
    if isinstance(value, OpenEnum):
        return f"{type(value).__name__}-{value}"
    return value.__name__ if isinstance(value, type) else type(value).__name__
