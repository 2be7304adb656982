"""The adviser's review of a submission: built from lines as people name them, written, read again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from ctg_tui import SOFTWARE
from ctg_tui.domain.answers import NOT_CONCERNED, Answer, Cell, Rating
from ctg_tui.domain.assessment import Adviser, Status
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.line_names import NamedLine, named_line
from ctg_tui.domain.review import AgreedNote, Remark, Review, ReviewQuestion
from ctg_tui.domain.text import clean
from ctg_tui.formats.documents import ANSWERS
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.review.document import InvalidReview, ReceivedReview, ReviewHeader, bytes_of, examine, ordered
from ctg_tui.services.outputs import write_output
from ctg_tui.storage import reviews as stored
from ctg_tui.submission.reader import Received
from ctg_tui.system.files import shown_name

if TYPE_CHECKING:
    from ctg_tui.storage.store import Store


class Wanted(NamedTuple):
    """What an adviser says, each about a line or cell as people name it; see `domain.line_names`.

    A question is a text, about a line when it begins with `1.3=`.
    """

    notes: tuple[tuple[str, str], ...] = ()
    comments: tuple[tuple[str, str], ...] = ()
    on_agenda: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    agreed: tuple[tuple[str, str], ...] = ()
    meeting: date | None = None
    author: Adviser | None = None


def review_of(received: Received, wanted: Wanted) -> Review:
    """Return the review of a submission; without an author, its addressee is.

    Raises Refusal when the grid is not known here, or for a line, a note or a text that cannot be.
    """
    grid = received.grid
    if grid is None:
        raise Refusal(
            "grille-inconnue",
            "La grille de ce fichier est introuvable sur ce poste : ses lignes ne peuvent pas être nommées.",
            "Installez-la, puis recommencez.",
        )
    assessment = received.assessment
    rows: dict[NamedLine, Remark] = {}
    for name, note in wanted.notes:
        line = _cell(grid, name)
        rows[line] = _remark(rows, line)._replace(note=_note(note))
    for name, text in wanted.comments:
        line = _line(grid, name)
        rows[line] = _remark(rows, line)._replace(comment=_text(text))
    for name in wanted.on_agenda:
        line = _line(grid, name)
        rows[line] = _remark(rows, line)._replace(on_agenda=True)
    agreed = {_cell(grid, name): _note(note) for name, note in wanted.agreed}
    review = Review(
        submission=received.fingerprint,
        assessment=assessment.uuid,
        revision=received.header.revision,
        grid_id=assessment.grid_id,
        grid_version=assessment.grid_version,
        grid_fingerprint=assessment.grid_fingerprint,
        territory=assessment.identity.territory,
        author=wanted.author or Adviser(*(text.strip() for text in assessment.identity.adviser)),
        meeting=wanted.meeting,
        remarks=tuple(rows.values()),
        questions=tuple(_question(grid, *numbered) for numbered in enumerate(wanted.questions, 1)),
        agreed=tuple(
            AgreedNote(Cell(line.activity, line.policy or ""), note) for line, note in agreed.items()
        ),
    )
    return ordered(review, grid)


def write(
    review: Review,
    path: Path,
    catalogue: Catalogue,
    now: datetime,
    *,
    status: Status = Status.FINAL,
    protected: Iterable[Path] = (),
    replace: bool = False,
) -> ReceivedReview:
    """Write the file of a review, accepted by its own reader first; return what it says.

    Raises InvalidReview, and as `write_output` does.
    """
    content, found = checked(review, catalogue, now, status=status, name=shown_name(path))
    write_output(path, content, protected, replace=replace)
    return found


def checked(
    review: Review, catalogue: Catalogue, now: datetime, *, name: str, status: Status = Status.FINAL
) -> tuple[bytes, ReceivedReview]:
    """Return the file of a review and what its own reader says of it; `name` is for a refusal.

    Raises InvalidReview.
    """
    content = bytes_of(review, ReviewHeader(str(uuid4()), now, SOFTWARE, status))
    found = examine(content, catalogue)
    if not isinstance(found, ReceivedReview):
        raise InvalidReview(name, found)
    return content, found


def kept_as(store: Store, found: ReceivedReview, catalogue: Catalogue) -> str | None:
    """Return the hash by which the database has this review: the same state, as provisional or as final.

    None without it. Two exports of one review differ by their header, as do a file and a workbook that say
    the same.
    """
    for sha256, content in stored.of_lineage(store.connection, found.review.assessment):
        one = examine(content, catalogue)
        if not isinstance(one, ReceivedReview):
            continue
        if (one.fingerprint, one.header.status) == (found.fingerprint, found.header.status):
            return sha256
    return None


def _remark(rows: dict[NamedLine, Remark], line: NamedLine) -> Remark:
    return rows.get(line, Remark(line.activity, line.policy))


def _question(grid: Grid, number: int, asked: str) -> ReviewQuestion:
    name, equals, text = asked.partition("=")
    line = named_line(grid, name) if equals else None
    if line is None:
        return ReviewQuestion(f"q{number}", _text(asked))
    return ReviewQuestion(f"q{number}", _text(text), line.activity)


def _line(grid: Grid, name: str) -> NamedLine:
    line = named_line(grid, name)
    if line is None:
        raise Refusal(
            "ligne-inconnue",
            f"« {clean(name)} » n’est pas une ligne de la grille. Rien n’a été écrit.",
            "Écrivez par exemple 1.3, ou 1.3/famille.",
        )
    return line


def _cell(grid: Grid, name: str) -> NamedLine:
    line = _line(grid, name)
    if line.policy is None:
        raise Refusal(
            "politique-absente",
            f"« {clean(name)} » ne dit pas pour quelle politique. Rien n’a été écrit.",
            f"Une note va avec une politique : {clean(name)}/famille.",
        )
    return line


def _note(text: str) -> Answer:
    spelt = text.strip().upper()
    if spelt == "NC":
        return NOT_CONCERNED
    if spelt in {str(int(rating)) for rating in Rating}:
        return ANSWERS[int(spelt)]
    raise Refusal(
        "note-inconnue", f"« {clean(text)} » n’est pas une note. Rien n’a été écrit.", "0, 1, 2, 3 ou NC."
    )


def _text(text: str) -> str:
    cleaned = clean(text, multiline=True).strip()
    if not cleaned:
        raise Refusal("texte-vide", "Un texte est vide. Rien n’a été écrit.", "Écrivez-le, ou retirez-le.")
    return cleaned
