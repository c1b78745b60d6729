"""Fixtures for all tests; `fake_snipcart` and `snipcart_client` come from the package's own pytest plugin."""

import inspect
import os
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import aiohttp
import aioresponses.core as aioresponses_core
import hypothesis
import pytest
from aioresponses import aioresponses

import snipcart_async

hypothesis.settings.register_profile("default", deadline=None, max_examples=100)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=2000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_configure() -> None:
    """Refuse the tree where Python's safe path asks for the installed package, as nox does."""
    file = Path(snipcart_async.__file__)
    if sys.flags.safe_path and not file.is_relative_to(sysconfig.get_path("purelib")):
        raise pytest.UsageError(f"the tests would meet {file}, not the installed package")


class _Response(aiohttp.ClientResponse):
    """Fill in the argument that aiohttp 3.14 asks for and aioresponses 0.7 does not give."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("stream_writer", Mock(output_size=0))
        super().__init__(*args, **kwargs)


@pytest.fixture
def mocked_http(monkeypatch: pytest.MonkeyPatch) -> Iterator[aioresponses]:
    """Put aioresponses in place of the network."""
    if "stream_writer" in inspect.signature(aiohttp.ClientResponse.__init__).parameters:
        monkeypatch.setattr(aioresponses_core, "ClientResponse", _Response)
    with aioresponses() as mocked:
        yield mocked
