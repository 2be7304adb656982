"""Reçues: the submissions received, one row per assessment; Entrée shows one on Résultats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from textual.content import Content

from ctg_tui.domain.assessment import Moment, Status
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.text import match_rank
from ctg_tui.services.received import kept
from ctg_tui.services.received.kept import Lineage
from ctg_tui.system.computer import local_time
from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.commands import Destination, cmd, leave
from ctg_tui.tui.list_page import HomeFilter, ListPage
from ctg_tui.tui.widgets.fields import TextField
from ctg_tui.tui.widgets.listing import (
    ACCENT,
    SOFT,
    Item,
    Line,
    Piece,
    hung,
    row,
    sentence,
    strong,
)
from ctg_tui.tui.widgets.strips import PlainStatic
from ctg_tui.wording.french import DASH, MOMENTS, NARROW, NBSP, STATUSES_OF_ASSESSMENT, count
from ctg_tui.wording.received import short

if TYPE_CHECKING:
    from textual.widget import Widget

    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


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
    return "".join(_in_columns(width, ("Territoire", "Personnes", "Année", figures, ""))).rstrip()


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
            *(f"{figure:>5}{low}", ""),
        )
        name, people, *others = _in_columns(width, texts)
        return [(strong(name), Piece(people), Piece("".join(others), SOFT))]

    below = []
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
        "votre évaluation" if lineage.own_id is not None else "",
        f"évaluation {_KINDS[current.moment]}, {STATUSES_OF_ASSESSMENT[current.status]}",
        f"reçu le {local_time(current.received_at):%d/%m/%Y}",
        shown(current.file_name),
        count(len(lineage.files), "fichier") if len(lineage.files) > 1 else "",
    )
    said = " · ".join(filter(None, parts))
    yield said[:1].upper() + said[1:]
    if not is_roomy and current.low is not None:
        yield f"{count(current.low, 'ligne')} de la Caf à 0 ou 1"


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
            "Lire ce fichier : ses résultats, ses notes et ses commentaires",
        ),
        cmd(
            *("recues.filtrer", "f7", "filter", "filtrer", 4),
            "Ne montrer que les lignes qui contiennent ces mots",
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

    def __init__(self, workspace: Workspace, session: Session | None = None) -> None:
        super().__init__(workspace, None)
        self._lineages: tuple[Lineage, ...] = ()
        self._words = ""
        self._detail = PlainStatic(id="detail")
        self._filter = HomeFilter(self._use_filter, self.list.focus, "Filtrer")

    def body(self) -> Iterable[Widget]:
        return *super().body(), self._detail, self._filter

    def headline(self) -> tuple[str, str]:
        return "Évaluations reçues", count(len(self._lineages), "reçue")

    def on_mount(self) -> None:
        self.watch(self.list, "cursor", self._on_row, init=False)
        self._reload()

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
            if session is not None:
                self.visit(Destination.RESULTS, session)

    def action_delete(self) -> None:
        if (chosen := self._chosen) is not None:
            said = (
                f"Supprimer ce qui a été reçu de {short(chosen.current)}{NARROW}? "
                "Une sauvegarde est faite avant."
            )
            self.ask(said, "Oui, supprimer", lambda: self._delete(chosen))

    def _delete(self, lineage: Lineage) -> None:
        if not self.save(lambda: kept.forget(self.workspace, lineage.key)):
            return
        self._reload()
        self.show_message("Supprimé. La sauvegarde faite juste avant permet de le retrouver.")

    # the fields

    def _use_filter(self, words: str) -> None:
        self._words = words
        self.show_rows()

    def action_filter(self) -> None:
        self._filter.add_class("-montre")
        self._filter.take_focus()

    async def action_leave(self) -> None:
        """Go back to the list from the filter, show every row again, leave."""
        if isinstance(self.focused, TextField) and any(self.list.keys):
            self.list.focus()
        elif self._words:
            self._filter.clear()
        else:
            await super().action_leave()
        self._filter.set_class(bool(self._words), "-montre")
