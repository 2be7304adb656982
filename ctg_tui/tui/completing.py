"""Mettre dans la mienne: what a colleague's file adds to one's own assessment, and what differs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ctg_tui.domain.errors import typeset
from ctg_tui.services import completing
from ctg_tui.services.completing import Offer
from ctg_tui.system.files import shown_name
from ctg_tui.tui.characters import shown
from ctg_tui.tui.commands import Destination, cmd, leave
from ctg_tui.tui.list_page import ListPage
from ctg_tui.tui.widgets.listing import (
    SOFT,
    Item,
    ends,
    gap,
    hung,
    row,
    section_title,
    sentence,
    strong,
    ticked,
    words,
)
from ctg_tui.wording.french import assessment_name

if TYPE_CHECKING:
    from pathlib import Path

    from ctg_tui.services.workspace import Workspace
    from ctg_tui.submission.file import Received

_TAKE = "completer"
_NOTHING = "Il n’ajoute rien : tout ce qu’il dit est déjà dans la vôtre, ou en diffère."


class CompletingScreen(ListPage):
    """What is added, and what differs: Entrée takes a differing value or leaves it, and completes."""

    TITLE_IN_HELP = "Mettre dans la mienne"
    KEY_COMMANDS = (
        cmd("completer.choisir", "enter", "choose", "choisir", 1, "Compléter, ou prendre cette valeur"),
        leave("completer"),
    )

    def __init__(self, workspace: Workspace, own_id: int, path: Path, received: Received) -> None:
        super().__init__(workspace)
        self._own_id, self._path, self._received = own_id, path, received
        self._offer: Offer | None = None
        self._chosen: set[str] = set()

    def headline(self) -> tuple[str, str]:
        return f"Mettre dans la mienne · {shown(shown_name(self._path))}", "rien n’est encore enregistré"

    def on_mount(self) -> None:
        self._offer = self.read(lambda: completing.look(self.workspace, self._own_id, self._received), None)
        self.show_rows(_TAKE)

    def rows(self) -> Iterator[Item]:
        offer = self._offer
        if offer is None:
            return
        if offer.warning:
            yield sentence(shown(offer.warning))
        own = self.read(lambda: self.workspace.store.load(self._own_id).assessment, None)
        name = "" if own is None else shown(assessment_name(own.identity))
        yield row(_TAKE, ends(strong(f"Compléter {name}")), words(shown(offer.summary or _NOTHING), SOFT))
        yield gap()
        if offer.differences:
            hint = typeset("Entrée : prendre ou laisser")
            yield section_title(f"Ce qui diffère ({len(offer.differences)})", hint)
            for one in offer.differences:
                yield ticked(one.key, shown(one.sentence), is_taken=one.key in self._chosen)
            yield gap()
        if offer.fills:
            yield section_title(f"Ce qui s’ajoute ({len(offer.fills)})")
            for text in offer.fills:
                yield row(None, hung("", shown(text), SOFT))

    def action_choose(self) -> None:
        key = self.list.key
        if key == _TAKE:
            self._ask_then_complete()
        elif key is not None:
            self._chosen ^= {key}
            self.show_rows(key)

    def _ask_then_complete(self) -> None:
        """Complete, once it is agreed to where the files were already made as definitive."""
        question = self.read(lambda: self.workspace.question_before(self._own_id), "")
        if question:
            self.ask(question, "Oui, la modifier", self._complete)
        else:
            self._complete()

    def _complete(self) -> None:
        """Put the file in, and show the grid."""
        name = shown_name(self._path)
        done = self.read(
            lambda: completing.complete(self.workspace, self._own_id, self._received, name, self._chosen),
            None,
        )
        session = done and self.read(lambda: self.workspace.open(self._own_id, asks=False), None)
        if done and session:
            self.read(session.reload, None)
            self.visit(Destination.GRID, session)
            self.show_message(done.message)
