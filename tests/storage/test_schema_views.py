"""The French views of the database say what the program says: by the same rule, on the same lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctg_tui.domain.assessment import NOT_CONCERNED, Cell, Rating
from ctg_tui.domain.scores import Scores, Tally, score
from ctg_tui.services.workspace import Workspace
from tests.databases import DATABASE_NAME, open_workspace, raw, rows
from tests.effort import tries
from tests.strategies import charente, make_identity

FIGURES = (
    "SELECT lignes, mission, politique, points, maximum, notees, nc, sans_reponse, pourcentage"
    " FROM v_pourcentages WHERE evaluation = ?"
)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    opened = open_workspace(tmp_path_factory.mktemp("vues"))
    yield opened
    opened.close()


def figures(workspace: Workspace, assessment_id: int) -> set[tuple[object, ...]]:
    """Return the rows that `v_pourcentages` must have, from `domain.scores`."""
    grid, assessment = workspace.load(assessment_id)
    whole = score(grid, assessment.answers)
    sides: list[tuple[str, Scores]] = [("Caf", whole)]
    if whole.proposed is not None:
        sides.append(("proposées", whole.proposed))
    expected: set[tuple[object, ...]] = set()
    labels = {policy.id: policy.label for policy in grid.policies}
    numbers = {mission.id: mission.number for mission in grid.missions}
    for name, side in sides:
        found: list[tuple[object, str, Tally]] = [
            (numbers[mission], labels[policy], tally) for (mission, policy), tally in side.rubrics.items()
        ]
        found += [(numbers[mission], "Ensemble", tally) for mission, tally in side.missions.items()]
        found += [(None, labels[policy], tally) for policy, tally in side.policies.items()]
        found.append((None, "Ensemble", side.whole))
        expected |= {
            (
                *(name, mission, policy, tally.points, tally.maximum, tally.rated),
                *(tally.not_concerned, tally.blank, tally.percentage),
            )
            for mission, policy, tally in found
            if tally.cells
        }
    return expected


@settings(max_examples=tries(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_percentages_of_the_view_are_those_of_the_program(workspace: Workspace, data: st.DataObject) -> None:
    grid = charente()
    assessment_id = workspace.create(make_identity(), grid)
    session = workspace.open(assessment_id)
    answers = st.sampled_from([*Rating, NOT_CONCERNED])
    cells = data.draw(st.dictionaries(st.sampled_from(grid.cells), answers, max_size=60))
    for cell, answer in cells.items():
        session.rate(cell, answer)
    path = workspace.store.path
    assert set(rows(path, FIGURES, assessment_id)) == figures(workspace, assessment_id)


def test_rounding_is_half_up_as_on_the_screen(workspace: Workspace) -> None:
    assessment_id = workspace.create(make_identity(), charente())
    session = workspace.open(assessment_id)
    for rank in range(1, 9):  # 3 points of 24 are 12.5 %
        session.rate(Cell(f"m1.a{rank:02}", "famille"), Rating(3 if rank == 1 else 0))
    query = (
        "SELECT pourcentage FROM v_pourcentages"
        " WHERE evaluation = ? AND mission = 1 AND politique = 'Famille'"
    )
    assert rows(workspace.store.path, query, assessment_id) == [(13,)]


def test_answers_and_comments_come_with_the_wording_of_their_line(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path)
    session = workspace.open(workspace.create(make_identity(), charente()))
    grid = session.grid
    session.rate(Cell("m1.a03", "famille"), Rating.PARTLY)
    session.rate(Cell("m1.a03", "social"), NOT_CONCERNED)
    session.comment("m1.a03", "Tableau de bord partagé")
    session.count("m1.i02", 4)
    workspace.close()
    path = tmp_path / DATABASE_NAME
    label = grid.activities["m1.a03"].label
    assert rows(path, "SELECT ligne, intitule, provenance, politique, note FROM v_reponses") == [
        ("1.3", label, "Caf", "Famille", "1"),
        ("1.3", label, "Caf", "Social", "NC"),
    ]
    assert rows(path, "SELECT ligne, intitule, commentaire, nombre FROM v_commentaires") == [
        ("1.3", label, "Tableau de bord partagé", None),
        ("1.i2", grid.indicators["m1.i02"].label, None, 4),
    ]


def test_a_view_that_another_program_changed_or_removed_is_made_again_at_opening(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path)
    session = workspace.open(workspace.create(make_identity()))
    session.rate(Cell("m1.a03", "famille"), Rating.PARTLY)
    workspace.close()
    path = tmp_path / DATABASE_NAME
    with raw(path) as other:
        other.execute("DROP VIEW v_pourcentages")
        other.execute("DROP VIEW v_reponses")
        other.execute("CREATE VIEW v_reponses AS SELECT 'faux' AS note")
        other.execute("CREATE VIEW la_mienne AS SELECT 1 AS un")
    workspace = open_workspace(tmp_path)
    workspace.close()
    assert rows(path, "SELECT ligne, note FROM v_reponses") == [("1.3", "1")]
    assert rows(path, "SELECT points FROM v_pourcentages WHERE politique = 'Famille' AND mission = 1") == [
        (1,)
    ]
    assert rows(path, "SELECT un FROM la_mienne") == [(1,)]
    before = path.read_bytes()
    open_workspace(tmp_path).close()
    assert path.read_bytes() == before, "views that are ours are left"
