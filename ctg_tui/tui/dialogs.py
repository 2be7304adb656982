"""What lies over a page until it is answered or closed: a question, a text, options found by typing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.screen import ModalScreen, ScreenResultType
from textual.widget import Widget

from ctg_tui.domain.text import match_rank
from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.commands import Command
from ctg_tui.tui.settings import THEME_LABELS
from ctg_tui.tui.widgets.fields import TextField
from ctg_tui.tui.widgets.frame import KeyBar, MessageLine, may_have_two_rows
from ctg_tui.tui.widgets.listing import SOFT, Item, Line, Listing, Piece, spread
from ctg_tui.tui.widgets.strips import PlainStatic
from ctg_tui.wording.french import wrap

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Double
    from ctg_tui.tui.app import CtgApp
    from ctg_tui.tui.page import Page

YES, NO = "oui", "non"


def ask(
    app: App[Any],
    sentence: str,
    yes: str,
    do: Callable[[], object],
    no: str = "Annuler",
    otherwise: Callable[[], object] | None = None,
) -> Question:
    """Ask `sentence`; call `do` when the answer is `yes`, `otherwise` when it is `no` or Échap."""

    def answered(key: str | None) -> None:
        if key == YES:
            do()
        elif otherwise is not None:
            otherwise()

    question = Question(sentence, {NO: no, YES: yes}, NO)
    app.push_screen(question, answered)
    return question


def choose(
    app: App[Any],
    sentence: str,
    answers: Mapping[str, tuple[str, Callable[[], object]]],
    no: str = "Annuler",
    current: str = NO,
) -> None:
    """Ask `sentence` and call what belongs to the answer chosen; `no`, the last one, calls nothing."""

    def answered(key: str | None) -> None:
        if key is not None and key in answers:
            answers[key][1]()

    labels = {key: label for key, (label, _) in answers.items()}
    app.push_screen(Question(sentence, {**labels, NO: no}, NO, current), answered)


def ask_about_double(page: Page, double: Double, again: Callable[[], object], no: str) -> None:
    """Offer to open `double`, or to create another by `again`; `no` is the answer that does neither."""
    answers: dict[str, tuple[str, Callable[[], object]]] = {
        "ouvrir": ("Ouvrir celle qui existe", lambda: page.reopen(double.id)),
        "deuxieme": ("En commencer une deuxième", again),
    }
    choose(page.app, double.sentence, answers, no)


_CHOICE_KEYS: Final = (
    Command("fenetre.choisir", "", "choisir", "", shown_keys="↑ ↓", bar=0),
    Command("fenetre.valider", "", "valider", "", letters=("enter",), bar=0),
    Command("fenetre.fermer", "close", "fermer", "", ("escape",), bar=0),
)
_KEYS_OF_QUESTION: Final = (*_CHOICE_KEYS[:2], _CHOICE_KEYS[2]._replace(label="annuler"))
_KEYS_OF_READING: Final = (_CHOICE_KEYS[0]._replace(label="lire"), _CHOICE_KEYS[2])


class Dialog(ModalScreen[ScreenResultType]):
    """Ignore a second `dismiss`: it would pop the page below. Its foot names its own keys.

    Whose assessment it is, that it is saved or only an example, stay in sight around it.
    """

    KEYS: ClassVar[tuple[Command, ...]] = _CHOICE_KEYS
    DEFAULT_CSS = """
    Dialog { layers: default message; background: $background 15%; }
    Dialog > Vertical { margin-top: 2; }
    """

    _is_answered = False

    def keys(self) -> tuple[Command, ...]:
        """Return the keys that the foot names."""
        return self.KEYS

    def content(self) -> Iterable[Widget]:
        """Yield what the window holds."""
        return ()

    def compose(self) -> ComposeResult:
        with Vertical():
            yield from self.content()
        yield KeyBar()
        yield MessageLine()

    def on_mount(self) -> None:
        self.query_one(KeyBar).show(self.keys())

    def on_resize(self) -> None:
        """Cover the foot of the page below, whose keys do nothing here: it can have two rows."""
        stack = self.app.screen_stack
        if self not in stack:  # closed in the turn in which the window changed
            return
        below = stack[stack.index(self) - 1].query(KeyBar)
        height = max((one.size.height for one in below), default=1) if may_have_two_rows(self.app.size) else 1
        for bar in self.query(KeyBar):
            bar.styles.height = height
        self.set_class(height > 1, "-pied")

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close with `result`, the first time."""
        if self._is_answered:
            return AwaitComplete()
        self._is_answered = True
        return super().dismiss(result)


class Sentence(PlainStatic):
    """A sentence wrapped by our own routine: Textual breaks lines at no-break spaces."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self._sentence = sentence

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(wrap(self._sentence, width))

    def render(self) -> Content:
        return Content("\n".join(wrap(self._sentence, self.content_size.width)))


class ListDialog(Dialog[str | None]):
    """A list over the page: the answer is the key of the row chosen, `nothing` with Échap."""

    nothing: str | None = None

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        self.dismiss(message.key)

    def action_step(self, step: int) -> None:
        self.query_one(Listing).step(step)

    def action_close(self) -> None:
        self.dismiss(self.nothing)


class Question(ListDialog):
    """`sentence` and its answers by key; dismissed with a key, Échap being `nothing`.

    The cursor stands on the answer that changes nothing, unless each can be undone: a type-ahead Entrée does
    no harm. Letters do nothing: those of a sentence typed by mistake would agree.
    """

    CSS = """
    Question { align: center middle; }
    Question > Vertical {
        width: 70; max-width: 95%; height: auto; margin: 0; padding: 1 2;
        background: $panel; border: solid $accent;
    }
    Question Static { height: auto; margin-bottom: 1; }
    Question Listing { height: auto; background: $panel; }
    """
    KEYS = _KEYS_OF_QUESTION
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Annuler", show=False),
        Binding("left", "step(-1)", "Réponse précédente", show=False),
        Binding("right", "step(1)", "Réponse suivante", show=False),
    ]

    def __init__(self, sentence: str, answers: Mapping[str, str], nothing: str, current: str = "") -> None:
        super().__init__()
        self._sentence = sentence
        self.nothing = nothing
        items = [_item(key, label) for key, label in answers.items()]
        self._listing = Listing(items, current or nothing)

    def content(self) -> Iterable[Widget]:
        yield Sentence(shown(self._sentence))
        yield self._listing


def _item(key: str, label: str) -> Item:
    return Item(key, lambda _width: ((Piece(label),),))


class ReadingScreen(Dialog[None]):
    """A title, and below it the lines that the arrows scroll."""

    DEFAULT_CSS = """
    ReadingScreen { align: center top; }
    ReadingScreen > Vertical {
        width: 96%; max-width: 100; height: 1fr;
        background: $surface; border: solid $border; padding: 0 1;
    }
    ReadingScreen Static { height: 1; text-style: bold; color: $primary; }
    ReadingScreen ActionLine { margin-top: 1; }
    ReadingScreen Listing { background: $surface; scrollbar-gutter: stable; }
    """
    KEYS = _KEYS_OF_READING
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,f8", "close", "Fermer", show=False)]

    def __init__(self, title: str, items: Sequence[Item]) -> None:
        super().__init__()
        self._title = title
        self._items = tuple(items)

    def content(self) -> Iterable[Widget]:
        yield PlainStatic(self._title)
        yield Listing(self._items)
        yield from self.below()

    def below(self) -> Iterable[Widget]:
        """Yield what stands below the lines."""
        return ()

    def action_close(self) -> None:
        self.dismiss(None)


class Offer(NamedTuple):
    """An option. `beside` stands at the right and is searched too; `word` is only searched."""

    key: str
    text: str
    beside: str = ""
    word: str = ""


class Chooser(ListDialog):
    """Returns the key of the option chosen, or None. It opens on `current`: Entrée alone changes nothing."""

    DEFAULT_CSS = """
    Chooser { align: center top; }
    Chooser > Vertical {
        width: 96%; max-width: 140; height: 1fr;
        background: $surface; border: solid $border; padding: 0 1;
    }
    Chooser Static { height: 1; text-style: bold; color: $primary; }
    Chooser Listing { background: $surface; margin-top: 1; scrollbar-gutter: stable; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Fermer", show=False),
        Binding("up", "step(-1)", "Ligne précédente", show=False),
        Binding("down", "step(1)", "Ligne suivante", show=False),
        Binding("pageup", "page(-1)", "Page précédente", show=False),
        Binding("pagedown", "page(1)", "Page suivante", show=False),
    ]
    AUTO_FOCUS = "TextField"

    def __init__(self, title: str, offers: Sequence[Offer], current: str | None = None) -> None:
        super().__init__()
        self._title = title
        self._offers = tuple(offers)
        self._current = current
        self._types = False
        """Whether the last key typed words; else it moved in the list."""

    @property
    def active_widget(self) -> Widget:
        """The part that the terminal's cursor stands on; the words typed keep the focus."""
        return self.query_one(TextField if self._types else Listing)

    def content(self) -> Iterable[Widget]:
        yield PlainStatic(self._title)
        yield TextField(placeholder="Tapez quelques lettres")
        yield Listing(self._matching(""), is_led=True)

    def on_mount(self) -> None:
        if self._current is not None:
            self.query_one(Listing).select(self._current)

    def _matching(self, typed: str) -> list[Item]:
        """Return the offers that contain every word typed, the best match first."""
        ranks = [(match_rank(typed, offer.text, offer.beside, offer.word), offer) for offer in self._offers]
        matching = [(rank, offer) for rank, offer in ranks if rank is not None]
        if not matching:
            return [Item(None, lambda width: [(Piece(fit("Aucun résultat.", width), SOFT),)])]
        return [_offer(offer) for _, offer in sorted(matching, key=lambda pair: pair[0])]

    def on_input_changed(self, event: TextField.Changed) -> None:
        self._types = True
        listing = self.query_one(Listing)
        listing.show(self._matching(event.value))
        listing.action_first()

    def on_input_submitted(self) -> None:
        self.query_one(Listing).action_select()

    def action_step(self, step: int) -> None:
        self._types = False
        super().action_step(step)

    def action_page(self, step: int) -> None:
        self._types = False
        listing = self.query_one(Listing)
        if step > 0:
            listing.action_page_down()
        else:
            listing.action_page_up()


def _offer(offer: Offer) -> Item:
    """Return the whole text of an offer, in as many lines as it needs, and what stands beside the first."""
    beside = Piece(shown(offer.beside), SOFT)

    def lines(width: int) -> list[Line]:
        room = max(width - cell_len(beside.text) - 2, 10)
        first, *others = wrap(shown(offer.text), room) or [""]
        return [spread([Piece(first)], [beside], width), *((Piece(f"  {other}"),) for other in others)]

    return Item(offer.key, lines)


# What any page offers to choose: its commands, the themes.


def offer_commands(app: CtgApp, page: Page) -> None:
    """Offer the commands of `page`, and give the one chosen."""
    offered = {command.id: command for command in page.commands() if command.palette}
    offers = [
        Offer(command.id, command.sentence, command.key_text, command.word) for command in offered.values()
    ]
    _offer_all(app, "Toutes les touches", offers, lambda key: app.call_later(app.give, offered[key]))


def offer_themes(app: CtgApp) -> None:
    """Offer the themes, and keep the one chosen."""
    offers = [Offer(name, label) for name, label in THEME_LABELS.items()]
    _offer_all(app, "Thème", offers, app.keep, app.theme)


def _offer_all(
    app: CtgApp, title: str, offers: list[Offer], chosen: Callable[[str], object], current: str | None = None
) -> None:
    def answered(key: str | None) -> None:
        if key is not None:
            chosen(key)

    app.push_screen(Chooser(title, offers, current), answered)
