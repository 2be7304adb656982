"""What changed since last time, line by line."""

from __future__ import annotations

from ctg_tui.report.content import ReportContent
from ctg_tui.report.elements import Element, Node, element
from ctg_tui.report.html.parts import items, paragraph, section
from ctg_tui.wording.french import NBSP
from ctg_tui.wording.results import DifferentLine, DifferentLines

ID = "depuis"


def changes(content: ReportContent) -> Element | None:
    """Return the section; None when nothing can be compared."""
    found = content.differences
    if found is None:
        return None
    parts = (node for one in found.sections for node in _section(one))
    return section(ID, found.title, paragraph(found.summary), *parts)


def _section(lines: DifferentLines) -> tuple[Node, ...]:
    return element("h3", lines.title), items(map(_line, lines.lines), class_="lignes")


def _line(line: DifferentLine) -> str:
    notes = f"{NBSP}: {line.notes}" if line.notes else ""
    return f"{line.number} {line.label}{notes}"
