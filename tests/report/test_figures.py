"""Assessments made at random: the figures of the rule, in the page, the workbook and the file."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from typing import Any

from ctg_tui.domain.assessment import NOT_CONCERNED, Assessment, Cell, Rating, Status, answer_text
from ctg_tui.report import html, reply_workbook
from tests.effort import tries
from tests.received import an_assessment, submission
from tests.report.contents import make_content
from tests.report.pages import read_page
from tests.report.workbooks import read_workbook, rows
from tests.strategies import charente

GRID = charente()
POLICIES = {"famille": "Famille", "education": "Éducation", "social": "Social"}
LINES = [line for line in GRID.activities if line.startswith("m1.")]
"""The Caf's own lines; the others are never added to them."""


def percentage(notes: list[Any]) -> int | None:
    """Return 100 × points ÷ (3 × notes), NC left out, rounded half up; None where nothing is noted."""
    counted = [Fraction(note) for note in notes if note not in {"NC", None}]
    return int(100 * sum(counted) / (3 * len(counted)) + Fraction(1, 2)) if counted else None


def shown(value: int | None) -> str:
    return "—" if value is None else f"{value} %"


def text_of(answer: Any) -> str | None:
    return None if answer is None else answer_text(answer)


def at_random(chance: random.Random, year: int) -> Assessment:
    """Return an assessment with its cells noted, NC or blank; now and then a whole policy is NC."""
    drawn: tuple[Rating | object | None, ...] = (*Rating, NOT_CONCERNED, None)
    weights = [chance.random() for _ in drawn]
    answers: dict[Cell, Any] = {}
    for cell in GRID.cells:
        (answer,) = chance.choices(drawn, weights)
        if answer is not None:
            answers[cell] = answer
    if not chance.randrange(5):
        answers |= {Cell(line, "social"): NOT_CONCERNED for line in GRID.activities}
    made = an_assessment()
    return made._replace(id=year, answers=answers, identity=made.identity._replace(year=year))


def figures(assessment: Assessment) -> dict[str, int | None]:
    """Return the figure of each policy and of all, on the Caf's lines, by their names."""
    given = {cell: answer_text(answer) for cell, answer in assessment.answers.items()}
    notes = {policy: [given.get(Cell(line, policy)) for line in LINES] for policy in POLICIES}
    found = {POLICIES[policy]: percentage(given) for policy, given in notes.items()}
    return {**found, "Ensemble": percentage([note for given in notes.values() for note in given])}


def test_the_page_the_workbook_and_the_file_have_the_figures_of_the_rule() -> None:
    for seed in range(tries(20)):
        chance = random.Random(seed)
        former, now = at_random(chance, 2026), at_random(chance, 2027)
        wanted, before = figures(now), figures(former)
        content = make_content(GRID, now, former)
        page = read_page(html.render(content))
        (table, *_) = page.every("table", "chiffres")
        for mission, row in zip(
            GRID.missions[1:], page.one("table", "missions").every("tr")[1:], strict=False
        ):
            given = [
                [now.answers.get(Cell(line.id, policy)) for line in mission.activities] for policy in POLICIES
            ]
            per_cents = [f"° {shown(percentage([*map(text_of, notes)]))}" for notes in given]
            cells = [cell.text.replace("\N{NO-BREAK SPACE}", " ") for cell in row.every("td")]
            assert [cell.endswith(figure) for cell, figure in zip(cells, per_cents, strict=False)] == [
                True
            ] * 3
        for row in table.one("tbody").every("tr"):
            name = row.one("th").text
            cells = [cell.text.replace("\N{NO-BREAK SPACE}", " ") for cell in row.every("td")]
            assert cells[0] == shown(wanted[name]), (seed, name)
            assert cells[1] == shown(before[name]), (seed, name)
        sheet = read_workbook(reply_workbook.render(content))["Grille"]
        head = str(sheet["A2"].value).replace("\N{NO-BREAK SPACE}", " ")
        for name, value in wanted.items():
            label, year = ("Résultat", "2026 : ") if name == "Ensemble" else (name, "")
            assert f"{label} {shown(value)} ({year}{shown(before[name])})" in head, (seed, name)
        given_in_sheet = {str(row[0]): row[2:5] for row in rows(sheet)}
        for rank, line in enumerate(LINES, 1):
            notes = [now.answers.get(Cell(line, policy)) for policy in POLICIES]
            in_workbook = [None if note is None else str(note) for note in given_in_sheet[f"1.{rank}"]]
            assert in_workbook == [*map(text_of, notes)], (seed, line)
        results = json.loads(submission(now, status=Status.DRAFT))["resultats"]
        assert results["ensemble"]["pourcentage"] == wanted["Ensemble"], seed
        rubrics = {one["politique"]: one for one in results["rubriques"] if one["mission"] == "m1"}
        for policy, name in POLICIES.items():
            assert rubrics[policy]["pourcentage"] == wanted[name], (seed, name)
