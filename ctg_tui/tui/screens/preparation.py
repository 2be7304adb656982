"""Préparation: notes for the talk with the adviser, and actions for the lines noted 0 or 1."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.widget import Widget

from ctg_tui.domain.assessment import Action, Outcome, PreparationTopic
from ctg_tui.domain.changes import Edit
from ctg_tui.domain.engagement import YearPlan, to_close
from ctg_tui.services.engagement import former_years
from ctg_tui.tui.autosave import Autosave
from ctg_tui.tui.commands import Command, Destination, adapted, undo_and_redo
from ctg_tui.tui.screens.page import Page
from ctg_tui.tui.screens.preparation_items import ACTION, TO_CLOSE, TOPIC, preparation_items
from ctg_tui.tui.screens.summary_places import place_of
from ctg_tui.tui.widgets.listing import Item, Listing
from ctg_tui.tui.widgets.writing import ActionPane, WritingPane
from ctg_tui.wording.dates import CLOSE_WITHOUT_DATE, refused_date
from ctg_tui.wording.french import NBSP, TOPICS, territory_name

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


_ACTIONS: Final = {ACTION, TO_CLOSE}
_NOT_WHILE_WRITING: Final = {
    *("preparation.ecrire", "preparation.annuler", "preparation.refaire"),
    *("preparation.fait", "preparation.reporte", "preparation.abandonne"),
}


class PreparationScreen(Page):
    """The sheet as it will be printed, and below it the part being written."""

    TITLE_IN_HELP = "Entretien"
    STEP = 4
    KEY_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command(
            "preparation.ecrire",
            "write",
            "écrire",
            "Écrire cette partie, ou l’action choisie pour cette ligne",
            bar=1,
            shown_keys="Entrée",
        ),
        Command(
            "preparation.retour", "back", "retour", "Fermer ce qui s’écrit, puis revenir", ("escape",), bar=2
        ),
        *(
            Command(
                f"preparation.{word}",
                f"close('{word}')",
                label,
                f"Cette action{NBSP}: {label} (rappuyez pour l’effacer)",
                letters=(letter,),
                bar=bar,
            )
            for word, label, letter, bar in (
                ("fait", "fait", "f", 6),
                ("reporte", "reporté", "r", 7),
                ("abandonne", "abandonné", "a", 8),
            )
        ),
        Command(
            "preparation.ligne", "line", "voir la ligne", "Voir la ligne dans la grille", ("ctrl+g",), bar=3
        ),
        *undo_and_redo("preparation", bar=5),
    )
    DEFAULT_CSS = """
    PreparationScreen Listing { padding: 0 1; }
    """

    def __init__(self, workspace: Workspace, session: Session | None) -> None:
        super().__init__(workspace, session)
        self._pane: WritingPane | None = None
        self._key = ""
        """The key, in the list, of the part being written."""
        self._dirty = False
        self._rest = Autosave(self, self.flush)
        self._plans: Sequence[YearPlan] | None = None
        """The plans of the former years, which no key of this page changes; None until they are read."""
        self._is_refused = False
        """Whether the last reading of them was refused."""

    def body(self) -> Iterable[Widget]:
        yield Listing(self._items())

    def _years(self) -> Sequence[YearPlan]:
        """Return the plans of the former years of the engagement, without those that cannot be read now."""
        opened = self.opened
        waits = self._is_refused and self.workspace.writer.failure  # not asked again at each of its tries
        if self._plans is None and not opened.is_received and not waits:
            self._plans = self.read(
                lambda: former_years(self.workspace, opened.grid, opened.assessment), None
            )
            self._is_refused = self._plans is None
        return self._plans or ()

    def _items(self) -> list[Item]:
        opened = self.opened
        items = preparation_items(
            opened.grid, opened.assessment, self._years(), read_only=opened.is_read_only
        )
        return list(items)

    def headline(self) -> tuple[str, str]:
        identity = self.opened.assessment.identity
        name = territory_name(identity)
        state = self.state_of_saving()
        return f"Entretien · {name} · {identity.year}", state

    @property
    def _list(self) -> Listing:
        return self.query_one(Listing)

    def _show(self) -> None:
        self._list.show(self._items())
        self.refresh_frame()

    def on_show_again(self) -> None:
        self._plans = None
        self._show()

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available: while a part is written, the editor handles Entrée and undo."""
        every = super().commands()
        available = tuple(command for command in every if command.id not in _NOT_WHILE_WRITING)
        if self.opened.is_read_only:
            return available
        if self._pane is None:
            return every
        return adapted(available, {"back": {"label": "finir"}})

    # writing

    async def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        await self.action_write()

    async def action_write(self) -> None:
        """Open the part under the cursor at the bottom of the page."""
        key = self._list.key
        if key is None or self._pane is not None:
            return
        if self.opened.is_read_only:
            self.show_message(self.opened.read_only_refusal().sentences())
            return
        section, _, name = key.partition(":")
        assessment = self.opened.assessment
        self._key = key
        if section == TOPIC:
            topic = PreparationTopic(name)
            self._pane = WritingPane(TOPICS[topic], assessment.preparation.get(topic, ""))
        else:
            label = self.opened.grid.activities[name].label
            today = self.workspace.today()
            action = assessment.actions.get(name) or self._former(name)
            self._pane = ActionPane(f"Action{NBSP}: {label}", action, today)
        await self.mount(self._pane, after=self._list)
        self.refresh_frame()

    def on_writing_pane_typed(self, message: WritingPane.Typed) -> None:
        message.stop()
        self._dirty = True
        self._rest.typed()

    def flush(self) -> None:
        """Save the part being written."""
        pane = self._pane
        if pane is None or not self._dirty:
            return
        section, _, name = self._key.partition(":")
        opened = self.opened
        if section in _ACTIONS and isinstance(pane, ActionPane):
            action = pane.action
            saved = self.save(lambda: opened.plan(name, action))
        else:
            saved = self.save(lambda: opened.prepare(PreparationTopic(name), pane.text))
        self._dirty = not saved
        if saved and pane.is_attached and self.is_open:
            self._show()

    def not_stored(self) -> str:
        refused = self._pane.refused_date if isinstance(self._pane, ActionPane) else ""
        return refused_date(refused) if refused else ""

    def on_saved(self) -> None:
        self._show()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        if isinstance(self._pane, ActionPane) and self._pane.is_attached:
            self._pane.show_problem()
        self.flush()

    async def action_back(self) -> None:
        """Close the part being written, at the second try if its date is refused; without one, leave."""
        pane = self._pane
        if pane is None:
            self.leave()
            return
        self.flush()
        refused = ""
        if isinstance(pane, ActionPane):
            refused = pane.refused_date
            if not pane.may_close(refused):
                pane.focus_date()
                self.show_message(f"{refused_date(refused)} {CLOSE_WITHOUT_DATE}", warning=True)
                return
        self.opened.end_typing()
        self._pane = None
        await pane.remove()
        self._show()
        self._list.focus()
        if refused:
            self.show_message(refused_date(refused), warning=True)

    def _former(self, activity: str) -> Action | None:
        """Return the action of a former year on this line that is still to close; None without one."""
        left = to_close(self.opened.assessment, self._years())
        return next((past.action for past in left if past.activity == activity), None)

    def action_close(self, word: str) -> None:
        """Say what became of the action under the cursor; said again, take it back."""
        section, _, name = (self._list.key or "").partition(":")
        opened = self.opened
        planned, former = opened.assessment.actions.get(name), self._former(name)
        if section not in _ACTIONS or (planned is None and former is None):
            self.show_message("Aucune action sur cette ligne. Entrée : en prévoir une.")
            return
        same = planned is not None and planned.outcome is Outcome(word)
        outcome = None if same else Outcome(word)
        if self.save(lambda: opened.close_action(name, outcome, former)):
            self._show()
            self._list.select(f"{ACTION}:{name}")

    # undo

    def action_line(self) -> None:
        section, _, name = (self._list.key or "").partition(":")
        if section in _ACTIONS:
            self.visit(Destination.GRID, place=place_of(self.opened.grid, name))
        else:
            self.visit(Destination.GRID)

    def turn(
        self, word: str, nothing: str, following: Callable[[], Edit | None], turn: Callable[[], object]
    ) -> None:
        if self._pane is None:  # the editor has its own undo
            super().turn(word, nothing, following, turn)

    def on_turned(self, edit: Edit) -> None:
        self._plans = None
        self._show()
