"""The printed tables and radar. Imported only to print: Rich and plotext are slow to import."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ctg_tui.chart.figures import By, default_axes, figures, in_words, nothing_drawn, past_of
from ctg_tui.chart.levels import BEFORE, OUTLINE, RING, detect_level
from ctg_tui.chart.radar import FIGURE, radar
from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.results import LastTime, YearRow, Years
from ctg_tui.domain.scores import Scores, Tally, figure_rows, score
from ctg_tui.domain.steps import check
from ctg_tui.domain.text import clean
from ctg_tui.domain.thread import points_of
from ctg_tui.services.home import SentAndHeard
from ctg_tui.services.workspace import Summary
from ctg_tui.system.computer import local_time
from ctg_tui.wording import french
from ctg_tui.wording.french import DASH, NBSP, territory_name, wrap
from ctg_tui.wording.lines import MARK, basis, figure_name, in_one, marked
from ctg_tui.wording.results import lines_title, row_name, why_not_compared, year_figure, year_names
from ctg_tui.wording.steps import finding
from ctg_tui.wording.thread import STATES, draft_words, place_of, point_words

LEGEND: Final = typeset(
    f"Les chiffres reposent sur les lignes de la Caf ; ceux marqués {MARK}, sur les lignes proposées."
)
"""The sentence beside totals over several grids."""


RADAR_SIZE = (78, 25)
_STYLES = {RING: "dim", BEFORE: "yellow", OUTLINE: "bold", FIGURE: "bold"}


def of_list(summaries: Sequence[Summary], heard: Mapping[int, SentAndHeard]) -> Iterator[RenderableType]:
    """Yield the list: each assessment, what was made of it for the Caf, and what the Caf answered."""
    table = _table()
    table.add_column("N°", justify="right")
    table.add_column("Évaluation", ratio=1)
    table.add_column("Rempli", justify="right", no_wrap=True)
    table.add_column("Réalisation", justify="right", no_wrap=True)
    table.add_column("Modifiée le", no_wrap=True)
    for summary in summaries:
        entry, totals = summary.entry, summary.totals
        state = f"{entry.identity.year} · {french.MOMENTS[entry.identity.moment]}"
        state += " · en cours" if entry.sent is None else ""
        if summary.grid is None:
            state += " · grille introuvable sur ce poste"
        lines = heard[entry.id].lines if entry.id in heard else ()
        table.add_row(
            str(entry.id),
            Text("\n".join((clean(territory_name(entry.identity)), state, *lines))),
            DASH if totals is None or not totals.whole.cells else _filled(totals.whole),
            DASH if totals is None else "\n".join(in_one(totals).split(" · ")),
            french.day_and_time(local_time(entry.changed_at)),
        )
    yield table
    if any(summary.totals and summary.totals.proposed for summary in summaries):
        yield Text(LEGEND)


def of_assessment(years: Years, assessment: Assessment, last: LastTime | None) -> Iterator[RenderableType]:
    """Yield the heading, the radar, its figures, the years side by side, and the findings before sending."""
    grid, identity = years.grid, assessment.identity
    scores = score(grid, assessment.answers)
    yield f"{territory_name(identity)} · {identity.year} · {french.MOMENTS[identity.moment]}"
    yield ""
    yield from _radar(grid, assessment, scores, last)
    yield ""
    yield _figures(grid, scores)
    yield Text(basis(grid))
    yield ""
    yield from _years(years)
    findings = check(grid, assessment)
    left = "À regarder avant l’envoi :" if findings else "Rien ne manque dans l’évaluation."
    filled = f"Rempli à {_filled(scores.whole)}. " if scores.whole.cells else ""
    yield Text(typeset(f"{filled}{left}"))
    for item in findings:
        yield Text(f"- {finding(item)}")


def of_thread(grid: Grid, assessment: Assessment) -> Iterator[RenderableType]:
    """Yield what the Caf and the person said, point by point; nothing without any."""
    points = points_of(assessment, grid)
    if points:
        yield ""
        yield Text("Ce que la Caf a dit, et les réponses", style="bold")
    for point in points:
        draft = [] if point.draft is None else [f"Pas encore envoyé : {draft_words(point.draft)}"]
        yield f"{place_of(grid, point)}, {STATES[point.state]}"
        words = clean(typeset("\n".join((*point_words(point), *draft))), multiline=True).strip()
        yield Padding(Text(words), (0, 0, 0, 4), expand=False)


def _years(years: Years) -> Iterator[RenderableType]:
    """Yield the years side by side, the rubrics then the lines; then why a former year is not there."""
    if len(years.years) > 1:
        table = _table()
        table.add_column("D’année en année", ratio=1)
        for name in year_names(years):
            table.add_column(name, justify="right", no_wrap=True)

        def add(row: YearRow, indent: str = "", **how: Any) -> None:
            figures = (year_figure(each, row.is_proposed) for each in row.tallies)
            name = Text(indent + row_name(years, row), no_wrap=True, overflow="ellipsis")
            table.add_row(name, *figures, **how)

        for whole in years.wholes:
            add(whole, style="bold")
            policies = years.by_policy(whole)
            for policy in policies:
                add(policy, "  ", end_section=policy is policies[-1])
        if years.lines and len(years.wholes) > 1:
            table.add_row(lines_title(years), style="bold")
        for line in years.lines:
            add(line)
        yield table
        yield ""
    for former in years.left_out:
        yield Text(typeset(why_not_compared(former)))
        yield ""


def _filled(tally: Tally) -> str:
    return f"{tally.completeness}{NBSP}%"


def console() -> Console:
    """Return the console that prints a table on stdout."""
    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False)


def _table() -> Table:
    return Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)


def _radar(
    grid: Grid, assessment: Assessment, scores: Scores, last: LastTime | None
) -> Iterator[RenderableType]:
    """Yield the radar, of each mission where the axes are lines, and the same figures in words."""
    past = past_of(last, grid)
    by = default_axes(grid, scores, past)
    missions = [mission.id for mission in grid.missions if mission.activities]
    terminal = console()
    width, height = RADAR_SIZE
    for mission in missions if by is By.LINE else [None]:
        content = figures(grid, assessment, scores, past, mission=mission)
        if content.is_empty:
            if content.most_known or len(missions) == 1:
                yield Text(nothing_drawn(content))
            continue
        drawing = radar(
            content,
            width=min(width, terminal.width),
            height=height,
            level=detect_level(sys.stdout.encoding, os.environ),
            with_figures=True,
        )
        for line in drawing.lines:
            text = Text(no_wrap=True)
            for segment in line:
                text.append(segment.text, _STYLES.get(segment.role, ""))
            text.rstrip()
            yield text
        yield ""
        yield from (Text(words) for words in wrap(in_words(content), terminal.width))


def _figures(grid: Grid, scores: Scores) -> Table:
    table = _table()
    table.add_column("Mission", ratio=1)
    table.add_column("Politique")
    for title in ("Réalisation", "Points", "Notées", "NC", "Vides"):
        table.add_column(title, justify="right")
    kinds = [mission.is_proposed for mission in grid.noted_missions]
    for row in figure_rows(grid, scores):
        if row.mission is None and kinds.count(row.is_proposed) == 1:
            continue  # the same figures as those of its only mission
        title = figure_name(grid, row)
        for number, (policy, counted) in enumerate(zip(grid.policies, row.tallies, strict=True)):
            name = Text(title if number == 0 else "")
            table.add_row(name, Text(policy.label), *_cells(counted, row.is_proposed))
        table.add_row("", "Ensemble", *_cells(row.whole, row.is_proposed), style="bold", end_section=True)
    return table


def _cells(tally: Tally, is_proposed: bool) -> tuple[str, ...]:
    points = DASH if tally.rated == 0 else f"{tally.points}/{tally.maximum}"
    counted = (tally.rated, tally.not_concerned, tally.blank)
    return (marked(tally, is_proposed), points, *(str(number) for number in counted))
