"""`snipcart export`: the file, the summary, the report and the exit code."""

import asyncio
import json
import signal
import sys
from contextlib import redirect_stderr
from pathlib import Path

import attrs
import pytest

from snipcart_async.cli.app import run
from snipcart_async.cli.export import summarize
from snipcart_async.export import ExportReport
from snipcart_async.testing import FakeSnipcart

from .conftest import Terminal


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Name a file that is not there yet."""
    return tmp_path / "customers.jsonl"


def lines_in(path: Path) -> int:
    """Count the lines of a file."""
    return len(path.read_bytes().splitlines())


async def test_summary(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str], out: Path) -> None:
    """Off a terminal there is a summary on stderr, no bar, and the exit code of what is not proven."""
    code = await run(["export", "customers", str(out)])

    stdout, stderr = capsys.readouterr()
    assert (code, stdout) == (3, "")
    assert lines_in(out) == 25
    assert stderr.startswith(f"Wrote 25 customers to {out} (")
    assert "\nNot proven complete: a walk over a list" in stderr
    assert "\x1b" not in stderr


async def test_json(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str], out: Path) -> None:
    """With `--json` the report is one object on stdout, and stderr is empty."""
    code = await run(["export", "customers", str(out), "--json"])

    stdout, stderr = capsys.readouterr()
    report = json.loads(stdout)
    assert (code, stderr, stdout.count("\n")) == (3, "", 1)
    assert (report["complete"], report["customers"], report["path"]) == (False, 25, str(out))
    assert report["requests"] == len(shop.requests)


async def test_quiet(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str], terminal: Terminal, out: Path) -> None:
    """With `--quiet` nothing is shown, not even on a terminal."""
    with terminal(redirect_stderr) as shown:
        code = await run(["export", "customers", str(out), "--quiet"])

    assert (code, shown, capsys.readouterr().out) == (3, [""], "")


async def test_progress_on_a_terminal(shop: FakeSnipcart, terminal: Terminal, out: Path) -> None:
    """People see how many are written, of how many."""
    with terminal(redirect_stderr) as shown:
        await run(["export", "customers", str(out)])

    assert "25/25" in shown[0]
    assert "Wrote 25 customers" in shown[0]


async def test_options_are_sent(shop: FakeSnipcart, out: Path) -> None:
    """The filters reach Snipcart."""
    filters = ["--status", "unconfirmed", "--name", "Ada", "--from", "2020-01-31", "--to", "2020-01-31"]
    code = await run(["export", "customers", str(out), *filters, "--concurrency", "2", "--session-tokens"])

    query = shop.requests[0].query
    assert code == 3
    assert (query["status"], query["name"]) == ("Unconfirmed", "Ada")
    assert (query["from"], query["to"]) == ("2020-01-31T00:00:00Z", "2020-01-31T23:59:59.999999Z")


async def test_overwriting(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str], out: Path) -> None:
    """A file is not overwritten unless asked for, and then it is."""
    await run(["export", "customers", str(out), "--quiet"])
    refused = await run(["export", "customers", str(out), "--name", "Nobody At All"])
    error = capsys.readouterr().err
    allowed = await run(["export", "customers", str(out), "--name", "Nobody At All", "--overwrite"])

    assert (refused, error.count("\n"), "--overwrite" in error) == (2, 1, True)
    assert (allowed, lines_in(out)) == (3, 0)


async def test_a_part_in_the_way(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str], out: Path) -> None:
    """An export that cannot go on is exit code 1 and one line."""
    out.with_name("customers.jsonl.part").touch()
    code = await run(["export", "customers", str(out)])

    stdout, stderr = capsys.readouterr()
    assert (code, stdout, stderr.count("\n")) == (1, "", 1)


@pytest.mark.parametrize(
    ("signal_number", "expected"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
async def test_interrupted(shop: FakeSnipcart, out: Path, signal_number: signal.Signals, expected: int) -> None:
    """An export that is interrupted leaves nothing behind, and says so in one line."""
    shop.latency = 60
    export = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "snipcart_async", "export", "customers", str(out)), stderr=asyncio.subprocess.PIPE
    )
    while not shop.requests:  # noqa: ASYNC110 - a request sets no event
        await asyncio.sleep(0.01)
    assert [f"{out.name}.part"] == [path.name for path in out.parent.iterdir()]
    export.send_signal(signal_number)
    _, stderr = await export.communicate()

    assert export.returncode == expected
    assert stderr.decode() in {f"snipcart: {word}\n" for word in ("interrupted", "terminated", "hung up")}
    assert not list(out.parent.iterdir())


def test_the_summary_of_other_reports(out: Path) -> None:
    """A complete export is called complete, and what was left out is told."""
    out.touch()
    report = ExportReport(customers=1200, rejected=0, windows=1, unproven=(), requests=2, seconds=2.0, path=out)

    assert summarize(report) == (f"Wrote 1,200 customers to {out} (0 bytes) in 2.0 s.\nComplete: nobody is missing.")
    assert summarize(attrs.evolve(report, rejected=3)).endswith("\nLeft out 3 that could not be read.")
