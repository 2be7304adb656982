"""`comparer`: two or three moments of one territory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import click

from ctg_tui.cli.databases import is_number, workspace
from ctg_tui.cli.french import Command, Misuse
from ctg_tui.cli.options import A_PATH, database_option, grid_option, json_option, where
from ctg_tui.cli.streams import say, tell, tell_json
from ctg_tui.domain.answers import Answer, answer_text
from ctg_tui.domain.assessment import Action
from ctg_tui.domain.comparison import CellChange, Comparison, Moment, Nature, RubricChange
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.scores import Tally
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.comparison import Compared, compared, moment_of_file
from ctg_tui.submission.document import figures
from ctg_tui.wording.french import DASH, MOMENTS, NBSP, count, percentage


@click.command(
    "comparer",
    cls=Command,
    short_help="Compare deux ou trois moments d’un territoire.",
    help="Compare deux ou trois évaluations d’un même territoire : de la base, ou reçues.",
)
@click.argument("which", metavar="A B [C]", nargs=-1, required=True, type=A_PATH)
@database_option
@grid_option
@json_option
def compare_moments(which: tuple[Path, ...], as_json: bool) -> None:
    if len(which) not in {2, 3}:
        raise Misuse("Donnez deux ou trois évaluations à comparer.", click.get_current_context())
    found = compared(_moments(which))
    if as_json:
        tell_json(_facts(found))
        return
    for notice in found.notices:
        say(typeset(notice))
    for line in _lines(found):
        tell(typeset(line))


def _moments(which: tuple[Path, ...]) -> list[Moment]:
    moments = []
    with ExitStack() as stack:
        opened = stack.enter_context(workspace()) if any(is_number(str(one)) for one in which) else None
        catalogue = Catalogue(where().grid_file) if opened is None else opened.catalogue
        for one in which:
            if opened is not None and is_number(str(one)):
                moments.append(Moment(*opened.load(int(str(one)))))
            else:
                moments.append(moment_of_file(one, catalogue))
    return moments


def _facts(found: Compared) -> dict[str, Any]:
    return {
        "moments": [
            {
                "territoire": moment.assessment.identity.territory.name,
                "annee": moment.assessment.identity.year,
                "moment": moment.assessment.identity.moment.value,
                "grille": moment.grid.id,
            }
            for moment in found.moments
        ],
        "remarques": [typeset(notice) for notice in found.notices],
        **_comparison_facts(found.whole),
        **({"etapes": [_comparison_facts(step) for step in found.steps]} if len(found.steps) > 1 else {}),
    }


def _comparison_facts(made: Comparison) -> dict[str, Any]:
    return {
        "lignes_comparees": made.compared_lines,
        "lignes_non_comparees": made.other_lines,
        "lignes_reformulees": list(made.reworded),
        "rubriques": [
            _rubric_facts(one) for one in made.rubrics if one.mission is not None and one.policy is not None
        ],
        "missions": [
            _rubric_facts(one) for one in made.rubrics if one.mission is not None and one.policy is None
        ],
        "politiques": [
            _rubric_facts(one) for one in made.rubrics if one.mission is None and one.policy is not None
        ],
        "ensemble": _rubric_facts(made.rubrics[-1]),
        "lignes": [_cell_facts(one) for one in made.cells],
        "commentaires": [
            {"activite": one.line, "avant": one.before, "apres": one.after} for one in made.comments
        ],
        "indicateurs": [
            {"indicateur": one.indicator, "avant": one.before, "apres": one.after} for one in made.numbers
        ],
        "actions": [
            {"activite": one.line, "avant": _action(one.before), "apres": _action(one.after)}
            for one in made.actions
        ],
    }


def _rubric_facts(one: RubricChange) -> dict[str, Any]:
    return {
        "mission": one.mission,
        "politique": one.policy,
        "avant": None if one.before is None else _figure(one.before),
        "apres": _figure(one.after),
        "constant": {
            "cases": one.constant.after.rated,
            "avant": _figure(one.constant.before),
            "apres": _figure(one.constant.after),
        },
    }


def _figure(tally: Tally) -> dict[str, Any]:
    return {key: figures(tally)[key] for key in ("points", "maximum", "pourcentage")}


def _cell_facts(one: CellChange) -> dict[str, Any]:
    return {
        "activite": one.cell.activity,
        "politique": one.cell.policy,
        "avant": _note(one.before),
        "apres": _note(one.after),
        "nature": one.nature.value,
    }


def _note(answer: Answer | None) -> int | str | None:
    return int(answer) if isinstance(answer, int) else None if answer is None else answer_text(answer)


def _action(action: Action | None) -> dict[str, str] | None:
    if action is None:
        return None
    return {"quoi": action.what, "qui": action.who, "quand": action.due.isoformat() if action.due else ""}


def _lines(found: Compared) -> Iterator[str]:
    """Yield the comparison as lines of text, figures as rendered, then at constant perimeter."""
    first, last = found.moments[0].assessment.identity, found.moments[-1].assessment.identity
    yield (
        f"{last.territory.name} : {first.year} ({MOMENTS[first.moment]}) → "
        f"{last.year} ({MOMENTS[last.moment]})"
    )
    made = found.whole
    others = f", {made.other_lines}{NBSP}non" if made.other_lines else ""
    yield f"{count(made.compared_lines, 'ligne comparée', 'lignes comparées')}{others}."
    grid = found.moments[-1].grid
    for one in made.rubrics:
        if one.policy is not None and one.mission is not None:
            continue
        name = "Ensemble"
        if one.mission is not None:
            mission = grid.missions_by_id[one.mission]
            name = f"{mission.number} {mission.short_title}"
        elif one.policy is not None:
            name = grid.policies_by_id[one.policy].label
        before = DASH if one.before is None else percentage(one.before)
        rated = one.constant.after.rated
        same = (
            f" ; sur les {count(rated, 'case notée', 'cases notées')} les deux fois : "
            f"{percentage(one.constant.before)} → {percentage(one.constant.after)}"
            if rated
            else ""
        )
        yield f"  {name} : {before} → {percentage(one.after)}{same}"
    for cell in made.cells:
        words = f"{_word(cell.before)} → {_word(cell.after)} ({_NATURES[cell.nature]})"
        yield f"  {_place(found, cell)} : {words}"


def _place(found: Compared, cell: CellChange) -> str:
    """Return `1.3 Famille`, by the numbers of the grid that has the line."""
    grids = [moment.grid for moment in reversed(found.moments)]
    grid = next(grid for grid in grids if cell.cell.activity in grid.activities)
    mission = grid.mission_of[cell.cell.activity]
    number = [line.id for line in mission.activities].index(cell.cell.activity) + 1
    policy = grid.policies_by_id[cell.cell.policy].label if cell.cell.policy in grid.policies_by_id else ""
    return f"{mission.number}.{number} {policy}".strip()


def _word(answer: Answer | None) -> str:
    return "sans réponse" if answer is None else answer_text(answer)


_NATURES: Final[Mapping[Nature, str]] = {
    Nature.UP: "en hausse",
    Nature.DOWN: "en baisse",
    Nature.BECAME_NOT_CONCERNED: "devient NC",
    Nature.BECAME_CONCERNED: "devient concernée",
    Nature.ANSWERED: "nouvelle réponse",
    Nature.BLANKED: "réponse retirée",
    Nature.LINE_ADDED: "ligne nouvelle",
    Nature.LINE_REMOVED: "ligne retirée de la grille",
}

COMMANDS = (compare_moments,)
