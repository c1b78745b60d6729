"""SnipcartClient: builds every part once, and puts the road together."""

import ssl as tls
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, NoReturn, Self

import aiohttp
import attrs
from yarl import URL

from . import _configuration as configuration
from ._api import Api
from ._lifetime import Lifetime
from ._options import Options
from ._secret import Secret
from ._unmodelled import unmodelled_request
from .errors import ConfigurationError
from .observing import Observer, Observers
from .pacing import Gate, PacedTransport, RateLimit
from .request import UNSET, Response, Unset
from .resources import Customers, UserSessions
from .retry import RetryBudget, RetryingTransport, RetryPolicy
from .transport import AiohttpTransport, Transport


@attrs.frozen(kw_only=True)
class _Shared:
    """Hold what a client and its views have in common."""

    base_url: str
    secret: Secret
    transport: AiohttpTransport | None
    paced: PacedTransport
    lifetime: Lifetime
    budget: RetryBudget
    observers: Observers


class SnipcartClient:
    """Talk to Snipcart; share one client among all the tasks of a program.

    Build it anywhere, use it in any event loop, close it with `async with` or `aclose()`.

    Args:
        api_key: A secret API key; by default the environment's `SNIPCART_SECRET_API_KEY`.
        base_url: By default the environment's `SNIPCART_BASE_URL`, else `https://app.snipcart.com/api`.
        timeout: Seconds for one attempt.
        deadline: Seconds for a whole call: queueing, waiting, attempts and the pauses between them.
        retry: When to try again.
        max_concurrency: How many requests may be on their way at a time, in each event loop.
        rate_limit: How fast to ask at most; a 429 from Snipcart slows the client down in any case.
        max_response_bytes: Refuse larger answers.
        session: An aiohttp session to borrow; it is never closed, and belongs to the first loop that uses it.
        ssl: A TLS context in place of the system's.
        proxy: The URL of an HTTP proxy.
        transport: A transport in place of aiohttp, for tests.
        observers: Whom to tell of calls and attempts.

    Raises:
        ConfigurationError: An argument is unusable; the text names it, never its value.
    """

    __slots__ = ("__weakref__", "_api", "_options", "_shared", "customers", "user_sessions")

    customers: Customers
    user_sessions: UserSessions

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | URL | None = None,
        timeout: float = 10.0,
        deadline: float | None = 30.0,
        retry: RetryPolicy = RetryPolicy(),
        max_concurrency: int = 8,
        rate_limit: RateLimit | None = None,
        max_response_bytes: int = 32 * 2**20,
        session: aiohttp.ClientSession | None = None,
        ssl: tls.SSLContext | None = None,
        proxy: str | None = None,
        transport: Transport | None = None,
        observers: Sequence[Observer] = (),
    ) -> None:
        secret, key_problem = configuration.find_key(api_key)
        url, url_problem = configuration.find_base_url(base_url)
        options = Options(timeout=timeout, deadline=deadline, retry=retry)
        problem = (
            key_problem
            or url_problem
            or configuration.proxy_problem(proxy)
            or configuration.count_problem("max_concurrency", max_concurrency)
            or configuration.count_problem("max_response_bytes", max_response_bytes)
            or configuration.kind_problem("rate_limit", rate_limit, RateLimit)
            or configuration.kind_problem("ssl", ssl, tls.SSLContext)
            or _session_problem(session, transport)
            or _seam_problem(transport, observers)
            or options.problem
        )
        del api_key, base_url
        if problem or secret is None:
            del proxy
            raise ConfigurationError(problem)
        own = None
        if transport is None:
            transport = own = AiohttpTransport(
                url,
                secret.authorization,
                session=session,
                ssl=ssl,
                proxy=proxy,
                max_response_bytes=max_response_bytes,
                user_agent=f"snipcart-async/{configuration.version()}",
            )
        self._assemble(
            _Shared(
                base_url=url,
                secret=secret,
                transport=own,
                paced=PacedTransport(transport, Gate(rate_limit), max_concurrency),
                lifetime=Lifetime(),
                budget=RetryBudget(),
                observers=Observers(observers, base_url=url),
            ),
            options,
        )

    def with_options(
        self,
        *,
        timeout: float | Unset = UNSET,
        deadline: float | Unset | None = UNSET,
        retry: RetryPolicy | Unset = UNSET,
    ) -> Self:
        """Give a view with other options, cheap to make: it shares sessions, gate, queue, retry budget and closing.

        Raises:
            ConfigurationError: An option is unusable.
        """
        options = self._options.changed(timeout=timeout, deadline=deadline, retry=retry)
        if options.problem:
            raise ConfigurationError(options.problem)
        view = object.__new__(type(self))
        view._assemble(self._shared, options)
        return view

    async def request(
        self, method: str, path: str, *, params: Mapping[str, Any] | None = None, json: Any = UNSET
    ) -> Response:
        """Ask for what this client does not model, on the same road: auth, retries, gate and errors.

        `path` is relative (`/orders`). POST and PATCH are repeated only when they were never sent, or on a 429.

        Raises:
            ConfigurationError: The path leads elsewhere, or a value cannot be sent.
            ApiError: Snipcart's answer is not a 2xx.
        """
        request, problem = unmodelled_request(method, path, {} if params is None else params, json)
        del path, params, json  # they may hold a token or personal data: a traceback shall not show it
        if problem:
            raise ConfigurationError(problem)
        return await self._api.send(attrs.evolve(request, timeout=self._api.timeout, deadline=self._api.deadline))

    @property
    def base_url(self) -> str:
        """The URL of the API that this client asks."""
        return self._shared.base_url

    @property
    def retry(self) -> RetryPolicy:
        """The policy by which this client, or this view, tries again."""
        return self._options.retry

    def key_fingerprint(self, salt: bytes) -> str:
        """Give a digest by which the same API key is known again, and from which nobody can tell it."""
        return self._shared.secret.fingerprint(salt)

    async def aclose(self) -> None:
        """End the calls in flight with `ClientClosedError`, and close all connections, of every view too.

        A second time does nothing. A borrowed session stays open.
        """
        self._shared.lifetime.close()
        if self._shared.transport is not None:
            await self._shared.transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        shared = getattr(self, "_shared", None)  # a traceback may show a client that was refused half-built
        return f"SnipcartClient(base_url={shared.base_url!r})" if shared else "SnipcartClient(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a SnipcartClient is not pickled: build one in each process, with the key from its environment")

    def _assemble(self, shared: _Shared, options: Options) -> None:
        self._shared = shared
        self._options = options
        self._api = Api(
            transport=RetryingTransport(shared.paced, options.retry, shared.budget, shared.observers, shared.lifetime),
            secret=shared.secret,
            lifetime=shared.lifetime,
            observers=shared.observers,
            timeout=options.timeout,
            deadline=options.deadline,
        )
        self.customers = Customers(self._api)
        self.user_sessions = UserSessions(self._api)


def _session_problem(session: object, transport: object) -> str:
    if session is not None and transport is not None:
        return "session and transport exclude each other: a transport has its own connections"
    if isinstance(session, aiohttp.ClientSession) and (session.auth or session.trust_env):
        return "session must have neither auth nor trust_env: its credentials would mix with the API key"
    return configuration.kind_problem("session", session, aiohttp.ClientSession)


def _seam_problem(transport: object, observers: object) -> str:
    if transport is not None and not callable(getattr(transport, "send", None)):
        return "transport must have a method send(request)"
    return "" if isinstance(observers, Sequence) else "observers must be a list or tuple"
