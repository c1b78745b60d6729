"""What tests of exports that end early share: shops, disks without room, and looks at what is there."""

import json
import os
import resource
import stat
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from snipcart_async import SnipcartClient
from snipcart_async.errors import ExportError, SnipcartError
from snipcart_async.export import ExportProgress, disk, export_customers, formats
from snipcart_async.export.job import OnProgress
from snipcart_async.export.place import Place
from snipcart_async.testing import FakeSnipcart

from .formats.rows import read_rows

FORMATS = formats.FORMATS


def shop_of_several_windows() -> FakeSnipcart:
    """Give a shop whose small pages make six windows of 240 customers."""
    return FakeSnipcart(customers=240, page_cap=10)


def client_of(fake: FakeSnipcart) -> SnipcartClient:
    """Give a client that asks a fake shop, with the key that opens it now."""
    return SnipcartClient(fake.api_key, base_url=fake.base_url)


def is_there(path: Path) -> bool:
    """Tell whether there is anything of this name, be it a link to nowhere."""
    return os.path.lexists(path)


def make_file(path: Path) -> Path:
    """Put a file there."""
    path.write_text("old")
    return path


def files_in(folder: Path) -> dict[str, bytes]:
    """Read every file of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def modes_in(folder: Path) -> dict[str, int]:
    """Look who may do what with the files of a folder."""
    return {path.name: stat.S_IMODE(path.lstat().st_mode) for path in folder.iterdir()}


def assert_whole(fake: FakeSnipcart, path: Path) -> None:
    """Check that everybody is there once, in the file or among the rejects, and nothing else lies about."""
    rejects = Place(path).rejects
    lines = rejects.read_bytes().splitlines() if rejects.exists() else []
    ids = [row["id"] for row in read_rows(path, FORMATS[path.suffix[1:]])]
    ids += [json.loads(line)["document"]["id"] for line in lines]
    assert sorted(ids) == sorted(fake.shop.customer_ids())
    assert {path, *([rejects] if lines else [])} == set(path.parent.iterdir())


def assert_private(fake: FakeSnipcart, error: BaseException) -> None:
    """Check that an error shows nobody's data, not even with the locals of its traceback, and hides no other error."""
    shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    records = [fake.shop.find(customer_id) for customer_id in fake.shop.customer_ids()]
    assert error.__context__ is None
    private = [word for record in records if record for word in (record.email, record.billing_name) if word]
    assert len(private) >= len(records)
    assert not [word for word in private if word in shown]


@contextmanager
def room_for(size: int) -> Iterator[Callable[[int], None]]:
    """Let no file grow beyond a size: whoever tries is told so, as by a full disk; give what changes the size."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def set_size(size: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))

    set_size(size)
    try:
        yield set_size
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def at_window(number: int, act: OnProgress) -> OnProgress:
    """Do something once, when so many windows are done."""
    seen: list[ExportProgress] = []

    def watch(progress: ExportProgress) -> None:
        if progress.windows == number and not seen:
            seen.append(progress)
            act(progress)

    return watch


async def leave_unfinished(fake: FakeSnipcart, path: Path, windows: int = 1, *, resume: bool = False) -> None:
    """Begin an export that Snipcart ends when some windows are done."""
    async with client_of(fake) as snipcart:
        watch = at_window(windows, lambda _: fake.fail_next(status=400))
        with pytest.raises(SnipcartError):
            await export_customers(snipcart, path, concurrency=1, on_progress=watch, resume=resume)


async def leave_unpublished(fake: FakeSnipcart, path: Path) -> None:
    """Begin an export that lacks nothing but the name, which somebody else's file had at the wrong moment."""
    async with client_of(fake) as snipcart:
        with pytest.raises(ExportError, match="a file appeared at the path"):
            await export_customers(snipcart, path, on_progress=lambda _: path.touch())
    disk.remove(path)
