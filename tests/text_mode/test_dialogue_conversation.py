"""Questions and answers, in this process: each answer is stored, and nothing impossible is."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest
from rich.cells import cell_len

from ctg_tui.domain.assessment import (
    NOT_CONCERNED,
    Action,
    Cell,
    Moment,
    Outcome,
    PreparationTopic,
    Profile,
    Rating,
    Territory,
)
from ctg_tui.domain.text import MAX_TEXT_LENGTH
from ctg_tui.text_mode.dialogue import WIDTH
from tests.databases import read_again
from tests.each_row import each_row
from tests.effort import some
from tests.strategies import HOSTILE_TEXTS, charente, make_identity
from tests.text_mode.talker import talk, talk_in_grid, workspace_in
from tests.tui.driving import make, on_grid, press

FIRST = Cell("m1.a01", "famille")


def test_a_new_assessment_takes_the_territory_known_by_a_few_letters(tmp_path: Path) -> None:
    with workspace_in(tmp_path) as workspace:
        script = talk(workspace, "", "val de", "1", "2028", "3", "", "Martin", "Claude", "2", "social", "oui")

    identity = read_again(tmp_path).identity
    assert identity.territory.known_id == "val-de-charente"
    assert identity.year == 2028
    assert "1 : Grille ctg-tui, d’après la Caf de la Charente (août 2024)" in script.text
    assert "2 : Grille ctg-tui, avec 37 lignes proposées" in script.text
    assert read_again(tmp_path).grid_id == "charente-2024-08", "that of the Caf, by Entrée alone"
    assert [person.profile for person in identity.coordinators] == [Profile.THEMATIC]
    assert identity.coordinators[0].policies == ("social",)
    assert "Prénom, Claude." in script.text


def test_the_five_steps_say_what_each_lacks_and_entree_alone_goes_from_one_to_the_next(folder: Path) -> None:
    with workspace_in(folder) as workspace:
        for cell in workspace.open(1).grid.own_cells[3:]:
            workspace.open(1).rate(cell, Rating.MOSTLY)
        script = talk(workspace, "", *(["", "menu"] * 4), "")

    for rank, said in enumerate(
        (
            "Vous. Rien ne manque.",
            "Grille, 39 sur 42. 3 cases vides. 1 indicateur sans nombre.",
            "Entretien. Facultatif : de quoi préparer l’entretien avec la Caf.",
            "Prévisionnel. Heures ou coût à renseigner pour 1 personne.",
            "Envoi. Pas encore de fichiers définitifs.",
        ),
        1,
    ):
        assert f"{rank} : {said}" in " ".join(script.text.split()), said
    questions = [line for line in script.lines if line.startswith("Étape, de 1 à 5")]
    assert questions == [
        *(f"Étape, de 1 à 5, ou Entrée pour la {rank} :" for rank in range(2, 6)),
        *["Étape, de 1 à 5 :"] * 2,
    ]
    for said in (
        "Mission 1, ligne 1",
        "Date de l’entretien",
        "Données personnelles",
        "Version, actuellement",
    ):
        assert said in script.text, said


def test_before_the_first_assessment_the_help_says_only_what_can_be_done(tmp_path: Path) -> None:
    with workspace_in(tmp_path) as workspace:
        script = talk(workspace, "?", "1")

    assert "Entrée seule : commencer une évaluation." in script.text
    assert "Attendu : Entrée, ou un mot que « ? » dit." in script.text
    assert "supprimer" not in script.text
    with workspace_in(tmp_path) as workspace:
        script = talk(workspace, "", "CC", "quitter")
    assert script.lines[-3:-1] == ["Aucune évaluation n’a été créée.", "Le reste est enregistré. Au revoir."]
    assert "numéro d’une évaluation" not in script.text


def test_the_position_comes_first_and_each_answer_is_said_as_saved(folder: Path) -> None:
    script = talk_in_grid(folder, "2", "NC")

    assert "Mission 1, ligne 1 sur 14. Famille :" in script.lines
    assert script.lines.index("Enregistré : Famille, 2.") < script.lines.index("Enregistré : Éducation, NC.")
    assert read_again(folder).answers == {FIRST: Rating.MOSTLY, Cell("m1.a01", "education"): NOT_CONCERNED}


def test_notes_and_commands_are_typed_with_or_without_accents_and_shift(folder: Path) -> None:
    typed = ("0", "3", "NC", "x", "Non concerné", "à", "é", "  ECHELLE ", "pourquoi ?", "SUIVANTE", '"')
    script = talk_in_grid(folder, *typed)

    answers = read_again(folder).answers
    assert [answers[cell] for cell in charente().cells[:7]] == [0, 3, *[NOT_CONCERNED] * 3, 0, 2]
    assert answers[charente().cells[8]] == Rating.FULLY, "« suivante » goes past the cell asked about"
    assert "NC : Non concerné" in script.lines
    assert "Rien n’a été changé." not in script.text


IMPOSSIBLE = (
    "4",
    "2-3",
    "-1",
    "²",
    "75 %",
    "retour au COPIL",
    "aller",
    "\x1b[A",
    "\x00",
    "x" * 5_000,
    "aller 9.9",
)


@each_row("typed", IMPOSSIBLE)
def test_an_impossible_note_changes_nothing_and_says_so(folder: Path, typed: str) -> None:
    script = talk_in_grid(folder, typed)

    assert "Rien n’a été changé." in script.text
    assert not read_again(folder).answers
    assert "\x1b" not in script.text


def test_back_next_and_go_move_without_changing_anything(folder: Path) -> None:
    script = talk_in_grid(folder, "", "retour", "aller 2.3/social", "aller 1.2/social", "suivante", "retour")

    for expected in (
        "Mission 1, ligne 1 sur 14. Éducation :",
        "Mission 2, ligne 3 sur 12. Social :",
        "Mission 1, ligne 2 sur 14. Social :",
    ):
        assert expected in script.lines
    assert not read_again(folder).answers


def test_undo_and_redo_say_what_they_did_and_go_there(folder: Path) -> None:
    script = talk_in_grid(folder, "3", "annuler", "2", "annuler", "refaire", "annuler", "annuler")

    assert script.text.count("Annulé : note 3, ligne 1.1 Famille. Enregistré.") == 1
    assert "Refait : note 2, ligne 1.1 Famille. Enregistré." in script.text
    assert script.lines.count("Mission 1, ligne 1 sur 14. Famille :") >= 3
    assert not read_again(folder).answers


def test_the_place_where_the_person_left_is_kept(folder: Path) -> None:
    talk_in_grid(folder, "aller 3.2/social")
    script = talk_in_grid(folder)
    assert script.lines[-2] == "Tout est enregistré. Au revoir."
    assert "Mission 3, ligne 2 sur 13. Social :" in script.lines


@pytest.mark.parametrize("seed", some(range(6), 2))
async def test_the_notes_of_a_script_go_where_those_of_the_interface_go(tmp_path: Path, seed: int) -> None:
    """Notes and blanks, before the indicators of the mission."""
    chance = random.Random(seed)
    keys = [chance.choice("0123n" * 3 + "X") for _ in range(12)]
    words = {"n": ("nc",), "X": ("effacer",)}
    pressed = {"X": ("delete",)}
    for name in ("interface", "texte"):
        (tmp_path / name).mkdir()
        make(tmp_path / name)
    talk_in_grid(tmp_path / "texte", *(each for key in keys for each in words.get(key, (key,))))
    async with on_grid(tmp_path / "interface") as pilot:
        for key in keys:
            await press(pilot, *pressed.get(key, (key,)))
    said, shown = (read_again(tmp_path / name) for name in ("texte", "interface"))
    assert said.answers == shown.answers, keys


def test_a_comment_is_stored_line_by_line_and_goes_on(folder: Path) -> None:
    talk_in_grid(folder, "commentaire", "Première ligne", "deuxième, œuvre à 12 €", "")
    assert read_again(folder).comments == {"m1.a01": "Première ligne\ndeuxième, œuvre à 12 €"}

    script = talk_in_grid(folder, "commentaire", "la suite")  # the input ends there
    assert "Première ligne" in script.text
    assert read_again(folder).comments["m1.a01"].endswith("12 €\nla suite")

    talk_in_grid(folder, "commentaire", "effacer")
    assert not read_again(folder).comments


def test_the_comment_right_after_a_note_is_that_of_the_line_just_noted(folder: Path) -> None:
    script = talk_in_grid(folder, "2", "2", "2", "commentaire", "Trois réunions.", "aller 1.2", "commentaire")
    assert read_again(folder).comments == {"m1.a01": "Trois réunions."}
    assert "Commentaire de la ligne 1.2, vide." in script.lines
    script = talk_in_grid(folder, "annuler", "lire")
    assert "Annulé : commentaire, ligne 1.1. Enregistré." in script.lines
    assert "Famille 2, Éducation 2, Social 2." in script.lines


def test_a_comment_that_would_be_cut_is_refused_and_what_is_there_stays(folder: Path) -> None:
    script = talk_in_grid(folder, "commentaire", "début", "x" * MAX_TEXT_LENGTH, "fin", "")

    assert "Cette ligne n’est pas enregistrée" in script.text
    assert read_again(folder).comments == {"m1.a01": "début\nfin"}


@each_row("text", HOSTILE_TEXTS)
def test_hostile_texts_are_stored_clean_and_said_in_short_lines(folder: Path, text: str) -> None:
    script = talk_in_grid(
        folder, "commentaire", text.replace("\n", " ").replace("\r", " "), "", "lire", "résultats"
    )

    assert all(cell_len(line) <= WIDTH for line in script.lines)
    assert "\x1b" not in script.text


def test_scale_figures_and_reasons_are_sentences(folder: Path) -> None:
    script = talk_in_grid(folder, "2", "1", "échelle", "résultats", "pourquoi", "?")

    said = " ".join(script.text.split())
    assert "Mission 1, 2 réponses sur 42, 50 % : Famille 67 %, Éducation 33 %, Social aucune note." in said
    assert "NC : Non concerné" in script.lines
    assert "Il manque : 40 cases vides." in script.lines
    assert not any("°" in line or "—" in line or "·" in line for line in script.lines)


def test_the_indicators_of_a_mission_come_after_its_last_note_a_number_then_a_comment(folder: Path) -> None:
    script = talk_in_grid(
        folder,
        *["3"] * 42,
        *("Conseil aux élus", ""),
        *("-4", "douze", "1" * 30, "1 234", "Deux de plus", "", "retour", "retour"),
        *("", "lire", "", "aller 4.13/social", ""),
    )
    said = " ".join(script.text.split())
    for expected in (
        "Mission 1 : terminée, 100 %.",
        "Mission 1, indicateur 1 sur 2, sans nombre. Commentaire, vide. Votre texte, ou Entrée :",
        "ne peut pas être négatif",
        "Enregistré : Nombre, 1 234.",
        "Mission 1, indicateur 2 sur 2. Nombre, actuellement 1 234 :",
        "Mission 2, ligne 1 sur 12. Famille :",
    ):
        assert expected in said, expected
    stored = read_again(folder)
    assert stored.numbers == {"m1.i02": 1_234}
    assert stored.remarks == {"m1.i01": "Conseil aux élus", "m1.i02": "Deux de plus"}
    assert set(stored.answers.values()) == {Rating.FULLY}
    assert len(stored.answers) == 42


def test_next_goes_to_the_number_to_give_once_every_cell_has_a_note(folder: Path) -> None:
    with workspace_in(folder) as workspace:
        session = workspace.open(1)
        for cell in session.grid.cells:
            session.rate(cell, Rating.FULLY)
        for line in session.grid.indicators:
            session.count(line, 3)
        session.count("m1.i02", None)
    script = talk_in_grid(folder, "suivante", "12", "suivante", "annuler", "aller 9.9", "oui")
    assert "Mission 1, indicateur 2 sur 2. Nombre, ou Entrée :" in script.lines
    assert "tous les nombres sont donnés" in script.text
    assert "Annulé : nombre 12, indicateur 1.2. Enregistré." in script.text
    assert script.text.count("Rien n’a été changé.") == 2
    assert "m1.i02" not in read_again(folder).numbers


def test_the_meeting_takes_texts_and_an_action_on_a_line_named_by_its_words(folder: Path) -> None:
    texts = ["", "Deux forces", "", "", "", ""]
    action = ["ajouter", "1.99", "comité de pilotage et les élus", "Un tableau", "", "Prénom"]
    with workspace_in(folder) as workspace:
        script = talk(workspace, "", "3", *texts, *action, "31 février", "31/03/2027", "2", "retirer", "menu")
        said = " ".join(script.text.split())
    for words in (
        "Une ligne s’écrit par son numéro, par exemple 1.3. Rien n’a été changé.",
        "1.1 Contribue à répondre aux objectifs politiques",
        "Choisi : Nouvelle action, Ligne, 1.1.",
        "Action 1.1, Quoi, 1 ligne. La suite, ou Entrée :",
        "Le 31 février n’existe pas : ce mois a 28 jours. Rien n’a été changé.",
        "Enregistré : Action 1.1, Devenir, fait.",
    ):
        assert words in said, words
    stored = read_again(folder)
    assert stored.preparation == {PreparationTopic.STRONG_POINTS: "Deux forces"}
    assert stored.actions == {"m1.a01": Action("Un tableau", "Prénom", date(2027, 3, 31), Outcome.DONE)}


def test_what_became_of_an_action_of_last_year_is_said_and_its_text_of_last_year_read(folder: Path) -> None:
    with workspace_in(folder) as workspace:
        workspace.open(1).plan("m1.a02", Action("Un tableau", "Prénom"))
        workspace.open(1).prepare(PreparationTopic.STRONG_POINTS, "Une équipe")
        workspace.duplicate(1, 2028, Moment.YEARLY)
        script = talk(workspace, "2", "3", "", "lire", "", "", "", "", "reporté", "annuler", "retour", "fait")
        said = " ".join(script.text.split())
    assert "En 2027 : Une équipe" in said
    assert "Prévue en 2027 : Un tableau, Prénom" in said
    assert read_again(folder, 2).actions == {"m1.a02": Action("Un tableau", "Prénom", None, Outcome.DONE)}


def test_the_forecast_takes_amounts_and_says_the_estimate(folder: Path) -> None:
    with workspace_in(folder) as workspace:
        answers = ["beaucoup", "803,5", "24000"]
        answers += ["ajouter", "Durand", "Alix", "100", "3 000", "", "2", "", ""]
        script = talk(workspace, "", "4", *answers)
        assert "Un nombre d’heures s’écrit par exemple" in script.text
        assert "Heures par an, 803,50." in script.text
        lines = workspace.open(1).forecast.lines
        assert (lines[0].centihours, lines[0].salary_cents) == (80_350, 2_400_000)
        assert lines[-1].last_name == "Durand"
        assert "Part de la Caf (estimation)" in script.text
        assert "Données personnelles" in script.text


def test_undoing_the_addition_of_a_person_leaves_their_line(folder: Path) -> None:
    with workspace_in(folder) as workspace:
        added = ["ajouter", "Durand", "Alix", "annuler", "annuler", "", "menu"]
        script = talk(workspace, "", "4", "", "", *added)
        assert script.code == 0
        assert not [line for line in workspace.open(1).forecast.lines if line.last_name == "Durand"]


@each_row(
    "answers, expected",
    [
        (["", "", "20277"], "quatre chiffres"),
        (["", "", "éàé_"], "quatre chiffres"),
        (["", "-"], "par son numéro"),
        (["123"], "Le SIREN compte 9 chiffres."),
        (["123456789"], "clé de contrôle"),
        (["", "seize"], "3 caractères au plus"),
        (["changer", "oui", "y" * 300], "200 caractères au plus"),
    ],
)
def test_a_wrong_detail_is_refused_with_its_reason(folder: Path, answers: list[str], expected: str) -> None:
    with workspace_in(folder) as workspace:
        before = make_identity(territory=Territory("Ruffec"))
        workspace.open(1).identify(before)
        script = talk(workspace, "", "1", *answers)
    assert expected in script.text
    assert "Enregistré :" not in script.text
    assert read_again(folder).identity == before


def test_a_policy_that_nobody_has_any_more_is_asked_about_once_with_its_column(folder: Path) -> None:
    people = ("", "1", "", "", "", "", "", "famille")
    with workspace_in(folder) as workspace:
        script = talk(workspace, *people, "", "")
        assert "Éducation : passer ses 51 cases à" in " ".join(script.text.split())
        assert read_again(folder).identity == make_identity(year=2027)
        talk(workspace, *people, "oui", "")
    assert read_again(folder).identity.coordinators[0].policies == ("famille",)
    assert set(read_again(folder).answers.values()) == {NOT_CONCERNED}


def test_a_name_can_be_one_of_the_commands(folder: Path) -> None:
    with workspace_in(folder) as workspace:
        talk(workspace, "", "1", "changer", "oui", "=radar")
    assert read_again(folder).identity.territory.name == "radar"


def test_a_final_file_is_refused_until_all_is_filled_in_and_then_a_change_asks_once(folder: Path) -> None:
    with workspace_in(folder) as workspace:
        script = talk(workspace, "", "5", "2", "", "créer")
        assert "L’évaluation n’est pas complète." in script.text
        session = workspace.open(1)
        for cell in session.grid.own_cells:
            session.rate(cell, Rating.MOSTLY)
        script = talk(workspace, "", "5", "", "effacer", str(folder / "nulle part"), str(folder), "créer")
        assert "n’existe pas" in script.text
        assert "À créer, en version définitive : le fichier pour la Caf, pour " in script.text
        assert "Joignez-les vous-même à un courriel." in script.lines
        assert "Fichiers n° 1 créés le 12 janvier (définitive)." in script.lines
        assert "(définitive)" in script.text
        question = "Fichiers définitifs créés le 12 janvier. La modifier"
        script = talk(workspace, "", "2", "aller 1.1", "0", "non")
        assert question in script.text.replace("\N{NO-BREAK SPACE}", " ")
        assert "Rien n’a été changé." in script.lines
        assert set(read_again(folder).answers.values()) == {Rating.MOSTLY}
        script = talk(workspace, "", "2", "aller 1.1", "0", "oui", "1")
        assert script.text.replace("\N{NO-BREAK SPACE}", " ").count(question) == 1
        script = talk(workspace, "", "5")
        said = " ".join(script.text.split())
        assert "5 : Envoi. Fichiers n° 1 créés le 12 janvier (définitive), 2 changements depuis." in said
        assert "Changé depuis : 1.1 Famille : 2, puis 0" in said
        assert "Version, actuellement définitive." in said
    stored = read_again(folder).answers
    second = Cell("m1.a01", "education")
    assert (stored[FIRST], stored[second]) == (Rating.NO, Rating.PARTLY)


def test_last_time_is_read_beside_its_line(folder: Path) -> None:
    with workspace_in(folder) as workspace:
        former = workspace.open(workspace.create(make_identity(year=2026), charente()))
        former.rate(FIRST, Rating.FULLY)
        former.comment(FIRST.activity, "Un outil commun en 2026")
        script = talk(workspace, "1", "2", "lire")
    assert "2026 : Famille 3. « Un outil commun en 2026 »" in script.text.replace("\xa0", " ")
