"""The thread of a line in words, and the names that undo gives to answers."""

from __future__ import annotations

from datetime import timedelta

from ctg_tui.domain.assessment import Cell, Draft, Rating, Said
from ctg_tui.domain.changes import Change, Edit, Field, Operation, cell_key
from ctg_tui.domain.thread import points_of, said_text
from ctg_tui.wording.changes import edit_name
from ctg_tui.wording.thread import all_said
from tests.strategies import charente_of_caf, make_assessment
from tests.threads import MARCH, SIX_NOTES, caf_says

GRID = charente_of_caf()
CELL = Cell("m1.a01", "famille")
SPACES = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " "})


def plain(*texts: str) -> list[str]:
    return [text.translate(SPACES) for text in texts]


def test_the_thread_of_a_line_is_read_point_by_point_the_oldest_first_each_with_its_answer() -> None:
    first, later = SIX_NOTES[0], caf_says("m1.a01/social", "Et en 2027 ?", days=2)
    same = first._replace(author="Prénom Autre", at=MARCH + timedelta(hours=1))
    reply = Said(MARCH + timedelta(days=1), "Claude", line="m1.a01", policy="famille", answers=(first.id,))
    begun = {"m1.a01/social": Draft(words="Non", answers=(later.id,))}
    rows = {one.id: one for one in (later, reply, first, same)}
    held = make_assessment(GRID, {CELL: Rating.MOSTLY})._replace(said=rows, drafts=begun)
    found = points_of(held, GRID)
    said = all_said(GRID, reversed(found))
    assert plain(*(one.whole for one in said)) == [
        f"Caf (Prénom Nom et Prénom Autre), 15 mars : Famille, 1 plutôt que 2. « {first.words} »",
        "Claude, 16 mars : Famille, vu",
        "Caf (Prénom Nom), 17 mars : Social. « Et en 2027 ? »",
        "Réponse commencée : Social. « Non »",
    ]
    assert [one.is_caf for one in said] == [True, False, True, False]


def test_undo_names_an_answer_with_its_place_and_a_file_by_what_it_brought() -> None:
    draft = Change(Field.DRAFT, SIX_NOTES[0].id, None, "{}")
    note = Change(Field.ANSWER, cell_key(CELL), "2", "1")
    for changes in ((draft,), (note, draft)):
        assert edit_name(GRID, Edit(Operation.DRAFT, changes)) == "réponse à la Caf"
    assert edit_name(GRID, Edit(Operation.RATE, (note,))) == "note 1, ligne 1.1 Famille"
    heard = tuple(Change(Field.SAID, said.id, None, said_text(said)) for said in SIX_NOTES)
    assert edit_name(GRID, Edit(Operation.IMPORT, heard)) == "réponse de la Caf"
    own = SIX_NOTES[0]._replace(is_caf=False)
    rows = (Change(Field.SAID, own.id, None, said_text(own)),)
    assert edit_name(GRID, Edit(Operation.IMPORT, rows)) == "reprise d’un fichier"
