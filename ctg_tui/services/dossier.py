"""The dossier: every file to send to the Caf, prepared in one folder and read again once written.

The screen « Envoi » and the command `dossier` use `look` (possible and missing pieces) and `prepare`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ctg_tui import SOFTWARE
from ctg_tui.domain.assessment import Assessment, Status
from ctg_tui.domain.completeness import Finding
from ctg_tui.domain.errors import InvalidDocument, NotSaved, Refusal, typeset
from ctg_tui.domain.forecast import UNFILLED, ForecastTable, tabulate, with_people
from ctg_tui.domain.grid import Grid
from ctg_tui.report import calendar, mail
from ctg_tui.report import forecast as forecast_xlsx
from ctg_tui.report import mail as letter
from ctg_tui.report.content import ReportContent
from ctg_tui.services import minutes
from ctg_tui.services.dossier_files import Files, former_names, made
from ctg_tui.services.export import Outgoing, Sent, check_folder, compose
from ctg_tui.services.fill_spreadsheet import LeftOut, has_fillable_workbook, of_assessment, why_not_filled
from ctg_tui.services.grids import apart_names
from ctg_tui.services.outputs import protected_files, remove_leftovers_below
from ctg_tui.services.reports import engagement_of, previous_of
from ctg_tui.services.sent_state import before_sending
from ctg_tui.storage.forecasts import read_forecast
from ctg_tui.submission.document import bare, fingerprint_of, serialise
from ctg_tui.submission.reader import read
from ctg_tui.submission.writer import Checked, checked, counts_of, file_name
from ctg_tui.system.batch import Batch
from ctg_tui.system.computer import local_time
from ctg_tui.system.files import remove_leftovers
from ctg_tui.wording.french import NBSP
from ctg_tui.wording.steps import finding

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Workspace


class Enclosure(StrEnum):
    """A piece that a dossier may hold beside the submission; the value is its command-line name."""

    HTML = "html"
    XLSX = "xlsx"
    WORKBOOK = "tableur"
    FORECAST = "previsionnel"
    CALENDAR = "agenda"
    MINUTES = "compte-rendu"
    MAIL = "courriel"


ALL_PIECES: Final = frozenset(Enclosure)

PIECE_NAMES: Final = {
    Enclosure.HTML: "Rapport à lire dans un navigateur (HTML)",
    Enclosure.XLSX: "Rapport pour Excel ou LibreOffice (XLSX)",
    Enclosure.WORKBOOK: "Tableur de votre Caf, rempli",
    Enclosure.FORECAST: "Tableau prévisionnel (données personnelles)",
    Enclosure.CALENDAR: "Dates des actions pour votre agenda",
    Enclosure.MINUTES: "Compte rendu de l’entretien avec la Caf",
    Enclosure.MAIL: "Brouillon de courriel",
}


@dataclass(frozen=True)
class Missing:
    """Something the dossier lacks. `code` is stable and ASCII, `sentence` French.

    `for_caf` is False for advice to the person, which the files sent leave out.
    """

    code: str
    sentence: str
    for_caf: bool


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
        return None if self.mail is None else self.folder / letter.MAIL_NAME


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
    if not calendar.dated_actions(assessment, grid):
        possible.discard(Enclosure.CALENDAR)
    if not has_fillable_workbook(workspace, assessment_id):
        possible.discard(Enclosure.WORKBOOK)
    if not workspace.store.has_review(assessment.uuid):
        possible.discard(Enclosure.MINUTES)
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
    becomes final (`status`, as in `export.compose`) only when all of them are. Prepared again, an unchanged
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
        content = ReportContent(
            outgoing.grid,
            assessment,
            submission.fingerprint,
            local_time(created_at),
            SOFTWARE,
            previous_of(workspace, outgoing.grid, assessment),
            engagement_of(workspace, outgoing.grid, assessment),
            apart_names(workspace, outgoing.grid, assessment),
        )
        files = Files(batch, Path(submission.name).stem, protected_files(workspace.store.path))
        files.put(submission.name, submission.content, attached=True)
        _write_pieces(files, content, forecast, pieces)
        meeting = minutes.of_assessment(workspace, assessment, local_time(created_at))
        if Enclosure.MINUTES in pieces and meeting is not None:
            files.put(f"{files.stem}_compte-rendu.html", minutes.render(meeting), attached=True)
        not_in_workbook: tuple[LeftOut, ...] = ()
        if Enclosure.WORKBOOK in pieces and has_fillable_workbook(workspace, assessment.id):
            workbook = of_assessment(workspace, assessment.id)
            files.put(f"{files.stem}_tableur.xlsx", workbook.content, attached=True)
            not_in_workbook = workbook.left_out
        draft = None
        if Enclosure.MAIL in pieces:
            draft = letter.draft(content, files.attachments, for_caf)
            files.put(letter.MAIL_NAME, mail.render(draft))
            files.put(letter.TEXT_NAME, letter.as_file(draft, files.names))
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
    missing = [Missing(item.code.value, finding(item), item.is_for_caf) for item in findings]
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
        workbook = forecast_xlsx.render(forecast.table, identity, saved_at=forecast.saved_at)
        files.put(f"{yearly}_previsionnel.xlsx", workbook, attached=True)
    if Enclosure.CALENDAR in pieces and calendar.dated_actions(content.assessment, content.grid):
        events = calendar.render(
            content.assessment, content.grid, created_at=content.created_at, software=SOFTWARE
        )
        files.put(f"{yearly}_actions.ics", events)
