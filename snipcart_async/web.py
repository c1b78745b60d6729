"""Who is signed in: a session token from the browser becomes a shopper's session, or the reason why not."""

import asyncio
import copy
import hashlib
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, Literal
from uuid import UUID

import attrs

from ._configuration import count_problem, kind_problem, seconds_problem
from ._converter.asking import spell_identifier
from ._loops import PerLoop
from ._secret import Masked
from .client import SnipcartClient
from .errors import (
    AuthenticationError,
    ClientClosedError,
    ConfigurationError,
    NotFoundError,
    PermissionDeniedError,
    SnipcartError,
)
from .models import CustomerStatus, UserSession

__all__ = ["NotSignedInError", "Reason", "SessionGate", "http_status", "reason_for_visitor"]

Reason = Literal["missing", "malformed", "unknown", "expired", "unconfirmed"]

_TOKEN = "/usersessions/{token}"  # noqa: S105 - the path template
_WORDS: Final[dict[Reason, str]] = {
    "missing": "there is no session token",
    "malformed": "the session token is no GUID",
    "unknown": "Snipcart knows no such session",
    "expired": "the session has expired",
    "unconfirmed": "the customer has no confirmed account",
}
_OUR_FAULTS = (AuthenticationError, ClientClosedError, ConfigurationError, PermissionDeniedError)


class NotSignedInError(SnipcartError):
    """Report that the visitor is not signed in; `reason` says why, and nobody else is to blame."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(_WORDS[reason], method="GET", path=_TOKEN)
        self.reason: Reason = reason


@attrs.define(eq=False)
class _LookUp:
    """Be a request for one session, shared by all who wait for it."""

    task: "asyncio.Task[UserSession | SnipcartError]"
    waiting: int = 0


@attrs.frozen
class _Known:
    """Remember a session without its token, until then by the monotonic clock."""

    session: UserSession
    until: float


class SessionGate:
    """Let visitors in who are signed in at Snipcart.

    Look-ups of one token that come at the same time are one request. With `cache_seconds`, the last `cache_size`
    sessions are remembered for that long, never beyond their end and never by their token: so long may somebody who
    signed out elsewhere still be let in. It may be used from several event loops and threads.

    Args:
        client: Whom to ask; it stays yours to close.
        require_confirmed: Whether only customers with an account are let in, not guests.
        cache_seconds: For how many seconds a session is remembered; by default, not at all.
        cache_size: How many are remembered at the most.
        now: Tells the time, with its zone, in place of the system's clock.
        clock: Tells the seconds that pass, in place of `time.monotonic`.

    Raises:
        ConfigurationError: An argument is unusable.
    """

    def __init__(
        self,
        client: SnipcartClient,
        *,
        require_confirmed: bool = True,
        cache_seconds: float = 0.0,
        cache_size: int = 1000,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        problem = (
            kind_problem("client", client, SnipcartClient)
            or seconds_problem("cache_seconds", cache_seconds, zero=True)
            or count_problem("cache_size", cache_size)
            or ("now must tell the time with its zone" if now().utcoffset() is None else "")
        )
        if problem or client is None:
            raise ConfigurationError(problem or "client must be a SnipcartClient")
        self._client = client
        self._require_confirmed = require_confirmed
        self._cache_seconds = cache_seconds
        self._cache_size = cache_size
        self._now = now
        self._clock = clock
        self._known: dict[bytes, _Known] = {}
        self._forgotten = 0
        """How often somebody was forgotten: what was asked before that is neither remembered nor shared."""
        self._lock = threading.Lock()
        self._asking: PerLoop[dict[tuple[int, bytes], _LookUp]] = PerLoop(dict)

    async def authorize(self, token: str | UUID | None) -> UserSession:
        """Give the session of a token: `GET /usersessions/{token}`. A missing or malformed token sends nothing.

        Raises:
            NotSignedInError: The visitor is not signed in.
            AuthenticationError: Your API key is refused: that is no fault of the visitor's.
            SnipcartError: Snipcart could not be asked; `http_status` tells what to answer.
        """
        spelled, refused = _spell(token)
        del token  # a traceback shall not show it
        if refused:
            raise NotSignedInError(refused)
        forgotten = self._forgotten
        remembered = self._remembered(spelled)
        session = remembered or await self._look_up(spelled)
        if reason := self._refuse(session):
            raise NotSignedInError(reason)
        if remembered is None:
            self._remember(spelled, session, forgotten)
        return attrs.evolve(session, token=str(spelled))

    def forget(self, token: str | UUID | None) -> None:
        """Forget a session here, as when its visitor signs out; it does not end at Snipcart."""
        spelled, _ = _spell(token)
        with self._lock:
            self._forgotten += 1
            self._known.pop(_digest(spelled), None)

    def _refuse(self, session: UserSession) -> Reason | None:
        if self._is_over(session):
            return "expired"
        if self._require_confirmed and session.customer.status != CustomerStatus.CONFIRMED:
            return "unconfirmed"
        return None

    def _is_over(self, session: UserSession) -> bool:
        return session.expires is not None and session.expires <= self._now()

    async def _look_up(self, token: Masked) -> UserSession:
        """Ask for a session, together with all who ask for it now; the last to leave ends the request."""
        key = self._forgotten, _digest(token)
        asking = self._asking.get()
        look_up = asking.get(key)
        if look_up is None:
            look_up = asking[key] = _LookUp(asyncio.create_task(self._ask(token)))
        look_up.waiting += 1
        try:
            outcome = await asyncio.shield(look_up.task)
        finally:
            look_up.waiting -= 1
            if asking.get(key) is look_up and (look_up.task.done() or not look_up.waiting):
                del asking[key]
                look_up.task.cancel()
        if isinstance(outcome, NotFoundError):
            raise NotSignedInError("unknown")
        if isinstance(outcome, SnipcartError):
            raise copy.copy(outcome)  # one for each who waits: a traceback is written into it
        return outcome

    async def _ask(self, token: Masked) -> UserSession | SnipcartError:
        try:
            return await self._client.user_sessions.get(token)
        except SnipcartError as error:
            return error

    def _remembered(self, token: Masked) -> UserSession | None:
        known = self._known.get(_digest(token)) if self._known else None
        return known.session if known and self._clock() < known.until and not self._is_over(known.session) else None

    def _remember(self, token: Masked, session: UserSession, forgotten: int) -> None:
        """Remember a session, unless somebody was forgotten since it was asked for."""
        if not self._cache_seconds:
            return
        bare = attrs.evolve(session, token=None, customer=attrs.evolve(session.customer, session_token=None))
        with self._lock:
            if forgotten != self._forgotten:
                return
            now = self._clock()
            known = {key: entry for key, entry in self._known.items() if now < entry.until}
            known[_digest(token)] = _Known(bare, now + self._cache_seconds)
            self._known = dict([*known.items()][-self._cache_size :])


def http_status(error: SnipcartError) -> int:
    """Say with which status a site answers its visitor when `authorize` raised.

    401 asks to sign in, 403 says that a guest may not, 500 that the site itself is at fault, as with a wrong API key,
    and 503 that Snipcart cannot be asked now.
    """
    if isinstance(error, NotSignedInError):
        return 403 if error.reason == "unconfirmed" else 401
    return 500 if isinstance(error, _OUR_FAULTS) else 503


def reason_for_visitor(error: SnipcartError) -> str:
    """Give a word for the visitor that says nothing of the site: why nobody is signed in, else "unavailable"."""
    return error.reason if isinstance(error, NotSignedInError) else "unavailable"


def _spell(token: object) -> tuple[Masked, Reason | None]:
    """Spell a token as Snipcart compares it, and say what is wrong with it."""
    if token is None or token == "":
        return Masked(), "missing"
    if not isinstance(token, str | UUID):
        return Masked(), "malformed"
    spelled, problem = spell_identifier("token", token)
    return Masked(spelled), "malformed" if problem else None


def _digest(token: Masked) -> bytes:
    return hashlib.sha256(token.encode()).digest()
