"""Reçues: the submissions received, one row per assessment; Entrée shows one on Résultats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from threading import Event
from typing import TYPE_CHECKING, Final

from textual.events import Paste

from ctg_tui.domain.assessment import Status
from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.services import sending
from ctg_tui.services.files import OWN, TO_SEE, short
from ctg_tui.services.opening import dropped_path
from ctg_tui.services.received import kept
from ctg_tui.services.received.kept import Lineage
from ctg_tui.system.computer import local_time
from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.commands import Destination, cmd, leave
from ctg_tui.tui.dialogs import Offer, pick
from ctg_tui.tui.list_page import ListPage
from ctg_tui.tui.widgets.listing import ACCENT, SOFT, Item, Line, Piece, hung, row, sentence, soft, strong
from ctg_tui.wording.french import DASH, MOMENTS, NARROW, NBSP, count

if TYPE_CHECKING:
    from ctg_tui.report.consolidation import Consolidation
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


_ROOMY, _NARROW = 100, 64
"""Columns of the list from which the figures are said in words, and below which people are left out."""


_TITLES: Final = ("Territoire", "Personnes", "Année, envoi", "Lignes de la Caf", "Points")


def _in_columns(width: int, texts: Sequence[str]) -> list[str]:
    """Return the cells of a row; the points are its last one, where there are any."""
    others = ((22, 26, 9) if width >= _ROOMY else (15, 8, 8))[: len(texts) - 2]
    room = max(width - sum(others) - len(texts) + 1, 8)
    people = 0 if width < _NARROW else room - room // 2
    columns = (room - people, people, *others)
    return [f"{fit(text, column)} " for text, column in zip(texts, columns, strict=True)]


def _headings(width: int, number: int) -> str:
    titles = [one if width >= _ROOMY or one != _TITLES[3] else "Résultat" for one in _TITLES]
    return "".join(_in_columns(width, titles[:number])).rstrip()


def _file_of(lineage: Lineage) -> str:
    """Return `chaque année, reçu le 12/11/2026, CTG_….json`, where two rows look alike."""
    current = lineage.current
    day = f"{local_time(current.received_at):%d/%m/%Y}"
    return f"{MOMENTS[current.moment]}, reçu le {day}, {current.file_name}"


def _row(lineage: Lineage, number: int, *, is_alike: bool) -> Item:
    """Return an assessment received, in its first `number` columns."""
    current = lineage.current

    def line(width: int) -> Sequence[Line]:
        is_roomy = width >= _ROOMY
        draft = "" if current.status is Status.FINAL else " provisoire" if is_roomy else " prov."
        figure = DASH if current.percentage is None else f"{current.percentage}{NBSP}%"
        low = "" if current.low is None or not is_roomy else f" · {count(current.low, 'ligne')} à 0 ou 1"
        texts = (
            shown(lineage.name),
            shown(current.people) or DASH,
            f"{current.year} n°{NBSP}{current.sending}{draft}",
            f"{figure:>5}{low}",
            f"{current.open_points} {TO_SEE}" if current.open_points else "",
        )
        name, people, year, result, *points = _in_columns(width, texts[:number])
        return [(strong(name), Piece(people), soft(year + result), Piece("".join(points).rstrip()))]

    below = []
    if lineage.own_id is not None:
        below.append(hung("  ", OWN, SOFT))
    if is_alike:
        below.append(hung("  ", shown(_file_of(lineage)), SOFT))
    if lineage.conflict:
        below.append(hung("  ", typeset(f"à vérifier avec l’expéditeur : {lineage.conflict}"), ACCENT))
    return row(lineage.key, line, *below)


_NOTHING: Final = typeset(
    "Aucun fichier reçu pour l’instant. O ouvre un fichier ou un dossier ; vous pouvez aussi le déposer dans "
    "cette fenêtre. Chaque fichier est vérifié, puis gardé tel quel."
)


class ReceivedScreen(ListPage):
    """One row an assessment received."""

    TITLE_IN_HELP = "Reçues"
    KEY_COMMANDS = (
        cmd(
            *("recues.lire", "enter", "open", "lire", 1),
            "Lire ce fichier : résultats, notes, commentaires, et ce que la Caf en a dit",
        ),
        cmd(
            *("recues.classeur", "c", "write_workbook", "classeur", 2),
            "Enregistrer le classeur où répondre à cette personne : vos notes et remarques, en bleu",
        ),
        cmd(
            *("recues.tableau", "t", "write_table", "tableau de tous", 4),
            "Enregistrer un tableau de tous les fichiers reçus : une page à lire, puis les chiffres",
        ),
        cmd(
            *("recues.ouvrir", "o", "", "ouvrir", 3),
            "Ouvrir un fichier ou un dossier à recevoir",
            goes_to=Destination.OPENING,
        ),
        cmd("recues.chercher", "f7", "search", "chercher", 5, "Chercher un territoire, une personne"),
        cmd(
            *("recues.supprimer", "delete", "delete", "supprimer", 104),
            "Supprimer les fichiers reçus de cette évaluation (une sauvegarde est faite avant)",
        ),
        leave("recues", bar=3, sentence="Revenir à l’accueil"),
    )

    def __init__(self, workspace: Workspace, session: Session | None = None) -> None:
        super().__init__(workspace, None)
        self._lineages: tuple[Lineage, ...] = ()
        self._stop: Event | None = None

    def headline(self) -> tuple[str, str]:
        return "Évaluations reçues", count(len(self._lineages), "reçue")

    # the list

    def rows(self) -> Iterable[Item]:
        self._lineages = self.read(lambda: kept.lineages(self.workspace), self._lineages)
        alike = Counter(one.looks for one in self._lineages)
        number = self._number
        yield from (_row(one, number, is_alike=alike[one.looks] > 1) for one in self._lineages)
        if not self._lineages:
            yield sentence(_NOTHING)

    @property
    def _chosen(self) -> Lineage | None:
        return next((one for one in self._lineages if one.key == self.list.key), None)

    @property
    def _number(self) -> int:
        """The columns of a row: without points, theirs is left out."""
        return len(_TITLES) - (not any(one.current.open_points for one in self._lineages))

    @property
    def _width(self) -> int:
        return max(self.list.scrollable_content_region.width - 3, 20)

    def heading(self) -> str:
        return _headings(self._width, self._number) if self._lineages else ""

    def action_search(self) -> None:
        """Go to a row found by its territory, its people, its year."""
        offers = [
            Offer(one.key, f"{one.name} {one.current.year}", one.current.people, " ".join(one.words))
            for one in self._lineages
        ]
        pick(self.app, "Chercher parmi les fichiers reçus", offers, lambda one: self.list.select(one.key))

    def action_open(self) -> None:
        """Read the file of the row."""
        if (chosen := self._chosen) is not None:
            session = self.read(lambda: kept.open_received(self.workspace, chosen), None)
            if session is not None:
                self.visit(Destination.RESULTS, session)

    def on_paste(self, event: Paste) -> None:
        """Open the file that was dropped on the window."""
        if (path := dropped_path(event.text)) is not None:
            event.stop()
            self.visit(Destination.OPENING, place=path)

    def action_delete(self) -> None:
        if (chosen := self._chosen) is not None:
            number = len(chosen.files)
            files = "le fichier reçu" if number == 1 else f"les {number}{NBSP}fichiers reçus"
            said = f"Supprimer {files} de {short(chosen.current)}{NARROW}? Une sauvegarde est faite avant."
            self.ask(said, "Supprimer", lambda: self._delete(chosen))

    def _delete(self, lineage: Lineage) -> None:
        if self.save(lambda: kept.forget(self.workspace, lineage.key)):
            self.show_rows()
            self.show_message("Supprimé. La sauvegarde faite juste avant permet de le retrouver.")

    async def action_leave(self) -> None:
        """Stop what is being read, else leave."""
        if self._stop is not None:
            self._stop.set()
        else:
            await super().action_leave()

    # what is written, into the documents of the person

    def action_write_workbook(self) -> None:
        """Write the workbook in which to answer the file of the row."""
        if (chosen := self._chosen) is not None:
            folder = sending.default_folder()
            name = self.read(lambda: kept.write_workbook(self.workspace, chosen.current, folder), None)
            if name is not None:
                what = "Complétez les cellules bleues, puis envoyez ce classeur."
                self.show_message(typeset(f"« {name} » est dans {folder.name}. {what}"))

    def action_write_table(self) -> None:
        """Write the table of all files."""
        if not self._lineages or self._stop is not None:
            return
        stop, folder = Event(), sending.default_folder()
        self._stop = stop

        def go_on(_: int) -> None:
            if stop.is_set():
                raise Refusal("arrete", typeset("Arrêté : rien n’a été écrit."))

        def written(made: tuple[str, Consolidation]) -> None:
            self._stop = None
            name, content = made
            left_out = len(content.left_out)
            left = count(left_out, "fichier à part y est nommé", "fichiers à part y sont nommés")
            said = f"« {name} » est dans {folder.name} : {count(len(content.counted), 'évaluation')}."
            self.show_message(typeset(f"{said} {left}." if left_out else said))

        self.show_message("Lecture des fichiers reçus… Échap pour arrêter.")
        self.later(lambda: kept.write_table(self.workspace, folder, go_on), written, self._refused)

    def _refused(self, refusal: Refusal) -> None:
        self._stop = None
        self.refuse(refusal)
