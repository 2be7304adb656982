"""What a mission comes to, said when its last cell gets an answer."""

from __future__ import annotations

from ctg_tui.domain.answers import Cell
from ctg_tui.domain.grid import Grid, Portion
from ctg_tui.domain.scores import Scores
from ctg_tui.wording.french import NARROW, NBSP, percentage
from ctg_tui.wording.lines import line_number
from ctg_tui.wording.provenance import marked, numbered


def finished(grid: Grid, scores: Scores, portion: Portion, onward: Cell | None) -> str:
    """Return the figures of a mission without a blank cell, and where the next note goes (None: nowhere)."""
    side, mission = scores.side(portion.is_proposed), portion.mission
    whole = marked(side.missions[mission.id], portion.is_proposed)
    parts = (f"{policy.label} {percentage(side.rubrics[mission.id, policy.id])}" for policy in grid.policies)
    sentence = f"Mission {numbered(portion)} terminée{NBSP}: {whole} ({', '.join(parts)})."
    if onward is None:
        return sentence
    policy = grid.policies_by_id[onward.policy].label
    line = line_number(grid, onward.activity)
    return f"{sentence} F3 pour continuer{NARROW}; la prochaine note ira à {line}, {policy}."
