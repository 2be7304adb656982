"""The detail of the current line: full text, scale, provenance, comment; or its figures or history."""

from __future__ import annotations

from typing import ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from textual.events import Click, MouseScrollDown, MouseScrollUp
from textual.geometry import Size
from textual.message import Message

from ctg_tui.domain.assessment import Answer, Cell, answer_text
from ctg_tui.domain.grid import Grid, ScaleStep
from ctg_tui.domain.scores import Tally
from ctg_tui.tui.texts import fit, hung, shown, wrap_at_most
from ctg_tui.tui.view import DetailMode, View
from ctg_tui.tui.widgets.line_texts import (
    BELOW,
    MORE_WIDTH,
    TO_TAKE,
    TextLine,
    in_sight,
    laid_out,
    text_blocks,
    texts_beside,
)
from ctg_tui.tui.widgets.panel import Panel
from ctg_tui.tui.widgets.strips import Line
from ctg_tui.wording.french import NARROW, NBSP, count, explain, wrap
from ctg_tui.wording.provenance import MARK, TOTAL, TOTAL_PROPOSED, basis, marked

_NOTHING: Final = "Aucune réponse pour l’instant sur cette ligne."
_NOT_KNOWN: Final = "L’historique de cette ligne n’est pas ici."
_MOST_ANSWERED: Final = 4
"""Rows of what is answered above the text being written, unless there is more room."""


class LineDetail(Panel):
    """Shares the room between its parts, the text of the line first."""

    FOLLOWS = True
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "detail--soft",
        "detail--strong",
        "detail--title",
        "detail--rule",
    }
    DEFAULT_CSS = """
    LineDetail {
        &>.detail--rule { color: $filet; }
        &>.detail--soft { color: $discret; }
        &>.detail--strong { text-style: bold; }
        &>.detail--title { text-style: bold; color: $primary; }
    }
    """

    class Clicked(Message):
        """The comment was clicked: to be read or, while it is written, to get the whole window."""

    class TakeOver(Message):
        """What takes last time's comment over was clicked."""

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self._scrolled = ("", 0)
        """A line, and the first line of its texts in sight."""
        self._state = ""
        """How long the comment being written is."""
        self._furthest = 0
        """The highest value of that first line."""
        self._texts_from = 0
        """The row where the texts begin."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the rows above a text being written: the whole label, and what is answered."""
        label, said = self._answered(self.view, width - 2)
        return 2 + len(label) + min(len(said), _MOST_ANSWERED)

    def _answered(self, view: View, width: int) -> tuple[list[str], list[str]]:
        """Return the whole label of the line whose text is written, and the text that it answers."""
        beside = "\n".join(texts_beside(view))
        return wrap(shown(view.activity.label), width), wrap(beside, width) if beside else []

    def paint(self, width: int, height: int) -> list[Line]:
        view = self.view
        if height < 1:
            return []
        rule: Line = [Segment("─" * width, self.style_of("detail--rule"))]
        key = (
            *(view.aside, view.cell, view.answer(view.cell), view.history),
            *(view.assessment.comments.get(view.cell.activity), self._first_text(view)),
            view.noted.get(view.cell.activity),
            self._explained(view) if view.aside is DetailMode.WHY else None,
            self._state if view.aside is DetailMode.COMMENT else None,
        )
        picture = self.remembered(key, self._below_rule, view, width - 2, height - 1)
        lines, self._texts_from, self._furthest = picture
        return [rule, *lines]

    def _below_rule(self, view: View, width: int, height: int) -> tuple[list[Line], int, int]:
        """Return the lines, the row where the texts begin, and how far these can be scrolled."""
        margin = Segment(" ")
        self._texts_from = self._furthest = 0
        lines: list[Line] = [[margin, *line] for line in self._lines_of(view, width, height)]
        return lines, self._texts_from, self._furthest

    def _lines_of(self, view: View, width: int, height: int) -> list[Line]:
        match view.aside:
            case DetailMode.LINE:
                return self._line(view, width, height)
            case DetailMode.WHY:
                return self._why(view, width, height)
            case DetailMode.HISTORY:
                return self._history(view, width, height)
            case DetailMode.COMMENT:
                return self._above_comment(view, width, height)

    def _line(self, view: View, width: int, height: int) -> list[Line]:
        soft, strong = self.style_of("detail--soft"), self.style_of("detail--strong")
        activity = view.activity
        label = wrap_at_most(shown(activity.label), width, max(height - 3, 1))
        scale = self._scale(view, width)
        wordy = height >= len(label) + len(scale) + 5
        lines: list[Line] = [[Segment(line, strong)] for line in label]
        if wordy:
            lines += [[], *scale, []]
        else:
            lines.append([Segment(fit(self._answer(view), width))])
        provenance = view.grid.provenance(activity.source)
        if wordy or height - len(lines) > len(self._texts_of(view, width)):
            lines.append([Segment(fit(provenance, width), soft)])
        if wordy and height - len(lines) > 3:
            lines.append([])
        self._texts_from = len(lines) + 1
        return [*lines, *self._texts(view, width, height - len(lines))][:height]

    # the texts of the line

    def _texts_of(self, view: View, width: int) -> list[TextLine]:
        return laid_out(text_blocks(view), width)

    def _texts(self, view: View, width: int, room: int) -> list[Line]:
        """Return the texts of the line from where they are scrolled to."""
        # on a single line, the words under what is out of sight would never be read
        texts = self._texts_of(view, width - (MORE_WIDTH if room == 1 else 0))
        self._furthest = max(len(texts) - room, 0)
        first = min(self._first_text(view), self._furthest)
        soft = self.style_of("detail--soft")
        return [
            [
                Segment(line.text, soft if line.is_soft else None),
                *([Segment(f" {line.more}", soft)] if line.more else []),
            ]
            for line in in_sight(texts, first, room, width)
        ]

    def _first_text(self, view: View) -> int:
        """Return the first line of the texts in sight: those of another line are not scrolled yet."""
        activity, first = self._scrolled
        return first if activity == view.cell.activity else 0

    def show_state(self, state: str) -> None:
        """Show how long the comment being written is."""
        if state != self._state:
            self._state = state
            self.repaint()

    def scroll_texts(self, step: int) -> None:
        """Scroll the texts of the line by `step` lines."""
        first = min(max(self._first_text(self.view) + step, 0), self._furthest)
        self._scrolled = self.view.cell.activity, first
        self.repaint()

    def read_on(self) -> None:
        """Scroll the texts of the line to what follows; after their end, to their beginning."""
        first = self._first_text(self.view)
        page = max(self.size.height - self._texts_from - 1, 1)
        self.scroll_texts(-first if first >= self._furthest else page)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        event.stop()
        self.scroll_texts(1)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        event.stop()
        self.scroll_texts(-1)

    def on_click(self, event: Click) -> None:
        """Post that the texts were clicked, or the heading of the one being written; or scroll them."""
        aside = self.view.aside
        if aside is not DetailMode.COMMENT and (aside is not DetailMode.LINE or event.y < self._texts_from):
            return
        event.stop()
        painted = self._lines[event.y] if event.y < len(self._lines) else ()  # nothing below the texts
        clicked = "".join(segment.text for segment in painted)
        if aside is DetailMode.LINE and TO_TAKE in clicked and event.x >= clicked.index(TO_TAKE):
            self.post_message(self.TakeOver())
        elif aside is DetailMode.LINE and BELOW in clicked and event.x >= clicked.rindex("("):
            self.read_on()
        else:
            self.post_message(self.Clicked())

    def _answer(self, view: View) -> str:
        """Return the answer of the current cell in words: `Famille : 2, Majoritairement`.

        The adviser's note comes first: a narrow table has no room for it.
        """
        policy = shown(view.grid.policies_by_id[view.cell.policy].label)
        answer = view.answer(view.cell)
        words = "sans réponse" if answer is None else _in_words(view.grid, answer)
        beside = _beside(view).removeprefix(" · ")
        return f"{beside}{' · ' * bool(beside)}{policy}{NBSP}: {words}"

    def _scale(self, view: View, width: int) -> list[Line]:
        """Return every step of the scale in words; that of the current cell is marked."""
        policy = shown(view.grid.policies_by_id[view.cell.policy].label)
        answer = view.answer(view.cell)
        code = None if answer is None else answer_text(answer)
        soft, strong = self.style_of("detail--soft"), self.style_of("detail--strong")
        state = "" if code else f"{NBSP}: sans réponse"
        title = f"{policy}{state}{_beside(view)}"
        lines: list[Line] = [[Segment(fit(title, width), self.style_of("detail--title"))]]
        for step in _ordered(view.grid):
            mark, style = ("►", strong) if step.code == code else (" ", soft)
            lines.append([Segment(fit(f"{mark} {step.code:<2} {shown(step.label)}", width), style)])
        return lines

    def _above_comment(self, view: View, width: int, height: int) -> list[Line]:
        """Return the line whose text is being written, just below, and what is answered there."""
        said = "\n".join(texts_beside(view))
        label = wrap_at_most(shown(view.activity.label), width, max(height - 1 - bool(said), 1))
        answered = wrap_at_most(said, width, height - 1 - len(label)) if said else []
        title = f"{view.writing} (enregistré automatiquement, Échap pour finir)"
        room = width - cell_len(self._state) - 1
        if cell_len(title) > room:
            title = view.writing
        title = f"{fit(title, room)} {self._state}" if room > 0 else self._state
        lines: list[Line] = [[Segment(line, self.style_of("detail--strong"))] for line in label]
        lines += [[Segment(line)] for line in answered]
        lines.append([Segment(fit(title, width), self.style_of("detail--title"))])
        return lines[-height:]

    def _explained(self, view: View) -> tuple[Tally, Tally, Tally]:
        """Return the tallies to explain, the nearest first: rubric, mission, all lines of its kind."""
        side, mission = view.side, view.mission.id
        return side.rubrics[mission, view.cell.policy], side.missions[mission], side.whole

    def _why(self, view: View, width: int, height: int) -> list[Line]:
        mission, policy = view.mission, view.grid.policies_by_id[view.cell.policy]
        rubric, whole_mission, whole = self._explained(view)
        is_proposed = view.activity.is_proposed
        name = f"Mission {mission.number}{f'{NBSP}{MARK}' if is_proposed else ''}"
        value = marked(rubric, is_proposed)
        asked = f"Pourquoi {value}{NARROW}?" if rubric.rated else f"Pourquoi pas de pourcentage{NARROW}?"
        lines: list[Line] = [[Segment(fit(asked, width), self.style_of("detail--title"))]]
        parts: list[tuple[str, Tally]] = [
            (f"{name}, {shown(policy.label)}", rubric),
            (f"{name}, ensemble", whole_mission),
            (TOTAL_PROPOSED if is_proposed else TOTAL, whole),
        ]
        for name, tally in parts:
            lines += [[Segment(line)] for line in wrap(f"{name}{NBSP}: {explain(tally)}", width)]
        soft = self.style_of("detail--soft")
        lines += [[Segment(line, soft)] for line in wrap(basis(view.grid), width)]
        return lines[:height]

    def _history(self, view: View, width: int, height: int) -> list[Line]:
        """Return the changes that fit; then how many are left out, and the key that shows them."""
        title = "Historique de la ligne (le plus récent d’abord)"
        changes = self._changes(view, width)
        texts = [line for change in changes for line in change]
        if len(texts) >= height:
            texts, left_out = [], len(changes)
            for change in changes:
                if len(texts) + len(change) > height - 2:
                    break
                texts += change
                left_out -= 1
            texts.append(f"… et {count(left_out, 'plus ancien', 'plus anciens')}{NBSP}: H pour tout lire")
        lines: list[Line] = [[Segment(fit(title, width), self.style_of("detail--title"))]]
        return [*lines, *([Segment(line)] for line in texts)][:height]

    def _changes(self, view: View, width: int) -> list[list[str]]:
        """Return each change in lines of `width` cells."""
        here, answers = view.cell.activity, view.assessment.answers
        is_noted = any(Cell(here, policy.id) in answers for policy in view.grid.policies)
        nothing = _NOT_KNOWN if is_noted or here in view.assessment.comments else _NOTHING
        return [hung(sentence, width) for sentence in view.history or (nothing,)]

    def has_room_for_history(self, view: View) -> bool:
        """Return whether the whole history of the line fits here."""
        width, height = self.size.width - 2, self.size.height - 1
        return sum(map(len, self._changes(view, width))) < height


def _beside(view: View) -> str:
    """Return ` · Caf : 3`, the note of each adviser on the current cell; nothing without one."""
    notes = () if view.review is None else view.review.notes.get(view.cell, ())
    return "".join(f" · {shown(name) or 'Caf'}{NBSP}: {answer_text(note)}" for name, note in notes)


def _ordered(grid: Grid) -> list[ScaleStep]:
    """Return the steps from 0 up, then NC."""
    return sorted(grid.scale, key=lambda step: (step.points is None, step.points or 0))


def _in_words(grid: Grid, answer: Answer) -> str:
    code = answer_text(answer)
    label = next((shown(step.label) for step in grid.scale if step.code == code), "")
    return f"{code}, {label}"
