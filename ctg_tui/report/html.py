"""The report as a page to print: one file, nothing from outside, no script.

`templates/` holds it as it reads in a browser; each value is cleaned and escaped where it is written.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ctg_tui.domain.assessment import Action, Cell, PreparationTopic, answer_text
from ctg_tui.domain.grid import Grid, Mission
from ctg_tui.domain.results import Years, in_grid_order
from ctg_tui.domain.scores import FigureRow, Tally, figure_rows
from ctg_tui.domain.text import harmless
from ctg_tui.domain.thread import Point, PointState
from ctg_tui.report import wording
from ctg_tui.report.content import ReportContent
from ctg_tui.report.radar import drawing
from ctg_tui.wording import french, lines, results
from ctg_tui.wording.steps import finding
from ctg_tui.wording.thread import STATES, Saying, place_of, policy_label

if TYPE_CHECKING:
    from jinja2 import Environment

_IN_THE_TITLE: Final = frozenset({"Territoire", "Année", "Évaluation", "État"})
_BELOW_THE_FIGURES: Final = frozenset({"Lignes"})
_ASKED: Final = {
    PreparationTopic.HELP_ASKED: "aide demandée",
    PreparationTopic.TRAINING: "formation souhaitée",
}
_TOPICS: Final = (PreparationTopic.STRONG_POINTS, PreparationTopic.WEAK_POINTS)


class _Main(NamedTuple):
    """The figures of the dossier, on the Caf's lines unless the grid has none; former years, latest first."""

    name: str
    is_proposed: bool
    year: str
    present: tuple[Tally, ...]
    former: tuple[tuple[str, tuple[Tally | None, ...]], ...]


class _Row(NamedTuple):
    """The figures of a mission or (None) of a total; `former` are those of all policies."""

    mission: Mission | None
    is_proposed: bool
    tallies: tuple[Tally, ...]
    former: tuple[Tally | None, ...]


def render(content: ReportContent) -> str:
    """Return the whole report, to be written as UTF-8. The same content gives the same text."""
    grid, preparation = content.grid, content.assessment.preparation
    state = wording.state(content)
    facts = [row for row in wording.facts(content) if row[0] not in _IN_THE_TITLE | _BELOW_THE_FIGURES]
    values: dict[str, Any] = {
        "places": tuple(_places(content)),
        "footer": f"{wording.reminder(content)}.",
        "is_draft": not content.is_final,
        "sent_as": f"{state[:1].upper()}{state[1:]}",
        "in_brief": _in_brief(content),
        "to_answer": wording.how_to_answer(content) if content.is_sent else "",
        "facts": facts,
        "grid": grid,
        "asked": [(french.TOPICS[topic], preparation.get(topic, "")) for topic in _ASKED],
        "topics": [(french.TOPICS[topic], preparation.get(topic, "")) for topic in _TOPICS],
        "findings": [finding(one) for one in content.findings],
        "notices": [*_notices(content)],
        "meeting": _meeting_facts(content),
        "since": " ".join(wording.since(content)),
        "remarks": wording.remarks_in_words(content),
        "discussed": [_discussed(content, group) for group in wording.lines_discussed(content)],
        "settled": wording.settled_in_a_line(content),
        "settled_rows": [_discussed(content, (point,)) for point in content.settled],
        "actions": [*_actions(content)],
        "drawing": None,
        "engagement": [],
    }
    if grid is not None:
        figures = content.figures
        values |= _figures(content, grid)
        values["drawing"] = drawing(figures) if figures is not None and not figures.is_empty else None
        values["changed"] = _changed(content, grid)
        values["legend"] = _legend(content, grid)
        values["scale"] = [(step.code, step.label) for step in grid.scale]
        values["engagement"] = [
            f"{lines.line_number(grid, past.activity)} {grid.activities[past.activity].label}{french.NBSP}: "
            f"{lines.past_action_in_a_line(past)}"
            for past in in_grid_order(content.engagement, [*grid.activities])
            if past.activity in grid.activities
        ]
    text: str = environment().get_template("report.html").render(content=content, **values)
    return text


@cache
def style_sheet() -> str:
    """Return the style sheet of the page, as it stands in it."""
    return (files(__package__) / "report.css").read_text(encoding="utf-8")


@cache
def security_policy() -> str:
    """Return the policy: nothing is loaded, run or sent, and the one style sheet is allowed by its hash."""
    digest = base64.b64encode(hashlib.sha256(style_sheet().encode("utf-8")).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def environment() -> Environment:
    """Return what fills the templates: each value cleaned and escaped, a missing one is an error."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined  # only when a page is made
    from markupsafe import Markup

    templates = files(__package__) / "templates"
    made = Environment(
        loader=FunctionLoader(lambda name: (templates / name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: harmless(value, multiline=True) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["one_line"] = harmless
    made.globals |= {
        "french": french,
        "lines": lines,
        "results": results,
        "wording": wording,
    }
    made.globals |= {"answer_text": answer_text, "security_policy": security_policy}
    made.globals |= {"style_sheet": lambda: Markup(style_sheet())}  # a test keeps it from holding a <
    return made


def _in_brief(content: ReportContent) -> str:
    """Return what matters in a line; what became of the remarks stands below."""
    asked = {french.TOPICS[topic]: words for topic, words in _ASKED.items()}  # whose text stands below
    rows = [row for row in wording.what_matters(content) if row[0] != wording.REMARKS_OF_CAF]
    parts = [asked.get(name) or f"{name}{french.NBSP}: {value}" for name, value in rows]
    return f"{' · '.join(parts)}." if parts else ""


class _Discussed(NamedTuple):
    """A line in discussion: what recalls it, its notes now, what was said, where that stands.

    `agreed` are the policies of which a note was proposed, for what is agreed on in the meeting.
    """

    number: str
    label: str
    notes: str
    sayings: tuple[Saying, ...]
    state: str
    is_to_see: bool
    agreed: tuple[str, ...]


def _discussed(content: ReportContent, points: Sequence[Point]) -> _Discussed:
    grid, line = content.grid, points[0].line
    states = Counter(point.state for point in points)
    label, notes = "", ""
    if grid is not None and line in grid.activities:
        label = wording.recalled(grid.activities[line].label)
        notes = lines.notes_of_line(grid, content.assessment, line)
    elif grid is not None and line in grid.indicators:
        label = wording.recalled(grid.indicators[line].label)
    return _Discussed(
        number=place_of(grid, points[0]._replace(policy=None)),
        label=label,
        notes=notes,
        sayings=wording.told(points, grid),
        state=", ".join(
            STATES[state] if len(states) == 1 else f"{number} {STATES[state]}"
            for state, number in states.items()
        ),
        is_to_see=PointState.TO_SEE in states,
        agreed=tuple(
            dict.fromkeys(policy_label(grid, point.policy) for point in points if point.proposed is not None)
        ),
    )


def _actions(content: ReportContent) -> Iterator[tuple[str, Action]]:
    """Yield the number of each line that has an action, and the action."""
    grid = content.grid
    for mission in grid.missions if grid else ():
        for line, action in content.planned(mission):
            yield lines.line_number(grid, line.id) if grid else "", action


def _notices(content: ReportContent) -> Iterator[str]:
    """Yield what the figures rest on, what is filled."""
    if content.grid is not None:
        yield lines.basis(content.grid)
    yield wording.completeness(content)
    for former in content.years.left_out if content.years else ():
        yield results.why_not_compared(former)


def _legend(content: ReportContent, grid: Grid) -> str:
    """Return the scale, and what the small notes are."""
    if content.previous is None:
        return f"{wording.scale_in_brief(grid)}."
    year = content.previous.past.year
    return f"{wording.scale_in_brief(grid)}. En petit, la note de {year} quand elle a changé."


def _meeting_facts(content: ReportContent) -> list[tuple[str, str]]:
    """Return when the meeting is, who is there, and what it starts from."""
    identity, grid = content.assessment.identity, content.grid
    people = "\n".join(wording.person(person, grid) for person in identity.coordinators)
    spoke = dict.fromkeys(name for point in content.points for name in point.authors if name.strip())
    written = content.assessment.preparation.get(PreparationTopic.MEETING, "").strip()
    return [
        ("Date", wording.meeting_in_words(content.assessment) or written or "à fixer"),
        ("Pour le territoire", people or "aucune personne renseignée"),
        ("Pour la Caf", "\n".join(spoke) or identity.adviser.name.strip() or "non renseigné"),
    ]


def _places(content: ReportContent) -> Iterator[tuple[str, str]]:
    """Yield the id and the name of each part of the page."""
    yield "synthese", "Synthèse"
    for mission in content.grid.missions if content.grid else ():
        if not mission.lines:
            continue
        yield f"mission-{mission.number}", f"{mission.number}{french.NBSP}{mission.short_title}"
    if content.engagement and content.grid:
        yield "engagement", "Actions de l’engagement"
    if content.foreign_lines:
        yield "hors-grille", "Lignes hors grille"
    yield "methode", "Échelle et méthode"
    yield "entretien", "Entretien"


def _figures(content: ReportContent, grid: Grid) -> Mapping[str, Any]:
    """Return the figures of the dossier year by year, then those of missions and of proposed lines."""
    scores, years = content.scores, content.years
    assert scores is not None  # there is a grid
    rows = figure_rows(grid, scores)
    total, *other_totals = (row for row in rows if row.mission is None)
    missions = [row for row in rows if row.mission is not None]
    names = [] if years is None else [*results.year_names(years)]

    def is_shown(row: FigureRow) -> bool:
        """Say whether a mission is not the whole of its kind, which has a row already."""
        same_kind = sum(one.is_proposed is row.is_proposed for one in missions)
        return same_kind > 1 or row.is_proposed is not total.is_proposed

    others = [row for row in missions if is_shown(row)]
    others += [row for row in other_totals if sum(one.is_proposed for one in missions) > 1]
    former = range(len(names) - 2, -1, -1)
    return {
        "columns": [*(policy.label for policy in grid.policies), lines.TOTAL],
        "former_names": [f"{lines.TOTAL}{french.NBSP}{names[rank]}" for rank in former],
        "main": _Main(
            lines.total_name(grid, total.is_proposed),
            total.is_proposed,
            names[-1] if names else str(content.assessment.identity.year),
            (*total.tallies, total.whole),
            tuple((names[rank], _of_year(years, grid, total, rank)) for rank in former) if years else (),
        ),
        "others": [
            _Row(
                row.mission,
                row.is_proposed,
                (*row.tallies, row.whole),
                tuple(_of_year(years, grid, row, rank)[-1] for rank in former) if years else (),
            )
            for row in others
        ],
    }


def _of_year(years: Years, grid: Grid, row: FigureRow, rank: int) -> tuple[Tally | None, ...]:
    """Return the figures of a row in another year: of each policy, then of all together."""
    policies = (*(policy.id for policy in grid.policies), None)
    return tuple(years.of_row(row, policy).tallies[rank] for policy in policies)


def _changed(content: ReportContent, grid: Grid) -> Mapping[Cell, str]:
    """Return last time's note of each cell whose note is another one today."""
    if content.previous is None:
        return {}
    before, now = content.previous.past.answers, content.assessment.answers
    return {
        cell: f"{content.previous.past.year}{french.NBSP}: {answer_text(note)}"
        for cell, note in before.items()
        if cell.activity in grid.activities and note != now.get(cell)
    }
