"""The steps of a year: where F5 and what is missing lead; what Accueil says of the year, and of the Caf."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content

from ctg_tui.domain.assessment import Cell, PreparationTopic
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.forecast import with_people
from ctg_tui.domain.steps import FindingCode, Step, Steps, blank_cells, check, first_to_do, steps_of
from ctg_tui.domain.text import clean
from ctg_tui.services.details import FIELD_OF
from ctg_tui.services.editing import Session
from ctg_tui.services.home import SentAndHeard, cell_to_go_on_at
from ctg_tui.system.computer import local_time
from ctg_tui.tui.characters import cut_at_a_word
from ctg_tui.tui.commands import Destination, Landing
from ctg_tui.tui.grid_view import place_of
from ctg_tui.tui.widgets.strips import clicked
from ctg_tui.wording.changes import files_made, since_words
from ctg_tui.wording.forecast import hours
from ctg_tui.wording.french import (
    NBSP,
    count,
    due_words,
    people,
    percentage,
    short_day,
    territory_name,
    without_kind,
)
from ctg_tui.wording.lines import DONE, STEP_NAMES, line_number, stops
from ctg_tui.wording.thread import to_answer

Target = tuple[Destination, Landing | None]
"""A page, and the place on it; without one, the page opens where the person left it."""


def steps_now(session: Session) -> Steps:
    """Return the steps of an open assessment. Raises DatabaseRefusal."""
    return steps_of(
        *(session.grid, session.assessment, session.scores, session.forecast), is_sent=session.is_sent
    )


def following(steps: Steps | None, here: int) -> Step | None:
    """Return the step that F5 leads to: the next one, from a page that is none the first that is to do."""
    if here:
        return Step(here + 1) if here < Step.SENDING else None
    return first_to_do(steps) if steps else None


def target_of(session: Session, code: str) -> Target:
    """Return where the finding of this code is corrected."""
    grid = session.grid
    lines = next((one.places for one in check(grid, session.assessment) if one.code == code), ())
    match code:
        case _ if code in FIELD_OF:
            return Destination.DETAILS, FIELD_OF[code]
        case FindingCode.BLANK_CELLS if blank := blank_cells(grid, session.assessment):
            return Destination.GRID, place_of(grid, *blank[0])
        case FindingCode.NUMBERS_MISSING | FindingCode.LOW_WITHOUT_COMMENT if lines:
            return Destination.GRID, place_of(grid, lines[0], grid.policies[0].id)
        case FindingCode.OPEN_POINTS:
            return Destination.ANSWERS, None
        case _ if code.startswith("previsionnel"):
            return Destination.FORECAST, None
        case _:
            return Destination.RESULTS, None


# What Accueil says of the chosen year.

_NAME, _FACTS = 14, 36
"""The columns of the name of a step, and those that how far it is has at most."""


class WayOn(NamedTuple):
    """What Entrée does: in words; the page that it shows, None for the next step, and the cell there."""

    words: str
    destination: Destination | None = None
    cell: Cell | None = None

    @property
    def label(self) -> str:
        """Its word in the foot: `répondre`, `créer`, `continuer`, `ouvrir`."""
        return self.words.split()[0].lower()


def way_on(session: Session, heard: SentAndHeard, steps: Steps) -> WayOn:
    """Return what a year needs next: the Caf waits, kept answers wait, all is sent, a line, a step."""
    kept = sum(one.is_kept for one in session.assessment.drafts.values())
    if left := to_answer(session.points):
        return WayOn(f"Répondre à la Caf{NBSP}: {left.partition(': ')[2]}", Destination.ANSWERS)
    if kept:
        words = f"Créer les fichiers : {count(kept, 'réponse')}"
        return WayOn(typeset(words), Destination.SENDING)
    if session.sent is not None and session.sent.is_final:
        return WayOn("Ouvrir", Destination.GRID)
    if (cell := cell_to_go_on_at(session)) is not None:
        words = f"Continuer à la ligne {line_number(session.grid, cell.activity)}"
        return WayOn(words, Destination.GRID, cell)
    step = first_to_do(steps)
    again = " définitif" if step is Step.SENDING and session.sent is not None else ""
    return WayOn(typeset(f"Continuer : {STEP_NAMES[step][0]}{again}"))


def about_year(session: Session, steps: Steps, way: WayOn, today: date) -> Content:
    """Return the territory, the year, the day by which it is due; the way on; how far each step is."""
    identity = session.assessment.identity
    is_final = session.sent is not None and session.sent.is_final
    due = "" if is_final else due_words(session.grid.campaign, identity.year, today)
    name = _soft(without_kind(territory_name(identity)))
    button = Content.assemble(f" {way.words}   ", ("Entrée", "bold"), " ")
    return Content("\n").join(
        [
            Content.assemble(name, "  ", (f"{identity.year}", "bold")),
            *[Content(due)] * bool(due),
            Content(),
            *(clicked(button.stylize("$curseur-texte on $curseur"), "open"), Content()),
            *_rows(session, steps),
        ]
    )


def about_caf(heard: SentAndHeard) -> Content:
    """Return what was made for the Caf, what changed since, and what it answered, a row each."""
    rows = [_soft("Pas encore de fichiers.") if heard.sending is None else Content(files_made(heard.sending))]
    if heard.changes:
        since = Content.assemble(("M ", "$accent bold"), (since_words(heard.changes), "$warning"))
        rows.append(clicked(since, "read_changes"))
    if points := heard.open_points:
        day = short_day(local_time(max(said.at for point in points for said in point.owed)).date())
        rows.append(Content(f"La Caf a répondu le {day}"))
    return Content("\n").join(rows)


def _rows(session: Session, steps: Steps) -> Iterator[Content]:
    """Yield the steps, a row each, with how far it is."""
    rows = [(stop, clean(typeset(_facts(session, stop.step, stop.tally)))) for stop in stops(steps)]
    width = min(max(cell_len(facts) for _, facts in rows), _FACTS)
    for stop, facts in rows:
        mark = f" {DONE}" if stop.tally.endswith(DONE) else ""
        soft = _soft(cut_at_a_word(facts, width))
        yield Content(stop.name.ljust(_NAME)) + soft + Content.styled(mark, "$accent")


def _facts(session: Session, step: Step, tally: str) -> str:
    """Return how far a step is: `42 sur 42 · 72 %`, `12/02/2027 · 2 actions`, `1 607 h`."""
    made, sent, whole = session.assessment, session.sent, session.scores.whole
    match step:
        case Step.DETAILS:
            return people(made.identity) or "aucune personne renseignée"
        case Step.GRID:
            cells = tally.removesuffix(DONE).strip()
            return " · ".join(filter(None, (cells, percentage(whole) if whole.rated else "")))
        case Step.PREPARATION:
            met = made.preparation.get(PreparationTopic.MEETING, "")
            actions = count(len(made.actions), "action") if made.actions else ""
            return " · ".join(filter(None, (met, actions))) or "facultatif"
        case Step.FORECAST:
            forecast = with_people(session.forecast, made.identity.coordinators)
            total = sum(line.centihours or 0 for line in forecast.lines)
            left = 0 if forecast.is_blank else sum(not line.is_filled for line in forecast.lines)
            known = hours(total) if total else "", f"{count(left, 'ligne')} à compléter" if left else ""
            return " · ".join(filter(None, known)) or "facultatif"
        case _:
            return "à faire" if sent is None else f"n° {sent.number}"


def _soft(text: str) -> Content:
    return Content.styled(clean(text), "$discret")
