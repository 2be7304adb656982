"""Questions and answers, in this process: each answer is stored before it is said, nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from ctg_tui.domain.assessment import NOT_CONCERNED, Cell, Moment, Rating
from ctg_tui.domain.errors import NotSaved
from ctg_tui.domain.text import MAX_TEXT_LENGTH
from ctg_tui.storage.store import Store
from ctg_tui.text_mode.dialogue import WIDTH
from tests.databases import read_again
from tests.each_row import each_row
from tests.strategies import HOSTILE_TEXTS, charente, make_identity
from tests.text_mode.talker import Script, talk, talk_in_grid, workspace_in

FIRST, SECOND = Cell("m1.a01", "famille"), Cell("m1.a01", "education")


def said(script: Script) -> str:
    return " ".join(script.text.split())


# Accueil and the steps.


def test_the_five_steps_say_what_each_lacks_and_entree_alone_goes_from_one_to_the_next(folder: Path) -> None:
    with workspace_in(folder) as workspace:
        for cell in workspace.open(1).grid.own_cells[3:]:
            workspace.open(1).rate(cell, Rating.MOSTLY)
        script = talk(workspace, "", *(["", "menu"] * 4), "", "menu", *["1", "retour", "3", "retour"])
    for words in (
        "1 : Vous. Rien ne manque.",
        "2 : Grille, 39 sur 42. 3 cases vides. 1 indicateur sans nombre.",
        "3 : Entretien. Facultatif : 0 partie écrite sur ",
        "4 : Prévisionnel. Heures ou coût à renseigner pour 1 personne.",
        "5 : Envoi. Pas encore de fichiers.",
    ):
        assert words in said(script), words
    questions = [line for line in script.lines if line.startswith("Étape, de 1 à 5")]
    assert questions[:5] == [
        *(f"Étape, de 1 à 5, ou Entrée pour la {rank} :" for rank in range(2, 6)),
        "Étape, de 1 à 5 :",
    ]
    assert len(questions) == 9, "« retour » at the first question leaves the step"
    for words in (
        "Mission 1, ligne 1",
        "Date de l’entretien",
        "Données personnelles",
        "Dossier, actuellement",
    ):
        assert words in said(script), words


def test_every_question_has_its_help(folder: Path) -> None:
    answers = ["?", "", "?"]
    for step, questions in (("1", 9), ("2", 2), ("3", 4), ("4", 3), ("5", 1)):
        answers += [step, *["?", ""] * questions, "menu"]
    with workspace_in(folder) as workspace:
        script = talk(workspace, *answers)
    assert all(cell_len(line) <= WIDTH for line in script.lines)
    assert script.text.count("« quitter » : fermer le programme") >= 15


def test_the_next_year_and_a_second_assessment_of_one_are_asked_about(folder: Path) -> None:
    with workspace_in(folder) as workspace:
        talk(workspace, "année suivante 1", "non", "annee suivante 1", "oui")
        name = workspace.summaries()[0].entry.identity.territory.name
        new = ("nouvelle", name, "", "", "")
        again = said(talk(workspace, *new, "", *new, "oui", "menu", "retour", "année suivante 1"))
        assert again.count("2027 existe déjà") == 2
        assert again.count("Son année suivante existe déjà") == 1
        assert again.count("Aucune évaluation n’a été créée.") == 1
        moved = said(talk(workspace, "2", "1", "", "2027", "menu"))
        assert "Attention : " in moved
        assert "Celle-ci en est une deuxième." in moved
        years = sorted(summary.entry.identity.year for summary in workspace.summaries())
    assert years == [2027, 2027, 2027]


# The grid.


def test_notes_and_commands_are_typed_with_or_without_accents_and_shift(folder: Path) -> None:
    typed = ("0", "3", "NC", "x", "Non concerné", "à", "é", "  ECHELLE ", "SUIVANTE", '"')
    script = talk_in_grid(folder, *typed)
    answers = read_again(folder).answers
    assert [answers[cell] for cell in charente().cells[:7]] == [0, 3, *[NOT_CONCERNED] * 3, 0, 2]
    assert answers[charente().cells[8]] == Rating.FULLY, "« suivante » goes past the cell asked about"
    assert "NC : Non concerné" in script.lines
    assert script.lines.index("Enregistré : Famille, 0.") < script.lines.index("Enregistré : Éducation, 3.")
    assert "Rien n’a été changé." not in script.text


IMPOSSIBLE = (*("4", "2-3", "²", "retour au COPIL", "\x1b[A", "\x00", "x" * 5_000, "aller 9.9"),)


@each_row("typed", IMPOSSIBLE)
def test_an_impossible_note_changes_nothing_and_says_so(folder: Path, typed: str) -> None:
    script = talk_in_grid(folder, typed)
    assert "Rien n’a été changé." in script.text
    assert not read_again(folder).answers
    assert "\x1b" not in script.text


def test_a_comment_is_stored_line_by_line_and_goes_on(folder: Path) -> None:
    talk_in_grid(folder, "commentaire", "Première ligne", "commentaire", "deuxième, œuvre à 12 €")
    assert read_again(folder).comments == {"m1.a01": "Première ligne\ndeuxième, œuvre à 12 €"}
    script = talk_in_grid(folder, "commentaire", "x" * MAX_TEXT_LENGTH, "la suite")
    assert "Première ligne" in script.text
    assert "caractères au plus. Rien n’a été changé." in script.text
    assert read_again(folder).comments["m1.a01"].endswith("12 €\nla suite")
    talk_in_grid(folder, "commentaire", "effacer")
    assert not read_again(folder).comments


@each_row("text", HOSTILE_TEXTS)
def test_hostile_texts_are_stored_clean_and_said_in_short_lines(folder: Path, text: str) -> None:
    line = text.replace("\n", " ").replace("\r", " ")
    script = talk_in_grid(folder, "commentaire", line, "", "lire", "résultats")
    assert all(cell_len(line) <= WIDTH for line in script.lines)
    assert "\x1b" not in script.text


def test_the_indicators_of_a_mission_come_after_its_last_note_a_number_then_a_comment(folder: Path) -> None:
    script = talk_in_grid(
        folder,
        *["3"] * 42,
        *("Conseil aux élus", "-4", "douze", "1" * 30, "1 234", "Deux de plus", "retour", "retour"),
        *("", "lire", "", "aller 4.13/social", ""),
    )
    for expected in (
        "Mission 1 : terminée, 100 %.",
        "Mission 1, indicateur 1 sur 2. Commentaire, vide. Votre texte, ou Entrée pour passer :",
        "Rien n’a été changé.",
        "Enregistré : Nombre, 1 234.",
        "Mission 1, indicateur 2 sur 2. Nombre, actuellement 1 234 :",
        "Mission 2, ligne 1 sur 12. Famille :",
    ):
        assert expected in said(script), expected
    stored = read_again(folder)
    assert stored.numbers == {"m1.i02": 1_234}
    assert stored.remarks == {"m1.i01": "Conseil aux élus", "m1.i02": "Deux de plus"}
    assert [*stored.answers.values()] == [Rating.FULLY] * 42


# Figures.


def test_figures_and_where_they_come_from_are_sentences_with_what_was_answered_before(tmp_path: Path) -> None:
    with workspace_in(tmp_path) as workspace:
        former = workspace.open(workspace.create(make_identity(year=2026)))
        former.rate(FIRST, Rating.PARTLY)
        former.comment(FIRST.activity, "Un outil commun en 2026")
        present = workspace.open(workspace.duplicate(1, 2027, Moment.YEARLY))
        present.rate(Cell("m1.a02", "famille"), Rating.NO)
        present.rate(Cell("m1.a04", "famille"), Rating.PARTLY)
        here = ("2", "aller 1.1/famille", "3", "aller 1.1/famille", "pourquoi ?", "lire", "résultats")
        script = talk(workspace, "2", "2", "aller 1.1/famille", *here)
    for words in (
        "Mission 1, Famille : 44 %",
        "4 points sur 9 possibles (3 notes × 3)",
        "2026 : Famille 1. « Un outil commun en 2026 »",
        "Mission 1, 3 réponses sur 42, 44 % : Famille 44 %, Éducation aucune note, Social aucune note.",
        "44 % en 2027, 33 % en 2026.",
        "Il manque : 39 cases vides.",
        "2 lignes notées 0 ou 1 sans commentaire : 1.2 et 1.4.",
    ):
        assert words in said(script), words
    assert not any(sign in script.text for sign in "°—·→")


# The forms.


def test_the_forecast_takes_amounts_and_says_the_estimate(folder: Path) -> None:
    with workspace_in(folder) as workspace:
        added = ["ajouter", "Durand", "Alix", "100", "3 000", "", "2", "", ""]
        forecast = said(talk(workspace, "", "4", "803,5", "24000", *added))
        first, *_, last = workspace.open(1).forecast.lines
    assert (first.centihours, first.salary_cents, last.last_name) == (80_350, 2_400_000, "Durand")
    assert "Part de la Caf : estimation" in forecast
    assert "Données personnelles" in forecast


def test_a_policy_that_no_person_has_any_more_goes_with_its_column_and_is_said(folder: Path) -> None:
    people = ("", "1", "", "", "", "", "", "", "famille")
    with workspace_in(folder) as workspace:
        assert "Éducation : 51 cases à" in said(talk(workspace, *people, "", ""))
    stored = read_again(folder)
    assert stored.identity.coordinators[0].policies == ("famille",)
    assert set(stored.answers.values()) == {NOT_CONCERNED}


def test_a_final_file_is_refused_until_all_is_filled_in_and_then_a_change_asks_once(folder: Path) -> None:
    with workspace_in(folder) as workspace:
        assert "L’évaluation n’est pas complète." in said(talk(workspace, "", "5", "", "2", "créer"))
        session = workspace.open(1)
        for cell in session.grid.own_cells:
            session.rate(cell, Rating.MOSTLY)
        made = said(talk(workspace, "", "5", str(folder / "nulle part"), str(folder), "", "créer"))
        for words in (
            "n’existe pas",
            "Fichiers joints au brouillon de courriel",
            "Fichiers n° 1 créés le 12 janvier (définitive)",
        ):
            assert words in made, words
        question = "Les fichiers définitifs sont créés depuis le 12 janvier. Modifier l’évaluation"
        kept = said(talk(workspace, "", "2", "aller 1.1", "0", "non"))
        assert question in kept
        assert "Rien n’a été changé." in kept
        assert set(read_again(folder).answers.values()) == {Rating.MOSTLY}
        assert said(talk(workspace, "", "2", "aller 1.1", "0", "oui", "1")).count(question) == 1
        again = said(talk(workspace, "", "5"))
        assert "5 : Envoi. Fichiers n° 1 créés le 12 janvier (définitive), 2 changements depuis." in again
        assert "Changé depuis : 1.1 Famille : 2, puis 0" in again
    stored = read_again(folder).answers
    assert (stored[FIRST], stored[SECOND]) == (Rating.NO, Rating.PARTLY)


# On the disk, then said.


def test_nothing_is_said_as_saved_before_it_is_on_the_disk(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk refuses one note, which is not taken: the next answer is of the same cell."""
    record = Store.record
    refusals = [NotSaved("disque-plein", "Le disque est plein.", "Libérez de la place.")]

    def refusing(*arguments: object, **named: object) -> object:
        if refusals:
            raise refusals.pop()
        return record(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "record", refusing)
    script = talk_in_grid(folder, "2", "3")
    assert script.text.index("Ce n’est pas enregistré.") < script.text.index("Enregistré : ")
    assert "Enregistré : Famille, 2" not in script.text
    assert [*read_again(folder).answers.values()] == [Rating.FULLY]
