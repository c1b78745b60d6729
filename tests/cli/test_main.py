"""The process: signals, pipes, closed streams and the missing extra."""

import os
import runpy
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

import snipcart_async
from snipcart_async.__main__ import main

COMMAND = (sys.executable, "-W", "error", "-m", "snipcart_async")
ENDINGS = [
    (signal.SIGINT, 130, "interrupted"),
    (signal.SIGTERM, 143, "terminated"),
    (signal.SIGHUP, 129, "hung up"),
]


@pytest.mark.parametrize(
    ("signal_number", "expected", "word"),
    ENDINGS,
)
def test_signals(
    call: Callable[..., object],
    capsys: pytest.CaptureFixture[str],
    signal_number: signal.Signals,
    expected: int,
    word: str,
) -> None:
    """A signal ends the command with its own exit code and one line."""
    reading, writing = os.pipe()
    with os.fdopen(reading) as printed, os.fdopen(writing, "w") as pipe, redirect_stdout(pipe):

        def interrupt_when_ready() -> None:
            printed.readline()
            os.kill(os.getpid(), signal_number)

        thread = threading.Thread(target=interrupt_when_ready)
        thread.start()
        code = call("fake", "--customers", "3")
        thread.join()

    assert code == expected
    assert capsys.readouterr().err.splitlines()[-1] == f"snipcart: {word}"


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_closed_stream(call: Callable[..., object], monkeypatch: pytest.MonkeyPatch, stream: str) -> None:
    """Where the caller closed a stream, what would be written there is dropped."""
    monkeypatch.setattr(sys, stream, None)
    codes = call("--version"), call("nothing")
    getattr(sys, stream).close()

    assert codes == (0, 2)


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_closed_stream_of_a_process(tmp_path: Path, closed: str) -> None:
    """A shell that closes streams gets no traceback, and the demo runs all the same."""
    done = subprocess.run(  # noqa: S602 - our own command
        f"{shlex.join(COMMAND)} demo --customers 3 {closed}",
        shell=True,
        capture_output=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )

    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert list(tmp_path.glob("snipcart-demo-*/customers.sqlite"))


def test_nobody_left_to_tell() -> None:
    """The exit code stands although nobody reads the error any more."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        buffered = {**os.environ, "PYTHONUNBUFFERED": ""}  # as outside of tests: what is not written stays in memory
        done = subprocess.run([*COMMAND, "nothing"], stderr=pipe, check=False, env=buffered)  # noqa: S603 - our own

    assert done.returncode == 2


def test_an_error_that_nobody_reads(call: Callable[..., object]) -> None:
    """What could not be told is let go of: nothing is left that would fail once more at the end."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe, redirect_stderr(pipe):
        code = call("nothing")

    assert code == 2


def test_hang_ups_that_the_caller_ignores(call: Callable[..., object], capsys: pytest.CaptureFixture[str]) -> None:
    """Under `nohup` the command goes on when the terminal goes."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    reading, writing = os.pipe()
    try:
        with os.fdopen(reading) as printed, os.fdopen(writing, "w") as pipe, redirect_stdout(pipe):

            def hang_up_and_terminate() -> None:
                printed.readline()
                os.kill(os.getpid(), signal.SIGHUP)
                os.kill(os.getpid(), signal.SIGTERM)

            thread = threading.Thread(target=hang_up_and_terminate)
            thread.start()
            code = call("fake", "--customers", "3")
            thread.join()
    finally:
        signal.signal(signal.SIGHUP, before)

    assert code == 143
    assert capsys.readouterr().err.splitlines()[-1] == "snipcart: terminated"


@pytest.mark.parametrize("missing", ["cyclopts", "rich"])
def test_without_the_extra(
    call: Callable[..., object],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    missing: str,
) -> None:
    """Where the extra is missing, one line says what to install."""
    for name in [name for name in sys.modules if name.startswith(("snipcart_async.cli", missing))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    code = call("demo")

    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert err == "the command needs the extra: pip install 'snipcart-async[cli]'\n"


def test_without_what_a_page_needs(
    call: Callable[..., object], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command from before there were pages says what to install, and only where a page is wanted."""
    for name in [name for name in sys.modules if name.startswith(("snipcart_async.report", "jinja2"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "jinja2", None)
    codes = call("--version"), call("report", "customers.sqlite")

    assert codes == (0, 2)
    assert capsys.readouterr().err == "the command needs the extra: pip install 'snipcart-async[cli]'\n"


def test_interrupted_while_loading(
    call: Callable[..., object],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Ctrl-C ends the command in the same words while its modules still load."""
    (tmp_path / "cyclopts.py").write_text("raise KeyboardInterrupt", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.startswith(("snipcart_async.cli", "cyclopts"))]:
        monkeypatch.delitem(sys.modules, name)
    code = call("demo")

    assert (code, *capsys.readouterr()) == (130, "", "snipcart: interrupted\n")


def test_a_defect_is_no_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another module that cannot be imported is not blamed on the extra."""
    for name in [name for name in sys.modules if name.startswith("snipcart_async.cli")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "snipcart_async.cli.app", None)
    with pytest.raises(ModuleNotFoundError):
        main()


def test_as_a_module(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Run as a program, the module is the command."""
    monkeypatch.setattr(sys, "argv", ["snipcart", "--help"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(Path(snipcart_async.__file__).with_name("__main__.py")), run_name="__main__")

    assert ended.value.code == 0
    assert "Usage: snipcart COMMAND" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("signal_number", "expected", "word"),
    ENDINGS,
)
def test_a_fake_shop_as_a_process(signal_number: signal.Signals, expected: int, word: str) -> None:
    """A fake shop says at once where it is, serves a pipe cut short, and ends without a traceback."""
    with subprocess.Popen(  # noqa: S603 - our own command
        [*COMMAND, "fake", "--customers", "500"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as shop:
        assert shop.stdout is not None
        variables = shop.stdout.readline().removeprefix("export ").split()
        environment = {**os.environ, **dict(pair.split("=", 1) for pair in variables)}
        with subprocess.Popen(  # noqa: S603 - our own command
            [*COMMAND, "customers", "list"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env=environment,
        ) as listing:
            assert listing.stdout is not None
            assert listing.stderr is not None
            first = listing.stdout.readline()
            listing.stdout.close()
            complaint = listing.stderr.read()
        shop.send_signal(signal_number)
        _, err = shop.communicate(timeout=20)

    assert first.startswith('{"id":')
    assert (listing.returncode, complaint) == (141, "")
    assert shop.returncode == expected
    assert err.splitlines()[-1] == f"snipcart: {word}"
    assert "Traceback" not in err


def test_a_usage_error_as_a_process() -> None:
    """A mistake in the arguments is exit code 2."""
    done = subprocess.run(  # noqa: S603 - our own command
        [*COMMAND, "nothing"], capture_output=True, check=False, encoding="utf-8"
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("snipcart: unknown command; ")
