"""Consolider: the figures of everything received, in one file, for the adviser's own work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from textual import on

from ctg_tui.domain.assessment import Status
from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.services import consolidation
from ctg_tui.services.received.kept import Lineage, expected, lineages
from ctg_tui.services.sending import default_folder
from ctg_tui.tui.commands import cmd, leave
from ctg_tui.tui.list_page import ListPage
from ctg_tui.tui.widgets.fields import FolderRow, TextField
from ctg_tui.tui.widgets.listing import Item, ends, gap, row, section_title, sentence, soft
from ctg_tui.wording import consolidation as words
from ctg_tui.wording.french import NARROW, NBSP, count

if TYPE_CHECKING:
    from textual.widget import Widget

    from ctg_tui.services.workspace import Workspace


class ConsolidatingScreen(ListPage):
    """One row per file that can be made, the folder that it goes to, and what was left out of the last."""

    TITLE_IN_HELP = "Consolider"
    KEY_COMMANDS = (
        cmd("consolider.ecrire", "enter", "write", "enregistrer", 1, "Enregistrer ce fichier"),
        cmd(
            *("consolider.provisoires", "p", "toggle_drafts", "provisoires", 4),
            "Compter aussi les fichiers provisoires, ou les définitifs seuls",
            when="has_drafts",
        ),
        cmd(
            *("consolider.dossier", "", "to_folder", "dossier", 5),
            "Choisir le dossier où enregistrer",
            shown_keys="Tab",
        ),
        leave("consolider", bar=3, sentence="Arrêter la lecture, ou revenir"),
    )

    _received: tuple[tuple[Status, int], ...] = ()
    """The state and the year of each assessment received."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._with_drafts = False
        self._left_out: tuple[str, ...] = ()
        self._stop: Event | None = None
        """Set to stop the reading that goes on; None when none does."""
        self._folder = FolderRow(str(default_folder()))

    def body(self) -> Iterable[Widget]:
        return self.list, self._folder

    def headline(self) -> tuple[str, str]:
        counted = "fichiers provisoires comptés" if self._with_drafts else "fichiers définitifs seulement"
        return "Consolider les fichiers reçus", counted

    def on_mount(self) -> None:
        none: tuple[Lineage, ...] = ()
        received = self.read(lambda: lineages(self.workspace), none)
        self._received = tuple((one.current.status, one.current.year) for one in received)
        self.show_rows()
        self.list.focus()

    def rows(self) -> Iterator[Item]:
        yield from map(sentence, self._counted())
        yield section_title("Pour vous", typeset("avec les noms ; ne se partage pas"))
        for suffix, text in words.FORMATS.items():
            yield row(suffix, ends(text, soft(f"{words.NAME}{suffix}")))
        if self._left_out:
            yield gap()
            yield section_title("Non comptés la dernière fois")
            yield from map(sentence, self._left_out)

    def _counted(self) -> Iterator[str]:
        """Yield what the file will hold, and what it will not: only the latest year is counted."""
        asked = [one for one in self._received if self._with_drafts or one[0] is Status.FINAL]
        year = max((year for _, year in asked), default=None)
        states = [status for status, one in asked if one == year]
        finals = count(states.count(Status.FINAL), "évaluation définitive", "évaluations définitives")
        of_year = "" if year is None else f" de {year}"
        drafts = sum(status is Status.DRAFT for status, _ in self._received)
        if drafts and self._with_drafts:
            finals += f" et {count(states.count(Status.DRAFT), 'provisoire')}"
            of_year += " ; la touche P les retire" if drafts > 1 else " ; la touche P la retire"
        yield typeset(f"Les chiffres de {finals}{of_year}.")
        if before := len(asked) - len(states):
            earlier = count(before, "évaluation d’une année précédente", "évaluations d’années précédentes")
            yield typeset(f"{_uncounted(before)} : {earlier}.")
        if drafts and not self._with_drafts:
            adds = "la touche P les ajoute" if drafts > 1 else "la touche P l’ajoute"
            yield typeset(f"{_uncounted(drafts)} : {count(drafts, 'provisoire')} ; {adds}.")

    def action_toggle_drafts(self) -> None:
        self._with_drafts = not self._with_drafts
        self.show_rows()

    def action_to_folder(self) -> None:
        self._folder.typed.focus()

    async def action_leave(self) -> None:
        """Stop the reading that goes on; else go back."""
        if self._stop is not None:
            self._stop.set()
        else:
            await super().action_leave()

    @on(TextField.Submitted)
    def _on_submitted(self, event: TextField.Submitted) -> None:
        event.stop()
        self.list.focus()

    @property
    def has_drafts(self) -> bool:
        return any(status is Status.DRAFT for status, _ in self._received)

    # the file

    def action_write(self) -> None:
        """Write the file of the row, its name made of what it is."""
        suffix = self.list.key
        if suffix is None or self._stop is not None:
            return
        folder = self._folder.read()
        if folder is None:
            self._folder.typed.focus()
            return
        if self.is_all_written():
            self._start(folder / f"{words.NAME}{suffix}", replace=False)

    def _start(self, path: Path, *, replace: bool) -> None:
        """Read, count and write in the background; Échap stops it, and nothing is then written."""
        stop = self._stop = Event()
        workspace, with_drafts = self.workspace, self._with_drafts

        def go_on(done: int) -> None:
            if stop.is_set():
                raise Refusal("arrete", words.STOPPED)

        def work() -> Callable[[], None]:
            found = consolidation.received(workspace)
            gathered = consolidation.gather(
                found,
                workspace.catalogue,
                with_drafts=with_drafts,
                expected=expected(workspace.store),
                progress=go_on,
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
                return lambda: self._ask_to_replace(path, there)
            return lambda: self._tell(gathered, path)

        self.show_message("Lecture des fichiers reçus… Échap pour arrêter.")
        self.later(work, self._end, lambda refusal: self._end(lambda: self.refuse(refusal)))

    def _end(self, tell: Callable[[], None]) -> None:
        self._stop = None
        tell()

    def _ask_to_replace(self, path: Path, there: str) -> None:
        question = f"{there} Le remplacer{NARROW}?"
        self.ask(question, "Oui, remplacer", lambda: self._start(path, replace=True))

    def _tell(self, gathered: consolidation.Gathered, path: Path) -> None:
        self._left_out = gathered.not_counted
        self.show_rows()
        left = f" {count(len(self._left_out), 'fichier non compté', 'fichiers non comptés')}."
        done = words.done(len(gathered.choice.counted), gathered.choice.people)
        self.show_message(f"{done}{left if self._left_out else ''} Fichier écrit{NBSP}: {path.name}.")


def _uncounted(number: int) -> str:
    return "Non comptées" if number > 1 else "Non comptée"
