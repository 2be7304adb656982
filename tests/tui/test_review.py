"""The review by both: the adviser marks, asks and writes one file; the person answers each line of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Adviser, Cell, Rating
from ctg_tui.domain.review import Decision, Part, part_key
from ctg_tui.domain.text import short_fingerprint
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.report import xlsx
from ctg_tui.services.received import own
from ctg_tui.services.received.intake import State, receive
from ctg_tui.services.received.kept import lineages, open_received
from ctg_tui.services.report import of_submission
from ctg_tui.services.review.answering import review_to_answer
from ctg_tui.services.review.writing import Wanted
from ctg_tui.services.review.writing import write_review as write
from ctg_tui.services.review.writing import written_review as review_of
from ctg_tui.services.sending import export
from ctg_tui.submission.reader import Received, examine
from ctg_tui.tui.review import writing as review_page
from ctg_tui.tui.widgets.editor import CommentEditor
from ctg_tui.tui.widgets.listing import Listing
from ctg_tui.wording.review import receipt
from tests.databases import DATABASE_NAME, open_workspace, read_again, rows
from tests.effort import some
from tests.received import a_review, an_assessment, submission
from tests.returned import Filler, opened, saved
from tests.strategies import HOSTILE_TEXTS, charente
from tests.tui.driving import (
    SIZES,
    Driver,
    control_characters,
    cursor,
    make_final,
    messages,
    one_line,
    page,
    paste,
    press,
    running,
    shown,
    until_shown,
    until_written,
)
from tests.tui.driving import write as type_text
from tests.tui.walk import STATES, fill_database, shown_page

PRIVATE = "SENTINELLE-PRIVEE"
MOST_TO_REVIEW, MOST_TO_ANSWER = 60, 25
SENT_AT = [datetime(2027, 2, day, tzinfo=UTC) for day in (1, 2)]


class Hands:
    """Presses keys and counts them; words typed are not counted."""

    def __init__(self, pilot: Driver) -> None:
        self.pilot = pilot
        self.keys = 0

    async def press(self, *keys: str) -> None:
        self.keys += len(keys)
        await press(self.pilot, *keys)

    async def say(self, words: str) -> None:
        await type_text(self.pilot, words)


@pytest.fixture
def sides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path, Path]:
    """Return the folders of the person, of the adviser and of the mail between them, a final file sent."""
    person, adviser, mail = (tmp_path / name for name in ("chargee", "ccd", "courrier"))
    for folder in (person, adviser, mail):
        folder.mkdir()
    monkeypatch.setattr(review_page, "default_folder", lambda: mail)
    make_final(person)
    workspace = open_workspace(adviser)
    (outcome,) = receive(workspace, [person / "envoi"])
    assert outcome.state is State.TAKEN
    workspace.close()
    return person, adviser, mail


async def review(hands: Hands) -> None:
    """Note six cells, ask four questions and write the file, from the first page."""
    await hands.press("c", "enter")
    for note in ("3", "1", "n"):
        await hands.press(note, "right", note, "left", "down")
    for number in range(4):
        await hands.press("q")
        await hands.say(f"Question {number} ?")
        await hands.press("escape", "down")
    await hands.press("f", "f9", "enter")


async def test_both_sides_go_through_it_in_few_keys_and_no_note_changes(
    sides: tuple[Path, Path, Path],
) -> None:
    person, adviser, mail = sides
    async with running(adviser, (120, 40)) as pilot:
        hands = Hands(pilot)
        await review(hands)
        await until_shown(pilot, "6 remarques, 4 questions")
        assert hands.keys <= MOST_TO_REVIEW
    (file,) = mail.iterdir()
    before = read_again(person)
    workspace = open_workspace(person)
    (outcome,) = receive(workspace, [file])
    assert (outcome.state, outcome.own_id) == (State.TAKEN, before.id)
    (again,) = receive(workspace, [file])
    assert again.state is State.ALREADY
    assert "déjà importé" in again.message
    workspace.reopen(before.id)
    workspace.close()
    async with running(person, (120, 40)) as pilot:
        hands = Hands(pilot)
        await hands.press("enter", "f")
        for decision in ("g", "r", "g", "r", "g", "r"):
            await hands.press(decision)
            await hands.say("Vu ensemble.")
            await hands.press("f3")
        for number in range(4):
            await hands.press("enter")
            await hands.say(f"Réponse {number}.")
            await hands.press("f3")
        await until_shown(pilot, "aucune réponse à donner")
        assert hands.keys <= MOST_TO_ANSWER
        await until_written(pilot)
    after = read_again(person)
    assert after.answers == before.answers
    decided = [row for row in after.follow_ups if row.decision is not None]
    assert len(decided) == 6
    assert len(after.follow_ups) == 10
    assert {(row.first_note, row.decision) for row in decided} == {
        (Rating.MOSTLY, Decision.KEPT),
        (Rating.MOSTLY, Decision.TAKEN),
    }


async def test_a_refused_date_of_the_meeting_stays_in_its_field_until_left_knowingly(
    sides: tuple[Path, Path, Path],
) -> None:
    _, adviser, mail = sides
    async with running(adviser, (120, 40)) as pilot:
        await press(pilot, "r", "enter", "3", "f9")
        pilot.app.screen.query_one(Listing).select(part_key(Part.MEETING))
        await press(pilot, "enter")
        await type_text(pilot, "31/02")
        for key in ("f4", "escape", "x", "f9"):
            await press(pilot, key)
            assert pilot.app.screen.query_one(CommentEditor).has_focus, key
        assert "Échap de nouveau" in messages(pilot)[-1]
        await press(pilot, "escape")
        assert not pilot.app.screen.query(CommentEditor)
        assert "La date n’est pas enregistrée" in messages(pilot)[-1]
    assert not list(mail.iterdir())


async def test_the_review_is_stored_at_each_key_undone_resumed_and_its_private_notes_stay(
    sides: tuple[Path, Path, Path],
) -> None:
    _, adviser, mail = sides
    async with running(adviser, (120, 40)) as pilot:
        await press(pilot, "r", "enter", "3", "enter")
        await type_text(pilot, "À revoir ensemble.")
        await press(pilot, "escape", "i", "down", "1", "ctrl+z")
        await until_shown(pilot, "avis enregistré")
        await press(pilot, ".grille.avis", "end")
        assert "Pense-bête" in shown(pilot)
        await press(pilot, "enter")
        await type_text(pilot, PRIVATE)
        await press(pilot, "escape")
    async with running(adviser, (120, 40)) as pilot:
        await press(pilot, "r", "enter")
        await until_shown(pilot, "Avis : À revoir ensemble.")
        assert "ordre du jour" in one_line(pilot)
        await press(pilot, ".grille.avis")
        await until_shown(pilot, PRIVATE)
        assert "Caf 3" in one_line(pilot).replace("\N{NO-BREAK SPACE}", " ")
        assert "Caf 1" not in one_line(pilot).replace("\N{NO-BREAK SPACE}", " ")
        await press(pilot, "f9", "enter")
        await until_shown(pilot, "2 remarques")
        await press(pilot, "escape", "escape", "delete")
        await until_shown(pilot, "et votre avis")  # it goes with the file
        await press(pilot, "up", "enter")
        await until_shown(pilot, "À recevoir")  # where the page says to type
    (file,) = mail.iterdir()
    assert PRIVATE.encode() not in file.read_bytes()
    assert "À revoir ensemble.".encode() in file.read_bytes()


async def test_what_the_adviser_writes_is_on_the_grid_at_once_and_undo_goes_to_it(
    sides: tuple[Path, Path, Path],
) -> None:
    _, adviser, _ = sides
    async with running(adviser, (60, 16)) as pilot:
        await press(pilot, "r", "enter", "down", "q")
        await type_text(pilot, "Et ici ?")
        await press(pilot, "escape")
        assert "?" in next(line for line in shown(pilot).splitlines() if "►1.2" in line)
        await press(pilot, "right", "1")
        assert "Caf : 1" in one_line(pilot).replace("\N{NO-BREAK SPACE}", " "), "a narrow table has no column"
        await press(pilot, *["down"] * 3, "left", "ctrl+z")
        assert cursor(pilot) == Cell("m1.a02", "education")
        assert "Caf : 1" not in one_line(pilot).replace("\N{NO-BREAK SPACE}", " ")
        await press(pilot, "f9")
        assert "écrire l’avis" in shown(pilot).splitlines()[-1]
        assert page(pilot) == "ReviewScreen", "what is sent about a file received is its review"
        await press(pilot, "f9")
        assert "modifier" not in shown(pilot).splitlines()[-1], "Entrée writes the file"
        await press(pilot, "escape", "home", "enter")
        await type_text(pilot, " Et là ?")
        await press(pilot, "escape", "end", "ctrl+z")
        assert "► 1.2 Et ici ?" in one_line(pilot).replace("\N{NO-BREAK SPACE}", " ")


async def test_a_review_dropped_on_the_list_stands_beside_the_notes_and_f3_goes_to_the_next_remark(
    sides: tuple[Path, Path, Path],
) -> None:
    person, adviser, mail = sides
    async with running(adviser, (120, 40)) as pilot:
        await review(Hands(pilot))
        await until_shown(pilot, "6 remarques, 4 questions")
    (file,) = mail.iterdir()
    async with running(person, (120, 40)) as pilot:
        await paste(pilot, str(file))
        await until_shown(pilot, "F3 va à la prochaine remarque")
        await press(pilot, "escape", "escape")
        await until_shown(pilot, "R, puis F")  # a final one takes no answer
        await press(pilot, "enter")
        assert "Caf" in next(line for line in shown(pilot).splitlines() if "Fam" in line and "Soc" in line)
        await press(pilot, "f3")
        assert cursor(pilot) == Cell("m1.a01", "education")
        await press(pilot, "f3")
        assert cursor(pilot) == Cell("m1.a02", "famille")
        await press(pilot, ".grille.avis", "g")
        assert any("révision" in message for message in messages(pilot)), "a final one takes no answer"
    assert read_again(person).follow_ups == ()


async def test_a_report_sent_back_filled_and_dropped_on_the_list_is_received_as_a_review(
    sides: tuple[Path, Path, Path],
) -> None:
    person, _, mail = sides
    (sent,) = (person / "envoi").iterdir()
    book = Filler(opened(xlsx.render(of_submission(sent, Catalogue()))))
    book.put("1.1", "Note du CCD/famille", 3)
    over = book.type_over("1.2", "B", 3)
    workspace = open_workspace(person)
    workspace.reopen(read_again(person).id)
    workspace.close()
    before = read_again(person).answers
    async with running(person, (120, 40)) as pilot:
        await paste(pilot, str(saved(book.book, mail / "rapport.xlsx")))
        await until_shown(pilot, "F3 va à la prochaine remarque")
        await press(pilot, "escape", "escape", "enter", "f")
        assert page(pilot) == "AnswersScreen"
        assert "1 réponse à donner" in one_line(pilot).replace("\N{NO-BREAK SPACE}", " ")
        assert f"Dans le classeur, {over} remplace votre note." in one_line(pilot)
        await press(pilot, "down", "r", "escape")
        (row,) = read_again(person).follow_ups
        assert (row.activity, row.adviser_note) == ("m1.a02", Rating(over))
        assert "Dans le classeur" not in one_line(pilot)
        await press(pilot, "ctrl+z")
        assert "Dans le classeur" in one_line(pilot)
    assert read_again(person).follow_ups == ()
    assert read_again(person).answers == before
    assert rows(person / DATABASE_NAME, "SELECT count(*) FROM assessment") == [(1,)]


async def test_notes_typed_over_ones_own_alone_lead_to_the_page_that_asks_whose_they_are(
    sides: tuple[Path, Path, Path],
) -> None:
    person, _, mail = sides
    (sent,) = (person / "envoi").iterdir()
    book = Filler(opened(xlsx.render(of_submission(sent, Catalogue()))))
    over = book.type_over("1.2", "B", 3)
    workspace = open_workspace(person)
    workspace.reopen(read_again(person).id)
    workspace.close()
    async with running(person, (120, 40)) as pilot:
        await paste(pilot, str(saved(book.book, mail / "rapport.xlsx")))
        await until_shown(pilot, "la propose")
        await press(pilot, "escape", "escape", "enter", "f3")
        assert cursor(pilot) == Cell("m1.a02", "famille")
        assert f"Dans le classeur, {over} remplace votre note." in one_line(pilot)
        await press(pilot, ".grille.avis")
        assert "1 note à confirmer" in one_line(pilot).replace("\N{NO-BREAK SPACE}", " ")
        await press(pilot, "r", "escape")
        (row,) = read_again(person).follow_ups
        assert (row.activity, row.adviser_note) == ("m1.a02", Rating(over))


async def test_before_sending_a_note_retained_and_not_set_and_the_remarks_left_are_named(
    tmp_path: Path,
) -> None:
    assessment = an_assessment(first=Rating.PARTLY)
    workspace = open_workspace(tmp_path)
    sent = examine(submission(assessment), workspace.catalogue)
    assert isinstance(sent, Received)
    own.make(workspace, sent, "envoi.json")
    (tmp_path / "avis.json").write_bytes(a_review(charente(), assessment))
    receive(workspace, [tmp_path / "avis.json"])
    workspace.close()
    retained = "note du CCD retenue, mais la vôtre n’a pas changé : 1.1 Famille (1, CCD 3)."
    left = "4 remarques ou questions de la Caf sans réponse"
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "enter", "f", "down", "r", "escape", "escape", "f9")
        await until_shown(pilot, retained)
        await until_shown(pilot, left)
        await press(pilot, "right", "space", "f9")
        await until_shown(pilot, "Préparer l’envoi définitif")
        question = one_line(pilot).replace("\N{NO-BREAK SPACE}", " ")
        assert f" {left} : 1.1, 1.1 " in question
        assert "(1, CCD 3). Préparer" in question


async def test_two_advisers_stand_side_by_side_each_named_and_each_with_a_receipt(
    sides: tuple[Path, Path, Path],
) -> None:
    person, _, mail = sides
    (sent,) = (person / "envoi").iterdir()
    workspace = open_workspace(person)
    submission = examine(sent.read_bytes(), workspace.catalogue)
    assert isinstance(submission, Received)
    receipts = []
    for rank, (name, note) in enumerate((("Prénom Nom", "3"), ("Prénom Autre", "1"))):
        wanted = Wanted(
            notes=(("1.1/famille", note),), comments=(("1.1", f"Vu par {rank}."),), author=Adviser(name)
        )
        written = write(
            review_of(submission, wanted), mail / f"{rank}.json", workspace.catalogue, SENT_AT[rank]
        )
        receipts.append(receipt(written.fingerprint))
        receive(workspace, [mail / f"{rank}.json"])
    workspace.close()
    async with running(person, (120, 40)) as pilot:
        await press(pilot, "enter")
        await until_shown(pilot, "Prénom Autre : Famille 1")
        assert "≠" in shown(pilot), "neither note hides the other"
        text = one_line(pilot).replace("\N{NO-BREAK SPACE}", " ")
        assert "Prénom Nom : Famille 3" in text
        assert "Prénom Nom : Vu par 0." in text
        await press(pilot, ".grille.avis")
        await until_shown(pilot, "Avis reçus de Prénom Autre et de Prénom Nom")
        text = one_line(pilot).replace("\N{NO-BREAK SPACE}", " ")
        for said in ("Prénom Nom 3", "Prénom Autre 1", "4 réponses à donner"):
            assert said in text, said
        for expected in reversed(receipts):
            await press(pilot, "a")
            assert pilot.app.clipboard == expected
            await press(pilot, "down")
        await press(pilot, "escape")
        await until_shown(pilot, "Prénom Autre : 1 · Prénom Nom : 3")


async def test_the_adviser_reads_the_answers_given_to_each_review_under_the_name_of_its_author(
    sides: tuple[Path, Path, Path],
) -> None:
    person, adviser, mail = sides
    (sent,) = (person / "envoi").iterdir()
    workspace = open_workspace(person)
    submission = examine(sent.read_bytes(), workspace.catalogue)
    assert isinstance(submission, Received)
    for name in ("Ici", "Ailleurs"):
        wanted = Wanted(notes=(("1.1/famille", "3"),), author=Adviser(name))
        write(review_of(submission, wanted), mail / f"{name}.json", workspace.catalogue, SENT_AT[0])
        receive(workspace, [mail / f"{name}.json"])
    workspace.reopen(1)
    found = review_to_answer(workspace, workspace.load(1)[0], workspace.load(1)[1])
    assert found is not None
    (elsewhere,) = (item.row for item in found.items if item.author == "Ailleurs")
    workspace.open(1).answer_review(elsewhere._replace(text="Vu."))
    answered = export(workspace, 1, mail).path
    workspace.close()
    workspace = open_workspace(adviser)
    receive(workspace, [mail / "Ici.json", answered])
    workspace.close()
    async with running(adviser, (120, 40)) as pilot:
        await press(pilot, "r", "enter", ".grille.avis", "end")
        await until_shown(pilot, "Réponses aux avis de la Caf")
        text = one_line(pilot).replace("\N{NO-BREAK SPACE}", " ")
        assert "1 réponse · 1 sans réponse" in text
        assert "auto-évaluation 2 · Ici 3 sans réponse" in text
        code = short_fingerprint(elsewhere.review)
        assert f"auto-évaluation 2 · avis {code}, inconnu ici 3 « Vu. »" in text


async def test_f3_passes_over_a_remark_about_a_line_left_aside_since(sides: tuple[Path, Path, Path]) -> None:
    person, _, mail = sides
    (sent,) = (person / "envoi").iterdir()
    workspace = open_workspace(person)
    submission = examine(sent.read_bytes(), workspace.catalogue)
    assert isinstance(submission, Received)
    wanted = Wanted(notes=(("1.2/famille", "3"), ("2.1/famille", "3")))
    write(review_of(submission, wanted), mail / "avis.json", workspace.catalogue, SENT_AT[0])
    receive(workspace, [mail / "avis.json"])
    workspace.reopen(1)
    workspace.close()
    async with running(person, (120, 40)) as pilot:
        await press(pilot, "enter", "f3")
        assert cursor(pilot) == Cell("m1.a02", "famille")
        await press(pilot, "d", "down", "enter", "f3")
        assert cursor(pilot) == Cell("m1.a02", "famille")
        await press(pilot, "d", "f3")
        assert cursor(pilot) == Cell("m2.a01", "famille")
        await press(pilot, ".grille.avis", "ctrl+z")
        assert page(pilot) == "AnswersScreen"
        assert "1 réponse à donner" in one_line(pilot).replace("\N{NO-BREAK SPACE}", " ")


async def test_what_is_answered_stays_in_sight_while_one_writes(tmp_path: Path) -> None:
    fill_database(tmp_path)
    async with running(tmp_path, (80, 24)) as pilot:
        async with shown_page(pilot, *STATES["grille-commentaire"]):
            assert "Comment mesurez-vous cet effet" in shown(pilot), (
                "the adviser's question, over one's comment"
            )
        async with shown_page(pilot, *STATES["avis-remarque"]):
            text = shown(pilot)
            assert text.index("✎ Quatre actions sur cinq") < text.index("Votre remarque sur la ligne")
            assert "Échap pour finir" in text


@pytest.mark.parametrize("size", some(SIZES, 2))
async def test_both_pages_are_whole_at_any_size_and_show_hostile_texts_as_text(
    sides: tuple[Path, Path, Path], size: tuple[int, int]
) -> None:
    person, adviser, mail = sides
    hostile = "".join(HOSTILE_TEXTS[:14])
    workspace = open_workspace(adviser)
    (lineage,) = lineages(workspace)
    book = open_received(workspace, lineage.current).book
    for part, about in ((Part.COMMENT, "m1.a01"), (Part.PRIVATE, ""), (Part.AUTHOR, "")):
        book.set(part_key(part, about), hostile)
    workspace.close()
    async with running(adviser, size) as pilot:
        await review(Hands(pilot))
        await until_shown(pilot, "7 remarques, 4 questions")
        assert page(pilot) == "ReviewScreen"
        assert not control_characters(shown(pilot))
        await press(pilot, "f1")
        assert "Écrire l’avis dans un fichier" in one_line(pilot)
    workspace = open_workspace(person)
    receive(workspace, [mail])
    workspace.close()
    async with running(person, size) as pilot:
        await press(pilot, "enter", "f")
        assert page(pilot) == "AnswersScreen"
        assert "11 réponses à donner" in one_line(pilot).replace("\N{NO-BREAK SPACE}", " ")
        assert not control_characters(shown(pilot))
        assert "F3" in shown(pilot).splitlines()[-1]
