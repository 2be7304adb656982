"""Writing a submission: verified first, then written whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from ctg_tui.domain.assessment import Action, Assessment, Identity, Moment, Status
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import LineCount, line_count
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.submission.document import fingerprint_of, serialise
from ctg_tui.submission.file import Counts, counts_of, read, write
from ctg_tui.system.files import WriteRefusal
from tests.each_row import each_row
from tests.effort import tries
from tests.example_assessment import example_assessment, example_draft
from tests.make_examples import document_of
from tests.strategies import assessments, charente, filled_assessment, make_assessment, make_grid

GRID = charente()


def final() -> dict[str, Any]:
    return document_of(GRID, example_assessment(GRID), Status.FINAL)


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_written_submission_is_counted_and_read_back(tmp_path: Path) -> None:
    written = write(tmp_path, final())
    short = written.fingerprint[:8].upper()
    assert listing(tmp_path) == [f"CTG_val-de-charente_2027_annuelle_nom_r1_{short[:4]}-{short[4:]}.json"]
    assert written.path == tmp_path / listing(tmp_path)[0]
    assert written.fingerprint == fingerprint_of(GRID, example_assessment(GRID))
    received = read(written.path, Catalogue())
    assert received.fingerprint == written.fingerprint
    assert received.assessment.answers == example_assessment(GRID).answers
    assert stat.S_IMODE(written.path.stat().st_mode) == 0o600 or os.name != "posix"


def test_an_export_that_its_reader_refuses_is_not_written(tmp_path: Path) -> None:
    comments = dict.fromkeys(GRID.activities, "漢" * 20_000)
    actions = dict.fromkeys(GRID.activities, Action("漢" * 20_000, "", None))
    document = document_of(GRID, make_assessment(GRID, comments=comments, actions=actions), Status.DRAFT)
    with pytest.raises(Refusal) as refused:
        write(tmp_path, document)
    assert refused.value.code == "fichier-trop-gros"
    assert " ".join(refused.value.sentences().split()) == (
        "Le fichier dépasserait 5 Mo : personne ne pourrait le vérifier. Rien n’a été écrit ; vos réponses "
        "sont intactes. Raccourcissez les commentaires les plus longs, puis recommencez."
    )
    assert listing(tmp_path) == []


def test_the_counts_are_those_of_the_assessment(tmp_path: Path) -> None:
    assessment = example_assessment(GRID)
    counts = write(tmp_path, final()).counts
    own = [assessment.answers[cell] for cell in GRID.own_cells]
    notes = [answer for answer in own if isinstance(answer, int)]
    assert counts == Counts(
        rated=len(notes),
        not_concerned=42 - len(notes),
        blank=0,
        comments=line_count([*assessment.comments, *assessment.remarks], GRID.proposed_lines),
        numbers=line_count(assessment.numbers, GRID.proposed_lines),
        actions=line_count(assessment.actions, GRID.proposed_lines),
        proposed=111,
    )


def test_a_second_export_of_a_state_replaces_the_first(tmp_path: Path) -> None:
    first = write(tmp_path, final())
    second = write(tmp_path, final())
    assert first == second
    assert len(listing(tmp_path)) == 1


def test_a_provisional_export_does_not_replace_the_final_one(tmp_path: Path) -> None:
    draft = document_of(GRID, example_assessment(GRID), Status.DRAFT)
    names = {write(tmp_path, document).path.name for document in (final(), draft)}
    assert len(names) == 2
    assert sum(name.endswith("_provisoire.json") for name in names) == 1


@each_row(
    "assessment",
    [
        example_draft(GRID),
        example_assessment(GRID)._replace(identity=Identity(2027, Moment.YEARLY)),
    ],
)
def test_a_final_submission_that_is_not_complete_is_not_written(
    tmp_path: Path, assessment: Assessment
) -> None:
    with pytest.raises(Refusal) as caught:
        write(tmp_path, document_of(GRID, assessment, Status.FINAL))
    assert caught.value.code == "definitif-incomplet"
    said = " ".join(caught.value.sentences().split())
    assert said.startswith("Le fichier pour la Caf n’a pas été enregistré : ")
    assert said.endswith(". Rien n’a été écrit. Complétez l’évaluation, ou choisissez « provisoire ».")
    assert listing(tmp_path) == []


def test_a_document_that_was_tampered_with_is_not_written(tmp_path: Path) -> None:
    document = final()
    document["reponses"][0]["note"] = 0
    with pytest.raises(Refusal) as caught:
        write(tmp_path, document)
    assert caught.value.code == "modifie"
    assert listing(tmp_path) == []


@each_row("number", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EIO])
def test_a_disk_that_fails_leaves_the_former_export_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    written = write(tmp_path, final())
    before = written.path.read_bytes()

    def fail(*_: Any) -> None:
        raise OSError(number, os.strerror(number))

    for call in ("write", "fsync", "replace"):
        with monkeypatch.context() as patch:
            patch.setattr(os, call, fail)
            with pytest.raises(WriteRefusal):
                write(tmp_path, final())
        assert listing(tmp_path) == [written.path.name]
        assert written.path.read_bytes() == before


def test_a_missing_folder_is_reported(tmp_path: Path) -> None:
    with pytest.raises(WriteRefusal) as caught:
        write(tmp_path / "absent", final())
    assert caught.value.code == "dossier-absent"


@settings(max_examples=tries(30))
@given(drawn=assessments())
def test_any_provisional_state_can_be_written(
    drawn: tuple[Grid, Assessment], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("export")
    document = document_of(*drawn, Status.DRAFT)
    written = write(folder, document)
    assert written.path.read_bytes() == serialise(document)
    assert written.fingerprint == fingerprint_of(*drawn)


def test_an_empty_assessment_can_be_shown_to_the_adviser(tmp_path: Path) -> None:
    assessment = make_assessment(GRID, identity=Identity(2027, Moment.START))
    written = write(tmp_path, document_of(GRID, assessment, Status.DRAFT))
    assert written.counts == Counts(0, 0, 42, LineCount(0), LineCount(0), LineCount(0))
    assert "_territoire_2027_" in written.path.name


def test_without_proposed_lines_the_counts_say_none(tmp_path: Path) -> None:
    grid = make_grid()
    document = document_of(grid, filled_assessment(grid), Status.DRAFT)
    assert "propositions" not in document["resultats"]
    assert counts_of(document, grid).proposed == 0
