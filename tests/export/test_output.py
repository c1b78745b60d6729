"""The output of an export on disks that fill up, vanish or know little: our error, nothing lost, nothing half done."""

import os
import shutil
import traceback
from pathlib import Path

import pytest

from snipcart_async.errors import ExportError
from snipcart_async.export import ExportProgress, export_customers
from snipcart_async.export.as_jsonl import Jsonl
from snipcart_async.export.claim import Claim
from snipcart_async.export.columns import customers_table
from snipcart_async.export.output import Output
from snipcart_async.export.place import Place
from snipcart_async.export.result import Reject
from snipcart_async.testing import FakeSnipcart

from .exporting import (
    FORMATS,
    assert_private,
    assert_whole,
    at_window,
    client_of,
    files_in,
    leave_unfinished,
    make_file,
    modes_in,
    room_for,
    shop_of_several_windows,
)
from .test_disk import refuse_links

NAME = "Ada Lovelace"
every_format = pytest.mark.parametrize("suffix", FORMATS)


def put(path: Path, text: str) -> None:
    """Put a file there."""
    path.write_text(text)


@every_format
async def test_private_from_the_first_byte(tmp_path: Path, suffix: str) -> None:
    """Nobody else may read any file there ever is, whatever the process allows by default."""
    path = tmp_path / f"customers.{suffix}"
    seen: dict[str, set[int]] = {}

    def look(_: ExportProgress) -> None:
        for name, mode in modes_in(tmp_path).items():
            seen.setdefault(name.removeprefix(path.name), set()).add(mode)

    def appear(progress: ExportProgress) -> None:
        look(progress)
        path.touch(0o600)

    umask = os.umask(0)
    try:
        async with shop_of_several_windows() as fake, client_of(fake) as snipcart:
            fake.spoil(fake.shop.customer_ids()[70], email=17)
            with pytest.raises(ExportError, match="a file appeared"):
                await export_customers(snipcart, path, on_progress=appear)
            look(ExportProgress(customers=0, total=0, windows=0, windows_total=0))
            path.unlink()
            await export_customers(snipcart, path, resume=True)
            look(ExportProgress(customers=0, total=0, windows=0, windows_total=0))
    finally:
        os.umask(umask)

    special = {"sqlite": {".part-journal"}, "parquet": {".part.converted"}}.get(suffix, set())
    assert set(seen) == {"", ".part", ".checkpoint", ".rejects.jsonl.part", ".rejects.jsonl"} | special
    assert {mode for modes in seen.values() for mode in modes} == {0o600}


@every_format
async def test_a_disk_that_fills_up(tmp_path: Path, suffix: str) -> None:
    """When there is no room left the export ends with our error; with room again it goes on where it was."""
    path = tmp_path / f"customers.{suffix}"
    async with shop_of_several_windows() as fake, client_of(fake) as snipcart:
        with room_for(60_000), pytest.raises(ExportError, match=r"cannot be written: .*resume=True") as caught:
            await export_customers(snipcart, path)
        assert_private(fake, caught.value)
        assert not path.exists()
        assert Place(path).checkpoint.exists()
        report = await export_customers(snipcart, path, resume=True)

        assert report.resumed
        assert report.complete
        assert_whole(fake, path)


@every_format
async def test_a_disk_that_has_no_room_at_all(tmp_path: Path, suffix: str) -> None:
    """What fits the buffers of a file is missed only when that is flushed: that is an error too, and leaves nothing."""
    path = tmp_path / f"customers.{suffix}"
    async with FakeSnipcart(3) as fake, client_of(fake) as snipcart:
        with room_for(500), pytest.raises(ExportError, match="cannot be written") as caught:
            await export_customers(snipcart, path)
        assert_private(fake, caught.value)
        assert not files_in(tmp_path)
        report = await export_customers(snipcart, path, resume=True)

        assert not report.resumed
        assert_whole(fake, path)


async def test_no_room_to_convert(tmp_path: Path) -> None:
    """A disk that fills up when all is read and is converted: the old file stays, and resuming finishes."""
    path = tmp_path / "customers.parquet"
    make_file(path)
    async with shop_of_several_windows() as fake, client_of(fake) as snipcart:
        with room_for(10**9) as set_size, pytest.raises(ExportError, match="cannot be written") as caught:
            await export_customers(snipcart, path, overwrite=True, on_progress=at_window(6, lambda _: set_size(1000)))
        assert_private(fake, caught.value)
        assert path.read_text() == "old"
        assert not Place(path).converted.exists()
        fake.requests.clear()
        report = await export_customers(snipcart, path, overwrite=True, resume=True)

        assert report.resumed
        assert not fake.requests
        assert_whole(fake, path)


@every_format
async def test_a_folder_that_vanishes(tmp_path: Path, suffix: str) -> None:
    """When the folder goes while the export runs, that is our error, and no other one shows."""
    folder = tmp_path / "folder"
    folder.mkdir()
    async with shop_of_several_windows() as fake, client_of(fake) as snipcart:
        with pytest.raises(ExportError, match="cannot be written") as caught:
            await export_customers(
                snipcart,
                folder / f"customers.{suffix}",
                on_progress=at_window(2, lambda _: shutil.rmtree(folder)),
            )
        assert_private(fake, caught.value)

    assert not folder.exists()


@pytest.mark.parametrize("links", [True, False])
@every_format
async def test_a_file_that_appears_meanwhile(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    suffix: str,
    links: bool,  # noqa: FBT001 - a case
) -> None:
    """A file that somebody else put there meanwhile stays theirs; once it is moved away, resuming finishes."""
    path = tmp_path / f"customers.{suffix}"
    if not links:
        monkeypatch.setattr(os, "link", refuse_links)
    async with FakeSnipcart(12) as fake, client_of(fake) as snipcart:
        fake.spoil(fake.shop.customer_ids()[7], email=17)
        with pytest.raises(ExportError, match=r"a file appeared at the path.*resume=True") as caught:
            await export_customers(snipcart, path, on_progress=lambda _: put(path, "theirs"))
        assert_private(fake, caught.value)
        assert path.read_text() == "theirs"
        assert not Place(path).rejects.exists()
        path.unlink()
        fake.requests.clear()
        report = await export_customers(snipcart, path, resume=True)

        assert (report.customers, report.rejected, report.resumed) == (11, 1, True)
        assert not fake.requests
        assert_whole(fake, path)


async def test_rejects_that_appear_meanwhile(tmp_path: Path) -> None:
    """Somebody else's rejects are left as they are too, and nothing gets its name before both can."""
    path = tmp_path / "customers.jsonl"
    rejects = Place(path).rejects
    async with FakeSnipcart(12) as fake, client_of(fake) as snipcart:
        fake.spoil(fake.shop.customer_ids()[7], email=17)
        with pytest.raises(ExportError, match="a file appeared"):
            await export_customers(snipcart, path, on_progress=lambda _: put(rejects, "theirs"))
        assert rejects.read_text() == "theirs"
        assert not path.exists()
        rejects.unlink()
        await export_customers(snipcart, path, resume=True)

        assert_whole(fake, path)


@pytest.mark.parametrize("links", [True, False])
async def test_old_rejects_go_with_the_old_file(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    links: bool,  # noqa: FBT001 - a case
) -> None:
    """Overwriting replaces the rejects of an earlier export, or removes them where there are none any more."""
    path = tmp_path / "customers.jsonl"
    if not links:
        monkeypatch.setattr(os, "link", refuse_links)
    async with FakeSnipcart(12) as fake, client_of(fake) as snipcart:
        first, second = fake.shop.customer_ids()[:2]
        for spoiled in (first, second):
            fake.spoil(spoiled, email=17)
            await export_customers(snipcart, path, overwrite=True)
            assert_whole(fake, path)
        for mended in (first, second):
            fake.spoil(mended, email="ann@example.com")
        await export_customers(snipcart, path, overwrite=True)

        assert_whole(fake, path)
        assert list(files_in(tmp_path)) == [path.name]


@every_format
async def test_overwriting_with_an_unfinished_export_there(tmp_path: Path, suffix: str) -> None:
    """Beginning anew throws the unfinished export away, but keeps the old file until the new one is whole."""
    path = tmp_path / f"customers.{suffix}"
    async with shop_of_several_windows() as fake, client_of(fake) as snipcart:
        await leave_unfinished(fake, path)
        path.write_text("old")
        old: list[bool] = []
        report = await export_customers(
            snipcart, path, overwrite=True, on_progress=lambda _: old.append(path.read_bytes() == b"old")
        )

        assert old
        assert all(old)
        assert not report.resumed
        assert_whole(fake, path)


def test_a_file_that_cannot_be_opened(target: Path) -> None:
    """Where a file has gone before it is opened, no other one is left open, and the error is ours."""
    with Claim(Place(target), overwrite=False, resume=False) as claim:

        class Gone:
            name = "gone"

            def open(self, path: Path, *_: object) -> None:
                raise FileNotFoundError(2, "No such file or directory")

        with pytest.raises(ExportError, match="No such file") as caught:
            Output(claim, Gone(), customers_table(), None)  # type: ignore[arg-type]

    assert caught.value.__context__ is None
    assert not list(target.parent.iterdir())


async def test_a_full_disk_shows_nobody_who_could_not_be_read(tmp_path: Path) -> None:
    """A reject is a document as it came: no traceback holds it, not even with its locals."""
    place = Place(tmp_path / "customers.jsonl")
    with Claim(place, overwrite=False, resume=False) as claim:
        output = Output(claim, Jsonl(), customers_table(), None)
        reject = Reject(key="k", created=None, problems=("odd",), document={"name": NAME * 10_000})
        with room_for(1000), pytest.raises(ExportError) as caught:
            output.write((), (reject,))
        output.close()
    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())

    assert NAME not in shown
