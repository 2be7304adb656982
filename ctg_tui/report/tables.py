"""What every report shows (HTML, XLSX, mail): its content, and tables and sentences made of it once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import (
    Action,
    Answer,
    Assessment,
    Cell,
    NotConcerned,
    PreparationTopic,
    Sending,
)
from ctg_tui.domain.changes import Change, Field, parse_cell_key
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.results import Year, YearRow, Years
from ctg_tui.domain.steps import LOW_NOTES, lines_rated
from ctg_tui.domain.text import clean
from ctg_tui.domain.thread import Point, PointState, file_print, points_of
from ctg_tui.wording import results
from ctg_tui.wording.changes import COUNTED, changed_values
from ctg_tui.wording.french import (
    MOMENTS,
    NBSP,
    PROFILES,
    STATUSES,
    TOPICS,
    count,
    day,
    listing,
    sending_name,
    territory_name,
)
from ctg_tui.wording.lines import line_number, marked, notes_of_line
from ctg_tui.wording.results import Figures, figures, row_name, year_names
from ctg_tui.wording.spreadsheet import key_name
from ctg_tui.wording.thread import STATES, Saying, place_of, policy_label, sayings
from ctg_tui.wording.typed import date_read


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
        return figures(self.years)

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


# What changed since the sending before.

_MOST_NAMED: Final = 6
"""Values named one by one; the others are counted."""
_CHANGED: Final = COUNTED | {
    Field.SAID: ("réponse à la Caf", "réponses à la Caf"),
    Field.DETAILS: ("renseignement", "renseignements"),
    Field.GRID: ("changement de grille", "changements de grille"),
}


def since(content: ReportContent) -> str:
    """Return `Depuis l’envoi n° 1 : 1 note (1.3 Famille : 1 → 2), 2 commentaires (1.1, 1.2).`

    Empty at the first sending.
    """
    if content.former is None:
        return ""
    then = f"envoi n°{NBSP}{content.former.number}"
    places: dict[Field, list[str]] = {}
    for change in content.changes:
        places.setdefault(change.field, []).append(_changed(content.grid, change))
    parts = [
        f"{count(len(places[field]), *words)}{_named(places[field])}"
        for field, words in _CHANGED.items()
        if field in places
    ]
    return f"Depuis l’{then}{NBSP}: {', '.join(parts)}." if parts else f"Rien n’a changé depuis l’{then}."


def _changed(grid: Grid, change: Change) -> str:
    """Return `1.3 Famille : 1 → 2` for a value, `1.3` for a text; empty for what is on no line."""
    if change.field in {Field.ANSWER, Field.NUMBER}:
        return next(changed_values(grid, [change]))
    return key_name(grid, change.key) if change.key in grid.mission_of else ""


def _named(places: Sequence[str]) -> str:
    """Return ` (1.3 Famille : 1 → 2, 1.8)`, the first ones alone; empty without a place."""
    named = [place for place in places if place][:_MOST_NAMED]
    more = len(places) - len(named)
    others = f" et {count(more, 'autre')}" if more else ""
    return f" ({', '.join(named)}{others})" if named else ""


# What the Caf said, and what was answered.

_STATES: Final = {
    PointState.SETTLED: ("réglée", "réglées"),
    PointState.ANSWERED: ("répondue", "répondues"),
    PointState.TO_SEE: ("à voir", "à voir"),
}


def settled_in_a_line(content: ReportContent) -> str:
    """Return `Réglé : 3 points (1.2 Éducation, 1.8 Famille…)`; empty without any."""
    places = [place_of(content.grid, point) for point in content.settled]
    return f"Réglé{NBSP}: {count(len(places), 'point')}{_named(places)}." if places else ""


def remarks_in_words(content: ReportContent) -> str:
    """Return `Remarques de la Caf : 3 réglées, 1 à voir (1.4 Social, Sur l’ensemble)`; empty without any."""
    remarks = [point for point in content.points if point.authors]
    counted = Counter(point.state for point in remarks)
    parts = [count(counted[state], *words) for state, words in _STATES.items() if counted[state]]
    to_see = dict.fromkeys(place_of(content.grid, point) for point in remarks if point.is_to_see)
    return f"Remarques de la Caf{NBSP}: {', '.join(parts)}{_named([*to_see])}." if parts else ""


def meeting_of(assessment: Assessment) -> date | None:
    """Return the day of the meeting; None without one that can be read."""
    return date_read(assessment.preparation.get(PreparationTopic.MEETING, ""))


def meeting_in_words(assessment: Assessment) -> str:
    """Return `11 février 2027`; empty without a day that can be read."""
    meeting = meeting_of(assessment)
    return "" if meeting is None else day(meeting)


def how_to_answer(content: ReportContent, to: str = "") -> str:
    """Return the one instruction: what to fill, and by when; `to` is `-moi` or `-nous` where one speaks."""
    meeting = meeting_of(content.assessment)
    by_when = " avec une date pour l’entretien" if meeting is None else ""
    if meeting is not None and meeting >= content.created_at.date():
        by_when = f" avant l’entretien du {meeting_in_words(content.assessment)}"
    return (
        "dans le classeur joint, écrivez dans les cellules bleues, enregistrez-le, puis "
        f"renvoyez-le{to}{by_when}."
    )


# What the file is.


def whose(content: ReportContent) -> str:
    """Return territory, year and state, without the fingerprint: for files that can be changed once sent."""
    return f"{content.territory_name} · {content.assessment.identity.year} · {state(content)}"


def state(content: ReportContent) -> str:
    """Return `envoi n° 2, du 30 novembre, provisoire`, or `brouillon` where no files were made of it."""
    if content.sending is None:
        return "brouillon"
    name = sending_name(content.sending.number, content.created_at.date())
    return f"{name}, {STATUSES[content.sending.status]}"


def people(content: ReportContent) -> list[str]:
    """Return the coordinators as `Prénom Nom, chef de projet CTG (Famille et Éducation)`."""
    labels, shown = {policy.id: policy.label for policy in content.grid.policies}, []
    for one in content.assessment.identity.coordinators:
        policies = listing(labels.get(policy, policy) for policy in one.policies)
        name = f"{one.first_name} {one.last_name}".strip() or "Nom non renseigné"
        shown.append(f"{name}, {PROFILES[one.profile]}{f' ({policies})' if policies else ''}")
    return shown


def shortened(text: str, limit: int) -> str:
    """Return `text` in at most `limit` characters, cut between words where possible, with an ellipsis."""
    if len(text) <= limit:
        return text
    start = text[:limit].rpartition(" ")[0]
    return f"{start if len(start) > limit // 2 else text[: limit - 1]}…"


# The figures: rows through the years, this one last.


def totals(years: Years) -> tuple[YearRow, ...]:
    """Return the total of each policy, then of all, on the Caf's lines where the grid has any."""
    whole = years.total(all(line.is_proposed for line in years.grid.activities.values()))
    return (*years.by_policy(whole), whole)


def by_mission(years: Years) -> tuple[tuple[str, tuple[YearRow, ...]], ...]:
    """Return what `totals` does not have: missions, and the total of proposed lines, each by its name."""
    main = totals(years)[-1]
    wholes = [row for row in years.wholes if row != main]
    missions = [row for row in wholes if row.is_proposed is main.is_proposed]
    shown = [row for row in wholes if row not in missions or len(missions) > 1]
    return tuple((row_name(years, row), (*years.by_policy(row), row)) for row in shown)


def in_a_line(content: ReportContent) -> str:
    """Return `Résultat 67 % (2026 : 51 %) · Famille 76 % (62 %)`."""
    *policies, whole = totals(content.years)
    names = year_names(content.years)
    said = []
    for row in (whole, *policies):
        name = "Résultat" if row is whole else row_name(content.years, row)
        year = f"{names[-2]}{NBSP}: " if row is whole and len(names) > 1 else ""
        before = f" ({year}{marked(row.before, row.is_proposed)})" if row.before.cells else ""
        said.append(f"{name} {marked(row.present, row.is_proposed)}{before}")
    return " · ".join(said)


def key_sentences(content: ReportContent) -> tuple[str, ...]:
    """Return the result, what moved and what is lowest, how many notes are low."""
    result, *others = results.key_sentences(content.years)
    total = totals(content.years)[-1]
    cells = lines_rated(content.grid, content.assessment, LOW_NOTES)
    low = sum(content.grid.activities[cell.activity].is_proposed is total.is_proposed for cell in cells)
    if not total.present.rated:
        return (result,)
    verb = "est" if low < 2 else "sont"
    few = f"{count(low, 'note')} sur {total.present.rated} {verb} à 0 ou 1."
    said = few if low else "Aucune note n’est à 0 ou 1."
    return (f"Résultat{NBSP}: {result}", *others, said)


# The lines.


class Note(NamedTuple):
    """A note; `past` is last year's where it is another one; `is_revised` since the sending before."""

    now: Answer | None
    past: Answer | None
    is_revised: bool

    @property
    def is_counted(self) -> bool:
        return self.now is not None and not isinstance(self.now, NotConcerned)


def notes(content: ReportContent, line: str) -> tuple[Note, ...]:
    """Return the notes of a line, by policy."""
    given, past = content.assessment.answers, content.previous.assessment.answers if content.previous else {}
    cells = [Cell(line, policy.id) for policy in content.grid.policies]
    pairs = [(cell, given.get(cell), past.get(cell)) for cell in cells]
    return tuple(
        Note(now, None if then == now else then, cell in content.revised) for cell, now, then in pairs
    )


# What is in discussion, what is settled.


class Discussed(NamedTuple):
    """Points of a line or of a cell: what recalls it, its notes now, what was said, where that stands.

    `policies` are those of which a note was proposed, for what is agreed on in the meeting.
    """

    points: tuple[Point, ...]
    place: str
    label: str
    notes: str
    sayings: tuple[Saying, ...]
    state: str
    policies: tuple[str, ...]


_RECALLED: Final = 48
"""Letters of a label, which recall it where its number stands."""


def discussed(
    content: ReportContent, every: Iterable[Point], *, by_policy: bool = False
) -> Iterator[Discussed]:
    """Yield points in discussion, or settled, in the order of the grid: a row a line, or a row a note."""
    grid = content.grid
    for (line, _), group in groupby(every, key=lambda one: (one.line, by_policy and one.policy)):
        points = tuple(group)
        label = notes = ""
        if line in grid.mission_of:
            label = shortened(clean(grid.lines[line].label), _RECALLED)
            notes = notes_of_line(grid, content.assessment, line)
        state = PointState.TO_SEE if any(point.is_to_see for point in points) else points[0].state
        proposed = [policy_label(grid, point.policy) for point in points if point.proposed is not None]
        said = sayings((row for point in points for row in point.rows), grid)
        place = place_of(grid, points[0]._replace(policy=None))
        yield Discussed(points, place, label, notes, said, STATES[state], tuple(dict.fromkeys(proposed)))


# What is planned.


def planned(content: ReportContent) -> list[tuple[str, Action]]:
    """Return the number of the line and each action, in the order of the grid."""
    grid, actions = content.grid, content.assessment.actions
    return [(line_number(grid, line), actions[line]) for line in grid.activities if line in actions]


def due(action: Action) -> str:
    return day(action.due) if action.due else "date à fixer"


def prepared(content: ReportContent) -> tuple[tuple[str, str], ...]:
    """Return what was written for the meeting; strong and weak points where nothing is in discussion yet."""
    topics = (PreparationTopic.HELP_ASKED, PreparationTopic.TRAINING)
    own = () if content.discussed else (PreparationTopic.STRONG_POINTS, PreparationTopic.WEAK_POINTS)
    texts = ((topic, content.assessment.preparation.get(topic, "").strip()) for topic in (*own, *topics))
    return tuple((TOPICS[topic], text) for topic, text in texts if text)
