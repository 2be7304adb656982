"""Contents of reports to test with: small, full, hostile."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from ctg_tui.domain.answers import NOT_CONCERNED, Cell, Rating
from ctg_tui.domain.assessment import (
    Action,
    Adviser,
    Assessment,
    Coordinator,
    Identity,
    PreparationTopic,
    Profile,
    Territory,
)
from ctg_tui.domain.grid import Grid, Mission
from ctg_tui.domain.last_time import compared
from ctg_tui.domain.scores import Tally, score
from ctg_tui.report.content import Previous, ReportContent
from ctg_tui.wording.differences import differences
from tests.strategies import (
    HOSTILE_TEXTS,
    assessments,
    charente,
    fill,
    filled_assessment,
    make_assessment,
    make_grid,
)

CREATED = datetime(2027, 1, 20, 14, 2, 11, tzinfo=UTC)
FINGERPRINT = "7f3a21c0" + "0123456789abcdef" * 3 + "fedcba98"


def make_content(grid: Grid | None, assessment: Assessment, **changes: Any) -> ReportContent:
    content = ReportContent(grid, assessment, FINGERPRINT, CREATED, "ctg-tui 0.1.0")
    return replace(content, **changes)


def full_content(**changes: Any) -> ReportContent:
    """Return the real grid, all answered but a column, with texts everywhere and last time's figures."""
    grid = charente()
    assessment = filled_assessment(
        grid,
        preparation={topic: f"Texte de {topic.value}.\nSuite." for topic in PreparationTopic},
        actions={
            "m1.a03": Action("Construire trois indicateurs", "Prénom Nom", date(2027, 6, 30)),
            "m2.a01": Action("Mettre à jour le diagnostic"),
        },
    )
    social = {Cell(line, "social"): NOT_CONCERNED for line in grid.activities if line.startswith("m1")}
    blank = {Cell("m4.a01", "famille"), Cell("m4.a02", "social")}
    answers = {cell: answer for cell, answer in assessment.answers.items() if cell not in blank}
    assessment = assessment._replace(answers={**answers, **social, Cell("zz.a01", "famille"): Rating.MOSTLY})
    former = make_assessment(grid, fill(grid, (Rating.PARTLY, Rating.FULLY)))._replace(
        identity=assessment.identity._replace(year=2026), comments={"m1.a05": "Un commentaire de 2026"}
    )
    last = compared(former, grid, grid)
    since = differences(last, grid, assessment)
    previous = Previous("Ensemble 2026", score(grid, former.answers), since)
    return replace(make_content(grid, assessment, previous=previous), **changes)


def hostile_content(text: str) -> ReportContent:
    """Return a content with `text` in every field that a person or a file can fill, also in the grid."""
    grid = make_grid()
    missions = tuple(
        mission._replace(
            title=text,
            short_title=text,
            activities=tuple(line._replace(label=text) for line in mission.activities),
            indicators=tuple(line._replace(label=text, type=text) for line in mission.indicators),
        )
        for mission in grid.missions
    )
    grid = replace(
        grid,
        title=text,
        organisation=text,
        definition=text,
        instructions=(text,),
        policies=tuple(policy._replace(label=text) for policy in grid.policies),
        themes=tuple(theme._replace(label=text) for theme in grid.themes),
        scale=tuple(step._replace(label=text) for step in grid.scale),
        missions=missions,
    )
    lines = [*grid.activities, "hors.grille"]
    indicators = [*grid.indicators, "hors.i01"]
    identity = Identity(
        2027,
        make_assessment(grid).identity.moment,
        Territory(text, None, text),
        (Coordinator("c1", text, text, Profile.THEMATIC, (text,)),),
        Adviser(text, text),
    )
    assessment = make_assessment(
        grid,
        {**fill(grid), Cell("hors.grille", text): Rating.NO},
        identity=identity,
        comments=dict.fromkeys(lines, text),
        remarks=dict.fromkeys(indicators, text),
        numbers=dict.fromkeys(indicators, 4580),
        preparation=dict.fromkeys(PreparationTopic, text),
        actions={line: Action(text, text, None) for line in lines},
        grid_id=text,
        grid_version=text,
    )
    return make_content(grid, assessment, software=text, previous=Previous(text, score(grid, fill(grid))))


def figures_expected(content: ReportContent) -> list[tuple[Mission | None, bool, list[Tally]]]:
    """Return each row of figures in order: mission (None: all), whether on proposed lines, tallies.

    The tallies are those of each policy, then that of all together.
    """
    grid, scores = content.grid, content.scores
    assert grid is not None
    assert scores is not None
    kinds = {False: scores, True: scores.proposed}
    rows: list[tuple[Mission | None, bool, list[Tally]]] = []
    for mission in grid.missions:
        for is_proposed, figures in kinds.items():
            if any(line.is_proposed is is_proposed for line in mission.activities):
                assert figures is not None
                tallies = [figures.rubrics[mission.id, policy.id] for policy in grid.policies]
                rows.append((mission, is_proposed, [*tallies, figures.missions[mission.id]]))
    for is_proposed, figures in kinds.items():
        if any(line.is_proposed is is_proposed for line in grid.activities.values()):
            assert figures is not None
            tallies = [figures.policies[policy.id] for policy in grid.policies]
            rows.append((None, is_proposed, [*tallies, figures.whole]))
    return rows


MORE_HOSTILE_TEXTS = (
    *HOSTILE_TEXTS,
    "<r><t>marqué</t></r>",
    "<r>casse & tout</r>",
    "-1",
    "{=SUM(A1)}",
    "_x0041_",
    "http://exemple.fr",
    "internal:Synthèse!A1",
    "&P&N 4&8",
    "</style><script>alert(1)</script>",
    "<!-- commentaire -->",
    "]]>",
    "👩" * 20_000,
    "mot " * 4_000,
    "une ligne\n" * 900,
)
"""Also texts known to harm a workbook or a page."""


@st.composite
def contents(draw: st.DrawFn) -> ReportContent:
    grid, assessment = draw(assessments())
    return make_content(grid, assessment)
