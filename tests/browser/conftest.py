"""Chromium, and pictures of what it shows."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture
async def browser() -> "AsyncIterator[Browser]":
    """Start Chromium."""
    playwright = pytest.importorskip("playwright.async_api", reason="nox -s browser has what this needs")
    if CHROMIUM is None:
        pytest.skip("no Chromium here: install the package chromium")
    async with playwright.async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


async def looks(tab: "Page", name: str, *, whole: bool = False) -> None:
    """Take a picture of what a tab shows, or of the whole page, where pictures are wanted."""
    if "PICTURES" in os.environ:
        await tab.screenshot(path=Path(os.environ["PICTURES"], f"{name}.png"), full_page=whole)
