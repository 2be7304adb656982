"""The problems of a file are said in words that a person knows."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from ctg_tui.domain.assessment import Cell
from ctg_tui.formats import Problem, ProblemCode
from ctg_tui.grids.catalogue import Catalogue, schema, shipped_grids
from ctg_tui.submission.document import serialise
from ctg_tui.submission.file import InvalidSubmission, read, verify
from ctg_tui.submission.review import InvalidReview, examine
from ctg_tui.submission.semantics import place_of
from tests import make_review_examples
from tests.each_row import each_row
from tests.make_examples import FOLDER, all_examples, resealed
from tests.received import examples, review_examples
from tests.submission.verdicts import codes_of, problems_of


def test_a_place_is_said_whatever_shape_the_file_has(catalogue: Catalogue) -> None:
    values: tuple[Any, ...] = (
        None,
        3,
        "x",
        [],
        {},
        [[]],
        [{"activite": ["x"], "mission": {}}],
        {"rubriques": 3},
    )
    for value in values:
        for block in json.loads(examples()["bon-provisoire.json"]):
            document = json.loads(examples()["bon-provisoire.json"]) | {block: value}
            for problem in problems_of(serialise(document), catalogue):
                assert problem.place or not problem.path


@each_row("year", ["0001", "1850", "1999", "2200", "9999"])
def test_a_date_of_no_campaign_is_refused_in_a_sentence(year: str, catalogue: Catalogue) -> None:
    for end in ("cree_le", "quand"):
        document = json.loads(examples()["bon-definitif.json"])
        if end == "cree_le":
            document["document"][end] = f"{year}-01-01T00:00:00Z"
        else:
            document["actions"][0][end] = f"{year}-12-31"
        (problem,) = problems_of(resealed(document), catalogue)
        assert problem.code is ProblemCode.STRUCTURE
        assert problem.path.endswith(end)
        assert "entre 2000 et 2199" in problem.message


def test_the_status_cannot_be_forged_by_hand(catalogue: Catalogue) -> None:
    content = examples()["bon-definitif.json"]
    assert codes_of(content.replace(b'"definitif"', b'"provisoire"'), catalogue) == [ProblemCode.MODIFIED]


def test_cells_are_read_as_cells(catalogue: Catalogue) -> None:
    received = read(FOLDER / "bon-provisoire.json", catalogue)
    assert {type(cell) for cell in received.assessment.answers} == {Cell}


def test_a_path_that_is_no_file_is_said_with_what_to_do(tmp_path: Path, catalogue: Catalogue) -> None:
    (tmp_path / "dossier").mkdir()
    (tmp_path / "gros.json").write_bytes(b" " * 5_000_001)
    (tmp_path / "texte.json").write_bytes(b"Bonjour")
    for name, code, said in (
        ("absent.json", ProblemCode.ABSENT,
         "Le fichier « absent.json » n’existe pas. Vérifiez son nom et son dossier."),
        ("dossier", ProblemCode.NOT_A_FILE,
         "« dossier » est un dossier, pas un fichier ordinaire. Donnez le fichier lui-même."),
        ("gros.json", ProblemCode.TOO_LARGE,
         "Le fichier « gros.json » dépasse 5 Mo : il n’a pas été lu. Vérifiez que c’est le bon fichier."),
    ):  # fmt: skip
        verdict = verify(tmp_path / name, catalogue)
        assert (verdict.ok, verdict.notices, verdict.problems[0].code) == (False, (), code)
        assert " ".join(InvalidSubmission(verdict.path, verdict.problems).sentences().split()) == said
    piece = Problem(ProblemCode.OTHER_PIECE, "", "c’est le prévisionnel.")
    assert InvalidSubmission(tmp_path / "x", [piece]).sentences() == "c’est le prévisionnel."
    closed = Problem(ProblemCode.UNREADABLE, "", "il ne s’ouvre pas.")
    assert InvalidSubmission(tmp_path / "x", [closed]).sentences() == (
        "il ne s’ouvre pas. Vérifiez vos droits sur ce fichier, ou copiez-le dans vos documents."
    )
    in_mail = InvalidSubmission(tmp_path / "x", verify(tmp_path / "texte.json", catalogue).problems, "y.json")
    assert in_mail.message.startswith("«\N{NO-BREAK SPACE}y.json\N{NO-BREAK SPACE}» est refusé")


def test_a_refusal_says_how_many_more_problems_there_are(tmp_path: Path, catalogue: Catalogue) -> None:
    document = json.loads(examples()["bon-provisoire.json"])
    path = tmp_path / "envoi.json"

    def said(*rows: int) -> str:
        changed = json.loads(json.dumps(document))
        for row in rows:
            changed["reponses"][row]["note"] = 9
        path.write_bytes(resealed(changed))
        with pytest.raises(InvalidSubmission) as caught:
            read(path, catalogue)
        return " ".join(str(caught.value).split())

    assert "autre" not in said(2)
    assert " Et 1 autre problème." in said(2, 5)
    assert " Et 2 autres problèmes." in said(0, 2, 5)


# Every sentence of a refusal, and every place: tests/data/refus.txt.

KEPT: Final = Path(__file__).parents[1] / "data" / "refus.txt"
FIRST: Final = 4
"""The problems of one file that are kept: the first ones, and how many there are."""
Change = Callable[[dict[str, Any]], Any]


def _figure(path: str, **values: Any) -> Change:
    def change(document: dict[str, Any]) -> None:
        place: Any = document["resultats"]
        for step in path.split():
            place = place[int(step) if step.isdigit() else step]
        place.update(values)

    return change


def _row(block: str, rank: int, **values: Any) -> Change:
    return lambda document: document[block][rank].update(values)


def _twice(block: str) -> Change:
    return lambda document: document[block].insert(1, copy.deepcopy(document[block][0]))


def _turned(block: str) -> Change:
    return lambda document: document[block].reverse()


def _as_final(document: dict[str, Any]) -> None:
    document["document"]["etat"] = "definitif"
    document["territoire"] = {}
    document["charges_de_cooperation"] = []


PEOPLE: Final = "charges_de_cooperation"
ACTION: Final = {"activite": "m1.a01", "quoi": "Agir", "quand": "2027-02-29"}
AGREED: Final = {"activite": "m1.a02", "politique": "social", "note": 1}
CHANGES: Final[tuple[tuple[str, str, Change], ...]] = (
    ("suites", "final", _as_final),
    ("definitif", "one blank", lambda d: d["reponses"].pop(0)),
    ("definitif", "a date of no campaign", lambda d: d["actions"][0].update(quand="1850-01-01")),
    ("definitif", "other texts of a rubric", _figure("rubriques 0", politique="education")),
    ("definitif", "no proposed block", lambda d: d["resultats"].pop("propositions")),
    ("definitif", "a row fewer", lambda d: d["resultats"]["rubriques"].pop()),
    ("definitif", "one of all", _figure("ensemble", points=1, maximum=1, notees=1, nc=1, sans_reponse=1)),
    ("definitif", "none of all", _figure("ensemble", points=0, maximum=0, notees=0, pourcentage=None)),
    ("definitif", "a percentage of nothing", _figure("rubriques 2", pourcentage=50)),
    ("definitif", "of proposed lines", _figure("propositions missions 0", points=2)),
    ("provisoire", "29 February", lambda d: d.update(actions=[ACTION])),
    ("provisoire", "note 4", _row("reponses", 2, note=4)),
    ("provisoire", "another line", _row("commentaires", 0, activite="m9.a09")),
    ("provisoire", "another key", lambda d: d["evaluation"].update({"sa[x]laire": 1})),
    ("provisoire", "no id", lambda d: d["evaluation"].pop("id")),
    ("provisoire", "a short SIREN", lambda d: d["territoire"].update(siren="12")),
    ("provisoire", "a name that is a number", _row(PEOPLE, 0, nom=3)),
    ("provisoire", "a number below 0", _row("indicateurs", 0, nombre=-1)),
    ("suites", "people twice", _twice(PEOPLE)),
    ("suites", "policies turned", lambda d: d[PEOPLE][0]["politiques"].reverse()),
    ("suites", "another policy", lambda d: d[PEOPLE][0]["politiques"].append("sport")),
    ("definitif", "rows turned", lambda d: [_turned(block)(d) for block in ("indicateurs", "commentaires")]),
    ("suites", "actions turned", _turned("actions")),
    ("suites", "an unknown indicator", _row("indicateurs", 0, indicateur="m9.i01")),
    ("suites", "an unknown action", _row("actions", 0, activite="m9.a01")),
    ("suites", "an unknown cell", _row("reponses", 0, politique="sport")),
    ("suites", "files twice", _twice("contributions")),
    ("suites", "files turned", _turned("contributions")),
    ("suites", "a file of nobody", _row("contributions", 1, charges_de_cooperation=["c1", "c7"])),
    ("suites", "answers turned", _turned("suites")),
    ("suites", "an answer on another policy", _row("suites", 1, politique="sport")),
    ("grille-inconnue", "a wrong SIREN", lambda d: d["territoire"].update(siren="200043017")),
    ("grille-inconnue", "more points than notes", _figure("rubriques 0", points=99)),
    ("grille-inconnue", "NC elsewhere", _row("reponses", 0, politique="education")),
    ("grille-inconnue", "a rubric twice", lambda d: _twice("rubriques")(d["resultats"])),
    ("grille-inconnue", "of other missions", _figure("missions 0", nc=0)),
)  # fmt: skip

REVIEW_CHANGES: Final[tuple[tuple[str, Change], ...]] = (
    ("no software", lambda d: d["document"].pop("logiciel")),
    ("another piece", lambda d: d["soumission"].update(revision=0)),
    ("no territory", lambda d: d.pop("territoire")),
    ("in 1850", lambda d: d["document"].update(cree_le="1850-01-01T00:00:00Z")),
    ("agreed twice", _twice("notes_convenues")),
    ("agreed turned", lambda d: d["notes_convenues"].insert(0, AGREED)),
    ("everything wrong", lambda d: [d.update(lignes=[{}] * 3), d.update(questions=[{}] * 3)]),
)


def _every_refusal(catalogue: Catalogue) -> str:
    said = [f"{path} = {place}" for path, place in _places()]
    spoilt = {example.name: example.content for example in all_examples() if not example.valid}
    for start, name, change in CHANGES:
        document = json.loads(examples()[f"bon-{start}.json"])
        change(document)
        spoilt[f"{start}: {name}"] = resealed(document)
    refusals: list[InvalidSubmission | InvalidReview] = [
        InvalidSubmission(Path(name), problems_of(content, catalogue)) for name, content in spoilt.items()
    ]
    spoilt = {one.name: one.content for one in make_review_examples.all_examples() if not one.valid}
    for name, change in REVIEW_CHANGES:
        document = json.loads(review_examples()["bon-complet.json"])
        change(document)
        spoilt[name] = resealed(document)
    for name, content in spoilt.items():
        found = examine(content, catalogue)
        assert isinstance(found, tuple), name
        refusals.append(InvalidReview(name, found))
    for refusal in refusals:
        first, *others = refusal.problems[:FIRST]
        said += ["", f"{first.path} ({first.code})", refusal.sentences()]
        said += [f"    {each.path} ({each.code}) {each.sentence()}" for each in others]
    return "\n".join(said) + "\n"


def _places() -> Iterator[tuple[str, str]]:
    """Yield each path of a file and its place in words, where a known grid numbers it otherwise both ways."""
    document = json.loads(examples()["bon-suites.json"])
    document["suites"].reverse()
    seen = set()
    for path in _paths(schema("soumission")):
        places = {place_of(path, document, grid): None for grid in (shipped_grids()[0], None)}
        place = " | ".join(places)
        if place not in seen:
            yield path, place
        seen.add(place)


def _paths(part: dict[str, Any], path: str = "") -> Iterator[str]:
    if "$ref" in part:
        part = schema("soumission")["definitions"][part["$ref"].rpartition("/")[2]]
    if path:
        yield path
    for key, item in part.get("properties", {}).items():
        yield from _paths(item, f"{path}.{key}" if path else key)
    if "items" in part:
        yield from _paths(part["items"], f"{path}[0]")


def test_every_refusal_says_what_is_wrong_and_where_in_the_words_that_are_kept(
    catalogue: Catalogue,
) -> None:
    """`python -m tests.submission.test_file_sentences` writes them again: look at what changed."""
    assert _every_refusal(catalogue) == KEPT.read_text(encoding="utf-8")


if __name__ == "__main__":
    KEPT.write_text(_every_refusal(Catalogue()), encoding="utf-8")
