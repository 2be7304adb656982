"""The assessments as items of the list: progress, days left, and advice when there is none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from ctg_tui.chart.bar import bar
from ctg_tui.chart.levels import Level
from ctg_tui.domain.assessment import Status
from ctg_tui.system.local_time import local_time
from ctg_tui.tui.widgets.listing import ACCENT, PLAIN, SOFT, STRONG, TITLE, Item, Line, Piece, spread
from ctg_tui.wording.french import (
    MOMENTS,
    NBSP,
    campaign_state,
    day_and_time,
    revision_state,
    territory_name,
)
from ctg_tui.wording.provenance import LEGEND, in_one
from ctg_tui.wording.wrapping import wrap

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Summary

WIDE: Final = 100
"""Columns from which an assessment takes two lines instead of three."""
_BAR_WIDTH = 16

_OTHER_VERSION = f"Une autre version de sa grille est proposée{NBSP}: touche I"
_WELCOME = (
    f"Commencez par la fiche (le territoire suffit), puis notez chaque activité de 0 à 3, ou NC{NBSP}: "
    "tout s’enregistre à chaque touche. À la fin, vous obtenez les pourcentages, le radar et le fichier "
    "à envoyer à la Caf."
)


def assessment_item(summary: Summary, today: date, level: Level) -> Item:
    """Return an assessment: territory, year, moment, state, progress, last change, days left."""
    return Item(str(summary.entry.id), lambda width: _lines(summary, today, level, width))


def _lines(summary: Summary, today: date, level: Level, width: int) -> Sequence[Line]:
    entry = summary.entry
    identity = entry.identity
    name = Piece(territory_name(identity), STRONG)
    when = Piece(f"{identity.year} · {MOMENTS[identity.moment]}")
    changed = Piece(f"modifiée le {day_and_time(local_time(entry.changed_at))}", SOFT)
    heading = spread([name], [when, Piece(f" · {revision_state(entry.status, entry.revision)}", SOFT)], width)
    if summary.grid is None or summary.totals is None:
        state = "grille d’origine absente" if summary.other_version else "grille inconnue ici"
        unknown = Piece(f"{state} ({entry.grid_id})", ACCENT)
        return heading, spread([unknown, Piece(" · réponses intactes", SOFT)], [changed], width), ()
    whole = summary.totals.whole
    progress = [
        Piece(bar(whole.answered, whole.cells, _BAR_WIDTH, level), ACCENT),
        Piece(f"  {whole.answered}/{whole.cells} réponses · {in_one(summary.totals)}"),
    ]
    remaining_days = Piece(campaign_state(summary.grid.campaign, identity.year, today), SOFT)
    ending = [] if entry.status is Status.FINAL else [remaining_days]
    has_offer = summary.other_version and entry.status is not Status.FINAL
    offer: list[Line] = [(Piece(_OTHER_VERSION, SOFT),)] if has_offer else []
    if width >= WIDE:
        separator = [Piece(" · ", SOFT)] if ending else []
        return heading, spread(progress, [changed, *separator, *ending], width), *offer, ()
    return heading, spread(progress, [], width), spread([changed], ending, width), *offer, ()


def legend_item() -> Item:
    """Return the sentence that says on whose lines the figures of the list rest."""
    return Item(None, lambda width: tuple((Piece(line, SOFT),) for line in wrap(LEGEND, width)))


def refused_item(sentences: str) -> Item:
    """Return the reason why the list cannot be shown."""
    return Item(
        None, lambda width: ((), *((Piece(line, STRONG),) for line in wrap(sentences, min(width, 76))))
    )


def welcome_lines(width: int) -> Sequence[Line]:
    room = min(width, 76)
    return (
        (),
        (Piece("Aucune évaluation pour l’instant.", TITLE),),
        (),
        *((Piece(line, PLAIN),) for line in wrap(_WELCOME, room)),
        (),
        (Piece(f"Entrée{NBSP}: commencer une évaluation", STRONG),),
        (Piece(f"T{NBSP}: j’ai le tableur de ma Caf", STRONG),),
    )
