"""Loading a fake shop by dlt, and looking at what came of it."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dlt
import pytest

from snipcart_async.errors import ExportError
from snipcart_async.testing import FakeSnipcart

Row = dict[str, Any]


@contextmanager
def shop_of_several_windows(monkeypatch: pytest.MonkeyPatch, folder: Path, **options: Any) -> Iterator[FakeSnipcart]:
    """Serve a shop of 24 customers from another thread, with its key among dlt's secrets, and keep dlt at home."""
    with FakeSnipcart(customers=24, page_cap=2, **options) as fake:
        make_known(monkeypatch, folder, fake)
        yield fake


def make_known(monkeypatch: pytest.MonkeyPatch, folder: Path, fake: FakeSnipcart) -> None:
    """Put the key of a fake shop among dlt's secrets, and keep dlt at home."""
    monkeypatch.setenv("RUNTIME__DLTHUB_TELEMETRY", "false")
    monkeypatch.setenv("DLT_DATA_DIR", str(folder / "dlt"))
    monkeypatch.setenv("SNIPCART_BASE_URL", fake.base_url)
    monkeypatch.setenv("SOURCES__SNIPCART__API_KEY", fake.api_key)
    monkeypatch.delenv("SNIPCART_SECRET_API_KEY", raising=False)


def rows(pipeline: dlt.Pipeline, table: str) -> list[Row]:
    """Read a table."""
    relation = pipeline.dataset()[table]
    names = list(relation.columns)
    return [dict(zip(names, values, strict=True)) for values in relation.fetchall()]


def by_id(pipeline: dlt.Pipeline) -> dict[str, Row]:
    """Read the customers; each of them is there once."""
    found = rows(pipeline, "customers")
    customers = {row["id"]: row for row in found}
    assert len(customers) == len(found)
    return customers


def proofs(pipeline: dlt.Pipeline) -> list[Row]:
    """Read what the runs proved, the first one first."""
    return sorted(rows(pipeline, "snipcart_exports"), key=lambda row: (row["_dlt_load_id"], row["resource"]))


def refusal(failed: pytest.ExceptionInfo[Exception]) -> str:
    """Give the words of the error of ours behind an error of dlt's."""
    error: BaseException | None = failed.value
    while error is not None and not isinstance(error, ExportError):
        error = error.__cause__
    assert error is not None
    return str(error)


def everything_in(folder: Path) -> bytes:
    """Read all files of a folder, unpacked."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return b"".join(gzip.decompress(f.read_bytes()) if f.suffix == ".gz" else f.read_bytes() for f in files)
