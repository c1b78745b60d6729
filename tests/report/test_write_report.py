"""Writing a page: whole, private, where it was asked for, and never over something else."""

import hashlib
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from snipcart_async.errors import ConfigurationError, ExportError
from snipcart_async.export import ExportReport, Standing, keep_proof
from snipcart_async.export.formats import FORMATS
from snipcart_async.report import count, read_figures, read_rows, write_report

from ..export.formats import rows as shop
from .exports import CUSTOMERS, written
from .pages import Page


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Write an export of a few customers."""
    return written(tmp_path, "sqlite", CUSTOMERS)


def prove(path: Path, *unproven: str) -> None:
    """Keep a proof beside a file."""
    report = ExportReport(customers=6, rejected=0, windows=1, unproven=unproven, requests=1, seconds=1.0, path=path)
    keep_proof(report)


def test_the_page_is_beside_the_file_and_private(export: Path) -> None:
    """Only its owner may read it, and nothing else lies about."""
    report = write_report(export)

    assert report.path == export.with_suffix(".html")
    assert stat.S_IMODE(report.path.stat().st_mode) == 0o600
    assert report.figures == count(read_rows(export)) == read_figures(export)
    assert {path.name for path in export.parent.iterdir()} == {"customers.sqlite", "customers.html"}
    assert "customers.sqlite" in Page(report.path.read_text("utf-8")).words


def prove_and_change(path: Path) -> None:
    """Keep a proof, then cut the last line end off."""
    prove(path)
    os.truncate(path, path.stat().st_size - 2)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_figures(tmp_path: Path, name: str) -> None:
    """What is told of a shop does not depend on the format of its export."""
    figures = read_figures(written(tmp_path, name, shop.CUSTOMERS))

    assert figures.customers == 240
    assert figures == read_figures(written(tmp_path, "jsonl", shop.CUSTOMERS))


def test_nobody_is_on_the_page(tmp_path: Path) -> None:
    """Of 240 customers no name, e-mail, id, address, phone number or date is on the page about them."""
    page = write_report(written(tmp_path, "csv", shop.CUSTOMERS)).path.read_text("utf-8")
    private = {
        value
        for document in shop.CUSTOMER_DOCUMENTS
        for key, value in document.items()
        if isinstance(value, str) and len(value) > 3 and key not in {"status", "mode"}
    }

    assert len(private) > 900
    assert {value for value in private if value in page} <= {"Snipcart"}  # a company that is named like the service


@pytest.mark.parametrize(
    ("keep", "standing"),
    [
        (lambda path: None, Standing.UNKNOWN),
        (prove, Standing.COMPLETE),
        (lambda path: prove(path, "2026-01-01 to 2026-01-02: counts differ"), Standing.UNPROVEN),
        (prove_and_change, Standing.CHANGED),
    ],
)
def test_the_page_knows_how_the_file_stands_to_its_proof(
    tmp_path: Path, keep: Callable[[Path], object], standing: Standing
) -> None:
    """Proven, unproven, changed since, or without any proof."""
    path = written(tmp_path, "csv", CUSTOMERS)
    keep(path)
    report = write_report(path)

    assert report.standing is standing


def test_the_file_ends_when_it_was_proven(export: Path) -> None:
    """With a proof, months without customers are shown up to the moment of the export."""
    prove(export)
    proof = export.with_name("customers.sqlite.report.json")
    kept = json.loads(proof.read_text("utf-8"))
    proof.write_text(json.dumps(kept | {"created_until": "2026-05-03T00:00:00Z"}), "utf-8")

    assert read_figures(export).history.periods[-1].start.month == 5


def test_a_page_is_replaced_only_when_asked_for(export: Path, tmp_path: Path) -> None:
    """What is there stays, unless `overwrite` is set; then it is the new page at once."""
    target = tmp_path / "page.html"
    target.write_text("old", "utf-8")
    with pytest.raises(ConfigurationError, match=r"^path exists already: .* overwrite=True$"):
        write_report(export, target)

    assert target.read_text("utf-8") == "old"

    write_report(export, target, overwrite=True)

    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert target.read_text("utf-8").startswith("<!DOCTYPE html>")


def test_the_export_itself_is_never_replaced(export: Path, tmp_path: Path) -> None:
    """Not even with `overwrite`, nor under another name of the same file."""
    other = tmp_path / "other.html"
    os.link(export, other)
    for target in (export, other):
        with pytest.raises(ConfigurationError, match=r"^path is the export itself"):
            write_report(export, target, overwrite=True)

    assert export.read_bytes().startswith(b"SQLite")


def test_a_file_that_is_no_export_leaves_no_page(tmp_path: Path) -> None:
    """What is refused is refused before anything is written."""
    (tmp_path / "notes.txt").write_text("canary", "utf-8")
    with pytest.raises(ConfigurationError, match=r"^file is no export of customers"):
        write_report(tmp_path / "notes.txt")

    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_what_stands_beside_the_page_is_left_alone(export: Path, tmp_path: Path) -> None:
    """The page grows under a name that nobody has: a file that ends in .new is somebody's."""
    (tmp_path / "customers.html.new").write_text("mine", "utf-8")
    for overwrite in (False, True):
        write_report(export, overwrite=overwrite)

    assert (tmp_path / "customers.html.new").read_text("utf-8") == "mine"
    assert {path.name for path in tmp_path.iterdir()} == {"customers.sqlite", "customers.html", "customers.html.new"}


def test_the_proof_is_never_replaced(export: Path, tmp_path: Path) -> None:
    """Not even with `overwrite`, nor where the export is named by a link."""
    prove(export)
    link = tmp_path / "elsewhere.sqlite"
    link.symlink_to(export)
    for file in (export, link):
        with pytest.raises(ConfigurationError, match=r"^path is the proof of the export: name another file$"):
            write_report(file, tmp_path / "customers.sqlite.report.json", overwrite=True)

    assert write_report(link).standing is Standing.COMPLETE


def test_a_proof_of_other_figures(export: Path) -> None:
    """A proof that tells of more customers than the file has proves nothing."""
    prove(export)
    proof = export.with_name("customers.sqlite.report.json")
    proof.write_text(proof.read_text("utf-8").replace('"customers":6', '"customers":7'), "utf-8")
    report = write_report(export)

    assert (report.standing, report.proof) == (Standing.CHANGED, None)


def test_a_file_that_is_replaced_meanwhile(export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the nightly export ends while the file is read, neither figures nor a page are made of two files."""
    newer = written(export.parent, "jsonl", CUSTOMERS[:3])
    digest = hashlib.file_digest

    def replace_first(*arguments: Any) -> object:
        newer.replace(export)
        return digest(*arguments)

    monkeypatch.setattr(hashlib, "file_digest", replace_first)
    with pytest.raises(ConfigurationError, match=r"^file was changed while it was read: run it again$"):
        write_report(export)

    assert {path.name for path in export.parent.iterdir()} == {"customers.sqlite"}


def test_a_file_that_vanishes_meanwhile(export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system says of the file is told as an error of the library."""
    monkeypatch.setattr(hashlib, "file_digest", lambda *_: os.stat(export / "missing"))  # noqa: PTH116
    with pytest.raises(ExportError, match=r"^file cannot be read: Not a directory$") as caught:
        read_figures(export)

    assert caught.value.__context__ is None


def test_a_name_that_is_no_utf_8(export: Path) -> None:
    """The page is written, with a sign in place of what cannot be."""
    odd = export.rename(export.with_name(os.fsdecode(b"cust\xff.sqlite")))

    assert "cust?.sqlite" in Page(write_report(odd).path.read_text("utf-8")).words


def test_a_page_that_cannot_be_written(export: Path, tmp_path: Path) -> None:
    """The error says what the system says and what to do, and nothing is left behind."""
    with pytest.raises(
        ExportError, match=r"^path cannot be written: File name too long; name another place$"
    ) as caught:
        write_report(export, tmp_path / f"{'x' * 300}.html")

    assert caught.value.__context__ is None
    assert [path.name for path in tmp_path.iterdir()] == ["customers.sqlite"]
