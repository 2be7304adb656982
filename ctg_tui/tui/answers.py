"""Réponses: every point of the Caf, a card each, the open ones first; each is answered in its card."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.geometry import Offset
from textual.message import Message
from textual.widget import Widget
from textual.widgets import OptionList

from ctg_tui.domain.assessment import Answer, Cell, answer_text
from ctg_tui.domain.changes import Edit
from ctg_tui.domain.thread import Choice, Point, choices, chosen, own_note
from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.commands import Command, Destination, Landing, adapted, cmd, leave, undo_and_redo
from ctg_tui.tui.later import Autosave
from ctg_tui.tui.list_page import ListPage
from ctg_tui.tui.view import place_of
from ctg_tui.tui.widgets.editor import GrowingText
from ctg_tui.tui.widgets.listing import (
    ACCENT,
    PLAIN,
    SOFT,
    STRONG,
    Item,
    Line,
    Piece,
    gap,
    section_title,
    sentence,
    spread,
)
from ctg_tui.tui.widgets.strips import PlainStatic
from ctg_tui.tui.widgets.table import OPEN, at_most, lines_of
from ctg_tui.wording.french import wrap
from ctg_tui.wording.grid import ALL_ANSWERED, YOUR_ANSWER, place_shown, sayings
from ctg_tui.wording.thread import BEGUN, STATES, caf_answered, choice_words

if TYPE_CHECKING:
    from ctg_tui.domain.grid import Grid
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace

NOTHING_SAID: Final = "La Caf n’a encore rien répondu. Pour reprendre sa réponse : O depuis l’accueil."
_NOT_HERE: Final = "Cette ligne n’est pas dans votre grille."
_MOST_PLACE: Final = 18
_BESIDE: Final = 4
"""The mark of a point and the columns that part its place from its words."""
_MOST_WORDS: Final = 4
"""The rows that one's words take at most; beyond, they scroll."""
_NAMES: Final = 14
"""The cells of « garder NC » behind its mark, under which what each choice does begins."""


# The form of an answer: its choices under the arrows, then one's words.


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
    """The answer to a point; `typed` is called at each change, and Entrée runs `keep` of the page."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.keep", "Garder", show=False, priority=True),  # in the words too
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

    def __init__(
        self, title: str, point: Point, notes: Mapping[Cell, Answer], typed: Callable[[], None]
    ) -> None:
        super().__init__()
        self._title, self._typed = title, typed
        self._options = [(choice, *choice_row(choice, point, notes)) for choice in choices(point, notes)]
        here = choices(point, notes).index(chosen(point, notes))
        self._choices = AnswerChoices(*self._prompts(here), compact=True, markup=False)
        self._choices.highlighted = here
        words = "" if point.draft is None else point.draft.words
        self._words = GrowingText(words, "facultatif", most=_MOST_WORDS)
        self._words.mark = typed

    def compose(self) -> ComposeResult:
        yield PlainStatic(shown(self._title), id="reponse-titre")
        yield self._choices
        with Horizontal():
            yield PlainStatic(" Vos mots", id="reponse-mots")
            yield self._words

    def _prompts(self, here: int) -> list[Content]:
        return [
            Content(f" ({'•' if rank == here else ' '}) {fit(shown(name), _NAMES)}{shown(does)}")
            for rank, (_, name, does) in enumerate(self._options)
        ]

    @property
    def answer(self) -> tuple[Choice, str]:
        """The choice under the cursor, and the words."""
        return self._options[self._choices.highlighted or 0][0], self._words.text

    @property
    def rows(self) -> int:
        """The height of the form."""
        return 1 + len(self._options) + self._words.rows

    @on(OptionList.OptionHighlighted)
    def _on_chosen(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        for rank, prompt in enumerate(self._prompts(event.option_index)):
            self._choices.replace_option_prompt_at_index(rank, prompt)
        self._typed()

    @on(OptionList.OptionSelected)
    def _on_clicked(self, event: Message) -> None:
        """Leave the answer as chosen: Entrée keeps it."""
        event.stop()

    def on_key(self, event: events.Key) -> None:
        """Begin the words with a character typed on the choices."""
        if event.is_printable and event.character and not event.character.isspace():
            event.stop()
            event.prevent_default()
            self._write(event.character)

    def on_paste(self, event: events.Paste) -> None:
        """Take a text pasted on the choices as one's words."""
        event.stop()
        self._write(event.text)

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


# The page.

_LEAVE_IT: Final = "Laisser la réponse commencée : elle est gardée, elle n’est pas envoyée"
_NOT_IN_ANSWER: Final = frozenset({"answer", "undo", "redo"})
"""The actions without effect while an answer is written."""
_KEYS: Final = tuple(
    Command(f"reponse.{label}", "", label, sentence, shown_keys=keys, bar=bar, group="Répondre")
    for label, keys, bar, sentence in (
        ("répondre", "Entrée", 1, "Garder cette réponse"),
        ("choisir", "↑ ↓", 3, "Choisir ce que vous répondez ; une lettre commence vos mots"),
    )
)


class AnswersScreen(ListPage):
    """The cards keep their places while one answers: the cursor moves by the arrows and by F3 only.

    Left without Entrée, an answer stays begun: it settles nothing.
    """

    TITLE_IN_HELP = IN_HEAD = "Réponses"
    KEY_COMMANDS = (
        cmd("reponses.repondre", "enter", "answer", "répondre", 1, "Répondre à ce point"),
        cmd(
            *("reponses.suivant", "f3", "next_blank", "point suivant", 2),
            "Aller au prochain point à voir, et y répondre",
        ),
        cmd("reponses.ligne", "l", "line", "voir la ligne", 5, "Voir la ligne dans la grille"),
        cmd(
            *("reponses.retirer", "delete", "remove", "retirer ma réponse", 6),
            "Retirer la réponse qui n’est pas encore partie (Ctrl+Z la rétablit)",
            when="has_draft",
        ),
        *undo_and_redo("reponses", bar=7),
        leave("reponses"),
    )
    DEFAULT_CSS = """
    AnswersScreen #titre { margin: 1 0; }
    AnswersScreen.-bas #titre { margin: 0; }
    AnswersScreen #cartes { height: 1fr; layers: default form; }
    AnswersScreen AnswerForm { layer: form; position: absolute; }
    """

    def __init__(self, workspace: Workspace, session: Session | None, point: str = "") -> None:
        """Open the page; with the key of a `point`, to answer it and go back."""
        super().__init__(workspace, session)
        self._point_alone = point
        self._form: AnswerForm | None = None
        self._answered = ""
        """The key of the point that the form answers."""
        self._rest = Autosave(self, self._save_typed)
        self._order: list[str] = []
        """The keys of the points in the order of the page, and how many of them were open then."""
        self._open_at_first = 0
        self._area = Container(self.list, id="cartes")

    def body(self) -> Iterable[Widget]:
        return self._heading, self._area

    def heading(self) -> str:
        said = caf_answered([point for point in self.opened.points if point.is_to_see])
        return f"{said[:1].upper()}{said[1:]}" if said else ALL_ANSWERED if self.opened.points else ""

    def commands(self) -> tuple[Command, ...]:
        every = super().commands()
        if self._form is None:
            return every
        keys = (one for one in every if one.keys and one.action not in _NOT_IN_ANSWER)
        return adapted((*_KEYS, *keys), {"leave": {"label": "laisser", "help": _LEAVE_IT}})

    def on_mount(self) -> None:
        """Go to the first point; answer the one that it was opened for."""
        self._arrange()
        self.show_rows()
        self.watch(self.list, "scroll_y", self._put_form, init=False)
        self.list.select(self._point_alone or next(iter(self._order), ""))
        if self._point_alone:
            self.call_after_refresh(self.action_answer)

    def on_show_again(self) -> None:
        self._arrange()
        super().on_show_again()

    def _arrange(self) -> None:
        """Put the open points first."""
        points = sorted(self.opened.points, key=lambda point: not point.is_to_see)
        self._order = [point.key for point in points]
        self._open_at_first = sum(point.is_to_see for point in points)

    def rows(self) -> Iterable[Item]:
        grid, points = self.opened.grid, {point.key: point for point in self.opened.points}
        if not points:
            yield sentence(NOTHING_SAID)
            return
        longest = max(len(shown(place_shown(grid, point))) for point in points.values())
        indent = min(longest, _MOST_PLACE) + _BESIDE
        for rank, key in enumerate(self._order):
            if rank == self._open_at_first:
                yield from [gap()] * bool(rank)
                yield section_title("Déjà répondu")
            if key in points:
                form = self._form.rows if self._form is not None and key == self._answered else 0
                yield _card(grid, points[key], indent, form)

    def _point(self, key: str | None) -> Point | None:
        return next((point for point in self.opened.points if point.key == key), None)

    @property
    def has_draft(self) -> bool:
        """Whether the point under the cursor has an answer that was not sent."""
        point = self._point(self.list.key)
        return point is not None and point.draft is not None

    # answering

    async def action_answer(self) -> None:
        """Open the form of the answer to the point under the cursor, in its card."""
        self._close()
        point = self._point(self.list.key)
        if point is None or self._form is not None:
            return
        title = f"{YOUR_ANSWER} ({place_shown(self.opened.grid, point)}), part avec l’envoi"
        self._answered = point.key
        self._form = AnswerForm(title, point, self.opened.assessment.answers, self._typed)
        await self._area.mount(self._form)
        self._form.action_choices()
        self._show_form()

    @on(GrowingText.Resized)
    def _show_form(self) -> None:
        """Show the cards with room for the form, and put it there."""
        self.show_rows()
        self._put_form()
        self.call_after_refresh(self._put_form)

    def _put_form(self) -> None:
        """Put the form on the room that its card leaves."""
        if self._form is not None and self._answered in self.list.keys:
            _, end = self.list.span(self.list.keys.index(self._answered))
            left = 4 if self.size.width < 80 else _MOST_PLACE
            self._form.styles.width = max(self.size.width - left - 3, 10)
            self._form.styles.offset = (left, end - self.list.scroll_offset.y - 1 - self._form.rows)

    def on_resize(self) -> None:
        self.call_after_refresh(self._put_form)

    @property
    def is_unsaved(self) -> bool:
        """Whether the form holds something that is not stored."""
        point = self._point(self._answered)
        if self._form is None or point is None:
            return False
        stored = "" if point.draft is None else point.draft.words
        return self._form.answer != (chosen(point, self.opened.assessment.answers), stored)

    def _typed(self) -> None:
        """Have what was typed saved at the next rest."""
        if self.is_unsaved:
            self._rest.typed()
        self.refresh_head()

    def _save_typed(self) -> bool:
        """Store what is typed, as an answer that is only begun; return whether it is stored."""
        point, form = self._point(self._answered), self._form
        if point is None or form is None or not self.is_unsaved:
            return True
        return self.save(lambda: self.opened.type_answer(point, *form.answer))

    def flush(self) -> None:
        self._save_typed()

    def action_keep(self) -> None:
        """Keep the answer and close its form; the page closes too where it was opened for this point."""
        point, form = self._point(self._answered), self._form
        if point is None or form is None:
            return
        if self.save(lambda: self.opened.keep_answer(point, *form.answer)):
            self._leave_form()
            if self._point_alone:
                self.leave()

    def _close(self) -> bool:
        """Save what is typed and close the form; return whether it was open, and is not any more."""
        if self._form is None or not self._save_typed():
            return False
        self.opened.end_typing()
        self._leave_form()
        return True

    def _leave_form(self) -> None:
        self._rest.stop()
        if self._form is not None:
            self._form.remove()
        self._form, self._answered = None, ""
        self.show_rows()
        self.list.focus()

    async def action_next_blank(self) -> None:
        """Go to the next point to see, and open its form; from the top again after the last."""
        self._point_alone = ""
        self._close()
        keys, waiting = self.list.keys, {point.key for point in self.opened.points if point.is_to_see}
        start = keys.index(self.list.key) + 1 if self.list.key in keys else 0
        following = next((key for key in (*keys[start:], *keys[:start]) if key in waiting), None)
        if following is None:
            self.show_message(ALL_ANSWERED if self.opened.points else NOTHING_SAID)
        else:
            self.list.select(following)
            await self.action_answer()

    def action_remove(self) -> None:
        """Remove the answer that was not sent."""
        point = self._point(self.list.key)
        if point is not None and self.save(lambda: self.opened.remove_answer(point)):
            self.show_rows()

    async def action_leave(self) -> None:
        if not self._close() or self._point_alone:
            self.leave()

    def turn(
        self, word: str, nothing: str, following: Callable[[], Edit | None], turn: Callable[[], object]
    ) -> None:
        self._close()
        super().turn(word, nothing, following, turn)

    def on_turned(self, edit: Edit) -> None:
        """Go to the card that an edit is about."""
        self._arrange()
        keys = {change.key for change in edit.changes}
        about = (point.key for point in self.opened.points if keys & {said.id for said in point.rows})
        self.show_rows(next(about, None))

    # elsewhere

    def visit(
        self, destination: Destination, session: Session | None = None, place: Landing | None = None
    ) -> None:
        self._close()
        super().visit(destination, session, place)

    def action_line(self) -> None:
        """Show the line of the point in the grid."""
        point, grid = self._point(self.list.key), self.opened.grid
        if point is None or point.line not in grid.mission_of:
            self.show_message("Ce point n’est pas sur une ligne de votre grille.")
            return
        policy = point.policy if point.policy in grid.policies_by_id else grid.policies[0].id
        self.visit(Destination.GRID, place=place_of(grid, point.line, policy or ""))


def _card(grid: Grid, point: Point, indent: int, form: int) -> Item:
    """Return the card of a point, with `form` rows free; its words begin at `indent`."""
    is_open, draft, line = point.is_to_see, point.draft, point.line
    state = BEGUN if draft is not None and not draft.is_kept else STATES[point.state]
    place = fit(shown(place_shown(grid, point)), indent - _BESIDE)
    known = line in grid.activities or line in grid.indicators
    label = shown(grid.line(line).label) if line and known else "" if line is None else _NOT_HERE
    head = [Piece(OPEN, "$warning") if is_open else Piece("✓", ACCENT), Piece(f" {place}  ", STRONG)]
    shown_point = point._replace(draft=None) if form else point  # the draft stands in the form

    def lines(width: int) -> Sequence[Line]:
        room = max(width - indent - len(state) - 3, 5)
        first, *below = at_most(wrap(label, room), 2, room)
        made = [spread([*head, Piece(first, SOFT)], [Piece(state, SOFT)], width)]
        made += [(Piece(" " * indent), Piece(line, SOFT)) for line in below]
        for said in sayings(grid, [shown_point], names_policy=False):
            style = PLAIN if is_open else SOFT
            made += [(Piece(" " * indent), *line) for line in lines_of(said, width - indent, style)]
        return [*made, *[(Piece(" "),)] * form, ()]

    return Item(point.key, lines)
