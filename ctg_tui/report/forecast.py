"""The forecast table as the workbook the Caf asks for: one sheet, amounts as numbers, formulas for the rest.

The one workbook that holds salary costs. Each formula carries our own value, computed in integers: a reader
that does not recompute shows the same figures. The findings of the checks are shown on the screen only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from ctg_tui.domain.assessment import Identity
from ctg_tui.domain.forecast import DiagnosisEstimate, ForecastTable, Post, Reading, Row, half_up, readings
from ctg_tui.domain.grid import FundingRate
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
    ("Poste", 8),
    ("Volume horaire prévisionnel (heures)", 18),
    ("Part d’un temps plein (ETP)", 14),
    ("Coût salarial affecté à la coordination (brut + charges)", 20),
)
_ESTIMATE_WIDTHS: Final = (16, 16, 24, 24)
_HEAD_ROW: Final = 9
"""Zero-based: the rate, cap and full-time hours stand above, in cells that the formulas read."""


def render(table: ForecastTable, identity: Identity, *, saved_at: datetime) -> bytes:
    """Return the bytes of the workbook; two of the same table differ only by `saved_at`, its last save."""
    title = f"Tableau prévisionnel {identity.year}"
    return make_workbook(title, saved_at, lambda workbook: _Sheet(workbook, table, identity).write())


class _Sheet:
    """The one sheet being written: the people, their posts with the estimate, the initial diagnosis."""

    def __init__(self, workbook: Any, table: ForecastTable, identity: Identity) -> None:
        self.table = table
        self.identity = identity
        self.sheet = workbook.add_worksheet(SHEET)
        self.formats = {name: workbook.add_format(style) for name, style in _STYLES.items()}
        self.first = _HEAD_ROW + 1
        self.last = self.first + max(len(table.rows), 1) - 1
        self.columns = len(_HEADINGS) + (0 if table.rate is None else 2 + len(readings(table.rate)))

    def write(self) -> None:
        self._head()
        widths = (*(width for _, width in _HEADINGS), *_ESTIMATE_WIDTHS)
        for column, width in enumerate(widths[: self.columns]):
            self.sheet.set_column(column, column, width)
        self._headings(_HEAD_ROW, [heading for heading, _ in _HEADINGS])
        for position, row in enumerate(self.table.rows):
            self._row(self.first + position, row)
        after = self._totals()
        if self.table.rate is not None:
            after = self._posts(after + 1, self.table.rate)
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
        self._text(5, 0, "Plafond annuel par poste à temps plein", "plain")
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

    def _row(self, at: int, row: Row) -> None:
        line, number = row.line, at + 1
        self._text(at, 0, line.last_name, "text")
        self._text(at, 1, line.first_name, "text")
        self.sheet.write_number(at, 2, row.post.number, self.formats["number"])
        self._number(at, 3, line.centihours, "hours")
        fte = f'=IF(ISNUMBER(D{number}),ROUND(D{number}/$C$4,2),"")'
        self._formula(at, 4, fte, row.fte_hundredths, "fte")
        self._number(at, 5, line.salary_cents, "cents")

    def _totals(self) -> int:
        """Write the total of the people; return the row below."""
        table, at = self.table, self.last + 1
        self._text(at, 0, "Total", "total")
        for column in (1, 2):
            self._text(at, column, "", "total")
        self._sum(at, 3, table.centihours, "total hours", self.first)
        self._formula(at, 4, f"=ROUND(D{at + 1}/$C$4,2)", table.fte_hundredths, "total fte")
        self._sum(at, 5, table.salary_cents, "total cents", self.first)
        if not table.complete:
            self._text(at + 1, 0, "Le total ne compte que ce qui est renseigné.", "plain")
        return at + 2

    def _posts(self, at: int, rate: FundingRate) -> int:
        """Write the posts with their estimate, and their total; return the row below."""
        ways = readings(rate)
        names = [
            f"Part de la Caf ({forecast_words.ESTIMATE}), "
            f"{forecast_words.reading(way, rate, self.table.yearly_cap_eur)}"
            for way in ways
        ]
        estimated = ("Plafond annuel", "Coût retenu", *names)
        self._headings(at, ("Poste", "Personnes", "", "Heures", "ETP", "Coût salarial", *estimated))
        first = at + 1
        for place, post in enumerate(self.table.posts, first):
            self._post(place, post, ways)
        total = first + len(self.table.posts)
        for column in range(len(_HEADINGS) + 2):
            self._text(total, column, "" if column else "Total", "total")
        for column, way in enumerate(ways, len(_HEADINGS) + 2):
            if self.table.posts:
                self._sum(total, column, 100 * self.table.shares_eur.get(way, 0), "total euros", first)
            else:
                self._number(total, column, 0, "total euros")
        return total + 1

    def _post(self, at: int, post: Post, ways: Sequence[Reading]) -> None:
        number, estimate = at + 1, post.estimate
        rows = [self.table.rows[position].line for position in post.positions]
        people = ", ".join(f"{line.first_name} {line.last_name}".strip() for line in rows)
        self.sheet.write_number(at, 0, post.number, self.formats["number"])
        self._text(at, 1, people, "text")
        self._text(at, 2, "", "text")
        hours, costs = self._column("D"), self._column("F")
        # Who has no hour in the year is no part of the post; who has not said it may be.
        mine = f"({self._column('C')}=A{number})*(({hours}>0)+ISBLANK({hours})>0)"
        hours_known = f"SUMPRODUCT({mine}*(1-ISNUMBER({hours})))=0"
        cost_known = f"SUMPRODUCT({mine}*(1-ISNUMBER({costs})))=0"
        self._formula(at, 3, f'=IF({hours_known},SUMPRODUCT({mine},{hours}),"")', post.centihours, "hours")
        fte = None if post.centihours is None else half_up(post.centihours, self.table.full_time_hours)
        self._formula(at, 4, f'=IF(ISNUMBER(D{number}),ROUND(D{number}/$C$4,2),"")', fte, "fte")
        self._formula(at, 5, f'=IF({cost_known},SUMPRODUCT({mine},{costs}),"")', post.cost_cents, "cents")
        cap = "$C$6"
        known = f"AND(ISNUMBER(F{number}),SUMPRODUCT({mine})>0)"
        if self.table.pro_rata:
            cap = f"$C$6*MIN(1,D{number}/$C$4)"
            known = f"AND(ISNUMBER(D{number}),ISNUMBER(F{number}),SUMPRODUCT({mine})>0)"
        cap_cents = None if estimate is None else estimate.cap_cents
        retained = None if estimate is None else estimate.retained_cents
        self._formula(at, 6, f'=IF({known},ROUND({cap},2),"")', cap_cents, "cents")
        self._formula(at, 7, f'=IF({known},MIN(F{number},G{number}),"")', retained, "cents")
        # From the exact cap: rounding the rounded cells beside it makes some shares 1 € too high.
        exact = {
            Reading.CAPPED_COST: f"MIN(F{number},{cap})*$C$5",
            Reading.CAPPED_SHARE: f"MIN(F{number}*$C$5,{cap})",
        }
        for column, way in enumerate(ways, 8):
            share = None if estimate is None else 100 * estimate.shares_eur[way]
            self._formula(at, column, f'=IF({known},ROUND({exact[way]},0),"")', share, "euros")

    def _column(self, letter: str) -> str:
        """Return the cells of the people in a column: `$D$11:$D$13`."""
        return f"${letter}${self.first + 1}:${letter}${self.last + 1}"

    def _diagnosis(self, at: int, diagnosis: DiagnosisEstimate) -> None:
        rule, number = diagnosis.rule, at + 2
        self._headings(
            at,
            (
                *("Diagnostic initial, hors total", "", "", "Coût", "Plafond"),
                f"Part de la Caf ({forecast_words.ESTIMATE}), {rule.per_cent}{NBSP}%",
            ),
        )
        for column in range(3):
            self._text(at + 1, column, "", "text")
        self._number(at + 1, 3, diagnosis.cost_cents, "cents")
        self._number(at + 1, 4, 100 * rule.cap_eur, "cents")
        share = f"=ROUND(MIN(D{number},E{number})*{rule.per_cent}/100,0)"
        self._formula(at + 1, 5, share, 100 * diagnosis.share_eur, "euros")

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

    def _sum(self, row: int, column: int, hundredths: int, style: str, first: int) -> None:
        letter = "ABCDEFGHIJ"[column]
        formula = f"=SUM({letter}{first + 1}:{letter}{row})"
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
    "number": {**_BORDER, "num_format": "0"},
    "heading": {**_BORDER, "bold": True, "text_wrap": True, "bg_color": "#E7E6E6", "valign": "vcenter"},
    "total": {**_TOTAL},
    **{name: {**_BORDER, "num_format": shown} for name, shown in _NUMBERS.items()},
    **{f"total {name}": {**_TOTAL, "num_format": shown} for name, shown in _NUMBERS.items()},
}
