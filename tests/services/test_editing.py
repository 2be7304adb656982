"""A session: each edit is shown and written, undone and redone, also the day after."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ctg_tui.domain.assessment import MAX_NUMBER, Action, Cell, Place, PreparationTopic, Rating
from ctg_tui.domain.scores import score
from ctg_tui.services.editing import Session
from tests.databases import FIRST_CELL, SECOND_CELL, read_again, session_on, turn
from tests.strategies import make_identity


def test_every_kind_of_value_is_found_again_after_a_restart(tmp_path: Path) -> None:
    place = Place("m1", "m1.a02", "social")
    with session_on(tmp_path) as session:
        session.rate(FIRST_CELL, Rating.FULLY, place)
        session.rate(Cell("m1.a02", "social"), Rating.PARTLY)
        session.comment("m1.a01", "Avec\nretour — « ok »")
        session.comment("m1.i02", "remarque")
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
