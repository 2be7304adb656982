"""Another version of a grid, or one that is not here, in French words for the interface and the commands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from ctg_tui import PROGRAM
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.grid import Grid, Origin
from ctg_tui.domain.grid_files import CARRIED, Adoption, GridChange, Kind, LineChange
from ctg_tui.domain.scores import line_count
from ctg_tui.wording.french import count, day_and_time
from ctg_tui.wording.lines import line_number

_KINDS: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.IDENTICAL: ("identique", "identiques"),
    Kind.RENUMBERED: ("renumérotée", "renumérotées"),
    Kind.REWORDED: ("reformulée", "reformulées"),
    Kind.MERGED: ("fusionnée", "fusionnées"),
    Kind.SPLIT: ("scindée", "scindées"),
    Kind.REMOVED: ("supprimée", "supprimées"),
    Kind.ADDED: ("nouvelle", "nouvelles"),
}


INSTALL_IT: Final = (
    f"Installez cette grille avec « {PROGRAM} grille installer FICHIER » ; si elle vient d’un tableur, "
    "demandez à l’expéditeur le tableur vierge de sa Caf, puis donnez-le ici."
)
"""How to get a grid that is not known here."""


def without_its_file(grid_id: str) -> str:
    """Return the sentences on a grid whose file is missing here."""
    return f"Le fichier de la grille « {grid_id} » est introuvable sur ce poste."


def unknown_grid(grid_id: str, safe: str) -> Refusal:
    """Return the refusal of what needs a grid that is not here; `safe` says what was left as it was."""
    return Refusal("grille-inconnue", f"{without_its_file(grid_id)} {safe}", INSTALL_IT)


def what_differs(change: GridChange) -> str:
    """Return the sentences on an assessment whose very grid is not here: what happened, what is safe."""
    if change.former_version == change.version:
        versions = f"même version annoncée, {change.version}"
    else:
        versions = f"version {change.former_version} alors, {change.version} maintenant"
    given = count(change.answers, "réponse")
    if change.without_cell:
        given += f", dont {change.without_cell} à des cases que la grille actuelle n’a pas"
    return (
        "Cette évaluation a été remplie avec une autre version de sa grille, qui n’est pas sur ce poste "
        f"({versions}). Elle contient {given} ; la grille actuelle a "
        f"{count(change.cells, 'case')}. Rien n’est perdu, mais ses chiffres ne peuvent être calculés "
        "qu’avec la grille d’origine."
    )


def adopting(adoption: Adoption, name: str) -> str:
    """Return the question that asks whether to continue with the grid called `name`."""
    return (
        f"Continuer cette évaluation avec {name} ? {effect(adoption)} Une sauvegarde est faite avant, et "
        "Ctrl+Z rétablit tout."
    )


def effect(adoption: Adoption) -> str:
    """Return the sentences on what adopting a grid does to the answers, comments, numbers and actions."""
    values = adoption.carried + adoption.apart
    if not values:
        return "Rien n’y est encore saisi."
    if not adoption.carried:
        return "Rien de ce que vous avez saisi n’y a de place : tout est conservé à part, sans être compté."
    sentences = [_carried(adoption)]
    if adoption.reworded:
        verb = "est" if adoption.reworded == 1 else "sont"
        sentences.append(f"{adoption.reworded} {verb} à relire : le texte de la ligne a changé.")
    return " ".join(sentences)


def _carried(adoption: Adoption) -> str:
    if not adoption.apart:
        return "Tout ce que vous avez saisi est repris."
    taken = "1 est reprise" if adoption.carried == 1 else f"{adoption.carried} sont reprises"
    if adoption.apart == 1:
        rest = "1 n’y a pas de place : elle est conservée à part, sans être comptée"
    else:
        rest = f"{adoption.apart} n’y ont pas de place : elles sont conservées à part, sans être comptées"
    return f"Sur {count(adoption.carried + adoption.apart, 'saisie')}, {taken} ; {rest}."


def comparison_counts(changes: Iterable[LineChange]) -> str:
    """Return `48 lignes reprises : 45 identiques, 3 reformulées ; 2 nouvelles, 1 supprimée.`"""
    numbers = Counter(change.kind for change in changes)
    carried = [_counted(kind, numbers) for kind in Kind if kind in CARRIED and numbers[kind]]
    others = [_counted(kind, numbers) for kind in Kind if kind not in CARRIED and numbers[kind]]
    lines = sum(numbers[kind] for kind in CARRIED)
    sentence = f"{count(lines, 'ligne reprise', 'lignes reprises')}"
    if carried:
        sentence += f" : {', '.join(carried)}"
    return f"{sentence} ; {', '.join(others)}." if others else f"{sentence}."


def _counted(kind: Kind, numbers: Mapping[Kind, int]) -> str:
    return f"{numbers[kind]} {_KINDS[kind][numbers[kind] > 1]}"


def change_name(change: LineChange) -> str:
    """Return what became of a line: `reformulée`."""
    return _KINDS[change.kind][0]


def own_line_name(grid: Grid, line_id: str) -> str:
    """Return `1.3  Intègre…`: the number and the label of a line in its own grid."""
    return f"{line_number(grid, line_id)}  {grid.line(line_id).label}"


def line_name(before: Grid, after: Grid, change: LineChange) -> str:
    """Return `1.3 → 1.4  Intègre…`: the number then and now, and the present text, else the former one."""
    former = "" if change.old is None else line_number(before, change.old)
    present = "" if change.new is None else line_number(after, change.new)
    label = after.line(change.new).label if change.new else before.line(change.old or "").label
    places = f"{former} → {present}" if former and present and former != present else present or former
    return f"{places}  {label}"


def grid_facts(grid: Grid) -> str:
    """Return `version 2024-08 · 4 missions · 14 lignes et 37 proposées · 14 indicateurs`."""
    lines = line_count(grid.activities, grid.proposed_lines)
    proposed = f" et {count(lines.proposed, 'proposée')}" if lines.proposed else ""
    return " · ".join(
        (
            f"version {grid.version}",
            count(len(grid.missions), "mission"),
            f"{count(lines.own, 'ligne')}{proposed}",
            count(len(grid.indicators), "indicateur"),
        )
    )


def origin_name(origin: Origin, file_name: str, at: datetime | None) -> str:
    """Return where a grid comes from: `installée le 12 janvier 2027 à 14 h 02, fichier grille.toml`."""
    when = "" if at is None else f" le {day_and_time(at)}"
    if origin is Origin.SHIPPED:
        return "fournie avec le programme" if at is None else f"fournie avec le programme, enregistrée{when}"
    if origin is Origin.WORKBOOK:
        return f"lue{when} dans le tableur {file_name}"
    if origin is Origin.INSTALLED:
        return f"installée{when}, fichier {file_name}"
    return f"donnée par --grille, fichier {file_name}" + (f", enregistrée{when}" if when else "")


def provenance_changes(
    before: Grid, after: Grid, changes: Iterable[LineChange]
) -> list[tuple[str, list[str]]]:
    """Return the lines that became the Caf's, and those that are no longer: a title, and their names."""
    becomes: list[str] = []
    ceases: list[str] = []
    for change in changes:
        if change.kind not in CARRIED or change.old is None or change.new is None:
            continue
        was, now = before.line(change.old).is_proposed, after.line(change.new).is_proposed
        if was != now:
            (ceases if now else becomes).append(line_name(before, after, change))
    named = (("Désormais lignes de la Caf", becomes), ("Désormais lignes proposées", ceases))
    return [(title, names) for title, names in named if names]
