"""`rapport` and `dossier`: write a report, and every file to send."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ctg_tui.cli.home import sent_words
from ctg_tui.cli.options import (
    A_NUMBER_OR_PATH,
    Misuse,
    chosen_id,
    command,
    final_option,
    folder_option,
    is_number,
    known_catalogue,
    never_replaced,
    option,
    output_option,
    replace_option,
    run_options,
    workspace,
)
from ctg_tui.cli.terminal import print_json, print_line, print_message
from ctg_tui.domain.assessment import Status
from ctg_tui.storage.rows import moment_text
from ctg_tui.wording.french import NBSP
from ctg_tui.wording.spreadsheet import not_in_workbook

if TYPE_CHECKING:
    from ctg_tui.services.sending import Dossier


@command(
    "rapport",
    short_help="Écrit un rapport, d’une évaluation ou d’un fichier reçu.",
    help="Écrit le rapport d’une évaluation, ou d’un fichier reçu : une page pour le "
    "navigateur (.html) ou un classeur (.xlsx), selon la fin du nom.",
)
@click.argument("which", metavar="FICHIER|ID", type=A_NUMBER_OR_PATH)
@output_option("Le rapport à écrire", "du rapport", ".html", ".xlsx")
@replace_option
@run_options
def report(which: str, path: Path, replace: bool, as_json: bool) -> None:
    from ctg_tui.services import report as reports

    protected = never_replaced(None if is_number(which) else Path(which))
    if is_number(which):
        with workspace() as opened:
            content = reports.of_assessment(opened, chosen_id(opened, which, latest=False))
    else:
        content = reports.of_submission(Path(which), known_catalogue())
    reports.write(content, path, protected=protected, replace=replace)
    if as_json:
        print_json({"fichier": str(path), "empreinte": content.fingerprint})
    else:
        print_line(f"Rapport écrit{NBSP}: {path}")


@command(
    "dossier",
    short_help="Prépare tout ce qu’il y a à envoyer.",
    help="Prépare dans un dossier tout ce qu’il y a à envoyer : le fichier pour la Caf, les rapports, le "
    "tableau prévisionnel, le brouillon de courriel ; relit chaque fichier, et indique ce qui manque.",
)
@click.argument("which", metavar="[ID]", required=False)
@folder_option("Où faire le dossier")
@option(
    *("--sans", "left_out"),
    multiple=True,
    metavar="PIÈCE",
    help="Laisse une pièce de côté : html, xlsx, tableur, previsionnel ou courriel. Peut se répéter.",
)
@final_option
@run_options
def prepare_dossier(
    which: str | None, folder: Path, left_out: tuple[str, ...], final: bool, as_json: bool
) -> None:
    from ctg_tui.services.sending import ALL_PIECES, Enclosure, prepare

    unknown = set(left_out) - {piece.value for piece in ALL_PIECES}
    if unknown:
        raise Misuse(f"« {sorted(unknown)[0]} » n’est pas un des fichiers préparés.")
    pieces = ALL_PIECES - {Enclosure(name) for name in left_out}
    with workspace(write=True) as opened:
        assessment_id = chosen_id(opened, which, latest=False)
        dossier = prepare(
            opened, assessment_id, folder, pieces=pieces, status=Status.FINAL if final else Status.DRAFT
        )
    if as_json:
        print_json(_dossier_facts(dossier))
        return
    print_line(f"Fichiers créés et relus{NBSP}: {dossier.folder}")
    sent = dossier.sent
    print_line(sent_words(sent))
    for name in dossier.names:
        print_line(f"  {name}")
    for left in dossier.not_in_workbook:
        print_message(not_in_workbook(left.where, left.value, left.reason))
    for missing in dossier.missing:
        print_message(f"- {missing.sentence}")


def _dossier_facts(dossier: Dossier) -> dict[str, Any]:
    return {
        "dossier": str(dossier.folder),
        "fichiers": list(dossier.names),
        "envoi": dossier.sent.sending.number,
        "etat": dossier.sent.sending.status.value,
        "cree_le": moment_text(dossier.sent.sending.created_at),
        "empreinte": dossier.sent.sending.fingerprint,
        "empreinte_courte": dossier.sent.short,
        "non_ecrit": [
            {"ou": left.where, "valeur": left.value, "raison": left.reason}
            for left in dossier.not_in_workbook
        ],
        "manque": [{"code": lack.code, "message": lack.sentence} for lack in dossier.missing],
    }


COMMANDS = (report, prepare_dossier)
