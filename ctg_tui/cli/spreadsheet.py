"""What `importer` and `tableur` print, as JSON and as lines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctg_tui.cli.terminal import print_line
from ctg_tui.domain.assessment import NOT_CONCERNED, Answer
from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.spreadsheet.roles import Roles, grouped
from ctg_tui.wording.french import NBSP
from ctg_tui.wording.spreadsheet import columns_sentence, taken_counts

if TYPE_CHECKING:
    from ctg_tui.services.spreadsheet.filling import Filled
    from ctg_tui.services.spreadsheet.reading import Taken, WorkbookFile
    from ctg_tui.spreadsheet.understanding import ReadComment, ReadIndicator, Reading, ReadNote, Unread


def of_refusal(path: Path, refusal: Refusal) -> dict[str, Any]:
    return {
        "fichier": str(path),
        "nature": _nature(path, refusal),
        "etat": "refuse",
        "code": refusal.code,
        "message": refusal.sentences(),
    }


def _nature(path: Path, refusal: Refusal) -> str:
    if refusal.code.startswith("tableur-"):
        return "tableur"
    return "soumission" if path.suffix.casefold() == ".json" else "inconnu"


def of_file(file: WorkbookFile) -> dict[str, Any]:
    reading = file.reading
    return {
        "fichier": str(file.path),
        "nature": "tableur",
        "etat": "lu",
        "code": "tableur-lu",
        "message": file.summary,
        "empreinte_fichier": file.sha256,
        "empreinte_grille": file.grid.fingerprint,
        "grille": {
            "connue": file.new_grid is None,
            "id": file.grid.id,
            "activites": reading.lines,
            "indicateurs": reading.indicator_lines,
        },
        "colonnes": [_column_facts(table) for table in reading.tables],
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


def of_taken(taken: Taken) -> dict[str, Any]:
    """Return what replaces the facts of a file that was only read."""
    counts = taken.counts
    return {
        "etat": "pris",
        "code": "tableur-pris",
        "message": typeset(f"Évaluation n° {taken.assessment_id} : {taken_counts(counts)}."),
        "id": taken.assessment_id,
        "pris": {
            "notes": counts.notes,
            "commentaires": counts.comments,
            "nombres": counts.numbers,
        },
        "gardes": [
            {
                "adresse": conflict.address,
                "ligne": conflict.line,
                "ici": conflict.here,
                "tableur": conflict.workbook,
            }
            for conflict in taken.plan.conflicts
        ],
    }


def of_filled(path: Path, filled: Filled) -> dict[str, Any]:
    return {
        "fichier": str(path),
        "cellules": filled.written,
        "non_ecrit": [
            {"ou": left.where, "valeur": left.value, "raison": typeset(left.reason)}
            for left in filled.left_out
        ],
    }


def _column_facts(table: Roles) -> dict[str, Any]:
    """Return which column is what, as proposed or said; several letters where the headings leave it open."""
    letters = table.lettered
    known = ("lignes", "commentaires", "politique", "note")
    return {
        "feuille": table.sheet,
        "a_partir_de": table.address,
        "forme": table.form.value,
        "lignes": letters.get("lignes"),
        "politiques": {name: letter for name, letter in letters.items() if name not in known},
        "politique": letters.get("politique"),
        "note": letters.get("note"),
        "commentaires": letters.get("commentaires"),
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


def show(file: WorkbookFile) -> None:
    """Print the three lists of a reading, each cell with its address."""
    print_line(f"{file.name}{NBSP}: {file.summary}")
    for where, (table, *_) in grouped(file.reading.tables):
        print_line(typeset(f"  colonnes     {where} : {columns_sentence(table.lettered, table.form)}"))
    for facts, doubt in _doubtful(file.reading):
        print_line(typeset(f"  à confirmer  {facts['adresse']} : {doubt}"))
    for unread in file.reading.unread:
        print_line(typeset(f"  non lu       {unread.address} : {unread.reason}"))
    for difference in file.reading.differences:
        figures = f"le tableur affiche {difference.shown}, ses notes donnent {difference.computed}"
        print_line(typeset(f"  écart        {difference.address} : {figures}."))
