"""Charts of a table as inline SVG: columns, bars, lines and pies, without a script."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from math import cos, pi, sin

from bbcs.record import Record
from bbcs.registers.table import Chart, Table
from bbcs.render.safe import safe_line
from bbcs.render.text_table import plain
from bbcs.render.width import columns, cut

COLOURS = ("#3b6fb6", "#e08b3c", "#5fa463", "#b8506b", "#7b68a6", "#8a8f98")
_WIDTH, _HEIGHT = 760, 300
_LABEL = 24
"""Of a label at an axis, at most, in half-width columns."""

_CHAR = 6.5
"""Of a half-width column of a label, in pixels."""

_BAR, _GAP = 16, 8
_ROOM = 44
"""Behind the longest bar, for its number."""


class Series(Record):
    """The numbers of one column, one for each category."""

    label: str
    numbers: Sequence[float]


def figure(table: Table, chart: Chart) -> str:
    """The chart with its title as an HTML figure; "" where it has nothing to show."""
    rows = table.rows[slice(*chart.rows)] if chart.rows else table.rows
    labels = [safe_line(plain(row.get(chart.labels))) for row in rows]
    heads = {column.name: column.label for column in table.columns}
    series = [
        Series(heads[name], [_number(row.get(name)) for row in rows]) for name in chart.values
    ]
    if not any(any(one.numbers) for one in series):
        return ""
    drawn, height = _DRAWN[chart.kind](labels, series)
    names = [] if chart.kind == "pie" or len(series) == 1 else [one.label for one in series]
    below = _legend(names, height)
    title = escape(chart.title)
    return (
        f'<figure><figcaption>{title}</figcaption><svg viewBox="0 0 {_WIDTH} '
        f'{height + 24 * bool(names)}" role="img" aria-label="{title}">{drawn}{below}</svg></figure>'
    )


def _number(value: object) -> float:
    return max(0.0, float(value)) if isinstance(value, (int, float)) else 0.0


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    short = escape(cut(words, _LABEL))
    full = f"<title>{escape(words)}</title>" if columns(words) > _LABEL else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{short}{full}</text>'


def _shown(number: float) -> str:
    return f"{number:g}"


def _rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'
    )


def _bars(labels: Sequence[str], series: Sequence[Series]) -> tuple[str, int]:
    """A group of bars for each category, one under the other."""
    left = _CHAR * max(columns(cut(one, _LABEL)) for one in labels) + 12
    most = max(max(one.numbers) for one in series)
    scale = (_WIDTH - left - _ROOM) / most
    group = _BAR * len(series) + _GAP
    parts = []
    for at, label in enumerate(labels):
        top = at * group + _GAP
        parts.append(_text(left - 6, top + _BAR * len(series) / 2 + 4, label, "end"))
        for which, one in enumerate(series):
            y, long = top + which * _BAR, one.numbers[at] * scale
            parts.append(_rect(left, y, long, _BAR - 2, _colour(which)))
            parts.append(_text(left + long + 4, y + 12, _shown(one.numbers[at])))
    return "".join(parts), len(labels) * group + _GAP


def _columns(labels: Sequence[str], series: Sequence[Series]) -> tuple[str, int]:
    """A group of columns for each category, side by side."""
    most, room = max(max(one.numbers) for one in series), _WIDTH / len(labels)
    wide = min(36.0, (room - _GAP) / len(series))
    parts = []
    for at, label in enumerate(labels):
        middle = at * room + room / 2
        parts.append(_slot(middle, label, room))
        for which, one in enumerate(series):
            high = one.numbers[at] / most * (_HEIGHT - 60)
            x, y = middle + (which - len(series) / 2) * wide, _HEIGHT - 28 - high
            parts.append(_rect(x, y, wide - 2, high, _colour(which)))
            parts.append(_text(x + wide / 2 - 1, y - 4, _shown(one.numbers[at]), "middle"))
    return "".join(parts), _HEIGHT


def _lines(labels: Sequence[str], series: Sequence[Series]) -> tuple[str, int]:
    """One line for each series, its numbers at the points."""
    most, room = max(max(one.numbers) for one in series), _WIDTH / len(labels)
    parts = [_slot(at * room + room / 2, label, room) for at, label in enumerate(labels)]
    for which, one in enumerate(series):
        points = [
            (at * room + room / 2, _HEIGHT - 28 - number / most * (_HEIGHT - 60))
            for at, number in enumerate(one.numbers)
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        colour = _colour(which)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for (x, y), number in zip(points, one.numbers, strict=True):
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>')
            parts.append(_text(x, y - 8, _shown(number), "middle"))
    return "".join(parts), _HEIGHT


def _slot(middle: float, label: str, room: float) -> str:
    """The label under a category, no wider than its room."""
    return _text(middle, _HEIGHT - 8, cut(label, max(2, int(room / _CHAR))), "middle")


def _pie(labels: Sequence[str], series: Sequence[Series]) -> tuple[str, int]:
    """The shares of the first series, with a list of their names and numbers beside it."""
    numbers, total = series[0].numbers, sum(series[0].numbers)
    radius, x, y = 110.0, 130.0, 130.0
    parts, begin = [], 0.0
    for at, (label, number) in enumerate(zip(labels, numbers, strict=True)):
        parts.append(_rect(290, at * 22 + 18, 12, 12, _colour(at)))
        parts.append(_text(308, at * 22 + 29, f"{label} {_shown(number)}"))
        parts.append(_slice(x, y, radius, begin, begin + number / total, _colour(at)))
        begin += number / total
    return "".join(parts), max(260, len(labels) * 22 + 24)


def _slice(x: float, y: float, radius: float, begin: float, end: float, colour: str) -> str:
    """From one share of the circle to another, clockwise from the top."""
    if end - begin >= 1:
        return f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{colour}"/>'
    points = [
        (x + radius * sin(2 * pi * share), y - radius * cos(2 * pi * share))
        for share in (begin, end)
    ]
    (ax, ay), (bx, by) = points
    large = int(end - begin > 0.5)
    return (
        f'<path d="M{x} {y}L{ax:.1f} {ay:.1f}A{radius} {radius} 0 {large} 1 {bx:.1f} {by:.1f}Z" '
        f'fill="{colour}" stroke="#fff"/>'
    )


def _legend(names: Sequence[str], top: int) -> str:
    """The colours of several series, in one line."""
    parts, x = [], 4.0
    for at, name in enumerate(names):
        parts.append(_rect(x, top + 4, 12, 12, _colour(at)) + _text(x + 16, top + 15, name))
        x += 32 + _CHAR * columns(cut(name, _LABEL))
    return "".join(parts)


def _colour(at: int) -> str:
    return COLOURS[at % len(COLOURS)]


_DRAWN: Mapping[str, Callable[[Sequence[str], Sequence[Series]], tuple[str, int]]] = {
    "column": _columns,
    "bar": _bars,
    "line": _lines,
    "pie": _pie,
}
