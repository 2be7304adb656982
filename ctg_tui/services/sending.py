"""The files of a sending: what goes, checked, written, recorded; every file in a folder of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import uuid4

from ctg_tui import SOFTWARE
from ctg_tui.domain.assessment import Assessment, Identity, Status
from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.domain.forecast import UNFILLED, Forecast, ForecastTable, forecast_text, tabulate, with_people
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.sending import Sending
from ctg_tui.domain.steps import Finding, Severity, check
from ctg_tui.domain.text import clean, digest, short_fingerprint
from ctg_tui.domain.thread import said_in
from ctg_tui.report import mail
from ctg_tui.report.content import ReportContent
from ctg_tui.report.mail import MAIL_NAME, TEXT_NAME, Attachment
from ctg_tui.services.report import content_of
from ctg_tui.services.spreadsheet.filling import LeftOut, of_assessment, why_not_filled
from ctg_tui.services.workspace import AnswersSent, answers_sent
from ctg_tui.storage.documents import StoredSending, latest_sending, record_sending
from ctg_tui.storage.journal import read_forecast, send
from ctg_tui.storage.rows import moment_text
from ctg_tui.submission.document import build, fingerprint_of
from ctg_tui.submission.file import checked, file_name, safe_place
from ctg_tui.system.files import (
    FOLDER_MODE,
    Batch,
    holds,
    remove_leftovers,
    sync_folder,
    write_refusal,
)
from ctg_tui.wording.french import NBSP, count
from ctg_tui.wording.steps import finding

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Workspace


NOT_SENT: Final = typeset("Ceci est un exemple : aucun fichier n’en est fait. Rien n’a été écrit.")


NOT_SENT_ADVICE: Final = "Pour votre propre évaluation, revenez à l’accueil avec Échap, puis appuyez sur N."


class Outgoing(NamedTuple):
    """The sending that would be made: the latest one when nothing changed since, else a new one.

    Nothing is written yet. `answers` has the assessment as its file has it, the answers kept to the Caf sent
    with it.
    """

    grid: Grid
    answers: AnswersSent
    stored: StoredSending
    findings: tuple[Finding, ...]

    @property
    def assessment(self) -> Assessment:
        return self.answers.assessment


def compose(
    workspace: Workspace,
    assessment_id: int,
    status: Status = Status.DRAFT,
    with_forecast: bool | None = None,
) -> Outgoing:
    """Return the sending of an assessment; with None, the forecast has no part in it.

    Raises Refusal: `export-incomplet` (FINAL with something blocking), `lecture-seule`, `exemple` for one in
    memory: no file is made of it.
    """
    if workspace.store.is_in_memory:
        raise Refusal("exemple", NOT_SENT, NOT_SENT_ADVICE)
    created_at = workspace.clock().astimezone(UTC).replace(microsecond=0)  # as it is written
    grid, present = workspace.load(assessment_id)
    answers = answers_sent(present, created_at)
    findings = check(grid, answers.assessment)
    if status is Status.FINAL:
        _require_complete(findings)
    latest = latest_sending(workspace.store, assessment_id)
    if latest is not None and not _new_since(
        workspace, latest, grid, answers.assessment, status, with_forecast
    ):
        return Outgoing(grid, answers, latest, findings)
    _require_writing(workspace)
    number = 1 if latest is None else latest.sending.number + 1
    identifier = uuid4()
    document = build(
        grid,
        answers.assessment,
        number=number,
        status=status,
        created_at=created_at,
        identifier=identifier,
        software=SOFTWARE,
    )
    content = checked(document, workspace.catalogue)
    fingerprint = fingerprint_of(grid, answers.assessment)
    sending = Sending(number, str(identifier), created_at, status, fingerprint)
    forecast = _print_of(workspace, assessment_id) if with_forecast else None
    return Outgoing(grid, answers, StoredSending(sending, forecast, content), findings)


def number_to_be(
    workspace: Workspace, assessment_id: int, status: Status, with_forecast: bool
) -> tuple[int, str]:
    """Return the number that `compose` would give, and what is new since the latest. Raises Refusal."""
    latest = latest_sending(workspace.store, assessment_id)
    if latest is None:
        return 1, "tout"
    grid, present = workspace.load(assessment_id)
    assessment = answers_sent(present, workspace.clock()).assessment
    new = _new_since(workspace, latest, grid, assessment, status, with_forecast)
    return latest.sending.number + (new != ""), new


def _new_since(
    workspace: Workspace,
    latest: StoredSending,
    grid: Grid,
    assessment: Assessment,
    status: Status,
    with_forecast: bool | None,
) -> str:
    """Return what is new since the latest sending; empty where it would be made again, with its number."""
    if latest.sending.fingerprint != fingerprint_of(grid, assessment):
        return "votre évaluation"
    if {said_in(row).id for row in json.loads(latest.content).get("fil", ())} != assessment.said.keys():
        return "votre échange avec la Caf"
    forecast = _print_of(workspace, assessment.id) if with_forecast else None
    if with_forecast is not None and forecast != latest.forecast:
        return "le prévisionnel"
    return "" if latest.sending.status is status else "la version"


def _print_of(workspace: Workspace, assessment_id: int) -> str | None:
    """Return the print of the forecast and of its date, None for a blank one, which is not joined."""
    stored = read_forecast(workspace.store, assessment_id)
    if stored.forecast.is_blank or stored.saved_at is None:
        return None
    return digest([forecast_text(stored.forecast), moment_text(stored.saved_at)])


def _require_complete(findings: Iterable[Finding]) -> None:
    blocking = [item for item in findings if item.severity is Severity.BLOCKING]
    if blocking:
        reasons = " ".join(map(finding, blocking))
        raise Refusal(
            "export-incomplet",
            f"L’évaluation n’est pas complète. {reasons} Rien n’a été écrit.",
            "Complétez-la, ou choisissez « provisoire ».",
        )


def _require_writing(workspace: Workspace) -> None:
    if not workspace.store.writes:
        raise Refusal(
            "lecture-seule",
            "Vos évaluations sont ouvertes en lecture seule : un nouvel envoi ne peut pas y être noté. Rien "
            "n’a été écrit.",
            "Fermez l’autre fenêtre de ctg-tui, puis recommencez.",
        )


# Where files are written.


def check_folder(folder: Path) -> None:
    """Raise Refusal when there is no such folder."""
    if not os.path.isdir(folder):  # noqa: PTH112 - Path.is_dir raises for some names
        shown = clean(str(folder))
        raise Refusal(
            "dossier-absent", f"Le dossier « {shown} » n’existe pas.", "Créez-le, ou choisissez-en un autre."
        )


def typed_folder(typed: str) -> Path:
    """Return the folder that a person typed, with or without quotes, `~` being the home folder.

    Raises Refusal without one, and as `check_folder` does.
    """
    text = typed.strip().strip('"')
    if not text:
        raise Refusal("dossier-vide", "Indiquez le dossier où enregistrer.")
    folder = Path(os.path.expanduser(text))  # noqa: PTH111 - Path.expanduser raises for an unknown user
    check_folder(folder)
    return folder


def default_folder() -> Path:
    """Return the person's documents folder, else their home folder."""
    import platformdirs  # only when nothing was chosen

    documents = platformdirs.user_documents_dir()
    return Path(documents) if os.path.isdir(documents) else Path.home()  # noqa: PTH112 - a drive that does not answer raises nothing here


def folder_of(outgoing: Outgoing) -> Path:
    """Return the folder of a sending, such as `CTG/val-de-charente/2027-annuelle/envoi-2`.

    The names of people are left out: a corrected one does not begin another folder.
    """
    identity = outgoing.assessment.identity
    year = f"{identity.year}-{identity.moment.value}"
    return Path("CTG", safe_place(identity.territory), year, f"envoi-{outgoing.stored.sending.number}")


def _make_folder(folder: Path, parent: Path) -> None:
    """Make a folder below `parent`, and those between. Raises WriteRefusal."""
    for level in reversed([folder, *folder.parents][: len(folder.parts) - len(parent.parts)]):
        try:
            if not level.is_dir():
                level.mkdir(mode=FOLDER_MODE)
                sync_folder(level.parent)
        except OSError as error:
            raise write_refusal(level, error) from error


class Files:
    """The files of one sending, prepared in order.

    A file that already has these bytes is left as it is. One that has other bytes stays: the new file is
    then named « (2) ». `stem` is the name of the submission without its suffix.
    """

    def __init__(self, batch: Batch, stem: str) -> None:
        self.stem = stem
        self.names: list[str] = []
        self.attachments: list[Attachment] = []
        self._batch = batch

    def put(self, name: str, content: bytes, *, attached: bool = False) -> str:
        """Prepare a file; return the name that it takes. Raises WriteRefusal.

        `attached` adds it to the mail.
        """
        free, rank, wanted = name, 1, Path(name)
        while os.path.lexists(path := self._batch.folder / free) and not holds(path, content):
            rank += 1
            free = f"{wanted.stem} ({rank}){wanted.suffix}"
        if not os.path.lexists(path):
            self._batch.prepare(free, content)
        self.names.append(free)
        if attached:
            self.attachments.append(Attachment(free, content))
        return free


# What goes, and what it lacks.


def about_salaries(forecast: Forecast) -> str:
    """Return what the forecast table holds about people; empty when it holds no salary."""
    salaries = sum(line.salary_cents is not None for line in forecast.lines)
    if not salaries:
        return ""
    what = "un nom et un salaire" if salaries == 1 else f"{salaries}{NBSP}noms et leurs salaires"
    return f"Le tableau prévisionnel, fichier à part, contient {what}."


class Missing(NamedTuple):
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


class Outlook(NamedTuple):
    """What would go now, in words, and what it lacks; `has_forecast` is False where that is blank."""

    pieces: tuple[str, ...]
    has_forecast: bool
    missing: tuple[Missing, ...]


class Sent(NamedTuple):
    """A submission that is on the disk, read again, and its sending.

    `findings` are those of the assessment sent.
    """

    path: Path
    sending: Sending
    findings: tuple[Finding, ...]

    @property
    def short(self) -> str:
        """The short fingerprint (`7F3A-21C0`), to compare over the phone: not a signature."""
        return short_fingerprint(self.sending.fingerprint)


class Dossier(NamedTuple):
    """A dossier on the disk. `names` are in the order they were written in.

    `mail` is the draft, for « copier le texte » (`mail.as_text`); `mail_path` is opened with the system's
    mail program. `not_in_workbook` are the answers that the Caf's workbook could not hold.
    """

    folder: Path
    sent: Sent
    names: tuple[str, ...]
    missing: tuple[Missing, ...]
    mail: mail.Draft
    mail_path: Path
    not_in_workbook: tuple[LeftOut, ...]


class _FiledForecast(NamedTuple):
    table: ForecastTable
    saved_at: datetime | None
    is_blank: bool


def look(workspace: Workspace, assessment_id: int, *, with_forecast: bool = True) -> Outlook:
    """Return what would go and what it lacks, without writing anything. Raises Refusal."""
    grid, assessment = workspace.load(assessment_id)
    forecast = _forecast(workspace, grid, assessment)
    pieces = [
        "Le fichier pour la Caf",
        "le rapport à lire",
        "la fiche d’entretien",
        "le classeur pour y répondre",
    ]
    pieces += ["le tableur de votre Caf rempli"] * (why_not_filled(workspace, assessment_id) == "")
    pieces += ["le tableau prévisionnel"] * (with_forecast and not forecast.is_blank)
    missing = _missing(workspace, assessment_id, check(grid, assessment), forecast, with_forecast)
    return Outlook((*pieces, "un courriel tout prêt"), not forecast.is_blank, missing)


def export(workspace: Workspace, assessment_id: int, folder: Path, status: Status = Status.DRAFT) -> Sent:
    """Write the submission of an assessment alone into `folder`, and record it. Raises as `prepare` does."""
    check_folder(folder)
    outgoing = compose(workspace, assessment_id, status)
    remove_leftovers(folder)
    with Batch(folder) as batch:
        files = Files(batch, _stem(outgoing))
        name = files.put(f"{files.stem}.json", outgoing.stored.content)
        _finish(workspace, outgoing, batch)
    return Sent(folder / name, outgoing.stored.sending, outgoing.findings)


def prepare(
    workspace: Workspace,
    assessment_id: int,
    parent: Path,
    *,
    with_forecast: bool = True,
    status: Status = Status.DRAFT,
) -> Dossier:
    """Make the files of a sending in a folder of its own under `parent`, and record it: all, or nothing.

    Files are written under temporary names and read again before any is put in place; the sending is
    recorded only when all of them are. Made again, an unchanged assessment takes the same folder, where only
    missing files are written. No file that is there is replaced or deleted.

    Raises Refusal (as `compose` does), WriteRefusal: the folder is then as it was, or the sentence names the
    files that are there.
    """
    check_folder(parent)
    outgoing = compose(workspace, assessment_id, status, with_forecast)
    folder = parent / folder_of(outgoing)
    _make_folder(folder, parent)
    # Of an act that was killed a moment ago: these may hold salaries.
    remove_leftovers(folder, seconds=0)
    assessment, sending = outgoing.assessment, outgoing.stored.sending
    forecast = _forecast(workspace, outgoing.grid, assessment)
    missing = _missing(workspace, assessment.id, outgoing.findings, forecast, with_forecast)
    content = content_of(workspace, outgoing.grid, assessment, sending, sending.created_at)
    with Batch(folder) as batch:
        files = Files(batch, _stem(outgoing))
        path = folder / files.put(f"{files.stem}.json", outgoing.stored.content, attached=True)
        _put_reports(files, content)
        if with_forecast and not forecast.is_blank and forecast.saved_at is not None:
            _put_forecast(files, forecast.table, assessment.identity, forecast.saved_at)
        not_in_workbook: tuple[LeftOut, ...] = ()
        if why_not_filled(workspace, assessment.id) == "":
            workbook = of_assessment(workspace, assessment.id)
            files.put(f"{files.stem}_tableur.xlsx", workbook.content, attached=True)
            not_in_workbook = workbook.left_out
        draft = mail.draft(content, files.attachments, [lack.sentence for lack in missing if lack.for_caf])
        mail_path = folder / files.put(MAIL_NAME, mail.render(draft))
        files.put(TEXT_NAME, mail.as_file(draft))
        _finish(workspace, outgoing, batch)
    sent = Sent(path, sending, outgoing.findings)
    return Dossier(folder, sent, tuple(files.names), missing, draft, mail_path, not_in_workbook)


def _stem(outgoing: Outgoing) -> str:
    """Return the name of the submission, without its suffix."""
    return Path(file_name(json.loads(outgoing.stored.content))).stem


def _put_reports(files: Files, content: ReportContent) -> None:
    from ctg_tui.report import html, xlsx

    files.put(f"{files.stem}_rapport.html", html.render(content).encode("utf-8"), attached=True)
    files.put(f"{files.stem}_entretien.html", html.render_meeting(content).encode("utf-8"), attached=True)
    files.put(f"{files.stem}_reponse.xlsx", xlsx.render(content), attached=True)


def _put_forecast(files: Files, table: ForecastTable, identity: Identity, saved_at: datetime) -> None:
    from ctg_tui.report import forecast

    yearly = "_".join(files.stem.split("_")[:3])  # territory and year
    workbook = forecast.render(table, identity, saved_at=saved_at)
    files.put(f"{yearly}_previsionnel.xlsx", workbook, attached=True)


def _finish(workspace: Workspace, outgoing: Outgoing, batch: Batch) -> None:
    """Put the files in their place, and record the sending with the answers that it has."""
    batch.put_in_place()
    store, answers, stored = workspace.store, outgoing.answers, outgoing.stored
    made_of = answers.assessment.id
    if answers.drafts or latest_sending(store, made_of) != stored:
        try:
            with store.writing():
                record_sending(store, made_of, stored)
                if answers.drafts:
                    send(store, made_of, answers.rows, answers.drafts)
        finally:
            workspace.read_again(made_of)
    batch.keep()


def _forecast(workspace: Workspace, grid: Grid, assessment: Assessment) -> _FiledForecast:
    stored = read_forecast(workspace.store, assessment.id)
    forecast = with_people(stored.forecast, assessment.identity.coordinators)
    return _FiledForecast(tabulate(forecast, grid.funding), stored.saved_at, forecast.is_blank)


def _missing(
    workspace: Workspace,
    assessment_id: int,
    findings: Iterable[Finding],
    forecast: _FiledForecast,
    with_forecast: bool,
) -> tuple[Missing, ...]:
    missing = [Missing(item.code.value, finding(item), item.is_for_caf, item) for item in findings]
    if forecast.is_blank:
        sentence = "Le tableau prévisionnel n’est pas rempli."
        missing.append(Missing("previsionnel-absent", sentence, for_caf=True))
    elif not with_forecast:
        sentence = "Le tableau prévisionnel n’est pas joint."
        missing.append(Missing("previsionnel-non-joint", sentence, for_caf=True))
    elif unfilled := sum(bool(UNFILLED.intersection(row.findings)) for row in forecast.table.rows):
        lines = "ligne n’est pas entièrement remplie", "lignes ne sont pas entièrement remplies"
        sentence = typeset(f"Tableau prévisionnel : {count(unfilled, *lines)}.")
        missing.append(Missing("previsionnel-incomplet", sentence, for_caf=True))
    if about_workbook := why_not_filled(workspace, assessment_id):
        missing.append(Missing("tableur-pas-xlsx", about_workbook, for_caf=False))
    return tuple(missing)
