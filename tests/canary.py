"""A pytest plugin that searches everything the package says, in any test, for what nobody may see: `nox -s canary`.

Whatever is raised within the package is looked at as it passes: its texts, its pickle, and the locals of each of our
frames, as a crash report would show them. So is every log line at DEBUG, and every warning.
"""

import logging
import pickle
import sys
import threading
from asyncio import CancelledError
from base64 import b64encode
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import snipcart_async
from snipcart_async.errors import SnipcartError

from .scripted import SESSION_TOKEN
from .test_privacy import EMAIL, KEY, NAME, STREET

FAKE_KEY = "ST_fake_secret_key"
SECRETS = [KEY, FAKE_KEY, *(b64encode(f"{key}:".encode()).decode() for key in (KEY, FAKE_KEY))]
CANARIES = (*SECRETS, SESSION_TOKEN, EMAIL, NAME, STREET)
PACKAGE = str(Path(snipcart_async.__file__).parent)
THEIRS = (f"{PACKAGE}/testing", f"{PACKAGE}/cli", f"{PACKAGE}/__main__.py")
"""Not looked into: the fake knows its key, and a command its arguments."""

DISTURBED = (
    "tests/test_listing.py::test_a_walk_that_outlives_its_loop_ends_with_it",
    "tests/test_observing.py::test_an_observer_that_fails_never_fails_the_call",
    "tests/test_sharing.py::test_ten_thousand_views_leave_nothing",
    "tests/export/test_killing.py",
)
"""Left out: they count log lines or objects, and looking on makes more of both."""

TRANSPORT = f"{PACKAGE}/transport.py"
"""Cuts the traceback of a cancellation off, so that nobody sees its frames."""


class Canaries:
    """Search, and remember what was found where."""

    def __init__(self) -> None:
        self.searched = 0
        self.errors = 0
        self.found: set[str] = set()

    def search(self, text: str, where: str) -> None:
        """Look for every canary in a text."""
        self.searched += 1
        self.found.update(f"{canary[:6]}... in {where}" for canary in CANARIES if canary in text)

    def trace(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Follow our own frames, and look at what is raised in them."""
        file = frame.f_code.co_filename
        if not file.startswith(PACKAGE) or file.startswith(THEIRS):
            return None
        frame.f_trace_lines = False
        if event == "exception":
            self.look_at(frame, arg[1])
        return self.trace

    def look_at(self, frame: FrameType, error: BaseException) -> None:
        """Search an error of ours, and the locals of the frame that it, or a cancellation, passes."""
        is_cut_off = isinstance(error, CancelledError) and frame.f_code.co_filename == TRANSPORT
        if is_cut_off or not isinstance(error, SnipcartError | CancelledError):
            return
        self.errors += 1
        where = f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno} {type(error).__name__}"
        if isinstance(error, SnipcartError):
            for text in (str(error), repr(error), repr(error.args), repr(pickle.dumps(error))):
                self.search(text, where)
        for name, value in [*frame.f_locals.items()]:
            self.search(_shown(value), f"{where}, local {name}")


def _shown(value: object) -> str:
    try:
        return repr(value)
    except Exception:  # noqa: BLE001 - it may not be built yet
        return ""


class _Listener(logging.Handler):
    def __init__(self, canaries: Canaries) -> None:
        super().__init__(logging.DEBUG)
        self.canaries = canaries

    def emit(self, record: logging.LogRecord) -> None:
        """Search a log line, but for those of servers that tests run."""
        if record.name == "aiohttp.access":
            return
        self.canaries.search(record.getMessage(), f"log of {record.name}")


CANARIES_SEEN = Canaries()


def pytest_configure(config: pytest.Config) -> None:
    """Leave out whom looking on disturbs."""
    config.option.deselect = [*(config.option.deselect or ()), *DISTURBED]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Any:
    """Look on while a test runs."""
    logger = logging.getLogger()
    listener, level = _Listener(CANARIES_SEEN), logger.level
    logger.addHandler(listener)
    logger.setLevel(logging.DEBUG)
    threading.settrace(CANARIES_SEEN.trace)
    sys.settrace(CANARIES_SEEN.trace)
    try:
        return (yield)
    finally:
        sys.settrace(None)
        threading.settrace(None)
        logger.setLevel(level)
        logger.removeHandler(listener)


def pytest_warning_recorded(warning_message: Any) -> None:
    """Search a warning."""
    CANARIES_SEEN.search(str(warning_message.message), "a warning")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail where a canary was found, or where nothing was looked at."""
    if CANARIES_SEEN.found or not CANARIES_SEEN.errors:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was searched, and what was found."""
    seen = CANARIES_SEEN
    terminalreporter.section("canaries")
    terminalreporter.line(f"{seen.errors} errors passing our frames, {seen.searched} texts: {len(seen.found)} found")
    for place in sorted(seen.found):
        terminalreporter.line(place)
