"""Random grids of random sources: every surface gives the figures of the rule, and none adds sources up."""

from __future__ import annotations

import copy
import random
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from ctg_tui.chart.figures import By, figures
from ctg_tui.domain.assessment import Answer, Assessment, Cell, Status, parse_answer
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import in_view, rescore, score
from ctg_tui.grids.catalogue import Catalogue, fingerprint_of, read_known
from ctg_tui.grids.catalogue import build as build_grid
from ctg_tui.report import html, xlsx
from ctg_tui.report.content import ReportContent
from ctg_tui.submission.document import build, results, serialise
from ctg_tui.submission.file import Received, examine
from tests.laboratory.laboratory import Outcome, Round, summed
from tests.laboratory.oracle import Answers, figures_in, figures_of
from tests.laboratory.person import ROOT
from tests.report.pages import read_page
from tests.report.workbooks import read_workbook, rows
from tests.strategies import make_assessment

GRIDS = 20_000
REPORTED = 100
"""Of so many grids, one has its HTML page and its workbook read."""
_AT = datetime(2027, 1, 20, 14, 2, 11, tzinfo=UTC)
_SOURCES = ("grille-charente-2024", "proposition", "referentiel-cnaf", "caf-du-lieu", "collegues")
_NOTES = ("0", "1", "2", "3", "NC")


class _Only(Catalogue):
    """A catalogue of one grid."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid

    def find(self, grid_id: str, fingerprint: str) -> Grid | None:
        return self._grid if (grid_id, fingerprint) == (self._grid.id, self._grid.fingerprint) else None


def experiment(round_: Round) -> list[Outcome]:
    """Return the outcome of all the workers."""
    shares = [(round_, rank) for rank in range(round_.workers)]
    with ProcessPoolExecutor(round_.workers) as pool:
        return [summed(list(pool.map(_grids, shares)))]


def _grids(work: tuple[Round, int]) -> Outcome:
    round_, rank = work
    draw = round_.draw(f"sources {rank}")
    outcome = Outcome(
        "grids of random sources",
        "every surface gives the figures of the rule; proposed lines move none without °",
    )
    for number in range(round_.times(GRIDS, round_.workers) // round_.workers):
        with outcome.trial(f"worker {rank}, grid {number}"):
            _check(draw, outcome, is_reported=number % REPORTED == 0)
    return outcome


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
    given = notes_drawn(draw, grid)
    assessment = assessment_with(grid, given)
    _require(document, given, grid, assessment)
    proposed = [cell for cell in grid.cells if grid.activities[cell.activity].is_proposed]
    outcome.counts["with lines of both kinds"] = outcome.counts.get("with lines of both kinds", 0) + bool(
        proposed and grid.own_cells
    )
    if proposed:
        _require_unmoved(draw, grid, assessment, draw.choice(proposed))
    if is_reported:
        _require_reports(document, given, grid, assessment)
        outcome.counts["reports read"] = outcome.counts.get("reports read", 0) + 1


def notes_drawn(draw: random.Random, grid: Grid) -> Answers:
    """Return an answer of any kind for most cells."""
    given: Answers = {}
    for cell in grid.cells:
        note = draw.choice(_NOTES)
        if draw.random() < 0.8:
            given[cell] = note if note == "NC" else int(note)
    return given


def assessment_with(grid: Grid, given: Answers) -> Assessment:
    """Return an assessment with these answers."""
    answers: dict[Cell, Answer] = {Cell(*cell): parse_answer(str(note)) for cell, note in given.items()}
    return make_assessment(grid, answers)


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


def _require_reports(document: dict[str, Any], given: Answers, grid: Grid, assessment: Assessment) -> None:
    """Check the totals of the HTML page and every percentage of the workbook's « Calcul et méthode »."""
    content = ReportContent(grid, assessment, None, _AT, "ctg-tui")
    blocks = [figures_of(document, given, of_caf=True), figures_of(document, given, of_caf=False)]
    kinds = [bool(grid.own_cells), blocks[1] is not None]
    both = zip(blocks, kinds, strict=True)
    totals = [_shown(block["ensemble"]) for block, there in both if there and block]
    page = read_page(html.render(content))
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
