"""Submissions of several people, as files: what an adviser receives."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from uuid import UUID

from ctg_tui.domain.assessment import Assessment, Cell, Rating, Status, Territory
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.review import Part, ReviewDraft, part_key, review_of
from ctg_tui.grids.catalogue import Catalogue, known_territories
from ctg_tui.submission.document import Header, build, fingerprint_of, serialise
from ctg_tui.submission.file import Received, examine
from ctg_tui.submission.review import bytes_of, ordered
from tests.example_assessment import example_assessment, example_draft
from tests.strategies import charente

_FIRST = UUID(int=4 << 76 | 8 << 60)
AT = datetime(2027, 1, 20, 14, 2, 11, tzinfo=UTC)
_DATA = Path(__file__).parents[1] / "data"


def examples() -> dict[str, bytes]:
    """Return the example submissions that are published, and their `verdicts.json`, by file name."""
    return {path.name: path.read_bytes() for path in sorted((_DATA / "exemples").iterdir())}


def review_examples() -> dict[str, bytes]:
    """Return the example reviews that are published, and their `verdicts.json`, by file name."""
    return {path.name: path.read_bytes() for path in sorted((_DATA / "exemples-avis").iterdir())}


def uuid_of(number: int) -> str:
    return str(UUID(int=_FIRST.int + number))


def an_assessment(number: int = 0, *, territory: int = 0, first: Rating | None = None) -> Assessment:
    """Return a complete assessment, the same for the same numbers; `first` changes its first note."""
    grid = charente()
    known = known_territories()[territory]
    made = example_assessment(grid)
    identity = made.identity._replace(
        territory=Territory(known.name, known.siren, known.department, known.id)
    )
    answers = dict(made.answers) | ({} if first is None else {Cell("m1.a01", "famille"): first})
    return made._replace(uuid=uuid_of(number), identity=identity, answers=answers)


def a_draft(number: int = 0, *, territory: int = 0) -> Assessment:
    whole = an_assessment(number, territory=territory)
    return example_draft(charente())._replace(uuid=whole.uuid, identity=whole.identity)


def a_review(
    grid: Grid, assessment: Assessment, changed: Mapping[str, str] | None = None, *, days: int = 0
) -> bytes:
    """Return the file of a review: two notes, a remark, two questions, one note agreed on.

    `changed` are parts said otherwise, some days later.
    """
    first, second = grid.cells[:2]
    parts = {
        part_key(Part.NOTE, "/".join(first)): "3",
        part_key(Part.NOTE, "/".join(second)): "1",
        part_key(Part.AGREED, "/".join(second)): "2",
        part_key(Part.COMMENT, first.activity): "À revoir ensemble.",
        part_key(Part.QUESTION, f"{second.activity}/0001"): "Comment mesurez-vous cet effet ?",
        part_key(Part.QUESTION, "/0002"): "Et l’an prochain ?",
    }
    parts |= dict(changed or {})
    return _review(grid, assessment, fingerprint_of(grid, assessment), 1, parts, days)


def review_of_file(sent: bytes, parts: Mapping[str, str], *, days: int = 0) -> bytes:
    """Return the file of a review of a submission, from its parts: `{"note:m1.a03/famille": "2"}`."""
    found = examine(sent, Catalogue())
    assert isinstance(found, Received), found
    assert found.grid is not None
    return _review(found.grid, found.assessment, found.fingerprint, found.sending.number, parts, days)


def _review(
    grid: Grid, assessment: Assessment, fingerprint: str, number: int, parts: Mapping[str, str], days: int
) -> bytes:
    review = review_of(ReviewDraft(parts), assessment, fingerprint, number)
    return bytes_of(ordered(review, grid), Header(uuid_of(900 + days), AT + timedelta(days=days), "essai"))


def submission(
    assessment: Assessment,
    *,
    status: Status = Status.FINAL,
    number: int = 1,
    seconds: int = 0,
    grid: Grid | None = None,
) -> bytes:
    """Return the file of an assessment; two moments give two files of one state."""
    document = build(
        grid or charente(),
        assessment,
        number=number,
        status=status,
        created_at=AT + timedelta(seconds=seconds),
        identifier=UUID(int=_FIRST.int + 10_000 + seconds),
        software="ctg-tui 0.1.0",
    )
    return serialise(document)


def write(folder: Path, contents: Iterable[bytes]) -> list[Path]:
    """Write each content as `recu-1.json`, `recu-2.json`… in `folder`, created if missing."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, content in enumerate(contents, 1):
        paths.append(folder / f"recu-{number}.json")
        paths[-1].write_bytes(content)
    return paths


def zipped(content: bytes) -> bytes:
    """Return a zip with one file, stored as it is."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("envoi/évaluation.json", content)
        archive.writestr("envoi/rapport.xlsx", b"PK\x03\x04 xl/workbook.xml")
    return buffer.getvalue()


def mailed(contents: Mapping[str, bytes]) -> bytes:
    """Return a mail with these attachments."""
    mail = EmailMessage()
    mail["Subject"] = "Auto-évaluation"
    mail["From"] = "prenom.nom@exemple.fr"
    mail.set_content("Bonjour,")
    for name, content in contents.items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
WRAPPED: Mapping[str, Callable[[bytes], bytes]] = {
    "mail": lambda content: mailed({"a.json": content}),
    "mail over the size of any file": lambda content: mailed({"a.json": content * 400}),
    "mailbox": lambda content: b"From - Wed Jan 20 14:02:11 2027\n" + mailed({"a.json": content}),
    "message of Outlook": lambda content: _OLE + "__substg1.0_0037001F".encode("utf-16-le") + content,
    "winmail.dat": lambda content: bytes.fromhex("789f3e22") + content,
    "zip": zipped,
    "zip over the size of any file": lambda content: zipped(content * 400),
    "7z": lambda content: b"7z\xbc\xaf\x27\x1c" + content,
    "old workbook": lambda content: _OLE + "Workbook".encode("utf-16-le") + content,
}
"""Each way in which a file may come that is not opened here: what the person is told instead."""
