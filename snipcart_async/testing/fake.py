"""FakeSnipcart: a shop behind a real HTTP server, with a log of what was asked and failures on demand."""

import asyncio
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import formatdate
from typing import Any, Self

import msgspec
from aiohttp import web
from multidict import CIMultiDict

from . import router
from .background import open_in_background
from .behaviour import Behaviour, DatePrecision, LiveChanges, Missing, Mode, Shape
from .checks import check_at_least
from .faults import Fault, Faults
from .listening import stop_accepting
from .messages import Answer, SeenRequest, encode
from .shop import ELEVEN_YEARS, Shop


class FakeSnipcart:
    """A Snipcart in memory behind real HTTP on the loopback, for the time of an `async with` or a `with`.

    `async with` serves from the running event loop, `with` from a thread with a loop of its own: that suits
    tests that run none, or several. Change the shop between requests, not during them.

    The same `seed` makes the same customers, `burst` of them created within one second. The other switches
    stand for what is unknown about Snipcart, and what an export must withstand; `Behaviour` tells what they
    do, and `spoil` makes single records unreadable. `clock` is a stand-in for `time.time`: sessions, rate
    limits, new customers and the header `Date` go by it. `remember` bounds `requests` to the last so many, for a
    shop that stays open for days.
    """

    def __init__(
        self,
        customers: int = 240,
        seed: int = 1,
        *,
        api_key: str = "ST_fake_secret_key",
        mode: Mode = "Live",
        latency: float = 0.0,
        page_cap: int | None = None,
        stable_ties: bool = True,
        descending: bool = False,
        date_precision: DatePrecision = "second",
        inclusive_dates: bool = True,
        shape: Shape = "documented",
        put_absent: Missing = "clear",
        put_null: Missing = "clear",
        totals: bool = True,
        date_header: bool = True,
        changes: LiveChanges | None = None,
        created_between: tuple[datetime, datetime] = ELEVEN_YEARS,
        burst: int = 0,
        clock: Callable[[], float] = time.time,
        port: int = 0,
        remember: int | None = None,
    ) -> None:
        check_at_least("latency", latency, 0)
        check_at_least("remember", remember or 0, 0)
        behaviour = Behaviour(
            mode=mode,
            page_cap=page_cap,
            stable_ties=stable_ties,
            descending=descending,
            date_precision=date_precision,
            inclusive_dates=inclusive_dates,
            shape=shape,
            put_absent=put_absent,
            put_null=put_null,
            totals=totals,
            date_header=date_header,
            changes=changes or LiveChanges(),
        )
        self.api_key = api_key
        self.latency = latency
        self.requests: list[SeenRequest] = []
        self.shop: Shop = Shop(
            customers, seed, behaviour=behaviour, created_between=created_between, burst=burst, clock=clock
        )
        self._clock = clock
        self._faults = Faults(clock)
        self._port = port
        self._remember = remember
        self._runner: web.ServerRunner | None = None
        self._listening: socket.socket
        self._loop: asyncio.AbstractEventLoop | None = None
        self._background = ExitStack()

    def __enter__(self) -> Self:
        self._background.enter_context(open_in_background(self))
        return self

    def __exit__(self, *_: object) -> None:
        self._background.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; from now on `base_url` is known."""
        if self._runner is not None:
            raise RuntimeError("The fake is running already.")
        self._loop = asyncio.get_running_loop()
        self._listening = socket.create_server(("127.0.0.1", self._port))
        server = web.Server(self._serve, access_log=None, handler_cancellation=True)
        self._runner = web.ServerRunner(server, handle_signals=False, shutdown_timeout=0.1)
        try:
            await self._runner.setup()
            await web.SockSite(self._runner, self._listening).start()
        except BaseException:  # cancelled: leave no socket open
            await self.stop()
            raise

    async def stop(self) -> None:
        """Close every connection, and answer nobody any more."""
        if self._runner is not None:
            if self._loop is not asyncio.get_running_loop():
                raise RuntimeError("The fake runs in another event loop: stop it there, or leave its `with`.")
            await stop_accepting(self._listening)
            await self._runner.cleanup()
            self._listening.close()
            self._runner = None

    @property
    def base_url(self) -> str:
        """The URL to give to a client."""
        if self._runner is None:
            raise RuntimeError(
                "The fake is not running: use `with` or `async with FakeSnipcart()`, or `await fake.start()`."
            )
        host, port = self._runner.addresses[0][:2]
        return f"http://{host}:{port}{router.PREFIX}"

    @property
    def planned(self) -> int:
        """Tell how many failures of `fail_next` have not been met yet."""
        return len(self._faults)

    def sign_in(self, customer_id: str, *, expires_in: timedelta = timedelta(hours=1)) -> str:
        """Sign a customer in; return the token of the session."""
        return self.shop.sign_in(customer_id, expires_in=expires_in)

    def sign_out(self, token: str) -> None:
        """End the session with this token."""
        self.shop.sign_out(token)

    def spoil(self, guid: str, /, **keys: Any) -> None:
        """Spoil keys of the customer with this id, or the order with this token: see `Shop.spoil`."""
        self.shop.spoil(guid, **keys)

    def fail_next(
        self,
        count: int = 1,
        *,
        status: int = 503,
        headers: Mapping[str, str | float] | None = None,
        body: Any | None = None,
        method: str | None = None,
        path: str | None = None,
        after_applying: bool = False,
        drop: bool = False,
        delay: float = 0.0,
    ) -> None:
        """Make the next `count` matching requests fail.

        `body` is sent as JSON, `bytes` as they are; `path` may be a shell pattern such as `/customers/*`.
        `after_applying` does first what was asked, `drop` closes the connection without an answer.
        `planned` tells how many failures are still to come.
        """
        fault = Fault.of(
            status=status,
            headers=headers,
            body=body,
            method=method,
            path=path,
            after_applying=after_applying,
            drop=drop,
            delay=delay,
        )
        self._faults.plan(fault, count)

    def rate_limit(self, seconds: float, *, retry_after: str | int | None = None) -> None:
        """Answer 429 for some seconds from now on; `Retry-After` says how many are left, unless given."""
        self._faults.rate_limit(seconds, retry_after)

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        seen = _read(request, await request.read())
        fault = self._faults.take(seen)
        answer = router.answer(self.shop, self.api_key, seen) if fault is None or fault.after_applying else None
        if fault is not None:
            answer = fault.answer
        self.requests.append(replace(seen, status=answer.status if answer else None))
        if self._remember is not None:
            del self.requests[: max(0, len(self.requests) - self._remember)]
        await asyncio.sleep(self.latency + (fault.delay if fault else 0))
        if answer is None:
            request.protocol.force_close()
        return self._write(answer or Answer(503))

    def _write(self, answer: Answer) -> web.Response:
        body = encode(answer.body)
        headers: CIMultiDict[str] = CIMultiDict()
        if self.shop.behaviour.date_header:
            headers["Date"] = formatdate(self._clock(), usegmt=True)
        if body:
            headers["Content-Type"] = "application/json; charset=utf-8"
        headers.update(answer.headers)
        response = web.Response if "Date" in headers else _UndatedResponse
        return response(status=answer.status, body=body, headers=headers)


class _UndatedResponse(web.Response):
    """A response without the header `Date`, which aiohttp adds to any that lacks it."""

    async def _prepare_headers(self) -> None:
        await super()._prepare_headers()
        del self.headers["Date"]


def _read(request: web.BaseRequest, content: bytes) -> SeenRequest:
    """Take down a request."""
    path = request.rel_url.raw_path
    in_api = path.startswith(router.PREFIX + "/")
    try:
        body = msgspec.json.decode(content) if content else None
    except msgspec.DecodeError:
        body = content.decode(errors="replace")
    return SeenRequest(
        method=request.method,
        path=path.removeprefix(router.PREFIX) if in_api else path,
        query=dict(request.query),
        headers=request.headers,
        body=body,
        in_api=in_api,
    )
