"""Three rounds of files between a town hall and two people of the Caf: nothing said is lost or misplaced.

The workbooks are filled by openpyxl or in LibreOffice; what waits is counted by a script that knows only the
docs (`tests.outside.by_the_docs`).
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
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from tests.effort import some
from tests.outside.adviser import SOFFICE, RowGone, SheetGone, Sorted, Workbook, save
from tests.outside.by_the_docs import Place, Row, place_of, points, row_id
from tests.outside.commands import command, environment, reported, workbook_to_answer

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

    def sends(self, number: int) -> Workbook:
        """Make the files of a sending; return the workbook among them."""
        folder = self.database.parent / f"envoi-{number}"
        folder.mkdir(exist_ok=True)
        done = command(self.database, "dossier", 1, "--sortie", folder)
        assert done.code == 0, done
        folder = next(folder.rglob(f"envoi-{number}"))
        self.files.append(next(folder.glob("*_envoi-*.json")))
        self._shows_all(folder)
        return Workbook(workbook_to_answer(folder))

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
            told, meant = (
                {(one.author, one.place, getattr(one, value)) for one in rows} for rows in (heard, self.said)
            )
            blank = {one for one in told | meant if one[2] in {None, ""}}
            assert told - blank == meant - blank
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
        book = Workbook(workbook_to_answer(folder)).texts
        for shown in map(_plain, (text, book)):
            assert not [one for one in words if _plain(one) not in shown]
        listed = re.search(r"a répondu.: (\d+).point", command(self.database, "synthese", 1).out)
        assert int(listed[1] if listed else 0) == self.waits()

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
        typed, expected = ["", "répondre"], []
        for group in waiting:
            choice, words = plan.get(place_of(group[0]), ("", ""))
            typed += [choice, *((words,) if words else ()), ""]
            where = re.escape(_spoken(place_of(group[0])))
            expected.append(rf"Point \d+ sur \d+, (ligne )?{where}, à voir")
        done = command(self.database, "texte", typed="".join(f"{one}\n" for one in (*typed, "quitter")))
        assert done.code == 0, done
        said = _plain(done.out)
        assert re.search(".*".join(expected), said), (expected, done.out)
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


def _plain(text: str) -> str:
    return " ".join(text.split())


def notes_in(database: Path) -> dict[Place, Any]:
    """Return the notes that another program sees in the database."""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT activity, policy, note FROM answer WHERE assessment_id = 1")
        return {(line, policy): note if note == "NC" else int(note) for line, policy, note in rows}


def killed(database: Path, *arguments: object, after: float, typed: str = "") -> None:
    """Start a command and kill it after so many seconds."""
    process = subprocess.Popen(
        [sys.executable, "-m", "ctg_tui", *map(str, arguments)],
        env=environment(database),
        cwd=database.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin is not None
    process.stdin.write(typed.encode())
    process.stdin.flush()
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.communicate()


class Way(NamedTuple):
    """How the workbooks are filled, and what they are saved as."""

    office: bool
    suffix: str


in_office = [
    pytest.mark.night,
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed here"),
]
WAYS = [
    pytest.param(Way(False, ".xlsx"), id="openpyxl"),
    pytest.param(Way(True, ".xlsx"), id="LibreOffice xlsx", marks=in_office),
    pytest.param(Way(True, ".ods"), id="LibreOffice ods", marks=in_office),
]


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """Return a town hall whose assessment was made by forms and by questions, with its adviser named."""
    town = Town(tmp_path / "evaluations.db")
    first, last = TOWN.split()
    people = (f"personnes.1.prenom={first}", f"personnes.1.nom={last}", f"contact={ALIX}")
    for form in (("nouvelle", "territoire=Val de Charente", "annee=2027"), (1, "vous", *people)):
        done = command(town.database, "remplir", *form)
        assert done.code == 0, done
    typed = ["", "grille", *NOTES, "12", "quitter"]
    done = command(town.database, "texte", typed="".join(f"{one}\n" for one in typed))
    assert len(notes_in(town.database)) == len(NOTES), done
    return town


def filled(
    book: Workbook, to: Path, author: str, way: Way, said: Iterable[tuple[str, str, Any]], *acts: Any
) -> tuple[Path, tuple[Said, ...]]:
    """Fill the blue cells of « Grille » as `author`; return the file, and what is said in it.

    A remark beside exactly one note is said of that note.
    """
    typed, rows = [], []
    by_line: dict[str, dict[str, Any]] = {}
    for start, heading, value in said:
        typed.append(book.types(start, heading, value))
        by_line.setdefault(start, {})[heading] = value
    for start, cells in by_line.items():
        line, remark = line_of(start), cells.pop(REMARK, "")
        beside = remark if len(cells) == 1 else ""
        for heading, note in cells.items():
            policy = POLICIES[heading.removeprefix("Note ")]
            rows.append(Said(author, (line, policy), note, beside))
        if remark and not beside:
            rows.append(Said(author, (line, None), None, remark))
    file = save(book.path, to.with_suffix(way.suffix), *typed, *acts, office=way.office)
    return file, tuple(rows)


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


def named(outcome: Mapping[str, Any]) -> set[str]:
    """Return the addresses of what could not be read."""
    return {one["adresse"] for one in outcome["non_lu"]}


@pytest.mark.parametrize("way", WAYS)
def test_three_rounds_of_two_people_lose_nothing_and_misplace_nothing(town: Town, way: Way) -> None:
    folder, own_notes = town.database.parent, notes_in(town.database)
    alone = Path(shutil.copy(town.database, folder / "seul.db"))

    # The first round. Two cells say something that is no note.
    book = town.sends(1)
    odd = [book.types("1.5", "Note Famille", "deux"), book.types("1.5", "Note Éducation", "1,5")]
    alix_1, said = filled(book, folder / "retour-1-alix", ALIX, way, FIRST_ROUND, *odd)
    outcome = town.takes(alix_1, *said)
    assert (outcome["nature"], outcome["etat"], outcome["paroles"]) == ("classeur", "pris", len(said))
    assert named(outcome) == {f"Grille!{one.address}" for one in odd}
    again = town.takes(alix_1)
    assert (again["etat"], again["paroles"]) == ("deja", 0)
    assert town.waits() == len(said) - 1
    assert notes_in(town.database) == own_notes, "what the Caf says changes no note"

    # Somebody else of the Caf goes on in the file of the first, under another name.
    own = (("1.6", REMARK, "Vu avec la commune ?"), ("1.5", "Note Social", 2))
    _, of_bo = filled(book, folder / "essai", BO, Way(False, ".xlsx"), own)
    bo_1 = save(
        alix_1,
        (folder / "retour-1-bo").with_suffix(way.suffix),
        book.signs(BO),
        *(book.types(*one) for one in own),
        office=way.office,
    )
    town.takes(bo_1, *(one._replace(author=BO) for one in said), *of_bo)
    to_see = len(said) - 1 + len(own)
    assert town.waits() == to_see, "the same words under two names are one point"

    # One is killed in the middle of a sentence, before Entrée: nothing is answered; then one answers five.
    killed(town.database, "texte", after=1.5, typed="\nrépondre\n\nUne phrase commencée")
    assert town.waits() == to_see
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

    # A workbook that she saved among the files sent stays there, whatever is made again.
    beside = next((folder / "envoi-1").rglob("envoi-1")) / "retour.xlsx"
    beside.write_bytes(alix_1.read_bytes())
    assert command(town.database, "dossier", 1, "--sortie", folder / "envoi-1").code == 0
    assert beside.read_bytes() == alix_1.read_bytes()

    # The second round: blue cells are blank, the same person speaks again at the same cells.
    book = town.sends(2)
    assert town.waits() == to_see - 5
    second = (
        ("1.2", REMARK, "Et la date du comité ?"),
        ("1.3", "Note Éducation", 1),
        ("1.7", REMARK, "Une page suffira."),
        ("1.7", "Note Social", 0),
    )
    agreed = Said(ALIX, (line_of("1.3"), "education"), 2, "On garde 2 cette année.")
    met = [
        book.types("1.3 Éducation", "Note convenue", 2, "Entretien"),
        book.types("1.3 Éducation", "Convenu", agreed.words, "Entretien"),
    ]
    alix_2, said = filled(book, folder / "retour-2-alix", ALIX, way, second, *met)
    for seconds in some((0.3, 0.1, 0.2, 0.4, 0.5)):
        killed(town.database, "importer", alix_2, after=seconds)
    town.takes(alix_2, *said, agreed)
    to_see = town.waits()
    assert to_see == 9, "what one goes on with is one point"
    for late in (alix_1, bo_1, alix_2):
        assert town.takes(late)["etat"] == "deja"
    assert town.waits() == to_see, "a late file reverses nothing"
    third = (("1.8", REMARK, "D’accord."),)
    odd = [book.types(f"1.{rank}", "Note Social", "à voir ensemble") for rank in range(4, 14)]
    bo_2, said = filled(
        book, folder / "retour-2-bo", BO, way, third, book.signs(BO), *odd, SheetGone("Entretien")
    )
    outcome = town.takes(bo_2, *said)
    assert len(outcome["non_lu"]) >= len(odd)
    assert town.waits() == to_see + 1, "cells that cannot be read withdraw nothing"

    # Protected cells were typed over: each is named, none is taken.
    over = [book.types_over("1.8", "Famille", 3), book.types_over("2", "Famille", 99)]
    last = (("1.9", REMARK, "Vu sur place."),)
    lifted, said = filled(book, folder / "retour-2-leve", ALIX, way, last, *over)
    outcome = town.takes(lifted, *said)
    assert notes_in(town.database) == own_notes
    told = str(outcome["change"])
    assert "1.8 Famille" in told
    assert "l’indicateur\\xa02" in told

    # The third round, without a changed note: the same words about another file are said anew.
    town.answers_by_form((line_of("1.2"), None), "vu")
    book = town.sends(3)
    to_see = town.waits()
    alix_3, said = filled(book, folder / "retour-3-alix", ALIX, way, second[:1])
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
    (taken,) = reported(after.database, "importer", town.files[-1], "--mienne")
    assert taken["etat"] == "pris"
    assert {row["cle"] for row in after.thread} == thread
    (again,) = reported(after.database, "importer", alix_1)
    assert again["etat"] == "deja"
    after.answers_by_text({(line_of("1.4"), None): ("", "Avec plaisir.")})
    after.sends(5)


@pytest.mark.parametrize("way", WAYS)
def test_whatever_is_done_to_a_filled_workbook_no_word_moves_and_none_is_left_out_silently(
    town: Town, way: Way
) -> None:
    folder = town.database.parent
    book = town.sends(1)
    done: Mapping[str, tuple[Any, ...]] = {
        "rows sorted": (Sorted("Grille", book.area("1.1", "1.6", "Repère")),),
        "rows sorted in part": (Sorted("Grille", book.area("1.1", "1.6", REMARK)),),
        "a row deleted": (RowGone("Grille", book.row("1.2")),),
        "a label reworded": (book.types_over("1.4", "Activité", "Une autre ligne, reformulée"),),
        "a sheet deleted": (SheetGone("Entretien"),),
    }
    for number, (what, acts) in enumerate(done.items()):
        database = Path(shutil.copy(town.database, folder / f"copie-{number}.db"))
        file, said = filled(book, folder / f"retour-{number}", ALIX, way, FIRST_ROUND, *acts)
        (outcome,) = command(database, "importer", file, "--json").json
        thread = reported(database, "synthese", 1)["fil"]
        heard = {(place_of(row), one) for row in thread for one in (row["note"], row["texte"])}
        heard = {one for one in heard if one[1] not in (None, "")}
        meant = {(one.place, value) for one in said for value in (one.note, one.words)}
        meant = {one for one in meant if one[1] not in (None, "")}
        assert heard <= meant, f"{what}: words that moved"
        missing = meant - heard
        if what == "rows sorted in part":
            assert {one["adresse"] for one in outcome["non_lu"]}, outcome
            assert len(outcome["non_lu"]) >= len(missing), outcome
        else:
            gone = {((line_of("1.2"), None), "Merci de préciser le calendrier.")}
            assert missing == (gone if what == "a row deleted" else set()), what
