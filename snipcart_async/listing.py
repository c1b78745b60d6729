"""A list not yet asked for, and every way to walk it.

Snipcart pages by offset, over a list that may change meanwhile: a walk follows what it receives, not what it
expected, and says so when that cannot be the whole list.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Generator
from contextlib import aclosing
from typing import Any, Generic, TypeVar

import attrs

from ._api import Api
from ._converter.asking import check_whole
from .errors import PaginationError
from .models import Page
from .models._model import Model
from .request import Request

M = TypeVar("M", bound=Model)
Fetch = Callable[[int], Coroutine[Any, Any, Page[M]]]

_WALKING_LIMIT = 50
_HOLE_TRIES = 3
_REPEATED_PAGES = 2


@attrs.frozen(kw_only=True)
class Listing(Awaitable[Page[M]], Generic[M]):
    """Hold a query; nothing is sent until it is awaited or walked.

    `async for item in listing` walks all items, `await listing` gives the first page. Each walk starts anew.
    """

    _api: Api = attrs.field(repr=False)
    _request: Request
    _kind: type[M]
    _key: Callable[[M], str] = attrs.field(repr=False)
    _offset: int = 0
    _limit: int | None = None

    def __await__(self) -> Generator[Any, None, Page[M]]:
        return self._page(self._offset, self._limit).__await__()

    async def __aiter__(self) -> AsyncGenerator[M, None]:
        """Walk all items, each once; no connection is held while your code runs.

        Raises:
            PaginationError: Snipcart's pages contradict each other.
        """
        async with aclosing(self._walk(1)) as walk:
            async for _, fresh in walk:
                for item in fresh:
                    yield item

    async def pages(self, concurrency: int = 1) -> AsyncGenerator[Page[M], None]:
        """Walk page by page, in order, reading up to `concurrency` pages ahead.

        Raises:
            PaginationError: Snipcart's pages contradict each other.
        """
        check_whole("concurrency", concurrency, 1)
        async with aclosing(self._walk(concurrency)) as walk:
            async for page, _ in walk:
                yield page

    async def count(self) -> int:
        """Ask how many items there are, with one small request.

        Raises:
            PaginationError: Snipcart does not say.
        """
        total = (await self._page(0, 1)).total_items
        if total is None:
            raise self._error("Snipcart did not say how many items there are")
        return total

    async def first(self) -> M | None:
        """Ask for the first item alone."""
        page = await self._page(self._offset, 1)
        return page[0] if page else None

    async def collect(self, max_items: int | None = None) -> list[M]:
        """Walk, and gather the items in a list, at most `max_items` of them."""
        if max_items is not None and check_whole("max_items", max_items, 0) == 0:
            return []
        items: list[M] = []
        async with aclosing(self.__aiter__()) as walk:
            async for item in walk:
                items.append(item)
                if len(items) == max_items:
                    break
        return items

    async def _page(self, offset: int, limit: int | None) -> Page[M]:
        request = self._request.with_params(offset=offset, limit=limit)
        return await self._api.page(request, self._kind, offset=offset, limit=limit)

    async def _walk(self, concurrency: int) -> AsyncGenerator[tuple[Page[M], list[M]], None]:
        """Give each page with those of its items that were not given before."""
        limit = self._limit or _WALKING_LIMIT
        progress = _Progress(position=self._offset)
        seen: set[str] = set()
        repeated = 0
        async with aclosing(_look_ahead(lambda at: self._page(at, limit), progress, concurrency)) as pages:
            async for asked, page in pages:
                if problem := progress.check(asked, page):
                    raise self._error(problem)
                fresh = [item for item in page if self._key(item) not in seen]
                fresh = list({self._key(item): item for item in fresh}.values())
                repeated = 0 if fresh or not page else repeated + 1
                if repeated == _REPEATED_PAGES:
                    raise self._error("pages repeat: Snipcart seems to ignore the offset")
                seen.update(map(self._key, fresh))
                progress.accept(page)
                if page:
                    yield page, fresh

    def _error(self, problem: str) -> PaginationError:
        return PaginationError(problem, method=self._request.method, path=self._request.template)


@attrs.define
class _Progress:
    """Follow a walk: where it stands, how far it must go, and what cannot be true."""

    position: int
    total: int | None = None
    step: int = 0
    first_total: int | None = None
    holes: int = 0
    ended: bool = False

    @property
    def done(self) -> bool:
        """Whether everything that Snipcart counts has been received."""
        return self.ended or (self.total is not None and self.position >= self.total)

    def ahead(self, pages: int) -> int | None:
        """Give the offset that lies so many pages ahead; `None` where nothing is known to be there."""
        if pages == 0:
            return self.position
        offset = self.position + pages * self.step
        return offset if self.step and self.total is not None and offset < self.total else None

    def check(self, asked: int, page: Page[Any]) -> str:
        """Say what contradicts the pages so far ("" when nothing does)."""
        if page.offset != asked:
            return f"asked for offset {asked}, got {page.offset}"
        if page.total_items is not None and page.total_items < 0:
            return "the total is negative"
        first = page.total_items if self.first_total is None else self.first_total
        if first is not None and self.position > 2 * first + 1000:
            return f"the list had {first} items at first, and does not end after {self.position}"
        expected = page.total_items is not None and self.position < page.total_items
        if not page and expected and self.holes + 1 == _HOLE_TRIES:
            return f"{page.total_items} items in all, but none from offset {asked}"
        return ""

    def accept(self, page: Page[Any]) -> None:
        """Move on by the items received, however many were asked for."""
        self.total = page.total_items
        self.first_total = page.total_items if self.first_total is None else self.first_total
        self.holes = 0 if page else self.holes + 1
        self.ended = not page and self.total is None
        self.position += len(page)
        self.step = len(page) or self.step


async def _look_ahead(
    fetch: Fetch[M], progress: _Progress, concurrency: int
) -> AsyncGenerator[tuple[int, Page[M]], None]:
    """Fetch page after page, up to `concurrency` at a time; what no longer fits the walk is thrown away."""
    tasks: deque[tuple[int, asyncio.Task[Page[M]]]] = deque()
    try:
        while not progress.done:
            if concurrency == 1:
                yield progress.position, await fetch(progress.position)
                continue
            if tasks and tasks[0][0] != progress.position:
                await _cancel(tasks)
            while len(tasks) < concurrency and (offset := progress.ahead(len(tasks))) is not None:
                tasks.append((offset, asyncio.create_task(fetch(offset))))
            offset, task = tasks[0]
            page = await task
            tasks.popleft()
            yield offset, page
    finally:
        await _cancel(tasks)


async def _cancel(tasks: deque[tuple[int, asyncio.Task[Page[M]]]]) -> None:
    for _, task in tasks:
        task.cancel()
    await asyncio.gather(*(task for _, task in tasks), return_exceptions=True)
    tasks.clear()
