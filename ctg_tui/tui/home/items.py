"""The assessments as items of the list, by territory; the three doors of a list that is empty."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from ctg_tui.chart.levels import Level, bar
from ctg_tui.domain.assessment import Status
from ctg_tui.domain.details import rank, territory_keys
from ctg_tui.domain.text import match_rank
from ctg_tui.grids.catalogue import DEFAULT_GRID
from ctg_tui.system.computer import local_time
from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.widgets.listing import ACCENT, SOFT, STRONG, TITLE, Item, Line, Piece, spread, width_of
from ctg_tui.wording.french import (
    MOMENTS,
    NARROW,
    NBSP,
    STATUSES_OF_ASSESSMENT,
    campaign_state,
    count,
    day_and_time,
    percentage,
    revision_state,
    territory_name,
    without_kind,
    wrap,
)
from ctg_tui.wording.provenance import LEGEND, in_one

if TYPE_CHECKING:
    from ctg_tui.domain.grid import Grid
    from ctg_tui.services.workspace import Summary


WIDE: Final = 100
"""Columns from which an assessment takes two lines instead of three."""
ALONE: Final = 54
"""Columns from which the list has no preview beside it, and shows the progress itself."""
_BAR_WIDTH = 16
_DOOR_WIDTH: Final = 70
_FRAMED: Final = 62
"""Columns from which the doors have a frame."""

WORKBOOK_DOOR, GRID_DOOR, EXAMPLE_DOOR = "porte-tableur", "porte-grille", "porte-exemple"

_OTHER_VERSION = f"Une autre version de sa grille est proposée{NBSP}: touche I"


def grouped(summaries: Iterable[Summary]) -> Iterator[tuple[str, list[Summary]]]:
    """Yield the name of each territory and its assessments, the latest year first.

    The territory whose assessment was changed last comes first.
    """
    every = list(summaries)
    keys = territory_keys([summary.entry.identity.territory for summary in every])
    groups: dict[Hashable, list[Summary]] = {}
    for key, summary in zip(keys, every, strict=True):
        groups.setdefault(key, []).append(summary)
    for group in groups.values():
        name = territory_name(group[0].entry.identity)
        yield name, sorted(group, key=lambda summary: rank(summary.entry.identity), reverse=True)


def matching(summaries: Iterable[Summary], typed: str) -> list[Summary]:
    """Return the assessments that contain every word typed, accents and case aside."""
    return [summary for summary in summaries if match_rank(typed, *_searched(summary)) is not None]


def _searched(summary: Summary) -> tuple[str, ...]:
    entry = summary.entry
    identity = entry.identity
    people = (f"{person.first_name} {person.last_name}" for person in identity.coordinators)
    return (
        *(territory_name(identity), str(identity.year), MOMENTS[identity.moment]),
        *(revision_state(entry.status, entry.revision), *people),
    )


def assessment_items(summaries: Sequence[Summary], words: str, today: date, level: Level) -> list[Item]:
    """Return the assessments that contain `words`, under the name of their territory."""
    found = matching(summaries, words)
    if not found:
        return [Item(None, lambda width: ((), (Piece(fit("Rien ne correspond.", width), SOFT),)))]
    items: list[Item] = []
    for name, group in grouped(found):
        items.append(_territory_item(name, len(group)))
        items += (_assessment_item(summary, today, level) for summary in group)
    has_both = any(summary.totals and summary.totals.proposed for summary in found)
    return [*items, _legend_item()] if has_both else items


def _territory_item(name: str, number: int) -> Item:
    def lines(width: int) -> Sequence[Line]:
        title = short_name(name, width - 1)
        right = [Piece(count(number, "évaluation"), SOFT)] if number > 1 else []
        fits = cell_len(title) + 1 + width_of(right) <= width
        return (spread([Piece(title, TITLE)], right if fits else [], width),)

    return Item(None, lines)


def short_name(name: str, width: int) -> str:
    """Return the name of a territory; where it is too long, without « Communauté de communes de »."""
    name = shown(name)
    if cell_len(name) <= width:
        return name
    return without_kind(name)


def _assessment_item(summary: Summary, today: date, level: Level) -> Item:
    """Return an assessment: year, moment, progress; without a preview, also state, last change, days left."""

    def lines(width: int) -> Sequence[Line]:
        return _lines(summary, today, level, width) if width >= ALONE else (_row(summary, width),)

    return Item(str(summary.entry.id), lines)


def _row(summary: Summary, width: int) -> Line:
    entry = summary.entry
    when = f"{entry.identity.year} · {MOMENTS[entry.identity.moment]}"
    if summary.grid is None or summary.totals is None:
        return spread([Piece(when)], [Piece(_unknown_grid(summary), ACCENT)], width)
    whole = summary.totals.whole
    is_final = entry.status is Status.FINAL
    state = STATUSES_OF_ASSESSMENT[entry.status] if is_final else f"{whole.answered}/{whole.cells}"
    return spread([Piece(when)], [Piece(f"{state} · {percentage(whole)}", SOFT)], width)


def _lines(summary: Summary, today: date, level: Level, width: int) -> Sequence[Line]:
    entry = summary.entry
    identity = entry.identity
    when = Piece(f"{identity.year} · {MOMENTS[identity.moment]}", STRONG)
    changed = Piece(f"modifiée le {day_and_time(local_time(entry.changed_at))}", SOFT)
    heading = spread([when], [Piece(revision_state(entry.status, entry.revision), SOFT)], width)
    if summary.grid is None or summary.totals is None:
        unknown = Piece(f"{_unknown_grid(summary)} ({entry.grid_id})", ACCENT)
        return heading, spread([unknown, Piece(" · réponses intactes", SOFT)], [changed], width), ()
    whole = summary.totals.whole
    progress = [
        Piece(bar(whole.answered, whole.cells, _BAR_WIDTH, level), ACCENT),
        Piece(f"  {whole.answered}/{whole.cells} réponses · {in_one(summary.totals)}"),
    ]
    remaining_days = Piece(campaign_state(summary.grid.campaign, identity.year, today), SOFT)
    ending = [] if entry.status is Status.FINAL else [remaining_days]
    other = [(Piece(offer(summary), SOFT),)] if offer(summary) else []
    if width >= WIDE:
        separator = [Piece(" · ", SOFT)] if ending else []
        return heading, spread(progress, [changed, *separator, *ending], width), *other, ()
    return heading, spread(progress, [], width), spread([changed], ending, width), *other, ()


def _unknown_grid(summary: Summary) -> str:
    return "grille d’origine absente" if summary.other_version else "grille introuvable sur ce poste"


def offer(summary: Summary) -> str:
    """Return the sentence that says that another version of its grid can be adopted; empty if none can."""
    return _OTHER_VERSION if summary.other_version and summary.entry.status is not Status.FINAL else ""


def _legend_item() -> Item:
    """Return the sentence that says on whose lines the figures of the list rest."""
    return Item(None, lambda width: tuple((Piece(line, SOFT),) for line in wrap(LEGEND, width)))


def refused_item(sentences: str) -> Item:
    """Return the reason why the list cannot be shown."""
    return Item(
        None, lambda width: ((), *((Piece(line, STRONG),) for line in wrap(sentences, min(width, 76))))
    )


def door_items(grid: Grid) -> list[Item]:
    """Return the three ways to begin, when there is no assessment."""
    doors = (
        (
            WORKBOOK_DOOR,
            "J’ai le tableur de ma Caf",
            "T",
            "Sa grille est reprise, avec vos réponses s’il est déjà rempli. Le tableur n’est pas modifié.",
        ),
        (
            GRID_DOOR,
            _begin_with(grid),
            "N",
            "Indiquez votre territoire, puis notez chaque activité. Tout est enregistré automatiquement.",
        ),
        (
            EXAMPLE_DOOR,
            "Voir un exemple rempli",
            "X",
            f"Une évaluation fictive, à parcourir et à modifier librement{NBSP}: rien n’en est enregistré.",
        ),
    )
    title = Item(None, lambda width: ((), *((Piece(line, TITLE),) for line in wrap(_WELCOME, width)), ()))
    return [title, *(_door(*door) for door in doors)]


_WELCOME: Final = f"Aucune évaluation pour l’instant. Par où commencer{NARROW}?"


def _begin_with(grid: Grid) -> str:
    if grid.id == DEFAULT_GRID:
        return "Commencer avec la grille de la Charente"
    return f"Commencer avec «{NBSP}{shown(grid.title)}{NBSP}»"


def _door(key: str, title: str, letter: str, sentence: str) -> Item:
    """Return a door: its title, its letter and a sentence, in a frame where there is room for one."""

    def lines(width: int) -> Sequence[Line]:
        room = min(width, _DOOR_WIDTH)
        if room < _FRAMED:
            head = spread([Piece(title, STRONG)], [Piece(letter, ACCENT)], room)
            return (head, *((Piece(line, SOFT),) for line in wrap(sentence, room)), ())
        inner = room - 4
        head = spread([Piece(title, STRONG)], [Piece(letter, ACCENT)], inner)
        texts = [(Piece(fit(line, inner), SOFT),) for line in wrap(sentence, inner)]
        side = Piece("│ ", SOFT), Piece(" │", SOFT)
        return (
            (Piece(f"┌{'─' * (room - 2)}┐", SOFT),),
            *((side[0], *line, side[1]) for line in (head, *texts)),
            (Piece(f"└{'─' * (room - 2)}┘", SOFT),),
            (),
        )

    return Item(key, lines)
