"""Taking a submission back into an assessment, after a question."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ctg_tui.domain.errors import typeset
from ctg_tui.services.received.intake import said_if_left
from ctg_tui.services.received.own import (
    FoundBack,
    OtherVersion,
    TakenBack,
    other_version,
    read_back,
    take_back,
)
from ctg_tui.services.workspace import double_of
from ctg_tui.tui.screens.page import Page
from ctg_tui.wording.french import assessment_name, revision_state

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Workspace


def offer(page: Page, path: Path, then: Callable[[TakenBack], None]) -> None:
    """Say what the submission at `path` is, ask, take it back, and do `then` with what was taken.

    One whose assessment is here already is not taken: `then` is called at once. Another version of it is
    received, as any file of others.
    """
    left = said_if_left(path)
    if left:
        page.show_message(left)
        return
    looked = page.read(lambda: _look(page.workspace, path), None)
    if looked is None:
        return
    found, other = looked
    if other is not None:
        from ctg_tui.tui.screens.received import ReceivedScreen

        if page.is_current:
            page.app.push_screen(ReceivedScreen(page.workspace, None, path))
        return
    if found.present is not None:
        page.show_message("Cette évaluation est déjà ici : rien n’a été changé.")
        then(TakenBack(found.present, is_new=False, received=found.received))
        return
    assessment = found.received.assessment
    name = f"{assessment_name(assessment.identity)}, {revision_state(assessment.status, assessment.revision)}"

    def take() -> None:
        taken = page.read(lambda: take_back(page.workspace, path, doubles=True), None)
        if taken is not None:
            page.show_message("Évaluation reprise du fichier. Vous pouvez la continuer.")
            then(taken)

    double = page.read(lambda: double_of(page.workspace, assessment.identity), None)
    warning = "" if double is None else f"{double.sentence} Ce serait une deuxième. "
    question = typeset(
        f"{warning}Reprendre {name}, dans une évaluation modifiable ? Le fichier reste comme il est."
    )
    page.ask(question, "Oui, la reprendre", take)


def _look(workspace: Workspace, path: Path) -> tuple[FoundBack, OtherVersion | None]:
    """Return the submission at `path`, and how it differs from the assessment that is here, if it does."""
    found = read_back(workspace, path)
    other = None if found.present is None else other_version(workspace, found.present, found.received)
    return found, other
