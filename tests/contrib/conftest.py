"""Places for the spans and metrics of OpenTelemetry, ours and those of its own instrumentation."""

import logging
from collections.abc import Iterator

import pytest
from opentelemetry.instrumentation.aiohttp_client import AioHttpClientInstrumentor

from .tracing import Tracing


@pytest.fixture
def tracing(caplog: pytest.LogCaptureFixture) -> Iterator[Tracing]:
    """Give a place for spans and metrics; neither OpenTelemetry nor our observer may have complained."""
    yield Tracing()

    lines = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [line.getMessage() for line in lines if line.name.startswith(("opentelemetry", "snipcart_async"))] == []


@pytest.fixture
def instrumented() -> Iterator[Tracing]:
    """Switch on the automatic instrumentation of aiohttp, and give the place for its spans."""
    theirs = Tracing()
    AioHttpClientInstrumentor().instrument(tracer_provider=theirs.provider)
    yield theirs
    AioHttpClientInstrumentor().uninstrument()
