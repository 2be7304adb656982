"""`consolider`: many submissions made into one file, for the adviser's own work."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ctg_tui.cli.options import (
    A_PATH,
    command,
    database_if_any,
    known_catalogue,
    never_replaced,
    option,
    output_option,
    replace_option,
    run_options,
)
from ctg_tui.cli.terminal import Progress, print_json, print_line, print_message
from ctg_tui.domain.errors import EXIT_INVALID_DOCUMENT
from ctg_tui.wording.consolidation import STOPPED, beside, conflict, done, revised_since
from ctg_tui.wording.french import NBSP
from ctg_tui.wording.received import read_so_far

if TYPE_CHECKING:
    from ctg_tui.domain.consolidation import Consolidation
    from ctg_tui.services.consolidation import Gathered


@command(
    "consolider",
    short_help="Réunit les fichiers reçus en un seul, pour vous.",
    help="Réunit des fichiers pour la Caf, seuls, en dossiers, en courriels (.eml, .mbox) ou en archives "
    "(.zip), dans des tables SQLite (.db), un classeur (.xlsx) ou une page à imprimer (.html). "
    "Le résultat contient des noms : il est pour vous. Les fichiers reçus ne sont jamais modifiés ; leur "
    "ordre ne change rien au résultat.",
)
@click.argument("paths", metavar="FICHIER|DOSSIER…", type=A_PATH, nargs=-1, required=True)
@output_option("Le fichier à écrire", "du fichier à écrire", ".db", ".xlsx", ".html")
@option(*("--usage", "usage"), type=click.Choice(["instruction"]), hidden=True, expose_value=False)
@option(
    *("--provisoires", "with_drafts"),
    is_flag=True,
    help="Compte aussi les fichiers provisoires, quand ils sont les derniers reçus.",
)
@replace_option
@run_options
def consolidate_files(
    paths: tuple[Path, ...], path: Path, with_drafts: bool, replace: bool, as_json: bool
) -> int:
    from ctg_tui.services import consolidation
    from ctg_tui.services.files import check_output
    from ctg_tui.services.received.intake import found_at
    from ctg_tui.services.received.kept import expected

    protected = never_replaced(*(file for file in paths if not file.is_dir()))
    check_output(path, protected, replace=replace)  # before minutes of reading
    with database_if_any() as store:
        listed = () if store is None else expected(store)
    with Progress(read_so_far, STOPPED) as progress:
        gathered = consolidation.gather(
            found_at(paths),
            known_catalogue(),
            with_drafts=with_drafts,
            expected=listed,
            progress=progress.show,
        )
    _show_left_out(gathered)
    content = consolidation.consolidate(gathered)
    consolidation.write(content, path, protected=protected, replace=replace)
    if as_json:
        print_json(_facts(gathered, path))
    else:
        _show(gathered, content, path)
    return 0 if gathered.is_whole else EXIT_INVALID_DOCUMENT


def _facts(gathered: Gathered, path: Path) -> dict[str, Any]:
    choice = gathered.choice
    return {
        "fichier": str(path),
        "grille": None if gathered.grid is None else gathered.grid.id,
        "comptees": len(choice.counted),
        "personnes": choice.people,
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
        "autres_annees": choice.other_years,
        "laissees": gathered.left_aside,
    }


def _show(gathered: Gathered, content: Consolidation, path: Path) -> None:
    choice = gathered.choice
    print_line(f"Fichier écrit{NBSP}: {path}")
    print_line(done(len(choice.counted), choice.people))
    print_message(content.banner)
    apart = beside(choice, gathered.left_aside)
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
