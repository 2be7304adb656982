"""The thread of an assessment only grows, whatever the order of files, and says what waits for an answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.domain.assessment import NOT_CONCERNED, Assessment, Cell, Draft, Rating, Said
from ctg_tui.domain.changes import apply
from ctg_tui.domain.edits import hear
from ctg_tui.domain.thread import (
    MOST_RECEIVED_ROWS,
    Choice,
    Point,
    PointState,
    Thread,
    answers_sent,
    draft_of,
    is_too_much,
    owed,
    points_of,
    said_in,
    union,
)
from tests.strategies import make_assessment, make_grid

MARCH = datetime(2027, 3, 12, 9, 30, tzinfo=UTC)
CELL = Cell("m1.a02", "famille")


def caf(words: str = "", *, note: Any = None, author: str = "Prénom Nom", days: int = 0, **more: Any) -> Said:
    row: dict[str, Any] = {"about": "a" * 32, "line": CELL.activity, "policy": CELL.policy, **more}
    return Said(MARCH + timedelta(days=days), author, True, note=note, words=words, **row)


def held(thread: Iterable[Said], notes: Any = None, drafts: Any = None) -> Assessment:
    said = {row.id: row for row in union(thread)}
    return make_assessment(make_grid())._replace(said=said, answers=notes or {}, drafts=drafts or {})


def points(thread: Iterable[Said], notes: Any = None, drafts: Any = None) -> tuple[Point, ...]:
    return points_of(held(thread, notes, drafts), None)


def owing(thread: Iterable[Said], notes: Any = None, drafts: Any = None) -> Thread:
    due = owed(held(thread, notes, drafts))
    return tuple(row for row in union(thread) if row.id in due)


def answered(thread: Thread, draft: Draft, *, point: int = 0, days: int = 10) -> Thread:
    """Return the thread once the point was answered so, and the answer sent."""
    asked = points(thread, {})[point]
    blank = draft_of(asked, Choice.SEEN, draft.words, {}, is_kept=True)
    return sent(thread, {asked.draft_key: blank._replace(note=draft.note)}, days=days)


def sent(thread: Thread, drafts: dict[str, Draft], *, days: int = 0) -> Thread:
    there, made = answers_sent(held(thread, {}, drafts), "Chargée Nom", MARCH + timedelta(days=days))
    assert set(made) | set(there.drafts) == set(drafts)
    return union(there.said.values())


def only(thread: Thread, notes: dict[Cell, Any] | None = None) -> Point:
    (point,) = points(thread, notes or {})
    return point


authors = st.sampled_from(["Prénom Nom", "PRENOM NOM", "Autre Nom", ""])
rows = st.builds(
    Said,
    at=st.integers(0, 5).map(lambda hours: MARCH + timedelta(hours=hours)),
    author=authors,
    is_caf=st.booleans(),
    about=st.sampled_from(["a" * 32, "b" * 32]),
    line=st.just("m1.a01"),
    policy=st.sampled_from(["famille", None]),
    read=st.sampled_from([None, Rating.NO, Rating.FULLY]),
    note=st.sampled_from([None, Rating.PARTLY, NOT_CONCERNED]),
    words=st.sampled_from(["", "Merci de préciser.", "Le COPIL ne s’est réuni qu’une fois."]),
    answers=st.lists(st.sampled_from(["1" * 32, "2" * 32]), unique=True).map(lambda ids: tuple(sorted(ids))),
).filter(lambda said: said.note is not None or bool(said.words) or bool(said.answers))
threads = st.lists(rows, max_size=8).map(tuple)


@given(threads, threads, threads)
def test_files_in_any_order_and_twice_make_the_same_thread(one: Thread, two: Thread, three: Thread) -> None:
    together = union(one, two, three)
    for order in permutations((one, two, three)):
        assert union(*order) == together
        assert union(union(*order[:2]), order[2]) == together
    assert union(together, one, together) == together
    every = (*one, *two, *three)
    assert {said.id for said in together} == {said.id for said in every}
    assert all(said.at == min(same.at for same in every if same.id == said.id) for said in together)


@given(threads, threads)
def test_a_file_changes_nothing_but_the_date_of_a_row_that_is_there(own: Thread, given_rows: Thread) -> None:
    assessment = held(own)
    heard = apply(assessment, hear(assessment, given_rows)).said
    for said in assessment.said.values():
        assert heard[said.id] == said._replace(at=heard[said.id].at)
    assert {key: said.at for key, said in heard.items()} == {one.id: one.at for one in union(own, given_rows)}


@given(threads)
def test_every_row_stands_in_a_point_and_what_is_owed_in_one_that_is_to_see(thread: Thread) -> None:
    found = points(thread, {})
    assert {said.id for point in found for said in point.rows} == {said.id for said in thread}
    waiting = [said.id for said in owing(thread, {})]
    assert sorted(said.id for point in found for said in point.owed) == sorted(waiting)
    assert all((point.state is PointState.TO_SEE) == bool(point.owed) for point in found)


@pytest.mark.parametrize(
    "row", [{"date": "2027-03-12T09:30:00Z", "caf": True}, {"date": "2027-03-12T09:30:00Z", "texte": " "}]
)
def test_a_row_that_says_nothing_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="date"):
        said_in(row)


def test_the_caf_waits_until_one_answers_says_seen_or_has_its_note() -> None:
    asks, proposes = caf("Merci de préciser."), caf(note=Rating.PARTLY, line="m1.a03", days=1)
    thread = union([asks, proposes])
    assert owing(thread, {}) == thread
    assert owing(thread, {Cell("m1.a03", "famille"): Rating.PARTLY}) == (asks,)
    assert owing(thread, {Cell("m1.a03", "famille"): Rating.FULLY}) == thread
    seen = answered(thread, Draft())
    assert owing(seen, {}) == (proposes,)
    assert [point.state for point in points(seen, {})] == [PointState.SETTLED, PointState.TO_SEE]


@pytest.mark.parametrize(
    ("draft", "state"),
    [
        (Draft(), PointState.SETTLED),
        (Draft(note=Rating.PARTLY), PointState.SETTLED),
        (Draft(note=Rating.PARTLY, words="Depuis juin."), PointState.SETTLED),
        (Draft(note=Rating.MOSTLY), PointState.ANSWERED),
        (Draft(words="Trois réunions, compte rendu joint."), PointState.ANSWERED),
    ],
)
def test_a_point_is_settled_by_seen_or_the_proposed_note_and_answered_otherwise(
    draft: Draft, state: PointState
) -> None:
    thread = (caf(note=Rating.PARTLY),)
    assert only(answered(thread, draft)).state is state


def test_a_note_agreed_on_waits_until_one_takes_it() -> None:
    asked = (caf(note=Rating.NO),)
    agreed = caf(note=Rating.PARTLY, days=20, answers=tuple(said.id for said in asked))
    thread = union(answered(asked, Draft(note=Rating.FULLY)), [agreed])
    assert owing(thread, {CELL: Rating.FULLY}) == (agreed,)
    assert not owing(thread, {CELL: Rating.PARTLY})
    assert only(thread).proposed == Rating.PARTLY


def test_an_answer_begun_and_left_settles_nothing_and_is_not_sent() -> None:
    thread = (caf("Une réunion ?"),)
    point = only(thread)
    begun = draft_of(point, Choice.SEEN, "Nous", {}, is_kept=False)
    drafts = {point.draft_key: begun}
    assert points(thread, {}, drafts) == (point._replace(draft=begun),)
    assert sent(thread, drafts) == thread
    kept = {point.draft_key: begun._replace(is_kept=True)}
    assert not owing(thread, {}, kept)
    assert [said.words for said in sent(thread, kept)] == ["Une réunion ?", "Nous"]


def test_a_thread_over_what_is_received_takes_a_file_that_brings_nothing_and_no_other() -> None:
    full = [caf(str(number)) for number in range(MOST_RECEIVED_ROWS)]
    own = Said(MARCH, "Nom Prénom", words="Oui.", answers=(full[0].id,))
    assert [is_too_much(full[:-1], full), is_too_much([*full, own], full)] == [False, False]
    assert is_too_much([*full, own], [caf("Encore.")])
