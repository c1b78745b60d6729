"""A list not yet asked for, and every way to ask for it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence
from typing import Any, Generic, TypeVar

import attrs

from ._api import Api
from ._configuration import count_problem
from ._walking import Fetch, Walk
from .errors import ConfigurationError, PaginationError
from .models import Listed, Page
from .models._model import Model
from .pacing import FewAtATime
from .request import Request, Response

M = TypeVar("M", bound=Model)

_WALKING_LIMIT = 50


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Listing(Awaitable[Page[M]], Generic[M]):
    """Hold a query; nothing is sent until it is awaited or walked.

    `async for item in listing` walks all items, `await listing` gives the first page. Each walk starts anew.
    """

    _api: Api
    _request: Request
    _kind: type[M]
    _keys: Callable[[Sequence[M]], list[str]]
    _offset: int = 0
    _limit: int | None = None

    def __await__(self) -> Generator[Any, None, Page[M]]:
        return self._page(self._offset, self._limit).__await__()

    def __repr__(self) -> str:
        return f"Listing({self._request.template}, offset={self._offset}, limit={self._limit})"

    async def __aiter__(self) -> AsyncGenerator[M, None]:
        """Walk all items, each once; no connection is held while your code runs.

        Raises:
            PaginationError: Snipcart's pages contradict each other.
        """
        walk = self._walk(1)
        while await walk.next_page():
            for item in walk.fresh:
                yield item

    def pages(self, concurrency: int = 1) -> AsyncGenerator[Page[M], None]:
        """Walk page by page, in order, asking for up to `concurrency` pages at a time.

        As many again may have been read ahead.

        Raises:
            ConfigurationError: `concurrency` is no whole number of at least 1.
            PaginationError: Snipcart's pages contradict each other.
        """
        if problem := count_problem("concurrency", concurrency):
            raise ConfigurationError(problem)
        return self._pages(concurrency)

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
        if problem := "" if max_items is None else count_problem("max_items", max_items, at_least=0):
            raise ConfigurationError(problem)
        if max_items == 0:
            return []
        items: list[M] = []
        walk = self._walk(1, enough=max_items)
        while await walk.next_page():
            items += walk.fresh
            if max_items is not None and len(items) >= max_items:
                return items[:max_items]
        return items

    async def lenient_page(self, offset: int = 0, limit: int | None = None) -> tuple[Page[Listed[M]], Response]:
        """Ask for one page, each of its items read by itself, and its response: to set aside what cannot be read."""
        return await self._api.lenient_page(self._stating(offset, limit), self._kind, offset=offset, limit=limit)

    async def _pages(self, concurrency: int) -> AsyncGenerator[Page[M], None]:
        walk = self._walk(concurrency)
        try:
            while page := await walk.next_page():
                yield page
        finally:
            await walk.aclose()

    def _walk(self, concurrency: int, *, enough: int | None = None) -> Walk[M]:
        limit = self._limit or min(_WALKING_LIMIT, enough or _WALKING_LIMIT)
        return Walk(
            fetch=self._fetching(limit, concurrency),
            keys=self._keys,
            error=self._error,
            position=self._offset,
            concurrency=concurrency,
        )

    def _fetching(self, limit: int, concurrency: int) -> Fetch[M]:
        """Give what fetches a page, with so many requests at a time."""
        if concurrency == 1:
            return lambda offset, _: self._page(offset, limit)
        few = FewAtATime(self._api.transport, concurrency)
        api = attrs.evolve(self._api, transport=few)

        async def fetch(offset: int, turn: asyncio.Event | None) -> Page[M]:
            await few.room()
            return await self._page(offset, limit, api, turn)

        return fetch

    async def _page(
        self, offset: int, limit: int | None, api: Api | None = None, turn: asyncio.Event | None = None
    ) -> Page[M]:
        request = self._stating(offset, limit)
        return await (api or self._api).page(request, self._kind, offset=offset, limit=limit, turn=turn)

    def _stating(self, offset: int, limit: int | None) -> Request:
        stated = None if limit is None and offset == 0 else offset  # Snipcart's defaults are left to Snipcart
        return self._request.with_params(offset=stated, limit=limit)

    def _error(self, problem: str) -> PaginationError:
        return PaginationError(problem, method=self._request.method, path=self._request.template)
