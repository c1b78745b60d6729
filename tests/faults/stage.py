"""Where a row is played: a shop, a server, a client, and a watch over everything that must hold besides."""

import asyncio
import gc
import logging
import pickle
import stat
import time
import traceback
import warnings
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager, contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import attrs

from snipcart_async import RetryPolicy, SnipcartClient
from snipcart_async.errors import SnipcartError
from snipcart_async.testing.behaviour import Behaviour
from snipcart_async.testing.messages import SeenRequest
from snipcart_async.testing.shop import Shop

from .server import KEY, Act, FaultyServer, Target

EMAIL = "pii-canary@example.com"
NAME = "PII Canary Name"
SECRETS = (KEY, b64encode(f"{KEY}:".encode()).decode())
PERSONAL = (EMAIL, NAME)
STALL = 0.25
MEMORY = 64 * 2**20
DEADLINE = 2.0
LATE = 0.5
_HARNESS = str(Path(__file__).parent)


@attrs.define
class Figures:
    """What all runs together have cost; the worst of each."""

    runs: int = 0
    wire: int = 0
    foretold: int = 0
    """How many requests the rows expect where they say how many, to single calls and walks that end."""
    as_foretold: int = 0
    connections: int = 0
    scanned: int = 0
    stall: float = 0.0
    memory: int = 0


@attrs.define
class Stage:
    """The scene of one run."""

    folder: Path
    once: bool
    figures: Figures
    texts: list[str] = attrs.field(factory=list)
    """Whatever the package said, to be searched for what nobody may see."""

    @asynccontextmanager
    async def serving(
        self,
        act: Act | None,
        target: Target = lambda _: True,
        *,
        customers: int = 240,
        behaviour: Behaviour | None = None,
        **options: Any,
    ) -> AsyncIterator[tuple[FaultyServer, SnipcartClient]]:
        """Open a shop with canaries, and a client; afterwards nothing may be left of it."""
        shop = Shop(customers, behaviour=behaviour)
        for guid in shop.customer_ids()[:1]:
            shop.spoil(guid, email=EMAIL, billingAddressName=NAME, billingAddress={"fullName": NAME})
        server = FaultyServer(shop, act, target, once=self.once)
        with server.running():
            async with self.client(server.base_url, **options) as snipcart:
                yield server, snipcart
                self.texts.append(repr(snipcart))
            self.figures.wire += len(server.seen)
            self.figures.connections += server.connections

    @asynccontextmanager
    async def client(self, base_url: str, **options: Any) -> AsyncIterator[SnipcartClient]:
        """Open a client that has little patience, though more than a machine that is busy asks for."""
        usual = {
            "timeout": 1.5,
            "deadline": DEADLINE,
            "retry": RetryPolicy(base_delay=0.005, max_delay=0.02),
            "max_response_bytes": 8 * 2**20,
        }
        async with SnipcartClient(KEY, base_url=base_url, **{**usual, **options}) as snipcart:
            yield snipcart
            assert not _acquired(snipcart), "a connection is still acquired"

    def foretells(self, requests: int, seen: int) -> None:
        """Check that so many requests were on the wire, no more and no fewer."""
        self.figures.foretold += requests
        self.figures.as_foretold += seen
        assert seen == requests, f"{seen} requests on the wire, not {requests}"

    async def fails(self, call: Awaitable[object], error: type[SnipcartError], says: str = "") -> SnipcartError:
        """Wait for a call that must fail, with an error of ours that shows nothing private."""
        caught = await _outcome(call)
        self.texts += _shown(caught)
        assert type(caught) is error, f"{type(caught).__name__} ({caught}), not {error.__name__}"
        assert says in str(caught), f"{caught} does not say {says!r}"
        return caught


async def _outcome(call: Awaitable[object]) -> SnipcartError:
    try:
        await call
    except SnipcartError as error:
        return error
    raise AssertionError("no error came")


@asynccontextmanager
async def watched(stage: Stage, *, stall: float = STALL, memory: int = MEMORY) -> AsyncIterator[None]:
    """Check what must hold whatever the fault: U1 to U10."""
    tasks = asyncio.all_tasks()
    files = open_files()
    _forget_peak()
    before = _peak()
    said: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: said.append(str(context)))
    printed = StringIO()
    with (
        _old_objects_set_aside(),
        _listening(stage.texts),
        redirect_stdout(printed),
        redirect_stderr(printed),
        warnings.catch_warnings(record=True) as warned,
    ):
        warnings.simplefilter("always")
        async with _pulse() as gaps:
            yield
        gc.collect()
        await asyncio.sleep(0)
    stage.texts.append(printed.getvalue())
    figures = stage.figures
    figures.runs += 1
    figures.stall = max(figures.stall, *gaps)
    grown = _peak() - before
    figures.memory = max(figures.memory, grown)
    figures.scanned += len(stage.texts)
    assert not said, f"the event loop complained: {said}"
    assert not warned, f"a warning: {[str(warning.message) for warning in warned]}"
    assert asyncio.all_tasks() <= tasks, "a task is left"
    assert open_files() <= files, "a file or socket is left open"
    assert grown <= memory, f"memory grew by {grown >> 20} MiB"
    assert max(gaps) <= stall, f"the event loop stood still for {max(gaps):.3f} s"
    _search(stage)


@contextmanager
def _old_objects_set_aside() -> Iterator[None]:
    """Spare garbage collection what was there before: it would take most of the time."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _search(stage: Stage) -> None:
    for text in stage.texts:
        for canary in SECRETS + PERSONAL:
            assert canary not in text, f"{canary[:4]}... is shown"
    for path in stage.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, f"others may read {path.name}"
        content = path.read_bytes()
        assert not any(secret.encode() in content for secret in SECRETS), f"the key is in {path.name}"


def _shown(error: BaseException) -> Iterator[str]:
    """Give everything that a program could print of an error; the locals of our own frames included."""
    yield repr(pickle.dumps(error))
    seen: BaseException | None = error
    while seen is not None:
        yield from (str(seen), repr(seen), repr(seen.args))
        report = traceback.TracebackException.from_exception(seen, capture_locals=True)
        yield from report.format_exception_only()
        frames = [frame for frame in report.stack if not frame.filename.startswith(_HARNESS)]
        yield from (str(frame.locals) for frame in frames)
        seen = seen.__cause__ or seen.__context__


@contextmanager
def _listening(texts: list[str]) -> Iterator[None]:
    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            texts.append(self.format(record))

    handler, root = Handler(logging.DEBUG), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.setLevel(level)
        root.removeHandler(handler)


@asynccontextmanager
async def _pulse() -> AsyncIterator[list[float]]:
    """Measure for how long the loop did nothing else, in seconds of its thread's processor time."""
    gaps = [0.0]

    async def beat() -> None:
        while True:
            before = time.thread_time()
            await asyncio.sleep(0.002)
            gaps.append(time.thread_time() - before)

    task = asyncio.create_task(beat())
    try:
        yield gaps
        await asyncio.sleep(0.01)  # what stood still until now is a gap, too
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _acquired(snipcart: SnipcartClient) -> int:
    """Count the connections in use in this event loop."""
    transport = snipcart._shared.transport
    held = transport._sessions._held.get() if transport else {}
    connectors = [session.connector for session, _ in held.values() if session.connector]
    return sum(len(connector._acquired) for connector in connectors)


def open_files() -> int:
    """Count the files and sockets that this process has open."""
    return len([*Path("/proc/self/fd").iterdir()])


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak() -> int:
    """Give the most memory that was resident since the peak was forgotten, in bytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii").split("\n")
    return 1024 * next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


def is_list(request: SeenRequest) -> bool:
    """Tell whether a request is for a list of customers."""
    return request.path == "/customers"
