"""One item of a list, read by itself."""

from typing import Any, Generic, TypeVar

import attrs

T = TypeVar("T")


@attrs.frozen
class Listed(Generic[T]):
    """Hold an item of a list: the model, or the JSON that is none and why.

    `repaired` tells of a model whose text had to be: no file could hold it as it was.
    """

    model: T | None
    problems: tuple[str, ...] = ()
    document: Any = attrs.field(default=None, repr=False, hash=False)
    repaired: bool = False
