"""A fake shop in the environment of the command, its entry point, and a terminal to run it on."""

import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import IO, Any, Protocol

import pytest
import pytest_asyncio

from snipcart_async.__main__ import main
from snipcart_async.testing import FakeSnipcart

Redirect = Callable[[IO[str]], AbstractContextManager[object]]


class Terminal(Protocol):
    """Run a block with a stream on a terminal; what was shown there is appended to the list."""

    def __call__(self, redirect: Redirect) -> AbstractContextManager[list[str]]:
        """Put the stream that `redirect` redirects on a terminal."""
        ...


@pytest.fixture(autouse=True)
def interruptible() -> Iterator[None]:
    """Hear Ctrl-C and hang-ups, also where a shell, in the background, or `nohup` makes its children deaf to them."""
    usual: dict[int, Any] = {signal.SIGINT: signal.default_int_handler, signal.SIGHUP: signal.SIG_DFL}
    before = {number: signal.getsignal(number) for number in usual}
    for number, handler in usual.items():
        if before[number] == signal.SIG_IGN:
            signal.signal(number, handler)
    yield
    for number, old in before.items():
        signal.signal(number, old)


@pytest.fixture(autouse=True)
def no_shop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start without any shop in the environment, on a terminal of known size."""
    for name in ("SNIPCART_SECRET_API_KEY", "SNIPCART_API_KEY", "SNIPCART_BASE_URL", "FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")


@pytest_asyncio.fixture
async def shop(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeSnipcart]:
    """Open a fake shop, and name it and its key in the environment."""
    async with FakeSnipcart(customers=25) as fake:
        monkeypatch.setenv("SNIPCART_SECRET_API_KEY", fake.api_key)
        monkeypatch.setenv("SNIPCART_BASE_URL", fake.base_url)
        yield fake


@contextmanager
def _terminal(redirect: Redirect) -> Iterator[list[str]]:
    main, side = os.openpty()
    shown: list[str] = []
    content = bytearray()

    def read() -> None:
        try:
            while chunk := os.read(main, 4096):
                content.extend(chunk)
        except OSError:  # how a terminal says that nobody holds its other side any more
            pass

    reader = threading.Thread(target=read)
    reader.start()
    try:
        with os.fdopen(side, "w", encoding="utf-8") as stream, redirect(stream):
            yield shown
    finally:
        reader.join()
        os.close(main)
        shown.append(content.decode().replace("\r\n", "\n"))


@pytest.fixture
def terminal() -> Terminal:
    """Give a way to put stdout or stderr on a terminal."""
    return _terminal


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Callable[..., object]:
    """Call the entry point with arguments; give the exit code."""

    def call(*arguments: str, program: str = "snipcart") -> object:
        monkeypatch.setattr(sys, "argv", [program, *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code

    return call
