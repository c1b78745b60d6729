"""OpenTelemetry: a span for each call and each of its attempts, and how long they took."""

import time
from functools import lru_cache
from urllib.parse import urlsplit

from .._configuration import kind_problem, version
from ..errors import Attempt, ConfigurationError
from ..request import Call

try:
    from opentelemetry import metrics, trace
    from opentelemetry.context import Context, attach, get_current, set_value
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import Span, SpanKind, StatusCode, TracerProvider
except ImportError as _missing:  # pragma: no cover - the tests have it
    raise ImportError(
        "snipcart_async.contrib.otel needs OpenTelemetry: pip install 'snipcart-async[otel]'"
    ) from _missing

from opentelemetry.context import _SUPPRESS_INSTRUMENTATION_KEY as SUPPRESS  # there is no public name for it yet

__all__ = ["OpenTelemetry"]

_PORTS = {"https": 443, "http": 80}
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
"""The buckets of the convention for HTTP."""

_CANCELLED = "CancelledError"
"""No failure, as everywhere in OpenTelemetry."""

_Attributes = dict[str, str | int | float]


class _Current:
    """Make a span the current one until it ends."""

    def __init__(self, span: Span, around: Context, attributes: _Attributes) -> None:
        self.span = span
        self.attributes = attributes
        self.began = time.monotonic()
        self.context = trace.set_span_in_context(span, around)
        self._before = get_current()
        attach(self.context)  # its token is of no use: a call that is given up may end elsewhere, where it is refused

    def end(self, outcome: _Attributes, *, failed: bool) -> None:
        """End the span, and make current what was before, unless this happens elsewhere."""
        self.span.set_attributes(outcome)
        if failed:
            self.span.set_status(StatusCode.ERROR)
        if get_current() is self.context:
            attach(self._before)
        self.span.end()


class OpenTelemetry:
    """Observe calls as spans and metrics, by the semantic conventions for HTTP clients.

    A call is an `INTERNAL` span and each of its attempts, with its time in the queue, a `CLIENT` span in it. No
    automatic instrumentation adds spans of its own to an attempt: they would hold ids and tokens.

    Args:
        tracer_provider: Makes the tracer; by default the global provider.
        meter_provider: Makes the meter; by default the global provider.

    Raises:
        ConfigurationError: A provider is none.
    """

    def __init__(
        self, *, tracer_provider: TracerProvider | None = None, meter_provider: MeterProvider | None = None
    ) -> None:
        if problem := kind_problem("tracer_provider", tracer_provider, TracerProvider) or kind_problem(
            "meter_provider", meter_provider, MeterProvider
        ):
            raise ConfigurationError(problem)
        self._tracer = trace.get_tracer("snipcart_async", version(), tracer_provider)
        meter = metrics.get_meter("snipcart_async", version(), meter_provider)
        self._attempt_seconds = meter.create_histogram(
            "http.client.request.duration",
            "s",
            "Duration of HTTP client requests.",
            explicit_bucket_boundaries_advisory=_SECONDS,
        )
        self._call_seconds = meter.create_histogram(
            "snipcart.client.call.duration",
            "s",
            "Duration of calls, with their attempts and the waits between them.",
            explicit_bucket_boundaries_advisory=_SECONDS,
        )
        # No weak keys: the garbage collector clears them before it ends a call that was given up.
        self._calls: dict[Call, _Current] = {}
        self._attempts: dict[Call, _Current] = {}

    def call_started(self, call: Call) -> None:
        """Begin the span of a call, in the caller's."""
        about = {"http.request.method": call.method, "url.template": call.path, **_server(call.base_url)}
        span = self._tracer.start_span(_name(call), attributes=about)
        self._calls[call] = _Current(span, get_current(), about)

    def attempt_started(self, call: Call) -> None:
        """Begin the span of an attempt, in its call's."""
        around, about = self._calls[call].context, self._calls[call].attributes
        more = {"http.request.resend_count": len(call.attempts)} if call.attempts else {}
        span = self._tracer.start_span(_name(call), around, SpanKind.CLIENT, {**about, **more})
        self._attempts[call] = _Current(span, set_value(SUPPRESS, True, around), about)

    def attempt_ended(self, call: Call, attempt: Attempt) -> None:
        """End the span of an attempt, and count its time on the wire, where it got there."""
        current = self._attempts.pop(call)
        outcome: _Attributes = {} if attempt.status is None else {"http.response.status_code": attempt.status}
        problem = _problem(attempt)
        if problem:
            outcome["error.type"] = problem
        if call.on_wire_since is not None:
            self._attempt_seconds.record(attempt.seconds, {**current.attributes, **outcome})
        left_queue = time.monotonic() if call.on_wire_since is None else call.on_wire_since
        outcome["snipcart.attempt.queued"] = left_queue - current.began
        if attempt.reason:
            outcome["snipcart.attempt.reason"] = str(attempt.reason)
        current.end(outcome, failed=problem not in {"", _CANCELLED})

    def call_ended(self, call: Call, error: BaseException | None, seconds: float) -> None:
        """End the span of a call, and count its time."""
        outcome: _Attributes = {} if error is None else {"error.type": type(error).__name__}
        failed = isinstance(error, Exception)
        attempt = self._attempts.pop(call, None)
        if attempt is not None:  # given up in its midst, or ended by what no transport should raise
            attempt.end(outcome, failed=failed)
        current = self._calls.pop(call)
        self._call_seconds.record(seconds, {**current.attributes, **outcome})
        if call.paused:
            outcome["snipcart.call.paused"] = call.paused
        current.end(outcome, failed=failed)


def _name(call: Call) -> str:
    return f"{call.method} {call.path}"


def _problem(attempt: Attempt) -> str:
    """Name what an attempt failed with ("" when it did not)."""
    if attempt.status is not None and attempt.status >= 400:
        return str(attempt.status)
    return attempt.error or str(attempt.reason)


@lru_cache
def _server(base_url: str) -> _Attributes:
    parts = urlsplit(base_url)
    return {"server.address": parts.hostname or "", "server.port": parts.port or _PORTS[parts.scheme]}
