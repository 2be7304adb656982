"""The commands, run as their program runs them."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
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


FAR_ZONES: Final = ("EAST-14", "WEST+12")
"""Those where the day is another one than in UTC, in the one or in the other at any hour."""


@contextmanager
def in_zone(name: str) -> Iterator[None]:
    """Put the clock of this computer in a time zone."""
    former = os.environ["TZ"]
    try:
        os.environ["TZ"] = name
        time.tzset()
        yield
    finally:
        os.environ["TZ"] = former
        time.tzset()


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
