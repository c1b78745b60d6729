"""The docs as a site, in Chromium: on a desk, and on a phone."""

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ..docs.documents import ROOT
from .conftest import looks

if TYPE_CHECKING:
    from playwright.async_api import Browser

PAGES = ("index", "tutorial", "how-to/export", "how-to/sign-in-gate", "reference/coverage", "explanation/architecture")
SHOWN = """() => Promise.all([...document.images].map(
  one => { one.loading = 'eager'; return one.decode().then(() => '', () => one.src) }
)).then(missing => missing.filter(Boolean))"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build it."""
    pytest.importorskip("sphinx", reason="nox -s browser has what this needs")
    folder = tmp_path_factory.mktemp("site")
    subprocess.run(  # noqa: S603 - our own docs
        [sys.executable, "-m", "sphinx", "-q", "-W", "docs", str(folder)], cwd=ROOT, check=True, timeout=120
    )
    return folder


@pytest.mark.timeout(180)  # the first one waits for the site
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("page", PAGES)
async def test_a_page_fits_and_shows_its_pictures(browser: "Browser", site: Path, page: str, width: int) -> None:
    """It does not scroll sideways, complains of nothing on the console, and no picture is missing."""
    tab = await browser.new_page(viewport={"width": width, "height": 844})
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(error.message))
    await tab.goto((site / f"{page}.html").as_uri())
    await looks(tab, f"site-{page.replace('/', '-')}-{width}", whole=True)

    assert await tab.locator("h1").is_visible()
    assert await tab.evaluate(SHOWN) == []
    assert await tab.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []
