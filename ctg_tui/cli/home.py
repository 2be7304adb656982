"""`liste` and `exporter`: the assessments of a database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ctg_tui.cli.options import (
    CREATE_ONE,
    NO_ASSESSMENT,
    chosen_id,
    command,
    final_option,
    folder_option,
    run_options,
    workspace,
)
from ctg_tui.cli.terminal import print_json, print_line, print_message
from ctg_tui.domain.assessment import Status
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.scores import Tally
from ctg_tui.domain.steps import Severity
from ctg_tui.services.workspace import Summary
from ctg_tui.storage.rows import moment_text
from ctg_tui.system.computer import local_time
from ctg_tui.wording.french import NBSP, STATUSES, count, sending_name
from ctg_tui.wording.lines import count_apart, proposed_answers
from ctg_tui.wording.steps import finding

if TYPE_CHECKING:
    from ctg_tui.services.sending import Sent
    from ctg_tui.submission.file import Counts


@command("liste", help="Liste vos évaluations, la dernière modifiée d’abord.")
@run_options
def list_assessments(as_json: bool) -> None:
    from ctg_tui.services.home import each_sent_and_heard

    with workspace() as opened:
        summaries = opened.summaries()
        heard = {} if as_json else each_sent_and_heard(opened, summaries)
    if as_json:
        print_json([_summary_facts(summary) for summary in summaries])
    elif not summaries:
        print_message(typeset(f"{NO_ASSESSMENT} {CREATE_ONE}"))
    else:
        from ctg_tui.cli import tables

        tables.show_list(summaries, heard)


@command(
    "exporter",
    short_help="Écrit le fichier pour la Caf.",
    help="Écrit le fichier pour la Caf d’une évaluation, puis le relit et le vérifie.",
)
@click.argument("which", metavar="[ID]", required=False)
@folder_option("Le dossier où écrire")
@final_option
@run_options
def export_submission(which: str | None, folder: Path, final: bool, as_json: bool) -> None:
    from ctg_tui.services.sending import export

    with workspace(write=True) as opened:
        assessment_id = chosen_id(opened, which, latest=False)
        sent = export(opened, assessment_id, folder, Status.FINAL if final else Status.DRAFT)
    if as_json:
        print_json(_sent_facts(sent))
        return
    print_line(f"Fichier enregistré et relu{NBSP}: {sent.path}")
    print_line(sent_words(sent))
    print_line(_contents(sent.counts))
    for item in sent.findings:
        print_message(f"- {finding(item)}")


def sent_words(sent: Sent) -> str:
    """Return `Envoi n° 2, du 30 novembre, provisoire, code de contrôle 7F3A-21C0`."""
    sending = sent.sending
    name = sending_name(sending.number, local_time(sending.created_at).date())
    return f"{name.capitalize()}, {STATUSES[sending.status]}, code de contrôle {sent.short}"


def _contents(counts: Counts) -> str:
    """Format as `65 cases notées, 66 NC, 22 vides, 3 commentaires, 2 nombres, 0 action`."""
    parts = (
        count(counts.rated, "case notée", "cases notées"),
        f"{counts.not_concerned}{NBSP}NC",
        count(counts.blank, "vide"),
        count_apart(counts.comments, "commentaire"),
        count_apart(counts.numbers, "nombre"),
        count_apart(counts.actions, "action"),
        *([proposed_answers(counts.proposed)] if counts.proposed else []),
    )
    return ", ".join(parts)


def _sent_facts(sent: Sent) -> dict[str, Any]:
    counts = sent.counts
    return {
        "fichier": str(sent.path),
        "envoi": sent.sending.number,
        "etat": sent.sending.status.value,
        "cree_le": moment_text(sent.sending.created_at),
        "empreinte": sent.sending.fingerprint,
        "empreinte_courte": sent.short,
        "contenu": {
            "notees": counts.rated,
            "nc": counts.not_concerned,
            "sans_reponse": counts.blank,
            "commentaires": counts.comments.own,
            "nombres": counts.numbers.own,
            "actions": counts.actions.own,
            "reponses_proposees": counts.proposed,
            "commentaires_proposes": counts.comments.proposed,
            "nombres_proposes": counts.numbers.proposed,
            "actions_proposees": counts.actions.proposed,
        },
        "a_regarder": [
            {
                "code": item.code.value,
                "bloquant": item.severity is Severity.BLOCKING,
                "nombre": item.count,
                "message": finding(item),
            }
            for item in sent.findings
        ],
    }


def _summary_facts(summary: Summary) -> dict[str, Any]:
    entry, totals = summary.entry, summary.totals
    identity = entry.identity
    return {
        "id": entry.id,
        "territoire": identity.territory.name,
        "siren": identity.territory.siren,
        "annee": identity.year,
        "moment": identity.moment.value,
        "envoi": None if entry.sent is None else entry.sent.number,
        "etat": None if entry.sent is None else entry.sent.status.value,
        "grille": entry.grid_id,
        **_tally_facts(totals.whole if totals else None),
        "propositions": _tally_facts(totals.proposed) if totals and totals.proposed else None,
        "cree_le": moment_text(entry.created_at),
        "modifie_le": moment_text(entry.changed_at),
    }


def _tally_facts(tally: Tally | None) -> dict[str, int | None]:
    return {
        "notees": None if tally is None else tally.rated,
        "nc": None if tally is None else tally.not_concerned,
        "sans_reponse": None if tally is None else tally.blank,
        "pourcentage": None if tally is None else tally.percentage,
    }


COMMANDS = (list_assessments, export_submission)
