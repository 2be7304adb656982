"""The assessments of one database: list, create, open, delete; and the grids kept beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakValueDictionary

from ctg_tui import PROGRAM
from ctg_tui.domain.assessment import NOT_CONCERNED, Assessment, Identity, Moment
from ctg_tui.domain.details import cleaned_identity, rank, same_assessment, same_territory
from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.domain.grid import Grid, campaign_year
from ctg_tui.domain.scores import Scores, score
from ctg_tui.grids.catalogue import Catalogue, shipped_file
from ctg_tui.storage import backups
from ctg_tui.storage.backups import Erased, Restored
from ctg_tui.storage.connection import PATIENCE_SECONDS, Backup, BackupReason, backup_files, chosen_database
from ctg_tui.storage.documents import keep_grid, kept_grids
from ctg_tui.storage.refusals import absent
from ctg_tui.storage.store import Entry, Store
from ctg_tui.system.computer import local_time, utc_now
from ctg_tui.wording.french import MOMENTS, assessment_name, short_day, territory_name

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session

# An assessment created while its form is still being filled, and the one that it would double.


class Double(NamedTuple):
    """An assessment of the same territory, year and moment as another; `sentence` says that it exists."""

    id: int
    sentence: str


def double_of(workspace: Workspace, identity: Identity) -> Double | None:
    """Return the last changed assessment that one of `identity` would double. Raises DatabaseRefusal."""
    for entry in workspace.store.entries():
        if same_assessment(entry.identity, identity):
            what = f"{assessment_name(entry.identity)} existe déjà ({MOMENTS[entry.identity.moment]})."
            return Double(entry.id, what)
    return None


class Summary(NamedTuple):
    """One line of the list; `grid` is None when it is unknown here, `totals` too, or when not asked for."""

    entry: Entry
    grid: Grid | None
    totals: Scores | None


def grouped(summaries: Iterable[Summary]) -> Iterator[tuple[str, list[Summary]]]:
    """Yield the name of each territory and its assessments, the latest year first.

    The territory whose assessment was changed last comes first.
    """
    groups: list[list[Summary]] = []
    for summary in summaries:
        here = summary.entry.identity.territory
        same = (one for one in groups if same_territory(one[0].entry.identity.territory, here))
        if (group := next(same, None)) is None:
            groups.append(group := [])
        group.append(summary)
    for group in groups:
        name = territory_name(group[0].entry.identity)
        yield name, sorted(group, key=lambda summary: rank(summary.entry.identity), reverse=True)


def next_year(chosen: Summary, every: Iterable[Summary], today: date) -> int | None:
    """Return the year that can be begun from `chosen`: that of the next campaign, when it is later.

    None where its grid is unknown here, or where its territory has a later year among `every`.
    """
    own = chosen.entry.identity
    others = (other.entry.identity for other in every)
    if chosen.grid is None or any(
        other.year > own.year and same_territory(other.territory, own.territory) for other in others
    ):
        return None
    return max(campaign_year(chosen.grid.campaign, today), own.year + 1)


class Workspace:
    """The use cases that concern several assessments, or one that is not open."""

    def __init__(self, store: Store, clock: Callable[[], datetime] = utc_now) -> None:
        self.store = store
        self.catalogue = Catalogue(lambda: kept_grids(self.store))
        self.clock = clock
        self._sessions: WeakValueDictionary[int, Session] = WeakValueDictionary()

    def today(self) -> date:
        """Return today's date in the person's time zone."""
        return local_time(self.clock()).date()

    def close(self) -> None:
        self.store.close()

    def summaries(self, *, has_figures: bool = True) -> tuple[Summary, ...]:
        """Return every assessment, the last changed first; their figures take reading every answer."""
        entries = self.store.entries()
        grids = {one: self.catalogue.find(one) for one in {entry.grid_fingerprint for entry in entries}}
        answers = self.store.answers() if has_figures else {}
        summaries = []
        for entry in entries:
            grid = grids[entry.grid_fingerprint]
            figures = score(grid, answers.get(entry.id, {})) if grid is not None and has_figures else None
            summaries.append(Summary(entry, grid, figures))
        return tuple(summaries)

    def read_again(self, assessment_id: int) -> None:
        """Read an assessment again where it is open, after a write that is no edit of its session."""
        session = self._sessions.get(assessment_id)
        if session is not None:
            session.reload()

    def load(self, assessment_id: int) -> tuple[Grid, Assessment]:
        """Return an assessment and the very grid it was filled with.

        Raises Refusal (`evaluation-absente`, `grille-inconnue`).
        """
        assessment = self.store.load(assessment_id).assessment
        grid = self.catalogue.find(assessment.grid_fingerprint)
        if grid is None:
            raise Refusal(
                "grille-inconnue",
                f"Le fichier de la grille « {assessment.grid_id} » est introuvable sur ce poste. Vos "
                "réponses sont intactes, mais ne se lisent et ne se comptent qu’avec elle.",
                f"Installez cette grille avec « {PROGRAM} grille installer FICHIER », puis recommencez.",
            )
        return grid, assessment

    def open(self, assessment_id: int, *, asks: bool = False) -> Session:
        """Return a session to edit an assessment with the grid it was filled with. Raises as `load` does.

        With `asks`, the first change of one sent as definitive, or of a former year, has to be agreed to.
        """
        from ctg_tui.services.editing import Session

        grid, _ = self.load(assessment_id)
        session = Session(self.store, grid, assessment_id, self.catalogue)
        session.question = self.question_before(assessment_id) if asks else ""
        self._sessions[assessment_id] = session
        return session

    def question_before(self, assessment_id: int) -> str:
        """Return what to ask before the first change of an assessment; empty where nothing is asked."""
        own = next(entry for entry in self.store.entries() if entry.id == assessment_id)
        if own.sent is not None and own.sent.is_final:
            made_on = short_day(local_time(own.sent.created_at).date())
            return typeset(f"Les fichiers définitifs sont créés depuis le {made_on}. Modifier l’évaluation ?")
        if own.identity.year < self.today().year:
            return typeset(f"C’est l’évaluation de {own.identity.year}, une année passée. La modifier ?")
        return ""

    def create(self, identity: Identity, grid: Grid | None = None) -> int:
        """Create an empty assessment filled with `grid`, the Caf's unless it is given; return its id."""
        return self.store.create(grid or self.catalogue.default, cleaned_identity(identity))

    def duplicate(self, assessment_id: int, year: int, moment: Moment) -> int:
        """Create the next assessment: same form, grid and NC, notes and texts blank; return its id.

        It is filled with the grid offered now, also when the former one had another version: the NC go with
        their line.
        """
        from ctg_tui.domain.changes import Edit, Operation
        from ctg_tui.domain.edits import rate
        from ctg_tui.domain.results import translated
        from ctg_tui.storage import journal

        own, former = self.load(assessment_id)
        grid = self.catalogue.get(own.id) or own
        identity = former.identity._replace(year=year, moment=moment)
        answers = translated(former, own, grid).answers
        neutral = [cell for cell in grid.cells if answers.get(cell) is NOT_CONCERNED]
        with self.store.writing():
            new_id = self.store.create(grid, cleaned_identity(identity), previous_uuid=former.uuid)
            made = rate(self.store.load(new_id).assessment, neutral, NOT_CONCERNED)
            if made:
                journal.record(self.store, new_id, Edit(Operation.CARRY_OVER, made))
        return new_id

    def fill_with(self, session: Session, grid: Grid) -> None:
        """Fill an open assessment with another grid, as one edit that undo takes back.

        One with answers is backed up first. Raises WriteRefusal, NotSaved: nothing is then changed. It may
        have to be agreed to first.
        """
        from ctg_tui.domain.changes import OF_LINES, Field, values_of
        from ctg_tui.domain.edits import filling

        edit = filling(session.assessment, session.grid, grid)
        session.require_agreed(edit)
        if values_of(session.assessment, (*OF_LINES, Field.PREPARATION)):
            self.store.back_up(BackupReason.GRID)
        with self.store.writing():
            if (file := shipped_file(grid)) is not None:
                keep_grid(self.store, file)
        session.record(edit)

    def delete(self, assessment_id: int) -> None:
        """Remove an assessment from the database, after a backup. The caller has asked the person.

        Raises WriteRefusal when the backup fails: nothing is then removed.
        """
        self.store.back_up(BackupReason.DELETION)
        self.store.delete(assessment_id)

    def back_up(self) -> Backup:
        """Make a backup that is never rotated.

        Raises DatabaseRefusal, WriteRefusal; NotSaved when the file is no longer there.
        """
        self.store.require_file()
        return self.store.back_up(BackupReason.ASKED)

    def daily_backup(self) -> Backup | None:
        """Make the backup of the day, then rotate; None if today has one or the database is empty.

        To be called after the first frame, from any thread: it opens its own connection. Raises as `back_up`
        does.
        """
        self.store.require_file()
        path, today = self.store.path, (self.today(), BackupReason.DAILY)
        if today in {(one.made_at.date(), one.reason) for one in backup_files(path)}:
            return None
        with Store(path, self.clock, write=False) as store:
            if not store.entries():
                return None
            backup = store.back_up(BackupReason.DAILY)
        backups.rotate(path, self.clock())
        return backup

    def restore(self, backup: Path) -> Restored:
        """Put a backup in the place of the database, and open it. Sessions opened before become invalid.

        Raises DatabaseRefusal, WriteRefusal: the database is then as before, and open again if it can be
        (`store.is_open`).
        """
        path = self.store.path
        self.store.close()
        try:
            return backups.restore(path, backup, self.clock)
        finally:
            self.store = Store(path, self.clock, patience=PATIENCE_SECONDS)
            self._sessions.clear()

    def erasable(self, assessment_id: int) -> Identity | None:
        """Return the identity of the assessment of that number; None for one that was deleted.

        Raises Refusal (`evaluation-absente`) if no assessment ever had it.
        """
        if not self.store.has_given(assessment_id):
            raise absent(assessment_id)
        return next((one.identity for one in self.store.entries() if one.id == assessment_id), None)

    def erase(self, assessment_id: int) -> Erased:
        """Erase an assessment, with what was received of it; one new backup replaces every former file.

        One that was deleted already is erased from the backups by the number it had: also after an erasing
        that was interrupted. Raises as `erasable` does; NotSaved, WriteRefusal.
        """
        self.erasable(assessment_id)
        self.store.delete(assessment_id, wholly=True)
        return backups.replace_former(self.store.connection, self.store.path, self.clock())


def open_workspace(
    database: Path | None = None,
    *,
    write: bool,
    clock: Callable[[], datetime] = utc_now,
    patience: float = 0.0,
) -> Workspace:
    """Open the workspace of a database (by default the user's own).

    Waits up to `patience` seconds for another window or command that writes. Raises DatabaseRefusal,
    InvalidDocument.
    """
    store = Store(chosen_database(database), clock, write=write, patience=patience)
    return Workspace(store, clock)
