"""Texts and actions: typed in one go or with rests, undone without losing what was saved."""

from __future__ import annotations

import tempfile
from itertools import islice
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctg_tui.domain.assessment import Action, PreparationTopic
from ctg_tui.services.editing import Session
from tests.cleanness import is_clean
from tests.databases import DATABASE_NAME, read_again, rows, session_on
from tests.effort import tries
from tests.services.editing import JOURNAL
from tests.strategies import HOSTILE_TEXTS, make_identity


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


@settings(max_examples=tries(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text("ab", max_size=5), max_size=8))
def test_whatever_is_typed_in_one_go_undoing_meets_every_letter_that_was_saved(typed: list[str]) -> None:
    def holds(text: str, saved: str) -> bool:
        left = iter(text)
        return all(letter in left for letter in saved)

    with tempfile.TemporaryDirectory() as name, session_on(Path(name)) as session:
        for text in typed:
            session.comment("m1.a01", text)
        met = [session.assessment.comments.get("m1.a01", "")]
        undone = islice(iter(session.undo, None), 1000)
        met += [session.assessment.comments.get("m1.a01", "") for _ in undone]
        assert met[-1] == ""
        assert [saved for saved in typed if not any(holds(text, saved) for text in met)] == []


def test_every_hostile_text_is_stored_clean_in_every_field(tmp_path: Path) -> None:
    identity = make_identity()
    for text in HOSTILE_TEXTS:
        with session_on(tmp_path) as session:
            session.comment("m1.a01", text)
            session.comment("m1.i02", text)
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
            "remark": stored.comments["m1.i02"],
            "preparation": stored.preparation[PreparationTopic.HELP_ASKED],
            "action": stored.actions["m1.a01"].what,
        }
        for field, paragraph in paragraphs.items():
            assert is_clean(paragraph, multiline=True), (field, text[:60])
