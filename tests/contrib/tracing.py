"""What OpenTelemetry's own SDK saw: spans as trees, to be compared with what is told here, and histograms."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import attrs
from opentelemetry import context
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import HistogramDataPoint, InMemoryMetricReader
from opentelemetry.sdk.trace import Span, SpanProcessor, TracerProvider
from opentelemetry.trace import SpanKind

from snipcart_async import RetryPolicy, SnipcartClient
from snipcart_async.contrib.otel import OpenTelemetry
from snipcart_async.testing import FakeSnipcart

from ..scripted import ScriptedTransport

QUICK = RetryPolicy(base_delay=0.0)
SERVER = {"server.address", "server.port"}
ABOUT = {"http.request.method": "GET", "url.template": "/customers/{id}"}
LIST = {**ABOUT, "url.template": "/customers"}


@attrs.frozen
class Node:
    """Be a span with those under it; an attempt leaves out the server and the seconds in the queue."""

    name: str
    kind: SpanKind
    failed: bool
    attributes: dict[str, Any]
    children: list["Node"] = attrs.field(factory=list)


class Tracing(SpanProcessor):
    """Keep every span from its start."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.provider = TracerProvider()
        self.provider.add_span_processor(self)
        self.tracer = self.provider.get_tracer("tests")
        self._reader = InMemoryMetricReader()
        self._meters = MeterProvider([self._reader])

    def on_start(self, span: Span, parent_context: context.Context | None = None) -> None:
        """Keep it."""
        self.spans.append(span)

    def observer(self) -> OpenTelemetry:
        """Give an observer that tells here."""
        return OpenTelemetry(tracer_provider=self.provider, meter_provider=self._meters)

    def trees(self) -> list[Node]:
        """Give the spans in the order in which they began, each below its parent; all must have ended."""
        assert [span.name for span in self.spans if span.end_time is None] == []

        return self._below(None)

    def values(self, attribute: str) -> list[Any]:
        """Give what the spans say under a name, those that say it."""
        told: list[dict[str, Any]] = [dict(span.attributes or {}) for span in self.spans]
        return [attributes[attribute] for attributes in told if attribute in attributes]

    def points(self, metric: str) -> list[HistogramDataPoint]:
        """Give the points of a histogram."""
        data = self._reader.get_metrics_data()
        return [
            point
            for resource in (data.resource_metrics if data else ())
            for scope in resource.scope_metrics
            for one in scope.metrics
            if one.name == metric
            for point in one.data.data_points
            if isinstance(point, HistogramDataPoint)
        ]

    def _below(self, parent: Span | None) -> list[Node]:
        return [
            Node(
                name=span.name,
                kind=span.kind,
                failed=not span.status.is_unset,
                attributes={
                    name: value
                    for name, value in (span.attributes or {}).items()
                    if name not in {*SERVER, "snipcart.attempt.queued", "snipcart.call.paused"}
                },
                children=self._below(span),
            )
            for span in self.spans
            if (span.parent and span.parent.span_id) == (parent and parent.get_span_context().span_id)
        ]


@contextmanager
def undisturbed() -> Iterator[None]:
    """Check that what is current for OpenTelemetry is the same as before."""
    before = context.get_current()
    yield

    assert context.get_current() is before


def client(fake: FakeSnipcart, *observers: OpenTelemetry, **more: Any) -> SnipcartClient:
    """Give a client that tells these observers."""
    return SnipcartClient(fake.api_key, base_url=fake.base_url, observers=observers, **{"retry": QUICK, **more})


def scripted(tracing: Tracing, *answers: Any, **more: Any) -> SnipcartClient:
    """Give a client with these answers."""
    return SnipcartClient("key", transport=ScriptedTransport(*answers), observers=[tracing.observer()], **more)


def call(*attempts: Node, failed: bool = False, about: dict[str, str] = ABOUT, **more: Any) -> Node:
    """Give the span of a call."""
    return Node(f"GET {about['url.template']}", SpanKind.INTERNAL, failed, {**about, **more}, [*attempts])


def attempt(*, failed: bool = False, about: dict[str, str] = ABOUT, **more: Any) -> Node:
    """Give the span of an attempt."""
    return Node(f"GET {about['url.template']}", SpanKind.CLIENT, failed, {**about, **more})


def met(status: int, reason: str = "", **more: Any) -> dict[str, Any]:
    """Give the attributes of an attempt that was answered."""
    error = {"error.type": str(status)} if status >= 400 else {}
    why = {"snipcart.attempt.reason": reason} if reason else {}
    return {"http.response.status_code": status, **error, **why, **more}


def ended_by(error: str) -> dict[str, Any]:
    """Give the attribute of what ended with an error."""
    return {"error.type": error}


def resent(times: int) -> dict[str, Any]:
    """Give the attribute of an attempt that is not the first."""
    return {"http.request.resend_count": times}
