"""Three rounds of files between a town hall and two people of the Caf: nothing said is lost or misplaced.

What waits is counted by a script that knows only the docs (`tests.outside.by_the_docs`).
"""

from __future__ import annotations

import html
import json
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from tests.cli.program import Program
from tests.effort import some
from tests.outside.adviser import Workbook, plain, workbook_to_answer
from tests.outside.by_the_docs import Place, Row, place_of, points, row_id
from tests.outside.commands import answers, command, reported

ALIX, BO, TOWN = "Alix Durand", "Bo Bernard", "Claude Martin"
POLICIES: Final = {"Famille": "famille", "Éducation": "education", "Social": "social"}
REMARK: Final = "Votre remarque ou question"
WHOLE: Final = "Sur l’ensemble"
HOSTILE: Final = "Le comité ne s’est réuni qu’une fois : =1+1 & <b>"


NOTES: Final = ("2", "3", "1", "0", "nc", "2") * 7
"""One for each cell of the Caf’s grid: in odd lines the first three, in even ones the others."""


class Said(NamedTuple):
    """What somebody typed in a workbook or answered: the row to be found in the thread."""

    author: str
    place: Place
    note: Any = None
    words: str = ""


def line_of(label: str) -> str | None:
    """Return the id of the line numbered « 1.3 », of the indicator « 2 »."""
    if label == WHOLE:
        return None
    mission, _, rank = label.partition(".")
    return f"m{mission}.a{rank:0>2}" if rank else f"m1.i{label:0>2}"


@dataclass
class Town:
    """The town hall: a database, the files it sent, and what was said so far."""

    database: Path
    said: set[Said] = field(default_factory=set)
    answers: set[Said] = field(default_factory=set)
    files: list[Path] = field(default_factory=list)

    @property
    def thread(self) -> list[Row]:
        return list(reported(self.database, "synthese", 1)["fil"])

    def sends(self, number: int) -> Path:
        """Make the files of a sending; return the workbook among them."""
        folder = self.database.parent / f"envoi-{number}"
        folder.mkdir(exist_ok=True)
        done = command(self.database, "dossier", 1, "--sortie", folder)
        assert done.code == 0, done
        folder = next(folder.rglob(f"envoi-{number}"))
        self.files.append(next(folder.glob("*_envoi-*.json")))
        self._shows_all(folder)
        return workbook_to_answer(folder)

    def takes(self, file: Path, *said: Said) -> Mapping[str, Any]:
        """Take a file in which somebody said these things besides; return its outcome."""
        self.said |= set(said)
        self.files.append(file)
        (outcome,) = command(self.database, "importer", file, "--json").json
        return dict(outcome)

    def waits(self) -> int:
        """Return how many points wait, by a rule of our own: the program says that too.

        The thread is what was said, each under the name of who said it.
        """
        thread = self.thread
        waiting = points(thread, notes_in(self.database))
        owed = {row["cle"] for rows in waiting for row in rows}
        assert owed == {row["cle"] for row in thread if row["due"]}
        assert {row["cle"] for row in thread} == {row_id(row) for row in thread}
        heard = [
            Said(row["auteur"], place_of(row), row["note"], row["texte"]) for row in thread if row["caf"]
        ]
        for value in ("words", "note"):
            shown, meant = (
                {(one.author, one.place, getattr(one, value)) for one in rows} for rows in (heard, self.said)
            )
            blank = {one for one in shown | meant if one[2] in {None, ""}}
            assert shown - blank == meant - blank
        answered = {(row["auteur"], place_of(row), row["texte"]) for row in thread if not row["caf"]}
        meant = {(one.author, one.place, one.words) for one in self.answers}
        assert {one for one in answered if one[2]} <= meant
        return len(waiting)

    def _shows_all(self, folder: Path) -> None:
        """Check that whatever was said or answered stands in each file that leaves."""
        thread = self.thread
        words = {one.words for one in self.said | self.answers if one.words}
        assert words <= {row["texte"] for row in thread}
        (submission,) = folder.glob("*_envoi-*.json")
        sent = json.loads(submission.read_bytes()).get("fil", ())
        assert {row_id(row) for row in sent} == {row["cle"] for row in thread}
        (page,) = folder.glob("*_rapport.html")
        text = html.unescape(re.sub("<[^>]*>", "", page.read_text(encoding="utf-8")))
        for shown in (plain(text), Workbook(workbook_to_answer(folder)).texts):
            assert not [one for one in words if plain(one) not in shown]
        listed = re.search(r"à répondre.: (\d+).point", command(self.database, "synthese", 1).out)
        assert int(listed[1] if listed else 0) == self.waits()
        assert ("À répondre" in command(self.database, "liste").out) == bool(self.waits())

    def answers_by_form(self, place: Place, choice: str, words: str = "") -> None:
        """Answer what waits at a place by the command, under the key of what was said there."""
        key = next(row["cle"] for row in self.thread if row["due"] and place_of(row) == place)
        fields = [
            *([f"{key}.texte={words}"] if words else []),
            *([f"{key}.choix={choice}"] if choice else []),
        ]
        done = command(self.database, "remplir", 1, "reponse", *fields)
        assert done.code == 0, done
        self._remember(place, words)

    def answers_by_text(self, plan: Mapping[Place, tuple[str, str]], *answered: Place) -> None:
        """Answer what waits by the text mode, which reads it in its order: a choice and words for each.

        What has no answer in `plan` is passed; what is at `answered` waits no more.
        """
        waiting = sorted(points(self.thread, notes_in(self.database)), key=_in_grid_order)
        waiting = [group for group in waiting if place_of(group[0]) not in answered]
        typed, expected = list[str](), []
        for group in waiting:
            choice, words = plan.get(place_of(group[0]), ("", ""))
            typed += [choice, words]
            where = re.escape(_spoken(place_of(group[0])))
            expected.append(rf"Point \d+ sur \d+, (ligne )?{where}, à voir")
        said = answers(self.database, "", "répondre", *typed)
        assert re.search(".*".join(expected), said), (expected, said)
        for place, (_, words) in plan.items():
            self._remember(place, words)

    def _remember(self, place: Place, words: str) -> None:
        if words:
            self.answers.add(Said(TOWN, place, None, words))


def _in_grid_order(group: Sequence[Row]) -> tuple[object, ...]:
    line, policy = place_of(group[0])
    rank = -1 if policy is None else list(POLICIES.values()).index(policy)
    return line is None, ".i" in (line or ""), line or "", rank, group[0]["date"]


def _spoken(place: Place) -> str:
    line, policy = place
    if line is None:
        return WHOLE
    mission, rank = line[1], line[3:]
    number = f"Indicateur {int(rank[1:])}" if rank.startswith("i") else f"{mission}.{int(rank[1:])}"
    label = next((label for label, name in POLICIES.items() if name == policy), "")
    return f"{number} {label}".strip()


def notes_in(database: Path) -> dict[Place, Any]:
    """Return the notes that another program sees in the database."""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT key, value FROM value WHERE field = 'note' AND assessment_id = 1")
        places = ((*key.split("/"), note) for key, note in rows)
        return {(line, policy): note if note == "NC" else int(note) for line, policy, note in places}


def killed(database: Path, *arguments: object, after: float) -> None:
    """Start a command and kill it after so many seconds."""
    process = subprocess.Popen(
        [sys.executable, "-m", "ctg_tui", *map(str, arguments)],
        env=Program(database.parent, database.name).environment(),
        cwd=database.parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """Return a town hall whose assessment was made by forms and by questions, with its adviser named."""
    town = Town(tmp_path / "evaluations.db")
    first, last = TOWN.split()
    people = (f"personnes.1.prenom={first}", f"personnes.1.nom={last}", f"contact={ALIX}")
    for form in (("nouvelle", "territoire=Val de Charente", "annee=2027"), (1, "vous", *people)):
        done = command(town.database, "remplir", *form)
        assert done.code == 0, done
    answers(town.database, "", "grille", *NOTES, "", "12")
    assert len(notes_in(town.database)) == len(NOTES)
    return town


def filled(
    source: Path,
    to: Path,
    author: str,
    said: Iterable[tuple[str, str, Any]],
    change: Callable[[Workbook], object] = lambda _: None,
) -> tuple[Path, tuple[Said, ...]]:
    """Fill the blue cells of « Grille » as `author`, then `change` more; return the file, and what it says.

    A remark beside exactly one note is said of that note.
    """
    book, rows = Workbook(source), []
    by_line: dict[str, dict[str, Any]] = {}
    for start, heading, value in said:
        book.types(start, heading, value)
        by_line.setdefault(start, {})[heading] = value
    for start, cells in by_line.items():
        line, remark = line_of(start), cells.pop(REMARK, "")
        beside = remark if len(cells) == 1 else ""
        for heading, note in cells.items():
            policy = POLICIES[heading.removeprefix("Note ")]
            rows.append(Said(author, (line, policy), note, beside))
        if remark and not beside:
            rows.append(Said(author, (line, None), None, remark))
    change(book)
    return book.save(to), tuple(rows)


FIRST_ROUND: Final = (
    ("1.1", "Note Famille", 1),
    ("1.1", "Note Éducation", 2),
    ("1.1", REMARK, HOSTILE),
    ("1.2", REMARK, "Merci de préciser le calendrier."),
    ("1.3", "Note Éducation", 1),
    ("1.3", "Note Social", 1),
    ("1.4", REMARK, "Belle avancée, à partager."),
    ("1.10", "Note Social", 2),
    ("1.10", REMARK, "Pourquoi 2 ?"),
    ("2", REMARK, "Sur quelle année ?"),
    (WHOLE, REMARK, "Et les jeunes ?"),
)
"""Two of the notes are the person’s own: one owes nothing, the other has words beside it."""
SECOND_ROUND: Final = (
    ("1.2", REMARK, "Et la date du comité ?"),
    ("1.3", "Note Éducation", 1),
    ("1.7", REMARK, "Une page suffira."),
    ("1.7", "Note Social", 0),
)


def test_three_rounds_of_two_people_lose_nothing_and_misplace_nothing(town: Town) -> None:
    folder, own_notes = town.database.parent, notes_in(town.database)
    alone = Path(shutil.copy(town.database, folder / "seul.db"))

    # The first round. Two cells say something that is no note.
    odd: set[str] = set()

    def two_odd_cells(book: Workbook) -> None:
        odd.add(book.types("1.5", "Note Famille", "deux"))
        odd.add(book.types("1.5", "Note Éducation", "1,5"))

    sent = town.sends(1)
    alix_1, said = filled(sent, folder / "retour-1-alix.xlsx", ALIX, FIRST_ROUND, two_odd_cells)
    outcome = town.takes(alix_1, *said)
    assert (outcome["nature"], outcome["etat"], outcome["paroles"]) == ("classeur", "pris", len(said))
    assert {one["adresse"] for one in outcome["non_lu"]} == odd
    again = town.takes(alix_1)
    assert (again["etat"], again["paroles"]) == ("deja", 0)
    assert town.waits() == len(said) - 1
    assert notes_in(town.database) == own_notes, "what the Caf says changes no note"

    # Somebody else of the Caf goes on in the file of the first, under another name.
    own = (("1.6", REMARK, "Vu avec la commune ?"), ("1.5", "Note Social", 2))
    bo_1, of_bo = filled(
        alix_1, folder / "retour-1-bo.xlsx", BO, own, lambda book: book.types("Votre nom", "", BO)
    )
    town.takes(bo_1, *(one._replace(author=BO) for one in said), *of_bo)
    to_see = len(said) - 1 + len(own)
    assert town.waits() == to_see, "the same words under two names are one point"

    # One answers five.
    begun = (line_of("1.1"), None)
    town.answers_by_form(begun, "", "Deux fois : compte rendu joint.")
    town.answers_by_text(
        {
            (line_of("1.1"), "famille"): ("mettre 1", ""),
            (line_of("1.2"), None): ("", "Avant l’été."),
            (line_of("1.3"), "education"): ("garder 3", ""),
            (None, None): ("vu", ""),
        },
        begun,
    )
    own_notes = {**own_notes, (line_of("1.1"), "famille"): 1}
    assert notes_in(town.database) == own_notes

    # The second round: blue cells are blank, the same person speaks again at the same cells.
    agreed = Said(ALIX, (line_of("1.3"), "education"), 2, "On garde 2 cette année.")

    def meets(book: Workbook) -> None:
        book.types("1.3 Éducation", "Note convenue", 2, "Entretien")
        book.types("1.3 Éducation", "Convenu", agreed.words, "Entretien")

    sent = town.sends(2)
    assert town.waits() == to_see - 5
    alix_2, said = filled(sent, folder / "retour-2-alix.xlsx", ALIX, SECOND_ROUND, meets)
    for seconds in some((0.3, 0.1, 0.2, 0.4, 0.5)):
        killed(town.database, "importer", alix_2, after=seconds)
    town.takes(alix_2, *said, agreed)
    to_see = town.waits()
    assert to_see == 9, "what one goes on with is one point"
    for late in (alix_1, bo_1, alix_2):
        assert town.takes(late)["etat"] == "deja"
    assert town.waits() == to_see, "a late file reverses nothing"

    def nothing_that_reads(book: Workbook) -> None:
        book.types("Votre nom", "", BO)
        for rank in range(4, 14):
            book.types(f"1.{rank}", "Note Social", "à voir ensemble")
        del book.book["Entretien"]

    third = (("1.8", REMARK, "D’accord."),)
    bo_2, said = filled(sent, folder / "retour-2-bo.xlsx", BO, third, nothing_that_reads)
    assert len(town.takes(bo_2, *said)["non_lu"]) >= 10
    assert town.waits() == to_see + 1, "cells that cannot be read withdraw nothing"

    # Protected cells were typed over: each is named, none is taken.
    def typed_over(book: Workbook) -> None:
        book.types("1.8", "Famille", 3, over=True)
        book.types("2", "Famille", 99, over=True)

    last = (("1.9", REMARK, "Vu sur place."),)
    lifted, said = filled(sent, folder / "retour-2-leve.xlsx", ALIX, last, typed_over)
    reported_changes = str(town.takes(lifted, *said)["non_lu"])
    assert notes_in(town.database) == own_notes
    assert "1.8 Famille" in reported_changes
    assert "ndicateur\\xa02" in reported_changes

    # The third round, without a changed note: the same words about another file are said anew.
    town.answers_by_form((line_of("1.2"), None), "vu")
    sent = town.sends(3)
    to_see = town.waits()
    alix_3, said = filled(sent, folder / "retour-3-alix.xlsx", ALIX, SECOND_ROUND[:1])
    town.takes(alix_3, *said)
    assert town.waits() == to_see + 1, "what was settled is asked again"
    town.sends(4)

    # In any order, more than once, here and on a computer that has only the first file: the same thread.
    thread = {row["cle"] for row in town.thread}
    rest = town.files[1:]
    for seed in some(range(6), 6):
        for database in (town.database, alone):
            chance = random.Random(seed)
            files = [*chance.choices(rest, k=len(rest)), *chance.sample(rest, len(rest))]
            outcomes = reported(database, "importer", *files)
            assert {one["etat"] for one in outcomes} <= {"pris", "deja", "lu"}
            assert {row["cle"] for row in reported(database, "synthese", 1)["fil"]} == thread

    # A successor takes the last file as theirs, and goes on from there: the thread, the number.
    (folder / "suite").mkdir()
    after = Town(folder / "suite" / "evaluations.db", town.said, town.answers)
    (taken,) = reported(after.database, "importer", town.files[-1], "--nouvelle")
    assert taken["etat"] == "pris"
    assert {row["cle"] for row in after.thread} == thread
    (again,) = reported(after.database, "importer", alix_1)
    assert again["etat"] == "deja"
    after.answers_by_text({(line_of("1.4"), None): ("", "Avec plaisir.")})
    after.sends(5)


def written_twice(book: Workbook) -> None:
    """Copy a row over another one, and write something else in it."""
    sheet, source, to = book.book["Grille"], book.row("1.1"), book.row("1.6")
    remark = book.cell("1.1", REMARK).column
    for column, cell in enumerate(sheet[source], 1):
        sheet.cell(to, column).value = cell.value
    sheet.cell(to, remark).value = "Ailleurs."


CHANGES: Final[Mapping[str, Callable[[Workbook], object]]] = {
    "rows sorted": lambda book: book.sort("1.1", "1.6", "Repère"),
    "a row written twice": written_twice,
    "rows sorted in part": lambda book: book.sort("1.1", "1.6", REMARK),
    "a row deleted": lambda book: book.book["Grille"].delete_rows(book.row("1.2")),
    "a label reworded": lambda book: book.types("1.4", "Activité", "Une ligne reformulée", over=True),
}


def test_whatever_is_done_to_a_filled_workbook_no_word_moves_and_none_is_left_out_silently(
    town: Town,
) -> None:
    folder = town.database.parent
    sent = town.sends(1)
    for what, change in CHANGES.items():
        database = Path(shutil.copy(town.database, folder / f"{what}.db"))
        file, said = filled(sent, folder / f"{what}.xlsx", ALIX, FIRST_ROUND, change)
        (outcome,) = command(database, "importer", file, "--json").json
        thread = reported(database, "synthese", 1)["fil"]
        heard = {(place_of(row), one) for row in thread for one in (row["note"], row["texte"])}
        heard = {one for one in heard if one[1] not in (None, "")}
        meant = {(one.place, value) for one in said for value in (one.note, one.words)}
        meant = {one for one in meant if one[1] not in (None, "")}
        assert heard <= meant, f"{what}: words that moved"
        missing = meant - heard
        if what in {"a row written twice", "rows sorted in part", "a label reworded"}:
            assert len(outcome["non_lu"]) >= max(1, len(missing)), outcome
        else:
            gone = {((line_of("1.2"), None), "Merci de préciser le calendrier.")}
            assert missing == (gone if what == "a row deleted" else set()), what
