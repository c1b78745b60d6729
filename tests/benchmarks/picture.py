"""Drawing ratios as bars, and rates as curves, in an SVG that needs nothing else."""

import math
from collections.abc import Iterable, Mapping
from html import escape

_BAR, _ROW, _LABEL, _WIDTH = 16, 24, 250, 760
_OURS, _OTHERS = "#1f6feb", "#b6bcc6"


def bars(title: str, ratios: Mapping[str, float], ours: str) -> str:
    """Draw a bar for each ratio, the smallest first; those whose names begin with `ours` stand out."""
    longest = max(ratios.values())
    scale = (_WIDTH - _LABEL - 70) / longest
    lines = []
    for place, (name, ratio) in enumerate(sorted(ratios.items(), key=lambda one: one[1])):
        top = 34 + place * _ROW
        color = _OURS if name.startswith(ours) else _OTHERS
        lines += [
            _text(_LABEL - 8, top + 12, name, "end"),
            f'<rect x="{_LABEL}" y="{top}" width="{ratio * scale:.0f}" height="{_BAR}" rx="2" fill="{color}"/>',
            _text(_LABEL + ratio * scale + 6, top + 12, f"{ratio:.2f}"),
        ]
    return _drawing(title, 40 + _ROW * len(ratios), lines)


def curves(title: str, rates: Mapping[str, Mapping[str, float]], ours: str) -> str:
    """Draw a curve for each name, on a scale on which ten times as much is always as far, the fastest on top."""
    points = [*rates[ours]]
    left, top, bottom = _LABEL + 70, 40, 280
    step = (_WIDTH - left - 80) / (len(points) - 1)
    everything = [math.log(rate) for by_point in rates.values() for rate in by_point.values()]
    scale = (bottom - top) / (max(everything) - min(everything))

    def height(rate: float) -> float:
        return bottom - (math.log(rate) - min(everything)) * scale

    lines = [_text(left + place * step, bottom + 24, point, "middle") for place, point in enumerate(points)]
    lowest = 0.0
    for name, by_point in sorted(rates.items(), key=lambda one: -one[1][points[0]]):
        places = [(left + place * step, height(by_point[point])) for place, point in enumerate(points)]
        path = " ".join(f"{x:.0f},{y:.0f}" for x, y in places)
        color = _OURS if name == ours else _OTHERS
        lowest = max(places[0][1] + 4, lowest + 16)  # no label lies on another
        lines += [
            f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>',
            _text(left - 8, lowest, f"{name}  {by_point[points[0]]:,.0f}", "end"),
        ]
    lines += [
        _text(left + place * step, height(rate) - 8, f"{rate:,.0f}")
        for place, rate in enumerate(rates[ours].values())
        if place
    ]
    return _drawing(title, bottom + 34, lines)


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" fill="#222">{escape(text)}</text>'


def _drawing(title: str, height: int, lines: Iterable[str]) -> str:
    box = f'viewBox="0 0 {_WIDTH} {height}" role="img" font-family="system-ui, sans-serif" font-size="13"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {box}>',
            f"<title>{escape(title)}</title>",
            f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
            f'<text x="8" y="20" font-weight="600" fill="#222">{escape(title)}</text>',
            *lines,
            "</svg>",
            "",
        ]
    )
