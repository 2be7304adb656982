"""The input of every report (HTML, XLSX, mail): one frozen value, built from plain arguments.

It is made from an open assessment or from a received submission. It has no field for a salary.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from ctg_tui.chart.figures import Figures, figures
from ctg_tui.domain.assessment import Assessment, Cell, Sending
from ctg_tui.domain.changes import Change, Field, parse_cell_key
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.results import PastAction, Year, Years
from ctg_tui.domain.thread import Point, file_print, points_of
from ctg_tui.wording.french import MOMENTS, NBSP, sending_name, territory_name


@dataclass(frozen=True)
class ReportContent:
    """One assessment as the reports show it.

    `sending` is the one that this report is of, None while the assessment may still change.
    `created_at` is shown in the zone it carries.
    """

    grid: Grid
    assessment: Assessment
    sending: Sending | None
    created_at: datetime
    years: Years
    """The years of the territory, this one last."""
    engagement: tuple[PastAction, ...] = ()
    """Every action of the engagement, for its last assessment."""
    former: Sending | None = None
    """The sending before this one; None where there is none, and in the report on a file."""
    changes: tuple[Change, ...] = ()
    """What the person changed since `former`."""
    document: bytes = b""
    """The file that was sent, which the workbook answers."""

    @property
    def is_sent(self) -> bool:
        """Whether the report is that of a file that was sent: the adviser may answer it."""
        return self.sending is not None

    @property
    def previous(self) -> Year | None:
        """The year before; None where there is none to compare with."""
        return self.years.years[-2] if len(self.years.years) > 1 else None

    @cached_property
    def radar(self) -> Figures:
        """The rubrics, which the Caf asks for on a radar."""
        return figures(self.grid, self.assessment, self.previous)

    @property
    def territory_name(self) -> str:
        return territory_name(self.assessment.identity)

    @property
    def title(self) -> str:
        """`Auto-évaluation CTG 2027 (chaque année), envoi n° 2, du 30 novembre — Communauté de communes…`."""
        identity, sending = self.assessment.identity, self.sending
        sent = f", {sending_name(sending.number, self.created_at.date())}" if sending else ""
        moment = MOMENTS[identity.moment]
        return f"Auto-évaluation CTG {identity.year} ({moment}){sent}{NBSP}— {self.territory_name}"

    @property
    def about(self) -> str:
        """What rows of the thread call this file (`domain.thread.file_print`); empty where none was sent."""
        said = self.assessment.said.values()
        return "" if self.sending is None else file_print(self.sending.fingerprint, said)

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """What the Caf and the person said, in the order of the grid, then of the whole."""
        return points_of(self.assessment, self.grid)

    @property
    def discussed(self) -> tuple[Point, ...]:
        """The points that are still in discussion: to see, or answered."""
        return tuple(point for point in self.points if point.is_discussed)

    @property
    def settled(self) -> tuple[Point, ...]:
        return tuple(point for point in self.points if not point.is_discussed)

    @cached_property
    def revised(self) -> frozenset[Cell]:
        """The cells whose note is another one since the sending before."""
        return frozenset(parse_cell_key(one.key) for one in self.changes if one.field is Field.ANSWER)
