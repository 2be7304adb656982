"""Any edits, on any disk: the screen, the database and the journal agree."""

from __future__ import annotations

import shutil
import tempfile
from itertools import islice
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctg_tui.domain.assessment import NOT_CONCERNED, Action, Coordinator, PreparationTopic, Profile, Rating
from ctg_tui.domain.errors import NotSaved
from ctg_tui.domain.forecast import MAX_SALARY_CENTS, Forecast, ForecastLine
from ctg_tui.domain.scores import score
from ctg_tui.domain.steps import MAX_NUMBER
from ctg_tui.services.editing import Session
from tests.databases import (
    close,
    open_session,
    read_again,
)
from tests.effort import tries
from tests.services.editing import everything
from tests.strategies import any_texts, make_grid

GRID = make_grid(proposed={"m2.a01", "m2.a02", "m2.i01"})

_edits = st.one_of(
    st.tuples(st.just("rate"), st.integers(0, 14), st.sampled_from([*Rating, NOT_CONCERNED, None])),
    st.tuples(st.just("column"), st.integers(0, 2), st.none()),
    st.tuples(st.just("comment"), st.integers(0, 4), any_texts),
    st.tuples(st.just("plan"), st.integers(0, 4), st.none() | st.builds(Action, any_texts, any_texts)),
    st.tuples(st.just("count"), st.integers(0, 2), st.none() | st.integers(0, MAX_NUMBER)),
    st.tuples(st.just("salary"), st.just(0), st.none() | st.integers(0, MAX_SALARY_CENTS)),
    st.tuples(st.just("person"), st.just(0), any_texts),
    st.tuples(st.just("prepare"), st.just(0), any_texts),
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
            session.toggle_policy(grid.policies[rank].id)
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
        case "undo":
            session.undo()
        case "redo":
            session.redo()
        case "leave":
            session.end_typing()


@settings(max_examples=tries(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_edits, max_size=25))
def test_whatever_is_done_what_is_seen_is_what_is_stored_and_undoing_all_gives_the_start_back(
    edits: list[tuple[str, int, object]],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "start"
        folder.mkdir()
        session = open_session(folder, grid=GRID)
        start = everything(session)
        for number, (what, rank, value) in enumerate(edits):
            if what == "restart":
                close(session)
                session = open_session(folder, grid=GRID)
            elif what == "kill":
                # What a killed program leaves is the files as they are, its write-ahead log among them.
                left = Path(shutil.copytree(folder, Path(name) / f"killed {number}"))
                close(session)
                folder, session = left, open_session(left, grid=GRID)
            elif what in {"disk full", "disk well"}:
                switch = "ON" if what == "disk full" else "OFF"
                session._store.connection.execute(f"PRAGMA query_only = {switch}")
            else:
                before = everything(session)
                try:
                    _do(session, what, rank, value)
                except NotSaved:
                    assert everything(session) == before
            assert session.assessment == read_again(folder)
            assert session.scores == score(session.grid, session.assessment.answers)
        session._store.connection.execute("PRAGMA query_only = OFF")
        end = everything(session)
        undone = []
        for edit in islice(iter(session.undo, None), 1000):
            undone.append(edit)
            assert session.assessment == read_again(folder)
        assert everything(session) == start
        assert [session.redo() for _ in undone] == undone[::-1]
        assert everything(session) == end
        close(session)
