"""The texts on the lines of the grid: comments, last time's; their search."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from textual.containers import Horizontal
from textual.widget import Widget

from ctg_tui.chart.figures import FEWEST_MISSIONS, By, figures
from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Assessment, Cell, Place
from ctg_tui.domain.errors import NotSaved
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.steps import is_asked
from ctg_tui.domain.text import fold, holds
from ctg_tui.services.editing import Session
from ctg_tui.services.workspace import Workspace
from ctg_tui.tui.characters import shown_text
from ctg_tui.tui.dialogs import Chooser
from ctg_tui.tui.later import Autosave, Soon
from ctg_tui.tui.page import NOT_STORED, Page
from ctg_tui.tui.view import View, place_at
from ctg_tui.tui.widgets.editor import CommentBox
from ctg_tui.tui.widgets.listing import Item, Piece, ends, row, soft
from ctg_tui.tui.widgets.radar import RadarPanel
from ctg_tui.tui.widgets.table import GridTable
from ctg_tui.wording.french import NBSP, day, profile_name
from ctg_tui.wording.lines import MARK, SearchedLine, found_lines, line_number

_HIGH, _FORM = 30, (5, 7)
"""The rows of the box of a comment, in a page that is low and in one of so many rows."""


class LineSearch(Chooser):
    """Returns the id of the line chosen, None when it is closed."""

    KEYS = (Chooser.KEYS[0], Chooser.KEYS[1]._replace(label="aller à la ligne"), *Chooser.KEYS[2:])

    def __init__(self, grid: Grid, assessment: Assessment) -> None:
        super().__init__("Chercher une ligne", ())
        self._grid, self._assessment = grid, assessment

    def _matching(self, typed: str) -> list[Item]:
        found = found_lines(self._grid, self._assessment, typed)
        return [_item(line, typed) for line in found] or super()._matching(typed)


def _item(line: SearchedLine, typed: str) -> Item:
    """Return a line found, on one row; below it its notes and comment, where it was found by them."""
    is_named = all(word in fold(f"{line.number} {line.label}") for word in fold(typed).split())
    aside = [] if is_named else [ends((Piece(" " * 6), soft(line.aside)))]
    return row(line.id, ends((soft(f"{line.number:<6}"), Piece(line.label))), *aside)


class GridTexts(Page):
    """The part of the grid page that shows its view and writes texts; the other one moves and notes."""

    def __init__(self, workspace: Workspace, session: Session | None, place: Place | None = None) -> None:
        super().__init__(workspace, session)
        opened = self.opened
        other = workspace.catalogue.variant_of(opened.grid)
        self.view = View(opened, place_at(opened.grid, place or opened.place), other)
        """What the page shows."""
        self._box, self._radar = CommentBox(self.refresh_head), RadarPanel()
        self.table = GridTable(self.view, self._box)
        self._grid = opened.grid
        self.around = Soon(self, self._show_around)
        self._rest = Autosave(self, self._save_comment)
        self._begun_after: str | None = None
        """The text before the character that began the comment being written, until it is stored."""
        self._came_from: Place | None = None
        """Where the cursor was before the comment of another line was opened: it goes back there."""

    def body(self) -> Iterable[Widget]:
        yield Horizontal(self.table, self._radar)

    def _show_around(self) -> None:
        """Show what does not need to be seen with a note: the radar, head line and foot."""
        view = self.view
        if self.has_class("-vaste"):
            mission = view.grid.mission_of[view.cell.activity]
            by = By.MISSION if len(view.grid.noted_missions) >= FEWEST_MISSIONS else By.LINE
            content = figures(view.grid, view.assessment, view.last, by=by, mission=mission)
            self._radar.show(content)
        self.refresh_frame()

    def change(self, **changes: Any) -> None:
        """Replace fields of the view, and show it with the session's present state."""
        if self._grid is not self.opened.grid:
            self._grid = self.opened.grid
            other = self.workspace.catalogue.variant_of(self._grid)
            changes = {"place": place_at(self._grid, self.view.place), **changes, "other": other}
        if "place" in changes:
            changes = {"noted": None, **changes}
        self.view = self.view._replace(**changes)
        if self.is_running:
            self.table.show(self.view)
            self.around.ask()

    def take(self, place: Place | None = None, noted: Cell | None = None) -> None:
        """Show the session's present state, with the cursor at `place`; `noted` is the cell just noted."""
        self.change(place=place_at(self.opened.grid, place or self.view.place), typed=None, noted=noted)

    def save_place(self) -> None:
        """Store the place of the cursor, if it moved."""
        try:
            self.opened.move(self.view.place)
            self.opened.save_place()
        except NotSaved:
            return  # only a place is lost: the next note stores it too, and warns if it cannot

    def _settle(self) -> bool:
        """Save and close the comment being typed; end the number being typed.

        Return False where the disk refuses a text: it stays in its editor, and the cursor with it.
        """
        if not self._close_comment():
            return False
        self._end_typing()
        return True

    def _end_typing(self) -> None:
        """End the number being typed."""
        if self.view.typed is not None:
            self.opened.end_typing()
            self.change(typed=None)

    # the comment of the line

    @property
    def is_writing(self) -> bool:
        return self._box.key is not None

    @property
    def _held(self) -> str | None:
        """What a person typed of a comment that is not stored yet, since it may be a note; else None.

        One character, or « NC » typed with Caps Lock.
        """
        before = self._begun_after
        if before is None or not self._box.text.startswith(before):
            return None
        typed = self._box.text[len(before) :].strip()
        return typed if len(typed) <= 1 or typed == "NC" else None

    def _begin_comment(self, text: str, *, is_typed: bool = False) -> None:
        """Write the comment that Entrée writes, with `text` at its end."""
        if not text or self.view.is_empty or not self._settle():
            return
        self._write_comment()
        if self.is_writing:
            before = self._box.text
            space = " " if before and not before[-1].isspace() else ""
            if is_typed:
                self._begun_after = before + space
            self._box.add(space + text)

    def _write_comment(self) -> None:
        """Write the comment of the line just noted, else of the line under the cursor, if it has one."""
        before, place = self.view.place, self.view.to_comment
        line, grid = place.line or "", self.view.grid
        if line in grid.indicators and not is_asked(counted := grid.indicators[line], self.opened.assessment):
            kept_for = profile_name(counted.reserved_for) if counted.reserved_for else ""
            self.show_message(f"Cette ligne est réservée au {kept_for}.")
            return
        self._end_typing()
        elsewhere = {} if line == before.line else {"place": place}
        self._came_from = before if elsewhere else None
        title = f"Commentaire de {line_number(grid, line, MARK)}, part avec l’envoi"
        former, last = " ".join(shown_text(self.view.former_comment(line)).split()), self.view.last
        if former and last is not None:
            former = f"En {last.year} (F7{NBSP}:{NBSP}reprendre){NBSP}: {former}"
        self._box.open(line, self.view.comment(line), title, former)
        self._box.former.display = self._may_take_former
        self.change(**elsewhere, form=_FORM[self.size.height >= _HIGH])

    def _save_comment(self) -> bool:
        """Save the typed text, if it is another and no note; return whether nothing is left to be stored."""
        key, text = self._box.key, self._box.text
        if key is None or text == self.view.comment(key) or self._held is not None:
            return True
        self._begun_after = None

        def write() -> None:
            if key in self.opened.grid.indicators:
                self.opened.remark(key, text)
            else:
                self.opened.comment(key, text)

        is_stored = self.save(write)
        if is_stored and self.is_open:
            self.change()
        return is_stored

    def _close_comment(self) -> bool:
        """Close the text being written, if any, with all its letters saved; return whether it is closed.

        Where « N » or « NC » is all that was typed, note NC in the cell where the cursor was. What the disk
        refuses stays in the editor.
        """
        if self.is_writing:
            if not self._save_comment() or self._asks_now:
                return False
            is_note = self._held in {"N", "NC"} and self.view.is_on_cell
            self.opened.end_typing()
            self._drop_comment()
            if is_note:
                self._rate(NOT_CONCERNED)
        return True

    def _rate(self, answer: Answer | None) -> None:
        """Note the cell under the cursor."""
        raise NotImplementedError

    @property
    def is_unsaved(self) -> bool:
        key = self._box.key
        return key is not None and self._box.text != self.view.comment(key) and not self.is_example

    def not_stored(self) -> tuple[str, str]:
        return (NOT_STORED, self._box.text) if self.is_unsaved else ("", "")

    def action_put_date(self) -> None:
        """Put today's date where the cursor of the open text stands."""
        if self.is_writing:
            editor = self._box.editor
            row, column = min(editor.selection)
            before = editor.document.get_line(row)[:column][-1:]
            space = "" if before in {"", " ", "(", "«", NBSP} else " "
            editor.replace(f"{space}{day(self.workspace.today())}", *editor.selection)

    @property
    def _may_take_former(self) -> bool:
        """Whether F7 takes up last time's comment: there is one, which the one being written lacks."""
        former = self.view.former_comment(self._box.key or "")
        return bool(former) and not holds(self._box.text, former)

    def on_text_area_changed(self) -> None:
        """Ask, where it has to be agreed to, as soon as the comment is another than the stored one."""
        self.refresh_frame()
        key = self._box.key
        if key is not None:
            self._box.former.display = self._may_take_former
            self._rest.typed()
            if self._box.text != self.view.comment(key):
                self.asks_first(lambda: None, self._drop_comment)

    def _drop_comment(self) -> None:
        """Close the text being written, which stays as it is stored; the cursor goes back where it was."""
        self._begun_after = None
        self._rest.stop()
        self._box.close()
        before, self._came_from = self._came_from, None
        self.change(**({} if before is None else {"place": before}), form=0)
        self.table.focus()

    @property
    def has_points(self) -> bool:
        """Whether the Caf said something."""
        return bool(self.opened.points)
