"""`docteur`: the state of the database and of the terminal."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, Final

from ctg_tui.chart.levels import detect_level
from ctg_tui.cli.databases import database_path
from ctg_tui.cli.french import command, option
from ctg_tui.cli.options import database_option, json_option
from ctg_tui.cli.streams import print_json, print_line, print_message
from ctg_tui.domain.errors import EXIT_DATABASE
from ctg_tui.domain.text import clean
from ctg_tui.system.computer import utc_now
from ctg_tui.wording.french import NBSP

if TYPE_CHECKING:
    from ctg_tui.services.checks import CheckResult
    from ctg_tui.services.diagnosis import Terminal

MARKS: Final = {
    "bon": "bon",
    "repare": "réparé",
    "attention": "attention",
    "probleme": "problème",
}


@command(
    "docteur",
    short_help="Examine vos évaluations, les sauvegardes et le terminal.",
    help="Examine le fichier de vos évaluations, les sauvegardes, les droits, le disque et le terminal ; "
    "répare ce qui peut l’être sans rien perdre, et indique ce qui reste à faire.",
)
@option(
    *("--corriger", "correct"),
    is_flag=True,
    help="Met aussi de côté un fichier qu’un autre programme a changé, et copie tout ce qui s’y lit dans un "
    "fichier neuf ; retire leurs droits à ceux avec qui il est partagé.",
)
@database_option
@json_option
def doctor(correct: bool, as_json: bool) -> int:
    from ctg_tui.services.diagnosis import examine, is_well

    results = examine(database_path(), terminal(), utc_now, correct=correct)
    if as_json:
        print_json([_facts(result) for result in results])
    else:
        for result in results:
            print_line(f"{MARKS[result.state.value]:>9}  {result.title}{NBSP}: {result.found}")
            if result.advice:
                print_line(f"{'':>9}  → {result.advice}")
        print_message("Tout va bien." if is_well(results) else "Une action est nécessaire (voir ci-dessus).")
    return 0 if is_well(results) else EXIT_DATABASE


def terminal() -> Terminal:
    """Return the size, encoding and drawing level of the terminal of this process."""
    from ctg_tui.services.diagnosis import Terminal

    encoding = sys.stdout.encoding or ""
    level = detect_level(encoding, os.environ)
    kind = clean(os.environ.get("TERM", ""))
    if not sys.stdout.isatty():
        return Terminal(0, 0, encoding, kind, level.value)
    size = shutil.get_terminal_size()
    return Terminal(size.columns, size.lines, encoding, kind, level.value)


def _facts(result: CheckResult) -> dict[str, str]:
    return {
        "code": result.code,
        "sujet": result.title,
        "etat": result.state.value,
        "constat": result.found,
        "conseil": result.advice,
    }


COMMANDS = (doctor,)
