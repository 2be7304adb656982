"""A session: each edit is shown and written, undone and redone, also the day after."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import NOT_CONCERNED, Action, Cell, Place, PreparationTopic, Rating
from ctg_tui.domain.errors import DatabaseRefusal, Refusal
from ctg_tui.domain.scores import score
from ctg_tui.domain.steps import MAX_NUMBER
from ctg_tui.services.editing import Session
from ctg_tui.wording.grid import edit_name
from tests.databases import (
    DATABASE_NAME,
    FIRST_CELL,
    SECOND_CELL,
    raw,
    read_again,
    rows,
    session_on,
    turn,
)
from tests.each_row import each_row, new_folder
from tests.services.editing import JOURNAL
from tests.strategies import make_identity


def test_an_edit_and_its_journal_row_are_in_the_database_before_they_are_seen(
    session: Session, tmp_path: Path
) -> None:
    session.rate(FIRST_CELL, Rating.MOSTLY)
    assert read_again(tmp_path).answers == {FIRST_CELL: Rating.MOSTLY}
    assert rows(tmp_path / DATABASE_NAME, JOURNAL) == [("note", "note", "m1.a01/famille", None, "2", "fait")]
    assert session.assessment == read_again(tmp_path)


def test_an_answer_without_its_journal_row_is_never_written(tmp_path: Path) -> None:
    with session_on(tmp_path) as session:
        session._store.connection.execute(
            "CREATE TEMP TRIGGER refuse BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'essai'); END"
        )
        with pytest.raises(Exception, match="essai"):
            session.rate(FIRST_CELL, Rating.MOSTLY)
        assert session.assessment.answers == {}
    assert read_again(tmp_path).answers == {}


def test_no_answer_nc_and_zero_are_three_states_in_the_database(session: Session, tmp_path: Path) -> None:
    session.rate(FIRST_CELL, Rating.NO)
    session.rate(SECOND_CELL, NOT_CONCERNED)
    session.rate(Cell("m1.a03", "famille"), Rating.FULLY)
    session.rate(Cell("m1.a03", "famille"), None)
    assert rows(tmp_path / DATABASE_NAME, "SELECT key, value FROM value WHERE field = 'note'") == [
        ("m1.a01/famille", "0"),
        ("m1.a02/famille", "NC"),
    ]
    assert read_again(tmp_path).answers == {FIRST_CELL: Rating.NO, SECOND_CELL: NOT_CONCERNED}
    assert session.scores.whole.rated == 1
    assert session.scores.whole.not_concerned == 1
    assert session.scores.whole.blank == len(session.grid.cells) - 2


def test_every_kind_of_value_is_found_again_after_a_restart(tmp_path: Path) -> None:
    place = Place("m1", "m1.a02", "social")
    with session_on(tmp_path) as session:
        session.rate(FIRST_CELL, Rating.FULLY, place)
        session.rate(Cell("m1.a02", "social"), Rating.PARTLY)
        session.comment("m1.a01", "Avec\nretour — « ok »")
        session.remark("m1.i02", "remarque")
        session.count("m1.i02", MAX_NUMBER)
        session.prepare(PreparationTopic.TRAINING, "formation")
        session.plan("m1.a01", Action("faire", "Prénom Nom", date(2027, 3, 1)))
        turn(session, "education")
        session.identify(make_identity(year=2028))
        left = session.assessment
    with session_on(tmp_path) as session:
        assert session.assessment == left
        assert session.place == place
        assert session.scores == score(session.grid, left.answers)


def test_the_same_note_again_writes_nothing(session: Session, tmp_path: Path) -> None:
    session.rate(FIRST_CELL, Rating.NO)
    before = rows(tmp_path / DATABASE_NAME, JOURNAL)
    session.rate(FIRST_CELL, Rating.NO)
    assert rows(tmp_path / DATABASE_NAME, JOURNAL) == before


def test_an_edit_on_many_cells_is_taken_back_by_one_undo(session: Session) -> None:
    session.rate(Cell("m1.a01", "famille"), Rating.FULLY)
    turn(session, "famille")
    edit = session.undo()
    assert edit is not None
    assert edit_name(session.grid, edit) == "politique Famille pas concernée"
    assert session.assessment.set_aside == {}
    assert session.assessment.answers == {Cell("m1.a01", "famille"): Rating.FULLY}
    session.undo()
    assert session.assessment.answers == {}
    turn(session, "famille")
    turn(session, "famille")
    names = [edit_name(session.grid, undone) for undone in (session.undo(), session.undo()) if undone]
    assert names == ["politique Famille rétablie", "politique Famille pas concernée"]


def test_a_new_edit_forgets_what_was_undone(session: Session) -> None:
    session.rate(FIRST_CELL, Rating.NO)
    session.rate(FIRST_CELL, Rating.PARTLY)
    session.undo()
    session.rate(SECOND_CELL, Rating.FULLY)
    assert session.redo() is None
    assert session.assessment.answers == {FIRST_CELL: Rating.NO, SECOND_CELL: Rating.FULLY}
    session.undo()
    session.undo()
    assert session.undo() is None
    assert session.assessment.answers == {}


def test_the_undo_of_one_assessment_never_touches_another(tmp_path: Path) -> None:
    with session_on(tmp_path) as one:
        other = Session(one._store, one.grid, one._store.create(one.grid, make_identity()))
        one.rate(FIRST_CELL, Rating.NO)
        other.rate(FIRST_CELL, Rating.FULLY)
        one.undo()
        assert one.undo() is None
        assert read_again(tmp_path, other.assessment.id).answers == {FIRST_CELL: Rating.FULLY}


def test_a_column_made_nc_gives_back_the_notes_that_were_there(session: Session, tmp_path: Path) -> None:
    session.rate(FIRST_CELL, Rating.MOSTLY)
    before = dict(session.assessment.answers)
    turn(session, "famille")
    assert {session.assessment.answers[c] for c in session.grid.cells if c.policy == "famille"} == {
        NOT_CONCERNED
    }
    assert read_again(tmp_path).set_aside[FIRST_CELL] == Rating.MOSTLY
    assert read_again(tmp_path).set_aside[SECOND_CELL] is None
    turn(session, "famille")
    assert session.assessment.answers == before
    assert session.assessment.set_aside == {}
    assert session.assessment == read_again(tmp_path)


@each_row("number", [-1, MAX_NUMBER + 1])
def test_a_number_out_of_bounds_is_refused(session: Session, number: int) -> None:
    with pytest.raises(Refusal) as caught:
        session.count("m1.i02", number)
    assert caught.value.code == "nombre-hors-bornes"
    assert session.assessment.numbers == {}


@each_row(
    "identity, code",
    [
        (make_identity(year=1999), "annee-hors-bornes"),
        (make_identity(coordinators=make_identity().coordinators * 2), "personne-en-double"),
        (
            make_identity(territory=make_identity().territory._replace(siren="123456789")),
            "siren-invalide",
        ),
    ],
)
def test_a_form_the_database_could_not_hold_is_refused_in_a_sentence(
    session: Session, identity: object, code: str
) -> None:
    before = session.assessment
    with pytest.raises(Refusal) as caught:
        session.identify(identity)  # type: ignore[arg-type]  # parametrised values are objects to mypy
    assert caught.value.code == code
    assert session.assessment == before


def test_an_edit_on_an_assessment_that_is_gone_is_refused(session: Session) -> None:
    session._store.delete(session.assessment.id)
    with pytest.raises(Refusal) as caught:
        session.rate(FIRST_CELL, Rating.NO)
    assert caught.value.code == "evaluation-absente"


@each_row(
    "statement, why",
    [
        ("UPDATE journal SET before = '7'", "no note"),
        ("UPDATE journal SET field = 'couleur'", "no field of ours"),
    ],
)
def test_a_journal_that_no_version_wrote_is_reported_and_nothing_is_undone(
    tmp_path: Path, statement: str, why: str
) -> None:
    folder = new_folder(tmp_path)
    with session_on(folder) as session:
        session.rate(FIRST_CELL, Rating.NO)
        with raw(folder / DATABASE_NAME) as connection:
            connection.execute(statement)
        with pytest.raises(Refusal):
            session.undo()
        with pytest.raises(DatabaseRefusal) as caught:
            Session(session._store, session.grid, 1).undo()
        assert caught.value.code == "base-abimee", why
        session.rate(SECOND_CELL, Rating.FULLY)
    assert read_again(folder).answers == {FIRST_CELL: Rating.NO, SECOND_CELL: Rating.FULLY}


def test_the_name_of_an_edit_is_clean_even_if_another_program_wrote_it(
    session: Session, tmp_path: Path
) -> None:
    session.rate(FIRST_CELL, Rating.NO)
    with raw(tmp_path / DATABASE_NAME) as connection:
        connection.execute("UPDATE journal SET op = 'note\x1b]52;c;eA==\x07'")
    undone = Session(session._store, session.grid, 1).undo()
    assert undone is not None
    assert edit_name(session.grid, undone) == "modification"
