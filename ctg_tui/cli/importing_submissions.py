"""`importer --nouvelle` of a submission: taking it back into an assessment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctg_tui.cli.databases import workspace
from ctg_tui.cli.streams import print_line
from ctg_tui.domain.errors import typeset
from ctg_tui.services.take_submission import take_back
from ctg_tui.wording.french import assessment_name, revision_state

if TYPE_CHECKING:
    from ctg_tui.submission.reader import Received


def take(path: Path, doubles: bool, as_json: bool) -> dict[str, Any]:
    """Take a submission back into an assessment. Raises InvalidSubmission, Refusal."""
    with workspace(write=True) as opened:
        taken = take_back(opened, path, doubles=doubles)
    state = "pris" if taken.is_new else "deja"
    facts = _facts(path, taken.received, state, taken.assessment_id)
    if not as_json:
        print_line(facts["message"])
    return facts


def _facts(path: Path, received: Received, state: str, assessment_id: int) -> dict[str, Any]:
    assessment = received.assessment
    name = f"{assessment_name(assessment.identity)}, {revision_state(received.status, assessment.revision)}"
    sentences = {
        "deja": f"Déjà là : {name}, évaluation n° {assessment_id}. Rien n’a été changé.",
        "pris": f"Reprise : {name}, nouvelle évaluation n° {assessment_id}.",
    }
    return {
        "fichier": str(path),
        "nature": "soumission",
        "etat": state,
        "code": {"deja": "deja-la", "pris": "soumission-prise"}[state],
        "message": typeset(sentences[state]),
        "evaluation": assessment.uuid,
        "revision": assessment.revision,
        "empreinte": received.fingerprint,
        "id": assessment_id,
    }
