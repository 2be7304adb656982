"""`liste`: the assessments of a database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ctg_tui.cli.options import CREATE_ONE, NO_ASSESSMENT, command, run_options, workspace
from ctg_tui.cli.terminal import Result
from ctg_tui.domain.scores import Tally
from ctg_tui.services.workspace import Summary
from ctg_tui.storage.rows import moment_text

if TYPE_CHECKING:
    from ctg_tui.services.home import SentAndHeard


@command("liste", help="Liste vos évaluations, la dernière modifiée d’abord.")
@run_options
def list_assessments() -> Result:
    from ctg_tui.services.home import each_sent_and_heard

    with workspace() as opened:
        summaries = opened.summaries()
        heard = each_sent_and_heard(opened, summaries)
    if not summaries:
        return Result([], (), (f"{NO_ASSESSMENT} {CREATE_ONE}",))
    return Result([_facts(summary) for summary in summaries], _lines(summaries, heard))


def _lines(summaries: tuple[Summary, ...], heard: dict[int, SentAndHeard]) -> Iterator[Any]:
    from ctg_tui.cli import tables

    yield from tables.of_list(summaries, heard)


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


COMMANDS = (list_assessments,)
