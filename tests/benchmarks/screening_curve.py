"""The curve of screening as a picture: what a cut-off finds, beside how many ordinary customers it stops.

Run: python -m tests.benchmarks.screening_quality --json curve.json
     python -m tests.benchmarks.screening_curve curve.json docs/pictures/screening-curve.svg
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any, Final

WIDTH, HEIGHT, MARGIN = 760, 430, 64
CUSTOMERS: Final = "customers, a European retail bank"
FOUND: Final = {
    "original script": "#206bc4",
    "alias left out, UN": "#0ca678",
    "alias left out, OFAC": "#d6336c",
    "UN cross-script pairs: F1": "#7048e8",
    "pairs: F1": "#495057",
}
LEAST, MOST = 0.5, 1.5  # per cent of customers, from left to right


def picture(curve: dict[str, Any]) -> str:
    stopped = curve["rows"][CUSTOMERS]["all"]
    shipped = curve["cut_offs"].index(curve["shipped"])
    parts = [_axes()]
    for place, (name, colour) in enumerate(FOUND.items()):
        row = next(values for title, values in curve["rows"].items() if title.startswith(name))
        points = [(_across(100 * share), _up(found)) for share, found in zip(stopped, row["all"], strict=True)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>' for x, y in points]
        x, y = points[shipped]
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(_text(WIDTH - 190, MARGIN + 18 * place, name, colour))
    parts.append(_text(WIDTH - 190, MARGIN + 18 * len(FOUND), "○ the cut-off as shipped", "#868e96"))
    box = f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}>\n<rect width="100%" height="100%" fill="#fff"/>\n' + (
        "\n".join(parts) + "\n</svg>\n"
    )


def _axes() -> str:
    lines = [f'<path d="M{MARGIN} {MARGIN / 2} V{HEIGHT - MARGIN} H{WIDTH - 200}" fill="none" stroke="#adb5bd"/>']
    below, left = HEIGHT - MARGIN + 18, MARGIN - 8
    lines += [_text(_across(x), below, f"{x:g} %", "#495057", "middle") for x in (0.5, 0.75, 1.0, 1.25, 1.5)]
    lines += [_text(left, _up(y) + 4, f"{100 * y:.0f} %", "#495057", "end") for y in (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)]
    lines.append(_text(MARGIN, HEIGHT - 18, "ordinary customers who raise an alert, by name only", "#212529"))
    lines.append(_text(MARGIN, 18, "found (or F1)", "#212529"))
    return "\n".join(lines)


def _across(share: float) -> float:
    """On a logarithmic axis: halving the false alerts is the same way everywhere."""
    part = math.log(max(share, LEAST) / LEAST) / math.log(MOST / LEAST)
    return MARGIN + part * (WIDTH - 200 - MARGIN)


def _up(found: float) -> float:
    return HEIGHT - MARGIN - (found - 0.45) / 0.55 * (HEIGHT - 1.5 * MARGIN)


def _text(x: float, y: float, words: str, colour: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}">{words}</text>'


if __name__ == "__main__":
    source, target = map(Path, sys.argv[1:3])
    target.write_text(picture(json.loads(source.read_text(encoding="utf-8"))), encoding="utf-8")
