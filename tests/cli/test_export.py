"""`snipcart export`: the file, what is told of it, and the exit code."""

import csv
import hashlib
import json
import os
import sqlite3
import stat
import subprocess
import sys
from codecs import BOM_UTF8
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path

import pytest

from snipcart_async.cli.app import run
from snipcart_async.testing import FakeSnipcart

from .conftest import Terminal


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Name a file that is not there yet."""
    return tmp_path / "customers.sqlite"


def rows(path: Path, table: str = "customers", column: str = "id") -> list[str]:
    """Read a column of an exported database."""
    with closing(sqlite3.connect(path)) as database:
        return [value for (value,) in database.execute(f"SELECT {column} FROM {table}")]  # noqa: S608 - our own names


def digest(path: Path) -> str:
    """Compute the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


async def test_a_complete_export(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str], out: Path) -> None:
    """Off a terminal there is only a summary, on stderr, and a proven export is exit code 0."""
    code = await run(["export", "customers", str(out)])

    stdout, stderr = capsys.readouterr()
    assert (code, stdout, stderr.count("\n")) == (0, "", 2)
    assert sorted(rows(out)) == sorted(shop.shop.customer_ids())
    assert stderr.startswith(f"Wrote 25 customers to {out} (")
    assert "\nComplete: nobody created before 20" in stderr
    assert "\x1b" not in stderr


async def test_orders(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str], out: Path) -> None:
    """Orders are exported by customer, each with the id of its customer."""
    somebody = shop.shop.customer_ids()[0]
    shop.shop.place_order(somebody)
    code = await run(["export", "orders", str(out)])

    assert code == 0
    assert somebody in rows(out, "orders", "customer_id")
    assert f"Wrote {len(rows(out, 'orders', 'token')):,} orders of 25 customers to {out} (" in capsys.readouterr().err


async def test_hydrated_orders(shop: FakeSnipcart, out: Path) -> None:
    """With `--hydrate` each order is asked for on its own."""
    code = await run(["export", "orders", str(out), "--hydrate", "--quiet"])

    asked = [seen.path for seen in shop.requests if seen.path.partition("/orders/")[1]]
    assert (code, len(asked)) == (0, len(rows(out, "orders", "token")))


async def test_json(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str], out: Path) -> None:
    """With `--json` the report is one object on stdout, and stderr is empty."""
    code = await run(["export", "customers", str(out), "--json"])

    stdout, stderr = capsys.readouterr()
    report = json.loads(stdout)
    assert (code, stderr, stdout.count("\n")) == (0, "", 1)
    assert (report["complete"], report["customers"], report["path"]) == (True, 25, str(out))
    assert report["requests"] == len(shop.requests)


@pytest.mark.parametrize("kind", ["customers", "orders"])
async def test_what_is_proven_is_kept(
    shop: FakeSnipcart, capsys: pytest.CaptureFixture[str], out: Path, kind: str
) -> None:
    """What `--json` prints stands beside the file, too, for its owner alone and without the folder's name."""
    await run(["export", kind, str(out), "--json"])

    kept = out.with_name("customers.sqlite.report.json")
    report = json.loads(kept.read_text("utf-8"))
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert report.pop("sha256") == digest(out)
    assert report == json.loads(capsys.readouterr().out) | {"path": out.name}


async def test_what_is_proven_cannot_be_kept(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str], out: Path) -> None:
    """The export is done all the same, and a line says what is missing."""
    out.with_name("customers.sqlite.report.json").mkdir()
    code = await run(["export", "customers", str(out), "--quiet"])

    error = capsys.readouterr().err
    assert (code, len(rows(out)), error.count("\n")) == (0, 25, 1)
    assert error.startswith("snipcart: the export is written, but not beside it what it proves: ")


async def test_quiet(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str], terminal: Terminal, out: Path) -> None:
    """With `--quiet` nothing is shown, not even on a terminal."""
    with terminal(redirect_stderr) as shown:
        code = await run(["export", "customers", str(out), "--quiet"])

    assert (code, shown, capsys.readouterr().out) == (0, [""], "")


@pytest.mark.parametrize("kind", ["customers", "orders"])
async def test_progress_on_a_terminal(shop: FakeSnipcart, terminal: Terminal, out: Path, kind: str) -> None:
    """People see how many customers and windows are done, of how many."""
    with terminal(redirect_stderr) as shown:
        await run(["export", kind, str(out)])

    assert f"Exporting {kind} " in shown[0]
    assert "25/25" in shown[0]
    assert " customers, window 1/1" in shown[0]
    assert "Wrote " in shown[0]
    assert shown[0].rindex("\x1b[?25h") > shown[0].rindex("\x1b[?25l")


async def test_the_filters_are_sent(shop: FakeSnipcart, out: Path) -> None:
    """The filters reach Snipcart with every request, for orders as for customers."""
    filters = ["--status", "unconfirmed", "--name", "Ada", "--from", "2020-01-31", "--to", "2020-02-01"]
    code = await run(["export", "orders", str(out), *filters, "--concurrency", "2", "--session-tokens"])

    assert code == 0
    assert {("Unconfirmed", "Ada")} == {(seen.query["status"], seen.query["name"]) for seen in shop.requests}
    assert shop.requests[0].query["from"].startswith("2020-01-30T23:59:5")


@pytest.mark.parametrize(
    ("options", "begins", "phone"),
    [
        ([], b"id,", "'+1 555"),
        (["--bom"], BOM_UTF8 + b"id,", "'+1 555"),
        (["--raw-csv"], b"id,", "+1 555"),
        (["--raw-csv", "--bom", "--format", "CSV"], BOM_UTF8 + b"id,", "+1 555"),
    ],
)
async def test_csv(shop: FakeSnipcart, out: Path, options: list[str], begins: bytes, phone: str) -> None:
    """Text that looks like a formula is made safe unless asked for raw, and Excel gets its mark only on request."""
    somebody = shop.shop.customer_ids()[0]
    shop.spoil(somebody, billingAddressPhone="+1 555")
    path = out if "--format" in options else out.with_suffix(".csv")
    code = await run(["export", "customers", str(path), *options])

    with path.open(encoding="utf-8-sig", newline="") as file:
        phones = {row["id"]: row["billingAddressPhone"] for row in csv.DictReader(file)}
    assert code == 0
    assert path.read_bytes().startswith(begins)
    assert phones[somebody] == phone


async def test_overwriting(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str], out: Path) -> None:
    """A file is not overwritten unless asked for, and then it is."""
    await run(["export", "customers", str(out), "--quiet"])
    refused = await run(["export", "customers", str(out), "--name", "Nobody At All"])
    error = capsys.readouterr().err
    allowed = await run(["export", "customers", str(out), "--name", "Nobody At All", "--overwrite"])

    assert refused == 2
    assert error == "snipcart: OUT exists already: choose another name, or replace it with --overwrite\n"
    assert (allowed, rows(out)) == (0, [])


async def test_a_part_in_the_way(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str], out: Path) -> None:
    """An unfinished export is not touched unless asked for, and then begins anew where nothing was recorded."""
    out.with_name("customers.sqlite.part").touch(0o600)
    refused = await run(["export", "customers", str(out)])
    error = capsys.readouterr().err
    resumed = await run(["export", "customers", str(out), "--resume"])

    assert (refused, error.count("\n")) == (2, 1)
    assert "go on with --resume, or begin anew with --overwrite\n" in error
    assert (resumed, len(rows(out))) == (0, 25)


async def test_rejects(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str], out: Path) -> None:
    """Who cannot be read is left out and set aside, in a file that is named, and the exit code is 3."""
    shop.spoil(shop.shop.customer_ids()[0], email={"a": 1})
    code = await run(["export", "customers", str(out)])

    rejects = out.with_name("customers.sqlite.rejects.jsonl")
    assert (code, len(rows(out)), rejects.read_bytes().count(b"\n")) == (3, 24, 1)
    assert f"\nLeft out 1 record that could not be read: {rejects} has them" in capsys.readouterr().err


async def test_strict(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str], out: Path) -> None:
    """With `--strict` the export ends with who cannot be read; where nothing was kept, no resume is promised."""
    shop.spoil(shop.shop.customer_ids()[0], email={"a": 1})
    code = await run(["export", "customers", str(out), "--strict"])

    error = capsys.readouterr().err
    assert (code, error.count("\n"), list(out.parent.iterdir())) == (1, 1, [])
    assert error.startswith("snipcart: --strict: a record cannot be read: ")
    assert error.endswith("; without --strict it goes to the rejects\n")


async def test_unproven(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str], out: Path) -> None:
    """A file without proof is exit code 3, and the summary says what that means."""
    shop.shop.behaviour = replace(shop.shop.behaviour, totals=False)
    code = await run(["export", "customers", str(out)])

    error = capsys.readouterr().err
    assert (code, len(rows(out))) == (3, 25)
    assert "\nNot proven: " in error
    assert error.endswith(" may be missing there. Export again, when the shop is quiet, to be sure.\n")


@pytest.mark.parametrize(
    ("path", "reader", "code"), [("customers.sqlite", "true", 141), ("missing/customers.sqlite", "cat", 2)]
)
def test_in_a_pipe(tmp_path: Path, path: str, reader: str, code: int) -> None:
    """When nobody reads the report, the file is there all the same, and no traceback is shown."""
    with FakeSnipcart(customers=25) as shop:
        done = subprocess.run(  # noqa: S603 - our own command
            [
                *("/bin/bash", "-c"),
                f'"$0" -m snipcart_async export customers {path} --json | {reader}; exit "${{PIPESTATUS[0]}}"',
                sys.executable,
            ],
            capture_output=True,
            check=False,
            cwd=tmp_path,
            encoding="utf-8",
            env={**os.environ, "SNIPCART_SECRET_API_KEY": shop.api_key, "SNIPCART_BASE_URL": shop.base_url},
        )

    assert (done.returncode, (tmp_path / "customers.sqlite").exists()) == (code, code == 141)
    assert "Traceback" not in done.stderr


async def test_the_report_on_a_terminal(shop: FakeSnipcart, terminal: Terminal, out: Path) -> None:
    """On a terminal the report is indented."""
    with terminal(redirect_stdout) as shown:
        await run(["export", "customers", str(out), "--json"])

    assert shown[0].startswith('{\n  "complete": true,\n')
