"""Consolider: the figures of everything received, in one file, for the adviser's own work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.events import DescendantFocus

from ctg_tui.domain.errors import NotSaved, Refusal, typeset
from ctg_tui.services import consolidation
from ctg_tui.services.export import default_folder
from ctg_tui.tui import aside
from ctg_tui.tui.commands import Command
from ctg_tui.tui.screens.page import Page
from ctg_tui.tui.screens.summary_items import gap, section_title, sentence
from ctg_tui.tui.widgets.fields import TextField
from ctg_tui.tui.widgets.form_rows import FolderRow
from ctg_tui.tui.widgets.listing import SOFT, Item, Listing, Piece, spread
from ctg_tui.wording import consolidation as words
from ctg_tui.wording.french import NARROW, NBSP, count

if TYPE_CHECKING:
    from textual.widget import Widget

    from ctg_tui.services.workspace import Workspace

_TASK: Final = "consolidation"
_NAME: Final = "consolidation"
"""The name of the file, without its suffix."""
_FORMATS: Final = (
    (".html", "une page à lire et à imprimer"),
    (".xlsx", "un classeur, pour Excel ou LibreOffice"),
    (".db", "un fichier SQLite, pour d’autres logiciels"),
)


class ConsolidatingScreen(Page):
    """One row per file that can be made, the folder that it goes to, and what was left out of the last."""

    TITLE_IN_HELP = "Consolider"
    KEY_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command(
            "consolider.ecrire", "write", "enregistrer", "Enregistrer ce fichier", letters=("enter",), bar=1
        ),
        Command(
            "consolider.provisoires",
            "toggle_drafts",
            "provisoires",
            "Compter aussi les fichiers provisoires, ou les définitifs seuls",
            letters=("p",),
            bar=4,
        ),
        Command(
            "consolider.dossier",
            "to_folder",
            "dossier",
            "Choisir le dossier où enregistrer",
            letters=("d",),
            bar=5,
        ),
        Command("consolider.retour", "back", "retour", "Arrêter la lecture, ou revenir", ("escape",), bar=3),
    )
    DEFAULT_CSS = """
    ConsolidatingScreen {
        Listing { padding: 0 1; }
        FormRow { padding: 0 2; }
    }
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._with_drafts = False
        self._left_out: tuple[str, ...] = ()
        self._stop: Event | None = None
        """Set to stop the reading that goes on; None when none does."""
        self._list = Listing([])
        self._folder = FolderRow(str(default_folder()))

    def body(self) -> Iterable[Widget]:
        yield self._list
        yield self._folder

    def headline(self) -> tuple[str, str]:
        counted = "fichiers provisoires comptés" if self._with_drafts else "fichiers définitifs seulement"
        return "Consolider les fichiers reçus", counted

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available: while the folder is typed, letters are text."""
        every = super().commands()
        if self.focused is not self._folder.typed:
            return every
        return tuple(one for one in every if not one.id.startswith("consolider.") or one.keys)

    def on_mount(self) -> None:
        self._show()
        self._list.focus()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        self.refresh_frame()

    def _show(self) -> None:
        self._list.show(list(self._items()), self._list.key)
        self.refresh_frame()

    def _items(self) -> Iterator[Item]:
        yield section_title("Pour vous", typeset("avec les noms ; ne se partage pas"))
        yield from (_item(suffix, text) for suffix, text in _FORMATS)
        if self._left_out:
            yield gap()
            yield section_title("Non comptés la dernière fois")
            yield from map(sentence, self._left_out)

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        self.action_write()

    def action_toggle_drafts(self) -> None:
        self._with_drafts = not self._with_drafts
        self._show()

    def action_to_folder(self) -> None:
        self._folder.typed.focus()

    def action_back(self) -> None:
        """Stop the reading that goes on; else go back to the list from the folder, then leave."""
        if self._stop is not None:
            self._stop.set()
        elif self.focused is self._folder.typed:
            self._list.focus()
        else:
            self.leave()

    @on(TextField.Submitted)
    def _on_submitted(self, event: TextField.Submitted) -> None:
        event.stop()
        self._list.focus()

    # the file

    def action_write(self) -> None:
        """Write the file of the row, its name made of what it is."""
        suffix = self._list.key
        if suffix is None or self._stop is not None:
            return
        folder = self._folder.read()
        if folder is None:
            self._folder.typed.focus()
            return
        try:
            self.workspace.writer.settle()
        except NotSaved as refusal:
            self.refuse(refusal)
        else:
            self._start(folder / f"{_NAME}{suffix}", replace=False)

    def _start(self, path: Path, *, replace: bool) -> None:
        """Read, count and write in the background; Échap stops it, and nothing is then written."""
        stop = self._stop = Event()
        workspace, with_drafts = self.workspace, self._with_drafts

        def go_on(done: int) -> None:
            if stop.is_set():
                raise Refusal("arrete", words.STOPPED)

        def work() -> _Written:
            found = consolidation.received(workspace)
            gathered = consolidation.gather(
                found, workspace.catalogue, with_drafts=with_drafts, progress=go_on
            )
            content = consolidation.consolidate(gathered)
            go_on(len(gathered.choice.counted))
            protected = (workspace.store.path,)
            try:
                consolidation.write(content, path, protected=protected, replace=replace)
            except Refusal as refusal:
                if refusal.code != "fichier-existe":
                    raise
                there = refusal.message
                return lambda page: page._ask_to_replace(path, there)
            return lambda page: page._tell(gathered, path)

        self.show_message("Lecture des fichiers reçus… Échap pour arrêter.")
        aside.start(self, _TASK, work)

    @on(aside.Done)
    def _on_done(self, message: aside.Done) -> None:
        message.stop()
        self._stop = None
        if message.error is not None:
            raise message.error
        if not self.is_attached:
            return
        if message.refusal is not None:
            self.refuse(message.refusal)
            return
        written: _Written = message.result
        written(self)

    def _ask_to_replace(self, path: Path, there: str) -> None:
        question = f"{there} Le remplacer{NARROW}?"
        self.ask(question, "Oui, remplacer", lambda: self._start(path, replace=True))

    def _tell(self, gathered: consolidation.Gathered, path: Path) -> None:
        conflicts = (words.conflict(one.files) for one in gathered.choice.conflicts)
        revised = map(words.revised_since, gathered.choice.revised)
        self._left_out = (*(one.message for one in gathered.rejects), *conflicts, *revised)
        self._show()
        left = f" {count(len(self._left_out), 'fichier non compté', 'fichiers non comptés')}."
        done = words.done(len(gathered.choice.counted), gathered.choice.people)
        self.show_message(f"{done}{left if self._left_out else ''} Fichier écrit{NBSP}: {path.name}.")


_Written = Callable[[ConsolidatingScreen], None]
"""What the page does once a file was written, or is there already."""


def _item(suffix: str, text: str) -> Item:
    return Item(suffix, lambda width: [spread([Piece(text)], [Piece(f"{_NAME}{suffix}", SOFT)], width)])
