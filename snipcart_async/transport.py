"""The only request I/O: one request in, one response out, over aiohttp.

`Transport` is the seam: retry and pacing are wrappers of the same shape, and tests may put their own in place.
"""

import asyncio
import ssl as tls
from typing import Any, Protocol

import aiohttp
from aiohttp import hdrs
from multidict import CIMultiDict
from yarl import URL

from ._secret import Masked
from ._sessions import NO_CLOCK, AttemptProgress, LoopSessions, LostError, current_progress
from ._time_limits import TimeLimits
from .errors import (
    AttemptTimeoutError,
    ClientClosedError,
    ConfigurationError,
    ConnectError,
    ProtocolError,
    ResponseTooLargeError,
    SnipcartError,
    TransportError,
)
from .request import Request, Response

_CHUNK = 64 * 1024


class Transport(Protocol):
    """Send a request, give its response: any status is a response, no answer is a `TransportError`."""

    async def send(self, request: Request) -> Response:
        """Send one request once."""
        ...


async def _send_once(request: aiohttp.ClientRequest, handler: Any) -> aiohttp.ClientResponse:
    """Send without a borrowed session's cookies, and without aiohttp's hidden second try."""
    request.headers.pop("Cookie", None)
    try:
        response: aiohttp.ClientResponse = await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise LostError(type(error).__name__) from None
    return response


class AiohttpTransport:
    """Send requests over aiohttp: one session per running event loop, and one of its own for writes.

    Redirects are not followed, cookies not kept, the environment not asked. Writes use fresh connections, so
    that a stale or poisoned one never blurs what became of them. A borrowed session is never closed, and has
    neither: it uses its own connections, and its jar may take cookies, though none of them is sent. It is told with
    each request what sessions of our own know, which is cheaper.
    """

    def __init__(
        self,
        base_url: str,
        authorization: str,
        *,
        session: aiohttp.ClientSession | None = None,
        ssl: tls.SSLContext | None = None,
        proxy: str | None = None,
        max_response_bytes: int = 32 * 2**20,
        user_agent: str = "snipcart-async",
    ) -> None:
        trusted = True if ssl is None else ssl
        alike = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": user_agent}
        self._base_url = base_url
        self._sessions = LoopSessions(alike, ssl=trusted)
        self._headers = CIMultiDict(Authorization=authorization)
        self._options: dict[str, Any] = {"allow_redirects": False, "proxy": None if proxy is None else Masked(proxy)}
        if session is not None:
            self._headers.extend(alike)
            self._options.update(ssl=trusted, timeout=NO_CLOCK, middlewares=(_send_once,))
            self._options.update(raise_for_status=False, auto_decompress=True)
        self._borrowed = session
        self._borrowed_by: asyncio.AbstractEventLoop | None = None
        self._max_response_bytes = max_response_bytes
        self._limits = TimeLimits()
        self._closed = False

    async def send(self, request: Request) -> Response:
        """Send one request once.

        Raises:
            TransportError: No usable answer came.
            ProtocolError: The answer is not HTTP, or larger than `max_response_bytes`.
            ClientClosedError: The client was closed, before or meanwhile.
        """
        progress = AttemptProgress()
        token = current_progress.set(progress)
        try:
            with self._limits.of(request.timeout):
                response = await self._exchange(request)
        except asyncio.CancelledError as cancelled:
            cancelled.__traceback__ = None  # aiohttp's frames hold the URL and the body; the error stays the same
            raise
        except (aiohttp.ClientError, OSError, TimeoutError) as caught:
            outcome: Response | SnipcartError = self._explain(caught, progress, request)
        else:
            outcome = response or ResponseTooLargeError(f"the answer is larger than {self._max_response_bytes} bytes")
        finally:
            current_progress.reset(token)
            request.call.sent = progress.sent
        if isinstance(outcome, Response):
            return outcome
        outcome.method, outcome.path = request.method, request.template
        raise outcome  # outside the except block: no frame of aiohttp, with its headers and URL, hangs on it

    async def aclose(self) -> None:
        """Close every session of our own; what is still in flight ends with `ClientClosedError`."""
        self._closed = True
        await self._sessions.aclose()

    async def _exchange(self, request: Request) -> Response | None:
        """Exchange one request for one response; `None` when it is too large."""
        session = self._borrowed_session() or self._sessions.held(writes=request.is_write)
        if session is None:
            session = await self._sessions.open(writes=request.is_write)
        headers = self._headers
        if request.body is not None:
            headers = CIMultiDict(headers, **{hdrs.CONTENT_TYPE: "application/json"})
        url = URL(self._base_url + request.target, encoded=True)
        answer = await session.request(request.method, url, data=request.body, headers=headers, **self._options)
        content = None
        try:
            content = await self._read(answer)
        finally:
            if content is None:  # too large, cut off or left: nobody else may have the connection
                answer.close()
        if content is None:
            return None
        return Response(status=answer.status, headers=answer.headers, content=content, request=request)

    async def _read(self, answer: aiohttp.ClientResponse) -> bytes | None:
        length = answer.content_length
        if (length or 0) > self._max_response_bytes:
            return None
        is_plain = hdrs.CONTENT_ENCODING not in answer.headers and hdrs.TRANSFER_ENCODING not in answer.headers
        if length is not None and is_plain:  # so it cannot be longer
            whole: bytes = await answer.read()
            return whole
        content = bytearray()
        async for chunk in answer.content.iter_chunked(_CHUNK):
            content += chunk
            if len(content) > self._max_response_bytes:
                return None
        return bytes(content)

    def _borrowed_session(self) -> aiohttp.ClientSession | None:
        if self._closed:
            raise ClientClosedError
        if self._borrowed is None:
            return None
        loop = asyncio.get_running_loop()
        self._borrowed_by = self._borrowed_by or loop
        if self._borrowed_by is not loop:
            raise ConfigurationError(
                "the borrowed session belongs to another event loop: lend one per loop, or lend none"
            )
        if self._borrowed.closed:
            raise ClientClosedError("the borrowed session is closed: its owner must keep it open")
        return self._borrowed

    def _explain(self, caught: Exception, progress: AttemptProgress, request: Request) -> SnipcartError:
        """Turn an error of aiohttp or the system into ours, without any of its text: it may quote the answer."""
        if self._closed:
            return ClientClosedError("the client was closed during the call")
        if isinstance(caught, aiohttp.ClientSSLError | aiohttp.ServerFingerprintMismatch | tls.SSLError):
            return ConnectError("TLS failed, or the certificate is not trusted", certificate=True)
        if isinstance(caught, aiohttp.ClientConnectorDNSError):
            return ConnectError("the host name was not found")
        if isinstance(caught, aiohttp.ClientConnectorError | aiohttp.ClientHttpProxyError):
            return ConnectError("the connection was refused or failed")
        if isinstance(caught, aiohttp.ConnectionTimeoutError) or (
            isinstance(caught, TimeoutError) and not progress.sent
        ):
            return ConnectError(f"no connection within {request.timeout:g} s")
        if isinstance(caught, TimeoutError):
            return AttemptTimeoutError(f"no answer within {request.timeout:g} s")
        if isinstance(caught, aiohttp.ClientPayloadError):
            return TransportError("the answer was cut off or garbled")
        if isinstance(caught, aiohttp.ClientResponseError):
            return ProtocolError("the answer is not valid HTTP")
        return TransportError("the connection broke before the answer came", sent=progress.sent, stale=progress.reused)
