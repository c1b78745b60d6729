"""A walk through a list, page by page, some of them read ahead.

Snipcart pages by offset, over a list that may change meanwhile: a walk follows what it receives, not what it
expected, and says so when that cannot be the whole list.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Generic, TypeVar

import attrs

from ._loops import start
from .errors import PaginationError
from .models import Page

T = TypeVar("T")

Fetch = Callable[[int, asyncio.Event | None], Coroutine[Any, Any, Page[T]]]
"""Fetch the page at an offset; one that is fetched ahead is read when its turn has come."""

HOLE_TRIES = 3
_STALE_PAGES = 2


@attrs.define(kw_only=True, eq=False)
class Walk(Generic[T]):
    """Give page after page, in order, until everything that Snipcart counts has been received."""

    _fetch: Fetch[T]
    _keys: Callable[[Sequence[T]], list[str]]
    _error: Callable[[str], PaginationError]
    _position: int = 0
    _concurrency: int = 1
    _total: int | None = None
    _first_total: int | None = None
    _step: int = 0
    _ended: bool = False
    _holes: int = 0
    _stale: int = 0
    _last_keys: Sequence[str] = ()
    _seen: set[str] = attrs.field(factory=set)
    _ahead: deque[tuple[int, asyncio.Event, asyncio.Task[Page[T]]]] = attrs.field(factory=deque)
    fresh: Sequence[T] = ()
    """The items of the present page that no page before it had."""

    async def next_page(self) -> Page[T] | None:
        """Give the next page with something on it, its new items in `fresh`; `None` at the end.

        Raises:
            PaginationError: Snipcart's pages contradict each other.
        """
        while not self._done:
            page = await self._page_here()
            if problem := self._check(page) or self._look_through(page):
                await self.aclose()
                raise self._error(problem)
            self._accept(page)
            if page:
                return page
        return None

    async def aclose(self) -> None:
        """Cancel what is read ahead, and wait until it has ended."""
        tasks = [task for _, _, task in self._ahead]
        self._ahead.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def _done(self) -> bool:
        return self._ended or (self._total is not None and self._position >= self._total)

    async def _page_here(self) -> Page[T]:
        """Fetch the page at this position, and start on those behind it.

        These are twice as many as may be asked for at a time: while one half is on its way, the other waits to be
        read. As models they would take more memory, and the garbage collector would look through them again and again.
        """
        if self._concurrency == 1:
            return await self._fetch(self._position, None)
        if self._ahead and self._ahead[0][0] != self._position:
            await self.aclose()  # the pages came shorter than foreseen: what was read ahead does not fit
        while len(self._ahead) < 2 * self._concurrency and (offset := self._foresee(len(self._ahead))) is not None:
            turn = asyncio.Event()
            self._ahead.append((offset, turn, start(self._fetch(offset, turn))))
        _, turn, task = self._ahead[0]
        turn.set()
        page = await task
        self._ahead.popleft()
        return page

    def _foresee(self, pages: int) -> int | None:
        """Give the offset that lies so many pages ahead; `None` where nothing is known to be there."""
        if pages == 0:
            return self._position
        offset = self._position + pages * self._step
        return offset if self._step and self._total is not None and offset < self._total else None

    def _check(self, page: Page[T]) -> str:
        """Say how a page contradicts the walk so far ("" when it does not)."""
        if page.offset != self._position:
            return f"asked for offset {self._position}, got {page.offset}"
        total = page.total_items
        if page and total is not None and total <= self._position:
            return f"{total} items in all, but more from offset {self._position}"
        first = total if self._first_total is None else self._first_total
        if first is not None and self._position > 2 * first + 1000:
            return f"the list had {first} items at first, and does not end after {self._position}"
        if not page and total is not None and self._position < total and self._holes + 1 == HOLE_TRIES:
            return f"{total} items in all, but none from offset {self._position}"
        return ""

    def _look_through(self, page: Page[T]) -> str:
        """Find what is new, and say so when pages repeat ("" when they do not)."""
        keys = self._keys(page.items)
        known, before = self._seen.intersection(keys), len(self._seen)
        self._seen.update(keys)
        if len(self._seen) - before == len(keys):
            self.fresh, same_again = page.items, False
        else:
            items = dict(zip(keys, page.items, strict=True))
            self.fresh = [item for key, item in items.items() if key not in known]
            same_again = len(items) > 1 and items.keys() == {*self._last_keys}
        if not keys:
            return ""
        self._stale = 0 if self.fresh else self._stale + 1
        self._last_keys = keys
        return "pages repeat: Snipcart seems to ignore the offset" if same_again or self._stale == _STALE_PAGES else ""

    def _accept(self, page: Page[T]) -> None:
        """Move on by the items received, however many were asked for."""
        self._total = page.total_items
        self._first_total = page.total_items if self._first_total is None else self._first_total
        self._holes = 0 if page else self._holes + 1
        self._ended = not page and self._total is None
        self._position += len(page)
        self._step = len(page) or self._step
