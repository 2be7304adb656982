"""The text of the current line, below the table: in full, its comments; or what was opened there.

On the rule above it stands what the next keys do: the scale, what is asked, what is being typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.message import Message

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Cell, Rating
from ctg_tui.domain.grid import Activity, Indicator
from ctg_tui.domain.steps import is_asked
from ctg_tui.tui.characters import ELLIPSIS, fit, shown, shown_text, wrap_at_most
from ctg_tui.tui.later import Autosave
from ctg_tui.tui.view import DetailMode, View
from ctg_tui.tui.widgets.frame import may_have_two_rows
from ctg_tui.tui.widgets.strips import Line, PlainStatic
from ctg_tui.tui.widgets.table import (
    COMMENTED,
    OPEN,
    Panel,
    has_room_for_last,
    in_bold,
    longest_number,
)
from ctg_tui.wording.french import NBSP, profile_name, thousands, wrap
from ctg_tui.wording.grid import Saying, sayings, scale_words
from ctg_tui.wording.results import former_line

if TYPE_CHECKING:
    from ctg_tui.tui.widgets.editor import CommentEditor


_NO_COMMENT: Final = f"Pas de commentaire{NBSP}: Entrée pour en écrire un."
_NONE_TO_READ: Final = "Pas de commentaire."
TO_TAKE: Final = f"F7{NBSP}:{NBSP}reprendre"
"""Beside last time's comment, while one is written."""
AIRY: Final = 9
"""The rows from which blank ones set the parts of the text apart."""
LEAST_EDITOR: Final = 2
MOST_THREAD: Final = 4
"""The rows of the thread above a comment being written."""
SHORT: Final = 30
"""The rows of a window below which only the last word of the thread stands there."""


class TextBlock(NamedTuple):
    """A text of the line behind its mark, in the style of that name; or, if `said`, a row of its thread."""

    text: str
    style: str = ""
    mark: str = ""
    said: Saying | None = None


class TextLine(NamedTuple):
    """A screen line of a block; `begins` is for its first."""

    text: str
    style: str = ""
    mark: str = ""
    begins: bool = False
    bold: int = 0


def text_blocks(
    view: View, *, has_notes: bool, in_full: bool = False, is_short: bool = False
) -> tuple[TextBlock, ...]:
    """Return the texts of the current line, in the order in which they are read.

    `has_notes`: the table has no room for last time's notes, which are said here. `in_full`: they are read on
    a page of their own, where no key writes. `is_short`: of the thread, its last word only.
    """
    line = view.line
    comments = view.assessment.remarks if view.indicator else view.assessment.comments
    comment = shown_text(comments.get(line.id, ""))
    nothing = _NONE_TO_READ if in_full else _NO_COMMENT
    blocks = [TextBlock(comment, mark=COMMENTED) if comment else TextBlock(nothing, "soft")]
    thread = thread_blocks(view, is_short=is_short)
    if view.has_open(line.id):
        blocks = [*thread, *(blocks if comment else [])]
    else:
        blocks += thread
    if isinstance(line, Indicator):
        blocks[:0] = _of_indicator(view, line)
    if former := _last_time(view, has_notes=has_notes):
        blocks.append(TextBlock(former, "former"))
    return tuple(blocks)


def thread_blocks(view: View, *, is_short: bool = False) -> list[TextBlock]:
    """Return what was said of the current line, the oldest first; the point to answer is the last.

    An open point bears its mark. `is_short`: only the last word is there, that of the Caf where an answer is
    begun.
    """
    waiting = view.to_answer
    blocks: list[TextBlock] = []
    for point in sorted(view.points.get(view.line.id, ()), key=lambda point: point == waiting):
        is_begun = point.draft is not None and not point.draft.is_kept
        said = sayings(view.grid, [point._replace(draft=None) if is_short and is_begun else point])
        said = said[-1:] if is_short else said
        marks = [OPEN if point.is_to_see else "", *[""] * len(said)]
        blocks += [
            TextBlock(shown_text(one.whole), mark=mark, said=one)
            for one, mark in zip(said, marks, strict=False)
        ]
    return blocks[-1:] if is_short else blocks


def _of_indicator(view: View, line: Indicator) -> list[TextBlock]:
    """Return what an indicator is, where that changes what can be typed."""
    if not is_asked(line, view.assessment) and line.reserved_for is not None:
        kept = view.assessment.numbers.get(line.id)
        also = "" if kept is None else f" Gardé{NBSP}: {thousands(kept)}."
        return [TextBlock(f"Réservé au {profile_name(line.reserved_for)}.{also}", "soft")]
    if line.is_heading:
        return [TextBlock(f"Pas de nombre ici{NBSP}: un commentaire.", "soft")]
    return []


def former_comment(view: View) -> str:
    """Return last time's comment of the line, as it was written."""
    last = view.last
    if last is None:
        return ""
    texts = last.assessment.remarks if view.indicator else last.assessment.comments
    return texts.get(view.line.id, "")


def under_a_comment(view: View) -> str:
    """Return `en 2026 (F7 : reprendre) : Suivi fait par le service seul.`, below a comment being written."""
    said = shown_text(former_comment(view)).strip()
    return f"en {view.last.year} ({TO_TAKE}){NBSP}: {said}" if view.last is not None and said else ""


def _last_time(view: View, *, has_notes: bool) -> str:
    """Return last time's comment of the line; its notes too with `has_notes`."""
    last = view.last
    if last is None:
        return ""
    line = view.line.id
    comment = former_comment(view)
    if not has_notes or view.indicator:
        said = shown_text(comment).strip()
        return f"en {last.year}{NBSP}: {said}" if said else ""
    then = last.assessment.answers
    answers = {policy.label: then.get(Cell(line, policy.id)) for policy in view.grid.policies}
    return former_line(last.year, answers, comment)


def laid_out(blocks: tuple[TextBlock, ...], width: int) -> list[TextLine]:
    """Return every line of `blocks` in `width` cells."""
    lines = []
    for block in blocks:
        texts = in_bold(block.said, width) if block.said else [(text, 0) for text in wrap(block.text, width)]
        for number, (text, bold) in enumerate(texts):
            lines.append(TextLine(text, block.style, "" if number else block.mark, not number, bold))
    return lines


def in_sight(lines: list[TextLine], room: int, width: int) -> list[TextLine]:
    """Return the first `room` lines, and the first of each later block; an ellipsis stands for the rest."""
    if room <= 0 or len(lines) <= room:
        return lines[: max(room, 0)]
    ahead = _ahead(lines, room)
    *whole, last = lines[: room - len(ahead)]
    cut = (line._replace(text=fit(line.text, width - 1).rstrip() + ELLIPSIS) for line in (last, *ahead))
    return [*whole, *cut]


def _ahead(lines: list[TextLine], room: int) -> list[TextLine]:
    """Return the lines that begin a block and are out of sight, while two lines are left for the others."""
    for left in range(room - 1, 1, -1):
        begun = [line for line in lines[left:] if line.begins]
        if len(begun) == room - left:
            return begun
    return []


class LineDetail(Panel):
    """Keeps the same rows for each part, whatever is read or written."""

    FOLLOWS = True
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "detail--soft",
        "detail--strong",
        "detail--rule",
        "detail--former",
        "detail--key",
        "detail--open",
    }
    DEFAULT_CSS = """
    LineDetail {
        &>.detail--rule { color: $filet; }
        &>.detail--soft { color: $discret; }
        &>.detail--strong { text-style: bold; }
        &>.detail--former { color: $an-dernier; }
        &>.detail--open { color: $warning; }
        &>.detail--key { color: $accent; text-style: bold; }
    }
    """

    class Clicked(Message):
        """The comment was clicked: to be read or, while it is written, to get the whole window."""

    @dataclass
    class Given(Message):
        """A step of the scale was clicked."""

        answer: Answer

    class Left(Message):
        """What Échap leaves was clicked: the comment being written."""

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self._state = ""
        """How long the comment being written is."""
        self._texts_from = 0
        """The row where the texts begin."""
        self._shared = 0
        """The rows that it had with the editor when it was last laid out."""
        self._steps: list[tuple[int, int, Answer]] = []
        """The cells of each step of the scale on the rule."""

    # its parts: the rule, the line in full, the texts

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the rows above a text being written: those of the line, and its thread."""
        self._shared = container.height
        rows = self._rows_above(width)
        return min(rows + len(self._thread(width)), max(self._room - LEAST_EDITOR, rows))

    @property
    def _room(self) -> int:
        """The rows of the text and of the editor below it, together."""
        return self._shared if self.view.aside is DetailMode.COMMENT else self.size.height

    def _rows_above(self, width: int) -> int:
        """Return the rows of the rule and of the line in full: as many for every line of the grid."""
        air, room = self._is_airy, width - self.indent - 1
        longest = self._longest_label(room)
        if self.screen.maximized is not None:  # nothing else is in sight that could move
            longest = len(wrap(shown(self.view.line.label), room))
        return 1 + air + min(longest + air, max(self._room - 1 - air - LEAST_EDITOR, 1))

    @property
    def _is_airy(self) -> bool:
        return self._room >= AIRY and self.screen.maximized is None

    def _longest_label(self, width: int) -> int:
        def longest() -> int:
            grid = self.view.grid
            texts = [line.label for line in grid.activities.values()]
            texts += [line.label for line in grid.indicators.values()]
            return max(len(wrap(shown(text), width)) for text in texts)

        return self.remembered(("longest", width), longest)

    def _thread(self, width: int, rows: int = MOST_THREAD) -> list[TextLine]:
        """Return the last rows of the thread of the line, which stand above its comment being written."""
        lines = laid_out(tuple(thread_blocks(self.view)), width - self.indent - 1)
        return lines[-rows:] if rows > 0 else []

    @property
    def indent(self) -> int:
        """The cells before the texts: they stand under the labels of the table."""
        return longest_number(self.view.grid) + 3

    def paint(self, width: int, height: int) -> list[Line]:
        view = self.view
        if height < 1:
            return []
        window = self.screen.size
        key = (
            *(view.aside, view.cell, view.indicator, view.answer(view.cell), view.typed),
            view.assessment.comments.get(view.cell.activity),
            *(view.assessment.remarks.get(view.indicator), view.assessment.numbers.get(view.indicator)),
            *(window, view.points.get(view.line.id), view.to_answer),
            self._room,
            self._state if view.aside is DetailMode.COMMENT else None,
        )
        picture = self.remembered(key, self._all, view, width, height, window)
        lines, self._texts_from, self._steps = picture
        return lines

    def _all(
        self, view: View, width: int, height: int, window: Size
    ) -> tuple[list[Line], int, list[tuple[int, int, Answer]]]:
        """Return the lines, the row where the texts begin, the steps on the rule."""
        self._texts_from = 0
        self._steps = []
        lines: list[Line] = [self._rule(view, width, window)]
        lines += self._line(view, width, height)
        return lines[:height], self._texts_from, self._steps

    def _rule(self, view: View, width: int, window: Size) -> Line:
        """Return the rule between the table and the text, with what the next keys do."""
        rule, soft, key = (self.style_of(f"detail--{name}") for name in ("rule", "soft", "key"))
        if view.aside is DetailMode.COMMENT:
            said = self._heading_of_text(view, width - 4)
            text = f" {fit(said, min(cell_len(said), width - 4))} "
            return [
                Segment("──", rule),
                Segment(text, key),
                Segment("─" * (width - 2 - cell_len(text)), rule),
            ]
        line: list[Segment] = [Segment("──", rule)]
        x = 2
        if not may_have_two_rows(window) and not view.indicator:
            steps = scale_words(view.grid, width - x - 4)
            for rank, step in enumerate(steps):
                text = f" {'N' if step.points is None else step.code} {step.word}"
                answer = NOT_CONCERNED if step.points is None else Rating(step.points)
                self._steps.append((x, x + cell_len(text), answer))
                line += [Segment(text, soft), Segment(" ·" if rank < len(steps) - 1 else "", soft)]
                x += cell_len(text) + 2 * (rank < len(steps) - 1)
        if x > 2:
            line.append(Segment(" "))
            x += 1
        line.append(Segment("─" * max(width - x, 0), rule))
        return line

    def _heading_of_text(self, view: View, width: int) -> str:
        """Return what is being written, that it is sent, how long it is, what Échap does."""
        sent = f"{view.writing}, part avec l’envoi · {self._state}"
        end = f" · Échap{NBSP}: finir"  # the foot says it too
        if cell_len(sent) <= width:
            return sent + end if cell_len(sent + end) <= width else sent
        return f"{view.writing} · {self._state}{end}"

    def _line(self, view: View, width: int, height: int) -> list[Line]:
        strong = self.style_of("detail--strong")
        number, room = self.indent - 3, width - self.indent - 1
        rows = self._rows_above(width)
        air = self._is_airy
        kept = rows - 1 - 2 * air if air else rows - 1
        line = view.line
        label = wrap_at_most(shown(line.label), room, max(kept, 1))
        name = "" if isinstance(line, Indicator) else _number(view, line)
        lines: list[Line] = [[]] if air else []
        for rank, text in enumerate(label):
            lines.append([Segment(f" {name if not rank else '':>{number}}  ", strong), Segment(text, strong)])
        lines += [[]] * (rows - 1 - len(lines))
        if view.aside is DetailMode.COMMENT:
            return [*lines, *self._texts(self._thread(width, height - 1 - len(lines)), MOST_THREAD, width)]
        has_notes = not has_room_for_last(view, self.screen.size.width)
        self._texts_from = len(lines) + 1
        space = height - 1 - len(lines)
        texts = laid_out(text_blocks(view, has_notes=has_notes), room)
        if len(texts) > space or self.screen.size.height < SHORT:
            texts = laid_out(text_blocks(view, has_notes=has_notes, is_short=True), room)
        return [*lines, *self._texts(texts, space, width)]

    def _texts(self, texts: list[TextLine], room: int, width: int) -> list[Line]:
        """Return `texts` in `room` rows."""
        soft, strong, is_open = (self.style_of(f"detail--{name}") for name in ("soft", "strong", "open"))
        before = self.indent
        lines: list[Line] = []
        for line in in_sight(texts, room, width - before - 1):
            margin = f"{line.mark:>{before - 2}}  " if before > 2 else " "
            style = self.style_of(f"detail--{line.style}") if line.style else None
            lines.append(
                [
                    Segment(margin, is_open if line.mark == OPEN else soft),
                    Segment(line.text[: line.bold], strong),
                    Segment(line.text[line.bold :], style),
                ]
            )
        return lines

    def show_state(self, state: str) -> None:
        """Show how long the comment being written is."""
        if state != self._state:
            self._state = state
            self.repaint()

    def on_click(self, event: Click) -> None:
        """Post what was clicked: a step of the scale, the texts, the heading of the one being written."""
        view = self.view
        event.stop()
        if event.y == 0:
            for start, end, answer in self._steps:
                if start <= event.x < end:
                    self.post_message(self.Given(answer))
            rule = "".join(segment.text for segment in self._lines[0])
            if "Échap" in rule and event.x >= rule.rindex("Échap"):
                self.post_message(self.Left())
            elif view.aside is DetailMode.COMMENT:
                self.post_message(self.Clicked())
            return
        if self._texts_from <= event.y < len(self._lines):  # nothing below the texts
            self.post_message(self.Clicked())


def _number(view: View, line: Activity | Indicator) -> str:
    activities = [one.id for one in view.grid.mission_of[line.id].activities]
    return f"{view.mission.number}.{activities.index(line.id) + 1}"


class DetailPane(Vertical):
    """Holds the comment being written; the screen saves it on `Rested` and before closing."""

    BLANK = True
    ALLOW_MAXIMIZE = True
    DEFAULT_CSS = """
    DetailPane LineDetail { height: 1fr; }
    DetailPane LineDetail.-commentaire { height: auto; }
    DetailPane PlainStatic { height: auto; max-height: 2; color: $an-dernier; display: none; }
    """

    class Rested(Message):
        """The comment is to be saved: the typing rests, or has gone on for two seconds."""

    def __init__(self, detail: LineDetail) -> None:
        super().__init__()
        self._detail = detail
        self._editor: CommentEditor | None = None
        self._former = PlainStatic()
        self._rest = Autosave(self, self._rested)
        self.key: str | None = None
        """The id of the line whose comment is being written."""

    def compose(self) -> ComposeResult:
        yield self._detail
        yield self._former

    @property
    def text(self) -> str:
        """The comment as typed."""
        return "" if self._editor is None else self._editor.text

    def open(self, key: str, text: str, placeholder: str, former: str = "") -> None:
        """Edit the text of `key`, starting from `text`; `placeholder` stands where it is empty.

        `former` is what was written there last time: it stands below.

        The editor is made once and only hidden: an editor removed under a dialog that opens cannot be
        painted.
        """
        self.key = key
        if self._editor is None:
            from ctg_tui.tui.widgets.editor import CommentEditor

            self._editor = CommentEditor(text, placeholder)
            self._editor.styles.padding = (0, 1, 0, self._detail.indent)  # the text stays in its columns
            self.mount(self._editor, before=self._former)
        else:
            self._editor.placeholder = Content(placeholder)
            self._editor.load(text)
            self._editor.display = True
        self._former.styles.padding = (0, 1, 0, self._detail.indent)
        room = max(self.size.width - self._detail.indent - 1, 1)
        self._former.update(Content("\n".join(wrap_at_most(former, room, 2))))
        self._former.display = bool(former) and self.size.height >= AIRY  # else only what is being written
        self._editor.focus()
        self._show_state()

    def insert(self, text: str) -> None:
        """Put `text` at the cursor, in place of what is selected."""
        if self._editor is not None:
            self._editor.replace(text, *self._editor.selection)

    def add(self, text: str) -> None:
        """Add `text` at the end of what is written."""
        if self._editor is not None:
            self._editor.insert(text, self._editor.document.end)
            self._editor.move_cursor(self._editor.document.end)

    def try_again(self) -> None:
        """Ask for the comment to be saved in a moment: the disk has refused it."""
        self._rest.again()

    def close(self) -> None:
        """Hide the editor and show the detail alone."""
        self.key = None
        self._rest.stop()
        if self._editor is not None:
            self._editor.display = False
        self._former.display = False
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
