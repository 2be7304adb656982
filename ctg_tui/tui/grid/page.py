"""The grid (*grille*): notes, comments and numbers, saved and shown at each key."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, cast

from textual.events import Paste, Resize
from textual.widget import Widget

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Cell, Place
from ctg_tui.domain.changes import Edit
from ctg_tui.domain.edits import column_cells
from ctg_tui.domain.grid import Portion
from ctg_tui.domain.scores import Scores
from ctg_tui.domain.steps import next_blank, next_number, wants_number
from ctg_tui.tui.commands import Command, adapted
from ctg_tui.tui.grid.commands import (
    GRID_COMMANDS,
    INSTEAD,
    NUMBER_KEYS,
    OF_LINES,
    asked,
    available,
    fixed_keys,
    scale_keys,
)
from ctg_tui.tui.grid.layout import spot_of
from ctg_tui.tui.grid.texts import GridTexts, LineSearch
from ctg_tui.tui.key_gate import GatedApp
from ctg_tui.tui.later import delays_of
from ctg_tui.tui.settings import Keyboard
from ctg_tui.tui.steps import StepsHead
from ctg_tui.tui.view import (
    ROOMY,
    DetailMode,
    Direction,
    Kind,
    Spot,
    Typed,
    View,
    at_end,
    at_mission,
    following,
    moved,
    neighbour,
    on_indicator,
    place_of,
    spot_at,
)
from ctg_tui.tui.widgets.detail import LineDetail
from ctg_tui.tui.widgets.figures import Gauges, MissionTabs
from ctg_tui.tui.widgets.frame import ToastApp
from ctg_tui.tui.widgets.table import ActivityTable
from ctg_tui.wording.french import NARROW, NBSP, count
from ctg_tui.wording.grid import (
    closed_doors,
    closing,
    column_turned,
    door_words,
    doors_turned,
    finished,
    scale_words,
    turning_column,
    turning_door,
)
from ctg_tui.wording.results import (
    explanation,
)
from ctg_tui.wording.typed import as_digits, parse_number

if TYPE_CHECKING:
    from ctg_tui.domain.changes import JournalEntry


_NOT_PASTED: Final = "Rien n’a été collé. Pour coller dans le commentaire : Entrée, puis collez."
_ASKED_WORDS: Final = {
    Kind.ASKED: ("oui", "non"),
    Kind.NOTHING: ("d’accord", "fermer"),
}
"""What the foot says of Entrée and Échap while keys that are no note wait for one of them."""
_ANSWERING: Final = frozenset({"comment", "leave", "help"})
"""The actions at the foot meanwhile: a note would not be an answer."""


def _messages(app: object) -> list[str]:
    """Return the messages on the screen, each on one line."""
    return [one.message.replace("\n", " ") for one in cast(ToastApp, app).notifications]


class GridScreen(GridTexts):
    """The table with what stands around it, and every command on it."""

    KEY_COMMANDS = GRID_COMMANDS
    STEP = 2
    TITLE_IN_HELP = "Grille"
    AUTO_FOCUS = "ActivityTable"
    BLANK = True  # the panels cover the screen: no background to paint with each of them

    _to_say_saved: Callable[[], object] | None = None
    """Called once all is saved: the message that hides it says it then."""

    def body(self) -> Iterable[Widget]:
        yield from (*self._top_panels, self._below)

    def help_commands(self) -> tuple[Command, ...]:
        every = tuple(command for command in self.commands() if not command.shown_keys)
        return every if self.is_writing else (*fixed_keys(self._keyboard, self.opened), *every)

    def use_keyboard(self, keyboard: Keyboard) -> None:
        self._keyboard = keyboard
        self.table.use(keyboard)

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available: only keys while a comment is written, no answers once final."""
        scale = scale_keys(self.view.grid, is_roomy=self.app.size.width >= ROOMY)
        every = available((*scale, *super().commands()), self.opened, self._review)
        if self.view.scores.whole.blank or self._review.has_open:  # where to go next, before the results
            every = adapted(every, {"next_blank": {"bar": 6}})
        elif self._is_all_given:
            every = adapted(every, {"next_blank": {"bar": None}})
        if self.view.indicator:
            number = (NUMBER_KEYS,) if self._takes_number else ()
            every = (*number, *(one for one in every if one not in scale and one.action != "whole_line"))
        if self.view.door:
            every = tuple(one for one in every if one not in scale and one.action not in OF_LINES)
            word = "lire" if self.opened.is_read_only else "utiliser ces lignes"
            every = tuple(one._replace(label=word) if one.action == "comment" else one for one in every)
        if self.view.typed is not None and self.view.has_slipped:
            yes, no = _ASKED_WORDS.get(self.view.typed.kind, ("commenter", "laisser"))
            others = (one._replace(bar=None) for one in every if one.action not in _ANSWERING)
            asked_only = adapted(every, {"comment": {"label": yes, "bar": 1}, "leave": {"label": no}})
            return (*(one for one in asked_only if one.action in _ANSWERING), *others)
        if self.view.aside is not DetailMode.LINE and not self.is_writing:
            return adapted(every, {"leave": {"label": "fermer"}})
        if not self.is_writing:
            return every
        keys = tuple(command for command in every if command.keys)
        return adapted(keys, {"leave": {"label": "finir", "help": "Finir le commentaire"}})

    @property
    def _is_all_given(self) -> bool:
        """Whether no cell is blank, and no number to be given."""
        grid, assessment, here = self.view.grid, self.view.assessment, self.view.cell
        blank = next_blank(grid, assessment, here) or next_number(grid, assessment, here.activity)
        return blank is None

    @property
    def _takes_number(self) -> bool:
        """Whether digits give the indicator under the cursor its number."""
        line = self.view.grid.indicators[self.view.indicator]
        return not self.opened.is_read_only and wants_number(line, self.opened.assessment)

    @property
    def has_door(self) -> bool:
        """Whether the mission in sight has proposed lines, used or not."""
        return bool(door_words(self.view.grid, self.view.mission))

    @property
    def has_doors(self) -> bool:
        return bool(self.view.grid.doors)

    def on_mount(self) -> None:
        self._show_last_time()
        self._review.read()
        if self._writes:
            self.call_after_refresh(self._write_comment)

    def on_resize(self, event: Resize) -> None:
        if self.is_mounted:
            self.refresh_frame()

    def on_saved(self) -> None:
        self._display.refresh_state()
        if self._to_say_saved is not None and not self.opened.pending:
            say, self._to_say_saved = self._to_say_saved, None
            say()
        if self.opened.is_received:
            self._review.show()

    def on_show_again(self) -> None:
        self._display.take(spot_at(self.opened.grid, self.view.place))
        self._show_last_time()
        self._review.read()

    def on_screen_suspend(self) -> None:
        self._end_typing()
        super().on_screen_suspend()

    def flush(self) -> None:
        self._save_comment()
        if self.view.place != self.opened.place:
            self._display.save_place()

    # the cursor

    def _go(self, spot: Spot) -> None:
        """Put the cursor somewhere; what explains a figure follows it."""
        self._settle()
        explained = self._answered_before(spot.cell) if self.view.aside is DetailMode.WHY else ()
        self._display.change(
            cell=spot.cell,
            indicator=spot.indicator,
            door=spot.door,
            whole_line=False,
            explained=explained,
            aside=self.view.aside if not spot.door else DetailMode.LINE,
        )

    def on_activity_table_stepped(self, message: ActivityTable.Stepped) -> None:
        """Follow an arrow, Page, Début, Fin or Tab."""
        message.stop()
        view, key = self.view, message.key
        match key:
            case "left" | "right" if view.door:
                self._end_typing()
                self.table.choose(1 if key == "right" else 0)
                return
            case "up" | "down":
                spot = moved(view, lines=-1 if key == "up" else 1)
            case "left" | "right":
                spot = moved(view, columns=-1 if key == "left" else 1)
            case "home" | "end":
                spot = at_end(view, last=key == "end")
            case _:
                spot = neighbour(view, -1 if key in {"pageup", "shift+tab"} else 1)
        self._go(spot)

    def on_activity_table_pointed(self, message: ActivityTable.Pointed) -> None:
        message.stop()
        self._go(message.spot)

    def on_activity_table_asked(self, message: ActivityTable.Asked) -> None:
        """Explain the percentage under a column."""
        message.stop()
        if self.view.aside is not DetailMode.WHY:
            self.action_why()

    def on_gauges_asked(self, message: Gauges.Asked) -> None:
        """Explain the percentage of a bar, on its column."""
        message.stop()
        self._go(Spot(self.view.cell._replace(policy=message.policy)))
        if self.view.aside is not DetailMode.WHY:
            self.action_why()

    def on_mission_tabs_chosen(self, message: MissionTabs.Chosen) -> None:
        """Go to the beginning of a mission."""
        message.stop()
        grid = self.view.grid
        self._go(at_mission(grid, self.view.cell, grid.whole.missions_by_id[message.mission]))

    def action_next_blank(self) -> None:
        """Go to the next remark left to answer, else the next blank cell, else the next number to give."""
        self._settle()
        view, here = self.view, self.view.cell
        if view.indicator:  # below the lines of its mission
            lines = {line.id for line in view.mission.activities}
            here = next((cell for cell in reversed(view.grid.cells) if cell.activity in lines), here)
        target = self._review.go_on(here) or next_blank(view.grid, view.assessment, here)
        if target is not None:
            self._go(Spot(target))
            return
        number = next_number(view.grid, view.assessment, view.indicator or view.cell.activity)
        if number is None:
            self.show_message("Rien n’est vide. F5 : la suite.")
        else:
            self._go(on_indicator(view.grid, view.cell, number))

    def action_search(self) -> None:
        """Offer every line, to be found by its words, its comment or its notes."""
        self._settle()
        self.app.push_screen(LineSearch(self.opened.grid, self.opened.assessment), self._found)

    def _found(self, activity: str | None) -> None:
        if activity is not None:
            self._go(Spot(Cell(activity, self.view.cell.policy)))

    # what is typed in the table: a note acts at once, a letter asks, a sentence goes nowhere

    def on_activity_table_rated(self, message: ActivityTable.Rated) -> None:
        message.stop()
        view = self.view
        if view.typed is None and not view.indicator and not view.door:
            self._rate(message.answer)
        elif message.answer is None:
            self._erase()
        else:
            self._take_letter(message.character)

    def on_activity_table_wrote(self, message: ActivityTable.Wrote) -> None:
        message.stop()
        self._take_letter(message.character)

    async def action_letter(self, command_id: str) -> None:
        """Take a letter pressed beside the table as one in it; Entrée acts."""
        (letter,) = next(command.letters for command in GRID_COMMANDS if command.id == command_id)
        if letter == "enter" or self.is_writing:
            await super().action_letter(command_id)
        else:
            self._take_letter(letter)

    def _take_letter(self, character: str) -> None:
        """Take a key that is no note here."""
        self._close_comment()
        view, typed = self.view, self.view.typed
        digit = as_digits(character, self._keyboard.id)
        if view.indicator and digit.isascii() and digit.isdigit() and not view.has_slipped:
            self._type_digit(digit)
            return
        if typed is not None and typed.kind is Kind.NUMBER:
            self._end_typing()
            typed = None
        if typed is not None:
            self._display.change(typed=Typed(Kind.SENTENCE, typed.text + character, INSTEAD))
            return
        letter, was_whole = character.lower(), view.whole_line
        if was_whole:
            self._display.change(whole_line=False)
        actions = {one: command for command in self.commands() for one in command.letters}
        command = None if view.door and letter != "d" else actions.get(letter)
        if command is not None and command.action == "whole_line" and not view.indicator:
            self._display.change(whole_line=not was_whole)
        elif command is not None and (nothing := self._nothing_to_do(command)):
            said = f"{letter.upper()}{NBSP}: {nothing}"
            self._display.change(typed=Typed(Kind.NOTHING, character, said))
        elif command is not None and command.action != "whole_line":
            said = asked(letter, command, self._what(command))
            self._display.change(typed=Typed(Kind.ASKED, character, said))
        elif not character.isspace():
            self._display.change(typed=Typed(Kind.SENTENCE, character, INSTEAD))

    def _what(self, command: Command) -> str:
        """Return what a command would do here, where the sentence of its help does not say it all."""
        view = self.view
        if command.action == "turn_door":
            return turning_door(view.grid, self.opened.assessment, view.mission)
        if command.action == "take_over" and view.last is not None:
            below = " Le vôtre est gardé, au-dessus." if self._text_of(view.line.id) else ""
            return f"reprendre le commentaire de {view.last.year}{NARROW}?{below}"
        if command.action == "leave_policy":
            return turning_column(view.grid, self.opened.assessment, view.cell.policy)
        return ""

    def _erase(self) -> None:
        """Take back the last character typed; on an indicator, its last digit."""
        typed, indicator = self.view.typed, self.view.indicator
        if indicator and not self.view.has_slipped:
            number = self.opened.assessment.numbers.get(indicator)
            text = "" if typed is None else typed.text[:-1]
            if number is not None or typed is not None:
                self._count(indicator, text)
        elif typed is not None:
            text = typed.text[:-1]
            self._display.change(typed=typed._replace(text=text) if text else None)

    def _type_digit(self, digit: str) -> None:
        """Add a digit to the number of the indicator under the cursor: it is saved at once, as a note is."""
        indicator = self.view.indicator
        line = self.view.grid.indicators[indicator]
        if not wants_number(line, self.opened.assessment):
            self.show_message(self._no_number(indicator))
            return
        self._count(indicator, ("" if self.view.typed is None else self.view.typed.text) + digit)

    def _count(self, indicator: str, digits: str) -> None:
        try:
            number = parse_number(digits)
        except ValueError as error:
            self.show_message(str(error), warning=True)
            return
        if self.save(lambda: self.opened.type_number(indicator, number)):
            self._display.refresh_state()
            self._display.change(typed=Typed(Kind.NUMBER, digits))

    def on_paste(self, event: Paste) -> None:
        """Say where a text pasted into the table can go."""
        if self.is_writing:
            return
        event.stop()
        if not (self.opened.is_read_only or self.view.door):
            self.show_message(_NOT_PASTED)

    async def _press(self) -> bool:
        """Do what Entrée does with what is typed in the table; return False when nothing is."""
        typed = self.view.typed
        if typed is None:
            return False
        self._end_typing()
        if typed.kind is Kind.ASKED:
            letter = typed.text.lower()
            command = next((one for one in self.commands() if letter in one.letters), None)
            if command is not None:
                is_answered = command.action in {"turn_door", "leave_policy"}  # the line said all of it
                await self.run_action(f"{command.run}(True)" if is_answered else command.run)
            return True
        return typed.kind is Kind.NOTHING

    async def action_comment(self) -> None:
        """Do what the line says that Entrée does; else open the door, or write the comment of the line."""
        if await self._press():
            return
        if self.view.door:
            self._open_door(self.table.button)
        elif self.is_writing:
            self._close_comment()
        else:
            self._write_comment()

    async def action_leave(self) -> None:
        if self.is_writing:
            self._close_comment()
        elif self.view.has_slipped or self.view.whole_line:
            self._display.change(typed=None, whole_line=False)
        elif self.view.aside is not DetailMode.LINE:
            self._display.toggle(self.view.aside)
        else:
            self._end_typing()
            self.leave()

    # answers

    def on_line_detail_given(self, message: LineDetail.Given) -> None:
        message.stop()
        self._end_typing()
        self._rate(message.answer)

    async def on_line_detail_left(self, message: LineDetail.Left) -> None:
        message.stop()
        await self.action_leave()

    def action_rate(self, rank: int) -> None:
        """Give the note of a step of the scale, clicked at the foot of the page."""
        points = scale_words(self.view.grid)[rank].points
        self._settle()
        if self.view.indicator or self.view.door:
            return
        answers = self._keyboard.answers
        self._rate(NOT_CONCERNED if points is None else answers[str(points)])

    def _rate(self, answer: Answer | None) -> None:
        """Note the cell, in the review of a file received; a comment is saved, and closed with its line."""
        self._save_comment()
        line = self.view.cell.activity
        if self.opened.is_received:
            self._review.rate(answer)
        else:
            self._answer(answer)
        if self.view.cell.activity != line:
            self._close_comment()

    def _answer(self, answer: Answer | None) -> None:
        """Answer the cell under the cursor, or its whole line if the person chose that; None clears."""
        display, session = self._display, self.opened
        view, former = display.view, session.scores
        if answer is not None and display.onward is not None:
            view = view._replace(cell=display.onward)
            cast(ToastApp, self.app).remove_toasts()  # the result of the mission left behind
        target = view.cell if answer is None else following(view, past_line=view.whole_line)
        place = place_of(view.grid, target)
        if view.whole_line:
            done = self.save(lambda: session.rate_line(view.cell.activity, answer, place))
        else:
            done = self.save(lambda: session.rate(view.cell, answer, place, lambda: display.prepare(target)))
        if done:
            self._go_on(view, former, target)
        else:
            display.refresh_state()

    def _go_on(self, view: View, former: Scores, target: Cell) -> None:
        """Show the new note and go to `target`; when it finishes its mission, show the result first.

        The cursor then stays in the mission whose figures are in sight; the next note goes to `target`.
        """
        grid, scores, here = view.grid, self.opened.scores, view.cell.activity
        mission, is_proposed = grid.mission_of[here], grid.activities[here].is_proposed
        tally = scores.side(is_proposed).missions[mission.id]
        if tally.blank or not former.side(is_proposed).missions[mission.id].blank:
            self._display.take(target)
            return
        leaves = grid.mission_of[target.activity] is not mission
        self._display.take(view.cell if leaves else target)
        self._display.onward = target if leaves else None
        sentence = finished(grid, self.opened.assessment, scores, Portion(mission, is_proposed))

        def tell() -> None:
            if self.opened.scores is scores:  # no key typed ahead has left the mission already
                self.notify(sentence, timeout=delays_of(self).result, markup=False)

        cast(GatedApp, self.app).gate.when_none_waits(tell)

    def action_whole_line(self) -> None:
        self._settle()
        if not self.view.indicator and not self.view.door:
            self._display.change(whole_line=not self.view.whole_line)

    def action_turn_direction(self) -> None:
        """Go on line by line, or column by column."""
        self._settle()
        down = self.view.direction is Direction.ACROSS
        self._display.change(direction=Direction.DOWN if down else Direction.ACROSS)
        self.show_message(f"Après une note, le curseur avance {self.view.direction.value}.")

    # a policy that is not concerned, the doors

    @property
    def _policy_label(self) -> str:
        return self.view.grid.policies_by_id[self.view.cell.policy].label

    @property
    def _is_left(self) -> bool:
        """Whether the whole column is NC already."""
        view = self.view
        return all(view.answer(one) is NOT_CONCERNED for one in column_cells(view.grid, view.cell.policy))

    def action_leave_policy(self, is_answered: bool = False) -> None:
        """Set the column to NC in every open mission, or give its notes back; ask first."""
        self._settle()
        view, label, policy = self.view, self._policy_label, self.view.cell.policy
        if is_answered:
            self._leave_policy(policy)
            return
        cells = column_cells(view.grid, policy)
        coordinators = self.opened.assessment.identity.coordinators
        ticked = any(policy in one.policies for one in coordinators)
        lines = f"Ses {count(len(cells), 'case')}" if len(cells) > 1 else "Sa case"
        if self._is_left:
            verb = "retrouvent leurs" if len(cells) > 1 else "retrouve sa"
            question = f"{label} vous concerne de nouveau{NARROW}? {lines} {verb} réponse d’avant."
            yes = "Rendre ses réponses à la colonne"
        else:
            kept = sum(view.answer(cell) not in {None, NOT_CONCERNED} for cell in cells)
            verb = "deviendront" if len(cells) > 1 else "deviendra"
            question = f"La politique {label} ne vous concerne pas{NARROW}? {lines} {verb} « non concerné »."
            if kept:
                notes = "Votre note de cette colonne est gardée"
                if kept > 1:
                    notes = f"Vos {count(kept, 'note')} de cette colonne sont gardées"
                question += f" {notes}{NBSP}: Ctrl+Z les remet."
            if ticked:
                question += f" « {label} » sera aussi décochée à l’étape Vous."
            yes = f"Passer {'les ' if len(cells) > 1 else ''}{count(len(cells), 'case')} à « non concerné »"
        self.ask(question, yes, lambda: self._leave_policy(policy))

    def _leave_policy(self, policy: str) -> None:
        before = self.opened.assessment.identity.coordinators
        if self.save(lambda: self.opened.toggle_policy(policy)):
            self._display.take()
            is_unticked = before != self.opened.assessment.identity.coordinators
            self.show_message(column_turned(self._policy_label, is_left=self._is_left, in_form=is_unticked))

    def on_activity_table_opened(self, message: ActivityTable.Opened) -> None:
        message.stop()
        self._end_typing()
        self._open_door(message.button)

    def _open_door(self, button: int) -> None:
        """Use the proposed lines of the mission, with the second button those of every mission."""
        doors = closed_doors(self.view.grid)
        here = [door for door in doors if button == 1 or door.mission.id == self.view.mission.id]
        if here and not self.opened.is_read_only:
            self._turn_doors({door.mission.id for door in here}, opens=True)

    def action_turn_door(self, is_answered: bool = False) -> None:
        """Use the proposed lines of the mission in sight or, when they are used, do without them."""
        self._settle()
        mission = self.view.mission.id
        opens = any(door.mission.id == mission for door in closed_doors(self.view.grid))
        (self._doors if is_answered else self._turn_doors)({mission}, opens=opens)

    def action_turn_all_doors(self) -> None:
        """Open every door or, when all are, close them."""
        self._settle()
        closed = {door.mission.id for door in closed_doors(self.view.grid)}
        self._turn_doors(closed or {door.mission.id for door in self.view.grid.doors}, opens=bool(closed))

    def _turn_doors(self, missions: set[str], *, opens: bool) -> None:
        """Open or close doors; ask before answers go out of sight."""
        kept = "" if opens else closing(self.view.grid, self.opened.assessment, missions)
        if kept and not self.opened.is_read_only:
            self.ask(
                f"Ne plus utiliser ces lignes{NARROW}? {kept}",
                "Refermer",
                lambda: self._doors(missions, opens=opens),
            )
        else:
            self._doors(missions, opens=opens)

    def _doors(self, missions: set[str], *, opens: bool) -> None:
        session = self.opened
        if self.save(lambda: (session.open_doors if opens else session.close_doors)(missions)):
            self.table.button = 0
            self._display.take()
            self.refresh_frame()
            self._say_turned(missions, opens)

    def _say_turned(self, missions: set[str], opens: bool) -> None:
        """Say what was opened or closed and, where the message takes the row of it, when it was saved."""
        session, state = self.opened, self.state_of_saving()
        hidden = self._head.left_out(self.size.width) if isinstance(self._head, StepsHead) else ""
        if session.pending:
            said = doors_turned(session.grid, missions, opens=opens)

            def say_again() -> None:
                if said in _messages(self.app):  # no other message has taken its place
                    self._say_turned(missions, opens)

            self._to_say_saved = say_again
        else:
            said = doors_turned(session.grid, missions, opens=opens, saved=state if state in hidden else "")
        self.show_message(said)

    def turn(
        self, word: str, nothing: str, following: Callable[[], Edit | None], turn: Callable[[], object]
    ) -> None:
        self._settle()
        super().turn(word, nothing, following, turn)

    def on_turned(self, edit: Edit) -> None:
        self._display.take(spot_of(edit, self.opened.grid, self.view.cell.policy))
        self._review.show()
        self.refresh_frame()

    def action_read_comments(self) -> None:
        from ctg_tui.tui.comments import read_comments

        self._end_typing()  # a comment being written stays open below the reader

        def go(place: Place) -> None:
            self._go(spot_at(self.view.grid, place._replace(policy=self.view.cell.policy)))

        read_comments(self, self.view.place, go)

    # details of the line, and elsewhere

    def action_why(self) -> None:
        """Explain the figure in place; what does not fit comes with the next presses, then the line again."""
        self._settle()
        if self.view.door:
            return
        if self.view.aside is DetailMode.WHY and self._detail.has_more:
            self._detail.read_on()
            return
        explained = () if self.view.aside is DetailMode.WHY else self._answered_before(self.view.cell)
        self._display.change(explained=explained)
        self._display.toggle(DetailMode.WHY)

    def _answered_before(self, cell: Cell) -> tuple[str, ...]:
        """Return what was answered on a line, and when."""
        nothing: tuple[JournalEntry, ...] = ()
        entries = self.read(lambda: self.opened.history(cell.activity), nothing)
        view = self.view
        return explanation(view.grid, view.scores, cell, entries, self.workspace.today()).before

    def action_read_on(self) -> None:
        self._detail.read_on()
