"""The input of every report (HTML, XLSX, mail): one frozen value, built from plain arguments.

It is made from an open assessment or from a received submission. It has no field for a salary.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from ctg_tui.chart.figures import By, Figures, Past, figures
from ctg_tui.domain.assessment import Answer, Assessment, Cell, parse_answer
from ctg_tui.domain.changes import Change, Field, parse_cell_key
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.results import PastAction, Years
from ctg_tui.domain.scores import Scores, score
from ctg_tui.domain.sending import Sending
from ctg_tui.domain.steps import Finding, answered_ids, check
from ctg_tui.domain.text import short_fingerprint
from ctg_tui.domain.thread import Point, file_print, points_of
from ctg_tui.wording.french import DASH, MOMENTS, NBSP, sending_name


@dataclass(frozen=True)
class ReportContent:
    """One assessment as the reports show it.

    `grid` is None when the submission's grid is not known here: its answers are then listed without figures.
    `sending` is the one that this report is of, None while the assessment may still change.
    `created_at` is shown in the zone it carries. `software` is a name and a version.
    """

    grid: Grid | None
    assessment: Assessment
    sending: Sending | None
    created_at: datetime
    software: str
    previous: Past | None = None
    """The previous assessment over the same grid."""
    engagement: tuple[PastAction, ...] = ()
    """Every action of the engagement, for its last assessment."""
    line_names: Mapping[str, str] = field(default_factory=dict)
    """The number and label of each line that only a former grid has, by id; ids stand for the others."""
    years: Years | None = None
    """The years of the territory, this one last; None where only this one is known."""
    former: Sending | None = None
    """The sending before this one; None where there is none, and in the report on a file."""
    changes: tuple[Change, ...] = ()
    """What the person changed since `former`."""

    @property
    def is_sent(self) -> bool:
        """Whether the report is that of a file that was sent: its notes stand, and the adviser may answer."""
        return self.sending is not None

    @property
    def fingerprint(self) -> str | None:
        """The fingerprint of what was sent, 64 hexadecimal digits; None where nothing was."""
        return None if self.sending is None else self.sending.fingerprint

    @property
    def number(self) -> int:
        """The number of the sending, 0 where nothing was sent."""
        return 0 if self.sending is None else self.sending.number

    @property
    def is_final(self) -> bool:
        """Whether it was sent as final: nothing is lacking then."""
        return self.sending is not None and self.sending.is_final

    @cached_property
    def scores(self) -> Scores | None:
        """The percentages and points; None without a grid."""
        return None if self.grid is None else score(self.grid, self.assessment.answers)

    @cached_property
    def figures(self) -> Figures | None:
        """The rubrics, which the Caf asks for on a radar; None without a grid."""
        if self.grid is None or self.scores is None:
            return None
        return figures(self.grid, self.assessment, self.scores, self.previous, by=By.RUBRIC)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The findings shown to the Caf, blocking ones first; empty without a grid.

        Advice to the person who fills the assessment is left out of files that are sent.
        """
        findings = () if self.grid is None else check(self.grid, self.assessment)
        return tuple(finding for finding in findings if finding.is_for_caf)

    @property
    def short_fingerprint(self) -> str:
        """`7F3A-21C0`, or a dash without a fingerprint."""
        return DASH if self.fingerprint is None else short_fingerprint(self.fingerprint)

    @property
    def territory_name(self) -> str:
        return self.assessment.identity.territory.name.strip() or "Territoire non renseigné"

    @property
    def title(self) -> str:
        """`Auto-évaluation CTG 2027 (chaque année), envoi n° 2, du 30 novembre — Communauté de communes…`."""
        identity = self.assessment.identity
        sent = f", {sending_name(self.number, self.created_at.date())}" if self.is_sent else ""
        moment = MOMENTS[identity.moment]
        return f"Auto-évaluation CTG {identity.year} ({moment}){sent}{NBSP}— {self.territory_name}"

    @property
    def about(self) -> str:
        """What rows of the thread call this file (`domain.thread.file_print`); empty where none was sent."""
        return "" if self.fingerprint is None else file_print(self.fingerprint, self.assessment.said.values())

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
    def revised(self) -> Mapping[Cell, Answer | None]:
        """The note that the sending before had, of each cell where it was another one."""
        return {
            parse_cell_key(change.key): None if change.before is None else parse_answer(change.before)
            for change in self.changes
            if change.field is Field.ANSWER
        }

    @cached_property
    def apart(self) -> Assessment:
        """The assessment with nothing but what stands on lines that the grid does not have."""
        grid, assessment = self.grid, self.assessment
        if grid is None:
            return assessment
        cells = frozenset(grid.cells)
        return assessment._replace(
            answers=_without(assessment.answers, cells),
            comments=_without(assessment.comments, grid.activities),
            actions=_without(assessment.actions, grid.activities),
            numbers=_without(assessment.numbers, grid.indicators),
            remarks=_without(assessment.remarks, grid.indicators),
        )

    @property
    def foreign_lines(self) -> tuple[str, ...]:
        """The ids of the lines that the grid does not have, each once.

        A file that is sent speaks of the lines of its grid alone, as the submission does.
        """
        return () if self.is_sent and self.grid is not None else answered_ids(self.apart)


_Key = TypeVar("_Key")
_Kept = TypeVar("_Kept")


def _without(values: Mapping[_Key, _Kept], known: Container[_Key]) -> dict[_Key, _Kept]:
    return {key: value for key, value in values.items() if key not in known}
