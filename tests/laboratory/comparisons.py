"""Random pairs of moments: `synthese --json` and the reports give the figures and changes of the rule."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from html import unescape
from typing import Any

from ctg_tui.chart.figures import Past
from ctg_tui.cli.results import years_facts
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.results import Filled, Years, year_figures
from ctg_tui.domain.results import compared as last_time
from ctg_tui.domain.scores import score
from ctg_tui.grids.catalogue import build, fingerprint_of
from ctg_tui.report import html, xlsx
from ctg_tui.report.content import Previous, ReportContent
from ctg_tui.wording.results import Differences, differences
from tests.laboratory.laboratory import Outcome, Round, summed
from tests.laboratory.oracle import Answers, figures_of
from tests.laboratory.sources import assessment_with, grid_file, notes_drawn
from tests.report.workbooks import read_workbook, rows

PAIRS = 20_000
REPORTED = 100
"""Of so many pairs, one has its HTML page and its workbook read."""
MAX_SECONDS = 0.3
_AT = datetime(2027, 1, 20, 14, 2, 11, tzinfo=UTC)
_HEADINGS = {
    "hausse": "Notes en hausse",
    "baisse": "Notes en baisse",
    "devient-nc": "Passées en NC",
    "devient-concernee": "Ne sont plus NC",
    "nouvelle-reponse": "Nouvelles réponses",
    "reponse-retiree": "",
}
"""The heading under which the reports list each change of a cell."""

Note = int | str | None


def experiment(round_: Round) -> list[Outcome]:
    """Return the outcome of all the workers."""
    shares = [(round_, rank) for rank in range(round_.workers)]
    with ProcessPoolExecutor(round_.workers) as pool:
        return [summed(list(pool.map(_pairs, shares)))]


def _pairs(work: tuple[Round, int]) -> Outcome:
    round_, rank = work
    draw = round_.draw(f"comparisons {rank}")
    outcome = Outcome(
        "two random moments compared",
        "every surface gives the changes and figures of the rule, within 0.3 s",
    )
    for number in range(round_.times(PAIRS, round_.workers) // round_.workers):
        with outcome.trial(f"worker {rank}, pair {number}"):
            _check(draw, outcome, is_reported=number % REPORTED == 0)
    return outcome


def _check(draw: random.Random, outcome: Outcome, *, is_reported: bool) -> None:
    document = grid_file(draw)
    grid = build(document, fingerprint_of(document))
    then, now = notes_drawn(draw, grid), notes_drawn(draw, grid)
    before, after = _moment(grid, then, 2026), _moment(grid, now, 2027)
    started = time.process_time()
    years = Years(grid, tuple(year_figures(each.assessment, grid, grid) for each in (before, after)))
    facts = years_facts(years)
    spent = time.process_time() - started
    assert spent < MAX_SECONDS, f"{spent:.2f} s"
    for year, answers in zip(facts, (then, now), strict=True):
        _require_figures(document, year["pourcentages"], answers)
    expected = list(_changes(grid, then, now))
    last = last_time(before.assessment, grid, grid)
    found = differences(last, grid, after.assessment)
    assert found is not None
    _require_listed(found, grid, expected)
    if is_reported:
        _require_reports(grid, before, after, found)
        outcome.counts["reports read"] = outcome.counts.get("reports read", 0) + 1


def _moment(grid: Grid, given: Answers, year: int) -> Filled:
    assessment = assessment_with(grid, given)
    return Filled(grid, assessment._replace(identity=assessment.identity._replace(year=year)))


def _changes(grid: Grid, then: Answers, now: Answers) -> Iterator[tuple[str, str, Note, Note, str]]:
    """Yield each cell that differs, in the order of the grid, with how."""
    for cell in grid.cells:
        was, is_now = then.get(cell), now.get(cell)
        if was != is_now:
            yield (*cell, was, is_now, _nature(was, is_now))


def _nature(was: Note, is_now: Note) -> str:
    if is_now is None:
        return "reponse-retiree"
    if is_now == "NC":
        return "devient-nc"
    if was is None:
        return "nouvelle-reponse"
    if was == "NC":
        return "devient-concernee"
    return "hausse" if int(is_now) > int(was) else "baisse"


def _require_figures(document: dict[str, Any], facts: dict[str, Any], answers: Answers) -> None:
    """Check every percentage of a year, on the Caf's lines and on the others."""
    for of_caf in (True, False):
        block = facts if of_caf else facts["propositions"]
        wanted = figures_of(document, answers, of_caf=of_caf)
        if wanted is None:
            assert block is None
            continue
        assert {
            (mission, policy): figure
            for mission, figures in block["rubriques"].items()
            for policy, figure in figures.items()
        } == wanted["rubriques"]
        assert block["missions"] == wanted["missions"]
        assert block.get("ensemble") == wanted["ensemble"]
        for policy, figure in block["politiques"].items():
            alone = figures_of(document | {"politiques": [{"id": policy}]}, answers, of_caf=of_caf)
            assert alone is not None
            assert figure == alone["ensemble"]


def _require_listed(found: Differences, grid: Grid, expected: list[tuple[str, str, Note, Note, str]]) -> None:
    """Check the lines of the reports: each changed cell under its heading, no other."""
    listed = {
        (section.title, line.id, note.replace("\N{NO-BREAK SPACE}", " "))
        for section in found.sections
        for line in section.lines
        for note in line.notes.split(", ")
    }
    labels = {policy.id: policy.label for policy in grid.policies}
    assert listed == {
        (heading, line, f"{labels[policy]} {'·' if was is None else was} → {is_now}")
        for line, policy, was, is_now, nature in expected
        if (heading := _HEADINGS[nature])
    }


def _require_reports(grid: Grid, before: Filled, after: Filled, found: Differences) -> None:
    previous = Previous(Past("2026", score(grid, before.assessment.answers)), found)
    content = ReportContent(grid, after.assessment, None, _AT, "ctg-tui", previous)
    assert found.summary in unescape(html.render(content))
    listed = {row[2] for row in rows(read_workbook(xlsx.render(content))["Depuis 2026"]) if len(row) > 2}
    for section in found.sections:
        for line in section.lines:
            assert line.notes in listed
