"""Where an export may write, and what the file is like from its first byte."""

import os
import resource
import stat
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from snipcart_async import SnipcartClient
from snipcart_async.errors import ConfigurationError, ExportError
from snipcart_async.export import ExportProgress, export_customers
from snipcart_async.testing import FakeSnipcart


def lines_in(path: Path) -> int:
    """Count the lines of a file."""
    return len(path.read_bytes().splitlines())


def modes_in(folder: Path) -> dict[str, int]:
    """Look who may do what with the files of a folder."""
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def make_file(target: Path) -> Path:
    """Put a file where the export shall go."""
    target.write_text("old")
    return target


def make_dangling_link(target: Path) -> Path:
    """Put a link to nowhere where the export shall go."""
    target.symlink_to("nowhere")
    return target


def make_folder(target: Path) -> Path:
    """Put a folder where the export shall go."""
    target.mkdir()
    return target


@pytest.mark.parametrize(
    ("prepare", "options", "problem"),
    [
        (make_file, {}, "exists already.*overwrite=True"),
        (make_dangling_link, {}, "exists already"),
        (make_folder, {"overwrite": True}, "is a folder"),
        (lambda target: target.with_suffix(".xlsx"), {}, r"must end in \.jsonl$"),
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
    """A place or an argument that cannot do is refused at once, and nothing is left there."""
    path = prepare(target)
    before = list(target.parent.iterdir())
    with pytest.raises(ConfigurationError, match=problem) as caught:
        await export_customers(snipcart, path, **options)

    assert str(path) not in str(caught.value)
    assert not fake.requests
    assert before == list(target.parent.iterdir())


async def test_overwriting(snipcart: SnipcartClient, target: Path) -> None:
    """A file is replaced where that is asked for."""
    report = await export_customers(snipcart, make_file(target), overwrite=True)

    assert report.customers == lines_in(target) == 240


@pytest.mark.parametrize("dangling", [True, False])
async def test_a_part_in_the_way(
    fake: FakeSnipcart,
    snipcart: SnipcartClient,
    target: Path,
    dangling: bool,  # noqa: FBT001 - a case
) -> None:
    """A `.part` of somebody else, even a link, is neither followed nor touched, and the error says what to do."""
    part = target.with_name("customers.jsonl.part")
    part.symlink_to(target.with_name("elsewhere")) if dangling else part.write_text("theirs")
    with pytest.raises(ExportError, match=r"remove the \.part and start again") as caught:
        await export_customers(snipcart, target)

    assert caught.value.__context__ is None
    assert not fake.requests
    assert [part] == list(target.parent.iterdir())


async def test_private_from_the_first_byte(snipcart: SnipcartClient, target: Path) -> None:
    """Nobody else may read the file, whatever the process allows by default, and it has its name last."""
    seen: list[dict[str, int]] = []

    def look(_: ExportProgress) -> None:
        seen.append(modes_in(target.parent))

    umask = os.umask(0)
    try:
        await export_customers(snipcart, target, on_progress=look)
    finally:
        os.umask(umask)

    assert seen == [{"customers.jsonl.part": 0o600}] * 3
    assert modes_in(target.parent) == {"customers.jsonl": 0o600}


async def test_a_disk_that_is_full(snipcart: SnipcartClient, target: Path) -> None:
    """A disk that takes no more ends the export with our error, and nothing stays behind."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(ExportError, match="cannot be written: File too large") as caught:
            await export_customers(snipcart, target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert caught.value.__context__ is None
    assert "example.com" not in shown.lower()
    assert not list(target.parent.iterdir())


def refuse_links(*_: object) -> None:
    """Do as a disk that knows no links."""
    raise PermissionError(1, "Operation not permitted")


@pytest.mark.parametrize("overwrite", [True, False])
async def test_a_name_that_a_folder_takes_meanwhile(
    snipcart: SnipcartClient,
    target: Path,
    overwrite: bool,  # noqa: FBT001 - a case
) -> None:
    """When the file cannot get its name in the end, the error says so, and the `.part` goes."""
    with pytest.raises(ExportError, match="appeared" if not overwrite else "cannot be written"):
        await export_customers(snipcart, target, overwrite=overwrite, on_progress=lambda _: target.mkdir(exist_ok=True))

    assert [target] == list(target.parent.iterdir())


@pytest.mark.parametrize("links", [True, False])
async def test_a_file_that_appears_meanwhile(
    snipcart: SnipcartClient,
    target: Path,
    monkeypatch: pytest.MonkeyPatch,
    links: bool,  # noqa: FBT001 - a case
) -> None:
    """Without `overwrite`, a file that somebody else put there meanwhile stays theirs, and the `.part` goes."""
    if not links:
        monkeypatch.setattr(os, "link", refuse_links)

    def appear(_: ExportProgress) -> None:
        make_file(target)

    with pytest.raises(ExportError, match="a file appeared at the path") as caught:
        await export_customers(snipcart, target, on_progress=appear)

    assert caught.value.__context__ is None
    assert lines_in(target) == 1
    assert [target] == list(target.parent.iterdir())


async def test_a_disk_without_links(snipcart: SnipcartClient, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk knows no links, the file is renamed."""
    monkeypatch.setattr(os, "link", refuse_links)
    report = await export_customers(snipcart, target)

    assert report.customers == lines_in(target) == 240
    assert [target] == list(target.parent.iterdir())
