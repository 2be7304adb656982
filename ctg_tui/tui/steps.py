"""The steps of an assessment: what head line and foot say of them, and the place where each goes on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.domain.steps import Finding, FindingCode, Step, Steps, blank_cells, check, next_lacking, steps_of
from ctg_tui.services.details import ADVISER_NAME, PEOPLE, SIREN, TERRITORY
from ctg_tui.tui.commands import Command, Destination, Landing
from ctg_tui.tui.view import place_of
from ctg_tui.wording.steps import NAMES

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session


STEP_PAGES: Final[Mapping[Step, Destination]] = {
    Step.DETAILS: Destination.FORM,
    Step.GRID: Destination.GRID,
    Step.PREPARATION: Destination.PREPARATION,
    Step.FORECAST: Destination.FORECAST,
    Step.SENDING: Destination.SENDING,
}


def steps_now(session: Session) -> Steps:
    """Return the steps of an open assessment. Raises DatabaseRefusal."""
    return steps_of(
        *(session.grid, session.assessment, session.scores, session.forecast), is_sent=session.is_sent
    )


def named(commands: Iterable[Command], steps: Steps, here: int) -> tuple[Command, ...]:
    """Return the commands, F5 with the name of the step that it goes to from `here`.

    Where that is the sending, F9 leaves the foot: one key to it is enough there.
    """
    step = _next_of(steps, here)
    if step is None:
        return tuple(commands)
    word = "ce qui manque" if step == here else NAMES[step][0].lower()
    return tuple(
        one._replace(label=word, help=f"{one.help} : {word}")
        if one.action == "next_step"
        else one._replace(bar=None)
        if step is Step.SENDING and one.goes_to is Destination.SENDING
        else one
        for one in commands
    )


def _next_of(steps: Steps, here: int) -> Step | None:
    """Return the next step that lacks something; None where nothing lacks."""
    step = next_lacking(steps, here)
    return None if step == here and step not in {Step.DETAILS, Step.GRID} else step


# The place where a step goes on: that of what it lacks.


class Target(NamedTuple):
    """A page, and the place on it; without one, the page opens where the person left it."""

    destination: Destination
    place: Landing | None = None


_IN_FORM: Final[Mapping[FindingCode, str]] = {
    FindingCode.NO_TERRITORY: TERRITORY,
    FindingCode.NO_SIREN: SIREN,
    FindingCode.NO_COORDINATOR: PEOPLE,
    FindingCode.NO_ADVISER: ADVISER_NAME,
}
_LACKED_BY_GRID: Final = frozenset({FindingCode.BLANK_CELLS, FindingCode.NUMBERS_MISSING})


def target_of(session: Session, codes: Collection[str]) -> Target | None:
    """Return where the first finding among `codes` is corrected; None when there is none."""
    findings = check(session.grid, session.assessment)
    return next((_target(session, found) for found in findings if found.code in codes), None)


def _target(session: Session, finding: Finding) -> Target:
    grid = session.grid
    match finding.code:
        case code if code in _IN_FORM:
            return Target(Destination.FORM, _IN_FORM[code])
        case FindingCode.NUMBERS_MISSING | FindingCode.LOW_WITHOUT_COMMENT:
            return Target(Destination.GRID, place_of(grid, finding.places[0], grid.policies[0].id))
        case FindingCode.BLANK_CELLS:
            return Target(Destination.GRID, place_of(grid, *blank_cells(grid, session.assessment)[0]))
        case FindingCode.OPEN_POINTS:
            return Target(Destination.ANSWERS)
        case _:
            return Target(Destination.RESULTS)


def target_of_step(session: Session, step: Step, lacks: Collection[FindingCode] = ()) -> Target:
    """Return the page of a step, on the field that lacks something if one does.

    The grid opens where the person left it, unless what it `lacks` is given.
    """
    lacks = lacks or (_IN_FORM if step is Step.DETAILS else ())
    return target_of(session, lacks) or Target(STEP_PAGES[step])


def next_target(session: Session, here: int) -> Target:
    """Return the next step that lacks something, where it lacks it; else the next in order.

    Raises DatabaseRefusal.
    """
    step = _next_of(steps_now(session), here)
    if step is not None:
        return target_of_step(session, step, _LACKED_BY_GRID if step is Step.GRID else ())
    return target_of_step(session, Step(here % len(Step) + 1) if here else Step.SENDING)
