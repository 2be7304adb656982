"""The forecast table as the workbook the Caf asks for: one sheet, a row per person, amounts as numbers.

The one workbook that holds salary costs. The findings of the checks are shown on the screen only.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from ctg_tui.domain.assessment import Identity
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.forecast import ForecastTable
from ctg_tui.domain.text import clean
from ctg_tui.report.sheets import Book, Box, make_workbook
from ctg_tui.wording import forecast as words
from ctg_tui.wording.french import count, territory_name

SHEET: Final = "Prévisionnel"
_HEADINGS: Final = (
    "Nom",
    "Prénom",
    "Volume horaire prévisionnel (heures)",
    "Part d’un temps plein (ETP)",
    "Coût salarial affecté à la coordination (brut + charges)",
)
_PIXELS: Final = (150, 130, 110, 96, 140, 140, 140)
"""The columns that the Caf asks for, then those of the estimate."""
_MOST_OF_A_NAME: Final = 200
_HOURS, _CENTS, _EUROS = "#,##0.00", '#,##0.00" €"', '#,##0" €"'


def render(table: ForecastTable, identity: Identity, *, saved_at: datetime) -> bytes:
    """Return the bytes of the workbook; two of the same table differ only by `saved_at`, its last save."""
    title = f"Tableau prévisionnel {identity.year}"
    return make_workbook(title, saved_at, lambda book: _fill(book, title, table, identity))


def _fill(book: Book, title: str, table: ForecastTable, identity: Identity) -> None:
    ways = words.readings(table)
    sheet = book.sheet(SHEET, _PIXELS[: len(_HEADINGS) + len(ways)])
    siren = f" (SIREN {identity.territory.siren})" if identity.territory.siren else ""
    sheet.banner(title, "title", 22)
    sheet.banner(f"{territory_name(identity)}{siren}", lowest=16)
    for sentence in _sentences(table):
        sheet.banner(sentence, "small quiet")
    sheet.row += 1
    head = sheet.row
    shares = [f"Part de la Caf ({words.ESTIMATE}), {way}" for way in ways]
    looks = ["head indent"] * 2 + ["head indent right"] * (3 + len(ways))
    sheet.write(map(Box, (*_HEADINGS, *shares), looks), 30)
    sheet.worksheet.freeze_panes(sheet.row, 2)

    def figures(hundredths: Iterable[int | None], shares_eur: Iterable[int], look: str) -> list[Box]:
        values = [None if one is None else one / 100 for one in hundredths]
        amounts: Iterable[int | None] = shares_eur or [None for _ in ways]
        formats = [_HOURS, _HOURS, _CENTS, *(_EUROS for _ in ways)]
        return [Box(one, look, 1, shown) for one, shown in zip([*values, *amounts], formats, strict=True)]

    for row in table.rows:
        line = row.line
        names = [clean(name)[:_MOST_OF_A_NAME] for name in (line.last_name, line.first_name)]
        given = (line.centihours, row.fte_hundredths, line.salary_cents)
        own = [Box(name, "ruled indent") for name in names]
        sheet.write((*own, *figures(given, row.shares_eur, "ruled whole right indent")), 20)
    given = (table.centihours, table.fte_hundredths, table.salary_cents)
    total = figures(given, table.shares_eur, "total whole right indent")
    sheet.write((Box("Total", "total indent", 2), *total), 20)
    if not all(row.line.is_filled for row in table.rows):
        sheet.banner("Le total ne compte que ce qui est renseigné.", "small quiet")
    sheet.finish(title, head)


def _sentences(table: ForecastTable) -> Iterable[str]:
    """Yield what the file is and how the estimate is made."""
    yield "Chargé·es de coopération CTG. Ce fichier contient des données personnelles."
    yield typeset(f"Temps plein : {count(table.funding.full_time_hours, 'heure')} par an.")
    if table.rate is None:
        yield typeset("Sans estimation de la part de la Caf : aucun taux n’a été choisi.")
        return
    yield words.basis(table)
    if doubt := words.doubt(table):
        yield doubt
