"""The files of a sending: what goes, checked, written, recorded; every file in a folder of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from ctg_tui import SOFTWARE
from ctg_tui.domain.assessment import Assessment, Said, Sending, Status
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.forecast import Forecast, forecast_text, tabulate, with_people
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.steps import Finding, FindingCode, check
from ctg_tui.domain.text import clean, digest
from ctg_tui.domain.thread import answers_sent
from ctg_tui.report import mail
from ctg_tui.report.mail import MAIL_NAME, TEXT_NAME
from ctg_tui.report.tables import ReportContent
from ctg_tui.services.home import changes_since, thread_sent
from ctg_tui.services.results import years_of
from ctg_tui.services.spreadsheet import workbook_to_send
from ctg_tui.services.workspace import Workspace
from ctg_tui.spreadsheet.understanding import Unread
from ctg_tui.storage.documents import latest_sending, record_sending, sendings, workbook_of
from ctg_tui.storage.journal import read_forecast, send
from ctg_tui.storage.schema import moment_text
from ctg_tui.submission import assemble, checked, file_name, fingerprint_of, safe_place
from ctg_tui.system.computer import local_time
from ctg_tui.system.files import (
    FOLDER_MODE,
    free_name,
    remove_leftovers,
    sync_folder,
    write_refusal,
    written_together,
)
from ctg_tui.wording.french import count, people
from ctg_tui.wording.lines import finding


class Outgoing(NamedTuple):
    """The sending that would be made: the latest one when nothing changed since, else a new one.

    Nothing is written yet. `assessment` is as its file has it; `answers` are the answers to the Caf that are
    sent with it, by the key of their draft.
    """

    grid: Grid
    assessment: Assessment
    answers: Mapping[str, Said]
    sending: Sending
    findings: tuple[Finding, ...]


def compose(
    workspace: Workspace, assessment_id: int, status: Status = Status.DRAFT, with_forecast: bool | None = None
) -> Outgoing:
    """Return the sending of an assessment; with None, the forecast has no part in it.

    Raises Refusal: `export-incomplet` (FINAL with something blocking), `exemple` for one in memory: no file
    is made of it.
    """
    if workspace.store.is_in_memory:
        why = "Ceci est un exemple : aucun fichier n’en est fait. Rien n’a été écrit."
        advice = "Pour votre propre évaluation, revenez à l’accueil avec Échap, puis appuyez sur N."
        raise Refusal("exemple", why, advice)
    created_at = workspace.clock().astimezone(UTC).replace(microsecond=0)  # as it is written
    grid, present = workspace.load(assessment_id)
    assessment, answers = answers_sent(present, people(present.identity), created_at)
    findings = check(grid, assessment)
    if status is Status.FINAL:
        _require_complete(findings)
    number = _number(workspace, grid, assessment, status, with_forecast)
    latest = latest_sending(workspace.store, assessment_id)
    if latest is not None and latest.number == number:
        return Outgoing(grid, assessment, answers, latest, findings)
    fingerprint = fingerprint_of(grid, assessment)
    forecast = _print_of(workspace, assessment_id, bool(with_forecast))
    sending = Sending(number, str(uuid4()), created_at, status, fingerprint, forecast)
    content = checked(assemble(sending, SOFTWARE, assessment, grid), workspace.catalogue)
    return Outgoing(grid, assessment, answers, sending._replace(content=content), findings)


def _number(
    workspace: Workspace, grid: Grid, assessment: Assessment, status: Status, with_forecast: bool | None
) -> int:
    """Return the number of files made now: that of the latest while they would be the same."""
    latest = latest_sending(workspace.store, assessment.id)
    if latest is None:
        return 1
    is_new = (
        latest.fingerprint != fingerprint_of(grid, assessment)
        or latest.status is not status
        or {said.id for said in thread_sent(latest)} != assessment.said.keys()
        or (
            with_forecast is not None
            and latest.forecast != _print_of(workspace, assessment.id, with_forecast)
        )
    )
    return latest.number + is_new


def _print_of(workspace: Workspace, assessment_id: int, is_joined: bool) -> str | None:
    """Return the print of the forecast and of its date, None for one that is blank or not joined."""
    stored = read_forecast(workspace.store, assessment_id)
    if not is_joined or stored.forecast.is_blank or stored.saved_at is None:
        return None
    return digest([forecast_text(stored.forecast), moment_text(stored.saved_at)])


def _require_complete(findings: Iterable[Finding]) -> None:
    blocking = [item for item in findings if item.is_blocking]
    if blocking:
        reasons = " ".join(map(finding, blocking))
        raise Refusal(
            "export-incomplet",
            f"L’évaluation n’est pas complète. {reasons} Rien n’a été écrit.",
            "Complétez-la, ou choisissez « provisoire ».",
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


def _own_folder(parent: Path, outgoing: Outgoing, submission: str) -> Path:
    """Return the folder of a sending below `parent`: `CTG/val-de-charente/2027-annuelle/envoi-2`.

    The names of people are left out: a corrected one does not begin another folder. It is « (2) » where that
    name is of the sending of another assessment.
    """
    identity, rank = outgoing.assessment.identity, 1
    year, name = f"{identity.year}-{identity.moment.value}", f"envoi-{outgoing.sending.number}"
    folder = parent / "CTG" / safe_place(identity.territory) / year / name
    while (names := {path.name for path in folder.glob("CTG_*.json")}) and submission not in names:
        rank += 1
        folder = folder.with_name(f"{name} ({rank})")
    return folder


def _make_folder(folder: Path, parent: Path) -> None:
    """Make a folder below `parent`, and those between. Raises WriteRefusal."""
    for level in reversed([folder, *folder.parents][: len(folder.parts) - len(parent.parts)]):
        try:
            if not level.is_dir():
                level.mkdir(mode=FOLDER_MODE)
                sync_folder(level.parent)
        except OSError as error:
            raise write_refusal(level, error) from error


# What goes, and what it lacks.


class Outlook(NamedTuple):
    """What would go now, in words, what it lacks, and the number of the files that would be made."""

    pieces: tuple[str, ...]
    missing: tuple[Finding, ...]
    number: int


class Dossier(NamedTuple):
    """A dossier on the disk. `names` are in the order they were written in, `path` that of the submission.

    `mail_path` is opened with the system's mail program. `not_in_workbook` are the answers that the Caf's
    workbook could not hold.
    """

    folder: Path
    path: Path
    sending: Sending
    names: tuple[str, ...]
    missing: tuple[Finding, ...]
    mail_path: Path
    not_in_workbook: tuple[Unread, ...]


def look(
    workspace: Workspace, assessment_id: int, status: Status = Status.DRAFT, *, with_forecast: bool = True
) -> Outlook:
    """Return what would go and what it lacks, without writing anything. Raises Refusal."""
    grid, present = workspace.load(assessment_id)
    assessment, answers = answers_sent(present, people(present.identity), workspace.clock())
    forecast, _ = _forecast(workspace, assessment)
    pieces = ["Fichier pour la Caf"]
    pieces += [count(len(answers), "réponse à la Caf", "réponses à la Caf")] if answers else []
    pieces += ["rapport", "feuille d’entretien", "classeur pour répondre"]
    pieces += ["tableur de votre Caf rempli"] * (workbook_of(workspace.store, assessment_id) is not None)
    pieces += ["prévisionnel"] * (with_forecast and not forecast.is_blank)
    missing = _missing(workspace, assessment, check(grid, assessment), with_forecast)
    number = _number(workspace, grid, assessment, status, with_forecast)
    return Outlook(tuple(pieces), missing, number)


def export(
    workspace: Workspace, assessment_id: int, folder: Path, status: Status = Status.DRAFT
) -> tuple[Path, Outgoing]:
    """Write the submission of an assessment alone into `folder`, and record it. Raises as `prepare` does."""
    check_folder(folder)
    outgoing = compose(workspace, assessment_id, status)
    content = outgoing.sending.content
    name = free_name(folder, file_name(json.loads(content)), content)
    _write(workspace, outgoing, folder, {name: content})
    return folder / name, outgoing


def prepare(
    workspace: Workspace,
    assessment_id: int,
    parent: Path,
    *,
    with_forecast: bool = True,
    status: Status = Status.DRAFT,
) -> Dossier:
    """Make the files of a sending in a folder of its own under `parent`, and record it: all, or nothing.

    Files are written under temporary names before any is put in place; the sending is recorded only when all
    of them are. Made again, an unchanged assessment takes the same folder, where only
    missing files are written. No file that is there is replaced or deleted.

    Raises Refusal (as `compose` does), WriteRefusal: the folder is then as it was, or the sentence names the
    files that are there.
    """
    from ctg_tui.report import html, reply_workbook
    from ctg_tui.report.forecast import render

    check_folder(parent)
    outgoing = compose(workspace, assessment_id, status, with_forecast)
    submission = file_name(json.loads(outgoing.sending.content))
    folder = _own_folder(parent, outgoing, submission)
    _make_folder(folder, parent)
    # Of an act that was killed a moment ago: these may hold salaries.
    remove_leftovers(folder, seconds=0)
    grid, assessment, sending = outgoing.grid, outgoing.assessment, outgoing.sending
    stem = Path(submission).stem
    files: dict[str, bytes] = {}

    def put(name: str, content: bytes) -> Path:
        free = free_name(folder, name, content)
        files[free] = content
        return folder / free

    missing = _missing(workspace, assessment, outgoing.findings, with_forecast)
    content = content_of(workspace, grid, assessment, sending, sending.created_at)
    path = put(submission, sending.content)
    put(f"{stem}_rapport.html", html.render(content).encode("utf-8"))
    put(f"{stem}_entretien.html", html.render_meeting(content).encode("utf-8"))
    put(f"{stem}_reponse.xlsx", reply_workbook.render(content))
    forecast, saved_at = _forecast(workspace, assessment)
    if with_forecast and not forecast.is_blank and saved_at is not None:
        table = tabulate(forecast, grid.funding)
        yearly = "_".join(stem.split("_")[:3])  # territory and year
        put(f"{yearly}_previsionnel.xlsx", render(table, assessment.identity, saved_at=saved_at))
    filled = workbook_to_send(workspace, assessment.id)
    if filled is not None and filled.content:
        put(f"{stem}_tableur.xlsx", filled.content)
    draft = mail.draft(content, files, [finding(lack) for lack in missing if lack.is_for_caf])
    mail_path = put(MAIL_NAME, mail.render(draft))
    put(TEXT_NAME, mail.as_file(draft))
    _write(workspace, outgoing, folder, files)
    left_out = filled.left_out if filled else ()
    return Dossier(folder, path, sending, tuple(files), missing, mail_path, left_out)


def _write(workspace: Workspace, outgoing: Outgoing, folder: Path, files: Mapping[str, bytes]) -> None:
    """Put the files in their place, and record the sending with its answers."""
    store, sending, made_of = workspace.store, outgoing.sending, outgoing.assessment.id
    with written_together(folder, files):
        if outgoing.answers or latest_sending(store, made_of) != sending:
            try:
                with store.writing():
                    record_sending(store, made_of, sending)
                    if outgoing.answers:
                        send(store, made_of, outgoing.answers.values(), outgoing.answers)
            finally:
                workspace.read_again(made_of)


def _forecast(workspace: Workspace, assessment: Assessment) -> tuple[Forecast, datetime | None]:
    """Return the forecast with the people of the details, and when it was last written."""
    stored = read_forecast(workspace.store, assessment.id)
    return with_people(stored.forecast, assessment.identity.coordinators), stored.saved_at


def _missing(
    workspace: Workspace, assessment: Assessment, findings: tuple[Finding, ...], with_forecast: bool
) -> tuple[Finding, ...]:
    """Return what was found in an assessment, and what its forecast lacks."""
    forecast, _ = _forecast(workspace, assessment)
    unfilled = tuple(line.last_name for line in forecast.lines if not line.is_filled)
    lacks = {
        FindingCode.FORECAST_BLANK: forecast.is_blank,
        FindingCode.FORECAST_APART: not with_forecast,
        FindingCode.FORECAST_LINES: bool(unfilled),
    }
    return (*findings, *[Finding(code, unfilled) for code, is_so in lacks.items() if is_so][:1])


# The report of one assessment.


def of_assessment(workspace: Workspace, assessment_id: int) -> ReportContent:
    """Return the content of a report on an assessment: of its latest sending, a draft where it changed."""
    grid, present = workspace.load(assessment_id)
    latest = latest_sending(workspace.store, assessment_id)
    if latest is not None:
        now, _ = answers_sent(present, people(present.identity), latest.created_at)
        if _number(workspace, grid, now, latest.status, None) == latest.number:
            return content_of(workspace, grid, present, latest, latest.created_at)
    return content_of(workspace, grid, present, None, workspace.clock())


def content_of(
    workspace: Workspace, grid: Grid, assessment: Assessment, stored: Sending | None, now: datetime
) -> ReportContent:
    """Return the content of a report on an assessment, made at `now`, as it is `stored` where it is sent.

    Raises as `changes_since` does.
    """
    sent = sendings(workspace.store, assessment.id)
    before = next((one for one in sent if stored is None or one.number < stored.number), None)
    return ReportContent(
        grid,
        assessment,
        stored,
        local_time(now),
        years_of(workspace, grid, assessment),
        former=before,
        changes=() if before is None else changes_since(workspace, grid, assessment, before),
        document=b"" if stored is None else stored.content,
    )
