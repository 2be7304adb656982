"""The tables of the adviser's own consolidation: every submission, named, in the order of territories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.consolidation import (
    BLANK,
    NC,
    OUTSIDE,
    Choice,
    Column,
    Entry,
    Revised,
    Table,
    Value,
    panel,
    quarter,
)
from ctg_tui.domain.fingerprint import short_fingerprint
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.identity import is_known_one
from ctg_tui.domain.proposed_lines import LineCount, line_count
from ctg_tui.domain.scores import Tally, total
from ctg_tui.grids.catalogue import known_territories
from ctg_tui.services.consolidation_rows import (
    LINE_COLUMNS,
    LineFigures,
    PlacedCell,
    cells,
    landmarks,
    line_values,
    mission_name,
)
from ctg_tui.wording import consolidation as wording
from ctg_tui.wording.french import MOMENTS, NBSP, STATUSES_OF_ASSESSMENT, TOPICS, territory_name
from ctg_tui.wording.lines import line_number
from ctg_tui.wording.provenance import MARK, whose_lines

if TYPE_CHECKING:
    from ctg_tui.services.consolidation import Reject

_TALLY: Final = (
    Column("notees", "Notées", is_number=True),
    Column("nc", "NC", is_number=True),
    Column("sans_reponse", "Sans réponse", is_number=True),
    Column("points", "Points", is_number=True),
    Column("maximum", "Maximum", is_number=True),
    Column("pourcentage", "Réalisation (%)", is_number=True),
)
_WHO: Final = (Column("territoire", "Territoire"), Column("personnes", "Personnes"))
_PLACE: Final = (Column("mission", "Mission"), Column("provenance", "Provenance"))


def tables(grid: Grid, choice: Choice, rejects: Sequence[Reject]) -> tuple[Table, ...]:
    """Return every table. `choice` and `rejects` are in their own order, whatever that of the files."""
    counted = choice.counted
    return (
        _submissions(grid, counted),
        _expected(counted),
        _missions(grid, counted),
        _landmarks(grid, counted),
        _evolution(grid, choice),
        _lines(grid, counted),
        _spread(grid, counted),
        _missions_of_each(grid, counted),
        _policies(grid, counted),
        _indicators(grid, counted),
        _needs(counted),
        _actions(grid, counted),
        _rejects(rejects, choice.revised),
        _conflicts(choice),
    )


def _who(entry: Entry) -> tuple[str, str]:
    return territory_name(entry.identity), ", ".join(entry.people)


def _tally(marks: Iterable[str]) -> Tally:
    counted = Counter(marks)
    points = counted["1"] + 2 * counted["2"] + 3 * counted["3"]
    rated = sum(counted[note] for note in "0123")
    return Tally(points, rated, counted[NC], counted[BLANK])


def _values(tally: Tally) -> tuple[Value, ...]:
    return (
        *(tally.rated, tally.not_concerned, tally.blank),
        *(tally.points, tally.maximum, tally.percentage),
    )


def _submissions(grid: Grid, counted: Sequence[Entry]) -> Table:
    own = [cell.position for cell in cells(grid) if not cell.activity.is_proposed]
    rows = tuple(
        (
            *_who(entry),
            *(entry.identity.year, MOMENTS[entry.identity.moment]),
            *(STATUSES_OF_ASSESSMENT[entry.status], entry.revision),
            short_fingerprint(entry.fingerprint),
            *_values(_tally(entry.marks[position] for position in own)),
            *(comments.own, comments.proposed, actions.own, actions.proposed, entry.open_remarks),
            entry.file,
        )
        for entry in counted
        for comments, actions in [_written(grid, entry)]
    )
    columns = (
        *_WHO,
        *(Column("annee", "Année", is_number=True), Column("moment", "Moment")),
        *(Column("etat", "État"), Column("revision", "Révision", is_number=True)),
        *(Column("code_de_controle", "Code de contrôle"), *_TALLY),
        Column("commentaires", "Commentaires", is_number=True),
        Column("commentaires_proposes", f"Commentaires{NBSP}{MARK}", is_number=True),
        Column("actions", "Actions", is_number=True),
        Column("actions_proposees", f"Actions{NBSP}{MARK}", is_number=True),
        Column("remarques_ouvertes", "Remarques sans réponse", is_number=True),
        Column("nom_du_fichier", "Fichier"),
    )
    return Table("evaluation", wording.SUBMISSIONS, columns, rows, wording.OF_THE_CAF)


def _written(grid: Grid, entry: Entry) -> tuple[LineCount, LineCount]:
    """Return the comments and the actions of a submission."""
    proposed = frozenset(grid.proposed_lines)
    return line_count(entry.comments, proposed), line_count((line for line, _ in entry.actions), proposed)


def _expected(counted: Sequence[Entry]) -> Table:
    territories = [entry.identity.territory for entry in counted]
    rows = tuple(
        (one.name, one.siren, one.department)
        for one in known_territories()
        if not any(is_known_one(one, territory) for territory in territories)
    )
    columns = (
        Column("territoire", "Territoire"),
        Column("siren", "SIREN"),
        Column("departement", "Département"),
    )
    return Table("attendue", wording.EXPECTED, columns, rows)


def _rubrics(grid: Grid) -> Iterator[tuple[tuple[str, str], str, list[int]]]:
    """Yield mission and provenance, policy, and the positions of the cells of each rubric, in grid order."""
    found: dict[tuple[str, bool, str], list[int]] = {}
    for cell in cells(grid):
        mission = grid.mission_of[cell.activity.id].id
        found.setdefault((mission, cell.activity.is_proposed, cell.policy.label), []).append(cell.position)
    for (mission, is_proposed, policy), positions in found.items():
        place = (mission_name(grid, mission, is_proposed=is_proposed), whose_lines(is_proposed))
        yield place, policy, positions


def _missions(grid: Grid, counted: Sequence[Entry]) -> Table:
    rows = tuple(
        (*place, policy, *_values(_tally(entry.marks[at] for entry in counted for at in positions)))
        for place, policy, positions in _rubrics(grid)
    )
    return Table("mission", wording.MISSIONS, (*_PLACE, Column("politique", "Politique"), *_TALLY), rows)


def _missions_of_each(grid: Grid, counted: Sequence[Entry]) -> Table:
    by_mission: dict[tuple[str, str], list[int]] = {}
    for place, _, positions in _rubrics(grid):
        by_mission.setdefault(place, []).extend(positions)
    rows = tuple(
        (*_who(entry), *place, *_values(_tally(entry.marks[at] for at in positions)))
        for entry in counted
        for place, positions in by_mission.items()
    )
    return Table("mission_de_chacun", wording.MISSIONS_OF_EACH, (*_WHO, *_PLACE, *_TALLY), rows)


def _evolution(grid: Grid, choice: Choice) -> Table:
    """Return the figures of the former assessment and of this one, on the cells noted both times."""
    pairs = panel(choice)
    rows: list[tuple[Value, ...]] = []
    for place, policy, positions in _rubrics(grid):
        both = [
            (former.marks[at], entry.marks[at])
            for former, entry in pairs
            for at in positions
            if former.marks[at].isdigit() and entry.marks[at].isdigit()
        ]
        if both:
            before, after = (_tally(marks) for marks in zip(*both, strict=True))
            figures = (before.points, after.points, before.percentage, after.percentage)
            rows.append((*place, policy, len(pairs), len(both), *figures))
    columns = (
        *(*_PLACE, Column("politique", "Politique")),
        Column("evaluations", "Évaluations suivies", is_number=True),
        Column("cases", "Cases notées les deux fois", is_number=True),
        Column("points_avant", "Points avant", is_number=True),
        Column("points_apres", "Points après", is_number=True),
        Column("pourcentage_avant", "Réalisation avant (%)", is_number=True),
        Column("pourcentage_apres", "Réalisation après (%)", is_number=True),
    )
    return Table("evolution", wording.EVOLUTION, columns, tuple(rows), wording.SAME_PANEL)


def _lines(grid: Grid, counted: Sequence[Entry]) -> Table:
    rows = tuple(
        (*line_values(grid, grid.activities[line]), *_values(whole))
        for line, whole in _by_line(grid, counted).items()
    )
    return Table("ligne", wording.LINES, (*LINE_COLUMNS, *_TALLY), rows)


def _by_line(grid: Grid, counted: Sequence[Entry]) -> dict[str, Tally]:
    by_line: dict[str, list[Tally]] = {}
    for cell in cells(grid):
        by_line.setdefault(cell.activity.id, []).append(_tally_of(counted, cell))
    return {line: total(tallies) for line, tallies in by_line.items()}


def _landmarks(grid: Grid, counted: Sequence[Entry]) -> Table:
    lines = [
        LineFigures(grid.activities[line], whole.percentage, whole.not_concerned)
        for line, whole in _by_line(grid, counted).items()
    ]
    return landmarks(grid, lines, _TALLY[-1])


def _tally_of(counted: Sequence[Entry], cell: PlacedCell) -> Tally:
    return _tally(entry.marks[cell.position] for entry in counted)


def _spread(grid: Grid, counted: Sequence[Entry]) -> Table:
    rows: list[tuple[Value, ...]] = []
    for cell in cells(grid):
        marks = Counter(entry.marks[cell.position] for entry in counted)
        figures = (marks[mark] for mark in (*"0123", NC, BLANK, OUTSIDE))
        rows.append((*line_values(grid, cell.activity), cell.policy.label, *figures))
    columns = (
        *(*LINE_COLUMNS, Column("politique", "Politique")),
        *(Column(f"note_{note}", str(note), is_number=True) for note in range(4)),
        Column("nc", "NC", is_number=True),
        Column("sans_reponse", "Sans réponse", is_number=True),
        Column("hors_grille", "Ligne absente", is_number=True),
    )
    return Table("repartition", wording.SPREAD, columns, tuple(rows))


def _policies(grid: Grid, counted: Sequence[Entry]) -> Table:
    rows = tuple(
        (
            policy.label,
            sum(policy.id in one.policies for entry in counted for one in entry.identity.coordinators),
        )
        for policy in grid.policies
    )
    columns = (Column("politique", "Politique"), Column("personnes", "Personnes", is_number=True))
    return Table("politique", wording.POLICIES, columns, rows)


def _indicators(grid: Grid, counted: Sequence[Entry]) -> Table:
    rows: list[tuple[Value, ...]] = []
    for indicator in grid.indicators.values():
        if indicator.is_heading:
            continue
        given = [entry.numbers[indicator.id] for entry in counted if indicator.id in entry.numbers]
        place = (line_number(grid, indicator.id), indicator.label, whose_lines(indicator.is_proposed))
        rows.append((*place, len(given), sum(given)))
    columns = (
        *LINE_COLUMNS,
        Column("reponses", "Évaluations ayant répondu", is_number=True),
        Column("total", "Total", is_number=True),
    )
    return Table("indicateur", wording.INDICATORS, columns, tuple(rows))


def _needs(counted: Sequence[Entry]) -> Table:
    rows = tuple(
        (*_who(entry), name, entry.topics[topic])
        for entry in counted
        for topic, name in TOPICS.items()
        if entry.topics.get(topic)
    )
    return Table("besoin", wording.NEEDS, (*_WHO, Column("sujet", "Sujet"), Column("texte", "Texte")), rows)


def _actions(grid: Grid, counted: Sequence[Entry]) -> Table:
    planned = Counter(
        (grid.mission_of[line].id, grid.activities[line].is_proposed, quarter(due))
        for entry in counted
        for line, due in entry.actions
        if line in grid.activities
    )
    rows = tuple(
        (mission_name(grid, mission, is_proposed=is_proposed), when or wording.NO_DATE, number)
        for (mission, is_proposed, when), number in sorted(planned.items())
    )
    columns = (
        *(Column("mission", "Mission"), Column("trimestre", "Trimestre")),
        Column("actions", "Actions", is_number=True),
    )
    return Table("action", wording.ACTIONS, columns, rows)


def _rejects(rejects: Sequence[Reject], revised: Sequence[Revised]) -> Table:
    columns = (Column("fichier", "Fichier"), Column("code", "Code"), Column("message", "Raison"))
    others = ((one.file, "revu-depuis", wording.revised_since(one)) for one in revised)
    return Table("rejet", wording.REJECTS, columns, (*(tuple(one) for one in rejects), *others))


def _conflicts(choice: Choice) -> Table:
    rows = tuple((one.lineage, one.revision, ", ".join(one.files)) for one in choice.conflicts)
    columns = (
        *(Column("evaluation", "Évaluation"), Column("revision", "Révision", is_number=True)),
        Column("fichiers", "Fichiers"),
    )
    return Table("conflit", wording.CONFLICTS, columns, rows)
