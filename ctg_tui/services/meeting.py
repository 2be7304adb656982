"""« Entretien » as a form: the date, the texts for the talk with the Caf, the actions over the years."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from ctg_tui.domain.assessment import Action, Outcome, PreparationTopic
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.results import is_open, over_the_years
from ctg_tui.domain.steps import LOW_NOTES, lines_rated
from ctg_tui.domain.text import MAX_TEXT_LENGTH
from ctg_tui.domain.thread import PointState
from ctg_tui.services.editing import Session
from ctg_tui.services.forms import (
    ADD,
    REMOVE,
    Doing,
    Fact,
    Field,
    Kind,
    Option,
    Row,
    StoredForm,
    as_a_name,
)
from ctg_tui.services.results import former_years, last_time_of
from ctg_tui.services.workspace import Workspace
from ctg_tui.wording.french import OUTCOMES, TOPICS, listing
from ctg_tui.wording.lines import action_in_a_line, found_lines, line_number
from ctg_tui.wording.thread import STATES
from ctg_tui.wording.typed import parse_date, typed_date

DATE, POINTS, ACTIONS = "date", "points", "actions"
LINE, WHAT, WHO, DUE, BECAME = "ligne", "quoi", "qui", "quand", "devenir"
"""The parts of an action; the key of a row is `actions.2.quoi`."""
_OPEN: Final = Option("a-faire", "à faire")
_OUTCOMES: Final = [_OPEN, *(Option(outcome.value, name) for outcome, name in OUTCOMES.items())]


class MeetingForm(StoredForm):
    """« Entretien », on an open assessment.

    An action stands on a line of the grid. Those of former years that are still open come too: saying what
    became of one takes it up this year. Without a line a new action is only a row.
    """

    name = "entretien"
    title = "Entretien"

    def __init__(self, workspace: Workspace, session: Session) -> None:
        self._workspace, self._session = workspace, session
        self._lines: list[str] = []
        """The line of each action in sight, empty for a new one that has none yet."""
        self.follow()

    def follow(self) -> None:
        """Read the actions again; those in sight keep their places, unless others came."""
        workspace, session = self._workspace, self._session
        grid, assessment = session.grid, session.assessment
        last = last_time_of(workspace, grid, assessment)
        self._last = None if last is None else last.assessment
        years = former_years(workspace, grid, assessment)
        self._former = {past.activity: past for past in over_the_years(years) if is_open(past.action)}
        known = {*assessment.actions, *self._former} & {*grid.activities}
        if not known <= {*self._lines}:
            known |= {line for line in self._lines if line in grid.activities}
            blank = [line for line in self._lines if not line]
            self._lines = [*(line for line in grid.activities if line in known), *blank]

    @property
    def needed(self) -> dict[str, str]:
        stored = {*self._session.assessment.actions, *self._former}
        return {f"{ACTIONS}.{rank}": WHAT for rank, line in enumerate(self._lines, 1) if line not in stored}

    # rows

    def rows(self) -> Iterator[Row]:
        """Yield the date, the texts, the points of the Caf, the actions."""
        session, topics = self._session, PreparationTopic
        written = session.assessment.preparation
        prepares = partial(session.prepare, topics.MEETING)
        at = Field(DATE, TOPICS[topics.MEETING], written.get(topics.MEETING, ""), prepares, self._day)
        yield at._replace(placeholder="par exemple 12 mars")
        for topic in topics:
            if topic is not topics.MEETING:
                text = _text(topic.value, TOPICS[topic], written.get(topic, ""), "à écrire")
                yield text._replace(before=self._before(topic), keep=partial(session.prepare, topic))
        if points := session.points:
            words, states = STATES | {PointState.TO_SEE: "à répondre"}, [point.state for point in points]
            said = [f"{states.count(state)} {word}" for state, word in words.items() if state in states]
            yield Fact(POINTS, "Points de la Caf", listing(said))
        if not self._lines:
            yield Fact(ACTIONS, "", "Actions (facultatif)")
        for rank, line in enumerate(self._lines, 1):
            yield from self._action(f"{ACTIONS}.{rank}", rank - 1, line)
        yield Doing(ADD, "+ Ajouter une action", self._add)

    def _before(self, topic: PreparationTopic) -> str:
        former = "" if self._last is None else self._last.preparation.get(topic, "").strip()
        return typeset(f"En {self._last.identity.year} : {former}") if self._last and former else ""

    def _action(self, key: str, position: int, line: str) -> Iterator[Row]:
        """Yield the rows of an action: of one of a former year, first what became of it."""
        grid = self._session.grid
        action, past = self._session.assessment.actions.get(line), self._former.get(line)
        is_own = action is not None or past is None
        who = f"Action {line_number(grid, line)}" if line else "Nouvelle action"
        title = typeset(f"{who} : {grid.activities[line].label}" if line else who)
        yield Fact(key, "", title)
        if past is not None:
            planned = action_in_a_line(past.action).lstrip("→ ")
            yield Fact(f"{key}.avant", f"Prévue en {past.planned}", planned)
        if line:
            yield Fact(f"{key}.{LINE}", "Ligne", grid.numbers[line])
        else:
            begins = partial(self._begin, position)
            where = Field(f"{key}.{LINE}", "Ligne", "", begins, self._line_typed, who=who, only_offers=True)
            yield where._replace(offers=self._offers, placeholder="le numéro de la ligne, ou ses mots")
        if line and is_own:
            here, plan = action or Action(), partial(self._plan, line)
            what = _text(f"{key}.{WHAT}", "Quoi", here.what, "à écrire pour la garder", who)
            yield what._replace(keep=lambda text: plan(what=text))
            by = Field(f"{key}.{WHO}", "Qui", here.who, lambda text: plan(who=text), as_a_name, who=who)
            yield by._replace(placeholder="facultatif")
            due = Field(f"{key}.{DUE}", "Pour quand", typed_date(here.due), parse=self._day, who=who)
            due = due._replace(placeholder="facultatif", hint="par exemple 31/03/2027 ou 31 mars")
            yield due._replace(keep=lambda text: plan(due=parse_date(text, self._workspace.today())))
        if action is not None or past is not None:
            outcome = None if action is None else action.outcome
            became = Field(f"{key}.{BECAME}", "Devenir", _OPEN.key if outcome is None else outcome.value)
            became = became._replace(kind=Kind.ONE, options=_OUTCOMES, who=who)
            yield became._replace(keep=partial(self._close, line))
        if is_own:
            removes = partial(self._remove, position)
            yield Doing(f"{key}.{REMOVE}", "Retirer cette action", removes)

    def _offers(self, typed: str) -> list[Option]:
        grid = self._session.grid
        found = self._matching(typed)
        return [Option(one, f"{grid.numbers[one]} {grid.activities[one].label}") for one in found]

    def _low(self) -> list[str]:
        low = lines_rated(self._session.grid, self._session.assessment, LOW_NOTES)
        return [line for line in dict.fromkeys(cell.activity for cell in low) if line not in self._lines]

    def _matching(self, typed: str) -> list[str]:
        """Return the lines that a typed text can mean: by number, by words; without any, those noted low."""
        grid, assessment = self._session.grid, self._session.assessment
        if not typed.strip():
            return self._low()
        first = typed.split()[0]
        if exact := [line for line in grid.activities if grid.numbers[line] == first]:
            return exact
        found = found_lines(grid, assessment, typed)
        return [line.id for line in found][:40]  # of more, one types another word

    # values

    def _day(self, text: str) -> str:
        return typed_date(parse_date(text, self._workspace.today()))

    def _line_typed(self, text: str) -> str:
        """Return the number of the line that a text means. Raises ValueError, with a French sentence."""
        if not text.strip():
            return ""
        found = self._matching(text)
        if len(found) != 1:
            raise ValueError("Une ligne s’écrit par son numéro, par exemple 1.3.")
        number = self._session.grid.numbers[found[0]]
        if found[0] in self._lines:
            raise ValueError(f"La ligne {number} a déjà une action.")
        return number

    def _close(self, line: str, key: str) -> None:
        """Say what became of an action; one of a former year is taken up this year."""
        past = self._former.get(line)
        action = self._session.assessment.actions.get(line) or (past and past.action)
        if action is not None:
            self._session.end_typing()  # it is another edit than the words
            self._session.plan(line, action._replace(outcome=None if key == _OPEN.key else Outcome(key)))
            self._session.end_typing()

    def _plan(self, line: str, **parts: Any) -> None:
        action = (self._session.assessment.actions.get(line) or Action())._replace(**parts)
        is_blank = not (action.what.strip() or action.who or action.due)
        self._session.plan(line, None if is_blank else action)

    def _begin(self, position: int, number: str) -> None:
        grid = self._session.grid
        self._lines[position] = next((one for one in grid.activities if grid.numbers[one] == number), "")

    def _add(self) -> str:
        if "" not in self._lines:
            self._lines.append("")
        return f"{ACTIONS}.{self._lines.index('') + 1}.{LINE}"

    def _remove(self, position: int) -> str:
        line = self._lines[position]
        if line:
            self._session.plan(line, None)
            self._session.end_typing()
        if line not in self._former:
            del self._lines[position]
        return ""


def _text(key: str, label: str, value: str, placeholder: str, who: str = "") -> Field:
    text = Field(key, label, value, parse=str.strip, kind=Kind.TEXT, limit=MAX_TEXT_LENGTH)
    return text._replace(placeholder=placeholder, who=who)
