"""The proportions of the grid page: how wide and how high each part is. Pure functions of the window.

What no width may hide comes first: the label of a line gets at least as much in a wider window, and the text
of the current line stands whole below the table. The scale in words gives way first, then the radar.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

MARGINS: Final = 6
"""Pointer, mark of a proposal and space before a label; a space and the marks of a comment after it."""
FLOOR_LABEL, FIRST_LABEL, GOOD_LABEL = 24, 45, 58
"""The cells of a label before last time's notes, before the side panel, and before whole headings."""
LEAST_SIDE, GOOD_SIDE, MOST_SIDE = 27, 34, 66
"""The columns of the side panel, with the figures of the mission and the radar."""
LEAST_COLUMN: Final = 4

FRAME_LINES: Final = 2
"""The heading of the table, and the percentages below."""
LEAST_TABLE: Final = FRAME_LINES + 4
LEAST_RADAR, GOOD_RADAR = 8, 16
BELOW_LABEL: Final = 4
"""Lines of the detail beside the text of the line: the rule, the answer, the provenance, a comment."""
OPEN_DETAIL: Final = 12
"""Lines for a comment being written, for an explanation, for a history."""


class Content(NamedTuple):
    """What a policy needs in the table, in cells: for a note, for its whole name, for last time's note."""

    least: int
    full: int
    last: int = 0


class Columns(NamedTuple):
    """The widths of the page: of the side panel (0: none), of a label, of each policy with its notes."""

    side: int
    label: int
    policies: tuple[int, ...]
    shows_last: bool
    """Whether each column has room for last time's note."""
    spare: int = 0
    """The cells of the policies that will be the side panel's in a wider window."""


class Heights(NamedTuple):
    """The lines of the table, of the detail below, and at their side of the gauges and the radar."""

    table: int
    detail: int
    gauges: int
    radar: int


def columns(window: int, number: int, contents: Sequence[Content]) -> Columns:
    """Share the `window` columns between the parts; `number` is the width of the longest line number.

    The label never gets less in a wider window: what comes beside it comes out of what the label left.
    """
    room = max(window - number - MARGINS, 0)
    widths = _shrunk([each.least for each in contents], room - FLOOR_LABEL)
    last = sum(each.last for each in contents)
    shows_last = 0 < last <= room - sum(widths) - FLOOR_LABEL
    if shows_last:
        widths = [width + each.last for width, each in zip(widths, contents, strict=True)]
    leaves_out_last = bool(last) and not shows_last
    label, rest = _taken(room - sum(widths), FLOOR_LABEL if leaves_out_last else FIRST_LABEL)
    if rest < LEAST_SIDE or leaves_out_last:
        return Columns(0, label, _spread(widths, rest), shows_last, rest)
    side, rest = _taken(rest, GOOD_SIDE)
    wider, rest = _taken(rest, GOOD_LABEL - FIRST_LABEL)
    missing = [
        max(each.full + (each.last if shows_last else 0) - width, 0)
        for each, width in zip(contents, widths, strict=True)
    ]
    if sum(missing) > rest:
        return Columns(side, label + wider, _spread(widths, rest), shows_last)
    whole = tuple(width + more for width, more in zip(widths, missing, strict=True))
    rest -= sum(missing)
    more = min(rest // 2, MOST_SIDE - GOOD_SIDE)
    return Columns(side + more, label + wider + rest - more, whole, shows_last)


def _shrunk(widths: Sequence[int], room: int) -> list[int]:
    """Return `widths` with the widest ones made narrower until they fit in `room`, as far as they can."""
    shrunk = list(widths)
    while sum(shrunk) > room and max(shrunk) > LEAST_COLUMN:
        shrunk[shrunk.index(max(shrunk))] -= 1
    return shrunk


def _taken(rest: int, wanted: int) -> tuple[int, int]:
    """Return what is taken of `rest`, at most `wanted`, and what is left."""
    taken = max(min(rest, wanted), 0)
    return taken, max(rest - taken, 0)


def _spread(widths: Sequence[int], spare: int) -> tuple[int, ...]:
    """Return `widths` with `spare` cells shared out, the first ones served first."""
    each, more = divmod(spare, len(widths))
    return tuple(width + each + (index < more) for index, width in enumerate(widths))


def rows(needed: Sequence[int], lengths: Sequence[int], room: int) -> tuple[int, ...]:
    """Return how many of the `needed` screen lines each label gets in `room` lines: one at least.

    The longest labels (`lengths`) get their second line first, then every other in turn, then the third
    lines: whatever the width, in the same order, so that a wider window shows no less of any label.
    """
    given = [1] * len(needed)
    spare = room - len(given)
    order = sorted(range(len(given)), key=lambda index: -lengths[index])
    for depth in range(2, max(needed, default=1) + 1):
        for index in order:
            if spare <= 0:
                return tuple(given)
            if needed[index] >= depth:
                given[index] = depth
                spare -= 1
    return tuple(given)


def heights(
    height: int,
    side: int,
    policies: int,
    *,
    lines: int,
    wanted: int,
    label_lines: int,
    is_open: bool,
) -> Heights:
    """Share `height` lines between the table and the detail, and beside them between gauges and radar.

    `lines` are the activities of the longest mission; `wanted` are the lines with which the table shows all
    labels of any mission, `label_lines` those of the longest text below it. `is_open` when a comment, an
    explanation or a history is read there.
    """
    needed = label_lines + BELOW_LABEL
    comfort = max(min((height - 22) // 2, height - needed - FRAME_LINES - lines, 2), 0)
    detail = min(needed + comfort, max(height - LEAST_TABLE, 2))
    if is_open:
        detail = max(detail, min(OPEN_DETAIL, max(height * 2 // 3, height - LEAST_TABLE)))
    detail = max(detail, height - wanted)
    table = height - detail
    if not side:
        return Heights(table, detail, 0, 0)
    for each in (3, 2, 1):
        gauges = 1 + each * (policies + 1)
        if height - gauges >= GOOD_RADAR:
            return Heights(table, detail, gauges, height - gauges)
    if height - gauges >= LEAST_RADAR:
        return Heights(table, detail, gauges, height - gauges)
    return Heights(table, detail, height, 0)
