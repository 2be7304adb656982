"""Réunir: where several people answered differently, chosen one after the other; each choice is saved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ctg_tui.domain.errors import typeset
from ctg_tui.domain.merging import Conflict, Kind, Value
from ctg_tui.services.merging import Draft, choose, value_of
from ctg_tui.tui.characters import shown
from ctg_tui.tui.commands import Command, cmd, leave, undo_and_redo
from ctg_tui.tui.list_page import ListPage, NotedListing
from ctg_tui.tui.widgets.listing import Item, Piece, accent, ends, row, sentence, soft, strong
from ctg_tui.wording import merging
from ctg_tui.wording.french import NBSP, count
from ctg_tui.wording.grid import scale_words

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


_NOTES = "reunir.notes", "", "prendre la note", "Prendre cette note, que quelqu’un a donnée"
_NOTHING = "Rien à choisir : les réponses de tous vont ensemble. Tout se trouve dans l’évaluation."


class MergingScreen(ListPage):
    """One row per conflict: the place, who answered what, and what is kept."""

    TITLE_IN_HELP = "Réunir"
    KEY_COMMANDS = (
        cmd(
            *("reunir.note", "enter", "next_value", "choisir une réponse", 1),
            "Prendre la réponse de la première personne, puis de la suivante ; Suppr laisse vide",
            when="conflicts",
        ),
        cmd("reunir.somme", "s", "sum", "somme", 6, "Prendre la somme des nombres", when="has_numbers"),
        cmd(
            *("reunir.vide", "f3", "next_blank", "suivante", 2),
            "Aller à la prochaine réponse à choisir",
            when="conflicts",
        ),
        *undo_and_redo("reunir", bar=4),
        leave("reunir", bar=3),
    )

    def __init__(self, workspace: Workspace, session: Session, draft: Draft) -> None:
        super().__init__(workspace, session)
        self._draft = draft
        self.conflicts = {str(rank): row for rank, row in enumerate(draft.merged.conflicts)}

    def made_list(self) -> NotedListing:
        return NotedListing()

    def on_mount(self) -> None:
        self.show_rows()
        if self._left:
            self.list.select(self._left[0])

    @property
    def has_numbers(self) -> bool:
        """Whether several give another number for an indicator."""
        return any(row.item.kind is Kind.NUMBER for row in self.conflicts.values())

    @property
    def _left(self) -> list[str]:
        """The rows without a choice."""
        return [key for key, row in self.conflicts.items() if self._value(row) is None]

    def _value(self, row: Conflict) -> Value | None:
        return value_of(self.opened.assessment, row.item)

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available, and the keys of the notes where notes differ."""
        every = super().commands()
        if not any(row.item.kind is Kind.NOTE for row in self.conflicts.values()):
            return every
        codes = [step.code for step in scale_words(self.opened.grid) if step.points is not None]
        return (Command(*_NOTES, shown_keys=f"{codes[0]}–{codes[-1]}, N", bar=1, palette=False), *every)

    def heading(self) -> str:
        left = len(self._left)
        words = "réponse reste à choisir", "réponses restent à choisir"
        choices = count(left, *words) if left else "tout est choisi"
        return f"Réunir {count(self._draft.files, 'fichier')} · {choices}"

    def rows(self) -> Iterator[Item]:
        merged = self._draft.merged
        for key, one in self.conflicts.items():
            given = merging.opinions(merged.people.people, one)
            value = self._value(one)
            is_number = one.item.kind is Kind.NUMBER
            place = "Indicateur" if is_number else merging.place(merged.grid, one.item)
            yield row(
                key,
                ends(
                    [strong(f"{place}  "), Piece(shown(given))],
                    accent("à choisir") if value is None else strong(f"→ {merging.value(value)}"),
                ),
                ends(soft(f"{NBSP * 4}{shown(merged.grid.line(one.item.line).label)}")),
            )
        if not self.conflicts:
            yield sentence(_NOTHING)
        yield from map(sentence, map(typeset, self._draft.notices))

    # choices

    def on_noted_listing_noted(self, message: NotedListing.Noted) -> None:
        """Take a note that somebody gave, or leave the row blank."""
        message.stop()
        row, note = self._chosen, message.answer
        if row is None:
            return
        if note is not None and (
            row.item.kind is not Kind.NOTE or note not in {opinion.value for opinion in row.opinions}
        ):
            self.show_message("Personne n’a donné cette note. Entrée prend tour à tour celles de chacun.")
            return
        self._choose(row, note)
        if note is not None:
            self.list.action_go(1)

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
        if not self.select_next(self._left):
            self.show_message("Tout est choisi.")

    @property
    def _chosen(self) -> Conflict | None:
        return self.conflicts.get(self.list.key or "")

    def _choose(self, row: Conflict, value: Value | None) -> None:
        self.save(lambda: choose(self.opened, row.item, value))
        self.show_rows()
