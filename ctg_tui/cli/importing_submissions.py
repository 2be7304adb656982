"""`importer --nouvelle` and `--dans` of a submission: taken into an assessment, new or one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctg_tui.cli.databases import chosen_id, workspace
from ctg_tui.cli.streams import print_line, print_message
from ctg_tui.domain.errors import typeset
from ctg_tui.services.other_version import OtherVersion, other_version, put_in_place
from ctg_tui.services.take_submission import read_back, take_back
from ctg_tui.system.files import shown_name
from ctg_tui.wording import received as wording
from ctg_tui.wording.french import assessment_name, revision_state

if TYPE_CHECKING:
    from ctg_tui.submission.reader import Received


def take(path: Path, doubles: bool, as_json: bool) -> dict[str, Any]:
    """Take a submission back into an assessment.

    Another version of an assessment that is here is refused. Raises InvalidSubmission, Refusal.
    """
    with workspace(write=True) as opened:
        found = read_back(opened, path)
        other = None if found.present is None else other_version(opened, found.present, found.received)
        if other is not None:
            return _refused(path, other, as_json=as_json)
        taken = take_back(opened, path, doubles=doubles)
    state = "pris" if taken.is_new else "deja"
    facts = _facts(path, taken.received, state, taken.assessment_id)
    if not as_json:
        print_line(facts["message"])
    return facts


def _refused(path: Path, other: OtherVersion, *, as_json: bool) -> dict[str, Any]:
    """Return the refusal to make a second assessment of one's own, printed; it gives the two ways on."""
    refusal = wording.not_a_new_one(shown_name(path), other.name, other.assessment_id, other.warning)
    if not as_json:
        print_message(refusal.sentences())
    return {**_facts_of_other(path, other), "etat": "refuse", "message": refusal.sentences()}


def put(path: Path, into: str, *, replace: bool, as_json: bool) -> dict[str, Any]:
    """Show how a submission differs from one's own assessment; with `replace`, put its content there.

    Raises InvalidSubmission, Refusal as `put_in_place` does, and `autre-evaluation`.
    """
    with workspace(write=replace) as opened:
        assessment_id = chosen_id(opened, into, latest=False)
        opened.store.load(assessment_id)
        found = read_back(opened, path)
        if found.present != assessment_id:
            raise wording.not_of_this_one(shown_name(path), assessment_id)
        other = other_version(opened, assessment_id, found.received)
        if other is not None and replace:
            put_in_place(opened, assessment_id, found.received, shown_name(path))
    if other is None:
        facts = _facts(path, found.received, "deja", assessment_id)
    else:
        facts = _facts_of_other(path, other, is_replaced=replace)
    if as_json:
        return facts
    print_line(facts["message"])
    if other is not None and not replace:
        for difference in other.differences:
            print_line(f"  {difference.sentence}.")
        print_line(typeset(wording.NOTHING_CHANGED))
    return facts


def _facts_of_other(path: Path, other: OtherVersion, *, is_replaced: bool = False) -> dict[str, Any]:
    name = shown_name(path)
    message = typeset(f"« {name} » : {other.name}.")
    if is_replaced:
        message = other.replaced_by(name)
    return _facts(path, other.received, "pris" if is_replaced else "lu", other.assessment_id) | {
        "code": "contenu-remplace" if is_replaced else "autre-version",
        "message": f"{message} {other.warning}".strip(),
        "differences": [
            {"ou": typeset(one.where), "ici": one.here, "fichier": one.there} for one in other.differences
        ],
    }


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
        "code": {"deja": "deja-la"}.get(state, "soumission-prise"),
        "message": typeset(sentences.get(state, "")),
        "evaluation": assessment.uuid,
        "revision": assessment.revision,
        "empreinte": received.fingerprint,
        "id": assessment_id,
    }
