"""`importer`: read a workbook of the Caf and show its values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ctg_tui.cli.databases import known_catalogue
from ctg_tui.cli.french import Command
from ctg_tui.cli.options import A_PATH, database_option, grid_option, json_option
from ctg_tui.cli.streams import print_json, print_line, print_message
from ctg_tui.domain.answers import NOT_CONCERNED, Answer
from ctg_tui.domain.errors import EXIT_INVALID_DOCUMENT, InvalidDocument, typeset
from ctg_tui.services import import_spreadsheet
from ctg_tui.spreadsheet.understanding import ReadComment, ReadIndicator, Reading, ReadNote, Unread
from ctg_tui.system.files import shown_name
from ctg_tui.wording.french import NBSP, count


@click.command("importer", cls=Command, help="Lit le tableur d’une Caf et montre ce qu’il contient.")
@click.argument("paths", metavar="FICHIER…", type=A_PATH, nargs=-1, required=True)
@database_option
@grid_option
@json_option
def import_files(paths: tuple[Path, ...], as_json: bool) -> int:
    catalogue = known_catalogue()
    facts = []
    refused = False
    for path in paths:
        try:
            reading = import_spreadsheet.read(path, catalogue)
        except InvalidDocument as refusal:
            refused = True
            facts.append(_refusal_facts(path, refusal))
            if not as_json:
                print_message(refusal.sentences())
            continue
        facts.append(_facts(path, reading))
        if not as_json:
            _show(path, reading)
    if as_json:
        print_json(facts)
    return EXIT_INVALID_DOCUMENT if refused else 0


def _refusal_facts(path: Path, refusal: InvalidDocument) -> dict[str, Any]:
    return {
        "fichier": str(path),
        "nature": "tableur" if refusal.code.startswith("tableur-") else "inconnu",
        "etat": "refuse",
        "code": refusal.code,
        "message": refusal.sentences(),
    }


def _facts(path: Path, reading: Reading) -> dict[str, Any]:
    return {
        "fichier": str(path),
        "nature": "tableur",
        "etat": "lu",
        "code": "tableur-lu",
        "message": _summary(reading),
        "grille": {
            "connue": reading.grid is not None,
            "id": None if reading.grid is None else reading.grid.id,
            "activites": reading.lines,
            "indicateurs": reading.indicator_lines,
        },
        "lu": [_note_facts(note) for note in reading.notes if not note.doubt],
        "commentaires": [_comment_facts(comment) for comment in reading.comments if not comment.doubt],
        "indicateurs": [_indicator_facts(line) for line in reading.indicators if not line.doubt],
        "a_confirmer": [facts | {"raison": typeset(doubt)} for facts, doubt in _doubtful(reading)],
        "non_lu": [_unread_facts(cell) for cell in reading.unread],
        "ecarts": [
            {"adresse": difference.address, "tableur": difference.shown, "calcul": difference.computed}
            for difference in reading.differences
        ],
    }


def _doubtful(reading: Reading) -> list[tuple[dict[str, Any], str]]:
    """Return the values that the person must confirm, each with the reason."""
    return [
        *((_note_facts(note), note.doubt) for note in reading.notes if note.doubt),
        *((_comment_facts(comment), comment.doubt) for comment in reading.comments if comment.doubt),
        *((_indicator_facts(line), line.doubt) for line in reading.indicators if line.doubt),
    ]


def _answer_fact(answer: Answer) -> int | str:
    return "NC" if answer is NOT_CONCERNED else int(answer)


def _note_facts(note: ReadNote) -> dict[str, Any]:
    return {
        "adresse": note.address,
        "activite": note.cell.activity,
        "libelle": note.label,
        "politique": note.cell.policy,
        "note": _answer_fact(note.answer),
    }


def _comment_facts(comment: ReadComment) -> dict[str, Any]:
    return {"adresse": comment.address, "activite": comment.activity, "texte": comment.text}


def _indicator_facts(line: ReadIndicator) -> dict[str, Any]:
    return {
        "adresse": line.address,
        "indicateur": line.indicator,
        "libelle": line.label,
        "nombre": line.number,
        "commentaire": line.comment,
    }


def _unread_facts(unread: Unread) -> dict[str, str]:
    return {"adresse": unread.address, "valeur": unread.value, "raison": typeset(unread.reason)}


def _summary(reading: Reading) -> str:
    if reading.grid is None:
        lines = count(reading.lines, "ligne")
        return typeset(f"{lines} d’une grille inconnue ici : ses notes n’ont pas été lues.")
    sure = [note for note in reading.notes if not note.doubt]
    doubtful = _doubtful(reading)
    parts = (
        count(len(sure), "note lue", "notes lues"),
        count(sum(not comment.doubt for comment in reading.comments), "commentaire"),
        count(sum(not line.doubt for line in reading.indicators), "indicateur"),
        f"{len(doubtful)}{NBSP}à confirmer",
        count(len(reading.unread), "cellule non lue", "cellules non lues"),
    )
    return ", ".join(parts) + "."


def _show(path: Path, reading: Reading) -> None:
    print_line(f"{shown_name(path)}{NBSP}: {_summary(reading)}")
    for facts, doubt in _doubtful(reading):
        print_line(typeset(f"  à confirmer  {facts['adresse']} : {doubt}"))
    for unread in reading.unread:
        print_line(typeset(f"  non lu       {unread.address} : {unread.reason}"))
    for difference in reading.differences:
        figures = f"le tableur affiche {difference.shown}, ses notes donnent {difference.computed}"
        print_line(typeset(f"  écart        {difference.address} : {figures}."))
    print_line(
        typeset("Rien n’a été enregistré : cette commande montre seulement ce que le tableur contient.")
    )


COMMANDS = (import_files,)
