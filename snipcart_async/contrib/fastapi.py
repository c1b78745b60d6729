"""FastAPI: one client for the whole site, and the shopper who is signed in as a dependency."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from math import ceil
from typing import Any, cast

from ..client import SnipcartClient
from ..errors import RateLimitError, SnipcartError
from ..models import UserSession
from ..web import SessionGate, http_status, reason_for_visitor

try:
    from fastapi import FastAPI, HTTPException
    from fastapi.requests import HTTPConnection
except ImportError as _missing:  # pragma: no cover - the tests have it
    raise ImportError(
        "snipcart_async.contrib.fastapi needs FastAPI: pip install 'snipcart-async[fastapi]'"
    ) from _missing

__all__ = ["FindToken", "Snipcart", "SnipcartHTTPError", "cookie", "header"]

FindToken = Callable[[HTTPConnection], str | None]


class SnipcartHTTPError(HTTPException):
    """Answer a visitor who is not let in; handle it to show a page of your own, by the `error` behind it."""

    def __init__(self, error: SnipcartError) -> None:
        status = http_status(error)
        headers = {"WWW-Authenticate": "Snipcart"} if status == 401 else {}
        if isinstance(error, RateLimitError) and error.retry_after:
            headers["Retry-After"] = str(ceil(error.retry_after))
        super().__init__(status, reason_for_visitor(error), headers)
        self.error = error


def cookie(name: str) -> FindToken:
    """Find a session token in a cookie of your site."""
    return lambda connection: connection.cookies.get(name)


def header(name: str) -> FindToken:
    """Find a session token in a header that your pages send."""
    return lambda connection: connection.headers.get(name)


_BY_COOKIE = cookie("snipcart_session")


class Snipcart:
    """Connect a FastAPI application: give it `lifespan`, and depend on `client`, `gate` and `signed_in`.

    Args:
        client: Makes the client when the site starts; it is closed when the site ends.
        token: Finds the session token in a request; by default in the cookie `snipcart_session`.
        gate: Makes the gate in front of the client, such as `partial(SessionGate, cache_seconds=10.0)`.
    """

    def __init__(
        self,
        client: Callable[[], SnipcartClient] = SnipcartClient,
        *,
        token: FindToken = _BY_COOKIE,
        gate: Callable[[SnipcartClient], SessionGate] = SessionGate,
    ) -> None:
        self._make_client = client
        self._token = token
        self._make_gate = gate

    @asynccontextmanager
    async def lifespan(self, _app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        """Open the client while the site runs; a lifespan of your own may enter this one, and yield more."""
        async with self._make_client() as client:
            yield {"snipcart": client, "snipcart_gate": self._make_gate(client)}

    def client(self, connection: HTTPConnection) -> SnipcartClient:
        """Give the client of the site."""
        return cast("SnipcartClient", connection.state.snipcart)

    def gate(self, connection: HTTPConnection) -> SessionGate:
        """Give the gate of the site, to sign visitors in and out."""
        return cast("SessionGate", connection.state.snipcart_gate)

    async def signed_in(self, connection: HTTPConnection) -> UserSession:
        """Give the session of the visitor.

        Raises:
            SnipcartHTTPError: 401 or 403 where nobody is signed in who may enter, 503 where Snipcart cannot be asked.
            SnipcartError: The site is at fault, as with a wrong API key: this belongs into its log.
        """
        try:
            return await self.gate(connection).authorize(self._token(connection))
        except SnipcartError as error:
            if http_status(error) == 500:
                raise
            raise SnipcartHTTPError(error) from None
