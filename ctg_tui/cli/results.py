"""`comparer`: two or three moments of one territory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import click

from ctg_tui.cli.french import Misuse, command
from ctg_tui.cli.options import A_PATH, is_number, opened_for, run_options
from ctg_tui.cli.streams import print_json, print_line, print_message
from ctg_tui.domain.assessment import Action, Answer, answer_text
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Portion
from ctg_tui.domain.results import CellChange, Comparison, Filled, Nature, RubricChange
from ctg_tui.domain.scores import Tally
from ctg_tui.services.results import Compared, compared, moment_of_file
from ctg_tui.submission.document import figures
from ctg_tui.wording.french import DASH, MOMENTS, NBSP, count
from ctg_tui.wording.lines import line_number
from ctg_tui.wording.provenance import MARK, TOTAL, TOTAL_PROPOSED, basis, marked, short_title


@command(
    "comparer",
    short_help="Compare deux ou trois moments d’un territoire.",
    help="Compare deux ou trois évaluations d’un même territoire : les vôtres, ou des fichiers reçus.",
)
@click.argument("which", metavar="A B [C]", nargs=-1, required=True, type=A_PATH)
@run_options
def compare_moments(which: tuple[Path, ...], as_json: bool) -> None:
    if len(which) not in {2, 3}:
        raise Misuse("Donnez deux ou trois évaluations à comparer.")
    comparison = compared(_moments(which))
    if as_json:
        print_json(_facts(comparison))
        return
    for notice in comparison.notices:
        print_message(typeset(notice))
    for line in comparison_lines(comparison):
        print_line(typeset(line))


def _moments(which: tuple[Path, ...]) -> list[Filled]:
    moments = []
    with opened_for(which) as (opened, catalogue):
        for name in which:
            if opened is not None and is_number(str(name)):
                moments.append(Filled(*opened.load(int(str(name)))))
            else:
                moments.append(moment_of_file(name, catalogue))
    return moments


def _facts(result: Compared) -> dict[str, Any]:
    return {
        "moments": [
            {
                "territoire": moment.assessment.identity.territory.name,
                "annee": moment.assessment.identity.year,
                "moment": moment.assessment.identity.moment.value,
                "grille": moment.grid.id,
            }
            for moment in result.moments
        ],
        "remarques": [typeset(notice) for notice in result.notices],
        **comparison_facts(result.whole),
        **({"etapes": [comparison_facts(step) for step in result.steps]} if len(result.steps) > 1 else {}),
    }


def comparison_facts(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison for `--json`."""
    return {
        "lignes_comparees": comparison.compared_lines,
        "lignes_non_comparees": comparison.other_lines,
        "lignes_reformulees": list(comparison.reworded),
        **(_figures(comparison, is_proposed=False) or {}),
        "propositions": _figures(comparison, is_proposed=True),
        "lignes": [_cell_facts(change) for change in comparison.cells],
        "commentaires": [
            {"activite": change.line, "avant": change.before, "apres": change.after}
            for change in comparison.comments
        ],
        "indicateurs": [
            {"indicateur": change.indicator, "avant": change.before, "apres": change.after}
            for change in comparison.numbers
        ],
        "actions": [
            {"activite": change.line, "avant": _action(change.before), "apres": _action(change.after)}
            for change in comparison.actions
        ],
    }


def _figures(comparison: Comparison, *, is_proposed: bool) -> dict[str, Any] | None:
    """Return the figures on the lines of one kind; None when there is no such line."""
    changes = [change for change in comparison.rubrics if change.is_proposed is is_proposed]
    if not changes:
        return None

    def rubrics(*, of_mission: bool, of_policy: bool) -> list[dict[str, Any]]:
        return [
            _rubric_facts(change)
            for change in changes
            if (change.mission is not None, change.policy is not None) == (of_mission, of_policy)
        ]

    return {
        "rubriques": rubrics(of_mission=True, of_policy=True),
        "missions": rubrics(of_mission=True, of_policy=False),
        "politiques": rubrics(of_mission=False, of_policy=True),
        "ensemble": _rubric_facts(changes[-1]),
    }


def _rubric_facts(change: RubricChange) -> dict[str, Any]:
    return {
        "mission": change.mission,
        "politique": change.policy,
        "avant": None if change.before is None else _figure(change.before),
        "apres": _figure(change.after),
        "constant": {
            "cases": change.constant.after.rated,
            "avant": _figure(change.constant.before),
            "apres": _figure(change.constant.after),
        },
    }


def _figure(tally: Tally) -> dict[str, Any]:
    return {key: figures(tally)[key] for key in ("points", "maximum", "pourcentage")}


def _cell_facts(change: CellChange) -> dict[str, Any]:
    return {
        "activite": change.cell.activity,
        "politique": change.cell.policy,
        "avant": _note(change.before),
        "apres": _note(change.after),
        "nature": change.nature.value,
    }


def _note(answer: Answer | None) -> int | str | None:
    return int(answer) if isinstance(answer, int) else None if answer is None else answer_text(answer)


def _action(action: Action | None) -> dict[str, str] | None:
    if action is None:
        return None
    return {"quoi": action.what, "qui": action.who, "quand": action.due.isoformat() if action.due else ""}


def comparison_lines(result: Compared) -> Iterator[str]:
    """Yield the lines printed: percentages, also on the cells rated both times, then the changed cells."""
    first, last = result.moments[0].assessment.identity, result.moments[-1].assessment.identity
    yield (
        f"{last.territory.name} : {first.year} ({MOMENTS[first.moment]}) → "
        f"{last.year} ({MOMENTS[last.moment]})"
    )
    comparison = result.whole
    others = f", {comparison.other_lines}{NBSP}non" if comparison.other_lines else ""
    yield f"{count(comparison.compared_lines, 'ligne comparée', 'lignes comparées')}{others}."
    grid = result.moments[-1].grid
    for change in comparison.rubrics:
        if change.policy is not None and change.mission is not None:
            continue
        proposed = change.is_proposed
        name = TOTAL_PROPOSED if proposed else TOTAL
        if change.mission is not None:
            name = short_title(Portion(grid.missions_by_id[change.mission], proposed))
        elif change.policy is not None:
            name = f"{grid.policies_by_id[change.policy].label}{f' {MARK}' if proposed else ''}"
        before = DASH if change.before is None else marked(change.before, proposed)
        rated = change.constant.after.rated
        same = (
            f" ; sur les {count(rated, 'case notée', 'cases notées')} les deux fois : "
            f"{marked(change.constant.before, proposed)} → {marked(change.constant.after, proposed)}"
            if rated
            else ""
        )
        yield f"  {name} : {before} → {marked(change.after, proposed)}{same}"
    yield basis(grid)
    for cell in comparison.cells:
        words = f"{_word(cell.before)} → {_word(cell.after)} ({_NATURES[cell.nature]})"
        yield f"  {_place(result, cell)} : {words}"


def _place(result: Compared, cell: CellChange) -> str:
    """Return `1.3 Famille`, as numbered in the latest grid that has the line."""
    grids = [moment.grid for moment in reversed(result.moments)]
    grid = next(grid for grid in grids if cell.cell.activity in grid.activities)
    policy = grid.policies_by_id[cell.cell.policy].label if cell.cell.policy in grid.policies_by_id else ""
    return f"{line_number(grid, cell.cell.activity)} {policy}".strip()


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
