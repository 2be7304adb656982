"""The forecast table as the workbook the Caf asks for: one sheet, a row per person, amounts as numbers.

The one workbook that holds salary costs. The findings of the checks are shown on the screen only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from ctg_tui.domain.assessment import Identity
from ctg_tui.domain.forecast import DiagnosisEstimate, ForecastTable, Row, readings
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
    ("Coût salarial affecté à la coordination (brut + charges)", 20),
)
_ESTIMATE_WIDTHS: Final = (16, 16, 24, 24)
_HEAD_ROW: Final = 9
"""Zero-based: the rate, cap and full-time hours stand above."""


def render(table: ForecastTable, identity: Identity, *, saved_at: datetime) -> bytes:
    """Return the bytes of the workbook; two of the same table differ only by `saved_at`, its last save."""
    title = f"Tableau prévisionnel {identity.year}"
    return make_workbook(title, saved_at, lambda workbook: _Sheet(workbook, table, identity).write())


class _Sheet:
    """The one sheet being written: the people with the estimate of each, the initial diagnosis."""

    def __init__(self, workbook: Any, table: ForecastTable, identity: Identity) -> None:
        self.table = table
        self.identity = identity
        self.sheet = workbook.add_worksheet(SHEET)
        self.formats = {name: workbook.add_format(style) for name, style in _STYLES.items()}
        self.first = _HEAD_ROW + 1
        self.ways = () if table.rate is None else readings(table.rate)
        self.columns = len(_HEADINGS) + (2 + len(self.ways) if self.ways else 0)

    def write(self) -> None:
        self._head()
        widths = (*(width for _, width in _HEADINGS), *_ESTIMATE_WIDTHS)
        for column, width in enumerate(widths[: self.columns]):
            self.sheet.set_column(column, column, width)
        self._headings(_HEAD_ROW, [*(heading for heading, _ in _HEADINGS), *self._estimated()])
        for position, row in enumerate(self.table.rows):
            self._row(self.first + position, row)
        after = self._totals()
        if self.table.diagnosis is not None:
            self._diagnosis(after + 1, self.table.diagnosis)
        self._print_set_up()

    def _head(self) -> None:
        table, territory = self.table, self.identity.territory
        siren = f" (SIREN {territory.siren})" if territory.siren else ""
        self._text(0, 0, f"Tableau prévisionnel {self.identity.year}", "title")
        self._text(1, 0, f"{territory.name.strip() or 'Territoire non renseigné'}{siren}", "plain")
        self._text(
            2, 0, "Chargé·es de coopération CTG. Ce fichier contient des données personnelles.", "plain"
        )
        self._text(3, 0, "Temps plein (heures par an)", "plain")
        self.sheet.write_number(3, 2, table.full_time_hours, self.formats["hours"])
        if table.rate is None:
            self._text(
                4, 0, f"Sans estimation de la part de la Caf{NBSP}: aucun taux n’a été choisi.", "plain"
            )
            return
        self._text(4, 0, f"Taux de la Caf ({forecast_words.ESTIMATE})", "plain")
        self.sheet.write_number(4, 2, table.rate.per_cent / 100, self.formats["percentage"])
        self._text(5, 0, "Plafond annuel d’un poste à temps plein", "plain")
        self.sheet.write_number(5, 2, table.yearly_cap_eur, self.formats["euros"])
        self._sentence(6, forecast_words.basis(table))
        self._sentence(7, forecast_words.doubt(table) or "")

    def _sentence(self, at: int, sentence: str) -> None:
        if sentence:
            self.sheet.set_row(at, 32)
            self.sheet.merge_range(at, 0, at, self.columns - 1, "", self.formats["wrapped"])
            self._text(at, 0, sentence, "wrapped")

    def _headings(self, at: int, headings: Sequence[str]) -> None:
        for column, heading in enumerate(headings):
            self._text(at, column, heading, "heading")
        self.sheet.set_row(at, 64)

    def _estimated(self) -> list[str]:
        """Return the headings of the estimate; none without a rate."""
        table = self.table
        if table.rate is None:
            return []
        names = (forecast_words.reading(way, table.rate, table.yearly_cap_eur) for way in self.ways)
        shares = (f"Part de la Caf ({forecast_words.ESTIMATE}), {name}" for name in names)
        return ["Plafond annuel", "Coût retenu", *shares]

    def _row(self, at: int, row: Row) -> None:
        line, estimate = row.line, row.estimate
        self._text(at, 0, line.last_name, "text")
        self._text(at, 1, line.first_name, "text")
        self._number(at, 2, line.centihours, "hours")
        self._number(at, 3, row.fte_hundredths, "fte")
        self._number(at, 4, line.salary_cents, "cents")
        if self.ways:
            self._number(at, 5, None if estimate is None else estimate.cap_cents, "cents")
            self._number(at, 6, None if estimate is None else estimate.retained_cents, "cents")
        for column, way in enumerate(self.ways, 7):
            self._number(at, column, None if estimate is None else 100 * estimate.shares_eur[way], "euros")

    def _totals(self) -> int:
        """Write the total of the people; return the row below."""
        table, at = self.table, self.first + len(self.table.rows)
        for column in range(self.columns):
            self._text(at, column, "" if column else "Total", "total")
        self._number(at, 2, table.centihours, "total hours")
        self._number(at, 3, table.fte_hundredths, "total fte")
        self._number(at, 4, table.salary_cents, "total cents")
        for column, way in enumerate(self.ways, 7):
            self._number(at, column, 100 * table.shares_eur.get(way, 0), "total euros")
        if not table.complete:
            self._text(at + 1, 0, "Le total ne compte que ce qui est renseigné.", "plain")
        return at + 2

    def _diagnosis(self, at: int, diagnosis: DiagnosisEstimate) -> None:
        rule = diagnosis.rule
        share = f"Part de la Caf ({forecast_words.ESTIMATE}), {rule.per_cent}{NBSP}%"
        self._headings(at, ("Diagnostic initial, hors total", "", "Coût", "Plafond", share))
        for column in range(2):
            self._text(at + 1, column, "", "text")
        self._number(at + 1, 2, diagnosis.cost_cents, "cents")
        self._number(at + 1, 3, 100 * rule.cap_eur, "cents")
        self._number(at + 1, 4, 100 * diagnosis.share_eur, "euros")

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
