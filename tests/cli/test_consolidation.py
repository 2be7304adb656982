"""`consolider`: which files are counted, what is written, against a count made of the JSON files alone."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest

from ctg_tui.domain.assessment import NOT_CONCERNED, Action, Assessment, Rating, Status, Territory
from ctg_tui.domain.review import FollowUp
from ctg_tui.domain.scores import in_view
from ctg_tui.domain.text import fold
from ctg_tui.grids.catalogue import Catalogue, known_territories, load_grid, shipped_grids
from ctg_tui.services.received.kept import write_expected
from ctg_tui.services.workspace import open_workspace
from ctg_tui.submission.file import Received, examine
from tests.changed_grids import shorter_grid
from tests.cli.program import Answer, Program
from tests.persons import SENTINEL, people, person
from tests.received import mailed, submission, uuid_of, write, zipped

GRID = shipped_grids()[0]


def consolidated_of(program: Program, out: Path, *inputs: object, more: Sequence[str] = ()) -> Answer:
    return program.run("consolider", *inputs, "--sortie", out, "--remplacer", "--json", *more)


def rows(path: Path, table: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(one) for one in connection.execute(f'SELECT * FROM "{table}"')]


# Twenty territories: drafts, first versions, corrected ones, merged files, two grids, one outside Charente.

TERRITORIES = (
    *(one.name for one in known_territories()),
    *(f"Pays d’essai {number:02}" for number in range(20 - len(known_territories()) - 1)),
    "Ville de Dordogne",
)


def answered(number: int, *, revision: int = 1) -> Assessment:
    """Return the assessment of a person, with doors, texts, actions and remarks of their own."""
    chance = random.Random(1000 * revision + number)
    one = person(number)
    opened = frozenset(chance.sample(["m2", "m3", "m4"], number % 4))
    territory = Territory(TERRITORIES[number % 20], None, "24" if number % 20 == 19 else "16")
    lines = [line for line in GRID.activities if line[:2] in {"m1", *opened}]
    remarks = (
        FollowUp(
            f"{number * 100 + (rank % 3 == 2):064x}",
            line,
            "famille",
            None,
            None,
            Rating.FULLY,
            author="Prénom Conseil",
            remark=f"Remarque {rank}",
            text="Oui." if rank % 3 == 1 else "",
            is_past=rank % 3 == 2,
        )
        for rank, line in enumerate(chance.sample(lines, 7))
    )
    return one._replace(
        identity=one.identity._replace(territory=territory),
        open_missions=opened,
        answers={
            cell: chance.choice([*Rating, NOT_CONCERNED]) for cell in GRID.cells if cell.activity in lines
        },
        comments=dict.fromkeys(chance.sample(lines, 5), f"{SENTINEL} {number}"),
        numbers={},
        remarks={},
        actions={
            line: Action(f"Action {number}", "Prénom Nom", date(2027, 1 + number % 12, 3))
            for line in chance.sample(lines, 4)
        },
        follow_ups=tuple(remarks) if number % 3 else (),
    )


def file_of(one: Assessment, status: Status, **more: Any) -> bytes:
    grid, seen = in_view(GRID, one)
    return submission(seen, status=status, grid=grid, **more)


def half_empty(one: Assessment, number: int) -> Assessment:
    kept = list(one.answers.items())[: 20 + number]
    return one._replace(answers=dict(kept))


def merged_file(program: Program, folder: Path, files: Sequence[Path], status: Status) -> Path:
    """Merge files by the command, choose what was left blank, return the file of the assessment."""
    answer = program.run("fusionner", *files, "--nouvelle", "--json")
    assert answer.code == 0, answer.said
    number = answer.json["id"]
    assert program.run("exporter", number, "--sortie", folder).code == 0
    made = max(folder.glob("CTG_*.json"), key=lambda path: path.stat().st_mtime_ns)
    received = examine(made.read_bytes(), Catalogue())
    assert isinstance(received, Received)
    assert received.grid is not None
    answers = dict.fromkeys(received.grid.cells, Rating.MOSTLY) | dict(received.assessment.answers)
    whole = received.assessment._replace(answers=answers)
    made.unlink()
    made = folder / "commun.json"
    made.write_bytes(submission(whole, status=status, grid=received.grid, seconds=60))
    return made


class Département(NamedTuple):
    folder: Path
    grid: Path


@pytest.fixture
def departement(program: Program, tmp_path: Path) -> Département:
    """Write the files of the twenty territories; return their folder, and the grid of one of them."""
    folder = tmp_path / "recus"
    folder.mkdir()

    def put(name: str, content: bytes) -> Path:
        path = folder / f"{name}.json"
        path.write_bytes(content)
        return path

    for number in range(17):
        one = answered(number)
        if number % 4 in {0, 3}:
            put(f"{number}-avant", file_of(half_empty(one, number), Status.DRAFT))
        if number % 4:
            put(f"{number}-r1", file_of(one, Status.FINAL, seconds=5))
        if number % 4 == 2:
            put(f"{number}-r2", file_of(answered(number, revision=2), Status.FINAL, revision=2, seconds=9))
    for territory, number in ((17, 2), (19, 3)):
        group = [
            put(f"{territory}-{rank}", file_of(answered(territory + 20 * rank), Status.FINAL))
            for rank in range(number)
        ]
        merged_file(program, folder, group, Status.FINAL).rename(folder / f"{territory}-commun.json")
    older = shorter_grid(tmp_path)
    grid = load_grid(older)
    other = answered(18)._replace(open_missions=frozenset({"m2", "m3", "m4"}))
    known = {line: text for line, text in other.comments.items() if line in grid.activities}
    theirs = other._replace(
        answers=dict.fromkeys(grid.cells, Rating.PARTLY), comments=known, actions={}, follow_ups=()
    )
    put("18-autre-grille", submission(theirs, grid=grid))
    return Département(folder, older)


# The count, made of nothing but the JSON of the files and the text of the grids.


def read(folder: Path) -> Iterator[dict[str, Any]]:
    for path in folder.glob("*.json"):
        yield json.loads(path.read_text(encoding="utf-8")) | {"_nom": path.name}


def counted_by_hand(documents: Iterable[dict[str, Any]], *, with_drafts: bool) -> list[dict[str, Any]]:
    best: dict[str, dict[str, Any]] = {}

    def rank(one: Mapping[str, Any]) -> tuple[int, bool]:
        return one["document"]["revision"], one["document"]["etat"] == "definitif"

    for one in documents:
        key = one["evaluation"]["id"]
        if (with_drafts or rank(one)[1]) and (key not in best or rank(one) > rank(best[key])):
            best[key] = one
    held = {row["evaluation"] for one in best.values() for row in one.get("contributions", ())}
    return [one for key, one in best.items() if key not in held]


def figures_by_hand(one: Mapping[str, Any], *, is_proposed: bool) -> dict[str, int | None] | None:
    """Return what the table says of a submission, on the Caf's lines or on the others."""
    proposed = {line for line in one["grille"]["lignes_proposees"] if ".a" in line}
    if is_proposed and not proposed:
        return None

    def mine(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        return [row for row in rows if (row.get("activite") in proposed) is is_proposed]

    answers = mine(one["reponses"])
    notes = [row["note"] for row in answers if row["note"] != "NC"]
    asked = len(proposed) if is_proposed else (3 if "autre-grille" in one["_nom"] else 14)
    points, maximum = sum(notes), 3 * len(notes)
    suites = one.get("suites")
    owed = [
        row
        for row in mine(suites or ())
        if not row.get("depassee") and "decision" not in row and not row.get("texte")
    ]
    return {
        "notees": len(notes),
        "nc": len(answers) - len(notes),
        "sans_reponse": 3 * asked - len(answers),
        "points": points,
        "maximum": maximum,
        "pourcentage": int(100 * points / maximum + 0.5) if maximum else None,
        "lignes_0_ou_1": len({row["activite"] for row in answers if row["note"] in (0, 1)}),
        "commentaires": len(mine(one.get("commentaires", ()))),
        "actions": len(mine(one.get("actions", ()))),
        "remarques_ouvertes": None if suites is None else len(owed),
    }


def row_by_hand(one: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "territoire": one["territoire"]["nom"],
        "personnes": ", ".join(f"{each['prenom']} {each['nom']}" for each in one["charges_de_cooperation"]),
        "nom_du_fichier": one["_nom"],
    }
    own = figures_by_hand(one, is_proposed=False)
    assert own is not None
    proposed = figures_by_hand(one, is_proposed=True) or dict.fromkeys(own)
    return found | own | {f"{name}_propositions": value for name, value in proposed.items()}


def differences(out: Path, documents: list[dict[str, Any]], *, with_drafts: bool) -> list[str]:
    """Return what the tables say otherwise than the count by hand."""
    counted = counted_by_hand(documents, with_drafts=with_drafts)
    by_hand = {one["_nom"]: row_by_hand(one) for one in counted}
    found = {row["nom_du_fichier"]: row for row in rows(out, "evaluation")}
    wrong = [f"{name} : {'de trop' if name in found else 'absent'}" for name in found.keys() ^ by_hand.keys()]
    wrong += [
        f"{name}, {column} : {found[name][column]} pour {value}"
        for name, row in by_hand.items()
        for column, value in row.items()
        if name in found and found[name][column] != value
    ]
    places = [fold(row["territoire"]) for row in rows(out, "evaluation")]
    if places != sorted(places):
        wrong.append("pas dans l’ordre des territoires")
    marks = Counter((row["activite"], row["note"]) for one in counted for row in one["reponses"])
    sign = "\N{NO-BREAK SPACE}°"
    numbers = {line: f"{line[1]}.{int(line[4:])}{sign * (line[1] != '1')}" for line in GRID.activities}
    lines = {row["ligne"]: row for row in rows(out, "ligne")}
    for line, number in numbers.items():
        notes = [marks[line, note] for note in range(4)]
        said = [lines[number][f"note_{note}"] for note in range(4)]
        if (said, lines[number]["nc"]) != (notes, marks[line, "NC"]):
            wrong.append(f"{number} : {said} pour {notes}")
        if lines[number]["provenance"].startswith("°") is (line[:2] == "m1"):
            wrong.append(f"{number} : {lines[number]['provenance']}")
    per_cent = {
        number: sum(note * marks[line, note] for note in range(4)) / sum(notes)
        for line, number in numbers.items()
        if (notes := [marks[line, note] for note in range(4)]) and sum(notes)
    }
    landmarks = rows(out, "repere")
    for kind, way in (("moins", 1), ("mieux", -1)):
        for prefixes in ("1", "234"):
            own = [way * value for number, value in per_cent.items() if number[0] in prefixes]
            said = [
                way * per_cent[row["ligne"]]
                for row in landmarks
                if row["repere"].startswith(kind) and row["ligne"][0] in prefixes
            ]
            if said != sorted(own)[:3]:
                wrong.append(f"repère {kind} {prefixes} : {said}")
    owed = sum(
        row[name] or 0 for row in by_hand.values() for name in row if name.startswith("remarques_ouvertes")
    )
    lists = {
        "action": sum(len(one.get("actions", ())) for one in counted),
        "besoin": sum(bool(one.get("preparation")) for one in counted),
        "remarque": owed,
    }
    wrong += [
        f"{name} : {len(rows(out, name))} pour {n}" for name, n in lists.items() if len(rows(out, name)) != n
    ]
    return wrong


def test_twenty_territories_are_what_a_count_of_their_json_gives(
    program: Program, departement: Département, tmp_path: Path
) -> None:
    folder, older = departement
    documents = list(read(folder))
    out = tmp_path / "tout.db"
    for more in ([], ["--provisoires"]):
        answer = consolidated_of(program, out, folder, more=[*more, "--grille", str(older)])
        assert answer.code == 0, answer.said
        assert differences(out, documents, with_drafts=bool(more)) == []
        counted = counted_by_hand(documents, with_drafts=bool(more))
        assert answer.json["comptees"] == len(counted) == (20 if more else 15), "five sent drafts alone"
        assert answer.json["personnes"] == sum(len(one["charges_de_cooperation"]) for one in counted)
    altered = counted[-1]["reponses"][0]
    altered["note"] = 3 if altered["note"] != 3 else 0
    assert differences(out, documents, with_drafts=True), "one note altered is seen"


def test_the_page_and_the_workbook_have_the_rows_of_the_tables_and_say_whose_lines(
    program: Program, tmp_path: Path
) -> None:
    files = write(tmp_path / "recus", [file_of(answered(number), Status.FINAL) for number in range(3)])
    database, book, page = (tmp_path / f"tout{suffix}" for suffix in (".db", ".xlsx", ".html"))
    for out in (database, book, page):
        assert consolidated_of(program, out, *files).code == 0
    sheets = openpyxl.load_workbook(book)
    text = unescape(page.read_text(encoding="utf-8"))
    for table in rows(database, "tableau"):
        sheet = sheets[table["nom"].replace("_", " ").capitalize()]
        said = [[value for value in row if value is not None] for row in sheet.iter_rows(5, values_only=True)]
        made = [
            [value for value in row.values() if value is not None] for row in rows(database, table["nom"])
        ]
        assert said == made, table["nom"]
        assert sheet["A2"].value.endswith(table["lignes"])
        assert not sheet.auto_filter.ref, "nothing invites to sort people"
        is_there = f">{table['titre']}</h2>" in text
        assert is_there == (bool(made) and table["nom"] not in {"ligne", "mission_de_chacun"})
    for row in rows(database, "evaluation"):
        own, proposed = row["pourcentage"], row["pourcentage_propositions"]
        apart = "" if proposed is None else f" · °\N{NO-BREAK SPACE}{proposed}"
        assert f"</span>{own}{apart}</td>" in text, row["territoire"]
    needs = [row[name] for row in rows(database, "besoin") for name in ("rendez_vous", "aide", "formation")]
    assert needs
    assert all(need in text for need in needs if need)


def test_what_was_not_asked_is_not_blank_and_each_policy_is_covered_by_its_people(
    program: Program, tmp_path: Path
) -> None:
    first, second = answered(0)._replace(open_missions=frozenset({"m3"})), answered(1)
    second = second._replace(open_missions=frozenset())
    files = write(tmp_path / "recus", [file_of(one, Status.DRAFT) for one in (first, second)])
    out = tmp_path / "tout.db"
    assert consolidated_of(program, out, *files, more=["--provisoires"]).code == 0
    found = {
        (row["mission"].split("\N{NO-BREAK SPACE}")[0][:1], row["politique"]): row
        for row in rows(out, "couverture")
    }
    own, third, fourth = (found[number, "Famille"] for number in "134")
    assert (own["evaluations"], own["personnes"], own["provenance"]) == (2, 2, "lignes de la Caf")
    assert (third["evaluations"], third["notees"], third["nc"], third["sans_reponse"]) == (1, 0, 0, 13)
    assert (fourth["evaluations"], fourth["sans_reponse"]) == (0, 0), "no person was asked"
    assert found["1", "Social"]["personnes"] == 0


def test_where_most_files_are_on_an_earlier_grid_the_lines_that_it_has_count_of_a_later_one(
    program: Program, tmp_path: Path
) -> None:
    older = shorter_grid(tmp_path)
    grid = load_grid(older)
    blank = answered(0)._replace(comments={}, actions={}, follow_ups=(), open_missions=frozenset())
    earlier = [
        blank._replace(uuid=uuid_of(number), answers=dict.fromkeys(grid.own_cells, Rating.PARTLY))
        for number in (1, 2)
    ]
    later = answered(3)._replace(answers=dict.fromkeys(GRID.cells, Rating.FULLY))
    contents = [submission(in_view(grid, one)[1], grid=in_view(grid, one)[0]) for one in earlier]
    files = write(tmp_path / "recus", [*contents, file_of(later, Status.FINAL)])
    out = tmp_path / "tout.db"
    answer = consolidated_of(program, out, *files, more=["--grille", str(older)])
    assert answer.code == 0, answer.said
    assert (answer.json["comptees"], answer.json["conflits"]) == (3, [])
    (own, *_) = [row for row in rows(out, "couverture") if row["politique"] == "Famille"]
    assert (own["evaluations"], own["notees"]) == (3, 9), "three lines of three files"


def test_the_territories_of_ones_own_list_of_which_files_are_missing_are_named(
    program: Program, tmp_path: Path
) -> None:
    files = write(tmp_path / "recus", [file_of(answered(number), Status.FINAL) for number in range(2)])
    out = tmp_path / "tout.db"
    assert consolidated_of(program, out, *files).code == 0
    assert rows(out, "attendue") == [], "without a list, nothing is expected"
    opened = open_workspace(program.database, None, write=True)
    write_expected(opened, f"{TERRITORIES[0]}\nVille de nulle part\n{TERRITORIES[1].upper()} ; 2 fichiers")
    opened.close()
    assert consolidated_of(program, out, *files).code == 0
    missing = [(row["territoire"], row["attendus"], row["comptes"]) for row in rows(out, "attendue")]
    assert missing == [("Ville de nulle part", 1, 0), (TERRITORIES[1].upper(), 2, 1)]


def test_the_order_and_the_wrapping_of_the_files_change_no_byte(program: Program, tmp_path: Path) -> None:
    contents = people(8)
    named = {f"recu-{number}.json": content for number, content in enumerate(contents, 1)}
    files = write(tmp_path / "recus", contents)
    zip_file = tmp_path / "envois.zip"
    zip_file.write_bytes(zipped(dict(list(named.items())[:5])))
    mail = tmp_path / "envoi.eml"
    mail.write_bytes(mailed(dict(list(named.items())[5:])))
    inputs: list[list[Path]] = [files, files[::-1], [tmp_path / "recus"], [mail, zip_file], [zip_file, mail]]
    made = set()
    for number, given in enumerate(inputs):
        out = tmp_path / f"{number}.db"
        assert consolidated_of(program, out, *given).code == 0
        made.add(out.read_bytes())
    assert len(made) == 1


def test_an_invalid_file_is_a_row_and_the_others_go_on(program: Program, tmp_path: Path) -> None:
    folder = tmp_path / "recus"
    write(folder, people(5))
    (folder / "casse.json").write_bytes(people(1, first=9)[0].replace(b'"revision": 1', b'"revision": 2'))
    (folder / "previsionnel.json").write_bytes(b'{\n  "format": "ctg-previsionnel",\n  "version": "1.0"\n}\n')
    out = tmp_path / "tout.db"
    answer = consolidated_of(program, out, folder)
    assert answer.code == 3
    assert answer.json["comptees"] == 5
    codes = {one["fichier"]: one["code"] for one in answer.json["rejets"]}
    assert codes.keys() == {"casse.json"}
    assert answer.json["laissees"] == 1, "the forecast is no submission, and refuses nothing"
    assert {one["fichier"]: one["code"] for one in rows(out, "rejet")} == codes


def test_the_latest_revision_counts_and_the_same_file_counts_once(program: Program, tmp_path: Path) -> None:
    one = person(0)
    first = submission(one, seconds=1)
    second = submission(one._replace(comments={}), revision=2, seconds=2)
    files = write(
        tmp_path / "recus", [second, first, second, submission(one._replace(comments={}), revision=2)]
    )
    answer = consolidated_of(program, tmp_path / "tout.db", *files)
    assert answer.code == 0
    facts = answer.json
    assert (facts["comptees"], facts["remplacees"], facts["doublons"]) == (1, 1, 2)
    assert [row["revision"] for row in rows(tmp_path / "tout.db", "evaluation")] == [2]


def test_two_different_files_of_one_revision_are_a_conflict_and_neither_counts(
    program: Program, tmp_path: Path
) -> None:
    one = person(0)
    contents = [submission(one), submission(one._replace(comments={}), seconds=5), *people(1, first=1)]
    answer = consolidated_of(program, tmp_path / "tout.db", *write(tmp_path / "recus", contents))
    assert (answer.code, answer.json["comptees"]) == (3, 1)
    (conflict,) = answer.json["conflits"]
    assert conflict == {"evaluation": one.uuid, "revision": 1, "fichiers": ["recu-1.json", "recu-2.json"]}
    assert rows(tmp_path / "tout.db", "conflit")[0]["fichiers"] == "recu-1.json, recu-2.json"


def of_one_territory(number: int, status: Status = Status.FINAL) -> list[bytes]:
    return [submission(person(one), status=status) for one in range(number)]


@pytest.mark.parametrize("status", [Status.FINAL, Status.DRAFT])
def test_three_people_who_merged_their_files_are_three_and_not_six(
    program: Program, tmp_path: Path, status: Status
) -> None:
    files = write(tmp_path / "recus", of_one_territory(3, status))
    merged = merged_file(program, tmp_path, files, status)
    out = tmp_path / "tout.db"
    answer = consolidated_of(program, out, *files, merged, more=["--provisoires"])
    assert answer.code == 0, answer.said
    facts = answer.json
    assert (facts["comptees"], facts["personnes"], facts["remplacees"]) == (1, 3, 3)
    assert [row["nom_du_fichier"] for row in rows(out, "evaluation")] == ["commun.json"]
    assert rows(out, "couverture")[0]["personnes"] == 3
    assert facts["revus_depuis"] == []
    assert consolidated_of(program, out, *files, more=["--provisoires"]).json["personnes"] == 3


def test_a_merged_draft_left_aside_leaves_the_final_files_it_was_made_from(
    program: Program, tmp_path: Path
) -> None:
    files = write(tmp_path / "recus", of_one_territory(2))
    merged = merged_file(program, tmp_path, files, Status.DRAFT)
    facts = consolidated_of(program, tmp_path / "tout.db", *files, merged).json
    assert (facts["comptees"], facts["personnes"], facts["provisoires"]) == (2, 2, 1)


def test_a_source_revised_after_the_merging_is_named_and_not_added(program: Program, tmp_path: Path) -> None:
    files = write(tmp_path / "recus", of_one_territory(2))
    merged = merged_file(program, tmp_path, files, Status.FINAL)
    revised = tmp_path / "revise.json"
    revised.write_bytes(submission(person(0)._replace(comments={}), revision=2))
    out = tmp_path / "tout.db"
    given = (*files, revised, merged)
    facts = consolidated_of(program, out, *given).json
    assert (facts["comptees"], facts["personnes"]) == (1, 2)
    named = {"fichier": "revise.json", "revision": 2, "reuni_dans": "commun.json"}
    assert facts["revus_depuis"] == [named]
    said = program.run("consolider", *given, "--sortie", out, "--remplacer")
    assert said.code == 0
    assert "« revise.json », version 2, n’est pas ce qui a été réuni dans « commun.json »" in said.said
    assert [(row["fichier"], row["code"]) for row in rows(out, "rejet")] == [("revise.json", "revu-depuis")]


def test_a_merged_file_merged_again_counts_once_and_two_that_overlap_are_a_conflict(
    program: Program, tmp_path: Path
) -> None:
    first, second, third = files = write(tmp_path / "recus", of_one_territory(3))
    pair = merged_file(program, tmp_path, [first, second], Status.FINAL).rename(tmp_path / "deux.json")
    whole = merged_file(program, tmp_path, [pair, third], Status.FINAL).rename(tmp_path / "trois.json")
    out = tmp_path / "tout.db"
    facts = consolidated_of(program, out, *files, pair, whole).json
    assert (facts["comptees"], facts["personnes"], facts["remplacees"]) == (1, 3, 4)
    other = merged_file(program, tmp_path, [second, third], Status.FINAL).rename(tmp_path / "autres.json")
    answer = consolidated_of(program, out, *files, pair, other)
    assert (answer.code, answer.json["comptees"], answer.json["personnes"]) == (3, 3, 3)
    assert [one["fichiers"] for one in answer.json["conflits"]] == [["autres.json", "deux.json"]]


def test_drafts_count_only_when_asked_for(program: Program, tmp_path: Path) -> None:
    draft = submission(person(0), status=Status.DRAFT)
    files = write(tmp_path / "recus", [draft, *people(1, first=1)])
    out = tmp_path / "tout.db"
    answer = consolidated_of(program, out, *files)
    assert (answer.code, answer.json["comptees"], answer.json["provisoires"]) == (0, 1, 1)
    assert consolidated_of(program, out, *files, more=["--provisoires"]).json["comptees"] == 2
    nothing = consolidated_of(program, out, files[0])
    assert nothing.code == 1
    assert nothing.json["erreur"]["code"] == "rien-a-consolider"
    assert "--provisoires" in nothing.json["erreur"]["conseil"]


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal of Unix")
@pytest.mark.parametrize(
    ("command", "options", "said"),
    [("consolider", ("--sortie", "tout.db"), "rien n’a été écrit"), ("importer", (), "rien n’a été reçu")],
)
def test_a_long_run_shows_its_progress_and_stops_on_request_without_a_trace(
    program: Program, tmp_path: Path, command: str, options: tuple[str, ...], said: str
) -> None:
    import pexpect

    def heed_interrupts() -> None:
        """Undo what tests run in the background inherit: a shell has them ignore Ctrl+C."""
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    contents = people(4)
    # Long enough to be stopped on the way, also when this test gets the processor late.
    archives = [tmp_path / f"envois-{number}.zip" for number in range(4)]
    packed = zipped({f"{number}.json": contents[number % 4] for number in range(8000)})
    for archive in archives:
        archive.write_bytes(packed)
    line = ["-m", "ctg_tui", command, *map(str, archives), *options]
    run = pexpect.spawn(
        *(sys.executable, line),
        env={**program.environment(), "TERM": "xterm"},
        cwd=str(program.home),
        encoding="utf-8",
        timeout=60,
        preexec_fn=heed_interrupts,
    )
    run.expect("fichiers lus…")
    run.sendintr()
    run.expect(said)
    run.expect(pexpect.EOF)
    run.wait()
    assert run.exitstatus == 130
    assert [path for path in sorted(tmp_path.iterdir()) if "base.db" not in path.name] == archives
    if command == "importer":
        assert rows(program.database, "document") == []


def test_a_folder_that_is_empty_or_absent_is_named(program: Program, tmp_path: Path) -> None:
    (tmp_path / "vide").mkdir()
    for name, said in (("vide", "ne contient aucun fichier"), ("absent", "n’existe pas")):
        answer = consolidated_of(program, tmp_path / "c.xlsx", tmp_path / name)
        assert (answer.code, f"Le dossier « {name} » {said}" in answer.said) == (3, True)


def test_the_output_never_replaces_the_assessments_of_anybody(program: Program, tmp_path: Path) -> None:
    (file,) = write(tmp_path / "recus", people(1))
    other = tmp_path / "collegue.db"
    assert program.run("importer", file, "--nouvelle", "--base", other).code == 0
    before = other.read_bytes()
    answer = program.run("consolider", file, "--sortie", other, "--remplacer")
    assert (answer.code, "« collegue.db » n’est jamais remplacé" in answer.said) == (1, True)
    assert other.read_bytes() == before
    mine = tmp_path / "reunis.db"
    assert program.run("consolider", file, "--sortie", mine).code == 0
    assert program.run("consolider", file, "--sortie", mine, "--remplacer").code == 0


def test_what_is_refused_is_named_also_when_nothing_is_written(program: Program, tmp_path: Path) -> None:
    (tmp_path / "casse.json").write_bytes(b"{}")
    answer = program.run("consolider", tmp_path / "casse.json", "--sortie", "x.db")
    assert answer.code == 3, "as verifier and importer answer for the same file"
    assert "casse.json" in answer.said


def test_the_output_never_replaces_what_is_read(program: Program, tmp_path: Path) -> None:
    files = write(tmp_path / "recus", people(5))
    named = files[0].rename(tmp_path / "recus" / "un.db")
    before = named.read_bytes()
    answer = consolidated_of(program, named, *files[1:], named)
    assert (answer.code, answer.json["erreur"]["code"]) == (1, "fichier-protege")
    assert named.read_bytes() == before
    assert program.run("consolider", *files[1:], "--sortie", "x.csv").code == 2
    assert program.run("consolider", *files[1:], "--sortie", "x.db", "--usage", "autre").code == 2
