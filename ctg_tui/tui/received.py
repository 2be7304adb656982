"""Reçues: the submissions received, one row per assessment; Entrée opens one, read-only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import campaign_year
from ctg_tui.domain.text import match_rank
from ctg_tui.services.merging import merge_received
from ctg_tui.services.received import kept
from ctg_tui.services.received.intake import Outcome, State, receive
from ctg_tui.services.received.kept import Expected, Lineage, other_version, put_in_place
from ctg_tui.services.spreadsheet.reading import dropped_file
from ctg_tui.system.computer import local_time
from ctg_tui.tui import settings
from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.commands import Destination, cmd, leave
from ctg_tui.tui.list_page import HomeFilter, ListPage
from ctg_tui.tui.review import reading_items
from ctg_tui.tui.widgets.fields import FileRow
from ctg_tui.tui.widgets.listing import (
    ACCENT,
    SOFT,
    Item,
    Line,
    Piece,
    gap,
    hung,
    row,
    section_title,
    sentence,
    strong,
    words,
)
from ctg_tui.wording import received as wording
from ctg_tui.wording.french import DASH, MOMENTS, NARROW, NBSP, STATUSES, count
from ctg_tui.wording.received import import_summary, left_aside, receipt, short
from ctg_tui.wording.review import TO_ANSWER

if TYPE_CHECKING:
    from textual.widget import Widget

    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


_STATES: Final = {
    State.REFUSED: ("refusé", ACCENT),
    State.TAKEN: ("reçu", SOFT),
    State.ALREADY: ("déjà là", SOFT),
    State.READ: ("à part", SOFT),
}
"""What became of a file, in the order in which an import says it."""


def _matches(lineage: Lineage, typed: str) -> bool:
    """Return whether an assessment contains every word typed, accents and case aside."""
    current = lineage.current
    texts = (
        *(lineage.name, current.territory_name, current.people, str(current.year), MOMENTS[current.moment]),
        *(STATUSES[current.status], current.department, lineage.conflict),
        "avis" if lineage.reviews or lineage.is_review_begun else "",
    )
    return match_rank(typed, *texts) is not None


def _row(lineage: Lineage) -> Item:
    current = lineage.current
    state = STATUSES[current.status] + (" corrigé" if current.revision > 1 else "")
    when = f"{current.year} {MOMENTS[current.moment]}"
    right = f" {when:<17} {state:<17} {local_time(current.received_at):%d/%m}"

    def line(width: int) -> Sequence[Line]:
        room = max(width - cell_len(right), 4)
        name = strong(f"{fit(shown(lineage.name), room // 2 - 1)} ")
        people = Piece(fit(shown(current.people) or DASH, room - room // 2))
        return [(name, people, Piece(right, ACCENT if lineage.conflict else SOFT))]

    warning = typeset(f"  à vérifier avec l’expéditeur : {lineage.conflict}")
    return row(lineage.key, line, *([words(warning, ACCENT)] if lineage.conflict else []))


def _expected(expected: Expected) -> Iterator[Item]:
    """Yield the territories of the data file that sent nothing."""
    if not expected.total:
        return
    yield gap()
    sent = expected.total - len(expected.missing)
    yield section_title(f"Attendues pour {expected.year}", f"{count(sent, 'reçue')} sur {expected.total}")
    names = " · ".join(shown(one.short_name) for one in expected.missing)
    yield sentence(names or "Tous les territoires connus ont envoyé leur fichier.")


def _detail(lineage: Lineage) -> str:
    """Return what stands above the list on the assessment under the cursor: where its file comes from."""
    current, replaced = lineage.current, lineage.replaced
    reviews = "avis commencé" if lineage.is_review_begun else ""
    before = "remplace un fichier qui n’est pas ici" if current.replaces else ""
    parts = (
        "autre version de votre évaluation" if lineage.own_id is not None else "",
        f"{lineage.reviews}{NBSP}avis" if lineage.reviews else reviews,
        f"reçu le {local_time(current.received_at):%d/%m/%Y}",
        before if replaced is None else f"remplace la version {replaced.revision}",
        shown(current.file_name),
        count(len(lineage.files), "fichier") if len(lineage.files) > 1 else "",
    )
    said = " · ".join(filter(None, parts))
    return said[:1].upper() + said[1:]


def _outcomes(outcomes: Sequence[Outcome]) -> Iterator[Item]:
    """Yield what became of each file of an import: the refused ones first, each with why."""
    states = [one.state for one in outcomes]
    totals = (states.count(state) for state in (State.TAKEN, State.ALREADY, State.REFUSED, State.READ))
    yield sentence(import_summary(*totals))
    for state, (word, role) in _STATES.items():
        for outcome in (one for one in outcomes if one.state is state):
            text = shown(outcome.message)
            if state is State.TAKEN:
                text = f"{shown(outcome.piece.name)}{NBSP}: {text}"
            yield row(None, hung(Piece(f"{word:<10}", role), text))
            if state is State.READ and outcome.review is not None:
                yield from reading_items(outcome.review)
    if left := [shown(one.message) for one in outcomes if one.state is State.LEFT]:
        yield gap()
        yield sentence(left_aside(left))


_MOST_IN_MESSAGE: Final = 110
"""Letters of a message that is read whole in one row."""
_NOTHING: Final = typeset(
    "Aucun fichier reçu pour l’instant. Tapez ci-dessous le chemin d’un fichier, d’un dossier, d’un courriel "
    "enregistré (.eml, .mbox) ou d’une archive (.zip), ou déposez-le dans cette fenêtre : chaque fichier est "
    "vérifié, puis gardé tel quel."
)


class ReceivedScreen(ListPage):
    """The file of the row under the cursor, the list, and the territories expected."""

    TITLE_IN_HELP = "Reçues"
    KEY_COMMANDS = (
        cmd("recues.ouvrir", "enter", "open", "ouvrir", 1, "Ouvrir en lecture seule"),
        cmd(
            *("recues.recevoir", "i", "to_path", "recevoir", 2),
            "Recevoir un fichier, un dossier, un courriel (.eml, .mbox) ou une archive (.zip)",
        ),
        cmd(
            *("recues.filtrer", "f7", "filter", "filtrer", 4),
            "Ne montrer que les lignes qui contiennent ces mots",
        ),
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
            *("recues.consolider", "e", "consolidate", "consolider", 5),
            "Réunir les chiffres de tous les fichiers reçus en un seul, pour vous",
        ),
        cmd(
            *("recues.supprimer", "delete", "delete", "supprimer", 104),
            "Supprimer ce qui a été reçu pour cette évaluation (une sauvegarde est faite avant)",
        ),
        leave("recues", bar=3, sentence="Revenir à la liste, puis à l’accueil"),
    )
    DEFAULT_CSS = """
    ReceivedScreen {
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
        self._words = ""
        self._filter = HomeFilter(self._use_filter, self.list.focus, "Filtrer")
        self._file = FileRow("À recevoir", dropped_file, "Indiquez un fichier ou un dossier.", self._receive)

    def body(self) -> Iterable[Widget]:
        return *super().body(), self._filter, self._file

    def headline(self) -> tuple[str, str]:
        missing = len(self._expected.missing) if self._lineages and self._expected else 0
        waited = f" · {count(missing, 'attendue')}" if missing else ""
        return "Évaluations reçues", count(len(self._lineages), "reçue") + waited

    def on_mount(self) -> None:
        self.watch(self.list, "cursor", self._on_row, init=False)
        self._reload()
        if self._to_receive is not None:
            self._receive(self._to_receive)
        elif not self._lineages:
            self.action_to_path()

    def on_show_again(self) -> None:
        self._reload()

    # the list

    def _reload(self, key: str | None = None) -> None:
        self._lineages = self.read(lambda: kept.lineages(self.workspace), self._lineages)
        year = campaign_year(self.workspace.catalogue.default.campaign, self.workspace.today())
        self._expected = kept.expected(self._lineages, year)
        self.show_rows(key)

    def rows(self) -> Iterable[Item]:
        found = [one for one in self._lineages if _matches(one, self._words)]
        yield from map(_row, found)
        if not found:
            yield sentence("Aucun résultat." if self._lineages else _NOTHING)
        if self._lineages and self._expected and not self._words:
            yield from _expected(self._expected)

    @property
    def _chosen(self) -> Lineage | None:
        return next((one for one in self._lineages if one.key == self.list.key), None)

    @property
    def is_own(self) -> bool:
        """Whether the row under the cursor is another version of an assessment that is here."""
        return self._chosen is not None and self._chosen.own_id is not None

    def heading(self) -> str:
        return "" if self._chosen is None else _detail(self._chosen)

    def _on_row(self) -> None:
        self.show_heading()
        if any(one.own_id is not None for one in self._lineages):
            self.refresh_frame()  # its commands depend on the row

    def action_open(self) -> None:
        if (chosen := self._chosen) is not None:
            session = self.read(lambda: kept.open_received(self.workspace, chosen.current), None)
            if session is not None:
                self.visit(Destination.GRID, session)

    def action_acknowledge(self) -> None:
        """Copy the receipt of the file that counts."""
        if (chosen := self._chosen) is not None:
            self.copy(receipt(chosen.current.fingerprint))

    def action_merge(self) -> None:
        """Merge the files of the territory, after a question, and show where they disagree."""
        if (chosen := self._chosen) is not None:
            question = typeset(
                f"Réunir les évaluations de {chosen.name} ({chosen.current.year}) en une nouvelle ? "
                "Les vôtres et celles reçues restent comme elles sont."
            )
            self.ask(question, "Oui, les réunir", lambda: self._merge(chosen))

    def _merge(self, chosen: Lineage) -> None:
        from ctg_tui.tui.merging import MergingScreen

        def merged() -> MergingScreen:
            together = merge_received(self.workspace, chosen)
            session = self.workspace.open(together.assessment_id)
            keyboard = settings.load(self.workspace.store.path.parent).keys
            return MergingScreen(self.workspace, session, together.draft, keyboard)

        page = self.read(merged, None)
        if page is not None:
            self.app.push_screen(page)

    def action_put_in_place(self) -> None:
        """Say what differs, ask, and put the content of the file in the place of one's own assessment."""
        workspace, chosen = self.workspace, self._chosen
        if chosen is None or chosen.own_id is None:
            return
        own_id, current = chosen.own_id, chosen.current
        received = self.read(lambda: kept.read(workspace, current.sha256), None)
        found = received and self.read(lambda: other_version(workspace, own_id, received), None)
        if not received or not found:
            return

        def put() -> None:
            made = self.read(lambda: put_in_place(workspace, own_id, received, current.file_name), None)
            if made is not None:
                self._reload()
                self.show_message(made.version.replaced_by(current.file_name))

        question = wording.question(found.name, found.warning)
        self.ask(question, "Oui, le mettre à la place", put)

    def action_consolidate(self) -> None:
        if self._lineages:
            from ctg_tui.tui.consolidation import ConsolidatingScreen

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
        if not self.save(lambda: kept.forget(self.workspace, lineage.key)):
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

    async def action_leave(self) -> None:
        """Go back to the list from a field, then show every row again, then leave."""
        if self._words and not self.is_typing:
            self._filter.clear()
        else:
            await super().action_leave()
        self._file.set_class(not self._lineages, "-montre")
        self._filter.set_class(bool(self._words), "-montre")

    # receiving

    def _receive(self, path: Path) -> None:
        """Verify and keep the files of `path` in the background."""
        if self.is_all_written():
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
            said = filter(None, (f"Reçu : {taken[0].message}", to_answer, left_aside(left) if left else ""))
            self._say(" ".join(said))
        elif len(left) == len(outcomes):
            self.show_message(left_aside(left))
        else:
            self._read(_outcomes(outcomes))

    def _say(self, said: str) -> None:
        """Say it in the row of messages, or where there is room for all of it."""
        if len(said) <= _MOST_IN_MESSAGE:
            self.show_message(said)
        else:
            self._read([sentence(typeset(said))])

    def _read(self, items: Iterable[Item]) -> None:
        if self.is_current:
            from ctg_tui.tui.dialogs import ReadingScreen

            self.app.push_screen(ReadingScreen("Fichiers reçus", list(items)))
