"""`consolider`: the files of many in one workbook, its figures computed here from the JSON by hand."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from openpyxl import load_workbook

from ctg_tui.domain.assessment import Cell, Coordinator, Profile, Rating, Status
from tests.cli.conftest import person
from tests.cli.program import Program
from tests.received import examples, submission
from tests.strategies import charente, charente_of_caf

POLICIES: Final = ("famille", "education", "social")


def plain(value: Any) -> Any:
    return value.replace("\xa0", " ").replace("\u202f", " ") if isinstance(value, str) else value


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    return {
        sheet.title: [[plain(cell.value) for cell in row] for row in sheet.iter_rows()]
        for sheet in load_workbook(path).worksheets
    }


def to_see(file: Mapping[str, Any]) -> int:
    """Count the places where the Caf’s one adviser said something that nothing answered later.

    A note that one holds, without words, needs no answer.
    """
    own = {(one["activite"], one["politique"]): one["note"] for one in file["reponses"]}
    waiting = set()
    for row in sorted(file["fil"], key=lambda row: str(row["date"])):
        place = row.get("activite"), row.get("politique")
        if not row.get("caf"):
            waiting.discard(place)
        elif "texte" in row or own.get(place) != row["note"]:
            waiting.add(place)
    return len(waiting)


@pytest.fixture
def received(program: Program) -> Path:
    """Return a folder as mails fill it: four territories on two grids, several sendings, other files."""
    folder = program.home / "reçus"
    (folder / "février").mkdir(parents=True)
    caf, proposed = charente_of_caf(), charente()
    for number, seconds in enumerate((990_000, 0, 0)):  # on a computer whose clock is ahead
        content = submission(person(number, territory=number), grid=proposed, seconds=seconds)
        (folder / f"p{number}.json").write_bytes(content)
    bare = person(3, territory=3)
    answers = {cell: note for cell, note in bare.answers.items() if cell.policy != "social"}
    bare = bare._replace(
        grid_id=caf.id, grid_version=caf.version, grid_fingerprint=caf.fingerprint, answers=answers
    )
    (folder / "caf.json").write_bytes(submission(bare, grid=caf, status=Status.DRAFT))
    again = person(0, territory=0)
    cell = Cell("m1.a01", "famille")
    for name, number, rating, seconds in (("n2", 2, 0, 600_000), ("n2-autre", 2, 3, 900_000)):
        changed = again._replace(answers={**again.answers, cell: Rating(rating)})
        content = submission(changed, number=number, seconds=seconds)
        (folder / "février" / f"{name}.json").write_bytes(content)
    later = person(5, territory=5)._replace(answers={})
    later = later._replace(identity=later.identity._replace(year=2028))
    (folder / "suivante.json").write_bytes(submission(later, status=Status.DRAFT))
    (folder / "copie.json").write_bytes((folder / "p1.json").read_bytes().replace(b"\n", b"\r\n"))
    (folder / "février" / "p2.json").write_bytes((folder / "p2.json").read_bytes())
    (folder / "fil.json").write_bytes(examples()["bon-fil.json"])
    (folder / "un-autre-fil.json").write_bytes(examples()["bon-grille-de-la-caf.json"])
    (folder / "inconnue.json").write_bytes(examples()["bon-fil.json"].replace(b'-proposee"', b'-autre"'))
    (folder / "modifié.json").write_bytes((folder / "p2.json").read_bytes().replace(b"Val", b"Vol", 1)[:-9])
    (folder / "Scan_mars.pdf").write_bytes(b"%PDF-1.4")
    (folder / ".caché.json").write_bytes((folder / "p1.json").read_bytes())
    (folder / "lien.json").symlink_to(folder / "p1.json")
    return folder


def test_each_file_is_in_it_with_all_its_notes_and_words_or_named_with_why(
    program: Program, received: Path
) -> None:
    out = program.home / "tous.xlsx"
    answer = program.run("consolider", received, received / "p1.json", "--sortie", out)
    assert (answer.code, str(out) in answer.out) == (3, True)
    read = sheets(out)
    assert [*read] == ["Vue d’ensemble", "Chiffres", "Notes"]
    names = ("février/n2-autre", "p1", "p2", "caf", "fil")
    files = {name: json.loads((received / f"{name}.json").read_bytes()) for name in names}
    for name, file in files.items():
        people = ", ".join(f"{one['prenom']} {one['nom']}" for one in file["charges_de_cooperation"])
        (row,) = [row for row in read["Vue d’ensemble"] if row[1] == people]
        day = int(file["document"]["cree_le"][8:10])
        assert row[3] == f"n° {file['document']['envoi']} du {day} janvier", name
        assert row[-1] == (to_see(file) if name == "fil" else "—")
        assert (name in {"caf", "fil"}) == (row[7] == "—"), "no note under a policy is a dash"
        code = file["integrite"]["empreinte"].removeprefix("sha256:")[:8].upper()
        lines = [one for one in read["Notes"] if one[7] == f"{code[:4]}-{code[4:]}"]
        shown = Counter(value for one in lines for value in one[11:14] if value is not None)
        assert shown == Counter(one["note"] for one in file["reponses"]), name
        texts = {plain(value) for one in lines for value in one[14:]}
        assert {plain(given["texte"]) for given in file["commentaires"]} <= texts
        assert {given["nombre"] for given in file["indicateurs"] if "nombre" in given} <= texts
        for row in file.get("fil", ()):
            assert "activite" not in row or any(plain(row.get("texte", "")) in str(text) for text in texts)

    heads = [row[0] for row in read["Vue d’ensemble"]]
    (place,) = [rank for rank, head in enumerate(heads) if str(head).startswith("Les lignes en 2027")]
    assert read["Vue d’ensemble"][place + 2][8] != "—", "2028 has no note yet"

    said, foot = plain(answer.err), " ".join(str(row[0]) for row in read["Vue d’ensemble"][-12:])
    for sentence in (
        "remplacé par n° 2, « n2-autre.json »",
        "« n2-autre.json », plus récent, porte le même numéro",
        "copie de « copie.json »",
        f"« {received / 'p2.json'} » (",
        f"copie de « {received / 'février/p2.json'} »",
        "« fil.json », plus récent, porte le même numéro",
        "« inconnue.json »",
        "« modifié.json » est refusé",
        "Autres fichiers, laissés de côté : « Scan_mars.pdf »",
    ):
        assert sentence in said, sentence
        assert sentence in foot, sentence
    (refused,) = program.run("importer", out, "--json").json
    assert (refused["etat"], refused["code"]) == ("refuse", "tableau-de-tous")
    (program.home / "tous").mkdir()
    out.rename(program.home / "tous" / out.name)
    aside = program.run("importer", program.home / "tous", "--json")
    assert (aside.code, aside.json[0]["etat"]) == (0, "lu")
    (program.home / "tous" / out.name).rename(out)
    given = (*sorted(received.iterdir(), reverse=True), received / "absent")
    arguments = ("consolider", *given, "--sortie", out, "--json")
    assert program.run(*arguments).code == 1, "never over an existing file"
    facts = program.run(*arguments, "--remplacer")
    again = sheets(out)
    for name in ("Chiffres", "Notes"):
        assert again[name] == read[name], "the order of the files changes nothing"
    assert len(facts.json["evaluations"]) == 6
    states = Counter(one["etat"] for one in facts.json["a_part"])
    assert states == {"refuse": 4, "remplace": 6, "autre": 1}, "hidden: read; a link, absent: refused"


def test_texts_of_a_file_stay_texts_and_nothing_is_a_formula(program: Program) -> None:
    hostile = ["=1+1", "@SUM(A1)", "<r>x</r>", "+cmd|' /C calc'!A0", "[red]x[/]", "&[Picture]&G"]
    for number, text in enumerate(hostile):
        one = person(number)
        identity = one.identity._replace(
            territory=one.identity.territory._replace(name=text, known_id=None, siren=None),
            coordinators=(Coordinator("c1", text, "https://exemple.fr", Profile.THEMATIC, ()),),
        )
        (program.home / f"{number}.json").write_bytes(submission(one._replace(identity=identity)))
    out = program.home / "tous.xlsx"
    answer = program.run("consolider", *program.home.glob("*.json"), "--sortie", out)
    assert (answer.code, str(out) in answer.out) == (0, True)
    book = load_workbook(out)
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    for text in hostile:
        assert {f"https://exemple.fr {text}", text} <= {cell.value for cell in cells}
