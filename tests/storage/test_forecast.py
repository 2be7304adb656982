"""The forecast in the database: saved at each edit, gone with its assessment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Coordinator, Profile
from ctg_tui.services.editing import Session
from ctg_tui.services.forecast import ForecastForm
from ctg_tui.storage.store import Store
from tests.databases import rows
from tests.strategies import charente, make_identity

NOW = datetime(2027, 1, 20, 14, 2, 11, tzinfo=UTC)
PEOPLE = (Coordinator("c1", "Nom", "Prénom", Profile.PROJECT_LEAD),)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "base.db", lambda: NOW) as opened:
        yield opened


@pytest.fixture
def assessment_id(store: Store) -> int:
    return store.create(charente(), make_identity(coordinators=PEOPLE))


def opened(store: Store, assessment_id: int) -> ForecastForm:
    return ForecastForm(Session(store, charente(), assessment_id))


def test_what_is_done_to_the_forecast_is_undone_and_redone_after_a_restart(
    store: Store, assessment_id: int
) -> None:
    forecast = opened(store, assessment_id)
    states = [forecast.forecast]
    edits: tuple[Callable[[], object], ...] = (
        lambda: forecast.take("personnes.1.heures", "803,5"),
        lambda: forecast.take("personnes.1.cout", "24000"),
        forecast.doings["ajouter"].run,
        lambda: forecast.take("taux", "national"),
        lambda: forecast.doings["personnes.2.retirer"].run(),
    )
    for edit in edits:
        edit()
        forecast.end_typing()
        states.append(forecast.forecast)
    session = Session(store, charente(), assessment_id)
    again = ForecastForm(session)
    for state in reversed(states[:-1]):
        assert session.undo() is not None
        again.follow()
        assert again.forecast == state
    assert session.undo() is None
    assert rows(store.path, "SELECT 1 FROM value WHERE field = 'previsionnel'") == []
    for state in states[1:]:
        assert session.redo() is not None
        again.follow()
        assert again.forecast == state
    assert session.redo() is None
