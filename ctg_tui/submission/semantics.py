"""Checks that the schema cannot express, and where a problem stands, in words that a person knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from ctg_tui.domain.assessment import Cell
from ctg_tui.domain.grid import Grid, number_of
from ctg_tui.domain.text import clean
from ctg_tui.formats import (
    MAX_PROBLEMS,
    OTHER_GRID_VERSION,
    Document,
    Problem,
    ProblemCode,
    named,
    repeated,
    row_path,
    typeset_problem,
    wrong_hashes,
    wrong_order,
)
from ctg_tui.submission.document import Layout, follow_up_rows, follow_ups_of
from ctg_tui.wording.french import count
from ctg_tui.wording.lines import MARK, PROPOSED

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
    "soumission": "Fichier pour la Caf",
    "auteur": "Auteur",
    "entretien": "Entretien",
    "lignes": "Remarques",
    "questions": "Questions",
    "notes_convenues": "Notes convenues",
}
_ROWS: Final[Mapping[str, str]] = {
    "charges_de_cooperation": "Chargé·e de coopération n°",
    "reponses": "Réponse n°",
    "commentaires": "Commentaire n°",
    "indicateurs": "Indicateur n°",
    "actions": "Action n°",
    "suites": "Suite n°",
    "contributions": "Fichier réuni n°",
    "lignes": "Remarque n°",
    "questions": "Question n°",
    "notes_convenues": "Note convenue n°",
}
_ON_LINES: Final = frozenset(
    {"reponses", "commentaires", "indicateurs", "actions", "suites", "lignes", "questions", "notes_convenues"}
)
_KEYS: Final[Mapping[str, str]] = {
    "id": "identifiant",
    "revision": "version",
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
    "ordre_du_jour": "ordre du jour",
    "depassee": "avis dépassé",
    "lignes_proposees": "lignes proposées",
    "rendez-vous": "date de l’entretien",
    "points-forts": "points forts",
    "points-a-travailler": "points à travailler",
    "aide-demandee": "aide demandée",
    "formation": "formation souhaitée",
}
"""The French name of each field that is not called so already."""


def placed(problem: Problem, document: Any, grid: Grid | None) -> Problem:
    """Return `problem` as it is shown: its place in words, its spaces those of French."""
    return typeset_problem(problem._replace(place=place_of(problem.path, document, grid)))


def in_short(problems: Sequence[Problem]) -> str:
    """Return the first problem as a sentence, and how many others there are."""
    others = len(problems) - 1
    more = f" Et {count(others, 'autre problème', 'autres problèmes')}." if others else ""
    return problems[0].sentence() + more


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
    if block in _ON_LINES and isinstance(line, str) and grid is not None and line in grid.whole.mission_of:
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


# Why a document is not the one that its own content gives, `expected`, built here.


def differences(document: Document, expected: Document, layout: Layout) -> Iterator[Problem]:
    """Yield every difference between a document and the one that its own content gives."""
    yield from wrong_hashes(document)
    if document["grille"]["lignes_proposees"] != expected["grille"]["lignes_proposees"]:
        message = "ces lignes ne sont pas celles que la grille dit proposées."
        yield Problem(ProblemCode.OTHER_GRID_VERSION, "grille.lignes_proposees", message)
    elif document["grille"] != expected["grille"]:
        yield OTHER_GRID_VERSION
    lines = tuple(islice(_lines(document, layout), MAX_PROBLEMS))
    yield from lines
    if not lines:
        yield from _wrong_figures(document["resultats"], expected["resultats"])


def _lines(document: Document, layout: Layout) -> Iterator[Problem]:
    cells = [Cell(row["activite"], row["politique"]) for row in document["reponses"]]
    yield from _rows("reponses", "activite", cells, layout.cells, layout)
    comments = [row["activite"] for row in document["commentaires"]]
    yield from _rows("commentaires", "activite", comments, layout.commented, layout)
    indicators = [row["indicateur"] for row in document["indicateurs"]]
    yield from _rows("indicateurs", "indicateur", indicators, layout.indicators, layout)
    actions = [row["activite"] for row in document.get("actions", ())]
    yield from _rows("actions", "activite", actions, layout.planned, layout)
    yield from _follow_ups(document.get("suites", ()), layout)
    rows = document.get("contributions", [])
    if rows != sorted(rows, key=lambda row: (row["evaluation"], row["revision"], row["empreinte"])):
        message = "les fichiers ne sont pas dans l’ordre de leurs identifiants."
        yield Problem(ProblemCode.STRUCTURE, "contributions", message)
    for rank, person in enumerate(document["charges_de_cooperation"]):
        path = f"charges_de_cooperation[{rank}].politiques"
        yield from _rows(path, "", person["politiques"], layout.policies, layout)


def _follow_ups(rows: Sequence[Document], layout: Layout) -> Iterator[Problem]:
    known_rows = []
    for rank, row in enumerate(rows):
        for key, known in (("activite", layout.followed), ("politique", layout.policies)):
            if row.get(key) is not None and row[key] not in known:
                message = _not_there(row[key], layout)
                yield Problem(ProblemCode.OTHER_GRID_VERSION, f"suites[{rank}].{key}", message)
                break
        else:
            known_rows.append(row)
    ordered = follow_up_rows(follow_ups_of(known_rows), layout.followed, layout.policies)
    if [row.items() for row in ordered] != [row.items() for row in known_rows]:
        message = "les suites ne sont pas dans l’ordre de la grille, puis des questions."
        yield Problem(ProblemCode.STRUCTURE, "suites", message)


def _not_there(line: Any, layout: Layout) -> str:
    """Return what is said of a line that the view of the grid in a file does not have."""
    if (line.activity if isinstance(line, Cell) else line) in layout.closed:
        return f"« {named(line)} » est dans une mission que ce fichier laisse fermée."
    return f"« {named(line)} » n’est pas dans la grille."


def _rows(block: str, key: str, lines: list[Any], order: Iterable[Any], layout: Layout) -> Iterator[Problem]:
    """Yield the lines that the grid does not have, the repeated ones, and those out of its order."""
    ranks = {line: rank for rank, line in enumerate(order)}
    for rank, line in enumerate(lines):
        if line not in ranks:
            message = _not_there(line, layout)
            yield Problem(ProblemCode.OTHER_GRID_VERSION, row_path(block, rank, key), message)
    yield from repeated(block, lines, key)
    known = [ranks[line] for line in lines if line in ranks]
    if known != sorted(known):
        yield wrong_order(block)


def _wrong_figures(written: Any, computed: Any, path: str = "resultats") -> Iterator[Problem]:
    """Yield every figure that differs from the one computed here from the answers."""
    if isinstance(computed, dict):
        if "propositions" in {*computed} ^ {*written}:
            message = "le bloc des lignes proposées n’y est pas avec ces lignes, ou il y est sans elles."
            yield Problem(ProblemCode.OTHER_FIGURES, f"{path}.propositions", message)
            computed = {key: item for key, item in computed.items() if key in written}
        for key, item in computed.items():
            yield from _wrong_figures(written[key], item, f"{path}.{key}")
    elif isinstance(computed, list):
        if len(written) != len(computed):
            message = f"{len(computed)} lignes sont attendues, {len(written)} sont écrites."
            yield Problem(ProblemCode.OTHER_FIGURES, path, message)
        for rank, (row, item) in enumerate(zip(written, computed, strict=False)):
            yield from _wrong_figures(row, item, f"{path}[{rank}]")
    elif written != computed:
        message = _difference(path.rpartition(".")[2], written, computed)
        yield Problem(ProblemCode.OTHER_FIGURES, path, message)


def _difference(key: str, written: str | int | None, computed: str | int | None) -> str:
    """Return « le fichier dit 5 points, le calcul en donne 6 »."""
    if key == "pourcentage":
        says = "ne dit aucun pourcentage" if written is None else f"dit {written} %"
        gives = "n’en donne aucun" if computed is None else f"donne {computed} %"
        return f"le fichier {says}, le calcul {gives}."
    if not isinstance(written, int):
        return f"le fichier dit « {written} », la grille donne « {computed} »."
    singular, plural = _COUNTED[key]
    return f"le fichier dit {count(written, singular, plural)}, le calcul en donne {computed}."


_COUNTED: Final = {
    "points": ("point", "points"),
    "maximum": ("point au plus", "points au plus"),
    "notees": ("note", "notes"),
    "nc": ("NC", "NC"),
    "sans_reponse": ("case vide", "cases vides"),
}
