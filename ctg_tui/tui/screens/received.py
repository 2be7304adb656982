"""Reçues: the submissions received, one row per assessment; Entrée opens one, read-only."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from textual.content import Content

from ctg_tui.domain.errors import NotSaved, Refusal, typeset
from ctg_tui.domain.grid import campaign_year
from ctg_tui.services.merging import merge_received
from ctg_tui.services.received import kept as received_list
from ctg_tui.services.received.intake import Outcome, State, receive
from ctg_tui.services.received.kept import Expected, Lineage
from ctg_tui.services.spreadsheet.reading import dropped_file
from ctg_tui.tui import settings
from ctg_tui.tui.commands import Destination, cmd
from ctg_tui.tui.screens import received_items as items
from ctg_tui.tui.screens.home_filter import HomeFilter
from ctg_tui.tui.screens.list_page import ListPage
from ctg_tui.tui.screens.summary_items import sentence
from ctg_tui.tui.widgets.form_rows import FileRow
from ctg_tui.tui.widgets.listing import Item
from ctg_tui.tui.widgets.plain import PlainStatic
from ctg_tui.wording.french import NARROW, count
from ctg_tui.wording.received import copied, left_aside, receipt, short
from ctg_tui.wording.review import TO_ANSWER

if TYPE_CHECKING:
    from textual.widget import Widget

    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace

_NOTHING: Final = typeset(
    "Aucun fichier reçu pour l’instant. Tapez ci-dessous le chemin d’un fichier, d’un dossier, d’un courriel "
    "enregistré (.eml, .mbox) ou d’une archive (.zip), ou déposez-le dans cette fenêtre : chaque fichier est "
    "vérifié, puis gardé tel quel."
)


class ReceivedScreen(ListPage):
    """The list, the territories expected, and below them the file of the row under the cursor."""

    TITLE_IN_HELP = "Reçues"
    KEY_COMMANDS = (
        cmd("recues.ouvrir", "enter", "open", "ouvrir", 1, "Ouvrir en lecture seule"),
        cmd(
            *("recues.recevoir", "i", "to_path", "recevoir", 2),
            "Recevoir un fichier, un dossier, un courriel (.eml, .mbox) ou une archive (.zip)",
        ),
        cmd(
            *("recues.filtrer", "f7 r", "filter", "filtrer", 4),
            "Ne montrer que les lignes qui contiennent ces mots",
        ),
        cmd("recues.grouper", "g", "group", "grouper", 7, "Grouper par territoire"),
        cmd(
            *("recues.accuse", "a", "acknowledge", "accusé", 6),
            "Copier l’accusé de réception à renvoyer à l’expéditeur",
        ),
        cmd(
            *("recues.reunir", "m", "merge", "réunir", 8),
            "Réunir les évaluations de ce territoire, pour la même année et le même moment, en une nouvelle",
        ),
        cmd(
            *("recues.remplacer", "v", "put_in_place", "remplacer la vôtre", 3),
            "Mettre le contenu de ce fichier à la place de votre évaluation (une sauvegarde est faite avant)",
            when="is_own",
        ),
        cmd(
            *("recues.consolider", "c", "consolidate", "consolider", 5),
            "Réunir les chiffres de tous les fichiers reçus en un seul, pour vous",
        ),
        cmd(
            *("recues.supprimer", "delete", "delete", "supprimer", 104),
            "Supprimer ce qui a été reçu pour cette évaluation (une sauvegarde est faite avant)",
        ),
        cmd("recues.retour", "escape", "back", "retour", 3, "Revenir à la liste, puis à l’accueil"),
    )
    DEFAULT_CSS = """
    ReceivedScreen {
        #recue-detail { height: 2; padding: 0 2; color: $discret; }
        FormRow { display: none; }
        FormRow.-montre { display: block; }
    }
    """

    def __init__(
        self, workspace: Workspace, session: Session | None = None, path: Path | None = None
    ) -> None:
        """Show what was received; `path` is received first."""
        super().__init__(workspace)
        self._to_receive = path
        self._lineages: tuple[Lineage, ...] = ()
        self._expected: Expected | None = None
        self._grouped = False
        self._words = ""
        self._detail = PlainStatic(id="recue-detail")
        self._filter = HomeFilter(self._use_filter, self.list.focus, "Filtrer")
        self._file = FileRow("À recevoir", dropped_file, "Indiquez un fichier ou un dossier.", self._receive)

    def body(self) -> Iterable[Widget]:
        return self.list, self._detail, self._filter, self._file

    def headline(self) -> tuple[str, str]:
        missing = len(self._expected.missing) if self._lineages and self._expected else 0
        waited = f" · {count(missing, 'attendue')}" if missing else ""
        return "Évaluations reçues", count(len(self._lineages), "reçue") + waited

    def on_mount(self) -> None:
        self.watch(self.list, "cursor", self._show_detail, init=False)
        self._reload()
        if self._to_receive is not None:
            self._receive(self._to_receive)
        elif not self._lineages:
            self.action_to_path()

    def on_show_again(self) -> None:
        self._reload()

    def on_resize(self) -> None:
        self._show_detail()

    # the list

    def _reload(self, key: str | None = None) -> None:
        self._lineages = self.read(lambda: received_list.lineages(self.workspace), self._lineages)
        year = campaign_year(self.workspace.catalogue.default.campaign, self.workspace.today())
        self._expected = received_list.expected(self._lineages, year)
        self.show_rows(key)

    def rows(self) -> Iterable[Item]:
        found = items.matching(self._lineages, self._words)
        yield from items.received_items(found, grouped=self._grouped)
        if not found:
            yield sentence("Aucun résultat." if self._lineages else _NOTHING)
        if self._lineages and self._expected and not self._words:
            yield from items.expected_items(self._expected)

    def show_rows(self, key: str | None = None) -> None:
        super().show_rows(key)
        self._show_detail()

    @property
    def _chosen(self) -> Lineage | None:
        return next((one for one in self._lineages if one.key == self.list.key), None)

    @property
    def is_own(self) -> bool:
        """Whether the row under the cursor is another version of an assessment that is here."""
        return self._chosen is not None and self._chosen.own_id is not None

    def _show_detail(self, *_: object) -> None:
        if any(one.own_id is not None for one in self._lineages):
            self.refresh_frame()  # its commands depend on the row
        width = max(self.size.width - 4, 10)
        lines = () if self._chosen is None else items.detail_lines(self._chosen, width)
        self._detail.update(Content("\n".join(lines)))

    def action_open(self) -> None:
        if (chosen := self._chosen) is not None:
            session = self.read(lambda: received_list.open_received(self.workspace, chosen.current), None)
            if session is not None:
                self.visit(Destination.GRID, session)

    def action_group(self) -> None:
        self._grouped = not self._grouped
        self.show_rows()

    def action_acknowledge(self) -> None:
        """Copy the receipt of the file that counts."""
        if (chosen := self._chosen) is not None:
            said = receipt(chosen.current.fingerprint)
            self.app.copy_to_clipboard(said)
            self.show_message(copied(said))

    def action_merge(self) -> None:
        """Merge the files of the territory, after a question, and show where they disagree."""
        if (chosen := self._chosen) is not None:
            question = typeset(
                f"Réunir les évaluations de {chosen.name} ({chosen.current.year}) en une nouvelle ? "
                "Les vôtres et celles reçues restent comme elles sont."
            )
            self.ask(question, "Oui, les réunir", lambda: self._merge(chosen))

    def _merge(self, chosen: Lineage) -> None:
        from ctg_tui.tui.screens.merging import MergingScreen

        def merged() -> MergingScreen:
            together = merge_received(self.workspace, chosen)
            session = self.workspace.open(together.assessment_id)
            keyboard = settings.load(self.workspace.store.path.parent).keys
            return MergingScreen(self.workspace, session, together, keyboard)

        page = self.read(merged, None)
        if page is not None:
            self.app.push_screen(page)

    def action_put_in_place(self) -> None:
        """Put the content of another version of one's own assessment in its place, after a question."""
        if (chosen := self._chosen) is not None and chosen.own_id is not None:
            from ctg_tui.tui.screens.putting_in_place import offer

            offer(self, chosen, self._reload)

    def action_consolidate(self) -> None:
        if self._lineages:
            from ctg_tui.tui.screens.consolidating import ConsolidatingScreen

            self.app.push_screen(ConsolidatingScreen(self.workspace))

    def action_delete(self) -> None:
        if (chosen := self._chosen) is not None:
            review = ", et votre avis" if chosen.reviews or chosen.is_review_begun else ""
            said = (
                f"Supprimer ce qui a été reçu de {short(chosen.current)}{review}{NARROW}? "
                "Une sauvegarde est faite avant."
            )
            self.ask(said, "Oui, supprimer", lambda: self._delete(chosen))

    def _delete(self, lineage: Lineage) -> None:
        try:
            received_list.forget(self.workspace, lineage.key)
        except Refusal as refusal:
            self.refuse(refusal)
            return
        self._reload()
        if not self._lineages:
            self.action_to_path()
        self.show_message("Supprimé. La sauvegarde faite juste avant permet de le retrouver.")

    # the fields

    def _use_filter(self, words: str) -> None:
        self._words = words
        self.show_rows()

    def action_filter(self) -> None:
        self._filter.add_class("-montre")
        self._filter.take_focus()

    def action_to_path(self) -> None:
        self._file.add_class("-montre")
        self._file.typed.focus()

    def action_back(self) -> None:
        """Go back to the list from a field, then show every row again, then leave."""
        if self.focused is not self.list and self._lineages:
            self._file.remove_class("-montre")
            self.list.focus()
        elif self._words:
            self._filter.clear()
        else:
            self.leave()
            return
        self._filter.set_class(bool(self._words), "-montre")

    # receiving

    def _receive(self, path: Path) -> None:
        """Verify and keep the files of `path` in the background."""
        try:
            self.workspace.writer.settle()
        except NotSaved as refusal:
            self.refuse(refusal)
            return
        self.show_message("Vérification des fichiers…")
        self.later(lambda: receive(self.workspace, (path,)), self._tell)

    def _tell(self, outcomes: tuple[Outcome, ...]) -> None:
        taken = [one for one in outcomes if one.state is State.TAKEN]
        if taken:
            self._file.typed.fill("")
            self._file.remove_class("-montre")
            self.list.focus()
        self._reload(taken[-1].assessment if taken else None)
        left = [one.message for one in outcomes if one.state is State.LEFT]
        if len(taken) == len(outcomes) - len(left) == 1:
            to_answer = TO_ANSWER if taken[0].review is not None and taken[0].own_id is not None else ""
            said = (f"Reçu : {taken[0].message}", to_answer, left_aside(left) if left else "")
            self.show_message(" ".join(filter(None, said)))
        elif len(left) == len(outcomes):
            self.show_message(left_aside(left))
        elif self.is_current:
            from ctg_tui.tui.screens.reading import ReadingScreen

            self.app.push_screen(ReadingScreen("Fichiers reçus", list(items.outcome_items(outcomes))))
