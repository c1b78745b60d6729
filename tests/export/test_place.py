"""Where an export may write: what cannot do is refused before anything is sent, and nothing is changed."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from stat import S_ISREG
from typing import Any

import pytest

from snipcart_async import SnipcartClient
from snipcart_async.errors import ConfigurationError
from snipcart_async.export import export_customers
from snipcart_async.export.place import Place
from snipcart_async.testing import FakeSnipcart

from .exporting import files_in, make_file


def make_link(path: Path) -> Path:
    """Put a link to a file there."""
    path.symlink_to(make_file(path.with_name("pointed at")))
    return path


def make_dangling_link(path: Path) -> Path:
    """Put a link to nowhere there."""
    path.symlink_to("nowhere")
    return path


def make_folder(path: Path) -> Path:
    """Put a folder there."""
    path.mkdir()
    return path


def make_pipe(path: Path) -> Path:
    """Put a pipe there, at whose other end nobody is."""
    os.mkfifo(path)
    return path


def beside(make: Callable[[Path], Path], ending: str) -> Callable[[Path], Path]:
    """Put something beside the path instead."""

    def prepare(target: Path) -> Path:
        make(target.with_name(target.name + ending))
        return target

    return prepare


def look(folder: Path) -> dict[str, tuple[int, bytes | None]]:
    """Look at all that is in a folder, without opening what is no file."""
    return {
        path.name: (path.lstat().st_mode, path.read_bytes() if path.is_file() else None) for path in folder.iterdir()
    }


@pytest.mark.parametrize(
    ("prepare", "options", "problem"),
    [
        (make_file, {}, "exists already.*overwrite=True"),
        (make_file, {"resume": True}, "exists already.*overwrite=True"),
        (make_link, {}, "exists already"),
        (make_dangling_link, {}, "exists already"),
        (make_folder, {}, "is a folder"),
        (make_folder, {"overwrite": True}, "is a folder"),
        (make_pipe, {}, "pipe or a device"),
        (make_pipe, {"overwrite": True}, "pipe or a device"),
        (lambda _: Path(os.devnull), {"format": "jsonl", "overwrite": True}, "pipe or a device"),
        (beside(make_file, ".part"), {}, "unfinished export.*resume=True.*overwrite=True"),
        (beside(make_link, ".part"), {}, "no file"),
        (beside(make_dangling_link, ".part"), {"resume": True}, "no file"),
        (beside(make_folder, ".part"), {"overwrite": True}, "no file"),
        (beside(make_pipe, ".part"), {}, "no file"),
        (beside(make_pipe, ".part"), {"resume": True}, "no file"),
        (beside(make_pipe, ".part"), {"overwrite": True}, "no file"),
        (beside(make_file, ".rejects.jsonl"), {}, "rejects of an earlier export"),
        (lambda target: target.with_suffix(".xlsx"), {}, r"must end in one of"),
        (lambda target: target.parent / "missing" / target.name, {}, "in a folder that exists"),
        (lambda target: target, {"concurrency": 0}, "concurrency"),
        (lambda target: target, {"created_from": datetime(2024, 1, 1)}, "from must be"),  # noqa: DTZ001
    ],
)
async def test_refused_before_anything_is_sent(
    fake: FakeSnipcart,
    snipcart: SnipcartClient,
    target: Path,
    prepare: Callable[[Path], Path],
    options: dict[str, Any],
    problem: str,
) -> None:
    """A place or an argument that cannot do is refused at once, without waiting, and nothing there is changed."""
    path = prepare(target)
    before = look(target.parent)
    with pytest.raises(ConfigurationError, match=problem) as caught:
        await export_customers(snipcart, path, **options)

    assert str(path) not in str(caught.value)
    assert caught.value.__context__ is None
    assert not fake.requests
    assert before == look(target.parent)


@pytest.mark.parametrize("make", [make_file, make_link, make_dangling_link])
async def test_overwriting(snipcart: SnipcartClient, target: Path, make: Callable[[Path], Path]) -> None:
    """A file is replaced where that is asked for, at the very end; of a link the link, not what it points to."""
    make(target)
    before = look(target.parent)
    seen: list[bool] = []
    await export_customers(
        snipcart,
        target,
        overwrite=True,
        on_progress=lambda _: seen.append(before.items() <= look(target.parent).items()),
    )

    assert seen
    assert all(seen)
    after = files_in(target.parent)
    assert len(after.pop(target.name).splitlines()) == 240
    assert after == dict.fromkeys(before.keys() - {target.name}, b"old")
    assert S_ISREG(look(target.parent)[target.name][0])


def test_what_speaks_of_others_is_removed_first(target: Path) -> None:
    """A tidying up that is cut short leaves no checkpoint without its part, and the mark of publishing to the last."""
    place = Place(target)

    assert place.leftovers[0] == place.checkpoint
    assert place.leftovers[-3:] == (place.part, place.converted, place.mark)
    assert place.target not in place.leftovers
    assert place.rejects not in place.leftovers


@pytest.mark.parametrize("grown", ["part", "converted"])
def test_half_published(target: Path, grown: str) -> None:
    """A place is half published when its target is the very file that grew there, and neither a copy nor a link."""
    place = Place(target)
    source: Path = make_file(getattr(place, grown))
    seen = [place.half_published]
    make_file(target)
    seen.append(place.half_published)
    target.unlink()
    target.symlink_to(source)
    seen.append(place.half_published)
    target.unlink()
    os.link(source, target)

    assert seen == [False, False, False]
    assert place.half_published
    assert not place.problem(overwrite=False)
