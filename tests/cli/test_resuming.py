"""An export that ends early: what is told, and how it goes on."""

import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from snipcart_async.cli.app import run
from snipcart_async.testing import FakeSnipcart

COMMAND = (sys.executable, "-E", "-W", "error", "-m", "snipcart_async", "export", "customers")
TERMINAL = """
import os, pty, sys
ended = pty.spawn(sys.argv[1:])
sys.exit(os.waitstatus_to_exitcode(ended))
"""


@pytest.fixture
def slow_shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSnipcart]:
    """Serve a shop from another thread that takes its time, and name it in the environment."""
    with FakeSnipcart(customers=12_000, latency=0.01) as shop:
        monkeypatch.setenv("SNIPCART_SECRET_API_KEY", shop.api_key)
        monkeypatch.setenv("SNIPCART_BASE_URL", shop.base_url)
        yield shop


def wait_for(path: Path) -> None:
    """Wait until a file is there."""
    while not path.exists():
        time.sleep(0.005)


def ids_in(path: Path) -> list[str]:
    """Read the ids in an exported database."""
    with closing(sqlite3.connect(path)) as database:
        return sorted(value for (value,) in database.execute("SELECT id FROM customers"))


@pytest.mark.parametrize(
    ("signal_number", "code", "word"),
    [
        (signal.SIGINT, 130, "interrupted"),
        (signal.SIGTERM, 143, "terminated"),
        (signal.SIGHUP, 129, "hung up"),
    ],
)
def test_interrupted_and_resumed(
    slow_shop: FakeSnipcart, tmp_path: Path, signal_number: signal.Signals, code: int, word: str
) -> None:
    """A signal ends the export with its own exit code and the way to go on, and going on gives everybody once."""
    with subprocess.Popen(  # noqa: S603 - our own command
        [*COMMAND, "my customers.sqlite"], stderr=subprocess.PIPE, encoding="utf-8", cwd=tmp_path
    ) as export:
        wait_for(tmp_path / "my customers.sqlite.checkpoint")
        slow_shop.latency = 60  # it shall not end by itself, however slow this machine is
        export.send_signal(signal_number)
        _, err = export.communicate(timeout=20)
    slow_shop.latency = 0.01
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    resumed = subprocess.run(  # noqa: S603 - our own command
        [*COMMAND, "my customers.sqlite", "--resume"],
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=tmp_path,
        check=False,
    )

    hint = "What was read is kept. Go on with: snipcart export customers 'my customers.sqlite' --resume"
    assert (export.returncode, err) == (code, f"snipcart: {word}\n{hint}\n")
    assert modes == {0o600}
    assert resumed.returncode == 0
    assert " UTC included.\n" in resumed.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"my customers.sqlite", "my customers.sqlite.report.json"}
    assert ids_in(tmp_path / "my customers.sqlite") == sorted(slow_shop.shop.customer_ids())


def test_interrupted_under_the_bar(slow_shop: FakeSnipcart, tmp_path: Path) -> None:
    """Ctrl-C leaves a terminal with its cursor, and no traceback on it."""
    with subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-c", TERMINAL, *COMMAND, "customers.sqlite"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=tmp_path,
    ) as export:
        assert export.stdin is not None
        wait_for(tmp_path / "customers.sqlite.checkpoint")
        export.stdin.write(b"\x03")
        shown, _ = export.communicate(timeout=20)

    text = shown.decode()
    assert export.returncode == 130
    assert "Traceback" not in text
    assert text.rindex("\x1b[?25h") > text.rindex("\x1b[?25l")
    assert "snipcart: interrupted\r\nWhat was read is kept. " in text[text.rindex("\x1b[?25h") :]


def test_interrupted_before_anything_is_kept(slow_shop: FakeSnipcart, tmp_path: Path) -> None:
    """An export that is interrupted at once leaves nothing behind, and promises nothing."""
    slow_shop.latency = 60
    with subprocess.Popen(  # noqa: S603 - our own command
        [*COMMAND, "customers.sqlite"], stderr=subprocess.PIPE, encoding="utf-8", cwd=tmp_path
    ) as export:
        wait_for(tmp_path / "customers.sqlite.part")
        while not slow_shop.requests:
            time.sleep(0.005)
        export.send_signal(signal.SIGINT)
        _, err = export.communicate(timeout=20)

    assert (export.returncode, err, list(tmp_path.iterdir())) == (130, "snipcart: interrupted\n", [])


async def test_failed_and_resumed(slow_shop: FakeSnipcart, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """An export that fails says how to go on, and that other options belong to it, but not what they search for."""
    out = tmp_path / "customers.sqlite"
    slow_shop.latency = 0
    records = [record for key in slow_shop.shop.customer_ids() if (record := slow_shop.shop.find(key))]
    last = max(records, key=lambda record: record.created).id
    slow_shop.spoil(last, email={"a": 1})
    failed = await run(["export", "customers", str(out), "--from", "2001-02-03", "--strict"])
    error = capsys.readouterr().err
    refused = await run(["export", "customers", str(out), "--resume"])
    refusal = capsys.readouterr().err
    resumed = await run(["export", "customers", str(out), "--from", "2001-02-03", "--resume"])

    problem, hint = error.splitlines()
    assert (failed, refused, resumed) == (1, 2, 3)
    assert problem.startswith("snipcart: --strict: a record cannot be read: ")
    assert hint.endswith(f"Go on with: snipcart export customers {out} --resume   (and the other options as before)")
    assert "2001" not in error + refusal
    assert refusal.startswith("snipcart: --resume: the unfinished export beside OUT has a difference in the filters; ")
    assert ids_in(out) == sorted(set(slow_shop.shop.customer_ids()) - {last})


async def test_a_damaged_checkpoint(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Where the checkpoint is damaged, nobody is sent to resume from it."""
    out = tmp_path / "customers.sqlite"
    for ending in (".part", ".checkpoint"):
        out.with_name(out.name + ending).touch(0o600)
    code = await run(["export", "customers", str(out), "--resume"])

    error = capsys.readouterr().err
    assert (code, error.count("\n")) == (1, 1)
    assert error.startswith("snipcart: the checkpoint beside OUT is damaged")
    assert "begin anew with --overwrite" in error
    assert not shop.requests
