"""The sign-in gate: who is signed in is let in, who is not is told why, and nobody else is blamed for it."""

import asyncio
import copy
import pickle
import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from snipcart_async import RetryPolicy, SnipcartClient
from snipcart_async.errors import (
    AuthenticationError,
    ClientClosedError,
    ConfigurationError,
    ConnectError,
    DecodeError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    SnipcartError,
)
from snipcart_async.testing import FakeSnipcart
from snipcart_async.web import NotSignedInError, SessionGate, http_status, reason_for_visitor

from .cancellation import eventually
from .scripted import CUSTOMER_ID, SESSION_TOKEN, Answer, ScriptedTransport, reply

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ONCE = RetryPolicy(max_attempts=1)


class Clock:
    """Tell the time it was told."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        """Tell it."""
        return self.now

    def seconds(self) -> float:
        """Tell how many have passed."""
        return (self.now - NOON).total_seconds()


def session(expires: datetime | None = NOON + timedelta(hours=1), **customer: Any) -> dict[str, Any]:
    """Spell a session."""
    customer = {"id": CUSTOMER_ID, "status": "Confirmed", "sessionToken": SESSION_TOKEN, **customer}
    return {"token": SESSION_TOKEN, "expires": expires and expires.isoformat(), "customer": customer}


def gate(answer: Answer, *, now: Clock | None = None, **options: Any) -> tuple[SessionGate, ScriptedTransport]:
    """Give a gate in front of a scripted Snipcart."""
    transport = ScriptedTransport(answer)
    clock = now or Clock()
    snipcart = SnipcartClient("key", transport=transport, retry=ONCE)
    return SessionGate(snipcart, now=clock, clock=clock.seconds, **options), transport


async def reason(at: SessionGate, token: object) -> str:
    """Tell why a token is not let in."""
    with pytest.raises(NotSignedInError) as caught:
        await at.authorize(token)  # type: ignore[arg-type]
    return caught.value.reason


async def test_who_is_signed_in_is_let_in(fake_snipcart: FakeSnipcart, snipcart_client: SnipcartClient) -> None:
    """The session of a token comes with its customer, until the customer signs out."""
    at = SessionGate(snipcart_client, require_confirmed=False)
    customer_id = fake_snipcart.shop.customer_ids()[0]
    token = fake_snipcart.sign_in(customer_id)

    assert (await at.authorize(token)).customer.id == customer_id
    assert (await at.authorize(UUID(token))).token == token

    fake_snipcart.sign_out(token)

    assert await reason(at, token) == "unknown"


@pytest.mark.parametrize(
    ("token", "why"),
    [
        (None, "missing"),
        ("", "missing"),
        (" ", "malformed"),
        ("admin", "malformed"),
        (f"{SESSION_TOKEN}/../orders", "malformed"),
        (f"{SESSION_TOKEN}\n", "malformed"),
        ("\ud800" * 36, "malformed"),
        (SESSION_TOKEN.encode(), "malformed"),
        (7, "malformed"),
    ],
    ids=repr,
)
async def test_what_is_no_token_sends_nothing(token: object, why: str) -> None:
    """Whatever a browser may send: Snipcart is not asked."""
    at, transport = gate(reply(session()))

    assert (await reason(at, token), transport.requests) == (why, [])


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (session(expires=NOON), "expired"),
        (session(status="Unconfirmed"), "unconfirmed"),
        (session(status=None), "unconfirmed"),
        (session(status="Archived"), "unconfirmed"),
    ],
    ids=["expired", "a guest", "no status", "another status"],
)
async def test_a_session_that_does_not_do_is_refused(document: dict[str, Any], why: str) -> None:
    """Expired from the moment it says; and only an account that is confirmed is one."""
    at, _ = gate(reply(document))

    assert await reason(at, SESSION_TOKEN) == why


@pytest.mark.parametrize("document", [session(status="Unconfirmed"), session(expires=None, status=None)])
async def test_guests_are_let_in_where_wanted(document: dict[str, Any]) -> None:
    """Without `require_confirmed` any session that runs will do, also one that does not say how long."""
    at, _ = gate(reply(document), require_confirmed=False)

    assert (await at.authorize(SESSION_TOKEN)).customer.id == CUSTOMER_ID


@pytest.mark.parametrize(
    ("answer", "error", "status"),
    [
        (reply(status=503), ServerError, 503),
        (reply(status=429), RateLimitError, 503),
        (ConnectError("refused"), ConnectError, 503),
        (reply(b"<html>"), DecodeError, 503),
        (reply(status=401), AuthenticationError, 500),
        (reply(status=403), PermissionDeniedError, 500),
    ],
    ids=["down", "busy", "unreachable", "garbled", "wrong key", "key without rights"],
)
async def test_nobody_is_blamed_for_what_is_not_their_fault(
    answer: Answer, error: type[SnipcartError], status: int
) -> None:
    """Snipcart being down, or a wrong API key, does not sign a visitor out."""
    at, _ = gate(answer)
    with pytest.raises(error) as caught:
        await at.authorize(SESSION_TOKEN)

    assert http_status(caught.value) == status


def test_each_reason_has_its_status() -> None:
    """Signing in helps all but guests; what is wrong with the site is the site's."""
    assert [http_status(NotSignedInError(why)) for why in ("missing", "unknown", "unconfirmed")] == [401, 401, 403]
    assert [http_status(ClientClosedError()), http_status(ConfigurationError())] == [500, 500]


def test_a_visitor_is_told_nothing_of_the_site() -> None:
    """Why nobody is signed in is the visitor's business, what else went wrong is not."""
    errors = [NotSignedInError("expired"), AuthenticationError("the key is wrong", status=401), ConnectError("refused")]

    assert [reason_for_visitor(error) for error in errors] == ["expired", "unavailable", "unavailable"]


async def test_look_ups_of_one_token_at_a_time_are_one_request(
    fake_snipcart: FakeSnipcart, snipcart_client: SnipcartClient
) -> None:
    """A hundred requests of one page that opens: one look-up; two visitors are two."""
    at = SessionGate(snipcart_client, require_confirmed=False)
    first, second = fake_snipcart.shop.customer_ids()[:2]
    tokens = [fake_snipcart.sign_in(first), fake_snipcart.sign_in(second)]
    fake_snipcart.latency = 0.05

    sessions = await asyncio.gather(*(at.authorize(token) for token in tokens * 50))

    assert [found.customer.id for found in sessions] == [first, second] * 50
    assert len(fake_snipcart.requests) == 2

    await at.authorize(tokens[0])

    assert len(fake_snipcart.requests) == 3


async def test_a_look_up_that_fails_fails_for_all_who_wait_and_for_nobody_else() -> None:
    """Each gets an error of its own; who comes later asks anew."""
    at, transport = gate(reply(status=503))
    outcomes = await asyncio.gather(*(at.authorize(SESSION_TOKEN) for _ in range(3)), return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [ServerError] * 3
    assert len({id(outcome) for outcome in outcomes}) == 3
    assert len(transport.requests) == 1

    transport.answers = [reply(session())]

    assert (await at.authorize(SESSION_TOKEN)).token == SESSION_TOKEN


async def test_a_visitor_who_leaves_takes_nobody_along(
    fake_snipcart: FakeSnipcart, snipcart_client: SnipcartClient
) -> None:
    """The others are answered; when all have left, the request is ended, and the next one asks anew."""
    at = SessionGate(snipcart_client, require_confirmed=False)
    token = fake_snipcart.sign_in(fake_snipcart.shop.customer_ids()[0])
    tasks = asyncio.all_tasks()
    fake_snipcart.latency = 0.1
    leaving, staying = (asyncio.create_task(at.authorize(token)) for _ in range(2))
    await asyncio.sleep(0.02)
    leaving.cancel()

    assert (await staying).token == token
    assert leaving.cancelled()

    fake_snipcart.latency = 20.0
    alone = asyncio.create_task(at.authorize(token))
    await asyncio.sleep(0.02)
    alone.cancel()
    fake_snipcart.latency = 0.0

    assert (await at.authorize(token)).token == token
    assert alone.cancelled()

    await eventually(lambda: asyncio.all_tasks() == tasks)


async def test_a_session_is_remembered_for_as_long_as_wanted() -> None:
    """Then it is asked for again; by default, every time."""
    now = Clock()
    for seconds, asked in ((0.0, 3), (60.0, 2)):
        at, transport = gate(reply(session()), now=now, cache_seconds=seconds)
        first = await at.authorize(SESSION_TOKEN)
        now.now += timedelta(seconds=59)

        assert (await at.authorize(SESSION_TOKEN.upper())).customer.id == first.customer.id
        assert len(transport.requests) == asked - 1

        now.now += timedelta(seconds=1)

        assert (await at.authorize(SESSION_TOKEN)).token == first.token == SESSION_TOKEN
        assert len(transport.requests) == asked


async def test_a_session_is_never_remembered_beyond_its_end() -> None:
    """However long the cache: from the moment it expires Snipcart is asked again, and may have prolonged it."""
    now = Clock()
    at, transport = gate(reply(session(expires=NOON + timedelta(seconds=5))), now=now, cache_seconds=10**6)
    await at.authorize(SESSION_TOKEN)
    now.now += timedelta(seconds=5)

    assert await reason(at, SESSION_TOKEN) == "expired"

    transport.answers = [reply(session())]

    assert (await at.authorize(SESSION_TOKEN)).expires == NOON + timedelta(hours=1)
    assert len(transport.requests) == 3


async def test_who_is_refused_is_not_remembered() -> None:
    """Who signs in now is let in now."""
    at, transport = gate(reply(status=404), cache_seconds=60.0)
    assert await reason(at, SESSION_TOKEN) == "unknown"
    transport.answers = [reply(session(status="Unconfirmed"))]
    assert await reason(at, SESSION_TOKEN) == "unconfirmed"
    transport.answers = [reply(session())]

    assert (await at.authorize(SESSION_TOKEN)).customer.id == CUSTOMER_ID


async def test_who_signs_out_is_forgotten() -> None:
    """`forget` makes the next look-up ask; forgetting nobody is no mistake."""
    at, transport = gate(reply(session()), cache_seconds=60.0)
    await at.authorize(SESSION_TOKEN)
    at.forget(SESSION_TOKEN)
    at.forget(None)
    transport.answers = [reply(status=404)]

    assert await reason(at, SESSION_TOKEN) == "unknown"


async def test_who_signs_out_during_a_look_up_does_not_come_back(
    fake_snipcart: FakeSnipcart, snipcart_client: SnipcartClient
) -> None:
    """What was asked before is not remembered, and nobody who comes later joins it."""
    at = SessionGate(snipcart_client, require_confirmed=False, cache_seconds=60.0)
    token = fake_snipcart.sign_in(fake_snipcart.shop.customer_ids()[0])
    fake_snipcart.latency = 0.1
    before = asyncio.create_task(at.authorize(token))
    await asyncio.sleep(0.02)
    at.forget(token)
    fake_snipcart.latency = 0.0
    after = asyncio.create_task(at.authorize(token))

    assert {(await before).token, (await after).token} == {token}
    assert len(fake_snipcart.requests) == 2

    at.forget(token)
    fake_snipcart.sign_out(token)

    assert await reason(at, token) == "unknown"


def test_visitors_come_and_go_in_many_threads(fake_snipcart: FakeSnipcart) -> None:
    """Several event loops share a gate: nobody who was forgotten stays in, and nothing breaks."""
    at = SessionGate(
        SnipcartClient(fake_snipcart.api_key, base_url=fake_snipcart.base_url),
        require_confirmed=False,
        cache_seconds=60.0,
        cache_size=5,
    )
    tokens = [fake_snipcart.sign_in(guid) for guid in fake_snipcart.shop.customer_ids()[:40]]

    async def visit(mine: list[str]) -> None:
        for token in mine * 5:
            assert (await at.authorize(token)).token == token
            at.forget(token)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda number: asyncio.run(visit(tokens[number::4])), range(4)))

    assert at._known == {}


async def test_only_so_many_are_remembered() -> None:
    """The oldest are forgotten first."""
    at, transport = gate(lambda request: reply({**session(), "token": request.path[-36:]}), cache_seconds=60.0)
    tokens = [str(UUID(int=number)) for number in range(1001)]
    for token in tokens:
        await at.authorize(token)
    await at.authorize(tokens[-1])
    await at.authorize(tokens[1])
    assert len(transport.requests) == 1001
    await at.authorize(tokens[0])

    assert len(transport.requests) == 1002


async def test_no_token_is_held_or_shown() -> None:
    """Neither the cache nor an error nor its traceback holds the token; errors survive a pickle and a copy."""
    at, transport = gate(reply(session()), cache_seconds=60.0)
    await at.authorize(SESSION_TOKEN)

    assert SESSION_TOKEN.encode() not in pickle.dumps([*at._known.items()])

    transport.answers = [reply(status=404)]
    at.forget(SESSION_TOKEN)
    with pytest.raises(NotSignedInError) as caught:
        await at.authorize(SESSION_TOKEN)
    told = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())

    assert SESSION_TOKEN not in told
    assert str(caught.value) == "GET /usersessions/{token}: Snipcart knows no such session"
    for again in (pickle.loads(pickle.dumps(caught.value)), copy.deepcopy(caught.value)):  # noqa: S301 - our own
        assert (again.reason, str(again)) == ("unknown", str(caught.value))


@pytest.mark.parametrize(
    "options",
    [
        {"client": None},
        {"client": "key"},
        {"cache_seconds": -1.0},
        {"cache_seconds": "1"},
        {"cache_size": 0},
        {"now": datetime.now},
    ],
    ids=["no client", "a key", "negative", "text", "no room", "no zone"],
)
def test_what_cannot_be_used_is_refused(options: dict[str, Any]) -> None:
    """A gate that cannot work is not built, and the argument is named."""
    (name,) = options
    with pytest.raises(ConfigurationError, match=name):
        SessionGate(**{"client": SnipcartClient("key"), **options})
