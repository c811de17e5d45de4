"""Charts as SVG for print: lines, steps, stacked columns and bars, in two tones that also tell apart in grey."""

from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Final

from backend.product_reviews.view import Chart

WIDTH, HEIGHT = 520, 170
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 8, 10, 34
_TONES: Final = ("#2448b8", "#c2410c", "#94a3b8")
_DASHES: Final = ("", "6 3", "2 3")
_TICKS: Final = 4
_LABELS: Final = 12
_WIDE: Final = 0x2E80
_WHOLE_FROM: Final = 10


def svg(chart: Chart, words: Callable[[str], str]) -> str:
    """`words` names a series; axis labels are those of the chart."""
    highest = _highest(chart)
    parts = [*_grid(chart, highest), *_drawn(chart, highest), *_legend(chart, words)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f"{''.join(parts)}</svg>"
    )


def _highest(chart: Chart) -> float:
    if chart.shape == "stacked":
        sums = [sum(values[place] or 0 for _, values in chart.series) for place in range(len(chart.names))]
        return max((*sums, 0)) or 1.0
    return max((value for _, values in chart.series for value in values if value is not None), default=1.0) or 1.0


def _grid(chart: Chart, highest: float) -> Iterator[str]:
    for tick in range(_TICKS + 1):
        value = highest * tick / _TICKS
        y = _y(value, highest)
        yield f'<line x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y}" y2="{y}" stroke="#e3e7ee" stroke-width="0.6"/>'
        yield _text(_LEFT - 4, y + 3, _short(chart, value), "end")
    step = max(1, -(-len(chart.names) // _LABELS))
    for place in range(0, len(chart.names), step):
        yield _text(_x(place, len(chart.names)), HEIGHT - _BOTTOM + 12, chart.names[place], "middle")


def _drawn(chart: Chart, highest: float) -> Iterator[str]:
    if chart.shape == "stacked":
        yield from _columns(chart, highest)
        return
    for number, (_, values) in enumerate(chart.series):
        path = _path(values, highest, steps=chart.shape == "steps")
        tone, dash = _TONES[number % 3], _DASHES[number % 3]
        yield f'<path d="{path}" fill="none" stroke="{tone}" stroke-width="1.4" stroke-dasharray="{dash}"/>'


def _columns(chart: Chart, highest: float) -> Iterator[str]:
    width = max(1.0, (WIDTH - _LEFT - _RIGHT) / max(len(chart.names), 1) * 0.62)
    for place in range(len(chart.names)):
        below = 0.0
        for number, (_, values) in enumerate(chart.series):
            value = values[place] or 0
            top, base = _y(below + value, highest), _y(below, highest)
            below += value
            yield (
                f'<rect x="{_x(place, len(chart.names)) - width / 2:.1f}" y="{top}" width="{width:.1f}"'
                f' height="{max(base - top, 0):.1f}" fill="{_TONES[number % 3]}"/>'
            )


def _path(values: Sequence[float | None], highest: float, *, steps: bool) -> str:
    """A gap where a value is missing."""
    parts: list[str] = []
    before: float | None = None
    for place, value in enumerate(values):
        if value is None:
            before = None
            continue
        x, y = _x(place, len(values)), _y(value, highest)
        if before is None:
            parts.append(f"M{x} {y}")
        else:
            parts.append(f"L{x} {before} L{x} {y}" if steps else f"L{x} {y}")
        before = y
    return " ".join(parts) or "M0 0"


def _legend(chart: Chart, words: Callable[[str], str]) -> Iterator[str]:
    x = float(_LEFT)
    for number, (code, _) in enumerate(chart.series):
        name = words(code)
        yield f'<rect x="{x:.1f}" y="{HEIGHT - 12}" width="9" height="6" fill="{_TONES[number % 3]}"/>'
        yield _text(x + 13, HEIGHT - 6, name, "start")
        x += 30 + 6.5 * sum(2 if ord(sign) >= _WIDE else 1 for sign in name)


def _x(place: int, number: int) -> float:
    return round(_LEFT + (place + 0.5) * (WIDTH - _LEFT - _RIGHT) / max(number, 1), 1)


def _y(value: float, highest: float) -> float:
    return round(HEIGHT - _BOTTOM - max(value, 0) / highest * (HEIGHT - _TOP - _BOTTOM), 1)


def _short(chart: Chart, value: float) -> str:
    if chart.unit == "share":
        return f"{value * 100:.0f} %"
    for size, sign in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:.1f}{sign}"
    return f"{value:.0f}" if value >= _WHOLE_FROM or value == 0 else f"{value:.1f}"


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="8" fill="#5c6778" text-anchor="{anchor}">{escape(words)}</text>'
