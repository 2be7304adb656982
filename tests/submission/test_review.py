"""The review: those of the program are accepted, and a refusal gives reasons and places."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.domain.assessment import NOT_CONCERNED, Adviser, Cell, Rating
from ctg_tui.domain.grid import NamedLine, named_line
from ctg_tui.domain.review import AgreedNote, Remark, Review, ReviewQuestion
from ctg_tui.formats import Problem, ProblemCode
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.submission.document import Header
from ctg_tui.submission.review import ReceivedReview, bytes_of, examine, is_review, ordered
from tests import make_review_examples as made
from tests.cleanness import is_clean
from tests.each_row import each_row
from tests.make_examples import Example, contents
from tests.make_review_examples import HEADER, example_review
from tests.received import review_examples
from tests.strategies import charente, paragraphs

GRID = charente()
CATALOGUE = Catalogue()
BAD = [example for example in made.all_examples() if not example.valid]


def accepted(content: bytes) -> ReceivedReview:
    found = examine(content, CATALOGUE)
    assert isinstance(found, ReceivedReview), found
    return found


def test_the_published_examples_are_those_of_the_program() -> None:
    for folder, valid in ((made.FOLDER, True), (made.REFUSED_FOLDER, False)):
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == contents(
            made.all_examples(), valid=valid
        )
    assert review_examples().keys() == contents(made.all_examples(), valid=True).keys()


@each_row("example", BAD)
def test_a_bad_review_is_refused_with_its_code_and_its_place(example: Example) -> None:
    problem = refused(example.content)
    assert problem.code == example.code
    assert is_clean(problem.sentence())
    assert problem.sentence().endswith(".")


def test_a_good_review_reads_as_it_was_written_and_goes_out_again_the_same() -> None:
    review = example_review()
    content = bytes_of(review, HEADER)
    found = accepted(content)
    assert (found.review, found.header, found.apart) == (review, HEADER, ())
    assert bytes_of(found.review, found.header) == content
    assert "prive" not in content.decode()


def test_a_review_is_told_by_its_first_bytes_and_one_too_large_is_not_opened() -> None:
    content = review_examples()["bon-complet.json"]
    assert is_review(content)
    assert not is_review(b"x" * 200 + content)
    assert not is_review(b'{"format": "ctg-soumission"}')
    problem = refused(b" " * 5_000_001)
    assert (problem.code, problem.path, problem.message) == (
        *(ProblemCode.TOO_LARGE, ""),
        "il dépasse 5\N{NO-BREAK SPACE}Mo.".replace("\N{NO-BREAK SPACE}", " "),
    )
    assert refused(b" " * 5_000_000).code is ProblemCode.NOT_JSON


def refused(content: bytes) -> Problem:
    found = examine(content, CATALOGUE)
    assert isinstance(found, Problem)
    return found


def test_two_exports_of_one_review_differ_only_in_document() -> None:
    one, other = (
        json.loads(bytes_of(example_review(), header))
        for header in (HEADER, Header(HEADER.identifier, HEADER.created_at, "ctg-tui 9"))
    )
    assert one.pop("document") != other.pop("document")
    assert one == other


def test_lines_of_another_grid_are_kept_apart() -> None:
    review = example_review()
    line = next(iter(GRID.activities))
    strange = review._replace(
        remarks=(*review.remarks, Remark(line, "logement", Rating.FULLY), Remark("m9.a01", comment="Perdue")),
        questions=(*review.questions, ReviewQuestion("q3", "Et ceci ?", "m9.a02")),
    )
    found = accepted(bytes_of(ordered(strange, GRID), HEADER))
    assert found.apart == (f"{line}/logement", "m9.a01", "m9.a02")
    unknown = accepted(review_examples()["bon-grille-inconnue.json"])
    assert (unknown.grid, len(unknown.apart)) == (None, 2)


@st.composite
def reviews(draw: st.DrawFn) -> Review:
    """Draw a review of the example assessment."""
    cells = draw(st.lists(st.sampled_from(GRID.cells), max_size=12, unique=True))
    notes = st.sampled_from([*Rating, NOT_CONCERNED])
    lines = draw(st.lists(st.sampled_from(list(GRID.activities)), max_size=6, unique=True))
    texts = paragraphs
    remarks = [Remark(cell.activity, cell.policy, draw(notes)) for cell in cells]
    remarks += [Remark(line, comment=draw(texts), on_agenda=draw(st.booleans())) for line in lines]
    questions = [
        ReviewQuestion(f"q{rank}", text, draw(st.sampled_from([None, *lines])))
        for rank, text in enumerate(draw(st.lists(texts, max_size=4)), 1)
    ]
    return example_review()._replace(
        meeting=draw(st.none() | st.dates(date(2000, 1, 1), date(2199, 12, 31))),
        author=Adviser(draw(st.just("") | st.just("Prénom Nom"))),
        remarks=tuple(remarks),
        questions=tuple(questions),
        agreed=tuple(AgreedNote(Cell(*cell), draw(notes)) for cell in cells[:3]),
    )


@given(reviews())
def test_any_review_goes_round_with_every_value(review: Review) -> None:
    in_order = ordered(review, GRID)
    found = accepted(bytes_of(in_order, HEADER))
    assert found.review == in_order
    assert sorted(map(repr, in_order.remarks)) == sorted(map(repr, review.remarks))


@each_row(
    "name, line",
    [
        ("1.3", NamedLine("m1.a03")),
        ("1.03", NamedLine("m1.a03")),
        ("m1.a03", NamedLine("m1.a03")),
        ("1.3/famille", NamedLine("m1.a03", "famille")),
        (" 1.3 / Éducation", NamedLine("m1.a03", "education")),
        ("9.1", None),
        ("1.0", None),
        ("1.99", None),
        ("1.3/sport", None),
        ("", None),
        ("1.3.1", None),
    ],
)
def test_lines_are_named_as_people_name_them(name: str, line: NamedLine | None) -> None:
    assert named_line(GRID, name) == line


def mutants() -> Iterator[bytes]:
    """Yield the example with each value of its document replaced by hostile ones."""
    content = bytes_of(example_review(), HEADER)
    for value in (b"null", b"[]", b"{}", b"-1", b"1e999", b'"\\ud800"', b"true", b'"' + b"9" * 30_000 + b'"'):
        for place in range(0, len(content), 97):
            cut = content.find(b": ", place)
            if cut > 0:
                yield content[: cut + 2] + value + content[content.find(b"\n", cut) :]


def test_no_mutant_is_accepted_and_none_breaks_the_reader() -> None:
    for mutant in mutants():
        assert refused(mutant).code in ProblemCode


def test_the_schema_is_published_with_the_program() -> None:
    path = Path(__file__).parents[2] / "data" / "schemas" / "avis.schema.json"
    definition = json.loads(path.read_text(encoding="utf-8"))
    assert definition["properties"]["format"]["const"] == "ctg-avis"


@each_row(
    "name, path",
    [
        *(("version-suivante", "version"), ("autre-format", "format")),
        *(("etat-change", "document.controle"), ("grille-incoherente", "grille.version")),
        *(("salaire", "auteur.salaire"), ("jour-impossible", "entretien.date")),
        *(("note-4", "lignes[1].note_conseiller"), ("questions-ordre", "questions[0].id")),
        ("note-changee", "integrite.empreinte"),
    ],
)
def test_a_refusal_says_where_in_the_file(name: str, path: str) -> None:
    (bad,) = (example for example in BAD if example.name == f"mauvais-{name}.json")
    problem = refused(bad.content)
    assert problem.path == path
    assert problem.sentence().endswith(f"({path}).")
