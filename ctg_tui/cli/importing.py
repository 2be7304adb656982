"""`importer` and `tableur`: received files come in, and the workbook of a Caf goes out filled."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ctg_tui.cli import import_facts
from ctg_tui.cli.databases import chosen_id, never_replaced, workspace
from ctg_tui.cli.french import Misuse, command, option
from ctg_tui.cli.grids import grid_group
from ctg_tui.cli.options import A_PATH, json_option, output_option, replace_option, run_options
from ctg_tui.cli.streams import print_json, print_line, print_message
from ctg_tui.domain.errors import EXIT_REFUSED, InvalidDocument, Refusal, typeset
from ctg_tui.wording.french import NBSP, count
from ctg_tui.wording.spreadsheet import key_name, not_in_workbook, taken_counts

if TYPE_CHECKING:
    from ctg_tui.services.import_spreadsheet import WorkbookFile
    from ctg_tui.services.take_spreadsheet import Taken


@command(
    "importer",
    short_help="Reçoit des fichiers pour la Caf, ou lit le tableur d’une Caf.",
    help="Reçoit des fichiers pour la Caf, seuls, en dossiers, en courriels (.eml, .mbox) ou en archives "
    "(.zip). Chacun est vérifié, puis gardé tel quel. Reçoit aussi les avis de la Caf, en .json ou dans le "
    "rapport qu’elle a complété (.xlsx). Lit aussi le tableur d’une Caf (.xlsx, .ods, .csv) et montre "
    "ce qu’il contient. Avec --nouvelle ou --dans, reprend les réponses du tableur ; avec --nouvelle, celles "
    "de votre propre fichier, par exemple sur un nouvel ordinateur. Avec --dans, un fichier pour la Caf qui "
    "est une autre version de cette évaluation montre ce qui diffère. Les fichiers ne sont jamais modifiés.",
)
@click.argument("paths", metavar="FICHIER…", type=A_PATH, nargs=-1, required=True)
@option("--nouvelle", "as_new", is_flag=True, help="En fait une nouvelle évaluation, modifiable.")
@option(
    "--en-double",
    is_flag=True,
    help="Avec --nouvelle, même s’il y a déjà une évaluation de ce territoire pour la même année et le même "
    "moment.",
)
@option(
    *("--dans", "into"),
    metavar="ID",
    help="Complète cette évaluation ; une case qui a déjà une autre réponse n’est pas changée.",
)
@option(
    *("--remplacer", "replace"),
    is_flag=True,
    help="Avec --dans et un fichier pour la Caf : met son contenu à la place du vôtre, après une "
    "sauvegarde ; Ctrl+Z rend le vôtre.",
)
@option(
    *("--confirmer", "confirmed"),
    multiple=True,
    metavar="ADRESSE",
    help="Prend aussi la valeur de cette cellule, à confirmer ou différente. Peut se répéter.",
)
@option(
    *("--grille-du-tableur", "own_grid"),
    is_flag=True,
    help="Crée une grille avec les lignes du tableur, même semblables à celles d’une grille connue.",
)
@run_options
def import_files(
    paths: tuple[Path, ...],
    as_new: bool,
    en_double: bool,
    into: str | None,
    replace: bool,
    confirmed: tuple[str, ...],
    own_grid: bool,
    as_json: bool,
) -> int:
    if as_new and into is not None:
        raise Misuse("--nouvelle et --dans ne vont pas ensemble.")
    if (as_new or into is not None) and len(paths) > 1:
        raise Misuse("Avec --nouvelle ou --dans, donnez un seul fichier.")
    if confirmed and not as_new and into is None:
        raise Misuse("--confirmer demande --nouvelle ou --dans.")
    if en_double and not as_new:
        raise Misuse("--en-double demande --nouvelle.")
    if own_grid and into is not None:
        raise Misuse("Avec --dans, le tableur est lu avec la grille de l’évaluation.")
    if replace and (into is None or not _is_submission(paths[0])):
        raise Misuse("--remplacer demande --dans et un fichier pour la Caf (.json).")
    if as_new or into is not None:
        return _take_one(paths[0], into, replace, confirmed, own_grid, en_double, as_json)
    from ctg_tui.cli import receiving  # as below, the other commands do without it

    return receiving.receive(paths, own_grid, as_json)


def _is_submission(path: Path) -> bool:
    return path.suffix.casefold() == ".json"


def _take_one(
    path: Path,
    into: str | None,
    replace: bool,
    confirmed: tuple[str, ...],
    own_grid: bool,
    doubles: bool,
    as_json: bool,
) -> int:
    """Take a workbook, or a submission back, into an assessment that can be edited."""
    try:
        if _is_submission(path):
            from ctg_tui.cli import importing_submissions

            if into is None:
                facts = importing_submissions.take(path, doubles, as_json)
            else:
                facts = importing_submissions.put(path, into, replace=replace, as_json=as_json)
        else:
            facts = _take(path, into, confirmed, own_grid, as_json)
    except Refusal as refusal:
        if not isinstance(refusal, InvalidDocument) and type(refusal) is not Refusal:
            raise  # about the assessments, not the file
        if as_json:
            print_json([import_facts.of_refusal(path, refusal)])
        else:
            print_message(refusal.sentences())
        return refusal.exit_code
    if as_json:
        print_json([facts])
    return EXIT_REFUSED if facts["etat"] == "refuse" else 0


def _take(
    path: Path, into: str | None, confirmed: tuple[str, ...], own_grid: bool, as_json: bool
) -> dict[str, Any]:
    from ctg_tui.services import import_spreadsheet, take_spreadsheet

    with workspace(write=True) as opened:
        if into is None:
            file = import_spreadsheet.read(path, opened.catalogue, own_grid=own_grid)
            _require_known(file, confirmed)
            taken = take_spreadsheet.take_as_new(opened, file, confirmed)
        else:
            assessment_id = chosen_id(opened, into, latest=False)
            file = take_spreadsheet.read_for(opened, path, assessment_id)
            _require_known(file, confirmed)
            taken = take_spreadsheet.take_into(opened, file, assessment_id, confirmed)
    if not as_json:
        _show_taken(file, taken, is_new=into is None)
    return import_facts.of_file(file) | import_facts.of_taken(taken)


def _require_known(file: WorkbookFile, confirmed: tuple[str, ...]) -> None:
    """Raise Misuse for an address that has nothing to take: it would be confirmed in vain."""
    unknown = [address for address in confirmed if address not in file.reading.addresses]
    if unknown:
        raise Misuse(f"Rien n’est à confirmer en « {unknown[0]} ».")


def _show_taken(file: WorkbookFile, taken: Taken, *, is_new: bool) -> None:
    import_facts.show(file)
    for conflict in taken.plan.conflicts:
        print_line(
            typeset(
                f"  gardé        {key_name(file.grid, conflict.line)} : {conflict.here} ici, "
                f"{conflict.workbook} en {conflict.address}."
            )
        )
    done = "Nouvelle évaluation" if is_new else "Évaluation complétée"
    print_line(typeset(f"{done} : n° {taken.assessment_id}, {taken_counts(taken.counts)}."))


@command(
    "tableur",
    short_help="Écrit le tableur de la Caf, rempli.",
    help="Écrit une copie remplie du tableur dont vient l’évaluation : notes, commentaires et nombres sont "
    "dans ses cellules, tout le reste est inchangé. La copie est relue avant d’être enregistrée.",
)
@click.argument("which", metavar="[ID]", required=False)
@output_option("Le tableur à écrire", "du tableur", ".xlsx")
@option(
    *("--modele", "model"),
    type=A_PATH,
    metavar="FICHIER",
    help="Un autre exemplaire du tableur à remplir que celui qui a été repris.",
)
@replace_option
@run_options
def fill_workbook(which: str | None, path: Path, model: Path | None, replace: bool, as_json: bool) -> None:
    from ctg_tui.services import fill_spreadsheet
    from ctg_tui.services.outputs import write_output

    with workspace() as opened:
        assessment_id = chosen_id(opened, which, latest=False)
        filled = fill_spreadsheet.of_assessment(opened, assessment_id, model)
    write_output(path, filled.content, never_replaced(model), replace=replace)
    if as_json:
        print_json(import_facts.of_filled(path, filled))
        return
    print_line(f"Tableur rempli et relu{NBSP}: {path}")
    for left in filled.left_out:
        print_message(not_in_workbook(left.where, left.value, left.reason))


@grid_group.command(
    "creer",
    short_help="Crée une grille avec les lignes d’un tableur.",
    help="Écrit un fichier de grille avec les lignes du tableur d’une Caf, à relire et à partager.",
)
@click.argument("workbook", metavar="FICHIER", type=A_PATH)
@output_option("Le fichier de grille à écrire", "de la grille", ".toml")
@replace_option
@json_option
def create_grid(workbook: Path, path: Path, replace: bool, as_json: bool) -> None:
    from ctg_tui.services import import_spreadsheet
    from ctg_tui.services.outputs import write_output

    made = import_spreadsheet.grid_made_of(workbook)
    write_output(path, made.raw, never_replaced(workbook), replace=replace)
    grid = made.grid
    if as_json:
        print_json({"fichier": str(path), "id": grid.id, "empreinte": grid.fingerprint})
        return
    print_line(typeset(f"Grille écrite : {path}"))
    print_line(typeset(f"{count(len(grid.activities), 'activité')}, identifiant {grid.id}."))


COMMANDS = (import_files, fill_workbook)
