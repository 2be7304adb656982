"""The forecast table as the workbook the Caf asks for: one sheet, a row per person, amounts as numbers.

The one workbook that holds salary costs. The findings of the checks are shown on the screen only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.assessment import Identity
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.forecast import ForecastTable, Reading, readings
from ctg_tui.domain.text import clean
from ctg_tui.report.workbook import Looks, Sheet, make_workbook
from ctg_tui.wording import forecast as words
from ctg_tui.wording.french import NBSP, count, territory_name

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

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
    return make_workbook(title, saved_at, lambda workbook: _fill(workbook, title, table, identity))


def _fill(workbook: Workbook, title: str, table: ForecastTable, identity: Identity) -> None:
    ways = () if table.rate is None else readings(table.rate)
    pixels = _PIXELS[: len(_HEADINGS) + len(ways)]
    worksheet = workbook.add_worksheet(SHEET)
    worksheet.hide_gridlines(2)
    sheet = Sheet(worksheet, Looks(workbook), pixels, len(pixels))
    siren = identity.territory.siren
    sheet.lowest = 22.0
    sheet.banner(title, "title")
    sheet.lowest = 16.0
    sheet.banner(f"{territory_name(identity)}{f' (SIREN {siren})' if siren else ''}")
    for sentence in _sentences(table):
        sheet.banner(sentence, "small")
    sheet.skip()
    head = sheet.row
    shares = [
        f"Part de la Caf ({words.ESTIMATE}), {words.reading(way, table.rate, table.yearly_cap_eur)}"
        for way in ways
        if table.rate is not None
    ]
    headings = [*_HEADINGS, *shares]
    sheet.lowest = 30.0
    sheet.write(headings, ["head indented"] * 2 + ["head right"] * (len(headings) - 2))
    sheet.lowest = 20.0
    worksheet.freeze_panes(sheet.row, 2)
    formats = ["", "", _HOURS, _HOURS, _CENTS, *(_EUROS for _ in ways)]
    for row in table.rows:
        line = row.line
        names = [clean(name)[:_MOST_OF_A_NAME] for name in (line.last_name, line.first_name)]
        figures = [line.centihours, row.fte_hundredths, line.salary_cents, *_cents(row.shares_eur, ways)]
        looks = ["text"] * 2 + ["amount"] * len(figures)
        sheet.write([*names, *map(_units, figures)], looks, formats=formats)
    totals = [table.centihours, table.fte_hundredths, table.salary_cents, *_cents(table.shares_eur, ways)]
    looks = ["total", *("total amount" for _ in totals)]
    sheet.write(["Total", *map(_units, totals)], looks, spans=[2], formats=formats[1:])
    if not table.complete:
        sheet.banner("Le total ne compte que ce qui est renseigné.", "small")
    if table.diagnosis is not None:
        cost = words.money(table.diagnosis.cost_cents)
        sheet.banner(f"{words.diagnosis(table.diagnosis)} Coût saisi{NBSP}: {cost}.", "small")
    sheet.finish(title, (head, head), is_portrait=False)


def _sentences(table: ForecastTable) -> Iterable[str]:
    """Yield what the file is and how the estimate is made."""
    yield "Chargé·es de coopération CTG. Ce fichier contient des données personnelles."
    yield typeset(f"Temps plein : {count(table.full_time_hours, 'heure')} par an.")
    if table.rate is None:
        yield typeset("Sans estimation de la part de la Caf : aucun taux n’a été choisi.")
        return
    yield words.basis(table)
    if doubt := words.doubt(table):
        yield doubt


def _cents(shares_eur: Mapping[Reading, int], ways: Iterable[Reading]) -> list[int | None]:
    """Return the share in each reading, in cents; None without an estimate."""
    return [100 * shares_eur[way] if shares_eur else None for way in ways]


def _units(hundredths: int | None) -> float | None:
    return None if hundredths is None else hundredths / 100
