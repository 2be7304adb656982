"""The problems of a file are said in words that a person knows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ctg_tui.domain.assessment import Cell
from ctg_tui.formats import Problem, ProblemCode
from ctg_tui.grids.catalogue import Catalogue, examples
from ctg_tui.submission.document import serialise
from ctg_tui.submission.file import InvalidSubmission, read
from tests.each_row import each_row
from tests.make_examples import FOLDER, resealed
from tests.submission.verdicts import codes_of, problems_of


def test_a_problem_names_its_place(catalogue: Catalogue) -> None:
    def problem_at(path: str, change: Callable[[dict[str, Any]], Any]) -> Problem:
        document = json.loads(examples()["bon-provisoire.json"])
        change(document)
        return next(problem for problem in problems_of(resealed(document), catalogue) if problem.path == path)

    action = {"activite": "m1.a01", "quoi": "Agir", "quand": "2027-02-29"}
    assert "n’existe pas" in problem_at("actions[0].quand", lambda d: d.update(actions=[action])).message
    assert "0, 1, 2, 3" in problem_at("reponses[2].note", lambda d: d["reponses"][2].update(note=4)).message
    unknown = problem_at("commentaires[0].activite", lambda d: d["commentaires"][0].update(activite="m9.a09"))
    assert "m9.a09" in unknown.message
    assert (
        "pas prévue"
        in problem_at("evaluation.sa[x]laire", lambda d: d["evaluation"].update({"sa[x]laire": 1})).message
    )
    percentage = problem_at(
        "resultats.rubriques[2].pourcentage",
        lambda d: d["resultats"]["rubriques"][2].update(pourcentage=50),
    )
    assert percentage.sentence() == (
        "Mission 1, Social\u00a0: le fichier dit 50\u00a0%, le calcul n’en donne aucun."
    )


def test_a_problem_is_said_in_words_that_a_person_knows(catalogue: Catalogue) -> None:
    def sentences(change: Callable[[dict[str, Any]], Any]) -> list[str]:
        document = json.loads(examples()["bon-provisoire.json"])
        change(document)
        return [
            " ".join(problem.sentence().split()) for problem in problems_of(resealed(document), catalogue)
        ]

    def results(document: dict[str, Any]) -> Any:
        return document["resultats"]

    points = results(json.loads(examples()["bon-provisoire.json"]))["rubriques"][1]["points"]
    for change, expected in (
        (
            lambda d: results(d)["rubriques"][1].update(points=points + 1),
            f"Mission 1, Éducation : le fichier dit {points + 1} points, le calcul en donne {points}.",
        ),
        (lambda d: results(d)["missions"][0].update(nc=999), "Mission 1 : le fichier dit 999 NC, le calcul"),
        (lambda d: results(d)["ensemble"].update(sans_reponse=1), "Ensemble : le fichier dit 1 case vide"),
        (
            lambda d: results(d)["propositions"]["ensemble"].update(notees=1),
            "Ensemble (° lignes proposées) : le fichier dit 1 note, le calcul en donne",
        ),
        (lambda d: d["reponses"][1].update(note=4), "Réponse 1.1, Éducation, note : attendu : 0, 1, 2, 3 ou"),
        (lambda d: d["territoire"].update(siren="12"), "Territoire, SIREN : attendu :"),
        (lambda d: d["evaluation"].pop("id"), "Évaluation, identifiant : cette clé obligatoire est absente."),
        (lambda d: d["charges_de_cooperation"][0].update(nom=3), "Chargé·e de coopération n° 1, nom :"),
        (lambda d: d["indicateurs"][0].update(nombre=-1), "Indicateur 1.i2, nombre :"),
        (lambda d: d["commentaires"][0].update(activite="m9.a09"), "Commentaire n° 1, ligne : « m9.a09 »"),
    ):
        found = sentences(change)
        assert any(sentence.startswith(expected) for sentence in found), (expected, found)


def test_a_place_is_said_whatever_shape_the_file_has(catalogue: Catalogue) -> None:
    values: tuple[Any, ...] = (
        None,
        3,
        "x",
        [],
        {},
        [[]],
        [{"activite": ["x"], "mission": {}}],
        {"rubriques": 3},
    )
    for value in values:
        for block in json.loads(examples()["bon-provisoire.json"]):
            document = json.loads(examples()["bon-provisoire.json"]) | {block: value}
            for problem in problems_of(serialise(document), catalogue):
                assert problem.place or not problem.path


@each_row("year", ["0001", "1850", "1999", "2200", "9999"])
def test_a_date_of_no_campaign_is_refused_in_a_sentence(year: str, catalogue: Catalogue) -> None:
    for end in ("cree_le", "quand"):
        document = json.loads(examples()["bon-definitif.json"])
        if end == "cree_le":
            document["document"][end] = f"{year}-01-01T00:00:00Z"
        else:
            document["actions"][0][end] = f"{year}-12-31"
        (problem,) = problems_of(resealed(document), catalogue)
        assert problem.code is ProblemCode.STRUCTURE
        assert problem.path.endswith(end)
        assert "entre 2000 et 2199" in problem.message


def test_the_status_cannot_be_forged_by_hand(catalogue: Catalogue) -> None:
    content = examples()["bon-definitif.json"]
    assert codes_of(content.replace(b'"definitif"', b'"provisoire"'), catalogue) == [ProblemCode.MODIFIED]


def test_cells_are_read_as_cells(catalogue: Catalogue) -> None:
    received = read(FOLDER / "bon-provisoire.json", catalogue)
    assert {type(cell) for cell in received.assessment.answers} == {Cell}


def test_a_list_out_of_order_or_with_a_row_twice_is_refused_with_its_place(catalogue: Catalogue) -> None:
    def refused(name: str, change: Callable[[dict[str, Any]], Any]) -> Problem:
        document = json.loads(examples()[name])
        change(document)
        (problem, *_) = problems_of(resealed(document), catalogue)
        return problem

    turned = refused("bon-suites.json", lambda d: d["contributions"].reverse())
    assert (turned.code, turned.path) == (ProblemCode.STRUCTURE, "contributions")
    assert turned.sentence().startswith("Fichiers réunis")
    follow_ups = refused("bon-suites.json", lambda d: d["suites"].reverse())
    assert (follow_ups.code, follow_ups.path) == (ProblemCode.STRUCTURE, "suites")
    assert "ordre de la grille, puis des questions." in follow_ups.sentence()
    people = "charges_de_cooperation"
    twice = refused("bon-provisoire.json", lambda d: d[people].append(d[people][0]))
    assert twice.path.startswith(people)
    assert twice.sentence().startswith("Chargé")


def test_a_refusal_says_how_many_more_problems_there_are(tmp_path: Path, catalogue: Catalogue) -> None:
    document = json.loads(examples()["bon-provisoire.json"])
    path = tmp_path / "envoi.json"

    def said(*rows: int) -> str:
        changed = json.loads(json.dumps(document))
        for row in rows:
            changed["reponses"][row]["note"] = 9
        path.write_bytes(resealed(changed))
        with pytest.raises(InvalidSubmission) as caught:
            read(path, catalogue)
        return " ".join(str(caught.value).split())

    assert "autre" not in said(2)
    assert " Et 1 autre problème." in said(2, 5)
    assert " Et 2 autres problèmes." in said(0, 2, 5)
