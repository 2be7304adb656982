"""`tableur` and `grille`: a Caf's workbook filled, or made a grid; a grid file checked, installed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ctg_tui.cli import options
from ctg_tui.cli.terminal import Result
from ctg_tui.domain.assessment import parse_answer
from ctg_tui.domain.changes import Field
from ctg_tui.domain.errors import typeset
from ctg_tui.formats import NOTES
from ctg_tui.grids.catalogue import read_grid_file
from ctg_tui.services import spreadsheet as reading
from ctg_tui.services.files import write_output
from ctg_tui.spreadsheet.columns import COMMENTS, LINES, NOTE, POLICY, Columns, distinct
from ctg_tui.wording.french import count

if TYPE_CHECKING:
    from ctg_tui.domain.assessment import Assessment
    from ctg_tui.domain.grid import Grid
    from ctg_tui.services.spreadsheet import Taken, WorkbookFile
    from ctg_tui.spreadsheet.understanding import Read, Unread


columns_option = options.option(
    *("--colonnes", "columns"),
    multiple=True,
    metavar="COLONNES",
    help="Dit les colonnes du tableur d’une Caf : « lignes=A famille=D education=E social=F "
    "commentaires=G », précédé de « Feuille : » pour une seule feuille. Peut se répéter.",
)


def of_file(file: WorkbookFile, own: Assessment | None = None) -> dict[str, Any]:
    """Return what is read in a workbook; what is not that of one's `own` assessment is to confirm."""
    facts: dict[str, list[dict[str, Any]]] = {
        "lu": [],
        "commentaires": [],
        "indicateurs": [],
        "a_confirmer": [],
    }
    for read in reading.values_read(file, own):
        of_activity = "lu" if read.field is Field.ANSWER else "commentaires"
        name = "indicateurs" if read.key in file.grid.indicators else of_activity
        why = {"raison": typeset(read.doubt)} if read.doubt else {}
        facts["a_confirmer" if read.doubt else name].append(_facts(file.grid, read) | why)
    return {
        "fichier": str(file.path),
        "nature": "tableur",
        "etat": "lu",
        "code": "tableur-lu",
        "message": file.summary,
        "grille": {
            "connue": file.new_grid is None,
            "id": file.grid.id,
            "activites": len(file.activities),
            "indicateurs": len(file.lines - file.activities),
        },
        "colonnes": [_column_facts(table) for table in file.reading.tables],
        **facts,
        "non_lu": unread_facts(file.reading.unread),
    }


def of_taken(taken: Taken) -> dict[str, Any]:
    """Return what replaces the facts of a file that was only read."""
    notes, comments, numbers = taken.counts
    return {
        "etat": "pris",
        "code": "tableur-pris",
        "message": typeset(f"Évaluation n° {taken.assessment_id} : {taken.words}."),
        "id": taken.assessment_id,
        "pris": {"notes": notes, "commentaires": comments, "nombres": numbers},
    }


def _column_facts(table: Columns) -> dict[str, Any]:
    """Return which column is what, as proposed or said; several letters where the headings leave it open."""
    lettered = table.lettered
    others = {name: lettered.pop(name, None) for name in (LINES, POLICY, NOTE, COMMENTS)}
    return {"feuille": table.sheet, "forme": table.form, "politiques": lettered, **others}


def _facts(grid: Grid, read: Read) -> dict[str, Any]:
    """Return what a cell says: a note, a comment, a number or the comment of an indicator."""
    line, _, policy = read.key.partition("/")
    facts: dict[str, Any] = {"adresse": read.address}
    named = {"libelle": grid.lines[line].label}
    if read.field is Field.ANSWER:
        note = NOTES[parse_answer(read.text)]
        return facts | {"activite": line, **named, "politique": policy, "note": note}
    if line in grid.activities:
        return facts | {"activite": line, "texte": read.text}
    is_number = read.field is Field.NUMBER
    number, comment = (int(read.text), "") if is_number else (None, read.text)
    return facts | {"indicateur": line, **named, "nombre": number, "commentaire": comment}


def unread_facts(unread: Iterable[Unread]) -> list[dict[str, str]]:
    return [{"adresse": one.address, "valeur": one.value, "raison": typeset(one.reason)} for one in unread]


def in_lines(file: WorkbookFile, own: Assessment | None = None) -> Iterator[str]:
    """Yield which column is what, then line by line what is read and what is not."""
    yield f"{file.name} : {file.summary}"
    for where, table in distinct(file.reading.tables):
        yield f"  colonnes     {where} : {table.sentence(file.grid.policies)}"
    for line in reading.lines_read(file, own):
        doubt = f"{line.address} : {line.doubt} " if line.doubt else ""
        yield f"  {'à confirmer' if doubt else 'lu':<13}{doubt}{line.text}"
    for unread in file.reading.unread:
        yield f"  non lu       {unread.address} : {unread.reason}"


@options.command(
    "tableur",
    short_help="Écrit le tableur de la Caf, rempli.",
    help="Écrit une copie remplie du tableur dont vient l’évaluation : notes, commentaires et nombres sont "
    "dans ses cellules, tout le reste est inchangé. La copie est relue avant d’être enregistrée.",
)
@click.argument("which", metavar="[ID]", required=False)
@options.output_option("Le tableur à écrire", ".xlsx")
@options.replace_option
@options.run_options
def fill_workbook(which: str | None, path: Path, replace: bool) -> Result:
    with options.workspace() as opened:
        assessment_id = options.chosen_id(opened, which)
        filled = reading.of_assessment(opened, assessment_id)
    write_output(path, filled.content, replace=replace)
    return Result(
        {
            "fichier": str(path),
            "cellules": filled.written,
            "non_ecrit": unread_facts(filled.left_out),
        },
        (f"Tableur rempli et relu : {path}",),
        [f"- {left.sentence}" for left in filled.left_out],
    )


# Grid files.


@click.group("grille", cls=options.Group, help="Ce qui concerne un fichier de grille.")
def grid_group() -> None:
    """Group the commands on grid files."""


@grid_group.command("verifier", help="Vérifie un fichier de grille (TOML).")
@click.argument("path", metavar="FICHIER", type=options.A_PATH)
@options.json_option
def verify_grid(path: Path) -> Result:
    grid = read_grid_file(path).grid
    lines = (
        f"La grille « {grid.title} » est valide : {count(len(grid.activities), 'ligne')}.",
        f"Identifiant : {grid.id}, version {grid.version}.",
    )
    return Result({"fichier": str(path), "valide": True, "grille": _grid_facts(grid)}, lines)


def _grid_facts(grid: Grid) -> dict[str, Any]:
    return {
        "id": grid.id,
        "version": grid.version,
        "empreinte": grid.fingerprint,
        "titre": grid.title,
        "missions": len(grid.missions),
        "activites": len(grid.activities),
        "propositions": sum(line.is_proposed for line in grid.activities.values()),
        "politiques": len(grid.policies),
        "indicateurs": len(grid.indicators),
    }


@grid_group.command(
    "installer",
    short_help="Ajoute une grille à celles que vous avez.",
    help="Conserve un fichier de grille avec vos évaluations : il est proposé pour les nouvelles, et sert à "
    "lire les fichiers reçus remplis avec lui. Aucune évaluation ne change de grille toute seule.",
)
@click.argument("path", metavar="FICHIER", type=options.A_PATH)
@options.run_options
def install_grid(path: Path) -> Result:
    from ctg_tui.services.exchange import install

    with options.workspace(write=True) as opened:
        grid, is_new = install(opened, path)
    name = f"« {grid.title} » ({grid.id}, version {grid.version})"
    said = f"{'Grille installée' if is_new else 'Cette grille est déjà là'} : {name}."
    state = "installee" if is_new else "deja"
    return Result({"fichier": str(path), "etat": state, "grille": _grid_facts(grid)}, (said,))


@grid_group.command(
    "creer",
    short_help="Crée une grille avec les lignes d’un tableur.",
    help="Écrit un fichier de grille avec les lignes du tableur d’une Caf, à relire et à partager.",
)
@click.argument("workbook", metavar="FICHIER", type=options.A_PATH)
@options.output_option("Le fichier de grille à écrire", ".toml")
@columns_option
@options.replace_option
@options.run_options
def create_grid(workbook: Path, path: Path, columns: tuple[str, ...], replace: bool) -> Result:
    made = reading.grid_made_of(workbook, options.known_catalogue(), columns)
    write_output(path, made.raw, replace=replace)
    grid = made.grid
    lines = f"{count(len(grid.activities), 'ligne')}, identifiant {grid.id}."
    return Result(
        {"fichier": str(path), "id": grid.id, "empreinte": grid.fingerprint},
        (f"Grille écrite : {path}", lines),
    )


COMMANDS = (grid_group, fill_workbook)
