"""`liste`: the assessments of a database; `synthese`: the figures of one, its years, what the Caf said."""

from __future__ import annotations

from typing import Any

import click

from ctg_tui.cli.options import CREATE_ONE, NO_ASSESSMENT, chosen_id, command, run_options, workspace
from ctg_tui.cli.terminal import Result
from ctg_tui.domain.assessment import SAID, Assessment
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import Tally, score
from ctg_tui.domain.steps import check
from ctg_tui.domain.text import row_of
from ctg_tui.domain.thread import owed, union
from ctg_tui.services.home import changes_since, each_sent_and_heard, sent_and_heard
from ctg_tui.services.results import years_of
from ctg_tui.services.workspace import Summary, Workspace
from ctg_tui.storage.documents import sendings
from ctg_tui.storage.schema import moment_text
from ctg_tui.submission import results
from ctg_tui.text_mode import dialogue as words
from ctg_tui.wording.french import MOMENTS, territory_name


@command("liste", help="Liste vos évaluations, la dernière modifiée d’abord.")
@run_options
def list_assessments() -> Result:
    with workspace() as opened:
        summaries = opened.summaries()
        heard = each_sent_and_heard(opened, summaries)
        today = opened.today()
    if not summaries:
        return Result([], (), (f"{NO_ASSESSMENT} {CREATE_ONE}",))
    lines = [f"{one.entry.id:>3}  {words.in_words(one, heard.get(one.entry.id), today)}" for one in summaries]
    return Result([_facts(summary) for summary in summaries], lines)


def _facts(summary: Summary) -> dict[str, Any]:
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
        "propositions": _tally_facts(totals.proposed.whole) if totals and totals.proposed else None,
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


@command("synthese", help="Pourcentages d’une évaluation, ce qui manque, où en sont les points de la Caf.")
@click.argument("which", metavar="[ID]", required=False)
@run_options
def summarise(which: str | None) -> Result:
    with workspace() as opened:
        grid, assessment = opened.load(chosen_id(opened, which))
        years = years_of(opened, grid, assessment)
        heard = sent_and_heard(opened, assessment)
        facts = {
            **_figures(grid, assessment),
            "fil": _thread_facts(assessment),
            "envois": _sendings(opened, grid, assessment),
        }

    identity = assessment.identity
    name = f"{territory_name(identity)} · {identity.year} · {MOMENTS[identity.moment]}"
    lacks = words.missing(grid, check(grid, assessment))
    return Result(facts, (name, *words.results(years), *lacks, *heard.lines))


def _sendings(opened: Workspace, grid: Grid, assessment: Assessment) -> list[dict[str, Any]]:
    """Return each sending of an assessment, in order, and how much changed since."""
    return [
        {
            "numero": sent.number,
            "date": moment_text(sent.created_at),
            "etat": sent.status.value,
            "empreinte": sent.fingerprint,
            "modifications_depuis": len(changes_since(opened, grid, assessment, sent)),
        }
        for sent in reversed(sendings(opened.store, assessment.id))
    ]


def _thread_facts(assessment: Assessment) -> list[dict[str, Any]]:
    """Return the block `fil`, the earliest row first; `due` is whether the Caf waits for an answer to it."""
    rows = union(assessment.said.values())
    due = owed(assessment)
    names = {field: name for field, name in SAID.items() if field != "read"}
    return [{"cle": said.id, **row_of(said, names, short=False), "due": said.id in due} for said in rows]


def _figures(grid: Grid, assessment: Assessment) -> dict[str, Any]:
    identity = assessment.identity
    return {
        "territoire": identity.territory.name,
        "annee": identity.year,
        "moment": identity.moment.value,
        "grille": {
            "id": assessment.grid_id,
            "version": assessment.grid_version,
            "lignes_proposees": list(grid.proposed_lines),
        },
        "resultats": results(grid, score(grid, assessment.answers)),
    }


COMMANDS = (list_assessments, summarise)
