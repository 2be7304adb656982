"""A workbook says what its digits mean; where that is not the Caf's scale, none of them is read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from ctg_tui.domain.answers import NOT_CONCERNED, Cell, Rating
from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.import_spreadsheet import WorkbookFile, grid_made_of
from ctg_tui.services.import_spreadsheet import read as read_file
from tests.each_row import each_row
from tests.spreadsheet.test_layouts import FIRST, HEADINGS, SECOND, THIRD, book_of, read_rows
from tests.spreadsheet.workbooks import saved

STEPS = ("Non / pas", "Partiellement", "Majoritairement", "Oui / totalement")
OWN = tuple(enumerate(STEPS))


def file_of(folder: Path, *rows: Sequence[object]) -> WorkbookFile:
    path = folder / "grille.xlsx"
    path.write_bytes(saved(book_of(rows)))
    return read_file(path, Catalogue())


@each_row(
    "legend, address",
    [
        (((1, "Pas du tout"), (4, "Totalement")), None),
        (tuple(enumerate(reversed(STEPS))), "Feuille 1!A1"),
        ((("Notes : 1 = non, 2 = partiellement, 3 = majoritairement, 4 = totalement",),), "Feuille 1!A1"),
        ((("1 - Non ; 2 - Partiellement ; 3 - Majoritairement ; 4 - Totalement",),), "Feuille 1!A1"),
    ],
)
def test_a_workbook_on_another_scale_is_refused_and_makes_no_grid(
    tmp_path: Path, legend: Sequence[Sequence[object]], address: str | None
) -> None:
    if address is None:  # a legend that is not whole proves nothing
        assert file_of(tmp_path, *legend, HEADINGS, (FIRST.label, 2, 1, 0)).reading.answers
        return
    with pytest.raises(InvalidDocument) as refusal:
        file_of(tmp_path, *legend, HEADINGS, (FIRST.label, 2, 1, 0))
    assert refusal.value.code == "tableur-autre-echelle"
    assert address in refusal.value.message
    assert "Rien n’a été repris." in refusal.value.message
    with pytest.raises(InvalidDocument):
        grid_made_of(tmp_path / "grille.xlsx")


def test_notes_may_be_written_in_the_words_of_the_legend_and_of_no_other() -> None:
    words = ("Majoritairement", "Non / pas", "Non concerné")
    line = [Cell(FIRST.id, policy) for policy in ("famille", "education", "social")]
    meant = Rating.MOSTLY, Rating.NO, NOT_CONCERNED
    rows = HEADINGS, (FIRST.label, *words), (SECOND.label, "Oui", "Totalement", "Bien")
    assert read_rows(*OWN, *rows).answers == dict(zip(line, meant, strict=True))
    assert set(read_rows(*rows).answers) == {line[2]}, "without a legend such words are no notes"


def test_notes_beside_comments_that_begin_like_the_scale_make_no_legend(tmp_path: Path) -> None:
    rows = [
        (FIRST.label, 2, 1, 3, "Non, pas encore"),
        (SECOND.label, 2, 0, 1, "Totalement en place"),
        (THIRD.label, 1, 0, 1, "Non démarré"),
    ]
    assert len(file_of(tmp_path, HEADINGS, *rows).reading.answers) == 9


def test_the_rows_of_a_legend_are_no_lines_of_a_grid(tmp_path: Path) -> None:
    rows = [(f"Activité que cette Caf a écrite, la numéro {number}", 2, 1, 0) for number in range(4)]
    made = file_of(tmp_path, HEADINGS, *rows, (), *OWN).grid
    labels = [activity.label for mission in made.missions for activity in mission.activities]
    assert labels == [row[0] for row in rows]
