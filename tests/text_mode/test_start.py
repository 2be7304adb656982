"""The real program in a terminal that draws nothing: the whole job, kills, and every way to end."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from ctg_tui.domain.assessment import (
    NOT_CONCERNED,
    Action,
    Adviser,
    Answer,
    Cell,
    Coordinator,
    Identity,
    Moment,
    PreparationTopic,
    Profile,
    Rating,
    Status,
    Territory,
    answer_text,
)
from ctg_tui.domain.grid import number_of
from ctg_tui.domain.steps import wants_number
from ctg_tui.services.sending import export
from tests.databases import DATABASE_NAME, raw, read_again
from tests.each_row import each_row
from tests.effort import IS_NIGHT, some
from tests.strategies import charente, make_identity
from tests.text_mode.talker import ROOT, Talker, plain, workspace_in

pytest.importorskip("pexpect", reason="a pseudo-terminal needs POSIX")

PATTERN: tuple[Answer, ...] = (Rating.MOSTLY, Rating.FULLY, NOT_CONCERNED, Rating.PARTLY, Rating.NO)
KILLS = 3 if IS_NIGHT else 1
"""The laboratory does many more: `python -m tests.laboratory --only text`."""


def note(number: int) -> Answer:
    """Return the answer of the cell of that rank."""
    return PATTERN[number * 7 // 3 % len(PATTERN)]


def test_from_nothing_to_the_file_without_an_escape_byte_and_as_the_interface_writes_it(
    tmp_path: Path,
) -> None:
    by_text, by_services = tmp_path / "texte", tmp_path / "services"
    by_text.mkdir()
    by_services.mkdir()
    with Talker(by_text) as talker:
        fill_by_text(talker)
        assert talker.answer("quitter", "Au revoir.")
        assert talker.end() == 0
        assert b"\x1b" not in talker.written
        for line in plain(talker.written.decode()).split("\n"):
            assert cell_len(line) <= 80, line
    fill_by_services(by_services, read_again(by_text).uuid)
    assert document_in(by_text) == document_in(by_services)


def document_in(folder: Path) -> dict[str, Any]:
    """Return the only submission of `folder`, without what tells two exports apart."""
    (path,) = folder.rglob("CTG_*.json")
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    del document["document"]
    return document


def fill_by_text(talker: Talker) -> None:
    """Do the whole job by questions and answers, up to the final file."""
    grid = charente()
    talker.wait_for("ouvrir » :")
    talker.answer("", "Territoire, vide :")
    talker.answer("val de", "garder « val de » :")
    talker.answer("1", "actuellement 2027")
    talker.wait_for("garder :")
    talker.answer("2028", "ou Entrée pour garder :")
    talker.answer("2", "ou Entrée pour garder :")
    talker.answer("2", "Nom, vide :")
    for answer, then in (
        ("Martin", "Prénom, vide :"),
        ("Claude", "Entrée pour garder :"),
        ("1", "Entrée pour garder :"),
        ("", "Entrée pour continuer :"),
        ("", "vide :"),
        ("Alix Durand", "vide :"),
        ("alix.durand@caf.exemple", "ou Entrée pour la 2 :"),
        ("grille", "Famille :"),
    ):
        talker.answer(answer, then)
    labels = [policy.label for policy in grid.policies]
    ranks = {cell: number for number, cell in enumerate(grid.cells)}
    for mission in grid.missions:
        for cell in (cell for cell in grid.cells if grid.mission_of[cell.activity] is mission):
            text = answer_text(note(ranks[cell]))
            label = grid.policies_by_id[cell.policy].label
            talker.answer(text, f"Enregistré : {label}, {text}.")
            if cell.activity != mission.activities[-1].id or cell.policy != grid.policies[-1].id:
                talker.wait_for(f"{labels[(labels.index(label) + 1) % len(labels)]} :")
        for indicator in mission.indicators:
            if not indicator.is_heading:
                talker.wait_for(". Nombre, ou Entrée :")
                talker.answer("12", "Enregistré : Nombre, 12.")
            talker.wait_for("Commentaire, vide. Votre texte, ou Entrée :")
            talker.answer("", "\n")
    talker.wait_for("ou Entrée pour la 3 :")
    talker.answer("grille", "Nombre, actuellement 12 :")
    talker.answer("aller 1.3", "Mission 1, ligne 3 sur 14.")
    talker.answer("commentaire", "Commentaire de la ligne 1.3, vide. Votre texte, ou Entrée :")
    talker.answer("Tableau partagé au COPIL,", "1 ligne. La suite, ou Entrée :")
    talker.answer("avec l’œuvre à 12 €.", "2 lignes. La suite, ou Entrée :")
    talker.answer("", "Mission 1, ligne 3 sur 14.")
    talker.answer("menu", "ou Entrée pour la 3 :")
    low = next(number_of(grid, cell.activity) for cell in grid.cells if note(ranks[cell]) in (0, 1))
    talker.answer("3", "vide :")
    talker.answer("", "Points forts, vide. Votre texte, ou Entrée :")
    talker.answer("Une équipe", "La suite, ou Entrée :")
    for _ in range(3):
        talker.answer("", "Votre texte, ou Entrée :")
    for answer, then in (
        ("", "« ajouter », ou Entrée pour continuer :"),
        ("ajouter", "Ligne, vide :"),
        (low, "Quoi, vide."),
        ("Un tableau", "La suite, ou Entrée :"),
        ("", "Qui, vide :"),
        ("Claude", "Pour quand, vide :"),
        ("31/03/2028", "Devenir, actuellement à faire."),
        ("menu", "ou Entrée pour la 4 :"),
        ("envoi", "Version, actuellement provisoire."),
        ("2", "Avec le fichier pour la Caf. Numéros, ou Entrée pour garder :"),
        ("effacer", "Dossier. Entrée pour garder :"),
        (".", "« créer », ou Entrée pour continuer :"),
        ("créer", "Étape, de 1 à 5 :"),
    ):
        talker.answer(answer, then)


def fill_by_services(folder: Path, uuid: str | None) -> None:
    """Give the same answers as the interface does, to an assessment of the same identifier, and export."""
    with workspace_in(folder) as workspace:
        territory = Territory("Communauté de communes Val de Charente", "200043016", "16", "val-de-charente")
        person = Coordinator(
            "c1", "Martin", "Claude", Profile.PROJECT_LEAD, ("famille", "education", "social")
        )
        adviser = Adviser("Alix Durand", "alix.durand@caf.exemple")
        identity = Identity(2028, Moment.YEARLY, territory, (person,), adviser)
        assessment_id = workspace.create(identity, charente())
        with raw(folder / DATABASE_NAME) as connection:
            connection.execute("UPDATE assessment SET uuid = ?", (uuid,))
        session = workspace.open(assessment_id)
        for number, cell in enumerate(session.grid.cells):
            session.rate(cell, note(number))
        session.comment("m1.a03", "Tableau partagé au COPIL,\navec l’œuvre à 12 €.")
        for indicator in session.grid.indicators.values():
            if wants_number(indicator, session.assessment):
                session.count(indicator.id, 12)
        session.prepare(PreparationTopic.STRONG_POINTS, "Une équipe")
        low = next(cell.activity for cell in session.grid.cells if session.assessment.answers[cell] in (0, 1))
        session.plan(low, Action("Un tableau", "Claude", date(2028, 3, 31)))
        export(workspace, session.assessment.id, folder, Status.FINAL)


@contextmanager
def in_grid(folder: Path) -> Iterator[Talker]:
    """Start the program on a new assessment, at the first question of its grid."""
    with workspace_in(folder) as workspace:
        workspace.create(make_identity(), charente())
    with Talker(folder) as talker:
        talker.wait_for("« nouvelle » :")
        talker.answer("", "ou Entrée pour la 2 :")
        talker.answer("2", "Famille :")
        yield talker


def test_a_kill_right_after_saved_loses_nothing(tmp_path: Path) -> None:
    with workspace_in(tmp_path) as workspace:
        workspace.create(make_identity(), charente())
    cells = charente().cells
    for kill in range(KILLS):
        with Talker(tmp_path) as talker:
            talker.wait_for("« nouvelle » :")
            talker.answer("", "ou Entrée pour la 2 :")
            talker.answer("2", " :")
            talker.answer(answer_text(note(kill)), "Enregistré :")
            talker.kill()
        assert read_again(tmp_path).answers == {cells[at]: note(at) for at in range(kill + 1)}


@pytest.mark.parametrize(("end", "code"), some([(b"\x03", 130), (b"quitter\n", 0), (b"\x04", 0)], 2))
def test_every_way_out_keeps_all_and_says_so(tmp_path: Path, end: bytes, code: int) -> None:
    with in_grid(tmp_path) as talker:
        talker.answer("2", "Éducation :")
        talker.child.send(end)
        talker.wait_for("Tout est enregistré. Au revoir.")
        assert talker.end() == code
        assert b"\x1b" not in talker.written
        assert b"Traceback" not in talker.written
    assert read_again(tmp_path).answers == {Cell("m1.a01", "famille"): Rating.MOSTLY}


def test_ctrl_c_in_a_text_keeps_the_lines_that_were_entered(tmp_path: Path) -> None:
    with in_grid(tmp_path) as talker:
        talker.answer("commentaire", "Votre texte, ou Entrée :")
        talker.answer("Une ligne", "La suite, ou Entrée :")
        talker.child.send(b"une autre\x03")
        talker.wait_for("Au revoir.")
        assert talker.end() == 130
    assert read_again(tmp_path).comments == {"m1.a01": "Une ligne"}


_NO_UTF_8 = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize(
    "variables",
    some(
        [_NO_UTF_8, {"PYTHONIOENCODING": "utf-8:strict"}, {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}]
    ),
)
def test_a_line_that_is_not_utf_8_is_asked_again_and_utf_8_is_taken_whatever_the_locale(
    tmp_path: Path, variables: dict[str, str]
) -> None:
    with Talker(tmp_path, **variables) as talker:
        talker.wait_for("commencer, ou")
        talker.answer("", "Territoire")
        talker.wait_for(":")
        talker.child.send(b"Pays \xe9\xff\n")
        talker.wait_for("pas en UTF-8")
        talker.wait_for("Territoire")
        talker.wait_for(":")
        talker.child.send("Pays d’Œuvre\x1b[2J\x02\n".encode())
        for then in ("SIREN", "partement", "actuellement 2027", "Quand", "Grille", "Nom, vide"):
            talker.wait_for(then)
            if then in {"SIREN", "partement", "actuellement 2027"}:
                talker.wait_for(":")
            else:
                talker.wait_for("garder" if then in {"Quand", "Grille"} else ":")
            if not then.startswith("Nom"):
                talker.answer("", "\n")
        talker.answer("quitter", "Au revoir.")
        assert talker.end() == 0
        assert b"\x1b" not in talker.written
    assert read_again(tmp_path).identity.territory.name == "Pays d’Œuvre�[2J�"


@pytest.mark.night
def test_a_path_in_utf_8_leads_to_its_file_whatever_the_locale(folder: Path) -> None:
    (folder / "reçu.json").write_text("{}", encoding="utf-8")
    with Talker(folder, **_NO_UTF_8) as talker:
        for name, said in (("reçu.json", "pas un fichier pour la Caf"), ("absent-é.json", "existe pas")):
            talker.wait_for("ouvrir, ou")
            talker.answer("ouvrir", "fichier :")
            talker.answer(name, said)


@each_row("typed", some([b"\xe9\n", b"non\n", "œuî\n".encode()]))
def test_a_question_of_a_command_takes_any_byte(folder: Path, typed: bytes) -> None:
    with Talker(folder, "effacer", "1", PYTHONIOENCODING="utf-8:strict") as talker:
        talker.wait_for("le faire :")
        talker.child.send(typed)
        talker.wait_for("changé")
        assert talker.end() == 1
        assert "imprévue".encode() not in talker.written
    assert read_again(folder).identity.year == 2027


@pytest.mark.night
def test_a_line_that_the_terminal_cuts_is_said_to_be_cut(tmp_path: Path) -> None:
    with in_grid(tmp_path) as talker:
        talker.answer("commentaire", "Votre texte, ou Entrée :")
        talker.child.send(b"x" * 5_000 + b"\n")
        talker.wait_for("le terminal a sans doute coupé cette ligne")
        talker.wait_for("La suite, ou Entrée :")
    assert len(read_again(tmp_path).comments["m1.a01"]) == 4_095


@pytest.mark.parametrize(
    "variables",
    [{"TERM": "dumb"}, {"TERM": "xterm-256color", "CTG_TUI_TEXTE": "1"}],
    ids=["TERM=dumb", "CTG_TUI_TEXTE=1"],
)
def test_the_program_alone_opens_or_offers_questions_and_answers(
    tmp_path: Path, variables: dict[str, str]
) -> None:
    grid_file = str(ROOT / "data/grilles/charente-2024-08.toml")
    with Talker(tmp_path, "--grille", grid_file, **variables) as talker:
        if variables["TERM"] == "dumb":
            talker.wait_for("Réponse :")
            talker.child.send(b"\n")
        talker.wait_for("par questions et réponses.")
        talker.wait_for("ouvrir » :")
        talker.answer("quitter", "Au revoir.")
        assert talker.end() == 0
        assert b"\x1b" not in talker.written


def test_without_a_terminal_questions_end_their_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ctg_tui", "texte", "--base", str(tmp_path / DATABASE_NAME)],
        input=b"\nMon pays\n\n\n\n\n\nmenu\n2\n3\n",
        env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "PYTHONUTF8": "1"},
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        check=False,
    )
    said = plain(done.stdout.decode()).split("\n")
    assert done.returncode == 0
    assert not done.stderr
    assert "Enregistré : Famille, 3." in said
    assert said[-2] == "Tout est enregistré. Au revoir."
    assert all(cell_len(line) <= 80 for line in said)


@pytest.mark.night
def test_a_closed_input_ends_in_peace(tmp_path: Path) -> None:
    command = f"{sys.executable} -m ctg_tui texte --base {tmp_path / DATABASE_NAME} <&-"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "PYTHONUTF8": "1"}
    done = subprocess.run(
        ["sh", "-c", command], env=environment, cwd=tmp_path, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0
    assert "Tout est enregistré. Au revoir." in plain(done.stdout.decode())


@pytest.mark.night
def test_a_second_window_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with Talker(tmp_path) as first:
        first.wait_for("ouvrir » :")
        with Talker(tmp_path) as second:
            assert second.end() == 4
            assert re.search("déjà", plain(second.written.decode()))
        first.kill()


def test_a_hang_up_loses_nothing(tmp_path: Path) -> None:
    with in_grid(tmp_path) as talker:
        talker.answer("1", "Enregistré :")
        talker.child.kill(signal.SIGHUP)
        talker.end()
    assert len(read_again(tmp_path).answers) == 1
