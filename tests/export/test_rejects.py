"""Customers who are not as they should be: set aside, or written with a doubt, and never in anybody's way."""

import json
from pathlib import Path
from typing import Any

import pytest

from snipcart_async import SnipcartClient
from snipcart_async.errors import ExportError
from snipcart_async.export import ExportProgress, export_customers
from snipcart_async.export.place import Place
from snipcart_async.testing import FakeSnipcart

from ..scripted import ScriptedTransport, reply
from .asking import client_of, dates_every, export_fake, export_shop, ids_in, rejects_of, rows_in, shop_of
from .blinking import BlinkingSnipcart
from .exporting import assert_whole, at_window
from .tiny_shop import Habits, Person, TinyShop

DATELESS = "some customers have no creation date, by which they could be told to be all"


@pytest.mark.parametrize("broken", [{"email": 7}, {"email": 7, "creationDate": ...}], ids=["dated", "undated"])
async def test_what_cannot_be_read_is_set_aside(
    broken: dict[str, Any], fake: FakeSnipcart, snipcart: SnipcartClient, target: Path
) -> None:
    """A broken customer is in a private file of rejects as Snipcart sent it, the others are exported."""
    *others, bad = fake.shop.customer_ids()[:100]
    for customer_id in fake.shop.customer_ids()[100:]:
        fake.shop.delete(customer_id)
    fake.spoil(bad, **broken)
    report = await export_customers(snipcart, target)
    (reject,) = rejects_of(target)

    assert (report.customers, report.rejected, report.complete, report.unproven) == (99, 1, False, ())
    assert sorted(others) == ids_in(target)
    assert len(reject["problems"]) == 1
    assert reject["problems"][0].endswith(".email: expected text, got a number")
    assert fake.shop.document(bad) == reject["document"] | {
        "statistics": fake.shop.document(bad)["statistics"],  # decimals are spelled with other zeros
        "sessionToken": None,
    }


async def test_null_among_the_customers(fake: FakeSnipcart, snipcart: SnipcartClient, target: Path) -> None:
    """An item that is nothing is a reject, and keeps nobody else out of the file."""
    nobody, *others = fake.shop.customer_ids()
    fake.spoil(nobody, document=None)
    report = await export_customers(snipcart, target)

    assert rejects_of(target) == [{"problems": ["$.items[0]: expected an object, got null"], "document": None}]
    assert (report.customers, report.rejected, report.unproven) == (239, 1, ())
    assert sorted(others) == ids_in(target)


async def test_strict_ends_with_the_first_reject(target: Path) -> None:
    """The export ends in an error that shows no value; without `strict` it goes on from there."""
    async with FakeSnipcart(customers=240, page_cap=10) as fake:
        fake.spoil(fake.shop.customer_ids()[-1], email=["canary"])
        with pytest.raises(ExportError, match=r"strict: .*\.email: expected text, got a list;") as caught:
            await export_fake(fake, target, strict=True)
        assert "canary" not in str(caught.value)
        assert not {target, Place(target).rejects} & {*target.parent.iterdir()}

        fake.requests.clear()
        report = await export_fake(fake, target, resume=True)
        assert (report.resumed, report.customers, report.rejected) == (True, 239, 1)
        assert len(fake.requests) < 24
        assert rejects_of(target)[0]["document"]["email"] == ["canary"]


async def test_a_reject_holds_no_session_token(fake: FakeSnipcart, snipcart: SnipcartClient, target: Path) -> None:
    """Whoever may read the rejects cannot sign in as one of them: tokens are left out wherever they stand."""
    first, *_ = fake.shop.customer_ids()
    fake.spoil(first, email=["canary"], sessionToken="t-1", odd=[{"sessionToken": "t-2", "kept": 1}])
    await export_customers(snipcart, target)
    [reject] = rejects_of(target)

    assert reject["document"]["odd"] == [{"kept": 1}]
    assert "sessionToken" not in json.dumps(reject)


async def test_customers_without_a_date_are_written_but_not_proven(
    fake: FakeSnipcart, snipcart: SnipcartClient, target: Path
) -> None:
    """Who has no creation date is in the file once, if Snipcart shows them; the report has its doubts."""
    for customer_id in fake.shop.customer_ids()[90:]:
        fake.shop.delete(customer_id)
    for customer_id, value in zip(fake.shop.customer_ids(), (None, ...), strict=False):
        fake.spoil(customer_id, creationDate=value)
    report = await export_customers(snipcart, target)

    assert sorted(fake.shop.customer_ids()) == ids_in(target)
    assert report.unproven == (f"created at any time: {DATELESS}",)
    assert not report.complete


class ForgetfulShop(TinyShop):
    """List customers by date, but say the dates of some only."""

    forgotten: frozenset[str] = frozenset()
    broken: frozenset[str] = frozenset()

    def _document(self, guid: str, person: Person) -> dict[str, Any]:
        document = super()._document(guid, person)
        document |= {"creationDate": None} if guid in self.forgotten | self.broken else {}
        return document | ({"email": 7} if guid in self.broken else {})


async def test_who_is_shown_twice_is_written_once(target: Path) -> None:
    """Two windows ask for the seconds where they meet: who has no date, and is shown to both, is still one row."""
    shop = ForgetfulShop(dates_every(1, 1500), Habits(), seed=1)
    people = [*shop.people]
    shop.forgotten, shop.broken = frozenset(people[473:474]), frozenset(people[472:473])
    report = await export_shop(shop, target)

    assert report.windows == 4
    assert (report.customers, report.rejected) == (1499, 1)
    assert sorted({*people} - shop.broken) == ids_in(target)
    assert len(rejects_of(target)) == 1
    assert sum(doubt.endswith(DATELESS) for doubt in report.unproven) == 2  # both windows say so


class ProgramEndsError(Exception):
    """Stand for whatever ends a program."""


def interrupt(_: ExportProgress) -> None:
    """End the export."""
    raise ProgramEndsError


@pytest.mark.parametrize("windows", [None, 1, 6], ids=["at once", "after the first window", "before publishing"])
async def test_who_is_readable_in_the_next_window_is_no_reject(target: Path, windows: int | None) -> None:
    """Shown damaged and without a date before: they have a row, and neither count nor file calls them a reject."""
    async with BlinkingSnipcart() as fake:
        await fake.blink()
        if windows:
            with pytest.raises(ProgramEndsError):
                await export_fake(fake, target, on_progress=at_window(windows, interrupt))
        report = await export_fake(fake, target, resume=True)

        assert (report.customers, report.rejected, report.unproven) == (239, 1, ())
        assert [reject["document"]["id"] for reject in rejects_of(target)] == [fake.broken]
        assert_whole(fake, target)
        assert report.resumed == bool(windows)


async def test_customers_whom_no_date_finds_are_missed(target: Path) -> None:
    """Who is in no window by date is missing from a large shop's file, and the report says how many are."""
    shop = shop_of(1500)
    shop.add(None)
    report = await export_shop(shop, target)

    assert report.customers == 1500
    assert report.unproven == ("created at any time: Snipcart counts 1 more than it lists by date",)
    assert report.requests == shop.requests


async def test_text_that_no_file_could_hold_is_repaired_and_counted(target: Path) -> None:
    """A lone half of a character becomes U+FFFD, and the report says how many customers that befell."""
    items = [{"id": f"00000000-0000-0000-0000-{n:012}", "email": "a\ud800" if n == 1 else "b"} for n in range(3)]
    content = json.dumps({"items": items, "totalItems": 3}).encode()
    async with client_of(ScriptedTransport(reply(content))) as snipcart:
        report = await export_customers(snipcart, target)

    assert (report.customers, report.repaired) == (3, 1)
    assert [row["email"] for row in rows_in(target)] == ["b", "a\ufffd", "b"]
