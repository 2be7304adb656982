"""A workbook says what its digits mean; where that is not the Caf's scale, none of them is read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import NOT_CONCERNED, Cell, Rating
from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.spreadsheet.reading import WorkbookFile, grid_made_of
from ctg_tui.services.spreadsheet.reading import read as read_file
from tests.each_row import each_row
from tests.spreadsheet.test_understanding_layouts import FIRST, HEADINGS, SECOND, THIRD, book_of, read_rows
from tests.spreadsheet.workbooks import saved

STEPS = ("Non / pas", "Partiellement", "Majoritairement", "Oui / totalement")
OWN = tuple(enumerate(STEPS))


def file_of(folder: Path, *rows: Sequence[object]) -> WorkbookFile:
    path = folder / "grille.xlsx"
    path.write_bytes(saved(book_of(rows)))
    return read_file(path, Catalogue())


OTHERS: dict[str, Sequence[Sequence[object]]] = {
    "from 1 to 4": tuple(enumerate(STEPS, 1)),
    "turned over": tuple(enumerate(reversed(STEPS))),
    "in one cell": (("Notes : 1 = non, 2 = partiellement, 3 = majoritairement, 4 = totalement",),),
    "in one cell, with strokes": (("1 : non / 2 : partiellement / 3 : majoritairement / 4 : totalement",),),
    "words first": (("Non (1), partiellement (2), majoritairement (3), totalement (4)",),),
    "words below": ((1, 2, 3, 4), ("Non", "Partiellement", "Majoritairement", "Totalement")),
    "a blank row between": ((1, "Non"), (), (2, "Partiellement"), (), (3, "Majoritairement"), (), (4, "Oui")),
    "words of its own": ((1, "Pas du tout"), (2, "Plutôt non"), (3, "Plutôt oui"), (4, "Tout à fait")),
    "three steps": ((0, "Non"), (1, "Partiellement"), (2, "Totalement")),
    "NC for something else": (*OWN, ("NC", "Non commencé")),
}


@each_row("legend", OTHERS.values())
def test_a_workbook_on_another_scale_is_refused_and_makes_no_grid(
    tmp_path: Path, legend: Sequence[Sequence[object]]
) -> None:
    with pytest.raises(InvalidDocument) as refusal:
        file_of(tmp_path, *legend, HEADINGS, (FIRST.label, 2, 1, 0))
    assert refusal.value.code == "tableur-autre-echelle"
    assert "Feuille 1!" in refusal.value.message
    assert "Rien n’a été repris." in refusal.value.message
    with pytest.raises(InvalidDocument):
        grid_made_of(tmp_path / "grille.xlsx", Catalogue())


@each_row(
    "sheets",
    [
        [((1, "Pas du tout"), (4, "Totalement"))],
        [(), (("Convention signée ?",), (1, "Oui"), (2, "Non"), (3, "Non concerné"))],
        [(("Priorité",), ("1 – Non urgent",), ("2 – Urgent",), ("3 – Très urgent",))],
        [(), (("1 - Totalement réalisé",), ("2 - Partiellement réalisé",), ("3 - Non réalisé",))],
    ],
)
def test_two_steps_or_the_legend_of_another_thing_prove_nothing(
    tmp_path: Path, sheets: Sequence[Sequence[Sequence[object]]]
) -> None:
    path = tmp_path / "grille.xlsx"
    first, *others = sheets
    path.write_bytes(saved(book_of((*first, HEADINGS, (FIRST.label, 2, 1, 0)), *others)))
    assert len(read_file(path, Catalogue()).reading.answers) == 3


def test_notes_may_be_written_in_the_words_of_the_legend_and_of_no_other() -> None:
    words = ("Majoritairement", "Non / pas", "Non concerné")
    line = [Cell(FIRST.id, policy) for policy in ("famille", "education", "social")]
    meant = Rating.MOSTLY, Rating.NO, NOT_CONCERNED
    rows = HEADINGS, (FIRST.label, *words), (SECOND.label, "Oui", "Totalement", "Bien")
    assert read_rows(*OWN, *rows).answers == dict(zip(line, meant, strict=True))
    assert set(read_rows(*rows).answers) == {line[2]}, "without a legend such words are no notes"


def test_comments_that_begin_like_the_scale_make_no_legend(tmp_path: Path) -> None:
    rows = [
        (FIRST.label, 2, 1, 3, "Non, pas encore"),
        (SECOND.label, 2, 0, 1, "Totalement"),
        (THIRD.label, "Non", 0, 2, "Partiellement"),
    ]
    reading = file_of(tmp_path, HEADINGS, *rows).reading
    assert len(reading.answers) == 8
    assert [one.value for one in reading.unread] == ["Non"], "no legend gives it a digit"


def test_the_rows_of_a_legend_are_no_lines_of_a_grid(tmp_path: Path) -> None:
    rows = [(f"Activité que cette Caf a écrite, la numéro {number}", 2, 1, 0) for number in range(4)]
    made = file_of(tmp_path, HEADINGS, *rows, (), *OWN).grid
    labels = [activity.label for mission in made.missions for activity in mission.activities]
    assert labels == [row[0] for row in rows]
