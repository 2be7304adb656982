"""Our report, filled by an adviser in a spreadsheet program, comes back as the review it holds."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from ctg_tui.domain.assessment import Status
from ctg_tui.services.review.answering import review_to_answer
from ctg_tui.services.workspace import open_workspace
from ctg_tui.wording.review import received_of
from tests.cli.program import Program
from tests.databases import rows
from tests.received import a_draft, an_assessment, review_of_file, submission
from tests.returned import AS_PARTS, Filler, fill_review, opened, report_of, returned, saved

KEPT = "SELECT content FROM document WHERE kind = 'avis'"


def kept(program: Program) -> list[dict[str, Any]]:
    """Return the reviews of the database, without what belongs to one export."""
    documents = [
        json.loads(content)  # type: ignore[arg-type]  # the column is a blob
        for (content,) in rows(program.database, KEPT)
    ]
    for document in documents:
        assert document.pop("document")["etat"] == "definitif"
    return documents


@pytest.fixture
def received(program: Program, tmp_path: Path) -> tuple[Program, bytes, dict[str, Any]]:
    """Return a database that has a submission, the workbook of its report, and the review to write in it."""
    path, report = report_of(tmp_path)
    assert program.run("importer", path).code == 0
    review = json.loads(review_of_file(path.read_bytes(), AS_PARTS))
    del review["document"]
    return program, report, review


def test_a_report_filled_by_the_adviser_is_the_review_that_a_file_says(
    received: tuple[Program, bytes, dict[str, Any]], tmp_path: Path
) -> None:
    program, report, review = received
    path = returned(report, tmp_path / "retour.xlsx")
    before = path.read_bytes()
    answer = program.run("importer", path, "--json")
    (facts,) = answer.json
    assert (answer.code, facts["nature"], facts["etat"], facts["code"]) == (0, "avis", "pris", "avis-pris")
    assert facts["notes_changees"] == facts["commentaires_changes"] == facts["non_lu"] == []
    assert kept(program) == [review]
    assert path.read_bytes() == before


def test_what_cannot_be_read_is_named_with_its_address_and_the_rest_is_taken(
    received: tuple[Program, bytes, dict[str, Any]], tmp_path: Path
) -> None:
    program, report, review = received
    book = opened(report)
    filler = Filler(book)
    fill_review(filler)
    unread = [
        filler.put("1.4", "Note du CCD/famille", 1.5),
        filler.put("1.4", "Note convenue/social", "2-3"),
        filler.put("1.4", "À l’ordre du jour", "peut-être"),
        filler.put("1.5", "Note du CCD/famille", "=B7"),
    ]
    filler.ask(5, "Et ceci ?", "9.9")
    filler.beside("Date de l’entretien", "11/02/2027 à 10 h")
    sheet, _ = filler.row("1.1")
    sheet[f"I{sheet.max_row + 2}"].value = "Une remarque sous le tableau"
    beside = sheet.cell(filler.row("1.6")[1], sheet.max_column + 2)
    beside.value = "Un mot à côté"
    review["questions"].append({"id": "q3", "texte": "Et ceci ?"})
    answer = program.run("importer", saved(book, tmp_path / "retour.xlsx"))
    assert answer.code == 0
    said = answer.out.replace("\N{NO-BREAK SPACE}", " ")
    for address in (*unread, f"Mission 1!I{sheet.max_row}", f"Mission 1!{beside.coordinate}"):
        assert f"non lu       {address}" in said
    assert "« 9.9 » n’est pas une ligne" in said
    assert "Entretien!B5, « 11/02/2027 à 10 h » : Le jour est repris, pas l’heure." in said
    (document,) = kept(program)
    assert {**document, "integrite": None} == {**review, "integrite": None}


def test_notes_typed_over_the_self_notes_alone_are_named_with_where_they_belong(
    received: tuple[Program, bytes, dict[str, Any]], tmp_path: Path
) -> None:
    program, report, _ = received
    filler = Filler(opened(report))
    sent = filler.book["Mission 1"].cell(filler.row("1.2")[1], 2).value
    over = filler.type_over("1.2", "B", 3)
    answer = program.run("importer", saved(filler.book, tmp_path / "retour.xlsx"))
    said = answer.out.replace("\N{NO-BREAK SPACE}", " ")
    assert answer.code == 0
    assert f"(Mission 1!B{filler.row('1.2')[1]} : {sent} → {over}) : rien n’en est repris." in said
    assert "leur place est dans les cellules bleues" in said
    assert kept(program) == []


def test_notes_typed_over_ones_own_with_no_blue_cell_filled_are_offered_and_a_second_import_is_one(
    program: Program, tmp_path: Path
) -> None:
    path, report = report_of(tmp_path)
    assert program.run("importer", path, "--nouvelle").code == 0
    filler = Filler(opened(report))
    over = filler.type_over("1.2", "B", 3)
    first = saved(filler.book, tmp_path / "retour.xlsx")
    second_note = filler.type_over("1.3", "B", 3)
    second = saved(filler.book, tmp_path / "encore.xlsx")
    before = program.run("synthese", "--json").json
    said = []
    for book in (first, first, second, second):
        answer = program.run("importer", book, "--json")
        (facts,) = answer.json
        said.append((answer.code, facts["etat"], facts["code"], facts["id"]))
        assert "propose" in facts["message"], facts["message"]
        assert "cellules bleues" not in facts["message"]
    assert said == [(0, "pris", "avis-pris", 1), (0, "deja", "avis-deja", 1)] * 2
    (document,) = kept(program)
    assert (document["lignes"], document["questions"]) == ([], [])
    ((notes,),) = rows(program.database, "SELECT facts ->> '$.typed_over' FROM document WHERE kind = 'avis'")
    assert json.loads(str(notes)) == {"m1.a02/famille": str(over), "m1.a03/famille": str(second_note)}
    assert program.run("synthese", "--json").json == before | {"a_regarder": 2}


def test_notes_typed_over_alone_hide_no_remark_that_came_before_them(
    program: Program, tmp_path: Path
) -> None:
    path, report = report_of(tmp_path)
    assert program.run("importer", path, "--nouvelle").code == 0
    filler = Filler(opened(report))
    filler.type_over("1.2", "B", 3)
    typed_over = saved(filler.book, tmp_path / "tape.xlsx")
    for book in (returned(report, tmp_path / "retour.xlsx"), typed_over):
        assert program.run("importer", book, "--json").json[0]["etat"] == "pris"
    workspace = open_workspace(program.database, None, write=False)
    grid, assessment = workspace.load(1)
    review = review_to_answer(workspace, grid, assessment)
    workspace.close()
    assert review is not None
    assert (sum(item.is_open for item in review.items), len(review.to_confirm)) == (6, 1)
    assert {received_of(one.review) for one in review.reviews} == {"Avis reçu de Prénom Nom"}


def saved_on(book: Path, day: str) -> Path:
    """Let a workbook say that it was last saved that day."""
    with ZipFile(book) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    core = re.sub(rb"(created[^>]*>)[^<]+", rb"\g<1>2025-01-01T00:00:00Z", parts["docProps/core.xml"])
    dated = rb"\g<1>" + f"{day}T10:00:00Z".encode()
    parts["docProps/core.xml"] = re.sub(rb"(modified[^>]*>)[^<]+", dated, core)
    with ZipFile(book, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return book


def test_of_two_workbooks_of_one_file_the_one_saved_last_stands_whichever_came_first(
    program: Program, tmp_path: Path
) -> None:
    path, report = report_of(tmp_path)
    assert program.run("importer", path, "--nouvelle").code == 0
    for note, day in ((0, "2025-02-02"), (1, "2025-02-01")):
        filler = Filler(opened(report))
        filler.put("1.1", "Note du CCD/famille", note)
        book = saved_on(saved(filler.book, tmp_path / f"{day}.xlsx"), day)
        assert program.run("importer", book, "--json").json[0]["etat"] == "pris"
    suites = program.run("synthese", 1, "--json").json["suites"]
    assert {(row["note_conseiller"], row.get("depassee", False)) for row in suites} == {(0, False), (1, True)}


def test_a_report_in_which_only_a_comment_was_changed_holds_no_review(
    program: Program, tmp_path: Path
) -> None:
    path, report = report_of(tmp_path)
    assert program.run("importer", path, "--nouvelle").code == 0
    filler = Filler(opened(report))
    sheet, row = filler.row("1.2")
    sheet[f"E{row}"].value = "Un autre commentaire"
    (facts,) = program.run("importer", saved(filler.book, tmp_path / "retour.xlsx"), "--json").json
    assert (facts["etat"], facts["code"]) == ("lu", "avis-vide")
    assert kept(program) == []


@pytest.mark.parametrize(
    "lost", ["the sheet", "its headings", "grille", "soumission", "evaluation", "version"]
)
def test_a_filled_report_without_its_data_is_refused_for_that_reason(
    received: tuple[Program, bytes, dict[str, Any]], tmp_path: Path, lost: str
) -> None:
    program, report, _ = received
    book = opened(report)
    fill_review(Filler(book))
    if lost == "the sheet":
        del book["Données"]
    else:
        sheet = book["Données"]
        (row,) = [cell.row for cell in sheet["A"] if cell.value == lost] or [1]
        sheet.delete_rows(row)
    answer = program.run("importer", saved(book, tmp_path / "retour.xlsx"), "--json")
    (facts,) = answer.json
    assert (answer.code, facts["nature"], facts["etat"]) == (3, "avis", "refuse")
    assert facts["code"] == "avis-donnees-modifiees"
    assert (
        "« Données »" in facts["message"].replace("\N{NO-BREAK SPACE}", " ")
        or "Données!D1" in facts["message"]
    )
    assert kept(program) == []


def test_notes_taken_from_a_colleague_s_returned_report_leave_its_review_which_is_said_with_how_to_take_it(
    program: Program, tmp_path: Path
) -> None:
    mine = tmp_path / "mien.json"
    mine.write_bytes(submission(a_draft(), status=Status.DRAFT))
    assert program.run("importer", mine, "--nouvelle").code == 0
    theirs, report = report_of(tmp_path, an_assessment(1))
    book = opened(report)
    filler = Filler(book)
    fill_review(filler)
    unread = filler.put("1.4", "Note du CCD/famille", 1.5)
    filler.type_over("1.2", "B", 0)
    path = saved(book, tmp_path / "retour.xlsx")
    printed = program.run("importer", path, "--dans", 1).out.replace("\N{NO-BREAK SPACE}", " ")
    assert "L’avis de Prénom Nom qu’il contient n’est pas repris (5 remarques, 2 questions" in printed
    assert "importez d’abord son fichier pour la Caf, puis ce classeur, sans autre option." in printed
    assert f"  non lu       {unread}" in printed
    assert "  changée      Mission 1!B" in printed
    (facts,) = program.run("importer", path, "--dans", 1, "--json").json
    assert [one["adresse"] for one in facts["non_lu"]] == [unread]
    (sent,) = (
        one["note"] for one in facts["lu"] if (one["activite"], one["politique"]) == ("m1.a02", "famille")
    )
    assert sent == facts["notes_changees"][0]["envoyee"]

    assert program.run("importer", theirs).code == 0
    printed = program.run("importer", path, "--dans", 1).out.replace("\N{NO-BREAK SPACE}", " ")
    assert f"« importer {path.name} », sans autre option" in printed
    (facts,) = program.run("importer", path, "--json").json
    assert (facts["etat"], facts["remarques"], facts["questions"]) == ("pris", 5, 2)


def test_a_colleague_who_types_a_name_over_that_of_the_addressee_is_another_adviser(
    program: Program, tmp_path: Path
) -> None:
    path, report = report_of(tmp_path)
    assert program.run("importer", path, "--nouvelle").code == 0
    for name in ("Prénom Nom", "Prénom Autre"):
        filler = Filler(opened(report))
        filler.beside("Votre nom", name)
        filler.put("1.1", "Note du CCD/famille", len(name) % 4)
        assert program.run("importer", saved(filler.book, tmp_path / f"{name}.xlsx")).code == 0
    said = program.run("synthese", 1, "--json").json["suites"]
    assert {(row["auteur"], row.get("depassee")) for row in said} == {
        ("Prénom Nom", None),
        ("Prénom Autre", None),
    }
