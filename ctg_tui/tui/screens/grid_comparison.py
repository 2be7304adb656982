"""Another grid than that of an assessment: compared line by line, or the only one left; adopted by « A »."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from textual.widget import Widget

from ctg_tui.domain.assessment import Assessment, Status, holds_answers
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.grid_files import Kind, LineChange, line_changes
from ctg_tui.domain.scores import tally
from ctg_tui.domain.steps import answered_ids
from ctg_tui.services.grid_files import preview
from ctg_tui.tui.commands import Destination, cmd, leave, to
from ctg_tui.tui.screens.list_page import ListPage
from ctg_tui.tui.screens.page import Page
from ctg_tui.tui.screens.question import Sentence
from ctg_tui.tui.screens.summary_items import gap, line_item, section_title, sentence
from ctg_tui.tui.texts import shown, shown_text
from ctg_tui.tui.widgets.listing import PLAIN, SOFT, Item, hung, row
from ctg_tui.wording.french import MOMENTS, NBSP, TOPICS, count, territory_name
from ctg_tui.wording.grid_files import adopting, comparison_counts, effect, line_name, provenance_changes
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
    FINAL: str
    """Why an assessment that is final keeps its grid, and what to do."""

    def __init__(
        self, workspace: Workspace, session: Session | None, assessment: Assessment, other: Grid
    ) -> None:
        super().__init__(workspace, session)
        self._assessment, self._other = assessment, other

    def body(self) -> Iterable[Widget]:
        return Sentence(shown(self.advice())), self.list

    def advice(self) -> str:
        raise NotImplementedError

    def action_adopt(self) -> None:
        """Ask, back up, then fill the assessment with the other grid from now on."""
        assessment, this = self._assessment, self.THIS
        if assessment.status is Status.FINAL if self.session is None else self.session.is_read_only:
            self.show_message(self.FINAL, warning=True)
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
    FINAL = (
        "Cette évaluation est définitive : elle garde sa grille. Pour continuer avec celle-ci, "
        "ouvrez d’abord une nouvelle révision depuis l’accueil (R)."
    )

    def __init__(self, workspace: Workspace, session: Session, other: Grid) -> None:
        assessment = session.assessment
        super().__init__(workspace, session, assessment, other)
        # The whole grid: the session's has no line that is left aside.
        own = workspace.catalogue.find(assessment.grid_id, assessment.grid_fingerprint)
        self._own = own or session.grid
        self._changes = line_changes(self._own, other)

    def advice(self) -> str:
        done = effect(preview(self.workspace, self._assessment, self._other))
        return typeset(f"{comparison_counts(self._changes)} {done}")

    def headline(self) -> tuple[str, str]:
        own, other = self._own, self._other
        if own.id == other.id:
            return f"Grille {own.id} · version {own.version} → {other.version}", "rien n’est encore changé"
        return f"{own.id} → {other.id}", "rien n’est encore changé"

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
        cmd(
            *("grille-modifiee.adopter", "a", "adopt", "continuer avec la grille actuelle", 2),
            "Continuer l’évaluation avec la grille actuelle (une sauvegarde est faite avant)",
        ),
        to(Destination.GRIDS, "grille-modifiee", letters=("g",), bar=3),
        leave("grille-modifiee", bar=1, sentence="Revenir à l’accueil"),
    )
    THIS = "la grille actuelle"
    FINAL = (
        "Cette évaluation est définitive. Pour la continuer avec la grille actuelle, ouvrez d’abord "
        "une nouvelle révision depuis l’accueil (R)."
    )

    def __init__(self, workspace: Workspace, changed: GridChanged) -> None:
        super().__init__(workspace, None, changed.assessment, changed.grid)
        self._why = changed.message

    def advice(self) -> str:
        revise = "ouvrez une nouvelle révision depuis l’accueil"
        otherwise = revise if self._assessment.status is Status.FINAL else "appuyez sur A"
        return self._why + typeset(
            " Pour les retrouver, installez le fichier de cette grille (touche G). "
            f"Pour continuer avec la grille actuelle, {otherwise}."
        )

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
