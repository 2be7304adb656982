"""Indicateurs: the counted facts of each mission, their comments, what the log offers. Saved as typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Final

from textual import events
from textual.widget import Widget

from ctg_tui.domain.assessment import Place
from ctg_tui.domain.changes import Edit
from ctg_tui.domain.grid import Indicator
from ctg_tui.domain.steps import is_asked, numbers_given, wants_number
from ctg_tui.tui.characters import shown
from ctg_tui.tui.commands import Command, adapted, leave, undo_and_redo
from ctg_tui.tui.grid.search import FactsOfYear
from ctg_tui.tui.later import Autosave
from ctg_tui.tui.page import Page
from ctg_tui.tui.widgets.editor import CommentEditor
from ctg_tui.tui.widgets.fields import ActionLine, Fields
from ctg_tui.tui.widgets.indicators import IndicatorBlock
from ctg_tui.tui.widgets.plain import PlainStatic
from ctg_tui.wording.french import NBSP, territory_name
from ctg_tui.wording.provenance import out_of

if TYPE_CHECKING:
    from ctg_tui.domain.log import LogEntry
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


COMMANDS: Final = (
    Command(
        "indicateurs.suivant", "next_number", "suivant", "Nombre suivant", ("down",), bar=5, palette=False
    ),
    Command(
        "indicateurs.precedent",
        "previous_number",
        "précédent",
        "Nombre précédent",
        ("up",),
        palette=False,
    ),
    Command("indicateurs.vide", "next_blank", "sans nombre", "Aller au prochain sans nombre", ("f3",), bar=2),
    Command(
        "indicateurs.carnet",
        "take_number",
        "reprendre le carnet",
        "Reprendre le nombre que les faits du carnet donnent à cet indicateur",
        ("ctrl+r",),
        bar=6,
    ),
    *undo_and_redo("indicateurs", bar=4),
    leave("indicateurs", bar=1),
)
_EDITING: Final = frozenset({"next_blank", "take_number", "undo", "redo"})
_READING: Final = {
    "next_number": {"label": "descendre", "help": "Descendre dans la page"},
    "previous_number": {"label": "monter", "help": "Monter dans la page"},
}
"""Word and sentence of the commands that only scroll, by their action."""


def reading(commands: Iterable[Command]) -> tuple[Command, ...]:
    """Return the commands of indicators that are only read."""
    return adapted(commands, _READING, without=_EDITING)


# What the log offers to the indicator that has the focus: a number to take up.

ADVICE = "Un nombre, puis ↓ ou Entrée. Tab pour le commentaire."


class IndicatorLog(PlainStatic):
    """The line below the indicators: the advice, or what the log counted for the one that has the focus."""

    def __init__(self, page: Page) -> None:
        self._advice = "" if page.opened.is_read_only else ADVICE
        super().__init__(self._advice, id="indicateurs-aide", classes="-beside-text")
        self._page = page
        self._facts = FactsOfYear(page)

    def load(self) -> None:
        """Read the facts of the year."""
        self._facts.read()

    def catch_up(self) -> None:
        """Read again, once all is on the disk, what was read before."""
        self._facts.catch_up()

    def facts_of(self, indicator: Indicator) -> tuple[LogEntry, ...]:
        """Return the facts of the year tied to an indicator."""
        return () if indicator.is_heading else self._facts.of_line(indicator.id)

    def show_for(self, indicator: Indicator | None) -> None:
        """Show what the log offers to `indicator`, which has the focus."""
        facts = () if indicator is None else self.facts_of(indicator)
        if not facts:
            self.update(self._advice, layout=False)
            return
        from ctg_tui.wording.log import offer_of_number

        self.update(shown(f"▤ {offer_of_number(facts)} (Ctrl+R)"), layout=False)

    def take(self, indicator: Indicator | None) -> bool:
        """Set the number of `indicator` to what the log counted; return whether it changed."""
        page = self._page
        if not self._facts.read(waits=True):  # a fact noted just now may still be in the queue
            return False
        facts = () if indicator is None else self.facts_of(indicator)
        if indicator is None or not facts:
            page.show_message("Aucun fait au carnet cette année pour cet indicateur.")
            return False
        from ctg_tui.domain.log import total_of

        page.flush()
        page.opened.end_typing()
        return page.save(lambda: page.opened.count(indicator.id, total_of(facts)))


ON_A_PAGE: Final = 20
"""The most indicators made at once: each is a few widgets, and a grid can have some hundreds."""


class IndicatorsScreen(Page):
    """The indicators of the grid, one below the other: a number, ↓ or Entrée, the next number.

    Twenty at a time: ↓ goes on to the next twenty.
    """

    TITLE_IN_HELP = "Indicateurs"
    STEP = 2
    KEY_COMMANDS = COMMANDS
    CSS = """
    IndicatorsScreen #indicateurs { height: 1fr; padding: 0 2; scrollbar-gutter: stable; }
    IndicatorsScreen .indicateurs--mission {
        height: 1; margin: 1 0; color: $primary; text-style: bold; text-wrap: nowrap; text-overflow: ellipsis;
    }
    IndicatorsScreen #indicateurs-aide { height: 1; padding: 0 2; color: $discret; }
    """

    def __init__(self, workspace: Workspace, session: Session | None, place: Place | None = None) -> None:
        super().__init__(workspace, session)
        grid = self.opened.grid
        self._indicators = tuple(one for mission in grid.missions for one in mission.indicators)
        self._index = {one.id: index for index, one in enumerate(self._indicators)}
        self._target = self._first_target(place)
        self._first = self._page_of(self._target)
        """The index of the first indicator in sight."""
        self._blocks: list[IndicatorBlock] = []
        """Those of the indicators in sight."""
        self._wrong: dict[str, str] = {}
        """What was typed as a number and is none, of indicators out of sight."""
        self._typed: dict[str, IndicatorBlock] = {}
        """The blocks with unsaved text, by indicator."""
        self._rest = Autosave(self, self.flush)
        self._log = IndicatorLog(self)

    # content

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available: those that edit nothing, when nothing can be edited."""
        every = super().commands()
        return reading(every) if self.opened.is_read_only else every

    def body(self) -> Iterable[Widget]:
        with Fields(id="indicateurs", can_focus=False):
            yield from self._rows()
        yield self._log

    def _rows(self) -> Iterator[Widget]:
        """Make the blocks of the indicators in sight, under the titles of their missions."""
        grid, first, count = self.opened.grid, self._first, len(self._indicators)
        last = min(first + ON_A_PAGE, count)
        self._blocks = []
        if first:
            yield self._other_page("Les précédents", first - ON_A_PAGE, first)
        mission = None
        for indicator in self._indicators[first:last]:
            if grid.mission_of[indicator.id] is not mission:
                mission = grid.mission_of[indicator.id]
                title = shown(f"{mission.number} · {mission.title}")
                yield PlainStatic(title, classes="indicateurs--mission")
            block = IndicatorBlock(indicator, grid, self.opened.assessment)
            if self.opened.is_read_only:
                block.disabled = True
                block.remark.placeholder = "non renseigné"
            self._blocks.append(block)
            yield block
        if last < count:
            yield self._other_page("Les suivants", last, min(last + ON_A_PAGE, count))

    def _other_page(self, word: str, first: int, last: int) -> ActionLine:
        label = f"{word}{NBSP}: {first + 1} à {last} sur {len(self._indicators)}"
        # Two pages can lead to the same third one, and the line of the one left is still there for a moment.
        return ActionLine(label, identifier=f"indicateurs-{self._first}-{first}")

    def _page_of(self, indicator: Indicator | None) -> int:
        """Return the index of the first indicator of the page with `indicator`."""
        index = 0 if indicator is None else self._index[indicator.id]
        return index - index % ON_A_PAGE

    def headline(self) -> tuple[str, str]:
        assessment = self.opened.assessment
        identity = assessment.identity
        state = self.state_of_saving()
        given, asked = numbers_given(self.opened.grid.indicators.values(), assessment)
        numbers = f"{out_of(given, asked)} avec un nombre"
        return (f"Indicateurs · {territory_name(identity)} · {identity.year}", f"{numbers} · {state}")

    def on_mount(self) -> None:
        if not self.opened.is_read_only:
            self.call_after_refresh(self._read_log)
        if self._target is not None and not self.opened.is_read_only:
            self.call_after_refresh(self._focus, self._block_of(self._target))

    def _first_target(self, place: Place | None) -> Indicator | None:
        """Return the line asked for; else the first with a number, from its mission on if there is one."""
        grid = self.opened.grid
        number = grid.missions_by_id[place.mission].number if place else 0
        numbered = self._numbered()
        exact = (one for one in self._indicators if place and one.id == place.line)
        onwards = (one for one in numbered if grid.mission_of[one.id].number >= number)
        return next(chain(exact, onwards, numbered), None)

    def _numbered(self) -> list[Indicator]:
        """Return the indicators, in sight or not, that a number can be typed for."""
        return [one for one in self._indicators if wants_number(one, self.opened.assessment)]

    def _block_of(self, indicator: Indicator) -> IndicatorBlock:
        return next(block for block in self._blocks if block.indicator is indicator)

    def _show_page(self, first: int) -> None:
        """Make the indicators of another page, in place of those in sight."""
        self.flush()
        for block in self._blocks:
            self._wrong.pop(block.indicator.id, None)
            if block.has_class("-wrong"):
                self._wrong[block.indicator.id] = block.number.value
        self._first = first
        holder = self.query_one("#indicateurs")
        with self.app.batch_update():
            holder.remove_children()
            holder.mount(*self._rows())
        holder.scroll_home(animate=False)
        for block in self._blocks:
            if block.indicator.id in self._wrong:
                block.number.value = self._wrong[block.indicator.id]
                self.call_after_refresh(self._show_problem, block)

    def _reach(self, indicator: Indicator) -> None:
        """Put the focus in the number of an indicator, wherever it is."""
        first = self._page_of(indicator)
        if first == self._first:
            self._focus(self._block_of(indicator))
        else:
            self._show_page(first)
            self.call_after_refresh(self._focus, self._block_of(indicator))

    def on_action_line_pressed(self, message: ActionLine.Pressed) -> None:
        """Go to the first number of the page chosen, or to the last one before this page."""
        message.stop()
        first = int((message.line.id or "").rpartition("-")[2])
        page = self._indicators[first : first + ON_A_PAGE]
        numbered = [one for one in self._numbered() if one in page]
        if numbered:
            self._reach(numbered[0 if first > self._first else -1])
        else:
            self._show_page(first)

    def _focus(self, block: IndicatorBlock) -> None:
        if block.asked:
            (block.number if block.has_number else block.remark).focus()

    # typed values

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self._show_state(event.widget)

    def on_comment_editor_grown(self, message: CommentEditor.Grown) -> None:
        message.stop()
        self._show_state(self.focused)

    def _show_state(self, focused: Widget | None) -> None:
        """Show how long the comment being written is; else what can be typed."""
        if isinstance(focused, CommentEditor):
            self._log.update(focused.state, layout=False)
        else:
            self._log.show_for(self._current)

    def on_indicator_block_typed(self, message: IndicatorBlock.Typed) -> None:
        message.stop()
        block = message.block
        self._show_state(self.focused)
        self._typed[block.indicator.id] = block
        if block.has_class("-wrong"):
            self._show_problem(block)
        self._rest.typed()

    def flush(self) -> None:
        """Save the typed values; an invalid number is left as typed, with its problem, and not saved."""
        typed, self._typed = self._typed, {}
        for block in typed.values():
            self._save(block)
        if typed and self.is_current:
            self.refresh_frame()

    def _save(self, block: IndicatorBlock) -> None:
        session, key = self.opened, block.indicator.id
        if block.has_number:
            try:
                number = block.read_number()
            except ValueError:
                self._show_problem(block)
            else:
                if number != session.assessment.numbers.get(key):
                    self.save(lambda: session.count(key, number))
        remark = block.remark.text
        if remark.strip() != session.assessment.remarks.get(key, "").strip():
            self.save(lambda: session.remark(key, remark))

    def _show_problem(self, block: IndicatorBlock) -> None:
        try:
            block.read_number()
        except ValueError as error:
            saved = self.opened.assessment.numbers.get(block.indicator.id)
            state = "Rien n’est enregistré" if saved is None else f"Enregistré{NBSP}: {saved}"
            block.show_problem(f"{error} {state}.")
        else:
            block.show_problem("")

    def on_saved(self) -> None:
        self.refresh_frame()
        self._log.catch_up()
        self._show_state(self.focused)

    # the log

    @property
    def _current(self) -> Indicator | None:
        """The indicator that has the focus."""
        return next((block.indicator for block in self._blocks if block.has_focus_within), None)

    def _read_log(self) -> None:
        self._log.load()
        self._show_state(self.focused)

    def action_take_number(self) -> None:
        current = self._current
        if not self.opened.is_read_only and self._log.take(current):
            for block in self._blocks:
                if block.indicator is current:  # what was typed there gives way, even if it is no number
                    block.show_problem("")
            self._show_again()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        self.flush()
        self.opened.end_typing()

    # from number to number

    def on_indicator_block_entered(self, message: IndicatorBlock.Entered) -> None:
        message.stop()
        self.action_next_number()

    @property
    def _here(self) -> int:
        """The index of the indicator that has the focus; -1 without one."""
        focused = (block.indicator for block in self._blocks if block.has_focus_within)
        return next((self._index[one.id] for one in focused), -1)

    def _go(self, step: int) -> None:
        if self.opened.is_read_only:
            self.query_one(Fields).scroll_relative(y=3 * step, animate=False)
            return
        here, numbered = self._here, self._numbered()
        if here < 0 and numbered:
            self._reach(numbered[0])
            return
        others = [one for one in numbered if (self._index[one.id] - here) * step > 0]
        if others:
            self._reach(others[0 if step > 0 else -1])

    def action_next_number(self) -> None:
        self._go(1)

    def action_previous_number(self) -> None:
        self._go(-1)

    def action_next_blank(self) -> None:
        blank = [one for one in self._numbered() if self._is_blank(one)]
        if not blank:
            self.show_message("Tous les indicateurs demandés ont leur nombre.")
            return
        here = self._here
        self._reach(next((one for one in blank if self._index[one.id] > here), blank[0]))

    def _is_blank(self, indicator: Indicator) -> bool:
        for block in self._blocks:
            if block.indicator is indicator:
                return not block.number.value.strip()
        return indicator.id not in self.opened.assessment.numbers and indicator.id not in self._wrong

    # undo

    def on_turned(self, edit: Edit) -> None:
        self._show_again()

    def on_show_again(self) -> None:
        self._read_log()
        self._show_again()

    def _show_again(self) -> None:
        """Show the assessment again; an invalid number stays as typed, since no database holds it."""
        for rank, block in enumerate(self._blocks):
            # As people change, other lines are asked.
            if block.asked != is_asked(block.indicator, self.opened.assessment):
                self._blocks[rank] = IndicatorBlock(block.indicator, self.opened.grid, self.opened.assessment)
                self.query_one("#indicateurs").mount(self._blocks[rank], before=block)
                block.remove()
            elif not block.has_class("-wrong"):
                block.show(self.opened.assessment)
        self.refresh_frame()
