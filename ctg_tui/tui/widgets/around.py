"""Around the table of the grid: missions and bars above it, its line with its texts below, the scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len

from ctg_tui.domain.grid import Indicator, Mission
from ctg_tui.domain.steps import is_asked, wants_number
from ctg_tui.domain.thread import Point
from ctg_tui.tui.characters import cut_at_a_word, fit, shown, shown_text
from ctg_tui.tui.view import Rows, Shape, View
from ctg_tui.tui.widgets.listing import BEFORE, PLAIN, SOFT, STRONG, Line, Piece, width_of
from ctg_tui.tui.widgets.radar import KEY, gauge
from ctg_tui.wording.french import DASH, NBSP, percentage_or_nc, profile_name, wrap
from ctg_tui.wording.lines import MARK, landmarks, line_number, scale_words
from ctg_tui.wording.thread import Saying, all_said

COMMENTED, OPEN = "✎", "●"
TO_SEE: Final = "$warning"
JUDGED: Final = "on $ligne"
"""The ground of the line under the cursor."""
_NEXT: Final = "Tab"
_FIGURE: Final = 5
"""The cells of `100 %`."""
_LEAST_BAR, _LONGEST = 6, 24
"""The cells of the shortest bar, and of the longest title in the row of the missions."""


def missions_row(view: View, width: int) -> Line:
    """Return the row of the missions, the current one lit, and the key that leads to the next."""
    row, end = list[Piece](), 0
    for mission, text, start in places(view, width):
        style = SOFT if not mission.activities else PLAIN
        row.append(Piece(" " * (start - end)))
        row.append(Piece(text, f"{KEY} {JUDGED}" if mission is view.mission else style))
        end = start + cell_len(text)
    if len(view.grid.missions) > 1:
        row.append(Piece(f"{_NEXT:>{min(len(_NEXT) + 4, max(width - 1 - end, 0))}}", KEY))
        row.append(Piece(f"{NBSP}mission suivante" * (width - end > 30), SOFT))
    return tuple(row)


def places(view: View, width: int) -> Sequence[tuple[Mission, str, int]]:
    """Return the missions in sight, what stands there of each, and from which cell on.

    Where not all fit, only the current one has its title; then those before it give their place up.
    """
    missions, room = view.grid.missions, width - len(_NEXT) - 2
    here, first = missions.index(view.mission), 0
    texts = [_tab(view, mission, shown(mission.tab)) for mission in missions]
    if _width_of(texts) > room:
        texts = [_tab(view, each, shown(each.tab) if each is view.mission else "") for each in missions]
    while first < here and _width_of(texts[first : here + 1]) > room:
        first += 1
    gap = 1 + min(max(room - _width_of(texts[first:]), 0) // max(len(texts) - first - 1, 1), 3)
    found, start = [], 0
    for mission, text in zip(missions[first:], texts[first:], strict=True):
        if start + cell_len(text) <= room or mission is view.mission:
            found.append((mission, text, start))
        start += cell_len(text) + gap
    return found


def _width_of(texts: Sequence[str]) -> int:
    return sum(map(cell_len, texts)) + len(texts) - 1


def bars(view: View, shape: Shape, width: int) -> Line:
    """Return each policy's name, figure and bar, one below another's in each mission; a short bar is none."""
    policies = view.grid.policies
    left = shape.left if width >= 110 else 1
    each = max((width - left) // len(policies), 1)
    former = None if view.last is None else view.last.scores
    if former is not None and view.mission.is_proposed:
        former = former.proposed
    names = [shown(policy.label) for policy in policies]
    room = min(max(map(cell_len, names)), max(each - _FIGURE - 2, 3))
    size = each - room - _FIGURE - 5
    row = [Piece(" " * left)]
    for policy, name in zip(policies, names, strict=True):
        now = view.side.rubrics[view.mission.id, policy.id]
        then = None if former is None else former.rubrics[view.mission.id, policy.id].percentage
        style = STRONG if policy.id == view.policy and not view.indicator else SOFT
        row += [Piece(fit(name, room), style), Piece(f" {percentage_or_nc(now):>{_FIGURE}} ", STRONG)]
        row += gauge(now.percentage, then, size if size >= _LEAST_BAR else 0)
        row.append(Piece(" " * (left + each * (policies.index(policy) + 1) - width_of(row))))
    return tuple(row)


def _tab(view: View, mission: Mission, title: str) -> str:
    """Return a mission in as many cells whatever its figure: `1 Politiques 67 %`, `2°` if proposed beside."""
    mark = MARK if mission.activities and view.grid.own_cells and mission.is_proposed else ""
    figure = percentage_or_nc(view.session.scores.mission(mission)) if mission.activities else DASH
    title = cut_at_a_word(title, min(cell_len(title), _LONGEST))
    return f" {mission.number}{mark}{' ' * bool(title)}{title} {figure:<{_FIGURE}}"


# Below the table.


Text = tuple[Piece, Sequence[Line]]
"""A text of the line in as many lines as it needs, behind a mark, a number or a year."""


def zone(view: View, shape: Shape, rows: Rows) -> list[Line]:
    """Return the label of the line, where the table cuts it, and its texts: a line each, then more.

    What the Caf said and the comment are both in sight; else the label is whole before a second text.
    """
    room, every = rows.texts, texts_of(view, shape)
    taken = [1] * len(every)
    if not rows.is_whole:
        number = "" if view.indicator else line_number(view.grid, view.line.id, MARK)
        label = _text(view.line.label, shape.room, STRONG)
        kept = 2 if view.points(view.line.id) and view.comment(view.line.id) else 1
        every.insert(0, (Piece(f" {number:>{shape.number}}", STRONG), label))
        taken.insert(0, min(len(label), max(room - kept, 1)))
    while len(taken) > 1 and sum(taken) > room:
        taken.pop()
    for rank, (_, more) in enumerate(every[: len(taken)]):
        taken[rank] += max(min(len(more) - taken[rank], room - sum(taken)), 0)
    lines: list[Line] = []
    for size, (mark, said) in zip(taken, every, strict=False):
        for rank, line in enumerate(_at_most(said, size, shape.room)):
            lines.append((Piece(f"{'' if rank else mark.text:<{shape.left}}", mark.style), *line))
    is_cut = lines[-1][-1].text.endswith("…") or width_of(lines[-1]) >= shape.left + shape.room - 1
    if len(taken) < len(every) and not is_cut:
        lines[-1] = (*lines[-1], Piece(" …", SOFT))
    return [*lines, *[()] * (room - len(lines))]


def texts_of(view: View, shape: Shape) -> list[Text]:
    """Return the texts of the current line: what Entrée answers, the comment, last year's, other words."""
    line, width = view.line, shape.room

    def said(point: Point) -> list[Text]:
        mark = Piece(f"{OPEN:>{shape.left - 3}}" if point.is_to_see else "", TO_SEE)
        words = all_said(view.grid, [point])[-2:]
        return [(Piece("") if rank else mark, lines_of(one, width)) for rank, one in enumerate(words)]

    points = sorted(view.points(line.id), key=lambda one: (one.rows[-1].at, one.key), reverse=True)
    points.sort(key=lambda one: one != view.to_answer)
    texts = [text for point in points[:1] for text in said(point)]
    if isinstance(line, Indicator) and line.is_heading:
        texts.append((Piece(""), _text(f"Pas de nombre ici{NBSP}: un commentaire.", width, SOFT)))
    elif isinstance(line, Indicator) and line.reserved_for and not is_asked(line, view.assessment):
        texts.append((Piece(""), _text(f"Réservé au {profile_name(line.reserved_for)}.", width, SOFT)))
    if (comment := view.comment(line.id)) and not view.form:
        texts.append((Piece(f"{COMMENTED:>{shape.left - 1}}", SOFT), _text(comment, width)))
    if (then := view.former_comment(line.id).strip()) and view.last is not None and not view.form:
        year = f"{f'En {view.last.year}':>{shape.left - 1}}"
        then = "le même texte" if then == comment.strip() else then
        texts.append((Piece(year, BEFORE), _text(then, width, BEFORE)))
    texts += [text for point in points[1:] for text in said(point)]
    return texts or [(Piece(""), _text("Pas encore de commentaire.", width, SOFT))]


def _text(text: str, width: int, style: str = PLAIN) -> list[Line]:
    return [(Piece(line, style),) for line in wrap(shown_text(text), width)]


def landmarks_line(view: View, shape: Shape) -> Line:
    """Return what the grid says of the notes of the line, in a line."""
    known = () if view.indicator else landmarks(view.grid.activities[view.line.id])
    text = cut_at_a_word("  ".join(map(shown, known)), shape.room)
    return (Piece(" " * shape.left), Piece(text, SOFT))


def scale(view: View, shape: Shape, width: int) -> Line:
    """Return what the keys of notes do, in a line."""
    if view.indicator:
        takes = wants_number(view.grid.indicators[view.indicator], view.assessment)
        said = (Piece("0–9", KEY), Piece(f"{NBSP}le nombre", SOFT)) if takes else ()
        return (Piece(" " * shape.left), *said)
    before = shape.left if width >= 80 else 1
    row = [Piece(" " * before)]
    for code, word in scale_words(view.grid, width - before + 2):
        row += [Piece(" · " * (len(row) > 1), SOFT), Piece(code, KEY)]
        row.append(Piece("" if code == word else f"{NBSP}{word}"))
    return tuple(row)


def lines_of(said: Saying, width: int, style: str = PLAIN) -> list[Line]:
    """Return the screen lines of what was said, the Caf's name in bold where the words are plain."""
    left, lines = len(shown_text(said.who)) if said.is_caf else 0, list[Line]()
    for line in wrap(shown_text(said.whole), max(width, 1)):
        lines.append((Piece(line[:left], style or STRONG), Piece(line[left:], style)))
        left = max(left - len(line) - 1, 0)
    return lines


def _at_most(lines: Sequence[Line], rows: int, width: int) -> Sequence[Line]:
    if len(lines) <= rows or rows < 1:
        return lines[: max(rows, 0)]
    *head, (text, style) = lines[rows - 1]
    rest = " ".join([text, *("".join(each for each, _ in line) for line in lines[rows:])])
    cut = cut_at_a_word(rest, width - sum(cell_len(each) for each, _ in head))
    return [*lines[: rows - 1], (*head, Piece(cut.rstrip(), style))]
