"""Three rounds between a person and an adviser who only has the workbook: nothing that was said is lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from ctg_tui.domain.assessment import PreparationTopic
from ctg_tui.domain.review import Decision
from tests.cli.program import Program
from tests.databases import DATABASE_NAME, read_again
from tests.received import an_assessment, submission
from tests.returned import Filler, opened, saved
from tests.text_mode.talker import conversation

MEETING = "Entretien"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with one's own assessment, a draft that can be changed, without a meeting yet."""
    made = an_assessment()
    texts: dict[PreparationTopic, str] = {**made.preparation}
    del texts[PreparationTopic.MEETING]
    sent = tmp_path / "depart.json"
    sent.write_bytes(submission(made._replace(preparation=texts)))
    conversation(tmp_path, "ouvrir", str(sent), "oui")
    return tmp_path


def workbook_sent(folder: Path, name: str, *options: str) -> bytes:
    """Return the workbook of what the person sends."""
    database = folder / DATABASE_NAME
    (folder / name).mkdir()
    made = Program(folder).run("dossier", 1, "--sortie", folder / name, "--base", database, *options)
    assert made.code == 0, made.said
    (path,) = (folder / name).glob("**/*_rapport.xlsx")
    return path.read_bytes()


def entered(book: Workbook) -> Mapping[str, Any]:
    """Return what the blue cells hold, by sheet, line and column; questions in order, with their lines."""
    blue: dict[str, Any] = {}
    asked: list[Any] = []
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.protection.locked or cell.value is None:
                    continue
                if sheet.title == MEETING and cell.column > 1 and not sheet[f"A{cell.row}"].protection.locked:
                    asked[-1] = (asked[-1], cell.value)
                elif sheet.title == MEETING and cell.column == 1:
                    asked.append(cell.value)
                else:
                    blue[f"{sheet.title} {str(row[0].value)[:4].strip()} {cell.column_letter}"] = cell.value
    return {**blue, "questions": asked}


def beside(book: Workbook, line: str) -> str:
    """Return what stands under « Réponses » of a line."""
    filler = Filler(book)
    sheet, _ = filler.row(line)
    shown = str(sheet[filler.place(line, "Réponses")].value or "")
    return shown.replace("\N{NO-BREAK SPACE}", " ")


def come_back(folder: Path, book: Workbook, name: str) -> dict[str, Any]:
    """Receive the workbook as the adviser saved it; return what became of it."""
    path = saved(book, folder / name)
    answer = Program(folder).run("importer", path, "--json", "--base", folder / DATABASE_NAME)
    assert answer.code == 0, answer.said
    facts: dict[str, Any]
    (facts,) = answer.json
    return facts


def answer_all(folder: Path, *words: str) -> str:
    """Answer every remark and question in turn by `words`, then by a sentence; return what was said."""
    said = conversation(folder, "", "avis", *words, *(["écrire", "Vu.", ".", ""] * 12))
    return said.text


def test_three_rounds_with_the_workbook_alone_lose_nothing(folder: Path) -> None:
    before = read_again(folder).answers
    first = Filler(opened(workbook_sent(folder, "un")))
    for line, policy, note in (("1.1", "famille", 2), ("1.2", "social", "NC"), ("1.4", "education", 0)):
        first.put(line, f"Note du CCD/{policy}", note)
    first.put("1.1", "Remarque du CCD", "À revoir.\nEnsemble : =1+1")
    first.put("1.9", "À l’ordre du jour", "oui")
    questions = [("Qui suit ?", "1.10"), "Quand ?", "Et l’an prochain ?", "Avec qui ?"]
    for number, question in enumerate(questions, 1):
        first.ask(number, *([question] if isinstance(question, str) else question))
    assert come_back(folder, first.book, "retour-1.xlsx")["non_lu"] == []

    answer_all(folder, "", "gardée", "")
    second = opened(workbook_sent(folder, "deux"))
    assert entered(second) == entered(first.book), "every blue cell comes back, and nothing else"
    assert "Famille : gardée" in beside(second, "1.1")
    assert "« Vu. »" in beside(second, "1.4")
    said = "\n".join(str(cell.value) for row in second[MEETING].iter_rows() for cell in row)
    assert said.count("« Vu. »".replace(" ", "\N{NO-BREAK SPACE}")) >= len(questions)
    assert come_back(folder, second, "intact.xlsx")["nature"] != "avis", "as it was sent, it is no review"

    filler = Filler(second)
    filler.put("1.1", "Note convenue/famille", 1)
    filler.put("1.4", "Note du CCD/education", 1)
    filler.beside("Date de l’entretien", date(2027, 2, 11))
    filler.ask(5, "Une dernière ?")
    agreed = entered(second)
    assert come_back(folder, second, "retour-2.xlsx")["code"] == "avis-pris"
    answer_all(folder, "", "convenue", "non", "")
    third = opened(workbook_sent(folder, "trois", "--definitif"))
    assert entered(third) == {**agreed, f"{MEETING} Date B": datetime(2027, 2, 11)}  # noqa: DTZ001
    assert "Famille : convenue" in beside(third, "1.1")
    assert read_again(folder).answers == before, "the self-notes are the person's"
    assert {row.decision for row in read_again(folder).follow_ups} >= {Decision.AGREED}


def test_two_advisers_stand_each_under_their_name_and_only_the_addressee_s_words_come_back(
    folder: Path,
) -> None:
    report = workbook_sent(folder, "un")
    for rank, name in enumerate(("", "Autre Nom"), 1):
        filler = Filler(opened(report))
        filler.put("1.1", "Note du CCD/famille", rank)
        filler.put("1.1", "Remarque du CCD", f"Remarque {rank}")
        filler.ask(1, f"Question {rank} ?")
        if name:
            filler.beside("Votre nom", name)
            filler.beside("Votre courriel", "autre@exemple.fr")
        assert come_back(folder, filler.book, f"retour-{rank}.xlsx")["code"] == "avis-pris"
    second = opened(workbook_sent(folder, "deux"))
    own = [value for key, value in entered(second).items() if key.startswith("Mission 1")]
    assert sorted(map(str, own)) == ["1", "Remarque 1"]
    assert entered(second)["questions"] == ["Question 1 ?"]
    assert "Autre Nom : « Remarque 2 »" in beside(second, "1.1")
    assert "Autre Nom : Famille · note 2" in beside(second, "1.1")
    meeting = "\n".join(str(row[0].value) for row in second[MEETING].iter_rows())
    assert "Question 2 ?" in meeting


def test_another_than_the_addressee_is_one_adviser_through_the_rounds(folder: Path) -> None:
    first = Filler(opened(workbook_sent(folder, "un")))
    first.put("1.1", "Remarque du CCD", "À revoir.")
    first.beside("Votre nom", "Autre Nom")
    first.beside("Votre courriel", "autre@exemple.fr")
    come_back(folder, first.book, "retour-1.xlsx")
    second = Filler(opened(workbook_sent(folder, "deux")))
    assert second.book["Mission 1"][second.place("1.1", "Remarque du CCD")].value == "À revoir."
    second.put("1.2", "Remarque du CCD", "Et ceci ?")
    come_back(folder, second.book, "retour-2.xlsx")
    said = " ".join(conversation(folder, "", "avis").text.split())
    assert "Avis reçu de Autre Nom : 2 remarques" in said.replace("\N{NO-BREAK SPACE}", " ")
    assert "La Caf a répondu : 2 points" in said.replace("\N{NO-BREAK SPACE}", " ")
