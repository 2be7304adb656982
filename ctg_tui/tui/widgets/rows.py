"""The rows of a form: a label and its field; below, what is refused, a note, last year's text, offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList

from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.text import clean
from ctg_tui.services import forms
from ctg_tui.services.forms import Doing, Fact, Field, Kind, Value
from ctg_tui.tui.characters import cut_at_a_word
from ctg_tui.tui.widgets.editor import GrowingText
from ctg_tui.tui.widgets.fields import Choice, NumberField, PlainButton, TextField
from ctg_tui.tui.widgets.listing import Item, Listing, hung, row, soft, words
from ctg_tui.tui.widgets.strips import PlainStatic
from ctg_tui.wording.french import NBSP, without_kind, wrap


class FactText(PlainStatic):
    """A text or a title: a path is cut behind `/` or `_`, a title that has one row after a word."""

    def __init__(self, text: str, classes: str = "fact") -> None:
        super().__init__(clean(text, multiline=True), classes=classes)
        self.text = text

    def on_resize(self) -> None:
        if width := self.content_size.width:
            text, is_one_row = clean(self.text, multiline=True), self.styles.text_wrap == "nowrap"
            text = cut_at_a_word(text, width) if is_one_row else "\n".join(wrap(text, width))
            head = text.partition(f"{NBSP}:")[0] if self.has_class("title") else text
            self.update(Content.styled(head, "bold $foreground" * (head != text)) + text.removeprefix(head))


_APART: Final = {"grille", "total", "taux", "points", "dossier", "courriel", "deja-fait", "quand"}
"""The parts of keys whose rows a page can set apart from those above."""


class Line(Horizontal):
    """A title, a sentence, a fact or a button, with its label."""

    DEFAULT_CSS = """
    Line { height: auto; }
    Line .label { width: 17; height: auto; padding-right: 1; color: $discret; }
    Line:focus-within .label { color: $foreground; text-style: bold; }
    Line .fact { width: 1fr; height: auto; padding: 0 1; }
    Line .title { width: 1fr; height: auto; margin-top: 1; padding-right: 1; color: $discret; }
    Line:first-child .title { margin-top: 0; }
    Line.-alone { margin-top: 1; }
    Line PlainButton.-style-default { background: transparent; }
    Line.-alone PlainButton.-style-default { color: $accent; }
    Line:focus-within PlainButton.-style-default { background: $curseur; color: $curseur-texte; }
    """

    def __init__(self, spec: forms.Row) -> None:
        part = spec.key.rpartition(".")[2]
        super().__init__(classes=f"-{part}" if part in _APART else None)
        self.set_class(isinstance(spec, Doing) and not (spec.head or spec.removes), "-alone")
        self.key, self.spec = spec.key, spec
        self.field: Widget = _widget_of(spec)

    def compose(self) -> ComposeResult:
        label = self.spec.head if isinstance(self.spec, Doing) else self.spec.label
        if label or isinstance(self.spec, Doing):
            yield PlainStatic(clean(label), classes="label")
        yield self.field

    def show(self, spec: forms.Row, *, turned: bool = False) -> None:
        """Show the present text of the row."""
        self.spec = spec
        if isinstance(self.field, PlainButton) and isinstance(spec, Doing):
            self.field.say(f"[ {spec.label} ]")
        elif isinstance(self.field, FactText) and isinstance(spec, Fact):
            self.field.text = spec.text
            self.field.on_resize()


def _widget_of(spec: forms.Row) -> Widget:
    """Return the widget that shows a row, or in which its value is typed or chosen."""
    match spec:
        case Fact(label=""):
            return FactText(spec.text, "title")
        case Fact():
            return FactText(spec.text)
        case Doing():
            return PlainButton(f"[ {spec.label} ]")
    if spec.options or not isinstance(spec.value, str):
        chosen = (spec.value,) if isinstance(spec.value, str) else spec.value
        return Choice(spec.options, chosen, several=spec.kind is Kind.SEVERAL)
    if spec.kind is Kind.TEXT:
        return GrowingText(spec.value, spec.placeholder, short=bool(spec.who))
    made = NumberField if spec.kind is Kind.NUMBER else TextField
    return made(spec.value, placeholder=spec.placeholder, max_length=spec.limit)


_LEAST_NAME: Final = 16
"""The columns of a name beside what it is."""


def _item(rank: int, text: str) -> Item:
    """Return what is offered in that place; of a territory, what it is stands back before its name."""
    kind = text.removesuffix(without_kind(text))
    whole, beside = words(text), hung(soft(kind), text.removeprefix(kind))
    return row(str(rank), lambda width: (beside if width - len(kind) >= _LEAST_NAME else whole)(width))


class Row(Line):
    """A field. Its messages go on to the page, once it has taken them."""

    DEFAULT_CSS = """
    Row .label { color: $doux; }
    Row > Vertical, Row > Vertical > Horizontal { height: auto; }
    Row .hint {
        width: 1fr; height: 1; padding-left: 1; color: $discret;
        visibility: hidden; text-wrap: nowrap; text-overflow: ellipsis;
    }
    Row:focus-within .hint { visibility: visible; }
    Row:focus-within {
        GrowingText, Choice { background: $ligne; }
        TextField, Choice { padding: 0 1 0 0; border-left: outer $accent; }
    }
    Row .below { height: auto; padding: 0 1; color: $discret; }
    Row Listing { margin: 0 0 1 1; height: auto; max-height: 10; background: $surface; }
    """
    field: TextField | GrowingText | Choice
    spec: Field

    def __init__(self, spec: Field) -> None:
        super().__init__(spec)
        self.set_class(spec.kind is Kind.TEXT and not spec.who, "-question")
        self._problem = ""
        self._below = PlainStatic(classes="below")
        self._offered: Sequence[forms.Option] = ()
        self.offers = Listing(is_led=True)
        self.offers.can_focus = self.offers.display = False
        self.offers.styles.scrollbar_size_vertical = 0  # that of the page is enough
        field: Widget = self.field
        if spec.hint and not spec.options:
            field = Horizontal(self.field, PlainStatic(clean(spec.hint), classes="hint"))
        self._column = Vertical(field, *([] if spec.offers is None else [self.offers]))

    def compose(self) -> ComposeResult:
        yield PlainStatic(clean(self.spec.label), classes="label")
        yield self._column

    def on_mount(self) -> None:
        self.show_problem(self._problem)

    def show_problem(self, problem: str) -> None:
        """Show below the field what is refused, the note, the text of last year."""
        self._problem = problem
        refused = f"! {problem}" if problem else ""
        texts = (refused, "$error"), (self.spec.note, "$discret"), (self.spec.before, "$an-dernier")
        lines = [Content.styled(clean(text, multiline=True), style) for text, style in texts if text]
        if lines and self._column.is_attached and not self._below.is_attached:
            self._column.mount(self._below, after=0)  # few rows need it
        self._below.update(Content("\n").join(lines))
        self._below.display = bool(lines)

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

    def _read(self) -> tuple[Value, str]:
        """Return what is typed as it is understood; else the stored value, and why it is refused."""
        typed, stored = self.typed, self.spec.value
        if typed == stored or (isinstance(typed, str) and not typed.strip() and not stored):
            return stored, ""  # blank lines are no text
        try:
            return self.spec.understood(typed), ""
        except ValueError as error:
            return stored, str(error)
        except Refusal as refusal:
            return stored, refusal.sentences()

    @property
    def value(self) -> Value:
        """The value to keep; the stored one while the text is refused, or an offer is to be chosen."""
        return self.spec.value if self.spec.only_offers and self.is_offering else self._read()[0]

    @property
    def refusal(self) -> str:
        return self._read()[1]

    @property
    def is_unsaved(self) -> bool:
        """Whether what is typed is not what is stored: refused, not kept yet, or an offer not chosen yet."""
        value, refusal = self._read()
        return bool(refusal) or value != self.spec.value

    def show(self, spec: forms.Row, *, turned: bool = False) -> None:
        """Show the present row; the text stays while it is being typed, unless its value was `turned`."""
        assert isinstance(spec, Field)
        is_typed = not isinstance(self.field, Choice) and self.typed != self.spec.value
        has_changed = spec.value != self.spec.value
        self.spec = spec
        if has_changed and (turned or not is_typed):
            self.give_back()
        self.show_problem(self._problem)

    def give_back(self) -> None:
        """Replace what is typed by the stored value; what was offered for it goes too."""
        self.offers.display = False
        self.fill(self.spec.value)

    def fill(self, value: Value) -> None:
        """Show a value that was not typed here."""
        with self.prevent(TextField.Changed, GrowingText.Changed):
            if isinstance(self.field, Choice):
                self.field.choose(*((value,) if isinstance(value, str) else value))
            elif isinstance(value, str):
                self.field.fill(value)
        self.show_problem("")

    def settle(self) -> bool:
        """Show the text as it is understood, or why it is refused; return whether it is understood."""
        self.close()
        value, refusal = self._read()
        if not refusal:
            self.fill(value)
        self.show_problem(refusal)
        if refusal:
            self.offer()
        return not refusal

    @on(TextField.Changed)
    @on(GrowingText.Changed)
    def _on_typed(self) -> None:
        self.offer()
        if self._problem:
            self.show_problem("" if self.is_offering else self.refusal)

    # offers

    @property
    def is_offering(self) -> bool:
        return self.offers.display

    def offer(self) -> None:
        """Show what the typed text can become, or nothing when it is what is offered."""
        if self.spec.offers is None:
            return
        typed = self.text.strip()
        self._offered = self.spec.offers(typed)
        texts = [one.label for one in self._offered]
        is_known = bool(typed) and typed in texts
        if typed and not self.spec.only_offers and self._read()[0] == typed:
            texts.append(f"Garder «{NBSP}{typed}{NBSP}» tel quel")
        self.offers.show([_item(rank, clean(text)) for rank, text in enumerate(texts)], "0")
        self.offers.display = bool(texts) and self.field.has_focus and not is_known
        if self.offers.display:
            self.call_after_refresh(self.scroll_visible, animate=False)

    def close(self) -> None:
        """Hide the offers: the field keeps its text."""
        self.offers.display = False

    @property
    def enter_does(self) -> str:
        """What Entrée does with what is offered, for the foot."""
        return "prendre" if (self.offers.highlighted or 0) < len(self._offered) else "garder"

    def choose(self) -> None:
        """Take the offer under the cursor, at first the nearest."""
        rank = self.offers.highlighted if self.is_offering else None
        if isinstance(self.field, TextField) and rank is not None and rank < len(self._offered):
            with self.prevent(TextField.Changed):
                self.field.fill(self._offered[rank].label)
        self.close()

    @on(OptionList.OptionSelected)
    async def _on_offer(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if isinstance(self.field, TextField):
            await self.field.action_submit()
