"""The log of a territory (*carnet*): noting facts, correcting them, undoing, and finding them again."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import date, datetime
from time import time_ns
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import uuid4

from ctg_tui.domain.assessment import Assessment, Territory
from ctg_tui.domain.changes import Change, Edit, Operation
from ctg_tui.domain.details import FIRST_YEAR, LAST_YEAR, is_named, name_key, of_territory, territory_keys
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.grid import Grid, named_indicator, named_line, number_of
from ctg_tui.domain.log import (
    MAX_TEXT,
    Log,
    LogEntry,
    Period,
    cleaned,
    facts_of,
    with_changes,
    write_entry,
    year_of,
)
from ctg_tui.domain.steps import MAX_NUMBER
from ctg_tui.domain.text import fold, match_rank
from ctg_tui.services.editing import Pending, Recorder
from ctg_tui.storage import log as stored_logs
from ctg_tui.wording.french import NBSP, count, day, thousands
from ctg_tui.wording.log import facts_added, facts_in_comment, short_label

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Workspace
    from ctg_tui.storage.journal import Owner
    from ctg_tui.storage.store import Store


def _no_territory() -> Refusal:
    return Refusal(
        "carnet-sans-territoire",
        "Le carnet est celui d’un territoire, et aucun n’a encore de nom.",
        "Donnez d’abord le nom du territoire dans les renseignements.",
    )


class Fact(NamedTuple):
    """A fact with its stable id."""

    key: str
    entry: LogEntry


class LogBook(Recorder):
    """The log of one territory."""

    def __init__(self, store: Store, territory: Territory) -> None:
        """Open the log of a territory. Raises Refusal (`carnet-sans-territoire`), DatabaseRefusal."""
        if not is_named(territory):
            raise _no_territory()
        super().__init__(store)
        self.territory = territory
        self.log: Log
        """The log with each edit, also those that are not on the disk yet."""
        self._read()

    def _owner(self) -> Owner | None:
        return stored_logs.owner_of(self._store, self.territory)

    def _read(self) -> None:
        self.log = stored_logs.log_of(self._store, self.territory)

    def _show(self, made: tuple[Change, ...]) -> None:
        self.log = with_changes(self.log, made)

    def _record(self, pending: Pending, into: int | None) -> tuple[int | None, datetime]:
        return stored_logs.record(self._store, self.territory, pending.edit, into)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Every fact, the latest first."""
        found = (Fact(key, entry) for key, entry in self.log.entries.items())
        return tuple(sorted(found, key=lambda fact: (fact.entry.on, fact.key), reverse=True))

    def note(self, entry: LogEntry) -> str:
        """Add a fact; return its id. Raises Refusal when it is not one that can be stored."""
        key = self.new_key()
        self.change(key, entry)
        return key

    @staticmethod
    def new_key() -> str:
        """Return the stable id of a new fact: those of one day are sorted in the order they were noted."""
        return f"{time_ns() // 1_000_000:012x}-{uuid4()}"

    def change(self, key: str, entry: LogEntry) -> None:
        """Set a fact. Raises as `note` does."""
        _require(cleaned(entry))
        self._do(Edit(Operation.LOG_ENTRY, write_entry(self.log, key, entry)))

    def remove(self, key: str) -> None:
        """Remove a fact; undo gives it back."""
        self._do(Edit(Operation.LOG_ENTRY, write_entry(self.log, key, None)))


def require_sentence(text: str) -> None:
    """Raise Refusal (`fait-vide`, `fait-trop-long`) for a text that no fact can have."""
    if not text:
        raise Refusal("fait-vide", "Un fait du carnet a besoin d’une phrase.", "Écrivez ce qui s’est passé.")
    if len(text) > MAX_TEXT:
        raise Refusal(
            "fait-trop-long",
            f"Un fait du carnet tient en une phrase : {count(MAX_TEXT, 'caractère')} au plus. Celui-ci en a "
            f"{thousands(len(text))}, il n’a pas été noté.",
            "Raccourcissez-le, ou notez-en plusieurs.",
        )


def _require(entry: LogEntry) -> None:
    """Raise Refusal for a fact that the database does not take."""
    require_sentence(entry.text)
    if not FIRST_YEAR <= entry.on.year <= LAST_YEAR:
        raise Refusal(
            "annee-hors-bornes",
            f"L’année doit être comprise entre {FIRST_YEAR} et {LAST_YEAR}.",
            "Corrigez-la.",
        )
    if entry.number is not None and not 0 <= entry.number <= MAX_NUMBER:
        raise Refusal(
            "nombre-hors-bornes",
            f"Le nombre doit être compris entre 0 et {thousands(MAX_NUMBER)}.",
            "Corrigez-le.",
        )


def today_of_facts(workspace: Workspace) -> date:
    """Return today's date. Raises Refusal (`horloge-fausse`) when no fact can bear it."""
    today = workspace.today()
    if not FIRST_YEAR <= today.year <= LAST_YEAR:
        raise Refusal(
            "horloge-fausse",
            f"L’horloge de cet ordinateur indique le {day(today)} : rien n’a été noté à cette date.",
            "Réglez l’horloge, ou donnez le jour avec son année, par exemple 12/01/2027.",
        )
    return today


class YearOfLog(NamedTuple):
    """The log as an assessment sees it: the facts of its year."""

    entries: tuple[LogEntry, ...]
    period: Period

    def of_line(self, line: str) -> tuple[LogEntry, ...]:
        """Return the facts of the year tied to a line or an indicator, the earliest first."""
        return facts_of(self.entries, line, self.period)


def year_of_log(
    workspace: Workspace, grid: Grid, assessment: Assessment, *, waits: bool = False
) -> YearOfLog:
    """Return the facts of the year of an assessment; none without a territory.

    `waits`: also those noted just now and not on the disk yet. Raises DatabaseRefusal; NotSaved when it waits
    and the disk refuses them.
    """
    if waits:
        workspace.writer.settle()
    territory = assessment.identity.territory
    entries = stored_logs.log_of(workspace.store, territory).entries if territory.name else {}
    return YearOfLog(tuple(entries.values()), year_of(grid.campaign, assessment.identity))


def left_to_take(workspace: Workspace, grid: Grid, assessment: Assessment) -> dict[str, int]:
    """Return how many facts of the year on each line its comment does not hold, in grid order.

    Raises as `year_of_log` does.
    """
    year = year_of_log(workspace, grid, assessment)
    left = {}
    for activity in grid.activities:
        comment = assessment.comments.get(activity, "")
        if added := facts_added(comment, facts_in_comment(comment, year.of_line(activity))):
            left[activity] = added
    return left


def territories_with_log(workspace: Workspace) -> tuple[Territory, ...]:
    """Return the territories that have a log. Raises DatabaseRefusal."""
    return tuple(stored.log.territory for stored in stored_logs.logs(workspace.store))


def facts_noted(workspace: Workspace, territory: Territory) -> int:
    """Return how many facts the log of a territory holds. Raises DatabaseRefusal."""
    return len(stored_logs.log_of(workspace.store, territory).entries) if territory.name else 0


def territories(workspace: Workspace) -> tuple[Territory, ...]:
    """Return the territories of the logs and of the assessments, each once. Raises DatabaseRefusal."""
    every = [*territories_with_log(workspace)]
    every += [entry.identity.territory for entry in workspace.store.entries()]
    found: dict[Hashable, Territory] = {}
    for key, territory in zip(territory_keys(every), every, strict=True):
        if is_named(territory):
            found.setdefault(key, territory)
    return tuple(found.values())


def territory_named(name: str, known: Iterable[Territory] = ()) -> Territory | None:
    """Return the territory of that name, short name or SIREN, among `known` then the shipped ones."""
    from ctg_tui.grids.catalogue import known_territories

    typed, siren = name_key(name), name.strip()
    for territory in known:
        if siren == territory.siren or (typed and typed == name_key(territory.name)):
            return territory
    for shipped in known_territories():
        if siren == shipped.siren or (typed and typed in map(name_key, (shipped.name, shipped.short_name))):
            return Territory(shipped.name, shipped.siren, shipped.department, shipped.id)
    return None


def grid_of(workspace: Workspace, territory: Territory) -> Grid:
    """Return the grid of the latest assessment of a territory, else the default one."""
    entries = workspace.store.entries()
    for one in sorted(of_territory(territory, [entry.identity.territory for entry in entries])):
        known = workspace.catalogue.own_grid(entries[one])
        if known is not None:
            return known
    return workspace.catalogue.default


class Countable(NamedTuple):
    """A line or an indicator that a fact can count for; `text` is its name, `beside` what it is."""

    key: str
    text: str
    beside: str


def countable(grid: Grid) -> tuple[Countable, ...]:
    """Return the lines of `grid`, a view without what its closed doors hold, then its indicators."""
    lines = (
        Countable(one.id, f"{number_of(grid, one.id)} {short_label(one.label)}", "ligne")
        for one in grid.activities.values()
    )
    indicators = (
        Countable(one.id, short_label(one.label), f"indicateur, mission {grid.mission_of[one.id].number}")
        for one in grid.indicators.values()
        if not one.is_heading
    )
    return (*lines, *indicators)


def matching_places(grid: Grid, typed: str) -> list[Countable]:
    """Return what a few letters can mean, the best match first: a number, words of a line or an indicator."""
    labels = {key: line.label for key, line in grid.activities.items()}
    labels |= {key: line.label for key, line in grid.indicators.items()}
    every = countable(grid)
    whole = fold(typed.strip())
    exact = [one for one in every if whole in (fold(one.text), _number(grid, one.key))]
    ranked = [(match_rank(typed, one.text, labels[one.key], one.beside), one) for one in every]
    matches = sorted((pair for pair in ranked if pair[0] is not None), key=lambda pair: pair[0] or 0)
    return exact or [one for _, one in matches]


def _number(grid: Grid, line: str) -> str | None:
    """Return the number of a line; an indicator has none that people type."""
    return number_of(grid, line) if line in grid.activities else None


SEPARATOR: Final = ";"
"""Stands between the lines and indicators that a fact counts for."""


def read_places(grid: Grid, text: str) -> tuple[Countable, ...]:
    """Return what a fact counts for, each typed by its number or a few of its letters.

    A line behind a closed door is taken by its whole name only: a former fact may count for it.
    Raises ValueError, with a French sentence, for letters that mean none or several.
    """
    chosen: dict[str, Countable] = {}
    for typed in filter(None, map(str.strip, text.split(SEPARATOR))):
        matches = matching_places(grid, typed) or [
            one for one in countable(grid.whole) if fold(one.text) == fold(typed)
        ]
        if not matches:
            raise ValueError(f"Aucune ligne ni indicateur ne correspond à «{NBSP}{typed}{NBSP}».")
        if len(matches) > 1:
            some = ", ".join(one.text for one in matches[:3])
            more = "…" if len(matches) > 3 else ""
            raise ValueError(
                f"«{NBSP}{typed}{NBSP}» correspond à plusieurs lignes ou indicateurs ({some}{more}){NBSP}: "
                "tapez quelques lettres de plus, ou choisissez dans la liste."
            )
        chosen[matches[0].key] = matches[0]
    return tuple(chosen.values())


def new_entry(
    grid: Grid,
    on: date,
    text: str,
    lines: Iterable[str] = (),
    indicators: Iterable[str] = (),
    number: int | None = None,
) -> LogEntry:
    """Return a fact whose lines and indicators are named as people do (`1.3`, `1.i2`).

    Raises Refusal (`ligne-inconnue`, `indicateur-inconnu`) for a name that the grid does not have.
    """
    activities, counted = [], []
    for name in lines:
        line = named_line(grid, name)
        if line is None or line.policy is not None:
            raise Refusal(
                "ligne-inconnue",
                f"La ligne « {name} » n’est pas dans la grille « {grid.title} ».",
                "Une ligne s’écrit par exemple 1.3 : mission 1, troisième ligne.",
            )
        activities.append(line.activity)
    for name in indicators:
        indicator = named_indicator(grid, name)
        if indicator is None:
            raise Refusal(
                "indicateur-inconnu",
                f"L’indicateur « {name} » n’est pas dans la grille « {grid.title} ».",
                "Un indicateur s’écrit par exemple 1.i2 : mission 1, deuxième indicateur.",
            )
        counted.append(indicator)
    return cleaned(LogEntry(on, text, tuple(activities), tuple(counted), number))
