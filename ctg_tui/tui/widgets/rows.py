"""A row of a form in which something is typed or chosen: what is refused, offered, and kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from ctg_tui.domain.errors import Refusal
from ctg_tui.services.forms import Field, Kind, Offer, Value
from ctg_tui.tui.characters import shown
from ctg_tui.tui.widgets.editor import GrowingText
from ctg_tui.tui.widgets.fields import Choice, FormRow, NumberField, TextField
from ctg_tui.wording.french import NBSP


class Offers(OptionList, can_focus=False):
    """What the text typed above can become; the arrow keys of its field move in it."""

    DEFAULT_CSS = """
    Offers { margin-left: 18; min-width: 20; max-height: 10; background: $surface; }
    Offers > .option-list--option-highlighted { background: $curseur; color: $curseur-texte; }
    """

    def __init__(self) -> None:
        super().__init__(compact=True, markup=False)

    def show(self, texts: Iterable[str]) -> None:
        """Show other offers, none of them chosen."""
        self.set_options([Option(Content(shown(text))) for text in texts])

    def step(self, step: int) -> None:
        """Go to another one: ↓ first goes to the first, ↑ from the first to none."""
        rank = -1 if self.highlighted is None else self.highlighted
        self.highlighted = rank + step if rank + step >= 0 else None


class Row(FormRow):
    """A field with its label; below it what is refused, a note, last year's text, what is offered."""

    class Typed(Message):
        """The person typed, or chose an option."""

        def __init__(self, row: Row) -> None:
            super().__init__()
            self.row = row

    class Clicked(Typed):
        """An offer was clicked."""

    field: TextField | GrowingText | Choice

    def __init__(self, spec: Field) -> None:
        self.spec = spec
        super().__init__(spec.label, _field_of(spec), key=spec.key, hint=spec.hint)
        self._offered: Sequence[Offer] = ()
        self._settled = self.text
        """The text when the field was last left or filled: nothing is offered for it."""
        self._offers = Offers()
        self._offers.display = False

    def compose(self) -> ComposeResult:
        yield from super().compose()
        if self.spec.offers is not None:
            yield self._offers

    def on_mount(self) -> None:
        self._show_notes()

    def _show_notes(self) -> None:
        self.note, self.before = self.spec.note, self.spec.before
        self.show_below()

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
        return self.field.chosen if self.field.several else next(iter(self.field.chosen), "")

    def understood(self) -> Value:
        """Return what is typed as it is understood. Raises ValueError or Refusal."""
        typed = self.typed
        return typed if typed == self.spec.value else self.spec.understood(typed)

    @property
    def value(self) -> Value:
        """The value to keep; the stored one while the text is refused, or an offer is to be chosen."""
        if self.refusal or (self.spec.only_offers and self.is_offering):
            return self.spec.value
        return self.understood()

    @property
    def refusal(self) -> str:
        """Why the text is refused; empty when it is not."""
        try:
            self.understood()
        except ValueError as error:
            return str(error)
        except Refusal as refusal:
            return refusal.sentences()
        return ""

    @property
    def is_unsaved(self) -> bool:
        """Whether what is typed is not what is stored."""
        return bool(self.refusal) or self.value != self.spec.value

    def take(self, spec: Field, *, turned: bool) -> None:
        """Show the present row; the text stays while it is being typed, unless its value was `turned`."""
        is_typed = isinstance(self.field, TextField | GrowingText) and self.typed != self.spec.value
        has_changed = spec.value != self.spec.value
        self.spec = spec
        if has_changed and (turned or not is_typed):
            self.give_back()
        self._show_notes()

    def fill(self, value: Value) -> None:
        """Show a value that was not typed here."""
        with self.prevent(TextField.Changed, GrowingText.Changed):
            if isinstance(self.field, Choice):
                self.field.choose(*((value,) if isinstance(value, str) else value))
            elif isinstance(value, str):
                self.field.fill(value)
        self._settled = self.text
        self.show_problem("")

    def give_back(self) -> None:
        """Replace what is typed by the stored value."""
        self.fill(self.spec.value)

    def settle(self) -> bool:
        """Show the text as it is understood, or why it is refused; return whether it is understood."""
        refusal = self.refusal
        if not refusal:
            self.fill(self.understood())
        self.show_problem(refusal)
        return not refusal

    @on(TextField.Changed)
    @on(GrowingText.Changed)
    @on(Choice.Changed)
    def _on_change(self, event: Message) -> None:
        event.stop()
        if self.has_problem:
            self.show_problem(self.refusal)
        self.offer()
        self.post_message(self.Typed(self))

    # offers

    @property
    def is_offering(self) -> bool:
        return self._offers.display

    def offer(self) -> None:
        """Show what the typed text can become, or nothing when it is what it was, or what is offered."""
        if self.spec.offers is None:
            return
        typed = self.text.strip()
        self._offered = self.spec.offers(typed)
        texts = [one.text for one in self._offered]
        is_known = bool(typed) and (typed == self._settled or typed in texts)
        if typed and not self.spec.only_offers:
            texts.append(f"Garder «{NBSP}{typed}{NBSP}» tel quel")
        self._offers.show(texts)
        self._offers.display = bool(texts) and self.field.has_focus and not is_known

    def close(self) -> None:
        """Hide the offers: the field keeps its text."""
        self._offers.display = False
        self._settled = self.text.strip()

    def step(self, step: int) -> None:
        """Move among the offers."""
        self._offers.step(step)

    def choose(self) -> bool:
        """Take the offer under the cursor, or the only one; return whether the row is done with.

        It is not while the text resembles several: the first is then under the cursor, for another Entrée.
        """
        if self.text.strip() and self._offers.highlighted is None and self._offered:
            self._offers.highlighted = 0
            if len(self._offered) > 1:
                return False
        rank = self._offers.highlighted
        if isinstance(self.field, TextField) and rank is not None and rank < len(self._offered):
            with self.prevent(TextField.Changed):
                self.field.fill(self._offered[rank].text)
        self.close()
        return True

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.choose()
        self.post_message(self.Clicked(self))


def _field_of(spec: Field) -> TextField | GrowingText | Choice:
    """Return the widget in which a value is typed or chosen."""
    if spec.options or not isinstance(spec.value, str):
        chosen = (spec.value,) if isinstance(spec.value, str) else spec.value
        return Choice(spec.options, chosen, several=spec.kind is Kind.SEVERAL)
    if spec.kind is Kind.TEXT:
        return GrowingText(spec.value, spec.placeholder)
    made = NumberField if spec.kind is Kind.NUMBER else TextField
    return made(spec.value, placeholder=spec.placeholder, max_length=spec.limit)
