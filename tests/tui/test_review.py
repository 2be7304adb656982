"""The review by both: the adviser marks, asks and writes one file; the person answers each line of it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from ctg_tui.domain.assessment import Cell, Rating, Status
from ctg_tui.domain.review import Decision, Part, part_key
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.report import xlsx
from ctg_tui.services.received import own
from ctg_tui.services.received.intake import State, receive
from ctg_tui.services.received.kept import lineages, open_received
from ctg_tui.services.report import of_submission
from ctg_tui.services.review.answering import review_to_answer
from ctg_tui.services.sending import export
from ctg_tui.submission.file import Received, examine
from ctg_tui.tui.commands import Destination
from ctg_tui.tui.review import writing as review_page
from tests.cli.program import At
from tests.databases import DATABASE_NAME, open_workspace, read_again, rows
from tests.effort import some
from tests.received import a_review, an_assessment, review_of_file, submission
from tests.returned import Filler, opened, saved
from tests.strategies import HOSTILE_TEXTS, charente
from tests.text_mode.talker import conversation
from tests.tui.driving import SIZES, control_characters, cursor, make_final, shown, until_written
from tests.tui.person import RECEIVED, Person
from tests.tui.walk import STATES, fill_database, shown_page

PRIVATE = "SENTINELLE-PRIVEE"
MOST_TO_REVIEW, MOST_TO_ANSWER = 40, 20
SIX_NOTES = [key for note in "31n" for key in (note, "right", note, "left", "down")]
FOUR_QUESTIONS = [
    key for number in range(4) for key in (".grille.question", f"Question {number} ?", "escape", "down")
]
WRITTEN = (RECEIVED, "enter", *SIX_NOTES, *FOUR_QUESTIONS, "f9", "f9")
"""Six cells noted, four questions asked and the file written, from the first page."""


class Sides(NamedTuple):
    """Two people, a final file sent from one to the other, and the mail between them."""

    person: Person
    adviser: Person
    mail: Path

    @property
    def sent(self) -> Path:
        (sent,) = (self.person.folder / "envoi").iterdir()
        return sent

    @property
    def file(self) -> Path:
        (file,) = self.mail.glob("*.json")
        return file

    def review(self, author: str, parts: Mapping[str, str], days: int = 0) -> None:
        """Let the person receive a review by `author`."""
        path = self.mail / f"{author}.json"
        parts = {**parts, "auteur:": author, "courriel:": f"{author.replace(' ', '.')}@exemple.fr"}
        path.write_bytes(review_of_file(self.sent.read_bytes(), parts, days=days))
        workspace = open_workspace(self.person.folder)
        (outcome,) = receive(workspace, [path])
        workspace.close()
        assert outcome.review is not None


@pytest.fixture
def sides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sides:
    folders = [tmp_path / name for name in ("chargee", "ccd", "courrier")]
    for folder in folders:
        folder.mkdir()
    person, adviser, mail = folders
    monkeypatch.setattr(review_page, "default_folder", lambda: mail)
    make_final(person)
    workspace = open_workspace(adviser)
    (outcome,) = receive(workspace, [person / "envoi"])
    assert outcome.state is State.TAKEN
    workspace.close()
    return Sides(Person(person), Person(adviser), mail)


def keys(*typed: str) -> int:
    """Return how many keys that is; words typed are not counted, a command by its name is three."""
    return sum(3 if one.startswith(".") else " " not in one for one in typed)


async def test_both_sides_go_through_it_in_few_keys_and_only_agreed_notes_change(sides: Sides) -> None:
    async with sides.adviser.at(*WRITTEN, identity=None) as adviser:
        await adviser.will_see("6 remarques, 4 questions")
        await adviser.does("t")
        mail = adviser.pilot.app.clipboard
    assert mail.startswith("Avis sur l’auto-évaluation CTG 2027 — Communauté de communes Val de Charente\n\n")
    assert all(path.name in mail for path in sides.mail.iterdir())
    assert "6\N{NO-BREAK SPACE}remarques, 4\N{NO-BREAK SPACE}questions." in mail
    assert keys(*WRITTEN) <= MOST_TO_REVIEW
    before = sides.person.stored()
    workspace = open_workspace(sides.person.folder)
    (outcome,) = receive(workspace, [sides.file])
    assert (outcome.state, outcome.own_id) == (State.TAKEN, before.id)
    (again,) = receive(workspace, [sides.file])
    assert again.state is State.ALREADY
    assert "déjà importé" in again.message
    workspace.close()
    decided = [key for _ in range(3) for key in ("g", "Vu ensemble.", "f3", "r", "enter")]
    answers = [key for number in range(4) for key in ("enter", f"Réponse {number}.", "f3")]
    async with sides.person.at("enter", "g", "f3", "r") as person:
        person.sees("Mettre 3 à la place de votre 2 ? Entrée : oui · Échap : non.")
        await person.does("g", "l", "Vu !")
        assert person.page == "AnswersScreen", "a sentence typed at once decides nothing"
        await person.does("escape", "ctrl+z", "ctrl+z", "up", "up", "up")
    assert sides.person.stored().follow_ups == ()
    async with sides.person.at("enter", *decided, *answers) as person:
        person.sees("La Caf a répondu : tout est regardé", "Vos réponses partiront avec le prochain fichier")
        await until_written(person.pilot)
    assert keys(*decided, *answers) <= MOST_TO_ANSWER
    after = sides.person.stored()
    changed = {cell: note for cell, note in after.answers.items() if note != before.answers[cell]}
    taken = {
        Cell(row.activity or "", row.policy or ""): row.adviser_note
        for row in after.follow_ups
        if row.decision is Decision.TAKEN
    }
    assert len(taken) == 3
    assert changed == taken, "only the notes that the person said yes to"
    assert len(after.follow_ups) == 10
    decisions = [(row.first_note, row.decision) for row in after.follow_ups if row.decision is not None]
    assert len(decisions) == 6
    assert set(decisions) == {(Rating.MOSTLY, Decision.KEPT), (Rating.MOSTLY, Decision.TAKEN)}
    assert sum(row.is_open for row in after.follow_ups) == 0
    workspace = open_workspace(sides.person.folder)
    second = export(workspace, after.id, sides.person.folder / "envoi").path
    workspace.close()
    async with sides.adviser.at(f"{second}!", identity=None) as adviser:
        await adviser.will_see("Remplace l’envoi n° 1")
        await adviser.does("escape")
        adviser.sees("répondu")
        await adviser.does("enter")
        await adviser.will_see("Réponse 1.1 Famille : gardée. « Vu ensemble. »")
        await adviser.does("f9")
        adviser.sees("avec réponse", "Réponse : gardée. « Vu ensemble. »", "changée depuis : 2 → 3")
        await adviser.does("end", "end")
        adviser.sees("Réponse : « Réponse 3. »", not_=("sans réponse",))
        await adviser.does("f9")
        await adviser.will_see("6 remarques, 4 questions")
        await adviser.does("escape", "escape")
        await adviser.will_see("avis envoyé")
    pages = [path.read_text(encoding="utf-8") for path in sides.mail.glob("ENTRETIEN_*_envoi-2_*.html")]
    assert [page.count("Vu ensemble.") for page in pages] == [3], "the page of the meeting has every answer"


async def test_the_review_says_what_is_left_and_whose_state_it_is_before_and_after_its_file(
    sides: Sides,
) -> None:
    left, made = "Rien d’autre n’est exigé. Pour finir, F9", "Le fichier de cet avis est créé"
    async with sides.adviser.at(RECEIVED, "enter", "f9", size=(80, 24), identity=None) as adviser:
        adviser.sees("Dans la grille : une note", not_=(left, made))
        await adviser.does("escape", "3", "f9")
        adviser.sees(left, "F9 créer l’avis", "Ctrl+Z annuler", "Votre avis définitif", not_=(made,))
        await adviser.does("end", "up", "up", "enter")
        adviser.sees("Votre avis provisoire, il peut encore changer")
        await adviser.does("ctrl+z", "f9")
        await adviser.will_see(made)
        adviser.sees("Avis définitif écrit et relu", not_=(left,))
    async with sides.adviser.at(RECEIVED, size=(80, 24), identity=None) as adviser:
        adviser.sees("Évaluation annuelle, définitive", "avis envoyé")
        await adviser.does("enter", "f9")
        adviser.sees(made, not_=(left,))
        await adviser.does("q", "Et après ?", "escape")
        adviser.sees(left, not_=(made,))
    async with sides.adviser.at(RECEIVED, "enter", "f9", size=(60, 16), identity=None) as adviser:
        adviser.sees("F9 créer l’avis", "Entrée changer", "Échap grille")


async def test_a_refused_date_of_the_meeting_stays_in_its_field_until_left_knowingly(sides: Sides) -> None:
    to_the_date = ("end", *["up"] * 5, "enter")
    async with sides.adviser.at(
        RECEIVED, "enter", "3", "f9", *to_the_date, "31/02", identity=None
    ) as adviser:
        for key in ("f4", "escape", "x", "f9"):
            await adviser.does(key)
            adviser.sees("Date de l’entretien", "31/02")
        adviser.sees("Échap de nouveau")
        await adviser.does("escape")
        adviser.sees("La date n’est pas enregistrée", not_=("31/02",))
    assert not list(sides.mail.iterdir())


async def test_the_review_is_stored_at_each_key_undone_resumed_and_its_private_notes_stay(
    sides: Sides,
) -> None:
    async with sides.adviser.at(RECEIVED, "enter", "3", "enter", identity=None) as adviser:
        await adviser.does("À revoir ensemble.", "escape", ".grille.ordre-du-jour", "down", "1", "ctrl+z")
        await adviser.does("f9", "end", "enter", PRIVATE, "escape")
    async with sides.adviser.at(RECEIVED, "enter", identity=None) as adviser:
        await adviser.will_see("Avis : À revoir ensemble.")
        adviser.sees("ordre du jour", "avis enregistré · reçu le")
        await adviser.does("f9")
        adviser.sees(PRIVATE, "Caf 3", not_=("Caf 1",))
        await adviser.does("f9")
        await adviser.will_see("2 remarques")
        await adviser.does("escape", "escape", "delete")
        await adviser.will_see("et votre avis")  # it goes with the file
        await adviser.does("down", "enter")
        await adviser.will_see("À recevoir")  # where the page says to type
    assert PRIVATE.encode() not in sides.file.read_bytes()
    assert "À revoir ensemble.".encode() in sides.file.read_bytes()


async def test_while_the_adviser_writes_escape_is_named_for_what_it_does(sides: Sides) -> None:
    async with sides.adviser.at(RECEIVED, "enter", identity=None) as adviser:
        adviser.sees("Échap évaluations reçues")
        await adviser.does("f8")
        adviser.sees("Échap fermer", not_=("Échap évaluations reçues",))
        await adviser.does("escape", "enter")
        adviser.sees("Échap finir", not_=("Échap évaluations reçues",))
        await adviser.does("escape")
        adviser.sees("Échap évaluations reçues")


async def test_what_the_adviser_writes_is_on_the_grid_at_once_and_undo_goes_to_it(sides: Sides) -> None:
    async with sides.adviser.at(
        RECEIVED, "enter", "down", ".grille.question", "Et ici ?", "escape", size=(60, 16), identity=None
    ) as adviser:
        assert "?" in next(line for line in shown(adviser.pilot).splitlines() if "1.2" in line)
        await adviser.does("right", "1", *["down"] * 3, "left", "ctrl+z")
        assert cursor(adviser.pilot) == Cell("m1.a02", "education")
        adviser.sees(not_=("Caf : 1",))
        await adviser.does("f9")
        await adviser.does("home", "enter", " Et là ?", "escape", "end", "ctrl+z")
        adviser.sees("► 1.2 Et ici ?")


async def test_a_review_dropped_on_the_list_stands_beside_the_notes_and_f3_goes_to_the_next_remark(
    sides: Sides,
) -> None:
    async with sides.adviser.at(*WRITTEN, identity=None) as adviser:
        await adviser.will_see("6 remarques, 4 questions")
    async with sides.person.at(f"{sides.file}!") as person:
        await person.will_see("F3 va à la prochaine remarque")
        await person.does("escape", "escape", "enter")
        person.sees("La Caf a répondu : 10 points à regarder")
        await person.does("l")
        assert cursor(person.pilot).activity == "m1.a01"
        await person.does("f3", "f3")
        assert cursor(person.pilot).activity == "m1.a02"


@pytest.mark.parametrize("is_filled", [True, False])
async def test_a_report_sent_back_is_received_as_a_review_and_notes_typed_over_ones_own_are_asked_about(
    sides: Sides, is_filled: bool
) -> None:
    book = Filler(opened(xlsx.render(of_submission(sides.sent, Catalogue()))))
    if is_filled:
        book.put("1.1", "Note du CCD/famille", 3)
    over = book.type_over("1.2", "B", 3)
    before = sides.person.stored().answers
    path, asked = (
        saved(book.book, sides.mail / "rapport.xlsx"),
        f"Dans le classeur, {over} remplace votre note.",
    )
    async with sides.person.at(f"{path}!") as person:
        await person.will_see("rien n’en est repris")
        await person.does("escape", "escape", "enter")
        person.sees(f"{1 + is_filled} point", asked, "à confirmer")
        await person.does(*["down"] * is_filled, "r", "escape")
        (row,) = person.stored().follow_ups
        assert (row.activity, row.adviser_note) == ("m1.a02", Rating(over))
        await person.does("ctrl+z")
    assert sides.person.stored().follow_ups == ()
    assert sides.person.stored().answers == before
    assert rows(sides.person.folder / DATABASE_NAME, "SELECT count(*) FROM assessment") == [(1,)]


async def test_before_sending_a_note_retained_and_not_set_and_the_remarks_left_are_named(
    person: Person,
) -> None:
    assessment = an_assessment(first=Rating.PARTLY)
    workspace = open_workspace(person.folder)
    sent = examine(submission(assessment), workspace.catalogue)
    assert isinstance(sent, Received)
    own.make(workspace, sent, "envoi.json")
    (person.folder / "avis.json").write_bytes(a_review(charente(), assessment))
    receive(workspace, [person.folder / "avis.json"])
    workspace.close()
    left = "4 remarques de la Caf sans réponse"
    async with person.at("enter", "down", "r", "escape", "f9"):
        await person.will_see("note de la Caf retenue, mais la vôtre n’a pas changé")
        person.sees(left)
        await person.does("home", *["down"] * 6, "enter")
        assert person.page == "AnswersScreen"


async def test_two_advisers_stand_side_by_side_each_named(sides: Sides) -> None:
    for rank, (name, note) in enumerate((("Prénom Nom", "3"), ("Prénom Autre", "1"))):
        sides.review(name, {"note:m1.a01/famille": note, "commentaire:m1.a01": f"Vu par {rank}."}, rank)
    async with sides.person.at("enter") as person:
        person.sees("4 points à regarder", "Prénom Autre et Prénom Nom", "Prénom Nom 3", "Prénom Autre 1")


async def test_what_a_former_review_said_stays_below_and_the_day_it_gives_is_on_the_meeting_s_page(
    sides: Sides,
) -> None:
    sides.review("Prénom Nom", {"commentaire:m1.a01": "Avec qui ?", "entretien:": "2027-02-11"})
    sides.review("Prénom Nom", {"note:m1.a02/famille": "3"}, 1)
    async with sides.person.at("enter") as person:
        person.sees(
            "1 point à regarder", "Dit dans un avis précédent 1 point", "Avec qui ? n’est plus demandé"
        )
        await person.does("escape", ".etapes.entretien")
        person.sees("Date de l’entretien 11/02/2027, d’après l’avis de la Caf")


async def test_the_adviser_reads_the_answers_given_to_each_review_under_the_name_of_its_author(
    sides: Sides,
) -> None:
    for name in ("Ici", "Ailleurs"):
        sides.review(name, {"note:m1.a01/famille": "3"})
    workspace = open_workspace(sides.person.folder)
    found = review_to_answer(workspace, workspace.load(1)[0], workspace.load(1)[1])
    assert found is not None
    (elsewhere,) = (item.row for item in found.items if item.author == "Ailleurs")
    workspace.open(1).answer_review(elsewhere._replace(text="Vu."))
    answered = export(workspace, 1, sides.mail).path
    workspace.close()
    workspace = open_workspace(sides.adviser.folder)
    receive(workspace, [sides.mail / "Ici.json", answered])
    workspace.close()
    async with sides.adviser.at(RECEIVED, "enter", "f9", "end", identity=None) as adviser:
        adviser.sees("2 · 1 sans réponse", "auto-évaluation 2 · Ici 3 sans réponse")
        adviser.sees("auto-évaluation 2 · Ailleurs 3 « Vu. »")


async def test_what_is_answered_stays_in_sight_while_one_writes(person: Person) -> None:
    fill_database(person.folder)
    async with person.at(size=(80, 24)), shown_page(person.pilot, *STATES["avis-remarque"]):
        person.sees("Quatre actions sur cinq", "lancé…", "Avis : remarque sur la ligne")


async def test_a_note_that_the_caf_gave_where_one_has_none_says_so(person: Person) -> None:
    fill_database(person.folder)
    async with person.at(size=(80, 24)), shown_page(person.pilot, Destination.ANSWERS):
        person.sees("1.1 Famille auto-évaluation vide · Caf 3", not_=("G garder",))
        await person.does("down")
        person.sees("R retenir", not_=("G garder",))


async def test_the_note_agreed_on_is_offered_as_one_s_own_and_there_is_nothing_to_keep_of_a_blank_cell(
    person: Person,
) -> None:
    fill_database(person.folder)
    async with person.at(size=(120, 40)), shown_page(person.pilot, Destination.ANSWERS):
        here = Cell("m1.a01", "famille")
        await person.does("home", "down", "g")
        person.sees("Case vide : rien à garder.", not_=("gardée",))
        await person.does("2")
        person.sees("Mettre 2 dans votre grille ? Entrée : oui · Échap : non.", "Vous : convenue")
        person.sees("Entrée oui", "Échap non")
        await person.does("enter")
        await until_written(person.pilot)
        assert read_again(person.folder, 2).answers[here] is Rating.MOSTLY
        await person.does("home", "down", "down", "c")
        person.sees("Mettre 2 dans votre grille ?")
        await person.does("escape")
        assert Cell("m1.a01", "education") not in read_again(person.folder, 2).answers


async def test_the_keys_of_the_notes_stand_in_the_foot_only_where_a_note_was_given(sides: Sides) -> None:
    sides.review("Prénom Nom", {"note:m1.a01/famille": "3", "question:/0001": "Et après ?"})
    async with sides.person.at("enter") as person:
        person.sees("G garder", "R retenir", "C convenue")
        await person.does("end")
        person.sees("Entrée répondre", not_=("G garder", "R retenir", "C convenue"))


@pytest.mark.parametrize("size", some(SIZES, 2))
async def test_both_pages_are_whole_at_any_size_and_show_hostile_texts_as_text(
    sides: Sides, size: tuple[int, int]
) -> None:
    hostile = "".join(HOSTILE_TEXTS[:14])
    workspace = open_workspace(sides.adviser.folder)
    (lineage,) = lineages(workspace)
    book = open_received(workspace, lineage).book
    for part, about in ((Part.COMMENT, "m1.a01"), (Part.PRIVATE, ""), (Part.AUTHOR, "")):
        book.set(part_key(part, about), hostile)
    workspace.close()
    async with sides.adviser.at(*WRITTEN, size=size, identity=None) as adviser:
        await adviser.will_see("7 remarques, 4 questions")
        assert adviser.page == "ReviewScreen"
        assert not control_characters(shown(adviser.pilot))
    workspace = open_workspace(sides.person.folder)
    receive(workspace, [sides.mail])
    workspace.close()
    async with sides.person.at("enter", size=size) as person:
        person.sees("La Caf a répondu : 11 points à regarder")
        assert not control_characters(shown(person.pilot))


async def _counted(folder: Path) -> tuple[set[int], int]:
    """Return how many points of the Caf wait, as the surfaces say, and how many as the report of the file."""
    program = At(folder)
    assert program.run("rapport", 1, "--sortie", folder / "r.html", "--remplacer").code == 0
    report = " ".join(re.sub("<[^>]+>", " ", html.unescape((folder / "r.html").read_text("utf-8"))).split())
    in_list, opened = " ".join(conversation(folder, "1").text.split()).split("ou « nouvelle » :")
    summary = program.run("synthese", 1)
    said = {"synthese": summary.out, "liste": in_list, "texte": opened, "rapport": report}
    async with Person(folder).at(identity=None) as person:
        said["accueil"] = person.screen
        await person.does("enter")
        said["avis"] = person.screen
    found = {}
    for name, text in said.items():
        numbers = re.findall(r"(\d+)\s(?:sans réponse|points? à regarder)", " ".join(text.split()))
        found[name] = int(numbers[-1]) if numbers else 0
    in_file = found.pop("rapport")
    return {*found.values(), program.run("synthese", 1, "--json").json["a_regarder"]}, in_file


async def test_every_surface_counts_the_same_points_left_from_the_draft_to_the_next_version(
    tmp_path: Path,
) -> None:
    program = At(tmp_path)
    start, review, late = (tmp_path / f"{name}.json" for name in ("debut", "avis", "tard"))
    start.write_bytes(submission(an_assessment(), status=Status.DRAFT))
    parts = {"note:m1.a01/famille": "0", "commentaire:m1.a02": "Avec qui ?", "question:/0001": "Et après ?"}
    review.write_bytes(review_of_file(start.read_bytes(), parts))
    late.write_bytes(review_of_file(start.read_bytes(), parts | {"commentaire:m1.a03": "Quand ?"}, days=1))
    assert program.run("importer", start, "--nouvelle").code == 0
    assert await _counted(tmp_path) == ({0}, 0)
    assert program.run("importer", review).code == 0
    assert await _counted(tmp_path) == ({3}, 3)
    conversation(tmp_path, "1", "avis", "gardée", "")
    assert await _counted(tmp_path) == ({2}, 2)
    sent = program.run("exporter", 1, "--sortie", tmp_path, "--definitif")
    assert "2 remarques de la Caf sans réponse" in sent.said
    assert await _counted(tmp_path) == ({2}, 2)
    assert program.run("importer", late).code == 0
    assert await _counted(tmp_path) == ({3}, 3)
