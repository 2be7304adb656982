"""A question before an edit that cannot simply be undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size

from ctg_tui.tui.screens.dialog import Dialog
from ctg_tui.tui.texts import shown
from ctg_tui.tui.widgets.listing import Item, Listing, Piece
from ctg_tui.tui.widgets.plain import PlainStatic
from ctg_tui.wording.french import wrap

YES, NO = "oui", "non"


class Sentence(PlainStatic):
    """A sentence wrapped by our own routine: Textual breaks lines at no-break spaces."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self._sentence = sentence

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(wrap(self._sentence, width))

    def render(self) -> Content:
        return Content("\n".join(wrap(self._sentence, self.content_size.width)))


class Question(Dialog[bool]):
    """`sentence` and its two answers; dismissed with True for the first. Échap is the second.

    The cursor stands on the second, which changes nothing: a type-ahead Entrée does no harm.
    """

    CSS = """
    Question { align: center middle; }
    Question > Vertical {
        width: 70; max-width: 95%; height: auto; padding: 1 2; background: $panel; border: solid $accent;
    }
    Question Static { height: auto; margin-bottom: 1; }
    Question Listing { height: 2; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "answer(False)", "Non", show=False),
        Binding("o", "answer(True)", "Oui", show=False),
    ]

    def __init__(self, sentence: str, yes: str, no: str = "Annuler") -> None:
        super().__init__()
        self._sentence = sentence
        self._listing = Listing([_item(YES, yes), _item(NO, no)])

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Sentence(shown(self._sentence))
            yield self._listing

    def on_mount(self) -> None:
        self._listing.select(NO)

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        self.dismiss(message.key == YES)

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)


class Choices(Dialog[str]):
    """`sentence` and its answers by key; dismissed with a key. Échap is the last answer.

    The cursor stands on the last, which changes nothing: a type-ahead Entrée does no harm.
    """

    CSS = """
    Choices { align: center middle; }
    Choices > Vertical {
        width: 70; max-width: 95%; height: auto; padding: 1 2; background: $panel; border: solid $accent;
    }
    Choices Static { height: auto; margin-bottom: 1; }
    Choices Listing { height: auto; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Non", show=False)]

    def __init__(self, sentence: str, answers: Mapping[str, str]) -> None:
        super().__init__()
        self._sentence = sentence
        *_, self._last = answers
        self._listing = Listing([_item(key, label) for key, label in answers.items()], self._last)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Sentence(shown(self._sentence))
            yield self._listing

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        self.dismiss(message.key)

    def action_leave(self) -> None:
        self.dismiss(self._last)


def _item(key: str, label: str) -> Item:
    return Item(key, lambda _width: ((Piece(label),),))
