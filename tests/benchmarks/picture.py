"""Drawing ratios as bars, in an SVG that needs nothing else."""

from collections.abc import Mapping
from html import escape

_BAR, _ROW, _LABEL, _WIDTH = 16, 24, 250, 760


def bars(title: str, ratios: Mapping[str, float], ours: str) -> str:
    """Draw a bar for each ratio, the smallest first; those whose names begin with `ours` stand out."""
    longest = max(ratios.values())
    scale = (_WIDTH - _LABEL - 70) / longest
    height = 40 + _ROW * len(ratios)
    box = f'viewBox="0 0 {_WIDTH} {height}" role="img" font-family="system-ui, sans-serif" font-size="13"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box}>',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="8" y="20" font-weight="600" fill="#222">{escape(title)}</text>',
    ]
    for place, (name, ratio) in enumerate(sorted(ratios.items(), key=lambda one: one[1])):
        top = 34 + place * _ROW
        color = "#1f6feb" if name.startswith(ours) else "#b6bcc6"
        lines += [
            f'<text x="{_LABEL - 8}" y="{top + 12}" text-anchor="end" fill="#222">{escape(name)}</text>',
            f'<rect x="{_LABEL}" y="{top}" width="{ratio * scale:.0f}" height="{_BAR}" rx="2" fill="{color}"/>',
            f'<text x="{_LABEL + ratio * scale + 6:.0f}" y="{top + 12}" fill="#222">{ratio:.2f}</text>',
        ]
    return "\n".join([*lines, "</svg>", ""])
