"""Contents of reports to test with: small, full, hostile."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import cycle
from typing import Any

from hypothesis import strategies as st

from ctg_tui.chart.figures import Past
from ctg_tui.domain.assessment import (
    NOT_CONCERNED,
    Action,
    Adviser,
    Assessment,
    Cell,
    Coordinator,
    Identity,
    PreparationTopic,
    Profile,
    Rating,
    Status,
    Territory,
)
from ctg_tui.domain.grid import Grid, Mission
from ctg_tui.domain.results import PastAction
from ctg_tui.domain.scores import Tally, score
from ctg_tui.domain.sending import Sending
from ctg_tui.report.content import Previous, ReportContent
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
SENDING = Sending(1, "3f2b8c1e-5a47-4d0b-9e6f-7c1a2b3d4e5f", CREATED, Status.DRAFT, FINGERPRINT)


def make_content(grid: Grid | None, assessment: Assessment, **changes: Any) -> ReportContent:
    content = ReportContent(grid, assessment, SENDING, CREATED, "ctg-tui 0.1.0")
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
    previous = Previous(Past("2026", score(grid, former.answers), former.answers))
    return replace(make_content(grid, assessment, previous=previous), **changes)


def hostile_content(*texts: str) -> ReportContent:
    """Return a content with `texts`, in turn, in each field that a person or a grid file fills."""
    following = cycle(texts).__next__
    grid = make_grid()
    missions = tuple(
        mission._replace(
            title=following(),
            short_title=following(),
            activities=tuple(line._replace(label=following()) for line in mission.activities),
            indicators=tuple(
                line._replace(label=following(), type=following()) for line in mission.indicators
            ),
        )
        for mission in grid.missions
    )
    grid = replace(
        grid,
        title=following(),
        definition=following(),
        instructions=(following(),),
        policies=tuple(policy._replace(label=following()) for policy in grid.policies),
        themes=tuple(theme._replace(label=following()) for theme in grid.themes),
        scale=tuple(step._replace(label=following()) for step in grid.scale),
        missions=missions,
    )
    lines = [*grid.activities, "hors.grille"]
    indicators = [*grid.indicators, "hors.i01"]
    identity = Identity(
        2027,
        make_assessment(grid).identity.moment,
        Territory(following(), None, following()),
        (Coordinator("c1", following(), following(), Profile.THEMATIC, (following(),)),),
        Adviser(following(), following()),
    )
    assessment = make_assessment(
        grid,
        {**fill(grid), Cell("hors.grille", following()): Rating.NO},
        identity=identity,
        comments={line: following() for line in lines},
        remarks={line: following() for line in indicators},
        numbers=dict.fromkeys(indicators, 4580),
        preparation={topic: following() for topic in PreparationTopic},
        actions={line: Action(following(), following(), None) for line in lines},
        grid_id=following(),
        grid_version=following(),
    )
    return make_content(
        grid,
        assessment,
        software=following(),
        previous=Previous(Past(following(), score(grid, fill(grid)))),
        engagement=(PastAction(lines[0], 2026, Action(following(), following(), None)),),
        line_names={"hors.grille": following()},
    )


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
