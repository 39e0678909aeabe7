"""The reliability plot of a head, written by hand: five lines of SVG need no library."""

from __future__ import annotations

from collections.abc import Sequence

from models.train.evaluate import Bin, Test

_SIDE, _EDGE = 260, 40


def _place(shown: float, right: float) -> str:
    return f"{_EDGE + shown * _SIDE:.1f},{_EDGE + (1 - right) * _SIDE:.1f}"


def reliability(test: Test) -> str:
    """Shown probability against the share that was right; the dashed line is perfect."""
    whole = _SIDE + 2 * _EDGE
    points = " ".join(_place(each.shown, each.right) for each in test.bins)
    label = 'font-family="sans-serif" font-size="11" fill="#333"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}"'
            f' width="{whole}" height="{whole}">',
            f"<title>{_escape(test.name)}</title>",
            f'<rect width="{whole}" height="{whole}" fill="#fff"/>',
            f'<rect x="{_EDGE}" y="{_EDGE}" width="{_SIDE}" height="{_SIDE}" fill="none"'
            ' stroke="#999"/>',
            f'<polyline points="{_place(0, 0)} {_place(1, 1)}" stroke="#999"'
            ' stroke-dasharray="4 4" fill="none"/>',
            f'<polyline points="{points}" stroke="#1f6feb" stroke-width="2" fill="none"/>',
            *_dots(test.bins),
            f'<text x="{_EDGE}" y="{_EDGE - 12}" {label}>{_escape(test.name)}</text>',
            f'<text x="{_EDGE}" y="{whole - 14}" {label}>shown probability, 0 to 1; up: share'
            " that was right</text>",
            "</svg>\n",
        ]
    )


def _dots(bins: Sequence[Bin]) -> list[str]:
    found = []
    for each in bins:
        x, y = _place(each.shown, each.right).split(",")
        size = 2 + min(6.0, each.rows**0.5 / 10)
        found.append(f'<circle cx="{x}" cy="{y}" r="{size:.1f}" fill="#1f6feb"/>')
    return found


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
