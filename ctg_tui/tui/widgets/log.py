"""The rows in which a fact of the log is written: what happened, when, what it counts for, a number."""

from __future__ import annotations

from datetime import date
from functools import partial

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from ctg_tui.domain.grid import Grid
from ctg_tui.domain.log import MAX_TEXT, LogEntry
from ctg_tui.services.log import SEPARATOR, countable, matching_places, read_places
from ctg_tui.tui.characters import shown
from ctg_tui.tui.choices import Offer
from ctg_tui.tui.form_page import Field, Row
from ctg_tui.tui.settings import keyboard_of
from ctg_tui.tui.widgets.fields import TextField
from ctg_tui.tui.widgets.plain import PlainStatic
from ctg_tui.wording.french import NBSP
from ctg_tui.wording.typed import date_meant, parse_number, parse_past_date, typed_date

TERRITORY, SENTENCE, DATE, PLACES, NUMBER = "territoire", "fait", "date", "compte-pour", "nombre"
"""The rows, by their key."""
_BETWEEN = f"{NBSP}{SEPARATOR} "


class PlacesRow(Row):
    """Offers the lines and indicators that the letters typed last can mean; Entrée takes one, and stays."""

    def offer(self) -> None:
        if self._listing is None or self.spec.offers is None:
            return
        _, typed = self._parts()
        self._offers = self.spec.offers(typed) if typed else ()
        is_known = any(one.text == typed for one in self._offers)
        self.set_class(bool(self._offers) and self.field.has_focus and not is_known, "-offre")
        self.show_offers(self._offers)
        self._listing.action_first()

    def _parts(self) -> tuple[str, str]:
        """Return what was chosen, and the letters typed after it."""
        before, _, typed = self.text.rpartition(SEPARATOR)
        return before.strip(), typed.strip()

    def choose(self) -> str | None:
        before, _ = self._parts()
        key = None if self._listing is None else self._listing.key
        offer = next((one for one in self._offers if one.key == key), None)
        if offer is None or not isinstance(self.field, TextField):
            return None
        self.field.fill(_BETWEEN.join(filter(None, (before, offer.text))))
        self.close()
        return offer.key


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
        names = {one.key: one.text for one in countable(grid)}
        places = (*entry.activities, *entry.indicators)
        self._elsewhere = LogEntry(
            entry.on,
            "",
            tuple(line for line in entry.activities if line not in names),
            tuple(line for line in entry.indicators if line not in names),
        )
        """Lines of another grid: they stay in the fact."""
        rows = [
            Row(Field(SENTENCE, "Fait", entry.text, parse=_written, length=MAX_TEXT, placeholder=_EXAMPLE)),
            Row(
                Field(
                    DATE,
                    "Date",
                    typed_date(entry.on) if entry.text else "",
                    parse=self._day,
                    placeholder=f"aujourd’hui, {typed_date(today)}",
                )
            ),
            PlacesRow(
                Field(
                    PLACES,
                    "Compte pour",
                    _BETWEEN.join(names[line] for line in places if line in names),
                    parse=self._places,
                    offers=partial(_offers, grid),
                    length=1_000,
                    placeholder=f"facultatif{NBSP}: quelques lettres d’une ligne ou d’un indicateur",
                )
            ),
            Row(
                Field(
                    NUMBER,
                    "Nombre",
                    "" if entry.number is None else str(entry.number),
                    parse=lambda text: _or_empty(parse_number(text)),
                    is_number=True,
                    placeholder=f"facultatif{NBSP}: ce qui se compte",
                )
            ),
        ]
        if territory:
            placeholder = "le nom du territoire"
            rows.insert(0, Row(Field(TERRITORY, "Territoire", parse=_named, placeholder=placeholder)))
        self._rows = {row.key: row for row in rows}
        self._began = self._typed()

    def compose(self) -> ComposeResult:
        yield PlainStatic(shown(self._title), id="fait-titre")
        yield from self._rows.values()

    def on_mount(self) -> None:
        next(iter(self._rows.values())).field.focus()

    # what the fields hold

    def _typed(self) -> list[str]:
        return [row.text for row in self._rows.values()]

    @property
    def is_changed(self) -> bool:
        """Whether something was typed."""
        return self._typed() != self._began

    @property
    def territory(self) -> str:
        """The territory typed; empty when it is not asked for."""
        return self._rows[TERRITORY].text.strip() if TERRITORY in self._rows else ""

    def _day(self, text: str) -> str:
        return typed_date(self._date_of(text))

    def _date_of(self, text: str) -> date:
        return parse_past_date(date_meant(text, keyboard_of(self).id), self._today) or self._today

    def _places(self, text: str) -> str:
        return _BETWEEN.join(place.text for place in read_places(self._grid, text))

    def _problems(self) -> dict[str, str]:
        """Return why each row is refused, those that are not left out."""
        found = {}
        for key, row in self._rows.items():
            if row.spec.parse is not None:
                try:
                    row.spec.parse(row.text)
                except ValueError as error:
                    found[key] = str(error)
        return found

    @property
    def problem(self) -> str:
        """Why the fact as typed cannot be noted; empty when it can."""
        return next(iter(self._problems().values()), "")

    def read(self, *, show: bool = True) -> LogEntry | None:
        """Return the fact as typed; None when something is wrong.

        With `show`, each problem is shown below its field, and the cursor goes to the first.
        """
        problems = self._problems()
        if show and self.is_attached:
            for key, row in self._rows.items():
                row.show_problem(problems.get(key, ""))
            if problems:
                self._rows[next(iter(problems))].field.focus()
        if problems:
            return None
        keys = [place.key for place in read_places(self._grid, self._rows[PLACES].text)]
        lines = tuple(key for key in keys if key in self._grid.activities)
        indicators = tuple(key for key in keys if key in self._grid.indicators)
        return LogEntry(
            self._date_of(self._rows[DATE].text),
            self._rows[SENTENCE].text.strip(),
            lines + self._elsewhere.activities,
            indicators + self._elsewhere.indicators,
            parse_number(self._rows[NUMBER].text),
        )

    # keys

    def _row_of_focus(self) -> Row | None:
        return next((row for row in self._rows.values() if row.has_focus_within), None)

    def step(self, step: int) -> None:
        """Go among what is offered, else to the next field or the one before."""
        row = self._row_of_focus()
        if row is not None and row.is_offering:
            row.step(step)
        elif step > 0:
            self.screen.focus_next("FactPane TextField")
        else:
            self.screen.focus_previous("FactPane TextField")

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Show what was typed as it is understood, or why it is not; an empty sentence is said on Entrée."""
        for row in self._rows.values():
            if event.widget is row.field:
                row.close()
                if row.text.strip():
                    row.settle()

    @on(TextField.Submitted)
    def _on_submit(self, event: TextField.Submitted) -> None:
        event.stop()
        row = self._row_of_focus()
        if row is None or not row.is_offering or row.choose() is None:
            self.post_message(self.Entered())

    def on_row_offer_clicked(self, message: Row.OfferClicked) -> None:
        message.stop()
        message.row.field.focus()


_EXAMPLE = f"par exemple{NBSP}: COPIL, 9 présents"


def _written(text: str) -> str:
    if not text.strip():
        raise ValueError("Écrivez ce qui s’est passé.")
    return text.strip()


def _named(text: str) -> str:
    if not text.strip():
        raise ValueError(f"Un carnet est celui d’un territoire{NBSP}: donnez son nom.")
    return text.strip()


def _or_empty(number: int | None) -> str:
    return "" if number is None else str(number)


def _offers(grid: Grid, typed: str) -> list[Offer]:
    return [Offer(one.key, one.text, one.beside) for one in matching_places(grid, typed)]
