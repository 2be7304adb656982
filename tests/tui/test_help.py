"""F1: the keys of a page; « Le cadre »: every fact of the grid file, the Caf's words as they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from ctg_tui.tui.help import framework
from ctg_tui.tui.widgets.listing import Item
from ctg_tui.wording.french import NBSP
from tests.strategies import charente

TODAY = date(2025, 6, 1)


def text_of(items: Iterable[Item]) -> str:
    lines = (line for item in items for line in item.lines(500))
    return "\n".join("".join(piece.text for piece in line) for line in lines).replace(NBSP, " ")


def test_the_page_has_every_fact_of_the_shipped_grid() -> None:
    grid = charente()
    page = text_of(framework(grid, TODAY))
    document = grid.document
    expected = [
        document["grille"]["definition"],
        *(document["campagne"]["texte"], document["campagne"]["principe"]["texte"]),
        *(*document["mode_operatoire"]["textes"], *document["financement"]["phrases"]),
        *(row["libelle"] for row in document["pieces"]),
        *grid.scale.values(),
        *(rate.text for rate in grid.funding.rates),
        *(row["sens"] for row in document["glossaire"]),
    ]
    unbroken = "".join(page.split())
    assert [text for text in expected if "".join(text.replace(NBSP, " ").split()) not in unbroken] == []
    assert "La rubrique « Non Concerné » est à renseigner si" in page
    assert "50% de la dépense plafonnée à 15 000 €, soit 7 500€" in page


def test_the_dates_to_come_are_first_and_past_ones_are_gone() -> None:
    known = [{"jour": "2027-10-07", "texte": "après"}, {"jour": "2024-11-07", "texte": "avant"}]
    grid = replace(charente(), document={**charente().document, "dates": known})
    first = text_of(framework(grid, date(2027, 1, 12))[:4])
    assert "Les dates de cette année" in first
    assert "31 mars 2027" in first
    assert "7 octobre 2027" in first
    assert "2024" not in first
