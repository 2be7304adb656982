"""Réponses: every point of the Caf, a card each, the open ones first; and the form of the answer to one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from textual import events

from ctg_tui.domain.changes import Edit
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.text import clean
from ctg_tui.domain.thread import Point
from ctg_tui.services import forms
from ctg_tui.services.answers import CHOICE, WORDS, AnswerForm
from ctg_tui.services.editing import Session
from ctg_tui.services.workspace import Workspace
from ctg_tui.tui.characters import fit
from ctg_tui.tui.commands import Command, Destination, adapted, cmd, leave, undo_and_redo
from ctg_tui.tui.form_page import FormPage, form_commands
from ctg_tui.tui.page import COLUMN_CLASSES, ListPage
from ctg_tui.tui.widgets.editor import GrowingText
from ctg_tui.tui.widgets.fields import Choice
from ctg_tui.tui.widgets.listing import (
    PLAIN,
    READ,
    SOFT,
    Item,
    Line,
    Piece,
    accent,
    blank,
    row,
    section_title,
    sentence,
    soft,
    spread,
    strong,
)
from ctg_tui.tui.widgets.rows import Row
from ctg_tui.tui.widgets.table import OPEN, lines_of
from ctg_tui.wording.french import wrap
from ctg_tui.wording.thread import ALL_ANSWERED, BEGUN, STATES, all_said, place_of, to_answer

NOTHING_SAID: Final = typeset(
    "La Caf n’a encore rien répondu. Pour reprendre sa réponse : O depuis l’accueil."
)
_NOT_HERE: Final = "Cette ligne n’est pas dans votre grille."
_MOST_PLACE: Final = 18
_HIGH: Final = 30
"""The rows of a window from which the lines of the open points are whole."""
_BESIDE: Final = 4
"""The mark of a point and the columns that part its place from its words."""


def next_to_see(points: Sequence[Point], here: str | None) -> Point | None:
    """Return the next point to see after the one of key `here`; from the top again after the last."""
    start = next((rank for rank, point in enumerate(points, 1) if point.key == here), 0)
    return next((point for point in (*points[start:], *points[:start]) if point.is_to_see), None)


class AnswersScreen(ListPage):
    """After an answer that is kept, the cursor is on the next point to see."""

    TITLE_IN_HELP = "Réponses"
    KEY_COMMANDS = (
        cmd("reponses.repondre", "enter", "answer", "répondre", 1, "Répondre à ce point", when="has_points"),
        *undo_and_redo("reponses", bar=None),
        leave("reponses"),
    )

    DEFAULT_CSS = "AnswersScreen Listing { max-width: 130; }"

    def rows(self) -> Iterable[Item]:
        grid, points = self.opened.grid, self.opened.points
        if not points:
            yield sentence(NOTHING_SAID)
            return
        yield section_title(to_answer(points).capitalize() or ALL_ANSWERED)
        indent = min(max(len(clean(place_of(grid, point))) for point in points), _MOST_PLACE) + _BESIDE
        waiting = [point for point in points if point.is_to_see]
        yield from (self._card(point, indent) for point in waiting)
        if answered := [point for point in points if not point.is_to_see]:
            yield section_title("Déjà répondu")
            yield from (self._card(point, indent) for point in answered)

    def _card(self, point: Point, indent: int) -> Item:
        """Return the card of a point, its words from `indent` on; the line of an open one whole if high."""
        grid = self.opened.grid
        is_open, draft, line = point.is_to_see, point.draft, point.line
        state = BEGUN if draft is not None and not draft.is_kept else "" if is_open else STATES[point.state]
        place = fit(clean(place_of(grid, point)), indent - _BESIDE)
        known = line in grid.activities or line in grid.indicators
        label = clean(grid.lines[line].label) if line and known else "" if line is None else _NOT_HERE
        head = Piece(OPEN, "$warning") if is_open else accent("✓"), strong(f" {place}  ")

        def lines(width: int) -> Iterator[Line]:
            is_whole = is_open and self.size.height >= _HIGH
            first, *others = wrap(label, width - indent - len(state) - 2) if is_whole else [label]
            yield spread((*head, soft(first)), (soft(f" {state}"),), width)
            own, margin = PLAIN if is_open else SOFT, Piece(" " * indent)
            yield from ((margin, soft(other)) for other in others)
            for one in all_said(grid, [point], names_policy=False):
                for said in lines_of(one, width - indent, own):
                    yield (margin, *(Piece(text, style or READ) for text, style in said))

        return row(point.key, lambda width: [*lines(width)], blank)

    @property
    def has_points(self) -> bool:
        """Whether the Caf said something."""
        return bool(self.opened.points)

    def _point(self) -> Point | None:
        return next((point for point in self.opened.points if point.key == self.list.key), None)

    def action_answer(self) -> None:
        """Open the answer to the point under the cursor."""
        if (point := self._point()) is not None:
            self.visit(Destination.ANSWER, place=point.key)


class AnswerScreen(FormPage):
    """What was said in one point, and the answer: a choice, words. Left without Entrée, it stays begun."""

    TITLE_IN_HELP = "Réponse"
    KEY_COMMANDS = (
        cmd("reponse.garder", "enter", "keep", "répondre", 0, "Garder cette réponse", priority=True),
        *form_commands("reponse"),
    )
    DEFAULT_CSS = """
    AnswerScreen {
        Line:first-child .title { color: $primary; text-style: bold; }
        Line .label { width: 40; height: auto; }
        &.-moyen Line .label { width: 30; } &.-etroit Line .label { width: 20; }
        &.-normal, &.-haut { .title { margin-bottom: 1; } Row { margin-top: 1; } }
    }
    """

    def __init__(self, workspace: Workspace, session: Session | None, point: str) -> None:
        """Open the answer to the point that has the row `point`."""
        super().__init__(workspace, session)
        self._key = point
        self.form = self._answer = AnswerForm(self.opened, [point], begins=True)

    def fields(self) -> Iterable[forms.Row]:
        """Yield what was said, then the fields, which have the answer that the form says above them."""
        rows = self.form.rows()
        return [row for row in rows if not row.key.endswith(".reponse")]

    def commands(self) -> tuple[Command, ...]:
        leaves = "Laisser la réponse commencée : elle est gardée, elle n’est pas envoyée"
        is_wide = self.app.size.width >= COLUMN_CLASSES[1][0]
        choices = (row.field for row in self.rows if isinstance(row.field, Choice))
        chosen = next((one.label for each in choices for one in each.options if one.key in each.chosen), "")
        answer = f" « {chosen.partition(',')[0]} »" if chosen and is_wide else ""
        words: dict[str, dict[str, object]] = {
            "leave": {"label": "plus tard", "help": leaves},
            "keep": {"label": f"répondre{answer}"},
            "next_step": {"bar": 9},
            "undo": {"bar": None},
        }
        return adapted(super().commands(), words)

    def asks_first(self, again: object, otherwise: object = None) -> bool:
        """Ask nothing: an answer changes no file that was made."""
        return False

    def _take_typed(self, row: object) -> None:
        """Save what is chosen too at the next rest: Entrée keeps it all as one edit."""
        self._rest.typed()

    def on_key(self, event: events.Key) -> None:
        """Begin the words with a character typed on the choices."""
        if event.is_printable and event.character not in {None, " "}:
            self._begin(event, event.character or "")

    def on_paste(self, event: events.Paste) -> None:
        """Take a text pasted on the choices as one's words."""
        self._begin(event, event.text)

    def _begin(self, event: events.Event, text: str) -> None:
        words = self._row_of(WORDS).field
        if isinstance(self.focused, Choice) and isinstance(words, GrowingText):
            event.stop()
            self.set_focus(words)
            words.call_later(words.insert, text)  # after its focus, which would part it from what follows

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Let the blur of the choices, which comes behind the first letter of the words, not part them."""
        is_typed = any(row.is_unsaved for row in self.rows if isinstance(row.field, GrowingText))
        if is_typed and isinstance(event.widget, Choice):
            event.prevent_default()

    def _row_of(self, part: str) -> Row:
        return next(row for row in self.rows if row.key.endswith(f".{part}"))

    def action_keep(self) -> None:
        """Keep the answer, and go back; on the list, to the next point to see."""
        choice, words = self._row_of(CHOICE).typed, self._row_of(WORDS).text
        if self.save(lambda: self._answer.keep(str(choice), words)):
            self.show_fields(turned=True)
            following = next_to_see(self.opened.points, self._key)
            self._key = following.key if following else self._key
            self.leave()

    def leave(self) -> None:
        """Go back; on the list, to this point."""
        super().leave()
        if isinstance(below := self.app.screen, AnswersScreen):
            below.list.select(self._key)

    def on_turned(self, edit: Edit) -> None:
        super().on_turned(edit)
        if not self._answer.points:  # the file that brought it was taken back
            self.leave()
