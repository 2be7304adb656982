"""What the chosen year needs, as texts: its date, the way on, its steps; what was made for the Caf, dates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from textual.content import Content

from ctg_tui.domain.assessment import Cell, PreparationTopic
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import campaign_closing, campaign_opening
from ctg_tui.domain.steps import Step
from ctg_tui.services.home import Preview
from ctg_tui.system.computer import local_time
from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.commands import Destination
from ctg_tui.tui.widgets.strips import clicked
from ctg_tui.wording.forecast import hours
from ctg_tui.wording.french import (
    STATUSES_OF_ASSESSMENT,
    count,
    due_words,
    listing,
    people,
    percentage,
    short_day,
    territory_name,
    without_kind,
)
from ctg_tui.wording.lines import line_number
from ctg_tui.wording.sending import changes_since, files_made
from ctg_tui.wording.steps import DONE, NAMES, stops
from ctg_tui.wording.thread import place_of

if TYPE_CHECKING:
    from datetime import date

_NAME, _FACTS = 14, 32
"""The columns of the name of a step, and of how far it is."""


class WayOn(NamedTuple):
    """What Entrée does: in words, in a word of the foot; the page that it shows, None for the next step."""

    words: str
    label: str
    destination: Destination | None = None
    cell: Cell | None = None


def way_on(seen: Preview) -> WayOn:
    """Return what a year needs next: the Caf waits, kept answers wait, all is sent, a line, a step."""
    points, cell = len(seen.heard.open_points), seen.cell
    if points:
        words = f"Répondre à la Caf : {count(points, 'point')}"
        return WayOn(typeset(words), "répondre", Destination.ANSWERS)
    if seen.kept:
        words = f"Créer les fichiers : {count(seen.kept, 'réponse')}"
        return WayOn(typeset(words), "créer les fichiers", Destination.SENDING)
    if seen.is_final:
        return WayOn("Ouvrir", "ouvrir", Destination.GRID)
    if cell is not None:
        words = f"Continuer à la ligne {line_number(seen.grid, cell.activity)}"
        return WayOn(words, "continuer", Destination.GRID, cell)
    step = seen.step or Step.SENDING
    again = " définitif" if step is Step.SENDING and seen.heard.sending is not None else ""
    return WayOn(typeset(f"Continuer : {NAMES[step][0]}{again}"), "continuer")


def texts(seen: Preview, way: WayOn, today: date) -> dict[str, Content]:
    """Return each part of the page, by its name."""
    return {
        "an": _year(seen, today),
        "suite": clicked(Content.assemble("► ", way.words, ("   Entrée", "bold")), "open"),
        "etapes": _steps(seen),
        "bref": _brief(seen),
        "faits": _for_caf(seen),
        "ou": _soft(_places(seen)),
        "campagne": Content("\n").join([_soft("Campagne"), *_dates(seen, today)]),
    }


def _year(seen: Preview, today: date) -> Content:
    """Return the territory, the year and the day by which it is due."""
    identity = seen.assessment.identity
    due = "" if seen.is_final else due_words(seen.grid.campaign, identity.year, today)
    name = _soft(without_kind(territory_name(identity)))
    return Content("\n").join([Content.assemble(name, "  ", (f"{identity.year}", "bold")), Content(due)])


def _steps(seen: Preview) -> Content:
    """Return the steps, a row each, with how far it is."""
    rows = []
    for stop, progress in zip(stops(seen.steps), seen.steps, strict=True):
        mark = DONE if stop.tally.endswith(DONE) else ""
        if progress.step is Step.PREPARATION and progress.done and not mark:
            mark = f"{progress.done} sur {progress.asked}"
        facts = fit(shown(typeset(_facts(seen, stop.step, stop.tally))), _FACTS if mark else _FACTS + 8)
        rows.append(
            Content(stop.name.ljust(_NAME))
            + _soft(facts)
            + Content.styled(f" {mark}", "$accent" if mark == DONE else "$discret")
        )
    return Content("\n").join(rows)


def _brief(seen: Preview) -> Content:
    """Return the steps in one row, each that is complete with its mark."""
    names = (f"{one.name} {DONE}" if one.tally.endswith(DONE) else one.name for one in stops(seen.steps))
    return _soft("  ".join(names))


def _facts(seen: Preview, step: Step, tally: str) -> str:
    """Return how far a step is: `42 sur 42 · 72 %`, `12/02/2027 · 2 actions`, `1 607 h`."""
    made = seen.assessment
    match step:
        case Step.DETAILS:
            return people(made.identity) or "personne n’est nommé"
        case Step.GRID:
            cells, _, numbers = tally.removesuffix(DONE).strip().partition(" · ")
            figure = percentage(seen.scores.whole) if seen.scores.whole.rated else ""
            return " · ".join(filter(None, (cells, figure, numbers)))
        case Step.PREPARATION:
            met = made.preparation.get(PreparationTopic.MEETING, "")
            actions = count(len(made.actions), "action") if made.actions else ""
            return " · ".join(filter(None, (met, actions))) or "facultatif"
        case Step.FORECAST:
            total = sum(line.centihours or 0 for line in seen.forecast.lines)
            return hours(total) if total else "facultatif"
        case _:
            sent = seen.heard.sending
            return "à faire" if sent is None else f"n° {sent.number}, {STATUSES_OF_ASSESSMENT[sent.status]}"


def _for_caf(seen: Preview) -> Content:
    """Return what was made for the Caf, what changed since, and what it answered, a row each."""
    sending, changes, points = seen.heard
    if sending is None:
        rows = [_soft("Pas encore de fichiers.")]
    else:
        rows = [Content(files_made(sending)), _soft("Rien n’a changé depuis.")]
    if changes:
        words = Content.assemble(("M ", "$accent bold"), (changes_since(changes), "$warning"))
        rows[-1] = clicked(words, "read_changes")
    if points:
        day = short_day(local_time(max(said.at for point in points for said in point.owed)).date())
        said = f"La Caf a répondu le {day} : {count(len(points), 'point')}"
        rows.append(Content.styled(typeset(said), "bold"))
    return Content("\n").join(rows)


def _places(seen: Preview) -> str:
    """Return where the Caf waits for an answer: `1.8 Famille, 1.1 et Sur l’ensemble`."""
    known = {*seen.grid.activities, *seen.grid.indicators, None}
    points = [point for point in seen.heard.open_points if point.line in known]
    return listing(dict.fromkeys(place_of(seen.grid, point) for point in points))


def _dates(seen: Preview, today: date) -> Iterator[Content]:
    campaign, year = seen.grid.campaign, seen.assessment.identity.year
    days = {campaign_opening(campaign, year): "ouverture", campaign_closing(campaign, year): "clôture"}
    following = min((day for day in days if day >= today), default=None)
    width = max(cell_len(short_day(day)) for day in days) + 4
    for day, words in days.items():
        row = f"{short_day(day).ljust(width)}{words}"
        if day != following:
            yield Content(row)
        else:
            left = f"dans {count((day - today).days, 'jour')}" if day > today else "aujourd’hui"
            yield Content.styled(f"{row}, {left}", "bold")


def _soft(text: str) -> Content:
    return Content.styled(shown(text), "$discret")
