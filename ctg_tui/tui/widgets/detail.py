"""The zone below the table: the line under the cursor where the table cuts it, its texts, the scale.

And the box in which its comment is written, in its row of the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar, Final, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content

from ctg_tui.domain.grid import Indicator
from ctg_tui.domain.steps import is_asked, wants_number
from ctg_tui.tui.characters import shown, shown_text
from ctg_tui.tui.view import Shape, View, landmarks_of, rows_of_page, shape_of
from ctg_tui.tui.widgets.editor import FittingText
from ctg_tui.tui.widgets.strips import PlainStatic, clicked
from ctg_tui.tui.widgets.table import COMMENTED, FORMER, OPEN, SOFT, STRONG, GridPanel, at_most, wrapped
from ctg_tui.wording.french import NBSP, profile_name, thousands
from ctg_tui.wording.grid import sayings, scale_words
from ctg_tui.wording.lines import line_number
from ctg_tui.wording.thread import Saying

NO_COMMENT: Final = "Pas encore de commentaire."
TO_TAKE: Final = f"F7{NBSP}:{NBSP}reprendre"
"""Beside last time's comment, while one is written."""
SHORT: Final = 30
"""The rows of a window below which only the last word of the thread stands in the zone."""
MOST_FORMER: Final = 2
"""The rows of last time's comment below the one being written."""


class Text(NamedTuple):
    """A text of the line, behind its mark, its first `bold` characters in bold; `is_said`: of its thread."""

    text: str
    style: str = ""
    mark: str = ""
    is_said: bool = False
    bold: int = 0

    def lines(self, rows: int, width: int) -> list[Content]:
        """Return its screen lines, at most `rows` of them."""
        return at_most(wrapped(self.text, width, self.style, bold=self.bold), rows, width)


def texts_of(view: View, *, is_short: bool) -> list[Text]:
    """Return the texts of the current line in the order in which they are read, an open point first.

    `is_short`: of the thread, its last word only.
    """
    line = view.line
    comments = view.assessment.remarks if view.indicator else view.assessment.comments
    comment = shown_text(comments.get(line.id, ""))
    own = Text(comment, mark=COMMENTED) if comment else Text(NO_COMMENT, SOFT)
    thread = thread_of(view, is_short=is_short)
    texts = [own, *thread]
    if view.has_open(line.id):
        texts = [*thread, own] if comment else thread
    if isinstance(line, Indicator) and (said := _what_it_is(view, line)):
        texts.insert(0, Text(said, SOFT))
    if view.last is not None and (then := shown_text(former_comment(view)).strip()):
        texts.append(Text(then, FORMER, f"En {view.last.year}"))
    return texts


def thread_of(view: View, *, is_short: bool) -> list[Text]:
    """Return what was said of the current line, the oldest first; the point to answer is the last.

    An open point bears its mark. `is_short`: only the last word is there, that of the Caf where an answer is
    begun.
    """
    waiting, texts = view.to_answer, list[Text]()
    for point in sorted(view.points.get(view.line.id, ()), key=lambda point: point == waiting):
        is_begun = point.draft is not None and not point.draft.is_kept
        said = sayings(view.grid, [point._replace(draft=None) if is_short and is_begun else point])
        said = said[-1:] if is_short else said
        marks = [OPEN if point.is_to_see else "", *[""] * len(said)]
        texts += [_said(one, mark) for one, mark in zip(said, marks, strict=False)]
    return texts[-1:] if is_short else texts


def _said(said: Saying, mark: str) -> Text:
    bold = len(shown_text(said.who)) if said.is_caf else 0
    return Text(shown_text(said.whole), mark=mark, is_said=True, bold=bold)


def _what_it_is(view: View, line: Indicator) -> str:
    """Return what an indicator is, where that changes what can be typed."""
    if not is_asked(line, view.assessment) and line.reserved_for is not None:
        kept = view.assessment.numbers.get(line.id)
        also = "" if kept is None else f" Gardé{NBSP}: {thousands(kept)}."
        return f"Réservé au {profile_name(line.reserved_for)}.{also}"
    return f"Pas de nombre ici{NBSP}: un commentaire." if line.is_heading else ""


def former_comment(view: View) -> str:
    """Return last time's comment of the line, as it was written."""
    if view.last is None:
        return ""
    texts = view.last.assessment.remarks if view.indicator else view.last.assessment.comments
    return texts.get(view.line.id, "")


def under_a_comment(view: View) -> str:
    """Return `En 2026 (F7 : reprendre) : Suivi fait par le service seul.`, below a comment being written."""
    said = " ".join(shown_text(former_comment(view)).split("\n")).strip()
    return f"En {view.last.year} ({TO_TAKE}){NBSP}: {said}" if view.last is not None and said else ""


def _most_needed(texts: Sequence[Text], rows: int) -> Sequence[Text]:
    """Return at most `rows` texts: without what says that there is none, then without the earliest said."""
    if len(texts) > rows:
        texts = [text for text in texts if text.text != NO_COMMENT]
    said = [text for text in texts if text.is_said]
    earliest = said[: min(len(said) - 1, len(texts) - rows)] if len(texts) > rows else []
    return [text for text in texts if text not in earliest][:rows]


class LineDetail(GridPanel):
    """Keeps the same rows for each part, whatever is read; the scale is the last but the row of messages."""

    def paint(self, width: int, height: int) -> Sequence[Content]:
        return [*self._lines_of(self.view, width)]

    def _lines_of(self, view: View, width: int) -> Iterator[Content]:
        if view.is_empty or view.form:
            return
        shape = shape_of(view)
        rows = rows_of_page(view, shape)
        every, room = rows.label + rows.gap + rows.texts, shape.width - shape.left - 1
        number, blank = f"  {_number(view):>{shape.number}} ", " " * (shape.left - 2)
        said: list[Content] = []
        for line in at_most(wrapped(shown(view.line.label), room), rows.label, room) if rows.label else ():
            said.append(Content.styled(f"{blank if said else number}  {line.plain}", STRONG))
        said += [Content()] * rows.gap
        texts = _most_needed(texts_of(view, is_short=self.screen.size.height < SHORT), every - len(said))
        for rank, text in enumerate(texts):
            left = every - len(said) - (len(texts) - rank - 1)  # a short label leaves its rows to the texts
            for turn, line in enumerate(text.lines(left, room)):
                said.append(_margin(shape, blank if said else number, "" if turn else text.mark) + line)
        said += [Content()] * (every - len(said))
        if rows.rule:
            yield Content.styled("─" * width, "$filet")
        for line in said:
            whole = line.pad_right(max(width - line.cell_length, 0))
            yield clicked(whole if rows.rule else whole.stylize("on $panel"), "write_here")
        yield from [Content()] * rows.air
        yield self._scale(view, shape)
        under = "" if view.indicator else landmarks_of(view.grid.activities[view.line.id])
        for line in at_most(wrapped(under, room, "$doux"), rows.landmarks, room) if under else ():
            yield " " * shape.left + line

    def _scale(self, view: View, shape: Shape) -> Content:
        """Return what the keys of notes do, in a line."""
        if view.indicator:
            takes = wants_number(view.grid.indicators[view.indicator], view.assessment)
            said = [("0–9", _KEY), (f"{NBSP}le nombre", SOFT)] if takes else []
            return Content.assemble(" " * shape.left, *said)
        before = shape.left if shape.width >= _SCALE_UNDER_LABELS else 1
        steps = []
        for step in scale_words(view.grid, shape.width - before + 2):
            code = "N" if step.points is None else step.code
            text = Content.assemble((code, _KEY), "" if code == step.word else f"{NBSP}{step.word}")
            steps.append(clicked(text, "note", step.points))
        return " " * before + Content.styled(" · ", SOFT).join(steps)


_KEY: Final = "$accent bold"
_SCALE_UNDER_LABELS: Final = 78
"""The columns from which the scale stands under the labels."""


def _number(view: View) -> str:
    return "" if view.indicator else line_number(view.grid, view.line.id, "")


def _margin(shape: Shape, number: str, mark: str) -> Content:
    """Return what stands before a text: the number of the line, and the mark of the text or its year."""
    style = FORMER if len(mark) > 1 else "$warning" if mark == OPEN else SOFT
    text = f"{number}{mark:<1} " if len(mark) < 2 else f"{mark:>{shape.left - 1}} "
    return Content.styled(text, style)


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
    def _former_lines(self) -> list[Content]:
        width = max(self.content_size.width, 1)
        return at_most(wrapped(self._before, width), MOST_FORMER, width) if self._before else []

    def on_resize(self) -> None:
        """Give last time's comment its rows."""
        self._former.update(Content("\n").join(self._former_lines))
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
