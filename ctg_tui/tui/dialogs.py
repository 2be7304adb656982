"""What lies over a page until it is answered or closed: a question, a text to read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual.app import App, ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.screen import ModalScreen, ScreenResultType
from textual.widget import Widget

from ctg_tui.tui.characters import shown
from ctg_tui.tui.commands import Command
from ctg_tui.tui.widgets.frame import KeyBar, may_have_two_rows
from ctg_tui.tui.widgets.listing import Item, Listing, Piece
from ctg_tui.tui.widgets.plain import PlainStatic
from ctg_tui.wording.french import wrap

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Double
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
