"""The grid: one note a question, line by line; below the lines of a mission, its indicators."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Final

from ctg_tui.domain.assessment import Cell, Place, Profile, answer_text, parse_answer
from ctg_tui.domain.changes import Edit, Field, Operation, parse_cell_key
from ctg_tui.domain.errors import NotSaved
from ctg_tui.domain.grid import number_of
from ctg_tui.domain.scores import Tally
from ctg_tui.domain.steps import is_asked, next_blank, next_number, numbers_left
from ctg_tui.domain.thread import Point
from ctg_tui.services.editing import next_cell
from ctg_tui.services.results import last_time_of
from ctg_tui.text_mode import desk as desk_words
from ctg_tui.text_mode.answers import ANSWER_IT, go_through, heard_first, point_aloud
from ctg_tui.text_mode.desk import HELP, Desk, ask_for_text, place_aloud, saved
from ctg_tui.text_mode.dialogue import Back, Word, command, heard, is_word, note_of
from ctg_tui.text_mode.results import answers_aloud, mission_name, reasons
from ctg_tui.wording.french import PROFILES, thousands
from ctg_tui.wording.results import explanation, former_line
from ctg_tui.wording.thread import STATES
from ctg_tui.wording.typed import as_digits, parse_number

_PLACES_HELP: Final = (
    "« suivante » : la prochaine réponse de la Caf à voir, puis la prochaine case vide, "
    "puis le prochain nombre à donner.\n"
    "« aller 1.3 » : la ligne 3 de la mission 1."
)
_HELP: Final = (
    "Tapez 0, 1, 2, 3 ou NC, puis Entrée. Entrée seule passe à la case suivante.\n"
    "« échelle » : ce que veut dire chaque note.\n"
    "« effacer » : retirer la réponse.\n"
    "« commentaire » : écrire celui de la ligne.\n"
    "« lire » : relire la ligne, ses notes, son commentaire et ceux de la dernière fois.\n"
    "« répondre » : répondre à ce que la Caf a dit de la ligne.\n"
    f"« pourquoi » : d’où viennent les pourcentages.\n{_PLACES_HELP}\n{HELP}"
)
_NUMBER_HELP: Final = (
    "Tapez un nombre entier, puis Entrée.\n"
    "Pas de nombre à donner ? Entrée seule passe, et laisse ce qui y est.\n"
    "« effacer » : retirer le nombre.\n"
    f"{_PLACES_HELP}\n{HELP}"
)
_EXPECTED: Final = "0, 1, 2, 3, NC, « commentaire » ou une autre commande"
_OF_LINES: Final = frozenset({Field.ANSWER, Field.COMMENT, Field.NUMBER, Field.REMARK, Field.ACTION})
"""What stands on a line."""


class GridRoom:
    """Asks for the note of one cell after the other, then for the number and comment of each indicator."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._described = ""
        """The line whose text was said last."""
        self._noted = ""
        """The line of the note given at the question before; empty after anything else."""

    def run(self) -> None:
        """Ask from where the person left on, until the end of the grid."""
        if not self._places():
            self._desk.dialogue.say("Cette grille n’a aucune ligne à noter.")
            return
        here = self._first()
        try:
            while (following := self._ask(here)) is not None:
                # An undone edit can have changed the lines.
                here = following if following in self._places() else self._first()
        finally:
            if here in self._places():
                with suppress(NotSaved):  # only a place is lost: the next note stores it too
                    self._desk.session.move(here)
                    self._desk.session.save_place()

    # the places, in order

    def _places(self) -> list[Place]:
        """Return every place that is asked about: the cells of each mission, then its indicators."""
        session = self._desk.session
        places: list[Place] = []
        for mission in session.grid.missions:
            for line in mission.activities:
                places += [Place(mission.id, line.id, policy.id) for policy in session.grid.policies]
            places += [
                Place(mission.id, line.id)
                for line in mission.indicators
                if is_asked(line, session.assessment)
            ]
        return places

    def _place(self, line: str, policy: str | None = None) -> Place:
        return Place(self._desk.session.grid.mission_of[line].id, line, policy)

    def _first(self) -> Place:
        """Return where the person left or, once that is noted, the next blank cell."""
        session, places = self._desk.session, self._places()
        here = session.place if session.place in places else places[0]
        cell = Cell(here.line or "", here.policy or "")
        if cell in session.grid.cells and cell not in session.assessment.answers:
            return here
        blank = next_blank(session.grid, session.assessment, cell)
        return here if blank is None else self._place(*blank)

    def _step(self, here: Place, step: int = 1) -> Place | None:
        """Return the place before or after; None, once the end of the grid is said, where there is none.

        Onward, the cells of a column set to NC are passed over.
        """
        session, places = self._desk.session, self._places()
        places = places[places.index(here) + 1 :] if step > 0 else places[: places.index(here)][::-1]
        aside = session.assessment.set_aside if step > 0 else {}
        found = next((one for one in places if (one.line, one.policy) not in aside), None)
        if found is None and step > 0:
            left = numbers_left(session.grid, session.assessment)
            self._desk.dialogue.say(f"Fin de la grille : {answers_aloud(session.scores, left)}.")
        return found

    # one place

    def _ask(self, here: Place) -> Place | None:
        """Ask about a place; return the next one to ask about, None to leave the grid."""
        self._describe(here)
        noted, self._noted = self._noted or here.line or "", ""
        try:
            return self._ask_note(here, noted) if here.policy is not None else self._ask_indicator(here)
        except Back:
            return self._step(here, -1)

    def _describe(self, here: Place) -> None:
        """Say the text of a line that was not said last, its mission first where that one is another."""
        session, say = self._desk.session, self._desk.dialogue.say
        line = here.line or ""
        if line == self._described:
            return
        grid, mission = session.grid, session.grid.mission_of[line]
        if grid.mission_of.get(self._described) is not mission:
            say(f"Mission {mission.number} : {mission.title}.")
            if not all(is_asked(each, session.assessment) for each in mission.indicators):
                say(f"Ses indicateurs réservés au {PROFILES[Profile.PROJECT_LEAD]} ne sont pas demandés.")
        self._described = line
        if line in grid.activities:
            say(*desk_words.described(grid, session.assessment, grid.activities[line]))
        else:
            indicator = grid.indicators[line]
            where = desk_words.indicator_place(grid, indicator)
            say(f"{where} : {indicator.label}", *desk_words.whose(grid, indicator))
        self._say_points(line, waiting=True)

    def _points(self, line: str) -> list[Point]:
        """Return the points of a line, those that the Caf waits on first."""
        return heard_first(point for point in self._desk.session.points if point.line == line)

    def _say_points(self, line: str, *, waiting: bool) -> None:
        """Say what the Caf said of a line and waits on, or what it does not wait on any more."""
        say, points = self._desk.dialogue.say, self._points(line)
        for point in (point for point in points if point.is_to_see is waiting):
            place = place_aloud(self._desk.session.grid, point)
            say(f"À propos de la {place}, {STATES[point.state]}.", *point_aloud(point))
        if waiting and any(point.is_to_see for point in points):
            say(ANSWER_IT)

    def _ask_note(self, here: Place, noted: str) -> Place | None:
        """Ask for a note; a comment is that of the line `noted` just before."""
        session = self._desk.session
        cell = Cell(here.line or "", here.policy or "")
        answer = self._desk.dialogue.ask(desk_words.question(session.grid, session.assessment, cell), _HELP)
        if not answer:
            return self._step(here)
        note = note_of(answer)
        if note is not None:
            return self._rate(cell, answer_text(note))
        if command(answer)[0] is Word.COMMENT:
            return self._comment(noted, here)
        return self._command(cell, here, answer)

    def _rate(self, cell: Cell, text: str) -> Place | None:
        """Save the note `text` (empty: none) of `cell`; return the next place to ask about."""
        session = self._desk.session
        here = self._place(*cell)
        label = session.grid.policies_by_id[cell.policy].label
        before = self._tally(cell)
        following = next_cell(session.grid, session.assessment, cell) if text else cell
        target = here if following is None else self._place(*following)
        answer = parse_answer(text) if text else None
        if not self._desk.keep(
            lambda: session.rate(cell, answer, target), saved(f"{label}, {text or 'vide'}")
        ):
            return here
        after = self._tally(cell)
        if before.blank and not after.blank:
            name = mission_name(session.grid.mission_of[cell.activity])
            self._desk.dialogue.say(f"{name} : terminée, {heard(after)}. « résultats » dit ce qui reste.")
        self._noted = cell.activity if text else ""
        return self._step(here) if text else here

    def _comment(self, line: str, here: Place) -> Place | None:
        """Take the comment of a line; return the place to ask about next."""
        session = self._desk.session
        if present := session.assessment.comments.get(line):
            self._desk.dialogue.say("Texte actuel :", present)
        answer = ask_for_text(
            self._desk,
            f"Commentaire de la ligne {number_of(session.grid, line)}",
            lambda: session.assessment.comments.get(line, ""),
            partial(session.comment, line),
            is_command=self._is_command,
        )
        return self._move(here, answer) if answer else here

    def _is_command(self, answer: str) -> bool:
        """Return whether an answer is a command, `aller 1.3` among them, and no line of a text."""
        word, rest = command(answer)
        return is_word(answer) or (word is Word.GO and rest[0].isdigit())

    def _tally(self, cell: Cell) -> Tally:
        session = self._desk.session
        return session.scores.mission(session.grid.mission_of[cell.activity])

    # an indicator: its number, then its comment

    def _ask_indicator(self, here: Place) -> Place | None:
        session = self._desk.session
        indicator = session.grid.indicators[here.line or ""]
        where = desk_words.indicator_place(session.grid, indicator)
        while not indicator.is_heading:
            number = session.assessment.numbers.get(indicator.id)
            present = ", ou Entrée" if number is None else f", actuellement {thousands(number)}"
            answer = self._desk.dialogue.ask(f"{where}. Nombre{present} :", _NUMBER_HELP)
            word, _ = command(answer)
            if word is Word.CLEAR:
                self._desk.keep(partial(session.count, indicator.id, None), saved("nombre retiré"))
            elif word is not None and answer:
                return self._move(here, answer)
            elif not answer or self._count(indicator.id, answer):
                break
        try:
            answer = ask_for_text(
                self._desk,
                f"{where}{', sans nombre' if indicator.is_heading else ''}. Commentaire",
                lambda: session.assessment.remarks.get(indicator.id, ""),
                partial(session.remark, indicator.id),
                is_command=self._is_command,
            )
        except Back:
            if indicator.is_heading:
                raise
            return here
        return self._move(here, answer) if answer else self._step(here)

    def _count(self, indicator: str, answer: str) -> bool:
        """Save the number typed; return whether it was one."""
        desk = self._desk
        try:
            number = parse_number(answer if "-" in answer else as_digits(answer))
        except ValueError as error:
            desk.dialogue.say(f"{error} Rien n’a été changé.")
            return False
        assert number is not None  # an answer is never blank
        said = saved(f"Nombre, {thousands(number)}")
        return desk.keep(partial(desk.session.count, indicator, number), said)

    # commands

    def _command(self, cell: Cell, here: Place, answer: str) -> Place | None:
        """Do what `answer` asks for at a note; return the place to ask about next."""
        desk, session = self._desk, self._desk.session
        word, _ = command(answer)
        match word:
            case Word.SCALE:
                scale = sorted(session.grid.scale, key=lambda step: (step.points is None, step.points or 0))
                desk.dialogue.say(*(f"{step.code} : {step.label}" for step in scale))
            case Word.READ:
                self._read(cell.activity)
            case Word.CLEAR:
                return self._rate(cell, "")
            case Word.WHY:
                entries, today = session.history(cell.activity), desk.workspace.today()
                explained = explanation(session.grid, session.scores, cell, entries, today)
                desk.dialogue.say(*reasons(session.grid, explained))
            case _:
                return self._move(here, answer)
        return here

    def _answer(self, line: str) -> None:
        """Answer what the Caf said of a line: what it waits on, else all of it."""
        points = self._points(line)
        if not points:
            self._desk.dialogue.say("La Caf n’a rien dit de cette ligne. « menu » mène aux autres points.")
        with suppress(Back):
            go_through(self._desk, [point for point in points if point.is_to_see] or points)

    def _move(self, here: Place, answer: str) -> Place:
        """Do what `answer` asks for wherever one is in the grid; return the place to ask about next."""
        desk = self._desk
        word, rest = command(answer)
        match word:
            case Word.NEXT:
                return self._next(here)
            case Word.GO:
                return self._go(here, rest)
            case Word.ANSWER:
                self._answer(here.line or "")
            case Word.UNDO | Word.REDO:
                edit = desk.turn(word)
                return here if edit is None else self._changed_by(edit) or here
            case _:
                if not desk.common(answer):
                    desk.dialogue.misunderstood(
                        answer, _EXPECTED if here.policy else "une commande, ou Entrée"
                    )
        return here

    def _changed_by(self, edit: Edit) -> Place | None:
        """Return the first place that an edit changed; None without any, and for a whole column."""
        session = self._desk.session
        keys = [parse_cell_key(change.key) for change in edit.changes if change.field in _OF_LINES]
        is_column = edit.op is Operation.TOGGLE_COLUMN
        lines = [cell for cell in keys if cell.activity in session.grid.mission_of and not is_column]
        if not lines:
            return None
        line, policy = lines[0]
        is_indicator = line in session.grid.indicators
        return self._place(line, None if is_indicator else policy or session.grid.policies[0].id)

    def _read(self, activity: str) -> None:
        """Say a line: its text, notes and comment, what was said with the Caf; then that of last time."""
        dialogue, session = self._desk.dialogue, self._desk.session
        line, policies = session.grid.activities[activity], session.grid.policies
        notes = [(one.label, session.assessment.answers.get(Cell(activity, one.id))) for one in policies]
        each = [f"{name} {'vide' if note is None else answer_text(note)}" for name, note in notes]
        dialogue.say(f"Ligne {number_of(session.grid, activity)} : {line.label}", f"{', '.join(each)}.")
        if comment := session.assessment.comments.get(activity):
            dialogue.say("Commentaire de la ligne :", comment)
        self._say_points(activity, waiting=False)
        self._say_points(activity, waiting=True)
        with dialogue.saying_refusals():
            last = last_time_of(self._desk.workspace, session.grid, session.assessment)
            if last is not None:
                former = {one.label: last.assessment.answers.get(Cell(activity, one.id)) for one in policies}
                said = former_line(last.year, former, last.assessment.comments.get(activity, ""))
                dialogue.say(*filter(None, [said]))

    def _next(self, here: Place) -> Place:
        """Return the next place where the Caf waits, else the next empty cell, else the next number."""
        grid, assessment = self._desk.session.grid, self._desk.session.assessment
        if (point := self._next_point(here)) is not None:
            return point
        cell = Cell(here.line or "", here.policy or "")
        if (blank := next_blank(grid, assessment, cell)) is not None:
            return self._place(*blank)
        if (number := next_number(grid, assessment, here.line or "")) is not None:
            return self._place(number)
        self._desk.dialogue.say("Toutes les cases ont une réponse, et tous les nombres sont donnés.")
        return here

    def _next_point(self, here: Place) -> Place | None:
        """Return the place of the next point that waits on another line; after the last, of the first."""
        session, places = self._desk.session, self._places()
        lines = list(dict.fromkeys(place.line for place in places))
        rank = lines.index(here.line)
        turned = {line: number for number, line in enumerate((*lines[rank + 1 :], *lines[:rank]))}
        waiting = [point for point in session.points if point.is_to_see and point.line in turned]
        if not waiting:
            return None
        point = min(waiting, key=lambda one: turned[one.line])
        is_indicator = point.line in session.grid.indicators
        policy = None if is_indicator else point.policy or here.policy or session.grid.policies[0].id
        return self._place(point.line or "", policy)

    def _go(self, here: Place, name: str) -> Place:
        grid = self._desk.session.grid
        policy = here.policy or grid.policies[0].id
        if (cell := desk_words.cell_named(grid, name, policy)) is not None:
            return self._place(*cell)
        self._desk.dialogue.misunderstood(f"aller {name}".strip(), "une ligne, par exemple « aller 1.3 »")
        return here
