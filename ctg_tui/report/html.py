"""The report and the interview sheet as pages: one file each, nothing from outside, no script.

`templates/` holds them as they read in a browser; each value is cleaned and escaped where it is written.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import cos, pi, sin
from typing import TYPE_CHECKING, Any, Final

from ctg_tui import SOFTWARE
from ctg_tui.domain.assessment import PreparationTopic, answer_text
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.text import clean, harmless
from ctg_tui.report import tables
from ctg_tui.report.tables import ReportContent, shortened
from ctg_tui.wording import french, lines, results
from ctg_tui.wording.french import DASH, NBSP
from ctg_tui.wording.results import Axis, Figures, in_words
from ctg_tui.wording.spreadsheet import shown_number

if TYPE_CHECKING:
    from jinja2 import Environment

_ITEMS: Final = 3
_LETTERS: Final = 110
"""What the first page shows of a text, in rows and in characters, so that it stays one page."""
_BULLET: Final = re.compile(r"^\s*[-–—•*]\s+")


def render(content: ReportContent) -> str:
    """Return the whole report, to be written as UTF-8. The same content gives the same text."""
    written = {topic: text for topic, text in content.assessment.preparation.items() if text.strip()}
    strong, weak, asked = (
        _items(written.get(topic, ""))
        for topic in (
            PreparationTopic.STRONG_POINTS,
            PreparationTopic.WEAK_POINTS,
            PreparationTopic.HELP_ASKED,
        )
    )
    actions = [f"{number} {lines.action_in_a_line(action)}" for number, action in tables.planned(content)]
    planned = [shortened(one, _LETTERS) for one in actions[:_ITEMS]]
    first_page = {" ".join(one) for one in (strong, weak, asked)}
    values = {
        "to_answer": tables.how_to_answer(content) if content.is_sent else "",
        "years": results.year_names(content.years)[::-1],
        "drawing": None if content.radar.is_empty else drawing(content.radar),
        "strong": strong,
        "weak": weak,
        "planned": planned,
        "others_planned": len(actions) - _ITEMS,
        "asked": " ".join(asked),
        "actions": tables.planned(content) if actions != planned else (),
        "texts": [
            (french.TOPICS[topic], text)
            for topic, text in written.items()
            if topic is not PreparationTopic.MEETING and " ".join(_rows(text)) not in first_page
        ],
        "code": content.sending.code if content.sending else "",
        "notices": [results.why_not_compared(one) for one in content.years.left_out],
    }
    return _page("report.html", content, tables.whose(content), values)


def render_meeting(content: ReportContent) -> str:
    """Return the sheet of the interview: what is in discussion, and room to write what is agreed on."""
    identity = content.assessment.identity
    spoke = dict.fromkeys(name for point in content.points for name in point.authors if name.strip())
    of_caf = french.listing(spoke or filter(None, [identity.adviser.name.strip()]))
    values = {
        "present": " ; ".join(filter(None, (french.people(identity), of_caf and f"{of_caf} (Caf)"))),
        "texts": tables.prepared(content),
        "actions": tables.planned(content),
    }
    return _page("entretien.html", content, f"Entretien · {tables.whose(content)}", values)


def _page(template: str, content: ReportContent, footer: str, values: dict[str, Any]) -> str:
    style = style_sheet(harmless(footer))
    made: str = (
        environment()
        .get_template(template)
        .render(
            content=content,
            grid=content.grid,
            policies=[policy.label for policy in content.grid.policies],
            state=tables.state(content),
            style=style,
            policy=security_policy(style),
            **values,
        )
    )
    return made


def _items(text: str) -> list[str]:
    """Return the first rows of a text; a paragraph alone has the room of all rows."""
    rows = _rows(text)[:_ITEMS]
    return [shortened(row, _ITEMS * _LETTERS // len(rows)) for row in rows]


def _rows(text: str) -> list[str]:
    """Return the rows of a text in the person's words, without the marks of a list."""
    rows = (_BULLET.sub("", clean(row)).strip() for row in text.split("\n"))
    return [row for row in rows if row]


def style_sheet(footer: str = "") -> str:
    """Return the style sheet of a page whose paper bears `footer` at its foot."""
    shown = "".join(one if one.isascii() and one.isalnum() else f"\\{ord(one):x} " for one in footer)
    rules = (files(__package__) / "report.css").read_text(encoding="utf-8")
    return f'{rules}\n@page {{ @bottom-left {{ content: "{shown}"; }} }}\n'


def security_policy(style: str) -> str:
    """Return the policy: nothing is loaded, run or sent, and the one style sheet is allowed by its hash."""
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def environment() -> Environment:
    """Return what fills the templates: each value cleaned and escaped, a missing one is an error."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined  # only when a page is made
    from markupsafe import Markup

    templates = files(__package__) / "templates"
    made = Environment(
        loader=FunctionLoader(lambda name: (templates / name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: harmless(value, multiline=True) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["one_line"] = harmless
    made.filters["typeset"] = typeset
    made.filters["style"] = Markup  # only the style sheet, which a test keeps from holding a <
    shared = {"french": french, "lines": lines, "results": results, "tables": tables}
    made.globals |= shared | {"answer_text": answer_text, "software": SOFTWARE, "shown_number": shown_number}
    return made


# The radar as values to draw: this year's surface, last year's line thin and dashed.

_CENTRE: Final = (300.0, 215.0)
_RADIUS: Final = 168.0
_RINGS: Final = (50, 100)
_HEIGHT: Final = 430
_ROW: Final = 22
_LONGEST_LABEL: Final = 13

_Point = tuple[float, float]


_Text = tuple[str, float, float, tuple[str, ...], str]
"""Where a text is held, its place, its rows, its class."""


def drawing(figures: Figures) -> dict[str, Any]:
    """Return what `templates/radar.svg` draws, in order: rings and grounds as polygons, paths, texts.

    `figures` are not empty; it is open at an axis without a percentage.
    """
    axes = len(figures.axes)
    rings = [_points([_at(axes, axis, ring) for axis in range(axes)]) for ring in _RINGS]
    now, before = (_sides(values) for values in figures.values)
    paths = [(_path(before), "trace avant")] * bool(before) + [(_path(now), "trace")] * bool(now)
    texts = [_label(axes, rank, axis) for rank, axis in enumerate(figures.axes)]
    for ring in _RINGS:
        x, y = _at(axes, 0, ring)
        texts.append(("start", x + 5, y + 13, (str(ring),), "anneaux"))
    if before:
        for x, year, kind in ((210.0, figures.year, "trace"), (320.0, figures.past, "trace avant")):
            paths.append((f"M{x:g} {_HEIGHT + 9}h34", kind))
            texts.append(("start", x + 42, _HEIGHT + 14, (year,), "titre"))
    grounds = [_points([_CENTRE, *side]) for side in now]
    lines = {"rings": rings, "grounds": grounds, "paths": paths, "texts": texts}
    return lines | {"height": _HEIGHT + 24 * bool(before), "description": in_words(figures)}


def _at(axes: int, axis: int, percentage: float) -> _Point:
    """Return a point of an axis, the first pointing up, the others clockwise."""
    angle = pi / 2 - 2 * pi * axis / axes
    reach = _RADIUS * percentage / 100
    return round(_CENTRE[0] + reach * cos(angle), 1), round(_CENTRE[1] - reach * sin(angle), 1)


def _label(axes: int, rank: int, axis: Axis) -> _Text:
    """Return what stands at the end of an axis: its name and its percentage."""
    x, y = _at(axes, rank, 106)
    rows = shortened(axis.label, _LONGEST_LABEL), DASH if axis.now is None else f"{axis.now}{NBSP}%"
    if abs(x - _CENTRE[0]) < 1:
        return "middle", x, y - 2 if y < _CENTRE[1] else y + 16, (" ".join(rows),), "titre"
    return "start" if x > _CENTRE[0] else "end", x, y + 5 - _ROW / 2, rows, "titre"


def _sides(values: Sequence[int | None]) -> list[tuple[_Point, _Point]]:
    """Return the sides between neighbouring axes that both have a value; one alone is a point."""
    points = [None if value is None else _at(len(values), axis, value) for axis, value in enumerate(values)]
    sides = []
    for rank, (point, after) in enumerate(pairwise([*points, points[0]])):
        if point is not None and after is not None:
            sides.append((point, after))
        elif point is not None and points[rank - 1] is None:
            sides.append((point, point))
    return sides


def _path(sides: Sequence[tuple[_Point, _Point]]) -> str:
    return "".join(f"M{x:g} {y:g}L{to_x:g} {to_y:g}" for (x, y), (to_x, to_y) in sides)


def _points(points: Sequence[_Point]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)
