"""OpenTelemetry, with its real SDK: what a call looks like as a tree, and as metrics."""

import asyncio
import logging
import subprocess
import sys
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.trace import SpanKind

from snipcart_async import RateLimit, SnipcartClient
from snipcart_async.contrib.otel import OpenTelemetry
from snipcart_async.errors import ConfigurationError, NotFoundError
from snipcart_async.observing import LOGGER
from snipcart_async.testing import FakeSnipcart

from ..scripted import CUSTOMER_ID, ScriptedTransport, reply, sample
from .tracing import ABOUT, QUICK, SERVER, Node, Tracing, attempt, call, client, met, resent, scripted, undisturbed


async def test_a_call_with_two_retries_is_a_tree(
    fake_snipcart: FakeSnipcart, tracing: Tracing, instrumented: Tracing
) -> None:
    """The caller's span, the call, three attempts; no automatic span, no trace header, and all is as before."""
    fake_snipcart.fail_next(status=503)
    fake_snipcart.fail_next(drop=True, after_applying=True)
    with tracing.tracer.start_as_current_span("page"), undisturbed():
        async with client(fake_snipcart, tracing.observer()) as snipcart:
            await snipcart.customers.get(fake_snipcart.shop.customer_ids()[0])

    lost: dict[str, Any] = {"error.type": "TransportError", "snipcart.attempt.reason": "connection gone stale"}
    assert tracing.trees() == [
        Node(
            "page",
            SpanKind.INTERNAL,
            failed=False,
            attributes={},
            children=[
                call(
                    attempt(failed=True, **met(503, "unavailable")),
                    attempt(failed=True, **lost, **resent(1)),
                    attempt(**met(200, **resent(2))),
                )
            ],
        )
    ]
    assert instrumented.spans == []
    assert [request.headers.get("traceparent") for request in fake_snipcart.requests] == [None] * 3


async def test_clients_and_observers_do_not_disturb_each_other(tracing: Tracing) -> None:
    """Two observers of one client, and one observer of two clients that work at a time."""
    other = Tracing()
    both = [tracing.observer(), other.observer()]
    answers = reply(status=503), reply(sample("customers-get"))
    clients = [
        SnipcartClient("key", transport=ScriptedTransport(*answers), observers=both, retry=QUICK) for _ in range(2)
    ]
    with undisturbed():
        await asyncio.gather(*(snipcart.customers.get(CUSTOMER_ID) for snipcart in clients))

    attempts = (
        attempt(failed=True, **met(503, "unavailable")),
        attempt(**met(200, **resent(1))),
    )
    assert tracing.trees() == [call(*attempts)] * 2
    calls = [span for span in other.spans if span.kind is SpanKind.INTERNAL]
    assert [other._below(span) for span in calls] == [[*attempts]] * 2
    assert all(span.end_time for span in other.spans)


async def test_the_lines_of_the_log_belong_to_the_spans_they_tell_of(
    tracing: Tracing, caplog: pytest.LogCaptureFixture
) -> None:
    """An attempt's line is written in its span, the call's line in that of the call."""
    said: list[tuple[str, object]] = []

    def note(record: logging.LogRecord) -> bool:
        said.append((record.getMessage().rsplit(" in ", 1)[0], trace.get_current_span()))
        return True

    caplog.set_level(logging.DEBUG, logger="snipcart_async")
    LOGGER.addFilter(note)
    try:
        await scripted(tracing, reply(sample("customers-get"))).customers.get(CUSTOMER_ID)
    finally:
        LOGGER.removeFilter(note)

    whole, first = tracing.spans
    assert said == [("GET /customers/{id} attempt 1: 200", first), ("GET /customers/{id}: ok", whole)]


async def test_durations_are_counted_by_what_was_asked_and_answered(
    fake_snipcart: FakeSnipcart, tracing: Tracing
) -> None:
    """Attempts by the convention, in its buckets; calls, with the waits between attempts, in a histogram of ours."""
    fake_snipcart.fail_next(status=429, headers={"Retry-After": "1"})
    async with client(fake_snipcart, tracing.observer()) as snipcart:
        await snipcart.customers.get(fake_snipcart.shop.customer_ids()[0])
        with pytest.raises(NotFoundError):
            await snipcart.customers.get(CUSTOMER_ID)

    attempts = tracing.points("http.client.request.duration")
    calls = tracing.points("snipcart.client.call.duration")

    def counted(point: Any) -> tuple[int, dict[str, Any]]:
        assert point.attributes.keys() >= SERVER
        return point.count, {name: value for name, value in point.attributes.items() if name not in SERVER}

    assert [counted(point) for point in attempts] == [(1, {**ABOUT, **met(status)}) for status in (429, 200, 404)]
    assert [counted(point) for point in calls] == [(1, ABOUT), (1, {**ABOUT, "error.type": "NotFoundError"})]
    assert max(point.max for point in attempts) < 1.0 < calls[0].max
    assert [*attempts[0].explicit_bounds] == [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]


async def test_time_in_the_queue_is_told_and_not_counted_as_the_wires(tracing: Tracing) -> None:
    """A span that is long by waiting for its turn says so; one that never left the queue is no request."""
    snipcart = scripted(tracing, reply(sample("customers-get")), rate_limit=RateLimit(1, per=0.5))
    await snipcart.customers.get(CUSTOMER_ID)
    await snipcart.customers.get(CUSTOMER_ID)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await snipcart.customers.get(CUSTOMER_ID)

    at_once, in_turn, left = tracing.values("snipcart.attempt.queued")
    [point] = tracing.points("http.client.request.duration")
    assert 0.0 <= at_once < 0.2 < in_turn
    assert left > 0.01
    assert (point.count, point.max < 0.2) == (2, True)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("https://app.snipcart.com/api", ("app.snipcart.com", 443)),
        ("http://localhost", ("localhost", 80)),
        ("http://[::1]:8080/api", ("::1", 8080)),
    ],
)
async def test_the_server_is_told_by_name_and_port(tracing: Tracing, url: str, server: tuple[str, int]) -> None:
    """A port that goes without saying is said."""
    await scripted(tracing, reply(sample("customers-get")), base_url=url).customers.get(CUSTOMER_ID)

    assert [*zip(*map(tracing.values, ("server.address", "server.port")), strict=True)] == [server] * 2


@pytest.mark.parametrize("name", ["tracer_provider", "meter_provider"])
def test_what_is_no_provider_is_refused_at_once(name: str) -> None:
    """A mix-up is an error when the observer is built, not a line in the log at each call."""
    with pytest.raises(ConfigurationError, match=name):
        OpenTelemetry(**{name: trace.get_tracer("tests")})  # type: ignore[arg-type]


def test_a_client_does_not_import_opentelemetry() -> None:
    """It is there, and not asked for."""
    script = "import sys; from snipcart_async import SnipcartClient; sys.exit('opentelemetry' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0  # noqa: S603
