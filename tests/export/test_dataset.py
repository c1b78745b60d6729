"""Datasets: all of it appears at once, whoever was interrupted, and whatever other tries have left."""

import json
from decimal import Decimal
from errno import EIO
from pathlib import Path
from typing import Any

import attrs
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from snipcart_async.errors import ExportError
from snipcart_async.export import ExportReport, Plan, Reject, Tally, Window, WindowResult
from snipcart_async.export.dataset import Dataset, Part
from snipcart_async.models import Customer

from .asking import LONG_AGO
from .exporting import room_for
from .formats.rows import CUSTOMERS

PLAN = Plan(windows=(Window(),), total=240, settled=LONG_AGO, requests=1)


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    """Make room for a dataset."""
    dataset = Dataset(folder=tmp_path, partition="shop=paris", run="1")
    dataset.stage()
    return dataset


def result_of(*customers: Customer, **more: Any) -> WindowResult:
    """Make what reading a window gave."""
    nobody: dict[str, Any] = {"undated": (), "rejects": (), "doubts": (), "repaired": 0, "settled": None, "requests": 1}
    return WindowResult(window=Window(), customers=customers, **(nobody | more))


def report_of(dataset: Dataset, *parts: Part) -> ExportReport:
    """Report on parts."""
    return sum((part.tally for part in parts), Tally()).report(PLAN, dataset.target, seconds=1.5)


def spend(customer: Customer, amount: str) -> Customer:
    """Give a customer another amount."""
    return attrs.evolve(customer, statistics=attrs.evolve(customer.statistics, orders_amount=Decimal(amount)))


def ids_in(dataset: Dataset) -> list[list[str]]:
    """Read the ids of each published file."""
    return [pq.ParquetFile(path).read(["id"])["id"].to_pylist() for path in sorted(dataset.target.glob("*.parquet"))]


def test_only_the_tries_that_counted_are_published(dataset: Dataset) -> None:
    """A window that was read twice is there once; nothing is to be seen before."""
    lost, part = dataset.write(PLAN, result_of(*CUSTOMERS[:5])), dataset.write(PLAN, result_of(*CUSTOMERS[:4]))
    other = dataset.write(PLAN, result_of(*CUSTOMERS[5:7]))
    (dataset.staging / "killed.rows").write_bytes(b"half a row")

    assert lost.name != part.name
    assert not dataset.target.exists()

    dataset.publish([part, other], report_of(dataset, part, other))

    assert ids_in(dataset) == [[c.id for c in CUSTOMERS[:4]], [c.id for c in CUSTOMERS[5:7]]]
    assert {path.name for path in dataset.target.iterdir()} == {
        "part-00000.parquet",
        "part-00001.parquet",
        "_report.json",
    }
    assert [path.name for path in dataset.folder.iterdir()] == ["shop=paris"]


@pytest.mark.parametrize("step", ["named", "published", "moved"])
def test_who_did_not_live_to_publish_is_followed_by_another(dataset: Dataset, step: str) -> None:
    """Killed after any of its steps, publishing is done again, and ends alike."""
    dataset = attrs.evolve(dataset, overwrite=True)
    part = dataset.write(PLAN, result_of(*CUSTOMERS[:3]))
    report = report_of(dataset, part)
    if step == "named":
        (dataset.staging / part.name).rename(dataset.staging / "part-00000.parquet")
    if step == "moved":
        dataset.replaced.mkdir()
    if step == "published":
        dataset.publish([part], report)
    dataset.publish([part], report)

    assert ids_in(dataset) == [[customer.id for customer in CUSTOMERS[:3]]]
    assert [path.name for path in dataset.folder.iterdir()] == ["shop=paris"]


def test_parts_that_are_elsewhere_are_no_success(dataset: Dataset) -> None:
    """Where a process sees another folder, it does not take an older dataset for this one."""
    part = dataset.write(PLAN, result_of(*CUSTOMERS[:3]))
    report = report_of(dataset, part)
    elsewhere = attrs.evolve(dataset, run="2")
    with pytest.raises(ExportError, match="every process must see the same folder"):
        elsewhere.publish([part], report)
    dataset.publish([part], report)
    with pytest.raises(ExportError, match="the parts are not there"):
        elsewhere.publish([part], attrs.evolve(report, customers=7))


def test_another_dataset_is_replaced_only_where_that_is_asked_for(dataset: Dataset) -> None:
    """One that appeared meanwhile stays as it is; with `overwrite` the new one takes its place."""
    dataset.target.mkdir()
    (dataset.target / "part-00000.parquet").touch()
    part = dataset.write(PLAN, result_of(*CUSTOMERS[:3]))
    with pytest.raises(ExportError, match="another export has finished meanwhile"):
        dataset.publish([part], report_of(dataset, part))

    assert "overwrite=True" in dataset.problem()

    dataset = attrs.evolve(dataset, overwrite=True)
    dataset.publish([part], report_of(dataset, part))

    assert dataset.problem() == ""
    assert [len(ids) for ids in ids_in(dataset)] == [3]


class StubbornPath(type(Path())):  # type: ignore[misc]
    """Be a place on a disk that refuses to give a dataset another name."""

    def rename(self, target: Path) -> Path:
        """Rename anything else."""
        if self.name == "_shop=paris.2":
            raise OSError(EIO, "the disk failed")
        return Path(self).rename(target)


def test_an_older_dataset_comes_back_where_the_new_one_cannot_take_its_place(dataset: Dataset) -> None:
    """Between two renames nothing is there, and the second one may fail."""
    part = dataset.write(PLAN, result_of(*CUSTOMERS[:4]))
    dataset.publish([part], report_of(dataset, part))
    newer = attrs.evolve(dataset, run="2", overwrite=True, folder=StubbornPath(dataset.folder))
    newer.stage()
    other = newer.write(PLAN, result_of(*CUSTOMERS[4:6]))
    with pytest.raises(ExportError, match="the disk failed"):
        newer.publish([other], report_of(newer, other))

    assert ids_in(dataset) == [[customer.id for customer in CUSTOMERS[:4]]]
    assert not newer.replaced.exists()


def test_a_disk_that_refuses_to_tidy_up_is_no_error(dataset: Dataset) -> None:
    """What ended the export is told, not that its leftovers could not be removed: no reader sees them."""
    stubborn = attrs.evolve(dataset, run="2", folder=StubbornPath(dataset.folder))
    stubborn.stage()
    stubborn.discard()

    assert stubborn.staging.exists()
    assert not list(dataset.folder.glob("shop=*"))


def test_who_shows_in_two_windows_is_there_once(dataset: Dataset) -> None:
    """Customers and rejects without a date are told apart by their keys; who could be read somewhere is no reject."""
    nobody = attrs.evolve(CUSTOMERS[9], creation_date=None)
    rejects = [Reject(problems=("$.email: a number",), document={"n": key}, key=key) for key in (nobody.id, "b", "b")]
    parts = [
        dataset.write(PLAN, result_of(*CUSTOMERS[:2], undated=(nobody,), rejects=tuple(rejects))) for _ in range(2)
    ]
    report = report_of(dataset, *parts)
    dataset.publish(parts, report)
    lines = (dataset.target / "_rejects.jsonl").read_bytes().splitlines()

    assert ids_in(dataset)[-1] == [nobody.id]
    assert (report.customers, report.rejected) == (5, 1)
    assert [json.loads(line) for line in lines] == [{"problems": ["$.email: a number"], "document": {"n": "b"}}]
    assert json.loads((dataset.target / "_report.json").read_bytes()) == json.loads(json.dumps(report.as_dict()))


@pytest.mark.parametrize(
    ("amounts", "wide"),
    [
        (["12.5", "1000.25"], pa.decimal128(18, 2)),
        (["12.5", "0.00001"], pa.decimal128(38, 5)),
        (["0.00001", "1e31", "12.5"], pa.decimal128(38, 5)),
        (["1e-30", "1e30"], pa.string()),
        (["1e50", "12.5"], pa.string()),
    ],
)
def test_all_files_have_the_same_types(dataset: Dataset, amounts: list[str], wide: pa.DataType) -> None:
    """Where one window needs more digits, the files of the others get as wide a column; no digit is lost."""
    parts = [
        dataset.write(PLAN, result_of(spend(customer, amount)))
        for customer, amount in zip(CUSTOMERS, amounts, strict=False)
    ]
    dataset.publish(parts, report_of(dataset, *parts))
    tables = [pq.ParquetFile(path).read() for path in sorted(dataset.target.glob("*.parquet"))]

    assert {table.schema.field("statistics_orders_amount").type for table in tables} == {wide}
    assert len({table.schema for table in tables}) == 1
    read = [Decimal(table["statistics_orders_amount"][0].as_py()) for table in tables]
    assert read == [Decimal(amount) for amount in amounts]
    assert {path.stat().st_mode & 0o777 for path in dataset.target.iterdir()} == {0o600}


def test_a_full_disk_is_an_error_and_leaves_nothing(dataset: Dataset) -> None:
    """The part is not there in any form, and the error shows nobody."""
    with room_for(1000), pytest.raises(ExportError, match="cannot be written") as caught:
        dataset.write(PLAN, result_of(*CUSTOMERS))

    assert str(CUSTOMERS[0].email) not in repr(caught.value)
    assert not [*dataset.staging.iterdir()]

    for _ in range(2):
        dataset.discard()

    assert not [*dataset.folder.iterdir()]


def test_a_folder_must_be_there(tmp_path: Path) -> None:
    """One that is not shared is not made anew on each machine."""
    assert Dataset(folder=tmp_path / "nowhere", partition="shop=paris", run="1").problem() == "folder must exist"
