"""The map of the package: rooms × capabilities, drawn in docs/architecture.md and held by the tests.

In every room, what belongs to a capability stands under the capability's one name, a module or a folder; what
belongs to none is the room's core, listed here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).parents[1] / "ctg_tui"

CAPABILITIES: Final = {
    "grid": ("Grille", "answers, comments, indicators"),
    "home": ("Accueil", "the list, a new year, the example"),
    "opening": ("Ouvrir un fichier", "any file given: found, what it is, what is taken"),
    "details": ("Vous", "territory, people, adviser"),
    "meeting": ("Entretien", "strengths, help, training, actions over the years"),
    "forecast": ("Prévisionnel", "the other piece, the estimate"),
    "results": ("Résultats", "figures, calculation, radar, the years"),
    "sending": ("Envoi", "the submission, the files, the mail"),
    "received": ("Reçues", "files of others"),
    "consolidation": ("–", "the files of many, in one workbook"),
    "completing": ("Mettre dans la mienne", "a colleague's file put into one's own"),
    "answers": ("Réponses", "what the Caf said, answered"),
    "spreadsheet": ("Tableur", "a Caf's workbook in, out"),
    "backups": ("Sauvegardes", "backup, restore, doctor, erase"),
    "help": ("Aide", "F1, the framework, words"),
}
"""Each capability: its name on the screen, and what it holds."""

CORE: Final = {
    "cli": "commands form options terminal",
    "tui": "app characters commands dialogs form_page grid_view key_gate later page steps "
    "textual_internals widgets",
    "text_mode": "dialogue form",
    "services": "editing exchange files forms sending_form workspace",
    "storage": "connection database documents journal refusals schema store",
    "spreadsheet": "cells columns filling new_grid reader returned_workbook understanding",
    "report": "html mail reply_workbook sheets tables",
    "grids": "catalogue",
    "wording": "changes french lines thread typed",
    "system": "computer files",
    "domain": "assessment changes edits errors scores steps text thread",
}
"""The modules of each room that belong to no capability; in report, spreadsheet and the rooms without
capabilities they are named after their subject."""


def misnamed(package: Path = PACKAGE) -> list[str]:
    """Return the modules and folders named neither after a capability nor in the core of their room."""
    return [
        f"{room}/{name}"
        for room, core in CORE.items()
        for name in _names(package / room)
        if name not in CAPABILITIES and name not in core.split()
    ]


def table() -> str:
    """Return the table of docs/architecture.md: the lines of code at each crossing."""
    rooms = [room for room in CORE if any(_lines(room, name) for name in CAPABILITIES)]
    rows = [
        (f"`{name}`", screen, *(_figure(_lines(room, name)) for room in rooms), holds)
        for name, (screen, holds) in CAPABILITIES.items()
    ]
    rows.append(
        ("core", "", *(_figure(sum(_lines(room, one) for one in CORE[room].split())) for room in rooms), "")
    )
    head = ("capability", "on the screen", *rooms, "holds")
    marks = ("---", "---", *("--:" for _ in rooms), "---")
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, marks, *rows))


def _names(folder: Path) -> Iterator[str]:
    for path in sorted(folder.iterdir()):
        is_module = path.suffix == ".py" and path.stem != "__init__"
        if is_module or (path.is_dir() and (path / "__init__.py").exists()):
            yield path.stem


def _lines(room: str, name: str) -> int:
    module, folder = PACKAGE / room / f"{name}.py", PACKAGE / room / name
    files = [module] if module.exists() else sorted(folder.rglob("*.py"))
    return sum(len(path.read_bytes().splitlines()) for path in files)


def _figure(lines: int) -> str:
    """Return the lines to the nearest ten: a small change does not change the page."""
    return str(max(10, round(lines, -1))) if lines else ""
