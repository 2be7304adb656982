"""The figures: exact, the same for everybody, never of lines that are not the Caf's, never 0 for nothing."""

from __future__ import annotations

import hashlib
import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from openpyxl import load_workbook

from tests.effort import some
from tests.outside.by_the_docs import written
from tests.outside.caf_workbooks import WORKBOOKS, read_truth
from tests.outside.commands import EXAMPLES, answers, begin, command, reported, sent_state

OF_THE_CAF = "m1."
"""How the ids of the Caf's own lines begin; the others are proposed."""
OUTSIDE_THE_STATE = {"document", "integrite", "fil"}


def percentage(notes: list[Any]) -> int | None:
    """Return 100 × points ÷ (3 × notes), NC left out, rounded half up; None where nothing is noted."""
    counted = [Fraction(note) for note in notes if note != "NC"]
    return int(100 * sum(counted) / (3 * len(counted)) + Fraction(1, 2)) if counted else None


@pytest.mark.parametrize(
    "name", some(["Grille évaluation CC 2025.xlsx", "grille.ods", "totaux.xlsx", "numérotée.xlsx"], 2)
)
def test_the_figures_are_those_of_the_rule_and_proposed_lines_are_apart(name: str, tmp_path: Path) -> None:
    database = tmp_path / "evaluations.db"
    truth = read_truth(WORKBOOKS / f"{name}.json")
    reported(database, "importer", WORKBOOKS / name, "--nouvelle")
    (listed,) = reported(database, "liste")
    own = {address: meant for address, meant in truth.notes.items() if meant.line.startswith(OF_THE_CAF)}
    others = [meant.value for address, meant in truth.notes.items() if address not in own]
    assert listed["pourcentage"] == percentage([meant.value for meant in own.values()])
    assert listed["propositions"]["pourcentage"] == percentage(others)
    results = reported(database, "synthese", 1)["resultats"]
    assert results["ensemble"]["pourcentage"] == percentage([meant.value for meant in own.values()])
    shown = results["rubriques"]
    for policy in ("famille", "education", "social"):
        (rubric,) = [one for one in shown if (one["mission"], one["politique"]) == ("m1", policy)]
        notes = [meant.value for meant in own.values() if meant.policy == policy]
        assert rubric["pourcentage"] == percentage(notes), policy
        assert (rubric["notees"], rubric["nc"]) == (len(notes) - notes.count("NC"), notes.count("NC"))


def test_nothing_noted_is_a_dash_and_never_zero(tmp_path: Path) -> None:
    database = tmp_path / "evaluations.db"
    begin(database)
    assert [one["pourcentage"] for one in reported(database, "liste")] == [None]
    results = sent_state(database, 1, tmp_path / "envoi")["resultats"]
    assert {one["pourcentage"] for one in (*results["rubriques"], results["ensemble"])} == {None}
    assert "aucune note" in command(database, "liste").out
    assert "aucune note" in command(database, "synthese", 1).out
    page = tmp_path / "page.html"
    assert command(database, "rapport", 1, "--sortie", page).code == 0
    assert ">0\N{NO-BREAK SPACE}%" not in page.read_text(encoding="utf-8")


def test_the_fingerprint_is_computed_again_from_the_docs_alone(tmp_path: Path) -> None:
    database = tmp_path / "evaluations.db"
    reported(database, "importer", WORKBOOKS / "grille.xlsx", "--nouvelle")
    state = sent_state(database, 1, tmp_path / "envoi")
    sealed = {key: value for key, value in state.items() if key not in OUTSIDE_THE_STATE}
    assert state["integrite"]["empreinte"] == hashlib.sha256(rfc8785.dumps(sealed)).hexdigest()


def test_what_moved_most_moved_since_the_year_before_not_since_an_earlier_one(tmp_path: Path) -> None:
    database = tmp_path / "evaluations.db"
    begun = (("2027", "annuelle", "3"), ("2028", "demarrage", "0"), ("2028", "annuelle", "2"))
    for number, (year, moment, note) in enumerate(begun, 1):
        typed = ("territoire=Val de Charente", f"annee={year}", f"quand={moment}")
        reported(database, "remplir", "nouvelle", *typed)
        answers(database, str(number), "grille", note)
    said = command(database, "synthese", 3).out.replace("\N{NO-BREAK SPACE}", " ")
    assert "Famille a le plus monté, de 0 à 67 %." in said


def years_of(database: Path, number: int) -> list[int]:
    """Return the years that stand side by side in the report of an assessment."""
    page = database.with_name("rapport.html")
    assert command(database, "rapport", number, "--sortie", page, "--remplacer").code == 0
    return [int(year) for year in dict.fromkeys(re.findall(r">(20\d\d)</th>", page.read_text("utf-8")))]


def test_five_years_stand_side_by_side(tmp_path: Path) -> None:
    database = tmp_path / "evaluations.db"
    for year in range(2027, 2033):
        reported(database, "remplir", "nouvelle", "territoire=Val de Charente", f"annee={year}")
    assert years_of(database, 6) == [*range(2032, 2027, -1)]
    reported(database, "remplir", 1, "entretien", "actions.+.ligne=1.3", "actions.+.quoi=Un tableau")
    facts = [str(reported(database, "remplir", number, "entretien")["faits"]) for number in (5, 6)]
    assert [("Un tableau" in one) for one in facts] == [True, False], "an engagement has four years"


def test_two_territories_of_one_name_and_two_siren_are_two(tmp_path: Path) -> None:
    database = tmp_path / "evaluations.db"
    for number, (year, siren) in enumerate((("2027", "200069854"), ("2028", "241600303")), 1):
        reported(database, "remplir", "nouvelle", "territoire=Saint-Jean", f"annee={year}")
        reported(database, "remplir", number, "vous", f"siren={siren}")
    assert years_of(database, 2) == [2028]


def test_a_year_follows_the_one_that_it_was_begun_from_under_another_name_and_is_taken_up_with_it(
    tmp_path: Path,
) -> None:
    database = tmp_path / "evaluations.db"
    begin(database)
    answers(database, "année suivante 1", "oui")
    reported(database, "remplir", 2, "vous", "territoire=Nouveau nom")
    assert years_of(database, 2) == [2028, 2027]
    sent = sent_state(database, 2, tmp_path / "envoi")
    after = tmp_path / "apres.db"
    reported(after, "importer", *(tmp_path / "envoi").iterdir(), "--mienne")
    assert sent_state(after, 1, tmp_path / "renvoi")["evaluation"] == sent["evaluation"]


def test_an_indicator_of_0_is_0_where_files_are_put_together(tmp_path: Path) -> None:
    made = json.loads((EXAMPLES / "bon-grille-de-la-caf.json").read_bytes())
    file, out = tmp_path / "zero.json", tmp_path / "tous.xlsx"
    file.write_bytes(written(made | {"indicateurs": [{"indicateur": "m1.i02", "nombre": 0}]}))
    assert command(tmp_path / "evaluations.db", "consolider", file, "--sortie", out).code == 0
    heads, *rows = load_workbook(out)["Notes"].iter_rows(values_only=True)
    numbers = [row[heads.index("Nombre")] for row in rows]
    assert [number for number in numbers if number is not None] == [0]
