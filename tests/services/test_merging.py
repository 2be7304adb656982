"""What a merge refuses: another grid, an unknown one, texts too long together, too many files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ctg_tui.domain.assessment import Assessment, Cell, Coordinator, Profile, Rating, Status
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.merging import Side
from ctg_tui.domain.review import Contribution
from ctg_tui.domain.text import digest
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.merging import MAX_FILES, draft, merger_of, side_of_file
from tests.each_row import each_row
from tests.received import AT, submission, uuid_of
from tests.strategies import charente, make_assessment, make_identity


def an_assessment(number: int, grid: Grid | None = None, **parts: Any) -> Assessment:
    person = Coordinator("c1", f"Nom {number}", "Prénom", Profile.THEMATIC, ())
    identity = make_identity(coordinators=(person,))
    notes = {Cell("m1.a01", "famille"): Rating.NO}
    return make_assessment(grid or charente(), notes, uuid=uuid_of(number), identity=identity, **parts)


def side(number: int, grid: Grid | None = None, **parts: Any) -> Side:
    given = an_assessment(number, grid, **parts)
    fingerprint = digest([repr(given)])
    own = Contribution(given.uuid, given.revision, fingerprint, ("c1",))
    return Side(grid or charente(), given, fingerprint, (own,))


def code_of(*sides: Side) -> str:
    with pytest.raises(Refusal) as refused:
        draft(merger_of(sides), Catalogue(), AT)
    assert "Rien n’a été écrit" in refused.value.message
    return refused.value.code


def test_two_versions_of_the_grid_are_not_merged() -> None:
    other = replace(charente(), fingerprint="sha256:" + "b" * 64)
    assert code_of(side(1), side(2, other)) == "fusion-grilles"


def test_a_file_whose_grid_is_not_here_is_not_merged(tmp_path: Path) -> None:
    other = replace(charente(), id="ailleurs-1", fingerprint="sha256:" + "b" * 64)
    path = tmp_path / "ailleurs.json"
    path.write_bytes(submission(an_assessment(1, other), status=Status.DRAFT, grid=other))
    with pytest.raises(Refusal) as refused:
        side_of_file(path, Catalogue())
    assert refused.value.code == "grille-inconnue"


@each_row("block", ["comments", "remarks"])
def test_texts_that_are_too_long_together_are_refused_and_none_is_cut(block: str) -> None:
    line = "m1.a01" if block == "comments" else next(iter(charente().indicators))
    texts: list[dict[str, Any]] = [{block: {line: str(number) * 12_000}} for number in (1, 2)]
    sides = [side(number, **parts) for number, parts in enumerate(texts, 1)]
    assert code_of(*sides) == "texte-trop-long"


def test_more_files_than_a_submission_can_name_are_refused() -> None:
    assert code_of(*(side(number) for number in range(MAX_FILES + 1))) == "fusion-trop"


def test_territories_are_compared_each_with_each() -> None:
    def of(number: int, siren: str | None) -> Side:
        territory = make_identity().territory._replace(siren=siren)
        given = side(number)
        identity = given.assessment.identity._replace(territory=territory)
        return given._replace(assessment=given.assessment._replace(identity=identity))

    # The one in the middle, without a SIREN, has the name of both.
    assert code_of(of(1, "200043016"), of(2, None), of(3, "200041762")) == "fusion-territoires"
