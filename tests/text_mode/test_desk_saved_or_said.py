"""Nothing is said as saved before it is; leaving, settings, help."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from rich.cells import cell_len

from ctg_tui.domain.assessment import NotConcerned, Rating
from ctg_tui.domain.errors import NotSaved
from ctg_tui.services.workspace import Workspace
from ctg_tui.storage.store import Store
from ctg_tui.text_mode import home
from ctg_tui.text_mode.dialogue import WIDTH, Dialogue
from tests.databases import read_again
from tests.strategies import charente, make_identity
from tests.text_mode.talker import talk, talk_in_grid, workspace_in


def refuse_records(patched: pytest.MonkeyPatch, times: int) -> None:
    """Let a full disk refuse the next records."""
    record = Store.record
    full = NotSaved("disque-plein", "Le disque est plein.", "Libérez de la place.")
    refusals = [full] * times

    def refusing(*arguments: object, **named: object) -> object:
        if refusals:
            raise refusals.pop()
        return record(*arguments, **named)  # type: ignore[arg-type]

    patched.setattr(Store, "record", refusing)


def test_the_file_copied_alone_while_a_question_waits_has_every_answer_given_before(folder: Path) -> None:
    copied = folder / "copie"
    copied.mkdir()
    answers = iter(("", "grille", "3", "nc", "quitter"))
    with workspace_in(folder) as workspace:

        def read() -> str:
            shutil.copy(workspace.store.path, copied)
            return f"{next(answers)}\n"

        assert home.talk(Dialogue(read, lambda _: None), workspace) == 0
        assert {*read_again(copied).answers.values()} == {Rating.FULLY, NotConcerned.NOT_CONCERNED}


def test_the_next_year_is_asked_about(folder: Path) -> None:
    with workspace_in(folder) as workspace:
        talk(workspace, "année suivante 1", "non", "annee suivante 1", "oui", "retour")
        assert [summary.entry.identity.year for summary in workspace.summaries()] == [2028, 2027]


def test_a_second_assessment_of_the_same_year_is_asked_about_wherever_it_begins(folder: Path) -> None:
    with workspace_in(folder) as workspace:
        name = workspace.summaries()[0].entry.identity.territory.name
        new = ("nouvelle", name, "", "", "")
        script = talk(workspace, *new, "", *new, "oui", "menu", "1", "2028", "menu", "retour")
        assert script.text.count("2027 existe déjà") == 2
        assert "Aucune évaluation n’a été créée." in script.text
        script = talk(workspace, "année suivante 1", "oui", "", "année suivante 1", "oui", "oui")
        assert script.text.count("2028 existe déjà") == 2
        workspace.create(make_identity(year=2030), charente())
        script = talk(workspace, "4", "1", "2027", "menu")
        assert "Attention : " in script.text
        assert "Celle-ci en est une deuxième." in script.text
        identities = [summary.entry.identity for summary in workspace.summaries()]
    assert sorted((identity.year, identity.moment.value) for identity in identities) == [
        (2027, "annuelle"),
        (2027, "annuelle"),
        (2028, "annuelle"),
        (2028, "annuelle"),
    ]


def test_nothing_is_said_as_saved_before_it_is_on_the_disk(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk refuses one note, which is not taken: the next answer is of the same cell."""
    refuse_records(monkeypatch, 1)
    script = talk_in_grid(folder, "2", "3")

    refused, saved = script.text.index("Ce n’est pas enregistré."), script.text.index("Enregistré : ")
    assert refused < saved
    assert "Enregistré : Famille, 2" not in script.text
    assert [*read_again(folder).answers.values()] == [Rating.FULLY]


def test_retour_at_the_first_question_leaves_the_step(folder: Path) -> None:
    with workspace_in(folder) as workspace:
        script = talk(workspace, "", *(each for step in "1234" for each in (step, "retour")))
    assert script.text.count("Étape, de 1 à 5") == 5
    assert "Fin des" not in script.text


def test_the_choice_of_questions_and_answers_is_kept_with_the_other_settings(folder: Path) -> None:
    (folder / "reglages.json").write_text('{"theme": "clair"}', encoding="utf-8")
    with workspace_in(folder) as workspace:
        talk(workspace, "toujours texte")
    stored = (folder / "reglages.json").read_text(encoding="utf-8")
    assert '"affichage": "texte"' in stored
    assert '"theme": "clair"' in stored


def test_every_question_has_its_help(folder: Path) -> None:
    with workspace_in(folder) as workspace:
        script = talk(workspace, *_with_help(workspace))
    assert all(cell_len(line) <= WIDTH for line in script.lines)
    assert script.text.count("« quitter » : fermer le programme") >= 15


def _with_help(workspace: Workspace) -> list[str]:
    """Return answers that ask for help at each kind of question."""
    answers = ["?", "", "?"]
    for step, questions in (("1", 9), ("2", 2), ("3", 4), ("4", 3), ("5", 1)):
        answers += [step, *["?", ""] * questions, "menu"]
    return answers
