"""Where a problem of a submission stands, in words a person knows: « Mission 1, Éducation »."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from ctg_tui.domain.grid import Grid
from ctg_tui.domain.line_names import number_of
from ctg_tui.domain.text import clean
from ctg_tui.wording.provenance import MARK, PROPOSED

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_LONGEST_NAME: Final = 64
_BLOCKS: Final[Mapping[str, str]] = {
    "format": "Format du fichier",
    "version": "Version du format",
    "document": "En-tête du fichier",
    "grille": "Grille",
    "evaluation": "Évaluation",
    "territoire": "Territoire",
    "charges_de_cooperation": "Chargé·es de coopération",
    "destinataire": "Contact Caf (CCD)",
    "reponses": "Réponses",
    "commentaires": "Commentaires",
    "indicateurs": "Indicateurs",
    "preparation": "Préparation de l’entretien",
    "actions": "Actions prévues",
    "suites": "Suites données aux remarques",
    "contributions": "Fichiers réunis",
    "resultats": "Résultats",
    "integrite": "Code de contrôle",
}
_ROWS: Final[Mapping[str, str]] = {
    "charges_de_cooperation": "Chargé·e de coopération n°",
    "reponses": "Réponse n°",
    "commentaires": "Commentaire n°",
    "indicateurs": "Indicateur n°",
    "actions": "Action n°",
    "suites": "Suite n°",
    "contributions": "Fichier réuni n°",
}
_ON_LINES: Final = frozenset({"reponses", "commentaires", "indicateurs", "actions", "suites"})
_KEYS: Final[Mapping[str, str]] = {
    "id": "identifiant",
    "revision": "révision",
    "remplace": "fichier remplacé",
    "etat": "état",
    "cree_le": "date",
    "controle": "",
    "empreinte": "",
    "annee": "année",
    "precedente": "évaluation précédente",
    "prenom": "prénom",
    "siren": "SIREN",
    "departement": "département",
    "activite": "ligne",
    "indicateur": "ligne",
    "quoi": "ce qui sera fait",
    "qui": "par qui",
    "quand": "pour quand",
    "devenir": "ce qu’elle est devenue",
    "evaluation": "évaluation",
    "charges_de_cooperation": "personnes",
    "note_initiale": "note de départ",
    "note_conseiller": "note du contact Caf",
    "note_convenue": "note convenue",
    "decision": "décision",
    "lignes_proposees": "lignes proposées",
    "points-forts": "points forts",
    "points-a-travailler": "points à travailler",
    "aide-demandee": "aide demandée",
    "formation": "formation souhaitée",
}
"""The French name of each field that is not called so already."""


def place_of(path: str, document: Any, grid: Grid | None) -> str:
    """Return the French place of a problem, without its figures; blank for the file itself.

    `document` may be of any shape: it is what the file holds. Lines are named as `grid` numbers them, by
    their ids when it is not known.
    """
    steps: list[str | int] = [name or int(rank) for name, rank in _STEP.findall(path)]
    if not steps:
        return ""
    block, *rest = steps
    if block == "resultats":
        return _figures(rest, _get(document, block), grid)
    if rest and isinstance(rest[0], int):
        row = _get(_get(document, block), rest[0])
        return _joined(_row(str(block), rest[0], row, grid), rest[1:])
    return _joined(_BLOCKS.get(str(block), str(block)), rest)


def _joined(first: str, keys: list[str | int]) -> str:
    names = [_KEYS.get(str(key), str(key)) for key in keys if isinstance(key, str)]
    return ", ".join([first, *filter(None, names)])


def _get(value: Any, key: str | int) -> Any:
    if isinstance(key, int):
        return value[key] if isinstance(value, list) and key < len(value) else None
    return value.get(key) if isinstance(value, dict) else None


def _row(block: str, rank: int, row: Any, grid: Grid | None) -> str:
    """Return « Réponse 1.3, Famille » for a row on a line of the grid, else « Réponse n° 4 »."""
    line = _get(row, "activite") or _get(row, "indicateur")
    rows = _ROWS.get(block, f"{_BLOCKS.get(block, block)}, n°")
    if block in _ON_LINES and isinstance(line, str) and grid is not None and line in grid.mission_of:
        policy = _get(row, "politique")
        also = "" if policy is None else f", {_policy(policy, grid)}"
        return f"{rows.removesuffix(' n°')} {number_of(grid, line)}{also}"
    return f"{rows} {rank + 1}"


def _policy(policy: Any, grid: Grid | None) -> str:
    known = None if grid is None else grid.policies_by_id.get(_name(policy))
    return f"politique {_name(policy)}" if known is None else known.label


def _mission(mission: Any, grid: Grid | None) -> str:
    known = None if grid is None else grid.missions_by_id.get(_name(mission))
    return f"Mission {_name(mission) if known is None else known.number}"


def _name(identifier: Any) -> str:
    """Return an id as it can be shown; what is no short text was refused elsewhere."""
    return clean(identifier)[:_LONGEST_NAME] if isinstance(identifier, str) else "inconnue"


def _figures(steps: list[str | int], results: Any, grid: Grid | None) -> str:
    """Return the rubric, the mission or the whole that a figure is of; proposed lines have their mark."""
    mark = ""
    if steps[:1] == ["propositions"]:
        mark, results, steps = f" ({MARK} {PROPOSED})", _get(results, "propositions"), steps[1:]
    table = steps[0] if steps else ""
    if table == "ensemble":
        return f"Ensemble{mark}"
    if len(steps) < 2:
        return f"{_BLOCKS['resultats']}{mark}"
    row = _get(_get(results, table), steps[1])
    mission = _mission(_get(row, "mission"), grid)
    if table == "rubriques":
        return f"{mission}, {_policy(_get(row, 'politique'), grid)}{mark}"
    return f"{mission}{mark}"
