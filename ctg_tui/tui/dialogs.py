"""What lies over a page until it is answered or closed: a question, a text, options found by typing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
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

from ctg_tui.domain.errors import typeset
from ctg_tui.domain.text import match_rank
from ctg_tui.system import places
from ctg_tui.system.files import WriteRefusal
from ctg_tui.tui import settings
from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.commands import Command
from ctg_tui.tui.settings import KEYBOARDS, THEME_LABELS
from ctg_tui.tui.widgets.fields import TextField
from ctg_tui.tui.widgets.frame import KeyBar, may_have_two_rows
from ctg_tui.tui.widgets.listing import SOFT, Item, Line, Listing, Piece, spread
from ctg_tui.tui.widgets.strips import PlainStatic
from ctg_tui.wording.french import wrap

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Double
    from ctg_tui.tui.page import Page
    from ctg_tui.tui.settings import Settings
    from ctg_tui.tui.widgets.frame import ToastApp

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


def ask_about_double(page: Page, double: Double, again: Callable[[], object], no: str = "Annuler") -> None:
    """Offer to open `double`, or to create another by `again`; `no` is the answer that does neither."""
    answers: dict[str, tuple[str, Callable[[], object]]] = {
        "ouvrir": ("Ouvrir celle qui existe", lambda: page.reopen(double.id)),
        "deuxieme": ("En commencer une deuxième", again),
    }
    choose(page.app, double.sentence, answers, no)


class Dialog(ModalScreen[ScreenResultType]):
    """Ignore a second `dismiss`: it would pop the page below. Its foot names its own keys."""

    _is_answered = False

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


_KEYS_OF_QUESTION: Final = (
    Command("question.choisir", "", "choisir", "", shown_keys="↑ ↓", bar=0),
    Command("question.valider", "", "valider", "", letters=("enter",), bar=0),
    Command("question.annuler", "answer_nothing", "annuler", "", ("escape",), bar=0),
)


class Question(Dialog[str]):
    """`sentence` and its answers by key; dismissed with a key, Échap being `nothing`.

    The cursor stands on the answer that changes nothing, unless each can be undone: a type-ahead Entrée does
    no harm. Letters do nothing: those of a sentence typed by mistake would agree.
    """

    CSS = """
    Question { align: center middle; }
    Question > Vertical {
        width: 70; max-width: 95%; height: auto; padding: 1 2; background: $panel; border: solid $accent;
    }
    Question Static { height: auto; margin-bottom: 1; }
    Question Listing { height: auto; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "answer_nothing", "Annuler", show=False),
        Binding("left", "step(-1)", "Réponse précédente", show=False),
        Binding("right", "step(1)", "Réponse suivante", show=False),
    ]

    def __init__(self, sentence: str, answers: Mapping[str, str], nothing: str, current: str = "") -> None:
        super().__init__()
        self._sentence = sentence
        self._nothing = nothing
        items = [_item(key, label) for key, label in answers.items()]
        self._listing = Listing(items, current or nothing)
        self._bar = KeyBar()

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Sentence(shown(self._sentence))
            yield self._listing
        yield self._bar

    def on_mount(self) -> None:
        self._bar.show(_KEYS_OF_QUESTION)

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        self.dismiss(message.key)

    def action_step(self, step: int) -> None:
        self._listing.action_go(step)

    def action_answer_nothing(self) -> None:
        self.dismiss(self._nothing)


def _item(key: str, label: str) -> Item:
    return Item(key, lambda _width: ((Piece(label),),))


class ReadingScreen(Dialog[None]):
    """A title, and below it the lines that the arrows scroll."""

    DEFAULT_CSS = """
    ReadingScreen { align: center middle; background: $background 60%; }
    ReadingScreen > Vertical {
        width: 96%; max-width: 100; height: 90%;
        background: $surface; border: solid $border; padding: 0 1;
    }
    ReadingScreen Static { height: 1; text-style: bold; color: $primary; }
    ReadingScreen ActionLine { margin-top: 1; }
    ReadingScreen Listing { background: $surface; scrollbar-gutter: stable; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter", "close", "Fermer", show=False)]

    def __init__(self, title: str, items: Sequence[Item]) -> None:
        super().__init__()
        self._title = title
        self._items = tuple(items)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield PlainStatic(f"{self._title}   (Échap pour fermer)")
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


class Chooser(Dialog[str | None]):
    """Returns the key of the option chosen, or None. It opens on `current`: Entrée alone changes nothing."""

    DEFAULT_CSS = """
    Chooser { align: center top; background: $background 60%; }
    Chooser > Vertical {
        width: 96%; max-width: 140; height: 80%; margin-top: 2;
        background: $surface; border: solid $border; padding: 0 1;
    }
    Chooser Static { height: 1; text-style: bold; color: $primary; }
    Chooser Listing { background: $surface; margin-top: 1; scrollbar-gutter: stable; }
    Chooser Listing>.listing--cursor { background: $curseur; color: $curseur-texte; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss_none", "Fermer", show=False),
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

    def compose(self) -> ComposeResult:
        with Vertical():
            yield PlainStatic(f"{self._title}   (Échap pour fermer)")
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
        self.query_one(Listing).action_choose()

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        self.dismiss(message.key)

    def action_dismiss_none(self) -> None:
        self.dismiss(None)

    def action_step(self, step: int) -> None:
        self._types = False
        self.query_one(Listing).action_go(step)

    def action_page(self, step: int) -> None:
        self._types = False
        self.query_one(Listing).action_page(step)


def _offer(offer: Offer) -> Item:
    """Return the whole text of an offer, in as many lines as it needs, and what stands beside the first."""
    beside = Piece(shown(offer.beside), SOFT)

    def lines(width: int) -> list[Line]:
        room = max(width - cell_len(beside.text) - 2, 10)
        first, *others = wrap(shown(offer.text), room) or [""]
        return [spread([Piece(first)], [beside], width), *((Piece(f"  {other}"),) for other in others)]

    return Item(offer.key, lines)


# The choosers over any page: its commands, the themes, the keyboard layouts.

_NOT_KEPT: Final = "Ce choix n’a pas pu être enregistré pour la prochaine fois."
_TEXT_NEXT_TIME: Final = typeset(
    "La prochaine fois, ctg-tui s’ouvrira par questions et réponses. Pour revenir ici : répondez « toujours "
    "écran »."
)


class Choices:
    """Opens a `Chooser` over the page of `app`; `use` gets the settings chosen, `folder` stores them."""

    def __init__(self, app: ToastApp, folder: Path, use: Callable[[Settings], None]) -> None:
        self._app = app
        self._folder = folder
        self._use = use

    def command(self, page: Page, give: Callable[[Command], Awaitable[None]]) -> None:
        """Offer the commands of `page`, and `give` the one chosen."""
        offered = {command.id: command for command in page.commands() if command.palette}
        offers = [
            Offer(command.id, command.sentence, command.key_text, command.word)
            for command in offered.values()
        ]
        self._choose("Commandes", offers, lambda key: self._app.call_later(give, offered[key]))

    def theme(self, now: Settings) -> None:
        """Offer the themes."""
        offers = [Offer(name, label) for name, label in THEME_LABELS.items()]
        self._choose("Thème", offers, lambda name: self._take_theme(now, name), self._app.theme)

    def keyboard(self, now: Settings) -> None:
        """Offer the keys that give notes, by keyboard layout."""
        offers = [
            Offer(keyboard.id, keyboard.label, keyboard.note_keys_text) for keyboard in KEYBOARDS.values()
        ]
        self._choose("Clavier", offers, lambda name: self._store(now._replace(keyboard=name)), now.keyboard)

    def cursor(self, now: Settings) -> None:
        """Show or hide the terminal's cursor."""
        self._store(now._replace(cursor=not now.cursor))

    def mouse(self, now: Settings) -> None:
        """Offer to use the mouse here, or to leave it to the terminal."""
        offers = [
            Offer(places.ON, "Souris dans ctg-tui : cliquer, faire défiler", "Maj+glisser sélectionne"),
            Offer(places.OFF, "Souris laissée au terminal : sélectionner et copier du texte"),
        ]
        current = places.ON if now.mouse else places.OFF
        self._choose(
            "Souris",
            [offer._replace(text=typeset(offer.text)) for offer in offers],
            lambda name: self._store(now._replace(mouse=name == places.ON)),
            current,
        )

    def text_mode(self) -> None:
        """Open as questions and answers from the next start on."""
        try:
            places.write(self._folder, {places.DISPLAY: places.TEXT})
        except WriteRefusal:
            self._app.notify(_NOT_KEPT, markup=False)
        else:
            self._app.notify(_TEXT_NEXT_TIME, markup=False)

    def _choose(
        self, title: str, offers: list[Offer], chosen: Callable[[str], object], current: str | None = None
    ) -> None:
        def after(key: str | None) -> None:
            if key is not None:
                chosen(key)

        self._app.push_screen(Chooser(title, offers, current), after)

    def _take_theme(self, now: Settings, name: str) -> None:
        self._app.theme = name
        self._store(now._replace(theme=name))

    def _store(self, chosen: Settings) -> None:
        """Use these settings, now and in later runs."""
        self._use(chosen)
        try:
            settings.save(self._folder, chosen)
        except WriteRefusal:
            self._app.notify(_NOT_KEPT, markup=False)
