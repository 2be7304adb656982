"""The grid (*grille*): notes, comments and numbers, saved and shown at each key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final
from unicodedata import name

from textual.events import Key, Paste, Resize

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Place, Rating, Said
from ctg_tui.domain.changes import Edit, Field, cells_to_show
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.steps import next_blank, next_number, wants_number
from ctg_tui.domain.thread import order_in
from ctg_tui.services.editing import next_cell
from ctg_tui.services.results import last_time_of
from ctg_tui.tui.characters import shown_text
from ctg_tui.tui.commands import Command, Destination, adapted, cmd, leave, undo_and_redo
from ctg_tui.tui.dialogs import ReadingScreen
from ctg_tui.tui.grid.texts import GridTexts, LineSearch
from ctg_tui.tui.view import View, at_end, moved, neighbour, place_at, place_of
from ctg_tui.tui.widgets.listing import SOFT, blank, row, words
from ctg_tui.tui.widgets.table import GridTable
from ctg_tui.wording.lines import MARK, basis, finished, line_number, more_lines
from ctg_tui.wording.results import explanation
from ctg_tui.wording.typed import UNSHIFTED, as_digits, parse_number

_FILL, _READ, _GO = "Répondre", "Comprendre", "Aller"

_COMMANDS: Final = (
    cmd(
        *("grille.commentaire", "enter", "comment", "commenter", 0),
        "Commenter la ligne, ou répondre à la Caf",
        group=_FILL,
    ),
    cmd(
        *("grille.date", "f6", "put_date", "la date", 4),
        "Mettre la date d’aujourd’hui dans le commentaire",
        group=_FILL,
        when="is_writing",
    ),
    cmd(
        *("grille.suivante", "f3", "next_blank", "vide", 5),
        "Prochaine case vide, puis nombre à donner",
        group=_GO,
    ),
    *(command._replace(group=_FILL, bar=None) for command in undo_and_redo("grille", bar=40)),
    cmd(
        *("grille.chercher", "f7", "search", "chercher", None),
        "Chercher une ligne par ses mots",
        group=_GO,
    ),
    cmd(*("grille.pourquoi", "f8", "why", "calcul", None), "Voir d’où vient le pourcentage", group=_READ),
    cmd(
        *("grille.reponses", "", "", "réponses", None),
        "Les points de la Caf et vos réponses",
        group=_GO,
        goes_to=Destination.ANSWERS,
        when="has_points",
    ),
    leave("grille", "Revenir : à la ligne, puis à l’accueil")._replace(group=_GO),
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
    Command("", "", "", "Donner une note ; le curseur avance", shown_keys=_NOTES, group=_FILL),
    Command("", "", "", "Non concerné", shown_keys="N", group=_FILL),
    Command("", "", "", "Effacer la réponse", shown_keys="Suppr", group=_FILL),
    Command(
        "", "", "", "Commencer le commentaire par cette lettre", shown_keys="Toute autre lettre", group=_FILL
    ),
    Command("", "", "", "Changer de case", shown_keys="← ↑ ↓ →", group=_GO),
    Command("", "", "", "Mission suivante, précédente", shown_keys="Tab, Maj+Tab", group=_GO),
    Command("", "", "", "Première, dernière ligne de la mission", shown_keys="Début, Fin", group=_GO),
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


class GridScreen(GridTexts):
    """The table with what stands around it, and every command on it."""

    KEY_COMMANDS = _COMMANDS
    STEP = 2
    TITLE_IN_HELP = "Grille"
    AUTO_FOCUS = "GridTable"
    DEFAULT_CSS = """
    GridScreen {
        Foot { margin-top: 0; }
        RadarPanel { display: none; width: 44; margin-top: 3; }
        &.-vaste RadarPanel { display: block; }
    }
    """
    BLANK = True  # the parts cover the screen: no background to paint with each of them

    def help_commands(self) -> tuple[Command, ...]:
        every = tuple(command for command in self.commands() if not command.shown_keys)
        return every if self.is_writing else (*_FIXED_KEYS, *every)

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available: only keys while a comment is written."""
        view, point = self.view, self.view.to_answer
        line = (view.to_comment.line if point is None else point.line) or ""
        number = line_number(view.grid, line, MARK) if line in view.grid.activities else ""
        name = "répondre" if point else "commenter"
        words: dict[str, dict[str, object]] = {"comment": {"label": f"{name} {number}".strip()}}
        without: frozenset[str] = frozenset()
        if point is not None:
            words["comment"]["help"] = "Répondre au point de la Caf sur cette ligne"
        if any(point.is_to_see and point.line for point in self.opened.points):
            said = "Prochain point de la Caf, puis case vide"
            words["next_blank"] = {"label": "point suivant", "help": said, "bar": 4}
        elif view.is_empty or self.is_writing:
            words["next_blank"] = {"bar": None}
        if view.is_empty:
            words["comment"] = {"label": "les noter aussi"} if self._more_lines else {"bar": None}
            without = frozenset({"why"})
        if self.is_writing:  # what leads elsewhere gives its place up
            words |= {action: {"bar": None} for action in ("", "next_blank", "why", "undo")}
            words["leave"] = {"label": "finir", "help": "Finir le commentaire", "bar": -1}
            if self._may_take_former:
                said = "Reprendre le commentaire de la dernière fois"
                words["search"] = {"label": "reprendre", "help": said, "bar": 3}
            else:
                without = frozenset({"search"})
        every = adapted(super().commands(), words, without)
        return tuple(command for command in every if command.keys) if self.is_writing else every

    @property
    def _takes_number(self) -> bool:
        """Whether digits give the indicator under the cursor its number."""
        return wants_number(self.view.grid.indicators[self.view.indicator], self.opened.assessment)

    @property
    def _more_lines(self) -> str:
        """What the variant of the grid has in the missions without a line; empty without any."""
        return more_lines(self.view.grid, self.view.other)

    def on_mount(self) -> None:
        self._read_last_time()

    def on_resize(self, event: Resize) -> None:
        if self.is_mounted:
            self.refresh_frame()

    def on_show_again(self) -> None:
        self.change()  # the line just noted stays it: a question may have stood between
        self._read_last_time()

    def _read_last_time(self) -> None:
        opened = self.opened
        before = self.read(lambda: last_time_of(self.workspace, opened.grid, opened.assessment), None)
        self.change(before=before)

    def on_screen_suspend(self) -> None:
        self._end_typing()
        super().on_screen_suspend()

    def flush(self) -> None:
        if self.is_open and self._held is not None:
            self._close_comment()
        self._save_comment()
        if self.view.place != self.opened.place:
            self.save_place()

    # the cursor

    def _go(self, place: Place) -> None:
        """Put the cursor somewhere."""
        if self._settle():
            self.change(place=place)

    def on_grid_table_pointed(self, message: GridTable.Pointed) -> None:
        message.stop()
        self._go(message.place)

    def on_mouse_scroll_down(self) -> None:
        if not self.is_writing:
            self._go(MOVES["down"](self.view))

    def on_mouse_scroll_up(self) -> None:
        if not self.is_writing:
            self._go(MOVES["up"](self.view))

    def action_next_blank(self) -> None:
        """Go to the next open point of the Caf, else to the next blank cell, else to the next number."""
        if not self._settle():
            return
        if (place := self._next_point()) is not None:
            self._go(place)
            return
        view, here = self.view, self.view.cell
        if not view.is_on_cell:  # below the lines of its mission
            here = here._replace(policy=view.grid.policies[-1].id)
        target = next_blank(view.grid, view.assessment, here)
        number = next_number(view.grid, view.assessment, view.indicator or here.activity)
        if target is not None:
            self._go(place_of(view.grid, *target))
        elif number is not None:
            self._go(place_of(view.grid, number, view.policy))
        else:
            self.show_message("Rien n’est vide. F5 : l’entretien.")

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
        """Offer every line, to be found by its words, its comment or its notes.

        In an open comment, take up last time's.
        """
        if self.is_writing:
            if self._may_take_former:
                self._box.add("\n" * bool(self._box.text) + self.view.former_comment(self._box.key or ""))
            return
        if not self._settle():
            return
        self.app.push_screen(LineSearch(self.opened.grid, self.opened.assessment), self._found)

    def _found(self, activity: str | None) -> None:
        if activity is not None:
            self._go(place_of(self.view.grid, activity, self.view.policy))

    # what is typed in the table: a note acts at once, any other character begins the comment

    _key = ""
    """The last key pressed in the table."""

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
        if self.view.indicator and self._takes_number and digit.isascii() and digit.isdigit():
            self._count((self.view.typed or "") + digit)
        elif not character.isspace() and not is_end_of_nc:
            self._begin_comment(character, is_typed=True)

    def take_typed(self, text: str) -> None:
        """Take what was typed at the question: as notes, as digits of a number, else as a comment."""
        keys, view = as_digits(text), self.view
        if self.is_writing:
            super().take_typed(text)
        elif view.is_on_cell and all(key in NOTE_KEYS for key in keys):
            for key in keys:
                self._rate(NOTE_KEYS[key])
        elif view.indicator and self._takes_number and keys.isdigit():
            self._count((view.typed or "") + keys)
        else:
            self._begin_comment(text)

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
        elif self.is_writing:
            self._close_comment()
        elif (point := self.view.to_answer) is not None:
            self.visit(Destination.ANSWER, place=point.key)
        else:
            self._write_comment()

    async def action_leave(self) -> None:
        if self.is_writing:
            self._close_comment()
        else:
            self._end_typing()
            self.leave()

    # answers

    def _rate(self, answer: Answer | None) -> None:
        """Note the cell, once what was being written is closed."""
        if self.asks_first(lambda: self._rate(answer)):
            return
        if self._settle():
            self._answer(answer)

    def _answer(self, answer: Answer | None) -> None:
        """Answer the cell under the cursor; None clears."""
        session, cell, former = self.opened, self.view.cell, self.opened.scores
        grid = session.grid
        onward = None if answer is None else next_cell(grid, session.assessment, cell)
        place = place_of(grid, *(onward or cell))
        if not self.save(lambda: session.rate(cell, answer, place)):
            self.change()
            return
        self.take(place, cell)
        mission = grid.mission_of[cell.activity]
        if former.mission(mission).blank and not session.scores.mission(mission).blank:
            self.show_message(finished(grid, session.assessment, session.scores, mission))

    # the lines of the variant

    def _take_lines(self) -> None:
        """Fill with the variant of the grid, which has lines in the missions without any."""
        self._end_typing()
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
        if not self._settle():
            return
        super().turn(word, nothing, following, turn)

    def on_turned(self, edit: Edit) -> None:
        said = {one.id: one for point in self.opened.points for one in point.rows}
        self.take(place_of_edit(edit, self.opened.grid, self.view.policy, said))
        if any(change.field is Field.GRID for change in edit.changes):
            self._read_last_time()
        self.refresh_frame()

    # details of the line, and elsewhere

    def action_why(self) -> None:
        """Show where the figure comes from, and whose lines it rests on."""
        if self._settle() and not self.view.is_empty and self.is_current:
            view = self.view
            title, *said = explanation(view.grid, view.session.scores, view.cell)
            rows = [row(None, words(shown_text(text)), blank) for text in said]
            self.app.push_screen(ReadingScreen(title, [*rows, row(None, words(basis(view.grid), SOFT))]))


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
        elif change.field not in {Field.DRAFT, Field.COMMENT, Field.NUMBER, Field.REMARK}:
            continue
        if line in grid.mission_of:
            return place_at(grid, Place("", line, column or policy))
    return None
