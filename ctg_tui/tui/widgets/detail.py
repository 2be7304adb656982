"""The zone below the table: the line under the cursor where the table cuts it, its texts, the scale.

And the box in which its comment is written, in its row of the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Click
from textual.message import Message

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Cell, Rating
from ctg_tui.domain.grid import Indicator
from ctg_tui.domain.steps import is_asked, wants_number
from ctg_tui.tui.characters import ELLIPSIS, shown, shown_text
from ctg_tui.tui.later import Autosave
from ctg_tui.tui.view import View
from ctg_tui.tui.widgets.strips import Line, PlainStatic
from ctg_tui.tui.widgets.table import (
    COMMENTED,
    OPEN,
    Panel,
    Shape,
    filled,
    in_bold,
    rows_of_page,
    shape_of,
)
from ctg_tui.wording.french import NBSP, profile_name, thousands, wrap
from ctg_tui.wording.grid import Saying, sayings, scale_words
from ctg_tui.wording.lines import line_number
from ctg_tui.wording.results import former_line

if TYPE_CHECKING:
    from ctg_tui.tui.widgets.editor import CommentEditor


NO_COMMENT: Final = "Pas encore de commentaire."
TO_TAKE: Final = f"F7{NBSP}:{NBSP}reprendre"
"""Beside last time's comment, while one is written."""
SHORT: Final = 30
"""The rows of a window below which only the last word of the thread stands in the zone."""
LEAST_LINES, MOST_LINES = 3, 8
"""The rows of a comment being written; beyond, it scrolls."""


class TextBlock(NamedTuple):
    """A text of the line behind its mark, in the style of that name; or, if `said`, a row of its thread."""

    text: str
    style: str = ""
    mark: str = ""
    said: Saying | None = None

    def lines(self, width: int) -> list[tuple[str, int]]:
        """Return its screen lines, each with how many of its characters are in bold."""
        return in_bold(self.said, width) if self.said else [(text, 0) for text in wrap(self.text, width)]


def text_blocks(view: View, *, has_notes: bool, is_short: bool = False) -> tuple[TextBlock, ...]:
    """Return the texts of the current line, in the order in which they are read.

    `has_notes`: the table has no room for last time's notes, which are said here. `is_short`: of the thread,
    its last word only.
    """
    line = view.line
    comments = view.assessment.remarks if view.indicator else view.assessment.comments
    comment = shown_text(comments.get(line.id, ""))
    blocks = [TextBlock(comment, mark=COMMENTED) if comment else TextBlock(NO_COMMENT, "soft")]
    thread = thread_blocks(view, is_short=is_short)
    if view.has_open(line.id):
        blocks = [*thread, *(blocks if comment else [])]
    else:
        blocks += thread
    if isinstance(line, Indicator):
        blocks[:0] = _of_indicator(view, line)
    if former := _last_time(view, has_notes=has_notes):
        blocks.append(former)
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
    """Return `En 2026 (F7 : reprendre) : Suivi fait par le service seul.`, below a comment being written."""
    said = shown_text(former_comment(view)).strip()
    return f"En {view.last.year} ({TO_TAKE}){NBSP}: {said}" if view.last is not None and said else ""


def _last_time(view: View, *, has_notes: bool) -> TextBlock | None:
    """Return last time's comment of the line; its notes too with `has_notes`."""
    last = view.last
    if last is None:
        return None
    comment = former_comment(view)
    if has_notes and not view.indicator:
        then = last.assessment.answers
        answers = {policy.label: then.get(Cell(view.line.id, policy.id)) for policy in view.grid.policies}
        said = former_line(last.year, answers, comment)
        return TextBlock(said, "former") if said else None
    said = shown_text(comment).strip()
    return TextBlock(said, "former", f"En {last.year}") if said else None


def _most_needed(blocks: Sequence[TextBlock], rows: int) -> Sequence[TextBlock]:
    """Return at most `rows` blocks: without what says that there is none, then without the earliest said."""
    if len(blocks) > rows:
        blocks = [block for block in blocks if block.text is not NO_COMMENT]
    said = [block for block in blocks if block.said]
    earliest = said[: min(len(said) - 1, len(blocks) - rows)] if len(blocks) > rows else []
    return [block for block in blocks if block not in earliest][:rows]


def at_most(lines: Sequence[tuple[str, int]], rows: int, width: int) -> list[tuple[str, int]]:
    """Return the first `rows` lines; an ellipsis behind a whole word stands for the rest."""
    if len(lines) <= rows:
        return list(lines)
    *whole, (last, bold) = lines[:rows]
    if cell_len(last) + 1 > width and " " in last:
        last = last.rpartition(" ")[0]
    return [*whole, (last.rstrip() + ELLIPSIS, bold)]


class LineDetail(Panel):
    """Keeps the same rows for each part, whatever is read; the scale is the last but the row of messages."""

    FOLLOWS = True
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *("detail--soft", "detail--strong", "detail--rule", "detail--former"),
        *("detail--key", "detail--open", "detail--band"),
    }
    DEFAULT_CSS = """
    LineDetail {
        &>.detail--rule { color: $filet; }
        &>.detail--soft { color: $discret; }
        &>.detail--strong { text-style: bold; }
        &>.detail--former { color: $an-dernier; }
        &>.detail--open { color: $warning; }
        &>.detail--key { color: $accent; text-style: bold; }
        &>.detail--band { background: $panel; }
    }
    """

    class Clicked(Message):
        """The texts were clicked."""

    @dataclass
    class Given(Message):
        """A step of the scale was clicked."""

        answer: Answer

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self._steps: list[tuple[int, int, Answer]] = []
        """The cells of each step of the scale."""

    def paint(self, width: int, height: int) -> list[Line]:
        view, rows, shape = self.view, rows_of_page(self.view), shape_of(self.view)
        if not height or view.empty or view.form:
            return []
        ground = Style() if rows.rule else self.style_of("detail--band")
        said = [*self._label(view, rows.label, shape), *[()] * rows.gap]
        room = rows.label + rows.gap + rows.texts - len(said)  # a short label leaves its rows to the texts
        said += self._texts(view, room, shape, is_first=not rows.label)
        lines: list[Line] = [[Segment("─" * width, self.style_of("detail--rule"))]] * min(rows.rule, 1)
        over = [
            [Segment(text, ground + style if style else ground) for text, style, _ in line] for line in said
        ]
        lines += [filled(line, width, ground) for line in over]
        return [*lines, *[()] * rows.air, self._scale(view, shape)][:height]

    def _label(self, view: View, rows: int, shape: Shape) -> list[Sequence[Segment]]:
        """Return the line in full, in `rows` rows."""
        strong, room = self.style_of("detail--strong"), max(shape.width - shape.left - 1, 1)
        texts = (
            at_most([(text, 0) for text in wrap(shown(view.line.label), room)], rows, room) if rows else []
        )
        margins = [f"  {self._number(view):>{shape.number}}", *[""] * len(texts)]
        lines: list[Sequence[Segment]] = [
            [Segment(f"{margin:<{shape.left}}{text}", strong)]
            for margin, (text, _) in zip(margins, texts, strict=False)
        ]
        return lines

    def _number(self, view: View) -> str:
        return "" if view.indicator else line_number(view.grid, view.line.id, "")

    def _texts(self, view: View, rows: int, shape: Shape, *, is_first: bool) -> list[Sequence[Segment]]:
        """Return the texts of the line in `rows` rows; each has one at least where there are so many.

        `is_first`: the number of the line stands before them.
        """
        room = max(shape.width - shape.left - 1, 1)
        has_notes = not (shape.block or shape.beside)
        is_low = self.screen.size.height < SHORT
        blocks = _most_needed(text_blocks(view, has_notes=has_notes, is_short=is_low), rows)
        laid_out = [block.lines(room) for block in blocks]
        lines: list[Sequence[Segment]] = []
        for rank, (block, every) in enumerate(zip(blocks, laid_out, strict=True)):
            left = rows - len(lines) - (len(blocks) - rank - 1)
            for number, (text, bold) in enumerate(at_most(every, left, room)):
                lines.append(
                    [
                        self._margin(view, shape, "" if number else block.mark, is_first and not lines),
                        Segment(text[:bold], self.style_of("detail--strong")),
                        Segment(
                            text[bold:], self.style_of(f"detail--{block.style}") if block.style else None
                        ),
                    ]
                )
        return [*lines, *[()] * (rows - len(lines))]

    def _margin(self, view: View, shape: Shape, mark: str, is_first: bool) -> Segment:
        """Return what stands before a text: its mark, and the number of the line before the first."""
        name = "former" if len(mark) > 1 else "open" if mark == OPEN else "soft"
        number = self._number(view) if is_first else ""
        text = f"  {number:>{shape.number}} {mark:<1} " if len(mark) < 2 else f"{mark:>{shape.left - 1}} "
        return Segment(f"{text:<{shape.left}}", self.style_of(f"detail--{name}"))

    def _scale(self, view: View, shape: Shape) -> Line:
        """Return what the keys of notes do, in a line."""
        key, soft = self.style_of("detail--key"), self.style_of("detail--soft")
        self._steps = []
        if view.indicator:
            takes = wants_number(view.grid.indicators[view.indicator], view.assessment)
            said = [Segment("0–9", key), Segment(f"{NBSP}le nombre", soft)] if takes else []
            return [Segment(" " * shape.left), *said]
        before = shape.left if shape.width >= _SCALE_UNDER_LABELS else 1
        steps = scale_words(view.grid, shape.width - before + 2)
        line = [Segment(" " * before)]
        for step in steps:
            code = "N" if step.points is None else step.code
            answer = NOT_CONCERNED if step.points is None else Rating(step.points)
            start = sum(cell_len(segment.text) for segment in line)
            words = "" if code == step.word else f"{NBSP}{step.word}"
            self._steps.append((start, start + len(code) + cell_len(words), answer))
            line += [
                Segment(code, key),
                Segment(words),
                Segment(" · " if step is not steps[-1] else "", soft),
            ]
        return line

    def on_click(self, event: Click) -> None:
        """Post what was clicked: a step of the scale, or the texts."""
        event.stop()
        rows = rows_of_page(self.view)
        if event.y == len(self._lines) - 1:
            for start, end, answer in self._steps:
                if start <= event.x < end:
                    self.post_message(self.Given(answer))
        elif event.y >= rows.rule + rows.label + rows.gap:
            self.post_message(self.Clicked())


_SCALE_UNDER_LABELS: Final = 78
"""The columns from which the scale stands under the labels."""


class CommentBox(Vertical):
    """Holds the comment being written, below its line; the page saves it on `Rested` and before closing."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab,shift+tab", "screen.leave", show=False)]
    DEFAULT_CSS = """
    CommentBox {
        display: none;
        padding: 0 1;
        background: $panel;
        border-left: outer $accent;
        & > Horizontal { height: 1; }
        CommentEditor, CommentEditor:focus { padding: 0; }
        #commentaire-titre { width: 1fr; color: $discret; text-wrap: nowrap; text-overflow: ellipsis; }
        #commentaire-etat { width: auto; color: $warning; }
        #commentaire-avant { height: auto; max-height: 2; color: $an-dernier; }
    }
    """

    class Rested(Message):
        """The comment is to be saved: the typing rests, or has gone on for two seconds."""

    class Grown(Message):
        """The comment takes more or fewer rows."""

    def __init__(self) -> None:
        super().__init__()
        self._editor: CommentEditor | None = None
        self._title = PlainStatic(id="commentaire-titre")
        self._state = PlainStatic(id="commentaire-etat")
        self._former = PlainStatic(id="commentaire-avant")
        self._rest = Autosave(self, self._rested)
        self._lines = LEAST_LINES
        self.key: str | None = None
        """The id of the line whose comment is being written."""

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield self._title
            yield self._state
        yield self._former

    @property
    def text(self) -> str:
        """The comment as typed."""
        return "" if self._editor is None else self._editor.text

    @property
    def rows(self) -> int:
        """The height of the box."""
        return 1 + self._lines + bool(self._former.display)

    def open(self, key: str, text: str, title: str, former: str) -> None:
        """Edit the text of `key`, starting from `text`; `former`, written there last time, stands below.

        The editor is made once and only hidden: an editor removed under a dialog that opens cannot be
        painted.
        """
        self.key = key
        self.display = True
        if self._editor is None:
            from ctg_tui.tui.widgets.editor import CommentEditor

            self._editor = CommentEditor(text, "Votre commentaire")
            self.mount(self._editor, before=self._former)
        else:
            self._editor.load(text)
        self._title.update(Content(title))
        self._former.update(Content(" ".join(former.split("\n"))))
        self._former.display = bool(former)
        self._lines = min(max(self._editor.wrapped_document.height, LEAST_LINES), MOST_LINES)
        self._editor.focus()

    def show_state(self, state: str) -> None:
        """Show that the text is not saved yet, or nothing."""
        self._state.update(Content(state))

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
        """Hide the box."""
        self.key = None
        self._rest.stop()
        self.display = False

    def on_text_area_changed(self) -> None:
        if self.key is not None:
            self._rest.typed()
            self._fit()

    def on_resize(self) -> None:
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        """Give the comment the rows that it needs."""
        if self._editor is None or self.key is None:
            return
        lines = min(max(self._editor.wrapped_document.height, LEAST_LINES), MOST_LINES)
        if lines != self._lines:
            self._lines = lines
            self.post_message(self.Grown())

    def _rested(self) -> None:
        if self.key is not None:
            self.post_message(self.Rested())
