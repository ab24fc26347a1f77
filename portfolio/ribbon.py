"""The drawing of school years: where every mark and line of a ribbon stands, as SVG, and the same as rows of a table.

Made here and not in the theme's template because it is arithmetic, a hundred times a page; the theme has the frame,
the shapes and every colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from portfolio.i18n import show_day

WIDTH = 168
"""Of a year, in the drawing's units; a month is a twelfth."""
MONTH = 14
LANE, STEP = 16, 13
"""Between two lines of goals, and between two marks that stand on each other."""


@dataclass(frozen=True)
class DrawnYear:
    """What stands in one year's drawing, and its rows of the table."""

    lines: Markup
    marks: Markup
    rows: Markup


@dataclass(frozen=True)
class Drawn:
    """A whole ribbon: its years, and at which height their ground lies."""

    years: tuple[DrawnYear, ...]
    months: Markup
    """The twelve signs under the ground, the same in every year."""
    ground: int
    kinds: tuple[str, ...]
    """Those there are, in the order in which they are met."""


def draw_ribbon(
    ribbon: Any, prefix: str, shapes: Mapping[str, str], words: Mapping[str, Any], untitled: str
) -> Drawn:
    """Draw a ribbon of `years` with `marks`, and `lines`; see the theme's macros/ribbon.html for what each has.

    `prefix` begins the ids of the shapes, `shapes` says which goes with a kind and `words` what a kind is called.
    """
    lanes, number_of_lanes = _lanes(ribbon.lines, len(ribbon.years))
    columns = [_stack(year.marks) for year in ribbon.years]
    highest = max([2, *(below + 1 for column in columns for _left, below in column)])
    ground = LANE * number_of_lanes + STEP * highest + 6
    called = {kind: str(escape(word)) for kind, word in words.items()}
    years = tuple(
        DrawnYear(
            Markup(_pieces(ribbon.lines, lanes, at)),  # noqa: S704 - numbers, and states escaped
            Markup(_marks(year.marks, columns[at], prefix, shapes, ground)),  # noqa: S704 - titles escaped
            Markup(_rows(year.marks, called, untitled)),  # noqa: S704 - titles and addresses escaped
        )
        for at, year in enumerate(ribbon.years)
    )
    months = "".join(
        f'<path class="ribbon__month" d="M{month * MONTH} {ground + 2}v{height}"/>'
        for month, height in enumerate((5, 1.5, 1.5, 1.5, 1.5, 3, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5))
    )
    kinds = dict.fromkeys(one.kind for year in ribbon.years for one in year.marks)
    return Drawn(years, Markup(months), ground, tuple(kinds))  # noqa: S704 - numbers


def _stack(marks: Iterable[Any]) -> list[tuple[int, int]]:
    """Per mark its distance from the left, and how many of its month it stands on."""
    counts = [0] * 12
    column = []
    for one in marks:
        slot = min(int(one.x * 12), 11)
        column.append((slot * MONTH + 7, counts[slot]))
        counts[slot] += 1
    return column


def _lanes(lines: Sequence[Any], years: int) -> tuple[list[int], int]:
    """Per line its lane, and how many lanes there are: lines that don't overlap share one."""
    ends: list[float] = []
    found = []
    for line in lines:
        until = line.until_x if line.until_x is not None else years
        free = next((at for at, end in enumerate(ends) if end + 0.1 <= line.from_x), len(ends))
        ends[free : free + 1] = [until]
        found.append(free)
    return found, len(ends)


def _pieces(lines: Sequence[Any], lanes: Sequence[int], at: int) -> str:
    """The pieces of the goals' lines that lie in year number `at`."""
    drawn = []
    for number, (line, lane) in enumerate(zip(lines, lanes, strict=True), 1):
        from_x = max(line.from_x - at, 0)
        until_x = min(line.until_x - at, 1) if line.until_x is not None else 1
        if from_x >= 1 or until_x <= 0:
            continue
        y = lane * LANE + 11
        x1, x2 = round(from_x * WIDTH, 1), round(until_x * WIDTH, 1)
        state = escape(line.state or "working")
        drawn.append(f'<path class="ribbon__line ribbon__line--{state}" d="M{x1} {y}H{x2}"/>')
        if line.until_x is not None and line.until_x <= at + 1:
            drawn.append(f'<circle class="ribbon__end ribbon__end--{state}" cx="{min(x2, 164)}" cy="{y}" r="3"/>')
        if line.from_x >= at:
            drawn.append(f'<path class="ribbon__start" d="M{x1} {y - 4}v8"/>')
        again = " ribbon__number--again" if line.from_x < at else ""
        drawn.append(f'<text class="ribbon__number{again}" x="{min(x1, 156) + 3}" y="{y - 3}">{number}</text>')
    return "".join(drawn)


def _marks(
    marks: Sequence[Any], column: Sequence[tuple[int, int]], prefix: str, shapes: Mapping[str, str], ground: int
) -> str:
    return "\n".join(
        f'<use href="#{prefix}-{shapes.get(one.kind, "square")}" x="{left}" y="{ground - 6 - STEP * below}">'
        f"<title>{escape(one.title)}</title></use>"
        for one, (left, below) in zip(marks, column, strict=True)
    )


def _rows(marks: Sequence[Any], words: Mapping[str, str], untitled: str) -> str:
    return "\n".join(
        f"<tr><td>{show_day(one.day)}</td><td>{words.get(one.kind) or escape(one.kind)}</td>"
        f'<td><a href="{escape(one.url)}">{escape(one.title or untitled)}</a></td></tr>'
        for one in marks
    )
