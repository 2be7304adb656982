"""Any edits, answers, files taken and sendings, on any disk: screen, database and journal agree."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ctg_tui.domain.assessment import (
    MAX_NUMBER,
    NOT_CONCERNED,
    Action,
    Assessment,
    Coordinator,
    PreparationTopic,
    Profile,
    Rating,
    Said,
)
from ctg_tui.domain.changes import Edit, Operation
from ctg_tui.domain.edits import filling, hear
from ctg_tui.domain.errors import NotSaved
from ctg_tui.domain.forecast import MAX_SALARY_CENTS, Forecast, ForecastLine
from ctg_tui.domain.scores import score
from ctg_tui.domain.thread import answers_sent, choices
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.editing import Session
from ctg_tui.storage.journal import read_forecast, send
from ctg_tui.storage.store import Store
from tests.databases import DATABASE_NAME, Clock, close, open_session, session_on, turn
from tests.effort import tries
from tests.services.editing import everything
from tests.strategies import any_texts, make_grid

GRID = make_grid(proposed={"m2.a01", "m2.a02", "m2.i01"})
OTHER = make_grid((3, 3), grid_id="essai-2")
"""Another grid, some of whose lines are the same."""


BOTH = Catalogue(lambda: [(GRID, False), (OTHER, False)])
MARCH = datetime(2027, 3, 12, 9, 30, tzinfo=UTC)
FILES = [
    [Said(MARCH, "Prénom Nom", True, "a" * 32, "m1.a01", "famille", Rating.NO, Rating.PARTLY, "Une fois.")],
    [Said(MARCH, "Prénom Autre", True, "a" * 32, "m1.a01", "famille", note=Rating.MOSTLY)],
    [Said(MARCH, "Prénom Nom", True, "a" * 32, words="Et les jeunes ?"),
     Said(MARCH, "Prénom Nom", True, "a" * 32, "m9.a09", words="Une ligne d’ailleurs.")],
]  # fmt: skip
"""What the Caf's files say."""

_edits = st.one_of(
    st.tuples(st.just("rate"), st.integers(0, 14), st.sampled_from([*Rating, NOT_CONCERNED, None])),
    st.tuples(st.just("column"), st.integers(0, 2), st.none()),
    st.tuples(st.just("comment"), st.integers(0, 4), any_texts),
    st.tuples(st.just("plan"), st.integers(0, 4), st.none() | st.builds(Action, any_texts, any_texts)),
    st.tuples(st.just("count"), st.integers(0, 2), st.none() | st.integers(0, MAX_NUMBER)),
    st.tuples(st.just("salary"), st.just(0), st.none() | st.integers(0, MAX_SALARY_CENTS)),
    st.tuples(st.just("person"), st.just(0), any_texts),
    st.tuples(st.just("prepare"), st.just(0), any_texts),
    st.tuples(st.just("hear"), st.integers(0, 2), st.none()),
    st.tuples(st.sampled_from(["type", "answer"]), st.integers(0, 3), st.sampled_from(["", "Non.", "Oui."])),
    st.tuples(st.sampled_from(["send", "grid"]), st.just(0), st.none()),
    st.tuples(st.sampled_from(["undo", "redo", "leave", "restart", "kill"]), st.just(0), st.none()),
    st.tuples(st.sampled_from(["disk full", "disk well"]), st.just(0), st.none()),
)


def _do(session: Session, what: str, rank: int, value: object) -> None:
    grid = session.grid
    activities, indicators = list(grid.activities), list(grid.indicators)
    match what:
        case "rate":
            session.rate(grid.cells[rank % len(grid.cells)], value)  # type: ignore[arg-type]  # drawn of the right kind above
        case "column":
            turn(session, grid.policies[rank].id)
        case "comment":
            session.comment(activities[rank % len(activities)], str(value))
        case "count":
            session.count(indicators[rank % len(indicators)], value)  # type: ignore[arg-type]  # idem
        case "plan":
            session.plan(activities[rank % len(activities)], value)  # type: ignore[arg-type]  # idem
        case "salary":
            session.fill_forecast(Forecast((ForecastLine("Nom", "Prénom", None, value),)))  # type: ignore[arg-type]  # idem
        case "person":
            person = Coordinator("c1", str(value), "Prénom", Profile.PROJECT_LEAD)
            session.identify(session.assessment.identity._replace(coordinators=(person,)))
        case "prepare":
            session.prepare(PreparationTopic.STRONG_POINTS, str(value))
        case "hear":
            session.record(Edit(Operation.IMPORT, hear(session.assessment, FILES[rank])))
        case "type" | "answer":
            asked = [point for point in session.points if any(row.is_caf for row in point.rows)]
            if asked:
                point = asked[rank % len(asked)]
                every = choices(point, session.assessment.answers)
                choice = every[rank % len(every)]
                session.answer(point, choice, str(value), is_kept=what == "answer")
        case "send":
            _, gone = answers_sent(session.assessment, "Chargée Nom", MARCH)
            send(session._store, session.assessment.id, gone.values(), gone)
            session.reload()
        case "grid":
            session.record(
                filling(session.assessment, session.grid, GRID if session.grid is OTHER else OTHER)
            )
        case "undo":
            session.undo()
        case "redo":
            session.redo()
        case "leave":
            session.end_typing()


ROUND: list[tuple[str, int, object]] = [
    ("rate", 0, Rating.MOSTLY),
    ("hear", 0, None),
    ("hear", 2, None),
    ("answer", 1, "Non."),
    ("send", 0, None),
    ("comment", 0, "Un texte"),
]
"""A file of the Caf is taken, a point answered, and the answer sent."""


def opened(folder: Path) -> Session:
    """Open the one assessment of `folder` with the grid that it is filled with."""
    session = open_session(folder, grid=GRID)
    session.grid = BOTH.find(session.assessment.grid_fingerprint) or GRID
    session._catalogue = BOTH
    session.reload()
    return session


def stored(folder: Path) -> tuple[Assessment, Forecast]:
    """Return the assessment and its forecast as another process would read them."""
    with Store(folder / DATABASE_NAME, Clock(), write=False) as store:
        return store.load(1).assessment, read_forecast(store, 1).forecast


def settled(session: Session) -> set[str]:
    """Return the ids of the rows that no undo takes away: those sent, and those that these answer."""
    sent = [said for said in session.assessment.said.values() if not said.is_caf]
    return {said.id for said in sent} | {answer for said in sent for answer in said.answers}


@settings(max_examples=tries(120), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_edits, max_size=25))
@example(ROUND)
@example([*ROUND, ("grid", 0, None), ("kill", 0, None), *ROUND, ("undo", 0, None), ("redo", 0, None)])
@example([("hear", 0, None), ("type", 2, "Non."), ("restart", 0, None), ("answer", 1, "Oui."), *ROUND])
def test_whatever_is_done_what_is_seen_is_what_is_stored_and_undoing_all_gives_the_start_back(
    edits: list[tuple[str, int, object]],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "start"
        folder.mkdir()
        session = opened(folder)
        start = everything(session)
        for number, (what, rank, value) in enumerate(edits):
            if what == "restart":
                close(session)
                session = opened(folder)
            elif what == "kill":
                # What a killed program leaves is the files as they are, its write-ahead log among them.
                left = Path(shutil.copytree(folder, Path(name) / f"killed {number}"))
                close(session)
                folder, session = left, opened(left)
            elif what in {"disk full", "disk well"}:
                switch = "ON" if what == "disk full" else "OFF"
                session._store.connection.execute(f"PRAGMA query_only = {switch}")
            else:
                before = everything(session)
                was_settled = settled(session)
                try:
                    _do(session, what, rank, value)
                except NotSaved:
                    assert everything(session) == before
                assert was_settled <= session.assessment.said.keys(), "a thread only grows"
            assert (session.assessment, session.forecast) == stored(folder)
            assert session.scores == score(session.grid, session.assessment.answers)
        session._store.connection.execute("PRAGMA query_only = OFF")
        end = everything(session)
        stays = settled(session)
        undone = []
        for edit in islice(iter(session.undo, None), 1000):
            undone.append(edit)
            assert (session.assessment, session.forecast) == stored(folder)
        *values, said, drafts = everything(session)
        if not stays:
            assert (*values, said, drafts) == start
        assert said.keys() == stays
        assert [session.redo() for _ in undone] == undone[::-1]
        assert everything(session) == end
        close(session)


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
