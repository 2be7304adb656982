"""The grid: one note a question, line by line; below the lines of a mission, its indicators."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Final

from ctg_tui.domain.assessment import Cell, Place, answer_text, parse_answer
from ctg_tui.domain.changes import parse_cell_key
from ctg_tui.domain.errors import NotSaved, typeset
from ctg_tui.domain.grid import Activity, named_line
from ctg_tui.domain.steps import is_asked, next_blank, next_number
from ctg_tui.domain.text import MAX_TEXT_LENGTH
from ctg_tui.domain.thread import Point
from ctg_tui.services.answers import AnswerForm
from ctg_tui.services.editing import Session
from ctg_tui.services.forms import Field, Kind, Row, StoredForm
from ctg_tui.services.results import last_time_of
from ctg_tui.text_mode.dialogue import (
    Back,
    aloud,
    answers_of,
    heard,
    mission_name,
    note_of,
    whose_lines,
    word_of,
)
from ctg_tui.text_mode.form import HELP, Desk, FormRoom
from ctg_tui.wording.french import DASH, thousands
from ctg_tui.wording.lines import landmarks
from ctg_tui.wording.results import explanation, former_line
from ctg_tui.wording.thread import STATES, all_said, place_of
from ctg_tui.wording.typed import as_digits, parse_number

NUMBER, COMMENT = "nombre", "commentaire"
"""The parts of an indicator, in the key of a row; a line has a part for each policy."""
_HELP: Final = (
    "« échelle » : ce que veut dire chaque note.\n"
    "« commentaire » : écrire celui de la ligne.\n"
    "« lire » : relire la ligne, ses notes, son commentaire et ceux de la dernière fois.\n"
    "« répondre » : répondre à ce que la Caf a dit de la ligne.\n"
    "« pourquoi » : d’où vient le pourcentage.\n"
    "« suivante » : la prochaine case vide, puis le prochain nombre à donner.\n"
    f"« aller 1.3 » : la ligne 3 de la mission 1.\n{HELP}"
)
_NOTE: Final = "0, 1, 2, 3, NC, « commentaire » ou une autre commande"


def _note(typed: str) -> str:
    """Return the note typed, as it is shown. Raises ValueError, with a French sentence."""
    note = note_of(typed)
    if typed and note is None:
        shown = typed if len(typed) <= 40 else f"{typed[:40]}…"
        raise ValueError(f"« {shown} » n’est pas une note. Attendu : {_NOTE}.")
    return "" if note is None else answer_text(note)


def _number(typed: str) -> str:
    """Return the number typed, as it is shown. Raises ValueError, with a French sentence."""
    number = parse_number(as_digits(typed))
    return "" if number is None else thousands(number)


class GridForm(StoredForm):
    """The notes, numbers and comments of an open assessment, a field for each, in the order of the grid."""

    name = "grille"
    title = "Grille"

    def __init__(self, session: Session) -> None:
        self._session = session

    def rows(self) -> Iterator[Row]:
        """Yield the cells of each mission but those of a column set to NC, then its indicators."""
        grid, assessment = self._session.grid, self._session.assessment
        for mission in grid.missions:
            for activity in mission.activities:
                for policy in grid.policies:
                    cell = Cell(activity.id, policy.id)
                    if cell not in assessment.set_aside:
                        yield self._cell(cell, policy.label)
            for line in mission.indicators:
                if not is_asked(line, assessment):
                    continue
                if not line.is_heading:
                    number = assessment.numbers.get(line.id)
                    yield Field(
                        f"{line.id}/{NUMBER}",
                        "Nombre",
                        "" if number is None else thousands(number),
                        partial(self._count, line.id),
                        _number,
                        hint="Tapez un nombre entier, puis Entrée. « effacer » le retire.",
                    )
                yield self.comment(line.id)

    def _cell(self, cell: Cell, label: str) -> Field:
        note = self._session.assessment.answers.get(cell)
        return Field(
            f"{cell.activity}/{cell.policy}",
            label,
            "" if note is None else answer_text(note),
            partial(self._rate, cell),
            _note,
            hint="Tapez 0, 1, 2, 3 ou NC, puis Entrée. Entrée seule passe à la case suivante. "
            "« effacer » retire la réponse.",
        )

    def _rate(self, cell: Cell, text: str) -> str:
        """Keep a note; return that the mission is complete, where it is the last one."""
        session, mission = self._session, self._session.grid.mission_of[cell.activity]
        before = session.scores.mission(mission)
        session.rate(cell, parse_answer(text) if text else None, session.place)
        after = session.scores.mission(mission)
        if not before.blank or after.blank:
            return ""
        return f"{mission_name(mission)} : terminée, {heard(after)}. « résultats » dit ce qui reste."

    def _count(self, indicator: str, text: str) -> None:
        self._session.count(indicator, parse_number(text))

    def comment(self, line: str) -> Field:
        """Return the field of the comment of a line or an indicator."""
        text, keep = self._session.assessment.comments.get(line, ""), partial(self._session.comment, line)
        return Field(f"{line}/{COMMENT}", "Commentaire", text, keep, kind=Kind.TEXT, limit=MAX_TEXT_LENGTH)


class GridRoom(FormRoom):
    """Asks for the note of one cell after the other, then for the number and comment of each indicator."""

    _desk: Desk

    def __init__(self, desk: Desk) -> None:
        self._grid_form = GridForm(desk.session)
        super().__init__(desk.dialogue, self._grid_form, desk)
        self._session = desk.session
        self._described = ""
        """The line whose text was said last."""

    def run(self, _: str = "") -> bool:
        """Ask from where the person left or, once that is noted, from the next blank cell."""
        session, left, self._described = self._session, self._session.place, ""
        here = Cell(left.line or "", left.policy or "") if left is not None else None
        if here is None or here in session.assessment.answers:
            here = next_blank(session.grid, session.assessment, here) or here
        try:
            is_whole = super().run("" if here is None else self._key(*here))
        finally:
            with suppress(NotSaved):  # only a place is lost: the next note stores it too
                session.save_place()
        if is_whole:
            self._dialogue.say(f"Fin de la grille : {answers_of(session.scores.whole)}.")
        return is_whole

    def _key(self, line: str, policy: str | None) -> str:
        """Return the key of a place; of a line alone, or a cell that is not asked, that of its first row."""
        of_line = [key for key in self._form.fields if key.startswith(f"{line}/")]
        return next((key for key in of_line if key == f"{line}/{policy}"), of_line[0] if of_line else "")

    def ask(self, row: Row) -> str:
        """Say the text of a line that was not said last, then ask about a place on it."""
        grid, (line, _, part) = self._session.grid, row.key.partition("/")
        self._session.place = Place(
            grid.mission_of[line].id, line, part if part in grid.policies_by_id else None
        )
        if line != self._described:
            self._describe(line)
            has_comment = line in grid.activities and line in self._session.assessment.comments
            self._dialogue.say("Elle a un commentaire : « lire » le dit." if has_comment else "")
        return super().ask(row)

    def _describe(self, line: str) -> None:
        """Say a line, its mission first where that is another: whose it is, its comment, what waits on it."""
        grid, say, known = self._session.grid, self._dialogue.say, self._session.grid.lines[line]
        mission, before = grid.mission_of[line], grid.mission_of.get(self._described)
        self._described = line
        if before is not mission:
            say(f"Mission {mission.number} : {mission.title}.")
        say(f"Ligne {grid.numbers[line]} : {known.label}" if line in grid.activities else known.label)
        if known.is_proposed:
            provenance = grid.sources.get(known.source, known.source)
            say(f"{provenance[:1].upper()}{provenance[1:]}.")
        if isinstance(known, Activity) and known.landmarks:
            say(typeset(f"Repères : {' ; '.join(landmarks(known))}."))
        self._say_points(self._points(line, is_waiting=True))

    def _points(self, line: str, *, is_waiting: bool) -> list[Point]:
        """Return the points of a line that the Caf waits on, or those that it does not."""
        points = self._session.points
        return [point for point in points if point.line == line and point.is_to_see is is_waiting]

    def _say_points(self, points: Sequence[Point]) -> None:
        """Say what the Caf said of a line, with the answer that was not sent."""
        say = self._dialogue.say
        for point in points:
            place = aloud(place_of(self._session.grid, point))
            say(f"À propos de la ligne {place}, {STATES[point.state]}.")
            say(*(one.whole for one in all_said(self._session.grid, [point], names_policy=False)))
        if any(point.is_to_see for point in points):
            say("« répondre » pour y répondre.")

    def _question(self, row: Row) -> str:
        """Return the question of a place: where it is, and what it has."""
        assert isinstance(row, Field)
        grid, line = self._session.grid, row.key.partition("/")[0]
        mission, rank = grid.mission_of[line], grid.numbers[line].partition(".")[2]
        where = f"ligne {rank} sur {len(mission.activities)}"
        if line in grid.indicators:
            where = f"indicateur {rank.removeprefix('i')} sur {len(mission.indicators)}"
        if row.kind is Kind.TEXT:
            return f"Mission {mission.number}, {where}. {super()._question(row)}"
        present = f", actuellement {row.shown}" if row.shown else ""
        return f"Mission {mission.number}, {where}. {row.label}{present} :"

    def _help(self, row: Row) -> str:
        return f"{row.hint} {_HELP}" if isinstance(row, Field) else _HELP

    def _command(self, row: Row, answer: str) -> str | None:
        """Do what a command asks for; return the key to go to, None when `answer` is none."""
        session, grid, say = self._session, self._session.grid, self._dialogue.say
        line, _, part = row.key.partition("/")
        is_cell = part in grid.policies_by_id
        match word_of(answer):
            case "echelle":
                say(*(f"{code} : {label}" for code, label in sorted(grid.scale.items())))
            case "commentaire" if is_cell:
                say(session.assessment.comments.get(line))
                return self._comment(line) or row.key
            case "lire" if is_cell:
                self._read(line)
            case "pourquoi" if is_cell:
                sentences = explanation(grid, session.scores, Cell(line, part))
                say(*(aloud(sentence).replace(DASH, "aucune note") for sentence in sentences))
                say(whose_lines(grid))
            case "suivante":
                return self._next(row.key)
            case "aller":
                named = named_line(grid, answer.split(None, 1)[-1])
                if named is not None:
                    return self._key(named[0], named[1] or part)
                self._dialogue.misunderstood(answer, "une ligne, par exemple « aller 1.3 »")
            case "repondre":
                points = self._points(line, is_waiting=True) or self._points(line, is_waiting=False)
                go_through(self._desk, points, "La Caf n’a rien dit de cette ligne.")
            case _:
                return super()._command(row, answer)
        return row.key

    def _comment(self, line: str) -> str:
        """Take the comment of a line; return the key to go to, empty to stay."""
        field = self._grid_form.comment(line)
        with suppress(Back):
            goes_to = self.ask(field)
            return self._comment(line) if goes_to == field.key else goes_to
        return ""

    def _read(self, line: str) -> None:
        """Say a line again, its notes, its comment, what was answered to the Caf; then that of last time."""
        session, grid, say = self._session, self._session.grid, self._dialogue.say
        assessment, policies = session.assessment, grid.policies
        each = [(one.label, assessment.answers.get(Cell(line, one.id))) for one in policies]
        self._describe(line)
        say(", ".join(f"{name} {'vide' if note is None else answer_text(note)}" for name, note in each) + ".")
        if comment := assessment.comments.get(line):
            say("Commentaire de la ligne :", comment)
        self._say_points(self._points(line, is_waiting=False))
        last = last_time_of(self._desk.workspace, grid, assessment)
        if last is not None:
            say(former_line(grid, last.assessment, line))

    def _next(self, here: str) -> str:
        """Return the key of the next empty cell, else of the next number to give."""
        session, at = self._session, parse_cell_key(here)
        if (blank := next_blank(session.grid, session.assessment, at)) is not None:
            return self._key(*blank)
        if (number := next_number(session.grid, session.assessment, at.activity)) is not None:
            return self._key(number, NUMBER)
        self._dialogue.say("Toutes les cases ont une réponse, et tous les nombres sont donnés.")
        return here


def go_through(desk: Desk, points: Sequence[Point], nothing: str) -> bool:
    """Read each of `points` and ask for its answer; return False when the person goes back.

    Without any, say `nothing`.
    """
    if not points:
        desk.dialogue.say(nothing)
    form = AnswerForm(desk.session, [point.key for point in points])
    return FormRoom(desk.dialogue, form, desk).run()
