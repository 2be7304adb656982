"""Reçues: the submissions received, one row per assessment; Entrée opens one, read-only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Final

from textual.content import Content

from ctg_tui.domain.assessment import Moment, Status
from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.domain.text import match_rank
from ctg_tui.services.received import kept
from ctg_tui.services.received.intake import Nature, Outcome, State, receive
from ctg_tui.services.received.kept import Lineage
from ctg_tui.services.received.own import other_version, put_in_place
from ctg_tui.services.spreadsheet.reading import dropped_file
from ctg_tui.system.computer import local_time
from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.commands import Destination, cmd, leave
from ctg_tui.tui.list_page import HomeFilter, ListPage
from ctg_tui.tui.review.answering import reading_items
from ctg_tui.tui.widgets.fields import FileRow, TextField
from ctg_tui.tui.widgets.listing import (
    ACCENT,
    PLAIN,
    SOFT,
    STRONG,
    Item,
    Line,
    Piece,
    gap,
    hung,
    row,
    sentence,
    strong,
)
from ctg_tui.tui.widgets.strips import PlainStatic
from ctg_tui.wording import received as wording
from ctg_tui.wording.french import DASH, MOMENTS, NARROW, NBSP, STATUSES_OF_ASSESSMENT, count
from ctg_tui.wording.received import import_summary, left_aside, short
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


_ROOMY: Final = 100
"""Columns of the list from which the figures are said in words."""


def _columns(width: int) -> tuple[int, int, int, int, int]:
    """Return the widths of the five columns of a row: territory, people, year, figures, state."""
    others = (18, 26, 13) if width >= _ROOMY else (13, 9, 13)
    room = max(width - sum(others) - 4, 8)
    return room // 2, room - room // 2, *others


def _in_columns(width: int, texts: Sequence[str]) -> list[str]:
    return [f"{fit(text, column)} " for text, column in zip(texts, _columns(width), strict=True)]


def _headings(width: int) -> str:
    figures = "Lignes de la Caf" if width >= _ROOMY else "Résultat"
    return "".join(_in_columns(width, ("Territoire", "Personnes", "Année", figures, "État"))).rstrip()


def _file_of(lineage: Lineage) -> str:
    """Return `chaque année, reçu le 12/11/2026, CTG_….json`, where two rows look alike."""
    current = lineage.current
    day = f"{local_time(current.received_at):%d/%m/%Y}"
    return f"{MOMENTS[current.moment]}, reçu le {day}, {current.file_name}"


def _row(lineage: Lineage, *, is_alike: bool) -> Item:
    current = lineage.current

    def line(width: int) -> Sequence[Line]:
        is_roomy = width >= _ROOMY
        draft = "" if current.status is Status.FINAL else " provisoire" if is_roomy else " prov."
        version = f" n°{NBSP}{current.sending}" if current.sending > 1 else ""
        figure = DASH if current.percentage is None else f"{current.percentage}{NBSP}%"
        low = "" if current.low is None or not is_roomy else f" · {count(current.low, 'ligne')} à 0 ou 1"
        texts = (
            *(shown(lineage.name), shown(current.people) or DASH, f"{current.year}{version}{draft}"),
            *(f"{figure:>5}{low}", lineage.progress.value),
        )
        name, people, *others = _in_columns(width, texts)
        state = Piece(others[-1].rstrip(), STRONG if lineage.progress.is_waiting else SOFT)
        return [(strong(name), Piece(people), Piece("".join(others[:-1]), SOFT), state)]

    below = []
    if left := current.unanswered:
        said = count(left, "remarque sans réponse", "remarques sans réponse")
        below.append(hung("  ", said, PLAIN))
    if is_alike:
        below.append(hung("  ", shown(_file_of(lineage)), SOFT))
    if lineage.conflict:
        below.append(hung("  ", typeset(f"à vérifier avec l’expéditeur : {lineage.conflict}"), ACCENT))
    return row(lineage.key, line, *below)


_KINDS: Final = {
    Moment.START: "de démarrage",
    Moment.YEARLY: "annuelle",
    Moment.END: "de fin d’engagement",
}


def _detail(lineage: Lineage, *, is_roomy: bool) -> Iterator[str]:
    """Yield what stands below the list on the assessment under the cursor: its file."""
    current = lineage.current
    parts = (
        "autre version de votre évaluation" if lineage.own_id is not None else "",
        f"évaluation {_KINDS[current.moment]}, {STATUSES_OF_ASSESSMENT[current.status]}",
        f"{lineage.reviews}{NBSP}avis" if lineage.reviews else "",
        f"reçu le {local_time(current.received_at):%d/%m/%Y}",
        shown(current.file_name),
        count(len(lineage.files), "fichier") if len(lineage.files) > 1 else "",
    )
    said = " · ".join(filter(None, parts))
    yield said[:1].upper() + said[1:]
    if not is_roomy and current.low is not None:
        yield f"{count(current.low, 'ligne')} de la Caf à 0 ou 1"


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
    "Aucun fichier reçu pour l’instant. Tapez ci-dessous le chemin d’un fichier ou d’un dossier, ou "
    "déposez-le dans cette fenêtre : chaque fichier est vérifié, puis gardé tel quel."
)


class ReceivedScreen(ListPage):
    """The list, then the file of the row under the cursor."""

    TITLE_IN_HELP = "Reçues"
    WIDE_TITLE = "Évaluations reçues"
    KEY_COMMANDS = (
        cmd(
            "recues.ouvrir",
            "enter",
            "open",
            "lire",
            1,
            "Lire ce fichier dans la grille, et écrire votre avis",
        ),
        cmd(
            *("recues.recevoir", "i", "to_path", "recevoir", 2),
            "Recevoir un fichier ou un dossier",
        ),
        cmd(
            *("recues.filtrer", "f7", "filter", "filtrer", 4),
            "Ne montrer que les lignes qui contiennent ces mots",
        ),
        cmd(
            *("recues.remplacer", "v", "put_in_place", "remplacer la vôtre", 3),
            "Mettre le contenu de ce fichier à la place de votre évaluation (une sauvegarde est faite avant)",
            when="is_own",
        ),
        cmd(
            *("recues.supprimer", "delete", "delete", "supprimer", 104),
            "Supprimer ce qui a été reçu pour cette évaluation (une sauvegarde est faite avant)",
        ),
        leave("recues", bar=3, sentence="Revenir à la liste, puis à l’accueil"),
    )
    DEFAULT_CSS = """
    ReceivedScreen {
        #detail { height: 4; padding: 0 3; border-top: solid $filet; color: $discret; }
        &.-haut #detail { height: 9; }
        &.-etroit #detail { height: 3; }
        FormRow { display: none; }
        FormRow.-montre { display: block; }
    }
    """

    def __init__(
        self, workspace: Workspace, session: Session | None = None, path: Path | None = None
    ) -> None:
        """Show what was received; `path` is received first."""
        super().__init__(workspace, None)
        self._to_receive = path
        self._stop: Event | None = None
        self._lineages: tuple[Lineage, ...] = ()
        self._words = ""
        self._detail = PlainStatic(id="detail")
        self._filter = HomeFilter(self._use_filter, self.list.focus, "Filtrer")
        self._file = FileRow("À recevoir", dropped_file, "Indiquez un fichier ou un dossier.", self._receive)

    def body(self) -> Iterable[Widget]:
        return *super().body(), self._detail, self._filter, self._file

    def headline(self) -> tuple[str, str]:
        waiting = sum(one.progress.is_waiting for one in self._lineages)
        to_do = f" · {waiting} à traiter" if waiting else ""
        return "Évaluations reçues", count(len(self._lineages), "reçue") + to_do

    def on_mount(self) -> None:
        self.watch(self.list, "cursor", self._on_row, init=False)
        self._reload()
        if first := next((one.key for one in self._lineages if one.progress.is_waiting), None):
            self.list.select(first)
        if self._to_receive is not None:
            self._receive(self._to_receive)
        elif not self._lineages:
            self.action_to_path()

    def on_show_again(self) -> None:
        self._reload()

    # the list

    def _reload(self, key: str | None = None) -> None:
        self._lineages = self.read(lambda: kept.lineages(self.workspace), self._lineages)
        self.show_rows(key)

    def rows(self) -> Iterable[Item]:
        found = [one for one in self._lineages if match_rank(self._words, *one.words) is not None]
        alike = Counter(one.looks for one in self._lineages)
        yield from (_row(one, is_alike=alike[one.looks] > 1) for one in found)
        if not found:
            yield sentence("Aucun résultat." if self._lineages else _NOTHING)

    @property
    def _chosen(self) -> Lineage | None:
        return next((one for one in self._lineages if one.key == self.list.key), None)

    @property
    def is_own(self) -> bool:
        """Whether the row under the cursor is another version of an assessment that is here."""
        return self._chosen is not None and self._chosen.own_id is not None

    def heading(self) -> str:
        return _headings(max(self.list.scrollable_content_region.width - 3, 20)) if self._lineages else ""

    def show_rows(self, key: str | None = None) -> None:
        super().show_rows(key)
        self._show_detail()

    def _show_detail(self) -> None:
        self._detail.display = self._chosen is not None
        if self._chosen is not None:
            is_roomy = self.list.scrollable_content_region.width - 3 >= _ROOMY
            width = max(self.size.width - 6, 10)
            lines = (fit(one, width) for one in _detail(self._chosen, is_roomy=is_roomy))
            self._detail.update(Content("\n".join(lines)))

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._show_detail)

    def _on_row(self) -> None:
        self._show_detail()
        self.refresh_frame()  # its commands depend on the row

    def action_open(self) -> None:
        """Read the file of the row."""
        if (chosen := self._chosen) is not None:
            session = self.read(lambda: kept.open_received(self.workspace, chosen), None)
            if session is not None and self.save(lambda: kept.mark_as_read(self.workspace, chosen.current)):
                self.visit(Destination.GRID, session)

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
        """Stop what is being received, else go back to the list from a field, show every row again, leave."""
        if self._stop is not None:
            self._stop.set()
            return
        if isinstance(self.focused, TextField) and any(self.list.keys):
            self.list.focus()
        elif self._words:
            self._filter.clear()
        else:
            await super().action_leave()
        self._file.set_class(not self._lineages, "-montre")
        self._filter.set_class(bool(self._words), "-montre")

    # receiving

    def _receive(self, path: Path) -> None:
        """Verify and keep the files of `path` in the background."""
        if self.is_all_written():
            stop = self._stop = Event()

            def go_on() -> None:
                if stop.is_set():
                    raise Refusal("arrete", wording.STOPPED)

            self.show_message("Vérification des fichiers… Échap pour arrêter.")
            self.later(lambda: receive(self.workspace, (path,), go_on), self._tell, self._refused)

    def _refused(self, refusal: Refusal) -> None:
        self._stop = None
        self.refuse(refusal)

    def _tell(self, outcomes: tuple[Outcome, ...]) -> None:
        self._stop = None
        taken = [one for one in outcomes if one.state is State.TAKEN]
        if taken:
            self._file.typed.fill("")
            self._file.remove_class("-montre")
            self.list.focus()
        self._reload(taken[-1].assessment if taken else None)
        left = [one.message for one in outcomes if one.state is State.LEFT]
        if len(taken) == len(outcomes) - len(left) == 1:
            to_answer = TO_ANSWER if taken[0].review is not None and taken[0].own_id is not None else ""
            what = taken[0].message if taken[0].nature is Nature.WORKBOOK else f"Reçu : {taken[0].message}"
            said = filter(None, (what, to_answer, left_aside(left) if left else ""))
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
