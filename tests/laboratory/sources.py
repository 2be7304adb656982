"""Random grids of random sources, two moments in each: figures, years and changes are those of the rule."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from html import unescape
from itertools import product
from typing import Any
from uuid import UUID

from ctg_tui.chart.figures import By, Past, figures
from ctg_tui.cli.results import years_facts
from ctg_tui.domain.assessment import Answer, Assessment, Cell, Status, parse_answer
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.results import Years, compared, year_figures
from ctg_tui.domain.scores import in_view, rescore, score
from ctg_tui.grids.catalogue import Catalogue, fingerprint_of, read_known
from ctg_tui.grids.catalogue import build as build_grid
from ctg_tui.report import html, xlsx
from ctg_tui.report.content import Previous, ReportContent
from ctg_tui.submission.document import build, results, serialise
from ctg_tui.submission.file import Received, examine
from ctg_tui.wording.results import Differences, differences
from tests.laboratory.laboratory import Outcome, Round, shared
from tests.laboratory.oracle import Answers, figures_in, figures_of
from tests.laboratory.person import ROOT
from tests.report.pages import read_page
from tests.report.workbooks import read_workbook, rows
from tests.strategies import make_assessment, make_identity

GRIDS = 20_000
REPORTED = 100
"""Of so many grids, one has its HTML page and its workbook read."""
MAX_SECONDS = 0.3
"""Of processor, for the years side by side."""
_AT = datetime(2027, 1, 20, 14, 2, 11, tzinfo=UTC)
_SOURCES = ("grille-charente-2024", "proposition", "referentiel-cnaf", "caf-du-lieu", "collegues")
_NOTES = ("0", "1", "2", "3", "NC")
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


class _Only(Catalogue):
    """A catalogue of one grid."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid

    def find(self, grid_id: str, fingerprint: str) -> Grid | None:
        return self._grid if (grid_id, fingerprint) == (self._grid.id, self._grid.fingerprint) else None


def experiment(round_: Round) -> list[Outcome]:
    """Return the outcome of all the workers."""
    return shared(round_, _grids, GRIDS, least=round_.workers)


def _grids(round_: Round, rank: int, number_of_grids: int) -> list[Outcome]:
    draw = round_.draw(f"sources {rank}")
    outcome = Outcome(
        "grids of random sources, two random moments compared in each",
        "every surface gives the figures and changes of the rule; proposed lines move none without °",
    )
    for number in range(number_of_grids):
        with outcome.trial(f"worker {rank}, grid {number}"):
            _check(draw, outcome, is_reported=number % REPORTED == 0)
    return [outcome]


@cache
def _shipped() -> dict[str, Any]:
    return read_known((ROOT / "data" / "grilles" / "charente-2024-08.toml").read_bytes())[0]


def grid_file(draw: random.Random) -> dict[str, Any]:
    """Return the document of a grid of any shape, whose lines have any sources, declared or not."""
    document = copy.deepcopy(_shipped())
    del document["sources"]
    if draw.random() < 0.7:
        declared = draw.sample(_SOURCES, draw.randint(1, len(_SOURCES)))
        document["sources"] = [
            {"id": source, "libelle": f"Source {source}", "fait_foi": draw.random() < 0.5}
            for source in declared
        ]
    document["politiques"] = document["politiques"][: draw.randint(1, 3)]
    document["missions"] = [_mission(draw, rank) for rank in range(1, draw.randint(1, 5) + 1)]
    return document


def _mission(draw: random.Random, rank: int) -> dict[str, Any]:
    return {
        "id": f"m{rank}",
        "numero": rank,
        "titre": f"Mission {rank}",
        "titre_court": f"Essai {rank}",
        "source": "grille-charente-2024",
        "activites": [
            {"id": f"m{rank}.a{line:02}", "libelle": f"Ligne {rank}.{line}", "source": draw.choice(_SOURCES)}
            for line in range(1, draw.randint(1, 6) + 1)
        ],
    }


def _check(draw: random.Random, outcome: Outcome, *, is_reported: bool) -> None:
    document = grid_file(draw)
    grid = build_grid(document, fingerprint_of(document))
    then, now = notes_drawn(draw, grid), notes_drawn(draw, grid)
    before, after = assessment_with(grid, then, 2026), assessment_with(grid, now, 2027)
    _require(document, now, grid, after)
    _require_years(document, grid, (then, now), (before, after))
    found = differences(compared(before, grid, grid), grid, after)
    assert found is not None
    _require_listed(found, grid, then, now)
    proposed = [cell for cell in grid.cells if grid.activities[cell.activity].is_proposed]
    outcome.counts["with lines of both kinds"] = outcome.counts.get("with lines of both kinds", 0) + bool(
        proposed and grid.own_cells
    )
    if proposed:
        _require_unmoved(draw, grid, after, draw.choice(proposed))
    if is_reported:
        previous = Previous(Past("2026", score(grid, before.answers)), found)
        _require_reports(document, now, ReportContent(grid, after, None, _AT, "ctg-tui", previous))
        outcome.counts["reports read"] = outcome.counts.get("reports read", 0) + 1


def notes_drawn(draw: random.Random, grid: Grid) -> Answers:
    """Return an answer of any kind for most cells."""
    given: Answers = {}
    for cell in grid.cells:
        note = draw.choice(_NOTES)
        if draw.random() < 0.8:
            given[cell] = note if note == "NC" else int(note)
    return given


def assessment_with(grid: Grid, given: Answers, year: int) -> Assessment:
    """Return an assessment of that year with these answers."""
    answers: dict[Cell, Answer] = {Cell(*cell): parse_answer(str(note)) for cell, note in given.items()}
    return make_assessment(grid, answers, identity=make_identity(year=year))


def _require(document: dict[str, Any], given: Answers, grid: Grid, assessment: Assessment) -> None:
    """Check the submission, read again, and the radar."""
    own = figures_of(document, given, of_caf=True)
    others = figures_of(document, given, of_caf=False)
    received = _sent(grid, assessment)
    written = received.document["resultats"]
    assert figures_in(written) == own
    assert ("propositions" in written) is (others is not None)
    if others is not None:
        assert figures_in(written["propositions"]) == others
    scores = score(grid, assessment.answers)
    assert received.scores == scores
    for axis in figures(grid, assessment, scores, by=By.MISSION).axes:
        block = others if axis.key.endswith("°") else own
        assert block is not None
        assert axis.now == block["missions"][axis.key.removesuffix("°")]
    aside, leaving = in_view(grid, assessment._replace(open_missions=frozenset()))
    if grid.own_cells:
        alone = _sent(aside, leaving).document["resultats"]
        assert figures_in(alone) == own
        assert "propositions" not in alone


def _sent(grid: Grid, assessment: Assessment) -> Received:
    """Return the submission of an assessment, written then read by the strict reader."""
    whole = build(
        grid,
        assessment,
        status=Status.DRAFT,
        created_at=_AT,
        identifier=UUID("3f2b8c1e-5a47-4d0b-9e6f-7c1a2b3d4e5f"),
        software="ctg-tui",
    )
    known = _Only(_whole(grid))
    received = examine(serialise(whole), known)
    assert isinstance(received, Received), received
    return received


_WHOLE: dict[str, Grid] = {}


def _whole(grid: Grid) -> Grid:
    """Return the grid with the lines that a view of it leaves aside."""
    if not grid.left_aside:
        _WHOLE.clear()
        _WHOLE[grid.fingerprint] = grid
    return _WHOLE[grid.fingerprint]


def _require_unmoved(draw: random.Random, grid: Grid, assessment: Assessment, cell: Cell) -> None:
    """Check that no figure without « ° » moves when a proposed line is answered otherwise."""
    answers = dict(assessment.answers)
    before = score(grid, answers)
    if draw.random() < 0.3:
        answers.pop(cell, None)
    else:
        answers[cell] = parse_answer(draw.choice(_NOTES))
    after = rescore(grid, before, answers, [cell])
    assert after == score(grid, answers)
    assert after._replace(proposed=None) == before._replace(proposed=None)
    kept = results(grid, before), results(grid, after)
    assert [{**block, "propositions": None} for block in kept[:1]] == [
        {**block, "propositions": None} for block in kept[1:]
    ]


def _require_years(
    document: dict[str, Any], grid: Grid, given: tuple[Answers, ...], moments: tuple[Assessment, ...]
) -> None:
    """Check every percentage of each year, on the Caf's lines and on the others."""
    started = time.process_time()
    years = years_facts(Years(grid, tuple(year_figures(moment, grid, grid) for moment in moments)))
    spent = time.process_time() - started
    assert spent < MAX_SECONDS, f"{spent:.2f} s"
    for (facts, answers), of_caf in product(zip(years, given, strict=True), (True, False)):
        block = facts["pourcentages"] if of_caf else facts["pourcentages"]["propositions"]
        wanted = figures_of(document, answers, of_caf=of_caf)
        if wanted is None:
            assert block is None
            continue
        rubrics = block["rubriques"].items()
        assert {
            (mission, policy): figure for mission, figures in rubrics for policy, figure in figures.items()
        } == wanted["rubriques"]
        assert block["missions"] == wanted["missions"]
        assert block.get("ensemble") == wanted["ensemble"]
        for policy, figure in block["politiques"].items():
            alone = figures_of(document | {"politiques": [{"id": policy}]}, answers, of_caf=of_caf)
            assert alone is not None
            assert figure == alone["ensemble"]


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


def _require_listed(found: Differences, grid: Grid, then: Answers, now: Answers) -> None:
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
        for line, policy, was, is_now, nature in _changes(grid, then, now)
        if (heading := _HEADINGS[nature])
    }


def _require_reports(document: dict[str, Any], given: Answers, content: ReportContent) -> None:
    """Check totals and changes in the HTML page, and every percentage and change in the workbook."""
    grid, found = content.grid, content.differences
    assert grid is not None
    assert found is not None
    blocks = [figures_of(document, given, of_caf=True), figures_of(document, given, of_caf=False)]
    kinds = [bool(grid.own_cells), blocks[1] is not None]
    both = zip(blocks, kinds, strict=True)
    totals = [_shown(block["ensemble"]) for block, there in both if there and block]
    written = html.render(content)
    assert found.summary in unescape(written)
    page = read_page(written)
    rows_of_figures = [
        row
        for name in ("annees", "missions")
        for table in page.every("table", name)
        for row in table.every("tr")[1:]
    ]
    wholes = [row.every("td")[len(grid.policies)].one("strong").text for row in rows_of_figures]
    proposed = [text for text in wholes[1:] if text.startswith("°")] if all(kinds) else []
    assert [text.lstrip("°\N{NO-BREAK SPACE}") for text in (*wholes[:1], *proposed[-1:])] == totals
    workbook = read_workbook(xlsx.render(content), values=True)
    changes = {row[2] for row in rows(workbook["Depuis 2026"]) if len(row) > 2}
    assert {line.notes for section in found.sections for line in section.lines} <= changes
    figures = rows(workbook["Calcul et méthode"])[3:]
    percentages = [(row[0], row[7]) for row in figures if row[1] == "Ensemble"]
    for block, mark, there in zip(blocks, ("", "\N{NO-BREAK SPACE}°"), kinds, strict=True):
        if not there or block is None:
            continue
        for mission, percentage in block["missions"].items():
            number = mission[1:]
            name = f"{number}{mark} Essai {number}"
            stored = next(value for named, value in percentages if named == name)
            assert stored == ("—" if percentage is None else percentage / 100), (name, stored, percentage)


def _shown(percentage: int | None) -> str:
    return "—" if percentage is None else f"{percentage}\N{NO-BREAK SPACE}%"
