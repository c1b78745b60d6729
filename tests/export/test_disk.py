"""What an export does to the disk, step by step; where no real disk misbehaves so, a function of `os` does it."""

import errno
import os
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

from snipcart_async.errors import ExportError
from snipcart_async.export import disk

from .exporting import files_in, room_for


def refuse_links(*_: object) -> NoReturn:
    """Do as a disk that knows no links."""
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))


@pytest.fixture(params=[True, False], ids=["links", "no links"])
def _links(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a disk that knows links, then one that does not."""
    if not request.param:
        monkeypatch.setattr(os, "link", refuse_links)


def test_private_from_the_first_byte(tmp_path: Path) -> None:
    """A file that is created is nobody else's, whatever the process allows by default."""
    path = tmp_path / "new"
    umask = os.umask(0)
    try:
        with disk.create(path):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(umask)


def test_creating_replaces_nothing(tmp_path: Path) -> None:
    """Neither a file nor a link to nowhere is opened for a new one."""
    path, link = tmp_path / "old", tmp_path / "link"
    path.write_text("old")
    link.symlink_to("nowhere")
    for taken in (path, link):
        with pytest.raises(FileExistsError):
            disk.create(taken)

    assert path.read_text() == "old"


def test_replacing_all_or_nothing(tmp_path: Path) -> None:
    """A file gets new content; when that has no room the old is still there, and what was left once does no harm."""
    path = tmp_path / "file"
    disk.replace(path, [b"old"])
    with room_for(100), pytest.raises(OSError, match="too large"):
        disk.replace(path, [bytes(1000)])
    assert path.read_bytes() == b"old"
    disk.replace(path, [b"new"])

    assert files_in(tmp_path) == {"file": b"new"}


@pytest.mark.usefixtures("_links")
def test_publishing_replaces_nothing(tmp_path: Path) -> None:
    """A file gets a name that is free, and never one that is taken, even by a link to nowhere."""
    source, taken, link = tmp_path / "source", tmp_path / "taken", tmp_path / "link"
    source.write_text("new")
    taken.write_text("old")
    link.symlink_to("nowhere")
    for target in (taken, link):
        with pytest.raises(FileExistsError):
            disk.publish(source, target, overwrite=False)
    disk.publish(source, tmp_path / "free", overwrite=False)

    assert taken.read_text() == "old"
    assert link.is_symlink()
    assert (tmp_path / "free").read_text() == "new"


@pytest.mark.usefixtures("_links")
def test_publishing_over_a_file(tmp_path: Path) -> None:
    """A file takes the name of another where that is asked for, whatever an earlier try has left."""
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_text("new")
    target.write_text("old")
    disk.fresh(source).write_text("left")
    disk.publish(source, target, overwrite=True)
    disk.remove(source, disk.fresh(source))

    assert files_in(tmp_path) == {"target": b"new"}


@pytest.mark.parametrize("overwrite", [True, False])
def test_the_old_name_stays_as_a_mark(tmp_path: Path, *, overwrite: bool) -> None:
    """After publishing, the file has both names, so that nobody takes it for somebody else's."""
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_text("new")
    disk.publish(source, target, overwrite=overwrite)

    assert source.samefile(target)


def test_publishing_what_has_gone(tmp_path: Path) -> None:
    """A source that is not there is an error, and no file."""
    with pytest.raises(FileNotFoundError):
        disk.publish(tmp_path / "gone", tmp_path / "target", overwrite=False)

    assert not files_in(tmp_path)


@pytest.mark.parametrize(("number", "raises"), [(errno.EINVAL, False), (errno.ENOTSUP, False), (errno.EIO, True)])
def test_folders_that_cannot_be_synced(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    raises: bool,  # noqa: FBT001 - a case
) -> None:
    """Some network disks do not know how to sync a folder, which is no reason to fail; a broken disk is one."""

    def refuse(_: int) -> NoReturn:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    if raises:
        with pytest.raises(OSError, match=os.strerror(number)):
            disk.sync_folder(tmp_path)
    else:
        disk.sync_folder(tmp_path)


def test_reading(tmp_path: Path) -> None:
    """A file is read; a pipe is not waited for, and a link not followed."""
    path, pipe, link = tmp_path / "file", tmp_path / "pipe", tmp_path / "link"
    path.write_bytes(b"content")
    os.mkfifo(pipe)
    link.symlink_to(path)

    assert disk.read(path) == b"content"
    assert disk.read(pipe) == b""
    with pytest.raises(OSError, match="symbolic links"):
        disk.read(link)


def test_whether_an_open_file_has_its_name(tmp_path: Path) -> None:
    """A file that was removed is no longer at its name, nor when another one has that."""
    path = tmp_path / "file"
    with path.open("wb") as file:
        there = disk.is_at(file.fileno(), path)
        path.unlink()
        gone = disk.is_at(file.fileno(), path)
        path.touch()
        other = disk.is_at(file.fileno(), path)

    assert (there, gone, other) == (True, False, False)


def fail_with(error: Exception) -> Callable[[], Any]:
    """Give something to do that fails."""

    def act() -> NoReturn:
        raise error

    return act


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/home/zoe/customers.jsonl"), "No space left on device;"),
        (OSError("no number"), "OSError;"),
        (sqlite3.OperationalError("database or disk is full"), "database or disk is full;"),
        (ValueError("the file is shorter"), "the file is shorter;"),
    ],
)
def test_insisting(error: Exception, problem: str) -> None:
    """What the disk says becomes our error, which says what to do and names no file, and hides no other error."""
    with pytest.raises(ExportError, match=problem) as caught:
        disk.insist(fail_with(error))

    assert "resume=True" in str(caught.value)
    assert "zoe" not in str(caught.value)
    assert caught.value.__context__ is None
    assert disk.insist(lambda: 5) == 5
