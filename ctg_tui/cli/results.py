"""`synthese`: the figures of an assessment, and the years of its territory side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from ctg_tui.cli.options import (
    chosen_id,
    command,
    run_options,
    workspace,
)
from ctg_tui.cli.terminal import Result
from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.results import YearRow, Years
from ctg_tui.domain.text import row_of
from ctg_tui.domain.thread import ROW, owed, union
from ctg_tui.services.results import last_time_of, years_of
from ctg_tui.storage.rows import moment_text

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Workspace


@command(
    "synthese",
    short_help="Pourcentages, années et radar.",
    help="Pourcentages, radar et années d’une évaluation, et ce que la Caf a dit.",
)
@click.argument("which", metavar="[ID]", required=False)
@run_options
def summarise(which: str | None) -> Result:
    from ctg_tui.services.home import sent_and_heard

    with workspace() as opened:
        grid, assessment = opened.load(chosen_id(opened, which, latest=True))
        years = years_of(opened, grid, assessment)
        last = last_time_of(opened, grid, assessment)
        heard = sent_and_heard(opened, assessment)
        facts = {
            **_figures(grid, assessment),
            "annees": _years_facts(years),
            "fil": _thread_facts(assessment),
            "envois": _sendings(opened, grid, assessment),
        }

    def lines() -> Iterator[Any]:
        from ctg_tui.cli import tables

        yield from tables.of_assessment(years, assessment, last)
        yield from tables.of_thread(grid, assessment)
        yield from heard.lines

    return Result(facts, lines())


def _sendings(opened: Workspace, grid: Grid, assessment: Assessment) -> list[dict[str, Any]]:
    """Return each sending of an assessment, in order, and how much changed since."""
    from ctg_tui.services.report import changes_since
    from ctg_tui.services.sending import all_sent

    return [
        {
            "numero": sent.sending.number,
            "date": moment_text(sent.sending.created_at),
            "etat": sent.sending.status.value,
            "empreinte": sent.sending.fingerprint,
            "modifications_depuis": len(changes_since(opened, grid, assessment, sent)),
        }
        for sent in reversed(all_sent(opened, assessment.id))
    ]


def _thread_facts(assessment: Assessment) -> list[dict[str, Any]]:
    """Return the block `fil`, the earliest row first; `due` is whether the Caf waits for an answer to it."""
    rows = union(assessment.said.values())
    due = {said.id for said in owed(rows, assessment.answers, assessment.drafts)}
    names = {field: name for field, name in ROW.items() if field != "read"}
    return [{"cle": said.id, **row_of(said, names, short=False), "due": said.id in due} for said in rows]


def _years_facts(years: Years) -> list[dict[str, Any]]:
    """Return the block `annees`, the earliest first; a figure that a year did not ask is absent."""
    return [
        {
            "annee": each.identity.year,
            "moment": each.identity.moment.value,
            "id": each.id or None,
            "pourcentages": _percentages(years, rank),
        }
        for rank, each in enumerate(years.years)
    ]


def _percentages(years: Years, rank: int) -> dict[str, Any]:
    """Return the percentages of a year, on the Caf's lines, and those on proposed lines apart."""
    own, proposed = (_kind(years, rank, is_proposed) for is_proposed in (False, True))
    return own | {"propositions": proposed if years.grid.has_proposed_activities else None}


def _kind(years: Years, rank: int, is_proposed: bool) -> dict[str, Any]:
    def asked(rows: dict[str, YearRow]) -> dict[str, int | None]:
        found = {key: row.tallies[rank] for key, row in rows.items()}
        return {key: tally.percentage for key, tally in found.items() if tally is not None}

    grid = years.grid
    missions = [one for one in grid.noted_missions if one.is_proposed is is_proposed]
    lines = [line for mission in missions for line in mission.activities]
    rubrics = {
        one.id: asked({policy: years.row(one, policy) for policy in grid.policies_by_id}) for one in missions
    }
    return {
        **asked({"ensemble": years.total(is_proposed)}),
        "missions": asked({one.id: years.row(one) for one in missions}),
        "politiques": asked({policy: years.total(is_proposed, policy) for policy in grid.policies_by_id}),
        "rubriques": {mission: figures for mission, figures in rubrics.items() if figures},
        "lignes": asked({line.id: years.line(line.id) for line in lines}),
    }


def _figures(grid: Grid, assessment: Assessment) -> dict[str, Any]:
    from ctg_tui.domain.scores import score
    from ctg_tui.submission.document import results

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


COMMANDS = (summarise,)
