"""`fusionner`: the files of several people of one territory, merged into one draft."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ctg_tui.cli.options import (
    A_PATH,
    Misuse,
    command,
    is_number,
    known_catalogue,
    never_replaced,
    opened_for,
    option,
    output_option,
    replace_option,
    run_options,
    workspace,
)
from ctg_tui.cli.terminal import print_json, print_line, print_message
from ctg_tui.domain.assessment import NotConcerned, Outcome, answer_text
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.merging import Disagreement, Kind, State, Value
from ctg_tui.domain.text import short_fingerprint
from ctg_tui.submission.document import contribution_rows
from ctg_tui.system.computer import utc_now
from ctg_tui.wording import merging as words
from ctg_tui.wording.french import NBSP

if TYPE_CHECKING:
    from ctg_tui.domain.merging import Merged
    from ctg_tui.grids.catalogue import Catalogue
    from ctg_tui.services.merging import Draft, Merger
    from ctg_tui.services.received.kept import TakenBack


@command(
    "fusionner",
    short_help="Réunit les fichiers de plusieurs personnes d’un territoire.",
    help="Réunit en un nouveau brouillon les évaluations de plusieurs personnes d’un territoire : leurs "
    "fichiers, ou les vôtres par leur numéro. Les commentaires sont tous gardés, sous leur auteur. Deux "
    "notes différentes ne sont jamais départagées d’elles-mêmes : la case reste vide jusqu’à votre choix. "
    "Relancez la même commande avec d’autres choix pour continuer : ceux déjà faits sont gardés dans "
    "le fichier --sortie. Les fichiers réunis ne sont pas modifiés.",
)
@click.argument("paths", metavar="FICHIER…", type=A_PATH, nargs=-1, required=True)
@output_option("Le brouillon à écrire", "du brouillon", ".json")
@option(
    "--nouvelle",
    "as_new",
    is_flag=True,
    help="En fait aussi une nouvelle évaluation, modifiable ; Ctrl+Z y annule la fusion.",
)
@replace_option
@run_options
def merge_files(
    paths: tuple[Path, ...],
    path: Path,
    as_new: bool,
    replace: bool,
    as_json: bool,
) -> None:
    from ctg_tui.services import merging
    from ctg_tui.services.files import write_output

    if len(paths) < 2:
        raise Misuse("Donnez au moins deux fichiers à réunir.")
    merger, catalogue = _merger(paths)
    made = merging.draft(merger, catalogue, utc_now())
    write_output(path, made.file.content, never_replaced(*paths), replace=replace)
    taken = _take(path) if as_new else None
    if as_json:
        print_json(_facts(path, merger, made, taken))
        return
    _show(path, merger, made, taken)


def _merger(paths: Iterable[Path]) -> tuple[Merger, Catalogue]:
    from ctg_tui.services.merging import merger_of, side_of_assessment, side_of_file

    with opened_for(paths) as (opened, catalogue):
        sides = [
            side_of_assessment(opened, int(str(name)))
            if opened is not None and is_number(str(name))
            else side_of_file(name, catalogue)
            for name in paths
        ]
        return merger_of(sides), known_catalogue()


def _take(path: Path) -> TakenBack:
    """Make an assessment of the draft, unless it was made before; its values are one edit."""
    from ctg_tui.services.received.kept import take_back

    with workspace(write=True) as opened:
        return take_back(opened, path, doubles=True)  # of the territory and year of its files


def _facts(path: Path, merger: Merger, made: Draft, taken: TakenBack | None) -> dict[str, Any]:
    merged = made.merged
    rows = merged.disagreements
    return {
        "fichier": str(path),
        "empreinte": made.file.fingerprint,
        "empreinte_courte": short_fingerprint(made.file.fingerprint),
        **({} if taken is None else {"id": taken.assessment_id, "nouvelle": taken.is_new}),
        "personnes": [
            {"ref": person.ref, "nom": person.last_name, "prenom": person.first_name}
            for person in merged.people.people
        ],
        "prises": merged.taken,
        "conflits": _notes(rows, State.CONFLICT),
        "reglees": _notes(rows, State.SETTLED),
        "suivies": _notes(rows, State.FOLLOWED),
        "indicateurs": [
            {
                "indicateur": row.item.line,
                "nombre": row.result,
                "valeurs": [
                    {"ref": ref, "nombre": opinion.value} for opinion in row.opinions for ref in opinion.refs
                ],
            }
            for row in rows
            if row.item.kind is Kind.NUMBER
        ],
        "actions": [
            {
                "activite": row.item.line,
                "champ": "quand" if row.item.kind is Kind.DUE else "devenir",
                "valeur": None if row.result is None else _plain(row.result),
                "valeurs": [
                    {"ref": ref, "valeur": _plain(opinion.value)}
                    for opinion in row.opinions
                    for ref in opinion.refs
                ],
            }
            for row in rows
            if row.item.kind in {Kind.DUE, Kind.OUTCOME}
        ],
        "commentaires": len(merged.assessment.comments),
        "contributions": contribution_rows(merged.assessment.contributions),
        "remarques": [typeset(notice) for notice in _notices(merger, merged)],
    }


def _notes(rows: Iterable[Disagreement], state: State) -> list[dict[str, Any]]:
    return [
        {
            "activite": row.item.line,
            "politique": row.item.policy,
            "valeurs": [
                {"ref": ref, "note": _plain(opinion.value)}
                for opinion in row.opinions
                for ref in opinion.refs
            ],
            **({} if row.result is None else {"note": _plain(row.result)}),
        }
        for row in rows
        if row.item.kind is Kind.NOTE and row.state is state
    ]


def _plain(value: Value) -> int | str:
    """Return a value as JSON has it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Outcome):
        return value.value
    return answer_text(value) if isinstance(value, NotConcerned) else int(value)


def _notices(merger: Merger, merged: Merged) -> list[str]:
    return [*merger.notices, *(words.DIFFERENCES[difference] for difference in merged.differences)]


def _show(path: Path, merger: Merger, made: Draft, taken: TakenBack | None) -> None:
    merged = made.merged
    for notice in _notices(merger, merged):
        print_message(typeset(notice))
    print_line(f"Brouillon écrit et relu{NBSP}: {path}")
    print_line(f"code de contrôle {short_fingerprint(made.file.fingerprint)}")
    for sentence in words.summary(merged.taken, merged.disagreements, merged.repeated):
        print_line(typeset(sentence))
    for row in merged.disagreements:
        print_line(typeset(f"  {words.disagreement(merged.grid, merged.people.people, row)}"))
    if merged.conflicts:
        print_message(
            typeset(
                "Les cases à choisir sont vides dans le brouillon : « --nouvelle » en fait une évaluation où "
                "les remplir."
            )
        )
    if taken is not None and taken.is_new:
        print_line(typeset(f"Nouvelle évaluation : n° {taken.assessment_id}."))
    elif taken is not None:
        print_message(
            typeset(f"L’évaluation n° {taken.assessment_id} était déjà là : elle n’a pas été changée.")
        )


COMMANDS = (merge_files,)
