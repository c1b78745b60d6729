"""Which format an export gets: what was asked for, else what the path says."""

import sys
from pathlib import Path
from typing import Any

import pytest

from snipcart_async.export.as_csv import Csv
from snipcart_async.export.as_jsonl import Jsonl
from snipcart_async.export.as_parquet import Parquet
from snipcart_async.export.as_sqlite import Sqlite
from snipcart_async.export.formats import FORMATS, Format, choose_format


@pytest.mark.parametrize(
    ("path", "format", "chosen"),
    [
        ("customers.sqlite", None, Sqlite()),
        ("customers.sqlite3", None, Sqlite()),
        ("customers.DB", None, Sqlite()),
        ("customers", None, Sqlite()),
        (".customers", None, Sqlite()),
        ("customers.jsonl", None, Jsonl()),
        ("customers.NDJSON", None, Jsonl()),
        ("customers.2024.csv", None, Csv()),
        ("customers.Parquet", None, Parquet()),
        ("customers.csv", "sqlite", Sqlite()),
        ("customers.xlsx", "CSV", Csv()),
        ("customers", "Jsonl", Jsonl()),
        ("customers.sqlite", Csv(bom=True), Csv(bom=True)),
        ("customers.txt", Parquet(row_group_rows=5), Parquet(row_group_rows=5)),
    ],
)
def test_a_format_is_chosen(path: str, format: str | Format | None, chosen: Format) -> None:  # noqa: A002
    """What is asked for wins, then the suffix; case never counts, and SQLite is what there is without either."""
    assert choose_format(Path(path), format) == (chosen, "")


@pytest.mark.parametrize(
    ("path", "format", "words"),
    [
        ("canary.xlsx", None, "path must end in one of .sqlite, .sqlite3, .db, .jsonl, .ndjson, .csv, .parquet, or"),
        ("canary.xlsx", None, "format must be one of sqlite, jsonl, csv, parquet"),
        ("canary.csv", "canary", "format must be one of sqlite, jsonl, csv, parquet"),
        ("canary.csv", "", "format must be one of"),
        ("canary.csv", Csv, "or a value such as Csv(bom=True)"),
        ("canary.csv", 3, "or a value such as Csv(bom=True)"),
    ],
)
def test_a_problem_says_what_there_is(path: str, format: Any, words: str) -> None:  # noqa: A002
    """Who asked for what there is not is told what there is, and hears nothing of the path again."""
    chosen, problem = choose_format(Path(path), format)

    assert chosen is None
    assert words in problem
    assert "canary" not in problem


def test_parquet_without_pyarrow_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The missing extra is named, with the command that installs it; the other formats need nothing."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    chosen, problem = choose_format(Path("customers.parquet"), None)
    assert chosen is None
    assert "pip install 'snipcart-async[parquet]'" in problem
    assert choose_format(Path("customers.csv"), None) == (Csv(), "")


def test_the_first_format_is_the_default() -> None:
    """The command and the docs list the formats in this order."""
    assert list(FORMATS) == ["sqlite", "jsonl", "csv", "parquet"]
