"""The whole job by questions and answers, as somebody with a screen reader does it."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from tests.outside.adviser import ADVISER, fill_blue_cells, workbook_to_answer
from tests.outside.commands import CAF_WORKBOOK, answers, begin, command, reported, sent_state
from tests.outside.person import DATA

TALK: dict[str, Any] = tomllib.loads((DATA / "texte.toml").read_text(encoding="utf-8"))
NOTES = ("2", "3", "1", "0", "nc", "2") * 7
"""One for each cell of the Caf's grid."""


def talk(database: Path, scene: str, **words: object) -> None:
    """Type the answers of a scene; the program says what it must, and draws nothing."""
    typed = (line.format(notes="\n".join(NOTES), **words) for line in TALK[scene]["tape"])
    done = command(database, "texte", typed="".join(f"{line}\n" for line in typed))
    said = " ".join(done.out.split())
    assert done.code == 0, done
    assert all(words in said for words in TALK[scene]["dit"]), said
    assert "\x1b" not in done.out
    assert max(map(len, done.out.splitlines())) <= 80


def test_an_assessment_is_made_sent_and_answered_by_questions_alone(tmp_path: Path) -> None:
    database, folder = tmp_path / "evaluations.db", tmp_path / "envoi"
    folder.mkdir()
    talk(database, "remplir", dossier=folder)
    sent = sent_state(database, 1, tmp_path / "relu")
    assert [str(one["note"]).lower() for one in sent["reponses"]] == list(NOTES)
    assert [one["texte"] for one in sent["commentaires"]] == ["Tableau partagé au comité."]
    people, adviser = sent["charges_de_cooperation"], sent["destinataire"]
    assert [(one["nom"], one["prenom"]) for one in people] == [("Martin", "Claude")]
    assert adviser["nom"] == "Alix Durand"
    assert sent["preparation"]["points-forts"] == "Une équipe."
    assert [one["nombre"] for one in sent["indicateurs"]] == [12]
    assert [one["quoi"] for one in sent["actions"]] == ["Un tableau"]
    fill_blue_cells(workbook_to_answer(folder), tmp_path / "retour.xlsx", ADVISER)
    talk(database, "repondre", retour=tmp_path / "retour.xlsx", dossier=folder)
    (second,) = (json.loads(path.read_bytes()) for path in folder.rglob("*_envoi-2_*.json"))
    thread, notes = second["fil"], [str(one["note"]).lower() for one in second["reponses"]]
    of_caf = {row["texte"]: row for row in thread if row.get("caf") and "texte" in row}
    assert {*of_caf} == {*filter(None, (each.get("Votre remarque ou question") for each in ADVISER.values()))}
    given = {row["repond_a"][0]: row for row in thread if not row.get("caf")}
    assert len(given) == 3
    assert notes == [*NOTES[:3], "1", *NOTES[4:]], "the note that the Caf proposed was taken"
    thread = reported(database, "synthese", 1)["fil"]
    assert [row["due"] for row in thread] == [False] * 6
    talk(database, "revenir")


def test_a_caf_s_workbook_is_left_to_the_command_and_gone_on_with(tmp_path: Path) -> None:
    database = tmp_path / "evaluations.db"
    assert "importer CHEMIN --nouvelle" in answers(database, f"ouvrir {CAF_WORKBOOK}")
    reported(database, "importer", CAF_WORKBOOK, "--nouvelle")
    assert "Mission 1, 42 réponses sur 42" in answers(database, "", "résultats").replace("\xa0", " ")


def test_what_is_typed_below_a_comment_is_added_to_it(tmp_path: Path) -> None:
    database = tmp_path / "evaluations.db"
    begin(database)
    for text in ("Un comité.", "Deux depuis mars."):
        answers(database, "", "grille", "aller 1.1", "commentaire", text)
    (comment,) = sent_state(database, 1, tmp_path / "relu")["commentaires"]
    assert comment["texte"] == "Un comité.\nDeux depuis mars."


def test_what_is_kept_with_a_name_alone_is_not_called_saved_before(tmp_path: Path) -> None:
    database = tmp_path / "evaluations.db"
    reported(database, "remplir", "nouvelle", "territoire=Ma commune")
    said = answers(database, "", "vous", "", "", "", "", "", "", "2").replace("\xa0", " ")
    assert "Choisi : Personne 1, Profil, chargé·e thématique. Gardé seulement avec « Nom »." in said
    assert "Enregistré : Personne" not in said


def test_only_a_yes_changes_an_assessment_of_a_former_year(tmp_path: Path) -> None:
    database = tmp_path / "evaluations.db"
    reported(database, "remplir", "nouvelle", "territoire=Val de Charente", "annee=2024")
    assert "Oui ou non" in answers(database, "", "grille", "commentaire", "Un mot.", "non")
    for number, (answer, noted) in enumerate({"": [], "non": [], "oui": [2]}.items()):
        assert "Oui ou non" in answers(database, "", "grille", "2", answer)
        made = sent_state(database, 1, tmp_path / f"relu-{number}")
        assert ([one["note"] for one in made["reponses"]], made["commentaires"]) == (noted, [])


def test_what_is_undone_and_redone_is_of_one_assessment(tmp_path: Path) -> None:
    database = tmp_path / "evaluations.db"
    for year in (2098, 2099):
        reported(database, "remplir", "nouvelle", "territoire=Val de Charente", f"annee={year}")
    first = (("1", "grille", "2"), ("2", "grille", "3"), ("1", "annuler"), ("2", "grille", "1"))
    for acts, noted in ((first, [[], [3, 1]]), ((("1", "refaire"), ("2", "annuler")), [[2], [3]])):
        for act in acts:
            answers(database, *act)
        for number in (1, 2):
            made = sent_state(database, number, tmp_path / f"relu-{number}-{len(acts)}")["reponses"]
            assert [one["note"] for one in made] == noted[number - 1]


def test_the_year_after_an_old_one_is_that_of_the_next_campaign(tmp_path: Path) -> None:
    database = tmp_path / "evaluations.db"
    reported(database, "remplir", "nouvelle", "territoire=Val de Charente")
    reported(database, "remplir", "nouvelle", "territoire=Autre territoire", "annee=2020")
    campaign = max(one["annee"] for one in reported(database, "liste"))
    for number, year in enumerate((campaign + 1, campaign), 1):
        assert f"Commencer {year} à partir" in answers(database, f"année suivante {number}", "")


def test_a_number_is_typed_without_shift_on_azerty_too(tmp_path: Path) -> None:
    database = tmp_path / "evaluations.db"
    begin(database)
    reported(database, "remplir", 1, "vous", "personnes.1.nom=Martin")
    for typed, number in {"&é\"'": 1234, "(è_ç": 5789, "&-à": 160, "à": 0}.items():
        answers(database, "", "grille", "aller 1.14", "", "", "", "", typed)
        (indicator,) = sent_state(database, 1, tmp_path / str(number))["indicateurs"]
        assert indicator["nombre"] == number, typed


def test_one_goes_to_a_note_by_its_line_and_policy_and_a_policy_left_out_is_not_asked(tmp_path: Path) -> None:
    database = tmp_path / "evaluations.db"
    begin(database)
    reported(
        database, "remplir", 1, "vous", "personnes.1.nom=Martin", "personnes.1.politiques=famille,social"
    )
    answers(database, "", "grille", "aller 1.3/social", "2", "aller 1.2", "3", "1")
    made = sent_state(database, 1, tmp_path / "relu")["reponses"]
    noted = [("m1.a02", "famille", 3), ("m1.a02", "social", 1), ("m1.a03", "social", 2)]
    given = [(one["activite"], one["politique"], one["note"]) for one in made]
    assert [one for one in given if one[1] != "education"] == noted
    assert {note for _, policy, note in given if policy == "education"} == {"NC"}
    for policies in ("education", "famille,education,social"):
        reported(database, "remplir", 1, "vous", f"personnes.1.politiques={policies}")
    again = sent_state(database, 1, tmp_path / "encore")["reponses"]
    assert [(one["activite"], one["politique"], one["note"]) for one in again] == noted, "given back"


def test_french_takes_the_plural_from_2_on(tmp_path: Path) -> None:
    database = tmp_path / "evaluations.db"
    begin(database)
    said = [command(database, *words).out for words in (("liste",), ("synthese", 1), ("docteur",))]
    said = [text.replace("\N{NO-BREAK SPACE}", " ") for text in (*said, answers(database, "", "résultats"))]
    assert re.findall(r"\b0 \w+", " ".join(said))
    assert re.findall(r"\b[01] (?!fois)\w+s\b", " ".join(said)) == []
