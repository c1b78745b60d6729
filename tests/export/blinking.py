"""A shop that shows a customer damaged and without a date to one window, and whole to the next."""

from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from snipcart_async.export import plan_customers
from snipcart_async.testing import FakeSnipcart

from .exporting import client_of

_BEGAN = datetime(2024, 5, 1, tzinfo=UTC)
_DAMAGED = {"creationDate": "lately", "email": 7}


class BlinkingSnipcart(FakeSnipcart):
    """Have customers so close to each other that two windows show some of them.

    Once it blinks, `blinking` is damaged for the first of two windows, and `broken` for both.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(240, page_cap=10, created_between=(_BEGAN, _BEGAN + timedelta(minutes=4)), **options)
        self.blinking: str = ""
        self.broken: str = ""
        self._whole: dict[str, Any] = {}

    async def blink(self) -> None:
        """Choose who blinks, and who is broken, among those just behind where two windows meet."""
        async with client_of(self) as snipcart:
            cut = (await plan_customers(snipcart)).windows[1].start
        assert cut is not None
        documents = map(self.shop.document, self.shop.customer_ids())
        near = [one for one in documents if 0 <= (_created(one) - cut).total_seconds() < 1]
        self._whole = {key: near[0][key] for key in _DAMAGED}
        self.blinking, self.broken = near[0]["id"], near[1]["id"]
        self.spoil(self.broken, **_DAMAGED)

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        await request.read()  # from here to the answer nobody else has a turn
        if self.blinking:
            self.spoil(self.blinking, **(_DAMAGED if self._is_first(request) else self._whole))
        return await super()._serve(request)

    def _is_first(self, request: web.BaseRequest) -> bool:
        """Tell whether somebody asks for a window, and it begins long before who blinks."""
        since = datetime.fromisoformat(request.query.get("from", "1900-01-01T00:00:00Z"))
        return "to" in request.query and _created(self._whole) - since > timedelta(seconds=3)


def _created(document: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(document["creationDate"])
