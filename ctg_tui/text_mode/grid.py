"""The grid: one note a question, line by line, then its indicators, with the commands of who answers."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Final

from ctg_tui.domain.assessment import NOT_CONCERNED, Cell, Place, Profile, answer_text
from ctg_tui.domain.changes import cells_to_show
from ctg_tui.domain.edits import column_cells
from ctg_tui.domain.errors import NotSaved
from ctg_tui.domain.grid import Indicator, Mission, number_of
from ctg_tui.domain.scores import Tally
from ctg_tui.domain.steps import is_asked, next_blank, numbers_given
from ctg_tui.services.editing import next_cell
from ctg_tui.text_mode import desk as desk_words
from ctg_tui.text_mode import log
from ctg_tui.text_mode.desk import COMMON_HELP, Desk, saved, write
from ctg_tui.text_mode.dialogue import (
    Back,
    Word,
    ask_in_turn,
    command,
    heard,
    line_aloud,
    note_of,
    proposed_aloud,
)
from ctg_tui.text_mode.results import portion_name, progress, reasons
from ctg_tui.wording.french import PROFILES, count, thousands
from ctg_tui.wording.log import offer_of_number
from ctg_tui.wording.results import NO_FORMER_COMMENT, TAKEN_ALREADY, explanation, former_line
from ctg_tui.wording.typed import parse_number

_HELP: Final = (
    "Tapez un nombre entier, puis Entrée. Entrée seule ne change rien.\n"
    "« effacer » : retirer le nombre.\n"
    "« reprendre carnet » : le nombre que donnent les faits du carnet.\n"
    "« commentaire » : écrire celui de l’indicateur.\n"
    f"« lire » : le relire.\n{COMMON_HELP}"
)


class IndicatorsRoom:
    """Asks for the number of one indicator after the other."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def run(self) -> None:
        """Ask for every indicator that is asked of this assessment."""
        session = self._desk.session
        every = [
            (mission, indicator) for mission in session.grid.missions for indicator in mission.indicators
        ]
        asked = [each for each in every if is_asked(each[1], session.assessment)]
        if not every:
            self._desk.dialogue.say("Cette grille n’a aucun indicateur.")
        if len(asked) < len(every):
            profile = PROFILES[Profile.PROJECT_LEAD]
            self._desk.dialogue.say(f"Les indicateurs réservés au {profile} ne sont pas demandés.")
        is_done = ask_in_turn([partial(self._ask, mission, indicator) for mission, indicator in asked])
        if asked and is_done:
            self._desk.dialogue.say(f"Fin des indicateurs : {numbers_said(self._desk)}.")

    def _ask(self, mission: Mission, indicator: Indicator) -> None:
        desk, session = self._desk, self._desk.session
        rank = [each.id for each in mission.indicators].index(indicator.id) + 1
        where = f"Mission {mission.number}, indicateur {rank} sur {len(mission.indicators)}"
        desk.dialogue.say(f"{where} : {indicator.label}")
        if indicator.is_proposed:
            provenance = session.grid.provenance(indicator.source)
            desk.dialogue.say(f"{provenance[:1].upper()}{provenance[1:]}.")
        facts = () if indicator.is_heading else log.counted(desk, indicator.id)
        if facts and not session.is_read_only:
            desk.dialogue.say(f"{offer_of_number(facts)}, par « reprendre carnet ».")
        while True:
            number = session.assessment.numbers.get(indicator.id)
            present = "" if number is None else f", actuellement {thousands(number)}"
            question = f"{where}, un titre. Entrée :"
            if not indicator.is_heading:
                question = f"{where}. Nombre{present} :"
            answer = desk.dialogue.ask(question, _HELP)
            word, _ = command(answer)
            if word in {Word.NOTHING, Word.NEXT}:
                return
            if word is Word.COMMENT:
                text = session.assessment.remarks.get(indicator.id, "")
                write(desk, "Commentaire", text, partial(session.remark, indicator.id))
            elif word is Word.READ:
                text = session.assessment.remarks.get(indicator.id, "")
                desk.dialogue.say("Commentaire :", text) if text else desk.dialogue.say("Pas de commentaire.")
            elif word is Word.TAKE_FACTS and not indicator.is_heading:
                log.take_number(desk, indicator.id)
            elif word is Word.CLEAR:
                desk.keep(partial(session.count, indicator.id, None), saved("nombre retiré"))
            elif not desk.common(answer) and self._count(indicator, answer):
                return

    def _count(self, indicator: Indicator, answer: str) -> bool:
        """Save the number typed; return whether it was one."""
        desk = self._desk
        if indicator.is_heading:
            desk.dialogue.say("C’est un titre de rubrique : il n’a pas de nombre.")
            return False
        try:
            number = parse_number(desk.dialogue.digits(answer))
        except ValueError as error:
            desk.dialogue.say(f"{error} Rien n’a été changé.")
            return False
        if number is None:
            return False
        return desk.keep(
            partial(desk.session.count, indicator.id, number), saved(f"Nombre, {thousands(number)}")
        )


def numbers_said(desk: Desk) -> str:
    """Return `1 nombre sur 2, et 0 sur 12 aux lignes proposées`: those given, of those asked for."""
    session = desk.session
    given, asked = numbers_given(session.grid.indicators.values(), session.assessment)
    return f"{count(given.own, 'nombre')} sur {asked.own}{proposed_aloud(given, asked)}"


# The notes, line by line.

_GRID_HELP: Final = (
    "Tapez 0, 1, 2, 3 ou NC, puis Entrée. Entrée seule passe à la case suivante.\n"
    "« échelle » : ce que veut dire chaque note.\n"
    "« effacer » : retirer la réponse.\n"
    "« suivante » : la prochaine case sans réponse.\n"
    "« aller 1.3 » : la ligne 3 de la mission 1.\n"
    "« chercher partenaires » : les lignes où se trouve ce mot, commentaires compris.\n"
    "« commentaire » : écrire celui de la ligne.\n"
    "« carnet » : noter un fait sur la ligne.\n"
    "« reprendre carnet » : ses faits de l’année dans le commentaire.\n"
    "« lire » : relire la ligne, son commentaire et ceux de la dernière fois.\n"
    "« reprendre » : reprendre le commentaire de la dernière fois.\n"
    "« nc politique » : toute la politique en NC, ou ses notes rétablies. « nc social » : une autre.\n"
    f"« pourquoi » : d’où viennent les pourcentages.\n{COMMON_HELP}"
)
_EXPECTED: Final = "0, 1, 2, 3, NC ou une commande"
_THIS_ONE: Final = "politique"


class GridRoom:
    """Asks for the note of one cell after the other."""

    def __init__(self, desk: Desk, *, azerty: bool) -> None:
        self._desk = desk
        self._azerty = azerty
        self._described = ""
        """The line whose text was said last."""

    def run(self) -> None:
        """Ask from where the person left on, until the end of the grid."""
        session = self._desk.session
        if not session.grid.cells:
            self._desk.dialogue.say("Cette grille n’a aucune ligne à noter.")
            return
        cell = self._first()
        try:
            while (following := self._ask(cell)) is not None:
                # An undone edit can have changed the lines.
                cell = following if following in session.grid.cells else self._first()
        finally:
            self._save_place(cell)

    def _save_place(self, cell: Cell) -> None:
        session = self._desk.session
        if cell in session.grid.cells:
            with suppress(NotSaved):  # only a place is lost: the next note stores it too
                session.move(_place(session.grid.mission_of[cell.activity].id, cell))

    def _first(self) -> Cell:
        session = self._desk.session
        place = session.place
        if place is not None and place.line is not None and place.policy is not None:
            left = Cell(place.line, place.policy)
            if left in session.grid.cells:
                return left
        return next_blank(session.grid, session.assessment, None) or session.grid.cells[0]

    def _ask(self, cell: Cell) -> Cell | None:
        """Ask for the note of `cell`; return the next cell to ask for, None to leave the grid."""
        desk, session = self._desk, self._desk.session
        if cell.activity != self._described:
            activity = session.grid.activities[cell.activity]
            mission = session.grid.mission_of[cell.activity]
            if session.grid.mission_of.get(self._described) is not mission:
                desk.dialogue.say(f"Mission {mission.number} : {mission.title}.")
            desk.dialogue.say(*desk_words.described(session.grid, session.assessment, activity))
            self._described = cell.activity
        try:
            answer = desk.dialogue.ask(
                desk_words.question(session.grid, session.assessment, cell), _GRID_HELP
            )
        except Back:
            return self._step(cell, -1)
        if not answer:
            return self._step(cell, 1)
        note = note_of(answer, azerty=self._azerty)
        if note is not None:
            return self._rate(cell, answer_text(note))
        return self._command(cell, answer)

    def _step(self, cell: Cell, step: int) -> Cell | None:
        cells = self._desk.session.grid.cells
        rank = cells.index(cell) + step
        if rank < 0:
            return None
        return cells[rank] if rank < len(cells) else self._end()

    def _end(self) -> Cell | None:
        whole = self._desk.session.scores.whole
        self._desk.dialogue.say(f"Fin de la grille : {progress(whole)} pour les lignes de la Caf.")
        return None

    def _rate(self, cell: Cell, text: str) -> Cell | None:
        """Save the note `text` (empty: none) of `cell`; return the next one to ask for."""
        from ctg_tui.domain.assessment import parse_answer

        session = self._desk.session
        before = self._tally(cell)
        following = next_cell(session.grid, session.assessment, cell) if text else cell
        answer = parse_answer(text) if text else None
        target = _place(session.grid.mission_of[cell.activity].id, cell)
        if following is not None:
            target = _place(session.grid.mission_of[following.activity].id, following)
        label = session.grid.policies_by_id[cell.policy].label
        said = saved(f"{label}, {text}") if text else saved(f"{label}, sans réponse")
        if not self._desk.keep(lambda: session.rate(cell, answer, target), said):
            return cell
        after = self._tally(cell)
        if before.blank and not after.blank:
            self._desk.dialogue.say(
                f"{self._mission_name(cell)} : terminée, {heard(after)}. « bilan » dit ce qui reste."
            )
        return self._end() if following is None else following

    def _tally(self, cell: Cell) -> Tally:
        session = self._desk.session
        is_proposed = session.grid.activities[cell.activity].is_proposed
        return session.scores.side(is_proposed).missions[session.grid.mission_of[cell.activity].id]

    def _mission_name(self, cell: Cell) -> str:
        grid = self._desk.session.grid
        is_proposed = grid.activities[cell.activity].is_proposed
        return next(
            portion_name(portion)
            for portion in grid.portions
            if portion.mission is grid.mission_of[cell.activity] and portion.is_proposed is is_proposed
        )

    # commands

    def _command(self, cell: Cell, answer: str) -> Cell | None:
        """Do what `answer` asks for; return the cell to ask for next."""
        desk, session = self._desk, self._desk.session
        word, rest = command(answer)
        match word:
            case Word.SCALE:
                desk.dialogue.say(*self._scale())
            case Word.NEXT:
                return self._next(cell)
            case Word.GO:
                return self._go(cell, rest)
            case Word.SEARCH:
                return self._search(cell, rest)
            case Word.COMMENT:
                present = session.assessment.comments.get(cell.activity, "")
                write(desk, "Commentaire", present, lambda text: session.comment(cell.activity, text))
            case Word.LOG:
                log.note_on(desk, number_of(session.grid, cell.activity))
            case Word.TAKE_FACTS:
                self._described = ""
                log.take_into_comment(desk, cell.activity)
            case Word.READ:
                self._described = ""
                self._read(cell.activity)
            case Word.TAKE:
                self._take_over(cell.activity)
            case Word.CLEAR:
                return self._rate(cell, "")
            case Word.COLUMN:
                self._leave_policy(cell, rest)
            case Word.WHY:
                entries, today = session.history(cell.activity), desk.workspace.today()
                told = explanation(session.grid, session.scores, cell, entries, today)
                desk.dialogue.say(*reasons(session.grid, told))
            case Word.UNDO:
                nothing = "Il n’y a rien à annuler."
                return self._turned(
                    cell, desk.turn("Annulé", nothing, session.next_undo, session.undo) is not None
                )
            case _:
                if not desk.common(answer):
                    desk.dialogue.misunderstood(answer, _EXPECTED)
        return cell

    def _read(self, activity: str) -> None:
        """Say the comment of a line, and last time's notes and comment."""
        dialogue, session = self._desk.dialogue, self._desk.session
        if comment := session.assessment.comments.get(activity):
            dialogue.say("Commentaire de la ligne :", comment)
        last = self._desk.last_time()
        if last is None:
            return
        former = {
            policy.label: last.answers.get(Cell(activity, policy.id)) for policy in session.grid.policies
        }
        if said := former_line(last.year, former, last.comments.get(activity, "")):
            dialogue.say(said)

    def _take_over(self, activity: str) -> None:
        """Add last time's comment of a line to this time's."""
        dialogue, session = self._desk.dialogue, self._desk.session
        last = self._desk.last_time()
        former = "" if last is None else last.comments.get(activity, "")
        if not former:
            dialogue.say(NO_FORMER_COMMENT)
        elif former in session.assessment.comments.get(activity, ""):
            dialogue.say(TAKEN_ALREADY)
        else:
            self._desk.keep(lambda: session.take_over(activity, former))

    def _turned(self, cell: Cell, is_done: bool) -> Cell:
        """Return the cell that the last undone edit is about, `cell` for any other edit."""
        following = self._desk.session.next_redo() if is_done else None
        changed = cells_to_show(following) if following else ()
        known = [each for each in changed if each in self._desk.session.grid.cells]
        return known[0] if known else cell

    def _scale(self) -> list[str]:
        steps = sorted(
            self._desk.session.grid.scale, key=lambda step: (step.points is None, step.points or 0)
        )
        return [f"{step.code} : {step.label}" for step in steps]

    def _next(self, cell: Cell) -> Cell:
        session = self._desk.session
        blank = next_blank(session.grid, session.assessment, cell)
        if blank is None:
            self._desk.dialogue.say("Toutes les cases ont une réponse.")
            return cell
        return blank

    def _go(self, cell: Cell, name: str) -> Cell:
        target = desk_words.cell_named(self._desk.session.grid, name, cell.policy)
        if target is not None:
            return target
        grid, dialogue = self._desk.session.grid, self._desk.dialogue
        hidden = desk_words.cell_named(grid.whole, name, cell.policy)
        door = next((each for each in grid.doors if hidden and hidden.activity in each.lines), None)
        if door is None:
            dialogue.misunderstood(name, "une ligne, par exemple « aller 1.3 »")
        else:
            dialogue.say(desk_words.closed([door], "« menu », puis "))
        return cell

    def _search(self, cell: Cell, words: str) -> Cell:
        grid, dialogue = self._desk.session.grid, self._desk.dialogue
        matching = desk_words.found(grid, self._desk.session.assessment, words)
        if len(matching) == 1:
            return Cell(matching[0].id, cell.policy)
        if not matching:
            dialogue.say("Aucune ligne n’a ces mots.")
            return cell
        dialogue.say(f"{count(len(matching), 'ligne trouvée', 'lignes trouvées')}.")
        for activity in matching[: desk_words.MOST_FOUND]:
            dialogue.say(f"{line_aloud(grid, activity.id)} : {activity.label}")
        if len(matching) > desk_words.MOST_FOUND:
            dialogue.say("D’autres lignes suivent : ajoutez un mot pour en trouver moins.")
        dialogue.say(f"« aller {number_of(grid, matching[0].id)} » va à la première.")
        return cell

    def _leave_policy(self, cell: Cell, name: str) -> None:
        """Set a policy to NC in the whole grid, or give its notes back, once the person agrees."""
        session, dialogue = self._desk.session, self._desk.dialogue
        policy = cell.policy if name == _THIS_ONE else desk_words.policy_named(session.grid, name)
        if policy is None:
            labels = ", ".join(f"« nc {each.label.lower()} »" for each in session.grid.policies)
            dialogue.misunderstood(f"nc {name}", f"« nc politique », {labels}")
            return
        label = session.grid.policies_by_id[policy].label
        cells = column_cells(session.grid, policy)

        def is_left() -> bool:
            return all(session.assessment.answers.get(each) is NOT_CONCERNED for each in cells)

        asked = f"{label} ne vous concerne pas ? Ses {len(cells)} cases passent à NC, vos notes sont gardées."
        if is_left():
            asked = f"{label} vous concerne de nouveau ? Ses {len(cells)} cases retrouvent leur réponse."
        if not dialogue.agree(asked):
            dialogue.say("Rien n’a été changé.")
        elif self._desk.keep(lambda: session.toggle_policy(policy)):
            said = (
                "non concerné. La même commande rétablit les notes"
                if is_left()
                else "vos notes sont rétablies"
            )
            dialogue.say(f"{label} : {said}.")


def _place(mission: str, cell: Cell) -> Place:
    return Place(mission, cell.activity, cell.policy)
