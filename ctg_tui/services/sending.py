"""The files of a sending: what goes, checked, written, recorded; every file in a folder of its own."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import count as count_from
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from ctg_tui import SOFTWARE
from ctg_tui.domain.assessment import Assessment, Status
from ctg_tui.domain.errors import NotSaved, Refusal, typeset
from ctg_tui.domain.forecast import UNFILLED, Forecast, ForecastTable, forecast_text, tabulate, with_people
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.sending import Sending
from ctg_tui.domain.steps import Finding, Severity, check
from ctg_tui.domain.text import clean, digest, short_fingerprint
from ctg_tui.domain.thread import MOST_ROWS, said_in
from ctg_tui.report import forecast as forecast_workbook
from ctg_tui.report import mail
from ctg_tui.report.content import ReportContent
from ctg_tui.report.mail import MAIL_NAME, TEXT_NAME, Attachment
from ctg_tui.services.report import content_of
from ctg_tui.services.spreadsheet.filling import LeftOut, has_fillable_workbook, of_assessment, why_not_filled
from ctg_tui.services.workspace import AnswersSent, answers_sent
from ctg_tui.storage import received as stored_received
from ctg_tui.storage import sending as sendings
from ctg_tui.storage.journal import read_forecast
from ctg_tui.storage.rows import moment_text
from ctg_tui.storage.sending import StoredSending
from ctg_tui.submission.document import build, fingerprint_of
from ctg_tui.submission.file import (
    Checked,
    Counts,
    checked,
    safe_place,
)
from ctg_tui.system.files import FOLDER_MODE, Batch, holds, remove_leftovers, shown_name, sync_folder
from ctg_tui.wording.french import NBSP, count, thousands
from ctg_tui.wording.steps import finding

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Workspace


NOT_SENT: Final = typeset("Ceci est un exemple : aucun fichier n’en est fait. Rien n’a été écrit.")


NOT_SENT_ADVICE: Final = "Pour votre propre évaluation, revenez à l’accueil avec Échap, puis appuyez sur N."


@dataclass(frozen=True)
class Sent:
    """A submission that is on the disk, read again and verified, and its sending.

    `findings` are those of the assessment sent.
    """

    path: Path
    sending: Sending
    counts: Counts
    findings: tuple[Finding, ...]

    @property
    def short(self) -> str:
        """The short fingerprint (`7F3A-21C0`), to compare over the phone: not a signature."""
        return short_fingerprint(self.sending.fingerprint)


@dataclass(frozen=True)
class Outgoing:
    """The sending that would be made: the latest one when nothing changed since, else a new one.

    Nothing is written yet. `assessment` is as its file has it, the answers kept to the Caf sent with it.
    """

    grid: Grid
    assessment: Assessment
    stored: StoredSending
    findings: tuple[Finding, ...]
    submission: Checked
    answers: AnswersSent


def compose(
    workspace: Workspace,
    assessment_id: int,
    status: Status = Status.DRAFT,
    pieces: frozenset[Enclosure] = frozenset(),
) -> Outgoing:
    """Return the sending of an assessment; the forecast, where it is one of the `pieces`, is part of it.

    Raises Refusal: `export-incomplet` (FINAL with something blocking), `lecture-seule`, `exemple` for one in
    memory: no file is made of it.
    """
    if workspace.store.is_in_memory:
        raise Refusal("exemple", NOT_SENT, NOT_SENT_ADVICE)
    created_at = workspace.clock().astimezone(UTC).replace(microsecond=0)  # as it is written
    grid, present = workspace.load(assessment_id)
    answers = answers_sent(present, created_at)
    assessment = answers.assessment
    findings = check(grid, assessment)
    if status is Status.FINAL:
        _require_complete(findings)
    same = _made_of_the_same(workspace, grid, assessment, status, pieces)
    if same is not None:
        submission = checked(json.loads(same.content), workspace.catalogue)
        return Outgoing(grid, assessment, same, findings, submission, answers)
    _require_writing(workspace)
    _require_room(assessment)
    number = _next_number(workspace, present)
    identifier = uuid4()
    document = build(
        grid,
        assessment,
        number=number,
        status=status,
        created_at=created_at,
        identifier=identifier,
        software=SOFTWARE,
    )
    submission = checked(document, workspace.catalogue)
    sending = Sending(number, str(identifier), created_at, status, fingerprint_of(grid, assessment))
    forecast = _print_of(workspace, assessment_id) if Enclosure.FORECAST in pieces else None
    stored = StoredSending(sending, forecast, submission.content)
    return Outgoing(grid, assessment, stored, findings, submission, answers)


def number_to_be(
    workspace: Workspace, assessment_id: int, status: Status, pieces: frozenset[Enclosure]
) -> int:
    """Return the number that `compose` would give. Raises Refusal."""
    grid, present = workspace.load(assessment_id)
    assessment = answers_sent(present, workspace.clock()).assessment
    same = _made_of_the_same(workspace, grid, assessment, status, pieces)
    return _next_number(workspace, present) if same is None else same.sending.number


def _made_of_the_same(
    workspace: Workspace,
    grid: Grid,
    assessment: Assessment,
    status: Status,
    pieces: frozenset[Enclosure],
) -> StoredSending | None:
    """Return the latest sending if the same would be made again: it keeps its number."""
    latest = sendings.latest(workspace.store, assessment.id)
    if latest is None or latest.sending.status is not status:
        return None
    forecast = _print_of(workspace, assessment.id) if Enclosure.FORECAST in pieces else None
    is_same = (
        latest.sending.fingerprint == fingerprint_of(grid, assessment)
        and (not pieces or forecast == latest.forecast)
        and _thread_in(latest) == assessment.said.keys()
    )
    return latest if is_same else None


_MOST_AHEAD: Final = 100
"""How far a file that came back may be ahead: a number that nobody reached leaves no room for the next."""


def _next_number(workspace: Workspace, present: Assessment) -> int:
    """Return the number after the latest one made here, and after that of each file of the assessment.

    After a restoration, or with two computers, files with higher numbers may have left.
    """
    made = sendings.latest(workspace.store, present.id)
    latest = 0 if made is None else made.sending.number
    with workspace.store.reading():
        of_it = [one.sending for one in stored_received.of_lineage(workspace.store.connection, present.uuid)]
    return max(latest, *(number for number in of_it if number <= latest + _MOST_AHEAD), 0) + 1


def _thread_in(stored: StoredSending) -> set[str]:
    """Return the ids of what was said by then, as the submission of a sending has it."""
    return {said_in(row).id for row in json.loads(stored.content).get("fil", ())}


def export(workspace: Workspace, assessment_id: int, folder: Path, status: Status = Status.DRAFT) -> Sent:
    """Write the submission of an assessment alone into `folder`, as `prepare` does in one of its own."""
    check_folder(folder)
    outgoing = compose(workspace, assessment_id, status)
    remove_leftovers(folder)
    return _make(workspace, outgoing, folder, frozenset()).sent


def _require_complete(findings: Iterable[Finding]) -> None:
    blocking = [item for item in findings if item.severity is Severity.BLOCKING]
    if blocking:
        reasons = " ".join(map(finding, blocking))
        raise Refusal(
            "export-incomplet",
            f"L’évaluation n’est pas complète. {reasons} Rien n’a été écrit.",
            "Complétez-la, ou choisissez « provisoire ».",
        )


def _require_room(assessment: Assessment) -> None:
    if len(assessment.said) > MOST_ROWS:
        raise Refusal(
            "fil-plein",
            f"Avec vos réponses, le fichier compterait {thousands(len(assessment.said))} remarques et "
            f"réponses, et {thousands(MOST_ROWS)} au plus sont possibles. Rien n’a été écrit ; vos réponses "
            "sont gardées.",
            "Retirez les réponses qui comptent le moins, puis recommencez.",
        )


def _require_writing(workspace: Workspace) -> None:
    if not workspace.store.writes:
        raise Refusal(
            "lecture-seule",
            "Vos évaluations sont ouvertes en lecture seule : un nouvel envoi ne peut pas y être noté. Rien "
            "n’a été écrit.",
            "Fermez l’autre fenêtre de ctg-tui, puis recommencez.",
        )


# What changed since a sending.


def all_sent(workspace: Workspace, assessment_id: int) -> tuple[StoredSending, ...]:
    """Return the sendings of an assessment, the latest first. Raises DatabaseRefusal."""
    return sendings.all_of(workspace.store, assessment_id)


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


# The folder of a sending: made with those above it; nothing in it is ever replaced or deleted.


def folder_of(outgoing: Outgoing) -> Path:
    """Return the folder of a sending, such as `CTG/val-de-charente/2027-annuelle/envoi-2`.

    The names of people are left out: a corrected one does not begin another folder.
    """
    identity = outgoing.assessment.identity
    year = f"{identity.year}-{identity.moment.value}"
    return Path("CTG", safe_place(identity.territory), year, f"envoi-{outgoing.stored.sending.number}")


@contextlib.contextmanager
def made(folder: Path, parent: Path) -> Iterator[None]:
    """Make the folder below `parent` and those between; on an error, remove again the new ones."""
    levels = [folder, *folder.parents]
    new: list[Path] = []
    try:
        for level in reversed(levels[: levels.index(parent)]):
            _make_level(level, new)
        yield
    except BaseException:
        for level in reversed(new):
            with contextlib.suppress(OSError):  # the first error is the one to report
                level.rmdir()
        raise


def _make_level(folder: Path, new: list[Path]) -> None:
    """Make one folder and add it to `new`, unless it is there. Raises Refusal."""
    try:
        folder.mkdir(mode=FOLDER_MODE)
        new.append(folder)
        if os.access(folder.parent, os.R_OK):  # a folder that cannot be opened cannot be synced
            sync_folder(folder.parent)
    except FileExistsError as error:
        if not folder.is_dir():
            raise Refusal(
                "pas-un-dossier",
                f"« {shown_name(folder)} » existe déjà, et c’est un fichier, pas un dossier : rien n’a été "
                "écrit.",
                "Renommez-le, ou choisissez un autre emplacement.",
            ) from error
        check_folder(folder)
    except OSError as error:
        raise Refusal(
            "dossier-protege",
            f"Le dossier « {shown_name(folder)} » n’a pas pu être créé. Rien n’a été écrit.",
            "Choisissez un autre emplacement, par exemple vos documents.",
        ) from error


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
        for candidate in _names(name):
            path = self._batch.folder / candidate
            if not os.path.lexists(path):
                self._batch.prepare(candidate, content)
            elif not holds(path, content):
                continue
            self.names.append(candidate)
            if attached:
                self.attachments.append(Attachment(candidate, content))
            return candidate
        raise AssertionError("names never end")


def _names(name: str) -> Iterator[str]:
    """Yield `a.json`, `a (2).json`, `a (3).json`…"""
    yield name
    path = Path(name)
    for number in count_from(2):
        yield f"{path.stem} ({number}){path.suffix}"


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
    mail_path: Path | None
    """The draft to open with the system's mail program."""
    not_in_workbook: tuple[LeftOut, ...] = ()
    """The answers that the Caf's workbook could not hold."""


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
    findings = check(grid, assessment)
    return Outlook(frozenset(possible), _missing(findings, forecast, pieces, advice))


def prepare(
    workspace: Workspace,
    assessment_id: int,
    parent: Path,
    *,
    pieces: frozenset[Enclosure] = ALL_PIECES,
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
    outgoing = compose(workspace, assessment_id, status, pieces)
    folder = parent / folder_of(outgoing)
    with made(folder, parent):
        # Of an act that was killed a moment ago: these may hold salaries.
        remove_leftovers(folder, seconds=0)
        return _make(workspace, outgoing, folder, pieces)


def _print_of(workspace: Workspace, assessment_id: int) -> str | None:
    """Return the print of the forecast and of its date, None for a blank one, which is not joined."""
    stored = read_forecast(workspace.store, assessment_id)
    if stored.forecast.is_blank or stored.saved_at is None:
        return None
    return digest([forecast_text(stored.forecast), moment_text(stored.saved_at)])


def _make(workspace: Workspace, outgoing: Outgoing, folder: Path, pieces: frozenset[Enclosure]) -> Dossier:
    submission, sending = outgoing.submission, outgoing.stored.sending
    with Batch(folder) as batch:
        assessment = outgoing.assessment
        forecast = _forecast(workspace, outgoing.grid, assessment)
        advice = why_not_filled(workspace, assessment.id)
        missing = _missing(outgoing.findings, forecast, pieces, advice)
        for_caf = [lack.sentence for lack in missing if lack.for_caf]
        content = content_of(workspace, outgoing.grid, assessment, sending, sending.created_at)
        files = Files(batch, Path(submission.name).stem)
        path = folder / files.put(submission.name, submission.content, attached=True)
        _write_pieces(files, content, forecast, pieces)
        not_in_workbook: tuple[LeftOut, ...] = ()
        if Enclosure.WORKBOOK in pieces and has_fillable_workbook(workspace, assessment.id):
            workbook = of_assessment(workspace, assessment.id)
            files.put(f"{files.stem}_tableur.xlsx", workbook.content, attached=True)
            not_in_workbook = workbook.left_out
        draft = mail_path = None
        if Enclosure.MAIL in pieces:
            draft = mail.draft(content, files.attachments, for_caf)
            mail_path = folder / files.put(MAIL_NAME, mail.render(draft))
            files.put(TEXT_NAME, mail.as_file(draft))
        batch.put_in_place()
        _record(workspace, outgoing, batch)
        batch.keep()
    sent = Sent(path, sending, submission.counts, outgoing.findings)
    return Dossier(folder, sent, tuple(files.names), missing, draft, mail_path, not_in_workbook)


def _record(workspace: Workspace, outgoing: Outgoing, batch: Batch) -> None:
    """Record the sending; keep the files if the database has it in spite of an error."""
    store, made_of, stored = workspace.store, outgoing.assessment.id, outgoing.stored
    answers = outgoing.answers
    if sendings.latest(store, made_of) == stored and not answers.drafts:
        return
    try:
        with store.writing():
            sendings.record(store.connection, made_of, stored)
            if answers.drafts:
                store.send(made_of, answers.rows, answers.drafts)
        workspace.read_again(made_of)
    except NotSaved as refusal:
        # If fsync fails after COMMIT, the sending may be stored: read again to know.
        if sendings.latest(store, made_of) == stored:
            batch.keep()
            refusal.message = typeset(f"{refusal.message} Les fichiers sont pourtant en place.")
        raise


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
        unfilled = [row for row in forecast.table.rows if UNFILLED.intersection(row.findings)]
        doubtful = [row for row in forecast.table.rows if row.findings and row not in unfilled]
        if unfilled:
            lines = count(
                len(unfilled),
                "ligne n’est pas entièrement remplie",
                "lignes ne sont pas entièrement remplies",
            )
            sentence = typeset(f"Tableau prévisionnel : {lines}.")
            missing.append(Missing("previsionnel-incomplet", sentence, for_caf=True))
        if doubtful:
            lines = count(len(doubtful), "ligne est à vérifier", "lignes sont à vérifier")
            sentence = typeset(f"Tableau prévisionnel : {lines}.")
            missing.append(Missing("previsionnel-a-verifier", sentence, for_caf=False))
    if about_workbook and Enclosure.WORKBOOK in pieces:
        missing.append(Missing("tableur-pas-xlsx", about_workbook, for_caf=False))
    return tuple(missing)


def _write_pieces(
    files: Files, content: ReportContent, forecast: _FiledForecast, pieces: frozenset[Enclosure]
) -> None:
    if Enclosure.HTML in pieces:
        from ctg_tui.report import html

        files.put(f"{files.stem}_rapport.html", html.render(content).encode("utf-8"), attached=True)
        meeting = html.render_meeting(content).encode("utf-8")
        files.put(f"{files.stem}_entretien.html", meeting, attached=True)
    if Enclosure.XLSX in pieces:
        from ctg_tui.report import xlsx

        files.put(f"{files.stem}_rapport.xlsx", xlsx.render(content), attached=True)
    identity = content.assessment.identity
    yearly = "_".join(files.stem.split("_")[:3])  # territory and year
    if Enclosure.FORECAST in pieces and not forecast.is_blank and forecast.saved_at is not None:
        workbook = forecast_workbook.render(forecast.table, identity, saved_at=forecast.saved_at)
        files.put(f"{yearly}_previsionnel.xlsx", workbook, attached=True)
