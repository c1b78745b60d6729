"""The process: signals, pipes, the demo and the missing extra."""

import os
import runpy
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

import pytest

import snipcart_async
from snipcart_async.__main__ import main

COMMAND = (sys.executable, "-W", "error", "-m", "snipcart_async")


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Callable[..., object]:
    """Call the entry point with arguments; give the exit code."""

    def call(*arguments: str) -> object:
        monkeypatch.setattr(sys, "argv", ["snipcart", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code

    return call


def test_demo(
    call: Callable[..., object],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """The demo needs no key, and shows the file, its size and its first lines, cut to the width."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    code = call("demo", "--customers", "120")

    out, err = capsys.readouterr()
    [path] = tmp_path.glob("snipcart-demo-*/customers.jsonl")
    first = out.partition("It begins:\n")[2].splitlines()[:3]
    assert code == 0
    assert len(path.read_bytes().splitlines()) == 120
    assert f"File:      {path}\n" in out
    assert "Customers: 120, each once\n" in out
    assert {(80, '{"id":', "…")} == {(len(line), line[:6], line[-1]) for line in first}
    assert "snipcart fake" in out
    assert "\x1b" not in out + err


@pytest.mark.parametrize(
    ("signal_number", "expected", "word"),
    [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")],
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


def test_the_demo_as_a_process(tmp_path: Path) -> None:
    """The demo runs as a command, ends with 0, and writes nothing for terminals into a pipe."""
    done = subprocess.run(  # noqa: S603 - our own command
        [*COMMAND, "demo", "--customers", "30"],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )

    assert (done.returncode, done.stderr.count("\n")) == (0, 1)
    assert "Customers: 30, each once" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("signal_number", "expected", "word"),
    [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")],
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
    assert done.stderr.startswith('snipcart: Unknown command "nothing".')
