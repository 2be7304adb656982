"""The printed tables and radar. Imported only to print: rich and the plot cost as much as the rest."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ctg_tui.chart.figures import WHOLE, figures
from ctg_tui.chart.levels import Level, detect_level
from ctg_tui.chart.radar import radar
from ctg_tui.domain.assessment import Assessment, Identity, Status
from ctg_tui.domain.completeness import Finding, check
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import Scores, Tally, score
from ctg_tui.domain.text import clean
from ctg_tui.services.workspace import Summary
from ctg_tui.system.local_time import local_time
from ctg_tui.wording import french
from ctg_tui.wording.french import DASH, NBSP, territory_name

RADAR_SIZE = (78, 25)
_COLOURS = ("cyan", "yellow", "magenta", "green", "blue", "red")
_STYLES = {"ring": "dim", "spoke": "dim", "scale": "dim", "missing": "dim"}


def show_list(summaries: Sequence[Summary]) -> None:
    """One line per assessment."""
    table = _table()
    table.add_column("N°", justify="right")
    table.add_column("Évaluation", ratio=1)
    table.add_column("Rempli", justify="right", no_wrap=True)
    table.add_column("Taux", justify="right", no_wrap=True)
    table.add_column("Modifiée le", no_wrap=True)
    for summary in summaries:
        entry, whole = summary.entry, summary.whole
        what = _what(entry.identity, entry.status, entry.revision)
        table.add_row(
            str(entry.id),
            Text(f"{_territory(entry.identity)}\n{what}"),
            DASH if whole is None else f"{whole.completeness}{NBSP}%",
            DASH if whole is None else french.percentage(whole),
            french.day_and_time(local_time(entry.changed_at)),
        )
    _console().print(table)


def show_summary(grid: Grid, assessment: Assessment, previous: Assessment | None = None) -> None:
    """What it is, the radar, the same figures as a table, and what is left before sending."""
    scores = score(grid, assessment.answers)
    console = _console()
    what = _what(assessment.identity, assessment.status, assessment.revision)
    console.print(Text(f"{_territory(assessment.identity)} · {what}"))
    console.print()
    _show_radar(console, grid, scores, previous)
    console.print()
    console.print(_figures(grid, scores))
    console.print()
    findings = check(grid, assessment)
    console.print(Text(f"Rempli à {scores.whole.completeness}{NBSP}%. {_left_to_do(findings)}"))
    for found in findings:
        console.print(Text(f"- {french.finding(found)}"))


def _left_to_do(findings: Sequence[Finding]) -> str:
    return f"À regarder avant l’envoi{NBSP}:" if findings else "Rien ne manque avant l’envoi."


def _what(identity: Identity, status: Status, revision: int) -> str:
    """`2027 · annuelle · définitive, révision 2`; the revision from the second on."""
    name = french.STATUSES_OF_ASSESSMENT[status]
    state = name if revision == 1 else f"{name}, révision{NBSP}{revision}"
    return f"{identity.year} · {french.MOMENTS[identity.moment]} · {state}"


def _console() -> Console:
    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False)


def _level() -> Level:
    return detect_level(sys.stdout.encoding, os.environ)


def _table() -> Table:
    lines = box.ASCII if _level() is Level.ASCII else box.SIMPLE_HEAD
    return Table(box=lines, pad_edge=False, show_edge=False)


def _territory(identity: Identity) -> str:
    return clean(territory_name(identity))


def _show_radar(console: Console, grid: Grid, scores: Scores, previous: Assessment | None) -> None:
    content = figures(
        grid,
        scores,
        previous=None if previous is None else score(grid, previous.answers),
        previous_name="" if previous is None else f"Ensemble {previous.identity.year}",
    )
    width, height = RADAR_SIZE
    drawing = radar(content, width=min(width, console.width), height=height, level=_level())
    styles = _STYLES | {
        f"outline-{policy.id}": _COLOURS[number % len(_COLOURS)]
        for number, policy in enumerate(grid.policies)
    }
    styles |= {f"outline-{WHOLE}": "bold", f"behind-{WHOLE}": "dim"}
    for line in drawing.lines:
        text = Text(no_wrap=True)
        for segment in line:
            text.append(segment.text, styles.get(segment.role, ""))
        text.rstrip()
        console.print(text)


def _figures(grid: Grid, scores: Scores) -> Table:
    table = _table()
    table.add_column("Mission", ratio=1)
    table.add_column("Politique")
    for title in ("Taux", "Points", "Notées", "NC", "Sans réponse"):
        table.add_column(title, justify="right")
    for mission in grid.missions:
        for number, policy in enumerate(grid.policies):
            name = Text(f"{mission.number} {mission.short_title}" if number == 0 else "")
            table.add_row(name, Text(policy.label), *_cells(scores.rubrics[mission.id, policy.id]))
        table.add_row("", "Ensemble", *_cells(scores.missions[mission.id]), style="bold", end_section=True)
    for number, policy in enumerate(grid.policies):
        name = Text("Toutes les missions" if number == 0 else "")
        table.add_row(name, Text(policy.label), *_cells(scores.policies[policy.id]))
    table.add_row("", "Ensemble", *_cells(scores.whole), style="bold")
    return table


def _cells(tally: Tally) -> tuple[str, ...]:
    points = DASH if tally.rated == 0 else f"{tally.points}/{tally.maximum}"
    counted = (tally.rated, tally.not_concerned, tally.blank)
    return (french.percentage(tally), points, *(str(number) for number in counted))
