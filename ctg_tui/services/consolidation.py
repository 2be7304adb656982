"""Consolidate many submissions into one file, for the adviser's own work: its tables, then its files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.domain.consolidation import (
    BLANK,
    NC,
    OUTSIDE,
    Choice,
    Column,
    Consolidation,
    Entry,
    Revised,
    Table,
    Value,
    carried,
    choose,
    marks_of,
    panel,
    quarter,
    reference_grid,
)
from ctg_tui.domain.details import is_known_one
from ctg_tui.domain.errors import InvalidDocument, Refusal
from ctg_tui.domain.grid import Activity, Grid, Policy, Portion
from ctg_tui.domain.scores import LineCount, Tally, line_count, total
from ctg_tui.domain.text import short_fingerprint
from ctg_tui.grids.catalogue import Catalogue, known_territories
from ctg_tui.services.files import check_output, remove_leftovers_below
from ctg_tui.services.received.intake import State, other_than_a_document, refused_submission
from ctg_tui.services.received.mails import Piece, unforeseen
from ctg_tui.storage import received as stored_received
from ctg_tui.submission.reader import Received, examine
from ctg_tui.submission.review import is_review
from ctg_tui.system.files import atomic_write
from ctg_tui.wording import consolidation
from ctg_tui.wording.french import MOMENTS, NBSP, STATUSES_OF_ASSESSMENT, TOPICS, territory_name
from ctg_tui.wording.lines import MARK, line_number, short_title, whose_lines

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Workspace


LINE_COLUMNS: Final = (
    Column("ligne", "Ligne"),
    Column("intitule", "Intitulé"),
    Column("provenance", "Provenance"),
)


_LANDMARKS: Final = 3
"""Lines in each list of the most and the least noted."""


class LineFigures(NamedTuple):
    """A line with its figure (0–100) and how often it is NC; None where that is not known."""

    activity: Activity
    figure: int | None
    not_concerned: int | None


class PlacedCell(NamedTuple):
    """A cell of the grid: its position among the marks of an entry, its line and its policy."""

    position: int
    activity: Activity
    policy: Policy


def cells(grid: Grid) -> Iterator[PlacedCell]:
    """Yield every cell, line by line, in grid order."""
    for position, cell in enumerate(grid.cells):
        yield PlacedCell(position, grid.activities[cell.activity], grid.policies_by_id[cell.policy])


def line_values(grid: Grid, activity: Activity) -> tuple[str, str, str]:
    """Return the values of `LINE_COLUMNS`."""
    return line_number(grid, activity.id), activity.label, whose_lines(activity.is_proposed)


def mission_name(grid: Grid, mission_id: str, *, is_proposed: bool = False) -> str:
    """Return `1 Développer les partenariats`; `2 ° …` for the proposed lines of a mission."""
    return short_title(Portion(grid.missions_by_id[mission_id], is_proposed))


def landmarks(grid: Grid, lines: Sequence[LineFigures], figure: Column) -> Table:
    """Return the lines least noted, most noted and most often NC: lines are ranked, people never.

    The Caf's lines and proposed ones are ranked apart; of equal lines, the first of the grid comes first.
    """
    lists: tuple[tuple[str, Callable[[LineFigures], int | None]], ...] = (
        (consolidation.LEAST_NOTED, lambda line: line.figure),
        (consolidation.MOST_NOTED, lambda line: None if line.figure is None else -line.figure),
        (consolidation.MOST_NC, lambda line: -line.not_concerned if line.not_concerned else None),
    )
    rows: list[tuple[Value, ...]] = []
    for is_proposed in (False, True):
        for name, key in lists:
            ranked = sorted(
                (
                    (value, rank)
                    for rank, line in enumerate(lines)
                    if line.activity.is_proposed is is_proposed and (value := key(line)) is not None
                ),
            )
            for _, rank in ranked[:_LANDMARKS]:
                line = lines[rank]
                rows.append((name, *line_values(grid, line.activity), line.figure, line.not_concerned))
    columns = (Column("repere", "Repère"), *LINE_COLUMNS, figure, Column("nc", "NC", is_number=True))
    return Table("repere", consolidation.LANDMARKS, columns, tuple(rows))


# The tables: every submission, named, in the order of territories.

_TALLY: Final = (
    Column("notees", "Notées", is_number=True),
    Column("nc", "NC", is_number=True),
    Column("sans_reponse", "Vides", is_number=True),
    Column("points", "Points", is_number=True),
    Column("maximum", "Maximum", is_number=True),
    Column("pourcentage", "Réalisation (%)", is_number=True),
)
_WHO: Final = (Column("territoire", "Territoire"), Column("personnes", "Personnes"))
_PLACE: Final = (Column("mission", "Mission"), Column("provenance", "Provenance"))


def all_tables(grid: Grid, choice: Choice, rejects: Sequence[Reject]) -> tuple[Table, ...]:
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
        *(Column("annee", "Année", is_number=True), Column("moment", "Quand")),
        *(Column("etat", "État"), Column("revision", "Version", is_number=True)),
        *(Column("code_de_controle", "Code de contrôle"), *_TALLY),
        Column("commentaires", "Commentaires", is_number=True),
        Column("commentaires_proposes", f"Commentaires{NBSP}{MARK}", is_number=True),
        Column("actions", "Actions", is_number=True),
        Column("actions_proposees", f"Actions{NBSP}{MARK}", is_number=True),
        Column("remarques_ouvertes", "Remarques sans réponse", is_number=True),
        Column("nom_du_fichier", "Fichier"),
    )
    return Table("evaluation", consolidation.SUBMISSIONS, columns, rows, consolidation.OF_THE_CAF)


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
    return Table("attendue", consolidation.EXPECTED, columns, rows)


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
    return Table(
        "mission", consolidation.MISSIONS, (*_PLACE, Column("politique", "Politique"), *_TALLY), rows
    )


def _missions_of_each(grid: Grid, counted: Sequence[Entry]) -> Table:
    by_mission: dict[tuple[str, str], list[int]] = {}
    for place, _, positions in _rubrics(grid):
        by_mission.setdefault(place, []).extend(positions)
    rows = tuple(
        (*_who(entry), *place, *_values(_tally(entry.marks[at] for at in positions)))
        for entry in counted
        for place, positions in by_mission.items()
    )
    return Table("mission_de_chacun", consolidation.MISSIONS_OF_EACH, (*_WHO, *_PLACE, *_TALLY), rows)


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
    return Table("evolution", consolidation.EVOLUTION, columns, tuple(rows), consolidation.SAME_PANEL)


def _lines(grid: Grid, counted: Sequence[Entry]) -> Table:
    rows = tuple(
        (*line_values(grid, grid.activities[line]), *_values(whole))
        for line, whole in _by_line(grid, counted).items()
    )
    return Table("ligne", consolidation.LINES, (*LINE_COLUMNS, *_TALLY), rows)


def _by_line(grid: Grid, counted: Sequence[Entry]) -> dict[str, Tally]:
    by_line: dict[str, list[Tally]] = {}
    for cell in cells(grid):
        by_line.setdefault(cell.activity.id, []).append(
            _tally(entry.marks[cell.position] for entry in counted)
        )
    return {line: total(tallies) for line, tallies in by_line.items()}


def _landmarks(grid: Grid, counted: Sequence[Entry]) -> Table:
    lines = [
        LineFigures(grid.activities[line], whole.percentage, whole.not_concerned)
        for line, whole in _by_line(grid, counted).items()
    ]
    return landmarks(grid, lines, _TALLY[-1])


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
        Column("sans_reponse", "Vides", is_number=True),
        Column("hors_grille", "Ligne absente", is_number=True),
    )
    return Table("repartition", consolidation.SPREAD, columns, tuple(rows))


def _policies(grid: Grid, counted: Sequence[Entry]) -> Table:
    rows = tuple(
        (
            policy.label,
            sum(policy.id in one.policies for entry in counted for one in entry.identity.coordinators),
        )
        for policy in grid.policies
    )
    columns = (Column("politique", "Politique"), Column("personnes", "Personnes", is_number=True))
    return Table("politique", consolidation.POLICIES, columns, rows)


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
    return Table("indicateur", consolidation.INDICATORS, columns, tuple(rows))


def _needs(counted: Sequence[Entry]) -> Table:
    rows = tuple(
        (*_who(entry), name, entry.topics[topic])
        for entry in counted
        for topic, name in TOPICS.items()
        if entry.topics.get(topic)
    )
    return Table(
        "besoin", consolidation.NEEDS, (*_WHO, Column("sujet", "Sujet"), Column("texte", "Texte")), rows
    )


def _actions(grid: Grid, counted: Sequence[Entry]) -> Table:
    planned = Counter(
        (grid.mission_of[line].id, grid.activities[line].is_proposed, quarter(due))
        for entry in counted
        for line, due in entry.actions
        if line in grid.activities
    )
    rows = tuple(
        (mission_name(grid, mission, is_proposed=is_proposed), when or consolidation.NO_DATE, number)
        for (mission, is_proposed, when), number in sorted(planned.items())
    )
    columns = (
        *(Column("mission", "Mission"), Column("trimestre", "Trimestre")),
        Column("actions", "Actions", is_number=True),
    )
    return Table("action", consolidation.ACTIONS, columns, rows)


def _rejects(rejects: Sequence[Reject], revised: Sequence[Revised]) -> Table:
    columns = (Column("fichier", "Fichier"), Column("code", "Code"), Column("message", "Raison"))
    others = ((one.file, "revu-depuis", consolidation.revised_since(one)) for one in revised)
    return Table("rejet", consolidation.REJECTS, columns, (*(tuple(one) for one in rejects), *others))


def _conflicts(choice: Choice) -> Table:
    rows = tuple((one.lineage, one.revision, ", ".join(one.files)) for one in choice.conflicts)
    columns = (
        *(Column("evaluation", "Évaluation"), Column("revision", "Version", is_number=True)),
        Column("fichiers", "Fichiers"),
    )
    return Table("conflit", consolidation.CONFLICTS, columns, rows)


# Reading the submissions and writing the consolidation.

_NO_DATE: Final = datetime(2000, 1, 1, tzinfo=UTC)


class Reject(NamedTuple):
    """A file that is not counted: its name, a stable code, a French sentence."""

    file: str
    code: str
    message: str


class Gathered(NamedTuple):
    """What the files hold: the submissions, the grid that counts them, and the files that are not counted."""

    grid: Grid | None
    choice: Choice
    rejects: tuple[Reject, ...]
    left_aside: int

    @property
    def is_whole(self) -> bool:
        """Return whether every file given was read, and none contradicts another."""
        return not self.rejects and not self.choice.conflicts


def received(workspace: Workspace) -> Iterator[Piece]:
    """Yield the files received that the database keeps, byte for byte, in a stable order.

    Raises DatabaseRefusal.
    """
    for one in sorted(stored_received.all_kept(workspace.store), key=lambda one: one.sha256):
        content = stored_received.content_of(workspace.store, one.sha256)
        yield Piece(workspace.store.path, inside=one.file_name, content=content, is_given=True)


def gather(
    found: Iterable[Piece],
    catalogue: Catalogue,
    *,
    with_drafts: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> Gathered:
    """Read every submission among the files `found`; `progress` is given how many so far, and may stop it.

    The documents are not kept: 4,580 of them take a few megabytes.
    """
    entries: list[Entry] = []
    rejects: list[Reject] = []
    grids: dict[str, Grid] = {}
    left_aside = 0
    for done, piece in enumerate(found, 1):
        progress(done)
        try:
            read = _read(piece, catalogue)
        except Exception as error:  # noqa: BLE001 - the other files are counted, and this one is named
            refusal = unforeseen(piece, error)
            read = Reject(piece.own_name, refusal.code, refusal.message)
        if isinstance(read, Reject):
            rejects.append(read)
        elif read is None:
            left_aside += 1
        else:
            entry, grid = read
            grids[grid.fingerprint] = grid
            entries.append(entry)
    choice = choose(entries, with_drafts=with_drafts)
    numbers = Counter(entry.grid_fingerprint for entry in choice.counted)
    if not numbers:
        return Gathered(None, choice, tuple(sorted(rejects)), left_aside)
    grid = reference_grid((grids[fingerprint], number) for fingerprint, number in numbers.items())
    counted = []
    for entry in choice.counted:
        moved = carried(entry, grids[entry.grid_fingerprint], grid)
        if moved is None:
            rejects.append(Reject(entry.file, "autre-grille", consolidation.other_grid(entry.file)))
        else:
            counted.append(moved)
    former = (carried(entry, grids[entry.grid_fingerprint], grid) for entry in choice.other_years)
    nowhere = OUTSIDE * len(grid.cells)
    others = tuple(
        moved or entry._replace(marks=nowhere)
        for moved, entry in zip(former, choice.other_years, strict=True)
    )
    choice = choice._replace(counted=tuple(counted), other_years=others)
    return Gathered(grid, choice, tuple(sorted(rejects)), left_aside)


def _read(piece: Piece, catalogue: Catalogue) -> tuple[Entry, Grid] | Reject | None:
    """Return what is counted of a file and its grid, or why it is not counted; None for another piece."""
    other = other_than_a_document(piece)
    if other is not None or piece.content is None or is_review(piece.content):
        if other is not None and other.state is State.REFUSED:
            return Reject(piece.own_name, other.code, other.message)
        if piece.is_given:
            return Reject(piece.own_name, "autre-piece", consolidation.not_counted(piece.own_name))
        return None
    received = examine(piece.content, catalogue)
    if not isinstance(received, Received):
        refused = refused_submission(piece, received)
        return Reject(piece.own_name, refused.code, refused.message)
    assessment = received.assessment
    grid = catalogue.find(assessment.grid_id, assessment.grid_fingerprint)
    if grid is None:
        return Reject(piece.own_name, "grille-inconnue", consolidation.unknown_grid(piece.own_name))
    entry = Entry(
        file=piece.own_name,
        lineage=assessment.uuid,
        fingerprint=received.fingerprint,
        status=received.status,
        revision=received.header.revision,
        created_at=received.header.created_at,
        identity=assessment.identity,
        grid_id=grid.id,
        grid_fingerprint=grid.fingerprint,
        marks=marks_of(grid, assessment.answers, grid.through(assessment.open_missions)),
        numbers=assessment.numbers,
        actions=tuple((line, action.due) for line, action in assessment.actions.items()),
        topics=assessment.preparation,
        comments=tuple(assessment.comments),
        open_remarks=sum(one.is_open for one in assessment.follow_ups) if assessment.follow_ups else None,
        previous=assessment.previous_uuid,
        contributions=assessment.contributions,
    )
    return entry, grid


def consolidate(gathered: Gathered) -> Consolidation:
    """Return the consolidation of what the files hold.

    Raises Refusal (`rien-a-consolider`), InvalidDocument where files were refused.
    """

    grid, counted = gathered.grid, gathered.choice.counted
    if grid is None or not counted:
        drafts = gathered.choice.drafts
        raise (Refusal if gathered.is_whole else InvalidDocument)(
            "rien-a-consolider",
            "Aucun fichier n’a pu être compté : rien n’a été écrit.",
            consolidation.nothing_counted(drafts),
        )
    tables = all_tables(grid, gathered.choice, gathered.rejects)
    facts = consolidation.facts(grid, counted, gathered.choice.people)
    return Consolidation(consolidation.title(counted), consolidation.BANNER, facts, tables)


def write(
    content: Consolidation, path: Path, *, protected: Iterable[Path] = (), replace: bool = False
) -> None:
    """Write the consolidation in the format that the suffix of `path` names, whole or not at all.

    Raises Refusal (those of `check_output`), WriteRefusal.
    """
    check_output(path, protected, replace=replace)
    remove_leftovers_below(path.parent)
    if path.suffix.casefold() not in (".html", ".xlsx"):
        from ctg_tui.storage import consolidation as database_file

        database_file.write(path, content)
        return
    from ctg_tui.report import consolidation as pages

    as_page = path.suffix.casefold() == ".html"
    atomic_write(path, pages.as_html(content).encode() if as_page else pages.as_xlsx(content, _NO_DATE))
