"""`consolider`: the files received from many, in one workbook for the adviser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ctg_tui.cli import options
from ctg_tui.cli.terminal import Labelled, Result
from ctg_tui.domain.text import short_fingerprint
from ctg_tui.services.files import check_output, is_folder, write_output
from ctg_tui.system.computer import utc_now
from ctg_tui.wording.french import count

if TYPE_CHECKING:
    from ctg_tui.report.consolidation import Counted


@options.command(
    "consolider",
    short_help="Réunit les fichiers reçus dans un classeur, pour vous.",
    help="Réunit des fichiers pour la Caf, seuls ou en dossiers, dans un classeur : une page à lire, puis "
    "les chiffres et les notes. De chaque évaluation, l’envoi le plus récent compte ; chaque fichier laissé "
    "de côté est nommé, avec la raison. Le classeur contient des noms : il est pour vous. Les fichiers "
    "reçus ne sont jamais modifiés.",
)
@click.argument("paths", metavar="FICHIER|DOSSIER…", type=options.A_PATH, nargs=-1, required=True)
@options.output_option("Le classeur à écrire", "du classeur", ".xlsx")
@options.replace_option
@options.run_options
def consolidate_files(paths: tuple[Path, ...], path: Path, replace: bool) -> Result:
    from ctg_tui.report.consolidation import render
    from ctg_tui.services import consolidation

    protected = options.never_replaced(*(file for file in paths if not is_folder(file)))
    check_output(path, protected, replace=replace)  # before the files are read
    content = consolidation.consolidate(paths, options.known_catalogue())
    write_output(path, render(content, utc_now()), protected, replace=replace)
    facts = {
        "fichier": str(path),
        "evaluations": [_evaluation_facts(one) for one in content.counted],
        "a_part": [
            {"fichier": str(one.path), "etat": one.state, "code": one.code, "message": one.message}
            for one in content.apart
        ],
    }
    lines = (Labelled("Classeur écrit", path), f"{count(len(content.counted), 'évaluation')}.")
    return Result(facts, lines, [f"- {sentence}" for sentence in content.left_out], content.exit_code)


def _evaluation_facts(one: Counted) -> dict[str, Any]:
    return {
        "evaluation": one.assessment.uuid,
        "fichier": one.path.name,
        "territoire": one.assessment.identity.territory.name,
        "annee": one.year,
        "envoi": one.sending.number,
        "etat": one.sending.status.value,
        "empreinte_courte": short_fingerprint(one.sending.fingerprint),
        "pourcentage": one.scores.whole.percentage,
        "notes_0_ou_1": one.low,
        "points_a_voir": one.to_see,
    }


COMMANDS = (consolidate_files,)
