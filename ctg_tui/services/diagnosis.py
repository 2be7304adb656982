"""The checks of `docteur`: the database, its surroundings and the terminal, with repairs and advice."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ctg_tui import __version__
from ctg_tui.domain.errors import Refusal
from ctg_tui.services.checks import CheckResult, State
from ctg_tui.services.database_checks import backup_checks, database_checks
from ctg_tui.services.place_checks import disk_checks, leftover_checks, right_checks, room_checks
from ctg_tui.storage import health


@dataclass(frozen=True)
class Terminal:
    """The size and encoding of the terminal. `columns` is 0 without a terminal."""

    columns: int
    lines: int
    encoding: str
    kind: str
    drawing: str


def examine(
    database: Path, terminal: Terminal, clock: Callable[[], datetime], *, correct: bool = False
) -> tuple[CheckResult, ...]:
    """Run every check, with the repairs that neither lose data nor remove access rights.

    With `correct`, also copy a database that another program altered into a fresh file, and take away the
    rights of those with whom the files are shared. Never raises: errors become results.
    """
    results = (
        *_reported("Versions", _versions()),
        *_reported("Évaluations", database_checks(database, clock, correct=correct)),
        *_reported("Sauvegardes", backup_checks(database, clock)),
        *_reported("Droits", right_checks(database, correct=correct)),
        *_reported("Dossier", leftover_checks(database, clock)),
        *_reported("Disque", room_checks(database)),
        *_reported("Emplacement", disk_checks(database)),
        *_reported("Terminal", _terminal(terminal)),
    )
    once: dict[tuple[str, str], CheckResult] = {}
    for result in results:  # one folder may stop several checks
        once.setdefault((result.code, result.found), result)
    return tuple(once.values())


def is_well(results: tuple[CheckResult, ...]) -> bool:
    """Return True if no check ended in a problem."""
    return all(result.state is not State.PROBLEM for result in results)


def _reported(title: str, results: Iterator[CheckResult]) -> Iterator[CheckResult]:
    """Yield the results of one check and, if an error stops it, that error as a result."""
    try:
        yield from results
    except Refusal as refusal:
        yield CheckResult(refusal.code, title, State.PROBLEM, refusal.message, refusal.advice)
    except (OSError, ValueError):  # ValueError: a path that no file can have
        yield CheckResult(
            "non-examine",
            title,
            State.PROBLEM,
            "Le système n’a pas permis d’aller plus loin. Vos évaluations sont intactes.",
            "Vérifiez vos droits sur ce dossier, puis recommencez.",
        )


def _versions() -> Iterator[CheckResult]:
    python = ".".join(str(part) for part in sys.version_info[:3])
    found = f"ctg-tui {__version__}, Python {python}, SQLite {health.SQLITE_VERSION}, {sys.platform}."
    yield CheckResult("versions", "Versions", State.GOOD, found)


def _terminal(terminal: Terminal) -> Iterator[CheckResult]:
    title = "Terminal"
    if terminal.columns == 0:
        yield CheckResult("terminal-absent", title, State.GOOD, "Pas de terminal ici : rien à vérifier.")
        return
    size = f"{terminal.columns} colonnes, {terminal.lines} lignes"
    facts = (
        f"{size}, {terminal.encoding}, dessin « {terminal.drawing} » (TERM : {terminal.kind or 'absent'})."
    )
    if terminal.columns < 60 or terminal.lines < 16:
        advice = (
            "Agrandissez la fenêtre : il faut au moins 60 colonnes et 16 lignes, 80 et 24 pour tout voir."
        )
        yield CheckResult("terminal-petit", title, State.PROBLEM, facts, advice)
    elif terminal.drawing == "ascii":
        advice = "Les accents peuvent manquer : choisissez un terminal en UTF-8."
        yield CheckResult("terminal-simple", title, State.ATTENTION, facts, advice)
    elif terminal.columns < 80 or terminal.lines < 24:
        advice = "Agrandissez la fenêtre : tout se voit à partir de 80 colonnes et 24 lignes."
        yield CheckResult("terminal-etroit", title, State.ATTENTION, facts, advice)
    else:
        yield CheckResult("terminal", title, State.GOOD, facts)
