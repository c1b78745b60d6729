"""No drawing of the docs has words that run out of their box, or into a neighbour's."""

from typing import TYPE_CHECKING

import pytest

from ..docs.drawings import DRAWINGS
from ..docs.pictures import PICTURES
from .conftest import looks

if TYPE_CHECKING:
    from playwright.async_api import Browser

CROSSING = """() => {
  const boxes = [...document.querySelectorAll('rect')].map(one => one.getBBox())
  const crosses = (text, box) => {
    const [right, below] = [text.x + text.width, text.y + text.height]
    const apart = text.x >= box.x + box.width || right <= box.x || text.y >= box.y + box.height || below <= box.y
    const inside = text.x >= box.x && right <= box.x + box.width && text.y >= box.y && below <= box.y + box.height
    return !apart && !inside
  }
  return [...document.querySelectorAll('text')]
    .filter(one => boxes.some(box => crosses(one.getBBox(), box))).map(one => one.textContent)
}"""


@pytest.mark.parametrize("name", DRAWINGS)
async def test_no_words_cross_an_edge(browser: "Browser", name: str) -> None:
    """Each text, in letters as wide as they are here, lies wholly within each box, or wholly outside it."""
    tab = await browser.new_page(viewport={"width": 620, "height": 760})
    await tab.goto((PICTURES / f"{name}.svg").as_uri())
    await looks(tab, f"drawing-{name}")

    assert await tab.locator("text").count() > 8
    assert await tab.evaluate(CROSSING) == []
