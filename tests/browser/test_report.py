"""The page about an export, in Chromium: wide, on a phone, light, dark, printed, and of odd shops."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from snipcart_async import SnipcartClient
from snipcart_async.export import export_customers, keep_proof
from snipcart_async.report import write_report
from snipcart_async.testing import FakeSnipcart

from ..report.pages import page_of
from ..report.test_page import SHOPS
from .conftest import looks

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page


@pytest.fixture
async def report(tmp_path: Path) -> Path:
    """Export a shop of thousands, and write the page about it."""
    path = tmp_path / "customers.sqlite"
    async with (
        FakeSnipcart(customers=10_000) as fake,
        SnipcartClient(fake.api_key, base_url=fake.base_url) as snipcart,
    ):
        keep_proof(await export_customers(snipcart, path))
    return write_report(path).path


async def visit(browser: "Browser", page: Path, *, width: int = 1100, dark: bool = False) -> "Page":
    """Open a page; whatever it complains of, or asks for elsewhere, is an error."""
    tab = await browser.new_page(viewport={"width": width, "height": 844}, color_scheme="dark" if dark else "light")
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("request", lambda request: complaints.append(request.url))
    await tab.goto(page.as_uri())

    assert complaints == [page.as_uri()]
    assert await tab.evaluate("document.documentElement.scrollWidth") <= width
    return tab


async def test_wide_and_light(browser: "Browser", report: Path) -> None:
    """Charts stand side by side, each bar says what it is, and the numbers unfold."""
    tab = await visit(browser, report)
    await looks(tab, "report-light", whole=True)
    countries, loyalty = tab.locator("#countries"), tab.locator("#loyalty")
    boxes = [await section.bounding_box() for section in (countries, loyalty)]

    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0]["y"] == boxes[1]["y"]
    assert "new customers" in (await tab.locator("#arrivals g title").first.text_content() or "")

    await countries.get_by_text("The numbers").click()

    assert await countries.get_by_role("cell", name="2,468").is_visible()


async def test_a_phone_in_the_dark(browser: "Browser", report: Path) -> None:
    """All of it fits on a phone, in letters that can be read, on a dark ground."""
    tab = await visit(browser, report, width=390, dark=True)
    await looks(tab, "report-phone", whole=True)
    for summary in await tab.get_by_text("The numbers").all():
        await summary.click()

    assert await tab.evaluate("document.documentElement.scrollWidth") <= 390
    assert await tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(19, 24, 23)"
    sizes = await tab.evaluate(
        "[...document.querySelectorAll('body *')].filter(one => one.innerText)"
        ".map(one => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes) >= 12


async def test_on_paper(browser: "Browser", report: Path) -> None:
    """Printed, it is a few pages in light colours."""
    tab = await visit(browser, report, dark=True)
    await tab.emulate_media(media="print", color_scheme="light")
    printed = await tab.pdf(format="A4", print_background=True)

    assert 1 <= printed.count(b"/Type /Page\n") <= 3


@pytest.mark.parametrize("shop", SHOPS)
async def test_every_kind_of_shop_fits_on_a_phone(browser: "Browser", tmp_path: Path, shop: str) -> None:
    """Empty, tiny, free, ancient, or full of odd names: nothing breaks, runs or sticks out."""
    page = tmp_path / "page.html"
    page.write_text(page_of(SHOPS[shop], name=f"{'a-long-name' * 9}.sqlite"), "utf-8")
    for width in (320, 1100):
        tab = await visit(browser, page, width=width)
        await looks(tab, f"report-{shop.replace(' ', '-')}-{width}", whole=True)

        assert await tab.locator("h1").is_visible()
