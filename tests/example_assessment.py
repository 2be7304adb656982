"""A made-up, realistic assessment, for the published examples and the tests."""

from __future__ import annotations

from datetime import date

from ctg_tui.domain.assessment import (
    NOT_CONCERNED,
    Action,
    Answer,
    Assessment,
    Cell,
    PreparationTopic,
    Rating,
)
from ctg_tui.domain.grid import Grid
from tests.strategies import make_assessment

# One word per activity, one letter per policy: Famille, Éducation, Social. `-` is no answer.
_NOTES = {
    "m1": "33N 32N 11N 22N 22N 32N 2NN 21N 22N 12N 33N 23N 33N 32N",
    "m2": "331 221 32N 221 211 110 322 211 22N 12N 211 221",
    "m3": "333 332 222 211 322 333 222 211 12N 211 331 221 221",
    "m4": "221 322 111 211 100 011 232 122 11N 22N 112 000",
}

_COMMENTS = {
    "m1.a01": "Quatre actions sur cinq validées par le comité de pilotage sont lancées.",
    "m1.a03": "Tableau de bord partagé au COPIL de mars, à reprendre avec le CCD :\n"
    "– indicateurs choisis avec la Caf ;\n– première mesure à l’automne.",
    "m1.a07": "L’accueil de loisirs est en gestion associative : Éducation non concernée.",
    "m1.a08": "Suivi budgétaire fait avec le service finances, pas encore par action.",
    "m1.a10": "Vision à deux ans seulement ; les engagements de l’État arrivent tard.",
    "m1.a13": "Point tous les deux mois avec le conseiller de la Caf.",
    "m2.a02": "Enquête de 2026 : 214 réponses, surtout sur les horaires du mercredi.",
    "m2.a05": "Le nord du territoire reste peu couvert le matin avant 7 h 30.",
    "m2.a06": "Un seul scénario chiffré, sans délai.",
    "m2.a08": "Tarifs revus ; le transport des enfants en situation de handicap reste à traiter.",
    "m2.a11": "Peu de temps pour suivre le SDSF cette année.",
    "m3.a01": "Quinze partenaires présents aux deux derniers comités.",
    "m3.a04": "Cartographie à remettre à jour après les départs de 2026.",
    "m3.a08": "Appui donné à trois associations ; demande plus forte que le temps disponible.",
    "m3.a10": "Une charte signée avec les deux centres sociaux.",
    "m4.a03": "Rien depuis la réunion publique de 2025.",
    "m4.a05": "Les habitants sont consultés, pas encore associés au bilan.",
    "m4.a06": "Rencontres au marché de Ruffec, sans suite organisée.",
    "m4.a12": "Pas de mesure de la satisfaction à ce jour.",
}

_NUMBERS = {
    "m1.i02": 4,
    "m2.i01": 1,
    "m2.i02": 214,
    "m2.i03": 3,
    "m2.i04": 12,
    "m2.i05": 2,
    "m3.i01": 11,
    "m3.i02": 37,
    "m3.i03": 2,
    "m3.i04": 4,
    "m4.i01": 9,
    "m4.i02": 3,
    "m4.i03": 118,
    "m4.i04": 1,
}

_REMARKS = {
    "m1.i01": "Note de conseil remise aux élus avant chaque comité de pilotage.",
    "m1.i02": "Dont une réunion commune avec la commune de Ruffec.",
    "m2.i04": "Micro-crèche : 12 places.",
}

_PREPARATION = {
    PreparationTopic.MEETING: "11/02/2027 à 14\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}30",
    PreparationTopic.STRONG_POINTS: "Le réseau des acteurs est vivant : les partenaires sont là.",
    PreparationTopic.WEAK_POINTS: "La participation des habitants, et l’évaluation continue.",
    PreparationTopic.HELP_ASKED: "Une méthode simple pour chiffrer les scénarios d’évolution de l’offre.",
    PreparationTopic.TRAINING: "Évaluer par les impacts.",
}

ACTIONS = {
    "m1.a03": Action("Choisir cinq indicateurs et les mesurer deux fois", "Prénom Nom", date(2027, 6, 30)),
    "m2.a06": Action("Chiffrer deux scénarios pour l’accueil du matin", "Prénom Nom", date(2027, 10, 15)),
    "m4.a12": Action("Bâtir un questionnaire avec les centres sociaux", "Prénom Nom"),
}

_ANSWERS: dict[str, Answer] = {**{str(int(rating)): rating for rating in Rating}, "N": NOT_CONCERNED}


def example_answers(grid: Grid) -> dict[Cell, Answer]:
    """Return an answer for each of the 153 cells of the Charente grid, `Social` of mission 1 wholly NC."""
    answers = {}
    for mission in grid.noted_missions:
        for activity, notes in zip(mission.activities, _NOTES[mission.id].split(), strict=True):
            for policy, letter in zip(grid.policies, notes, strict=True):
                answers[Cell(activity.id, policy.id)] = _ANSWERS[letter]
    return answers


def example_assessment(grid: Grid) -> Assessment:
    """Return an assessment with notes, comments, numbers, preparation and actions."""
    return make_assessment(
        grid,
        example_answers(grid),
        comments=_COMMENTS,
        numbers=_NUMBERS,
        remarks=_REMARKS,
        preparation=_PREPARATION,
        actions=ACTIONS,
    )


def example_draft(grid: Grid) -> Assessment:
    """Return an assessment of the same territory just begun: a part of mission 1, one comment."""
    full = example_assessment(grid)
    begun = {cell: answer for cell, answer in full.answers.items() if cell.activity in {"m1.a01", "m1.a02"}}
    return full._replace(
        answers=begun,
        comments={"m1.a01": _COMMENTS["m1.a01"]},
        numbers={"m1.i02": 4},
        remarks={},
        preparation={},
        actions={},
    )
