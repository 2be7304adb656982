"""What lies over a page until it is answered or closed: a question, lines to read, a search."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, ClassVar, Final, NamedTuple

from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.events import Key, Paste
from textual.screen import ModalScreen, ScreenResultType
from textual.widget import Widget

from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.text import clean, fold, match_rank
from ctg_tui.tui.characters import cut_at_a_word, fit
from ctg_tui.tui.commands import Command
from ctg_tui.tui.widgets.fields import PlainButton, TextField
from ctg_tui.tui.widgets.frame import Foot, MessageLine
from ctg_tui.tui.widgets.listing import PLAIN, SOFT, Item, Line, Listing, Piece, gap, hung, row, soft, words
from ctg_tui.tui.widgets.strips import PlainStatic
from ctg_tui.wording.lines import SearchedLine, found_lines

YES: Final = "oui"
_CHOICE_KEYS: Final = (
    Command("fenetre.choisir", "", "choisir", "", shown_keys="↑ ↓", bar=0),
    Command("fenetre.valider", "", "valider", "", letters=("enter",), bar=0),
    Command("fenetre.fermer", "close", "fermer", "", ("escape",), bar=0),
)


class Dialog(ModalScreen[ScreenResultType]):
    """Its foot names its own keys. Whose assessment it is, that it is saved, stay in sight above it."""

    KEYS: ClassVar[tuple[Command, ...]] = _CHOICE_KEYS
    AROUND: ClassVar[int] = 6
    """The rows of the window that its list cannot have."""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Fermer", show=False)]
    DEFAULT_CSS = """
    Dialog { layers: default message; background: $background 15%; align: center top; }
    Dialog Foot { margin-top: 0; }
    Dialog > Container { margin-top: 1; height: 1fr; background: $background; align: center top; }
    Dialog .cadre {
        width: 96%; max-width: 140; height: auto; max-height: 100%;
        background: $surface; border: solid $filet; padding: 0 1;
    }
    Dialog .titre { height: 1; margin: 0 0 1 2; text-style: bold; color: $primary; }
    Dialog Listing { height: auto; background: $surface; }
    """

    def content(self) -> Iterable[Widget]:
        """Yield what the window holds."""
        return ()

    def compose(self) -> ComposeResult:
        yield Container(Vertical(*self.content(), classes="cadre"))
        yield Foot()
        yield MessageLine()

    def on_mount(self) -> None:
        self.query_one(Foot).show(self.KEYS)

    def on_resize(self) -> None:
        """Let the list be as high as its lines, and scroll where the window is too low for them."""
        for listing in self.query(Listing):
            listing.styles.max_height = self.size.height - self.AROUND

    def action_close(self) -> None:
        self.dismiss(None)


class Question(Dialog[bool]):
    """`sentence` and its two answers; dismissed with whether it was agreed to, Échap being no.

    The first button has the focus: it changes nothing, unless nothing can be lost, so that an Entrée typed
    ahead does no harm. Letters do nothing: those of a sentence typed by mistake would agree.
    """

    DEFAULT_CSS = """
    Question { align: center middle; }
    Question > Container { height: auto; margin: 0; }
    Question .cadre { width: 70; max-width: 95%; padding: 1 2; background: $panel; border: solid $accent; }
    Question #question { height: auto; margin-bottom: 1; }
    Question #attente { height: 1; margin-top: 1; color: $warning; }
    Question PlainButton { width: 100%; content-align: left middle; text-align: left; }
    """
    KEYS = (*_CHOICE_KEYS[:2], _CHOICE_KEYS[2]._replace(label="annuler"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,up", "choose(-1)", "Réponse précédente", show=False),
        Binding("right,down", "choose(1)", "Réponse suivante", show=False),
    ]

    def __init__(self, sentence: str, yes: str, *, loses: bool, gathers: bool) -> None:
        """Ask; where it `gathers`, a text typed or pasted at it is kept for the page in `typed`."""
        super().__init__()
        self._sentence, self._yes, self._loses = sentence, yes, loses
        self._gathers, self.typed = gathers, ""

    def content(self) -> Iterable[Widget]:
        yield PlainStatic(clean(self._sentence), id="question")
        buttons = PlainButton("Annuler"), PlainButton(self._yes, identifier=YES)
        yield from buttons if self._loses else reversed(buttons)
        if self._gathers:
            yield PlainStatic(id="attente")

    def on_key(self, event: Key) -> None:
        if event.is_printable and event.character:
            self._gather(event, self.typed + event.character)
        elif event.key == "backspace" and self.typed:
            self._gather(event, self.typed[:-1])

    def on_paste(self, event: Paste) -> None:
        self._gather(event, self.typed + event.text)

    def _gather(self, event: Key | Paste, typed: str) -> None:
        """Keep the text; Entrée belongs to it until an arrow chooses an answer."""
        if self._gathers:
            event.stop()
            event.prevent_default()
            self.typed = typed
            self.set_focus(None)
            self.query_one(Foot).show((self.KEYS[0], self.KEYS[2]))
            waits = typeset("Le texte attend « Oui » : choisissez avec ↑ ↓.")
            self.query_one("#attente", PlainStatic).update(waits if typed else "")

    def on_descendant_focus(self) -> None:
        """Name Entrée at the foot again."""
        self.query_one(Foot).show(self.KEYS)

    def action_choose(self, step: int) -> None:
        """Go to the next answer, from the first one where a text took the focus."""
        buttons = [*self.query(PlainButton)]
        now = next((rank for rank, button in enumerate(buttons) if button.has_focus), 0)
        buttons[(now + step) % len(buttons)].focus()

    def on_button_pressed(self, message: PlainButton.Pressed) -> None:
        message.stop()
        self.dismiss(message.button.id == YES)

    def action_close(self) -> None:
        self.dismiss(False)


class ReadingScreen(Dialog[None]):
    """A title, and below it the lines that the arrows scroll."""

    DEFAULT_CSS = "ReadingScreen .cadre { max-width: 100; }"
    KEYS: ClassVar[tuple[Command, ...]] = (_CHOICE_KEYS[0]._replace(label="lire"), _CHOICE_KEYS[2])
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,f8", "close", "Fermer", show=False)]

    def __init__(self, title: str, items: Sequence[Item]) -> None:
        super().__init__()
        self._title, self._items = title, tuple(items)

    def content(self) -> Iterable[Widget]:
        yield PlainStatic(self._title, classes="titre")
        yield Listing(self._items)

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._name_keys)

    def _name_keys(self) -> None:
        """Name the arrows where lines are out of sight."""
        if self.is_current:
            _, rows = self.query_one(Listing).span(len(self._items) - 1)
            self.query_one(Foot).show(self.KEYS[rows <= self.size.height - self.AROUND :])


class Offer(NamedTuple):
    """An option. `head` stands before its text and is searched too; `word` is only searched.

    One that is not `is_listed` comes only for the words typed.
    """

    key: str
    text: str
    head: str = ""
    word: str = ""
    group: str = ""
    is_listed: bool = True


class Chooser(Dialog[str | None]):
    """A field, and below it what matches the words typed; returns the key chosen, None with Échap.

    The words keep the focus; arrows and Page move in the list. It opens on `current`.
    """

    DEFAULT_CSS = """
    Chooser .cadre { max-width: 90; }
    Chooser .titre { margin: 0 0 0 2; }
    Chooser Listing { margin-top: 1; }
    Chooser TextField { margin-left: 1; }
    Chooser TextField:focus {
        background: $panel; color: $foreground;
        &>.input--cursor { background: $foreground; color: $background; }
        &>.input--placeholder { color: $discret; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move('cursor_up')", "Ligne précédente", show=False),
        Binding("down", "move('cursor_down')", "Ligne suivante", show=False),
        Binding("pageup", "move('page_up')", "Page précédente", show=False),
        Binding("pagedown", "move('page_down')", "Page suivante", show=False),
    ]
    AUTO_FOCUS = "TextField"
    AROUND = 7

    def __init__(self, title: str, offers: Sequence[Offer], current: str | None = None) -> None:
        super().__init__()
        self._title, self._offers, self._current = title, tuple(offers), current

    @property
    def active_widget(self) -> Widget:
        """The part that the terminal's cursor stands on; the words typed keep the focus."""
        return self.query_one(Listing)

    def content(self) -> Iterable[Widget]:
        yield PlainStatic(self._title, classes="titre")
        yield TextField(placeholder=" Tapez quelques lettres")
        yield Listing(self._matching(""), self._current, is_led=True)

    def _matching(self, typed: str) -> list[Item]:
        """Return the offers by group; of words typed, those that contain each, the best match first."""
        if not typed.strip():
            return [*self._by_group()]
        ranks = [(match_rank(typed, offer.word, offer.text, offer.head), offer) for offer in self._offers]
        matching = sorted(((rank, one) for rank, one in ranks if rank is not None), key=lambda pair: pair[0])
        return [self._item(one) for _, one in matching] or [Item(None, words("Aucun résultat.", SOFT))]

    def _by_group(self) -> Iterator[Item]:
        listed = (offer for offer in self._offers if offer.is_listed)
        for rank, (_, members) in enumerate(groupby(listed, key=lambda offer: offer.group)):
            yield from [gap()] * bool(rank)
            yield from map(self._item, members)

    def _item(self, offer: Offer) -> Item:
        width = max((cell_len(one.head) + 3 for one in self._offers if one.head), default=0)
        return row(offer.key, hung(soft(fit(clean(offer.head), width)), clean(offer.text)))

    def on_input_changed(self, event: TextField.Changed) -> None:
        listing = self.query_one(Listing)
        listing.show(self._matching(event.value))
        listing.action_first()

    def on_input_submitted(self) -> None:
        self.query_one(Listing).action_select()

    async def action_move(self, how: str) -> None:
        await self.app.run_action(how, self.query_one(Listing))

    def on_option_list_option_selected(self, message: Listing.OptionSelected) -> None:
        message.stop()
        self.dismiss(message.option_id)


def pick(
    app: App[Any],
    title: str,
    offers: Sequence[Offer],
    then: Callable[[Offer], object],
    current: str | None = None,
) -> None:
    """Let the person choose one of `offers` by its words, from `current` on, and give it to `then`."""

    def answered(key: str | None) -> None:
        if key is not None:
            then(next(offer for offer in offers if offer.key == key))

    app.push_screen(Chooser(title, offers, current), answered)


class LineSearch(Chooser):
    """Returns the id of the line chosen, None when it is closed."""

    DEFAULT_CSS = "LineSearch .cadre { max-width: 140; }"
    KEYS = (Chooser.KEYS[0], Chooser.KEYS[1]._replace(label="aller à la ligne"), *Chooser.KEYS[2:])

    def __init__(self, grid: Grid, assessment: Assessment) -> None:
        super().__init__("Chercher une ligne", ())
        self._grid, self._assessment = grid, assessment

    def _matching(self, typed: str) -> list[Item]:
        found = found_lines(self._grid, self._assessment, typed)
        items = [each for line in found for each in (_found(line, fold(typed).split()), gap())]
        return items[:-1] or super()._matching(typed)


def _found(line: SearchedLine, searched: Sequence[str]) -> Item:
    """Return a line found, and below it its notes and comment, a row each."""

    def lines(width: int) -> Iterator[Line]:
        for head, text, style in ((line.number, line.label, PLAIN), ("", line.aside, SOFT)):
            if text:
                yield soft(f"{head:<6}"), Piece(_around(text, searched, width - 6), style)

    return Item(line.id, lambda width: [*lines(width)])


def _around(text: str, searched: Sequence[str], width: int) -> str:
    """Return as much of `text` as fits, from its beginning unless that hides a word `searched`."""
    cut, every = cut_at_a_word(text, width), text.split(" ")
    ranks = [next((rank for rank, one in enumerate(every) if word in fold(one)), 0) for word in searched]
    last = max(ranks, default=0)
    if cell_len(text) <= width or len(" ".join(every[: last + 1])) < len(cut.rstrip()):
        return cut
    while last and len(" ".join(every[last - 1 :])) < width - 2:
        last -= 1
    return cut_at_a_word(f"… {' '.join(every[last:])}", width)
