"""A session: each edit shown and written, undone and redone, also the day after."""

from __future__ import annotations

import errno
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctg_tui.domain.answers import NOT_CONCERNED, Answer, Cell, Rating
from ctg_tui.domain.assessment import Action, Place, PreparationTopic
from ctg_tui.domain.changes import Field
from ctg_tui.domain.completeness import MAX_NUMBER
from ctg_tui.domain.errors import DatabaseRefusal, NotSaved, Refusal
from ctg_tui.domain.scores import score
from ctg_tui.domain.text import is_clean
from ctg_tui.services.editing import Session
from ctg_tui.storage import writer as writer_module
from ctg_tui.wording.history import edit_name
from tests.databases import (
    DATABASE_NAME,
    FIRST_CELL,
    SECOND_CELL,
    Clock,
    close,
    open_session,
    raw,
    read_again,
    rows,
    session_on,
)
from tests.strategies import HOSTILE_TEXTS, any_texts, make_grid, make_identity

JOURNAL = "SELECT op, field, key, before, after, state FROM journal ORDER BY id"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with session_on(tmp_path) as opened:
        yield opened


@contextmanager
def unwritable(session: Session) -> Iterator[None]:
    """Make the database refuse every write, as a full or protected disk does; reading still works."""
    session._store.connection.execute("PRAGMA query_only = ON")
    try:
        yield
    finally:
        session._store.connection.execute("PRAGMA query_only = OFF")


def refused(edit: Callable[[], object]) -> NotSaved:
    with pytest.raises(NotSaved) as caught:
        edit()
    return caught.value


def waiting(session: Session) -> int:
    """Return how many edits are not on the disk."""
    assert len(session.pending) == session._store.writer.waiting
    return len(session.pending)


def everything(session: Session) -> tuple[object, ...]:
    """Return the values of the assessment, without the moment of its last change."""
    a = session.assessment
    return (a.answers, a.set_aside, a.comments, a.numbers, a.remarks, a.preparation, a.actions)


# ------------------------------------------------------------------ written before it is seen


def test_a_gesture_and_its_journal_row_are_in_the_base_before_they_are_seen(
    session: Session, tmp_path: Path
) -> None:
    session.rate(FIRST_CELL, Rating.MOSTLY)
    assert read_again(tmp_path).answers == {FIRST_CELL: Rating.MOSTLY}
    assert rows(tmp_path / DATABASE_NAME, JOURNAL) == [("note", "note", "m1.a01/famille", None, "2", "fait")]
    assert session.assessment == read_again(tmp_path)


def test_an_answer_without_its_journal_row_is_never_written(tmp_path: Path) -> None:
    with session_on(tmp_path) as session:
        with raw(tmp_path / DATABASE_NAME) as other:
            other.execute(
                "CREATE TRIGGER refuse BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'essai'); END"
            )
        with pytest.raises(Exception, match="essai"):
            session.rate(FIRST_CELL, Rating.MOSTLY)
        assert session.assessment.answers == {}
        assert waiting(session) == 0
    assert read_again(tmp_path).answers == {}


def test_no_answer_nc_and_zero_are_three_states_in_the_base(session: Session, tmp_path: Path) -> None:
    session.rate(FIRST_CELL, Rating.NO)
    session.rate(SECOND_CELL, NOT_CONCERNED)
    session.rate(Cell("m1.a03", "famille"), Rating.FULLY)
    session.rate(Cell("m1.a03", "famille"), None)
    assert rows(tmp_path / DATABASE_NAME, "SELECT activity, note FROM answer ORDER BY activity") == [
        ("m1.a01", "0"),
        ("m1.a02", "NC"),
    ]
    assert read_again(tmp_path).answers == {FIRST_CELL: Rating.NO, SECOND_CELL: NOT_CONCERNED}
    assert session.scores.whole.rated == 1
    assert session.scores.whole.not_concerned == 1
    assert session.scores.whole.blank == len(session.grid.cells) - 2


def test_every_kind_of_value_is_found_again_after_a_restart(tmp_path: Path) -> None:
    place = Place("m1", "m1.a02", "social")
    with session_on(tmp_path) as session:
        session.rate(FIRST_CELL, Rating.FULLY, place)
        session.rate_line("m1.a02", Rating.PARTLY)
        session.comment("m1.a01", "Avec\nretour — « ok »")
        session.remark("m1.i02", "remarque")
        session.count("m1.i02", MAX_NUMBER)
        session.prepare(PreparationTopic.TRAINING, "formation")
        session.plan("m1.a01", Action("faire", "Prénom Nom", date(2027, 3, 1)))
        session.toggle_policy("social", "m1")
        session.identify(make_identity(year=2028))
        left = session.assessment
    with session_on(tmp_path) as session:
        assert session.assessment == left
        assert session.place == place
        assert session.scores == score(session.grid, left.answers)


def test_the_cursor_is_remembered_also_without_a_gesture(tmp_path: Path) -> None:
    with session_on(tmp_path) as session:
        session.move(Place("m2", "m2.a01", "famille"))
        session.move(Place("m2", "m2.a01", "famille"))
    with session_on(tmp_path) as session:
        assert session.place == Place("m2", "m2.a01", "famille")


def test_the_same_note_again_writes_nothing(session: Session, tmp_path: Path) -> None:
    session.rate(FIRST_CELL, Rating.NO)
    before = (tmp_path / DATABASE_NAME).read_bytes()
    session.rate(FIRST_CELL, Rating.NO)
    assert (tmp_path / DATABASE_NAME).read_bytes() == before


def test_when_it_was_saved_is_the_moment_of_the_write(tmp_path: Path) -> None:
    clock = Clock()
    with session_on(tmp_path, clock) as session:
        clock.pass_by(hours=1)
        session.rate(FIRST_CELL, Rating.NO)
        assert session.saved_at == clock.now


# ------------------------------------------------------------------ undo, redo


def test_two_hundred_and_fifty_gestures_are_taken_back_and_made_again_across_restarts(tmp_path: Path) -> None:
    draw = random.Random(3)
    states = []
    with session_on(tmp_path) as session:
        for rank in range(250):
            states.append(everything(session))
            cell = draw.choice(list(session.grid.cells))
            other: list[Answer | None] = [*Rating, NOT_CONCERNED, None]
            other.remove(session.assessment.answers.get(cell))
            session.rate(cell, other[rank % len(other)])
        last = everything(session)
    with session_on(tmp_path) as session:
        for state in reversed(states):
            assert session.undo() is not None
            assert everything(session) == state
        assert session.undo() is None
    with session_on(tmp_path) as session:
        for state in [*states[1:], last]:
            assert session.redo() is not None
            assert everything(session) == state
            assert session.scores == score(session.grid, session.assessment.answers)
        assert session.redo() is None
    assert read_again(tmp_path).answers == last[0]


def test_a_gesture_on_many_cells_is_taken_back_by_one_undo(session: Session) -> None:
    session.rate_line("m1.a01", Rating.FULLY)
    session.toggle_policy("famille")
    edit = session.undo()
    assert edit is not None
    assert edit_name(session.grid, edit) == "colonne Famille NC ou rendue"
    assert session.assessment.set_aside == {}
    assert {session.assessment.answers[Cell("m1.a01", p.id)] for p in session.grid.policies} == {Rating.FULLY}
    session.undo()
    assert session.assessment.answers == {}


def test_a_new_gesture_forgets_what_was_undone(session: Session) -> None:
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


def test_the_history_of_a_line_tells_what_was_and_was_not_undone(tmp_path: Path) -> None:
    clock = Clock()
    with session_on(tmp_path, clock) as session:
        session.rate(FIRST_CELL, Rating.PARTLY)
        clock.pass_by(minutes=1)
        session.rate(FIRST_CELL, Rating.MOSTLY)
        clock.pass_by(minutes=1)
        session.comment("m1.a01", "pourquoi")
        session.rate(SECOND_CELL, Rating.NO)
        session.rate(FIRST_CELL, Rating.NO)
        session.undo()
        entries = session.history("m1.a01")
    assert [(one.change.field, one.change.before, one.change.after) for one in entries] == [
        (Field.COMMENT, None, "pourquoi"),
        (Field.ANSWER, "1", "2"),
        (Field.ANSWER, None, "1"),
    ]
    assert (entries[1].at - entries[2].at).total_seconds() == 60


# ------------------------------------------------------------------ columns set aside


def test_a_column_made_nc_gives_back_the_notes_that_were_there(session: Session, tmp_path: Path) -> None:
    session.rate(FIRST_CELL, Rating.MOSTLY)
    before = dict(session.assessment.answers)
    session.toggle_policy("famille", "m1")
    assert {
        session.assessment.answers[c]
        for c in session.grid.cells
        if c.policy == "famille" and c.activity < "m2"
    } == {NOT_CONCERNED}
    assert read_again(tmp_path).set_aside[FIRST_CELL] == Rating.MOSTLY
    assert read_again(tmp_path).set_aside[SECOND_CELL] is None
    session.toggle_policy("famille", "m1")
    assert session.assessment.answers == before
    assert session.assessment.set_aside == {}
    assert session.assessment == read_again(tmp_path)


def test_a_note_typed_in_a_column_set_aside_stays_when_the_column_comes_back(session: Session) -> None:
    session.rate(FIRST_CELL, Rating.MOSTLY)
    session.rate(SECOND_CELL, Rating.PARTLY)
    session.toggle_policy("famille")
    session.rate(FIRST_CELL, Rating.NO)
    session.toggle_policy("famille")  # the rest becomes NC again
    session.toggle_policy("famille")
    assert session.assessment.answers[FIRST_CELL] == Rating.NO
    assert session.assessment.answers[SECOND_CELL] == Rating.PARTLY


# ------------------------------------------------------------------ texts


def test_a_text_typed_in_one_go_is_taken_back_by_one_undo(session: Session, tmp_path: Path) -> None:
    for typed in ("B", "Bo", "Bon"):
        session.comment("m1.a01", typed)
    assert rows(tmp_path / DATABASE_NAME, JOURNAL) == [
        ("commentaire", "commentaire", "m1.a01", None, "Bon", "fait")
    ]
    session.undo()
    assert session.assessment.comments == {}
    session.redo()
    assert session.assessment.comments == {"m1.a01": "Bon"}


def test_leaving_the_field_or_another_gesture_ends_the_text(session: Session) -> None:
    session.comment("m1.a01", "un")
    session.end_typing()
    session.comment("m1.a01", "un deux")
    session.rate(FIRST_CELL, Rating.NO)
    session.comment("m1.a01", "un deux trois")
    assert [session.undo() and session.assessment.comments.get("m1.a01") for _ in range(4)] == [
        "un deux",
        "un deux",
        "un",
        None,
    ]


def test_a_saved_text_that_is_emptied_while_it_is_written_is_one_undo_away(
    session: Session, tmp_path: Path
) -> None:
    session.rate(FIRST_CELL, Rating.NO)
    for typed in ("Texte", "Texte neuf.", ""):
        session.comment("m1.a01", typed)
    assert session.assessment.comments == {}
    session.undo()
    assert session.assessment.comments == {"m1.a01": "Texte neuf."}
    session.undo()
    assert session.assessment.comments == {}
    assert session.assessment.answers == {FIRST_CELL: Rating.NO}
    session.redo()
    assert read_again(tmp_path).comments == {"m1.a01": "Texte neuf."}


@pytest.mark.parametrize(
    "later",
    [
        ["Réunion de deux heures."],
        ["Réunion de deux heures. Oui"],
        ["Voilà tout autre chose, plus long que ce qui était là."],
        ["Réunion de trente", "Réunion", "", "Autre chose"],
        ["Réunion de trente minute", "Réunion de trente minutes, et plus"],
    ],
)
def test_what_was_saved_and_is_taken_away_or_typed_over_is_one_undo_away(
    session: Session, later: list[str]
) -> None:
    for typed in ("Réunion de", "Réunion de trente minutes.", *later):
        session.comment("m1.a01", typed)
    session.undo()
    assert session.assessment.comments == {"m1.a01": "Réunion de trente minutes."}
    session.undo()
    assert session.assessment.comments == {}
    assert session.undo() is None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text("ab", max_size=5), max_size=8))
def test_whatever_is_typed_in_one_go_undoing_meets_every_letter_that_was_saved(typed: list[str]) -> None:
    def holds(text: str, saved: str) -> bool:
        left = iter(text)
        return all(letter in left for letter in saved)

    with tempfile.TemporaryDirectory() as name, session_on(Path(name)) as session:
        for text in typed:
            session.comment("m1.a01", text)
        met = [session.assessment.comments.get("m1.a01", "")]
        while session.undo() is not None:
            met.append(session.assessment.comments.get("m1.a01", ""))
        assert met[-1] == ""
        assert [saved for saved in typed if not any(holds(text, saved) for text in met)] == []


def test_a_text_that_grows_anywhere_stays_one_gesture(session: Session) -> None:
    for typed in ("fin", "la fin", "la toute fin", "la toute fin."):
        session.comment("m1.a01", typed)
    session.undo()
    assert session.assessment.comments == {}
    assert session.undo() is None


def test_letters_taken_away_one_by_one_are_one_gesture(session: Session, tmp_path: Path) -> None:
    session.comment("m1.a01", "Bonjuor")
    for typed in ("Bonjuo", "Bonju", "Bonj", "Bonjour"):
        session.comment("m1.a01", typed)
    entries = rows(tmp_path / DATABASE_NAME, "SELECT before, after FROM journal ORDER BY id")
    assert entries == [(None, "Bonjuor"), ("Bonjuor", "Bonjour")]


def test_a_text_brought_back_to_what_it_was_is_no_step_to_undo(session: Session) -> None:
    session.rate(FIRST_CELL, Rating.NO)
    session.comment("m1.a01", "un deux")
    session.end_typing()
    session.comment("m1.a01", "un")
    session.comment("m1.a01", "un deux")
    session.undo()
    assert session.assessment.comments == {}
    session.undo()
    assert session.assessment.answers == {}


def test_an_edit_that_comes_to_nothing_leaves_what_was_undone_to_be_redone(session: Session) -> None:
    session.rate(SECOND_CELL, Rating.NO)
    session.undo()
    session.comment("m1.a01", "un deux")  # the edits undone before are forgotten for good
    session.end_typing()
    for answer in (Rating.NO, Rating.PARTLY):
        session.rate(FIRST_CELL, answer)
    session.undo()
    session.undo()
    session.comment("m1.a01", "un")
    session.comment("m1.a01", "un deux")
    for answer in (Rating.NO, Rating.PARTLY):
        session.redo()
        assert session.assessment.answers == {FIRST_CELL: answer}
    assert session.redo() is None
    assert session.assessment.comments == {"m1.a01": "un deux"}


def test_an_edit_that_came_to_nothing_and_goes_on_forgets_what_was_undone(session: Session) -> None:
    session.comment("m1.a01", "un deux")
    session.rate(FIRST_CELL, Rating.NO)
    session.undo()
    for typed in ("un", "un deux", "un deux trois"):
        session.comment("m1.a01", typed)
    assert session.redo() is None
    assert session.assessment.answers == {}


def test_a_text_goes_on_after_having_been_brought_back(session: Session) -> None:
    for typed in ("x", "", "x", "xy", "xyz"):
        session.comment("m1.a01", typed)
    session.undo()
    assert session.assessment.comments == {"m1.a01": "x"}
    session.undo()
    assert session.assessment.comments == {}
    assert session.undo() is None


def test_a_saved_text_emptied_while_the_disk_refuses_is_one_undo_away(session: Session) -> None:
    session.comment("m1.a01", "Texte neuf.")
    with unwritable(session):
        refused(lambda: session.comment("m1.a01", "Texte neuf. Et"))
        refused(lambda: session.comment("m1.a01", ""))
    session.retry()
    assert session.assessment.comments == {}
    session.undo()
    assert session.assessment.comments == {"m1.a01": "Texte neuf."}


def test_typing_after_an_undo_is_another_gesture(session: Session) -> None:
    session.comment("m1.a01", "un")
    session.undo()
    session.comment("m1.a01", "deux")
    session.comment("m1.a01", "deux!")
    session.undo()
    assert session.assessment.comments == {}
    assert session.undo() is None


def test_every_hostile_text_is_stored_clean_in_every_field(tmp_path: Path) -> None:
    identity = make_identity()
    for text in HOSTILE_TEXTS:
        with session_on(tmp_path) as session:
            session.comment("m1.a01", text)
            session.remark("m1.i02", text)
            session.prepare(PreparationTopic.HELP_ASKED, text)
            session.plan("m1.a01", Action(text, text, None))
            session.identify(
                identity._replace(
                    territory=identity.territory._replace(name=text, department=text, known_id=text),
                    coordinators=(identity.coordinators[0]._replace(last_name=text, first_name=text),),
                    adviser=identity.adviser._replace(name=text, email=text),
                )
            )
            seen = session.assessment
        stored = read_again(tmp_path)
        assert stored == seen, text[:60]
        person = stored.identity.coordinators[0]
        lines = {
            "territory": stored.identity.territory.name,
            "department": stored.identity.territory.department,
            "last name": person.last_name,
            "first name": person.first_name,
            "adviser": stored.identity.adviser.name,
            "address": stored.identity.adviser.email,
            "who acts": stored.actions["m1.a01"].who,
        }
        for field, line in lines.items():
            assert is_clean(line), (field, text[:60])
        paragraphs = {
            "comment": stored.comments["m1.a01"],
            "remark": stored.remarks["m1.i02"],
            "preparation": stored.preparation[PreparationTopic.HELP_ASKED],
            "action": stored.actions["m1.a01"].what,
        }
        for field, paragraph in paragraphs.items():
            assert is_clean(paragraph, multiline=True), (field, text[:60])


@pytest.mark.parametrize("number", [-1, MAX_NUMBER + 1])
def test_a_number_out_of_bounds_is_refused_and_nothing_waits(session: Session, number: int) -> None:
    with pytest.raises(Refusal) as caught:
        session.count("m1.i02", number)
    assert caught.value.code == "nombre-hors-bornes"
    assert waiting(session) == 0
    assert session.assessment.numbers == {}


@pytest.mark.parametrize(
    ("identity", "code"),
    [
        (make_identity(year=1999), "annee-hors-bornes"),
        (make_identity(coordinators=make_identity().coordinators * 2), "personne-en-double"),
        (
            make_identity(territory=make_identity().territory._replace(siren="123456789")),
            "siren-invalide",
        ),
    ],
)
def test_a_form_the_base_could_not_hold_is_refused_in_a_sentence(
    session: Session, identity: object, code: str
) -> None:
    before = session.assessment
    with pytest.raises(Refusal) as caught:
        session.identify(identity)  # type: ignore[arg-type]  # parametrised values are objects to mypy
    assert caught.value.code == code
    assert session.assessment == before


# ------------------------------------------------------------------ what could not be written


def test_what_cannot_be_written_is_shown_as_unsaved_waits_and_is_written_when_it_can(
    session: Session, tmp_path: Path
) -> None:
    with unwritable(session):
        refusal = refused(lambda: session.rate(FIRST_CELL, Rating.MOSTLY, Place("m1", "m1.a02", "famille")))
        assert refusal.code == "lecture-seule"
        assert refusal.waits
        assert "Tout le reste est bien enregistré" in refusal.message
        assert session.assessment.answers == {FIRST_CELL: Rating.MOSTLY}
        assert session.unsaved == {"m1.a01/famille"}
        assert read_again(tmp_path).answers == {}
        assert waiting(session) == 1
        assert not refused(session.retry).waits
    session.retry()
    assert waiting(session) == 0
    assert session.unsaved == frozenset()
    assert session.assessment == read_again(tmp_path)
    assert session.assessment.answers == {FIRST_CELL: Rating.MOSTLY}
    assert session.place == Place("m1", "m1.a02", "famille")
    assert session.scores.whole.rated == 1


def test_the_next_gesture_writes_what_waited_first(session: Session, tmp_path: Path) -> None:
    with unwritable(session):
        refused(lambda: session.rate(FIRST_CELL, Rating.NO))
    session.rate(SECOND_CELL, Rating.FULLY)
    assert read_again(tmp_path).answers == {FIRST_CELL: Rating.NO, SECOND_CELL: Rating.FULLY}
    session.undo()
    assert session.assessment.answers == {FIRST_CELL: Rating.NO}


def test_gestures_that_pile_up_on_one_cell_are_journaled_with_what_was_really_there(
    session: Session, tmp_path: Path
) -> None:
    session.rate(FIRST_CELL, Rating.NO)
    with unwritable(session):
        for answer in (Rating.PARTLY, NOT_CONCERNED, None, Rating.FULLY):
            refused(lambda answer=answer: session.rate(FIRST_CELL, answer))  # type: ignore[misc]  # bound now
    session.retry()
    journal = rows(tmp_path / DATABASE_NAME, "SELECT before, after FROM journal ORDER BY id")
    assert journal == [(None, "0"), ("0", "1"), ("1", "NC"), ("NC", None), (None, "3")]
    for expected in (None, NOT_CONCERNED, Rating.PARTLY, Rating.NO, None):
        session.undo()
        assert session.assessment.answers.get(FIRST_CELL) == expected


def test_a_column_toggled_while_waiting_ends_as_it_would_have(session: Session, tmp_path: Path) -> None:
    session.rate(FIRST_CELL, Rating.MOSTLY)
    with unwritable(session):
        refused(lambda: session.toggle_policy("famille"))
        refused(lambda: session.rate(FIRST_CELL, Rating.NO))
    session.retry()
    assert FIRST_CELL not in session.assessment.set_aside
    assert session.assessment.answers[FIRST_CELL] == Rating.NO
    assert session.assessment == read_again(tmp_path)
    with unwritable(session):
        refused(lambda: session.toggle_policy("famille"))
        refused(lambda: session.toggle_policy("famille"))
    session.retry()
    assert session.assessment.answers == {FIRST_CELL: Rating.NO}


def test_a_text_still_typed_while_waiting_stays_one_gesture(session: Session, tmp_path: Path) -> None:
    session.comment("m1.a01", "a")
    with unwritable(session):
        for typed in ("ab", "abc", "abcd"):
            refused(lambda typed=typed: session.comment("m1.a01", typed))  # type: ignore[misc]  # bound now
        assert waiting(session) == 1
    session.comment("m1.a01", "abcde")
    assert session.assessment.comments == {"m1.a01": "abcde"}
    assert len(rows(tmp_path / DATABASE_NAME, JOURNAL)) == 1
    session.undo()
    assert session.assessment.comments == {}
    assert session.undo() is None


def test_a_text_typed_and_deleted_while_waiting_leaves_nothing_to_write(
    session: Session, tmp_path: Path
) -> None:
    with unwritable(session):
        refused(lambda: session.comment("m1.a01", "x"))
        session.comment("m1.a01", "")
        assert waiting(session) == 0
    assert rows(tmp_path / DATABASE_NAME, JOURNAL) == []


def test_two_texts_and_a_note_wait_in_the_order_they_were_made(session: Session, tmp_path: Path) -> None:
    with unwritable(session):
        refused(lambda: session.comment("m1.a01", "un"))
        refused(lambda: session.rate(FIRST_CELL, Rating.NO))
        refused(lambda: session.comment("m1.a01", "un deux"))
        refused(lambda: session.remark("m1.i02", "autre"))
    session.retry()
    entries = rows(tmp_path / DATABASE_NAME, "SELECT field, before, after FROM journal ORDER BY id")
    assert entries == [
        ("commentaire", None, "un"),
        ("note", None, "0"),
        ("commentaire", "un", "un deux"),
        ("remarque", None, "autre"),
    ]


def test_the_same_note_again_while_waiting_is_not_another_edit(session: Session) -> None:
    with unwritable(session):
        refused(lambda: session.rate(FIRST_CELL, Rating.NO))
        session.rate(FIRST_CELL, Rating.NO)
        assert waiting(session) == 1
    session.retry()
    assert session.assessment.answers == {FIRST_CELL: Rating.NO}


def test_undo_takes_back_what_waits_and_redo_makes_it_again(session: Session, tmp_path: Path) -> None:
    session.rate(FIRST_CELL, Rating.NO)
    with unwritable(session):
        refused(lambda: session.rate(SECOND_CELL, Rating.FULLY))
        refused(lambda: session.rate(FIRST_CELL, Rating.PARTLY))
        refused(session.undo)
        assert session.assessment.answers == {FIRST_CELL: Rating.NO, SECOND_CELL: Rating.FULLY}
        refused(session.undo)
        refused(session.undo)
        assert session.assessment.answers == {}
        refused(session.redo)
        assert session.assessment.answers == {FIRST_CELL: Rating.NO}
    session.retry()
    assert read_again(tmp_path).answers == {FIRST_CELL: Rating.NO}
    session.redo()
    session.redo()
    assert session.redo() is None
    assert read_again(tmp_path).answers == {FIRST_CELL: Rating.PARTLY, SECOND_CELL: Rating.FULLY}


def test_what_was_undone_before_cannot_be_redone_past_an_edit_that_waits(session: Session) -> None:
    session.rate(FIRST_CELL, Rating.NO)
    session.undo()
    with unwritable(session):
        refused(lambda: session.rate(SECOND_CELL, Rating.FULLY))
        assert session.redo() is None
    session.retry()
    assert session.redo() is None
    assert session.assessment.answers == {SECOND_CELL: Rating.FULLY}


def test_a_write_that_failed_after_reaching_the_disk_is_not_journaled_twice(
    session: Session, tmp_path: Path
) -> None:
    """An fsync can fail after the commit: the database then holds an edit reported as refused."""
    with unwritable(session):
        refused(lambda: session.rate(FIRST_CELL, Rating.FULLY))
    with raw(tmp_path / DATABASE_NAME) as other:
        other.execute("INSERT INTO answer VALUES (1, 'm1.a01', 'famille', '3')")
    session.retry()
    assert session.assessment.answers == {FIRST_CELL: Rating.FULLY}
    assert rows(tmp_path / DATABASE_NAME, JOURNAL) == []


def test_an_undo_told_as_refused_that_reached_the_disk_is_seen_as_done(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.rate(FIRST_CELL, Rating.NO)
    session.rate(SECOND_CELL, Rating.NO)
    transaction = session._store._transaction

    @contextmanager
    def commit_then_fail() -> Iterator[None]:
        with transaction():
            yield
        raise OSError(errno.EIO, "essai")

    with monkeypatch.context() as patched:
        patched.setattr(session._store, "_transaction", commit_then_fail)
        refused(session.undo)
    assert session.assessment.answers == {FIRST_CELL: Rating.NO}
    session.retry()
    assert session.assessment.answers == {FIRST_CELL: Rating.NO}
    assert session.assessment == read_again(session._store.path.parent)
    session.redo()
    assert session.assessment.answers == {FIRST_CELL: Rating.NO, SECOND_CELL: Rating.NO}


def test_details_that_cannot_be_written_wait_like_notes_and_a_cursor_does_not(
    session: Session, tmp_path: Path
) -> None:
    former = session.assessment.identity
    with unwritable(session):
        refused(lambda: session.move(Place("m2")))
        assert waiting(session) == 0
        assert session.place is None
        assert refused(lambda: session.identify(make_identity(year=2031))).waits
        assert session.assessment.identity.year == 2031
        assert read_again(tmp_path).identity == former
        assert waiting(session) == 1
    session.retry()
    assert read_again(tmp_path).identity.year == 2031
    session.undo()
    assert read_again(tmp_path).identity == former


def test_a_base_replaced_under_the_program_is_never_written_to(session: Session, tmp_path: Path) -> None:
    database = tmp_path / DATABASE_NAME
    session.rate(FIRST_CELL, Rating.NO)
    other = tmp_path / "copie.db"
    other.write_bytes(database.read_bytes())
    other.replace(database)
    before = database.read_bytes()
    assert refused(lambda: session.rate(SECOND_CELL, Rating.NO)).code == "base-remplacee"
    assert refused(session.retry).code == "base-remplacee"
    assert database.read_bytes() == before
    assert waiting(session) == 1
    database.unlink()
    assert refused(session.retry).code == "base-remplacee"
    assert not database.exists()


def test_on_a_windows_drive_that_gives_a_file_another_identity_each_time_notes_are_saved(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = iter(range(100))
    monkeypatch.setattr("ctg_tui.storage.open_database._file_identity", lambda _: (1, next(numbers)))
    assert refused(lambda: session.rate(FIRST_CELL, Rating.NO)).code == "base-remplacee"
    monkeypatch.setattr("ctg_tui.storage.open_database._OPEN_FILES_STAY", True)
    session.retry()
    assert session.assessment.answers == {FIRST_CELL: Rating.NO}


def test_a_base_replaced_during_the_write_is_not_told_as_saved(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / DATABASE_NAME
    record = session._store._journal.record

    def record_then_replace(*arguments: object, **named: object) -> int | None:
        done = record(*arguments, **named)  # type: ignore[arg-type]  # handed on as they came
        (tmp_path / "copie.db").write_bytes(b"")
        (tmp_path / "copie.db").replace(database)
        return done

    monkeypatch.setattr(session._store._journal, "record", record_then_replace)
    assert refused(lambda: session.rate(FIRST_CELL, Rating.NO)).code == "base-remplacee"
    assert session.unsaved == {"m1.a01/famille"}
    assert waiting(session) == 1


# ------------------------------------------------------------------ final assessments


def test_nothing_is_written_to_a_final_assessment_whoever_asks(session: Session, tmp_path: Path) -> None:
    session.rate(FIRST_CELL, Rating.NO)
    with unwritable(session):
        refused(lambda: session.rate(SECOND_CELL, Rating.NO))
    session._store.finalise(session.assessment.id, "sha256:" + "0" * 64)
    session.retry()  # before the session reads it again
    assert [one.code for one in session._store.writer.take_refusals()] == ["evaluation-definitive"]
    assert waiting(session) == 0
    assert session.assessment == read_again(tmp_path)
    assert session.is_final
    edits: list[Callable[[], object]] = [
        session.undo,
        lambda: session.rate(FIRST_CELL, None),
        lambda: session.comment("m1.a01", "x"),
        lambda: session.identify(make_identity(year=2030)),
    ]
    for edit in edits:
        with pytest.raises(Refusal) as caught:
            edit()
        assert caught.value.code == "evaluation-definitive"
    assert read_again(tmp_path).answers == {FIRST_CELL: Rating.NO}


def test_a_gesture_on_an_assessment_that_is_gone_is_refused(session: Session) -> None:
    session._store.delete(session.assessment.id)
    with pytest.raises(Refusal) as caught:
        session.rate(FIRST_CELL, Rating.NO)
    assert caught.value.code == "evaluation-absente"


def test_an_action_is_taken_away_and_comes_back_by_undoing(session: Session, tmp_path: Path) -> None:
    session.plan("m1.a01", Action("Réunir", "Prénom Nom", date(2027, 3, 1)))
    session.plan("m1.a01", None)
    assert read_again(tmp_path).actions == {}
    session.undo()
    assert read_again(tmp_path).actions == {"m1.a01": Action("Réunir", "Prénom Nom", date(2027, 3, 1))}


def test_an_action_typed_in_one_go_is_taken_back_by_one_undo(session: Session, tmp_path: Path) -> None:
    due = date(2027, 3, 1)
    for action in (Action("Réu"), Action("Réunir"), Action("Réunir", "Nom"), Action("Réunir", "Nom", due)):
        session.plan("m1.a01", action)
    assert len(rows(tmp_path / DATABASE_NAME, JOURNAL)) == 1
    session.end_typing()
    session.plan("m1.a01", Action("Réunir tout", "Nom", due))
    session.undo()
    assert session.assessment.actions == {"m1.a01": Action("Réunir", "Nom", due)}
    session.undo()
    assert session.assessment.actions == {}
    assert session.undo() is None


def test_a_part_of_a_saved_action_that_is_taken_away_is_one_undo_away(session: Session) -> None:
    whole = Action("Réunir", "Prénom Nom", date(2027, 3, 1))
    for shorter in (whole._replace(what=""), whole._replace(who="Nom"), whole._replace(due=None), None):
        session.plan("m1.a01", whole)
        session.plan("m1.a01", shorter)
        session.undo()
        assert session.assessment.actions == {"m1.a01": whole}


def test_an_action_still_typed_while_waiting_stays_one_gesture(session: Session, tmp_path: Path) -> None:
    session.plan("m1.a01", Action("Réu"))
    with unwritable(session):
        for what in ("Réuni", "Réunir"):
            refused(lambda what=what: session.plan("m1.a01", Action(what)))  # type: ignore[misc]  # bound now
        assert waiting(session) == 1
    session.retry()
    assert session.assessment.actions == {"m1.a01": Action("Réunir")}
    assert len(rows(tmp_path / DATABASE_NAME, JOURNAL)) == 1


# ------------------------------------------------------------------ a journal that another tool wrote


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE journal SET before = '7'", "no note"),
        ("UPDATE journal SET field = 'couleur'", "no field of ours"),
        ("UPDATE journal SET key = 'm1.a01'", "no cell"),
        ("UPDATE journal SET key = 'm1.a01/famille/x'", "no cell either"),
        (
            "UPDATE journal SET field = 'nombre', key = 'm1.i02', before = '-3'",
            "no number of ours",
        ),
        (
            f"UPDATE journal SET field = 'nombre', key = 'm1.i02', before = '{10**30}'",
            "a number that no database can hold",
        ),
        ("UPDATE journal SET field = 'action', key = 'm1.a01', before = '[]'", "no action"),
        (
            f"UPDATE journal SET field = 'action', key = 'm1.a01', before = '{'[' * 100_000}'",
            "deeper than can be read",
        ),
    ],
)
def test_a_journal_that_no_version_wrote_is_told_and_nothing_is_undone(
    session: Session, tmp_path: Path, statement: str, why: str
) -> None:
    session.rate(FIRST_CELL, Rating.NO)
    with raw(tmp_path / DATABASE_NAME) as connection:
        connection.execute(statement)
    with pytest.raises(Refusal):
        session.undo()
    with pytest.raises(DatabaseRefusal) as caught:
        Session(session._store, session.grid, 1).undo()
    assert caught.value.code == "base-abimee", why
    session.rate(SECOND_CELL, Rating.FULLY)
    assert read_again(tmp_path).answers == {FIRST_CELL: Rating.NO, SECOND_CELL: Rating.FULLY}


def test_the_name_of_a_gesture_is_clean_whoever_wrote_it(session: Session, tmp_path: Path) -> None:
    session.rate(FIRST_CELL, Rating.NO)
    with raw(tmp_path / DATABASE_NAME) as connection:
        connection.execute("UPDATE journal SET op = 'note\x1b]52;c;eA==\x07'")
    undone = Session(session._store, session.grid, 1).undo()
    assert undone is not None
    assert edit_name(session.grid, undone) == "modification"


# ------------------------------------------------------------------ any sequence

_edits = st.one_of(
    st.tuples(st.just("rate"), st.integers(0, 14), st.sampled_from([*Rating, NOT_CONCERNED, None])),
    st.tuples(st.just("line"), st.integers(0, 4), st.sampled_from([*Rating, None])),
    st.tuples(st.just("column"), st.integers(0, 2), st.sampled_from(["m1", "m2", None])),
    st.tuples(st.just("comment"), st.integers(0, 4), any_texts),
    st.tuples(st.just("plan"), st.integers(0, 4), st.none() | st.builds(Action, any_texts, any_texts)),
    st.tuples(st.just("count"), st.integers(0, 2), st.none() | st.integers(0, MAX_NUMBER)),
    st.tuples(st.sampled_from(["undo", "redo", "leave", "restart"]), st.just(0), st.none()),
    st.tuples(st.sampled_from(["disk full", "disk well"]), st.just(0), st.none()),
)


def _do(session: Session, what: str, rank: int, value: object) -> None:
    grid = session.grid
    match what:
        case "rate":
            session.rate(grid.cells[rank], value)  # type: ignore[arg-type]  # drawn of the right kind above
        case "line":
            session.rate_line(list(grid.activities)[rank], value)  # type: ignore[arg-type]  # idem
        case "column":
            session.toggle_policy(grid.policies[rank].id, value)  # type: ignore[arg-type]  # idem
        case "comment":
            session.comment(list(grid.activities)[rank], str(value))
        case "count":
            session.count(list(grid.indicators)[rank], value)  # type: ignore[arg-type]  # idem
        case "plan":
            session.plan(list(grid.activities)[rank], value)  # type: ignore[arg-type]  # idem
        case "undo":
            session.undo()
        case "redo":
            session.redo()
        case "leave":
            session.end_typing()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_edits, max_size=25))
def test_whatever_is_done_what_is_seen_is_what_is_stored_and_undoing_all_gives_the_start_back(
    edits: list[tuple[str, int, object]],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        session = open_session(folder, grid=make_grid())
        start = everything(session)
        for what, rank, value in edits:
            if what == "restart" and not session.pending:
                close(session)
                session = open_session(folder, grid=make_grid())
            elif what in {"disk full", "disk well"}:
                switch = "ON" if what == "disk full" else "OFF"
                session._store.connection.execute(f"PRAGMA query_only = {switch}")
            else:
                try:
                    _do(session, what, rank, value)
                except NotSaved:
                    assert session.pending
            if not session.pending:
                assert session.assessment == read_again(folder)
            assert session.scores == score(session.grid, session.assessment.answers)
        session._store.connection.execute("PRAGMA query_only = OFF")
        session.retry()
        assert session.assessment == read_again(folder)
        while session.undo() is not None:
            assert session.assessment == read_again(folder)
        assert everything(session) == start
        close(session)


_hasty_edits = st.one_of(
    st.tuples(st.just("rate"), st.integers(0, 2), st.sampled_from([Rating.NO, Rating.FULLY, None])),
    st.tuples(st.just("comment"), st.just(0), st.sampled_from(["un", "un deux", ""])),
    st.tuples(st.just("column"), st.just(0), st.none()),
    st.tuples(st.sampled_from(["undo", "undo", "redo"]), st.just(0), st.none()),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_hasty_edits, max_size=20))
def test_typed_faster_than_the_disk_or_not_the_journal_is_the_same(
    edits: list[tuple[str, int, object]],
) -> None:
    journals, states = [], []
    for is_fast in (False, True):
        with tempfile.TemporaryDirectory() as name, session_on(Path(name), grid=make_grid()) as session:
            writer = session._store.writer
            if is_fast:
                writer.start(lambda: None)
            with pytest.MonkeyPatch.context() as patched:
                patched.setattr(writer_module, "PATIENCE_SECONDS", 0.0)
                for what, rank, value in edits:
                    _do(session, what, rank, value)
                    session.end_typing()  # only the cuts of a text may differ
            session.retry()
            assert session.assessment == read_again(Path(name))
            states.append(everything(session))
            journals.append(rows(Path(name) / DATABASE_NAME, JOURNAL))
    assert states[0] == states[1]
    assert journals[0] == journals[1]
