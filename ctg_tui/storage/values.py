"""The values of an assessment in their tables: one row per value, no row without one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import Identity, Moment
from ctg_tui.domain.changes import Change, Field, action_text, parse_action
from ctg_tui.domain.text import clean


class _Table(NamedTuple):
    name: str
    keys: tuple[str, ...]
    value: str
    to_sql: Callable[[str], object] = str


_TABLES: Mapping[Field, _Table] = {
    Field.ANSWER: _Table("answer", ("activity", "policy"), "note"),
    Field.SET_ASIDE: _Table("set_aside", ("activity", "policy"), "note"),
    Field.COMMENT: _Table("comment", ("activity",), "text"),
    Field.NUMBER: _Table("indicator_number", ("indicator",), "number", int),
    Field.REMARK: _Table("indicator_remark", ("indicator",), "text"),
    Field.PREPARATION: _Table("preparation", ("topic",), "text"),
    Field.ACTION: _Table("action", ("activity",), "action"),
    Field.FOLLOW_UP: _Table("follow_up", ("subject",), "answer"),
}


def _write_statement(table: _Table) -> str:
    columns = ("assessment_id", *table.keys, table.value)
    marks = ", ".join("?" * len(columns))
    keys = ", ".join(("assessment_id", *table.keys))
    return (
        f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})"
        f" ON CONFLICT ({keys}) DO UPDATE SET {table.value} = excluded.{table.value}"
    )


def _delete_statement(table: _Table) -> str:
    matches = " AND ".join(f"{key} = ?" for key in table.keys)
    return f"DELETE FROM {table.name} WHERE assessment_id = ? AND {matches}"


def _read_statement(table: _Table) -> str:
    matches = " AND ".join(f"{key} = ?" for key in table.keys)
    return f"SELECT {table.value} FROM {table.name} WHERE assessment_id = ? AND {matches}"


_READ = {field: _read_statement(table) for field, table in _TABLES.items()}
_WRITE = {field: _write_statement(table) for field, table in _TABLES.items()}
_DELETE = {field: _delete_statement(table) for field, table in _TABLES.items()}


def clean_value(field: Field, key: str, text: str) -> str:
    """Return a value cleaned for display, as the input of its field cleans it."""
    if field is Field.DETAILS:
        from ctg_tui.domain.details import parts, with_part  # a start needs none of it

        return parts(with_part(_NO_DETAILS, key, text))[key]
    if field is Field.FORECAST:
        from ctg_tui.domain.forecast_text import forecast_text, parse_forecast

        return forecast_text(parse_forecast(text)) or text
    if field is Field.GRID:
        return clean(text)
    if field is Field.PROPOSED_LINES:
        return text
    if field is Field.LOG_ENTRY:
        from ctg_tui.domain.log import entry_text, parse_entry

        return entry_text(parse_entry(text))
    if field is Field.FOLLOW_UP:
        from ctg_tui.domain.follow_ups import follow_up_text, parse_follow_up

        row = parse_follow_up(key, text)
        return text if row is None else follow_up_text(row)
    if field is Field.REVIEW:
        from ctg_tui.domain.review_draft import parse_part

        return parse_part(key, text) or text
    if field is Field.ACTION:
        action = parse_action(text)
        return action_text(action._replace(what=clean(action.what, multiline=True), who=clean(action.who)))
    return clean(text, multiline=True)


_NO_DETAILS: Final = Identity(2000, Moment.YEARLY)


def _keys(change: Change) -> list[str]:
    return change.key.split("/") if len(_TABLES[change.field].keys) > 1 else [change.key]


def read_value(connection: sqlite3.Connection, assessment_id: int, change: Change) -> str | None:
    """Return the stored value at the place of `change`, spelt as in the journal; None without a row.

    A fact of a log is in the log of the number `assessment_id`, a part of a review in the one of that number.
    """
    if change.field is Field.DETAILS:
        from ctg_tui.domain.details import parts
        from ctg_tui.storage.details import read_details

        return parts(read_details(connection, assessment_id))[change.key]
    if change.field is Field.FORECAST:
        from ctg_tui.domain.forecast_text import forecast_text
        from ctg_tui.storage.forecast_rows import read_rows

        return forecast_text(read_rows(connection, assessment_id).forecast)
    if change.field is Field.GRID:
        from ctg_tui.storage.grid_rows import read_grid

        return read_grid(connection, assessment_id)
    if change.field is Field.PROPOSED_LINES:
        query = "SELECT proposed_lines FROM assessment WHERE id = ?"
        return str(connection.execute(query, (assessment_id,)).fetchone()[0])
    if change.field is Field.LOG_ENTRY:
        from ctg_tui.storage.logs import read_entry

        return read_entry(connection, assessment_id, change.key)
    if change.field is Field.REVIEW:
        from ctg_tui.storage.review_drafts import read_part

        return read_part(connection, assessment_id, change.key)
    row = connection.execute(_READ[change.field], (assessment_id, *_keys(change))).fetchone()
    return None if row is None else str(row[0])


def write_value(connection: sqlite3.Connection, assessment_id: int, change: Change, now: datetime) -> None:
    """Write the row of `change.after`, or delete the row when None; inside the caller's transaction."""
    if change.field is Field.DETAILS:
        from ctg_tui.domain.details import with_part
        from ctg_tui.storage.details import read_details, write_details

        details = with_part(read_details(connection, assessment_id), change.key, change.after)
        write_details(connection, assessment_id, details)
        return
    if change.field is Field.FORECAST:
        from ctg_tui.domain.forecast_text import parse_forecast
        from ctg_tui.storage.forecast_rows import write_rows

        forecast = None if change.after is None else parse_forecast(change.after)
        write_rows(connection, assessment_id, forecast, now)
        return
    if change.field is Field.GRID:
        from ctg_tui.storage.grid_rows import write_grid

        write_grid(connection, assessment_id, change.after)
        return
    if change.field is Field.PROPOSED_LINES:
        connection.execute(
            "UPDATE assessment SET proposed_lines = ? WHERE id = ?", (int(change.after or ""), assessment_id)
        )
        return
    if change.field is Field.LOG_ENTRY:
        from ctg_tui.storage.logs import write_entry

        write_entry(connection, assessment_id, change.key, change.after)
        return
    if change.field is Field.REVIEW:
        from ctg_tui.storage.review_drafts import write_part

        write_part(connection, assessment_id, change.key, change.after)
        return
    table = _TABLES[change.field]
    keys = _keys(change)
    if change.after is None:
        connection.execute(_DELETE[change.field], (assessment_id, *keys))
    else:
        connection.execute(_WRITE[change.field], (assessment_id, *keys, table.to_sql(change.after)))


def read_values(connection: sqlite3.Connection, assessment_id: int) -> Iterator[Change]:
    """Return every answer of an assessment, as changes from None; all texts are cleaned."""
    for field, table in _TABLES.items():
        columns = ", ".join((*table.keys, table.value))
        query = f"SELECT {columns} FROM {table.name} WHERE assessment_id = ?"
        for *keys, value in connection.execute(query, (assessment_id,)):
            key = clean("/".join(keys))
            yield Change(field, key, None, clean_value(field, key, str(value)))
