"""Drawings of how things are built, each from a few lines of text: `nox -s pictures`."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

import attrs

ROOT = Path(__file__).parents[2]
_ACROSS, _DOWN, _WIDTH, _HEIGHT, _MARGIN = 268, 88, 236, 56, 16
_INK, _PALE, _LINE, _FILL = "#222", "#5b6470", "#8c96a3", "#eef3fb"


@attrs.frozen
class Box:
    """Place a part: in which column and row, its name, its files, what it does."""

    column: float
    row: float
    name: str
    files: str = ""
    does: str = ""
    columns: float = 1

    @property
    def left(self) -> float:
        """Its left edge, in pixels."""
        return _MARGIN + self.column * _ACROSS

    @property
    def top(self) -> float:
        """Its upper edge, in pixels."""
        return _MARGIN + self.row * _DOWN

    @property
    def width(self) -> float:
        """How wide it is, in pixels."""
        return _WIDTH + (self.columns - 1) * _ACROSS

    def drawn(self) -> Iterator[str]:
        """Draw it."""
        yield (
            f'<rect x="{self.left:g}" y="{self.top:g}" width="{self.width:g}" height="{_HEIGHT}" rx="6" '
            f'fill="{_FILL}" stroke="{_LINE}"/>'
        )
        lines = {
            self.name: 'font-weight="600"',
            self.files: f'font-size="11" font-family="monospace" fill="{_PALE}"',
            self.does: f'font-size="11.5" fill="{_PALE}"',
        }
        lines.pop("", None)
        first = self.top + 18 + (3 - len(lines)) * 7.5
        for number, (words, style) in enumerate(lines.items()):
            yield _text(self.left + 10, first + number * 15, words, style)


@attrs.frozen
class Arrow:
    """Lead from one box to another: along a column, or a row; `says` what travels."""

    start: str
    end: str
    says: str = ""

    def drawn(self, boxes: Mapping[str, Box]) -> Iterator[str]:
        """Draw it from edge to edge."""
        one, other = boxes[self.start], boxes[self.end]
        if one.row == other.row:
            forward = one.column < other.column
            x1, x2 = (one.left + _WIDTH, other.left) if forward else (one.left, other.left + _WIDTH)
            y1 = y2 = one.top + _HEIGHT / 2
        else:
            narrow = min(one, other, key=lambda box: box.columns)
            x1 = x2 = narrow.left + _WIDTH / 2
            y1, y2 = (one.top + _HEIGHT, other.top) if one.row < other.row else (one.top, other.top + _HEIGHT)
        yield (
            f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{_INK}" stroke-width="1.3" '
            'marker-end="url(#tip)"/>'
        )
        yield _text(x1 + 8, (y1 + y2) / 2 + 4, self.says, f'font-size="11.5" font-style="italic" fill="{_PALE}"')


def _text(x: float, y: float, words: str, style: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" {style}>{escape(words)}</text>' if words else ""


def drawing(title: str, boxes: Sequence[Box], arrows: Sequence[Arrow]) -> str:
    """Draw boxes and arrows as an SVG that needs nothing else."""
    named = {box.name: box for box in boxes}
    width = max(box.left + box.width for box in boxes) + _MARGIN
    height = max(box.top for box in boxes) + _HEIGHT + _MARGIN
    look = f'role="img" font-family="system-ui, sans-serif" font-size="13" fill="{_INK}"'
    tip = 'id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" {look}>',
        f"<title>{escape(title)}</title>",
        f"<defs><marker {tip}><path d='M0 0L8 4L0 8z' fill='{_INK}'/></marker></defs>",
        f'<rect width="{width:g}" height="{height:g}" rx="8" fill="#fff"/>',
        *(line for part in arrows for line in part.drawn(named)),
        *(line for part in boxes for line in part.drawn()),
        "</svg>",
    ]
    return "\n".join([*filter(None, lines), ""])


def road() -> str:
    """Draw the road of one call: down on the left, back on the right."""
    down = [
        Box(0, 0, "customers.get(id)", "resources/customers.py", "what can be asked"),
        Box(0, 1, "Api", "_api.py", "gives it the time it has: read it first"),
        Box(0, 2, "RetryingTransport", "retry.py, _faults.py", "again? after how long? the deadline"),
        Box(0, 3, "PacedTransport", "pacing.py", "whose turn is it, after a 429 too"),
        Box(0, 4, "AiohttpTransport", "transport.py", "one attempt; the only request I/O"),
    ]
    back = [
        Box(1, 4, "Response", "request.py", "a status, headers, bytes"),
        Box(1, 2.5, "refused?", "_api.py, errors.py", "a status becomes its ApiError"),
        Box(1, 1, "converter", "_converter/", "every wire shape; or a DecodeError"),
        Box(1, 0, "Customer", "models/", "a frozen value"),
    ]
    there = Box(0, 5, "Snipcart", "", "or FakeSnipcart, which speaks HTTP too", columns=2)
    arrows = [
        *(Arrow(one.name, other.name) for one, other in zip(down, [*down[1:], there], strict=True)),
        *(Arrow(one.name, other.name) for one, other in zip([there, *back], back, strict=False)),
    ]
    said = {"customers.get(id)": "a Request", "refused?": "no: its bytes"}
    return drawing(
        "The road of one call",
        [*down, *back, there],
        [attrs.evolve(arrow, says=said.get(arrow.start, "")) for arrow in arrows],
    )


def export() -> str:
    """Draw an export: what it stands on, and what it hands on."""
    boxes = [
        Box(0, 0, "export_customers", "customers.py, orders.py, job.py", "what a row is"),
        Box(0, 1, "export", "run.py", "plan, read, write in order, checkpoint"),
        Box(1, 1, "claim", "claim.py, place.py", "nobody else writes; what is left"),
        Box(0, 2, "plan", "plan.py, calibration.py", "windows, found with few requests"),
        Box(1, 2, "tally", "tally.py", "what of it all is proven"),
        Box(0, 3, "read", "reading.py, cutting.py", "a window, page by page, each proven"),
        Box(1, 3, "answers", "answers.py, totals.py", "what an answer shows and counts"),
        Box(0, 4, "output", "output.py, disk.py", "durable rows ..."),
        Box(1, 4, "checkpoint", "checkpoint.py", "... then what is said of them"),
        Box(0, 5, "a sink", "formats.py, columns.py", "SQLite, JSON lines, CSV, Parquet"),
    ]
    arrows = [
        Arrow("export_customers", "export", "a Job"),
        Arrow("export", "claim"),
        Arrow("export", "plan"),
        Arrow("plan", "read", "windows"),
        Arrow("read", "answers"),
        Arrow("read", "output", "rows, in order"),
        Arrow("answers", "tally", "counts"),
        Arrow("output", "checkpoint"),
        Arrow("output", "a sink"),
    ]
    return drawing("An export", boxes, arrows)


def report() -> str:
    """Draw how the page about an export comes about."""
    boxes = [
        Box(0, 0, "rows", "rows.py, sources.py", "a few values of each customer"),
        Box(0, 1, "figures", "figures.py", "all of them, in one pass"),
        Box(1, 1, "kinds of figures", "history.py, spending.py, ...", "when, how much, from where"),
        Box(0, 2, "sections", "keys.py, people.py, buying.py", "what the figures say, in words"),
        Box(1, 2, "charts", "charts.py, section.py", "where each column stands"),
        Box(0, 3, "page", "page.py, pages/", "one HTML file that needs nothing else"),
        Box(1, 3, "proof", "../export/proof.py", "what the export showed of itself"),
    ]
    arrows = [
        Arrow("rows", "figures"),
        Arrow("figures", "kinds of figures"),
        Arrow("figures", "sections", "numbers alone"),
        Arrow("sections", "charts"),
        Arrow("sections", "page"),
        Arrow("proof", "page"),
    ]
    return drawing("The page about an export", boxes, arrows)


def layers() -> str:
    """Draw who may import whom, as the contract in pyproject.toml says: each layer those below it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    (contract,) = (one for one in project["tool"]["importlinter"]["contracts"] if one["type"] == "layers")
    rows = [layer.split(" | ") for layer in contract["layers"]]
    width, step = 520, 30
    height = step * len(rows) + 24
    look = f'role="img" font-family="monospace" font-size="12.5" fill="{_INK}" text-anchor="middle"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {look}>',
        "<title>Who may import whom: each layer those below it</title>",
        f'<rect width="{width}" height="{height}" rx="8" fill="#fff"/>',
    ]
    for place, names in enumerate(rows):
        each = (width - 32) / len(names)
        for number, name in enumerate(names):
            left, top = 16 + number * each, 12 + place * step
            box = f'x="{left + 3:g}" y="{top}" width="{each - 6:g}" height="{step - 6}" rx="4"'
            lines.append(f'<rect {box} fill="{_FILL}" stroke="{_LINE}"/>')
            lines.append(_text(left + each / 2, top + 16, name))
    return "\n".join([*lines, "</svg>", ""])


DRAWINGS = {"road": road, "export": export, "report": report, "layers": layers}
