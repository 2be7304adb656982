"""Reçues: the submissions received, one row per assessment; Entrée opens one, read-only."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.content import Content
from textual.events import DescendantFocus, Paste

from ctg_tui.domain.errors import NotSaved, Refusal, typeset
from ctg_tui.domain.grid import campaign_year
from ctg_tui.services import received_list
from ctg_tui.services.received_list import Expected, Lineage
from ctg_tui.services.take_received import Outcome, State, receive
from ctg_tui.services.workbooks_at_hand import dropped_file
from ctg_tui.tui import aside
from ctg_tui.tui.commands import Command, Destination
from ctg_tui.tui.screens import received_items as items
from ctg_tui.tui.screens.page import Page
from ctg_tui.tui.screens.summary_items import sentence
from ctg_tui.tui.widgets.fields import TextField
from ctg_tui.tui.widgets.form_rows import FormRow
from ctg_tui.tui.widgets.listing import Listing
from ctg_tui.tui.widgets.plain import PlainStatic
from ctg_tui.wording.french import NARROW, count
from ctg_tui.wording.received import copied, left_aside, receipt, short
from ctg_tui.wording.review import TO_ANSWER

if TYPE_CHECKING:
    from textual.widget import Widget

    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace

_RECEIVE: Final = "reception"
_LONGEST_PATH: Final = 1_000
_NOTHING: Final = typeset(
    "Aucun fichier reçu pour l’instant. Tapez ci-dessous le chemin d’un fichier, d’un dossier, d’un courriel "
    "enregistré (.eml, .mbox) ou d’une archive (.zip), ou déposez-le dans cette fenêtre : chaque fichier est "
    "vérifié, puis gardé tel quel."
)


class ReceivedScreen(Page):
    """The list, the territories expected, and below them the file of the row under the cursor."""

    TITLE_IN_HELP = "Reçues"
    KEY_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("recues.ouvrir", "open", "ouvrir", "Ouvrir en lecture seule", letters=("enter",), bar=1),
        Command(
            "recues.recevoir",
            "to_path",
            "recevoir",
            "Recevoir un fichier, un dossier, un courriel (.eml, .mbox) ou une archive (.zip)",
            letters=("i",),
            bar=2,
        ),
        Command(
            "recues.filtrer",
            "filter",
            "filtrer",
            "Ne montrer que les lignes qui contiennent ces mots",
            keys=("f7",),
            letters=("r",),
            bar=4,
        ),
        Command("recues.grouper", "group", "grouper", "Grouper par territoire", letters=("g",), bar=7),
        Command(
            "recues.accuse",
            "acknowledge",
            "accusé",
            "Copier l’accusé de réception à renvoyer à l’expéditeur",
            letters=("a",),
            bar=6,
        ),
        Command(
            "recues.reunir",
            "merge",
            "réunir",
            "Réunir les évaluations de ce territoire, pour la même année et le même moment, en une nouvelle",
            letters=("m",),
            bar=8,
        ),
        Command(
            "recues.remplacer",
            "put_in_place",
            "remplacer la vôtre",
            "Mettre le contenu de ce fichier à la place de votre évaluation (une sauvegarde est faite avant)",
            letters=("v",),
            bar=3,
        ),
        Command(
            "recues.consolider",
            "consolidate",
            "consolider",
            "Réunir les chiffres de tous les fichiers reçus en un seul, pour vous",
            letters=("c",),
            bar=5,
        ),
        Command(
            "recues.supprimer",
            "delete",
            "supprimer",
            "Supprimer ce qui a été reçu pour cette évaluation (une sauvegarde est faite avant)",
            letters=("delete",),
            bar=104,
        ),
        Command(
            "recues.retour", "back", "retour", "Revenir à la liste, puis à l’accueil", ("escape",), bar=3
        ),
    )
    DEFAULT_CSS = """
    ReceivedScreen {
        Listing { padding: 0 1; }
        #recue-detail { height: 2; padding: 0 2; color: $discret; }
        FormRow { padding: 0 2; display: none; }
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
        self._list = Listing([])
        self._detail = PlainStatic(id="recue-detail")
        self._filter = TextField(placeholder="un territoire, un nom, une année…")
        self._path = TextField(max_length=_LONGEST_PATH)
        self._filter_row = FormRow("Filtrer", self._filter)
        self._path_row = FormRow("À recevoir", self._path)

    def body(self) -> Iterable[Widget]:
        yield self._list
        yield self._detail
        yield self._filter_row
        yield self._path_row

    def headline(self) -> tuple[str, str]:
        missing = len(self._expected.missing) if self._lineages and self._expected else 0
        waited = f" · {count(missing, 'attendue')}" if missing else ""
        return "Évaluations reçues", count(len(self._lineages), "reçue") + waited

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available: while a path or words to filter by are typed, letters are text."""
        chosen = self._chosen
        is_own = chosen is not None and chosen.own_id is not None
        every = tuple(one for one in super().commands() if is_own or one.id != "recues.remplacer")
        if not self._is_typing:
            return every
        return tuple(one for one in every if not one.id.startswith("recues.") or one.keys)

    @property
    def _is_typing(self) -> bool:
        return self.focused in {self._path, self._filter}

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        self.refresh_frame()

    def on_mount(self) -> None:
        self.watch(self._list, "cursor", self._show_detail, init=False)
        self._reload()
        if self._to_receive is not None:
            self._receive(self._to_receive)
        elif not self._lineages:
            self.action_to_path()

    def on_show_again(self) -> None:
        self._reload(self._list.key)

    def on_resize(self) -> None:
        self._show_detail()

    # the list

    def _reload(self, key: str | None = None) -> None:
        self._lineages = self.read(lambda: received_list.lineages(self.workspace), self._lineages)
        year = campaign_year(self.workspace.catalogue.default.campaign, self.workspace.today())
        self._expected = received_list.expected(self._lineages, year)
        self._show(key)

    def _show(self, key: str | None = None) -> None:
        typed = self._filter.value.strip()
        found = items.matching(self._lineages, typed)
        rows = list(items.received_items(found, grouped=self._grouped))
        if not self._lineages:
            rows = [sentence(_NOTHING)]
        elif not found:
            rows = [sentence("Aucun résultat.")]
        if self._lineages and self._expected and not typed:
            rows += items.expected_items(self._expected)
        self._list.show(rows, key)
        self._show_detail()
        self.refresh_frame()

    @property
    def _chosen(self) -> Lineage | None:
        return next((one for one in self._lineages if one.key == self._list.key), None)

    def _show_detail(self, *_: object) -> None:
        if any(one.own_id is not None for one in self._lineages):
            self.refresh_frame()  # its commands depend on the row
        chosen = self._chosen
        width = max(self.size.width - 4, 10)
        lines = () if chosen is None else items.detail_lines(chosen, width)
        self._detail.update(Content("\n".join(lines)))

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        self.action_open()

    def action_open(self) -> None:
        chosen = self._chosen
        if chosen is None:
            return
        session = self.read(lambda: received_list.open_received(self.workspace, chosen.current), None)
        if session is not None:
            self.visit(Destination.GRID, session)

    def action_group(self) -> None:
        self._grouped = not self._grouped
        self._show()

    def action_acknowledge(self) -> None:
        """Copy the receipt of the file that counts."""
        chosen = self._chosen
        if chosen is not None:
            said = receipt(chosen.current.fingerprint)
            self.app.copy_to_clipboard(said)
            self.show_message(copied(said))

    def action_merge(self) -> None:
        """Merge the files of the territory, after a question, and show where they disagree."""
        chosen = self._chosen
        if chosen is not None:
            from ctg_tui.tui.screens.merging_offer import offer

            offer(self, chosen)

    def action_put_in_place(self) -> None:
        """Put the content of another version of one's own assessment in its place, after a question."""
        chosen = self._chosen
        if chosen is not None and chosen.own_id is not None:
            from ctg_tui.tui.screens.putting_in_place import offer

            offer(self, chosen, self._reload)

    def action_consolidate(self) -> None:
        if self._lineages:
            from ctg_tui.tui.screens.consolidating import ConsolidatingScreen

            self.app.push_screen(ConsolidatingScreen(self.workspace))

    def action_delete(self) -> None:
        chosen = self._chosen
        if chosen is None:
            return
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

    def action_filter(self) -> None:
        self._filter_row.add_class("-montre")
        self._filter.focus()

    def action_to_path(self) -> None:
        self._path_row.add_class("-montre")
        self._path.focus()

    def action_back(self) -> None:
        """Go back to the list from a field, then show every row again, then leave."""
        if self.focused is not self._list and self._lineages:
            self._path_row.remove_class("-montre")
            self._list.focus()
        elif self._filter.value:
            self._filter.fill("")
        else:
            self.leave()
            return
        self._filter_row.set_class(bool(self._filter.value), "-montre")

    def on_input_changed(self, event: TextField.Changed) -> None:
        event.stop()
        if event.input is self._filter:
            self._show()

    @on(TextField.Submitted)
    def _on_submitted(self, event: TextField.Submitted) -> None:
        event.stop()
        if event.input is self._filter:
            self._list.focus()
            return
        path = dropped_file(self._path.value)
        if path is None:
            self._path_row.show_problem("Indiquez un fichier ou un dossier." if self._path.value else "")
            return
        self._path_row.show_problem("")
        self._receive(path)

    def on_paste(self, event: Paste) -> None:
        """Receive the file that was dropped on the window."""
        if self._is_typing:
            return
        path = dropped_file(event.text)
        if path is not None:
            event.stop()
            self._receive(path)

    # receiving

    def _receive(self, path: Path) -> None:
        """Verify and keep the files of `path` in the background."""
        try:
            self.workspace.writer.settle()
        except NotSaved as refusal:
            self.refuse(refusal)
            return
        self.show_message("Vérification des fichiers…")
        aside.start(self, _RECEIVE, lambda: receive(self.workspace, (path,)))

    @on(aside.Done)
    def _on_done(self, message: aside.Done) -> None:
        message.stop()
        if message.error is not None:
            raise message.error
        if not self.is_attached:
            return
        if message.refusal is not None:
            self.refuse(message.refusal)
            return
        outcomes: tuple[Outcome, ...] = message.result
        taken = [one for one in outcomes if one.state is State.TAKEN]
        if taken:
            self._path.fill("")
            self._path_row.remove_class("-montre")
            self._list.focus()
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
