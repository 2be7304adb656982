"""`fusionner`: the files of several people of one territory, merged into one assessment."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ctg_tui.cli.options import (
    A_PATH,
    Misuse,
    command,
    is_number,
    opened_for,
    option,
    run_options,
    workspace,
)
from ctg_tui.cli.terminal import print_json, print_line, print_message
from ctg_tui.domain.assessment import NotConcerned, Outcome, answer_text
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.merging import Kind, Value
from ctg_tui.system.computer import utc_now
from ctg_tui.wording import merging as words

if TYPE_CHECKING:
    from ctg_tui.domain.merging import Conflict
    from ctg_tui.grids.catalogue import Catalogue
    from ctg_tui.services.merging import Draft, Together
    from ctg_tui.services.workspace import Workspace


@command(
    "fusionner",
    short_help="Réunit les fichiers de plusieurs personnes d’un territoire.",
    help="Réunit les évaluations de plusieurs personnes d’un territoire : leurs fichiers, ou les vôtres par "
    "leur numéro. Les commentaires sont tous gardés, sous leur auteur. Deux notes différentes ne sont jamais "
    "départagées d’elles-mêmes : la case reste vide, et elle est citée. Sans « --nouvelle », montre ce qui "
    "serait réuni et n’écrit rien. Les fichiers réunis ne sont pas modifiés.",
)
@click.argument("paths", metavar="FICHIER…", type=A_PATH, nargs=-1, required=True)
@option(
    "--nouvelle",
    "as_new",
    is_flag=True,
    help="En fait une nouvelle évaluation, modifiable ; Ctrl+Z y annule la fusion.",
)
@run_options
def merge_files(paths: tuple[Path, ...], as_new: bool, as_json: bool) -> None:
    from ctg_tui.services import merging

    if len(paths) < 2:
        raise Misuse("Donnez au moins deux fichiers à réunir.")
    if as_new:
        with workspace(write=True) as opened:
            draft = _draft(paths, opened, opened.catalogue)
            together = merging.take(opened, draft)
    else:
        with opened_for(paths) as (reading, catalogue):
            draft, together = _draft(paths, reading, catalogue), None
    if as_json:
        print_json(_facts(draft, together))
    else:
        _show(draft, together)


def _draft(paths: tuple[Path, ...], opened: Workspace | None, catalogue: Catalogue) -> Draft:
    from ctg_tui.services.merging import merge_sides, side_of_assessment, side_of_file

    sides = [
        side_of_assessment(opened, int(str(name)))
        if opened is not None and is_number(str(name))
        else side_of_file(name, catalogue)
        for name in paths
    ]
    return merge_sides(sides, catalogue, utc_now())


def _facts(draft: Draft, together: Together | None) -> dict[str, Any]:
    merged = draft.merged

    def of(*kinds: Kind) -> list[Conflict]:
        return [row for row in merged.conflicts if row.item.kind in kinds]

    def values(row: Conflict, name: str) -> list[dict[str, Any]]:
        given = words.by_value(merged.people.people, row)
        return [{"de": who, name: _plain(value)} for value, names in given.items() for who in names]

    return {
        "id": together and together.assessment_id,
        "nouvelle": together is not None and together.is_new,
        "personnes": len(merged.people.people),
        "prises": len(merged.assessment.answers),
        "conflits": [
            {"activite": row.item.line, "politique": row.item.policy, "valeurs": values(row, "note")}
            for row in of(Kind.NOTE)
        ],
        "indicateurs": [
            {"indicateur": row.item.line, "valeurs": values(row, "nombre")} for row in of(Kind.NUMBER)
        ],
        "actions": [
            {
                "activite": row.item.line,
                "champ": "quand" if row.item.kind is Kind.DUE else "devenir",
                "valeurs": values(row, "valeur"),
            }
            for row in of(Kind.DUE, Kind.OUTCOME)
        ],
        "remarques": list(map(typeset, draft.notices)),
    }


def _plain(value: Value) -> int | str:
    """Return a value as JSON has it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Outcome):
        return value.value
    return answer_text(value) if isinstance(value, NotConcerned) else int(value)


def _show(draft: Draft, together: Together | None) -> None:
    merged = draft.merged
    for notice in draft.notices:
        print_message(typeset(notice))
    print_line(typeset(words.summary(merged)))
    for row in merged.conflicts:
        place = words.place(merged.grid, row.item)
        print_line(typeset(f"  {place} : {words.opinions(merged.people.people, row)}"))
    if together is None:
        print_message(typeset("Rien n’est écrit : « --nouvelle » en fait une évaluation."))
    elif together.is_new:
        print_line(typeset(f"Nouvelle évaluation : n° {together.assessment_id}."))
    else:
        print_message(
            typeset(f"L’évaluation n° {together.assessment_id} était déjà là : elle n’a pas été changée.")
        )


COMMANDS = (merge_files,)
