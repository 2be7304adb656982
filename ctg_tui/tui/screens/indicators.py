"""Indicateurs: the counted facts of each mission, with their comments. Saved as typed."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.widget import Widget

from ctg_tui.domain.assessment import Place
from ctg_tui.domain.changes import Edit
from ctg_tui.domain.completeness import is_asked, wants_number
from ctg_tui.domain.grid import Indicator, Mission
from ctg_tui.tui.autosave import Autosave
from ctg_tui.tui.commands import Command, Destination, to
from ctg_tui.tui.screens.indicator_log import IndicatorLog
from ctg_tui.tui.screens.page import Page
from ctg_tui.tui.texts import shown
from ctg_tui.tui.widgets.fields import Fields
from ctg_tui.tui.widgets.indicator_rows import IndicatorBlock
from ctg_tui.tui.widgets.plain import PlainStatic
from ctg_tui.wording.french import NBSP, territory_name

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


class IndicatorsScreen(Page):
    """Every indicator of the grid, one below the other: a number, ↓ or Entrée, the next number."""

    TITLE_IN_HELP = "Indicateurs"
    KEY_COMMANDS: ClassVar[tuple[Command, ...]] = (
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
        Command(
            "indicateurs.vide", "next_blank", "sans nombre", "Aller au prochain sans nombre", ("f3",), bar=2
        ),
        Command(
            "indicateurs.carnet",
            "take_number",
            "reprendre le carnet",
            "Reprendre le nombre que les faits du carnet donnent à cet indicateur",
            ("ctrl+r",),
            bar=6,
        ),
        Command(
            "indicateurs.annuler", "undo", "annuler", "Annuler la dernière modification", ("ctrl+z",), bar=4
        ),
        Command("indicateurs.refaire", "redo", "refaire", "Refaire ce qui vient d’être annulé", ("ctrl+y",)),
        to(Destination.SUMMARY, "indicateurs", bar=3),
        Command("indicateurs.retour", "leave", "retour", "Revenir à la page précédente", ("escape",), bar=1),
    )
    CSS = """
    IndicatorsScreen #indicateurs { height: 1fr; padding: 0 2; scrollbar-gutter: stable; }
    IndicatorsScreen .indicateurs--mission {
        height: 1; margin: 1 0; color: $primary; text-style: bold; text-wrap: nowrap; text-overflow: ellipsis;
    }
    IndicatorsScreen #indicateurs-aide { height: 1; padding: 0 2; color: $discret; }
    """

    def __init__(self, workspace: Workspace, session: Session | None, place: Place | None = None) -> None:
        super().__init__(workspace, session)
        self._asked_place = place
        self._blocks: list[IndicatorBlock] = []
        self._typed: dict[str, IndicatorBlock] = {}
        """The blocks with unsaved text, by indicator."""
        self._rest = Autosave(self, self.flush)
        self._log = IndicatorLog(self)

    # content

    def body(self) -> Iterable[Widget]:
        with Fields(id="indicateurs", can_focus=False):
            for mission in self.opened.grid.missions:
                if mission.indicators:
                    yield from self._mission(mission)
        yield self._log

    def _mission(self, mission: Mission) -> Iterable[Widget]:
        title = shown(f"{mission.number} · {mission.title}")
        yield PlainStatic(title, classes="indicateurs--mission")
        for indicator in mission.indicators:
            block = IndicatorBlock(indicator, self.opened.grid, self.opened.assessment)
            self._blocks.append(block)
            yield block

    def headline(self) -> tuple[str, str]:
        assessment = self.opened.assessment
        indicators = self.opened.grid.indicators.values()
        asked = [indicator for indicator in indicators if wants_number(indicator, assessment)]
        answered = sum(indicator.id in assessment.numbers for indicator in asked)
        identity = assessment.identity
        state = self.state_of_saving()
        numbers = f"{answered} sur {len(asked)} avec un nombre"
        return (f"Indicateurs · {territory_name(identity)} · {identity.year}", f"{numbers} · {state}")

    def on_mount(self) -> None:
        if self.opened.is_read_only:
            self.query("#indicateurs").set(disabled=True)
            return
        self.call_after_refresh(self._read_log)
        target = self._target()
        if target is not None:
            self.call_after_refresh(self._focus, target)

    def _target(self) -> IndicatorBlock | None:
        """Return the line asked for; else the first with a number, from its mission on if there is one."""
        place = self._asked_place
        number = self.opened.grid.missions_by_id[place.mission].number if place else 0
        numbered = [block for block in self._blocks if block.has_number]
        exact = (block for block in self._blocks if place and block.indicator.id == place.line)
        onwards = (block for block in numbered if self._mission_number(block) >= number)
        return next(chain(exact, onwards, numbered), None)

    def _mission_number(self, block: IndicatorBlock) -> int:
        return self.opened.grid.mission_of[block.indicator.id].number

    def _focus(self, block: IndicatorBlock) -> None:
        if block.asked:
            (block.number if block.has_number else block.remark).focus()

    # typed values

    def on_indicator_block_typed(self, message: IndicatorBlock.Typed) -> None:
        message.stop()
        block = message.block
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

    # the log

    @property
    def _current(self) -> Indicator | None:
        """The indicator that has the focus."""
        return next((block.indicator for block in self._blocks if block.has_focus_within), None)

    def _read_log(self) -> None:
        self._log.load()
        self._log.show_for(self._current)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self._log.show_for(self._current)

    def action_take_number(self) -> None:
        if not self.opened.is_read_only and self._log.take(self._current):
            self._show_assessment()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        self.flush()
        self.opened.end_typing()

    # from number to number

    def on_indicator_block_entered(self, message: IndicatorBlock.Entered) -> None:
        message.stop()
        self.action_next_number()

    def _go(self, step: int) -> None:
        numbered = [block for block in self._blocks if block.has_number]
        places = [index for index, block in enumerate(numbered) if block.has_focus_within]
        if numbered:
            target = places[0] + step if places else 0
            numbered[min(max(target, 0), len(numbered) - 1)].number.focus()

    def action_next_number(self) -> None:
        self._go(1)

    def action_previous_number(self) -> None:
        self._go(-1)

    def action_next_blank(self) -> None:
        blank = [block for block in self._blocks if block.has_number and not block.number.value.strip()]
        if not blank:
            self.show_message("Tous les indicateurs demandés ont leur nombre.")
            return
        here = next((index for index, block in enumerate(self._blocks) if block.has_focus_within), -1)
        after = [block for block in blank if self._blocks.index(block) > here]
        (after or blank)[0].number.focus()

    # undo

    def on_turned(self, edit: Edit) -> None:
        self._show_assessment()

    def _show_assessment(self) -> None:
        for block in self._blocks:
            block.show(self.opened.assessment)
        self.refresh_frame()

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
