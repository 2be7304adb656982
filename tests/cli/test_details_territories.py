"""One territory, spelt as each person spells it: found again by every command, and never two of them."""

from __future__ import annotations

from ctg_tui.domain.assessment import Cell, Rating, Territory
from ctg_tui.services.workspace import grouped, open_workspace
from tests.cli.program import Program
from tests.strategies import charente, make_identity

SPELLINGS = ("Cœur de l’Angoumois", "COEUR DE L'ANGOUMOIS", "coeur-de-l'Angoumois")
FIRST = Cell("m1.a01", "famille")


def test_last_year_s_notes_are_those_of_every_spelling(program: Program) -> None:
    opened = open_workspace(program.database, None, write=True)
    for year, name in enumerate(SPELLINGS[:2], 2026):
        made = opened.create(make_identity(year=year, territory=Territory(name)), charente())
        opened.open(made).rate(FIRST, Rating.PARTLY)
    assert [len(group) for _, group in grouped(opened.summaries())] == [2]
    opened.close()
    assert [one["annee"] for one in program.run("synthese", "2", "--json").json["annees"]] == [2026, 2027]
