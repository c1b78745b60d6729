"""`snipcart report`: the page, what is told of it, and what is refused."""

import asyncio
import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from snipcart_async.cli.app import run
from snipcart_async.testing import FakeSnipcart


@pytest.fixture
async def export(shop: FakeSnipcart, tmp_path: Path) -> Path:
    """Export a shop with the command."""
    path = tmp_path / "customers.sqlite"
    await run(["export", "customers", str(path), "--quiet"])
    return path


async def test_a_page_about_an_export(export: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The page stands beside the file, and knows that this is the file that was proven."""
    code = await run(["report", str(export)])

    page = export.with_suffix(".html")
    stdout, stderr = capsys.readouterr()
    assert (code, stdout) == (0, "")
    assert stderr.startswith(f"Wrote a page about 25 customers to {page} (")
    assert stderr.endswith("\nComplete: nobody is missing, and this is the file that was proven.\n")
    assert "\x1b" not in stderr
    assert "✓ Proven complete" in page.read_text("utf-8")


async def test_a_page_about_some(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Of an export with filters nothing is claimed about others."""
    await run(["export", "customers", str(tmp_path / "some.csv"), "--status", "confirmed", "--quiet"])
    code = await run(["report", str(tmp_path / "some.csv")])

    assert code == 0
    assert "\nComplete: nobody you asked for is missing, and" in capsys.readouterr().err


async def test_json(export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With `--json` the figures are one object on stdout, and stderr is empty."""
    code = await run(["report", str(export), "-o", str(tmp_path / "page.html"), "--json"])

    stdout, stderr = capsys.readouterr()
    figures = json.loads(stdout)
    assert (code, stderr, stdout.count("\n")) == (0, "", 1)
    assert (figures["path"], figures["proof"], figures["customers"]) == (str(tmp_path / "page.html"), "complete", 25)
    assert sum(period["confirmed"] for period in figures["history"]["periods"]) == figures["confirmed"]
    assert (tmp_path / "page.html").is_file()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda proof: proof.unlink(), "Not proven: no proof lies beside the file."),
        (lambda proof: proof.write_text(proof.read_text().replace('"sha256":"', '"sha256":"0')), "is not the one"),
        (
            lambda proof: proof.write_text(proof.read_text().replace('"rejected":0', '"rejected":1')),
            "may be missing, or",
        ),
    ],
)
async def test_what_is_not_proven(
    export: Path, capsys: pytest.CaptureFixture[str], spoil: Callable[[Path], object], told: str
) -> None:
    """The page is written all the same, and the last line says how the file stands to its proof."""
    spoil(export.with_name("customers.sqlite.report.json"))
    code = await run(["report", str(export)])

    assert code == 0
    assert told in capsys.readouterr().err.splitlines()[-1]


async def test_overwriting(export: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A page is not overwritten unless asked for, and then it is."""
    page = export.with_suffix(".html")
    page.write_text("old", "utf-8")
    refused = await run(["report", str(export)])
    error = capsys.readouterr().err
    allowed = await run(["report", str(export), "--overwrite"])

    assert refused == 2
    assert error == "snipcart: OUT exists already: choose another name, or replace it with --overwrite\n"
    assert (allowed, page.read_text("utf-8")[:9]) == (0, "<!DOCTYPE")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["missing.sqlite"], "FILE is not there\n"),
        (
            ["customers.sqlite.report.json"],
            "FILE is no export of customers, as SQLite, JSON lines, CSV or Parquet: make",
        ),
        (
            ["customers.sqlite", "-o", "customers.sqlite", "--overwrite"],
            "OUT is the export itself: name another file\n",
        ),
        (["customers.sqlite", "--out", "missing/page.html"], "OUT must lie in a folder that exists\n"),
        (["customers.sqlite", "ada@example.com"], "1 argument(s) too many; see --help\n"),
        ([], "FILE requires a value\n"),
    ],
)
async def test_usage(
    export: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    problem: str,
) -> None:
    """What cannot be done is exit code 2 and one line, and nothing is written."""
    monkeypatch.chdir(export.parent)
    before = {path.name for path in export.parent.iterdir()}
    code = await run(["report", *arguments])

    out, err = capsys.readouterr()
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"snipcart: {problem}")
    assert {path.name for path in export.parent.iterdir()} == before


async def test_a_page_about_orders(shop: FakeSnipcart, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An export of orders is refused, in words that say what to do."""
    await run(["export", "orders", str(tmp_path / "orders.csv"), "--quiet"])
    code = await run(["report", str(tmp_path / "orders.csv")])

    assert code == 2
    assert capsys.readouterr().err == (
        "snipcart: FILE is an export of orders, and the report is about customers: "
        "make one with `snipcart export customers`\n"
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
async def test_a_signal_ends_it_at_once(export: Path, tmp_path: Path, number: signal.Signals) -> None:
    """A long file is not read to its end, and no page says that all went well."""
    await run(["export", "customers", str(tmp_path / "some.jsonl"), "--quiet"])
    (tmp_path / "long.jsonl").write_bytes((tmp_path / "some.jsonl").read_bytes() * 20_000)
    command = [sys.executable, "-m", "snipcart_async", "report", str(tmp_path / "long.jsonl")]
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
    await asyncio.sleep(2.0)  # it reads for some ten seconds
    process.send_signal(number)
    async with asyncio.timeout(3.0):
        assert await process.wait() in {-number, 128 + number}  # the latter where it has hardly begun

    assert not (tmp_path / "long.html").exists()
