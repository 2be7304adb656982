"""`synthese`: the figures of an assessment, and the years of its territory side by side."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Action, Cell, Moment, Rating
from ctg_tui.domain.changes import Edit, Operation
from ctg_tui.domain.edits import hear
from ctg_tui.domain.thread import Choice, Said
from ctg_tui.services.results import former_years
from ctg_tui.services.workspace import open_workspace
from tests.cli.conftest import fill
from tests.cli.program import Program
from tests.strategies import charente, charente_of_caf, make_identity

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
    printed = " ".join(two_years.run("synthese", "1").out.split())
    assert "D’année en année 2026 2027" in printed
    assert "Famille 33 % 100 %" in printed
    assert "D’année en année" not in two_years.run("synthese", "2").out


@pytest.mark.parametrize("size", ["0", "-5", "abc", "", "1", "5", "²", "99999999999999999999"])
def test_an_odd_size_in_the_environment_changes_nothing_that_is_printed(filled: Program, size: str) -> None:
    odd = {"COLUMNS": size, "LINES": size}
    for command in (("synthese", "1"), ("liste",)):
        usual, answer = filled.run(*command), filled.run(*command, environment=odd)
        assert (answer.code, answer.err) == (0, "")
        assert answer.out == usual.out
    assert len(filled.run("liste", environment={"COLUMNS": "120"}).out.splitlines()[1]) > 80


def test_the_printed_years_give_each_mission_its_own_figures_by_policy(program: Program) -> None:
    fill(program, 2026)
    made = fill(program, 2027, every=2)
    out = program.run("synthese", made).out.replace("\N{NO-BREAK SPACE}", " ")
    printed = out.partition("D’année en année")[2]
    years = program.run("synthese", made, "--json").json["annees"]
    table = [line.strip() for line in printed.splitlines()]
    for mission in ("3", "4"):
        (first,) = [rank for rank, line in enumerate(table) if line.startswith(f"{mission} °")]
        for place, policy in enumerate(("famille", "education", "social"), first + 1):
            figures = [
                year["pourcentages"]["propositions"]["rubriques"][f"m{mission}"][policy] for year in years
            ]
            assert table[place].split()[1:] == [word for one in figures for word in ("°", f"{one}", "%")]


def test_five_years_at_most_and_two_of_one_year_bear_their_moment(program: Program) -> None:
    opened = open_workspace(program.database, None, write=True)
    last = opened.create(make_identity(year=2021))
    for year, moment in [(2021 + each, Moment.YEARLY) for each in range(1, 6)] + [(2026, Moment.END)]:
        last = opened.duplicate(last, year, moment)
        opened.open(last).rate(FIRST, Rating(year % 4))
    opened.close()
    years = program.run("synthese", str(last), "--json").json["annees"]
    assert [one["annee"] for one in years] == [2023, 2024, 2025, 2026, 2026]
    assert "2025 2026 annuelle 2026 fin" in " ".join(program.run("synthese", str(last)).out.split())


def test_what_a_year_did_not_ask_is_absent_from_it(two_years: Program, tmp_path: Path) -> None:
    """Every answer of both years, filled with either grid."""
    opened = open_workspace(two_years.database, None, write=True)
    for number in (1, 2):
        session = opened.open(number)
        for cell in session.grid.cells:
            session.rate(cell, Rating.FULLY if number == 1 else Rating.PARTLY)
        session.plan("m2.a01", Action(f"Projet {number}", "Prénom Nom", None))
    opened.close()
    for shown in product((True, False), repeat=2):
        opened = open_workspace(two_years.database, None, write=True)
        for number, choice in zip((1, 2), shown, strict=True):
            opened.fill_with(opened.open(number), charente() if choice else charente_of_caf())
        grid, assessment = opened.load(1)
        plans = [plan.actions for plan in former_years(opened, grid, assessment)]
        opened.close()
        assert any(plans) is all(shown), shown
        former, present = two_years.run("synthese", "1", "--json").json["annees"]
        assert (former["pourcentages"]["ensemble"], present["pourcentages"]["ensemble"]) == (33, 100)
        asked_now, asked_then = shown
        proposed = present["pourcentages"]["propositions"]
        assert (proposed is not None) is asked_now, shown
        if proposed is not None:
            then = former["pourcentages"]["propositions"]
            assert len(proposed["lignes"]) == 37
            assert len(then["lignes"]) == (37 if asked_then else 0), shown
            assert ("ensemble" in then, "m2" in then["missions"]) == (asked_then, asked_then)
        printed = two_years.run("synthese", "1").out
        assert ("non demandé" in printed) is (asked_now and not asked_then), shown
        for name in ("rapport.html", "rapport.xlsx"):
            report = tmp_path / name
            assert two_years.run("rapport", "1", "--sortie", report, "--remplacer").code == 0, shown
        text = (tmp_path / "rapport.html").read_text(encoding="utf-8")
        assert ("°\N{NO-BREAK SPACE}33\N{NO-BREAK SPACE}%" in text) is all(shown), shown
        assert "lignes comparées sur" not in text


def test_the_report_has_last_time_s_note_beside_each(two_years: Program, tmp_path: Path) -> None:
    report = tmp_path / "rapport.html"
    assert two_years.run("rapport", "1", "--sortie", report).code == 0
    text = " ".join(report.read_text(encoding="utf-8").split())
    assert "<b>3</b> <small>1</small>" in text
    assert two_years.run("rapport", "2", "--sortie", report, "--remplacer").code == 0
    assert "</b> <small>" not in report.read_text(encoding="utf-8")


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
