"""The submission: checked, written, verified, made final; and every file to send, in one folder."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from ctg_tui import SOFTWARE
from ctg_tui.domain.assessment import Assessment, Status
from ctg_tui.domain.errors import InvalidDocument, NotSaved, Refusal, typeset
from ctg_tui.domain.forecast import UNFILLED, Forecast, ForecastTable, tabulate, with_people
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.steps import Finding, Severity
from ctg_tui.domain.text import clean, short_fingerprint
from ctg_tui.formats import Document
from ctg_tui.report import forecast as forecast_workbook
from ctg_tui.report import mail
from ctg_tui.report.content import ReportContent
from ctg_tui.report.mail import MAIL_NAME, TEXT_NAME, Attachment
from ctg_tui.services.files import check_output, protected_files, remove_leftovers_below
from ctg_tui.services.report import content_of
from ctg_tui.services.review.answering import as_sent, before_sending
from ctg_tui.services.spreadsheet.filling import LeftOut, has_fillable_workbook, of_assessment, why_not_filled
from ctg_tui.storage.journal import read_forecast
from ctg_tui.submission.document import bare, build, fingerprint_of, serialise
from ctg_tui.submission.file import Checked, Counts, checked, counts_of, file_name, read, write
from ctg_tui.system.files import FOLDER_MODE, Batch, read_regular, remove_leftovers, shown_name, sync_folder
from ctg_tui.wording.french import NBSP, listing
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
                "Envoyez le fichier enregistré alors, ou ouvrez une version corrigée.",
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


# The folder of a dossier: make it, fill it, find the files of a former preparation.


@contextlib.contextmanager
def made(folder: Path) -> Iterator[None]:
    """Make the folder if needed; on an error, remove it again if it is new."""
    try:
        folder.mkdir(mode=FOLDER_MODE)
        is_new = True
        if os.access(folder.parent, os.R_OK):  # a folder that cannot be opened cannot be synced
            sync_folder(folder.parent)
    except FileExistsError:
        is_new = False
        _require_own(folder)
        check_folder(folder)
    except OSError as error:
        raise Refusal(
            "dossier-protege",
            f"Le dossier « {shown_name(folder)} » n’a pas pu être créé. Rien n’a été écrit.",
            "Choisissez un autre emplacement, par exemple vos documents.",
        ) from error
    try:
        yield
    except BaseException:
        if is_new:
            with contextlib.suppress(OSError):  # the first error is the one to report
                folder.rmdir()
        raise


def _require_own(folder: Path) -> None:
    """Raise Refusal when a file or a link has the name of the dossier's folder.

    Behind a link is a folder of the person's, where a note or a mail of theirs would be replaced.
    """
    if folder.is_symlink() or not folder.is_dir():
        raise Refusal(
            "pas-un-dossier",
            f"« {shown_name(folder)} » existe déjà, et c’est un fichier ou un lien, pas un dossier préparé "
            "ici : rien n’a été écrit.",
            "Renommez-le, ou choisissez un autre emplacement.",
        )


class Files:
    """The files of one dossier, prepared in order. A file that already has these bytes is left as it is.

    `stem` is the name of the submission without its suffix. `protected` are files that are never replaced.
    """

    def __init__(self, batch: Batch, stem: str, protected: Iterable[Path]) -> None:
        self.stem = stem
        self.names: list[str] = []
        self.attachments: list[Attachment] = []
        self._batch = batch
        self._protected = tuple(protected)

    def put(self, name: str, content: bytes, *, attached: bool = False) -> None:
        """Prepare a file of the dossier; `attached` adds it to the mail. Raises WriteRefusal, Refusal."""
        path = self._batch.folder / name
        check_output(path, self._protected, replace=True)
        if not _holds(path, content):
            self._batch.prepare(name, content)
        self.names.append(name)
        if attached:
            self.attachments.append(Attachment(name, content))


def _holds(path: Path, content: bytes) -> bool:
    try:
        return read_regular(path, len(content)) == content
    except InvalidDocument:
        return False


_FORMER: Final = re.compile(
    r"CTG_[A-Za-z0-9-]+_\d{4}_"
    r"((?:[a-z0-9-]+_){0,2}r\d+_[0-9A-F]{4}-[0-9A-F]{4}_provisoire"
    r"(\.json|_rapport\.(html|xlsx)|_tableur\.xlsx)"
    r"|previsionnel\.xlsx)"
    rf"|{re.escape(MAIL_NAME)}|{re.escape(TEXT_NAME)}"
)
"""Names that only a dossier gives; a final submission and its reports are never removed."""


def former_names(folder: Path, current: Iterable[str]) -> tuple[str, ...]:
    """Return the names of a former preparation, `current` ones excepted: they could be sent by mistake.

    Raises Refusal when the folder cannot be listed.
    """
    names = frozenset(current)
    try:
        present = sorted(folder.iterdir())
    except OSError as error:
        raise Refusal(
            "dossier-illisible",
            f"Le contenu du dossier « {shown_name(folder)} » ne peut pas être lu : des fichiers d’une "
            "préparation précédente peuvent y être. Rien n’a été écrit.",
            "Vérifiez vos droits sur ce dossier, ou choisissez un autre emplacement.",
        ) from error
    former = [path for path in present if path.name not in names and _FORMER.fullmatch(path.name)]
    return tuple(path.name for path in former if path.is_file() and not path.is_symlink())


# The page « Envoi » and the command `dossier` use `look` (possible and missing pieces) and `prepare`.


class Enclosure(StrEnum):
    """A piece that a dossier may hold beside the submission; the value is its command-line name."""

    HTML = "html"
    XLSX = "xlsx"
    WORKBOOK = "tableur"
    FORECAST = "previsionnel"
    MAIL = "courriel"


ALL_PIECES: Final = frozenset(Enclosure)

PIECE_NAMES: Final = {
    Enclosure.HTML: "le rapport à lire",
    Enclosure.XLSX: "le classeur où la Caf répond",
    Enclosure.WORKBOOK: "le tableur de votre Caf rempli",
    Enclosure.FORECAST: "le tableau prévisionnel",
    Enclosure.MAIL: "un courriel tout prêt",
}


_TO_READ: Final = frozenset({Enclosure.HTML, Enclosure.XLSX})


def what_goes(pieces: Iterable[Enclosure]) -> str:
    """Return in a sentence what is written: the submission and `pieces`, in their order.

    The two that go with it in any case are said by what they are for.
    """
    chosen = frozenset(pieces)
    said = _TO_READ if chosen >= _TO_READ else frozenset()
    others = ["le rapport à lire", "le classeur pour y répondre"] if said else []
    others += [name for piece, name in PIECE_NAMES.items() if piece in chosen - said]
    return f"{listing(['Le fichier pour la Caf', *others])}." if others else "Le fichier pour la Caf, seul."


def about_salaries(forecast: Forecast) -> str:
    """Return what the forecast table holds about people; empty when it holds no salary."""
    salaries = sum(line.salary_cents is not None for line in forecast.lines)
    if not salaries:
        return ""
    what = "un nom et un salaire" if salaries == 1 else f"{salaries}{NBSP}noms et leurs salaires"
    return f"Le tableau prévisionnel, fichier à part, contient {what}."


@dataclass(frozen=True)
class Missing:
    """Something the dossier lacks. `code` is stable and ASCII, `sentence` French.

    `for_caf` is False for advice to the person, which the files sent leave out. `found` is what a check of
    the assessment found; None for the other pieces.
    """

    code: str
    sentence: str
    for_caf: bool
    found: Finding | None = None

    @property
    def is_blocking(self) -> bool:
        """Whether a final submission is refused for it."""
        return self.found is not None and self.found.severity is Severity.BLOCKING

    @property
    def is_about_review(self) -> bool:
        """Whether it is about what an adviser said."""
        return self.found is not None and self.found.is_about_review


@dataclass(frozen=True)
class Outlook:
    """The pieces that a dossier could hold now, and those it lacks."""

    possible: frozenset[Enclosure]
    missing: tuple[Missing, ...]


@dataclass(frozen=True)
class Dossier:
    """A dossier on the disk. `names` are in the order they were written in.

    `mail` is the draft, for « copier le texte » (`mail.as_text`); None when it was left out.
    """

    folder: Path
    sent: Sent
    names: tuple[str, ...]
    missing: tuple[Missing, ...]
    mail: mail.Draft | None
    not_in_workbook: tuple[LeftOut, ...] = ()
    """The answers that the Caf's workbook could not hold."""

    @property
    def mail_path(self) -> Path | None:
        """The draft to open with the system's mail program."""
        return None if self.mail is None else self.folder / MAIL_NAME


@dataclass(frozen=True)
class _FiledForecast:
    table: ForecastTable
    saved_at: datetime | None
    is_blank: bool


def look(workspace: Workspace, assessment_id: int, pieces: frozenset[Enclosure] = ALL_PIECES) -> Outlook:
    """Return the possible and the missing pieces, without writing anything. Raises Refusal."""
    grid, assessment = workspace.load(assessment_id)
    forecast = _forecast(workspace, grid, assessment)
    possible = set(ALL_PIECES)
    if forecast.is_blank:
        possible.discard(Enclosure.FORECAST)
    if not has_fillable_workbook(workspace, assessment_id):
        possible.discard(Enclosure.WORKBOOK)
    advice = why_not_filled(workspace, assessment_id)
    findings = before_sending(workspace, grid, assessment)
    return Outlook(frozenset(possible), _missing(findings, forecast, pieces, advice))


def prepare(
    workspace: Workspace,
    assessment_id: int,
    parent: Path,
    *,
    pieces: frozenset[Enclosure] = ALL_PIECES,
    status: Status | None = None,
) -> Dossier:
    """Write the dossier into its own folder under `parent`: every file of it, or none.

    Files are written under temporary names and read again before any is put in place; the assessment
    becomes final (`status`, as in `compose`) only when all of them are. Prepared again, an unchanged
    assessment leaves every file as it is; a changed one replaces the files of the former draft. Files of the
    person's in the folder stay.

    Raises Refusal (as `compose` does), WriteRefusal: the folder is then as it was, or
    the sentence names the files that are there; it says in what state the assessment is.
    """
    check_folder(parent)
    outgoing = compose(workspace, assessment_id, status)
    remove_leftovers_below(parent)
    try:
        return _prepare(workspace, outgoing, parent, pieces)
    except Refusal as refusal:
        if outgoing.becomes_final:
            refusal.message = typeset(f"{refusal.message} {_state_now(workspace, assessment_id)}".strip())
        raise


def _prepare(workspace: Workspace, outgoing: Outgoing, parent: Path, pieces: frozenset[Enclosure]) -> Dossier:
    folder = parent / _folder_name(outgoing)
    with made(folder), Batch(folder) as batch:
        submission, created_at = _submission(workspace, outgoing, folder)
        assessment = outgoing.assessment._replace(status=outgoing.status)
        forecast = _forecast(workspace, outgoing.grid, assessment)
        advice = why_not_filled(workspace, assessment.id)
        missing = _missing(outgoing.findings, forecast, pieces, advice)
        for_caf = [lack.sentence for lack in missing if lack.for_caf]
        content = content_of(workspace, outgoing.grid, assessment, submission.fingerprint, created_at)
        files = Files(batch, Path(submission.name).stem, protected_files(workspace.store.path))
        files.put(submission.name, submission.content, attached=True)
        _write_pieces(files, content, forecast, pieces)
        not_in_workbook: tuple[LeftOut, ...] = ()
        if Enclosure.WORKBOOK in pieces and has_fillable_workbook(workspace, assessment.id):
            workbook = of_assessment(workspace, assessment.id)
            files.put(f"{files.stem}_tableur.xlsx", workbook.content, attached=True)
            not_in_workbook = workbook.left_out
        draft = None
        if Enclosure.MAIL in pieces:
            draft = mail.draft(content, files.attachments, for_caf)
            files.put(MAIL_NAME, mail.render(draft))
            files.put(TEXT_NAME, mail.as_file(draft))
        batch.put_in_place(remove=former_names(folder, files.names))
        if outgoing.becomes_final:
            _finalise(workspace, outgoing, submission.fingerprint, batch)
        batch.keep()
    # Of a preparation that was killed a moment ago; the folder is ours, and these may hold salaries.
    remove_leftovers(folder, seconds=0)
    sent = Sent(
        folder / submission.name,
        outgoing.status,
        assessment.revision,
        submission.fingerprint,
        submission.counts,
        outgoing.findings,
    )
    return Dossier(folder, sent, tuple(files.names), missing, draft, not_in_workbook)


def _finalise(workspace: Workspace, outgoing: Outgoing, fingerprint: str, batch: Batch) -> None:
    """Make the assessment final; keep the files if the database has it as final in spite of an error."""
    try:
        workspace.store.finalise(outgoing.assessment.id, fingerprint)
    except NotSaved:
        # If fsync fails after COMMIT, the change may be stored: reload to know.
        if workspace.load(outgoing.assessment.id)[1].status is Status.FINAL:
            batch.keep()
        raise


def _state_now(workspace: Workspace, assessment_id: int) -> str:
    """Return the sentence on the state of an assessment; blank when it cannot be loaded."""
    try:
        assessment = workspace.load(assessment_id)[1]
    except Refusal:
        return ""
    if assessment.status is Status.DRAFT:
        return "L’évaluation reste provisoire."
    return "Les fichiers sont en place et l’évaluation est définitive."


def _folder_name(outgoing: Outgoing) -> str:
    """Return `CTG_val-de-charente_2027_annuelle_r1_dossier`.

    One folder for each revision and moment: two would remove each other's files as former ones. The names of
    people are left out: a corrected one does not begin another folder.
    """
    _, territory, year, moment, _, revision, *_ = file_name(outgoing.document).split("_")
    return f"CTG_{territory}_{year}_{moment}_{revision}_dossier"


def _submission(workspace: Workspace, outgoing: Outgoing, folder: Path) -> tuple[Checked, datetime]:
    """Return the submission and its date; one of the same state that is in the folder already stays."""
    if not outgoing.becomes_final:
        path = folder / file_name(outgoing.document)
        present = _still_good(path, workspace, outgoing.grid, outgoing.assessment)
        if present is not None:
            return present
    ready = checked(outgoing.document, workspace.catalogue)
    return ready, outgoing.created_at


def _still_good(
    path: Path, workspace: Workspace, grid: Grid, assessment: Assessment
) -> tuple[Checked, datetime] | None:
    """Return the submission at `path` if an export would differ from it by its date and identifier only.

    `path` has the name that the export would have, made of fingerprint, status and revision.
    """
    try:
        received = read(path, workspace.catalogue)
    except InvalidDocument:
        return None  # absent or damaged: exported anew
    header = received.header
    is_same = (
        header.software == SOFTWARE
        and path.name == file_name(received.document)
        and received.fingerprint == fingerprint_of(grid, assessment)
        and bare(header.replaces) == bare(assessment.replaces)
    )
    if not is_same:
        return None
    content = serialise(received.document)  # the bytes read: the reader accepts no other spelling
    present = Checked(path.name, content, received.fingerprint, counts_of(received.document))
    return present, header.created_at


def _forecast(workspace: Workspace, grid: Grid, assessment: Assessment) -> _FiledForecast:
    stored = read_forecast(workspace.store, assessment.id)
    forecast = with_people(stored.forecast, assessment.identity.coordinators)
    return _FiledForecast(tabulate(forecast, grid.funding), stored.saved_at, forecast.is_blank)


def _missing(
    findings: Iterable[Finding], forecast: _FiledForecast, pieces: frozenset[Enclosure], about_workbook: str
) -> tuple[Missing, ...]:
    """Return what lacks; `about_workbook` says why the Caf's workbook cannot go, empty when it can."""
    missing = [Missing(item.code.value, finding(item), item.is_for_caf, item) for item in findings]
    if forecast.is_blank:
        sentence = "Le tableau prévisionnel n’est pas rempli."
        missing.append(Missing("previsionnel-absent", sentence, for_caf=True))
    elif Enclosure.FORECAST not in pieces:
        sentence = "Le tableau prévisionnel n’est pas joint."
        missing.append(Missing("previsionnel-non-joint", sentence, for_caf=True))
    else:
        unfilled = {item.position for item in forecast.table.findings if item.code in UNFILLED}
        doubtful = {item.position for item in forecast.table.findings} - unfilled
        if unfilled:
            lines = _lines(
                len(unfilled),
                "une ligne n’est pas entièrement remplie",
                "lignes ne sont pas entièrement remplies",
            )
            sentence = f"Tableau prévisionnel{NBSP}: {lines}."
            missing.append(Missing("previsionnel-incomplet", sentence, for_caf=True))
        if doubtful:
            lines = _lines(len(doubtful), "une ligne est à vérifier", "lignes sont à vérifier")
            sentence = f"Tableau prévisionnel{NBSP}: {lines}."
            missing.append(Missing("previsionnel-a-verifier", sentence, for_caf=False))
    if about_workbook and Enclosure.WORKBOOK in pieces:
        missing.append(Missing("tableur-pas-xlsx", about_workbook, for_caf=False))
    return tuple(missing)


def _lines(number: int, one: str, several: str) -> str:
    return one if number == 1 else f"{number}{NBSP}{several}"


def _write_pieces(
    files: Files, content: ReportContent, forecast: _FiledForecast, pieces: frozenset[Enclosure]
) -> None:
    if Enclosure.HTML in pieces:
        from ctg_tui.report import html

        files.put(f"{files.stem}_rapport.html", html.render(content).encode("utf-8"), attached=True)
    if Enclosure.XLSX in pieces:
        from ctg_tui.report import xlsx

        files.put(f"{files.stem}_rapport.xlsx", xlsx.render(content), attached=True)
    identity = content.assessment.identity
    yearly = "_".join(files.stem.split("_")[:3])  # territory and year
    if Enclosure.FORECAST in pieces and not forecast.is_blank and forecast.saved_at is not None:
        workbook = forecast_workbook.render(forecast.table, identity, saved_at=forecast.saved_at)
        files.put(f"{yearly}_previsionnel.xlsx", workbook, attached=True)
