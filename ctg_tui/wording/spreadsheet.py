"""What was read in a workbook, and where it goes, in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid, number_of
from ctg_tui.wording.french import NBSP, count


class ReadCounts(NamedTuple):
    """How much of a workbook was read, is to be confirmed, and was not read."""

    notes: int
    comments: int
    indicators: int
    to_confirm: int
    unread: int


def summary(counts: ReadCounts, grid: Grid, lines: Collection[str], *, is_new_grid: bool) -> str:
    """Return `« Grille … » ; 12 notes lues, 3 commentaires, 2 à confirmer.`: zeros are left out.

    Of a blank workbook, `Tableur vierge : 14 lignes, celles de la Caf de la Charente.`: `lines` are those of
    the grid that it has.
    """
    number = count(len(lines), "ligne")
    if not any(counts):
        whose = f"{number}, celles {_of_whom(grid, lines)}"
        return typeset(f"Tableur vierge : {f'nouvelle grille de {number}' if is_new_grid else whose}.")
    known = f"nouvelle grille de {number}, celle du tableur" if is_new_grid else f"« {grid.title} »"
    parts = (
        count(counts.notes, "note lue", "notes lues"),
        count(counts.comments, "commentaire"),
        count(counts.indicators, "indicateur"),
        f"{counts.to_confirm}{NBSP}à confirmer",
        count(counts.unread, "cellule non lue", "cellules non lues"),
    )
    said = (part for number, part in zip(counts, parts, strict=True) if number)
    return typeset(f"{known} ; {', '.join(said)}.")


def _of_whom(grid: Grid, lines: Collection[str]) -> str:
    """Return `de la Caf de la Charente` where it wrote all the lines, else the name of the grid."""
    sources = {grid.activities[line].source for line in lines}
    found = {grid.provenance(source).partition(",")[0] for source in sources}
    name = found.pop() if len(found) == 1 else ""
    return f"de la {name}" if name.startswith("Caf ") else f"de « {grid.title} »"


class TakenCounts(NamedTuple):
    """How much was taken, and how many different answers were kept."""

    notes: int
    comments: int
    numbers: int
    kept: int


def taken_counts(counts: TakenCounts) -> str:
    """Return `12 notes prises, 3 commentaires, 1 nombre ; 2 réponses différentes gardées`."""
    parts = (
        count(counts.notes, "note prise", "notes prises"),
        count(counts.comments, "commentaire"),
        count(counts.numbers, "nombre"),
    )
    kept = count(counts.kept, "réponse différente conservée", "réponses différentes conservées")
    return typeset(", ".join(parts) + (f" ; {kept}" if counts.kept else ""))


def not_in_workbook(where: str, value: str, reason: str) -> str:
    """Return the sentence on an answer that the Caf's workbook could not hold."""
    return typeset(f"- {where} : {value} – {reason}")


def key_name(grid: Grid, key: str) -> str:
    """Return the place of a value: `1.3 Famille` for a cell, `1.3` for a line, `1.i2` for an indicator.

    A line that the grid does not have keeps its id.
    """
    line, _, policy = key.partition("/")
    if line not in grid.whole.mission_of:
        return key
    known = grid.policies_by_id.get(policy)
    return f"{number_of(grid, line)} {known.label if known else policy}".strip()


_ROLES: Final = {
    "lignes": "lignes",
    "famille": "Famille",
    "education": "Éducation",
    "social": "Social",
    "politique": "politique",
    "note": "note",
    "commentaires": "commentaires",
}


def role_name(name: str) -> str:
    """Return `Famille` for the column of a policy, `lignes` for that of the lines."""
    return _ROLES.get(name, name)


def columns_sentence(columns: Mapping[str, str], form: str) -> str:
    """Return `lignes : A · Famille : D · commentaires : G`, and the form of the notes where it is another."""
    named = [f"{role_name(name)} : {letters.replace(',', ' ou ')}" for name, letters in columns.items()]
    return typeset(" · ".join((*named, *filter(None, (_FORMS[form],)))))


_FORMS: Final = {"note": "", "croix": "une croix par note", "politique_par_ligne": "une politique par ligne"}
