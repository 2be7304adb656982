"""The tables of a report, made once for the page, the workbook, the interview sheet and the mail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Final, NamedTuple

from ctg_tui.domain.assessment import Action, Answer, Cell, NotConcerned, PreparationTopic
from ctg_tui.domain.changes import Field
from ctg_tui.domain.grid import Activity, Indicator, Mission
from ctg_tui.domain.results import in_grid_order
from ctg_tui.domain.scores import FigureRow, Tally, figure_rows
from ctg_tui.domain.steps import lines_rated
from ctg_tui.domain.text import clean
from ctg_tui.domain.thread import Point, PointState, Said, union
from ctg_tui.report import wording
from ctg_tui.report.content import ReportContent
from ctg_tui.wording.french import NARROW, NBSP, OUTCOMES, TOPICS, count, day, listing
from ctg_tui.wording.lines import (
    LOW_NOTES,
    TOTAL,
    action_in_a_line,
    figure_name,
    landmarks,
    line_number,
    marked,
    notes_of,
    past_action_in_a_line,
    stored_line,
)
from ctg_tui.wording.results import year_names
from ctg_tui.wording.thread import STATES, WHOLE, Saying, place_of, policy_label
from ctg_tui.wording.workbook import shown_number

# The figures.


class Figure(NamedTuple):
    """A figure with those of the years before, the latest first; None for a year that did not ask it."""

    name: str
    present: Tally
    former: tuple[Tally | None, ...]

    @property
    def moved(self) -> int | None:
        """By how many points it moved since the year before; None where one of them has no figure."""
        before = self.former[0].percentage if self.former and self.former[0] else None
        now = self.present.percentage
        return None if before is None or now is None else now - before


class Figures(NamedTuple):
    """The figures on one kind of lines: of each policy, then the whole; the latest year is first."""

    is_proposed: bool
    years: tuple[str, ...]
    policies: tuple[Figure, ...]
    whole: Figure


def figures(content: ReportContent) -> Figures | None:
    """Return the figures of the report, on the Caf's lines where it has any; None without a grid."""
    grid, scores = content.grid, content.scores
    if grid is None or scores is None:
        return None
    row = next(row for row in figure_rows(grid, scores) if row.mission is None)
    policies = tuple(
        Figure(clean(policy.label), tally, _former(content, row, policy.id))
        for policy, tally in zip(grid.policies, row.tallies, strict=True)
    )
    whole = Figure(TOTAL, row.whole, _former(content, row))
    return Figures(row.is_proposed, _years(content), policies, whole)


def _years(content: ReportContent) -> tuple[str, ...]:
    if content.years is None:
        return (str(content.assessment.identity.year),)
    return year_names(content.years)[::-1]


def _former(content: ReportContent, row: FigureRow, policy: str | None = None) -> tuple[Tally | None, ...]:
    return () if content.years is None else content.years.of_row(row, policy).tallies[-2::-1]


def in_a_line(content: ReportContent) -> str:
    """Return `Résultat 67 % (2026 : 51 %) · Famille 76 % (62 %)`; empty without a grid."""
    table = figures(content)
    if table is None:
        return ""
    said = []
    for one in (table.whole, *table.policies):
        is_whole, before = one is table.whole, one.former[0] if one.former else None
        name, year = (
            "Résultat" if is_whole else one.name,
            f"{table.years[1]}{NBSP}: " if is_whole and before else "",
        )
        beside = f" ({year}{marked(before, table.is_proposed)})" if before is not None else ""
        said.append(f"{name} {marked(one.present, table.is_proposed)}{beside}")
    return " · ".join(said)


class MissionFigures(NamedTuple):
    """The figures of a mission, or a total that `figures` does not have: of each policy, then the whole."""

    name: str
    is_proposed: bool
    present: tuple[Tally, ...]
    former: tuple[Tally | None, ...]


def by_mission(content: ReportContent) -> tuple[MissionFigures, ...]:
    """Return the missions of each kind of lines that has several, and the total of proposed lines."""
    grid, scores = content.grid, content.scores
    if grid is None or scores is None:
        return ()
    rows = figure_rows(grid, scores)
    main = next(row for row in rows if row.mission is None)
    kinds = [row.is_proposed for row in rows if row.mission is not None]

    def is_shown(row: FigureRow) -> bool:
        """Return whether a row is not the whole of its kind, which has a row already."""
        is_other = row.mission is not None and row.is_proposed is not main.is_proposed
        return is_other or kinds.count(row.is_proposed) > 1

    return tuple(
        MissionFigures(
            figure_name(grid, row), row.is_proposed, (*row.tallies, row.whole), _former(content, row)
        )
        for row in rows
        if row is not main and is_shown(row)
    )


# The lines.


class Note(NamedTuple):
    """A note; `past` is last year's where it is another one; `is_revised` since the sending before."""

    now: Answer | None
    past: Answer | None = None
    is_revised: bool = False

    @property
    def is_counted(self) -> bool:
        return self.now is not None and not isinstance(self.now, NotConcerned)


class Line(NamedTuple):
    """A line, an indicator (without notes), or (`id` None) the whole. `mention` stands below the label.

    `number_given` is the number of an indicator, `said` the rows of the thread.
    """

    id: str | None
    number: str
    label: str
    mention: str = ""
    notes: tuple[Note, ...] = ()
    number_given: int | None = None
    comment: str = ""
    is_revised: bool = False
    said: tuple[Said, ...] = ()
    is_discussed: bool = False
    landmarks: tuple[str, ...] = ()


class Section(NamedTuple):
    """A mission with its lines and indicators; `source` says who wrote most of them."""

    title: str
    source: str
    lines: tuple[Line, ...]
    indicators: tuple[Line, ...]


def sections(content: ReportContent) -> tuple[Section, ...]:
    """Return the missions that have lines; what grid lines of others have comes last, where it is shown."""
    return tuple(_Sections(content).every())


class _Sections:
    """Makes the rows of lines of one report."""

    def __init__(self, content: ReportContent) -> None:
        self.content = content
        self.said: defaultdict[str | None, list[Said]] = defaultdict(list)
        for said in union(content.assessment.said.values()):
            self.said[said.line].append(said)
        self.discussed = {point.line for point in content.discussed}
        texts = (Field.COMMENT, Field.REMARK)
        self.rewritten = {change.key for change in content.changes if change.field in texts}

    def every(self) -> Iterator[Section]:
        grid = self.content.grid
        missions = [mission for mission in grid.missions if mission.lines] if grid else []
        sources = {wording.usual_source(mission) for mission in missions}
        for mission in missions:
            rows: list[Activity | Indicator] = [*mission.activities, *mission.indicators]
            is_told = len({*sources, *(row.source for row in rows)}) > 1
            yield Section(
                wording.mission_title(mission) if len(missions) > 1 else "",
                wording.own_source(grid, mission) if grid and is_told else "",
                tuple(self.activity(mission, line) for line in mission.activities),
                tuple(self.indicator(mission, line) for line in mission.indicators),
            )
        if others := tuple(self.others()):
            yield Section("Lignes hors grille", wording.FOREIGN, others, ())

    def activity(self, mission: Mission, line: Activity) -> Line:
        assert self.content.grid is not None
        return self.line(
            line,
            mention=wording.mention(self.content.grid, mission, line),
            notes=tuple(self.note(Cell(line.id, policy.id)) for policy in self.content.grid.policies),
            comment=self.content.assessment.comments.get(line.id, ""),
            landmarks=landmarks(line),
        )

    def indicator(self, mission: Mission, line: Indicator) -> Line:
        grid, assessment = self.content.grid, self.content.assessment
        assert grid is not None
        count = assessment.numbers.get(line.id)
        missing = wording.missing_number(line, assessment) if count is None else ""
        about = (wording.indicator_type(grid, line), wording.mention(grid, mission, line), missing)
        remark = assessment.remarks.get(line.id, "")
        return self.line(line, mention=_joined(about), number_given=count, comment=remark)

    def line(self, line: Activity | Indicator, **more: Any) -> Line:
        assert self.content.grid is not None
        return Line(
            line.id,
            shown_number(self.content.grid, line.id),
            line.label,
            is_revised=line.id in self.rewritten,
            said=tuple(self.said.get(line.id, ())),
            is_discussed=line.id in self.discussed,
            **more,
        )

    def note(self, cell: Cell) -> Note:
        now = self.content.assessment.answers.get(cell)
        past = self.content.previous.answers.get(cell) if self.content.previous else None
        return Note(now, None if past == now else past, cell in self.content.revised)

    def others(self) -> Iterator[Line]:
        """Yield the lines that the grid does not have, with all that is stored or was said of them."""
        content, grid = self.content, self.content.grid
        known = grid.mission_of if grid else {}
        said = (line for line in self.said if line is not None and line not in known)
        labels = {policy.id: policy.label for policy in grid.policies} if grid else {}
        for line in dict.fromkeys((*content.foreign_lines, *said)):
            apart, is_known = content.apart, line in content.foreign_lines
            action = action_in_a_line(apart.actions.get(line))
            texts = (apart.comments.get(line), apart.remarks.get(line), action) if is_known else ()
            stored = stored_line(apart, line, labels)
            about = (content.line_names.get(line), stored.answers if is_known else "")
            yield Line(
                line,
                "",
                stored.id,
                mention=_joined(about),
                comment="\n".join(filter(None, texts)),
                said=tuple(self.said.get(line, ())),
            )


def _joined(parts: Iterable[str | None]) -> str:
    return " · ".join(filter(None, parts))


def whole(content: ReportContent) -> Line:
    """Return the row of the whole assessment, with what was said of it."""
    rows = (said for said in content.assessment.said.values() if said.line is None)
    return Line(None, "", WHOLE, said=union(rows))


# What is in discussion, what is settled.


class Discussed(NamedTuple):
    """Points of a line: what recalls it, its notes now, what was said, where that stands.

    `policies` are those of which a note was proposed, for what is agreed on in the meeting.
    """

    points: tuple[Point, ...]
    place: str
    label: str
    notes: str
    sayings: tuple[Saying, ...]
    state: str
    is_to_see: bool
    policies: tuple[str, ...]

    @property
    def policy(self) -> str | None:
        """The policy that all its points are on, None where there is none."""
        found = {point.policy for point in self.points}
        return found.pop() if len(found) == 1 else None


def discussed(content: ReportContent) -> tuple[Discussed, ...]:
    """Return the lines in discussion, a row each whoever spoke, in the order of the grid, then the whole."""
    groups = groupby(content.discussed, key=lambda point: point.line)
    return tuple(_discussed(content, tuple(points)) for _, points in groups)


def settled(content: ReportContent) -> tuple[Discussed, ...]:
    """Return the points that are settled, a row each."""
    return tuple(_discussed(content, (point,)) for point in content.settled)


def by_place(content: ReportContent) -> tuple[Discussed, ...]:
    """Return what is in discussion, a row for each note and for each whole line."""
    groups = groupby(content.discussed, key=lambda point: (point.line, point.policy))
    return tuple(_discussed(content, tuple(points)) for _, points in groups)


def _discussed(content: ReportContent, points: Sequence[Point]) -> Discussed:
    grid, line = content.grid, points[0].line
    policies = {point.policy for point in points}
    one = policies.pop() if len(policies) == 1 else None
    label = notes = ""
    if grid is not None and line in grid.mission_of:
        label = wording.recalled(grid.line(line).label)
        shown = [policy.id for policy in grid.policies if one in {None, policy.id}]
        names = {policy.id: policy.label for policy in grid.policies}
        notes = notes_of(content.assessment, (Cell(line, policy) for policy in shown), names)
    state = PointState.TO_SEE if any(point.is_to_see for point in points) else points[0].state
    proposed = [policy_label(grid, point.policy) for point in points if point.proposed is not None]
    return Discussed(
        tuple(points),
        place_of(grid, points[0]._replace(policy=None)),
        label,
        notes,
        wording.told(points, grid),
        STATES[state],
        state is PointState.TO_SEE,
        tuple(dict.fromkeys(proposed)),
    )


# What is planned.


class Planned(NamedTuple):
    """An action; `number` is that of its line."""

    number: str
    action: Action

    @property
    def due(self) -> str:
        return day(self.action.due) if self.action.due else "date à fixer"

    @property
    def outcome(self) -> str:
        """What became of it; empty where nothing is said."""
        return OUTCOMES[self.action.outcome] if self.action.outcome else ""

    @property
    def in_a_line(self) -> str:
        """Return `Mesurer… (1.3), Prénom Nom, 30 novembre 2027`."""
        who = clean(self.action.who).strip()
        said = [f"{clean(self.action.what).strip()} ({self.number})", who, self.due, self.outcome]
        return ", ".join(filter(None, said))


def planned(content: ReportContent) -> tuple[Planned, ...]:
    """Return the actions of the lines of the grid, in its order."""
    grid, actions = content.grid, content.assessment.actions
    if grid is None:
        return ()
    lines = (line for line in grid.activities if line in actions)
    return tuple(Planned(line_number(grid, line), actions[line]) for line in lines)


NO_ACTION: Final = "Aucune action n’est prévue."


def engagement(content: ReportContent) -> tuple[tuple[str, str], ...]:
    """Return the number of the line and the words of every action of the engagement."""
    grid = content.grid
    if grid is None:
        return ()
    return tuple(
        (line_number(grid, past.activity), past_action_in_a_line(past))
        for past in in_grid_order(content.engagement, [*grid.activities])
        if past.activity in grid.activities
    )


def prepared(content: ReportContent) -> tuple[tuple[str, str], ...]:
    """Return what was written for the meeting; strong and weak points where nothing is in discussion yet."""
    topics = (PreparationTopic.HELP_ASKED, PreparationTopic.TRAINING)
    own = () if content.discussed else (PreparationTopic.STRONG_POINTS, PreparationTopic.WEAK_POINTS)
    texts = ((topic, content.assessment.preparation.get(topic, "").strip()) for topic in (*own, *topics))
    return tuple((TOPICS[topic], text) for topic, text in texts if text)


# What matters, in two sentences.

_SEVERAL = {2: "deux", 3: "trois", 4: "quatre"}


def result(content: ReportContent) -> str:
    """Return `67 % des points possibles, contre 51 % en 2026`; empty without a note."""
    table = figures(content)
    if table is None or not table.whole.present.rated:
        return ""
    before = table.whole.former[0] if table.whole.former else None
    said = f"{marked(table.whole.present, table.is_proposed)} des points possibles"
    if before is None or not before.rated:
        return said
    return f"{said}, contre {marked(before, table.is_proposed)} en {table.years[1]}"


def key_sentences(content: ReportContent) -> tuple[str, ...]:
    """Return the result, then which policies moved and how many notes are low."""
    table = figures(content)
    if table is None:
        return ()
    if not (said := result(content)):
        return ("Aucune note pour l’instant.",)
    others = f"{NARROW}; ".join((*_moves(table), _low(content, table)))
    return f"Résultat {table.years[0]}{NBSP}: {said}.", f"{others[:1].upper()}{others[1:]}."


def _moves(table: Figures) -> Iterator[str]:
    """Yield `les trois politiques progressent`, or which ones do and which ones do not."""
    known = [figure for figure in table.policies if figure.moved is not None]
    up = [figure.name for figure in known if (figure.moved or 0) > 0]
    down = [figure.name for figure in known if (figure.moved or 0) < 0]
    if known and not up and not down:
        yield f"rien n’a bougé depuis {table.years[1]}"
    for names, one, several in ((up, "progresse", "progressent"), (down, "baisse", "baissent")):
        if names and len(names) == len(table.policies) and len(names) in _SEVERAL:
            yield f"les {_SEVERAL[len(names)]} politiques {several}"
        elif names:
            yield f"{listing(names)} {one if len(names) == 1 else several}"


def _low(content: ReportContent, table: Figures) -> str:
    """Return `10 notes sur 40 sont à 0 ou 1`, and how many cells are blank."""
    grid, whole = content.grid, table.whole.present
    cells = lines_rated(grid, content.assessment, LOW_NOTES) if grid else ()
    low = sum(grid.activities[cell.activity].is_proposed is table.is_proposed for cell in cells if grid)
    verb = "est" if low < 2 else "sont"
    said = f"{count(low, 'note')} sur {whole.rated} {verb} à 0 ou 1" if low else "aucune note n’est à 0 ou 1"
    return f"{said}, {count(whole.blank, 'case')} vide{'s' * (whole.blank > 1)}" if whole.blank else said
