"""Checks that the schema cannot express, and where a problem stands, in words that a person knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from ctg_tui.domain.assessment import MAX_RATING, Answer, Assessment, Cell, Status
from ctg_tui.domain.details import normalise_siren
from ctg_tui.domain.grid import Grid, number_of
from ctg_tui.domain.scores import Tally, tally
from ctg_tui.domain.text import clean, visible
from ctg_tui.formats import (
    MAX_PROBLEMS,
    OTHER_GRID_VERSION,
    Document,
    Problem,
    ProblemCode,
    impossible_date,
    named,
    repeated,
    row_path,
    wrong_hashes,
    wrong_order,
)
from ctg_tui.submission.document import Layout, follow_up_keys, follow_up_rows, follow_ups_of
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


# Checks that the schema cannot express. `document` is that of the file, `expected` is the one built here
# from the same content.


def shortcomings(assessment: Assessment, layout: Layout, *, grid_known: bool) -> Iterator[Problem]:
    """Yield the problems of a file whose every byte is as the program would write it."""
    identity = assessment.identity
    siren = identity.territory.siren
    if siren is not None:
        try:
            normalise_siren(siren)
        except ValueError as error:
            yield Problem(ProblemCode.STRUCTURE, "territoire.siren", str(error))
    refs = [person.ref for person in identity.coordinators]
    yield from repeated("charges_de_cooperation", refs, "ref")
    if assessment.previous_uuid == assessment.uuid:
        message = "une évaluation ne peut pas suivre elle-même."
        yield Problem(ProblemCode.STRUCTURE, "evaluation.precedente", message)
    yield from repeated("suites", follow_up_keys(assessment.follow_ups))
    is_past: dict[str, bool] = {}
    for rank, row in enumerate(assessment.follow_ups):
        if row.is_past is not is_past.setdefault(row.review, row.is_past):
            message = "les suites d’un même avis sont toutes dépassées, ou aucune ne l’est."
            yield Problem(ProblemCode.STRUCTURE, f"suites[{rank}].depassee", message)
    merged = [(row.assessment, str(row.revision), row.fingerprint) for row in assessment.contributions]
    yield from repeated("contributions", merged, "evaluation")
    for rank, contribution in enumerate(assessment.contributions):
        for place, ref in enumerate(contribution.coordinators):
            if ref not in refs:
                path = f"contributions[{rank}].charges_de_cooperation[{place}]"
                message = f"« {ref} » n’est pas parmi les chargé·es de coopération de ce fichier."
                yield Problem(ProblemCode.OTHER_GRID_VERSION, path, message)
    if not grid_known:
        yield from _impossible_figures(assessment, layout)
    if assessment.status is Status.FINAL:
        yield from _missing_from_final(assessment, layout.results["ensemble"]["sans_reponse"])
        if not layout.results["rubriques"]:
            message = "l’évaluation est dite définitive, mais elle n’a aucune rubrique."
            yield Problem(ProblemCode.INCOMPLETE, "resultats.rubriques", message)


def _missing_from_final(assessment: Assessment, blanks: int) -> Iterator[Problem]:
    beginning = "l’évaluation est dite définitive, mais"
    if blanks:
        cells = count(blanks, "case y est vide", "cases y sont vides")
        yield Problem(ProblemCode.INCOMPLETE, "reponses", f"{beginning} {cells}.")
    if not visible(assessment.identity.territory.name):
        yield Problem(ProblemCode.INCOMPLETE, "territoire.nom", f"{beginning} le territoire n’a pas de nom.")
    if not assessment.identity.coordinators:
        message = f"{beginning} aucune personne n’y est renseignée."
        yield Problem(ProblemCode.INCOMPLETE, "charges_de_cooperation", message)


def _impossible_figures(assessment: Assessment, layout: Layout) -> Iterator[Problem]:
    """Yield the figures of an unknown grid that no answers could give, on the lines of each kind."""
    proposed = frozenset(layout.grid["lignes_proposees"])
    results = layout.results
    own = {cell: answer for cell, answer in assessment.answers.items() if cell.activity not in proposed}
    yield from _impossible_rubrics(own, results["rubriques"], "resultats.rubriques")
    others = {cell: answer for cell, answer in assessment.answers.items() if cell.activity in proposed}
    rubrics = results.get("propositions", {"rubriques": []})["rubriques"]
    yield from _impossible_rubrics(others, rubrics, "resultats.propositions.rubriques")


def _impossible_rubrics(
    answers: Mapping[Cell, Answer], rubrics: list[Document], path: str
) -> Iterator[Problem]:
    """Yield the figures of an unknown grid that no answers could give.

    Only the grid knows the mission of a line; the answers still bound the points and the totals per policy.
    """
    yield from repeated(path, [Cell(row["mission"], row["politique"]) for row in rubrics])
    for rank, row in enumerate(rubrics):
        if row["points"] > MAX_RATING * row["notees"]:
            message = "il y a plus de points que ces notes n’en donnent."
            yield Problem(ProblemCode.OTHER_FIGURES, f"{path}[{rank}].points", message)
    totals: dict[str, Tally] = {}
    for row in rubrics:
        counted = Tally(row["points"], row["notees"], row["nc"])
        totals[row["politique"]] = totals.get(row["politique"], Tally()) + counted
    cells: dict[str, list[Cell]] = {policy: [] for policy in totals}
    for cell in answers:
        cells.setdefault(cell.policy, []).append(cell)
    for policy, answered in cells.items():
        if tally(answers, answered) != totals.get(policy, Tally()):
            message = f"les réponses de la politique « {policy} » ne donnent pas ces totaux."
            yield Problem(ProblemCode.OTHER_FIGURES, path, message)


def impossible_dates(document: Document) -> Iterator[Problem]:
    """Yield the dates that do not exist, or are out of the years of any campaign."""
    yield from impossible_date("document.cree_le", document["document"]["cree_le"])
    for rank, row in enumerate(document.get("actions", ())):
        if "quand" in row:
            yield from impossible_date(f"actions[{rank}].quand", row["quand"])


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
