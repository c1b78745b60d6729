"""What the type of a field is made of."""

from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin


def kinds(declared: Any) -> tuple[Any, ...]:
    """Give the types that a field's values have; `None` goes without saying."""
    if get_origin(declared) not in {Union, UnionType}:
        return (declared,)
    return tuple(kind for kind in get_args(declared) if kind is not NoneType)
