"""`snipcart demo`: an export without a shop, and what to try next."""

import os
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest


def test_demo(
    call: Callable[..., object],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """The demo needs no key, proves its export complete, and shows what the file knows."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    code = call("demo", "--customers", "120")

    out, err = capsys.readouterr()
    [path] = tmp_path.glob("snipcart-demo-*/customers.sqlite")
    with closing(sqlite3.connect(path)) as database:
        ((written, amount),) = database.execute("SELECT count(*), sum(statistics_orders_amount) FROM customers")
    table = [line.split() for line in out.partition("in the file:\n")[2].partition("\n\n")[0].splitlines()]
    assert code == 0
    assert written == 120
    assert f"\nWrote 120 customers to {path} (" in out
    assert "\nComplete: nobody created before " in out
    assert table[0] == ["country", "customers", "orders", "amount"]
    assert sum(int(cells[1]) for cells in table[1:]) == 120
    assert sum(float(cells[3].replace(",", "")) for cells in table[1:]) == pytest.approx(amount)
    assert f" sqlite3 {path}\n" in out
    assert f" snipcart report {path}\n" in out
    assert " snipcart fake\n" in out
    assert "\x1b" not in out + err


@pytest.mark.parametrize(
    ("name", "folder_on_path", "expected"),
    [
        ("snipcart", "my shop", "snipcart"),
        ("snipcart", ".", "'{program}'"),
        ("__main__.py", ".", f"{shlex.quote(sys.executable)} -m snipcart_async"),
    ],
)
def test_the_demo_names_the_program(
    call: Callable[..., object],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    name: str,
    folder_on_path: str,
    expected: str,
) -> None:
    """What to try next runs as printed, by name only where the PATH leads to this program."""
    program = tmp_path / "my shop" / name
    program.parent.mkdir()
    program.touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / folder_on_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    code = call("demo", "--customers", "3", program=str(program))

    assert code == 0
    assert f" {expected.format(program=program)} customers list --max 10\n" in capsys.readouterr().out


def test_the_demo_as_a_process(tmp_path: Path) -> None:
    """The demo runs as a command, ends with 0, and writes nothing for terminals into a pipe."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "snipcart_async", "demo", "--customers", "30"],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )

    assert (done.returncode, done.stderr.count("\n")) == (0, 1)
    assert "Wrote 30 customers" in done.stdout
    assert f"{sys.executable} -m snipcart_async fake\n" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr
