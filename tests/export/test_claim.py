"""The claim to a place: one export at a time, and nobody's files are lost to whoever comes second."""

import asyncio
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest

from snipcart_async.errors import ConfigurationError, ExportError
from snipcart_async.export import disk, export_customers
from snipcart_async.export.claim import Claim
from snipcart_async.export.place import Place
from snipcart_async.testing import FakeSnipcart

from .exporting import (
    FORMATS,
    assert_whole,
    client_of,
    files_in,
    leave_unfinished,
    leave_unpublished,
    shop_of_several_windows,
)


@contextmanager
def claimed(target: Path, **options: bool) -> Iterator[Claim]:
    """Claim a place for a new export."""
    with Claim(Place(target), **{"overwrite": False, "resume": False, **options}) as claim:
        yield claim


def test_nothing_is_left_unless_kept(target: Path) -> None:
    """A claim leaves nothing behind when nothing was done."""
    with claimed(target) as claim:
        assert [claim.place.part] == list(target.parent.iterdir())
        claim.renew()
        assert [claim.place.part] == list(target.parent.iterdir())

    assert not list(target.parent.iterdir())


@pytest.mark.parametrize("options", [{}, {"resume": True}, {"overwrite": True}, {"resume": True, "overwrite": True}])
def test_only_one_holds_a_place(target: Path, options: dict[str, bool]) -> None:
    """Whoever comes second is refused, however he asks, also when the first one has begun anew."""
    with claimed(target) as claim:
        for _ in range(2):
            with pytest.raises(ConfigurationError, match="another export is writing it") as caught:
                Claim(claim.place, **{"overwrite": False, "resume": False, **options})
            assert caught.value.__context__ is None
            assert claim.place.part.exists()
            claim.renew()
        claim.keep = True
    with claimed(target, resume=True) as claim:
        assert claim.keep


def test_whoever_was_quicker_keeps_the_place(target: Path) -> None:
    """Between removing what is old and creating anew another export may begin: it is not disturbed."""
    with claimed(target) as first:
        first.place.part.unlink()
        with claimed(target) as second:
            theirs = second.place.part.stat()
            first._create_part()
            with pytest.raises(ConfigurationError, match="another export is writing it"):
                first._create()
            assert os.path.samestat(theirs, second.place.part.stat())
            first.keep = True


def test_a_place_lost_while_beginning_anew(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who loses the place to a quicker one leaves that one's files alone."""
    place = Place(target)
    remove = Path.unlink

    def remove_and_be_late(path: Path, *, missing_ok: bool = False) -> None:
        remove(path, missing_ok=missing_ok)
        if path == place.converted:
            place.part.write_text("theirs")

    with claimed(target) as claim:
        monkeypatch.setattr(Path, "unlink", remove_and_be_late)
        with pytest.raises(ConfigurationError, match="another export is writing it"):
            claim.renew()

    assert files_in(target.parent) == {place.part.name: b"theirs"}


def test_a_folder_that_vanishes_before_beginning_anew(target: Path) -> None:
    """A place that has gone is an error of the disk, and the claim lets go all the same."""
    folder = target.parent / "folder"
    folder.mkdir()
    with claimed(folder / target.name) as claim:
        claim.place.part.unlink()
        folder.rmdir()
        with pytest.raises(ExportError, match="No such file"):
            claim.renew()


def test_a_part_that_was_removed_before_it_was_locked(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An export that finishes while another one opens its part holds the place to the last; the other is refused."""
    place = Place(target)
    place.part.touch()
    lock = fcntl.flock

    def lock_too_late(descriptor: int, how: int) -> None:
        place.part.rename(target)
        lock(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", lock_too_late)
    with pytest.raises(ConfigurationError, match="another export is writing it"):
        Claim(place, overwrite=False, resume=True)

    assert [target] == list(target.parent.iterdir())


def test_an_export_that_finishes_meanwhile(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that appeared before the place was locked is not replaced, and no part is left beside it."""
    lock = fcntl.flock

    def appear(descriptor: int, how: int) -> None:
        target.write_text("theirs")
        lock(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", appear)
    with pytest.raises(ConfigurationError, match="exists already"):
        Claim(Place(target), overwrite=False, resume=False)

    assert files_in(target.parent) == {target.name: b"theirs"}


def test_a_disk_without_locks(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that cannot lock is no other export: the error says what the disk says."""

    def refuse(*_: object) -> NoReturn:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(ExportError, match="No locks available") as caught:
        Claim(Place(target), overwrite=False, resume=False)

    assert caught.value.__context__ is None


@pytest.mark.parametrize("suffix", FORMATS)
async def test_a_second_export(tmp_path: Path, suffix: str) -> None:
    """While an export runs, a second one to the same path is refused before it asks; the first one finishes."""
    path = tmp_path / f"customers.{suffix}"
    async with shop_of_several_windows() as fake, client_of(fake) as snipcart, client_of(fake) as other:
        fake.latency = 0.02
        begun = asyncio.Event()
        first = asyncio.create_task(export_customers(snipcart, path, on_progress=lambda _: begun.set()))
        await begun.wait()
        options: list[dict[str, Any]] = [{}, {"resume": True}, {"overwrite": True}]
        for chosen in options:
            asked = len(fake.requests)
            with pytest.raises(ConfigurationError, match="another export is writing it"):
                await export_customers(other, path, **chosen)
            assert asked == len(fake.requests)
        fake.latency = 0
        report = await first

        assert report.customers == 240
        assert_whole(fake, path)


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
async def test_ended_again_after_publishing(tmp_path: Path, suffix: str) -> None:
    """Where not even a checkpoint is left, all begins anew; until that is done, the published file stays."""
    path = tmp_path / f"customers.{suffix}"
    async with shop_of_several_windows() as fake, client_of(fake) as snipcart:
        await leave_unpublished(fake, path)
        place = Place(path)
        os.link(place.converted if suffix == "parquet" else place.part, path)
        disk.remove(place.checkpoint)
        content = path.read_bytes()
        for _ in range(2):
            await leave_unfinished(fake, path, resume=True)
            assert content == path.read_bytes()
            disk.remove(place.checkpoint)
        await leave_unfinished(fake, path, resume=True)
        report = await export_customers(snipcart, path, resume=True)

        assert (report.customers, report.resumed) == (240, True)
        assert_whole(fake, path)


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
async def test_ended_between_publishing_and_tidying_up(tmp_path: Path, suffix: str) -> None:
    """The file has its name but not all else is tidied up: resuming does just that, and nobody else replaces it."""
    path = tmp_path / f"customers.{suffix}"
    async with FakeSnipcart(12) as fake, client_of(fake) as snipcart:
        fake.spoil(fake.shop.customer_ids()[7], email=17)
        await leave_unpublished(fake, path)
        place = Place(path)
        os.link(place.converted if place.converted.exists() else place.part, path)
        content = path.read_bytes()
        with pytest.raises(ConfigurationError, match="unfinished export"):
            await export_customers(snipcart, path)
        fake.requests.clear()
        report = await export_customers(snipcart, path, resume=True)

        assert (report.customers, report.rejected, report.resumed) == (11, 1, True)
        assert not fake.requests
        assert content == path.read_bytes()
        assert_whole(fake, path)
