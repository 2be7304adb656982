"""Réunir: where several people answered differently, chosen one after the other; each choice is saved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.events import Key

from ctg_tui.domain.changes import Edit
from ctg_tui.domain.disagreements import Disagreement, Kind, Value
from ctg_tui.services.merging_received import Together, choose, value_of
from ctg_tui.tui.commands import Command, Destination, leave, undo_and_redo
from ctg_tui.tui.keyboards import Keyboard
from ctg_tui.tui.screens.page import Page
from ctg_tui.tui.screens.summary_items import sentence
from ctg_tui.tui.texts import fit, shown
from ctg_tui.tui.widgets.listing import ACCENT, SOFT, STRONG, Item, Line, Listing, Piece, spread
from ctg_tui.wording import merging as words
from ctg_tui.wording.french import NBSP, count, territory_name

if TYPE_CHECKING:
    from textual.widget import Widget

    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace

_NOTHING = "Rien à choisir : les réponses de tous vont ensemble. Tout se trouve dans l’évaluation."

_CHOOSE = {"next_value", "sum", "next_blank"}


class Choices(Listing):
    """The disagreements; the keys of the notes choose one, as in the grid."""

    def __init__(self, keyboard: Keyboard) -> None:
        super().__init__()
        self._answers = keyboard.answers

    def on_key(self, event: Key) -> None:
        page = self.screen
        if event.key in self._answers and isinstance(page, MergingScreen):
            page.choose_note(self._answers[event.key])
            event.stop()
            event.prevent_default()


class MergingScreen(Page):
    """One row per disagreement: the place, who answered what, and what is kept."""

    TITLE_IN_HELP = "Réunir"
    KEY_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command(
            "reunir.note",
            "next_value",
            "choisir",
            "Prendre la réponse suivante ; les touches des notes prennent cette note, Suppr laisse vide",
            letters=("enter",),
            bar=1,
        ),
        Command("reunir.somme", "sum", "somme", "Prendre la somme des nombres", letters=("s",), bar=6),
        Command(
            "reunir.vide", "next_blank", "suivante", "Aller à la prochaine réponse à choisir", ("f3",), bar=2
        ),
        *undo_and_redo("reunir", bar=4),
        Command("reunir.grille", "grid", "grille", "Ouvrir l’évaluation réunie", letters=("g",), bar=5),
        leave("reunir", bar=3),
    )
    DEFAULT_CSS = """
    MergingScreen Listing { padding: 0 1; }
    """

    def __init__(
        self, workspace: Workspace, session: Session, together: Together, keyboard: Keyboard
    ) -> None:
        super().__init__(workspace, session)
        self._together = together
        self._rows = {str(rank): row for rank, row in enumerate(together.merged.disagreements)}
        self._list = Choices(keyboard)

    def body(self) -> Iterable[Widget]:
        yield self._list

    def headline(self) -> tuple[str, str]:
        name = territory_name(self.opened.assessment.identity)
        left = sum(self._value(row) is None for row in self._rows.values())
        files = count(self._together.files, "fichier")
        choices = count(left, "réponse à choisir", "réponses à choisir") if left else "tout est choisi"
        return f"Réunir {files} · {shown(name)}", choices

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available: with nothing to choose, none that chooses."""
        every = super().commands()
        return every if self._rows else tuple(one for one in every if one.action not in _CHOOSE)

    def on_mount(self) -> None:
        self._show(next((key for key, row in self._rows.items() if self._value(row) is None), None))

    def on_show_again(self) -> None:
        self._show(self._list.key)

    def on_turned(self, edit: Edit) -> None:
        self._show(self._list.key)

    def on_saved(self) -> None:
        self._show(self._list.key)

    def _show(self, key: str | None = None) -> None:
        items = [self._item(key, row) for key, row in self._rows.items()]
        self._list.show(items or [sentence(_NOTHING)], key)
        self.refresh_frame()

    def _value(self, row: Disagreement) -> Value | None:
        return value_of(self.opened.assessment, row.item)

    def _item(self, key: str, row: Disagreement) -> Item:
        merged = self._together.merged
        place = words.place(merged.grid, row.item)
        given = words.opinions(merged.people.people, row, with_refs=False)
        value = self._value(row)
        end = Piece("à choisir", ACCENT) if value is None else Piece(f"→ {words.value(value)}", STRONG)
        label = merged.grid.line(row.item.line).label

        def lines(width: int) -> Sequence[Line]:
            return (
                spread([Piece(f"{place}  ", STRONG), Piece(shown(given))], [end], width),
                (Piece(fit(f"{NBSP * 4}{shown(label)}", width), SOFT),),
            )

        return Item(key, lines)

    # choices

    def choose_note(self, note: Value | None) -> None:
        """Take a note that somebody gave, or leave the row blank."""
        row = self._chosen
        if row is None:
            return
        if note is not None and (
            row.item.kind is not Kind.NOTE or note not in {opinion.value for opinion in row.opinions}
        ):
            self.show_message("Personne n’a donné cette réponse. Entrée fait défiler celles qui existent.")
            return
        self._choose(row, note)
        if note is not None:
            self._list.action_go(1)

    def action_next_value(self) -> None:
        """Take the next of the values given, then none, then the first again."""
        row = self._chosen
        if row is None:
            return
        values = [*dict.fromkeys(opinion.value for opinion in row.opinions), None]
        present = self._value(row)
        rank = values.index(present) + 1 if present in values else 0
        self._choose(row, values[rank % len(values)])

    def action_sum(self) -> None:
        """Take the sum of the numbers of an indicator."""
        row = self._chosen
        if row is None or row.item.kind is not Kind.NUMBER:
            self.show_message("La somme ne se prend que pour un indicateur.")
            return
        self._choose(row, sum(opinion.value for opinion in row.opinions if isinstance(opinion.value, int)))

    def action_next_blank(self) -> None:
        """Go to the next row without a choice, from the top again after the last."""
        keys = list(self._rows)
        start = keys.index(self._list.key) + 1 if self._list.key in keys else 0
        for key in (*keys[start:], *keys[:start]):
            if self._value(self._rows[key]) is None:
                self._list.select(key)
                return
        self.show_message("Tout est choisi.")

    def action_grid(self) -> None:
        self.visit(Destination.GRID)

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        self.action_next_value()

    @property
    def _chosen(self) -> Disagreement | None:
        return self._rows.get(self._list.key or "")

    def _choose(self, row: Disagreement, value: Value | None) -> None:
        self.save(lambda: choose(self.opened, row.item, value))
        self._show(self._list.key)
