"""The export of an assessment, the same from the screen and the command: check, write, verify, make final."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from ctg_tui import __version__
from ctg_tui.domain.assessment import Assessment, Status
from ctg_tui.domain.completeness import Finding, Severity, check
from ctg_tui.domain.errors import NotSaved, Refusal
from ctg_tui.domain.fingerprint import short_fingerprint
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.text import clean
from ctg_tui.submission.document import build
from ctg_tui.submission.writer import Counts, file_name, write
from ctg_tui.wording.french import finding

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Workspace

SOFTWARE = f"ctg-tui {__version__}"


@dataclass(frozen=True)
class Sent:
    """A submission that is on the disk, read again and verified.

    `fingerprint` is that of the state, 64 hexadecimal digits. `findings` are what was still to look at.
    """

    path: Path
    status: Status
    revision: int
    fingerprint: str
    counts: Counts
    findings: tuple[Finding, ...]

    @property
    def short(self) -> str:
        """`7F3A-21C0`, to be read over the phone. It detects accidents; it is not a signature."""
        return short_fingerprint(self.fingerprint)


def export(workspace: Workspace, assessment_id: int, folder: Path, status: Status | None = None) -> Sent:
    """Write the submission of an assessment into `folder`.

    `status` is the present one unless FINAL is asked for: once the file is written and verified, the
    assessment is read-only until a new revision. A final assessment is always exported as final, and a base
    opened without writing exports what it holds.

    Raises Refusal: `export-incomplet` (FINAL with something blocking), `lecture-seule`, `grille-changee`,
    those of `check_folder`, and WriteRefusal. Nothing is written and nothing changes then.
    """
    grid, assessment = workspace.load(assessment_id)
    already_final = assessment.status is Status.FINAL
    wanted = Status.FINAL if already_final else status or Status.DRAFT
    findings = check(grid, assessment)
    if wanted is Status.FINAL:
        _require_exportable(workspace, grid, assessment, findings)
    check_folder(folder)
    document = build(
        grid,
        assessment,
        status=wanted,
        created_at=workspace.clock(),
        identifier=uuid4(),
        software=SOFTWARE,
    )
    stood = os.path.lexists(folder / file_name(document))
    written = write(folder, document, workspace.catalogue)
    if wanted is Status.FINAL and not already_final:
        try:
            workspace.store.finalise(assessment_id, written.fingerprint)
        except NotSaved:
            # A final file of an assessment that is not final must not go about. A disk can also refuse the
            # last sync of a change that the base already holds: the file then stays.
            is_final = workspace.load(assessment_id)[1].status is Status.FINAL
            if not is_final and not stood:
                with contextlib.suppress(OSError):  # the refusal to be told is the base's
                    written.path.unlink()
            raise
    return Sent(written.path, wanted, assessment.revision, written.fingerprint, written.counts, findings)


def _require_exportable(
    workspace: Workspace, grid: Grid, assessment: Assessment, findings: tuple[Finding, ...]
) -> None:
    if assessment.status is Status.FINAL:
        if grid.fingerprint != assessment.grid_fingerprint:
            raise Refusal(
                "grille-changee",
                "La grille a changé depuis que cette évaluation est définitive : le fichier ne serait plus "
                "le même. Rien n’a été écrit.",
                "Envoyez le fichier exporté alors, ou ouvrez une nouvelle révision.",
            )
        return
    blocking = [one for one in findings if one.severity is Severity.BLOCKING]
    if blocking:
        reasons = " ".join(finding(one) for one in blocking)
        raise Refusal(
            "export-incomplet",
            f"L’évaluation n’est pas complète. {reasons} Rien n’a été écrit.",
            "Complétez-la, ou exportez-la comme provisoire.",
        )
    if not workspace.store.writes:
        raise Refusal(
            "lecture-seule",
            "La base est ouverte en lecture seule : l’évaluation ne peut pas devenir définitive. "
            "Rien n’a été écrit.",
            "Exportez-la comme provisoire, ou fermez l’autre fenêtre de ctg-tui et recommencez.",
        )


def check_folder(folder: Path) -> None:
    """Raise Refusal when nothing can be written into `folder`."""
    shown = clean(str(folder))
    try:
        is_folder = folder.is_dir()
        exists = is_folder or folder.exists()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise Refusal(
            "dossier-illisible", f"« {shown} » ne peut pas être ouvert.", "Choisissez un autre dossier."
        ) from error
    if not exists:
        raise Refusal(
            "dossier-absent",
            f"Le dossier « {shown} » n’existe pas.",
            "Créez-le, ou choisissez-en un autre.",
        )
    if not is_folder:
        raise Refusal(
            "pas-un-dossier", f"« {shown} » est un fichier, pas un dossier.", "Donnez le dossier où il est."
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise Refusal(
            "dossier-protege",
            f"Vous n’avez pas le droit d’écrire dans « {shown} ».",
            "Choisissez un autre dossier, par exemple vos documents.",
        )


def default_folder() -> Path:
    """The person's documents, or their home folder."""
    import platformdirs  # only when nothing was chosen

    documents = platformdirs.user_documents_dir()
    return Path(documents) if os.path.isdir(documents) else Path.home()  # noqa: PTH112
