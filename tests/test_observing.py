"""Observers see every call and attempt, nothing private, and never break a call."""

import logging
from typing import Any

import pytest

from snipcart_async import RetryPolicy, SnipcartClient
from snipcart_async._failure import Attempt
from snipcart_async.errors import NotFoundError, SnipcartError
from snipcart_async.observing import LOGGER
from snipcart_async.request import Call

from .scripted import CUSTOMER_ID, ScriptedTransport, reply, sample

QUICK = RetryPolicy(base_delay=0.0)


class Notebook:
    """Write down what it is told."""

    def __init__(self) -> None:
        self.events: list[tuple[Any, ...]] = []
        self.calls: set[Call] = set()

    def call_started(self, call: Call) -> None:
        """Note the call."""
        self.calls.add(call)
        self.events.append(("call", call.method, call.path))

    def attempt_started(self, call: Call) -> None:
        """Note the attempt."""
        self.calls.add(call)
        self.events.append(("attempt",))

    def attempt_ended(self, call: Call, attempt: Attempt) -> None:
        """Note what it met."""
        self.events.append(("met", str(attempt)))

    def call_ended(self, call: Call, error: BaseException | None, seconds: float) -> None:
        """Note the end."""
        assert seconds >= 0
        self.events.append(("end", type(error).__name__ if error else None))


async def test_a_call_with_a_retry_is_told_in_order() -> None:
    """One call, two attempts, one end: all with the same Call object."""
    notebook = Notebook()
    transport = ScriptedTransport(reply(status=503), reply(sample("customers-get")))
    await SnipcartClient("key", transport=transport, retry=QUICK, observers=[notebook]).customers.get(CUSTOMER_ID)

    assert notebook.events == [
        ("call", "GET", "/customers/{id}"),
        ("attempt",),
        ("met", "503"),
        ("attempt",),
        ("met", "200"),
        ("end", None),
    ]
    assert len(notebook.calls) == 1


class Named(Notebook):
    """Write into one notebook with others, each event with a name."""

    def __init__(self, name: str, events: list[tuple[Any, ...]]) -> None:
        self.name = name
        self.events = events

    def call_started(self, call: Call) -> None:
        """Note who is told."""
        self.events.append((self.name, "call", call.base_url))

    def attempt_started(self, call: Call) -> None:
        """Note who is told."""
        self.events.append((self.name, "attempt"))

    def attempt_ended(self, call: Call, attempt: Attempt) -> None:
        """Note who is told."""
        self.events.append((self.name, "met"))

    def call_ended(self, call: Call, error: BaseException | None, seconds: float) -> None:
        """Note who is told."""
        self.events.append((self.name, "end"))


async def test_who_is_told_first_of_a_start_is_told_last_of_its_end() -> None:
    """What an observer opens holds what the next one opens; all know whom the call asks."""
    events: list[tuple[Any, ...]] = []
    observers = [Named("outer", events), Named("inner", events)]
    transport = ScriptedTransport(reply(sample("customers-get")))
    url = "https://shop.example/api"
    await SnipcartClient("key", base_url=url, transport=transport, observers=observers).customers.get(CUSTOMER_ID)

    assert events == [
        ("outer", "call", url),
        ("inner", "call", url),
        ("outer", "attempt"),
        ("inner", "attempt"),
        ("inner", "met"),
        ("outer", "met"),
        ("inner", "end"),
        ("outer", "end"),
    ]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(reply(status=404), "NotFoundError"), (reply({}), "DecodeError"), (reply(b"<p>"), "DecodeError")],
    ids=repr,
)
async def test_the_end_names_the_error_also_of_reading(answer: Any, expected: str) -> None:
    """A call that ends in an answer nobody can read has failed."""
    notebook = Notebook()
    snipcart = SnipcartClient("key", transport=ScriptedTransport(answer), observers=[notebook])
    with pytest.raises(SnipcartError):
        await snipcart.customers.get(CUSTOMER_ID)

    assert ("end", expected) == notebook.events[-1]


class Broken(Notebook):
    """Fail at everything, with something private in its text."""

    def call_started(self, call: Call) -> None:
        """Fail."""
        raise RuntimeError("PII Canary")

    attempt_started = call_started

    def attempt_ended(self, call: Call, attempt: Attempt) -> None:
        """Fail."""
        raise RuntimeError("PII Canary")

    def call_ended(self, call: Call, error: BaseException | None, seconds: float) -> None:
        """Fail."""
        raise RuntimeError("PII Canary")


async def test_an_observer_that_fails_never_fails_the_call(caplog: pytest.LogCaptureFixture) -> None:
    """Telemetry is not worth an outage; the log says that it failed, and no more."""
    notebook = Notebook()
    transport = ScriptedTransport(reply(sample("customers-get")))
    snipcart = SnipcartClient("key", transport=transport, observers=[Broken(), notebook])

    assert (await snipcart.customers.get(CUSTOMER_ID)).id == CUSTOMER_ID
    assert len(notebook.events) == 4
    assert {"an observer failed: RuntimeError"} == set(caplog.messages)


async def test_the_log_tells_attempts_and_calls_at_debug(caplog: pytest.LogCaptureFixture) -> None:
    """Method, template, status, milliseconds, attempt: enough to follow a call, nothing private."""
    caplog.set_level(logging.DEBUG, logger="snipcart_async")
    transport = ScriptedTransport(reply(status=503), reply(sample("customers-get")), reply(status=404))
    snipcart = SnipcartClient("key", transport=transport, retry=QUICK)
    await snipcart.customers.get(CUSTOMER_ID)
    with pytest.raises(NotFoundError):
        await snipcart.customers.get(CUSTOMER_ID)

    assert [message.rsplit(" ", 2)[0] for message in caplog.messages] == [
        "GET /customers/{id} attempt 1: 503 in",
        "GET /customers/{id} attempt 2: 200 in",
        "GET /customers/{id}: ok in",
        "GET /customers/{id} attempt 1: 404 in",
        "GET /customers/{id}: NotFoundError in",
    ]


def test_the_logger_is_silent_by_default() -> None:
    """A library writes to nobody's console."""
    assert any(isinstance(handler, logging.NullHandler) for handler in LOGGER.handlers)
