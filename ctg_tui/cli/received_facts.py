"""What `importer` prints of received files, as JSON and as lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ctg_tui.cli import import_facts
from ctg_tui.cli.databases import moment_text
from ctg_tui.cli.streams import print_line, print_message
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.fingerprint import short_fingerprint
from ctg_tui.formats.documents import note_of
from ctg_tui.services.take_received import Outcome, State
from ctg_tui.spreadsheet.returned_report import sent_note
from ctg_tui.wording.french import NBSP
from ctg_tui.wording.received import import_summary, left_aside, receipt
from ctg_tui.wording.review import receipt as review_receipt

if TYPE_CHECKING:
    from ctg_tui.review.document import ReceivedReview
    from ctg_tui.services.import_spreadsheet import WorkbookFile
    from ctg_tui.spreadsheet.returned_report import ReturnedReport
    from ctg_tui.storage.submissions import StoredSubmission


def of_received(received: Outcome | WorkbookFile) -> dict[str, Any]:
    """Return what became of a received file; a workbook that was only read gives its lists."""
    if not isinstance(received, Outcome):
        return import_facts.of_file(received)
    piece, submission = received.piece, received.submission
    facts: dict[str, Any] = {
        "fichier": str(piece.path),
        **({"piece": piece.inside} if piece.inside else {}),
        "nature": received.nature.value,
        "etat": None if received.state is None else received.state.value,
        "code": received.code,
        "message": received.message,
    }
    if received.review is not None:
        facts |= _review_facts(received.review)
    if received.workbook is not None:
        facts |= _workbook_facts(received.workbook)
    if received.own_id is not None:
        facts["id"] = received.own_id
    return facts if submission is None else facts | _submission_facts(submission)


def _review_facts(received: ReceivedReview) -> dict[str, Any]:
    review = received.review
    return {
        "empreinte": received.fingerprint,
        "empreinte_courte": short_fingerprint(received.fingerprint),
        "soumission": received.document["soumission"],
        "auteur": received.document["auteur"],
        "remarques": len(review.remarks),
        "questions": len(review.questions),
        "notes_convenues": len(review.agreed),
        "a_part": list(received.apart),
        "accuse": review_receipt(received.fingerprint),
    }


def _workbook_facts(report: ReturnedReport) -> dict[str, Any]:
    return {
        "notes_changees": [
            {
                "adresse": changed.address,
                "activite": changed.cell.activity,
                "politique": changed.cell.policy,
                "envoyee": None if changed.sent is None else note_of(changed.sent),
                "presente": changed.now,
            }
            for changed in report.changed_notes
        ],
        "commentaires_changes": list(report.changed_comments),
        "non_lu": [
            {"adresse": unread.address, "valeur": unread.value, "raison": typeset(unread.reason)}
            for unread in report.unread
        ],
    }


def _submission_facts(submission: StoredSubmission) -> dict[str, Any]:
    return {
        "empreinte": submission.fingerprint,
        "empreinte_courte": short_fingerprint(submission.fingerprint),
        "evaluation": submission.lineage,
        "revision": submission.revision,
        "statut": submission.status.value,
        "territoire": submission.territory_name,
        "annee": submission.year,
        "moment": submission.moment.value,
        "remplace": submission.replaces,
        "recu_le": moment_text(submission.received_at),
        "accuse": receipt(submission.fingerprint),
    }


def _show_unread(report: ReturnedReport) -> None:
    """Print each cell that was not read, and each self-note that was changed, with its address."""
    for changed in report.changed_notes:
        sent = sent_note(changed) or "sans réponse"
        print_line(typeset(f"  changée      {changed.address} : {sent} envoyé, {changed.now or 'vide'} ici."))
    for unread in report.unread:
        print_line(typeset(f"  non lu       {unread.address} : {unread.reason}"))


def show(received: Sequence[Outcome | WorkbookFile]) -> None:
    """Print what became of each file; refused ones as messages, with why."""
    left = [one.message for one in received if isinstance(one, Outcome) and one.state is State.LEFT]
    found = [one for one in received if not (isinstance(one, Outcome) and one.state is State.LEFT)]
    states = Counter(one.state for one in found if isinstance(one, Outcome) and not one.is_no_file)
    for one in found:
        if not isinstance(one, Outcome):
            import_facts.show(one)
            continue
        if one.state is State.REFUSED:
            print_message(one.message)
        elif one.state is State.TAKEN and one.submission is not None:
            print_line(f"{one.piece.name}{NBSP}: {one.message}")
            print_line(f"  À renvoyer à l’expéditeur{NBSP}: {receipt(one.submission.fingerprint)}")
        elif one.state is State.TAKEN and one.review is not None:
            print_line(f"{one.piece.name}{NBSP}: {one.message}")
            print_line(f"  À renvoyer à son auteur{NBSP}: {review_receipt(one.review.fingerprint)}")
        else:
            print_line(one.message)
        if one.workbook is not None:
            _show_unread(one.workbook)
    if left:
        print_line(left_aside(left))
    if len(states) > 1 or sum(states.values()) > 1:
        print_line(
            import_summary(
                *(states[state] for state in (State.TAKEN, State.ALREADY, State.REFUSED, State.READ))
            )
        )
    if any(not isinstance(one, Outcome) for one in found):
        print_line(
            typeset(
                "Aucun tableur n’a été enregistré. Pour en reprendre un, ajoutez --nouvelle, ou --dans ID "
                "pour compléter une évaluation."
            )
        )
