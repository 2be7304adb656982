"""Grilles: the grids known here; install one, compare it with that of an assessment, adopt it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from textual.widget import Widget

from ctg_tui.domain.assessment import Assessment, Status, holds_answers
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.grid_files import Kind, LineChange, line_changes
from ctg_tui.domain.scores import tally
from ctg_tui.domain.steps import answered_ids
from ctg_tui.services import grid_files
from ctg_tui.services.grid_files import KnownGrid, preview
from ctg_tui.system.computer import local_time
from ctg_tui.tui.characters import shown, shown_text
from ctg_tui.tui.commands import Destination, cmd, leave
from ctg_tui.tui.dialogs import Sentence
from ctg_tui.tui.list_page import ListPage
from ctg_tui.tui.page import Page
from ctg_tui.tui.results import line_item
from ctg_tui.tui.widgets.fields import FileRow
from ctg_tui.tui.widgets.listing import (
    PLAIN,
    SOFT,
    Item,
    Piece,
    accent,
    blank,
    both,
    ends,
    gap,
    hung,
    row,
    section_title,
    sentence,
    soft,
    strong,
)
from ctg_tui.wording.french import MOMENTS, NBSP, TOPICS, count, territory_name
from ctg_tui.wording.grid_files import (
    adopting,
    comparison_counts,
    effect,
    grid_facts,
    line_name,
    origin_name,
    provenance_changes,
)
from ctg_tui.wording.lines import line_number, stored_line

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.grid_files import GridChanged
    from ctg_tui.services.workspace import Workspace


_SECTIONS: Final = {
    Kind.REWORDED: ("Reformulées", "reprises, à relire"),
    Kind.RENUMBERED: ("Renumérotées", "reprises"),
    Kind.MERGED: ("Fusionnées", "conservées à part"),
    Kind.SPLIT: ("Scindées", "conservées à part"),
    Kind.REMOVED: ("Supprimées", "conservées à part"),
    Kind.ADDED: ("Nouvelles", ""),
}
"""What each kind of line is called, and what becomes of what was entered there."""


_INSTALL, _ADOPT = "installer", "adopter"


def adopt(page: Page, assessment: Assessment, grid: Grid, name: str, then: Callable[[], None]) -> None:
    """Fill `assessment` with `grid`, called `name` in the question, and do `then` once that is written.

    It is confirmed if it has answers, and backed up before.
    """

    def write() -> None:
        page.workspace.adopt_grid(assessment.id, grid)
        then()

    if not holds_answers(assessment):
        page.save(write)
        return
    question = typeset(adopting(preview(page.workspace, assessment, grid), name))
    page.ask(question, "Oui, continuer avec cette grille", lambda: page.save(write))


class AnotherGridPage(ListPage):
    """What adopting the other grid would do, and below it the lines. Nothing is written before « A »."""

    DEFAULT_CSS = """
    AnotherGridPage Sentence { height: auto; padding: 0 2; margin-bottom: 1; color: $accent; }
    """
    THIS: str
    """What the other grid is called after « avec »."""

    def __init__(
        self, workspace: Workspace, session: Session | None, assessment: Assessment, other: Grid, advice: str
    ) -> None:
        super().__init__(workspace, session)
        self._assessment, self._other, self._advice = assessment, other, advice

    def body(self) -> Iterable[Widget]:
        return Sentence(shown(self._advice)), self.list

    def action_adopt(self) -> None:
        """Ask, back up, then fill the assessment with the other grid from now on."""
        assessment, this = self._assessment, self.THIS
        if assessment.status is Status.FINAL if self.session is None else self.session.is_read_only:
            self.show_message(
                "Définitive, elle garde sa grille : ouvrez une version corrigée (V, à l’accueil)."
            )
            return

        def adopted() -> None:
            self.reopen(assessment.id)
            self.show_message(f"L’évaluation continue avec {this}. Ctrl+Z rétablit la précédente.")

        name = "la grille actuelle" if self.session is None else f"la grille « {self._other.title} »"
        adopt(self, assessment, self._other, name, adopted)


class GridComparisonScreen(AnotherGridPage):
    """The lines that differ between the grid of an assessment and another one."""

    TITLE_IN_HELP = "Comparaison de grilles"
    KEY_COMMANDS = (
        cmd(
            *("comparaison.adopter", "a", "adopt", "continuer avec cette grille", 2),
            "Continuer l’évaluation avec cette grille (une sauvegarde est faite avant)",
        ),
        leave("comparaison", bar=1, sentence="Revenir aux grilles"),
    )
    THIS = "cette grille"

    def __init__(self, workspace: Workspace, session: Session, other: Grid) -> None:
        assessment = session.assessment
        # The whole grid: the session's has no line behind a closed door.
        own = workspace.catalogue.own_grid(assessment) or session.grid
        self._own, self._changes = own, line_changes(own, other)
        before, after = (f"« {one.title} », version {one.version}" for one in (own, other))
        done = effect(preview(workspace, assessment, other))
        advice = (
            f"De {before}, à {after} : rien n’est encore changé. {comparison_counts(self._changes)} {done}"
        )
        super().__init__(workspace, session, assessment, other, typeset(advice))

    def rows(self) -> Iterator[Item]:
        own, other, changes = self._own, self._other, self._changes
        for kind, (title, what) in _SECTIONS.items():
            lines = [change for change in changes if change.kind is kind]
            if lines:
                yield section_title(f"{title} ({len(lines)})", what)
                yield from (_line(own, other, change) for change in lines)
                yield gap()
        for title, names in provenance_changes(own, other, changes):
            yield section_title(f"{title} ({len(names)})")
            yield from (row(None, hung("", shown(name))) for name in names)
            yield gap()
        same = sum(change.kind is Kind.IDENTICAL for change in changes)
        only = " Seuls d’autres textes de la grille ont changé (titre, provenances, cadre)."
        others = only if same == len(changes) else ""
        yield sentence(typeset(f"{count(same, 'ligne identique', 'lignes identiques')}.{others}"))


def _line(own: Grid, other: Grid, change: LineChange) -> Item:
    parts = [hung("", shown(line_name(own, other, change)), PLAIN)]
    if change.kind is Kind.REWORDED and change.old is not None:
        parts.append(hung("      ", shown(typeset(f"avant : {own.line(change.old).label}")), SOFT))
    return row(None, *parts)


class ChangedGridScreen(AnotherGridPage):
    """Why an assessment whose very grid is not here is read-only, and all that it stores; no percentage."""

    TITLE_IN_HELP = "Grille absente"
    KEY_COMMANDS = (
        cmd("grille-modifiee.choisir", "enter", "choose", "choisir", 1, "Installer la grille, ou continuer"),
        cmd(
            *("grille-modifiee.adopter", "a", "adopt", "continuer avec la grille actuelle", 2),
            "Continuer l’évaluation avec la grille actuelle (une sauvegarde est faite avant)",
        ),
        leave("grille-modifiee", bar=1, sentence="Revenir à l’accueil"),
    )
    THIS = "la grille actuelle"

    def __init__(self, workspace: Workspace, changed: GridChanged) -> None:
        super().__init__(workspace, None, changed.assessment, changed.grid, changed.message)

    def headline(self) -> tuple[str, str]:
        identity = self._assessment.identity
        name = f"{territory_name(identity)} · {identity.year} · {MOMENTS[identity.moment]}"
        return name, "lecture seule · grille d’origine absente"

    def rows(self) -> Iterator[Item]:
        """Yield the counts that need no grid, then each answered line, under its present label, if any."""
        grid, assessment = self._other, self._assessment
        stored = tally(assessment.answers, assessment.answers)
        parts = (
            count(stored.rated, "note"),
            f"{stored.not_concerned}{NBSP}NC",
            count(len(assessment.comments), "commentaire"),
            count(len(assessment.numbers), "nombre"),
            count(len(assessment.actions), "action"),
        )
        yield row(_INSTALL, ends(strong("Installer le fichier de cette grille, pour retrouver ses chiffres")))
        yield row(_ADOPT, ends(strong("Continuer avec la grille actuelle")))
        yield gap()
        yield section_title("Ce qui est enregistré")
        yield sentence(" · ".join(parts))
        yield section_title("Vos réponses", "numéros et libellés de la grille actuelle")
        labels = {line.id: f"{line_number(grid, line.id)}  {line.label}" for line in grid.activities.values()}
        labels |= {line.id: line.label for line in grid.indicators.values()}
        policies = {policy.id: policy.label for policy in grid.policies}
        rank: Sequence[str] = [*labels]
        ids = answered_ids(assessment)
        for line_id in sorted(ids, key=lambda one: rank.index(one) if one in labels else len(labels)):
            yield line_item(stored_line(assessment, line_id, policies), labels.get(line_id, line_id))
        yield gap()
        for topic, text in assessment.preparation.items():
            yield section_title(TOPICS[topic])
            yield sentence(shown_text(text).strip())

    def action_choose(self) -> None:
        if self.list.key == _INSTALL:
            self.visit(Destination.GRIDS)
        else:
            self.action_adopt()


class GridsScreen(ListPage):
    """The grids of the program and of the database, and a field for the file of another one."""

    TITLE_IN_HELP = "Grilles"
    KEY_COMMANDS = (
        cmd(
            *("grilles.comparer", "enter", "compare", "comparer", 2),
            "Comparer cette grille avec celle de l’évaluation, ligne par ligne",
            when="has_another",
        ),
        cmd(
            *("grilles.installer", "i", "to_path", "installer un fichier", 3),
            "Installer un fichier de grille : donner son chemin",
        ),
        leave("grilles", bar=1),
    )
    DEFAULT_CSS = "GridsScreen FormRow { margin-bottom: 1; }"

    def __init__(self, workspace: Workspace, session: Session | None = None) -> None:
        super().__init__(workspace, session)
        self._known: tuple[KnownGrid, ...] = ()
        placeholder = "le chemin d’un fichier .toml, ou déposez-le ici"
        self._file = FileRow(
            "À installer", self._path, "", self._install, placeholder=placeholder, takes_drops=False
        )

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
            "La grille de cette évaluation, et les autres"
            if self._own
            else "Grilles proposées pour une nouvelle évaluation"
        )
        yield from (self._row(one) for one in self._known if one.is_offered)
        others = [self._row(one) for one in self._known if not one.is_offered]
        if others:
            yield section_title("Conservées avec vos évaluations")
            yield from others
        yield sentence(
            "Chaque évaluation garde la grille avec laquelle elle a été remplie. Elle n’en change que si "
            "vous le demandez, après une comparaison ligne par ligne."
        )

    def _row(self, known: KnownGrid) -> Item:
        own = "celle de cette évaluation" if known.grid.fingerprint == self._own else ""
        moment = None if known.stored_at is None else local_time(known.stored_at)
        whence = origin_name(known.origin, known.file_name, moment)
        used = count(known.used_by, "évaluation") if known.used_by else "aucune évaluation"
        return row(
            known.grid.fingerprint,
            both(strong(shown(known.grid.title)), accent(own)),
            both(Piece(shown(grid_facts(known.grid))), soft(used)),
            both(soft(shown(whence)), Piece("")),
            blank,
        )

    def action_compare(self) -> None:
        """Compare the chosen grid with that of the assessment."""
        chosen = next((one.grid for one in self._known if one.grid.fingerprint == self.list.key), None)
        if chosen is None:
            return
        if self.session is None:
            self.show_message("Ouvrez d’abord une évaluation, puis revenez ici (F2, « grilles »).")
        elif chosen.fingerprint == self._own:
            self.show_message("C’est déjà la grille de cette évaluation.")
        else:
            self.app.clear_notifications()  # one about an installation would cover what there is to read
            self.app.push_screen(GridComparisonScreen(self.workspace, self.session, chosen))

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
