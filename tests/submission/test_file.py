"""Reading submissions: those of the program are accepted, and a refusal gives reasons and places."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from ctg_tui.domain.assessment import Action, Assessment, Outcome, Status
from ctg_tui.domain.errors import EXIT_INVALID_DOCUMENT
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import score
from ctg_tui.formats import OF_THE_PATH, ProblemCode
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.submission.document import layout_in, serialise
from ctg_tui.submission.file import InvalidSubmission, Received, examine, read, verify
from tests.each_row import each_row
from tests.effort import tries
from tests.example_assessment import example_draft
from tests.make_examples import FOLDER, REFUSED_FOLDER, document_of, resealed, with_exchanges
from tests.received import examples
from tests.strategies import assessments, charente, filled_assessment, make_grid
from tests.submission.verdicts import code_of, problem_of

VERDICTS: dict[Path, dict[str, Any]] = {
    folder / name: verdict
    for folder in (FOLDER, REFUSED_FOLDER)
    for name, verdict in json.loads((folder / "verdicts.json").read_text(encoding="utf-8")).items()
}


class OneGrid:
    """The shelf of a database that keeps one grid."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid

    def find(self, fingerprint: str) -> Grid | None:
        return self._grid if fingerprint == self._grid.fingerprint else None

    def installed(self) -> tuple[Grid, ...]:
        return (self._grid,)

    def given(self) -> tuple[Grid, ...]:
        return ()

    def kept(self) -> tuple[Grid, ...]:
        return (self._grid,)


class CatalogueWith(Catalogue):
    """A catalogue with one more grid, that of a database."""

    def __init__(self, grid: Grid) -> None:
        super().__init__(shelf=OneGrid(grid))


# The published examples.


@each_row("path", VERDICTS)
def test_each_published_example_gets_its_verdict(path: Path, catalogue: Catalogue) -> None:
    result = examine(path.read_bytes(), catalogue)
    assert isinstance(result, Received) is VERDICTS[path]["valide"]
    reported = next(iter(result.notices), None) if isinstance(result, Received) else result
    assert (None if reported is None else reported.code) == VERDICTS[path]["code"]


def test_every_code_that_a_file_can_get_has_an_example() -> None:
    """The codes `OF_THE_PATH` are for files that are not submissions."""
    shown = {verdict["code"] for verdict in VERDICTS.values()} - {None}
    assert shown == set(ProblemCode) - OF_THE_PATH


def test_the_good_example_is_whole(catalogue: Catalogue) -> None:
    received = read(FOLDER / "bon-definitif.json", catalogue)
    assert received.status is Status.FINAL
    assert received.grid == charente()
    assert received.scores is not None
    assert received.scores.whole.blank == 0
    assert received.scores.proposed is not None
    assert received.scores.proposed.policies["social"].percentage is not None
    assert received.scores.policies["social"].percentage is None, "mission 1 is wholly NC there"
    assert received.scores.rubrics["m1", "social"].percentage is None
    assert len(received.assessment.comments) > 15
    assert received.assessment.actions
    assert received.assessment.preparation


def test_a_refusal_is_one_sentence_with_the_place_in_the_file_and_what_to_do(catalogue: Catalogue) -> None:
    with pytest.raises(InvalidSubmission) as caught:
        read(REFUSED_FOLDER / "mauvais-points.json", catalogue)
    refusal = caught.value
    assert (refusal.code, refusal.exit_code) == ("modifie", EXIT_INVALID_DOCUMENT)
    assert " ".join(refusal.sentences().split()) == (
        "« mauvais-points.json » est refusé : il a été modifié ou réenregistré par un autre logiciel après "
        "sa création (resultats.rubriques[0].points). Demandez à l’expéditeur de l’enregistrer de nouveau et "
        "de l’envoyer tel quel."
    )


def test_rows_doubled_or_moved_and_sealed_again_are_refused_at_their_place(catalogue: Catalogue) -> None:
    for block in ("reponses", "commentaires", "indicateurs"):
        document = json.loads(examples()["bon-provisoire.json"])
        rows = document[block]
        for changed in ([rows[-1], *rows], [rows[0], *rows], rows[::-1]):
            if len(rows) > 1:
                document[block] = changed
                problem = problem_of(resealed(document), catalogue)
                assert problem.code is ProblemCode.MODIFIED
                assert problem.path.startswith((block, "resultats"))


@each_row("year", ["0001", "1850", "1999", "2200", "9999"])
def test_a_date_of_no_campaign_is_refused_in_a_sentence(year: str, catalogue: Catalogue) -> None:
    for end in ("cree_le", "quand"):
        document = json.loads(examples()["bon-definitif.json"])
        if end == "cree_le":
            document["document"][end] = f"{year}-01-01T00:00:00Z"
        else:
            document["actions"][0][end] = f"{year}-12-31"
        problem = problem_of(resealed(document), catalogue)
        assert problem.code is ProblemCode.STRUCTURE
        assert problem.path.endswith(end)
        assert "entre 2000 et 2199" in problem.message


def test_the_status_cannot_be_forged_by_hand(catalogue: Catalogue) -> None:
    content = examples()["bon-definitif.json"]
    assert code_of(content.replace(b'"definitif"', b'"provisoire"'), catalogue) is ProblemCode.MODIFIED


def test_line_ends_that_a_mail_changed_are_understood(catalogue: Catalogue) -> None:
    for path in (path for path, verdict in VERDICTS.items() if verdict["valide"]):
        content = path.read_bytes()
        for carried in (content.replace(b"\n", b"\r\n"), content.rstrip(b"\n"), content + b"\r\n"):
            result = examine(carried, catalogue)
            assert isinstance(result, Received)
            assert result == examine(content, catalogue)


def test_a_path_that_is_no_file_is_said_with_what_to_do(tmp_path: Path, catalogue: Catalogue) -> None:
    (tmp_path / "dossier").mkdir()
    (tmp_path / "gros.json").write_bytes(b" " * 5_000_001)
    (tmp_path / "courriel.eml").write_bytes(b"Subject: x\nFrom: y\n\n" + b" " * 5_000_001)
    for name, code, said in (
        (
            "absent.json",
            ProblemCode.ABSENT,
            "Le fichier « absent.json » n’existe pas. Vérifiez son nom et son dossier.",
        ),
        (
            "dossier",
            ProblemCode.NOT_A_FILE,
            "« dossier » est un dossier, pas un fichier ordinaire. Donnez le fichier lui-même.",
        ),
        (
            "gros.json",
            ProblemCode.TOO_LARGE,
            "Le fichier « gros.json » dépasse 5 Mo : il n’a pas été lu. Vérifiez que c’est le bon fichier.",
        ),
        ("courriel.eml", ProblemCode.OTHER_PIECE, IS_A_MAIL),
    ):
        verdict = verify(tmp_path / name, catalogue)
        assert (verdict.ok, verdict.notices) == (False, ())
        assert verdict.problem is not None
        assert verdict.problem.code is code
        assert " ".join(InvalidSubmission(verdict.path, verdict.problem).sentences().split()) == said


IS_A_MAIL = (
    "« courriel.eml » est un courriel. Dans votre messagerie, enregistrez sa pièce "
    "jointe, puis ouvrez-la ici."
)


# Reading back.


@settings(max_examples=tries(80))
@given(drawn=assessments(), status=st.sampled_from(Status))
def test_a_written_submission_is_read_back_the_same(drawn: tuple[Grid, Assessment], status: Status) -> None:
    grid, assessment = drawn
    assessment = assessment._replace(id=0)
    content = serialise(document_of(grid, assessment, status))
    result = examine(content, CatalogueWith(grid))
    incomplete = not assessment.identity.territory.name or not assessment.identity.coordinators
    blank = any(cell not in assessment.answers for cell in grid.own_cells) or not grid.own_cells
    if status is Status.FINAL and (incomplete or blank):
        assert code_of(content, CatalogueWith(grid)) is ProblemCode.INCOMPLETE
        return
    event("accepted")
    assert isinstance(result, Received)
    assert result.assessment == assessment
    assert result.grid == grid
    assert result.scores == score(grid, assessment.answers)
    assert result.document == json.loads(content)
    assert result.notices == ()


@settings(max_examples=tries(60))
@given(drawn=assessments())
def test_a_submission_of_an_unknown_grid_is_read_and_not_scored(drawn: tuple[Grid, Assessment]) -> None:
    grid, assessment = drawn
    assessment = assessment._replace(id=0)
    result = examine(serialise(document_of(grid, assessment, Status.DRAFT)), Catalogue())
    assert isinstance(result, Received)
    assert result.assessment == assessment
    assert result.grid is None
    assert result.scores is None
    (notice,) = result.notices
    assert notice.code is ProblemCode.UNKNOWN_GRID
    assert " ".join(notice.sentence().split()) == (
        "sa grille est introuvable sur ce poste : il est lu, ses chiffres ne sont pas recalculés."
    )


def test_what_was_answered_is_read_of_an_unknown_grid_too(catalogue: Catalogue) -> None:
    grid = make_grid((5, 2), indicators=(2, 1))
    whole = with_exchanges(filled_assessment(grid))._replace(
        actions=dict.fromkeys(("m1.a01", "m2.a01"), Action("Agir")), id=0
    )
    received = examine(serialise(document_of(grid, whole, Status.DRAFT)), catalogue)
    assert isinstance(received, Received)
    assert received.grid is None
    assert received.assessment == whole


def test_an_empty_final_submission_of_an_unknown_grid_is_refused(catalogue: Catalogue) -> None:
    grid = make_grid()
    document = document_of(grid, filled_assessment(grid), Status.FINAL)
    for block in ("reponses", "commentaires", "indicateurs"):
        document[block] = []
    for person in document["charges_de_cooperation"]:
        person["politiques"] = []
    document["resultats"]["rubriques"] = []
    document["resultats"] = layout_in(document).results
    assert code_of(resealed(document), catalogue) is ProblemCode.INCOMPLETE


def test_a_submission_of_the_grid_that_another_hides_is_still_known() -> None:
    grid = charente()
    hiding = replace(grid, title="Autre", fingerprint="sha256:" + "b" * 64)
    result = examine(
        serialise(document_of(grid, filled_assessment(grid), Status.FINAL)), CatalogueWith(hiding)
    )
    assert isinstance(result, Received)
    assert result.grid is grid


def test_the_optional_blocks_are_read_as_they_were_written(catalogue: Catalogue) -> None:
    result = examine(examples()["bon-facultatifs.json"], catalogue)
    assert isinstance(result, Received)
    grid = charente()
    written = with_exchanges(example_draft(grid))
    for name in ("uuid", "previous_uuid", "actions"):
        assert getattr(result.assessment, name) == getattr(written, name), name
    assert {action.outcome for action in result.assessment.actions.values()} == set(Outcome)
    again = serialise(document_of(grid, written, Status.DRAFT))
    assert again == examples()["bon-facultatifs.json"], "one state has one spelling"


def test_the_state_has_the_id_of_the_assessment_and_of_the_one_it_follows(catalogue: Catalogue) -> None:
    grid = charente()
    whole = filled_assessment(grid, previous_uuid="0b9e6f3a-1c2d-4e5f-8a7b-9c0d1e2f3a4b")
    prints = {
        document_of(grid, assessment, Status.FINAL)["integrite"]["empreinte"]
        for assessment in (
            whole,
            whole._replace(previous_uuid=None),
            whole._replace(uuid="0b9e6f3a-1c2d-4e5f-8a7b-9c0d1e2f3a4c"),
        )
    }
    assert len(prints) == 3
    document = document_of(grid, whole, Status.FINAL)
    assert list(document["evaluation"]) == ["id", "annee", "moment", "precedente"]
    assert isinstance(examine(serialise(document), catalogue), Received)
