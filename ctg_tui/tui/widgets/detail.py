"""The zone below the table: the line under the cursor where the table cuts it, its texts, the scale.

And the box in which its comment is written, in its row of the table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Final, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content

from ctg_tui.domain.grid import Indicator
from ctg_tui.domain.steps import is_asked, wants_number
from ctg_tui.tui.characters import cut_at_a_word, shown, shown_text
from ctg_tui.tui.settings import NOTE_KEYS
from ctg_tui.tui.view import Shape, View, rows_of_page, shape_of
from ctg_tui.tui.widgets.editor import FittingText
from ctg_tui.tui.widgets.listing import BEFORE, PLAIN, SOFT, STRONG, Line, Piece
from ctg_tui.tui.widgets.radar import KEY
from ctg_tui.tui.widgets.strips import PlainStatic
from ctg_tui.tui.widgets.table import COMMENTED, OPEN, TO_SEE, GridPanel, at_most, lines_of
from ctg_tui.wording.french import NBSP, profile_name, wrap
from ctg_tui.wording.grid import sayings, scale_words
from ctg_tui.wording.lines import landmarks, line_number

NO_COMMENT: Final = "Pas encore de commentaire."
TO_TAKE: Final = f"F7{NBSP}:{NBSP}reprendre"
"""Beside last time's comment, while one is written."""
MOST_FORMER: Final = 2
"""The rows of last time's comment below the one being written."""


class Text(NamedTuple):
    """A text of the line in as many lines as it needs, behind its mark."""

    lines: Sequence[Line]
    mark: str = ""


def texts_of(view: View, rows: int, width: int) -> Sequence[Text]:
    """Return the texts of the current line, as many as have a row each, in the order in which they are read.

    What waits for an answer comes first. Of the thread, the last words have the rows left by the comments.
    """

    def text(said: str, style: str = PLAIN, mark: str = "") -> Text:
        return Text([(Piece(line, style),) for line in wrap(shown_text(said), width)], mark)

    line = view.line
    comment = (view.assessment.remarks if view.indicator else view.assessment.comments).get(line.id, "")
    own = [text(comment, mark=COMMENTED)] if comment else []
    if isinstance(line, Indicator) and (said := _what_it_is(view, line)):
        own.insert(0, text(said, SOFT))
    then = former_comment(view).strip()
    former = [text(then, BEFORE, f"En {view.last.year}")] if then and view.last is not None else []
    thread = [
        Text(lines_of(said, width), OPEN if point.is_to_see and not rank else "")
        for point in sorted(view.points.get(line.id, ()), key=lambda point: point == view.to_answer)
        for rank, said in enumerate(sayings(view.grid, [point]))
    ]
    thread = thread[-max(rows - len(own) - len(former), 1) :]
    every = [*thread, *own, *former] if view.has_open(line.id) else [*own, *thread, *former]
    return (every or [text(NO_COMMENT, SOFT)])[:rows]


def _what_it_is(view: View, line: Indicator) -> str:
    """Return what an indicator is, where that changes what can be typed."""
    if not is_asked(line, view.assessment) and line.reserved_for is not None:
        return f"Réservé au {profile_name(line.reserved_for)}."
    return f"Pas de nombre ici{NBSP}: un commentaire." if line.is_heading else ""


def former_comment(view: View) -> str:
    """Return last time's comment of the line, as it was written."""
    if view.last is None:
        return ""
    texts = view.last.assessment.remarks if view.indicator else view.last.assessment.comments
    return texts.get(view.line.id, "")


def under_a_comment(view: View) -> str:
    """Return `En 2026 (F7 : reprendre) : Suivi fait par le service seul.`, below a comment being written."""
    said = " ".join(shown_text(former_comment(view)).split())
    return f"En {view.last.year} ({TO_TAKE}){NBSP}: {said}" if view.last is not None and said else ""


class LineDetail(GridPanel):
    """Keeps the same rows for each part, whatever is read; the scale and its landmarks are the last."""

    def on_click(self, event: events.Click) -> None:
        """Press the key that was clicked in the scale; elsewhere, write the comment of the line."""
        key, end = "", 0
        for text, style in self._lines[event.y]:
            key = text.lower() if style == KEY and end <= event.x else key
            end += cell_len(text)
        if key in NOTE_KEYS:
            self.screen.post_message(events.Key(key, key))
        elif not key:
            self.post_message(self.Pointed(self.view.place, writes=True))

    def paint(self, width: int, height: int) -> Sequence[Line]:
        view, shape = self.view, shape_of(self.view)
        if view.is_empty or view.form:
            return []
        rows, room = rows_of_page(view, shape), shape.width - shape.left - 1
        every = rows.label + rows.gap + rows.texts
        name = "" if view.indicator else line_number(view.grid, view.line.id, "")
        number, blank = f"  {name:>{shape.number}} ", " " * (shape.left - 2)
        label = at_most(wrap(shown(view.line.label), room), rows.label, room) if rows.label else []
        said: list[Line] = [
            (Piece(f"{blank if rank else number}  {line}", STRONG),) for rank, line in enumerate(label)
        ]
        said += [()] * rows.gap
        texts = texts_of(view, every - len(said), room)
        for rank, text in enumerate(texts):
            left = every - len(said)  # a short label leaves its rows to the texts
            for later in texts[rank + 1 :]:  # what waits for an answer is read before comments have a row
                left -= text.mark != OPEN or later.mark in {OPEN, ""}
            head = _margin(shape, blank if said else number, text.mark)
            margins = [head, *[Piece(" " * shape.left)] * len(text.lines)]
            said += [
                (margin, *line)
                for margin, line in zip(margins, _at_most(text.lines, left, room), strict=False)
            ]
        said += [()] * (every - len(said))
        if rows.rule:
            said.insert(0, (Piece("─" * width, "$filet"),))
        else:
            said = [_on_panel(line, width) for line in said]
        under = [self._landmarks(view, shape)] * rows.landmarks
        return [*said, *[()] * rows.air, self._scale(view, shape), *under]

    def _landmarks(self, view: View, shape: Shape) -> Line:
        """Return what the grid says of the notes of the line, in a line."""
        known = () if view.indicator else landmarks(view.grid.activities[view.line.id])
        room = shape.width - shape.left - 1
        (text,) = at_most(wrap("  ".join(map(shown, known)), room), 1, room) or ("",)
        return (Piece(" " * shape.left), Piece(text, SOFT))

    def _scale(self, view: View, shape: Shape) -> Line:
        """Return what the keys of notes do, in a line."""
        if view.indicator:
            takes = wants_number(view.grid.indicators[view.indicator], view.assessment)
            said = (Piece("0–9", KEY), Piece(f"{NBSP}le nombre", SOFT)) if takes else ()
            return (Piece(" " * shape.left), *said)
        before = shape.left if shape.width >= _SCALE_UNDER_LABELS else 1
        row = [Piece(" " * before)]
        for step in scale_words(view.grid, shape.width - before + 2):
            code = "N" if step.points is None else step.code
            row += [Piece(" · " * (len(row) > 1), SOFT), Piece(code, KEY)]
            row.append(Piece("" if code == step.word else f"{NBSP}{step.word}"))
        return tuple(row)


def _at_most(lines: Sequence[Line], rows: int, width: int) -> Sequence[Line]:
    """Return the first `rows` of these lines; an ellipsis behind a whole word stands for the rest."""
    if len(lines) <= rows or rows < 1:
        return lines[: max(rows, 0)]
    *head, (text, style) = lines[rows - 1]
    rest = " ".join([text, *("".join(each for each, _ in line) for line in lines[rows:])])
    cut = cut_at_a_word(rest, width - sum(cell_len(each) for each, _ in head))
    return [*lines[: rows - 1], (*head, Piece(cut.rstrip(), style))]


def _on_panel(line: Line, width: int) -> Line:
    """Return `line` on the ground of the bands, to the end of the row."""
    filled = (*line, Piece(" " * (width - sum(cell_len(text) for text, _ in line))))
    return tuple(Piece(text, f"{style} on $panel") for text, style in filled)


_SCALE_UNDER_LABELS: Final = 78
"""The columns from which the scale stands under the labels."""


def _margin(shape: Shape, number: str, mark: str) -> Piece:
    """Return what stands before a text: the number of the line, and the mark of the text or its year."""
    style = BEFORE if len(mark) > 1 else TO_SEE if mark == OPEN else SOFT
    return Piece(f"{number}{mark:<1} " if len(mark) < 2 else f"{mark:>{shape.left - 1}} ", style)


class CommentBox(Vertical):
    """Holds the comment being written, below its line; the page saves it."""

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

    def __init__(self, mark: Callable[[], None]) -> None:
        """Call `mark` at each edit, before it is painted."""
        super().__init__()
        self.editor: Final = FittingText("", "Votre commentaire", least=3)
        self.editor.mark = mark
        self._title = PlainStatic(id="commentaire-titre")
        self._state = PlainStatic(id="commentaire-etat")
        self._former = PlainStatic(id="commentaire-avant")
        self._before = ""
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
        self.key, self._before = key, former
        self.display = True
        self.editor.load(text)
        self._title.update(Content(title))
        self.on_resize()
        self.editor.focus()

    @property
    def _former_lines(self) -> list[str]:
        width = max(self.content_size.width, 1)
        return at_most(wrap(self._before, width), MOST_FORMER, width) if self._before else []

    def on_resize(self) -> None:
        """Give last time's comment its rows."""
        self._former.update(Content("\n".join(self._former_lines)))
        self._former.display = bool(self._before)
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
        self.key, self.display = None, False
