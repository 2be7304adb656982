"""Grilles: the grids known here; install one, fill the assessment with another one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from textual.widget import Widget

from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid, Origin
from ctg_tui.domain.scores import line_count
from ctg_tui.services import grid_files
from ctg_tui.services.grid_files import KnownGrid, change_sentence
from ctg_tui.system.computer import local_time
from ctg_tui.tui.characters import shown
from ctg_tui.tui.commands import cmd, leave
from ctg_tui.tui.list_page import ListPage
from ctg_tui.tui.widgets.fields import FileRow
from ctg_tui.tui.widgets.listing import (
    Item,
    Piece,
    accent,
    blank,
    both,
    hung,
    row,
    section_title,
    sentence,
    soft,
    strong,
)
from ctg_tui.wording.french import count, day_and_time

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


class GridsScreen(ListPage):
    """The grids of the program and of the database, what each would change, and a field for another file."""

    TITLE_IN_HELP = "Grilles"
    KEY_COMMANDS = (
        cmd(
            *("grilles.changer", "enter", "change", "changer de grille", 2),
            "Continuer l’évaluation avec cette grille (une sauvegarde est faite avant, Ctrl+Z y revient)",
            when="has_another",
        ),
        cmd(
            *("grilles.installer", "i", "to_path", "installer un fichier", 3),
            "Installer un fichier de grille : donner son chemin",
        ),
        leave("grilles", bar=1),
    )
    DEFAULT_CSS = "GridsScreen FormRow { margin-bottom: 1; padding: 0 2; }"

    def __init__(self, workspace: Workspace, session: Session | None = None) -> None:
        super().__init__(workspace, session)
        self._known: tuple[KnownGrid, ...] = ()
        placeholder = "le chemin d’un fichier .toml, ou déposez-le ici"
        self._file = FileRow(
            "À installer", self._path, "", self._install, placeholder=placeholder, takes_drops=False
        )

    def on_mount(self) -> None:
        """Begin on the grid of the assessment: Entrée there changes nothing."""
        self.show_rows(self._own or None)

    def body(self) -> Iterable[Widget]:
        return self.list, self._file

    def headline(self) -> tuple[str, str]:
        known = count(len(self._known), "grille")
        return super().headline() if self.session else ("Grilles", known)

    @property
    def _own(self) -> str:
        """The fingerprint of the grid of the assessment."""
        return "" if self.session is None else self.session.assessment.grid_fingerprint

    @property
    def has_another(self) -> bool:
        return bool(self._own) and any(one.grid.fingerprint != self._own for one in self._known)

    def rows(self) -> Iterator[Item]:
        self._known = self.read(lambda: grid_files.known_grids(self.workspace), ())
        yield section_title(
            "Grilles proposées" if self._own else "Grilles proposées pour une nouvelle évaluation"
        )
        yield from (self._row(one) for one in self._known if one.is_offered)
        others = [self._row(one) for one in self._known if not one.is_offered]
        if others:
            yield section_title("Conservées avec vos évaluations")
            yield from others
        yield sentence(
            typeset(
                "Chaque évaluation garde la grille avec laquelle elle a été remplie, et n’en change que si "
                "vous le demandez. Rien n’est effacé : revenir à la première grille rend tout."
            )
        )

    def _row(self, known: KnownGrid) -> Item:
        own = "celle de cette évaluation" if known.grid.fingerprint == self._own else ""
        moment = None if known.stored_at is None else local_time(known.stored_at)
        whence = origin_name(known.origin, known.file_name, moment)
        used = count(known.used_by, "évaluation") if known.used_by else "aucune évaluation"
        parts = [
            both(strong(shown(known.grid.title)), accent(own)),
            both(Piece(shown(grid_facts(known.grid))), soft(used)),
            both(soft(shown(whence)), Piece("")),
        ]
        if self._own and not own:
            parts.append(hung("", shown(self._effect(known.grid))))
        return row(known.grid.fingerprint, *parts, blank)

    def _effect(self, grid: Grid) -> str:
        assessment = self.opened.assessment
        return self.read(lambda: typeset(change_sentence(self.workspace, assessment, grid)), "")

    def action_change(self) -> None:
        """Fill the assessment with the chosen grid, and show it."""
        chosen = next((one.grid for one in self._known if one.grid.fingerprint == self.list.key), None)
        if chosen is None:
            return
        if self.session is None:
            self.show_message("Ouvrez d’abord une évaluation, puis revenez ici (F2, « grilles »).")
            return
        assessment_id = self.session.assessment.id
        if chosen.fingerprint == self._own:
            self.show_message("C’est déjà la grille de cette évaluation.")
        elif self.asks_first(self.action_change):
            return
        elif self.save(lambda: self.workspace.adopt_grid(assessment_id, chosen)):
            self.reopen(assessment_id)
            self.show_message("Grille changée. Ctrl+Z rétablit la précédente.")

    def action_to_path(self) -> None:
        self._file.typed.focus()

    def _path(self, typed: str) -> Path | None:
        typed = typed.strip().strip("\"'")
        if not typed:
            self.list.focus()
            return None
        try:
            return Path(typed).expanduser()
        except RuntimeError:  # `~name` of a user unknown here
            self.show_message(f"Le dossier de « {typed} » est introuvable.", warning=True)
            return None

    def _install(self, path: Path) -> None:
        done = self.read(lambda: grid_files.install(self.workspace, path), None)
        if done is None:
            return
        file, is_new = done
        self._file.typed.fill("")
        self.list.focus()
        self.show_rows(file.grid.fingerprint)
        self.show_message(
            "Grille installée. Elle est proposée pour vos nouvelles évaluations ; les autres gardent la leur."
            if is_new
            else "Cette grille était déjà installée."
        )


def grid_facts(grid: Grid) -> str:
    """Return `version 2024-08 · 4 missions · 14 lignes et 37 proposées · 14 indicateurs`."""
    lines = line_count(grid.activities, grid.proposed_lines)
    proposed = f" et {count(lines.proposed, 'proposée')}" if lines.proposed else ""
    return " · ".join(
        (
            f"version {grid.version}",
            count(len(grid.missions), "mission"),
            f"{count(lines.own, 'ligne')}{proposed}",
            count(len(grid.indicators), "indicateur"),
        )
    )


def origin_name(origin: Origin, file_name: str, at: datetime | None) -> str:
    """Return where a grid comes from: `installée le 12 janvier 2027 à 14 h 02, fichier grille.toml`."""
    when = "" if at is None else f" le {day_and_time(at)}"
    if origin is Origin.SHIPPED:
        return "fournie avec le programme" if at is None else f"fournie avec le programme, enregistrée{when}"
    if origin is Origin.WORKBOOK:
        return f"lue{when} dans le tableur {file_name}"
    if origin is Origin.INSTALLED:
        return f"installée{when}, fichier {file_name}"
    return f"donnée par --grille, fichier {file_name}" + (f", enregistrée{when}" if when else "")
