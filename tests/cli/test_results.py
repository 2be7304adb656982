"""`synthese`: the figures of an assessment, and the years of its territory side by side."""

from __future__ import annotations

import pytest

from ctg_tui.domain.assessment import Cell, Rating
from ctg_tui.services.workspace import open_workspace
from tests.cli.program import Program
from tests.strategies import charente, make_identity

FIRST = Cell("m1.a01", "famille")


@pytest.fixture
def two_years(program: Program) -> Program:
    opened = open_workspace(program.database, write=True)
    for year, rating in ((2027, Rating.FULLY), (2026, Rating.PARTLY)):
        made = opened.create(make_identity(year=year), charente())
        opened.open(made).rate(FIRST, rating)
    opened.close()
    return program


def test_the_synthesis_has_the_years_the_earliest_first(two_years: Program) -> None:
    former, present = two_years.run("synthese", "1", "--json").json["annees"]
    assert [(one["annee"], one["moment"], one["id"]) for one in (former, present)] == [
        (2026, "annuelle", 2),
        (2027, "annuelle", 1),
    ]
    assert [one["resultats"]["ensemble"]["pourcentage"] for one in (former, present)] == [33, 100]
    rubrics = {one["politique"]: one["pourcentage"] for one in former["resultats"]["rubriques"]}
    assert rubrics == {"famille": 33, "education": None, "social": None}
    assert present["resultats"] == two_years.run("synthese", "1", "--json").json["resultats"]
    assert [one["annee"] for one in two_years.run("synthese", "2", "--json").json["annees"]] == [2026]
    assert "100 % en 2027, 33 % en 2026" in " ".join(two_years.run("synthese", "1").out.split())
