"""Reçues: the submissions received, one row per assessment; Entrée shows one on Résultats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Final

from textual import on
from textual.content import Content
from textual.events import Paste

from ctg_tui.domain.assessment import Moment, Status
from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.domain.text import match_rank
from ctg_tui.services.opening import dropped_path
from ctg_tui.services.received import kept
from ctg_tui.services.received.kept import Lineage
from ctg_tui.services.sending import default_folder
from ctg_tui.system.computer import local_time
from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.commands import Command, Destination, adapted, cmd, leave
from ctg_tui.tui.list_page import HomeFilter, ListPage
from ctg_tui.tui.widgets.fields import FolderRow, TextField
from ctg_tui.tui.widgets.listing import ACCENT, SOFT, Item, Line, Piece, hung, row, sentence, strong
from ctg_tui.tui.widgets.strips import PlainStatic
from ctg_tui.wording import received as wording
from ctg_tui.wording.french import DASH, MOMENTS, NARROW, NBSP, STATUSES_OF_ASSESSMENT, count

if TYPE_CHECKING:
    from textual.widget import Widget

    from ctg_tui.report.consolidation import Consolidation
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


_ROOMY: Final = 100
"""Columns of the list from which the figures are said in words."""


def _columns(width: int) -> tuple[int, ...]:
    """Return the widths of the columns of a row: territory, people, year and sending, figures, points."""
    others = (22, 26, 9) if width >= _ROOMY else (15, 8, 8)
    room = max(width - sum(others) - 4, 8)
    return room // 2, room - room // 2, *others


def _in_columns(width: int, texts: Sequence[str]) -> list[str]:
    return [f"{fit(text, column)} " for text, column in zip(texts, _columns(width), strict=True)]


def _headings(width: int) -> str:
    figures = "Lignes de la Caf" if width >= _ROOMY else "Résultat"
    texts = ("Territoire", "Personnes", "Année, envoi", figures, "Points")
    return "".join(_in_columns(width, texts)).rstrip()


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
        figure = DASH if current.percentage is None else f"{current.percentage}{NBSP}%"
        low = "" if current.low is None or not is_roomy else f" · {count(current.low, 'ligne')} à 0 ou 1"
        texts = (
            shown(lineage.name),
            shown(current.people) or DASH,
            f"{current.year} n°{NBSP}{current.sending}{draft}",
            f"{figure:>5}{low}",
            f"{current.open_points} {wording.TO_SEE}" if current.open_points else "",
        )
        name, people, *others, points = _in_columns(width, texts)
        return [(strong(name), Piece(people), Piece("".join(others), SOFT), Piece(points.rstrip()))]

    below = []
    if lineage.own_id is not None:
        below.append(hung("  ", wording.OWN, SOFT))
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
    others = len(lineage.files) - 1
    parts = (
        f"Évaluation {_KINDS[current.moment]}, {STATUSES_OF_ASSESSMENT[current.status]}",
        f"reçu le {local_time(current.received_at):%d/%m/%Y}",
        count(others, "autre fichier", "autres fichiers") if others else "",
    )
    yield " · ".join(filter(None, parts))
    yield shown(current.file_name)
    if not is_roomy and current.low is not None:
        yield f"{count(current.low, 'ligne')} de la Caf à 0 ou 1"


_NOTHING: Final = typeset(
    "Aucun fichier reçu pour l’instant. O ouvre un fichier ou un dossier ; vous pouvez aussi le déposer dans "
    "cette fenêtre. Chaque fichier est vérifié, puis gardé tel quel."
)
_SAVE: Final = cmd(
    *("recues.enregistrer", "", "save", "enregistrer", 1),
    "Enregistrer dans ce dossier",
    shown_keys="Entrée",
)


class ReceivedScreen(ListPage):
    """The list, then the file of the row under the cursor."""

    TITLE_IN_HELP = "Reçues"
    WIDE_TITLE = "Évaluations reçues"
    KEY_COMMANDS = (
        cmd(
            *("recues.lire", "enter", "open", "lire", 1),
            "Lire ce fichier : résultats, notes, commentaires, et ce que la Caf en a dit",
        ),
        cmd(
            *("recues.classeur", "c", "write_workbook", "classeur", 2),
            "Enregistrer le classeur où répondre à cette personne : vos notes et remarques, en bleu",
            wide="classeur pour répondre",
        ),
        cmd(
            *("recues.tableau", "t", "write_table", "tableau de tous", 4),
            "Enregistrer un tableau de tous les fichiers reçus : une page à lire, puis les chiffres",
        ),
        cmd(
            *("recues.ouvrir", "o", "", "ouvrir", 3),
            "Ouvrir un fichier ou un dossier à recevoir",
            wide="ouvrir un fichier",
            goes_to=Destination.OPENING,
        ),
        cmd(
            *("recues.filtrer", "f7", "filter", "filtrer", 5),
            "Ne montrer que les lignes qui contiennent ces mots",
        ),
        cmd(
            *("recues.supprimer", "delete", "delete", "supprimer", 104),
            "Supprimer les fichiers reçus de cette évaluation (une sauvegarde est faite avant)",
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

    def __init__(self, workspace: Workspace, session: Session | None = None) -> None:
        super().__init__(workspace, None)
        self._lineages: tuple[Lineage, ...] = ()
        self._words = ""
        self._detail = PlainStatic(id="detail")
        self._filter = HomeFilter(self._use_filter, self.list.focus, "Filtrer")
        self._folder = FolderRow(str(default_folder()))
        self._write: Callable[[Path], object] | None = None
        """What is written once its folder is chosen; None while none is asked for."""
        self._stop: Event | None = None

    def body(self) -> Iterable[Widget]:
        return *super().body(), self._detail, self._filter, self._folder

    def headline(self) -> tuple[str, str]:
        return "Évaluations reçues", count(len(self._lineages), "reçue")

    def on_mount(self) -> None:
        self._reload()

    def on_show_again(self) -> None:
        self._reload()

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available: in the folder that is asked for, Entrée saves and Échap closes."""
        every = super().commands()
        return every if self._write is None else (_SAVE, *adapted(every, {"leave": {"label": "fermer"}}))

    # the list

    def _reload(self) -> None:
        self._lineages = self.read(lambda: kept.lineages(self.workspace), self._lineages)
        self.show_rows()

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
    def _width(self) -> int:
        return max(self.list.scrollable_content_region.width - 3, 20)

    def heading(self) -> str:
        return _headings(self._width) if self._lineages else ""

    def show_rows(self, key: str | None = None) -> None:
        super().show_rows(key)
        self._show_detail()

    def _show_detail(self) -> None:
        self._detail.display = self._chosen is not None
        if self._chosen is not None:
            width = max(self.size.width - 6, 10)
            lines = (fit(one, width) for one in _detail(self._chosen, is_roomy=self._width >= _ROOMY))
            self._detail.update(Content("\n".join(lines)))

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._show_detail)

    def on_row(self) -> None:
        self._show_detail()
        super().on_row()

    def action_open(self) -> None:
        """Read the file of the row."""
        if (chosen := self._chosen) is not None:
            session = self.read(lambda: kept.open_received(self.workspace, chosen), None)
            if session is not None:
                self.visit(Destination.RESULTS, session)

    def on_paste(self, event: Paste) -> None:
        """Open the file that was dropped on the window."""
        if not self.is_typing and (path := dropped_path(event.text)) is not None:
            event.stop()
            self.visit(Destination.OPENING, place=path)

    def action_delete(self) -> None:
        if (chosen := self._chosen) is not None:
            number = len(chosen.files)
            files = "le fichier reçu" if number == 1 else f"les {number}{NBSP}fichiers reçus"
            said = (
                f"Supprimer {files} de {wording.short(chosen.current)}{NARROW}? Une sauvegarde est faite "
                "avant."
            )
            self.ask(said, "Oui, supprimer", lambda: self._delete(chosen))

    def _delete(self, lineage: Lineage) -> None:
        if self.save(lambda: kept.forget(self.workspace, lineage.key)):
            self._reload()
            self.show_message("Supprimé. La sauvegarde faite juste avant permet de le retrouver.")

    # the filter

    def _use_filter(self, words: str) -> None:
        self._words = words
        self.show_rows()

    def action_filter(self) -> None:
        self._filter.add_class("-montre")
        self._filter.take_focus()

    async def action_leave(self) -> None:
        """Stop what is being read, else go back to the list from a field, show every row again, leave."""
        if self._stop is not None:
            self._stop.set()
        elif self._write is not None:
            self._ask_folder(None)
        elif isinstance(self.focused, TextField) and any(self.list.keys):
            self.list.focus()
        elif self._words:
            self._filter.clear()
        else:
            await super().action_leave()
        self._filter.set_class(bool(self._words), "-montre")

    # what is written

    def action_write_workbook(self) -> None:
        """Write the workbook in which to answer the file of the row, once its folder is chosen."""
        if (chosen := self._chosen) is not None:
            self._ask_folder(lambda folder: self._write_workbook(chosen, folder))

    def action_write_table(self) -> None:
        """Write the table of all files, once its folder is chosen."""
        if self._lineages:
            self._ask_folder(self._write_table)

    def _ask_folder(self, write: Callable[[Path], object] | None) -> None:
        """Ask for the folder that `write` writes into; None: no longer."""
        self._write = write
        self._folder.set_class(write is not None, "-montre")
        self._folder.show_problem("")
        (self.list if write is None else self._folder.typed).focus()
        self.refresh_frame()

    @on(TextField.Submitted)
    def _on_submitted(self, event: TextField.Submitted) -> None:
        event.stop()
        self.action_save()

    def action_save(self) -> None:
        """Write into the folder typed."""
        write, folder = self._write, self._folder.read()
        if write is not None and folder is not None:
            self._ask_folder(None)
            write(folder)

    def _write_workbook(self, lineage: Lineage, folder: Path) -> None:
        name = self.read(lambda: kept.write_workbook(self.workspace, lineage.current, folder), None)
        if name is not None:
            self.show_message(workbook_written(name, folder.name))

    def _write_table(self, folder: Path) -> None:
        stop = self._stop = Event()

        def go_on(_: int) -> None:
            if stop.is_set():
                raise Refusal("arrete", typeset("Arrêté : rien n’a été écrit."))

        self.show_message("Lecture des fichiers reçus… Échap pour arrêter.")
        self.later(
            lambda: kept.write_table(self.workspace, folder, go_on),
            lambda made: self._table_is_written(*made, folder),
            self._refused,
        )

    def _refused(self, refusal: Refusal) -> None:
        self._stop = None
        self.refuse(refusal)

    def _table_is_written(self, name: str, content: Consolidation, folder: Path) -> None:
        self._stop = None
        self.show_message(table_written(name, folder.name, len(content.counted), len(content.left_out)))


def workbook_written(name: str, folder: str) -> str:
    """Return that the workbook to answer in is written, and what to do with it."""
    return typeset(f"« {name} » est dans {folder}. Complétez les cellules bleues, puis envoyez ce classeur.")


def table_written(name: str, folder: str, counted: int, left_out: int) -> str:
    """Return that the table of all files is written, and how many files it leaves out."""
    left = (
        f" {count(left_out, 'fichier à part y est nommé', 'fichiers à part y sont nommés')}."
        if left_out
        else ""
    )
    return typeset(f"« {name} » est dans {folder} : {count(counted, 'évaluation')}.{left}")
