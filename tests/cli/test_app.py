"""The command as a whole: one line and an exit code for everything that can go wrong."""

import importlib.metadata
import os
from collections.abc import Callable
from contextlib import redirect_stdout

import pytest
from cyclopts import CycloptsError

from snipcart_async.cli.app import run
from snipcart_async.cli.wording import describe_usage
from snipcart_async.testing import FakeSnipcart

SOMEBODY = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["customers", "lsit"], "unknown command; choose from list, get, orders, update, delete"),
        (["customers", "get"], "ID requires a value"),
        (["customers", "get", SOMEBODY, "ada@example.com"], "1 argument(s) too many; see --help"),
        (["customers", "list", "--api-key", "ST_secret"], "unknown option; see --help"),
        (["customers", "list", "--from", "ada@example.com"], "--from takes a date such as 2026-01-31"),
        (["customers", "list", "--max", "0"], "--max must be >= 1\n"),
        (["customers", "get", "ada@example.com"], "ID must be a GUID"),
        (["customers", "list", "--from", "2024-01-31T09:00"], "a time with its zone"),
        (["export", "customers", "customers.xlsx"], "OUT must end in one of .sqlite, .sqlite3, .db, .jsonl, .ndjson, "),
        (["export", "orders", "customers.xlsx"], ", or --format must be one of sqlite, jsonl, csv, parquet\n"),
        (["export", "customers", "customers.db", "--format", "ada@example.com"], "--format must be one of sqlite, "),
        (["export", "orders", "orders.jsonl", "--bom"], "--bom is for CSV alone: let OUT end in .csv, or add --format"),
        (["export", "orders", "orders.csv", "--raw-csv", "--format", "sqlite"], "--raw-csv is for CSV alone: "),
        (["export", "orders", "orders.csv", "--concurrency", "0"], "--concurrency must be > 0\n"),
        (["export", "customers", "/dev/null", "--overwrite"], "OUT is a pipe or a device; name a file\n"),
        (["ada@example.com"], "choose from demo, fake, report, export, customers, sessions, completion"),
        (["--ada@example.com"], "unknown command"),
        (["sessions", "ST_secret"], "unknown command; choose from get\n"),
        (["customers", "list", "--ST_secret"], "unknown option; see --help"),
        (["customers", "list", "--max"], "--max requires a value"),
        (["export", "customers"], "OUT requires a value"),
        (["customers", "list", "--max", "ada@example.com"], "--max takes a whole number"),
        (["customers", "list", "--max", "1", "--max", "2"], "--max is given more than once"),
        (["customers", "list", "--status", "ada@example.com"], "--status takes confirmed or unconfirmed"),
        (["customers", "list", "--order-by", "ST_secret"], "orders-value or nbr-orders or date"),
        (["customers", "list", "--limit", "0"], "--limit must be a whole number of at least 1"),
        (["customers", "list", "--from", "0001-01-01T00:00+09:00"], "--from must be"),
        (["customers", "delete", SOMEBODY, "--yes=ada@example.com"], "--yes takes no value"),
        (["export", "customers", "missing/customers.jsonl"], "OUT must lie in a folder that exists"),
    ],
)
async def test_usage(
    shop: FakeSnipcart, capsys: pytest.CaptureFixture[str], arguments: list[str], problem: str
) -> None:
    """A wrong argument is exit code 2 and one line that repeats nobody's data, and nothing is sent."""
    code = await run(arguments)

    out, err = capsys.readouterr()
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("snipcart: ")
    assert problem in err
    assert "ST_secret" not in err
    assert "ada@example.com" not in err
    assert not shop.requests


async def test_no_key(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a key the error names the variable to set."""
    code = await run(["customers", "list"])

    assert code == 2
    assert capsys.readouterr().err == (
        "snipcart: no API key: set SNIPCART_SECRET_API_KEY to a secret key from your dashboard\n"
    )


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (lambda shop: shop.fail_next(status=401), "401"),
        (lambda shop: shop.fail_next(status=200, body=b"<html>"), "HTML, not JSON"),
        (lambda shop: None, "404"),
    ],
)
async def test_what_snipcart_refuses(
    shop: FakeSnipcart,
    capsys: pytest.CaptureFixture[str],
    spoil: Callable[[FakeSnipcart], None],
    problem: str,
) -> None:
    """Anything that goes wrong with Snipcart is exit code 1 and one line."""
    spoil(shop)
    code = await run(["customers", "get", SOMEBODY])

    out, err = capsys.readouterr()
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert err.startswith("snipcart: GET /customers/{id}: ")
    assert problem in err


async def test_what_the_system_refuses(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str]) -> None:
    """A port that is taken is exit code 1 and one line."""
    port = shop.base_url.removesuffix("/api").rpartition(":")[2]
    code = await run(["fake", "--port", port])

    out, err = capsys.readouterr()
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "Address already in use" in err


@pytest.mark.parametrize("arguments", [["customers", "list"], ["--help"], ["customers", "--help"], ["--version"]])
async def test_a_reader_that_has_gone(
    shop: FakeSnipcart, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    """When nobody reads stdout any more, the command ends as other Unix programs do, without a word."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8") as pipe, redirect_stdout(pipe):
        code = await run(arguments)

    assert (code, *capsys.readouterr()) == (141, "", "")


async def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """`--version` prints the version of the package."""
    code = await run(["--version"])

    assert (code, capsys.readouterr().out) == (0, importlib.metadata.version("snipcart-async") + "\n")


def test_other_usage_errors() -> None:
    """What the parser may yet find to complain of repeats nothing either."""
    problem = describe_usage(CycloptsError(msg="Invalid value: ada@example.com"))

    assert problem == "the arguments cannot be read; see --help"
