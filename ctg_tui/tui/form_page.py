"""A page that shows a form (`services.forms`): it moves, checks, saves, undoes and leaves in the same way.

Rows come and go by their key, and a text being typed stays. A value that its field refuses is never kept: it
stays in its field with the reason below, and Entrée stays on it; Échap gives the stored value back, and
Ctrl+Z then the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from textual import events, on
from textual.app import ComposeResult
from textual.message import Message
from textual.widget import AwaitMount, Widget

from ctg_tui.domain.changes import Edit
from ctg_tui.domain.errors import Refusal
from ctg_tui.services import forms
from ctg_tui.services.forms import Doing, Fact, Field, Form, Heading, Kind, Offer, Value
from ctg_tui.tui.characters import shown, shown_text
from ctg_tui.tui.commands import Command, field_steps, leave, undo_and_redo
from ctg_tui.tui.later import Autosave
from ctg_tui.tui.page import Page
from ctg_tui.tui.widgets.editor import GrowingText
from ctg_tui.tui.widgets.fields import (
    Action,
    ActionLine,
    Choice,
    FactRow,
    Fields,
    FormRow,
    NumberField,
    TextField,
    Title,
)
from ctg_tui.tui.widgets.frame import SEPARATOR
from ctg_tui.tui.widgets.listing import SOFT, Item, Listing, Piece, spread
from ctg_tui.tui.widgets.strips import PlainStatic
from ctg_tui.wording.french import NBSP

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


def form_commands(page: str) -> tuple[Command, ...]:
    """Return the commands of every form, for `page` (first part of their ids)."""
    return (*undo_and_redo(page, bar=5), leave(page, bar=2), *field_steps(page))


class FormPage(Page):
    """See the module's docstring."""

    DEFAULT_CSS = """
    FormPage {
        #form { height: 1fr; padding: 1 2; scrollbar-gutter: stable; }
        &.-normal #form, &.-bas #form { padding: 0 2; }
        #form-hint { height: 1; padding: 0 3; color: $discret; text-wrap: nowrap; text-overflow: ellipsis; }
    }
    """

    form: Form

    def __init__(self, workspace: Workspace, session: Session | None = None, first: str = "") -> None:
        """Open the form; the field of key `first` takes the focus, by default the first one."""
        super().__init__(workspace, session)
        self._first = first
        self._lines: list[Line] = []
        self._mounting: list[AwaitMount] = []
        self._form = Fields(id="form", can_focus=False)
        self._hint = PlainStatic(id="form-hint")
        self._is_typed = False
        """Whether something was typed or chosen that `keep` has not been given."""
        self._left: tuple[str, str] | None = None
        """The row and the refused text that Échap took out of it last, until something is typed."""
        self._rest = Autosave(self, self.flush)

    def fields(self) -> Iterable[forms.Row]:
        """Yield the rows as they are now, with their stored values."""
        return self.form.rows()

    # rows

    def body(self) -> Iterable[Widget]:
        self._lines = [_made(line) for line in self.fields()]
        with self._form:
            yield from self._lines
        yield self._hint

    def on_mount(self) -> None:
        if self._first:
            self.focus_field(self._first)

    def on_show_again(self) -> None:
        self.flush()
        self.form.follow()
        self.show_fields()

    def on_turned(self, edit: Edit) -> None:
        self.form.follow()
        self.show_fields(turned=True)

    def show_fields(self, *, turned: bool = False) -> None:
        """Show the present rows and values; a text being typed stays, unless its value was `turned`."""
        lines = list(self.fields())
        former = {widget.key: widget for widget in self._lines}
        if [line.key for line in lines] != [*former]:
            self._lay(lines, former)
        for line, widget in zip(lines, self._lines, strict=True):
            if isinstance(widget, Row) and isinstance(line, Field):
                widget.take(line, turned=turned)
            elif isinstance(widget, Title | FactRow) and isinstance(line, Heading | Fact):
                widget.show(line.text)

    def _lay(self, lines: Sequence[forms.Row], former: Mapping[str, Line]) -> None:
        """Mount the rows that are new, in their places, and remove those that are gone."""
        keys = {line.key for line in lines}
        for widget in self._lines:
            if widget.key not in keys:
                widget.remove()
        self._lines = []
        for line in lines:
            widget = former.get(line.key) or _made(line)
            if line.key not in former and self._lines:
                self._mounting.append(self._form.mount(widget, after=self._lines[-1]))
            elif line.key not in former:
                self._mounting.append(self._form.mount(widget, before=0))
            self._lines.append(widget)

    async def lay_fields(self) -> None:
        """Show the present rows, and wait until the new ones can take the focus."""
        self.show_fields()
        for mounting in self._mounting:
            await mounting
        self._mounting.clear()

    @property
    def rows(self) -> list[Row]:
        return [line for line in self._lines if isinstance(line, Row)]

    def row(self, key: str) -> Row:
        return next(row for row in self.rows if row.key == key)

    @property
    def current(self) -> str:
        """The key of the row or the line of action that has the focus; empty for none."""
        return next((line.key for line in self._lines if line.has_focus_within or line.has_focus), "")

    def focus_field(self, key: str) -> None:
        """Put the cursor in the field of `key`, if there is one; see `lay_fields` for one just added."""
        row = next((row for row in self.rows if row.key == key), None)
        if row is not None:
            row.field.focus()

    # typed values

    @property
    def refused(self) -> Row | None:
        """The first row whose text is refused."""
        return next((row for row in self.rows if row.refusal), None)

    def on_row_typed(self, message: Row.Typed) -> None:
        message.stop()
        row = message.row
        if self.asks_first(lambda: self._take_typed(row), row.give_back):
            return
        self._take_typed(row)

    def _take_typed(self, row: Row) -> None:
        self._is_typed = True
        self._left = None
        if row.is_choice:
            self.flush()
            self.end_typing()
        else:
            self._rest.typed()
            self.refresh_head()

    def flush(self) -> None:
        """Keep the typed values; those that are refused stay as typed, and are not kept."""
        if not self._is_typed:
            return
        self._is_typed = False
        for row in self.rows:
            if row.value != row.spec.value and not self._keep(row):
                self._is_typed = True
        if self._is_typed:
            self._rest.again()
        if self.is_open and self.is_mounted:
            self.show_fields()
            if self.is_current:
                self.refresh_frame()

    def _keep(self, row: Row) -> bool:
        """Keep the value of a row; return whether it is kept. Where it has to be agreed to, ask."""
        said: list[str] = []

        def put() -> None:
            said.append(self.form.put(row.key, row.value))

        is_kept = self.save_text(put, row.give_back)
        if is_kept and said and said[-1] and self.is_open:
            self.show_message(said[-1], warning=True)
        return is_kept

    def end_typing(self) -> None:
        """End the edit being typed: what is typed next is undone by itself."""
        self.form.end_typing()

    def not_stored(self) -> str:
        row = self.refused or next((row for row in self.rows if row.value != row.spec.value), None)
        if row is None or not row.is_attached:
            return ""
        return f"{_quoted(row.text)} n’est pas enregistré ({row.spec.label})."

    @property
    def is_unsaved(self) -> bool:
        return self._is_typed

    def may_go(self) -> bool:
        """Return whether to leave: the cursor goes to a refused text first, once."""
        if super().may_go():
            return True
        self._show_refused()
        return False

    def _show_refused(self) -> None:
        """Put the cursor on the refused text, with the reason below."""
        if (row := self.refused) is not None:
            row.settle()
            row.field.focus()

    def _leave_text(self, row: Row) -> None:
        """Give a row its stored value back, and say what became of the text that was refused."""
        typed = row.text
        row.give_back()
        self._left = (row.key, typed)
        stored = f"{_quoted(row.text)} est remis" if row.text else "le champ est vide"
        self.show_message(f"{_quoted(typed)} n’est pas enregistré ; {stored}. Ctrl+Z : reprendre ce texte.")

    def action_undo(self) -> None:
        """Give the refused text that Échap has just taken back to its field; else undo the last edit."""
        left, self._left = self._left, None
        row = next((row for row in self.rows if left is not None and row.key == left[0]), None)
        if left is None or row is None:
            super().action_undo()
        else:
            row.type_again(left[1])
            row.field.focus()

    # from field to field

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        row = _row_of(event.widget)
        hint = shown(row.hint) if row is not None else ""
        if isinstance(event.widget, Choice):
            hint = SEPARATOR.join(filter(None, (shown(event.widget.keys_in_words), hint)))
        self._hint.update(hint, layout=False)  # one row, whatever it says
        if row is not None:
            row.offer()
        if self.focus_chain[-1:] == [event.widget]:
            self.call_after_refresh(self._show_end, event.widget)

    def _show_end(self, last: Widget) -> None:
        """Scroll to what is below the last field, as far as it stays in sight: no key would go there."""
        if last is self.focused and self._form in last.ancestors:
            below_top = max(0, last.region.y - self._form.region.y)
            end = min(self._form.max_scroll_y, self._form.scroll_y + below_top)
            self._form.scroll_to(y=end, animate=False, force=True)

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        row = _row_of(event.widget)
        if row is not None and self.is_open:
            row.close()
            row.settle()
        self.flush()
        if self.is_open:
            self.show_fields()
        self.end_typing()

    @on(TextField.Submitted)
    @on(Choice.Submitted)
    async def _on_submit(self, event: Message) -> None:
        event.stop()
        row = _row_of(event.control) if event.control is not None else None
        if row is not None and row.is_offering:
            offer = row.choose()
            if offer is not None:
                await self._take(row)
        elif row is None or row.settle():
            self.focus_next()

    async def on_row_offer_clicked(self, message: Row.OfferClicked) -> None:
        message.stop()
        await self._take(message.row)

    async def _take(self, row: Row) -> None:
        row.close()
        if not row.settle():
            return
        self._is_typed = True
        self.flush()
        self.end_typing()
        await self.lay_fields()
        self._focus_after(row)

    def _focus_after(self, row: Row) -> None:
        """Go on to the next line that takes the focus; Textual’s own order knows no line just mounted."""
        following = self._lines[self._lines.index(row) + 1 :]
        line = next((line for line in following if isinstance(line, Row) or line.can_focus), None)
        if line is not None:
            (line.field if isinstance(line, Row) else line).focus()

    def action_next_field(self) -> None:
        self._step(1)

    def action_previous_field(self) -> None:
        self._step(-1)

    def _step(self, step: int) -> None:
        row = _row_of(self.focused) if self.focused is not None else None
        if row is not None and row.is_offering:
            row.step(step)
        elif step > 0:
            self.focus_next()
        else:
            self.focus_previous()

    async def on_action_line_pressed(self, message: ActionLine.Pressed) -> None:
        message.stop()
        if isinstance(message.line, Action):
            await self.pressed(message.line.key)

    async def pressed(self, key: str) -> None:
        """Run the row of that key that does something, once the person agrees to what it asks."""
        self.flush()
        self.end_typing()
        doing = self.form.doings.get(key)
        if doing is None:
            return
        if doing.asks:
            self.ask(doing.asks, doing.yes, lambda: self.call_later(self._run, doing))
        else:
            await self._run(doing)

    async def _run(self, doing: Doing) -> None:
        goes_to: list[str] = []
        item = doing.key.rpartition(".")[0]
        for row in self.rows:  # a refused text goes with its item
            if item and row.key.startswith(f"{item}."):
                row.give_back()
        if self.save(lambda: goes_to.append(doing.run())):
            self.show_fields(turned=True)
            await self.lay_fields()
            self.refresh_frame()
            if any(goes_to):
                self.focus_field(goes_to[0])

    async def action_add(self) -> None:
        """Add an item to the list of the form."""
        await self.pressed("ajouter")

    async def action_remove(self) -> None:
        """Remove the item where the cursor is."""
        item = self.current.rpartition(".")[0]
        if f"{item}.retirer" in self.form.doings:
            await self.pressed(f"{item}.retirer")
        else:
            self.show_message("Placez-vous d’abord sur ce qui est à retirer.")

    async def action_leave(self) -> None:
        """Close the offers, then give each refused field its value back, then leave the page."""
        row = _row_of(self.focused) if self.focused is not None else None
        if row is not None and row.is_offering:
            row.close()
        elif row is not None and row.refusal:
            self._leave_text(row)
        elif self.refused is not None:
            self.show_message(f"{self.not_stored()} Corrigez, ou Échap pour le laisser.", warning=True)
            self._show_refused()
        else:
            self.leave()


# The widgets of the rows.


def _made(line: forms.Row) -> Line:
    match line:
        case Field():
            return Row(line)
        case Fact():
            return FactRow(line)
        case Heading():
            return Title(line)
        case Doing():
            return Action(line)


def _quoted(text: str) -> str:
    return f"«{NBSP}{text}{NBSP}»"


def _row_of(widget: Any) -> Row | None:
    ancestors = widget.ancestors_with_self if isinstance(widget, Widget) else ()
    return next((node for node in ancestors if isinstance(node, Row)), None)


_MOST_OFFERED: Final = 10
_AS_TYPED: Final = "tel quel"


class Row(FormRow):
    """A field with its label; below it, what is refused, what is offered, a note, last year's text."""

    DEFAULT_CSS = """
    Row .row--below { height: auto; margin-left: 17; padding: 0 1; color: $discret; display: none; }
    Row .row--before { color: $an-dernier; }
    Row .row--below.-there { display: block; }
    Row Listing { display: none; margin-left: 16; }
    Row.-offre Listing { display: block; }
    """

    class Typed(Message):
        """The person typed, or chose an option."""

        def __init__(self, row: Row) -> None:
            super().__init__()
            self.row = row

    @dataclass
    class OfferClicked(Message):
        """An offer was clicked."""

        row: Row
        offer: str

    field: TextField | GrowingText | Choice

    def __init__(self, spec: Field) -> None:
        self.spec, self.key = spec, spec.key
        self.is_choice = bool(spec.options)
        self._is_typed = False
        """Whether the text was typed since it was last understood."""
        self._problem_shown = False
        field: TextField | GrowingText | Choice
        if isinstance(spec.value, str) and spec.kind is Kind.TEXT:
            field = GrowingText(spec.value, spec.placeholder)
        elif isinstance(spec.value, str) and not spec.options:
            kind = NumberField if spec.kind is Kind.NUMBER else TextField
            field = kind(spec.value, placeholder=spec.placeholder, max_length=spec.limit)
        else:
            chosen = (spec.value,) if isinstance(spec.value, str) else spec.value
            field = Choice(spec.options, chosen, several=spec.kind is Kind.SEVERAL)
        super().__init__(spec.label, field, hint=spec.hint)
        self._last: Value = self.typed
        self.settled = self.text
        """The text when the field was last left or filled: nothing is offered for it."""
        self._offers: Sequence[Offer] = ()
        self._listing: Listing | None = None
        if spec.offers is not None:
            self._listing = Listing(is_led=True)
            self._listing.can_focus = False
        self._note = PlainStatic(classes="row--below")
        self._before = PlainStatic(classes="row--below row--before")

    def compose(self) -> ComposeResult:
        yield from super().compose()
        if self._listing is not None:
            yield self._listing
        yield self._note
        yield self._before

    def on_mount(self) -> None:
        self._show_below()

    def _show_below(self) -> None:
        for widget, text in ((self._note, self.spec.note), (self._before, self.spec.before)):
            widget.update(shown_text(text))
            widget.set_class(bool(text), "-there")

    # values

    @property
    def text(self) -> str:
        """The text as typed; of choices, empty."""
        return "" if isinstance(self.field, Choice) else self.field.value

    @property
    def typed(self) -> Value:
        """The text as typed, or the keys chosen: of one choice, its key."""
        if not isinstance(self.field, Choice):
            return self.field.value
        return self.field.chosen if self.spec.kind is Kind.SEVERAL else next(iter(self.field.chosen), "")

    @property
    def value(self) -> Value:
        """The value as understood; the stored one while the text is refused, or an offer is to be chosen."""
        if self.spec.only_offers and self.is_offering:
            return self.spec.value
        try:
            return self._understood()
        except (ValueError, Refusal):
            return self.spec.value

    @property
    def refusal(self) -> str:
        """Why the text is refused; empty when it is not."""
        try:
            self._understood()
        except ValueError as error:
            return str(error)
        except Refusal as refusal:
            return refusal.sentences()
        return ""

    def _understood(self) -> Value:
        return self.typed if self.is_choice or not self._is_typed else self.spec.parse(self.text)

    def take(self, spec: Field, *, turned: bool) -> None:
        """Show the present row; the text stays while it is being typed, unless its value was turned."""
        has_changed = spec.value != self.spec.value
        self.spec = spec
        if has_changed and (turned or self.is_choice or not self._is_typed):
            self.fill(spec.value)
        self._show_below()

    def fill(self, value: Value) -> None:
        """Show a value that was not typed here."""
        self._last = value
        self._is_typed = False
        if isinstance(self.field, Choice):
            self.field.choose(*((value,) if isinstance(value, str) else value))
        elif isinstance(value, str) and (self.field.value != value or isinstance(self.field, GrowingText)):
            self.field.fill(value)
        self._last = self.typed
        self.settled = self.text
        self.show_problem("")

    def give_back(self) -> None:
        """Replace a refused text by the stored value."""
        self.fill(self.spec.value)

    def type_again(self, text: str) -> None:
        """Show a text as when it was typed, with the reason why it is refused."""
        if not isinstance(self.field, Choice):
            self.field.fill(text)
            self._last = text
            self._is_typed = True
            self.settle()

    def settle(self) -> bool:
        """Show the text as it is understood, or why it is refused; return whether it is understood."""
        refusal = self.refusal
        self.show_problem(refusal)
        self._problem_shown = bool(refusal)
        if refusal:
            return False
        if self._is_typed and not self.is_choice:
            self.fill(self._understood())
        return True

    @on(TextField.Changed)
    @on(GrowingText.Changed)
    @on(Choice.Changed)
    def _on_change(self, event: Message) -> None:
        event.stop()
        if self.typed == self._last:  # sent by the field as it is mounted or filled
            return
        self._last = self.typed
        self._is_typed = True
        if self._problem_shown:
            self.show_problem(self.refusal)
        self.offer()
        self.post_message(self.Typed(self))

    # offers

    @property
    def is_offering(self) -> bool:
        return self.has_class("-offre")

    def offer(self) -> None:
        """Show what the typed text can become, or nothing when it is what it was, or what is offered."""
        if self._listing is None or self.spec.offers is None:
            return
        typed = self.text.strip()
        self._offers = self.spec.offers(typed)
        is_known = typed != "" and (typed == self.settled or any(one.text == typed for one in self._offers))
        self.set_class(self.field.has_focus and not is_known, "-offre")
        items = [_offer_item(offer) for offer in self._offers]
        if typed and self.spec.only_offers:
            items = items or [_sentence_item(None, "Aucune ligne n’a ces mots.")]
        elif typed:
            items.append(_sentence_item(_AS_TYPED, f"Garder «{NBSP}{typed}{NBSP}» tel quel"))
        else:
            items.insert(0, _sentence_item(None, "↓ pour choisir, ou tapez le nom"))
        self._show_items(items)
        self._listing.clear_selection()

    def _show_items(self, items: Sequence[Item]) -> None:
        if self._listing is not None:
            self._listing.styles.height = min(len(items), _MOST_OFFERED)
            self._listing.show(items)

    def close(self) -> None:
        """Hide the offers: the field keeps its text."""
        self.remove_class("-offre")
        self.settled = self.text.strip()

    def step(self, step: int) -> None:
        """Move among the offers: the first ↓ goes to the first, ↑ from the first chooses none again."""
        if (listing := self._listing) is None:
            return
        if listing.key is None:
            if step > 0:
                listing.action_first()
        elif step < 0 and listing.is_at_first:
            listing.clear_selection()
        else:
            listing.step(step)

    def choose(self) -> str | None:
        """Return the key of the offer under the cursor, filled in; empty for the text as typed.

        None while the person has to choose: a text that resembles several offers is not taken at once.
        """
        typed, listing = self.text.strip(), self._listing
        if listing is None:
            return None
        if listing.key is None and not typed:
            self.show_problem("Choisissez avec ↓, ou tapez le nom.")
            return None
        if listing.key is None and self._offers:
            listing.action_first()  # of several, Entrée again takes what the letters most likely mean
            if len(self._offers) > 1:
                return None
        offer = next((one for one in self._offers if one.key == listing.key), None)
        self.show_problem("")
        if offer is None:
            return ""
        if isinstance(self.field, TextField):
            self.field.fill(offer.text)
            self._last = offer.text
            self._is_typed = True
        return offer.key

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        offer = self.choose()
        if offer is not None:
            self.post_message(self.OfferClicked(self, offer))


def _offer_item(offer: Offer) -> Item:
    left, right = [Piece(shown(offer.text))], [Piece(f"{shown(offer.beside)} ", SOFT)]
    return Item(offer.key, lambda width: (spread(left, right, width),))


def _sentence_item(key: str | None, sentence: str) -> Item:
    return Item(key, lambda _width: ((Piece(sentence, SOFT),),))


Line = Row | FactRow | Title | Action
