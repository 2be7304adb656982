"""The values of changes: how each kind is read, checked, cleaned, and put into an assessment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from ctg_tui.domain.assessment import (
    Answer,
    Assessment,
    Cell,
    Identity,
    Moment,
    PreparationTopic,
    parse_answer,
)
from ctg_tui.domain.changes import BLANK, OPENED, Change, Field, action_text, parse_action, parse_cell_key
from ctg_tui.domain.details import parts, with_part
from ctg_tui.domain.forecast import forecast_text, parse_forecast
from ctg_tui.domain.grid_files import parse_grid
from ctg_tui.domain.log import entry_text, parse_entry
from ctg_tui.domain.review import follow_up_text, parse_follow_up, parse_part, with_follow_up
from ctg_tui.domain.text import clean


def _parse_set_aside(text: str) -> Answer | None:
    return None if text == BLANK else parse_answer(text)


PLACES: Mapping[Field, tuple[str, Callable[[str], Any], Callable[[str], Any]]] = {
    Field.ANSWER: ("answers", parse_cell_key, parse_answer),
    Field.SET_ASIDE: ("set_aside", parse_cell_key, _parse_set_aside),
    Field.COMMENT: ("comments", str, str),
    Field.NUMBER: ("numbers", str, int),
    Field.REMARK: ("remarks", str, str),
    Field.PREPARATION: ("preparation", PreparationTopic, str),
    Field.ACTION: ("actions", str, parse_action),
}
"""The attribute of an assessment that holds the values of a field, what reads a key, what reads a value."""


def check(change: Change) -> None:
    """Check a change read from a file.

    Raises ValueError, LookupError, TypeError or RecursionError when it makes no sense.
    """
    if change.field in PLACES:
        _, key_of, _ = PLACES[change.field]
        if isinstance(key_of(change.key), Cell) and change.key.count("/") != 1:
            raise ValueError(change.key)
    for text in (change.before, change.after):
        clean_value(change.field, change.key, text)


def clean_value(field: Field, key: str, text: str | None) -> str | None:
    """Return a stored value as the input of its field cleans it; None for no value. Raises as `check` does.

    A field needs a case here unless its values are plain: those are read as `PLACES` says.
    """
    match field:
        case Field.DETAILS:
            return parts(with_part(_NO_DETAILS, key, text))[key]
        case Field.FORECAST:
            return forecast_text(parse_forecast(text)) or text
        case Field.GRID:
            parse_grid(text)
            return clean(text or "")
        case Field.FOLLOW_UP:
            row = parse_follow_up(key, text)
            return None if row is None else follow_up_text(row)
        case Field.REVIEW:
            return parse_part(key, text) or text
    if text is None:
        return None
    match field:
        case Field.LOG_ENTRY:
            return entry_text(parse_entry(text))
        case Field.ACTION:
            action = parse_action(text)
            return action_text(
                action._replace(what=clean(action.what, multiline=True), who=clean(action.who))
            )
        case Field.OPEN_MISSION:
            if text != OPENED:
                raise ValueError(text)
            return text
    _, _, value_of = PLACES[field]
    value_of(text)
    return clean(text, multiline=True)


_NO_DETAILS: Final = Identity(2000, Moment.YEARLY)


def apply(assessment: Assessment, changes: Iterable[Change]) -> Assessment:
    """Return `assessment` with the `after` of every change; it holds no forecast."""
    updated: dict[str, Any] = {}
    for change in changes:
        if change.field is Field.FORECAST:
            continue
        if change.field is Field.DETAILS:
            details = updated.get("identity", assessment.identity)
            updated["identity"] = with_part(details, change.key, change.after)
            continue
        if change.field is Field.GRID:
            updated |= parse_grid(change.after)
            continue
        if change.field is Field.OPEN_MISSION:
            opened = updated.get("open_missions", assessment.open_missions)
            updated["open_missions"] = (
                opened - {change.key} if change.after is None else opened | {change.key}
            )
            continue
        if change.field is Field.FOLLOW_UP:
            given = updated.get("follow_ups", assessment.follow_ups)
            updated["follow_ups"] = with_follow_up(given, change.key, change.after)
            continue
        attribute, key_of, value_of = PLACES[change.field]
        values = updated.setdefault(attribute, dict(getattr(assessment, attribute)))
        key = key_of(change.key)
        if change.after is None:
            values.pop(key, None)
        else:
            values[key] = value_of(change.after)
    return assessment._replace(**updated)
