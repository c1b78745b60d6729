"""A client is built anywhere, shared by everybody, outlives event loops, and closes what is its own."""

import asyncio
import copy
import pickle
import ssl
import threading
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from snipcart_async import RateLimit, Request, RetryPolicy, SnipcartClient
from snipcart_async._configuration import version
from snipcart_async.errors import (
    ClientClosedError,
    ConfigurationError,
    ConnectError,
    NotFoundError,
    ProtocolError,
    RedirectError,
)
from snipcart_async.testing import FakeSnipcart

from .scripted import CUSTOMER_ID, ScriptedTransport, reply, sample

KEY = "SECRETKEY_zzz123"


def test_a_client_shows_no_key_and_is_not_pickled() -> None:
    """Neither repr nor pickle nor a copy lets the key out."""
    snipcart = SnipcartClient(KEY)

    assert repr(snipcart) == "SnipcartClient(base_url='https://app.snipcart.com/api')"
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="build one in each process"):
            attempt(snipcart)
    with pytest.raises(TypeError):
        vars(snipcart)


def test_the_key_itself_is_not_pickled_either() -> None:
    """The secret refuses, wherever it hangs."""
    secret = SnipcartClient(KEY)._shared.secret

    assert repr(secret) == "Secret(***)"
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(secret)


def test_the_base_url_is_the_one_that_is_asked() -> None:
    """A client tells where it asks, and so do its views."""
    snipcart = SnipcartClient(KEY, base_url="http://127.0.0.1:9/api/")

    assert snipcart.base_url == snipcart.with_options(timeout=1.0).base_url == "http://127.0.0.1:9/api"
    assert SnipcartClient(KEY).base_url == "https://app.snipcart.com/api"


async def test_all_options_together_work_over_real_http(fake_snipcart: FakeSnipcart) -> None:
    """Every option of the constructor at once is a working client."""
    async with SnipcartClient(
        fake_snipcart.api_key,
        base_url=fake_snipcart.base_url,
        timeout=5.0,
        deadline=20.0,
        retry=RetryPolicy(max_attempts=2),
        max_concurrency=2,
        rate_limit=RateLimit(1000),
        max_response_bytes=2**20,
        ssl=ssl.create_default_context(),
        observers=(),
    ) as snipcart:
        assert await snipcart.customers.list().count() == 240


async def test_a_view_has_its_own_options_and_everything_else_in_common() -> None:
    """`with_options` costs four small objects: no session, no gate, no budget of its own."""
    snipcart = SnipcartClient(KEY, transport=ScriptedTransport(reply(sample("customers-get"))))
    view = snipcart.with_options(timeout=1.0, retry=RetryPolicy(max_attempts=1))

    assert view._shared is snipcart._shared
    assert (view._options.timeout, view._options.deadline, view._options.retry.max_attempts) == (1.0, 30.0, 1)
    assert (
        snipcart._options.timeout,
        snipcart._options.deadline,
        snipcart._options.retry.max_attempts,
    ) == (10.0, 30.0, 3)

    await view.aclose()
    with pytest.raises(ClientClosedError):
        await snipcart.customers.get(CUSTOMER_ID)


def test_an_unusable_option_of_a_view_is_refused() -> None:
    """A view is checked like a client."""
    snipcart = SnipcartClient(KEY)
    with pytest.raises(ConfigurationError, match="timeout"):
        snipcart.with_options(timeout=-1.0)


async def test_use_after_close_says_so_and_closing_twice_does_nothing(fake_snipcart: FakeSnipcart) -> None:
    """Every method refuses, and the second close is no error."""
    snipcart = SnipcartClient(fake_snipcart.api_key, base_url=fake_snipcart.base_url)
    customer = await snipcart.customers.list().first()
    assert customer is not None
    await snipcart.aclose()
    await snipcart.aclose()
    calls = [
        snipcart.customers.get(customer.id),
        snipcart.customers.orders(customer.id),
        snipcart.customers.list().count(),
        snipcart.customers.delete(customer.id),
        snipcart.user_sessions.get(customer.id),
        snipcart.request("GET", "/customers"),
    ]
    for call in calls:
        with pytest.raises(ClientClosedError, match="build a new one"):
            await call


async def test_one_connection_serves_three_hundred_calls() -> None:
    """Sequential calls, each from another task, keep one connection alive."""
    ports: set[int] = set()
    body = b'{"id":"%s"}' % CUSTOMER_ID.encode()

    async def seen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ports.add(writer.get_extra_info("peername")[1])
        with suppress(asyncio.IncompleteReadError):
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        writer.close()

    async with await asyncio.start_server(seen, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with SnipcartClient(KEY, base_url=f"http://127.0.0.1:{port}") as snipcart:
            for _ in range(300):
                customer = await asyncio.create_task(snipcart.customers.get(CUSTOMER_ID))
                assert customer.id == CUSTOMER_ID

    assert len(ports) == 1


def test_one_client_outlives_twenty_event_loops() -> None:
    """Built outside of any loop, used in one after the other, without a warning."""
    snipcart = SnipcartClient(KEY, base_url="http://127.0.0.1:9")

    async def use() -> int:
        async with FakeSnipcart(customers=3, api_key=KEY) as fake:
            snipcart._shared.transport._base_url = fake.base_url  # type: ignore[union-attr]
            await snipcart.customers.delete((await snipcart.customers.list())[0].id)
            return await snipcart.customers.list().count()

    assert [asyncio.run(use()) for _ in range(20)] == [2] * 20
    assert snipcart._shared.transport._sessions._held.items() == []  # type: ignore[union-attr]


async def test_one_client_serves_two_loops_at_once_and_closes_in_both(fake_snipcart: FakeSnipcart) -> None:
    """Another thread's loop has sessions of its own, and `aclose()` reaches them."""
    snipcart = SnipcartClient(fake_snipcart.api_key, base_url=fake_snipcart.base_url)
    used, closed = threading.Event(), threading.Event()
    counts = []

    async def use() -> None:
        counts.append(await snipcart.customers.list().count())
        used.set()
        await asyncio.to_thread(closed.wait, 10)
        with pytest.raises(ClientClosedError):
            await snipcart.customers.list().count()

    other = threading.Thread(target=asyncio.run, args=(use(),))
    other.start()
    await asyncio.to_thread(used.wait, 10)
    counts.append(await snipcart.customers.list().count())
    await snipcart.aclose()
    closed.set()
    await asyncio.to_thread(other.join)

    assert counts == [240, 240]


def test_a_loop_that_only_rests_closes_its_own_sessions_at_its_end() -> None:
    """Closing from another loop waits for nobody, and leaves no warning behind."""
    fake = FakeSnipcart(customers=3)
    resting = asyncio.new_event_loop()
    resting.run_until_complete(fake.start())
    snipcart = SnipcartClient(fake.api_key, base_url=fake.base_url)

    assert resting.run_until_complete(snipcart.customers.list().count()) == 3

    asyncio.run(snipcart.aclose())
    with pytest.raises(ClientClosedError):
        resting.run_until_complete(snipcart.customers.list().count())
    resting.run_until_complete(fake.stop())
    resting.run_until_complete(resting.shutdown_asyncgens())
    resting.close()


async def test_closing_skips_loops_that_have_stopped(fake_snipcart: FakeSnipcart) -> None:
    """A loop that is neither here nor running has closed its sessions itself."""
    snipcart = SnipcartClient(fake_snipcart.api_key, base_url=fake_snipcart.base_url)

    def elsewhere() -> int:
        return asyncio.run(snipcart.customers.list().count())

    assert await asyncio.to_thread(elsewhere) == 240
    await snipcart.aclose()


async def test_a_borrowed_session_is_used_and_left_open(fake_snipcart: FakeSnipcart) -> None:
    """Its owner goes on with it after `aclose()`."""
    async with aiohttp.ClientSession() as session:
        async with SnipcartClient(fake_snipcart.api_key, base_url=fake_snipcart.base_url, session=session) as snipcart:
            first = await snipcart.customers.list().first()
            assert first is not None
            await snipcart.customers.delete(first.id)

        assert not session.closed
    with pytest.raises(ClientClosedError):
        await snipcart.customers.list().count()


async def test_a_borrowed_session_that_its_owner_closed_is_named(fake_snipcart: FakeSnipcart) -> None:
    """The text says whose session it was."""
    session = aiohttp.ClientSession()
    await session.close()
    snipcart = SnipcartClient(fake_snipcart.api_key, base_url=fake_snipcart.base_url, session=session)
    with pytest.raises(ClientClosedError, match="borrowed session is closed"):
        await snipcart.customers.list().count()


async def test_a_borrowed_session_belongs_to_its_first_loop(fake_snipcart: FakeSnipcart) -> None:
    """Another loop is told, instead of hanging."""
    async with aiohttp.ClientSession() as session:
        snipcart = SnipcartClient(fake_snipcart.api_key, base_url=fake_snipcart.base_url, session=session)
        await snipcart.customers.list().count()

        def elsewhere() -> None:
            with pytest.raises(ConfigurationError, match="another event loop"):
                asyncio.run(snipcart.customers.list().count())

        await asyncio.to_thread(elsewhere)


async def test_a_borrowed_session_with_credentials_of_its_own_is_refused() -> None:
    """Session auth and the environment's netrc would mix with the key."""
    async with aiohttp.ClientSession(trust_env=True) as session:
        with pytest.raises(ConfigurationError, match="session"):
            SnipcartClient(KEY, session=session)
    with pytest.warns(DeprecationWarning, match="auth"):
        session = aiohttp.ClientSession(auth=aiohttp.BasicAuth("a"))
    async with session:
        with pytest.raises(ConfigurationError, match="session"):
            SnipcartClient(KEY, session=session)


async def test_a_session_and_a_transport_exclude_each_other() -> None:
    """One of them would be ignored without a word."""
    async with aiohttp.ClientSession() as session:
        with pytest.raises(ConfigurationError, match="exclude"):
            SnipcartClient(KEY, session=session, transport=ScriptedTransport(reply({})))


def test_a_copy_that_is_not_installed_has_an_unknown_version() -> None:
    """A folder on the path is enough to work."""
    assert version("snipcart-async-that-nobody-installed") == "unknown"


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/orders", "/orders"),
        ("orders", "/orders"),
        (f"/orders/{CUSTOMER_ID}/refunds", "/orders/{id}/refunds"),
        ("/v1/x-y_z~.json", "/v1/x-y_z~.json"),
        ("/products/a:b@c", "/products/{…}"),
    ],
)
async def test_what_is_not_modelled_takes_the_same_road(path: str, template: str) -> None:
    """Any relative path can be asked; GUIDs are masked in what is shown."""
    transport = ScriptedTransport(reply({"ok": True}))
    response = await SnipcartClient(KEY, transport=transport).request(
        "get", path, params={"q": "a+b", "none": None, "flag": True, "n": 3}
    )
    request = transport.requests[0]

    assert ("GET", f"/{quote(path.lstrip('/'))}?q=a%2Bb&flag=true&n=3", template) == (
        request.method,
        request.target,
        request.template,
    )
    assert (response.status, response.json(), request.body) == (200, {"ok": True}, None)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "//evil/x",
        "https://evil/x",
        "/a/../b",
        "..",
        "/./a",
        "/a?x=1",
        "/a#f",
        "/a b",
        "/a%2f",
        "/a\\b",
        "/a\n",
    ],
    ids=repr,
)
async def test_a_path_that_leads_elsewhere_is_refused(path: str) -> None:
    """The key goes nowhere but under the base URL, and a query goes into params."""
    transport = ScriptedTransport(reply({}))
    with pytest.raises(ConfigurationError, match="path"):
        await SnipcartClient(KEY, transport=transport).request("GET", path)

    assert transport.requests == []


@pytest.mark.parametrize(
    ("method", "options", "named"),
    [
        ("CONNECT", {}, "method"),
        ("GET /x", {}, "method"),
        ("GET", {"params": {"q": object}}, "q must be"),
        ("GET", {"params": "a=b"}, "params must be a mapping"),
        ("POST", {"json": {1, 2}}, "json"),
        ("POST", {"json": float("nan")}, "json"),
        ("POST", {"json": "\ud800"}, "json"),
    ],
    ids=str,
)
async def test_what_cannot_be_sent_is_refused(method: str, options: dict[str, Any], named: str) -> None:
    """Nothing leaves that Snipcart could not read."""
    transport = ScriptedTransport(reply({}))
    with pytest.raises(ConfigurationError, match=named):
        await SnipcartClient(KEY, transport=transport).request(method, "/orders", **options)

    assert transport.requests == []


async def test_an_unmodelled_body_is_sent_as_json_and_null_is_a_body() -> None:
    """`UNSET` means no body; `None` is JSON's null."""
    transport = ScriptedTransport(reply({}))
    snipcart = SnipcartClient(KEY, transport=transport)
    await snipcart.request("POST", "/orders", json={"name": "é", "n": [1, None]})
    await snipcart.request("POST", "/orders", json=None)

    assert ['{"name":"é","n":[1,null]}'.encode(), b"null"] == [request.body for request in transport.requests]


@pytest.mark.parametrize(
    ("status", "expected"), [(404, NotFoundError), (302, RedirectError), (700, ProtocolError)], ids=str
)
async def test_a_refusal_of_an_unmodelled_request_is_the_same_error(status: int, expected: type[Exception]) -> None:
    """One way of failing for all calls."""
    snipcart = SnipcartClient(KEY, transport=ScriptedTransport(reply({}, status)))
    with pytest.raises(expected, match="GET /orders"):
        await snipcart.request("GET", "/orders")


@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_a_post_is_repeated_only_when_it_was_never_sent_or_limited(method: str) -> None:
    """Snipcart knows no idempotency key."""
    quick = RetryPolicy(base_delay=0.0)
    transport = ScriptedTransport(ConnectError("refused"), reply(status=429), reply({}))
    await SnipcartClient(KEY, transport=transport, retry=quick).request(method, "/orders", json={})
    failing = ScriptedTransport(reply(status=503))
    with pytest.raises(Exception, match="503"):
        await SnipcartClient(KEY, transport=failing, retry=quick).request(method, "/orders", json={})

    assert (len(transport.requests), len(failing.requests)) == (3, 1)


async def test_two_clients_keep_their_keys_apart() -> None:
    """No state is shared between clients, not even in one task."""
    async with (
        FakeSnipcart(customers=3, api_key="one") as one,
        FakeSnipcart(customers=5, api_key="two") as two,
        SnipcartClient("one", base_url=one.base_url) as first,
        SnipcartClient("two", base_url=two.base_url) as second,
    ):
        counts = await asyncio.gather(
            *(client.customers.list().count() for client in (first, second) for _ in range(10))
        )

    assert counts == [3] * 10 + [5] * 10


def test_a_request_names_its_transport_free_parts_only() -> None:
    """What a custom transport is given is all it needs."""
    request = Request.to("GET", "/customers/{id}", CUSTOMER_ID)

    assert ("GET", f"/customers/{CUSTOMER_ID}", None) == (request.method, request.target, request.body)
