"""The detail of the current line: full text, scale, provenance, comments; or its figures or history."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import Click, MouseScrollDown, MouseScrollUp
from textual.geometry import Size
from textual.message import Message

from ctg_tui.domain.assessment import Answer, Cell, answer_text
from ctg_tui.domain.grid import Grid, ScaleStep
from ctg_tui.domain.scores import Tally
from ctg_tui.tui.characters import ELLIPSIS, fit, hung, shown, shown_text, wrap_at_most
from ctg_tui.tui.later import Autosave
from ctg_tui.tui.view import DetailMode, View
from ctg_tui.tui.widgets.strips import Line
from ctg_tui.tui.widgets.table import Panel
from ctg_tui.wording.french import NARROW, NBSP, count, explain, wrap
from ctg_tui.wording.provenance import MARK, TOTAL, TOTAL_PROPOSED, basis, marked
from ctg_tui.wording.results import former_line

if TYPE_CHECKING:
    from ctg_tui.tui.widgets.editor import CommentEditor


_NO_COMMENT: Final = f"Pas de commentaire{NBSP}: Entrée pour en écrire un."
_NONE_TO_READ: Final = "Pas de commentaire."
TO_TAKE: Final = f"(M{NBSP}:{NBSP}reprendre)"
"""Beside last time's comment: a click takes it over too."""
BELOW, ABOVE = "▾", "▴"
MORE_WIDTH: Final = 15
"""The most cells of a space and « (999 lignes ▾) »."""


class TextBlock(NamedTuple):
    """A text of the line; `is_soft` is for what is beside it: an advice, last time."""

    text: str
    is_soft: bool = False


class TextLine(NamedTuple):
    """A screen line of a block; `begins` is for its first. `more`, at its right, counts what is hidden."""

    text: str
    is_soft: bool = False
    begins: bool = False
    more: str = ""


def text_blocks(view: View) -> tuple[TextBlock, ...]:
    """Return the texts of the current line, in the order in which they are read."""
    comment = shown_text(view.assessment.comments.get(view.cell.activity, ""))
    nothing = _NONE_TO_READ if view.read_only else _NO_COMMENT
    first = TextBlock(f"✎ {comment}") if comment else TextBlock(nothing, is_soft=True)
    others = (TextBlock(text, is_soft=True) for text in (_last_time(view), _log(view)) if text)
    said = () if view.review is None else view.review.texts.get(view.cell.activity, ())
    return (first, *(TextBlock(text) for text in said), *others)


def texts_beside(view: View) -> tuple[str, ...]:
    """Return what is answered by the text being written: the adviser's remarks, or the comment reviewed."""
    activity = view.cell.activity
    if view.read_only:  # a file received: its comments are not edited, what is written is a review
        comment = shown_text(view.assessment.comments.get(activity, ""))
        return (f"✎ {comment}",) if comment else ()
    return () if view.review is None else view.review.texts.get(activity, ())


def _last_time(view: View) -> str:
    """Return last time's notes and comment of the line, and the key that takes the comment over."""
    last, activity = view.last, view.cell.activity
    if last is None:
        return ""
    answers = {policy.label: last.answers.get(Cell(activity, policy.id)) for policy in view.grid.policies}
    comment = last.comments.get(activity, "")
    may_take = comment and not view.read_only and comment not in view.assessment.comments.get(activity, "")
    return former_line(last.year, answers, comment) + (f" {TO_TAKE}" if may_take else "")


def _log(view: View) -> str:
    """Return how many facts of the year the log has on the line, and the key that takes them up."""
    number = view.noted.get(view.cell.activity)
    if not number:
        return ""
    from ctg_tui.wording.log import facts_this_year  # only where a log is kept

    return facts_this_year(number) + ("" if view.read_only else f" (J{NBSP}: reprendre)")


def laid_out(blocks: tuple[TextBlock, ...], width: int) -> list[TextLine]:
    """Return every line of `blocks` in `width` cells."""
    return [
        TextLine(line, block.is_soft, not number)
        for block in blocks
        for number, line in enumerate(wrap(block.text, width))
    ]


def in_sight(lines: list[TextLine], first: int, room: int, width: int) -> list[TextLine]:
    """Return the `room` lines from `first` on; the last one says how many are below, or that some are above.

    Before anything is scrolled, the first line of each later block is in sight too.
    """
    if room <= 0 or len(lines) <= room:
        return lines[: max(room, 0)]
    ahead: list[TextLine] = [] if first else _ahead(lines, room)
    seen = lines[first : first + room - len(ahead)]
    below = len(lines) - first - len(seen)
    more = f"({count(below, 'ligne')} {BELOW})" if below else f"({ABOVE})"
    text = fit(seen[-1].text, max(width - cell_len(more) - 1, 0))
    cut = (line._replace(text=fit(line.text, width - 1).rstrip() + ELLIPSIS) for line in ahead)
    return [*seen[:-1], seen[-1]._replace(text=text, more=more), *cut]


def _ahead(lines: list[TextLine], room: int) -> list[TextLine]:
    """Return the lines that begin a block and are out of sight, while two lines are left for the others."""
    for left in range(room - 1, 1, -1):
        begun = [line for line in lines[left:] if line.begins]
        if len(begun) == room - left:
            return begun
    return []


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


class DetailPane(Vertical):
    """Holds the comment being written; the screen saves it on `Rested` and before closing."""

    BLANK = True
    ALLOW_MAXIMIZE = True
    DEFAULT_CSS = """
    DetailPane LineDetail { height: 1fr; }
    """

    class Rested(Message):
        """The comment is to be saved: the typing rests, or has gone on for two seconds."""

    def __init__(self, detail: LineDetail) -> None:
        super().__init__()
        self._detail = detail
        self._editor: CommentEditor | None = None
        self._rest = Autosave(self, self._rested)
        self.key: str | None = None
        """The text being written: the id of the line for its comment, else the key of a part of a review."""

    def compose(self) -> ComposeResult:
        yield self._detail

    @property
    def text(self) -> str:
        """The comment as typed."""
        return "" if self._editor is None else self._editor.text

    def open(self, key: str, text: str, placeholder: str) -> None:
        """Edit the text of `key`, starting from `text`; `placeholder` stands where it is empty.

        The editor is made once and only hidden: an editor removed under a dialog that opens cannot be
        painted.
        """
        self.key = key
        if self._editor is None:
            from ctg_tui.tui.widgets.editor import CommentEditor

            self._editor = CommentEditor(text, placeholder)
            self.mount(self._editor)
        else:
            self._editor.placeholder = Content(placeholder)
            self._editor.load(text)
            self._editor.display = True
        self._editor.focus()
        self._show_state()

    def close(self) -> None:
        """Hide the editor and show the detail alone."""
        self.key = None
        self._rest.stop()
        if self._editor is not None:
            self._editor.display = False
        if self.is_attached and self.screen.maximized is self:
            self.screen.minimize()

    def on_text_area_changed(self) -> None:
        self._rest.typed()
        self._show_state()

    def on_comment_editor_grown(self) -> None:
        self._show_state()

    def on_line_detail_clicked(self, message: LineDetail.Clicked) -> None:
        """Give the text the whole window while it is written; else the page handles the click."""
        if self.key is not None and self._editor is not None:
            message.stop()
            self._editor.action_grow()

    def _show_state(self) -> None:
        if self._editor is not None:
            self._detail.show_state(self._editor.state)

    def _rested(self) -> None:
        if self.key is not None:
            self.post_message(self.Rested())
