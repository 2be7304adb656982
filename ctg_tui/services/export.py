"""The export of an assessment, shared by screen and command: check, write, verify, make final."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from ctg_tui import SOFTWARE
from ctg_tui.domain.assessment import Assessment, Status
from ctg_tui.domain.completeness import Finding, Severity
from ctg_tui.domain.errors import InvalidDocument, NotSaved, Refusal
from ctg_tui.domain.fingerprint import short_fingerprint
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.text import clean
from ctg_tui.formats.documents import Document
from ctg_tui.services.outputs import check_output, protected_files, remove_leftovers_below
from ctg_tui.submission.document import build
from ctg_tui.submission.reader import read
from ctg_tui.submission.writer import Counts, file_name, write
from ctg_tui.wording.help import NOT_SENT, NOT_SENT_ADVICE
from ctg_tui.wording.steps import finding

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Workspace


@dataclass(frozen=True)
class Sent:
    """A submission that is on the disk, read again and verified.

    `fingerprint` is that of the state, 64 hexadecimal digits. `findings` are those of the assessment sent.
    """

    path: Path
    status: Status
    revision: int
    fingerprint: str
    counts: Counts
    findings: tuple[Finding, ...]

    @property
    def short(self) -> str:
        """The short fingerprint (`7F3A-21C0`), to compare over the phone: not a signature."""
        return short_fingerprint(self.fingerprint)


@dataclass(frozen=True)
class Outgoing:
    """The submission that an export would write. Nothing is written or changed yet.

    `status` is the submission's. `becomes_final` is True if the assessment takes it with the export.
    """

    grid: Grid
    assessment: Assessment
    status: Status
    becomes_final: bool
    findings: tuple[Finding, ...]
    created_at: datetime
    document: Document


def compose(workspace: Workspace, assessment_id: int, status: Status | None = None) -> Outgoing:
    """Return the submission of an assessment.

    `status` is the present one unless FINAL is asked for. A final assessment always goes as final, also
    from a database opened for reading.

    Raises Refusal: `export-incomplet` (FINAL with something blocking), `lecture-seule`, `grille-changee`,
    `exemple` for one in memory: no file is made of it.
    """
    if workspace.store.is_in_memory:
        raise Refusal("exemple", NOT_SENT, NOT_SENT_ADVICE)
    from ctg_tui.services.sent_state import as_sent, before_sending  # only to write a file

    grid, assessment = workspace.load(assessment_id)
    assessment = as_sent(workspace, grid, assessment)
    is_final = assessment.status is Status.FINAL
    wanted = Status.FINAL if is_final else status or Status.DRAFT
    findings = before_sending(workspace, grid, assessment)
    if wanted is Status.FINAL:
        _require_exportable(workspace, grid, assessment, findings)
    created_at = workspace.clock().astimezone(UTC).replace(microsecond=0)  # the precision of the submission
    document = build(
        grid,
        assessment,
        status=wanted,
        created_at=created_at,
        identifier=uuid4(),
        software=SOFTWARE,
    )
    becomes_final = wanted is Status.FINAL and not is_final
    return Outgoing(grid, assessment, wanted, becomes_final, findings, created_at, document)


def export(
    workspace: Workspace,
    assessment_id: int,
    folder: Path,
    status: Status | None = None,
    *,
    replace: bool = False,
) -> Sent:
    """Write the submission of an assessment into `folder`.

    Once a final one is written and verified, the assessment is read-only until a new revision. A former
    export of the same state is replaced; another file of its name only with `replace`.

    Raises Refusal as `compose`, `check_folder` and `check_output` do, and WriteRefusal: nothing is then
    written or changed.
    """
    outgoing = compose(workspace, assessment_id, status)
    check_folder(folder)
    path = folder / file_name(outgoing.document)
    replace = replace or _is_same_state(path, outgoing, workspace)
    check_output(path, protected_files(workspace.store.path), replace=replace)
    remove_leftovers_below(folder)
    existed = path.exists()
    written = write(folder, outgoing.document, workspace.catalogue)
    if outgoing.becomes_final:
        try:
            workspace.store.finalise(assessment_id, written.fingerprint)
        except NotSaved:
            # A provisional assessment must leave no final file. If fsync fails after COMMIT, the change may
            # be stored: the file then stays.
            is_final = workspace.load(assessment_id)[1].status is Status.FINAL
            if not is_final and not existed:
                with contextlib.suppress(OSError):  # report the database's error
                    written.path.unlink()
            raise
    revision = outgoing.assessment.revision
    return Sent(
        written.path, outgoing.status, revision, written.fingerprint, written.counts, outgoing.findings
    )


def _is_same_state(path: Path, outgoing: Outgoing, workspace: Workspace) -> bool:
    """Return True if `path` is a valid submission of the state and status of `outgoing`."""
    try:
        present = read(path, workspace.catalogue)
    except InvalidDocument:
        return False
    fingerprint: str = outgoing.document["integrite"]["empreinte"]
    return present.status is outgoing.status and fingerprint == present.fingerprint


def _require_exportable(
    workspace: Workspace, grid: Grid, assessment: Assessment, findings: tuple[Finding, ...]
) -> None:
    if assessment.status is Status.FINAL:
        if grid.fingerprint != assessment.grid_fingerprint:
            raise Refusal(
                "grille-changee",
                "La grille a changé depuis que cette évaluation est définitive : le fichier ne serait plus "
                "le même. Rien n’a été écrit.",
                "Envoyez le fichier enregistré alors, ou ouvrez une nouvelle révision.",
            )
        return
    blocking = [item for item in findings if item.severity is Severity.BLOCKING]
    if blocking:
        reasons = " ".join(map(finding, blocking))
        raise Refusal(
            "export-incomplet",
            f"L’évaluation n’est pas complète. {reasons} Rien n’a été écrit.",
            "Complétez-la, ou choisissez « provisoire ».",
        )
    if not workspace.store.writes:
        raise Refusal(
            "lecture-seule",
            "Vos évaluations sont ouvertes en lecture seule : celle-ci ne peut pas devenir définitive. "
            "Rien n’a été écrit.",
            "Choisissez « provisoire », ou fermez l’autre fenêtre de ctg-tui et recommencez.",
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
            "pas-un-dossier",
            f"« {shown} » est un fichier, pas un dossier.",
            "Indiquez le dossier qui le contient.",
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise Refusal(
            "dossier-protege",
            f"Vous n’avez pas le droit d’écrire dans « {shown} ».",
            "Choisissez un autre dossier, par exemple vos documents.",
        )


def typed_folder(typed: str) -> Path:
    """Return the folder that a person typed, with or without quotes, `~` being the home folder.

    Raises Refusal without one, and as `check_folder` does.
    """
    text = typed.strip().strip('"')
    if not text:
        raise Refusal("dossier-vide", "Indiquez le dossier où enregistrer.")
    try:
        folder = Path(text).expanduser()
    except RuntimeError as error:  # the home folder of a user unknown here
        raise Refusal(
            "dossier-absent", f"« {clean(text)} » n’existe pas ici.", "Choisissez un autre dossier."
        ) from error
    check_folder(folder)
    return folder


def default_folder() -> Path:
    """Return the person's documents folder, else their home folder."""
    import platformdirs  # only when nothing was chosen

    documents = platformdirs.user_documents_dir()
    return Path(documents) if os.path.isdir(documents) else Path.home()  # noqa: PTH112 - a drive that does not answer raises nothing here
