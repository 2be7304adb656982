"""The answer that a page writes to a point of the Caf: its form, saved as it is typed, kept by Entrée."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Offset
from textual.message import Message
from textual.widgets import OptionList

from ctg_tui.domain.assessment import Answer, Cell, answer_text
from ctg_tui.domain.thread import Choice, choices, chosen, own_note
from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.commands import Command, adapted
from ctg_tui.tui.later import Autosave
from ctg_tui.tui.widgets.editor import GrowingText
from ctg_tui.tui.widgets.strips import PlainStatic
from ctg_tui.wording.grid import YOUR_ANSWER, place_shown
from ctg_tui.wording.thread import choice_words

if TYPE_CHECKING:
    from ctg_tui.domain.thread import Point
    from ctg_tui.tui.page import Page


_MOST_WORDS: Final = 4
"""The rows that one's words take at most; beyond, they scroll."""
_NAMES: Final = 14
"""The cells of « garder NC » behind its mark, under which what each choice does begins."""


Option = tuple[Choice, str, str]
"""A choice of the form: its words, and what it does."""


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
        chosen = next((rank for rank, option in enumerate(options) if option[0] is choice), 0)
        self._choices.set_options(self._prompts(chosen))
        self._choices.highlighted = chosen
        self._words.load(words)
        self.display = True
        self._choices.focus()

    def _prompts(self, chosen: int) -> list[Content]:
        return [
            Content(f" ({'•' if rank == chosen else ' '}) {fit(shown(name), _NAMES)}{shown(does)}")
            for rank, (_, name, does) in enumerate(self._options)
        ]

    @property
    def choice(self) -> Choice:
        """The choice under the cursor."""
        return self._options[self._choices.highlighted or 0][0] if self._options else Choice.SEEN

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


LEAVE_IT: Final = "Laisser la réponse commencée : elle est gardée, elle n’est pas envoyée"
_NOT_IN_ANSWER: Final = frozenset(
    {"comment", "answer", "search", "undo", "redo", "why", "last_time", "put_date"}
)
"""The actions of pages without effect while an answer is written."""
_KEYS: Final = tuple(
    Command(f"reponse.{label}", "", label, sentence, shown_keys=keys, bar=bar, group="Répondre")
    for label, keys, bar, sentence in (
        ("répondre", "Entrée", 1, "Garder cette réponse"),
        ("choisir", "↑ ↓", 3, "Choisir ce que vous répondez ; une lettre commence vos mots"),
    )
)


def while_answering(every: Iterable[Command]) -> tuple[Command, ...]:
    """Return the commands of a page while the form of an answer is open."""
    keys = (one for one in every if one.keys and one.action not in _NOT_IN_ANSWER)
    return adapted((*_KEYS, *keys), {"leave": {"label": "laisser", "help": LEAVE_IT}})


class Answering:
    """Writes to one point at a time. Left without Entrée, an answer stays begun: it settles nothing."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._key = ""
        self._rest = Autosave(page, self.save)
        self.form: AnswerForm | None = None
        """Made with the first answer, then only hidden."""

    @property
    def point(self) -> Point | None:
        """The point being answered."""
        points = self._page.opened.points if self._key else ()
        return next((point for point in points if point.key == self._key), None)

    @property
    def rows(self) -> int:
        """The rows of the form; 0 while nothing is answered."""
        return 0 if self.form is None or not self._key else self.form.rows

    def is_on(self, key: str) -> bool:
        """Return whether the point of that key is being answered."""
        return self._key == key

    def made_form(self) -> AnswerForm:
        """Return the form, made at the first answer."""
        if self.form is None:
            self.form = AnswerForm()
        return self.form

    def open(self, point: Point) -> None:
        """Show the form of the answer to a point, with what was begun or kept."""
        opened, form = self._page.opened, self.made_form()
        notes = opened.assessment.answers
        options = [(choice, *choice_row(choice, point, notes)) for choice in choices(point, notes)]
        self._key = point.key
        title = f"{YOUR_ANSWER} ({place_shown(opened.grid, point)}), part avec l’envoi"
        form.show(title, options, chosen(point, notes), "" if point.draft is None else point.draft.words)

    @property
    def is_changed(self) -> bool:
        """Whether the form holds something that is not stored."""
        point, form = self.point, self.form
        if point is None or form is None:
            return False
        stored = "" if point.draft is None else point.draft.words
        return (form.choice, form.words) != (chosen(point, self._page.opened.assessment.answers), stored)

    def typed(self) -> None:
        """Have what was typed saved at the next rest."""
        if self.is_changed:
            self._rest.typed()
        self._page.refresh_head()

    def save(self) -> bool:
        """Store what is typed, as an answer that is only begun; return whether it is stored."""
        point, form = self.point, self.form
        if point is None or form is None or not self.is_changed:
            return True
        return self._page.save(lambda: self._page.opened.type_answer(point, form.choice, form.words))

    def keep(self) -> bool:
        """Keep the answer and close its form; return False when it was refused, and stays open."""
        point, form = self.point, self.form
        if point is None or form is None:
            return False
        is_kept = self._page.save(lambda: self._page.opened.keep_answer(point, form.choice, form.words))
        if is_kept:
            self._hide()
        return is_kept

    def close(self) -> bool:
        """Save what is typed and close the form; return whether it was open, and is not any more."""
        if not self._key or not self.save():
            return False
        self._page.opened.end_typing()
        self._hide()
        return True

    def _hide(self) -> None:
        self._rest.stop()
        self._key = ""
        if self.form is not None:
            self.form.display = False


def choice_row(choice: Choice, point: Point, notes: Mapping[Cell, Answer]) -> tuple[str, str]:
    """Return the words of a choice, and what it does: `mettre 1`, `la note passe de 2 à 1`."""
    own, proposed = own_note(point, notes), point.proposed
    does = "rien ne change"
    if choice is Choice.TAKE and proposed is not None:
        new = answer_text(proposed)
        does = (
            f"note {new} dans la case vide" if own is None else f"la note passe de {answer_text(own)} à {new}"
        )
    elif choice is Choice.KEEP:
        does = "dites pourquoi si vous voulez"
    return choice_words(choice, point, notes), does
