"""The history of a line, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from ctg_tui.domain.change_sources import TYPED
from ctg_tui.domain.changes import Change, Edit, Field, JournalEntry, Operation, parse_cell_key
from ctg_tui.domain.details import Part
from ctg_tui.domain.grid import Grid
from ctg_tui.system.local_time import local_time
from ctg_tui.wording.french import NBSP, clock_time, day, short_day

_OPERATIONS: Final = {
    Operation.CARRY_OVER: "NC repris de l’évaluation précédente",
    Operation.COMMENT: "commentaire",
    Operation.NUMBER: "nombre",
    Operation.REMARK: "commentaire",
    Operation.PREPARATION: "préparation",
    Operation.ACTION: "action",
    Operation.FORECAST: "prévisionnel",
    Operation.IMPORT: "reprise d’un fichier",
    Operation.PROPOSED_LINES: "lignes proposées de côté ou reprises",
    Operation.ADOPTION: "changement de grille",
    Operation.LOG_ENTRY: "fait du carnet",
    Operation.FOLLOW_UP: "réponse à l’avis",
    Operation.REVIEW: "avis",
    Operation.OTHER: "modification",
}
PARTS: Final = {
    Part.YEAR: "année",
    Part.MOMENT: "moment",
    Part.TERRITORY: "territoire",
    Part.PEOPLE: "personnes",
    Part.ADVISER: "contact Caf",
}


def edit_name(grid: Grid, edit: Edit) -> str:
    """Return the name of an edit, as the pages say it: `note 2`, `politique Famille en NC, mission 1`."""
    answers = [change for change in edit.changes if change.field is Field.ANSWER]
    if edit.op in {Operation.RATE, Operation.RATE_LINE} and answers:
        line = edit.op is Operation.RATE_LINE
        if answers[0].after is None:
            return "ligne effacée" if line else "note effacée"
        return f"ligne notée {answers[0].after}" if line else f"note {answers[0].after}"
    if edit.op is Operation.TOGGLE_COLUMN and answers:
        return _column_name(grid, answers)
    if edit.op is Operation.DETAILS:
        return f"renseignements ({', '.join(PARTS[Part(change.key)] for change in edit.changes)})"
    return _OPERATIONS.get(edit.op, _OPERATIONS[Operation.OTHER])


def _column_name(grid: Grid, answers: Sequence[Change]) -> str:
    policy = parse_cell_key(answers[0].key).policy
    known = grid.policies_by_id.get(policy)
    state = "en NC" if answers[0].after == "NC" else "rétablie"
    lines = [parse_cell_key(change.key).activity for change in answers]
    missions = {grid.mission_of[line].number for line in lines if line in grid.mission_of}
    where = f", mission {missions.pop()}" if len(missions) == 1 < len(grid.missions) else ""
    return f"politique {known.label if known else policy} {state}{where}"


def history_lines(grid: Grid, entries: Iterable[JournalEntry], today: date) -> tuple[str, ...]:
    """Return one sentence per change, in local time: `Famille : 1 → 2, le 12 janvier à 14:02`.

    The year is given when it is not the current one, the cell of a workbook when the value was read there.
    """
    return tuple(
        f"{_what(grid, entry)}{_whence(entry.change.source)}, le {_when(local_time(entry.at), today)}"
        for entry in entries
    )


def _whence(source: str) -> str:
    """Return ` (tableur, Grille!C14)` for a value read in a workbook; nothing for one that was typed."""
    if source == TYPED:
        return ""
    kind, _, rest = source.partition(" ")
    address = rest.partition(" ")[2]
    return f" (tableur, {address})" if kind == "tableur" and address else " (fichier repris)"


def _when(moment: datetime, today: date) -> str:
    on = moment.date()
    return f"{short_day(on) if on.year == today.year else day(on)} à {clock_time(moment)}"


def _what(grid: Grid, happening: JournalEntry) -> str:
    change = happening.change
    if change.field is Field.ANSWER:
        policy = grid.policies_by_id.get(parse_cell_key(change.key).policy)
        name = policy.label if policy else parse_cell_key(change.key).policy
        return f"{name}{NBSP}: {change.before or 'sans réponse'} → {change.after or 'sans réponse'}"
    verb = "écrit" if change.before is None else "effacé" if change.after is None else "modifié"
    return f"{change.field.value.capitalize()} {verb}{'e' if change.field is Field.ACTION else ''}"
