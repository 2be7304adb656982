"""A grid made from the lines of a workbook: the same whether it is blank or filled, on any machine.

What a workbook does not say (scale, instructions, campaign, funding) is taken from a grid known here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from ctg_tui.domain.grid import Grid
from ctg_tui.domain.text import digest, fold, visible
from ctg_tui.grids.matching import letters
from ctg_tui.spreadsheet import refusals
from ctg_tui.spreadsheet.cells import Sheet
from ctg_tui.spreadsheet.headings import parse_step
from ctg_tui.spreadsheet.rows import (
    ActivityRow,
    IndicatorRow,
    MissionRow,
    SubtitleRow,
    title_letters,
    without_examples,
)
from ctg_tui.spreadsheet.tables import find_tables

SOURCE: Final = "tableur-caf"
"""The provenance of each line: the Caf's own workbook."""

_POLICIES: Final = {"famille": "Famille", "education": "Éducation", "social": "Social"}
_ID: Final = re.compile(r"tableur-[0-9a-f]{8}")
_MOST_MISSIONS: Final = 12
_LONGEST: Final = 2_000
_SHORT_TITLE: Final = 40
_FRAME: Final = ("mode_operatoire", "echelle", "types_indicateur", "campagne", "financement")

Document = dict[str, Any]


def grid_document(sheets: Sequence[Sheet], frame: Document, name: str) -> Document:
    """Return the document of the grid that the tables of `sheets` make; `frame` gives what they do not say.

    Ids follow the order of the lines: `m1.a01`, `m1.i01`. Raises InvalidDocument when there is no table of
    a grid, or more than a grid may hold.
    """
    missions: list[Document] = []
    policies: dict[str, None] = {}
    seen: set[str] = set()
    found, _ = without_examples(list(find_tables(sheets, name)))
    parts = {letters(row.title) for row in found if isinstance(row, SubtitleRow)}
    has_missions = any(isinstance(row, MissionRow) for row in found) or len(parts) > _MOST_MISSIONS
    current = -1
    for row in found:
        match row:
            case MissionRow():
                current = _open_mission(missions, row.number, row.title)
            case SubtitleRow() if not has_missions:
                current = _open_mission(missions, None, row.title)
            case ActivityRow() | IndicatorRow():
                key = letters(row.label)
                if not missions:
                    current = _open_mission(missions, None, "")
                if key and key not in seen:
                    seen.add(key)
                    _add_line(missions[current], row)
                if isinstance(row, ActivityRow):
                    policies |= dict.fromkeys(row.columns.policies)
    # Titles that stand again over figures, as those of a radar, are no activities.
    titles = {letters(mission["titre"]) for mission in missions}
    for mission in missions:
        mission["activites"] = [
            line for line in mission["activites"] if title_letters(line["libelle"]) not in {*titles, ""}
        ]
    missions = [mission for mission in missions if mission["activites"]]
    if not missions:
        raise refusals.without_grid(name)
    if len(missions) > _MOST_MISSIONS:
        raise refusals.too_large(name)
    taken: dict[str, set[str]] = {"titre": set(), "titre_court": set()}
    for rank, mission in enumerate(missions, 1):
        _number(mission, rank)
        for key, texts in taken.items():
            mission[key] = _distinct(mission[key], rank, texts)
    return {
        "grille": {
            "id": f"tableur-{digest(missions)[:8]}",
            "titre": "Grille du tableur de la Caf",
            "organisme": "Caf, d’après son tableur",
            "langue": "fr",
            "version": "1",
            "definition": "Grille lue dans le tableur transmis par la Caf.",
            "source": SOURCE,
        },
        "sources": [{"id": SOURCE, "libelle": "tableur de la Caf", "fait_foi": True}, *_sources(frame)],
        "politiques": [
            {"id": policy, "libelle": _POLICIES[policy], "source": SOURCE}
            for policy in _POLICIES
            if policy in policies
        ],
        **{part: frame[part] for part in _FRAME},
        "missions": missions,
    }


def _sources(frame: Document) -> list[Document]:
    """Return the sources of the parts that are taken from `frame`, as it declares them."""
    used: set[str] = set()
    waiting: list[Any] = [frame[part] for part in _FRAME]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            used |= {value["source"]} if "source" in value else set()
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return [source for source in frame["sources"] if source["id"] in used]


def is_from_workbook(grid: Grid) -> bool:
    """Return whether a grid was made from the lines of a workbook, and has its id still."""
    return _ID.fullmatch(grid.id) is not None


def _mission(number: int, title: str) -> Document:
    title = title or f"Mission {number}"
    return {
        "id": f"m{number}",
        "numero": number,
        "titre": title[:300],
        "titre_court": _short(title),
        "source": SOURCE,
        "activites": [],
        "indicateurs": [],
    }


def _open_mission(missions: list[Document], number: int | None, title: str) -> int:
    """Return the rank of the mission that a title names, added to `missions` when it is a new one.

    A workbook names a mission again in each of its tables, on each of its sheets, or by its number alone.
    """
    for rank, mission in enumerate(missions):
        is_same = letters(title) == letters(mission["titre"])
        if is_same if title else number == mission["numero"]:
            return rank
    missions.append(_mission(len(missions) + 1 if number is None else number, title))
    return len(missions) - 1


def _distinct(title: str, number: int, taken: set[str]) -> str:
    """Return a title that reads like none of `taken`, and add it to them."""
    read_as = fold(visible(title))
    if not read_as or read_as in taken:
        title = f"Mission {number} – {title}" if read_as else f"Mission {number}"
    taken.add(fold(visible(title)))
    return title


def _short(title: str) -> str:
    """Return the beginning of a title, cut between words."""
    words = re.split(r"[«(,:;]", title)[0].strip() or title
    if len(words) <= _SHORT_TITLE:
        return words
    return words[: _SHORT_TITLE + 1].rpartition(" ")[0] or words[:_SHORT_TITLE]


def _add_line(mission: Document, row: ActivityRow | IndicatorRow) -> None:
    label = " ".join(row.label.split())[:_LONGEST]
    if isinstance(row, ActivityRow):
        mission["activites"].append({"libelle": label, "source": SOURCE})
        return
    line: Document = {"libelle": label, "type": _type(row), "source": SOURCE}
    if "chef de projet" in fold(label):
        line["reserve_a"] = "chef-de-projet"
    mission["indicateurs"].append(line)


def _type(row: IndicatorRow) -> str:
    """Return the type of an indicator; empty for a heading, which the column of types leaves blank."""
    column = row.columns.types
    if column is None:
        return "suivi"
    written = fold(row.cells[column].text).strip() if column in row.cells else ""
    if parse_step(written) is not None:
        return ""
    return "evaluation" if written.startswith("eval") else "suivi" if written else ""


def _number(mission: Document, rank: int) -> None:
    """Give a mission and its lines their ids, by their order."""
    mission["id"], mission["numero"] = f"m{rank}", rank
    for kind, letter in (("activites", "a"), ("indicateurs", "i")):
        for number, line in enumerate(mission[kind], 1):
            line["id"] = f"m{rank}.{letter}{number:02d}"
