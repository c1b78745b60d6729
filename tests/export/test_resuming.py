"""Going on with an export that ended early: nothing is read twice, nobody is missed, and nothing else is taken up."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from snipcart_async.errors import ConfigurationError, ExportError
from snipcart_async.export import Csv, ExportReport, export_customers, export_orders
from snipcart_async.export.place import Place
from snipcart_async.testing import FakeSnipcart, SeenRequest

from .exporting import (
    FORMATS,
    assert_whole,
    client_of,
    files_in,
    is_there,
    leave_unfinished,
    leave_unpublished,
    shop_of_several_windows,
)

every_format = pytest.mark.parametrize("suffix", FORMATS)


def asked(requests: list[SeenRequest]) -> set[frozenset[tuple[str, str]]]:
    """Give the queries that were answered."""
    return {frozenset(seen.query.items()) for seen in requests if seen.status == 200}


async def resume(fake: FakeSnipcart, path: Path, **options: Any) -> ExportReport:
    """Go on, with the key that opens the shop now."""
    async with client_of(fake) as snipcart:
        return await export_customers(snipcart, path, **{"resume": True, "concurrency": 1, **options})


@every_format
async def test_only_what_is_missing_is_read(tmp_path: Path, suffix: str) -> None:
    """After an error, everybody is in the file once, and no question that was answered is asked again."""
    path = tmp_path / f"customers.{suffix}"
    async with shop_of_several_windows() as fake:
        await leave_unfinished(fake, path)
        assert not is_there(path)
        before = asked(fake.requests)
        fake.requests.clear()
        report = await resume(fake, path)

        assert (report.customers, report.resumed, report.complete, report.windows) == (240, True, True, 3)
        assert not asked(fake.requests) & before
        assert 15 < len(fake.requests) < 24
        assert_whole(fake, path)


async def test_nothing_to_resume(target: Path) -> None:
    """Without anything that was left, or without its checkpoint, an export begins at the beginning."""
    async with shop_of_several_windows() as fake:
        report = await resume(fake, target)
        assert not report.resumed
        assert_whole(fake, target)
        os.rename(target, Place(target).part)  # noqa: PTH104 - no export runs meanwhile
        report = await resume(fake, target)

        assert not report.resumed
        assert_whole(fake, target)


async def test_a_checkpoint_alone(target: Path) -> None:
    """A checkpoint without the part it speaks of is nothing to go on from."""
    async with shop_of_several_windows() as fake:
        await leave_unfinished(fake, target)
        Place(target).part.unlink()
        report = await resume(fake, target)

        assert not report.resumed
        assert_whole(fake, target)


@pytest.mark.parametrize(
    ("export", "options", "named"),
    [
        (export_customers, {"name": "a"}, "the filters"),
        (export_customers, {"status": "Confirmed"}, "the filters"),
        (export_customers, {"session_tokens": True}, "the options"),
        (export_customers, {"format": "jsonl"}, "the format"),
        (export_customers, {"format": Csv(bom=True)}, "the format"),
        (export_customers, {"format": Csv(neutralise=False)}, "the format"),
        (export_orders, {}, "what is exported, the options"),
    ],
)
async def test_another_export(tmp_path: Path, export: Callable[..., Any], options: dict[str, Any], named: str) -> None:
    """What was begun is not mixed with something else: the error says what differs, and nothing is asked or written."""
    path = tmp_path / "customers.csv"
    async with shop_of_several_windows() as fake, client_of(fake) as snipcart:
        await leave_unfinished(fake, path)
        before = files_in(tmp_path)
        fake.requests.clear()
        with pytest.raises(ConfigurationError, match=f"a difference in {named};") as caught:
            await export(snipcart, path, resume=True, **options)

        assert "overwrite=True" in str(caught.value)
        assert before == files_in(tmp_path)
        assert not fake.requests


async def test_another_base_url(target: Path) -> None:
    """An export goes on only where it was begun."""
    async with shop_of_several_windows() as fake, shop_of_several_windows() as other:
        await leave_unfinished(fake, target)
        before = files_in(target.parent)
        with pytest.raises(ConfigurationError, match="a difference in the base URL;"):
            await resume(other, target)

        assert before == files_in(target.parent)
        assert not other.requests


async def test_another_key_of_the_shop(target: Path) -> None:
    """With a new key, a window that was finished is read again, and as it is the same the export goes on."""
    async with shop_of_several_windows() as fake:
        await leave_unfinished(fake, target)
        before = asked(fake.requests)
        fake.api_key = "ST_another_key"
        fake.requests.clear()
        report = await resume(fake, target)

        assert (report.customers, report.resumed) == (240, True)
        assert asked(fake.requests) & before
        assert_whole(fake, target)


async def test_the_key_of_another_shop(target: Path) -> None:
    """A key that opens another shop is refused, whatever else is the same."""
    async with shop_of_several_windows() as fake:
        await leave_unfinished(fake, target)
        port = urlsplit(fake.base_url).port or 0
    before = files_in(target.parent)
    async with FakeSnipcart(240, seed=2, page_cap=10, port=port, api_key="ST_of_another_shop") as other:
        with pytest.raises(ConfigurationError, match="this API key shows other customers"):
            await resume(other, target)

    assert before == files_in(target.parent)


async def test_another_key_after_somebody_joined(target: Path) -> None:
    """Who joined the shop meanwhile, and who has no date, does not make it look like another shop."""
    async with FakeSnipcart(12) as fake:
        fake.spoil(fake.shop.customer_ids()[3], creationDate=None)
        await leave_unpublished(fake, target)
        fake.shop.add_customer()
        fake.api_key = "ST_another_key"
        report = await resume(fake, target)

        assert (report.customers, report.resumed, report.requests) == (12, True, 2)


async def test_another_key_where_nobody_was_found_yet(target: Path) -> None:
    """Where nothing that was read tells the shop again, another key begins anew."""
    async with FakeSnipcart(0) as fake:
        await leave_unpublished(fake, target)
        fake.shop.add_customer()
        fake.api_key = "ST_another_key"
        report = await resume(fake, target)

        assert (report.customers, report.resumed) == (1, False)
        assert_whole(fake, target)


def flip(content: bytes) -> bytes:
    """Change a bit in the middle."""
    damaged = bytearray(content)
    damaged[len(content) // 2] ^= 1
    return bytes(damaged)


@pytest.mark.parametrize(
    "damage",
    [flip, lambda content: content[:-10], lambda _: b"", lambda _: b"no JSON"],
    ids=["flipped", "cut", "empty", "no JSON"],
)
async def test_a_damaged_checkpoint(target: Path, damage: Callable[[bytes], bytes]) -> None:
    """A checkpoint that cannot be trusted is an error, and what was written stays as it is, byte for byte."""
    async with shop_of_several_windows() as fake:
        await leave_unfinished(fake, target)
        checkpoint = Place(target).checkpoint
        checkpoint.write_bytes(damage(checkpoint.read_bytes()))
        before = files_in(target.parent)
        fake.requests.clear()
        with pytest.raises(ExportError, match="checkpoint beside the path is damaged") as caught:
            await resume(fake, target)
        assert caught.value.__context__ is None
        assert before == files_in(target.parent)
        assert not fake.requests
        report = await resume(fake, target, overwrite=True, resume=False)

        assert not report.resumed
        assert_whole(fake, target)


def make_pipe(path: Path) -> None:
    """Put a pipe there, at whose other end nobody is."""
    path.unlink()
    os.mkfifo(path)


def make_link(path: Path) -> None:
    """Move a file away, and put a link to it there."""
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


@pytest.mark.parametrize("make", [make_pipe, make_link])
@pytest.mark.parametrize("name", ["checkpoint", "rejects_part"])
async def test_something_else_in_place_of_a_file(target: Path, name: str, make: Callable[[Path], None]) -> None:
    """A pipe is not waited for, and a link not followed: both end in an error of ours."""
    async with shop_of_several_windows() as fake:
        await leave_unfinished(fake, target)
        make(getattr(Place(target), name))
        with pytest.raises(ExportError) as caught:
            await resume(fake, target)

    assert caught.value.__context__ is None


@every_format
async def test_a_part_that_is_too_short(tmp_path: Path, suffix: str) -> None:
    """A part that lacks what the checkpoint says is in it is an error, and no export of half the customers."""
    path = tmp_path / f"customers.{suffix}"
    async with shop_of_several_windows() as fake:
        await leave_unfinished(fake, path)
        part = Place(path).part
        os.truncate(part, part.stat().st_size // 2)
        with pytest.raises(ExportError, match="cannot be written") as caught:
            await resume(fake, path)

    assert caught.value.__context__ is None
    assert not path.exists()


@pytest.mark.parametrize("suffix", FORMATS)
async def test_rejects_that_are_too_short(tmp_path: Path, suffix: str) -> None:
    """Rejects that lack what the checkpoint says is in them are an error too."""
    path = tmp_path / f"customers.{suffix}"
    async with shop_of_several_windows() as fake:
        fake.spoil(fake.shop.customer_ids()[0], email=17)
        await leave_unfinished(fake, path)
        os.truncate(Place(path).rejects_part, 5)
        with pytest.raises(ExportError, match="rejects are shorter than the checkpoint says"):
            await resume(fake, path)


@every_format
async def test_what_was_written_behind_the_checkpoint_is_dropped(tmp_path: Path, suffix: str) -> None:
    """Rows and rejects that no checkpoint speaks of any more are read again, and not doubled."""
    path = tmp_path / f"customers.{suffix}"
    place = Place(path)
    async with shop_of_several_windows() as fake:
        fake.spoil(fake.shop.customer_ids()[0], email=17)
        fake.spoil(fake.shop.customer_ids()[120], email=17)
        await leave_unfinished(fake, path, windows=1)
        checkpoint = place.checkpoint.read_bytes()
        await leave_unfinished(fake, path, windows=2, resume=True)
        place.checkpoint.write_bytes(checkpoint)
        report = await resume(fake, path)

        assert (report.customers, report.rejected, report.resumed) == (238, 2, True)
        assert_whole(fake, path)


@every_format
async def test_cancelled_at_any_moment(tmp_path: Path, suffix: str) -> None:
    """Whenever an export is cancelled, it ends at once as a task does, and can go on to everybody once."""
    async with shop_of_several_windows() as fake, client_of(fake) as snipcart:
        path = tmp_path / f"customers.{suffix}"
        resumed = 0
        for moment in range(2, 26, 6):
            fake.requests.clear()
            export = asyncio.create_task(export_customers(snipcart, path, concurrency=1))
            while len(fake.requests) < moment and not export.done():  # noqa: ASYNC110 - the fake tells nobody
                await asyncio.sleep(0)
            assert export.cancel()
            with pytest.raises(asyncio.CancelledError):
                await export
            assert not is_there(path)
            unfinished = is_there(Place(path).checkpoint)
            assert unfinished or not files_in(tmp_path)
            report = await resume(fake, path, concurrency=8)
            resumed += report.resumed
            assert report.resumed == unfinished
            assert_whole(fake, path)
            path.unlink()

    assert resumed
