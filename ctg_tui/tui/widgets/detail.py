"""The zone below the table: the line under the cursor where the table cuts it, its texts, the scale.

And the box in which its comment is written, in its row of the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.visual import Visual

from ctg_tui.domain.assessment import Cell
from ctg_tui.domain.grid import Indicator
from ctg_tui.domain.steps import is_asked, wants_number
from ctg_tui.tui.characters import ELLIPSIS, shown, shown_text
from ctg_tui.tui.later import Autosave
from ctg_tui.tui.view import Rows, Shape, View, rows_of_page, shape_of
from ctg_tui.tui.widgets.editor import FittingText
from ctg_tui.tui.widgets.strips import Line, PlainStatic, StripWidget
from ctg_tui.tui.widgets.table import COMMENTED, OPEN, in_bold
from ctg_tui.wording.french import NBSP, profile_name, thousands, wrap
from ctg_tui.wording.grid import Saying, sayings, scale_words
from ctg_tui.wording.lines import line_number
from ctg_tui.wording.results import former_line

if TYPE_CHECKING:
    from ctg_tui.chart.levels import Level


class ContentPanel(StripWidget):
    """A part of the grid page made of lines of text, in the styles of `Content`."""

    DEFAULT_CSS = "ContentPanel { text-wrap: nowrap; }"

    def __init__(self, view: View, level: Level) -> None:
        super().__init__()
        self.auto_links = False  # what is clicked looks as the text around it
        self.view = view
        self.level = level

    def lines(self, view: View, width: int, height: int) -> Iterator[Content]:
        """Yield the lines of a view, in a panel of that size."""
        raise NotImplementedError

    def show(self, view: View) -> None:
        """Show another view."""
        self.view = view
        self.repaint()

    def paint(self, width: int, height: int) -> list[Line]:
        lines = self.lines(self.view, width, height)
        return [
            self.remembered((width, line.plain, *line.spans), self._segments, line, width) for line in lines
        ]

    def _segments(self, line: Content, width: int) -> Line:
        strips = Visual.to_strips(self, line, width, None, self.visual_style)
        return list(strips[0]) if strips else ()


def clicked(content: Content, action: str, *arguments: object) -> Content:
    """Return a text that runs an action of the page when it is clicked."""
    return content.stylize(Style.from_meta({"@click": (f"screen.{action}", arguments)}))


NO_COMMENT: Final = "Pas encore de commentaire."
TO_TAKE: Final = f"F7{NBSP}:{NBSP}reprendre"
"""Beside last time's comment, while one is written."""
SHORT: Final = 30
"""The rows of a window below which only the last word of the thread stands in the zone."""
MOST_FORMER: Final = 2
"""The rows of last time's comment below the one being written."""


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
    blocks = [TextBlock(comment, mark=COMMENTED) if comment else TextBlock(NO_COMMENT, "$discret")]
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
        return [TextBlock(f"Réservé au {profile_name(line.reserved_for)}.{also}", "$discret")]
    if line.is_heading:
        return [TextBlock(f"Pas de nombre ici{NBSP}: un commentaire.", "$discret")]
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
        return TextBlock(said, "$an-dernier") if said else None
    said = shown_text(comment).strip()
    return TextBlock(said, "$an-dernier", f"En {last.year}") if said else None


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


class LineDetail(ContentPanel):
    """Keeps the same rows for each part, whatever is read; the scale is the last but the row of messages."""

    def lines(self, view: View, width: int, height: int) -> Iterator[Content]:
        if view.empty or view.form:
            return
        shape = shape_of(view)
        rows = rows_of_page(view, shape)
        said = [*self._label(view, rows.label, shape), *[Content()] * rows.gap]
        room = rows.label + rows.gap + rows.texts - len(said)  # a short label leaves its rows to the texts
        said += self._texts(view, room, shape, rows)
        if rows.rule:
            yield Content.styled("─" * width, "$filet")
        for line in said:
            whole = line.pad_right(max(width - line.cell_length, 0))
            yield clicked(whole if rows.rule else whole.stylize("on $panel"), "write_here")
        yield from [Content()] * rows.air
        yield self._scale(view, shape)

    def _label(self, view: View, rows: int, shape: Shape) -> Iterator[Content]:
        """Yield the line in full, in `rows` rows."""
        room = max(shape.width - shape.left - 1, 1)
        texts = [(text, 0) for text in wrap(shown(view.line.label), room)] if rows else []
        for rank, (text, _) in enumerate(at_most(texts, rows, room)):
            margin = "" if rank else f"  {_number(view):>{shape.number}}"
            yield Content.styled(f"{margin:<{shape.left}}{text}", "bold")

    def _texts(self, view: View, room: int, shape: Shape, rows: Rows) -> list[Content]:
        """Return the texts of the line in `room` rows; each has one at least where there are so many.

        The number of the line stands before them where its label does not.
        """
        width, is_low = max(shape.width - shape.left - 1, 1), self.screen.size.height < SHORT
        blocks = _most_needed(text_blocks(view, has_notes=not shape.former, is_short=is_low), room)
        lines: list[Content] = []
        for rank, block in enumerate(blocks):
            left = room - len(lines) - (len(blocks) - rank - 1)
            for turn, (text, bold) in enumerate(at_most(block.lines(width), left, width)):
                number = "" if lines or rows.label else _number(view)
                lines.append(
                    _margin(shape, number, "" if turn else block.mark)
                    + Content.styled(text[:bold], "bold")
                    + Content.styled(text[bold:], block.style)
                )
        return [*lines, *[Content()] * (room - len(lines))]

    def _scale(self, view: View, shape: Shape) -> Content:
        """Return what the keys of notes do, in a line."""
        if view.indicator:
            takes = wants_number(view.grid.indicators[view.indicator], view.assessment)
            said = [("0–9", _KEY), (f"{NBSP}le nombre", "$discret")] if takes else []
            return Content.assemble(" " * shape.left, *said)
        before = shape.left if shape.width >= _SCALE_UNDER_LABELS else 1
        steps = []
        for step in scale_words(view.grid, shape.width - before + 2):
            code = "N" if step.points is None else step.code
            text = Content.assemble((code, _KEY), "" if code == step.word else f"{NBSP}{step.word}")
            steps.append(clicked(text, "note", step.points))
        return " " * before + Content.styled(" · ", "$discret").join(steps)


_KEY: Final = "$accent bold"
_SCALE_UNDER_LABELS: Final = 78
"""The columns from which the scale stands under the labels."""


def _number(view: View) -> str:
    return "" if view.indicator else line_number(view.grid, view.line.id, "")


def _margin(shape: Shape, number: str, mark: str) -> Content:
    """Return what stands before a text: the number of the line, and the mark of the text or its year."""
    style = "$an-dernier" if len(mark) > 1 else "$warning" if mark == OPEN else "$discret"
    text = f"  {number:>{shape.number}} {mark:<1} " if len(mark) < 2 else f"{mark:>{shape.left - 1}} "
    return Content.styled(f"{text:<{shape.left}}", style)


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
        #commentaire-avant { height: auto; color: $an-dernier; }
    }
    """

    class Rested(Message):
        """The comment is to be saved: the typing rests, or has gone on for two seconds."""

    def __init__(self) -> None:
        super().__init__()
        self.editor: Final = FittingText("", "Votre commentaire", least=3)
        self._title = PlainStatic(id="commentaire-titre")
        self._state = PlainStatic(id="commentaire-etat")
        self._before = ""
        self._former = PlainStatic(id="commentaire-avant")
        self.rest: Final = Autosave(self, self._rested)
        self.key: str | None = None
        """The id of the line whose comment is being written."""

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield self._title
            yield self._state
        yield self.editor
        yield self._former

    @property
    def text(self) -> str:
        """The comment as typed."""
        return self.editor.text

    @property
    def rows(self) -> int:
        """The height of the box."""
        return 1 + self.editor.rows + len(self._former_lines)

    def open(self, key: str, text: str, title: str, former: str) -> None:
        """Edit the text of `key`, starting from `text`; `former`, written there last time, stands below.

        The editor is only hidden between two comments: one removed under a dialog that opens cannot be
        painted.
        """
        self.key = key
        self.display = True
        self.editor.load(text)
        self.editor.fit()
        self._title.update(Content(title))
        self._before = " ".join(former.split("\n"))
        self._show_former()
        self.editor.focus()

    @property
    def _former_lines(self) -> list[str]:
        width = max(self.content_size.width, 1)
        every = [(text, 0) for text in wrap(self._before, width)] if self._before else []
        return [text for text, _ in at_most(every, MOST_FORMER, width)]

    def _show_former(self) -> None:
        self._former.update(Content("\n".join(self._former_lines)))
        self._former.display = bool(self._before)

    def on_resize(self) -> None:
        self._show_former()
        self.post_message(FittingText.Resized())

    def show_state(self, state: str) -> None:
        """Show that the text is not saved yet, or nothing."""
        self._state.update(Content(state))

    def add(self, text: str) -> None:
        """Add `text` at the end of what is written."""
        self.editor.insert(text, self.editor.document.end)
        self.editor.move_cursor(self.editor.document.end)

    def close(self) -> None:
        """Hide the box."""
        self.key = None
        self.rest.stop()
        self.display = False

    def on_text_area_changed(self) -> None:
        if self.key is not None:
            self.rest.typed()

    def _rested(self) -> None:
        if self.key is not None:
            self.post_message(self.Rested())
