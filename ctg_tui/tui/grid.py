"""The grid (*grille*): notes, comments and numbers, saved and shown at each key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Final
from unicodedata import name

from textual.containers import Horizontal
from textual.events import Key, Paste
from textual.widget import Widget

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Cell, Place, Rating, Said
from ctg_tui.domain.changes import Edit, Field, cells_to_show
from ctg_tui.domain.errors import NotSaved
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.steps import is_asked, next_blank, next_number
from ctg_tui.domain.text import clean, holds
from ctg_tui.domain.thread import order_in
from ctg_tui.services.editing import Session, next_cell
from ctg_tui.services.results import last_time_of
from ctg_tui.services.workspace import Workspace
from ctg_tui.tui.commands import Command, Destination, adapted, cmd, leave, undo_and_redo
from ctg_tui.tui.dialogs import LineSearch, ReadingScreen
from ctg_tui.tui.grid_view import View, at_end, moved, neighbour, place_at, place_of
from ctg_tui.tui.later import Autosave
from ctg_tui.tui.page import NOT_STORED, Page
from ctg_tui.tui.widgets.editor import CommentBox
from ctg_tui.tui.widgets.listing import SOFT, blank, row, words
from ctg_tui.tui.widgets.radar import RadarPanel
from ctg_tui.tui.widgets.table import GridTable
from ctg_tui.wording.french import NBSP, day, profile_name, wrap
from ctg_tui.wording.lines import MARK, basis, finished, line_number, more_lines
from ctg_tui.wording.results import explanation, figures, ways
from ctg_tui.wording.typed import UNSHIFTED, as_digits, parse_number


def _key(keys: str, sentence: str) -> Command:
    return Command("", "", "", sentence, shown_keys=keys)


_COMMANDS: Final = (
    cmd(
        *("grille.commentaire", "enter", "comment", "commenter", 0),
        "Commenter la ligne, ou répondre à la Caf",
    ),
    cmd("grille.date", "f6", "put_date", "la date", 4, "Mettre la date du jour", when="is_writing"),
    *undo_and_redo("grille", bar=None),
    cmd("grille.suivante", "f3", "next_blank", "vide", 5, "Prochaine case vide, puis nombre à donner"),
    cmd("grille.chercher", "f7", "search", "chercher", None, "Chercher une ligne par ses mots"),
    cmd(
        *("grille.reponses", "", "visit('ANSWERS')", "réponses", None),
        "Les points de la Caf et vos réponses",
        when="has_points",
    ),
    leave("grille", "Revenir : à la ligne, puis à l’accueil"),
    cmd("grille.pourquoi", "f8", "why", "calcul", None, "Voir d’où vient le pourcentage"),
)

_UNSHIFTED: Final = dict(zip(UNSHIFTED, Rating, strict=False))
NOTE_KEYS: Final[Mapping[str, Answer | None]] = {
    **{str(int(note)): note for note in Rating},
    **{key if key.isalpha() else name(key).lower().replace(" ", "_"): _UNSHIFTED[key] for key in _UNSHIFTED},
    "n": NOT_CONCERNED,
    "delete": None,
    "backspace": None,
}
"""The answer that each key gives, by Textual's names: digits, also without Shift on AZERTY; None clears."""
_NOTES: Final = f"0 1 2 3 ou {' '.join(_UNSHIFTED)}"

_FIXED_KEYS: Final = (
    _key(_NOTES, "Donner une note ; le curseur avance"),
    _key("N", "Non concerné (en Verr. Maj, N puis Échap)"),
    _key("Suppr", "Effacer la réponse"),
    _key("Toute autre lettre", "Commencer le commentaire par cette lettre"),
    _key("← ↑ ↓ →", "Changer de case"),
    _key("Tab, Maj+Tab", "Mission suivante, précédente"),
)
"""Keys that are not commands: shown in the help only."""

MOVES: Final[Mapping[str, Callable[[View], Place]]] = {
    "up": partial(moved, lines=-1),
    "down": partial(moved, lines=1),
    "left": partial(moved, columns=-1),
    "right": partial(moved, columns=1),
    "home": partial(at_end, last=False),
    "end": partial(at_end, last=True),
    **dict.fromkeys(("pageup", "shift+tab"), partial(neighbour, step=-1)),
    **dict.fromkeys(("pagedown", "tab"), partial(neighbour, step=1)),
}
"""Where each key leads from a view."""


_AFTER_THE_NOTE: Final = 0.02
"""Seconds from a note to what is shown around the table."""
_NOTED_AT_THE_END: Final = {"N", "NC"}
"""What is a note, where it is the whole of a comment that a letter began."""


class GridScreen(Page):
    """The table with what stands around it, every command on it, and the comment of a line."""

    KEY_COMMANDS = _COMMANDS
    STEP = 2
    TITLE_IN_HELP = "Grille"
    AUTO_FOCUS = "GridTable"
    DEFAULT_CSS = """
    GridScreen {
        Foot { margin-top: 0; }
        RadarPanel { display: none; width: 46; margin-top: 3; }
        &.-vaste RadarPanel { display: block; }
    }
    """
    BLANK = True  # the parts cover the screen: no background to paint with each of them

    def __init__(self, workspace: Workspace, session: Session | None, place: Place | None = None) -> None:
        super().__init__(workspace, session)
        opened = self.opened
        other = workspace.catalogue.variant_of(opened.grid)
        self.view = View(opened, place_at(opened.grid, place or opened.place), other)
        """What the page shows."""
        self._box, self._radar = CommentBox(self.refresh_head), RadarPanel()
        self.table = GridTable(self.view, self._box, self._go)
        self._grid = opened.grid
        self.is_around_asked = False
        """Whether what stands around the table is shown in a moment."""
        self._rest = Autosave(self, self._save_comment)
        self._former = ""
        """Last time's comment of the line whose comment is written, until F7 takes it up."""
        self._begun_after: str | None = None
        """The text before the character that began the comment being written, until it is stored."""
        self._key = ""
        """The last key pressed in the table."""
        self._came_from: Place | None = None
        """Where the cursor was before the comment of another line was opened: it goes back there."""

    def body(self) -> Iterable[Widget]:
        yield Horizontal(self.table, self._radar)

    def help_commands(self) -> tuple[Command, ...]:
        every = tuple(command for command in self.commands() if not command.shown_keys)
        return every if self.is_writing else (*_FIXED_KEYS, *every)

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available: only keys while a comment is written."""
        view, point = self.view, self.view.to_answer
        if self.is_writing:  # what leads elsewhere gives its place up
            others = ("visit('RESULTS')", "visit('SENDING')", "next_blank")
            words: dict[str, dict[str, object]] = {one: {"bar": None} for one in others}
            words["leave"] = {"label": "finir", "help": "Finir le commentaire", "bar": -1}
            if self._held in _NOTED_AT_THE_END and view.is_on_cell:
                words["leave"]["label"] = "noter NC"
            words["search"] = {"label": "reprendre", "help": "Reprendre le texte d’avant", "bar": 3}
            every = adapted(super().commands(), words, () if self._former else ("search",))
            return tuple(command for command in every if command.keys)
        if view.is_empty:
            words = {"comment": {"label": "les noter aussi"} if self._more_lines else {"bar": None}}
            return adapted(super().commands(), {**words, "next_blank": {"bar": None}}, ("why",))
        line = (view.to_comment.line if point is None else point.line) or ""
        number = line_number(view.grid, line, MARK) if line in view.grid.activities else ""
        if self.has_class("-etroit") and line == view.place.line:
            number = ""  # F2 would have no room
        words = {"comment": {"label": f"{'répondre' if point else 'commenter'} {number}".strip()}}
        if any(point.is_to_see and point.line for point in self.opened.points):
            said = "Prochain point de la Caf, puis case vide"
            words["next_blank"] = {"label": "point suivant", "help": said, "bar": 4}
        elif self._next() is None:
            words["next_blank"] = {"bar": None}
        return adapted(super().commands(), words)

    @property
    def has_points(self) -> bool:
        """Whether the Caf said something."""
        return bool(self.opened.points)

    @property
    def _more_lines(self) -> str:
        """What the variant of the grid has in the missions without a line; empty without any."""
        return more_lines(self.view.grid, self.view.other)

    def on_mount(self) -> None:
        self._read_last_time()

    def on_resize(self) -> None:
        if self.is_mounted:
            self._ask_around()

    def on_show_again(self) -> None:
        self._read_last_time()  # the line just noted stays it: a question may have stood between

    def _read_last_time(self) -> None:
        opened = self.opened
        before = self.read(lambda: last_time_of(self.workspace, opened.grid, opened.assessment), None)
        self.change(last=before if before is not None and before.asked else None)

    def on_screen_suspend(self) -> None:
        self._end_typing()
        super().on_screen_suspend()

    def flush(self) -> None:
        self._save_comment()
        self.opened.place = self.view.place
        with suppress(NotSaved):  # only a place is lost: the next note stores it too, and warns if it cannot
            self.opened.save_place()

    def may_go(self) -> bool:
        if self._held is not None:
            self._settle()
        return super().may_go()

    # what is shown

    def _ask_around(self) -> None:
        """Show what does not need to be seen with a note in a frame of its own, once for a burst of keys."""
        if not self.is_around_asked:
            self.is_around_asked = True
            self.set_timer(_AFTER_THE_NOTE, self._show_around)

    def _show_around(self) -> None:
        """Show the radar, the head line and the foot."""
        self.is_around_asked = False
        view = self.view
        if self.has_class("-vaste"):
            mission = view.grid.mission_of[view.cell.activity]
            years = view.years
            self._radar.show(figures(years, ways(years)[0], mission))
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
            self._ask_around()

    def take(self, place: Place | None = None, noted: Cell | None = None) -> None:
        """Show the session's present state, with the cursor at `place`; `noted` is the cell just noted."""
        self.change(place=place_at(self.opened.grid, place or self.view.place), typed=None, noted=noted)

    def _settle(self) -> bool:
        """Save and close the comment being typed; end the number being typed.

        Where « N » or « NC » is all that was typed, note NC in the cell where it was begun.
        Return False where the disk refuses a text, or that note: it stays in its editor, and the cursor too.
        """
        if self.is_writing:
            if not self._save_comment() or self._asks_now:
                return False
            self.opened.end_typing()
            begun = self.view._replace(place=self._came_from or self.view.place)
            if self._held in _NOTED_AT_THE_END and begun.is_on_cell:
                return self._note(begun.cell, NOT_CONCERNED)
            if self._held:
                self.show_message("Une lettre seule n’est pas gardée.")
            self._drop_comment()
        self._end_typing()
        return True

    def _end_typing(self) -> None:
        """End the number being typed."""
        if self.view.typed is not None:
            self.opened.end_typing()
            self.change(typed=None)

    # the cursor

    def _go(self, place: Place) -> None:
        """Put the cursor somewhere."""
        if self._settle():
            self.change(place=place)

    def action_next_blank(self) -> None:
        """Go to the next open point of the Caf, else to the next blank cell, else to the next number."""
        if not self._settle():
            return
        if (place := self._next()) is not None:
            self._go(place)
        else:
            self.show_message("Rien n’est vide. F5 : l’entretien.")

    def _next(self) -> Place | None:
        """Return the place that F3 leads to."""
        view, here = self.view, self.view.cell
        if (point := self._next_point()) is not None:
            return point
        if not view.is_on_cell:  # below the lines of its mission
            here = here._replace(policy=view.grid.policies[-1].id)
        if (target := next_blank(view.grid, view.assessment, here)) is not None:
            return place_of(view.grid, *target)
        number = next_number(view.grid, view.assessment, view.indicator or here.activity)
        return None if number is None else place_of(view.grid, number, view.policy)

    def _next_point(self) -> Place | None:
        """Return the place of the next point that waits elsewhere; after the last, of the first."""
        view, rank = self.view, order_in(self.view.grid)
        line, policy = view.indicator or view.cell.activity, None if view.indicator else view.policy
        waiting = [
            (rank(one.line, one.policy), place_at(view.grid, Place("", one.line, one.policy or view.policy)))
            for one in self.opened.points
            if one.is_to_see and one.line in view.grid.mission_of
            if one.line != line or one.policy not in {None, policy}
        ]
        later = [place for order, place in waiting if order > rank(line, policy)]
        return next(iter([*later, *(place for _, place in waiting)]), None)

    def action_search(self) -> None:
        """Offer every line, to be found by its words; in an open comment, take up last time's."""
        if self.is_writing:
            if self._former:
                self._box.add("\n" * bool(self._box.text) + self._former)
            self._former, self._box.former.display = "", False
        elif self._settle():
            self.app.push_screen(LineSearch(self.opened.grid, self.opened.assessment), self._found)

    def _found(self, activity: str | None) -> None:
        if activity is not None:
            self._go(place_of(self.view.grid, activity, self.view.policy))

    # what is typed in the table: a note acts at once, any other character begins the comment

    def on_key(self, event: Key) -> None:
        """Take a key pressed in the table, or beside it, without a search through the bindings."""
        key, view = event.key, self.view
        former, self._key = self._key, key
        if self.is_writing:
            return
        if key in NOTE_KEYS and view.is_on_cell:
            self._rate(NOTE_KEYS[key])
        elif key in NOTE_KEYS and NOTE_KEYS[key] is None:
            self._erase()
        elif key in MOVES:
            self._go(MOVES[key](view))
        elif event.is_printable and event.character:
            self._take_character(event.character, former)
        else:
            return
        event.stop()
        event.prevent_default()

    def _take_character(self, character: str, former: str) -> None:
        """Take a character that is no note here: a digit of a number, or the first of the comment.

        Behind the `former` key « n », which noted, « c » is the end of « nc ».
        """
        digit = as_digits(character)
        is_end_of_nc = self.view.noted is not None and former + character == "nc"
        if self.view.takes_number and digit.isascii() and digit.isdigit():
            self._count((self.view.typed or "") + digit)
        elif not character.isspace() and not is_end_of_nc:
            self._begin_comment(character)
            self._begun_after = self._box.text.removesuffix(character) if self.is_writing else None

    def take_typed(self, text: str) -> None:
        """Take what was typed at the question as it is taken without one: notes first, then a comment."""
        former = self._key
        for rank, character in enumerate(text):
            key = as_digits(character)
            if self.is_writing:
                self._box.editor.insert(text[rank:])
                return
            if self.view.is_on_cell and key in NOTE_KEYS:
                self._rate(NOTE_KEYS[key])
            else:
                self._take_character(character, former)
            former = key

    def _erase(self) -> None:
        """Take back the last digit of the indicator under the cursor."""
        typed = self.view.typed
        if typed is not None or self.opened.assessment.numbers.get(self.view.indicator) is not None:
            self._count((typed or "")[:-1])

    def _count(self, digits: str) -> None:
        """Give the indicator under the cursor the number typed: it is saved at once, as a note is."""
        try:
            number = parse_number(digits)
        except ValueError as error:
            self.show_message(str(error), warning=True)
            return
        if self.asks_first(lambda: self._count(digits), self._end_typing):
            return
        if self.save(lambda: self.opened.count(self.view.indicator, number)):
            self.change(typed=digits)

    def on_paste(self, event: Paste) -> None:
        """Begin the comment with a text pasted into the table."""
        if not self.is_writing:
            event.stop()
            self._begin_comment(event.text.strip())

    def action_comment(self) -> None:
        """Take the lines offered where a mission has none, answer a point, or write the comment."""
        if self.view.is_empty:
            self._take_lines()
        elif (point := self.view.to_answer) is not None:
            self.visit(Destination.ANSWER, place=point.key)
        else:
            self._write_comment()

    async def action_leave(self) -> None:
        was_writing = self.is_writing
        if self._settle() and not was_writing:
            self.leave()

    # answers

    def _rate(self, answer: Answer | None) -> None:
        """Answer the cell under the cursor, once what was being written is closed; None clears."""
        if self.asks_first(lambda: self._rate(answer)) or not self._settle():
            return
        if not self._note(self.view.cell, answer):
            self.change()

    def _note(self, cell: Cell, answer: Answer | None) -> bool:
        """Answer a cell, close the comment begun by its note, and go on; return whether it is stored."""
        session, former = self.opened, self.opened.scores
        grid = session.grid
        onward = None if answer is None else next_cell(grid, session.assessment, cell)
        place = place_of(grid, *(onward or cell))
        if not self.save(lambda: session.rate(cell, answer, place)):
            return False
        if self.is_writing:
            self._drop_comment()
        self.take(place, cell)
        mission = grid.mission_of[cell.activity]
        if former.mission(mission).blank and not session.scores.mission(mission).blank:
            self.show_message(finished(grid, session.assessment, session.scores, mission))
        return True

    # the lines of the variant

    def _take_lines(self) -> None:
        """Fill with the variant of the grid, which has lines in the missions without any."""
        session, grid, other = self.opened, self.view.grid, self.view.other
        if other is None or not self._more_lines:
            return
        if self.save(lambda: self.workspace.fill_with(session, other)):
            self.take()
            self._read_last_time()
            self.refresh_frame()
            self.show_message(f"{more_lines(grid, other)}, comptées à part. Ctrl+Z pour annuler.")

    def turn(
        self, word: str, nothing: str, following: Callable[[], Edit | None], turn: Callable[[], object]
    ) -> None:
        if self._settle():
            super().turn(word, nothing, following, turn)

    def on_turned(self, edit: Edit) -> None:
        said = {one.id: one for point in self.opened.points for one in point.rows}
        self.take(place_of_edit(edit, self.opened.grid, self.view.policy, said))
        if any(change.field is Field.GRID for change in edit.changes):
            self._read_last_time()
        self.refresh_frame()

    def action_why(self) -> None:
        """Show where the figure comes from, and whose lines it rests on."""
        if self._settle() and not self.view.is_empty and self.is_current:
            view = self.view
            title, *said = explanation(view.grid, view.session.scores, view.cell)
            rows = [row(None, words(clean(text, multiline=True)), blank) for text in said]
            self.app.push_screen(ReadingScreen(title, [*rows, row(None, words(basis(view.grid), SOFT))]))

    # the comment of the line

    @property
    def is_writing(self) -> bool:
        return self._box.key is not None

    @property
    def _held(self) -> str | None:
        """What a letter began and is not stored yet, since it may be a note: one character, or « NC »."""
        before, text = self._begun_after, self._box.text
        if before is None or not text.startswith(before):
            return None
        typed = text[len(before) :].strip()
        return typed if len(typed) <= 1 or typed == "NC" else None

    def _begin_comment(self, text: str) -> None:
        """Write the comment that Entrée writes, with `text` at its end."""
        if not text or self.view.is_empty or not self._settle():
            return
        self._write_comment()
        if self.is_writing:
            before = self._box.text
            self._box.add((" " if before and not before[-1].isspace() else "") + text)

    def _write_comment(self) -> None:
        """Write the comment of the line just noted, else of the line under the cursor, if it has one."""
        before, place = self.view.place, self.view.to_comment
        line, grid = place.line or "", self.view.grid
        if line in grid.indicators and not is_asked(counted := grid.indicators[line], self.opened.assessment):
            self.show_message(f"Cette ligne est réservée au {profile_name(counted.reserved_for or '')}.")
            return
        self._end_typing()
        elsewhere = {} if line == before.line else {"place": place}
        self._came_from = before if elsewhere else None
        text, former, last = self.view.comment(line), self.view.former_comment(line), self.view.last
        self._former = "" if last is None or holds(text, former) else former
        below = f"En {last.year} (F7{NBSP}: reprendre){NBSP}: {former}" if last and self._former else ""
        number = line_number(grid, line, MARK)
        of_line = f"de l’i{number[1:]}" if line in grid.indicators else f"de {number}"
        title = f"Commentaire {of_line}, part avec l’envoi"
        self._box.open(line, text, title, clean(below))
        self.change(**elsewhere, form=self._form)

    @property
    def _form(self) -> int:
        """The rows of the box: its title, the text and a row to go on, last time's text."""
        rows = len(wrap(self._box.text, self.table.box_width - 4))  # but its border, its edges, the cursor
        return min(rows + 2 + bool(self._former), max(self.size.height // 4, 5))

    def _save_comment(self) -> bool:
        """Save the typed text, if it is another and no note; return whether nothing is left to be stored."""
        key, text = self._box.key, self._box.text
        if key is None or text == self.view.comment(key) or self._held is not None:
            return True
        self._begun_after = None
        is_stored = self.save(lambda: self.opened.comment(key, text))
        if is_stored and self.is_open:
            self.change()
        return is_stored

    def _drop_comment(self) -> None:
        """Close the text being written, which stays as it is stored; the cursor goes back where it was."""
        self._begun_after = None
        self._rest.stop()
        self._box.close()
        before, self._came_from = self._came_from, None
        self.change(**({} if before is None else {"place": before}), form=0)
        self.table.focus()

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

    def on_text_area_changed(self) -> None:
        """Ask, where it has to be agreed to, as soon as the comment is another than the stored one."""
        self.refresh_frame()
        if self.is_writing:
            self._rest.typed()
            if self.view.form != self._form:
                self.change(form=self._form)
            if self._box.text != self.view.comment(self._box.key or ""):
                self.asks_first(lambda: None, self._drop_comment)


def place_of_edit(edit: Edit, grid: Grid, policy: str, said: Mapping[str, Said]) -> Place | None:
    """Return the place that shows an edit, None where the cursor stays; `policy` for a comment.

    `said` are the rows of the thread by id: those that an answer is about.
    """
    for cell in cells_to_show(edit):
        if cell.activity in grid.activities and cell.policy in grid.policies_by_id:
            return place_of(grid, *cell)
    for change in edit.changes:
        line, _, column = change.key.partition("/")
        if change.field is Field.SAID and (heard := said.get(change.key)) is not None:
            line, column = heard.line or "", heard.policy or ""
        elif change.field not in {Field.DRAFT, Field.COMMENT, Field.NUMBER}:
            continue
        if line in grid.mission_of:
            return place_at(grid, Place("", line, column or policy))
    return None
