"""Random pairs of moments: `comparer`, its JSON, the page and the reports give the figures of the rule."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from typing import Any

from ctg_tui.chart.figures import Past
from ctg_tui.cli.results import comparison_facts, comparison_lines
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.results import Filled
from ctg_tui.domain.results import compared as last_time
from ctg_tui.domain.scores import score
from ctg_tui.grids.catalogue import fingerprint_of
from ctg_tui.grids.document import build
from ctg_tui.report import html, xlsx
from ctg_tui.report.content import Previous, ReportContent
from ctg_tui.services.results import compared
from ctg_tui.tui.results.page import difference_items
from ctg_tui.wording.results import Differences, differences
from tests.laboratory.laboratory import Outcome, Round, summed
from tests.laboratory.oracle import Answers, figures_of, is_of_caf
from tests.laboratory.sources import assessment_with, grid_file, notes_drawn
from tests.report.workbooks import read_workbook, rows

PAIRS = 20_000
REPORTED = 100
"""Of so many pairs, one has its HTML page and its workbook read."""
MAX_SECONDS = 0.3
_AT = datetime(2027, 1, 20, 14, 2, 11, tzinfo=UTC)
_NATURES = {
    "hausse": ("en hausse", "Notes en hausse"),
    "baisse": ("en baisse", "Notes en baisse"),
    "devient-nc": ("devient NC", "Passées en NC"),
    "devient-concernee": ("devient concernée", "Ne sont plus NC"),
    "nouvelle-reponse": ("nouvelle réponse", "Nouvelles réponses"),
    "reponse-retiree": ("réponse retirée", ""),
}
"""How each change of a cell is printed, and the heading of the page where it stands."""

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
        "every surface gives the changes and figures of the rule, mirrored the other way, within 0.3 s",
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
    given = (before, after) if draw.random() < 0.5 else (after, before)
    started = time.process_time()
    result = compared(given)
    facts = comparison_facts(result.whole)
    printed = [line.replace("\N{NO-BREAK SPACE}", " ") for line in comparison_lines(result)]
    spent = time.process_time() - started
    assert spent < MAX_SECONDS, f"{spent:.2f} s"
    expected = list(_changes(grid, then, now))
    assert facts["lignes"] == [
        {"activite": line, "politique": policy, "avant": was, "apres": is_now, "nature": nature}
        for line, policy, was, is_now, nature in expected
    ]
    _require_figures(document, facts, then, now)
    _require_printed(document, printed, expected, then, now)
    _require_mirror(facts, grid, then, now)
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


def _sides(then: Answers, now: Answers) -> tuple[Answers, Answers, Answers, Answers]:
    """Return the answers of each moment, then those of the cells noted both times."""
    both = [cell for cell in then if isinstance(then[cell], int) and isinstance(now.get(cell), int)]
    return then, now, {cell: then[cell] for cell in both}, {cell: now[cell] for cell in both}


def _require_figures(document: dict[str, Any], facts: dict[str, Any], then: Answers, now: Answers) -> None:
    """Check every percentage of the JSON, on the Caf's lines and on the others."""
    sides = _sides(then, now)
    for of_caf in (True, False):
        block = facts if of_caf else facts["propositions"]
        wanted = [figures_of(document, side, of_caf=of_caf) for side in sides]
        if wanted[0] is None:
            assert block is None
            continue
        for side, figures in zip(("avant", "apres", "c-avant", "c-apres"), wanted, strict=True):
            assert figures is not None
            assert {
                (row["mission"], row["politique"]): _percentage(row, side) for row in block["rubriques"]
            } == figures["rubriques"]
            assert {row["mission"]: _percentage(row, side) for row in block["missions"]} == figures[
                "missions"
            ]
            assert _percentage(block["ensemble"], side) == figures["ensemble"]
        for row in block["politiques"]:
            alone = document | {"politiques": [{"id": row["politique"]}]}
            for side, answers in zip(("avant", "apres", "c-avant", "c-apres"), sides, strict=True):
                figures = figures_of(alone, answers, of_caf=of_caf)
                assert figures is not None
                assert _percentage(row, side) == figures["ensemble"]


def _percentage(row: dict[str, Any], side: str) -> int | None:
    figure = row["constant"][side[2:]] if side.startswith("c-") else row[side]
    found = figure["pourcentage"]
    assert found is None or isinstance(found, int)
    return found


def _require_printed(
    document: dict[str, Any],
    printed: list[str],
    expected: list[tuple[str, str, Note, Note, str]],
    then: Answers,
    now: Answers,
) -> None:
    """Check the totals and each changed cell in the lines of the command."""
    sides = _sides(then, now)
    for of_caf, name in ((True, "Ensemble"), (False, "Lignes proposées °")):
        wanted = [figures_of(document, side, of_caf=of_caf) for side in sides]
        if any(figures is None for figures in wanted):
            assert not any(line.startswith(f"  {name} : ") for line in printed)
            continue
        was, is_now, same_was, same_now = (
            _shown(figures["ensemble"], of_caf=of_caf) for figures in wanted if figures is not None
        )
        (total,) = (line for line in printed if line.startswith(f"  {name} : "))
        lines = {
            line["id"]
            for mission in document["missions"]
            for line in mission["activites"]
            if is_of_caf(document, line) is of_caf
        }
        number = sum(line in lines for line, _ in sides[2])
        noted = f"{number} case{'s' if number > 1 else ''} notée{'s' if number > 1 else ''}"
        same = f" ; sur les {noted} les deux fois : {same_was} → {same_now}" if number else ""
        assert total == f"  {name} : {was} → {is_now}{same}"
    labels = {policy["id"]: policy["libelle"] for policy in document["politiques"]}
    words = [
        f"{labels[policy]} : {_word(was)} → {_word(is_now)} ({_NATURES[nature][0]})"
        for _, policy, was, is_now, nature in expected
    ]
    cells = printed[len(printed) - len(expected) :]
    assert [re.sub(r"^ +[\d.]+(?: °)? ", "", line) for line in cells] == words


def _shown(percentage: int | None, *, of_caf: bool) -> str:
    return f"{'' if of_caf else '° '}{'—' if percentage is None else f'{percentage} %'}"


def _word(note: Note) -> str:
    return "sans réponse" if note is None else str(note)


def _require_mirror(facts: dict[str, Any], grid: Grid, then: Answers, now: Answers) -> None:
    """Check that the years exchanged give the same figures, exchanged."""
    back = comparison_facts(compared((_moment(grid, now, 2026), _moment(grid, then, 2027))).whole)
    for block, mirrored in ((facts, back), (facts["propositions"], back["propositions"])):
        if block is None:
            assert mirrored is None
            continue
        for kind in ("rubriques", "missions", "politiques"):
            assert [_exchanged(row) for row in block[kind]] == mirrored[kind]
        assert _exchanged(block["ensemble"]) == mirrored["ensemble"]


def _exchanged(row: dict[str, Any]) -> dict[str, Any]:
    constant = row["constant"]
    return row | {
        "avant": row["apres"],
        "apres": row["avant"],
        "constant": constant | {"avant": constant["apres"], "apres": constant["avant"]},
    }


def _require_listed(found: Differences, grid: Grid, expected: list[tuple[str, str, Note, Note, str]]) -> None:
    """Check the lines of the page, of HTML and of XLSX: each changed cell under its heading, no other."""
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
        if (heading := _NATURES[nature][1])
    }


def _require_reports(grid: Grid, before: Filled, after: Filled, found: Differences) -> None:
    previous = Previous(Past("2026", score(grid, before.assessment.answers)), found)
    content = ReportContent(grid, after.assessment, None, _AT, "ctg-tui", previous)
    page, shown = (
        html.render(content),
        "\n".join(
            "".join(piece.text for piece in line)
            for item in difference_items(found)
            for line in item.lines(120)
        ),
    )
    listed = {row[2] for row in rows(read_workbook(xlsx.render(content))["Depuis 2026"]) if len(row) > 2}
    for section in found.sections:
        for line in section.lines:
            assert line.notes in page
            assert line.notes in listed
            assert line.notes.split(", ")[0] in shown
