"""`importer` of a submission: what it is, and taking it back into an assessment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctg_tui.cli.databases import known_catalogue, workspace
from ctg_tui.cli.streams import print_line
from ctg_tui.domain.errors import DatabaseRefusal, typeset
from ctg_tui.services.received import read_submission
from ctg_tui.services.take_submission import present_id, take_back
from ctg_tui.wording.french import assessment_name, revision_state

if TYPE_CHECKING:
    from ctg_tui.submission.reader import Received


def look(path: Path, as_json: bool) -> dict[str, Any]:
    """Show a submission, and whether the database has its assessment. Raises InvalidSubmission."""
    received = read_submission(path, known_catalogue())
    present = _present_id(received)
    if present is not None:
        return _shown(_facts(path, received, "deja", present), as_json)
    facts = _facts(path, received, "lu", None)
    if not as_json:
        print_line(facts["message"])
        print_line(typeset("Rien n’a été enregistré. Pour la reprendre, ajoutez --nouvelle."))
    return facts


def _present_id(received: Received) -> int | None:
    """Return the assessment of the database that a submission comes from; None also without a database."""
    try:
        with workspace() as opened:
            return present_id(opened, received)
    except DatabaseRefusal as refusal:
        if refusal.code != "base-absente":
            raise
        return None


def take(path: Path, as_json: bool) -> dict[str, Any]:
    """Take a submission back into an assessment. Raises InvalidSubmission, Refusal."""
    with workspace(write=True) as opened:
        taken = take_back(opened, path)
    state = "pris" if taken.is_new else "deja"
    return _shown(_facts(path, taken.received, state, taken.assessment_id), as_json)


def _shown(facts: dict[str, Any], as_json: bool) -> dict[str, Any]:
    if not as_json:
        print_line(facts["message"])
    return facts


def _facts(path: Path, received: Received, state: str, assessment_id: int | None) -> dict[str, Any]:
    assessment = received.assessment
    name = f"{assessment_name(assessment.identity)}, {revision_state(received.status, assessment.revision)}"
    sentences = {
        "lu": f"Soumission : {name}.",
        "deja": f"Déjà là : {name}, évaluation n° {assessment_id}. Rien n’a été changé.",
        "pris": f"Reprise : {name}, nouvelle évaluation n° {assessment_id}.",
    }
    facts = {
        "fichier": str(path),
        "nature": "soumission",
        "etat": state,
        "code": {"lu": "soumission-lue", "deja": "deja-la", "pris": "soumission-prise"}[state],
        "message": typeset(sentences[state]),
        "evaluation": assessment.uuid,
        "revision": assessment.revision,
        "empreinte": received.fingerprint,
    }
    return facts if assessment_id is None else facts | {"id": assessment_id}
