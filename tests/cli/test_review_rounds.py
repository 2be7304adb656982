"""Three rounds between two databases, by commands and files: nothing said is lost, and the count is right."""

from __future__ import annotations

import html
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from ctg_tui.domain.assessment import Adviser, Rating, Status
from ctg_tui.wording.french import NBSP
from tests.cli.program import At
from tests.effort import some
from tests.received import an_assessment, review_of_file, submission
from tests.returned import Filler, opened, saved
from tests.text_mode.talker import conversation

ONE, TWO = "Prénom Un", "Prénom Deux"
NOTE, OTHER_NOTE = "note:m1.a01/famille", "note:m1.a04/famille"
REMARK, AGENDA, ASKED = "commentaire:m1.a02", "ordre-du-jour:m1.a03", "question:/0001"


@dataclass
class Exchange:
    """A person, the adviser, and the files between them. `said` are all the words of both, so far.

    `number` is that of the person's assessment.
    """

    person: At
    adviser: At
    mail: Path
    said: list[str] = field(default_factory=list)
    number: int = 1

    def sends(self, *options: str) -> Path:
        """Write the person's file, give it to the adviser, and check that nothing said is missing from it."""
        self.mail.mkdir(exist_ok=True)
        folder = self.mail / f"envoi-{len(list(self.mail.iterdir()))}"
        folder.mkdir()
        done = self.person.run("exporter", self.number, "--sortie", folder, "--json", *options)
        assert done.code == 0, done.said
        (path,) = folder.glob("*.json")
        assert self.adviser.run("importer", path).code == 0
        assert self.adviser.run("verifier", path).code == 0
        printed = " ".join(self.adviser.run("synthese", path).out.split())
        page = folder / "rapport.html"
        assert self.adviser.run("rapport", path, "--sortie", page).code == 0
        report = " ".join(html.unescape(page.read_text("utf-8")).split())
        for words in self.said:
            assert words in report, words
            assert words in json.dumps(json.loads(path.read_bytes())["suites"], ensure_ascii=False), words
            assert words in printed, words
        return path

    def reviews(self, file: Path, author: str, parts: Mapping[str, str], days: int) -> str:
        """Let `author` answer `file`; return what the person's program says on receiving it."""
        e_mail = author.casefold().replace(" ", ".").replace("é", "e")
        parts = {**parts, "auteur:": author, "courriel:": f"{e_mail}@caf.example"}
        self.said += [author, *(text for key, text in parts.items() if key in {REMARK, ASKED})]
        path = self.mail / f"avis-{days}.json"
        path.write_bytes(review_of_file(file.read_bytes(), parts, days=days))
        (facts,) = self.person.run("importer", path, "--json").json
        return str(facts["message"]).replace(NBSP, " ")

    def answers(self, *typed: str) -> str:
        """Answer on « avis » in the text mode, one word or sentence after the other; return what it says."""
        self.said += [text for text in typed if text.endswith("!")]
        return " ".join(conversation(self.person.home, f"{self.number}", "avis", *typed).text.split())

    def open_remarks(self) -> tuple[int, int]:
        """Return how many remarks wait, as the person's file says and as the adviser's workbook counts."""
        rows = self.person.run("synthese", self.number, "--json").json["suites"]
        waiting = sum(is_waiting(row) for row in rows)
        return waiting, len(rows)


def is_waiting(row: Mapping[str, Any]) -> bool:
    """Return whether a row of `suites` waits for an answer, by docs/formats.md alone."""
    notes = {row.get(name) for name in ("note_conseiller", "note_convenue")}
    is_said = row.keys() & {"remarque", "question"} or notes - {None, row.get("note_initiale")}
    return bool(is_said) and not row.keys() & {"depassee", "decision", "texte"}


@pytest.fixture
def exchange(tmp_path: Path) -> Exchange:
    folders = [tmp_path / name for name in ("chargee", "ccd")]
    for folder in folders:
        folder.mkdir()
    person, adviser = map(At, folders)
    first = tmp_path / "debut.json"
    assessment = an_assessment(first=Rating.PARTLY)._replace(preparation={})
    identity = assessment.identity._replace(adviser=Adviser())
    first.write_bytes(submission(assessment._replace(identity=identity), status=Status.DRAFT))
    assert person.run("importer", first, "--nouvelle").code == 0
    return Exchange(person, adviser, tmp_path / "courrier")


def test_three_rounds_lose_nothing_and_count_what_waits(exchange: Exchange) -> None:
    first = {
        NOTE: "3",
        REMARK: "Avec les élus ?",
        AGENDA: "1",
        ASKED: "Et en 2028 ?",
        "entretien:": "2027-02-11",
    }
    assert "3 remarques, 1 question" in exchange.reviews(exchange.sends(), ONE, first, 1)
    assert exchange.open_remarks() == (3, 4)
    said = exchange.answers("retenue", "oui", "", "écrire", "Oui !", ".", "", "", "écrire", "À voir !", ".")
    assert "Mettre 3 à la place de votre 1 ?" in said
    assert exchange.open_remarks() == (0, 4)
    second = exchange.sends()

    state = json.loads(second.read_bytes())
    assert state["preparation"]["rendez-vous"] == "11/02/2027"
    (noted,) = (row for row in state["suites"] if row.get("politique"))
    assert (noted["note_initiale"], noted["note_conseiller"], noted["decision"]) == (1, 3, "retenue")
    printed = " ".join(exchange.adviser.run("synthese", second).out.split())
    assert "1.1 Famille : auto-évaluation 1 · Prénom Un 3 · changée depuis : 1 → 3" in printed

    # Says the remark and the question again, drops the note, adds one.
    later = {OTHER_NOTE: "0", REMARK: "Avec les élus ?", ASKED: "Et en 2028 ?"}
    assert "2 réponses reprises." in exchange.reviews(second, ONE, later, 2)
    exchange.said.append("retenue")
    (facts,) = exchange.person.run("importer", second, "--json").json
    assert facts["etat"] == "deja", "the file sent before the review, whose answers were taken up since"
    assert exchange.open_remarks() == (1, 5)
    exchange.sends()
    exchange.answers("gardée", "écrire", "Non !", ".")
    assert exchange.open_remarks() == (0, 5)
    last = exchange.sends("--definitif")
    rows = json.loads(last.read_bytes())["suites"]
    past = [row for row in rows if row.get("depassee")]
    assert [(row["activite"], row.get("decision")) for row in past] == [
        ("m1.a01", "retenue"),
        ("m1.a03", None),
    ]
    assert exchange.person.run("exporter", 1, "--sortie", exchange.mail).code != 1


def test_two_advisers_stand_each_under_their_name_and_the_later_review_hides_nobody_s(
    exchange: Exchange,
) -> None:
    sent = exchange.sends()
    exchange.reviews(sent, ONE, {NOTE: "3", ASKED: "Et en 2028 ?"}, 1)
    exchange.reviews(sent, TWO, {NOTE: "0", REMARK: "Bien."}, 2)
    assert exchange.open_remarks() == (4, 4)
    exchange.sends()
    said = exchange.answers("gardée", "")
    assert f"Note de {ONE}" in said
    assert f"Note de {TWO}" in said
    again = exchange.sends()
    assert "1 réponse reprise." in exchange.reviews(again, TWO, {NOTE: "0"}, 3)
    waiting = [row for row in json.loads(exchange.sends().read_bytes())["suites"] if is_waiting(row)]
    assert [row["auteur"] for row in waiting] == [ONE, ONE]
    assert exchange.open_remarks() == (2, 4)
    hurried = review_of_file(again.read_bytes(), {NOTE: "0", REMARK: "Bien.", "auteur:": TWO}, days=4)
    (exchange.mail / "sans-courriel.json").write_bytes(hurried)
    assert exchange.person.run("importer", exchange.mail / "sans-courriel.json").code == 0
    assert exchange.open_remarks() == (3, 4), "the same adviser, who did not type their e-mail"
    last = exchange.sends("--definitif")
    namesake = {NOTE: "2", "auteur:": TWO, "courriel:": "autre@caf.example"}
    (exchange.mail / "homonyme.json").write_bytes(review_of_file(last.read_bytes(), namesake, days=5))
    assert exchange.person.run("importer", exchange.mail / "homonyme.json").code == 0
    rows = exchange.person.run("synthese", exchange.number, "--json").json["suites"]
    kept = [row for row in json.loads(last.read_bytes())["suites"] if row not in rows]
    assert kept == [], "what was sent stays, whoever answers since"


def test_a_file_taken_back_elsewhere_holds_and_sends_all_that_was_said(
    exchange: Exchange, tmp_path: Path
) -> None:
    exchange.reviews(exchange.sends(), ONE, {NOTE: "3", REMARK: "Avec les élus ?"}, 1)
    file = exchange.sends()
    (tmp_path / "ailleurs").mkdir()
    exchange.person = At(tmp_path / "ailleurs")
    assert exchange.person.run("importer", file, "--nouvelle").code == 0
    assert exchange.open_remarks() == (2, 2)
    exchange.answers("gardée", "écrire", "Vu !", ".")
    assert exchange.open_remarks() == (1, 2)
    exchange.sends()
    (facts,) = exchange.person.run("importer", tmp_path / "courrier" / "avis-1.json", "--json").json
    assert facts["etat"] == "pris"
    assert exchange.open_remarks() == (1, 2), "the review itself adds nothing that the file did not hold"


def test_what_an_adviser_sends_back_of_an_earlier_file_hides_nothing_said_of_the_later_one(
    exchange: Exchange,
) -> None:
    first = exchange.sends()
    exchange.reviews(first, ONE, {NOTE: "3", REMARK: "Avec les élus ?"}, 1)
    exchange.answers("gardée", "")
    second = exchange.sends()
    exchange.reviews(second, ONE, {NOTE: "3", REMARK: "Avec les élus ?", ASKED: "Et en 2028 ?"}, 2)
    assert exchange.open_remarks() == (2, 3)
    late = {NOTE: "3", REMARK: "Avec les élus ?", OTHER_NOTE: "0"}
    said = exchange.reviews(first, ONE, late, 3)
    assert "1 réponse reprise." in said
    assert "un fichier plus ancien que son avis précédent" in said
    assert "plus ancien" not in exchange.reviews(second, ONE, {}, 5), "it says nothing, and hides nothing"
    assert exchange.open_remarks() == (3, 4), "the remark said by both is there once"
    third = exchange.sends()
    exchange.reviews(third, ONE, late, 6)
    assert exchange.open_remarks() == (2, 4), "a review of a later file takes the place of both"


def test_what_was_read_decides_which_review_is_the_latest_in_every_order_of_arrival(tmp_path: Path) -> None:
    base = At(tmp_path)
    written: dict[str, list[Path]] = {ONE: [], TWO: []}
    books: list[Path] = []
    for number in (1, 2, 3):
        state = tmp_path / f"etat-{number}.json"
        state.write_bytes(submission(an_assessment(first=Rating(number)), status=Status.DRAFT))
        into = ("--dans", 1, "--remplacer") if number > 1 else ("--nouvelle",)
        assert base.run("importer", state, *into).code == 0
        (tmp_path / f"{number}").mkdir()
        assert base.run("exporter", 1, "--sortie", tmp_path / f"{number}").code == 0
        (file,) = (tmp_path / f"{number}").glob("*.json")
        for author, files in written.items():
            parts = {REMARK: f"{number}", "auteur:": author, "courriel:": f"{author[-2:]}@caf.example"}
            files.append(file.with_name(f"{author}.json"))
            files[-1].write_bytes(review_of_file(file.read_bytes(), parts, days=number))
        report = file.with_name("rapport.xlsx")
        assert base.run("rapport", file, "--sortie", report).code == 0
        filler = Filler(opened(report.read_bytes()))
        filler.put("1.2", "Remarque du CCD", f"classeur {number}")
        books.append(saved(filler.book, report))

    def said(*arrived: Path) -> list[tuple[str, bool]]:
        """Return each remark that came, and whether it waits for an answer."""
        trial = At(tmp_path / "essai")
        trial.home.mkdir(exist_ok=True)
        shutil.copy(base.database, trial.database)
        done = trial.run("importer", *arrived, "--json")
        assert {one["etat"] for one in done.json} == {"pris"}
        rows = trial.run("synthese", 1, "--json").json["suites"]
        return sorted((f"{row['auteur']} {row['remarque']}", is_waiting(row)) for row in rows)

    by_program = [(f"{author} {number}", number == 3) for author in (TWO, ONE) for number in (1, 2, 3)]
    orders = [*zip(permutations(range(3), 2), permutations(written[TWO]), strict=True)]
    for (first, last), other in some(orders, 2):
        one = written[ONE]
        middle = one[3 - first - last]
        arrived = (one[first], other[0], middle, other[1], other[2], one[last])
        assert said(*arrived) == sorted(by_program), [path.parent.name for path in arrived]
    for order in some(
        [*permutations(books)], 2
    ):  # none was in the file of another: nobody dropped any of them
        assert [waits for _, waits in said(*order)] == [True] * 3, [path.parent.name for path in order]
    by_both = tmp_path / "avis.json"
    by_both.write_bytes(review_of_file(file.read_bytes(), {ASKED: "Et en 2028 ?"}))
    for order in permutations((by_both, books[-1])):
        assert [waits for _, waits in said(*order)] == [True] * 2, "a workbook does not hide the program's"
