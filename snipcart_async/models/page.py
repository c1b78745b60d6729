"""One page of a list, as Snipcart served it."""

from collections.abc import Iterator, Sequence
from typing import Any, Generic, TypeVar, overload

import attrs

from ._model import NO_EXTRA

T = TypeVar("T")


@attrs.frozen(kw_only=True, repr=False)
class Page(Sequence[T], Generic[T]):
    """Be an immutable sequence of the items of one page.

    `total_items` counts the whole list (`None` where Snipcart did not say), `offset` is where this page starts,
    `limit` is the page size that Snipcart used.
    """

    items: tuple[T, ...]
    total_items: int | None
    offset: int
    limit: int
    extra: dict[str, Any] = attrs.field(default=NO_EXTRA, hash=False)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...
    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        return self.items[index]

    def __iter__(self) -> Iterator[T]:  # the one that Sequence has asks for item after item
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return f"Page({len(self.items)} of {self.total_items} from {self.offset}, limit={self.limit})"
