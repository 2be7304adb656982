"""Three rounds between two databases and LibreOffice, by commands and files: nothing said is lost."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from ctg_tui.domain.assessment import Rating, Status
from tests.cli.program import At
from tests.cli.test_review_rounds import is_waiting
from tests.received import an_assessment, submission
from tests.report.test_xlsx_office import convert, needs_office, without_values
from tests.report.test_xlsx_returned_office import in_office, write
from tests.report.workbooks import formulas, read_workbook
from tests.returned import Filler, opened
from tests.text_mode.talker import conversation

pytestmark = [pytest.mark.night, needs_office]

ONE: Final = "Prénom Un"
TWO: Final = "Prénom Deux"
_FILTERS: Final = {".xlsx": "Calc MS Excel 2007 XML", ".ods": "calc8"}


class InOffice(Filler):
    """What an adviser types in the blue cells, as lines of Basic."""

    def __init__(self, report: bytes) -> None:
        super().__init__(opened(report))
        self.typed: list[str] = []

    def put(self, line: str, heading: str, value: Any) -> str:
        sheet, _ = self.row(line)
        return self._type(sheet.title, self.place(line, heading), value)

    def beside(self, title: str, value: Any) -> None:
        self._type("Entretien", f"B{self._row(title)}", value)

    def ask(self, number: int, text: str, line: str | float | None = None) -> None:
        row = self._row("Question") + number
        self._type("Entretien", f"A{row}", text)
        if line is not None:
            self._type("Entretien", f"B{row}", line)

    def _row(self, title: str) -> int:
        (row,) = [cell.row for cell in self.book["Entretien"]["A"] if cell.value == title]
        return int(row)

    def _type(self, sheet: str, place: str, value: Any) -> str:
        self.typed.append(write(sheet, place, value))
        return f"{sheet}!{place}"


@dataclass
class Exchange:
    """A person and advisers who have LibreOffice alone. `said` are the words of all, so far."""

    person: At
    adviser: At
    folder: Path
    said: list[str] = field(default_factory=list)
    rounds: int = 0

    def sends(self, waiting: int, *options: str) -> bytes:
        """Send all there is, check that nothing said is missing from any of it; return the workbook."""
        self.rounds += 1
        folder = self.folder / f"envoi-{self.rounds}"
        folder.mkdir()
        assert self.person.run("dossier", 1, "--sortie", folder, *options).code == 0
        (file,) = folder.rglob("CTG_*.json")
        (book,), (page,) = (list(folder.rglob(f"*_rapport.{end}")) for end in ("xlsx", "html"))
        report = book.read_bytes()
        assert self.adviser.run("importer", file).code == 0
        (computed,) = convert(folder, [without_values(report)])
        ours, theirs = (read_workbook(one, values=True) for one in (report, computed))
        for sheet, place in formulas(read_workbook(report)):
            assert (theirs[sheet][place].value or "") == (ours[sheet][place].value or ""), (sheet, place)
        in_cells = " ".join(str(cell.value) for row in theirs["Entretien"] for cell in row if cell.value)
        rows = json.loads(file.read_bytes()).get("suites", [])
        texts = {
            "json": " ".join(str(value) for row in rows for value in row.values()),
            "html": html.unescape(re.sub("<[^>]+>", " ", page.read_text("utf-8"))),
            "workbook": in_cells,
            "of the file": self.adviser.run("synthese", file).out,
            "of one's own": self.person.run("synthese", 1).out,
        }
        for name, text in texts.items():
            plain = " ".join(text.split())
            assert [words for words in self.said if words not in plain] == [], name
        assert sum(map(is_waiting, rows)) == waiting
        return report

    def returns(self, office: InOffice, ending: str, *, taken_up: int = 0) -> None:
        """Let LibreOffice type and save the workbook, then take it."""
        folder = self.folder / f"retour-{len(list(self.folder.iterdir()))}"
        folder.mkdir()
        source, target = folder / "rapport.xlsx", folder / f"retour{ending}"
        source.write_bytes(self.sent)
        save = f'  Save(document, "{target.as_uri()}", "{_FILTERS[ending]}")'
        in_office(folder, source, "\n".join((*office.typed, save)))
        (facts,) = self.person.run("importer", target, "--json").json
        assert (facts["etat"], facts["non_lu"], facts["notes_changees"]) == ("pris", [], [])
        assert ("reprise" in facts["message"]) == bool(taken_up), facts["message"]

    sent: bytes = b""

    def answers(self, *typed: str) -> None:
        self.said += [text for text in typed if text.endswith("!")]
        conversation(self.person.home, "", "avis", *typed)


def _sentence(text: str) -> Sequence[str]:
    return ("écrire", text, ".", "")


def test_three_rounds_with_libreoffice_and_two_advisers_lose_nothing(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("chargee", "ccd", "courrier")]
    for folder in folders:
        folder.mkdir()
    exchange = Exchange(At(folders[0]), At(folders[1]), folders[2])
    first = tmp_path / "debut.json"
    whole = an_assessment(first=Rating.PARTLY)._replace(preparation={})
    first.write_bytes(submission(whole, status=Status.DRAFT))
    assert exchange.person.run("importer", first, "--nouvelle").code == 0

    exchange.sent = exchange.sends(0)
    one = InOffice(exchange.sent)
    one.beside("Votre nom", ONE)
    one.put("1.1", "Note du CCD/famille", 3)
    one.put("1.3", "Remarque du CCD", "Avec les élus ?")
    one.put("1.2", "À l’ordre du jour", "oui")
    one.ask(1, "Et en 2028 ?", "1.10")
    exchange.returns(one, ".xlsx")
    other = InOffice(exchange.sent)
    other.beside("Votre nom", TWO)
    other.put("1.1", "Note du CCD/famille", 0)
    other.put("1.4", "Remarque du CCD", "Très clair.")
    exchange.returns(other, ".ods")
    exchange.said += [ONE, TWO, "Avec les élus ?", "Et en 2028 ?", "Très clair."]
    exchange.sends(5)

    # 1.1 of the second adviser then of the first, 1.2, 1.3, 1.4, the question.
    exchange.answers("gardée", "", "retenue", "oui", "", "", *_sentence("Oui, au printemps !"))
    exchange.sent = exchange.sends(2)
    one = InOffice(exchange.sent)
    assert one.book["Entretien"].protection.sheet
    one.beside("Votre nom", ONE)
    one.put("1.1", "Note du CCD/famille", 3)
    one.put("1.3", "Remarque du CCD", "Avec les élus ?")
    one.put("1.5", "Note convenue/education", 1)
    one.ask(1, "Et en 2028 ?", "1.10")
    one.beside("Date de l’entretien", 46_429)  # 11 February 2027
    exchange.returns(one, ".ods", taken_up=2)
    exchange.sends(3)

    exchange.answers(*_sentence("Merci !"), "convenue", "", *_sentence("Au conseil de mars !"))
    final = exchange.sends(0, "--definitif")

    # A corrected version; the second adviser answers the final one when it is already open.
    exchange.sent = exchange.sends(0)
    one = InOffice(exchange.sent)
    one.beside("Votre nom", ONE)
    one.put("1.1", "Note du CCD/famille", 3)
    one.put("1.3", "Remarque du CCD", "Avec les élus ?")
    one.put("1.6", "Note du CCD/famille", 0)
    one.ask(1, "Et en 2029 ?")
    exchange.returns(one, ".xlsx", taken_up=1)
    exchange.said += ["Et en 2029 ?"]
    exchange.sends(2)
    exchange.sent = final
    other = InOffice(exchange.sent)
    other.beside("Votre nom", TWO)
    other.put("1.4", "Remarque du CCD", "Très clair.")
    other.put("1.7", "Remarque du CCD", "Et les familles ?")
    exchange.returns(other, ".ods", taken_up=1)
    exchange.said += ["Et les familles ?"]
    exchange.sends(3)
    exchange.answers("gardée", "", *_sentence("Avec elles !"), *_sentence("Aussi !"))
    exchange.sends(0, "--definitif")
    figures = exchange.person.run("synthese", 1, "--json").json
    rows = [(row["auteur"], row.get("activite"), row.get("depassee", False)) for row in figures["suites"]]
    assert (ONE, "m1.a05", True) in rows, "agreed on in the first final one"
    assert (TWO, "m1.a07", False) in rows
