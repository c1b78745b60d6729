"""Pages of chosen figures, and a parser that takes no page with a mistake in its tags."""

from collections.abc import Sequence
from datetime import UTC, datetime
from html.parser import HTMLParser

from snipcart_async.export import Proof, Standing
from snipcart_async.report import Row, count
from snipcart_async.report.page import render_page

_VOID = {"meta", "rect", "line", "polyline"}


class Page(HTMLParser):
    """Read a page: its text, its tags with their attributes; a tag that is not closed is an error."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        if self._open:
            raise AssertionError(self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember a tag; those that hold something must be closed."""
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember a tag that closes itself."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close the tag that was opened last, and no other."""
        opened = self._open.pop()
        if opened != tag:
            message = f"{opened} is closed by {tag}"
            raise AssertionError(message)

    def handle_data(self, data: str) -> None:
        """Keep what is read, but for the style."""
        if "style" not in self._open:
            self.text += f"{data} "

    @property
    def words(self) -> str:
        """The text in one line."""
        return " ".join(self.text.split())


def page_of(
    rows: Sequence[Row], *, name: str = "shop.sqlite", standing: Standing = Standing.UNKNOWN, proof: Proof | None = None
) -> str:
    """Write the page about rows."""
    return render_page(count(rows), name, standing, proof, datetime(2026, 11, 23, tzinfo=UTC))
