"""The grid: one note a question, line by line; below the lines of a mission, its indicators."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Final

from ctg_tui.domain.assessment import Assessment, Cell, Place, answer_text, parse_answer
from ctg_tui.domain.changes import Edit, Field, Operation, parse_cell_key
from ctg_tui.domain.errors import NotSaved, typeset
from ctg_tui.domain.grid import Activity, Grid, Indicator, named_line, number_of
from ctg_tui.domain.steps import is_asked, next_blank, next_number
from ctg_tui.domain.thread import Point
from ctg_tui.services.answers import AnswerForm
from ctg_tui.services.results import last_time_of
from ctg_tui.text_mode.desk import HELP, Desk, ask_for_text, place_aloud, saved
from ctg_tui.text_mode.dialogue import Back, Word, aloud, heard, note_of, word_of
from ctg_tui.text_mode.form import FormRoom
from ctg_tui.text_mode.results import answers_of, mission_name, whose_lines
from ctg_tui.wording.french import thousands
from ctg_tui.wording.lines import landmarks
from ctg_tui.wording.results import explanation, former_line
from ctg_tui.wording.thread import BEGUN, STATES, answer_words, point_words
from ctg_tui.wording.typed import as_digits, parse_number

_PLACES_HELP: Final = (
    "« suivante » : la prochaine case vide, puis le prochain nombre à donner.\n"
    "« aller 1.3 » : la ligne 3 de la mission 1."
)
_HELP: Final = (
    "Tapez 0, 1, 2, 3 ou NC, puis Entrée. Entrée seule passe à la case suivante.\n"
    "« échelle » : ce que veut dire chaque note.\n"
    "« effacer » : retirer la réponse.\n"
    "« commentaire » : écrire celui de la ligne.\n"
    "« lire » : relire la ligne, ses notes, son commentaire et ceux de la dernière fois.\n"
    "« répondre » : répondre à ce que la Caf a dit de la ligne.\n"
    f"« pourquoi » : d’où vient le pourcentage.\n{_PLACES_HELP}\n{HELP}"
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
    """Asks for the note of one cell after the other, then for the number and comment of each indicator.

    A place is a cell; that of an indicator has no policy.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk, self._session, self._say = desk, desk.session, desk.dialogue.say
        self._described = ""
        """The line whose text was said last."""

    def run(self) -> None:
        """Ask from where the person left on, until the end of the grid."""
        if not self._places():
            self._say("Cette grille n’a aucune ligne à noter.")
            return
        here = self._first()
        try:
            while (following := self._ask(here)) is not None:
                # An undone edit can have changed the lines.
                here = following if following in self._places() else self._first()
        finally:
            if here in self._places():
                with suppress(NotSaved):  # only a place is lost: the next note stores it too
                    self._session.move(self._stored(here))
                    self._session.save_place()

    # the places, in order

    def _places(self) -> list[Cell]:
        """Return every place that is asked about: the cells of each mission, then its indicators."""
        grid, assessment = self._session.grid, self._session.assessment
        places: list[Cell] = []
        for mission in grid.missions:
            places += [Cell(line.id, policy.id) for line in mission.activities for policy in grid.policies]
            places += [Cell(line.id, "") for line in mission.indicators if is_asked(line, assessment)]
        return places

    def _place(self, line: str, policy: str | None) -> Cell:
        """Return the place of a line; of an activity in the first column when none is named."""
        grid = self._session.grid
        return Cell(line, "" if line in grid.indicators else policy or grid.policies[0].id)

    def _stored(self, here: Cell) -> Place:
        """Return a place as it is stored."""
        return Place(self._session.grid.mission_of[here.activity].id, here.activity, here.policy or None)

    def _first(self) -> Cell:
        """Return where the person left or, once that is noted, the next blank cell."""
        session, places, left = self._session, self._places(), self._session.place
        here = Cell(left.line or "", left.policy or "") if left is not None else places[0]
        here = here if here in places else places[0]
        is_blank = here.policy and here not in session.assessment.answers
        return here if is_blank else next_blank(session.grid, session.assessment, here) or here

    def _step(self, here: Cell, step: int = 1) -> Cell | None:
        """Return the place before or after; None where there is none.

        Onward, the cells of a column set to NC are passed over.
        """
        places = self._places()
        rank = places.index(here)
        aside = self._session.assessment.set_aside if step > 0 else {}
        beyond = places[rank + 1 :] if step > 0 else places[:rank][::-1]
        return next((place for place in beyond if place not in aside), None)

    # one place

    def _ask(self, here: Cell) -> Cell | None:
        """Ask about a place; return the next one to ask about, None to leave the grid."""
        self._describe(here.activity)
        try:
            following = self._ask_note(here) if here.policy else self._ask_indicator(here)
        except Back:
            return self._step(here, -1)
        if following is None:
            self._say(f"Fin de la grille : {answers_of(self._session.scores.whole)}.")
        return following

    def _describe(self, line: str) -> None:
        """Say the text of a line that was not said last, its mission first where that one is another."""
        grid, assessment, before = self._session.grid, self._session.assessment, self._described
        if line == before:
            return
        self._described, mission = line, grid.mission_of[line]
        if grid.mission_of.get(before) is not mission:
            self._say(f"Mission {mission.number} : {mission.title}.")
        self._say(*described(grid, assessment, line))
        self._say_points(line, is_waiting=True)

    def _points(self, line: str, *, is_waiting: bool) -> list[Point]:
        """Return the points of a line that the Caf waits on, or those that it does not."""
        points = self._session.points
        return [point for point in points if point.line == line and point.is_to_see is is_waiting]

    def _say_points(self, line: str, *, is_waiting: bool) -> None:
        """Say what the Caf said of a line and waits on, or does not, with the answer that was not sent."""
        points = self._points(line, is_waiting=is_waiting)
        for point in points:
            place = place_aloud(self._session.grid, point)
            self._say(f"À propos de la {place}, {STATES[point.state]}.", *point_words(point))
            if (draft := point.draft) is not None:
                what = "Votre réponse" if draft.is_kept else f"Votre {BEGUN}, qui ne part pas"
                self._say(f"{what} : {answer_words(draft.note, draft.words)}")
        if points and is_waiting:
            self._say("« répondre » pour y répondre.")

    def _ask_note(self, here: Cell) -> Cell | None:
        session = self._session
        present = session.assessment.answers.get(here)
        now = "" if present is None else f", actuellement {answer_text(present)}"
        label = session.grid.policies_by_id[here.policy].label
        answer = self._desk.dialogue.ask(f"{_where(session.grid, here.activity)}. {label}{now} :", _HELP)
        note, word = note_of(answer), word_of(answer)
        if note is not None or word is Word.CLEAR:
            return self._rate(here, "" if note is None else answer_text(note))
        if word is Word.COMMENT:
            return self._comment(here)
        return self._do(here, answer) if answer else self._step(here)

    def _rate(self, cell: Cell, text: str) -> Cell | None:
        """Save the note `text` (empty: none) of `cell`; return the next place to ask about."""
        session, grid = self._session, self._session.grid
        mission = grid.mission_of[cell.activity]
        label, before = grid.policies_by_id[cell.policy].label, session.scores.mission(mission)
        following = self._step(cell) if text else cell
        rate = partial(
            session.rate, cell, parse_answer(text) if text else None, self._stored(following or cell)
        )
        if not self._desk.keep(rate, saved(f"{label}, {text or 'vide'}")):
            return cell
        after = session.scores.mission(mission)
        if before.blank and not after.blank:
            name = mission_name(mission)
            self._say(f"{name} : terminée, {heard(after)}. « résultats » dit ce qui reste.")
        return following

    def _comment(self, here: Cell) -> Cell:
        """Take the comment of a line; return the place to ask about next."""
        session, line = self._session, here.activity
        if present := session.assessment.comments.get(line):
            self._say("Texte actuel :", present)
        answer = ask_for_text(
            self._desk,
            f"Commentaire de la ligne {number_of(session.grid, line)}",
            lambda: session.assessment.comments.get(line, ""),
            partial(session.comment, line),
        )
        return self._do(here, answer) if answer else here

    # an indicator: its number, then its comment

    def _ask_indicator(self, here: Cell) -> Cell | None:
        session, line = self._session, here.activity
        where, is_heading = _where(session.grid, line), session.grid.indicators[line].is_heading
        if not is_heading:
            number = session.assessment.numbers.get(line)
            present = ", ou Entrée" if number is None else f", actuellement {thousands(number)}"
            answer = self._desk.dialogue.ask(f"{where}. Nombre{present} :", _NUMBER_HELP)
            word = word_of(answer) if answer else None
            if word is Word.CLEAR:
                self._desk.keep(partial(session.count, line, None), saved("nombre retiré"))
                return here
            if word is not None:
                return self._do(here, answer)
            if answer and not self._count(line, answer):
                return here
        try:
            answer = ask_for_text(
                self._desk,
                f"{where}{', sans nombre' if is_heading else ''}. Commentaire",
                lambda: session.assessment.remarks.get(line, ""),
                partial(session.remark, line),
            )
        except Back:
            if is_heading:
                raise
            return here
        return self._do(here, answer) if answer else self._step(here)

    def _count(self, indicator: str, answer: str) -> bool:
        """Save the number typed; return whether it was one."""
        try:
            number = parse_number(answer if "-" in answer else as_digits(answer))
        except ValueError as error:
            self._say(f"{error} Rien n’a été changé.")
            return False
        assert number is not None  # an answer is never blank
        said = saved(f"Nombre, {thousands(number)}")
        return self._desk.keep(partial(self._session.count, indicator, number), said)

    # commands

    def _do(self, here: Cell, answer: str) -> Cell:
        """Do what `answer` asks for; return the place to ask about next."""
        desk, session, line = self._desk, self._session, here.activity
        word = word_of(answer)
        match word:
            case Word.SCALE:
                scale = sorted(session.grid.scale, key=lambda step: (step.points is None, step.points or 0))
                self._say(*(f"{step.code} : {step.label}" for step in scale))
            case Word.READ if here.policy:
                self._read(line)
            case Word.WHY if here.policy:
                said = explanation(session.grid, session.scores, here)
                self._say(*map(aloud, (said.title, *said.sentences)))
                self._say(f"Ces pourcentages portent sur {whose_lines(session.grid)}")
            case Word.NEXT:
                return self._next(here)
            case Word.GO:
                named = named_line(session.grid, answer.split(None, 1)[-1])
                if named is not None:
                    return self._place(named.activity, named.policy or here.policy)
                desk.dialogue.misunderstood(answer, "une ligne, par exemple « aller 1.3 »")
            case Word.ANSWER:
                points = self._points(line, is_waiting=True) or self._points(line, is_waiting=False)
                go_through(desk, points, "La Caf n’a rien dit de cette ligne.")
            case Word.UNDO | Word.REDO:
                edit = desk.turn(word)
                return here if edit is None else self._changed_by(edit) or here
            case _ if not desk.common(answer):
                desk.dialogue.misunderstood(answer, _EXPECTED if here.policy else "une commande, ou Entrée")
        return here

    def _changed_by(self, edit: Edit) -> Cell | None:
        """Return the first place that an edit changed; None without any, and for a whole column."""
        keys = [parse_cell_key(change.key) for change in edit.changes if change.field in _OF_LINES]
        lines = [key for key in keys if key.activity in self._session.grid.mission_of]
        return self._place(*lines[0]) if lines and edit.op is not Operation.TOGGLE_COLUMN else None

    def _read(self, line: str) -> None:
        """Say a line: its text, notes and comment, what was said with the Caf; then that of last time."""
        session, policies = self._session, self._session.grid.policies
        notes = [(one.label, session.assessment.answers.get(Cell(line, one.id))) for one in policies]
        each = [f"{name} {'vide' if note is None else answer_text(note)}" for name, note in notes]
        self._say(f"Ligne {number_of(session.grid, line)} : {session.grid.activities[line].label}")
        self._say(f"{', '.join(each)}.")
        if comment := session.assessment.comments.get(line):
            self._say("Commentaire de la ligne :", comment)
        self._say_points(line, is_waiting=False)
        self._say_points(line, is_waiting=True)
        with self._desk.dialogue.saying_refusals():
            last = last_time_of(self._desk.workspace, session.grid, session.assessment)
            if last is not None:
                former = {one.label: last.assessment.answers.get(Cell(line, one.id)) for one in policies}
                self._say(former_line(last.year, former, last.assessment.comments.get(line, "")))

    def _next(self, here: Cell) -> Cell:
        """Return the next empty cell, else the next number to give."""
        session = self._session
        if (blank := next_blank(session.grid, session.assessment, here)) is not None:
            return blank
        if (number := next_number(session.grid, session.assessment, here.activity)) is not None:
            return Cell(number, "")
        self._say("Toutes les cases ont une réponse, et tous les nombres sont donnés.")
        return here


def go_through(desk: Desk, points: Sequence[Point], nothing: str) -> bool:
    """Read each of `points` and ask for its answer; return False when the person goes back.

    Without any, say `nothing`.
    """
    if not points:
        desk.dialogue.say(nothing)
    return FormRoom(desk, AnswerForm(desk.session, [point.key for point in points])).run()


def described(grid: Grid, assessment: Assessment, line: str) -> Iterator[str]:
    """Yield the text of a line, whose it is when it is not the Caf's, and whether it has a comment."""
    known: Activity | Indicator = grid.line(line)
    head = f"Ligne {number_of(grid, line)}" if line in grid.activities else _where(grid, line)
    yield f"{head} : {known.label}"
    if known.is_proposed:
        provenance = grid.provenance(known.source)
        yield f"{provenance[:1].upper()}{provenance[1:]}."
    if isinstance(known, Activity) and known.landmarks:
        yield typeset(f"Repères : {' ; '.join(landmarks(known))}.")
    if line in assessment.comments:
        yield "Elle a un commentaire : « lire » le dit."


def _where(grid: Grid, line: str) -> str:
    """Return `Mission 2, ligne 3 sur 12`, `Mission 1, indicateur 2 sur 2`."""
    mission, rank = grid.mission_of[line], number_of(grid, line).partition(".")[2]
    if line in grid.activities:
        return f"Mission {mission.number}, ligne {rank} sur {len(mission.activities)}"
    return f"Mission {mission.number}, indicateur {rank.removeprefix('i')} sur {len(mission.indicators)}"
