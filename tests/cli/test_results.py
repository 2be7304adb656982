"""`synthese`: the figures of an assessment, and the years of its territory side by side."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Cell, Rating
from ctg_tui.domain.changes import Edit, Operation
from ctg_tui.domain.edits import hear
from ctg_tui.domain.thread import Choice, Said
from ctg_tui.services.workspace import open_workspace
from tests.cli.program import Program
from tests.strategies import charente, make_identity

FIRST = Cell("m1.a01", "famille")


@pytest.fixture
def two_years(program: Program) -> Program:
    opened = open_workspace(program.database, None, write=True)
    for year, rating in ((2027, Rating.FULLY), (2026, Rating.PARTLY)):
        made = opened.create(make_identity(year=year), charente())
        opened.open(made).rate(FIRST, rating)
    opened.close()
    return program


def test_the_synthesis_has_the_years_the_earliest_first(two_years: Program) -> None:
    former, present = two_years.run("synthese", "1", "--json").json["annees"]
    assert [(one["annee"], one["moment"], one["id"]) for one in (former, present)] == [
        (2026, "annuelle", 2),
        (2027, "annuelle", 1),
    ]
    assert [one["pourcentages"]["ensemble"] for one in (former, present)] == [33, 100]
    assert former["pourcentages"]["rubriques"]["m1"] == {"famille": 33, "education": None, "social": None}
    assert present["pourcentages"]["lignes"]["m1.a01"] == 100
    assert [one["annee"] for one in two_years.run("synthese", "2", "--json").json["annees"]] == [2026]
    assert "100 % en 2027, 33 % en 2026" in " ".join(two_years.run("synthese", "1").out.split())


def test_the_thread_and_the_sendings_are_in_the_synthesis_and_in_the_list(
    program: Program, tmp_path: Path
) -> None:
    opened = open_workspace(program.database, None, write=True)
    session = opened.open(opened.create(make_identity(), charente()))
    session.rate(FIRST, Rating.MOSTLY)
    opened.close()
    assert program.run("exporter", "1", "--sortie", tmp_path).code == 0
    (sending,) = program.run("synthese", "1", "--json").json["envois"]
    at = datetime(2027, 3, 12, 9, 30, tzinfo=UTC)
    question = Said(at, "Prénom Nom", True, "a" * 32, words="Et après ?")
    proposed = question._replace(
        line=FIRST.activity, policy=FIRST.policy, read=Rating.MOSTLY, note=Rating.PARTLY, words="Une fois."
    )
    opened = open_workspace(program.database, None, write=True)
    session = opened.open(1)
    opened.store.record(1, Edit(Operation.IMPORT, hear(session.assessment, [question, proposed])))
    session.reload()
    session.rate(FIRST, Rating.FULLY)
    session.keep_answer(next(point for point in session.points if point.cell), Choice.KEEP, "Trois.")
    opened.close()

    facts = program.run("synthese", "1", "--json").json
    common = {"date": "2027-03-12T09:30:00Z", "auteur": "Prénom Nom", "caf": True, "fichier": "a" * 32}
    rows = {row.pop("cle"): row for row in facts["fil"]}
    assert rows == {
        question.id: common
        | {"activite": None, "politique": None, "note": None, "texte": "Et après ?"}
        | {"repond_a": [], "due": True},
        proposed.id: common
        | {"activite": "m1.a01", "politique": "famille", "note": 1, "texte": "Une fois."}
        | {"repond_a": [], "due": False},
    }
    assert sending["modifications_depuis"] == 0
    assert (sending["numero"], sending["etat"]) == (1, "provisoire")
    assert facts["envois"] == [sending | {"modifications_depuis": 2}]
    for command in ("liste", "synthese"):
        printed = " ".join(program.run(command).out.split())
        assert "Fichiers n° 1 créés le" in printed
        assert "(provisoire) · 2 changements depuis" in printed
        assert "la Caf a répondu : 1 point" in printed
    assert "1.1 Famille, répondu Caf (Prénom Nom), 12 mars : 1 plutôt que 2. « Une fois. »" in printed
    assert "Pas encore envoyé : note 3. « Trois. »" in printed
