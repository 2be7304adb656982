"""A page that shows a form (`services.forms`): it moves, checks, saves, undoes and leaves in the same way.

Rows come and go by their key, and a text being typed stays. A value that its field refuses is never kept: it
stays in its field with the reason below, and Entrée stays on it; Échap gives the stored value back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from textual import events, on
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import AwaitMount, Widget

from ctg_tui.domain.changes import Edit
from ctg_tui.services import forms
from ctg_tui.services.editing import Session
from ctg_tui.services.forms import Doing, Field, Form
from ctg_tui.services.workspace import Workspace
from ctg_tui.tui.characters import cut_at_a_word
from ctg_tui.tui.commands import Command, adapted, field_steps, leave, undo_and_redo
from ctg_tui.tui.later import Autosave
from ctg_tui.tui.page import Page
from ctg_tui.tui.widgets.editor import GrowingText
from ctg_tui.tui.widgets.fields import Choice, PlainButton, TextField
from ctg_tui.tui.widgets.rows import Line, Row

CHOOSING: Final = Command("choix", "", "choix", "", shown_keys="← →", bar=1, palette=False)
TICKING: Final = CHOOSING._replace(label="cocher", shown_keys="Espace")
PRESSING: Final = CHOOSING._replace(shown_keys="Entrée")
AMONG_OFFERS: Final = {"step_field(1)": {"label": "choisir"}}


def form_commands(page: str) -> tuple[Command, ...]:
    """Return the commands of every form, for `page` (first part of their ids)."""
    return (*undo_and_redo(page, bar=5), leave(page), *field_steps(page))


class _Lines(VerticalScroll, inherit_bindings=False):
    """Scrolls to the field that has the focus; the arrow keys are the page's."""


def _line_of(widget: Any) -> Line | None:
    """Return the row that a widget is in; None for any other widget."""
    ancestors = widget.ancestors_with_self if isinstance(widget, Widget) else ()
    return next((node for node in ancestors if isinstance(node, Line)), None)


def _row_of(widget: Any) -> Row | None:
    line = _line_of(widget)
    return line if isinstance(line, Row) else None


class FormPage(Page):
    """See the module's docstring."""

    DEFAULT_CSS = """
    FormPage {
        #form { height: 1fr; padding: 0 1 0 2; scrollbar-gutter: stable; }
        Line { padding-right: 1; }
        #form > Line:first-child { margin-top: 1; }
        &.-large, &.-vaste { Row > Vertical { max-width: 90; } .fact, .title { max-width: 110; } }
        &.-etroit NumberField, &.-moyen NumberField { width: 13; }
        &.-etroit Line.-alone .label, &.-etroit .hint { display: none; }
        &.-etroit PlainButton { width: 1fr; padding: 0 1; content-align: left middle; text-align: left; }
        &.-normal, &.-haut { .-grille { margin-top: 1; } }
    }
    """

    form: Form

    def __init__(self, workspace: Workspace, session: Session | None = None, first: str = "") -> None:
        """Open the form; the row of key `first` takes the focus, by default the first one."""
        super().__init__(workspace, session)
        self._first = first
        self._lines: list[Line] = []
        self._mounting: list[AwaitMount] = []
        self._form = _Lines(id="form", can_focus=False)
        self._rest = Autosave(self, self.flush)

    def fields(self) -> Iterable[forms.Row]:
        """Yield the rows as they are now, with their stored values."""
        return self.form.rows()

    def _read_fields(self) -> list[forms.Row]:
        """Return the rows; those of before where the database refuses."""
        return self.read(lambda: list(self.fields()), [line.spec for line in self._lines])

    def commands(self) -> tuple[Command, ...]:
        """Return the commands; first what the keys do in this field."""
        field, line = self.focused, _line_of(self.focused)
        if isinstance(field, Choice) and len(field.options) > 1:  # one option is not chosen
            return (TICKING if field.several else CHOOSING, *super().commands())
        if line is not None and isinstance(line.spec, Doing):
            verb = line.spec.word if line.spec.word.endswith(("er", "ir", "lire")) else "y aller"
            others = (one._replace(bar=None) if one.label == verb else one for one in super().commands())
            return (PRESSING._replace(label=verb), *others)  # the foot names what a key does once
        if isinstance(line, Row) and line.is_offering:
            return (PRESSING._replace(label=line.enter_does), *adapted(super().commands(), AMONG_OFFERS))
        return super().commands()

    # rows

    def body(self) -> Iterable[Widget]:
        self._lines = [self._made(line) for line in self._read_fields()]
        with self._form:
            yield from self._lines

    def on_mount(self) -> None:
        if self._first:
            self.focus_field(self._first)
            self.call_after_refresh(self._show_focused)

    def on_resize(self) -> None:
        self.call_after_refresh(self._show_focused)

    def _show_focused(self) -> None:
        """Scroll to the row that has the focus, once the rows have their heights."""
        if (line := _line_of(self.focused)) is not None:
            line.scroll_visible(animate=False)

    def on_show_again(self) -> None:
        self.flush()
        self.form.follow()
        self.show_fields()

    def on_turned(self, edit: Edit) -> None:
        self.form.follow()
        self.show_fields(turned=True)

    def show_fields(self, *, turned: bool = False) -> None:
        """Show the present rows and values; a text being typed stays, unless its value was `turned`."""
        lines = self._read_fields()
        former = {widget.key: widget for widget in self._lines}
        if [line.key for line in lines] != [*former]:
            self._lay(lines, former)
        for spec, line in zip(lines, self._lines, strict=True):
            line.show(spec, turned=turned)

    def _made(self, spec: forms.Row) -> Line:
        """Return the widget of a row; each letter of a field marks the page before it is painted."""
        if not isinstance(spec, Field):
            return Line(spec)
        row = Row(spec)
        row.field.mark = self.refresh_head
        return row

    def _lay(self, lines: Sequence[forms.Row], former: Mapping[str, Line]) -> None:
        """Put the rows in their places, mount those that are new, and remove those that are gone."""
        for key in former.keys() - {line.key for line in lines}:
            former[key].remove()
        self._lines = [former.get(line.key) or self._made(line) for line in lines]
        self._mounting.append(self._form.mount_all(line for line in self._lines if not line.parent))
        places: dict[Widget, int] = {line: place for place, line in enumerate(self._lines)}
        self._form.sort_children(key=lambda line: places.get(line, -1))

    async def lay_fields(self, *, turned: bool = False) -> None:
        """Show the present rows, and wait until the new ones can take the focus."""
        with self.app.batch_update():
            self.show_fields(turned=turned)
            for mounting in self._mounting:
                await mounting
            self._mounting.clear()

    @property
    def rows(self) -> list[Row]:
        return [line for line in self._lines if isinstance(line, Row)]

    def row(self, key: str) -> Row:
        return next(row for row in self.rows if row.key == key)

    def focus_field(self, key: str) -> None:
        """Put the cursor in the row of `key`, if there is one; see `lay_fields` for one just added."""
        for line in self._lines:
            if line.key == key and line.field.can_focus:
                self.set_focus(line.field)

    # typed values

    @property
    def refused(self) -> Row | None:
        """The first row whose text is refused."""
        return next((row for row in self.rows if row.refusal), None)

    @property
    def is_unsaved(self) -> bool:
        return any(row.is_unsaved for row in self.rows)

    @on(TextField.Changed)
    @on(GrowingText.Changed)
    @on(Choice.Changed)
    def _on_typed(self, event: Message) -> None:
        event.stop()
        row = _row_of(event.control)
        if row is None:
            return
        self._bar.show(self.commands())  # what is offered changes what Entrée does
        if not row.is_unsaved or not self.asks_first(lambda: self._take_typed(row), row.give_back):
            self._take_typed(row)

    def _take_typed(self, row: Row) -> None:
        if isinstance(row.field, Choice):
            self.flush()
            self.end_typing()
        else:
            self._rest.typed()

    def flush(self) -> None:
        """Keep the typed values; those that are refused stay as typed, and are not kept."""
        if not self.is_unsaved:
            return
        for row in self.rows:
            if row.value != row.spec.value:
                self._keep(row)
        if self.is_open and self.is_mounted:
            self.show_fields()
            if self.is_current:
                self.refresh_frame()

    def _keep(self, row: Row) -> None:
        """Keep the value of a row. Where it has to be agreed to, ask."""
        said: list[str] = []
        is_kept = self.save(lambda: said.append(row.spec.keep(row.value) or ""), row.give_back)
        if is_kept and said and said[-1] and self.is_open:
            self.show_message(said[-1], warning=True)

    def end_typing(self) -> None:
        self.form.end_typing()

    def not_stored(self) -> tuple[str, str]:
        row = self.refused or next((row for row in self.rows if row.is_unsaved), None)
        if row is None or not row.is_attached:
            return "", ""
        quoted = cut_at_a_word(row.text, 40).strip()
        return f"« {quoted} » n’est pas enregistré ({row.spec.label}).", row.text

    def may_go(self) -> bool:
        """Return whether to leave: the cursor goes to a refused text first, once."""
        may_go, row = super().may_go(), self.refused
        if not may_go and row is not None:
            row.settle()
            row.field.focus()
        return may_go

    # from row to row

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if event.widget is not self.focused:
            return
        line = _line_of(event.widget)
        if isinstance(line, Row) and not line.text.strip():
            line.offer()
        self._bar.show(self.commands())  # a choice has keys of its own

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        row = _row_of(event.widget)
        if row is not None and self.is_open:
            row.settle()
        self.flush()
        if self.is_open:
            self.show_fields()
        self.end_typing()

    @on(TextField.Submitted)
    @on(GrowingText.Submitted)
    @on(Choice.Submitted)
    async def _on_submit(self, event: Message) -> None:
        event.stop()
        row = _row_of(event.control)
        if row is not None:
            row.choose()
            await self._go_on(row)

    async def _go_on(self, row: Row) -> None:
        """Keep what a row has, and go to the next one; a refused text keeps the cursor."""
        if not row.settle():
            return
        rank = self._lines.index(row)
        self.flush()
        self.end_typing()
        await self.lay_fields()
        following = self._lines[rank + (row in self._lines) :]  # a row can end with its text
        for line in following:  # Textual’s own order knows no row just mounted
            if line.field.can_focus and not (isinstance(line.spec, Doing) and line.spec.removes):
                line.field.focus()
                break

    def action_step_field(self, step: int) -> None:
        row = _row_of(self.focused)
        if row is not None and row.is_offering:
            row.offers.action_cursor_down() if step > 0 else row.offers.action_cursor_up()
            self._bar.show(self.commands())
        else:
            super().action_step_field(step)

    async def on_button_pressed(self, event: PlainButton.Pressed) -> None:
        event.stop()
        if (line := _line_of(event.button)) is not None:
            await self.pressed(line.key)

    async def pressed(self, key: str) -> None:
        """Run the row of that key, if it is there and does something."""
        for line in self._lines:
            if line.key == key and isinstance(line.spec, Doing):
                await self.press(line.spec)
                return

    async def press(self, doing: Doing) -> None:
        self.flush()
        self.end_typing()
        goes_to: list[str] = []
        item = doing.key.rpartition(".")[0]
        for row in self.rows:  # a refused text goes with its item
            if item and row.key.startswith(f"{item}."):
                row.give_back()
        if self.save(lambda: goes_to.append(doing.run())):
            await self.lay_fields(turned=True)
            self.refresh_frame()
            if any(goes_to):
                self.focus_field(goes_to[0])
            if doing.removes:
                self.show_message("Retiré. Ctrl+Z le remet.")

    async def action_leave(self) -> None:
        """Close the offers, then give a refused field its value back, then leave the page."""
        row, refused = _row_of(self.focused), self.refused
        if row is not None and row.is_offering:
            row.close()
            self._bar.show(self.commands())
        elif refused is not None:
            self._take_back(refused)
        else:
            self.flush()
            if self.may_go():
                self.leave()

    def action_undo(self) -> None:
        """Take back what is typed in this field and cannot be saved; else undo the last edit."""
        self.flush()
        row = _row_of(self.focused)
        if row is None or not row.is_unsaved or self._asks_now:
            super().action_undo()
        else:
            self._take_back(row)

    def _take_back(self, row: Row) -> None:
        """Give a field its stored value back, and say what was typed there."""
        typed = row.text
        row.give_back()
        row.field.focus()
        self.refresh_head()
        stored = f"« {row.text} » est remis" if row.text else "le champ est vide"
        self.show_message(f"« {typed} » n’est pas enregistré ; {stored}.")
