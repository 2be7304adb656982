"""`exporter`, `rapport` and `dossier`: write the submission, a report, and every file to send."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from ctg_tui.cli import options
from ctg_tui.cli.spreadsheet import unread_facts
from ctg_tui.cli.terminal import Result
from ctg_tui.domain.assessment import Sending, Status
from ctg_tui.domain.steps import Finding
from ctg_tui.storage.schema import moment_text
from ctg_tui.system.computer import local_time
from ctg_tui.wording.french import STATUSES, sending_name
from ctg_tui.wording.lines import finding


@options.command(
    "exporter",
    short_help="Écrit le fichier pour la Caf.",
    help="Écrit le fichier pour la Caf d’une évaluation, puis le relit et le vérifie.",
)
@click.argument("which", metavar="[ID]", required=False)
@options.output_option("Le dossier où écrire")
@options.final_option
@options.run_options
def export_submission(which: str | None, path: Path, final: bool) -> Result:
    from ctg_tui.services.sending import export

    with options.workspace(write=True) as opened:
        assessment_id = options.chosen_id(opened, which)
        path, sent = export(opened, assessment_id, path, Status.FINAL if final else Status.DRAFT)
    facts = {
        "fichier": str(path),
        "a_regarder": _facts(sent.findings),
    }
    lines = (f"Fichier enregistré et relu : {path}", _words(sent.sending))
    return Result(facts | _sent_facts(sent.sending), lines, [f"- {finding(item)}" for item in sent.findings])


def _facts(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    return [{"code": found.code.value, "message": finding(found)} for found in findings]


def _words(sending: Sending) -> str:
    """Return `Envoi n° 2, du 30 novembre, provisoire, code de contrôle 7F3A-21C0`."""
    name = sending_name(sending.number, local_time(sending.created_at).date())
    return f"{name.capitalize()}, {STATUSES[sending.status]}, code de contrôle {sending.code}"


def _sent_facts(sending: Sending) -> dict[str, Any]:
    return {
        "envoi": sending.number,
        "etat": sending.status.value,
        "cree_le": moment_text(sending.created_at),
        "empreinte": sending.fingerprint,
        "empreinte_courte": sending.code,
    }


@options.command(
    "rapport",
    short_help="Écrit un rapport, d’une évaluation ou d’un fichier reçu.",
    help="Écrit le rapport d’une évaluation, ou d’un fichier reçu : une page pour le "
    "navigateur (.html) ou un classeur (.xlsx), selon la fin du nom.",
)
@click.argument("which", metavar="FICHIER|ID")
@options.output_option("Le rapport à écrire", ".html", ".xlsx")
@options.replace_option
@options.run_options
def report(which: str, path: Path, replace: bool) -> Result:
    from ctg_tui.report import html, reply_workbook
    from ctg_tui.services.files import write_output
    from ctg_tui.services.received import of_received
    from ctg_tui.services.sending import of_assessment
    from ctg_tui.submission import read

    if options.is_number(which):
        with options.workspace() as opened:
            content = of_assessment(opened, options.chosen_id(opened, which))
    else:
        content = of_received(read(Path(which), options.known_catalogue()))
    is_page = path.suffix.casefold() == ".html"
    made = html.render(content).encode("utf-8") if is_page else reply_workbook.render(content)
    write_output(path, made, replace=replace)
    facts = {"fichier": str(path), "empreinte": content.sending and content.sending.fingerprint}
    return Result(facts, (f"Rapport écrit : {path}",))


@options.command(
    "dossier",
    short_help="Prépare tout ce qu’il y a à envoyer.",
    help="Prépare dans un dossier tout ce qu’il y a à envoyer : le fichier pour la Caf, les rapports, le "
    "tableau prévisionnel, le brouillon de courriel ; relit chaque fichier, et indique ce qui manque.",
)
@click.argument("which", metavar="[ID]", required=False)
@options.output_option("Le dossier où faire celui de l’envoi")
@options.option("--sans-previsionnel", "left_out", is_flag=True, help="Sans le tableau prévisionnel.")
@options.final_option
@options.run_options
def prepare_dossier(which: str | None, path: Path, left_out: bool, final: bool) -> Result:
    from ctg_tui.services.sending import prepare

    with options.workspace(write=True) as opened:
        assessment_id = options.chosen_id(opened, which)
        dossier = prepare(
            opened,
            assessment_id,
            path,
            with_forecast=not left_out,
            status=Status.FINAL if final else Status.DRAFT,
        )
    facts = {
        "dossier": str(dossier.folder),
        "fichiers": list(dossier.names),
        "non_ecrit": unread_facts(dossier.not_in_workbook),
        "manque": _facts(dossier.missing),
    }
    lines: tuple[str, ...] = (
        f"Fichiers créés et relus : {dossier.folder}",
        _words(dossier.sending),
        *(f"  {name}" for name in dossier.names),
    )
    messages = [
        *(f"- {left.sentence}" for left in dossier.not_in_workbook),
        *(f"- {finding(lack)}" for lack in dossier.missing),
    ]
    return Result(facts | _sent_facts(dossier.sending), lines, messages)


COMMANDS = (export_submission, report, prepare_dossier)
