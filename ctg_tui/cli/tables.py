"""The printed tables and radar. Imported only to print: Rich and plotext are slow to import."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ctg_tui.chart.figures import By, default_axes, figures, in_words, nothing_drawn, past_of
from ctg_tui.chart.levels import BEFORE, OUTLINE, RING, Level, detect_level
from ctg_tui.chart.radar import FIGURE, radar
from ctg_tui.domain.assessment import Assessment, Identity, PreparationTopic
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.results import LastTime, YearRow, Years
from ctg_tui.domain.scores import Scores, Tally, figure_rows, score, tally
from ctg_tui.domain.steps import Finding, check
from ctg_tui.domain.text import clean
from ctg_tui.domain.thread import points_of
from ctg_tui.services.home import SentAndHeard
from ctg_tui.services.workspace import Summary
from ctg_tui.system.computer import local_time
from ctg_tui.wording import french
from ctg_tui.wording.french import DASH, NBSP, territory_name, wrap
from ctg_tui.wording.lines import (
    LEGEND,
    MARK,
    action_in_a_line,
    basis,
    figure_name,
    in_one,
    line_number,
    marked,
    notes_of_line,
)
from ctg_tui.wording.results import lines_title, row_name, why_not_compared, year_figure, year_names
from ctg_tui.wording.steps import finding
from ctg_tui.wording.thread import STATES, draft_words, place_of, point_words

RADAR_SIZE = (78, 25)
_Written = tuple[str, str]
"""A heading and a body."""
_STYLES = {RING: "dim", BEFORE: "yellow", OUTLINE: "bold", FIGURE: "bold"}


def show_list(summaries: Sequence[Summary], heard: Mapping[int, SentAndHeard]) -> None:
    """Print the list: each assessment, what was made of it for the Caf, and what the Caf answered."""
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
            Text("\n".join((_territory(entry.identity), state, *lines))),
            DASH if totals is None or not totals.whole.cells else _filled(totals.whole),
            DASH if totals is None else "\n".join(in_one(totals).split(" · ")),
            french.day_and_time(local_time(entry.changed_at)),
        )
    console = _console()
    console.print(table)
    if any(summary.totals and summary.totals.proposed for summary in summaries):
        console.print(Text(LEGEND))


def show_summary(years: Years, assessment: Assessment, last: LastTime | None) -> None:
    """Print the heading, the radar, its figures, the years side by side, and the findings before sending."""
    grid = years.grid
    findings = check(grid, assessment)
    left = f"À regarder avant l’envoi{NBSP}:" if findings else "Rien ne manque dans l’évaluation."
    _show(grid, assessment, last, left, findings, years)


def show_received(grid: Grid, assessment: Assessment) -> None:
    """Print the same of a received submission, with the findings for the Caf only."""
    findings = [item for item in check(grid, assessment) if item.is_for_caf]
    left = f"Dans ce fichier{NBSP}:" if findings else "Toutes les lignes de la Caf ont leurs réponses."
    _show(grid, assessment, None, left, findings)


def show_unscored(assessment: Assessment) -> None:
    """Print the counts of a submission whose grid is not known here: no percentage."""
    console = _console()
    console.print(Text(_heading(assessment)))
    console.print()
    table = _table()
    table.add_column("Politique", ratio=1)
    for title in ("Notées", "NC"):
        table.add_column(title, justify="right")
    policies = dict.fromkeys(cell.policy for cell in assessment.answers)
    for policy in policies:
        counted = tally(assessment.answers, [cell for cell in assessment.answers if cell.policy == policy])
        table.add_row(Text(clean(policy)), str(counted.rated), str(counted.not_concerned))
    whole = tally(assessment.answers, assessment.answers)
    table.add_row("Ensemble", str(whole.rated), str(whole.not_concerned), style="bold")
    console.print(table)
    console.print()
    written = (
        french.count(len(assessment.comments), "commentaire"),
        french.count(len(assessment.numbers), "nombre"),
        french.count(len(assessment.actions), "action"),
    )
    console.print(Text(f"{', '.join(written)}."))


def show_texts(grid: Grid | None, assessment: Assessment) -> None:
    """Print who filled a received submission, and everything that was written in it."""
    from ctg_tui.report.wording import person

    console = _console()
    identity = assessment.identity
    console.print()
    for coordinator in identity.coordinators:
        console.print(Text(clean(person(coordinator, grid))))
    adviser = " · ".join(filter(None, map(clean, (identity.adviser.name, identity.adviser.email))))
    if adviser:
        console.print(Text(typeset(f"Contact Caf (CCD) : {adviser}")))
    for title, texts in _TEXTS.items():
        _show_texts(console, title, [*texts(grid, assessment)])
    console.print()


def show_thread(grid: Grid | None, assessment: Assessment) -> None:
    """Print what the Caf and the person said, point by point; nothing without any."""
    _show_texts(_console(), _SAID, [*_points(grid, assessment)])


def _show_texts(console: Console, title: str, written: Sequence[_Written]) -> None:
    if written:
        console.print()
        console.print(Text(title, style="bold"))
    for heading, body in written:
        console.print(Text(heading))
        console.print(Padding(Text(body), (0, 0, 0, 4), expand=False))


def _show(
    grid: Grid,
    assessment: Assessment,
    last: LastTime | None,
    left: str,
    findings: Sequence[Finding],
    years: Years | None = None,
) -> None:
    scores = score(grid, assessment.answers)
    console = _console()
    console.print(Text(_heading(assessment)))
    console.print()
    _show_radar(console, grid, assessment, scores, last)
    console.print()
    console.print(_figures(grid, scores))
    console.print(Text(basis(grid)))
    console.print()
    if years is not None:
        _show_years(console, years)
    filled = f"Rempli à {_filled(scores.whole)}. " if scores.whole.cells else ""
    console.print(Text(f"{filled}{left}"))
    for item in findings:
        console.print(Text(f"- {finding(item)}"))


def _show_years(console: Console, years: Years) -> None:
    """Print the years side by side, the rubrics then the lines; then why a former year is not there."""
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
        console.print(table)
        console.print()
    for former in years.left_out:
        console.print(Text(typeset(why_not_compared(former))))
        console.print()


def _filled(tally: Tally) -> str:
    return f"{tally.completeness}{NBSP}%"


def _heading(assessment: Assessment) -> str:
    identity = assessment.identity
    return f"{_territory(identity)} · {identity.year} · {french.MOMENTS[identity.moment]}"


def _console() -> Console:
    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False)


def _level() -> Level:
    return detect_level(sys.stdout.encoding, os.environ)


def _table() -> Table:
    return Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)


def _territory(identity: Identity) -> str:
    return clean(territory_name(identity))


def _show_radar(
    console: Console, grid: Grid, assessment: Assessment, scores: Scores, last: LastTime | None
) -> None:
    """Print the radar, of each mission where the axes are lines, and the same figures in words."""
    by, past = default_axes(grid), past_of(last, grid)
    missions = [mission.id for mission in grid.missions if mission.activities]
    colour = console.color_system is not None and not console.no_color
    width, height = RADAR_SIZE
    for mission in missions if by is By.LINE else [None]:
        content = figures(grid, assessment, scores, past, mission=mission)
        if content.is_empty:
            if content.most_known or len(missions) == 1:
                console.print(Text(nothing_drawn(content)))
            continue
        drawing = radar(
            content,
            width=min(width, console.width),
            height=height,
            level=_level(),
            colour=colour,
            with_figures=True,
        )
        for line in drawing.lines:
            text = Text(no_wrap=True)
            for segment in line:
                text.append(segment.text, _STYLES.get(segment.role, ""))
            text.rstrip()
            console.print(text)
        console.print()
        for words in wrap(in_words(content), console.width):
            console.print(Text(words))


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


# The texts of a submission, each a heading and a body, in the order of the grid; then those of other lines.


def _comments(grid: Grid | None, assessment: Assessment) -> Iterator[_Written]:
    for activity in _in_order(grid, assessment.comments):
        yield _line(grid, assessment, activity), _body(assessment.comments[activity])


def _actions(grid: Grid | None, assessment: Assessment) -> Iterator[_Written]:
    for activity in _in_order(grid, assessment.actions):
        yield _line(grid, assessment, activity), _body(action_in_a_line(assessment.actions[activity]))


def _line(grid: Grid | None, assessment: Assessment, activity: str) -> str:
    """Return `1.3  Intègre… (Famille 2)`; the id of a line that the grid does not have."""
    if grid is None or activity not in grid.activities:
        return clean(activity)
    notes = notes_of_line(grid, assessment, activity)
    label = clean(grid.activities[activity].label)
    return f"{line_number(grid, activity)}  {label}{f' ({notes})' if notes else ''}"


def _indicators(grid: Grid | None, assessment: Assessment) -> Iterator[_Written]:
    filled = {**assessment.numbers, **assessment.remarks}
    known = grid.indicators if grid else {}
    for indicator in (*(key for key in known if key in filled), *(key for key in filled if key not in known)):
        number = assessment.numbers.get(indicator)
        parts = ("" if number is None else french.thousands(number), assessment.remarks.get(indicator, ""))
        label = clean(known[indicator].label if indicator in known else indicator)
        mark = f"{NBSP}{MARK}" if indicator in known and known[indicator].is_proposed else ""
        yield label + mark, _body(" – ".join(filter(None, parts)))


def _preparation(_: Grid | None, assessment: Assessment) -> Iterator[_Written]:
    for topic in PreparationTopic:
        if text := _body(assessment.preparation.get(topic, "")):
            yield french.TOPICS[topic], text


def _points(grid: Grid | None, assessment: Assessment) -> Iterator[_Written]:
    for point in points_of(assessment, grid):
        answer = [] if point.draft is None else [f"Pas encore envoyé{NBSP}: {draft_words(point.draft)}"]
        yield f"{place_of(grid, point)}, {STATES[point.state]}", "\n".join((*point_words(point), *answer))


_SAID = "Ce que la Caf a dit, et les réponses"
_TEXTS = {
    "Commentaires": _comments,
    "Indicateurs": _indicators,
    "Pour l’entretien": _preparation,
    "Actions choisies": _actions,
    _SAID: _points,
}


def _in_order(grid: Grid | None, values: Iterable[str]) -> tuple[str, ...]:
    known = [activity for activity in (grid.activities if grid else ()) if activity in values]
    return tuple(dict.fromkeys((*known, *values)))


def _body(text: str) -> str:
    return clean(text, multiline=True).strip()
