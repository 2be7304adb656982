"""From one file to the next through a review: no self-note changes, the three values stay."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Final
from uuid import UUID

import pytest

from ctg_tui.domain.assessment import (
    NOT_CONCERNED,
    Adviser,
    Answer,
    Assessment,
    Cell,
    PreparationTopic,
    Rating,
    Status,
    Territory,
)
from ctg_tui.domain.edits import apply
from ctg_tui.domain.forecast import Forecast, ForecastLine
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.review import (
    Decision,
    FollowUp,
    Part,
    ReviewDraft,
    answer,
    part_key,
    review_of,
    with_changes,
    write_part,
)
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.backups import erase
from ctg_tui.services.home import preview
from ctg_tui.services.received.intake import State, receive
from ctg_tui.services.received.kept import lineages, open_received
from ctg_tui.services.received.own import make
from ctg_tui.services.review import writing
from ctg_tui.services.review.answering import (
    KeptReview,
    ReviewItem,
    decided,
    kept_reviews,
    review_to_answer,
    states_before,
    to_answer,
)
from ctg_tui.services.sending import export
from ctg_tui.services.workspace import Workspace
from ctg_tui.storage.review import WhatWasRead
from ctg_tui.submission.document import Header
from ctg_tui.submission.file import Received, examine
from ctg_tui.submission.review import ReceivedReview, bytes_of, ordered
from ctg_tui.submission.review import examine as examine_review
from tests.databases import Clock, open_workspace
from tests.example_assessment import example_assessment
from tests.received import an_assessment, review_of_file, submission
from tests.returned import Filler, opened, report_of, saved
from tests.strategies import charente

TRIPS: Final = int(os.environ.get("CTG_TUI_AVIS", "200"))
"""How many random trips: `CTG_TUI_AVIS=1000 pytest tests/services/test_review_round_trips.py` for more."""
PRIVATE: Final = "SENTINELLE-PRIVEE"
SALARY: Final = 7_654_321
ANSWERS: Final[tuple[Answer, ...]] = (*Rating, NOT_CONCERNED)
TEXTS: Final = ("Vu ensemble.", "À revoir :\nen avril", "É « l’œuvre »", "=1+1", "[red]x[/]")
AT: Final = datetime(2027, 2, 1, 9, 0, 0, tzinfo=UTC)


def _some(random: Random, grid: Grid, number: int) -> list[Cell]:
    return random.sample(list(grid.cells), number)


def _draft(random: Random, grid: Grid) -> ReviewDraft:
    """Return a review with notes, remarks, questions, agreed notes and a private text."""
    draft = ReviewDraft()
    parts = {part_key(Part.PRIVATE): PRIVATE}
    for cell in _some(random, grid, random.randint(0, 6)):
        name = "/".join(cell)
        parts[part_key(Part.NOTE, name)] = random.choice("0123")
        if random.random() < 0.5:
            parts[part_key(Part.AGREED, name)] = random.choice("0123")
    for cell in _some(random, grid, random.randint(0, 3)):
        parts[part_key(Part.COMMENT, cell.activity)] = random.choice(TEXTS)
        parts[part_key(Part.AGENDA, cell.activity)] = random.choice(("", "1"))
    for number in range(random.randint(0, 4)):
        about = random.choice(("", random.choice(list(grid.activities))))
        parts[part_key(Part.QUESTION, f"{about}/{number:04}")] = random.choice(TEXTS)
    for key, text in parts.items():
        draft = with_changes(draft, write_part(draft, key, text))
    return draft


CATALOGUE: Final = Catalogue()


def _read(content: bytes) -> Received:
    found = examine(content, CATALOGUE)
    assert isinstance(found, Received), found
    return found


def test_no_self_note_changes_and_the_three_values_are_in_the_next_file() -> None:
    random = Random(20270201)
    catalogue = CATALOGUE
    grid = charente()
    first = example_assessment(grid)
    for _ in range(TRIPS):
        answers = {cell: random.choice(ANSWERS) for cell in grid.cells}
        sent = _read(
            submission(
                first._replace(answers=answers, uuid=str(UUID(int=random.getrandbits(128), version=4)))
            )
        )
        content = bytes_of(
            ordered(review_of(_draft(random, grid), sent.assessment, sent.fingerprint, 1), grid),
            Header(str(UUID(int=random.getrandbits(128), version=4)), AT, "essai"),
        )
        assert PRIVATE.encode() not in content
        review = examine_review(content, catalogue)
        assert isinstance(review, ReceivedReview), review
        assessment = sent.assessment
        items = to_answer([KeptReview(review, WhatWasRead(assessment.answers))], grid, assessment).items
        said: list[FollowUp] = []
        for item in items:
            row = decided(item, random.choice(list(Decision))) or item.row
            said.append(row._replace(text=random.choice(TEXTS)))
            assessment = apply(assessment, answer(assessment, said[-1]))
        after = _read(submission(assessment, number=2, status=Status.FINAL)).assessment
        assert after.answers == answers
        assert sorted(after.follow_ups, key=str) == sorted(said, key=str)
        noted = {Cell(row.activity or "", row.policy or ""): row for row in after.follow_ups if row.policy}
        for remark in review.review.remarks:
            if remark.policy is not None:
                cell = Cell(remark.activity, remark.policy)
                row = noted[cell]
                assert (row.first_note, row.adviser_note) == (answers[cell], remark.note)
        for agreed in review.review.agreed:
            assert noted[agreed.cell].agreed_note == agreed.note


# On two databases.


def _person(folder: Path, mail: Path) -> tuple[Workspace, int]:
    """Make a final assessment with salaries, sent to `mail`."""
    folder.mkdir()
    mail.mkdir()
    workspace = open_workspace(folder)
    example = example_assessment(charente())
    made = workspace.create(example.identity, charente())
    session = workspace.open(made)
    for cell in session.grid.cells:
        session.rate(cell, Rating.MOSTLY)
    session.fill_forecast(Forecast(lines=(ForecastLine("Nom", "Prénom", salary_cents=SALARY),)))
    export(workspace, made, mail, Status.FINAL)
    return workspace, made


def _reviewed(folder: Path, mail: Path, cells: int = 3) -> Path:
    """Write the review of the file in `mail`, with a private text; return its file."""
    folder.mkdir(exist_ok=True)
    workspace = open_workspace(folder)
    receive(workspace, [mail])
    (lineage,) = lineages(workspace)
    session = open_received(workspace, lineage)
    book = session.book
    for cell in session.grid.cells[:cells]:
        book.note(cell, Rating.FULLY)
    book.set(part_key(Part.PRIVATE), PRIVATE)
    book.set(part_key(Part.MEETING), date(2027, 2, 11).isoformat())
    sent = writing.write(workspace, session, mail)
    (again,) = lineages(workspace)
    assert again.reviews == 1, "« Reçues » tells that a review was written"
    with pytest.raises(Exception, match="existe déjà"):
        writing.write(workspace, session, mail)
    writing.write(workspace, session, mail, replace=True)
    assert lineages(workspace)[0].reviews == 1, "one review written twice is one"
    workspace.close()
    return sent.path


def test_private_notes_and_salaries_are_in_no_file_and_lines_changed_since_are_marked(tmp_path: Path) -> None:
    mail = tmp_path / "courrier"
    workspace, made = _person(tmp_path / "chargee", mail)
    review = _reviewed(tmp_path / "ccd", mail)
    session = workspace.open(made)
    first, second, _ = session.grid.cells[:3]
    session.rate(first, Rating.NO)
    (outcome,) = receive(workspace, [review])
    assert outcome.state is State.TAKEN
    assert "L’évaluation a changé depuis le fichier dont il parle." not in outcome.message
    found = review_to_answer(workspace, session.grid, session.assessment)
    assert found is not None
    assert found.read_is_known
    assert [item.is_changed for item in found.items] == [True, False, False]
    assert {item.row.first_note for item in found.items} == {Rating.MOSTLY}, "the note that the Caf read"
    before = session.assessment
    kept = decided(found.items[0], Decision.KEPT)
    assert kept is not None
    session.answer_review(kept._replace(text="Corrigé depuis."))
    assert session.assessment.answers == before.answers
    session.undo()
    assert session.assessment == before
    session.redo()
    session.rate(second, Rating.FULLY)
    session.answer_review(found.items[1].row._replace(text="Une phrase suffit."))
    export(workspace, made, mail, Status.FINAL)
    said = workspace.load(made)[1].follow_ups
    (row,) = (one for one in said if one.decision is not None)
    assert (row.first_note, row.adviser_note, row.decision) == (Rating.MOSTLY, Rating.FULLY, Decision.KEPT)
    workspace.close()
    files = sorted(mail.iterdir())
    assert len(files) == 3
    for file in files:
        content = file.read_bytes()
        assert PRIVATE.encode() not in content
        assert str(SALARY).encode() not in content
        assert b"76543" not in content
    adviser = open_workspace(tmp_path / "ccd", Clock(datetime(2026, 1, 1, tzinfo=UTC)))
    receive(adviser, [mail])
    (lineage,) = lineages(adviser)
    again = open_received(adviser, lineage)
    assert {row for row in again.assessment.follow_ups if row.is_answered} == set(said)
    assert lineage.current.unanswered == 1, "a sentence is an answer; the third remark has none"
    assert again.book.draft.note(first) is Rating.FULLY, "the review goes on with the next file"
    writing.write(adviser, again, mail)
    adviser.close()
    workspace = open_workspace(tmp_path / "chargee")
    receive(workspace, [mail])
    (latest,) = kept_reviews(workspace, session.assessment.uuid)
    assert latest.received.review.sending == 2, "also when a clock goes back"
    workspace.close()


def test_the_next_file_holds_every_remark_received_and_the_adviser_counts_those_without_an_answer(
    tmp_path: Path,
) -> None:
    mail, again = tmp_path / "courrier", tmp_path / "suite"
    again.mkdir()
    workspace, made = _person(tmp_path / "chargee", mail)
    first = export(workspace, made, mail, Status.FINAL)
    review = _reviewed(tmp_path / "ccd", mail)
    (outcome,) = receive(workspace, [review])
    assert outcome.state is State.TAKEN
    session = workspace.open(made)
    found = review_to_answer(workspace, session.grid, session.assessment)
    assert found is not None
    kept = decided(found.items[0], Decision.KEPT)
    assert kept is not None
    session.answer_review(kept)
    sent = export(workspace, made, again)
    assert sent.sending.fingerprint != first.sending.fingerprint, "a review received changes the next file"
    document = _read(sent.path.read_bytes()).document
    assert [row.get("decision") for row in document["suites"]] == ["gardee", None, None]
    assert {(row["note_initiale"], row["note_conseiller"]) for row in document["suites"]} == {(2, 3)}
    adviser = open_workspace(tmp_path / "ccd")
    receive(adviser, [sent.path])
    assert lineages(adviser)[0].current.unanswered == 2
    received = open_received(adviser, lineages(adviser)[0])
    third = received.grid.cells[2]
    received.book.note(third, Rating.PARTLY)
    later = writing.write(adviser, received, again).path
    adviser.close()
    session.rate(third, Rating.NO)
    receive(workspace, [later])
    found = review_to_answer(workspace, session.grid, session.assessment)
    assert found is not None
    assert found.read_is_known, "the file that the second review is about held remarks too"
    assert {item.row.first_note for item in found.items} == {Rating.MOSTLY}
    workspace.close()


def test_a_line_on_the_agenda_owes_no_answer_and_a_note_not_known_here_is_in_no_file() -> None:
    grid = CATALOGUE.default
    content = submission(example_assessment(grid)._replace(uuid=str(UUID(int=7, version=4))))
    sent = _read(content)
    parts = {"note:m1.a01/famille": "0", "ordre-du-jour:m1.a02": "1"}
    found = examine_review(review_of_file(content, parts), CATALOGUE)
    assert isinstance(found, ReceivedReview)
    kept = KeptReview(found)
    answered = to_answer([kept], grid, sent.assessment)
    assert [item.row.activity for item in answered.items] == ["m1.a01", "m1.a02"]
    (noted,) = (item for item in answered.items if item.is_open)
    assert noted.shown.first_note == sent.assessment.answers[Cell("m1.a01", "famille")]
    row, agenda = next(states_before([kept], grid, sent.assessment))[1].follow_ups
    assert agenda.on_agenda
    assert not agenda.is_open
    assert (row.policy, row.adviser_note, row.first_note) == ("famille", Rating.NO, None)


def test_the_reviews_of_two_advisers_are_answered_side_by_side_each_by_its_latest(tmp_path: Path) -> None:
    mail = tmp_path / "courrier"
    workspace, made = _person(tmp_path / "chargee", mail)
    session = workspace.open(made)
    first, second = session.grid.cells[:2]
    sent = next(mail.glob("*.json")).read_bytes()

    def review(file: str, author: Adviser, note: str, *cells: Cell, days: int = 0) -> None:
        parts = {part_key(Part.NOTE, "/".join(cell)): note for cell in cells}
        parts |= {"question:/0001": f"Qui pilote, {author.name} ?"}
        parts |= {"auteur:": author.name, "courriel:": author.email}
        path = tmp_path / file
        path.write_bytes(review_of_file(sent, parts, days=days))
        (outcome,) = receive(workspace, [path])
        assert outcome.state is State.TAKEN, outcome

    one, other = Adviser("Prénom Nom", "prenom.nom@caf.example"), Adviser("Prénom Autre")
    review("une.json", one, "3", first)
    review("autre.json", other, "1", first, second, days=1)
    review("une-corrigee.json", one._replace(name="P. Nom"), "2", first, days=2)
    found = review_to_answer(workspace, session.grid, session.assessment)
    assert found is not None
    assert [(item.author, item.cell, item.row.adviser_note) for item in found.items] == [
        ("P. Nom", first, Rating.MOSTLY),
        ("Prénom Autre", first, Rating.PARTLY),
        ("Prénom Autre", second, Rating.PARTLY),
        ("P. Nom", None, None),
        ("Prénom Autre", None, None),
    ]
    assert preview(workspace, made).open_remarks == 4, "one notes as the person does"
    workspace.close()


def test_a_review_of_another_siren_of_an_unknown_assessment_or_changed_by_hand_is_not_taken(
    tmp_path: Path,
) -> None:
    mail = tmp_path / "courrier"
    workspace, made = _person(tmp_path / "chargee", mail)
    review = _reviewed(tmp_path / "ccd", mail)
    elsewhere = open_workspace(tmp_path)
    (outcome,) = receive(elsewhere, [review])
    assert (outcome.state, outcome.code) == (State.READ, "avis-sans-soumission")
    elsewhere.close()
    changed = tmp_path / "AVIS_changé.json"
    changed.write_bytes(review.read_bytes().replace(b'"note_conseiller": 3', b'"note_conseiller": 0', 1))
    (outcome,) = receive(workspace, [changed])
    assert outcome.state is State.REFUSED
    session = workspace.open(made)
    identity = session.assessment.identity
    session = workspace.open(made)
    session.identify(identity._replace(territory=Territory("Ailleurs", "219999992")))
    (outcome,) = receive(workspace, [review])
    assert (outcome.state, outcome.code) == (State.REFUSED, "avis-autre-territoire")
    assert "Ailleurs" in outcome.message
    assert identity.territory.name in outcome.message
    assert review_to_answer(workspace, session.grid, session.assessment) is None
    workspace.close()


def test_who_erases_an_assessment_erases_its_reviews_and_answers_down_to_the_bytes(tmp_path: Path) -> None:
    mail = tmp_path / "courrier"
    workspace, made = _person(tmp_path / "chargee", mail)
    review = _reviewed(tmp_path / "ccd", mail)
    receive(workspace, [review])
    session = workspace.open(made)
    found = review_to_answer(workspace, session.grid, session.assessment)
    assert found is not None
    session.answer_review(found.items[0].row._replace(text="SENTINELLE-REPONSE"))
    path = workspace.store.path
    workspace.close()
    assert b"SENTINELLE-REPONSE" in path.read_bytes()
    assert b"ctg-avis" in path.read_bytes()
    erase(path, made, Clock())
    assert b"SENTINELLE-REPONSE" not in path.read_bytes()
    assert b"ctg-avis" not in path.read_bytes()


def test_lines_that_the_present_grid_does_not_have_are_kept_apart() -> None:
    catalogue = CATALOGUE
    grid = charente()
    sent = _read(submission(example_assessment(grid)._replace(uuid=str(UUID(int=7, version=4)))))
    assessment: Assessment = sent.assessment
    review = review_of(_draft(Random(3), grid), assessment, sent.fingerprint, 1)
    unknown = review._replace(grid_fingerprint="sha256:" + "0" * 64)
    found = examine_review(bytes_of(unknown, Header(str(UUID(int=9, version=4)), AT, "essai")), catalogue)
    assert isinstance(found, ReceivedReview), found
    answered = to_answer([KeptReview(found)], grid, assessment)
    about = [*(row.activity for row in review.remarks), *(row.activity for row in review.questions)]
    assert len(answered.apart) >= len([line for line in about if line]) > 0
    assert all(item.row.activity is None for item in answered.items)


def test_a_note_answered_is_asked_about_again_when_a_second_workbook_has_another_one(
    tmp_path: Path,
) -> None:
    workspace = open_workspace(tmp_path)
    kept_as = make(workspace, _received(submission(an_assessment()), workspace), "envoi.json")
    grid, assessment = workspace.load(kept_as)
    _, report = report_of(tmp_path, an_assessment())
    cell = Cell("m1.a02", "famille")

    def suggest(note: int) -> ReviewItem | None:
        book = Filler(opened(report))
        assert book.type_over("1.2", "B", note) == note
        receive(workspace, [saved(book.book, tmp_path / f"retour-{note}.xlsx")])
        found = review_to_answer(workspace, grid, workspace.load(kept_as)[1])
        assert found is not None
        return next((item for item in found.to_confirm if item.cell == cell), None)

    first = suggest(0)
    assert first is not None
    assert (first.suggested, assessment.answers[cell]) == (Rating.NO, Rating.FULLY)
    row = decided(first, Decision.KEPT)
    assert row is not None
    workspace.open(kept_as).answer_review(row)
    assert suggest(0) is None
    again = suggest(1)
    assert again is not None
    assert again.suggested is Rating.PARTLY
    assert workspace.load(kept_as)[1].follow_ups == (row,), "the former answer stays until another is given"
    workspace.close()


def _received(content: bytes, workspace: Workspace) -> Received:
    found = examine(content, workspace.catalogue)
    assert isinstance(found, Received)
    return found


def test_the_review_of_a_second_file_begins_with_what_was_said_and_the_day_of_the_meeting(
    tmp_path: Path,
) -> None:
    made = an_assessment()
    adviser = made.identity.adviser
    sent = made._replace(preparation={PreparationTopic.MEETING: "11/02/2027 à 14 h"})
    said = FollowUp("a" * 64, CATALOGUE.default.cells[0].activity, author=adviser.name, remark="À revoir.")
    workspace = open_workspace(tmp_path)
    again = writing.ReviewBook(workspace, sent._replace(follow_ups=(said,)))
    assert again.draft.meeting == date(2027, 2, 11)
    assert writing.ReviewBook(workspace, sent).draft.is_empty, "a date alone is no review"
    workspace.close()
