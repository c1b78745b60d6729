"""The command as a whole: one line and an exit code for everything that can go wrong."""

import importlib.metadata
import os
from collections.abc import Callable
from contextlib import redirect_stdout

import pytest

from snipcart_async.cli.app import run
from snipcart_async.testing import FakeSnipcart

SOMEBODY = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["customers", "lsit"], 'Unknown command "lsit". Did you mean "list"?'),
        (["customers", "get"], "requires an argument"),
        (["customers", "get", SOMEBODY, "ada@example.com"], "1 argument(s) too many; see --help"),
        (["customers", "list", "--api-key", "ST_secret"], "Unknown option"),
        (["customers", "list", "--from", "ada@example.com"], "expected a date such as 2026-01-31"),
        (["customers", "list", "--max", "0"], "Must be >= 1"),
        (["customers", "get", "ada@example.com"], "customer_id must be a GUID"),
        (["customers", "list", "--from", "2024-01-31T09:00"], "a datetime with a time zone"),
        (["export", "customers", "customers.xlsx"], "path must end in .jsonl"),
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
    assert "set SNIPCART_SECRET_API_KEY" in capsys.readouterr().err


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
    assert "address already in use" in err


async def test_a_reader_that_has_gone(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str]) -> None:
    """When nobody reads stdout any more, the command ends as other Unix programs do, without a word."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8") as pipe, redirect_stdout(pipe):
        code = await run(["customers", "list"])

    assert (code, *capsys.readouterr()) == (141, "", "")


async def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """`--version` prints the version of the package."""
    code = await run(["--version"])

    assert (code, capsys.readouterr().out) == (0, importlib.metadata.version("snipcart-async") + "\n")


async def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    """Without arguments the commands are listed, and where the key comes from."""
    code = await run([])

    out = capsys.readouterr().out
    assert code == 0
    assert "SNIPCART_SECRET_API_KEY" in out
    assert "default: False" not in out
