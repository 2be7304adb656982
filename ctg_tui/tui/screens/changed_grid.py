"""Grille absente: an assessment whose very grid is not on this computer, read-only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ctg_tui.domain.assessment import Assessment, Status
from ctg_tui.domain.completeness import answered_ids
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import tally
from ctg_tui.tui.commands import Command, Destination, leave, to
from ctg_tui.tui.screens.adoption import adopt
from ctg_tui.tui.screens.page import Page
from ctg_tui.tui.screens.question import Sentence
from ctg_tui.tui.screens.summary_items import gap, line_item, section_title, sentence
from ctg_tui.tui.texts import shown, shown_text
from ctg_tui.tui.widgets.listing import Item, Listing
from ctg_tui.wording.french import MOMENTS, NBSP, TOPICS, count, territory_name
from ctg_tui.wording.lines import line_number, stored_line

if TYPE_CHECKING:
    from textual.widget import Widget

    from ctg_tui.services.grid_changed import GridChanged
    from ctg_tui.services.workspace import Workspace

_COMMANDS = (
    Command(
        "grille-modifiee.adopter",
        "adopt",
        "continuer avec la grille actuelle",
        "Continuer l’évaluation avec la grille actuelle (une sauvegarde est faite avant)",
        letters=("a",),
        bar=2,
    ),
    to(Destination.GRIDS, "grille-modifiee", letters=("g",), bar=3),
    leave("grille-modifiee", bar=1, sentence="Revenir à l’accueil"),
)


class ChangedGridScreen(Page):
    """The reason why the assessment is read-only, what to do, and every stored answer; no percentage."""

    TITLE_IN_HELP = "Grille absente"
    KEY_COMMANDS = _COMMANDS
    DEFAULT_CSS = """
    ChangedGridScreen {
        Sentence { height: auto; padding: 0 2; margin-bottom: 1; color: $accent; }
        Listing { padding: 0 1; }
    }
    """

    def __init__(self, workspace: Workspace, changed: GridChanged) -> None:
        super().__init__(workspace)
        self._changed = changed

    def body(self) -> Iterable[Widget]:
        changed = self._changed
        revise = "ouvrez une nouvelle révision depuis l’accueil"
        otherwise = revise if changed.assessment.status is Status.FINAL else "appuyez sur A"
        advice = (
            "Pour les retrouver, installez le fichier de cette grille (touche G). "
            f"Pour continuer avec la grille actuelle, {otherwise}."
        )
        yield Sentence(shown(f"{changed.message} {typeset(advice)}"))
        yield Listing(list(_items(self._changed.grid, self._changed.assessment)))

    def headline(self) -> tuple[str, str]:
        identity = self._changed.assessment.identity
        name = f"{territory_name(identity)} · {identity.year} · {MOMENTS[identity.moment]}"
        return name, "lecture seule · grille d’origine absente"

    def action_adopt(self) -> None:
        """Ask, back up, then fill the assessment with the present grid from now on."""
        changed = self._changed
        if changed.assessment.status is Status.FINAL:
            self.show_message(
                "Cette évaluation est définitive. Pour la continuer avec la grille actuelle, ouvrez d’abord "
                "une nouvelle révision depuis l’accueil (R).",
                warning=True,
            )
            return

        def adopted() -> None:
            self.reopen(changed.assessment.id)
            self.show_message("L’évaluation continue avec la grille actuelle. Ctrl+Z rétablit la précédente.")

        adopt(self, changed.assessment, changed.grid, "la grille actuelle", adopted)


def _items(grid: Grid, assessment: Assessment) -> Iterator[Item]:
    """Yield the counts that need no grid, then each answered line, under its present label if it has one."""
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
    labels = _labels(grid)
    policies = {policy.id: policy.label for policy in grid.policies}
    ids = answered_ids(assessment)
    for line_id in sorted(ids, key=lambda one: [*labels].index(one) if one in labels else len(labels)):
        line = stored_line(assessment, line_id, policies)
        yield line_item(line, labels.get(line_id, line_id))
    yield gap()
    for topic, text in assessment.preparation.items():
        yield section_title(TOPICS[topic])
        yield sentence(shown_text(text).strip())


def _labels(grid: Grid) -> Mapping[str, str]:
    """Return the number and label of each line, in the order of the grid."""
    activities = {line.id: f"{line_number(grid, line.id)}  {line.label}" for line in grid.activities.values()}
    return activities | {line.id: line.label for line in grid.indicators.values()}
