"""The forecast table as the workbook the Caf asks for: one sheet, amounts as numbers, formulas for the rest.

The one workbook that holds salaries. Each formula carries our own value, computed in integers: a reader that
does not recompute shows the same figures. The findings of the checks are shown on the screen only.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from ctg_tui.domain.assessment import Identity
from ctg_tui.domain.forecast import ForecastTable, Row
from ctg_tui.domain.text import clean
from ctg_tui.report.workbook import make_workbook, print_set_up, write_text
from ctg_tui.wording import forecast as forecast_words
from ctg_tui.wording.french import NBSP

SHEET: Final = "Prévisionnel"
_MAX_CHARACTERS: Final = 16_000
"""A cell takes 32,767 UTF-16 units, and a character takes at most two."""

_HEADINGS: Final = (
    ("Nom", 24),
    ("Prénom", 20),
    ("Volume horaire prévisionnel (heures)", 18),
    ("Part d’un temps plein (ETP)", 14),
    ("Salaire affecté à la coordination", 18),
)
_ESTIMATE_HEADINGS: Final = (
    ("Plafond annuel", 16),
    ("Salaire retenu", 16),
    (f"Part de la Caf ({forecast_words.ESTIMATE})", 18),
)
_HEAD_ROW: Final = 8
"""Zero-based: the rate, cap and full-time hours stand above, in cells that the formulas read."""


def render(table: ForecastTable, identity: Identity, *, saved_at: datetime) -> bytes:
    """Return the bytes of the workbook; two of the same table differ only by `saved_at`, its last save."""
    title = f"Tableau prévisionnel {identity.year}"
    return make_workbook(title, saved_at, lambda workbook: _Sheet(workbook, table, identity).write())


class _Sheet:
    """The one sheet being written."""

    def __init__(self, workbook: Any, table: ForecastTable, identity: Identity) -> None:
        self.table = table
        self.identity = identity
        self.sheet = workbook.add_worksheet(SHEET)
        self.formats = {name: workbook.add_format(style) for name, style in _STYLES.items()}
        estimated = _ESTIMATE_HEADINGS if table.rate is not None else ()
        self.headings = (*_HEADINGS, *estimated)
        self.first = _HEAD_ROW + 1
        self.last = self.first + max(len(table.rows), 1) - 1

    def write(self) -> None:
        self._head()
        for column, (heading, width) in enumerate(self.headings):
            self.sheet.set_column(column, column, width)
            self._text(_HEAD_ROW, column, heading, "heading")
        self.sheet.set_row(_HEAD_ROW, 48)
        for position, row in enumerate(self.table.rows):
            self._row(self.first + position, row)
        self._totals()
        self._print_set_up()

    def _head(self) -> None:
        table, territory = self.table, self.identity.territory
        siren = f" (SIREN {territory.siren})" if territory.siren else ""
        self._text(0, 0, f"Tableau prévisionnel {self.identity.year}", "title")
        self._text(1, 0, f"{territory.name.strip() or 'Territoire non renseigné'}{siren}", "plain")
        self._text(2, 0, "Chargés de coopération CTG. Ce fichier contient des données personnelles.", "plain")
        self._text(3, 0, "Temps plein (heures par an)", "plain")
        self.sheet.write_number(3, 2, table.full_time_hours, self.formats["hours"])
        if table.rate is None:
            self._text(
                4, 0, f"Sans estimation de la part de la Caf{NBSP}: aucun taux n’a été choisi.", "plain"
            )
            return
        self._text(4, 0, f"Taux de la Caf ({forecast_words.ESTIMATE})", "plain")
        self.sheet.write_number(4, 2, table.rate.per_cent / 100, self.formats["percentage"])
        self._text(5, 0, "Plafond annuel par personne à temps plein", "plain")
        self.sheet.write_number(5, 2, table.yearly_cap_eur, self.formats["euros"])
        self.sheet.set_row(6, 32)
        self.sheet.merge_range(6, 0, 6, len(self.headings) - 1, "", self.formats["wrapped"])
        self._text(6, 0, forecast_words.basis(table), "wrapped")

    def _row(self, at: int, row: Row) -> None:
        line, number = row.line, at + 1
        self._text(at, 0, line.last_name, "text")
        self._text(at, 1, line.first_name, "text")
        self._number(at, 2, line.centihours, "hours")
        fte = f'=IF(ISNUMBER(C{number}),ROUND(C{number}/$C$4,2),"")'
        self._formula(at, 3, fte, row.fte_hundredths, "fte")
        self._number(at, 4, line.salary_cents, "cents")
        estimate = row.estimate
        if self.table.rate is not None:
            cap, hours = "$C$6", f"OR(ISBLANK(C{number}),C{number}>0)"
            if self.table.pro_rata:
                cap, hours = f"$C$6*MIN(1,C{number}/$C$4)", f"ISNUMBER(C{number}),C{number}>0"
            known = f"AND({hours},ISNUMBER(E{number}))"
            cap_cents = None if estimate is None else estimate.cap_cents
            retained = None if estimate is None else estimate.retained_cents
            share = None if estimate is None else 100 * estimate.share_eur
            self._formula(at, 5, f'=IF({known},ROUND({cap},2),"")', cap_cents, "cents")
            self._formula(at, 6, f'=IF({known},MIN(E{number},F{number}),"")', retained, "cents")
            # From the exact cap: rounding the rounded cells beside it makes some shares 1 € too high.
            self._formula(at, 7, f'=IF({known},ROUND(MIN(E{number},{cap})*$C$5,0),"")', share, "euros")

    def _totals(self) -> None:
        table, at = self.table, self.last + 1
        self._text(at, 0, "Total", "total")
        self._text(at, 1, "", "total")
        self._sum(at, 2, table.centihours, "total hours")
        self._formula(at, 3, f"=ROUND(C{at + 1}/$C$4,2)", table.fte_hundredths, "total fte")
        self._sum(at, 4, table.salary_cents, "total cents")
        if table.rate is not None:
            self._text(at, 5, "", "total")
            self._text(at, 6, "", "total")
            self._sum(at, 7, 100 * (table.share_eur or 0), "total euros")
        if not table.complete:
            self._text(at + 1, 0, "Le total ne compte que ce qui est renseigné.", "plain")

    def _print_set_up(self) -> None:
        sheet = self.sheet
        sheet.freeze_panes(_HEAD_ROW + 1, 2)
        print_set_up(sheet, f"Tableau prévisionnel {self.identity.year}", (_HEAD_ROW, _HEAD_ROW))

    def _text(self, row: int, column: int, text: str, style: str) -> None:
        write_text(self.sheet, row, column, clean(text)[:_MAX_CHARACTERS], self.formats[style])

    def _number(self, row: int, column: int, hundredths: int | None, style: str) -> None:
        if hundredths is None:
            self.sheet.write_blank(row, column, None, self.formats[style])
        else:
            self.sheet.write_number(row, column, hundredths / 100, self.formats[style])

    def _formula(self, row: int, column: int, formula: str, hundredths: int | None, style: str) -> None:
        value = "" if hundredths is None else hundredths / 100
        self.sheet.write_formula(row, column, formula, self.formats[style], value)

    def _sum(self, row: int, column: int, hundredths: int, style: str) -> None:
        letter = "ABCDEFGHI"[column]
        formula = f"=SUM({letter}{self.first + 1}:{letter}{self.last + 1})"
        self._formula(row, column, formula, hundredths, style)


_BORDER: Final = {"border": 1, "border_color": "#808080", "valign": "top"}
_TOTAL: Final = {"bold": True, "top": 2, "bottom": 1, "left": 1, "right": 1}
_NUMBERS: Final = {"hours": "#,##0.00", "fte": "0.00", "cents": '#,##0.00" €"', "euros": '#,##0" €"'}
_STYLES: Final[dict[str, dict[str, Any]]] = {
    "title": {"bold": True, "font_size": 16},
    "plain": {},
    "wrapped": {"text_wrap": True, "valign": "top"},
    "percentage": {"num_format": "0%", "align": "left", "bold": True},
    "text": {**_BORDER, "text_wrap": True},
    "heading": {**_BORDER, "bold": True, "text_wrap": True, "bg_color": "#E7E6E6", "valign": "vcenter"},
    "total": {**_TOTAL},
    **{name: {**_BORDER, "num_format": shown} for name, shown in _NUMBERS.items()},
    **{f"total {name}": {**_TOTAL, "num_format": shown} for name, shown in _NUMBERS.items()},
}
