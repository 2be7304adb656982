"""`liste`, `synthese` and `exporter`: the assessments of a base."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import click

from ctg_tui.cli.french import Command, Misuse
from ctg_tui.cli.options import base_option, grid_option, json_option, where
from ctg_tui.cli.streams import say, tell_json
from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.french import listing
from ctg_tui.domain.grid import Grid
from ctg_tui.register import Register, Summary, open_register

NO_ASSESSMENT = "La base ne contient encore aucune évaluation."
CREATE_ONE = "Lancez « ctg-tui » pour en créer une."


@contextmanager
def register(*, write: bool = False) -> Iterator[Register]:
    """The register of the base of this run, closed afterwards. Raises Refusal."""
    asked = where()
    opened = open_register(asked.base, asked.grid_file, write=write)
    try:
        yield opened
    finally:
        opened.close()


@click.command("liste", cls=Command, help="Les évaluations de la base, la dernière modifiée d’abord.")
@base_option
@grid_option
@json_option
def list_assessments(as_json: bool) -> None:
    with register() as opened:
        summaries = opened.summaries()
    if as_json:
        tell_json([_summary_facts(summary) for summary in summaries])
    elif not summaries:
        say(f"{NO_ASSESSMENT} {CREATE_ONE}")
    else:
        from ctg_tui.cli import tables

        tables.show_list(summaries)


@click.command(
    "synthese", cls=Command, help="Pourcentages, avancement et radar d’une évaluation ou d’une soumission."
)
@click.argument("which", metavar="[ID|FICHIER]", required=False)
@base_option
@grid_option
@json_option
def summarise(which: str | None, as_json: bool) -> None:
    with register() as opened:
        grid, assessment = opened.load(chosen_id(opened, which, latest=True))
        previous = opened.previous(assessment)
    if as_json:
        tell_json(_figures(grid, assessment))
    else:
        from ctg_tui.cli import tables

        tables.show_summary(grid, assessment, previous)


def chosen_id(opened: Register, which: str | None, *, latest: bool) -> int:
    """The assessment of number `which`; without it the only one or, when `latest`, the last changed.

    Raises Misuse when that names none, Refusal when the base is empty.
    """
    context = click.get_current_context()
    if which is not None:
        if not is_number(which):
            raise Misuse(f"« {which} » n’est pas un numéro d’évaluation.", context)
        return int(which)
    entries = [summary.entry for summary in opened.summaries()]
    if not entries:
        raise Refusal("base-vide", NO_ASSESSMENT, CREATE_ONE)
    if len(entries) > 1 and not latest:
        numbers = listing(str(entry.id) for entry in entries)
        raise Misuse(f"La base contient plusieurs évaluations : indiquez laquelle ({numbers}).", context)
    return entries[0].id


def is_number(text: str) -> bool:
    """Whether `text` is the number of an assessment rather than the name of a file."""
    return text.isascii() and text.isdigit() and len(text) < 10


def _summary_facts(summary: Summary) -> dict[str, Any]:
    entry, whole = summary.entry, summary.whole
    identity = entry.identity
    return {
        "id": entry.id,
        "territoire": identity.territory.name,
        "siren": identity.territory.siren,
        "annee": identity.year,
        "moment": identity.moment.value,
        "etat": entry.status.value,
        "revision": entry.revision,
        "grille": entry.grid_id,
        "notees": None if whole is None else whole.rated,
        "nc": None if whole is None else whole.not_concerned,
        "sans_reponse": None if whole is None else whole.blank,
        "pourcentage": None if whole is None else whole.percentage,
        "cree_le": _moment(entry.created_at),
        "modifie_le": _moment(entry.changed_at),
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _figures(grid: Grid, assessment: Assessment) -> dict[str, Any]:
    from ctg_tui.domain.scores import score
    from ctg_tui.submission.document import results

    identity = assessment.identity
    return {
        "territoire": identity.territory.name,
        "annee": identity.year,
        "moment": identity.moment.value,
        "etat": assessment.status.value,
        "grille": {"id": grid.id, "version": grid.version},
        "resultats": results(grid, score(grid, assessment.answers)),
    }


COMMANDS = (list_assessments, summarise)
