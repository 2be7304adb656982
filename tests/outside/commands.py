"""The commands, run as their program runs them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from tests.cli.program import Answer, Program
from tests.outside.person import DATA, ROOT

EXAMPLES: Final = ROOT / "data" / "exemples"
REFUSED_EXAMPLES: Final = ROOT / "tests" / "data" / "exemples-refuses"
CAF_WORKBOOK: Final = DATA / "tableur-d-une-caf.xlsx"


def command(
    database: Path, *arguments: object, typed: str = "", before: Callable[[], None] | None = None
) -> Answer:
    """Run a command on `database`, from its folder, without a terminal; `typed` is what it reads.

    With `before`, which is called first, in a process of its own.
    """
    program = Program(database.parent, database.name)
    if before is not None:
        return program.run_process(*arguments, before=before)
    return program.run(*arguments, typed=typed)


def reported(database: Path, *arguments: object) -> Any:
    """Run a command with `--json`, which must succeed; return what it reports."""
    done = command(database, *arguments, "--json")
    assert done.code == 0, (arguments, done)
    return done.json


def begin(database: Path) -> None:
    """Create an assessment."""
    reported(database, "remplir", "nouvelle", "territoire=Val de Charente", "annee=2027")


def answers(database: Path, *lines: str) -> str:
    """Answer the questions of the text mode, then quit; return what it said, on one line."""
    done = command(database, "texte", typed="".join(f"{line}\n" for line in (*lines, "quitter")))
    assert done.code == 0, done
    return " ".join(done.out.split())


def sent_state(database: Path, number: int, folder: Path) -> Mapping[str, Any]:
    """Write the file for the Caf of an assessment in `folder`; return what it holds."""
    folder.mkdir()
    return dict(
        json.loads(Path(reported(database, "exporter", number, "--sortie", folder)["fichier"]).read_bytes())
    )
