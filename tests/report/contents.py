"""Contents of reports to test with: small, full, hostile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import cycle
from typing import Any

from hypothesis import strategies as st

from ctg_tui.domain.assessment import (
    NOT_CONCERNED,
    Action,
    Adviser,
    Answer,
    Assessment,
    Cell,
    Coordinator,
    Identity,
    PreparationTopic,
    Profile,
    Rating,
    Said,
    Sending,
    Status,
    Territory,
)
from ctg_tui.domain.changes import Change, Field
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.results import Years, year_of
from ctg_tui.domain.text import harmless
from ctg_tui.report.tables import ReportContent
from ctg_tui.spreadsheet.returned_workbook import SentFile
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


def make_content(grid: Grid, assessment: Assessment, *former: Assessment, **changes: Any) -> ReportContent:
    """Return the content of an assessment, after the `former` ones, the earliest first."""
    years = Years(grid, tuple(year_of(one, grid, grid) for one in (*former, assessment)))
    content = ReportContent(grid, assessment, SENDING, CREATED, years, document=b"{}")
    return replace(content, **changes)


def sent_in(content: ReportContent) -> Callable[[bytes], SentFile]:
    """Return what reads the file that a workbook answers: that of a content."""
    assert content.sending is not None
    sent = SentFile(content.sending, content.grid, content.assessment)
    return lambda _: sent


def full_content(grid: Grid | None = None, **changes: Any) -> ReportContent:
    """Return the real grid, all answered but a column, with texts everywhere and last time's figures."""
    grid = grid or charente()
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
    return make_content(grid, assessment, former, **changes)


ROUNDS = tuple(datetime(2027, 1, day, 9, tzinfo=UTC) for day in (20, 22, 25, 27))
"""The first sending, two answers of the Caf to it, and the answers to these."""


def thread_of(*rows: Said) -> dict[str, Said]:
    return {said.id: said for said in rows}


def said_by_caf(author: str, words: str, **where: Any) -> Said:
    return Said(ROUNDS[1], author, is_caf=True, about="a" * 32, words=words, **where)


def answer_to(*said: Said, note: Answer | None = None, words: str = "") -> Said:
    """Return the answer of the person to what was said of one place."""
    where: dict[str, Any] = {"line": said[0].line, "policy": said[0].policy, "read": said[0].read}
    answers = tuple(sorted(one.id for one in said))
    return Said(ROUNDS[3], "Prénom Nom", about="a" * 32, note=note, words=words, answers=answers, **where)


def discussed_content(**changes: Any) -> ReportContent:
    """Return `full_content` at its second sending, once two advisers answered the first.

    In discussion: 1.3 as a whole (two advisers, one answered), 1.4 Social (to see), 1.10 Famille (note
    kept), a question on the whole. Settled: 1.2 Famille (seen).
    """
    content = full_content()
    own = content.assessment.answers
    held = own[Cell("m1.a10", "famille")]
    on_cell: dict[str, Any] = {"line": "m1.a10", "policy": "famille", "note": Rating.FULLY, "read": held}
    asked = said_by_caf("Prénom Une", "Quels indicateurs avez-vous retenus ?", line="m1.a03")
    begun = said_by_caf("Prénom Deux", "Trois, c’est un début.", line="m1.a03")
    kept = said_by_caf("Prénom Deux", "Les engagements sont signés.", **on_cell)
    rows = (
        asked,
        begun,
        said_by_caf("Prénom Deux", "Pas d’analyse à jour.", line="m1.a04", policy="social", note=Rating.NO),
        kept,
        said_by_caf("Prénom Une", "Les élus sont-ils associés ?"),
        seen := said_by_caf("Prénom Une", "Merci.", line="m1.a02", policy="famille"),
        answer_to(asked, words="Trois, dans le commentaire."),
        answer_to(kept, note=held, words="Pas pour la parentalité."),
        answer_to(seen),
    )
    second = SENDING._replace(number=2, created_at=datetime(2027, 1, 30, 14, 2, tzinfo=UTC))
    made = replace(
        content,
        assessment=content.assessment._replace(said=thread_of(*rows)),
        sending=second,
        created_at=second.created_at,
        former=SENDING,
        changes=(
            Change(Field.ANSWER, "m1.a02/education", "3", "2"),
            Change(Field.COMMENT, "m1.a03", None, "Trois indicateurs"),
            Change(Field.NUMBER, "m1.i02", "3", "4"),
        ),
    )
    return replace(made, **changes)


def hostile_content(*texts: str) -> ReportContent:
    """Return a content with `texts`, in turn, in each field that a person or a grid file fills."""
    following = cycle(texts).__next__

    def said() -> str:
        """Return the next text as rows hold it: their ids are made of it, in UTF-8."""
        return harmless(following(), multiline=True)

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
        policies=tuple(policy._replace(label=following()) for policy in grid.policies),
        scale={code: following() for code in grid.scale},
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
        comments={line: following() for line in (*lines, *indicators)},
        numbers=dict.fromkeys(indicators, 4580),
        preparation={topic: following() for topic in PreparationTopic},
        actions={line: Action(following(), following(), None) for line in lines},
        grid_id=following(),
        grid_version=following(),
        said=thread_of(
            *(
                Said(ROUNDS[1], said(), is_caf=True, line=line, policy=policy, words=said())
                for line, policy in ((lines[0], "famille"), ("hors.grille", None), (None, None))
            ),
            Said(ROUNDS[3], said(), line=lines[0], words=said(), answers=("b" * 32,)),
        ),
    )
    return make_content(grid, assessment)


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
