"""Any file that a person opens: what it is, what taking it would do, and taking it.

What the Caf answered, in a workbook or in a file, joins the thread of one's own assessment: one union, in any
order, twice or late. Another submission is kept among the files received.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui import PROGRAM
from ctg_tui.domain import edits
from ctg_tui.domain.assessment import Territory
from ctg_tui.domain.changes import Edit, Operation, from_submission, from_workbook
from ctg_tui.domain.details import TERRITORY, cleaned_identity, is_another_territory
from ctg_tui.domain.errors import InvalidDocument, Refusal, typeset
from ctg_tui.domain.grid import Origin
from ctg_tui.domain.text import clean, value_of
from ctg_tui.domain.thread import Thread, is_too_much, points_of, union
from ctg_tui.formats import OF_THE_PATH, ProblemCode, with_own_line_ends
from ctg_tui.grids.catalogue import GridFile, parse_grid
from ctg_tui.report.mail import MAIL_NAME, TEXT_NAME
from ctg_tui.services.files import (
    NOT_FOLLOWED,
    Piece,
    kept,
    pieces,
    read,
    short,
    stored_submission,
    unforeseen,
    unknown_grid,
)
from ctg_tui.services.spreadsheet import reading
from ctg_tui.services.workspace import double_of
from ctg_tui.spreadsheet.returned_report import ReturnedReport, read_returned
from ctg_tui.storage import received as stored_received
from ctg_tui.storage import sending as sendings
from ctg_tui.storage.documents import hash_of
from ctg_tui.submission.document import fingerprint_of, serialise
from ctg_tui.submission.file import FORECAST, InvalidSubmission, Received, examine, piece_name
from ctg_tui.system.files import shown_name
from ctg_tui.wording import exchange as words
from ctg_tui.wording.french import NARROW, assessment_name, count

if TYPE_CHECKING:
    from datetime import datetime

    from ctg_tui.domain.thread import Said
    from ctg_tui.services.workspace import Workspace
    from ctg_tui.spreadsheet.understanding import Unread


class Nature(StrEnum):
    """What a file is; the value is its spelling in `--json`."""

    SUBMISSION = "soumission"
    RETURNED = "classeur"
    WORKBOOK = "tableur"
    GRID = "grille"
    UNKNOWN = "inconnu"


class State(StrEnum):
    """What became of a file: taken, only read, there already, refused."""

    TAKEN = "pris"
    READ = "lu"
    ALREADY = "deja"
    REFUSED = "refuse"


class Found(NamedTuple):
    """What a file is, and what taking it would do; nothing is written.

    `refusal` is why nothing can be done with it. `title` says in French what it is. `own_id` is the number of
    one's own assessment that it is about. `rows` are what it says that is new here; `is_here` is True when
    nothing in it is new. A file found in a folder is not `is_given`.
    """

    path: Path
    name: str
    nature: Nature
    refusal: Refusal | None
    title: str
    own_id: int | None = None
    received: Received | None = None
    returned: ReturnedReport | None = None
    rows: Thread = ()
    is_here: bool = False
    is_given: bool = True
    grid: GridFile | None = None
    source: str = ""
    """Where the journal says that its rows come from."""
    readable: int = 0
    """How many files received wait for the grid that a Caf's workbook gives."""
    is_of_received: bool = False
    """Whether a workbook answers an assessment among those received."""

    @property
    def is_aside(self) -> bool:
        """Whether it is named and left aside: of a folder, with nothing to take."""
        return not self.is_given and self.refusal is not None and self.refusal.code in _ASIDE

    @property
    def unread(self) -> tuple[Unread, ...]:
        """The cells of a workbook sent back that could not be read."""
        return () if self.returned is None else self.returned.unread

    @property
    def sent_or_received(self) -> Thread:
        """All that it says, new here or not."""
        if self.returned is not None:
            return self.returned.rows
        return () if self.received is None else tuple(self.received.assessment.said.values())


class Outcome(NamedTuple):
    """What became of a file; `rows` counts what was said in it: when taken, what was new."""

    found: Found
    state: State
    code: str
    message: str
    rows: int = 0
    unread: tuple[Unread, ...] = ()
    own_id: int | None = None


_ASIDE: Final = NOT_FOLLOWED | {"autre-fichier", "autre-piece", "salaires"}
_NOT_A_SUBMISSION: Final = OF_THE_PATH | {ProblemCode.UNKNOWN_FORMAT, ProblemCode.NOT_JSON}
_DATABASE: Final = b"SQLite format 3\x00"
_TABLES: Final = (".xlsx", ".ods", ".csv", ".xlsm")


def look(workspace: Workspace, path: Path) -> Found:
    """Return what the file at `path` is. Raises DatabaseRefusal."""
    return _look(workspace, read(Piece(path, is_given=True)))


def look_into(workspace: Workspace, folder: Path) -> tuple[Found, ...]:
    """Return what each file of a folder is, in a stable order; hidden files and links are named.

    An empty folder is one refused row. Raises DatabaseRefusal.
    """
    return tuple(looked_at(workspace, (folder,)))


def looked_at(workspace: Workspace, paths: Iterable[Path]) -> Iterator[Found]:
    """Yield what each file at `paths` and in their folders is. Raises DatabaseRefusal."""
    paths = tuple(paths)
    seen: set[Path] = set()
    for piece in pieces(paths):
        if piece.refusal is None or piece.refusal.code not in NOT_FOLLOWED:
            seen |= {piece.path, *piece.path.parents}
        yield _look(workspace, piece)
    for path in paths:
        if path not in seen:
            name = shown_name(path)
            refusal = InvalidDocument(
                "dossier-vide",
                f"Le dossier « {name} » ne contient aucun fichier.",
                "Enregistrez-y les pièces jointes des courriels, puis recommencez.",
            )
            yield Found(path, name, Nature.UNKNOWN, refusal, "")


def _look(workspace: Workspace, piece: Piece) -> Found:
    found = Found(piece.path, piece.name, Nature.UNKNOWN, None, "", is_given=piece.is_given)
    try:
        if piece.content is None:
            assert piece.refusal is not None
            raise piece.refusal
        return _of_content(workspace, found, piece.content)
    except InvalidDocument as refusal:
        is_mail_of_ours = piece.name == MAIL_NAME and (
            not piece.is_given or piece.path.with_name(TEXT_NAME).is_file()
        )
        draft = words.other_piece(piece.name, "un brouillon de courriel")
        why = draft if is_mail_of_ours else words.nothing_taken(refusal)
        return found._replace(nature=_nature_of(piece, refusal), refusal=why)
    except Refusal:
        raise
    except Exception as error:  # noqa: BLE001 - the other files are read, and this one is named
        return found._replace(refusal=unforeseen(piece, error))


def _nature_of(piece: Piece, refusal: InvalidDocument) -> Nature:
    """Return what a refused file seems to be."""
    if isinstance(refusal, InvalidSubmission):
        return Nature.UNKNOWN if refusal.problem.code in _NOT_A_SUBMISSION else Nature.SUBMISSION
    if refusal.code.startswith("tableur-") and refusal.code != "tableur-ancien-format":
        return Nature.WORKBOOK
    return Nature.GRID if refusal.code == "grille-invalide" and piece.suffix == ".toml" else Nature.UNKNOWN


def _of_content(workspace: Workspace, found: Found, content: bytes) -> Found:
    name, suffix = found.name, found.path.suffix.casefold()
    if content.startswith(_DATABASE):
        raise InvalidDocument(
            "sauvegarde",
            f"« {name} » est une sauvegarde d’évaluations. {words.NOTHING_TAKEN}",
            f"Pour la remettre en place : « {PROGRAM} restaurer », suivi de son chemin.",
        )
    piece = piece_name(content)
    if piece == FORECAST:
        raise words.salaries(name)
    if content.startswith(b"PK") or suffix in _TABLES:
        return _workbook(workspace, found, content)
    if suffix == ".toml":
        file = GridFile(parse_grid(content, name), name, content, Origin.INSTALLED)
        known = {grid.fingerprint for grid in workspace.shelf.installed()}
        title = typeset(f"Grille de {count(len(file.grid.activities), 'ligne')} · {file.grid.title}")
        is_here = file.grid.fingerprint in known
        return found._replace(nature=Nature.GRID, title=title, grid=file, is_here=is_here)
    if suffix == ".json" or content.lstrip().startswith(b"{"):
        return _submission(workspace, found, content)
    if piece:
        raise words.other_piece(name, piece)
    raise InvalidDocument(
        "autre-fichier",
        f"« {name} » n’est ni un fichier pour la Caf, ni un classeur, ni une grille. {words.NOTHING_TAKEN}",
        "Vérifiez que c’est le bon fichier.",
    )


def _submission(workspace: Workspace, found: Found, content: bytes) -> Found:
    received = examine(with_own_line_ends(content), workspace.catalogue)
    if not isinstance(received, Received):
        raise InvalidSubmission(found.path, received)
    given = received.assessment
    own_id = own_ids(workspace).get(given.uuid)
    found = found._replace(
        nature=Nature.SUBMISSION,
        own_id=own_id,
        received=received,
        rows=tuple(given.said.values()),
        source=from_submission(received.fingerprint),
    )
    if own_id is not None:
        found = _of_own(workspace, found, own_id, given.identity.territory)
        is_known = _has_state(workspace, own_id, received) or _is_kept(workspace, received)
        found = found._replace(is_here=found.is_here and is_known)
    else:
        found = found._replace(is_here=_is_kept(workspace, received))
    title = words.submission_title(
        given.identity, received.sending, len(found.rows), is_own=own_id is not None
    )
    return found._replace(title=title)


def _workbook(workspace: Workspace, found: Found, content: bytes) -> Found:
    """Return what a workbook is: ours, sent back filled, or a Caf's."""
    is_csv = not content.startswith(b"PK")
    returned = None if is_csv else read_returned(content, found.name, workspace.catalogue.find)
    if returned is None:
        columns = reading.ColumnsSaid(kept=reading.kept_columns(workspace.store))
        file = reading.read(found.path, workspace.catalogue, columns=columns)
        grid, _, said = file.summary.partition(f"{NARROW}; ")
        title = f"Tableur d’une Caf · {said.rstrip('.')} · {grid}" if said else file.summary
        readable = len(_waiting(workspace, file.grid.fingerprint))
        return found._replace(nature=Nature.WORKBOOK, title=title, readable=readable)
    own_id = own_ids(workspace).get(returned.assessment)
    found = found._replace(
        nature=Nature.RETURNED,
        own_id=own_id,
        returned=returned,
        rows=returned.rows,
        source=from_workbook(hash_of(content), ""),
        title=_title_of(returned, None),
    )
    if own_id is None:
        with workspace.store.reading():
            of_it = stored_received.of_lineage(workspace.store.connection, returned.assessment)
        return found._replace(is_of_received=bool(of_it))
    year = workspace.store.load(own_id).assessment.identity.year
    found = found._replace(title=_title_of(returned, year))
    return _of_own(workspace, found, own_id, returned.territory)


def _title_of(back: ReturnedReport, year: int | None) -> str:
    if back.is_unanswered:
        return words.unanswered_title(back.territory, year)
    return words.answer_title(back.rows, back.author, back.territory, year, len(back.unread))


def own_ids(workspace: Workspace) -> dict[str, int]:
    """Return the numbers of one's own assessments by their stable id. Raises DatabaseRefusal."""
    return dict(stored_received.own_ids(workspace.store))


def _is_kept(workspace: Workspace, received: Received) -> bool:
    """Return whether a submission is among the files received."""
    with workspace.store.reading():
        sha256 = hash_of(serialise(received.document))
        return stored_received.is_kept(workspace.store.connection, sha256)


def _of_own(workspace: Workspace, found: Found, own_id: int, territory: Territory) -> Found:
    """Return a file about one's own assessment, with what is new in it. Raises InvalidDocument."""
    own = workspace.store.load(own_id).assessment
    here = own.identity.territory
    if is_another_territory(here, territory) and not _was_sent_as(workspace, own_id, territory):
        raise InvalidDocument(
            "autre-territoire",
            f"« {found.name} » parle de « {clean(territory.name)} », et votre évaluation n° {own_id}, dont "
            f"il vient, de « {clean(here.name)} ». {words.NOTHING_TAKEN}",
            "Demandez à l’expéditeur de quel territoire il s’agit.",
        )
    rows = tuple(said for said in found.rows if said.id not in own.said)
    return found._replace(rows=rows, is_here=not rows)


def _was_sent_as(workspace: Workspace, own_id: int, territory: Territory) -> bool:
    """Return whether an assessment was sent under the name of a territory, which was changed since."""
    sent = (json.loads(one.content)["territoire"] for one in sendings.all_of(workspace.store, own_id))
    return any(not is_another_territory(value_of(Territory, one, TERRITORY), territory) for one in sent)


def _has_state(workspace: Workspace, own_id: int, received: Received) -> bool:
    """Return whether the state of a file is that of an assessment now, or was sent of it."""
    own = workspace.store.load(own_id).assessment
    grid = workspace.catalogue.own_grid(own)
    states = {one.sending.fingerprint for one in sendings.all_of(workspace.store, own_id)}
    states |= set() if grid is None else {fingerprint_of(grid, own)}
    return received.fingerprint in states


# Taking files: all that are given together, or nothing.


def take(workspace: Workspace, found: Found) -> Outcome:
    """Take a file. Raises DatabaseRefusal, NotSaved: nothing is then taken."""
    (outcome,) = take_all(workspace, (found,))
    return outcome


def take_all(workspace: Workspace, files: Iterable[Found]) -> tuple[Outcome, ...]:
    """Take files together, as one edit of each assessment of one's own, or none of them.

    Raises DatabaseRefusal, NotSaved: nothing is then taken.
    """
    with workspace.store.writing() as now:
        taking = _Taking(workspace, now)
        outcomes = tuple(map(taking.take, files))
        taking.record()
    workspace.shelf.forget()
    for own_id in taking.said:
        workspace.read_again(own_id)
    return outcomes


def outcome_without_writing(found: Found) -> Outcome | None:
    """Return what becomes of a file of which nothing is to be written; None for any other."""
    if found.refusal is not None:
        state = State.READ if found.is_aside else State.REFUSED
        return Outcome(found, state, found.refusal.code, found.refusal.sentences())
    if found.nature is Nature.RETURNED and found.own_id is None:
        return _answer_to_another(found)
    if found.nature is Nature.RETURNED and not found.sent_or_received:
        return _read(found, "classeur-non-lu" if found.unread else "classeur-vide", nothing_filled(found))
    if found.nature is Nature.WORKBOOK and not found.readable:
        return _read(found, "tableur-lu", f"« {found.name} » : {found.title}")
    if found.nature is Nature.GRID and found.is_here:
        message = typeset(f"« {found.name} » : {found.title}, déjà installée.")
        return Outcome(found, State.ALREADY, "grille-deja", message)
    return None


def nothing_filled(found: Found) -> str:
    """Return that a workbook sent back says nothing, or nothing that can be read."""
    return words.nothing_filled(found.name, found.own_id, is_unread=bool(found.unread))


def _answer_to_another(found: Found) -> Outcome:
    """Return what becomes of a workbook that answers no assessment of one's own."""
    if found.is_of_received:
        message = (
            f"« {found.name} » répond à une évaluation reçue, qui n’est pas la vôtre ({found.title}). "
            f"{words.NOTHING_TAKEN} Envoyez-le à qui l’a remplie."
        )
        return _read(found, "classeur-d-un-autre", message)
    message = (
        f"« {found.name} » répond à une évaluation qui n’est pas ici ({found.title}). {words.NOTHING_TAKEN} "
        "Pour le prendre, ouvrez d’abord le fichier pour la Caf de cette évaluation et reprenez-la comme la "
        "vôtre."
    )
    return _read(found, "evaluation-absente", message)


def _read(found: Found, code: str, message: str) -> Outcome:
    """Return that a file was only read, with what else is in a workbook sent back."""
    unread = found.unread
    if found.returned is not None:
        cells = [(one.address, one.value, one.reason) for one in unread]
        message = " ".join(filter(None, (message, words.aside(len(found.returned.changed), cells))))
    rows = len(found.sent_or_received)
    return Outcome(found, State.READ, code, typeset(message), rows, unread, found.own_id)


class _Taking:
    """The transaction of files that are taken together; `said` is what each own assessment gets."""

    def __init__(self, workspace: Workspace, now: datetime) -> None:
        self.said: dict[int, list[Said]] = {}
        self._workspace = workspace
        self._now = now
        self._sources: dict[str, str] = {}

    def take(self, found: Found) -> Outcome:
        """Return what becomes of one file; what it says is written by `record`."""
        outcome = outcome_without_writing(found)
        if outcome is not None:
            return outcome
        if found.grid is not None:
            self._workspace.store.keep_grid(found.grid)
            message = typeset(f"« {found.name} » : {found.title}, installée.")
            return Outcome(found, State.TAKEN, "grille-prise", message)
        if found.nature is Nature.WORKBOOK:
            number = _take_grid(self._workspace, found.path)
            readable = count(number, "fichier reçu se lit maintenant", "fichiers reçus se lisent maintenant")
            message = f"« {found.name} » : c’est la grille de sa Caf, elle est gardée. {readable}."
            return Outcome(found, State.TAKEN, "grille-prise", typeset(message))
        return self._keep(found) if found.own_id is None else self._hear(found, found.own_id)

    def _hear(self, found: Found, own_id: int) -> Outcome:
        """Return what becomes of a file about one's own assessment."""
        own = self._workspace.store.load(own_id).assessment
        heard = self.said.get(own_id, [])
        present = union(own.said.values(), heard)
        whole = union(present, found.sent_or_received)
        number = len(whole) - len(present)
        if is_too_much(present, found.sent_or_received):
            message = words.too_many(found.name, len(whole))
            return Outcome(found, State.REFUSED, "fil-plein", message, own_id=own_id)
        if whole != present:  # with an earlier date at least
            self.said.setdefault(own_id, []).extend(found.sent_or_received)
            for said in found.sent_or_received:
                self._sources.setdefault(said.id, found.source)
        if not number:
            return self._nothing_new(found, own_id)
        own = own._replace(said={said.id: said for said in whole})
        grid = self._workspace.catalogue.own_grid(own)
        to_see = sum(point.is_to_see for point in points_of(own, grid))
        message = words.taken(found.name, number, own_id, own.identity, to_see)
        outcome = _read(found, "fil-pris", message)._replace(state=State.TAKEN, rows=number)
        return self._with_another_state(found, own_id, outcome)

    def _nothing_new(self, found: Found, own_id: int) -> Outcome:
        outcome = _read(found, "deja-la", words.already(found.name, own_id))
        return self._with_another_state(found, own_id, outcome._replace(state=State.ALREADY, rows=0))

    def _with_another_state(self, found: Found, own_id: int, outcome: Outcome) -> Outcome:
        """Keep a submission of another state than one's own among the files received, to be read."""
        received = found.received
        if received is None or _has_state(self._workspace, own_id, received):
            return outcome
        differs = (
            "Ses notes ou ses textes diffèrent des vôtres : ils ne sont pas repris, le fichier est parmi"
        )
        outcome = outcome._replace(message=typeset(f"{outcome.message} {differs} les reçus."))
        if self._store(found, received) is not None or outcome.state is State.TAKEN:
            return outcome
        return outcome._replace(state=State.READ, code="autre-version")

    def _keep(self, found: Found) -> Outcome:
        """Keep a submission of someone else among the files received."""
        received = found.received
        assert received is not None
        of_lineage = stored_received.of_lineage(self._workspace.store.connection, received.assessment.uuid)
        present = self._store(found, received)
        if present is not None:
            message = typeset(f"« {found.name} » : déjà parmi les fichiers reçus ({short(present)}).")
            return Outcome(found, State.ALREADY, "soumission-deja", message)
        new = stored_submission(serialise(received.document), found.name, received, self._now)
        message = kept(new, of_lineage, grid_is_known=received.grid is not None)
        return _read(found, "soumission-gardee", words.kept(found.name, message))

    def _store(self, found: Found, received: Received) -> stored_received.StoredSubmission | None:
        """Keep a submission; return the one that is there already, if any."""
        connection = self._workspace.store.connection
        content = serialise(received.document)
        new = stored_submission(content, found.name, received, self._now)
        of_lineage = stored_received.of_lineage(connection, new.lineage)
        same = next((one for one in of_lineage if one.sha256 == new.sha256), None)
        if same is None:
            stored_received.keep(connection, new, content)
        return same

    def record(self) -> None:
        """Write what was said, as one edit of each assessment."""
        for own_id, rows in self.said.items():
            made = edits.hear(self._workspace.store.load(own_id).assessment, rows)
            changes = tuple(change._replace(source=self._sources[change.key]) for change in made)
            self._workspace.store.record(own_id, Edit(Operation.IMPORT, changes), None)


# A Caf's workbook, whose grid files received wait for.


def _waiting(workspace: Workspace, fingerprint: str) -> tuple[stored_received.StoredSubmission, ...]:
    """Return the files received that are filled with a grid that is not known here, of that fingerprint."""
    return tuple(
        one
        for one in stored_received.all_kept(workspace.store)
        if one.grid_fingerprint == fingerprint and workspace.catalogue.own_grid(one) is None
    )


def _take_grid(workspace: Workspace, path: Path) -> int:
    """Keep the grid of a Caf's workbook; return how many files received can be read now."""
    columns = reading.ColumnsSaid(kept=reading.kept_columns(workspace.store))
    file = reading.grid_made_of(path, workspace.catalogue, columns)
    waiting = _waiting(workspace, file.grid.fingerprint)
    workspace.store.keep_grid(file._replace(workbook=None))  # the lines, not the answers of a sheet
    workspace.shelf.forget()
    for one in waiting:
        content = stored_received.content_of(workspace.store, one.sha256) or b""
        found = examine(content, workspace.catalogue)
        if isinstance(found, Received):
            row = stored_submission(content, one.file_name, found, one.received_at)
            stored_received.keep(workspace.store.connection, row, content)
    return len(waiting)


# A submission that becomes one's own assessment: a successor's, or on a new computer.


def take_as_mine(workspace: Workspace, found: Found, *, doubles: bool = False) -> int:
    """Make one's own assessment of a submission, thread and all; return its number.

    It keeps its stable id, and the file is its latest sending: the next number follows it. Its values are one
    edit. Raises Refusal: the file's own, `pas-une-soumission`, `deja-la` or `autre-version` when it is here,
    `grille-inconnue`, `evaluation-en-double` when another assessment is of the same territory, year and
    moment, unless it `doubles` it; NotSaved. Nothing is then made.
    """
    if found.refusal is not None:
        raise found.refusal
    received = found.received
    if received is None:
        raise words.not_a_submission(found.name)
    given = received.assessment
    own_id = own_ids(workspace).get(given.uuid)
    if own_id is not None:
        if _has_state(workspace, own_id, received):
            what = f"« {found.name} » : c’est déjà votre évaluation n° {own_id}. Rien n’a été changé."
            raise Refusal("deja-la", what)
        raise Refusal(
            "autre-version",
            f"« {found.name} » est une autre version de votre évaluation n° {own_id}. {words.NOTHING_TAKEN}",
            f"Pour la compléter avec ce fichier : « {PROGRAM} importer {found.name} --dans {own_id} ».",
        )
    double = None if doubles else double_of(workspace, given.identity)
    if double is not None:
        raise Refusal(
            "evaluation-en-double",
            f"{double.sentence} C’est votre évaluation n° {double.id}. {words.NOTHING_TAKEN}",
            "Pour en faire une deuxième : ouvrez ce fichier dans l’interface, par la touche O.",
        )
    grid = workspace.catalogue.own_grid(given)
    if grid is None:
        raise unknown_grid(given.grid_id, words.NOTHING_TAKEN)
    store = workspace.store
    with store.writing():
        own_id = store.create(grid, cleaned_identity(given.identity), file=workspace.catalogue.file_of(grid))
        stored_received.follow_up(store.connection, own_id, given.uuid, given.previous_uuid)
        sent = sendings.StoredSending(received.sending, None, serialise(received.document))
        sendings.record(store.connection, own_id, sent)
        source = from_submission(received.fingerprint)
        made = edits.replacement(store.load(own_id).assessment, grid, given, grid)
        changes = tuple(change._replace(source=source) for change in made)
        store.record(own_id, Edit(Operation.IMPORT, changes), None)
    workspace.shelf.forget()
    return own_id


def mine_words(found: Found, own_id: int) -> str:
    """Return that a submission is one's own assessment now, and what no submission holds."""
    assert found.received is not None
    return typeset(
        f"Reprise : {assessment_name(found.received.assessment.identity)}, nouvelle évaluation n° {own_id}. "
        "Un fichier pour la Caf ne contient ni le tableau prévisionnel, ni les années d’avant, ni les "
        "réponses commencées : une sauvegarde, si."
    )
