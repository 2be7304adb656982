"""A grid made of the lines of a workbook: the same whether it is blank or filled, wherever it is read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, takewhile
from textwrap import shorten
from typing import Any, Final

from ctg_tui.domain.grid import Grid, Policy
from ctg_tui.domain.text import digest, fold, words_of
from ctg_tui.spreadsheet.cells import Sheet, letters, text_of, words
from ctg_tui.spreadsheet.columns import Policies, ends_table, is_legend, is_title
from ctg_tui.spreadsheet.understanding import Line, SheetColumns, Tables, lines_of, tables_of
from ctg_tui.wording import spreadsheet as refusals

SOURCE: Final = "tableur-caf"
"""The provenance of each line: the Caf's own workbook."""
_ID: Final = re.compile(r"tableur-[0-9a-f]{8}")
_LONGEST: Final = 2_000
_LONGEST_TITLE: Final = 300
_SHORT_TITLE: Final = 40
_FRAME: Final = ("mode_operatoire", "echelle", "types_indicateur", "campagne", "financement")
_MISSION: Final = re.compile(
    r"(?P<kind>mission|axe|volet|th[eè]me|orientation|enjeu|partie)\s*(?:n\s*°?\s*)?"
    r"(?P<number>\d{1,2}|[ivx]{1,4})\b\s*[:.)–—-]*\s*(?P<title>.*)",
    re.IGNORECASE | re.DOTALL,
)

Document = dict[str, Any]
KnownIds = Mapping[tuple[bool, str], str]
"""The id of each line known here, by whether it is an indicator and by its words."""


def is_from_workbook(grid: Grid) -> bool:
    """Return whether a grid was made from the lines of a workbook, and has its id still."""
    return _ID.fullmatch(grid.id) is not None


def grid_document(
    sheets: Sequence[Sheet],
    frame: Document,
    name: str,
    said: SheetColumns,
    known: KnownIds,
) -> Document:
    """Return the document of the grid that the tables of `sheets` make; `frame` gives what they do not say.

    A line takes the id that `known` has for its words, else one made of them: a line added between others
    changes no id of theirs. Raises InvalidDocument when there is no table of a grid.
    """
    missions: dict[str, Document] = {}
    policies: set[str] = set()
    every = tuple(Policy(row["id"], row["libelle"]) for row in frame["politiques"])
    for line, kind, mission in _lines(tables_of(sheets, every, name, said), every):
        policies |= {policy or line.policy for policy, _ in line.columns.answers.values()}
        made = missions.setdefault(
            letters(mission), {"titre": mission[:_LONGEST_TITLE], "activites": [], "indicateurs": []}
        )
        label = " ".join(line.label.split())[:_LONGEST]
        made[kind].append(
            {"libelle": label, "source": SOURCE} | (_counted(line) if kind != "activites" else {})
        )
    found = [mission for mission in missions.values() if mission["activites"]]
    if not found:
        raise refusals.without_grid(name)
    _name(found, known)
    return {
        "grille": {
            "id": f"tableur-{digest(found)[:8]}",
            "titre": "Grille du tableur de la Caf",
            "organisme": "Caf, d’après son tableur",
            "langue": "fr",
            "version": "1",
            "definition": "Grille lue dans le tableur transmis par la Caf.",
            "source": SOURCE,
        },
        "sources": [{"id": SOURCE, "libelle": "tableur de la Caf", "fait_foi": True}, *_sources(frame)],
        "politiques": [
            {"id": policy.id, "libelle": policy.label, "source": SOURCE}
            for policy in every
            if policy.id in policies
        ],
        **{part: frame[part] for part in _FRAME},
        "missions": found,
    }


def _mission(text: str) -> str:
    """Return the title of the mission that a text names; empty for any other text."""
    found = _MISSION.fullmatch(text.strip()) if len(text) < _LONGEST_TITLE else None
    return "" if found is None else found["title"] or f"{found['kind'].capitalize()} {found['number']}"


def _lines(tables: Tables, policies: Policies) -> Iterator[tuple[Line, str, str]]:
    """Yield each line once, whether it is an activity or an indicator, and the title of its mission."""
    seen: set[str] = set()
    mission = ""
    for _, group in groupby(lines_of(tables, policies), key=lambda line: line.table):
        lines = list(group)
        sheet, head = lines[0].sheet, lines[0].columns.head
        above = (cell.text for place, cell in sorted(sheet.cells.items()) if head - 3 <= place.row <= head)
        mission = [_mission(sheet.name) or mission, *filter(None, map(_mission, above))][-1]
        kind = "activites"
        headings: Mapping[int, str] = {}
        for line in takewhile(lambda line: not ends_table(line.cells), lines):
            if line.headings and line.headings is not headings:
                kind, headings = "indicateurs", line.headings
            key = letters(line.label)
            if title := _mission(line.label):
                mission, kind = title, "activites"
                seen.add(letters(title))  # over the figures of a radar it is no line
            elif key and not (
                key in {*seen, *line.columns.headings}
                or (is_legend if kind == "indicateurs" else is_title)(line.label)
            ):
                seen.add(key)
                yield line, kind, mission


def _counted(line: Line) -> Document:
    """Return the type of an indicator; a blank one is a heading where a column has them."""
    column = next((one for one, text in line.headings.items() if words(text) in ("type", "types")), None)
    written = fold(text_of(line.cells, column)).strip()
    kind = "suivi" if column is None or written else ""
    reserved = {"reserve_a": "chef-de-projet"} if "chef de projet" in fold(line.label) else {}
    return {"type": "evaluation" if written.startswith("eval") else kind} | reserved


def _name(missions: Sequence[Document], known: KnownIds) -> None:
    """Give missions ids by their order and short titles that differ, and lines ids by their words."""
    taken: set[str] = set()
    named: list[tuple[tuple[bool, str], Document]] = []
    for rank, mission in enumerate(missions, 1):
        title = mission["titre"] or f"Mission {rank}"
        short = shorten(re.split(r"[«(,:;]", title)[0], _SHORT_TITLE, placeholder="") or title[:_SHORT_TITLE]
        short = f"Mission {rank}" if fold(short) in taken else short
        taken.add(fold(short))
        mission |= {"titre": title, "titre_court": short, "id": f"m{rank}", "numero": rank, "source": SOURCE}
        for kind in ("activites", "indicateurs"):
            named += [((kind == "indicateurs", words_of(line["libelle"])), line) for line in mission[kind]]
    numbers = Counter(key for key, _ in named)
    for (is_indicator, text), line in named:
        if numbers[is_indicator, text] > 1:  # told apart by their numbering or their signs alone
            text = letters(line["libelle"])
        made = f"{'i' if is_indicator else 'a'}-{digest(text)[:12]}"
        line["id"] = known.get((is_indicator, text), made)


def _sources(frame: Document) -> list[Document]:
    """Return the sources of the parts that are taken from `frame`, as it declares them."""
    parts = str([frame[part] for part in _FRAME])
    return [source for source in frame["sources"] if f"'source': {source['id']!r}" in parts]
