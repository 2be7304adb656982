"""The dossier: all there is to send to the Caf, prepared in one folder, each file read again.

The screen « Envoi » and the command `dossier` are made of `look` (what can go, what is missing)
and `prepare`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from ctg_tui.domain.assessment import Assessment, Moment, Status
from ctg_tui.domain.completeness import Finding, FindingCode, check
from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.domain.forecast import ForecastTable, tabulate, with_people
from ctg_tui.domain.grid import Grid
from ctg_tui.report import calendar, forecast_json, forecast_xlsx, letter, mail, reread
from ctg_tui.report.content import ReportContent
from ctg_tui.services.dossier_files import Files, made, remove_former
from ctg_tui.services.export import SOFTWARE, Sent, check_folder, export
from ctg_tui.services.reports import previous_of
from ctg_tui.storage.forecasts import read_forecast
from ctg_tui.submission.document import bare, build, fingerprint_of
from ctg_tui.submission.reader import Received, read
from ctg_tui.submission.writer import counts_of, file_name
from ctg_tui.system.files import read_regular
from ctg_tui.wording.french import NBSP, finding

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Workspace


class Piece(StrEnum):
    """What a dossier may hold; the value is its spelling on the command line. The submission always goes."""

    HTML = "html"
    XLSX = "xlsx"
    FORECAST = "previsionnel"
    CALENDAR = "agenda"
    MAIL = "courriel"


ALL_PIECES: Final = frozenset(Piece)

PIECE_NAMES: Final = {
    Piece.HTML: "Rapport à lire dans un navigateur (HTML)",
    Piece.XLSX: "Rapport pour Excel ou LibreOffice (XLSX)",
    Piece.FORECAST: "Tableau prévisionnel (données personnelles)",
    Piece.CALENDAR: "Dates des actions pour votre agenda",
    Piece.MAIL: "Courriel prêt à envoyer",
}


@dataclass(frozen=True)
class Missing:
    """Something the dossier lacks. `code` is stable and ASCII, `sentence` French.

    `told_to_caf` says that the mail to the adviser mentions it: the rest is the person's own business.
    """

    code: str
    sentence: str
    told_to_caf: bool


@dataclass(frozen=True)
class Outlook:
    """What a dossier would hold now. `possible` are the pieces that have something to say."""

    possible: frozenset[Piece]
    missing: tuple[Missing, ...]


@dataclass(frozen=True)
class Dossier:
    """A dossier on the disk, each file read again. `names` are in the order of the note, itself the last.

    `mail` is the draft, for « copier le texte » (`mail.as_text`); None when it was left out.
    """

    folder: Path
    sent: Sent
    names: tuple[str, ...]
    missing: tuple[Missing, ...]
    mail: mail.Draft | None

    @property
    def mail_path(self) -> Path | None:
        """The draft to open with the system's mail program."""
        return None if self.mail is None else self.folder / letter.MAIL_NAME


@dataclass(frozen=True)
class _FiledForecast:
    table: ForecastTable
    saved_at: datetime | None
    is_blank: bool


def look(workspace: Workspace, assessment_id: int, pieces: frozenset[Piece] = ALL_PIECES) -> Outlook:
    """What would go and what is missing, with nothing written. Raises Refusal."""
    grid, assessment = workspace.load(assessment_id)
    forecast = _forecast(workspace, grid, assessment)
    possible = set(ALL_PIECES)
    if forecast.is_blank:
        possible.discard(Piece.FORECAST)
    if not calendar.dated_actions(assessment, grid):
        possible.discard(Piece.CALENDAR)
    return Outlook(frozenset(possible), _missing(check(grid, assessment), forecast, pieces))


def prepare(
    workspace: Workspace,
    assessment_id: int,
    parent: Path,
    *,
    pieces: frozenset[Piece] = ALL_PIECES,
    status: Status | None = None,
) -> Dossier:
    """Write the dossier into its own folder under `parent`, then read each file again.

    `status` is that of `sending.export`. Prepared again, an unchanged assessment leaves every file as it is;
    a changed one replaces the files of the former draft. What the person put in the folder stays.

    Raises Refusal (as `export` does, and `piece-illisible`), WriteRefusal. Each file is whole or not there.
    """
    check_folder(parent)
    grid, assessment = workspace.load(assessment_id)
    folder = parent / _folder_name(workspace, grid, assessment)
    with made(folder):
        sent, created_at = _submission(workspace, grid, assessment, folder, status)
    assessment = workspace.load(assessment_id)[1]  # it may have become final
    forecast = _forecast(workspace, grid, assessment)
    missing = _missing(sent.findings, forecast, pieces)
    content = ReportContent(
        grid,
        assessment,
        sent.fingerprint,
        created_at.astimezone(),
        SOFTWARE,
        previous_of(workspace, grid, assessment),
    )
    files = Files(folder, sent.path.stem)
    _write_pieces(files, content, forecast, pieces)
    draft = None
    if Piece.MAIL in pieces:
        draft = letter.draft(
            content,
            [mail.Attachment(sent.path.name, read_regular(sent.path, reread.MAX_BYTES)), *files.attachments],
            [one.sentence for one in missing if one.told_to_caf],
        )
        files.put(letter.MAIL_NAME, mail.render(draft))
    names = (sent.path.name, *files.names)
    note = letter.note(content, draft, names, [one.sentence for one in missing])
    # Old versions of Windows' own reader take a text for UTF-8 only with its mark, and want its line ends.
    files.put(letter.NOTE_NAME, note.replace("\n", "\r\n").encode("utf-8-sig"))
    remove_former(folder, {sent.path.name, *files.names})
    read(sent.path, workspace.catalogue)
    names = (*names, letter.NOTE_NAME)
    reread.verify(folder, names, draft)
    return Dossier(folder, sent, names, missing, draft)


def _folder_name(workspace: Workspace, grid: Grid, assessment: Assessment) -> str:
    """`CTG_200043016_2027_r1_dossier`: one for each revision and moment (`…_fin-engagement_dossier`).

    In one folder, each would take the files of the other for those of its own former preparation.
    """
    moment = assessment.identity.moment
    parts = [_prefix(_name(workspace, grid, assessment, assessment.status))]
    parts += [] if moment is Moment.YEARLY else [moment.value]
    return f"{'_'.join(parts)}_dossier"


def _prefix(name: str) -> str:
    """`CTG_200043016_2027_r1` of a submission's name."""
    return "_".join(name.split("_")[:4])


def _name(workspace: Workspace, grid: Grid, assessment: Assessment, status: Status) -> str:
    document = build(
        grid,
        assessment,
        status=status,
        created_at=workspace.clock(),
        identifier=uuid4(),
        software=SOFTWARE,
    )
    return file_name(document)


def _submission(
    workspace: Workspace, grid: Grid, assessment: Assessment, folder: Path, status: Status | None
) -> tuple[Sent, datetime]:
    """The submission, and when it was made. One of the same state that is there already is kept."""
    if assessment.status is Status.FINAL or status is not Status.FINAL:
        path = folder / _name(workspace, grid, assessment, assessment.status)
        received = _still_good(path, workspace, grid, assessment)
        if received is not None:
            sent = Sent(
                path,
                received.status,
                received.header.revision,
                received.fingerprint,
                counts_of(received.document),
                check(grid, assessment),
            )
            return sent, received.header.created_at
    sent = export(workspace, assessment.id, folder, status)
    return sent, read(sent.path, workspace.catalogue).header.created_at


def _still_good(path: Path, workspace: Workspace, grid: Grid, assessment: Assessment) -> Received | None:
    """What `path` holds, when an export would differ from it by nothing but its date and identifier.

    `path` has the name that the export would have: that of the state, its status and its revision.
    """
    try:
        received = read(path, workspace.catalogue)
    except InvalidDocument:
        return None  # not there, or damaged: exported anew
    header = received.header
    is_same = (
        header.software == SOFTWARE
        and path.name == file_name(received.document)
        and received.fingerprint == fingerprint_of(grid, assessment)
        and bare(header.replaces) == bare(assessment.replaces)
    )
    return received if is_same else None


def _forecast(workspace: Workspace, grid: Grid, assessment: Assessment) -> _FiledForecast:
    stored = read_forecast(workspace.store, assessment.id)
    forecast = with_people(stored.forecast, assessment.identity.coordinators)
    return _FiledForecast(tabulate(forecast, grid.funding), stored.saved_at, forecast.is_blank)


_TOLD_TO_CAF: Final = {FindingCode.BLANK_CELLS, FindingCode.NUMBERS_MISSING, FindingCode.ALL_NOT_CONCERNED}


def _missing(
    findings: Iterable[Finding], forecast: _FiledForecast, pieces: frozenset[Piece]
) -> tuple[Missing, ...]:
    found = [Missing(one.code.value, finding(one), one.code in _TOLD_TO_CAF) for one in findings]
    if forecast.is_blank:
        sentence = "Le tableau prévisionnel n’est pas rempli."
        found.append(Missing("previsionnel-absent", sentence, told_to_caf=True))
    elif Piece.FORECAST not in pieces:
        sentence = "Le tableau prévisionnel n’est pas joint."
        found.append(Missing("previsionnel-non-joint", sentence, told_to_caf=True))
    elif forecast.table.findings:
        lines = len({one.position for one in forecast.table.findings})
        told = "une ligne est" if lines == 1 else f"{lines}{NBSP}lignes sont"
        sentence = f"Tableau prévisionnel{NBSP}: {told} à vérifier."
        found.append(Missing("previsionnel-a-verifier", sentence, told_to_caf=False))
    return tuple(found)


def _write_pieces(
    files: Files, content: ReportContent, forecast: _FiledForecast, pieces: frozenset[Piece]
) -> None:
    if Piece.HTML in pieces:
        from ctg_tui.report import html

        files.put(f"{files.stem}_rapport.html", html.render(content).encode("utf-8"), attached=True)
    if Piece.XLSX in pieces:
        from ctg_tui.report import xlsx

        files.put(f"{files.stem}_rapport.xlsx", xlsx.render(content), attached=True)
    identity = content.assessment.identity
    yearly = _prefix(files.stem).rpartition("_")[0]
    if Piece.FORECAST in pieces and not forecast.is_blank and forecast.saved_at is not None:
        workbook = forecast_xlsx.render(forecast.table, identity, saved_at=forecast.saved_at)
        files.put(f"{yearly}_previsionnel.xlsx", workbook, attached=True)
        document = forecast_json.build(
            forecast.table, identity, saved_at=forecast.saved_at, software=SOFTWARE
        )
        files.put(f"{yearly}_previsionnel.json", forecast_json.serialise(document))
    if Piece.CALENDAR in pieces and calendar.dated_actions(content.assessment, content.grid):
        events = calendar.render(
            content.assessment, content.grid, created_at=content.created_at, software=SOFTWARE
        )
        files.put(f"{yearly}_actions.ics", events)
