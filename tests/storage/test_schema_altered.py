"""Tables that another program changed: read, never written; every row copied to a fresh file on request."""

from __future__ import annotations

import contextlib
import errno
import shutil
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import NOT_CONCERNED, Cell, Rating
from ctg_tui.domain.errors import DatabaseRefusal, NotSaved
from ctg_tui.domain.forecast import Forecast, ForecastLine
from ctg_tui.domain.grid import Origin
from ctg_tui.grids.catalogue import GridFile
from ctg_tui.services.backups import CheckResult, State, Terminal, back_up, examine, restore
from ctg_tui.services.workspace import open_to_work
from ctg_tui.storage import backups
from ctg_tui.storage.opening import aside_files, connect
from ctg_tui.storage.schema import EXPECTED, SCHEMA_VERSION, look
from ctg_tui.storage.store import Store
from tests.databases import (
    DATABASE_NAME,
    FIRST_CELL,
    SECOND_CELL,
    Clock,
    insertion,
    raw,
    read_again,
    rows,
    session_on,
    write_forecast,
)
from tests.each_row import each_row, new_folder
from tests.strategies import make_grid, make_identity

TRIGGER = "CREATE TRIGGER efface AFTER INSERT ON journal BEGIN DELETE FROM value WHERE key <> new.key; END"
ALTERATIONS = {
    "trigger": TRIGGER,
    "unique index": "CREATE UNIQUE INDEX une_note ON value (field, key)",
    "computed index": "CREATE INDEX calcul ON value (lower(value))",
    "partial index": "CREATE INDEX partiel ON value (value) WHERE lower(value) IS NOT NULL",
    "column added": "ALTER TABLE value ADD COLUMN couleur TEXT NOT NULL DEFAULT 'rouge'",
    "index dropped": "DROP INDEX journal_step",
    "version lost": "PRAGMA user_version = 0",
}
LEFT_IN_PEACE = (
    "CREATE VIEW v_notes AS SELECT * FROM answer",
    "CREATE TABLE a_moi (x TEXT)",
    "CREATE INDEX par_note ON value (value, key COLLATE NOCASE DESC)",
    "CREATE UNIQUE INDEX a_moi_x ON a_moi (x)",
    "ANALYZE",
)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    with session_on(tmp_path) as session:
        session.rate(FIRST_CELL, Rating.FULLY)
        session.rate(SECOND_CELL, NOT_CONCERNED)
        session.comment("m1.a01", "un commentaire")
    return tmp_path / DATABASE_NAME


def alter(database: Path, *statements: str) -> None:
    with raw(database) as connection:
        for statement in statements:
            connection.execute(statement)


def schema_of(database: Path) -> list[tuple[object, ...]]:
    query = (
        "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY name"
    )
    return rows(database, query)


def doctor(database: Path, *, correct: bool = False) -> dict[str, CheckResult]:
    found = examine(database, Terminal(120, 40, "utf-8", "xterm", "riche"), Clock(), correct=correct)
    return {result.code: result for result in found}


def refusal_of(database: Path) -> DatabaseRefusal:
    with pytest.raises(DatabaseRefusal) as caught:
        Store(database, Clock())
    return caught.value


def test_the_tables_of_a_new_database_are_those_that_opening_expects(database: Path) -> None:
    assert {name: sql for name, sql in schema_of(database) if "_sqlite_" not in str(name)} == EXPECTED


def everything(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of every table that opening expects, and the highest ids given."""
    tables = [name for name, sql in EXPECTED.items() if sql.startswith("CREATE TABLE")]
    return {name: rows(database, f"SELECT * FROM {name}") for name in [*tables, "sqlite_sequence"]}


def put_aside(database: Path) -> Path:
    (aside,) = aside_files(database)
    return aside


@each_row("statement", ALTERATIONS.values())
def test_altered_tables_are_read_never_written_and_copied_on_request(database: Path, statement: str) -> None:
    database = Path(shutil.copy(database, new_folder(database.parent)))
    before, schema = everything(database), schema_of(database)
    alter(database, statement)
    altered = database.read_bytes()

    refusal = refusal_of(database)
    assert refusal.code == "base-alteree"
    assert f'docteur --corriger --base "{database}"' in refusal.advice
    assert read_again(database.parent).answers == {FIRST_CELL: Rating.FULLY, SECOND_CELL: NOT_CONCERNED}
    assert doctor(database)["base-alteree"].state is State.PROBLEM
    assert database.read_bytes() == altered

    found = doctor(database, correct=True)["base-alteree"]
    assert found.state is State.REPAIRED
    assert str(put_aside(database)) in found.found
    assert put_aside(database).read_bytes() == altered
    assert schema_of(database) == schema
    assert rows(database, "PRAGMA user_version") == [(SCHEMA_VERSION,)]
    assert everything(database) == before
    assert doctor(database)["base"].state is State.GOOD
    with session_on(database.parent) as session:
        session.rate(SECOND_CELL, Rating.PARTLY)
        assert session.undo()
    assert read_again(database.parent).answers == {FIRST_CELL: Rating.FULLY, SECOND_CELL: NOT_CONCERNED}


def test_a_trigger_put_in_at_noon_loses_nothing_answered_that_day(database: Path) -> None:
    """In a window that is open, then after `docteur --corriger`; the backup of the morning is older."""
    back_up(database, Clock())
    third = Cell("m1.a03", "famille")
    with session_on(database.parent) as session:
        session.rate(third, Rating.PARTLY)
        alter(database, TRIGGER)
        with pytest.raises(NotSaved) as caught:
            session.comment("m1.a02", "après midi")
        assert (caught.value.code, caught.value.waits) == ("base-alteree", True)
        assert "docteur --corriger" in caught.value.advice
    answered = {FIRST_CELL: Rating.FULLY, SECOND_CELL: NOT_CONCERNED, third: Rating.PARTLY}
    assert read_again(database.parent).answers == answered
    assert doctor(database, correct=True)["base-alteree"].state is State.REPAIRED
    with session_on(database.parent) as session:
        session.comment("m1.a02", "après midi")
    found = read_again(database.parent)
    assert found.answers == answered
    assert found.comments == {"m1.a01": "un commentaire", "m1.a02": "après midi"}


def test_a_table_added_while_a_window_is_open_stops_no_edit(database: Path) -> None:
    with session_on(database.parent) as session:
        alter(database, *LEFT_IN_PEACE)
        session.rate(SECOND_CELL, Rating.PARTLY)
    assert read_again(database.parent).answers[SECOND_CELL] is Rating.PARTLY


def test_what_others_add_beside_our_tables_is_left_in_peace(database: Path) -> None:
    alter(database, *LEFT_IN_PEACE)
    schema = schema_of(database)
    with session_on(database.parent) as session:
        session.rate(SECOND_CELL, Rating.PARTLY)
    assert schema_of(database) == schema
    alter(database, TRIGGER)
    doctor(database, correct=True)
    kept = {name for name, _ in schema_of(put_aside(database))}
    assert {"v_notes", "a_moi", "par_note", "efface"} <= kept, "what is not ours is in the file put aside"


def test_all_that_the_program_keeps_comes_along_and_no_number_is_given_again(database: Path) -> None:
    grid = make_grid()
    with Store(database, Clock()) as store:
        write_forecast(store, 1, Forecast((ForecastLine("Nom", "Prénom", 80_350, 2_400_050),)))
        store.keep_grid(GridFile(grid, "grille.toml", b"octets", Origin.INSTALLED))
        store.delete(store.create(grid, make_identity(year=2028)))
    before = everything(database)
    assert all(before[table] for table in ("document", "forecast_value", "forecast_journal"))
    alter(
        database, "ALTER TABLE assessment ADD COLUMN couleur TEXT", "UPDATE assessment SET couleur = 'rouge'"
    )
    assert doctor(database, correct=True)["base-alteree"].state is State.REPAIRED
    assert everything(database) == before
    with Store(database, Clock()) as store:
        assert store.create(grid, make_identity(year=2028)) == 3


def test_rows_that_do_not_fit_are_named_and_all_others_copied(database: Path) -> None:
    """A value no version writes, two of one place, one of an assessment that is not there, a broken text."""
    before = everything(database)
    loose = EXPECTED["value"].replace("ELSE value <> '' END", "ELSE 1 END")
    loose = loose.replace("REFERENCES assessment (id) ON DELETE CASCADE", "")
    loose = loose.replace(",\n    PRIMARY KEY (owner, field, key)", "").replace(", WITHOUT ROWID", "")
    alter(
        database,
        "CREATE TABLE autrefois AS SELECT owner, field, key, value, at FROM value",
        "DROP TABLE value",
        loose,
        "INSERT INTO value (owner, field, key, value, at) SELECT * FROM autrefois",
        insertion(1, "commentaire", "m1.a02", ""),
        insertion(1, "note", "m1.a01/famille", "0"),
        insertion(99, "commentaire", "m1.a01", "de personne"),
        insertion(1, "commentaire", "m1.a03", "x").replace("'x'", "CAST(X'41FF' AS TEXT)"),
    )
    altered = database.read_bytes()
    assert doctor(database)["base-alteree"].state is State.PROBLEM
    found = doctor(database, correct=True)["base-alteree"]
    assert found.state is State.ATTENTION
    said = found.found.replace("\N{NO-BREAK SPACE}", " ")
    assert "table « value », 4 lignes" in said
    for key in (
        "1 commentaire m1.a02",
        "1 note m1.a01/famille",
        "99 commentaire m1.a01",
        "1 commentaire m1.a03",
    ):
        assert f"« {key} »" in said
    assert everything(database) == before
    assert put_aside(database).read_bytes() == altered
    assert doctor(database)["base"].state is State.GOOD


def test_a_table_that_is_gone_is_named_with_the_backup_that_may_have_it(database: Path) -> None:
    back_up(database, Clock())
    before = everything(database)
    alter(database, "DROP TABLE journal")
    assert refusal_of(database).code == "base-abimee"
    for correct in (False, True):
        found = doctor(database, correct=correct)["base-alteree"]
        assert "« journal »" in found.found.replace("\N{NO-BREAK SPACE}", " ")
        assert "restaurer 1" in found.advice
    assert everything(database) == {**before, "journal": []}
    alter(database, "DROP TABLE assessment")
    altered = database.read_bytes()
    assert "restaurer" in doctor(database, correct=True)["base-abimee"].advice, "nothing would be left"
    assert database.read_bytes() == altered


def test_a_row_that_breaks_a_rule_of_ours_is_named_and_the_rest_copied(database: Path) -> None:
    with raw(database) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        columns = "(id, kind, name, facts, stored_at, content) VALUES ('a', 'inconnu', 'a', '{}', '', x'')"
        connection.execute(f"INSERT INTO document {columns}")
    assert refusal_of(database).code == "base-alteree"
    assert FIRST_CELL in read_again(database.parent).answers, "what is known is still read"
    with raw(database) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("UPDATE value SET value = '9' WHERE value = 'NC'")
    assert "docteur --corriger" in doctor(database)["base-alteree"].advice
    found = doctor(database, correct=True)["base-alteree"]
    assert "« 1 note m1.a02/famille »" in found.found.replace("\N{NO-BREAK SPACE}", " ")
    assert read_again(database.parent).answers == {FIRST_CELL: Rating.FULLY}


def test_an_order_that_is_not_here_hides_no_row(database: Path) -> None:
    before = everything(database)
    with raw(database) as connection:
        connection.create_collation("ordre", lambda a, b: (a > b) - (a < b))
        connection.execute("CREATE INDEX a_moi ON value (value COLLATE ordre)")
    assert doctor(database, correct=True)["base-alteree"].state is State.REPAIRED
    assert everything(database) == before


@pytest.mark.parametrize("stopped", ["copy_database", "made_folder"])
def test_a_disk_that_refuses_the_copy_leaves_the_file_as_it_was(
    database: Path, monkeypatch: pytest.MonkeyPatch, stopped: str
) -> None:
    alter(database, TRIGGER)
    altered = database.read_bytes()

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no room")

    with monkeypatch.context() as patched:
        patched.setattr(backups, stopped, refuse)
        found = doctor(database, correct=True)
    assert {"disque-plein", "sauvegarde-impossible"} & found.keys()
    assert database.read_bytes() == altered
    assert aside_files(database) == ()
    assert refusal_of(database).code == "base-alteree", "its lock was released"
    assert doctor(database, correct=True)["base-alteree"].state is State.REPAIRED


def test_a_file_open_in_a_window_is_not_copied(database: Path) -> None:
    with session_on(database.parent):
        alter(database, TRIGGER)
        altered = database.read_bytes()
        assert doctor(database, correct=True)["base-occupee"].state is State.PROBLEM
        assert database.read_bytes() == altered


def test_every_command_tells_the_same_of_a_base_whose_version_was_lost(database: Path) -> None:
    alter(database, "PRAGMA user_version = 0")
    assert refusal_of(database).code == "base-alteree"
    assert read_again(database.parent).answers[FIRST_CELL] is Rating.FULLY
    assert "version 0" in doctor(database)["base-alteree"].found
    content = back_up(database, Clock()).content
    assert content is not None
    assert content.answers == 2


def test_a_backup_can_take_the_place_of_an_altered_base(database: Path) -> None:
    backup = back_up(database, Clock())
    alter(database, TRIGGER)
    done = restore(database, backup.path, Clock())
    assert done.undo is not None
    assert done.put_aside == ()
    Store(database, Clock()).close()


def test_a_backup_restored_over_an_altered_base_that_is_only_read_is_open_for_writing(database: Path) -> None:
    backup = back_up(database, Clock())
    alter(database, TRIGGER)
    workspace = open_to_work(database, None, Clock())
    with pytest.raises(DatabaseRefusal, match="autre programme"):
        workspace.delete(1)
    workspace.restore(backup.path)
    workspace.delete(1)
    assert workspace.summaries() == ()
    workspace.close()


def test_comparing_the_tables_is_one_query(database: Path) -> None:
    with contextlib.closing(connect(database, write=False)) as connection:
        seen: list[str] = []
        connection.set_trace_callback(seen.append)
        look(connection)
    assert len(seen) == 2  # with that of the version
