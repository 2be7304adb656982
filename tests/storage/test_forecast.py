"""The forecast in the database: saved at each edit, gone with its assessment."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Coordinator, Profile
from ctg_tui.domain.forecast import Forecast, ForecastLine
from ctg_tui.services.editing import Session
from ctg_tui.services.forecast import ForecastForm
from ctg_tui.storage.journal import StoredForecast, read_forecast
from ctg_tui.storage.store import Store
from tests.cleanness import is_clean
from tests.databases import write_forecast
from tests.strategies import HOSTILE_TEXTS, charente, make_identity

NOW = datetime(2027, 1, 20, 14, 2, 11, tzinfo=UTC)
PEOPLE = (Coordinator("c1", "Nom", "Prénom", Profile.PROJECT_LEAD),)
FULL = Forecast(
    (
        ForecastLine("Nom", "Prénom", 80_350, 2_400_050, "c1"),
        ForecastLine("Autre"),
    ),
    "charente",
    diagnosis_cents=1_500_000,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "base.db", lambda: NOW) as opened:
        yield opened


@pytest.fixture
def assessment_id(store: Store) -> int:
    return store.create(charente(), make_identity(coordinators=PEOPLE))


def opened(store: Store, assessment_id: int) -> ForecastForm:
    return ForecastForm(Session(store, charente(), assessment_id))


def rows(path: Path, table: str) -> list[tuple[object, ...]]:
    """Return the rows that another program reads in the file."""
    connection = sqlite3.connect(path)
    try:
        return connection.execute(f"SELECT * FROM {table}").fetchall()
    finally:
        connection.close()


def stored(path: Path) -> list[tuple[object, ...]]:
    return rows(path, "value WHERE field = 'previsionnel'")


def test_what_was_written_is_read_again_by_another_opening(store: Store, assessment_id: int) -> None:
    assert write_forecast(store, assessment_id, Forecast((ForecastLine("Reste", "X", 1, 1),))) == NOW
    assert write_forecast(store, assessment_id, FULL) == NOW
    with Store(store.path, lambda: NOW, write=False) as again:
        assert read_forecast(again, assessment_id) == StoredForecast(FULL, NOW)


def test_deleting_the_assessment_takes_its_forecast_away(store: Store, assessment_id: int) -> None:
    other = store.create(charente(), make_identity())
    for one in (assessment_id, other):
        write_forecast(store, one, FULL)
    store.delete(assessment_id)
    assert {row[0] for row in stored(store.path)} == {other}


# The edits of its page.


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
        lambda: forecast.take("diagnostic", "7000"),
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
    assert stored(store.path) == []
    for state in states[1:]:
        assert session.redo() is not None
        again.follow()
        assert again.forecast == state
    assert session.redo() is None


def test_hostile_names_are_stored_clean(store: Store) -> None:
    begun = store.create(charente(), make_identity(coordinators=()))
    session = opened(store, begun)
    for text in HOSTILE_TEXTS:
        person = session.doings["ajouter"].run().removesuffix(".nom")
        for part in ("nom", "prenom"):
            session.put(f"{person}.{part}", text)
    lines = read_forecast(store, begun).forecast.lines
    for text, stored in zip(HOSTILE_TEXTS, lines, strict=True):
        assert stored.last_name, text[:60]
        assert is_clean(stored.last_name), text[:60]
        assert is_clean(stored.first_name), text[:60]


def test_names_written_by_another_tool_are_read_clean(store: Store, assessment_id: int) -> None:
    write_forecast(store, assessment_id, Forecast((ForecastLine("Nom", "Prénom"),)))
    store.connection.execute(
        "UPDATE value SET value = json_replace(value, '$.lignes[0].nom', ?, '$.lignes[0].prenom', ?)"
        " WHERE field = 'previsionnel'",
        ("Nom\x1b]52;c;eA==\x07", "\u202ex"),
    )
    (line,) = read_forecast(store, assessment_id).forecast.lines
    assert is_clean(line.last_name)
    assert is_clean(line.first_name)
