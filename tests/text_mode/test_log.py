"""The log and the four years by questions: noted, read again, taken up; actions closed the next year."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Action, Moment, Outcome, PreparationTopic
from ctg_tui.domain.log import LogEntry
from ctg_tui.services.log import LogBook
from ctg_tui.services.workspace import Workspace
from tests.databases import read_again
from tests.strategies import make_identity
from tests.text_mode.talker import conversation, workspace_in

IDENTITY = make_identity(year=2027)
FACT = LogEntry(date(2026, 5, 12), "COPIL, 9 présents", ("m1.a01",), ("m1.i02",), 4)


def facts(folder: Path) -> list[LogEntry]:
    with workspace_in(folder) as workspace:
        return [fact.entry for fact in LogBook(workspace.store, IDENTITY.territory).facts]


def note(folder: Path) -> None:
    with workspace_in(folder) as workspace:
        LogBook(workspace.store, IDENTITY.territory).note(FACT)


@pytest.mark.parametrize("way", [["carnet"], ["", "carnet"]])
def test_a_fact_is_noted_from_the_first_question_or_from_the_steps(folder: Path, way: list[str]) -> None:
    answers = ["COPIL, 9 présents", "12/05/2026", "9.9", "1.1 ; nombre de réunions de l'inst", "quatre", "4"]
    script = conversation(folder, *way, *answers, "lire", "annuler", "refaire")
    assert facts(folder) == [FACT]
    for expected in (
        "Aucune ligne ni indicateur ne correspond à « 9.9 »",
        "Enregistré : le 12 mai 2026, COPIL, 9 présents",
        "12 mai 2026 : COPIL, 9 présents · 1.1, Nombre de réunions de l'instance de… · nombre 4",
        "Annulé : fait du carnet.",
        "Refait : fait du carnet.",
    ):
        assert expected in " ".join(script.text.split()), expected


def test_a_wrong_clock_is_named_and_a_day_with_its_year_is_noted(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Workspace, "today", lambda _: date(9999, 12, 31))
    script = conversation(folder, "carnet", "COPIL", "", "1/1", "12/05/2026", "", "")
    assert script.text.count("L’horloge de cet ordinateur indique le 31 décembre 9999") == 2
    assert [(fact.text, fact.on) for fact in facts(folder)] == [("COPIL", date(2026, 5, 12))]


def test_a_fact_too_long_is_refused_before_anything_is_asked_about_it(folder: Path) -> None:
    script = conversation(folder, "carnet", "a" * 2_500, "COPIL", "", "", "")
    assert [fact.text for fact in facts(folder)] == ["COPIL"]
    assert script.text.count("Celui-ci en a 2 500, il n’a pas été noté.") == 1


def test_a_fact_is_noted_on_the_line_and_taken_into_its_comment(folder: Path) -> None:
    script = conversation(
        folder,
        "",
        "2",
        "carnet",
        "Comité",
        "12/05/2026",
        "",
        "",
        "reprendre carnet",
        "reprendre carnet",
        "aller 1.2",
        "reprendre carnet",
    )
    assert [(entry.text, entry.activities) for entry in facts(folder)] == [("Comité", ("m1.a01",))]
    assert read_again(folder).comments == {"m1.a01": "12\u00a0mai 2026\u00a0: Comité"}
    assert "déjà dans le commentaire" in script.text
    assert "Aucun fait au carnet" in script.text


def test_facts_that_the_comment_has_no_room_for_are_not_cut(folder: Path) -> None:
    note(folder)
    script = conversation(folder, "", "2", "commentaire", "é" * 19_990, ".", "reprendre carnet")
    assert "le commentaire dépasserait 20 000 caractères" in script.text
    assert read_again(folder).comments == {"m1.a01": "é" * 19_990}


def test_another_territory_is_not_taken_without_a_word_on_the_facts_that_stay(folder: Path) -> None:
    note(folder)
    script = conversation(folder, "", "1", "changer", "Ruffec", "menu")
    assert "Son carnet (1 fait) restera à ce nom" in " ".join(script.text.split())
    territory = read_again(folder).identity.territory
    assert (territory.name, territory.siren) == ("Ruffec", None), "the SIREN found was another's"


def test_an_indicator_says_what_the_log_counts_and_takes_it(folder: Path) -> None:
    note(folder)
    script = conversation(folder, "", "grille", "aller 1.14/social", "", "", "reprendre carnet")
    assert "1 fait au carnet : reprendre 4" in script.text
    assert read_again(folder).numbers == {"m1.i02": 4}


@pytest.mark.parametrize(
    ("typed", "outcome"),
    [("fait", Outcome.DONE), ("reporté", Outcome.POSTPONED), ("Abandonne", Outcome.ABANDONED)],
)
def test_an_action_of_last_year_is_closed_by_a_word(folder: Path, typed: str, outcome: Outcome) -> None:
    board = Action("Tableau de bord", "Prénom Nom", date(2026, 6, 30))
    with workspace_in(folder) as workspace:
        workspace.open(1).plan("m1.a02", board)
        workspace.duplicate(1, 2028, Moment.END)
    script = conversation(folder, "2", "3", "", "", "", "", "", typed)
    assert read_again(folder, 2).actions == {"m1.a02": board._replace(outcome=outcome)}
    assert "1 action des années précédentes, suite à noter." in script.text
    assert "Toutes les actions de l’engagement" in script.text


def test_an_action_written_again_keeps_what_became_of_it(folder: Path) -> None:
    with workspace_in(folder) as workspace:
        workspace.open(1).plan("m1.a02", Action("Tableau", outcome=Outcome.POSTPONED))
    conversation(folder, "", "3", "", "", "", "", "", "écrire", "Tableau de bord", "", "")
    assert read_again(folder).actions == {"m1.a02": Action("Tableau de bord", outcome=Outcome.POSTPONED)}


def test_the_text_of_last_year_is_read_with_this_years(folder: Path) -> None:
    with workspace_in(folder) as workspace:
        workspace.open(1).prepare(PreparationTopic.STRONG_POINTS, "Un réseau vivant")
        workspace.duplicate(1, 2028, Moment.YEARLY)
    script = conversation(folder, "2", "3", "", "lire")
    assert "Points forts : Vide. En 2027 : Un réseau vivant" in " ".join(script.text.split())
