"""Consolidate many submissions into one file, for the adviser's own work: its tables, then its files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
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
    Figures,
    MissionFigures,
    Place,
    Table,
    Value,
    carried,
    choose,
    marks_of,
    reference_grid,
)
from ctg_tui.domain.errors import InvalidDocument, Refusal, typeset
from ctg_tui.domain.scores import Scores, Tally, figure_rows
from ctg_tui.domain.text import short_fingerprint
from ctg_tui.services.files import check_output
from ctg_tui.services.received.intake import State, other_than_a_document, refused_submission
from ctg_tui.services.received.kept import keys_of_expected
from ctg_tui.services.received.mails import Piece, unforeseen
from ctg_tui.storage import received as stored_received
from ctg_tui.submission.file import Received, examine
from ctg_tui.submission.review import is_review
from ctg_tui.system.files import atomic_write, remove_leftovers
from ctg_tui.wording import consolidation as words
from ctg_tui.wording.french import MOMENTS, NBSP, STATUSES_OF_ASSESSMENT, TOPICS, territory_name
from ctg_tui.wording.grid_files import unknown_grid
from ctg_tui.wording.lines import LOW_NOTES, MARK, line_number, outcome_name, short_title, whose_lines

if TYPE_CHECKING:
    from ctg_tui.domain.assessment import Assessment
    from ctg_tui.domain.grid import Activity, Grid
    from ctg_tui.grids.catalogue import Catalogue
    from ctg_tui.services.received.kept import ExpectedTerritory
    from ctg_tui.services.workspace import Workspace


# Reading the submissions.

_NO_DATE: Final = datetime(2000, 1, 1, tzinfo=UTC)


class Reject(NamedTuple):
    """A file that is not counted: its name, a stable code, a French sentence."""

    file: str
    code: str
    message: str


class Gathered(NamedTuple):
    """What the files hold: the submissions, the grid that counts their lines, the files not counted.

    `expected` are the territories of the person's own list.
    """

    grid: Grid | None
    choice: Choice
    rejects: tuple[Reject, ...]
    left_aside: int
    expected: tuple[ExpectedTerritory, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Return whether every file given was read, and none contradicts another."""
        return not self.rejects and not self.choice.conflicts

    @property
    def not_counted(self) -> tuple[str, ...]:
        """A sentence on each file that is not counted."""
        conflicts = (words.conflict(one.files) for one in self.choice.conflicts)
        revised = map(words.revised_since, self.choice.revised)
        return (*(one.message for one in self.rejects), *conflicts, *revised)


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
    expected: Sequence[ExpectedTerritory] = (),
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
            entries.append(read[0])
            grids[read[1].fingerprint] = read[1]
    choice = choose(entries, with_drafts=with_drafts)
    numbers = Counter(entry.grid_fingerprint for entry in choice.counted)
    grid: Grid | None = None
    if numbers:
        grid = reference_grid((grids[fingerprint], number) for fingerprint, number in numbers.items())
        counted = (carried(entry, grids[entry.grid_fingerprint], grid) for entry in choice.counted)
        choice = choice._replace(counted=tuple(counted))
    return Gathered(grid, choice, tuple(sorted(rejects)), left_aside, tuple(expected))


def _read(piece: Piece, catalogue: Catalogue) -> tuple[Entry, Grid] | Reject | None:
    """Return what is counted of a file and its grid, or why it is not counted; None for another piece."""
    other = other_than_a_document(piece)
    if other is not None or piece.content is None or is_review(piece.content):
        if other is not None and other.state is State.REFUSED:
            return Reject(piece.own_name, other.code, other.message)
        return None
    received = examine(piece.content, catalogue)
    if not isinstance(received, Received):
        refused = refused_submission(piece, received)
        return Reject(piece.own_name, refused.code, refused.message)
    assessment, seen, scores = received.assessment, received.grid, received.scores
    grid = catalogue.own_grid(assessment)
    if grid is None or seen is None or scores is None:
        refusal = unknown_grid(assessment.grid_id, "Ce fichier n’est pas compté.")
        return Reject(piece.own_name, refusal.code, refusal.sentences())
    entry = Entry(
        file=piece.own_name,
        lineage=assessment.uuid,
        fingerprint=received.fingerprint,
        status=received.status,
        revision=received.header.revision,
        created_at=received.header.created_at,
        identity=assessment.identity,
        grid_fingerprint=grid.fingerprint,
        own=_figures(seen, assessment, scores, is_proposed=False),
        proposed=_figures(seen, assessment, scores, is_proposed=True) if scores.proposed else None,
        missions=tuple(
            MissionFigures(short_title(row.portion), row.is_proposed, row.whole)
            for row in figure_rows(seen, scores)
            if row.portion is not None
        ),
        marks=marks_of(grid, assessment.answers, seen),
        numbers=assessment.numbers,
        actions=tuple((_place(grid, line), action) for line, action in assessment.actions.items()),
        topics=assessment.preparation,
        open_remarks=tuple((_place(grid, row.activity), row) for row in assessment.follow_ups if row.is_open),
        contributions=assessment.contributions,
    )
    return entry, grid


def _figures(grid: Grid, assessment: Assessment, scores: Scores, *, is_proposed: bool) -> Figures:
    """Return the figures on the Caf's lines, or on the proposed ones; what no grid has is with the Caf's."""
    proposed = frozenset(grid.proposed_lines)

    def number(lines: Iterable[str | None]) -> int:
        return sum((line in proposed) is is_proposed for line in lines)

    low = {cell.activity for cell, answer in assessment.answers.items() if answer in LOW_NOTES}
    owed = number(row.activity for row in assessment.follow_ups if row.is_open)
    return Figures(
        scores.side(is_proposed).whole,
        number(low),
        number(assessment.comments),
        number(assessment.actions),
        owed if assessment.follow_ups else None,
    )


def _place(grid: Grid, line: str | None) -> Place:
    if line is None or line not in grid.activities:
        return Place(line or "")
    activity = grid.activities[line]
    return Place(line_number(grid, line), activity.label, activity.is_proposed)


# The rows of each table.

Row = tuple[Value, ...]


class _Made(NamedTuple):
    """What the rows of every table are made of."""

    grid: Grid
    gathered: Gathered

    @property
    def counted(self) -> tuple[Entry, ...]:
        return self.gathered.choice.counted

    def spread(self, positions: Iterable[int]) -> Counter[str]:
        """Count the marks of every submission at some positions."""
        return Counter(entry.marks[at] for at in positions for entry in self.counted)


def _who(entry: Entry) -> Row:
    return territory_name(entry.identity), ", ".join(entry.people)


_TALLY: Final = ("rated", "not_concerned", "blank", "points", "maximum", "percentage")
_WRITTEN: Final = ("low", "comments", "actions", "open_remarks")
"""The figures in the order of their columns."""


def _submissions(made: _Made) -> Iterator[Row]:
    for one in made.counted:
        identity, both = one.identity, (one.own, one.proposed)
        tallies = [None if each is None else each.tally for each in both]
        measures = (
            *([getattr(each, name, None) for each in tallies] for name in _TALLY),
            *([getattr(each, name, None) for each in both] for name in _WRITTEN),
        )
        yield (
            *(*_who(one), identity.year, MOMENTS[identity.moment], STATUSES_OF_ASSESSMENT[one.status]),
            *(
                one.revision,
                short_fingerprint(one.fingerprint),
                *(value for pair in measures for value in pair),
            ),
            one.file,
        )


def _missing(made: _Made) -> Iterator[Row]:
    listed, counted = made.gathered.expected, made.counted
    keys = keys_of_expected(
        [one.territory for one in listed], [entry.identity.territory for entry in counted]
    )
    came: dict[Hashable, set[str]] = {}
    for key, entry in zip(keys[len(listed) :], counted, strict=True):
        came.setdefault(key, set()).update(entry.sources)
    for key, one in zip(keys, listed, strict=False):
        if (number := len(came.get(key, ()))) < one.files:
            yield one.territory.name, one.territory.siren, one.files, number


def _missions_of_each(made: _Made) -> Iterator[Row]:
    for entry in made.counted:
        for mission, is_proposed, tally in entry.missions:
            figures = (getattr(tally, name) for name in _TALLY)
            yield *_who(entry), mission, whose_lines(is_proposed), *figures


def _coverage(made: _Made) -> Iterator[Row]:
    positions: dict[tuple[str, bool, str], list[int]] = {}
    for at, cell in enumerate(made.grid.cells):
        mission, activity = made.grid.mission_of[cell.activity].id, made.grid.activities[cell.activity]
        positions.setdefault((mission, activity.is_proposed, cell.policy), []).append(at)
    names = {(row.mission.id, row.is_proposed): short_title(row) for row in made.grid.portions}
    for (mission, is_proposed, policy), places in positions.items():
        asked = [entry for entry in made.counted if any(entry.marks[at] != OUTSIDE for at in places)]
        marks = made.spread(places)
        in_charge = sum(policy in one.policies for entry in asked for one in entry.identity.coordinators)
        yield (
            *(names[mission, is_proposed], whose_lines(is_proposed)),
            *(made.grid.policies_by_id[policy].label, len(asked), in_charge),
            *(sum(marks[note] for note in "0123"), marks[NC], marks[BLANK]),
        )


def _by_line(made: _Made) -> Iterator[tuple[Activity, Counter[str]]]:
    positions: dict[str, list[int]] = {}
    for at, cell in enumerate(made.grid.cells):
        positions.setdefault(cell.activity, []).append(at)
    for line, places in positions.items():
        yield made.grid.activities[line], made.spread(places)


def _line_values(grid: Grid, activity: Activity) -> Row:
    return line_number(grid, activity.id), activity.label, whose_lines(activity.is_proposed)


def _percentage(marks: Counter[str]) -> int | None:
    rated = sum(marks[note] for note in "0123")
    return Tally(marks["1"] + 2 * marks["2"] + 3 * marks["3"], rated).percentage


_LANDMARKS: Final = 3
"""Lines in each list of the most and the least noted."""


def _landmarks(made: _Made) -> Iterator[Row]:
    """Yield the lines least noted, most noted, most often NC: lines are ranked, people and territories never.

    The Caf's lines and proposed ones are ranked apart; of equal lines, the first of the grid comes first.
    """
    lines = [(activity, _percentage(marks), marks[NC]) for activity, marks in _by_line(made)]
    orders: tuple[tuple[str, Callable[[int | None, int], int | None]], ...] = (
        (words.LEAST_NOTED, lambda figure, _: figure),
        (words.MOST_NOTED, lambda figure, _: None if figure is None else -figure),
        (words.MOST_NC, lambda _, nc: -nc or None),
    )
    for is_proposed in (False, True):
        for name, key in orders:
            ranked = sorted(
                (value, rank)
                for rank, (activity, figure, nc) in enumerate(lines)
                if activity.is_proposed is is_proposed and (value := key(figure, nc)) is not None
            )
            for _, rank in ranked[:_LANDMARKS]:
                activity, figure, nc = lines[rank]
                yield name, *_line_values(made.grid, activity), figure, nc


def _lines(made: _Made) -> Iterator[Row]:
    for activity, marks in _by_line(made):
        spread = (marks[mark] for mark in (*"0123", NC, BLANK, OUTSIDE))
        yield *_line_values(made.grid, activity), *spread, _percentage(marks)


def _indicators(made: _Made) -> Iterator[Row]:
    for indicator in made.grid.indicators.values():
        if not indicator.is_heading:
            given = [entry.numbers[indicator.id] for entry in made.counted if indicator.id in entry.numbers]
            place = (line_number(made.grid, indicator.id), indicator.label)
            yield *place, whose_lines(indicator.is_proposed), len(given), sum(given)


def _needs(made: _Made) -> Iterator[Row]:
    for entry in made.counted:
        if any(entry.topics.values()):
            yield *_who(entry), *(entry.topics.get(topic) or None for topic in TOPICS)


def _placed(place: Place) -> Row:
    return place.number, place.label, whose_lines(place.is_proposed)


def _actions(made: _Made) -> Iterator[Row]:
    for entry in made.counted:
        for place, action in entry.actions:
            due = None if action.due is None else action.due.isoformat()
            outcome = None if action.outcome is None else outcome_name(action.outcome)
            yield *_who(entry), *_placed(place), action.what, action.who or None, due, outcome


def _open_remarks(made: _Made) -> Iterator[Row]:
    policies = made.grid.policies_by_id
    for entry in made.counted:
        for place, row in entry.open_remarks:
            policy = policies[row.policy].label if row.policy in policies else row.policy
            yield *_who(entry), *_placed(place), policy, row.author or None, row.remark or None


def _rejects(made: _Made) -> Iterator[Row]:
    yield from made.gathered.rejects
    for one in made.gathered.choice.revised:
        yield one.file, "revu-depuis", words.revised_since(one)


def _conflicts(made: _Made) -> Iterator[Row]:
    for one in made.gathered.choice.conflicts:
        yield one.lineage, one.revision, ", ".join(one.files)


# One list of tables, for the page, the workbook and the database.


class _Declared(NamedTuple):
    """A table: its name, title, whose lines it rests on, its columns, how its rows are made.

    Columns are separated by semicolons: a name, then a French heading. Before the name, `#` stands for a
    number, `°` for two, the Caf's lines and the proposed ones, `-` for what the page has no room for, `=` for
    what it has at the head of the rows that share it.
    """

    name: str
    title: str
    lines: str
    columns: str
    rows: Callable[[_Made], Iterator[Row]]
    is_printed: bool = True


def _columns(declared: str) -> Iterator[Column]:
    for one in declared.split(";"):
        key, _, heading = one.strip().partition(" ")
        name = key.lstrip("-#°=")
        signs = key.removesuffix(name)
        is_number = "#" in signs or "°" in signs
        column = Column(name, heading, is_number, "-" not in signs, is_head="=" in signs)
        yield column
        if "°" in signs:
            heading = f"{heading}{NBSP}{MARK}"
            yield column._replace(name=f"{name}_propositions", heading=heading, is_apart=True)


_WHO: Final = "=territoire Territoire; =personnes Personnes; "
_LINE: Final = "ligne Ligne; intitule Intitulé; -provenance Provenance; "
_NUMBER: Final = _LINE.replace("intitule", "-intitule")
_TABLES: Final = (
    _Declared(
        "evaluation",
        "Évaluations reçues, par territoire",
        words.BOTH_APART,
        f"{_WHO}-#annee Année; -moment Quand; etat État; -#revision Version;"
        "-code_de_controle Code de contrôle;"
        "°notees Notées; -°nc NC; °sans_reponse Vides; -°points Points; -°maximum Maximum;"
        "°pourcentage Résultat (%); °lignes_0_ou_1 Lignes à 0 ou 1; -°commentaires Commentaires;"
        "°actions Actions; °remarques_ouvertes Remarques sans réponse; -nom_du_fichier Fichier",
        _submissions,
    ),
    _Declared(
        "attendue",
        "Territoires attendus dont il manque des fichiers",
        words.NO_LINE,
        "territoire Territoire; siren SIREN; #attendus Fichiers attendus; #comptes Comptés",
        _missing,
    ),
    _Declared(
        "repere",
        "Lignes les moins notées, les mieux notées, le plus souvent NC",
        words.EACH_LINE,
        f"=repere Repère; {_LINE}#pourcentage Résultat (%); #nc NC",
        _landmarks,
    ),
    _Declared(
        "couverture",
        "Couverture, par mission et politique",
        words.EACH_LINE,
        "=mission Mission; -provenance Provenance; politique Politique; #evaluations Évaluations;"
        "#personnes Personnes en charge; #notees Notées; #nc NC; #sans_reponse Vides",
        _coverage,
    ),
    _Declared(
        "besoin",
        "Entretien : dates, aide et formation demandées",
        words.NO_LINE,
        f"{_WHO}rendez_vous Entretien; -points_forts Points forts; -points_a_travailler Points à travailler;"
        "aide Aide demandée à la Caf; formation Formation souhaitée",
        _needs,
    ),
    _Declared(
        "action",
        "Actions prévues",
        words.EACH_LINE,
        f"{_WHO}{_NUMBER}texte Action; -qui Qui; quand Pour le; devenir Suite",
        _actions,
    ),
    _Declared(
        "remarque",
        "Remarques de la Caf sans réponse",
        words.EACH_LINE,
        f"{_WHO}{_NUMBER}politique Politique; auteur De; texte Remarque ou question",
        _open_remarks,
    ),
    _Declared(
        "indicateur",
        "Indicateurs",
        words.EACH_LINE,
        f"{_LINE}#reponses Évaluations ayant répondu; #total Total",
        _indicators,
    ),
    _Declared(
        "mission_de_chacun",
        "Par territoire et mission",
        words.EACH_LINE,
        f"{_WHO}mission Mission; provenance Provenance; #notees Notées; #nc NC; #sans_reponse Vides;"
        "#points Points; #maximum Maximum; #pourcentage Résultat (%)",
        _missions_of_each,
        is_printed=False,
    ),
    _Declared(
        "ligne",
        "Par ligne",
        words.EACH_LINE,
        f"{_LINE}#note_0 0; #note_1 1; #note_2 2; #note_3 3; #nc NC; #sans_reponse Vides;"
        "#hors_grille Ligne absente; #pourcentage Résultat (%)",
        _lines,
        is_printed=False,
    ),
    _Declared(
        "rejet",
        "Fichiers non comptés",
        words.NO_LINE,
        "fichier Fichier; code Code; message Raison",
        _rejects,
    ),
    _Declared(
        "conflit",
        "Fichiers qui se contredisent",
        words.NO_LINE,
        "-evaluation Évaluation; #revision Version; fichiers Fichiers",
        _conflicts,
    ),
)


# Writing the consolidation.


def consolidate(gathered: Gathered) -> Consolidation:
    """Return the consolidation of what the files hold.

    Raises Refusal (`rien-a-consolider`), InvalidDocument where files were refused.
    """

    grid, counted = gathered.grid, gathered.choice.counted
    if grid is None or not counted:
        raise (Refusal if gathered.is_whole else InvalidDocument)(
            "rien-a-consolider",
            "Aucun fichier n’a pu être compté : rien n’a été écrit.",
            words.nothing_counted(gathered.choice.drafts),
        )
    made = _Made(grid, gathered)
    tables = tuple(
        Table(
            *(one.name, typeset(one.title), one.lines, tuple(_columns(one.columns))),
            *(tuple(one.rows(made)), one.is_printed),
        )
        for one in _TABLES
    )
    facts = words.facts(grid, counted, gathered.choice.people)
    return Consolidation(words.title(counted), words.BANNER, facts, tables)


def write(
    content: Consolidation, path: Path, *, protected: Iterable[Path] = (), replace: bool = False
) -> None:
    """Write the consolidation in the format that the suffix of `path` names, whole or not at all.

    Raises Refusal (those of `check_output`), WriteRefusal.
    """
    check_output(path, protected, replace=replace)
    remove_leftovers(path.parent)
    if path.suffix.casefold() not in (".html", ".xlsx"):
        from ctg_tui.storage import consolidation as database_file

        database_file.write(path, content)
        return
    from ctg_tui.report import consolidation as pages

    as_page = path.suffix.casefold() == ".html"
    atomic_write(path, pages.as_html(content).encode() if as_page else pages.as_xlsx(content, _NO_DATE))
