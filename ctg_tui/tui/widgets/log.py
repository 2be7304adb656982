"""The rows in which a fact of the log is written: sentence, date, lines, indicators, number."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.grid import Grid, number_of
from ctg_tui.domain.log import MAX_TEXT, LogEntry
from ctg_tui.services.log import new_entry
from ctg_tui.tui.characters import shown
from ctg_tui.tui.settings import keyboard_of
from ctg_tui.tui.widgets.fields import FormRow, NumberField, TextField
from ctg_tui.tui.widgets.plain import PlainStatic
from ctg_tui.wording.french import NBSP
from ctg_tui.wording.typed import date_meant, parse_number, parse_past_date, typed_date

Read = TypeVar("Read")


class FactPane(Vertical):
    """Starts from `entry`; `today` completes a date typed without its year. Posts `Entered` on Entrée.

    `territory` asks for the territory too, when the log has none yet.
    """

    DEFAULT_CSS = """
    FactPane {
        height: auto;
        padding: 0 2;
        border-top: solid $filet;
        #fait-titre { height: 1; color: $primary; text-style: bold; }
        #fait-titre { text-wrap: nowrap; text-overflow: ellipsis; }
    }
    """

    class Entered(Message):
        """Entrée: the fact is written."""

    def __init__(
        self, title: str, grid: Grid, entry: LogEntry, today: date, *, territory: bool = False
    ) -> None:
        super().__init__()
        self._title, self._grid, self._today = title, grid, today
        self._former = entry
        self.territory = TextField(placeholder="le nom du territoire") if territory else None
        self.sentence = TextField(
            entry.text, placeholder=f"par exemple{NBSP}: COPIL, 9 présents", max_length=MAX_TEXT
        )
        self._date = TextField(typed_date(entry.on))
        self._lines = TextField(self._names(entry.activities), placeholder="facultatif, par exemple 1.3")
        self._indicators = TextField(
            self._names(entry.indicators), placeholder="facultatif, par exemple 1.i2"
        )
        self._number = NumberField(
            "" if entry.number is None else str(entry.number), placeholder="facultatif, ce qui se compte"
        )
        self._began = self._typed()

    def compose(self) -> ComposeResult:
        yield PlainStatic(shown(self._title), id="fait-titre")
        if self.territory is not None:
            yield FormRow("Territoire", self.territory, identifier="fait-territoire")
        yield FormRow("Fait", self.sentence, identifier="fait-phrase")
        yield FormRow("Date", self._date, identifier="fait-date")
        yield FormRow("Lignes", self._lines, identifier="fait-lignes")
        yield FormRow("Indicateurs", self._indicators, identifier="fait-indicateurs")
        yield FormRow("Nombre", self._number, identifier="fait-nombre")

    def on_mount(self) -> None:
        first = self.sentence if self.territory is None else self.territory
        first.focus()

    def _names(self, lines: tuple[str, ...]) -> str:
        """Return `1.3, 2.1`; a line of another grid keeps its id."""
        return ", ".join(
            number_of(self._grid, line) if line in self._grid.mission_of else line for line in lines
        )

    def _typed(self) -> tuple[str, ...]:
        fields = (self.territory, self.sentence, self._date, self._lines, self._indicators, self._number)
        return tuple(field.value for field in fields if field is not None)

    @property
    def is_changed(self) -> bool:
        """Whether something was typed."""
        return self._typed() != self._began

    @on(TextField.Submitted)
    def _on_submit(self, event: TextField.Submitted) -> None:
        event.stop()
        self.post_message(self.Entered())

    def read(self, *, show: bool = True) -> LogEntry | None:
        """Return the fact as typed; None when something is wrong.

        With `show`, each problem is shown below its field, and the cursor goes to the first.
        """
        entry, problems = self._reading()
        if show and self.is_attached:
            refused = []
            for row in self.query(FormRow):
                problem = problems.get((row.id or "").removeprefix("fait-"), "")
                row.show_problem(problem)
                refused += [row] if problem else []
            if refused:
                refused[0].field.focus()
        return entry

    @property
    def problem(self) -> str:
        """Why the fact as typed cannot be noted; empty when it can."""
        return next(iter(self._reading()[1].values()), "")

    def _reading(self) -> tuple[LogEntry | None, dict[str, str]]:
        """Return the fact as typed, or None and each problem by the name of its row."""
        problems: dict[str, str] = {}

        def value(row: str, reading: Callable[[], Read]) -> Read | None:
            try:
                return reading()
            except ValueError as error:
                problems[row] = str(error)
            except Refusal as refusal:
                problems[row] = refusal.sentences()
            return None

        on = value("date", lambda: parse_past_date(self._typed_date(), self._today))
        number = value("nombre", lambda: parse_number(self._number.value))
        text = self.sentence.value.strip()
        activities = value("lignes", lambda: self._entry(lines=self._lines.value).activities)
        indicators = value("indicateurs", lambda: self._entry(indicators=self._indicators.value).indicators)
        if not text:
            problems["phrase"] = "Écrivez ce qui s’est passé."
        if self.territory is not None and not self.territory.value.strip():
            problems["territoire"] = f"Un carnet est celui d’un territoire{NBSP}: donnez son nom."
        if problems:
            return None, problems
        return LogEntry(on or self._today, text, activities or (), indicators or (), number), problems

    def _typed_date(self) -> str:
        return date_meant(self._date.value, keyboard_of(self).id)

    def _entry(self, lines: str = "", indicators: str = "") -> LogEntry:
        """Return a fact with the lines or indicators typed. Raises Refusal for an unknown one."""
        former = {*self._former.activities, *self._former.indicators} - self._grid.mission_of.keys()
        typed = [[name for name in re.split(r"[,; ]+", text) if name] for text in (lines, indicators)]
        kept = [tuple(name for name in names if name in former) for names in typed]
        named = [[name for name in names if name not in former] for names in typed]
        entry = new_entry(self._grid, self._today, "", named[0], named[1])
        return entry._replace(activities=entry.activities + kept[0], indicators=entry.indicators + kept[1])
