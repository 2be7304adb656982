"""`consolider`: many submissions made into one file, for the adviser's own work or to share."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import click

from ctg_tui.cli.databases import database_path, known_catalogue, never_replaced
from ctg_tui.cli.french import Misuse, command, option
from ctg_tui.cli.options import A_PATH, output_option, replace_option, run_options
from ctg_tui.cli.streams import print_json, print_line, print_message
from ctg_tui.domain.errors import EXIT_INVALID_DOCUMENT
from ctg_tui.wording.consolidation import STOPPED, beside, conflict, done, read_so_far, revised_since
from ctg_tui.wording.french import NBSP

if TYPE_CHECKING:
    from ctg_tui.services.consolidation import Gathered, Made

_USAGES = ("instruction", "partage")
_PROGRESS_SECONDS = 0.3


@command(
    "consolider",
    short_help="Réunit les fichiers reçus en un seul, pour vous ou à partager.",
    help="Réunit des fichiers pour la Caf, seuls, en dossiers, en courriels (.eml) ou en archives (.zip), "
    "dans des tables SQLite (.db), un classeur (.xlsx) ou une page à imprimer (.html). "
    "« --usage instruction » : pour vous, avec les noms. « --usage partage » : sans nom, ni texte, ni "
    "chiffre sur moins de cinq personnes. Les fichiers reçus ne sont jamais modifiés ; leur ordre ne "
    "change rien au résultat.",
)
@click.argument("paths", metavar="FICHIER|DOSSIER…", type=A_PATH, nargs=-1, required=True)
@output_option("Le fichier à écrire", "du fichier à écrire", ".db", ".xlsx", ".html")
@option(
    *("--usage", "usage"),
    metavar="USAGE",
    help="instruction (données nominatives, pour vous) ou partage (chiffres protégés). Obligatoire.",
)
@option(
    *("--provisoires", "with_drafts"),
    is_flag=True,
    help="Compte aussi les fichiers provisoires, quand ils sont les derniers reçus.",
)
@replace_option
@run_options
def consolidate_files(
    paths: tuple[Path, ...], path: Path, usage: str | None, with_drafts: bool, replace: bool, as_json: bool
) -> int:
    from ctg_tui.domain.consolidation import Usage
    from ctg_tui.services import consolidation
    from ctg_tui.services.envelopes import pieces
    from ctg_tui.services.outputs import check_output
    from ctg_tui.services.publications import memory_of

    if usage not in _USAGES:
        raise Misuse("Ajoutez --usage instruction (pour vous, avec les noms) ou --usage partage (sans nom).")
    protected = never_replaced(*(file for file in paths if not file.is_dir()))
    memory = memory_of(database_path())
    check_output(path, protected, replace=replace)  # before minutes of reading
    with _Progress() as progress:
        gathered = consolidation.gather(
            pieces(paths), known_catalogue(), with_drafts=with_drafts, progress=progress.show
        )
    _show_left_out(gathered)
    made = consolidation.consolidate(gathered, Usage(usage), memory)
    consolidation.write(made, path, memory, protected=protected, replace=replace)
    if as_json:
        print_json(_facts(gathered, made, path))
    else:
        _show(gathered, made, path)
    return 0 if gathered.is_whole else EXIT_INVALID_DOCUMENT


class _Progress:
    """How many files were read so far: on a terminal only, a few times a second, then wiped away."""

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()
        self._shown_at = time.monotonic()
        self._width = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._width:
            sys.stderr.write(f"\r{' ' * self._width}\r")
        if isinstance(error, KeyboardInterrupt):
            print_message(STOPPED)

    def show(self, done: int) -> None:
        """Show that `done` files were read."""
        if self._is_shown and time.monotonic() - self._shown_at >= _PROGRESS_SECONDS:
            self._shown_at = time.monotonic()
            text = read_so_far(done)
            self._width = max(self._width, len(text))
            sys.stderr.write(f"\r{text}")
            sys.stderr.flush()


def _facts(gathered: Gathered, made: Made, path: Path) -> dict[str, Any]:
    choice = gathered.choice
    return {
        "fichier": str(path),
        "usage": made.content.usage.value,
        "grille": None if gathered.grid is None else gathered.grid.id,
        "comptees": made.counted,
        "personnes": gathered.choice.people,
        "rejets": [
            {"fichier": one.file, "code": one.code, "message": one.message} for one in gathered.rejects
        ],
        "conflits": [
            {"evaluation": one.lineage, "revision": one.revision, "fichiers": list(one.files)}
            for one in choice.conflicts
        ],
        "revus_depuis": [
            {"fichier": one.file, "revision": one.revision, "reuni_dans": one.merged}
            for one in choice.revised
        ],
        "remplacees": choice.replaced,
        "provisoires": choice.drafts,
        "doublons": choice.duplicates,
        "autres_annees": len(choice.other_years),
        "memes_personnes": made.same_person,
        "laissees": gathered.left_aside,
    }


def _show(gathered: Gathered, made: Made, path: Path) -> None:
    choice = gathered.choice
    print_line(f"Fichier écrit{NBSP}: {path}")
    print_line(done(made.content.usage, made.counted, choice.people))
    print_message(made.content.banner)
    apart = beside(
        drafts=choice.drafts,
        replaced=choice.replaced,
        duplicates=choice.duplicates,
        other_years=len(choice.other_years),
        same_person=made.same_person,
    )
    if apart:
        print_message(f"À part{NBSP}: {apart}")


def _show_left_out(gathered: Gathered) -> None:
    """Name each file that is not counted: also where nothing can be written in the end."""
    for reject in gathered.rejects:
        print_message(f"- {reject.message} [{reject.code}]")
    for one in gathered.choice.conflicts:
        print_message(f"- {conflict(one.files)}")
    for revised in gathered.choice.revised:
        print_message(f"- {revised_since(revised)}")


COMMANDS = (consolidate_files,)
