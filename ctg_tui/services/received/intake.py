"""Take received submissions into the database, byte for byte: all that one command takes, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.domain.errors import InvalidDocument, Refusal, typeset
from ctg_tui.formats import OF_THE_PATH, Problem, ProblemCode, with_own_line_ends
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.report.mail import MAIL_NAME
from ctg_tui.services.files import Piece, pieces, stored_submission, unforeseen
from ctg_tui.services.spreadsheet.reading import RECEIVED, ColumnsSaid, grid_made_of, kept_columns
from ctg_tui.storage import received as stored_received
from ctg_tui.storage.received import StoredSubmission
from ctg_tui.submission.file import (
    FORECAST,
    InvalidSubmission,
    Received,
    examine,
    other_piece,
    piece_name,
)
from ctg_tui.system.files import shown_name
from ctg_tui.wording import received as words

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from ctg_tui.services.workspace import Workspace


WORKBOOKS: Final = (".xlsx", ".ods", ".csv", ".xls", ".xlsm")
"""The ends of the names that are read as workbooks."""
_ENDS: Final = (*WORKBOOKS, *RECEIVED, ".html", ".txt")
"""The ends of names that are a file's: anything else that is not there is taken for a folder."""
_NO_FOLDER, _EMPTY_FOLDER = "dossier-absent", "dossier-vide"
_NOT_A_SUBMISSION: Final = OF_THE_PATH | {ProblemCode.UNKNOWN_FORMAT, ProblemCode.NOT_JSON}


class Nature(StrEnum):
    """What a received file is."""

    SUBMISSION = "soumission"
    WORKBOOK = "tableur"
    PIECE = "piece"
    UNKNOWN = "inconnu"


class State(StrEnum):
    """What became of a file: taken, only read, there already, left aside (nothing to take), refused."""

    TAKEN = "pris"
    READ = "lu"
    ALREADY = "deja"
    LEFT = "laisse"
    REFUSED = "refuse"


class Outcome(NamedTuple):
    """What became of one file. `submission` is the one taken, or the one that is there already.

    `own_id` is the number of the person's own assessment that a submission is of (it is received when it
    has another content). `state` is None for a workbook: the caller reads it.
    """

    piece: Piece
    nature: Nature
    state: State | None
    code: str = ""
    message: str = ""
    submission: StoredSubmission | None = None
    own_id: int | None = None

    @property
    def is_no_file(self) -> bool:
        """Whether it stands for a folder that is empty or absent."""
        return self.code in {_NO_FOLDER, _EMPTY_FOLDER}

    @property
    def assessment(self) -> str | None:
        """The stable id of the assessment that the file is about; None for any other file."""
        return None if self.submission is None else self.submission.lineage


class Intake:
    """The transaction of one import; see `intake`."""

    def __init__(
        self, catalogue: Catalogue, open_to_write: Callable[[], Workspace], stack: ExitStack
    ) -> None:
        self._catalogue = catalogue
        self._open_to_write = open_to_write
        self._stack = stack
        self._workspace: Workspace | None = None
        self._now: datetime | None = None
        self._is_storing = False

    def take_all(self, found: Iterable[Piece]) -> Iterator[Outcome]:
        """Yield what becomes of each file; nothing is stored before the end of `intake`."""
        return map(self.take, found)

    def take(self, piece: Piece) -> Outcome:
        """Return what becomes of one file. Raises DatabaseRefusal, NotSaved: nothing is then stored."""
        self._is_storing = False
        try:
            return self._taken(piece)
        except Exception as error:
            if self._is_storing or isinstance(error, Refusal):  # half of a file is never kept
                raise
            return _refused(piece, Nature.UNKNOWN, unforeseen(piece, error))

    def _taken(self, piece: Piece) -> Outcome:
        other = other_than_a_document(piece)
        if other is not None or piece.content is None:
            return other or _refused(piece, Nature.UNKNOWN, piece.refusal)
        return self._submission(piece, piece.content)

    def _submission(self, piece: Piece, content: bytes) -> Outcome:
        content = with_own_line_ends(content)  # what was sent, whatever a mail made of it
        found = examine(content, self._catalogue)
        if isinstance(found, Received):
            return self._keep(piece, content, found)
        return refused_submission(piece, found)

    def _keep(self, piece: Piece, content: bytes, found: Received) -> Outcome:
        from ctg_tui.services.received.own import other_version

        workspace, now = self._writing()
        connection = workspace.store.connection
        new = stored_submission(content, piece.name, found, now)
        own_id = stored_received.id_of(connection, new.lineage)
        other = None if own_id is None else other_version(workspace, own_id, found)
        if own_id is not None and other is None:
            message = words.already(piece.name, own_id)
            return Outcome(piece, Nature.SUBMISSION, State.ALREADY, "deja-la", message, new, own_id)
        of_lineage = stored_received.of_lineage(connection, new.lineage)
        same = next((one for one in of_lineage if _is_same(one, new)), None)
        if same is not None:
            message = typeset(f"« {piece.name} » : déjà là ({words.short(same)}).")
            return Outcome(piece, Nature.SUBMISSION, State.ALREADY, "soumission-deja", message, same, own_id)
        stored_received.keep(connection, new, content)
        code = "soumission-prise"
        message = words.taken(new, of_lineage, grid_is_known=found.grid is not None)
        if other is not None:
            code = "autre-version"
            message = f"{message} {words.received(other.name, other.warning)}"
        return Outcome(piece, Nature.SUBMISSION, State.TAKEN, code, message, new, own_id)

    def _writing(self) -> tuple[Workspace, datetime]:
        """Return the database, opened for the first submission: a refused file creates none."""
        self._is_storing = True
        if self._workspace is None or self._now is None:
            self._workspace = self._open_to_write()
            self._workspace.writer.settle()
            self._now = self._stack.enter_context(self._workspace.store.writing())
        return self._workspace, self._now


def other_than_a_document(piece: Piece) -> Outcome | None:
    """Return what becomes of a file that is no submission; None for one that may be."""
    if piece.refusal is not None or piece.content is None:
        if piece.name == MAIL_NAME and not piece.is_given:  # the draft beside the files of a dossier
            message = typeset(
                f"« {piece.name} » : c’est un brouillon de courriel, il n’y a rien à y prendre."
            )
            return Outcome(piece, Nature.PIECE, State.LEFT, ProblemCode.OTHER_PIECE.value, message)
        return _refused(piece, Nature.UNKNOWN, piece.refusal)
    other = piece_name(piece.content)
    if other == FORECAST:
        message = typeset(words.SALARIES.format(piece.name))
        return Outcome(piece, Nature.PIECE, State.LEFT, "salaires", message)
    is_asked_for = piece.is_given and piece.suffix in WORKBOOKS  # a report's answers can be taken
    if other and not is_asked_for:
        message = typeset(f"« {piece.name} » : c’est {other}, il n’y a rien à y prendre.")
        return Outcome(piece, Nature.PIECE, State.LEFT, ProblemCode.OTHER_PIECE.value, message)
    if piece.suffix in WORKBOOKS:
        return Outcome(piece, Nature.WORKBOOK, None)
    if piece.suffix != ".json" and not piece.content.lstrip().startswith(b"{"):
        message = typeset(f"« {piece.name} » n’est pas un fichier pour la Caf.")
        return Outcome(piece, Nature.UNKNOWN, State.LEFT, "autre-fichier", message)
    return None


def said_if_left(path: Path) -> str:
    """Return what a file is that has nothing to take (a report, a forecast); empty for any other."""
    found = map(other_than_a_document, pieces((path,)))
    left = [outcome.message for outcome in found if outcome is not None and outcome.state is State.LEFT]
    return words.left_aside(left) if left else ""


def refused_submission(piece: Piece, found: Problem) -> Outcome:
    """Return the refusal of a file that is no submission for the reason `found`."""
    refusal = InvalidSubmission(piece.path, found)
    if piece.is_given and (other := other_piece(piece.path)):
        refusal = InvalidSubmission(piece.path, other)
    is_one = found.code not in _NOT_A_SUBMISSION and piece.suffix == ".json"
    return _refused(piece, Nature.SUBMISSION if is_one else Nature.UNKNOWN, refusal)


@contextmanager
def intake(catalogue: Catalogue, open_to_write: Callable[[], Workspace]) -> Iterator[Intake]:
    """Run one import, stored when the block ends, whole or not at all. Raises DatabaseRefusal, NotSaved."""
    with ExitStack() as stack:
        yield Intake(catalogue, open_to_write, stack)


def receive(
    workspace: Workspace, paths: Iterable[Path], progress: Callable[[], None] = lambda: None
) -> tuple[Outcome, ...]:
    """Take every submission at `paths` into an open database, whole, or nothing; return what became of each.

    `progress` is called after each file, and may stop it.

    Raises DatabaseRefusal, NotSaved; InvalidDocument when there is no file at all.
    """
    with intake(workspace.catalogue, lambda: workspace) as taking:
        taken = []
        for outcome in taking.take_all(found_at(paths)):
            taken.append(_without_content(outcome))
            progress()
    outcomes = tuple(with_grid(workspace, outcome) for outcome in taken)
    nothing = [one.piece.refusal for one in outcomes if one.is_no_file]
    if nothing and nothing[0] is not None and len(nothing) == len(outcomes):
        raise nothing[0]
    return outcomes


def take_grid(workspace: Workspace, path: Path) -> int:
    """Keep the grid of a Caf's workbook where files received were filled with it and wait for it.

    Return how many can be read now: 0 for a workbook that none waits for. Raises DatabaseRefusal, NotSaved.
    """
    known = workspace.catalogue
    every = stored_received.all_kept(workspace.store)
    waiting = [one for one in every if known.own_grid(one) is None]
    if not waiting:
        return 0
    try:
        file = grid_made_of(path, workspace.catalogue, ColumnsSaid(kept=kept_columns(workspace.store)))
    except InvalidDocument:  # no table of a grid: its own page says so
        return 0
    readable = [one for one in waiting if one.grid_fingerprint == file.grid.fingerprint]
    if not readable:
        return 0
    workspace.writer.settle()
    with workspace.store.writing():
        workspace.store.keep_grid(file._replace(workbook=None))  # the lines, not the answers of a sheet
        workspace.shelf.forget()
        for one in readable:
            content = stored_received.content_of(workspace.store, one.sha256) or b""
            found = examine(content, known)
            if isinstance(found, Received):
                row = stored_submission(content, one.file_name, found, one.received_at)
                stored_received.set_figures(workspace.store.connection, row)
    workspace.shelf.forget()
    return len(readable)


def found_at(paths: Iterable[Path]) -> Iterator[Piece]:
    """Yield the files at `paths` as `pieces` does, and a refused one for a folder that is empty or absent."""
    paths = tuple(paths)
    seen: set[Path] = set()
    for piece in pieces(paths):
        seen |= {piece.path, *piece.path.parents}
        yield _no_folder(piece) if piece.is_given and piece.suffix not in _ENDS else piece
    for path in paths:
        if path not in seen:
            yield Piece(path, refusal=InvalidDocument(_EMPTY_FOLDER, *words.empty_folder(shown_name(path))))


def _no_folder(piece: Piece) -> Piece:
    """Return a piece that is not there as a folder that is not there."""
    if piece.refusal is None or piece.refusal.code != ProblemCode.ABSENT.value:
        return piece
    return piece._replace(refusal=InvalidDocument(_NO_FOLDER, *words.no_folder(piece.name)))


def _without_content(outcome: Outcome) -> Outcome:
    """Return the outcome without the bytes of its file; a workbook has its own page."""
    outcome = outcome._replace(piece=outcome.piece._replace(content=None))
    if outcome.state is not None:
        return outcome
    message = typeset(f"« {outcome.piece.name} » est un tableur : lisez-le depuis l’accueil (touche T).")
    return outcome._replace(state=State.READ, code="tableur-a-lire", message=message)


def with_grid(workspace: Workspace, outcome: Outcome) -> Outcome:
    """Return the outcome of a workbook that gave the grid that files received wait for; any other as it is.

    Raises as `take_grid` does.
    """
    is_workbook = outcome.nature is Nature.WORKBOOK
    number = take_grid(workspace, outcome.piece.path) if is_workbook else 0
    if not number:
        return outcome
    message = words.grid_taken(outcome.piece.name, number)
    return outcome._replace(state=State.TAKEN, code="grille-prise", message=message)


def _is_same(one: StoredSubmission, other: StoredSubmission) -> bool:
    """Return whether two files are one: the same bytes, or one state exported twice."""
    return one.sha256 == other.sha256 or (one.fingerprint, one.sending, one.status) == (
        other.fingerprint,
        other.sending,
        other.status,
    )


def _refused(piece: Piece, nature: Nature, refusal: InvalidDocument | None) -> Outcome:
    assert refusal is not None
    return Outcome(piece, nature, State.REFUSED, refusal.code, refusal.sentences())
