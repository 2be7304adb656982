"""The shipped grid has the words of the Caf's document, and marks those that are not the Caf's."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from ctg_tui.domain.grid import Grid
from tests.outside.adviser import Workbook, workbook_to_answer
from tests.outside.commands import answers, begin, reported
from tests.strategies import charente, charente_of_caf

CAF = (Path(__file__).parent / "data" / "caf-charente-2024-10-01.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def grid() -> Grid:
    return charente()


@pytest.fixture(params=[charente, charente_of_caf])
def shipped(request: pytest.FixtureRequest) -> Grid:
    """Return each of the two shipped grids."""
    grid: Grid = request.param()
    return grid


def same_words(text: str) -> str:
    """Return `text` with plain quotes and spaces."""
    text = text.replace("’", "'").replace("*", "")
    text = re.sub(r"«\s*|\s*»", '"', text)
    return " ".join(text.split())


def rows_between(start: str, end: str) -> list[list[str]]:
    """Return the rows of a table of the document, from the line after `start` to the line before `end`."""
    lines = CAF.splitlines()
    first = next(rank for rank, line in enumerate(lines) if line.startswith(start)) + 1
    last = next(rank for rank, line in enumerate(lines) if rank >= first and line.startswith(end))
    return [[same_words(cell) for cell in line.split("\t")] for line in lines[first:last] if line.strip()]


def test_mission_1_is_word_for_word_the_cafs(shipped: Grid) -> None:
    mission = shipped.missions[0]
    table = rows_between("Mission 1 :", "\t0%")
    assert [same_words(line.label) for line in mission.activities] == [row[0] for row in table]
    assert len(table) == 14
    title = next(line for line in CAF.splitlines() if line.startswith("Mission 1 :"))
    assert same_words(mission.title) == same_words(title.removeprefix("Mission 1 :"))


def test_the_lines_are_the_cafs_word_for_word_in_the_files_and_questions_too(tmp_path: Path) -> None:
    database, made = tmp_path / "base.db", tmp_path / "envoi"
    made.mkdir()
    begin(database)
    reported(database, "dossier", 1, "--sortie", made)
    page = re.sub("<[^>]*>", " ", next(made.rglob("*_rapport.html")).read_text(encoding="utf-8"))
    said = answers(database, "", "grille", *(f"aller 1.{rank}" for rank in range(1, 15)))
    labels = [row[0] for row in rows_between("Mission 1 :", "\t0%")]
    for text in (unescape(page), Workbook(workbook_to_answer(made)).texts, said):
        assert [label for label in labels if label not in same_words(text)] == []


def test_the_indicators_of_mission_1_are_the_cafs_types_included(shipped: Grid) -> None:
    table = rows_between("Indicateurs\tType", "MODE OPERATOIRE")
    kinds = dict[str | None, str](shipped.indicator_types) | {None: ""}
    lines = shipped.missions[0].indicators
    assert [[same_words(line.label), kinds[line.type]] for line in lines] == [row[:2] for row in table]
    assert [line.is_heading for line in lines] == [True, False]


def test_scale_instructions_definition_and_documents_are_the_cafs(shipped: Grid) -> None:
    scale = rows_between("Pour chaque activité", 'La rubrique "Non')
    assert [[code, same_words(label)] for code, label in shipped.scale.items()] == scale
    caf = same_words(CAF)
    document = shipped.document
    contacts, dates = document["interlocuteurs"], document["dates"]
    verbatim = [
        document["grille"]["definition"],
        *document["mode_operatoire"]["textes"],
        *(row["libelle"] for row in document["pieces"]),
        *(rate.text for rate in shipped.funding.rates if rate.to_confirm),
        *document["financement"]["phrases"],
        shipped.funding.diagnosis,
        *(task for contact in contacts for task in contact["missions"]),
        *(row["texte"] for row in dates),
        document["campagne"]["texte"],
        document["campagne"]["principe"]["texte"],
        *(mission.title for mission in shipped.missions[1:]),
    ]
    assert [text for text in verbatim if same_words(text) not in caf] == []
    assert all(same_words(contact["nom"]).lower() in caf.lower() for contact in contacts)
    assert (len(document["financement"]["phrases"]), len(contacts), len(dates)) == (3, 2, 2)


def test_lines_that_the_caf_did_not_write_are_proposals_or_public(grid: Grid) -> None:
    for mission in grid.missions:
        sources = {line.source for line in mission.activities} | {line.source for line in mission.indicators}
        if mission.id == "m1":
            assert sources == {"grille-charente-2024"}
        else:
            assert sources <= {"proposition", "referentiel-cnaf"}
    words = "ligne proposée par ctg-tui, absente du document de la Caf"
    assert grid.sources["proposition"] == words


def test_only_the_lines_of_the_caf_are_declared_as_the_cafs(grid: Grid) -> None:
    authoritative = [row["id"] for row in grid.document["sources"] if row["fait_foi"]]
    assert authoritative == ["grille-charente-2024"]
    own = [line.id for line in grid.activities.values() if not line.is_proposed]
    assert own == [f"m1.a{rank:02}" for rank in range(1, 15)]
    assert [line.id for line in grid.indicators.values() if not line.is_proposed] == ["m1.i01", "m1.i02"]
    reworded = [line.id for line in grid.activities.values() if line.source == "referentiel-cnaf"]
    assert reworded == ["m2.a01", "m2.a02", "m3.a01", "m3.a02", "m3.a03"]
    assert "d’après le référentiel national" in grid.sources["referentiel-cnaf"]


def test_the_shipped_grid_has_51_activities_and_153_cells(grid: Grid) -> None:
    assert [len(mission.activities) for mission in grid.missions] == [14, 12, 13, 12]
    assert len(grid.cells) == 153
    assert [policy.label for policy in grid.policies] == ["Famille", "Éducation", "Social"]
