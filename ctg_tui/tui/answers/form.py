"""The form of an answer to the Caf: its choices under the arrows, then one's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final, NamedTuple

from textual import events, on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Offset
from textual.message import Message
from textual.widgets import OptionList

from ctg_tui.domain.thread import Choice
from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.widgets.editor import GrowingText
from ctg_tui.tui.widgets.strips import PlainStatic

_MOST_WORDS: Final = 4
"""The rows that one's words take at most; beyond, they scroll."""
_NAMES: Final = 14
"""The cells of « garder NC » behind its mark, under which what each choice does begins."""


class Option(NamedTuple):
    """A choice of the form: its words, and what it does."""

    choice: Choice
    name: str
    does: str


class AnswerChoices(OptionList):
    """The choices; the one under the cursor is the answer. The arrows leave it at its ends."""

    DEFAULT_CSS = """
    AnswerChoices, AnswerChoices:focus {
        height: auto;
        min-width: 20;
        max-width: 64;
        background: $panel;
        background-tint: $panel 0%;
        &>.option-list--option-highlighted { background: $panel; color: $foreground; text-style: bold; }
    }
    AnswerChoices:focus>.option-list--option-highlighted { background: $curseur; color: $curseur-texte; }
    """

    def action_cursor_down(self) -> None:
        if self.highlighted == self.option_count - 1:
            raise SkipAction
        super().action_cursor_down()

    def action_cursor_up(self) -> None:
        if not self.highlighted:
            raise SkipAction
        super().action_cursor_up()

    @property
    def cursor_screen_offset(self) -> Offset:
        """The cell of the screen with the mark of the choice."""
        return self.content_region.offset + Offset(1, self.highlighted or 0)


class AnswerForm(Vertical):
    """Posts `Typed` for each change and `Kept` for Entrée; `rows` is its height, `Grown` when it changes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "keep", "Garder", show=False, priority=True),  # in the words too
        Binding("tab,shift+tab", "other_part", "Choix ou mots", show=False),
        Binding("down", "words", "Mots", show=False),
        Binding("up", "choices", "Choix", show=False),
    ]
    DEFAULT_CSS = """
    AnswerForm {
        height: auto;
        padding: 0 1;
        background: $panel;
        border-left: outer $accent;
        #reponse-titre { height: 1; color: $discret; text-wrap: nowrap; text-overflow: ellipsis; }
        & > Horizontal { height: auto; }
        #reponse-mots { width: 19; color: $discret; }
        GrowingText, GrowingText:focus { padding: 0; background: $surface; }
        .text-area--cursor-line { background: $surface; }
    }
    """

    class Typed(Message):
        """The choice or the words changed."""

    class Kept(Message):
        """The answer is to be kept."""

    class Grown(Message):
        """The words take more or fewer rows."""

    def __init__(self) -> None:
        super().__init__()
        self._options: tuple[Option, ...] = ()
        self._title = PlainStatic(id="reponse-titre")
        self._choices = AnswerChoices(compact=True, markup=False)
        self._words = GrowingText("", "facultatif", most=_MOST_WORDS)

    def compose(self) -> ComposeResult:
        yield self._title
        yield self._choices
        with Horizontal():
            yield PlainStatic(" Vos mots", id="reponse-mots")
            yield self._words

    def show(self, title: str, options: Sequence[Option], choice: Choice, words: str) -> None:
        """Show the answer to another point; the cursor is on its choice."""
        self._options = tuple(options)
        self._title.update(Content(shown(title)))
        chosen = next((rank for rank, option in enumerate(options) if option.choice is choice), 0)
        self._choices.set_options(self._prompts(chosen))
        self._choices.highlighted = chosen
        self._words.load(words)
        self.display = True
        self._choices.focus()

    def _prompts(self, chosen: int) -> list[Content]:
        return [
            Content(
                f" ({'•' if rank == chosen else ' '}) {fit(shown(option.name), _NAMES)}{shown(option.does)}"
            )
            for rank, option in enumerate(self._options)
        ]

    @property
    def choice(self) -> Choice:
        """The choice under the cursor."""
        return self._options[self._choices.highlighted or 0].choice if self._options else Choice.SEEN

    @property
    def words(self) -> str:
        return self._words.text

    @property
    def rows(self) -> int:
        """The height of the form."""
        return 1 + len(self._options) + self._words.rows

    @on(GrowingText.Resized)
    def _on_resized(self, event: GrowingText.Resized) -> None:
        event.stop()
        self.post_message(self.Grown())

    @on(OptionList.OptionHighlighted)
    def _on_chosen(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        for rank, prompt in enumerate(self._prompts(event.option_index)):
            self._choices.replace_option_prompt_at_index(rank, prompt)
        self.post_message(self.Typed())

    @on(OptionList.OptionSelected)
    def _on_clicked(self, event: Message) -> None:
        """Leave the answer as chosen: Entrée keeps it."""
        event.stop()

    @on(GrowingText.Changed)
    def _on_words(self, event: Message) -> None:
        event.stop()
        self.post_message(self.Typed())

    def action_keep(self) -> None:
        self.post_message(self.Kept())

    def on_key(self, event: events.Key) -> None:
        """Begin the words with a character typed on the choices."""
        if event.is_printable and event.character and not event.character.isspace():
            event.stop()
            event.prevent_default()
            self._write(event.character)

    def _write(self, text: str) -> None:
        """Add `text` to the words, where the next characters are typed too."""
        before = self._words.text
        self._words.focus()
        self._words.move_cursor(self._words.document.end)
        self._words.insert(text if not before or before[-1].isspace() else f" {text}")

    def action_words(self) -> None:
        self._words.focus()

    def action_choices(self) -> None:
        self._choices.focus()

    def action_other_part(self) -> None:
        """Go from the choices to the words, or back."""
        (self._words if self._choices.has_focus else self._choices).focus()

    def on_paste(self, event: events.Paste) -> None:
        """Take a text pasted on the choices as one's words."""
        event.stop()
        self._write(event.text)
