"""The minutes of a meeting are made of the same review and the same notes as the page « Avis reçu »."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from pathlib import Path

from ctg_tui.domain.assessment import Adviser, Answer, Rating
from ctg_tui.domain.scores import grid_in_view
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services import meeting as minutes
from ctg_tui.services.received.intake import receive
from ctg_tui.services.review.answering import review_to_answer
from ctg_tui.services.workspace import Workspace
from ctg_tui.submission.document import fingerprint_of
from ctg_tui.submission.review import bytes_of
from tests.make_review_examples import HEADER, example_review
from tests.report.pages import read_page
from tests.services.dossiers import example


def test_the_latest_review_is_shown_with_the_notes_that_the_adviser_read(
    workspace: Workspace, tmp_path: Path
) -> None:
    made = example(workspace)
    grid, assessment = workspace.load(made)
    review = example_review(grid)._replace(
        assessment=assessment.uuid,
        territory=assessment.identity.territory,
        submission=fingerprint_of(grid_in_view(grid, assessment), assessment),
    )
    later = dataclasses.replace(HEADER, created_at=HEADER.created_at + timedelta(days=1))
    latest, former = tmp_path / "dernier.json", tmp_path / "ancien.json"
    latest.write_bytes(bytes_of(review, later))
    former.write_bytes(bytes_of(review._replace(questions=()), HEADER))
    for path in (latest, former):  # the former one comes in after the latest
        assert [one.code for one in receive(workspace, [path])] == ["avis-pris"]
    cell = review.agreed[0].cell
    read = assessment.answers.get(cell)
    session = workspace.open(made)
    session.rate(cell, Rating.NO if read is not Rating.NO else Rating.FULLY)
    grid, changed = workspace.load(made)
    page = review_to_answer(workspace, grid, changed)
    assert page is not None
    assert page.reviews[0].review.questions == review.questions
    on_page: list[Answer | None] = [item.row.first_note for item in page.items if item.cell == cell]
    assert on_page == [read] != [changed.answers[cell]]
    for content in (
        minutes.of_assessment(workspace, changed),
        minutes.of_file(latest, Catalogue(), workspace),
    ):
        assert content is not None
        assert content.review.questions == review.questions
        assert (content.self_notes or {}).get(cell) == read


def test_the_minutes_show_each_adviser_under_their_name_and_say_what_is_unknown_here(
    workspace: Workspace, tmp_path: Path
) -> None:
    made = example(workspace)
    grid, assessment = workspace.load(made)
    review = example_review(grid)._replace(
        assessment=assessment.uuid, territory=assessment.identity.territory
    )
    paths = []
    for rank, name in enumerate(("Première Personne", "", "Autre Personne")):
        paths.append(tmp_path / f"{rank}.json")
        later = dataclasses.replace(HEADER, created_at=HEADER.created_at + timedelta(days=rank))
        content = bytes_of(review._replace(author=Adviser(name), meeting=None), later)
        paths[rank].write_bytes(content)
        assert [one.code for one in receive(workspace, [paths[rank]])] == ["avis-pris"]
    every = minutes.of_assessment(workspace, workspace.load(made)[1])
    assert every is not None
    page = read_page(minutes.render(every).decode())
    titles = [" ".join(node.text.split()) for node in page.every("h2")]
    for name in ("Première Personne", "un auteur inconnu ici", "Autre Personne"):
        assert f"Notes et remarques : {name}" in titles
    assert "Les notes que la Caf a lues sont inconnues ici" in page.text, "the example is about another state"
    alone = minutes.of_file(paths[0], Catalogue(), None)
    text = minutes.render(alone).decode()
    assert "inconnu ici" in text
    assert "sans réponse" not in text
