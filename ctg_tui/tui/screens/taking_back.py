"""Taking a submission back into an assessment, after a question."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ctg_tui.domain.errors import typeset
from ctg_tui.services.beginning import double_of
from ctg_tui.services.take_submission import TakenBack, read_back, take_back
from ctg_tui.tui.screens.page import Page
from ctg_tui.wording.french import assessment_name, revision_state


def offer(page: Page, path: Path, then: Callable[[TakenBack], None]) -> None:
    """Say what the submission at `path` is, ask, take it back, and do `then` with what was taken.

    One whose assessment is here already is not taken: `then` is called at once.
    """
    found = page.read(lambda: read_back(page.workspace, path), None)
    if found is None:
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
