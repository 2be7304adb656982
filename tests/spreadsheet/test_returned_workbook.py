"""Our own workbook sent back: what the adviser adds is read, and what cannot be read is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment

from ctg_tui.domain.assessment import NOT_CONCERNED, Action, Answer, Cell, Rating, Said
from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.report import reply_workbook
from ctg_tui.report.tables import ReportContent
from ctg_tui.services.spreadsheet import read
from ctg_tui.spreadsheet import returned_workbook
from ctg_tui.spreadsheet.returned_workbook import ReturnedReport, SentFile, read_returned
from tests.each_row import each_row
from tests.effort import tries
from tests.report.contents import contents, discussed_content, full_content, sent_in
from tests.returned import WHOLE, Filler, dated, opened
from tests.spreadsheet.workbooks import FOLDER, KNOWN
from tests.strategies import charente

GRID = charente()
CONTENT = discussed_content()
REPORT = reply_workbook.render(CONTENT)
SAVED = datetime(2027, 2, 3, 10, 20, 30, tzinfo=UTC)
ANSWERS = CONTENT.assessment.answers


def filler() -> Filler:
    return Filler(opened(REPORT))


def returned(filled: Filler, sent: ReportContent = CONTENT) -> ReturnedReport:
    """Return what is read of a workbook once it is saved."""
    content = BytesIO()
    filled.book.save(content)
    made = dated(content.getvalue(), SAVED)
    found = read_returned(made, "retour.xlsx", sent_in(sent))
    assert found is not None
    return found


def caf(line: str | None, policy: str | None, note: Answer | None, words: str = "", **more: Any) -> Said:
    """Return what the addressee adds, as it is expected."""
    read = None if line is None or policy is None else ANSWERS.get(Cell(line, policy))
    author = CONTENT.assessment.identity.adviser.name
    said = Said(SAVED, author, True, CONTENT.about, line, policy, read, note, words)
    return said._replace(**more)


def places(found: ReturnedReport) -> list[str]:
    return [one.address for one in found.unread]


# What is added.


def test_what_is_typed_in_blue_is_said_by_the_caf_on_the_day_of_the_saving_about_the_file_it_had() -> None:
    filled = filler()
    filled.note("1.3", "famille", 1)
    filled.remark("1.3", "Le COPIL ne s’est réuni qu’une fois.\nEnsemble : =1+1")
    filled.note("1.5", "education", "NC")
    filled.note("1.5", "social", "0")
    filled.remark("1.5", "Pourquoi ?")
    filled.remark("1.i2", "Combien ?")
    filled.remark(WHOLE, "Et l’an prochain ?")
    filled.remark("1.7", " \N{ZERO WIDTH SPACE}\n")
    filled.remark("1.1", "Repère")
    found = returned(filled)
    assert found.unread == ()
    assert set(found.rows) == {
        caf("m1.a03", "famille", Rating.PARTLY, "Le COPIL ne s’est réuni qu’une fois.\nEnsemble : =1+1"),
        caf("m1.a05", "education", NOT_CONCERNED),
        caf("m1.a05", "social", Rating.NO),
        caf("m1.a05", None, None, "Pourquoi ?"),
        caf("m1.a01", None, None, "Repère"),
        caf("m1.i02", None, None, "Combien ?"),
        caf(None, None, None, "Et l’an prochain ?"),
    }


_NOTES = st.dictionaries(
    st.tuples(st.integers(1, 14), st.sampled_from(["famille", "education", "social"])),
    st.sampled_from([*Rating, NOT_CONCERNED]),
    max_size=8,
)
_WORDS = st.dictionaries(
    st.integers(1, 14), st.sampled_from(["Pourquoi ?", "Ensemble : =1+1", "1", "é\nà"]), max_size=8
)


@given(_NOTES, _WORDS, st.sampled_from(["", "Prénom Autre", "Nom" * 1_000]))
@settings(max_examples=tries(8), deadline=None)
def test_whatever_is_typed_comes_back_and_nothing_else(
    notes: dict[tuple[int, str], Answer], words: dict[int, str], name: str
) -> None:
    filled = filler()
    filled.sign(name or None)
    for (number, policy), note in notes.items():
        filled.note(f"1.{number}", policy, "NC" if note is NOT_CONCERNED else int(note))
    for number, text in words.items():
        filled.remark(f"1.{number}", text)
    cells = {Cell(f"m1.a{number:02}", policy): note for (number, policy), note in notes.items()}
    found = returned(filled)
    assert found.unread == ()
    assert found.author == (name[:200] or CONTENT.assessment.identity.adviser.name)
    assert {said.cell: said.note for said in found.rows if said.cell} == cells
    assert {said.line: said.words for said in found.rows if said.words} == {
        f"m1.a{number:02}": text for number, text in words.items()
    }
    assert {(said.is_caf, said.author, said.answers) for said in found.rows} <= {(True, found.author, ())}


def test_what_an_adviser_saved_with_libreoffice_in_its_own_format_is_read_as_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    summer = timezone(timedelta(hours=2))
    monkeypatch.setattr(returned_workbook, "local_time", lambda at: at.astimezone(summer))
    content = (FOLDER / "retour.ods").read_bytes()
    found = read_returned(content, "retour.ods", sent_in(CONTENT))
    assert found is not None
    assert found.unread == ()
    assert {(said.line, said.policy, said.note, said.words) for said in found.rows} == {
        ("m1.a03", "famille", Rating.PARTLY, "Une seule réunion.\nEnsemble ?"),
        ("m1.a05", "education", NOT_CONCERNED, ""),
        ("m1.a10", "famille", Rating.PARTLY, "On reste à 1."),
    }
    assert {said.at.date() for said in found.rows if said.is_agreement} == {date(2027, 2, 11)}
    saved = datetime(2026, 11, 30, 15, 45, 58, tzinfo=UTC)
    assert {said.at for said in found.rows if not said.is_agreement} == {saved}, "17:45 on this computer"


def test_what_is_agreed_on_answers_what_the_caf_said_of_the_point_on_the_day_of_the_meeting() -> None:
    filled = filler()
    filled.met(date(2027, 2, 11))
    filled.agree("1.10 Famille", 1, "On reste à 1 cette année.")
    filled.agree(WHOLE, None, "Au COPIL de mars.")
    filled.plan("1.3", "Construire trois indicateurs", "Prénom Nom", "30 juin")
    filled.plan("", "Écrire au maire", rank=1)
    found = returned(filled)
    assert found.unread == ()
    said = [row for row in CONTENT.assessment.said.values() if row.is_caf]
    at = datetime(2027, 2, 11, 12, tzinfo=UTC)
    kept, whole = (
        tuple(row.id for row in said if (row.line, row.policy) == place)
        for place in (("m1.a10", "famille"), (None, None))
    )
    assert set(found.rows) == {
        caf("m1.a10", "famille", Rating.PARTLY, "On reste à 1 cette année.", at=at, answers=kept),
        caf(None, None, None, "Au COPIL de mars.", at=at, answers=whole),
        caf("m1.a03", None, None, "Qui fait quoi\xa0: Construire trois indicateurs · Prénom Nom · 30 juin"),
        caf(None, None, None, "Qui fait quoi\xa0: Écrire au maire"),
    }
    assert all(row.is_agreement for row in found.rows if row.at == at)


@each_row(
    "typed, kept, is_day",
    [
        ("12 mars 2027 à 14h30", "12 mars 2027 à 14h30", False),
        ("mars 2027", "mars 2027", False),
        (date(2027, 3, 12), "12/03/2027", True),
        ("12/03/2027", "12/03/2027", True),
    ],
)
def test_whatever_the_adviser_types_as_the_date_of_the_meeting_is_kept_in_her_words(
    typed: date | time | str, kept: str, is_day: bool
) -> None:
    filled = filler()
    filled.met(typed)
    found = returned(filled)
    (said,) = found.rows
    assert (said.words.replace("\xa0", " "), found.unread) == (f"Date de l’entretien : {kept}", ())
    filled.agree("1.10 Famille", 1, "On reste à 1.")
    found = returned(filled)
    days = {said.at.date() for said in found.rows if said.is_agreement}
    assert days == {date(2027, 3, 12) if is_day else SAVED.date()}
    words = {said.words for said in found.rows if not said.is_agreement}
    assert words <= {f"Date de l’entretien\xa0: {kept}"}
    assert bool(words) is not is_day, "the day is that of what was agreed on"


# What cannot be read is named, and withdraws nothing.


def test_what_is_no_note_is_named_with_its_address_and_the_rest_is_read() -> None:
    filled = filler()
    wrong = [
        filled.note("1.1", "famille", "deux"),
        filled.note("1.2", "famille", 1.5),
        filled.note("1.3", "famille", "=SUM(A1)"),
        filled.put("1.i1", "Note Famille", 2),
    ]
    filled.remark("1.2", "Entre 1 et 2.")
    found = returned(filled)
    assert sorted(places(found)) == sorted(wrong)
    assert found.rows == (caf("m1.a02", None, None, "Entre 1 et 2."),)


def test_rows_sorted_away_from_their_marks_are_named_and_those_sorted_with_them_are_read() -> None:
    for keeps_marks in (False, True):
        filled = filler()
        filled.note("1.3", "famille", 2)
        filled.remark("1.4", "Pourquoi ?")
        first, last = filled.row("1.3"), filled.row("1.6")
        sheet, mark = filled.grid, filled.column("Repère")
        columns = [column for column in range(1, sheet.max_column + 1) if column != mark or not keeps_marks]
        held = [[sheet.cell(row, column).value for column in columns] for row in range(first, last + 1)]
        for row, values in zip(range(first, last + 1), reversed(held), strict=True):
            for column, value in zip(columns, values, strict=True):
                sheet.cell(row, column).value = value
        found = returned(filled)
        if keeps_marks:
            assert found.rows == ()
            labels = {GRID.activities[f"m1.a{rank:02}"].label for rank in range(3, 7)}
            assert {one.value for one in found.unread} == {*labels, "2", "Pourquoi ?"}
            assert all("repère" in one.reason for one in found.unread)
        else:
            said = {caf("m1.a03", "famille", Rating.MOSTLY), caf("m1.a04", None, None, "Pourquoi ?")}
            assert (set(found.rows), found.unread) == (said, ())


def test_a_row_copied_or_of_another_file_and_a_point_away_from_its_mark_are_named_and_say_nothing() -> None:
    filled, other = filler(), Filler(opened(reply_workbook.render(full_content())))
    filled.remark("1.3", "Pourquoi ?")
    sheet, row, mark = filled.grid, filled.row("1.3"), filled.column("Repère")
    for column in range(1, sheet.max_column + 1):
        sheet.cell(sheet.max_row + (column == 1), column).value = sheet.cell(row, column).value
    foreign = filled.remark("1.4", "Activité")  # words that stand elsewhere in the file
    sheet.cell(filled.row("1.4"), mark).value = other.grid.cell(other.row("1.4"), mark).value
    filled.agree("1.10 Famille", 2, "On monte à 2.")
    points = filled.meeting
    assert points is not None
    rows = [
        next(cell.row for cell in points["A"] if str(cell.value).startswith(text))
        for text in ("1.10 Famille", "1.4 Social")
    ]
    for column in range(1, 6):
        one, two = (points.cell(number, column) for number in rows)
        one.value, two.value = two.value, one.value
    found = returned(filled)
    assert found.rows == (caf("m1.a03", None, None, "Pourquoi ?"),)
    assert [one.value for one in found.unread].count("Pourquoi ?") == 1
    assert {foreign, f"Entretien!E{rows[1]}"} <= set(places(found))


def test_a_note_on_a_row_without_its_mark_is_named_and_a_grid_without_its_marks_is_no_blank_answer() -> None:
    filled = filler()
    named = [filled.note("1.3", "famille", 1), filled.note("1.4", "social", 0)]
    for line in ("1.3", "1.4"):
        filled.put(line, "Repère", None)
    assert set(named) <= set(places(returned(filled)))
    for column in ("Repère", "Activité"):
        filled = filler()
        filled.note("1.3", "famille", 1)
        filled.grid.delete_cols(filled.column(column))
        found = returned(filled)
        assert not found.rows, column
        assert found.unread, column
    filled = filler()
    filled.note("1.3", "famille", 1)
    del filled.book["Grille"]
    assert places(returned(filled)) == ["Grille"]


def test_a_row_with_another_label_than_that_of_its_mark_is_named_and_not_read() -> None:
    for label in ("Évalue par les impacts", GRID.activities["m1.a06"].label, None):
        filled = filler()
        filled.put("1.3", "Activité", label)
        filled.remark("1.3", "Pourquoi ?")
        found = returned(filled)
        assert found.rows == ()
        assert "Pourquoi ?" in {one.value for one in found.unread}


def test_what_is_written_elsewhere_is_named_wherever_it_stands() -> None:
    filled = filler()
    sheet = filled.grid
    sheet.cell(filled.row("1.3"), 16).value = "Une colonne de plus"
    sheet.cell(filled.row("1.4"), 16).value = 3
    sheet.cell(sheet.max_row + 2, 2).value = "Sous le tableau"
    filled.book["Entretien"]["K40"].value = "À côté"
    filled.book.create_sheet("Mes notes")["B2"].value = "Sur une feuille"
    sheet.cell(filled.row("1.5"), 2).comment = Comment("Une bulle", "CCD")
    found = returned(filled)
    assert found.rows == ()
    assert {one.value for one in found.unread} == {
        *("Une colonne de plus", "3", "Sous le tableau", "À côté", "Sur une feuille", "Une bulle")
    }


def test_what_stands_under_an_altered_heading_is_named_note_by_note_and_the_rest_is_read() -> None:
    filled = filler()
    addresses = [filled.note("1.3", "famille", 1), filled.note("1.4", "famille", "NC")]
    filled.note("1.5", "social", 0)
    under = (
        cell
        for row in filled.grid.iter_rows()
        for cell in row
        if str(cell.value).split() == ["Note", "Famille"]
    )
    heading = next(under)
    heading.value = "Note Caf Famille"
    found = returned(filled)
    assert found.rows == (caf("m1.a05", "social", Rating.NO),)
    assert {*places(found)} == {*addresses, f"Grille!{heading.coordinate}"}


# What was sent is compared.


def test_notes_comments_indicators_and_texts_that_were_typed_over_are_named_and_not_taken() -> None:
    filled = filler()
    number = CONTENT.assessment.numbers["m1.i02"]
    now = filled.type_over("1.1", "famille", 3)
    filled.put("1.2", "Commentaire", "Un autre commentaire.")
    filled.put("1.i2", "Famille", number + 1)
    filled.put("1.4", "Ce qui s’est dit", "J’écris ici.")
    filled.remark("1.1", "Je corrige la note.")
    found = returned(filled)
    elsewhere = "Ce texte n’est pas dans une cellule bleue : il n’est pas repris."
    assert {
        (one.reason.partition(" : ce qui est changé ici n’est pas repris.")[0], one.value)
        for one in found.unread
    } == {
        (f"1.1 Famille, « {ANSWERS[Cell('m1.a01', 'famille')]} » à l’envoi", str(now)),
        (elsewhere, "Un autre commentaire."),
        (f"Indicateur\xa01.2 nombre, « {number} » à l’envoi", str(number + 1)),
        (elsewhere, "J’écris ici."),
    }
    assert [said.words for said in found.rows] == ["Je corrige la note."]
    filled = filler()
    filled.remark("1.1", "Pourquoi ?")
    over = [
        filled.put("1.2", "Commentaire", 12),
        filled.put("1.4", "Ce qui s’est dit", "15"),
        filled.put("1.i1", "Activité", GRID.activities["m1.a06"].label),
        filled.put("1.i2", "Activité", 3),
        filled.note("1.3", "famille", 2),
    ]
    sheet = filled.grid
    sheet.cell(sheet.max_row + 2, 2).value = 3
    (heading,) = (one for row in sheet for one in row if str(one.value).split() == ["Note", "Famille"])
    heading.value = "Famille"
    found = returned(filled)
    assert sorted(places(found)) == sorted([*over, f"Grille!B{sheet.max_row}"])
    assert [said.words for said in found.rows] == ["Pourquoi ?"]


# The same workbook read for its answers.


def of_an_unknown_grid(content: bytes) -> SentFile:
    raise InvalidDocument("grille-inconnue", "Sa grille est introuvable sur ce poste.")


def test_a_report_is_no_workbook_to_take_and_the_answer_to_one_of_a_grid_unknown_here_is_refused(
    tmp_path: Path,
) -> None:
    (tmp_path / "rapport.xlsx").write_bytes(REPORT)
    with pytest.raises(InvalidDocument) as refused:
        read(tmp_path / "rapport.xlsx", Catalogue())
    assert refused.value.code == "tableur-rapport"
    with pytest.raises(InvalidDocument) as unknown:
        read_returned(REPORT, "retour.xlsx", of_an_unknown_grid)
    assert unknown.value.code == "grille-inconnue"


def test_an_action_whose_words_look_like_a_note_is_the_person_s_own_and_another_in_its_place_is_named() -> (
    None
):
    action = Action("2", "0", None)
    content = replace(CONTENT, assessment=CONTENT.assessment._replace(actions={"m1.a03": action}))
    filled = Filler(opened(reply_workbook.render(content)))
    assert (returned(filled, content).rows, returned(filled, content).unread) == ((), ())
    sheet = filled.book["Entretien"]
    (row,) = (cell.row for cell in sheet["B"] if cell.value == "2")
    sheet.cell(row, 2).value = "Une autre action"
    assert [one.value for one in returned(filled, content).unread] == ["Une autre action"]


@given(contents())
@settings(max_examples=tries(8), deadline=None)
def test_whatever_the_report_given_back_as_it_was_it_says_nothing(content: ReportContent) -> None:
    found = read_returned(reply_workbook.render(content), "retour", sent_in(content))
    assert found is not None
    assert (found.rows, found.unread) == ((), ())


def test_data_that_are_gone_or_changed_are_refused_whole() -> None:
    for column, value in ((1, "pas un fichier"), (2, "rien"), (0, None)):
        filled = filler()
        if column:
            filled.book["Données"].cell(2, column).value = value
        else:
            del filled.book["Données"]
        with pytest.raises(InvalidDocument) as refused:
            returned(filled)
        assert refused.value.code == "classeur-donnees-modifiees", value
    read_file = sent_in(CONTENT)
    assert (
        read_returned(reply_workbook.render(full_content(sending=None)), "brouillon.xlsx", read_file) is None
    )
    assert read_returned(KNOWN.read_bytes(), "grille.xlsx", read_file) is None
