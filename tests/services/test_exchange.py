"""Any file is opened by one door: what the Caf said joins the thread, and nothing else is changed."""

from __future__ import annotations

import itertools
import json
import random
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Cell, Rating, Status, Territory
from ctg_tui.domain.changes import Edit, Operation
from ctg_tui.domain.edits import reply
from ctg_tui.domain.errors import InvalidDocument, NotSaved, Refusal
from ctg_tui.domain.thread import MOST_RECEIVED_ROWS, Choice, Draft, Said, owed, union
from ctg_tui.services import exchange
from ctg_tui.services.exchange import Nature, Outcome, State, look, look_into, take, take_as_mine
from ctg_tui.services.received.kept import lineages
from ctg_tui.services.sending import export
from ctg_tui.services.workspace import Workspace
from ctg_tui.storage import received
from tests.databases import DATABASE_NAME, Clock, documents, open_workspace, raw, rows
from tests.example_assessment import example_assessment
from tests.make_examples import REFUSED_FOLDER
from tests.received import (
    AT,
    WRAPPED,
    a_draft,
    an_assessment,
    answered,
    examples,
    receive,
    submission,
    uuid_of,
    write,
)
from tests.services.dossiers import save
from tests.strategies import charente

GRID = charente()
FIRST = Cell("m1.a01", "famille")
KEPT = "SELECT content FROM document WHERE kind = 'recu' ORDER BY stored_at, id"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = open_workspace(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Workspace]:
    """Return the database of another computer."""
    (tmp_path / "ailleurs").mkdir()
    opened = open_workspace(tmp_path / "ailleurs")
    yield opened
    opened.close()


@pytest.fixture
def sent(workspace: Workspace, tmp_path: Path) -> Path:
    """Return the file sent of one's own assessment, number 1."""
    return export(workspace, save(workspace, an_assessment()), tmp_path).path


def caf(
    words: str, cell: Cell | None = FIRST, *, days: int = 0, author: str = "Prénom Nom", about: str = "a" * 32
) -> Said:
    line, policy = cell or (None, None)
    return Said(AT + timedelta(days=days), author, True, about, line, policy, words=words)


def files(folder: Path, *contents: bytes) -> list[Path]:
    return write(folder / "recus", contents)


def states(outcomes: tuple[Outcome, ...]) -> list[str]:
    return [str(outcome.state) for outcome in outcomes]


def kept(folder: Path) -> set[bytes]:
    return {content for (content,) in rows(folder / DATABASE_NAME, KEPT) if isinstance(content, bytes)}


def thread(workspace: Workspace) -> dict[str, Said]:
    return dict(workspace.load(1)[1].said)


# What is said of one's own assessment joins its thread.


def test_what_two_people_of_the_caf_say_is_the_same_thread_in_any_order_and_twice(
    workspace: Workspace, sent: Path, tmp_path: Path
) -> None:
    said = [caf("Une fois."), caf("Deux fois.", author="Autre Nom"), caf("Et l’an prochain ?", None, days=9)]
    said += [caf("Plutôt une fois.", days=30, about="b" * 32)]
    contents = [answered(sent.read_bytes(), *some) for some in (said[:1], said[:2], said[2:], said[:1])]
    found = []
    for order in itertools.permutations(range(4)):
        place = tmp_path / "".join(map(str, order))
        place.mkdir()
        workspace.store.checkpoint()
        shutil.copy(workspace.store.path, place)
        other = open_workspace(place)
        for path in files(place, *(contents[rank] for rank in order)):
            take(other, look(other, path))
        assert thread(other).keys() == {one.id for one in said}
        found.append(owed(thread(other).values(), other.load(1)[1].answers))
        other.close()
    assert len(set(found)) == 1
    assert len(found[0]) == 4, "all of it waits for an answer"


def test_a_file_says_what_taking_it_would_do_and_one_undo_takes_the_whole_folder_back(
    workspace: Workspace, sent: Path, tmp_path: Path
) -> None:
    said = [caf("Une fois."), caf("Quand ?", None)]
    paths = files(tmp_path, answered(sent.read_bytes(), said[0]), answered(sent.read_bytes(), *said))
    before = workspace.load(1)
    looked = look_into(workspace, tmp_path / "recus")
    assert [(found.own_id, len(found.rows), found.is_here) for found in looked] == [
        (1, 1, False),
        (1, 2, False),
    ]
    assert "1\N{NO-BREAK SPACE}remarque à prendre" in looked[0].title
    assert workspace.load(1) == before, "nothing is written by looking"
    session = workspace.open(1)
    outcomes = receive(workspace, paths)
    assert [(one.state, one.rows) for one in outcomes] == [(State.TAKEN, 1), (State.TAKEN, 1)]
    assert len(session.points) == 2, "an open page has it at once"
    assert look(workspace, paths[1]).is_here
    edit = session.undo()
    assert edit is not None
    assert edit.op is Operation.IMPORT
    assert session.assessment == before[1]
    session.redo()
    assert thread(workspace).keys() == {one.id for one in said}


def test_a_file_of_one_s_own_changes_no_note_and_says_that_it_differs(
    workspace: Workspace, sent: Path, tmp_path: Path
) -> None:
    mine = workspace.load(1)[1]
    other = submission(mine._replace(numbers={}), number=1)
    (same, differs, says) = files(tmp_path, sent.read_bytes(), other, answered(other, caf("Une fois.")))
    outcomes = [take(workspace, look(workspace, path)) for path in (same, differs, says)]
    assert [(one.state, one.code) for one in outcomes] == [
        (State.ALREADY, "deja-la"),
        (State.READ, "autre-version"),
        (State.TAKEN, "fil-pris"),
    ]
    assert all("diffèrent des vôtres" in one.message for one in outcomes[1:])
    assert workspace.load(1)[1].numbers == mine.numbers
    assert kept(tmp_path) == {differs.read_bytes(), says.read_bytes()}, "it is there to be read"
    assert take(workspace, look(workspace, differs)).state is State.ALREADY
    workspace.open(1).count("m1.i02", 77)
    former = take(workspace, look(workspace, sent))
    assert former.state is State.ALREADY, "what was sent is known, whatever was changed since"


def test_what_is_said_of_a_line_unknown_here_is_kept_and_shown_last(
    workspace: Workspace, sent: Path, tmp_path: Path
) -> None:
    (path,) = files(tmp_path, answered(sent.read_bytes(), caf("Et celle-ci ?", Cell("m9.a99", "famille"))))
    assert take(workspace, look(workspace, path)).state is State.TAKEN
    (point,) = workspace.open(1).points
    assert (point.line, point.is_to_see) == ("m9.a99", True)


def test_the_same_words_keep_their_earliest_date_in_any_order(
    workspace: Workspace, sent: Path, tmp_path: Path
) -> None:
    early, late = caf("Une fois."), caf("Une fois.", days=1)
    for said in (late, early, late):
        (path,) = files(tmp_path, answered(sent.read_bytes(), said))
        take(workspace, look(workspace, path))
    assert [one.at for one in thread(workspace).values()] == [early.at]


def test_a_file_that_would_bring_over_4000_rows_is_refused_with_a_sentence_and_changes_nothing(
    workspace: Workspace, sent: Path, tmp_path: Path
) -> None:
    most = [caf(f"Remarque {number}.") for number in range(MOST_RECEIVED_ROWS)]
    full, more = files(
        tmp_path, answered(sent.read_bytes(), *most), answered(sent.read_bytes(), caf("Une de plus."))
    )
    assert take(workspace, look(workspace, full)).rows == MOST_RECEIVED_ROWS
    refused = take(workspace, look(workspace, more))
    assert (refused.state, refused.code) == (State.REFUSED, "fil-plein")
    assert "4\N{NARROW NO-BREAK SPACE}001 remarques" in refused.message
    assert len(thread(workspace)) == MOST_RECEIVED_ROWS


def test_a_copy_that_became_another_territory_s_is_refused_and_a_renamed_one_is_not(
    workspace: Workspace, sent: Path, tmp_path: Path
) -> None:
    mine = workspace.load(1)[1]
    here = mine.identity
    copy = mine._replace(identity=here._replace(territory=Territory("Cognac")))
    (other,) = files(tmp_path, answered(submission(copy), caf("Une fois.")))
    refused = take(workspace, look(workspace, other))
    assert (refused.state, refused.code) == (State.REFUSED, "autre-territoire")
    said = answered(sent.read_bytes(), caf("Une fois."))
    workspace.open(1).identify(here._replace(territory=Territory("Un autre nom")))
    (mine_then,) = files(tmp_path, said)
    assert take(workspace, look(workspace, mine_then)).state is State.TAKEN, "it was sent under that name"


# What was answered leaves with the next sending, and is final.


def test_an_answer_kept_is_a_row_of_the_next_file_and_no_undo_takes_it_back(
    workspace: Workspace, sent: Path, elsewhere: Workspace, tmp_path: Path
) -> None:
    first = sent.read_bytes()
    assert export(workspace, 1, tmp_path).path == sent, "nothing changed: the same file"
    (answer,) = files(tmp_path, answered(first, caf("Une fois."), caf("Quand ?", None)))
    take(workspace, look(workspace, answer))
    session = workspace.open(1)
    about_cell, about_whole = session.points
    session.keep_answer(about_cell, Choice.SEEN, "Deux fois.")
    session.type_answer(about_whole, Choice.SEEN, "En m")
    second = export(workspace, 1, tmp_path)
    assert second.sending.number == 2
    (mine,) = [one for one in session.assessment.said.values() if not one.is_caf]
    assert (mine.author, mine.words, mine.answers) == ("Prénom Nom", "Deux fois.", (about_cell.key,))
    assert [draft.words for draft in session.assessment.drafts.values()] == ["En m"], "begun is not sent"
    document = json.loads(second.path.read_bytes())
    assert sorted(row["texte"] for row in document["fil"]) == ["Deux fois.", "Quand ?", "Une fois."]
    assert document["integrite"]["empreinte"] == json.loads(first)["integrite"]["empreinte"]
    again = export(workspace, 1, tmp_path)
    assert (again.sending, again.path) == (second.sending, second.path)
    while session.undo() is not None:
        pass
    assert thread(workspace).keys() >= {mine.id, about_cell.key}, "what was sent stays, and what it answers"
    assert take(elsewhere, look(elsewhere, second.path)).rows == 3


def test_answers_that_no_file_could_hold_are_kept_here_and_said(
    workspace: Workspace, sent: Path, tmp_path: Path
) -> None:
    said = [caf(f"Remarque {number}.", days=number % 300) for number in range(MOST_RECEIVED_ROWS)]
    (path,) = files(tmp_path, answered(sent.read_bytes(), *said))
    take(workspace, look(workspace, path))
    drafts = {one.id: Draft(words="Oui.", answers=(one.id,), is_kept=True) for one in said[:801]}
    own = workspace.load(1)[1]
    made = [change for key, draft in drafts.items() for change in reply(own, key, draft)]
    workspace.store.record(1, Edit(Operation.DRAFT, tuple(made)), None)
    with pytest.raises(Refusal) as refused:
        export(workspace, 1, tmp_path / "recus")
    assert refused.value.code == "fil-plein"
    assert "vos réponses sont gardées" in refused.value.message
    assert len(workspace.load(1)[1].drafts) == 801


def test_a_disk_that_refuses_the_sending_keeps_the_answer_as_it_was(
    workspace: Workspace, sent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (answer,) = files(tmp_path, answered(sent.read_bytes(), caf("Une fois.")))
    take(workspace, look(workspace, answer))
    session = workspace.open(1)
    session.keep_answer(session.points[0], Choice.SEEN, "Deux fois.")
    before = workspace.load(1)

    def fail(*_: object) -> None:
        raise OSError(28, "no space")

    (tmp_path / "suite").mkdir()
    with monkeypatch.context() as patched:
        patched.setattr(workspace.store, "send", fail)
        with pytest.raises(NotSaved):
            export(workspace, 1, tmp_path / "suite")
    assert workspace.load(1) == before
    assert list((tmp_path / "suite").iterdir()) == []
    assert export(workspace, 1, tmp_path / "suite").sending.number == 2


# Another submission is kept among the files received.


def test_twenty_files_of_a_folder_are_kept_byte_for_byte(workspace: Workspace, tmp_path: Path) -> None:
    contents = [submission(an_assessment(number, territory=number % 5)) for number in range(20)]
    outcomes = receive(workspace, files(tmp_path, *contents))
    assert states(outcomes) == ["lu"] * 20
    assert kept(tmp_path) == set(contents)
    facts = json.loads(
        str(rows(tmp_path / DATABASE_NAME, "SELECT facts FROM document WHERE lineage = ?", uuid_of(1))[0][0])
    )
    assert (facts["sending"], facts["status"], facts["people"]) == (1, "definitif", "Prénom Nom")
    assert states(receive(workspace, (tmp_path / "recus",))) == ["deja"] * 20


def test_what_the_caf_waits_for_in_a_file_received_is_counted(workspace: Workspace, tmp_path: Path) -> None:
    receive(workspace, files(tmp_path, answered(submission(an_assessment()), caf("Une fois."))))
    (lineage,) = lineages(workspace)
    assert lineage.current.open_points == 1


def test_a_file_whose_line_ends_a_mail_changed_is_received_as_it_was_sent(
    workspace: Workspace, tmp_path: Path
) -> None:
    content = submission(an_assessment())
    changed = content.replace(b"Quatre", b"Trois", 1)
    outcomes = receive(
        workspace, files(tmp_path, *(one.replace(b"\n", b"\r\n") for one in (content, changed)))
    )
    assert [(one.state, one.code) for one in outcomes] == [
        (State.READ, "soumission-gardee"),
        (State.REFUSED, "modifie"),
    ]
    assert kept(tmp_path) == {content}


def test_the_order_of_the_files_does_not_change_what_is_kept(tmp_path: Path) -> None:
    contents = [submission(an_assessment(number)) for number in range(6)]
    contents += [submission(an_assessment(0), seconds=9), submission(a_draft(1), status=Status.DRAFT)]
    paths = files(tmp_path, *contents)
    for turn in range(3):
        folder = tmp_path / str(turn)
        folder.mkdir()
        random.Random(turn).shuffle(paths)
        opened = open_workspace(folder)
        receive(opened, paths)
        opened.close()
        assert kept(folder) == set(contents)


def test_a_later_sending_says_what_it_replaces_and_an_earlier_one_that_it_is_late(
    workspace: Workspace, elsewhere: Workspace, tmp_path: Path
) -> None:
    first, second = submission(an_assessment()), submission(an_assessment(first=Rating.NO), number=2)
    paths = files(tmp_path, first, second)
    assert "Remplace l’envoi n° 1" in receive(workspace, paths)[1].message
    (lineage,) = lineages(workspace)
    assert lineage.current.sending == 2
    assert "L’envoi n° 2, plus récent, est déjà là." in receive(elsewhere, paths[::-1])[1].message


@pytest.mark.parametrize(
    ("others", "problem"),
    [
        ({"first": Rating.NO}, "deux fichiers différents du même envoi"),
        ({"territory": 1}, "le même identifiant pour deux territoires"),
    ],
)
def test_files_that_contradict_each_other_are_both_kept_and_pointed_out(
    workspace: Workspace, tmp_path: Path, others: dict[str, Rating | int], problem: str
) -> None:
    contents = [submission(an_assessment()), submission(an_assessment(**others))]  # type: ignore[arg-type]
    outcomes = receive(workspace, files(tmp_path, *contents))
    assert problem in outcomes[1].message
    assert len(kept(tmp_path)) == 2


def test_a_submission_of_an_unknown_grid_is_kept_and_says_so(workspace: Workspace, tmp_path: Path) -> None:
    (outcome,) = receive(workspace, files(tmp_path, examples()["bon-grille-inconnue.json"]))
    assert "Sa grille est introuvable sur ce poste" in outcome.message
    assert len(kept(tmp_path)) == 1


def test_erasing_one_s_own_assessment_erases_its_files_among_those_received(
    tmp_path: Path,
) -> None:
    from ctg_tui.services.backups import erase

    workspace = open_workspace(tmp_path)
    receive(workspace, files(tmp_path, *(submission(an_assessment(number)) for number in (0, 1))))
    own = workspace.create(an_assessment().identity, charente())
    workspace.close()
    with raw(tmp_path / DATABASE_NAME) as connection:
        connection.execute("UPDATE assessment SET uuid = ? WHERE id = ?", (uuid_of(0), own))
    erase(tmp_path / DATABASE_NAME, own, Clock())
    assert documents(tmp_path / DATABASE_NAME, "recu", "lineage") == [(uuid_of(1),)]


# What is refused, or left aside: each file is named, with why.


@pytest.mark.parametrize("make", WRAPPED.values(), ids=WRAPPED.keys())
@pytest.mark.parametrize("name", ["envoi.json", "envoi.xlsx", "envoi.eml"])
def test_what_is_wrapped_in_a_mail_or_an_archive_is_known_whatever_its_name_and_told_what_to_do(
    workspace: Workspace, tmp_path: Path, make: Callable[[bytes], bytes], name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(make(submission(an_assessment())))
    found = look(workspace, path)
    assert (found.nature, take(workspace, found).state) == (Nature.UNKNOWN, State.REFUSED)
    assert found.refusal is not None
    said = found.refusal.sentences().replace("\N{NO-BREAK SPACE}", " ")
    assert said.startswith(f"« {name} » est ")
    assert "Rien n’a été repris." in said
    assert re.search("enregistrez sa pièce jointe|Décompressez-la|au format .xlsx", said)


def test_every_published_bad_example_is_refused_with_its_name_and_the_good_one_kept(
    workspace: Workspace, tmp_path: Path
) -> None:
    bad = sorted(REFUSED_FOLDER.glob("*.json"))
    *refused, good = receive(workspace, [*bad, *files(tmp_path, submission(an_assessment()))])
    assert states((*refused, good)) == ["refuse"] * len(bad) + ["lu"]
    named = zip(bad, refused, strict=True)
    assert [path.name for path, outcome in named if path.name not in outcome.message] == []
    assert len(kept(tmp_path)) == 1


def test_each_thing_in_a_folder_is_named_also_hidden_ones_and_links_and_no_salary_is_kept(
    workspace: Workspace, tmp_path: Path
) -> None:
    box = tmp_path / "boite"
    (box / "Cognac" / "mars" / ".git").mkdir(parents=True)
    (box / "Cognac" / "mars" / "a.json").write_bytes(submission(an_assessment()))
    for name in ("photo.jpg", ".DS_Store", "~$grille.xlsx"):
        (box / name).write_bytes(b"x")
    (box / "autre.json").write_bytes(b'{"format": "facture"}')
    (box / "rapport.html").write_bytes(b'<!doctype html><meta name="generator" content="ctg-tui 0.1.0">')
    forecast = b'{\n  "format": "ctg-previsionnel",\n  "lignes": [{"salaire": 4242424}]\n}\n'
    (box / "previsionnel.json").write_bytes(forecast)
    (box / "raccourci.json").symlink_to(box / "Cognac" / "mars" / "a.json")
    outcomes = receive(workspace, (box,))
    assert {one.found.name: (one.state.value, one.code) for one in outcomes} == {
        ".DS_Store": ("lu", "fichier-cache"),
        ".git": ("lu", "fichier-cache"),
        "a.json": ("lu", "soumission-gardee"),
        "autre.json": ("refuse", "format-inconnu"),
        "photo.jpg": ("lu", "autre-fichier"),
        "previsionnel.json": ("lu", "salaires"),
        "raccourci.json": ("lu", "lien"),
        "rapport.html": ("lu", "autre-piece"),
        "~$grille.xlsx": ("lu", "fichier-cache"),
    }
    assert b"4242424" not in (tmp_path / DATABASE_NAME).read_bytes()
    assert take(workspace, look(workspace, box / "photo.jpg")).state is State.REFUSED, "when it is asked for"


def test_a_missing_path_an_empty_folder_and_a_backup_are_told_apart(
    workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "vide").mkdir()
    (empty,) = look_into(workspace, tmp_path / "vide")
    backup = workspace.back_up().path
    found = (look(workspace, tmp_path / "absent"), empty, look(workspace, backup))
    assert [one.refusal and one.refusal.code for one in found] == [
        "fichier-absent",
        "dossier-vide",
        "sauvegarde",
    ]
    assert found[0].refusal is not None
    assert "fichier ou dossier" in found[0].refusal.message


def test_a_grid_is_installed_and_a_caf_s_workbook_is_only_read(workspace: Workspace, tmp_path: Path) -> None:
    from tests.changed_grids import shorter_grid
    from tests.spreadsheet.workbooks import Layout, make_workbook, saved

    path = shorter_grid(tmp_path)
    assert take(workspace, look(workspace, path)).state is State.TAKEN
    assert take(workspace, look(workspace, path)).state is State.ALREADY
    assert len(workspace.shelf.installed()) == 1
    workbook = tmp_path / "grille.xlsx"
    workbook.write_bytes(saved(make_workbook(GRID, {FIRST: Rating.FULLY}, Layout())))
    found = look(workspace, workbook)
    assert (found.nature, take(workspace, found).state) == (Nature.WORKBOOK, State.READ)
    assert workspace.summaries() == ()


def test_a_disk_that_refuses_takes_nothing_of_what_is_given_together(
    workspace: Workspace, sent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = answered(sent.read_bytes(), caf("Une fois."))
    paths = files(tmp_path, said, *(submission(an_assessment(number)) for number in range(1, 4)))
    before, real, calls = workspace.load(1), received.keep, []

    def fail(*arguments: object) -> None:
        calls.append(arguments)
        if len(calls) == 3:
            raise OSError(28, "no space")
        real(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(received, "keep", fail)
        with pytest.raises(NotSaved) as caught:
            receive(workspace, paths)
    assert caught.value.code == "disque-plein"
    assert (kept(tmp_path), workspace.load(1)) == (set(), before)
    assert states(receive(workspace, paths)) == ["pris", "lu", "lu", "lu"]


# A successor takes a submission as her own, and goes on with the same thread and number.


def test_what_is_taken_as_mine_comes_whole_with_its_thread_and_goes_on_with_its_number(
    workspace: Workspace, elsewhere: Workspace, tmp_path: Path
) -> None:
    made = save(workspace, example_assessment(GRID))
    first = export(workspace, made, tmp_path)
    (answer,) = files(tmp_path, answered(first.path.read_bytes(), caf("Une fois.")))
    own_id = take_as_mine(elsewhere, look(elsewhere, answer))
    grid, assessment = elsewhere.load(own_id)
    mine = workspace.load(made)[1]
    assert grid == workspace.load(made)[0]
    assert (assessment.uuid, assessment.answers, assessment.actions) == (
        mine.uuid,
        mine.answers,
        mine.actions,
    )
    assert [one.words for one in assessment.said.values()] == ["Une fois."]
    session = elsewhere.open(own_id)
    session.keep_answer(session.points[0], Choice.SEEN, "Deux fois.")
    second = export(elsewhere, own_id, tmp_path)
    assert (second.sending.number, second.sending.fingerprint) == (2, first.sending.fingerprint)
    assert take(workspace, look(workspace, second.path)).rows == 2, "it goes back to the first computer"


def test_what_is_there_already_is_never_changed_nor_doubled(
    workspace: Workspace, sent: Path, tmp_path: Path
) -> None:
    workspace.open(1).rate(FIRST, Rating.NO)
    before = workspace.load(1)
    with pytest.raises(Refusal) as refused:
        take_as_mine(workspace, look(workspace, sent))
    assert refused.value.code == "deja-la"
    (other,) = files(tmp_path, submission(before[1]._replace(numbers={})))
    with pytest.raises(Refusal) as refused:
        take_as_mine(workspace, look(workspace, other))
    assert refused.value.code == "autre-version"
    (double,) = files(tmp_path, submission(an_assessment(5)._replace(identity=before[1].identity)))
    with pytest.raises(Refusal) as refused:
        take_as_mine(workspace, look(workspace, double))
    assert refused.value.code == "evaluation-en-double"
    assert workspace.load(1) == before
    assert len(workspace.summaries()) == 1
    assert take_as_mine(workspace, look(workspace, double), doubles=True) == 2


def test_one_undo_takes_all_that_was_taken_as_mine_back_and_the_journal_names_the_file(
    workspace: Workspace, sent: Path, elsewhere: Workspace
) -> None:
    session = elsewhere.open(take_as_mine(elsewhere, look(elsewhere, sent)))
    edit = session.undo()
    assert edit is not None
    assert edit.op is Operation.IMPORT
    fingerprint = json.loads(sent.read_bytes())["integrite"]["empreinte"]
    assert {change.source for change in edit.changes} == {f"soumission {fingerprint}"}
    assert not any((session.assessment.answers, session.assessment.comments, session.assessment.actions))


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["first year first", "second year first"])
def test_the_years_of_a_suite_find_each_other_again(
    workspace: Workspace, elsewhere: Workspace, tmp_path: Path, order: tuple[int, int]
) -> None:
    first = save(workspace, example_assessment(GRID))
    identity = workspace.load(first)[1].identity
    second = workspace.duplicate(first, identity.year + 1, identity.moment)
    paths = [export(workspace, made, tmp_path).path for made in (first, second)]
    taken = {rank: take_as_mine(elsewhere, look(elsewhere, paths[rank])) for rank in order}
    assert elsewhere.load(taken[1])[1].previous_id == taken[0]


def test_an_unknown_grid_a_damaged_file_and_another_kind_of_file_become_no_assessment(
    elsewhere: Workspace, sent: Path, tmp_path: Path
) -> None:
    spoilt = sent.read_bytes().replace(b'"note": 3', b'"note": 2', 1)
    paths = files(tmp_path, spoilt, examples()["bon-grille-inconnue.json"])
    codes = []
    for path in paths:
        with pytest.raises(Refusal) as refused:
            take_as_mine(elsewhere, look(elsewhere, path))
        codes.append((refused.value.code, isinstance(refused.value, InvalidDocument)))
    assert codes == [("modifie", True), ("grille-inconnue", False)]
    assert elsewhere.summaries() == ()


def test_the_thread_never_loses_a_row_by_a_file(workspace: Workspace, sent: Path, tmp_path: Path) -> None:
    """Files late, cut and repeated, of three rounds: each leaves the union of all that came."""
    chance = random.Random(7)
    said = [
        caf(f"Remarque {n}.", Cell(f"m1.a{n % 5 + 1:02}", "social"), days=n, about="abc"[n % 3] * 32)
        for n in range(30)
    ]
    present = union(())
    for turn in range(12):
        some = chance.sample(said, 7)
        (path,) = write(tmp_path / str(turn), [answered(sent.read_bytes(), *some)])
        exchange.take(workspace, look(workspace, path))
        present = union(present, some)
        assert union(thread(workspace).values()) == present
