"""Carnet: the facts of a territory, noted in ten seconds, found again by year."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget

from ctg_tui.domain.assessment import Identity, Moment, Place, Territory
from ctg_tui.domain.changes import Edit
from ctg_tui.domain.details import is_named, of_territory
from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.domain.grid import Grid, campaign_year, number_of
from ctg_tui.domain.log import MAX_TEXT, LogEntry, Period, year_of
from ctg_tui.services.log import (
    SEPARATOR,
    Fact,
    LogBook,
    countable,
    grid_of,
    matching_places,
    read_places,
    territories,
    territories_with_log,
    territory_named,
)
from ctg_tui.system.computer import local_time
from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.commands import Command, Destination, adapted, cmd, field_steps, undo_and_redo
from ctg_tui.tui.dialogs import Offer
from ctg_tui.tui.form_page import Field, Row
from ctg_tui.tui.list_page import ListPage
from ctg_tui.tui.page import NOT_YET
from ctg_tui.tui.settings import keyboard_of
from ctg_tui.tui.widgets.fields import TextField
from ctg_tui.tui.widgets.listing import (
    SOFT,
    STRONG,
    Item,
    Line,
    Piece,
    gap,
    hanging,
    section_title,
    sentence,
)
from ctg_tui.tui.widgets.strips import PlainStatic
from ctg_tui.wording.french import NBSP, count, saved_words, short_day
from ctg_tui.wording.log import STAYS, STAYS_IN_EXAMPLE, fact_in_a_line, period_in_words
from ctg_tui.wording.typed import date_meant, parse_number, parse_past_date, typed_date

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


_DATE_WIDTH: Final = 19
TERRITORY, FACT = "territoire", "fait"


def log_items(
    grid: Grid, facts: Sequence[Fact], period: Period, *, is_example: bool = False
) -> Iterator[Item]:
    """Yield the facts, the latest first; a key is `fait:id`."""
    yield sentence(STAYS_IN_EXAMPLE if is_example else STAYS)
    now = [fact for fact in facts if fact.entry.on in period]
    after = [fact for fact in facts if fact.entry.on > period.last]
    before = [fact for fact in facts if fact.entry.on < period.first]
    if after:
        yield section_title("Depuis", count(len(after), "fait"))
        yield from (_fact_item(grid, fact) for fact in after)
        yield gap()
    yield section_title(f"Cette année, {period_in_words(period)}", count(len(now), "fait"))
    if not now:
        kept = "" if is_example else " Il est enregistré aussitôt."
        yield sentence(typeset(f"Aucun fait noté. N : en noter un, comme « COPIL, 9 présents ».{kept}"))
    yield from (_fact_item(grid, fact) for fact in now)
    yield gap()
    if before:
        yield section_title("Les années précédentes", count(len(before), "fait"))
        yield from (_fact_item(grid, fact) for fact in before)
        yield gap()


def _fact_item(grid: Grid, fact: Fact) -> Item:
    on = fact.entry.on
    head = Piece(fit(f"{short_day(on)} {on.year}", _DATE_WIDTH), SOFT)

    def lines(width: int) -> Sequence[Line]:
        return hanging(head, shown(fact_in_a_line(grid, fact.entry)), width)

    return Item(f"{FACT}:{fact.key}", lines)


def other_log_items(territories: Sequence[Territory]) -> Iterator[Item]:
    """Yield the territories whose log is another one, to open it; a key is `territoire:rank`."""
    if territories:
        yield section_title("Les carnets d’autres territoires", typeset("Entrée : ouvrir"))
    for rank, territory in enumerate(territories):
        yield _territory_item(rank, territory)
    if territories:
        yield gap()


def territory_items(territories: Sequence[Territory]) -> Iterator[Item]:
    """Yield the territories, to choose whose log to open; a key is `territoire:rank`."""
    yield sentence(STAYS)
    yield section_title("Le carnet de quel territoire ?" if territories else "Aucun carnet pour l’instant")
    for rank, territory in enumerate(territories):
        yield _territory_item(rank, territory)
    yield sentence(
        typeset("N : commencer celui d’un autre territoire." if territories else "N : en commencer un.")
    )


def _territory_item(rank: int, territory: Territory) -> Item:
    return Item(f"{TERRITORY}:{rank}", lambda width: ((Piece(fit(shown(territory.name), width), STRONG),),))


class LogScreen(ListPage):
    """The list of facts and, below it, the one being written. `place` is the line to note a fact on."""

    TITLE_IN_HELP = "Carnet"
    KEY_COMMANDS = (
        cmd(
            *("carnet.modifier", "enter", "change", "modifier", 3),
            "Corriger le fait choisi",
            when="is_on_a_list",
        ),
        cmd(
            *("carnet.noter", "n", "note", "noter", 1),
            "Noter un fait : une phrase, sa date, ce pour quoi il compte",
            when="is_resting",
        ),
        cmd(
            *("carnet.supprimer", "delete", "remove", "supprimer", 4),
            "Supprimer le fait choisi (Ctrl+Z pour le rétablir)",
            when="is_on_a_fact",
        ),
        *(command._replace(when="is_on_a_list") for command in undo_and_redo("carnet", bar=5)),
        *(command._replace(when="is_writing") for command in field_steps("carnet")),
        cmd("carnet.retour", "escape", "leave", "retour", 2, "Fermer ce qui s’écrit, puis revenir"),
    )

    def __init__(self, workspace: Workspace, session: Session | None, place: Place | None = None) -> None:
        self._place = place
        self._book: LogBook | None = None
        self._known: tuple[Territory, ...] = ()
        self._pane: FactPane | None = None
        self._key: str | None = None
        """The id of the fact being written; None for a new one."""
        self._former: LogEntry | None = None
        """That fact as it was before; None for a new one."""
        territory = None if session is None else session.assessment.identity.territory
        super().__init__(workspace, session)
        if territory is None or not is_named(territory):
            self._known = self.read(lambda: territories(workspace), ())
            territory = self._known[0] if len(self._known) == 1 else None
        self._take(territory)

    def _take(self, territory: Territory | None) -> None:
        """Open the log of a territory."""
        self._territory = territory
        if territory is not None:
            self._book = self.read(lambda: LogBook(self.workspace.store, territory), None)
        if self.session is not None:
            self._grid = self.session.grid
        elif territory is not None:
            self._grid = self.read(
                lambda: grid_of(self.workspace, territory), self.workspace.catalogue.default
            )
        else:
            self._grid = self.workspace.catalogue.default

    @property
    def _period(self) -> Period:
        """The year of the open assessment, else the one whose campaign closes next."""
        campaign = self._grid.campaign
        if self.session is not None:
            return year_of(campaign, self.session.assessment.identity)
        year = campaign_year(campaign, self.workspace.today())
        return year_of(campaign, Identity(year, Moment.YEARLY))

    def body(self) -> Iterable[Widget]:
        yield self.list
        if self._place is not None and self._place.line is not None and self._book is not None:
            self._pane = self._new_pane()
            yield self._pane

    def headline(self) -> tuple[str, str]:
        if self._territory is None or self._book is None:
            return "Carnet", count(len(self._known), "territoire")
        book = self._book
        state = "" if self.session is None else self.state_of_saving()
        if book.pending:
            state = "NON ENREGISTRÉ" if self.workspace.writer.failure else NOT_YET
        elif book.saved_at is not None and not self.workspace.store.is_in_memory:
            state = saved_words(local_time(book.saved_at), self.workspace.today())
        year = "" if self.session is None else f" · {self.session.assessment.identity.year}"
        return f"Carnet · {shown(self._territory.name)}{year}", state

    def rows(self) -> Iterable[Item]:
        if self._book is None:
            return list(territory_items(self._known))
        # A log outlives a door: what was counted for its lines is still said.
        items = list(log_items(self._grid.whole, self._book.facts, self._period, is_example=self.is_example))
        present = self._book.territory
        nothing: list[Territory] = []
        others = self.read(lambda: [*territories_with_log(self.workspace)], nothing)
        opened = of_territory(present, others)[:1]
        self._known = tuple(one for rank, one in enumerate(others) if rank not in opened)
        return [*items, *other_log_items(self._known)]

    def on_saved(self) -> None:
        self.refresh_head()

    def on_show_again(self) -> None:
        """Leave the list as it is: no other page notes a fact."""

    @property
    def is_writing(self) -> bool:
        return self._pane is not None

    @property
    def is_on_a_list(self) -> bool:
        return self._pane is None and (self._book is None or bool(self._book.log.entries))

    @property
    def is_on_a_fact(self) -> bool:
        return self._pane is None and self._book is not None and bool(self._book.log.entries)

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available: while a fact is written, Entrée notes it."""
        every = super().commands()
        if self._pane is None:
            return every
        writing = cmd(
            *("carnet.ecrire", "", "enter", "noter", 1),
            "Noter ce fait",
            shown_keys="Entrée",
            palette=False,
        )
        return (writing, *adapted(every, {"leave": {"label": "fermer"}}))

    # the fact being written

    def _new_pane(self) -> FactPane:
        place = self._place
        lines = (place.line,) if place is not None and place.line is not None else ()
        entry = LogEntry(
            self.workspace.today(),
            "",
            tuple(line for line in lines if line in self._grid.whole.activities),
            tuple(line for line in lines if line in self._grid.whole.indicators),
        )
        title = "Un fait à noter"
        if lines and lines[0] in self._grid.whole.mission_of:
            number = number_of(self._grid, lines[0])
            title += f", sur {f'la ligne {number}' if entry.activities else 'un indicateur'}"
        return FactPane(title, self._grid, entry, self.workspace.today(), territory=self._book is None)

    async def _open(self, pane: FactPane, key: str | None) -> None:
        self._pane, self._key = pane, key
        self._former = None if key is None or self._book is None else self._book.log.entries[key]
        await self.mount(pane, after=self.list)
        self.refresh_frame()

    async def action_note(self) -> None:
        """Write a new fact at the bottom of the page."""
        if self._pane is None:
            await self._open(self._new_pane(), None)

    async def action_change(self) -> None:
        """Correct the fact under the cursor, or open the log of the territory there."""
        section, _, name = (self.list.key or "").partition(":")
        if self._pane is not None:  # opened now, another log would take the fact being written
            await self.action_enter()
        elif section == TERRITORY:
            self._take(self._known[int(name)])
            self.show_rows()
        elif section == FACT and self._book is not None:
            entry = self._book.log.entries[name]
            await self._open(FactPane("Ce fait", self._grid, entry, self.workspace.today()), name)

    def action_remove(self) -> None:
        section, _, name = (self.list.key or "").partition(":")
        book = self._book
        if section == FACT and book is not None and self.save(lambda: book.remove(name)):
            self.show_rows()
            self.show_message("Fait supprimé. Ctrl+Z pour le rétablir.")

    async def on_fact_pane_entered(self, message: FactPane.Entered) -> None:
        message.stop()
        await self.action_enter()

    async def action_enter(self) -> None:
        """Save the fact being written; from a line of the grid, go back to it."""
        if self._pane is None or not self._save(self._pane):
            return
        key = self._key
        await self._close()
        self.show_rows(f"{FACT}:{key}")
        said = "Noté au carnet."
        if self._place is not None and self._place.line is not None:
            self.visit(Destination.GRID)
            said += " Pour le corriger : K, puis Échap."
        if self.workspace.writer.failure is None:  # else the banner says that it is not saved
            self.show_message(said)

    def _save(self, pane: FactPane, *, show: bool = True) -> bool:
        """Save the fact of `pane`; return whether it is stored or waits in the queue."""
        entry = pane.read(show=show)
        if entry is None:
            return False
        if self._book is None and pane.territory:
            self._take(self._named(pane.territory))
        book = self._book
        if book is None:
            return False

        def write() -> None:
            if self._key is None:
                self._key = book.new_key()
            book.change(self._key, entry)

        return self.save(write)

    def _named(self, name: str) -> Territory:
        """Return the territory of that name, as the form would store it."""
        return territory_named(name, self._known) or Territory(name.strip())

    def flush(self) -> None:
        """Save the fact being written, if it is whole: the window may be closing."""
        if self._pane is not None and self._pane.is_changed:
            self._save(self._pane, show=False)

    def not_stored(self) -> str:
        pane = self._pane
        problem = pane.problem if pane is not None and pane.is_changed else ""
        return f"Ce fait n’est pas noté{NBSP}: {problem[0].lower()}{problem[1:]}" if problem else ""

    async def _close(self) -> None:
        pane, self._pane, self._key = self._pane, None, None
        if pane is not None:
            await pane.remove()
        self.list.focus()
        self.refresh_frame()

    async def action_leave(self) -> None:
        """Close the fact being written, which creates nothing; when there is none, leave."""
        if self._pane is None:
            self.leave()
            return
        left = self._pane.is_changed
        self._place = None
        if not self._take_back():
            return
        await self._close()
        self.show_rows()
        if left:
            self.show_message("Rien n’a été noté au carnet.")

    def _take_back(self) -> bool:
        """Give the fact being written back its former value, if going elsewhere saved it meanwhile."""
        book, key, former = self._book, self._key, self._former
        if book is None or key is None or book.log.entries.get(key) == former:
            return True
        return self.save(lambda: book.remove(key) if former is None else book.change(key, former))

    def action_next_field(self) -> None:
        if self._pane is not None:
            self._pane.step(1)

    def action_previous_field(self) -> None:
        if self._pane is not None:
            self._pane.step(-1)

    # undo

    def action_undo(self) -> None:
        book = self._book
        if book is not None:
            self._turn("Annulé", "Il n’y a rien à annuler dans ce carnet.", book.next_undo, book.undo)

    def action_redo(self) -> None:
        book = self._book
        if book is not None:
            self._turn("Refait", "Il n’y a rien à refaire dans ce carnet.", book.next_redo, book.redo)

    def _turn(
        self, word: str, nothing: str, following: Callable[[], Edit | None], turn: Callable[[], object]
    ) -> None:
        if self._pane is not None:
            self.show_message("Ce fait n’est pas encore noté. Échap pour le laisser comme il était.")
            return
        try:
            edit = following()
        except Refusal as refusal:
            self.refuse(refusal)
            return
        if edit is None:
            self.show_message(nothing)
        elif self.save(turn):
            self.show_rows()
            self.show_message(f"{word}{NBSP}: fait du carnet.")


# The rows in which a fact is written: what happened, when, what it counts for, a number.

SENTENCE, DATE, PLACES, NUMBER = "fait", "date", "compte-pour", "nombre"
"""The rows, by their key, with the territory when it is asked for."""
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

    What is offered is in `grid`, a view without the lines of closed doors; a fact keeps those it has.
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
        names = {one.key: one.text for one in countable(grid.whole)}
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
        lines = tuple(key for key in keys if key in self._grid.whole.activities)
        indicators = tuple(key for key in keys if key in self._grid.whole.indicators)
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
