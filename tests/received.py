"""Submissions of several people, as files: what an adviser receives."""

from __future__ import annotations

import base64
import binascii
import quopri
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from uuid import UUID

from ctg_tui.domain.assessment import Assessment, Cell, Rating, Status, Territory
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.review import Part, ReviewDraft, part_key, review_of
from ctg_tui.grids.catalogue import Catalogue, known_territories, shipped_grids
from ctg_tui.submission.document import Header, build, fingerprint_of, serialise
from ctg_tui.submission.file import Received, examine
from ctg_tui.submission.review import bytes_of, ordered
from tests.example_assessment import example_assessment, example_draft

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
    grid = shipped_grids()[0]
    known = known_territories()[territory]
    made = example_assessment(grid)
    identity = made.identity._replace(
        territory=Territory(known.name, known.siren, known.department, known.id)
    )
    answers = dict(made.answers) | ({} if first is None else {Cell("m1.a01", "famille"): first})
    return made._replace(uuid=uuid_of(number), identity=identity, answers=answers)


def a_draft(number: int = 0, *, territory: int = 0) -> Assessment:
    whole = an_assessment(number, territory=territory)
    return example_draft(shipped_grids()[0])._replace(uuid=whole.uuid, identity=whole.identity)


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
    return _review(grid, assessment, fingerprint_of(grid, assessment), parts | dict(changed or {}), days)


def review_of_file(sent: bytes, parts: Mapping[str, str], *, days: int = 0) -> bytes:
    """Return the file of a review of a submission, from its parts: `{"note:m1.a03/famille": "2"}`."""
    found = examine(sent, Catalogue())
    assert isinstance(found, Received), found
    assert found.grid is not None
    return _review(found.grid, found.assessment, found.fingerprint, parts, days)


def _review(
    grid: Grid, assessment: Assessment, fingerprint: str, parts: Mapping[str, str], days: int
) -> bytes:
    review = review_of(ReviewDraft(parts), assessment, fingerprint)
    return bytes_of(ordered(review, grid), Header(uuid_of(900 + days), AT + timedelta(days=days), "essai"))


def submission(
    assessment: Assessment,
    *,
    status: Status = Status.FINAL,
    revision: int = 1,
    replaces: str | None = None,
    seconds: int = 0,
    grid: Grid | None = None,
) -> bytes:
    """Return the file of an assessment; two moments give two files of one state."""
    document = build(
        grid or shipped_grids()[0],
        assessment._replace(revision=revision, replaces=replaces),
        status=status,
        created_at=AT + timedelta(seconds=seconds),
        identifier=UUID(int=_FIRST.int + 10_000 + seconds),
        software="ctg-tui 0.1.0",
    )
    return serialise(document)


def write(folder: Path, contents: Iterable[bytes]) -> list[Path]:
    """Write each content as `recu-1.json`, `recu-2.json`… in `folder`, created if missing."""
    folder.mkdir(exist_ok=True)
    paths = []
    for number, content in enumerate(contents, 1):
        paths.append(folder / f"recu-{number}.json")
        paths[-1].write_bytes(content)
    return paths


def zipped(contents: Mapping[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def mailed(contents: Mapping[str, bytes], *, forwarded: bytes | None = None) -> bytes:
    """Return a mail with these attachments; `forwarded` is a mail inside it."""
    mail = EmailMessage()
    mail["Subject"] = "Auto-évaluation"
    mail.set_content("Bonjour,")
    for name, content in contents.items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    if forwarded is not None:
        from email import message_from_bytes, policy

        mail.add_attachment(message_from_bytes(forwarded, policy=policy.default))
    return mail.as_bytes()


TRANSFER_ENCODINGS = ("7bit", "8bit", "binary", "base64", "quoted-printable", "x-uuencode")
CONTENT_TYPES = ("application/json", "application/octet-stream", "text/plain")


def mail_as_carried(content: bytes, encoding: str, kind: str, *, name: str = "a.json") -> bytes:
    """Return a mail as servers deliver it, whose attachment has this transfer encoding and content type.

    Line ends are CRLF, as in every mail; those of the attachment itself where it is carried as lines of text
    or as `text/plain`, whose canonical form has them (RFC 2046, 4.1.1).
    """
    as_lines = content.replace(b"\n", b"\r\n")
    match encoding:
        case "base64":
            packed = base64.encodebytes(as_lines if kind == "text/plain" else content)
        case "quoted-printable":
            packed = quopri.encodestring(as_lines)
        case "x-uuencode":
            sent = as_lines if kind == "text/plain" else content
            rows = (binascii.b2a_uu(sent[place : place + 45]) for place in range(0, len(sent), 45))
            packed = b"begin 644 a\n" + b"".join(rows) + b"`\nend\n"
        case _:
            packed = content
    lines = (
        *("Subject: Auto-évaluation", "Content-Type: multipart/mixed; boundary=b", "", "--b"),
        *("Content-Type: text/plain", "", "Bonjour,", "--b", f'Content-Type: {kind}; name="{name}"'),
        *(f"Content-Transfer-Encoding: {encoding}", "Content-Disposition: attachment", ""),
    )
    head = "\r\n".join(lines).encode() + b"\r\n"
    body = packed.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return head + body + b"--b--\r\n"


def mailbox(mails: Iterable[bytes]) -> bytes:
    """Return an mbox, as mail programs keep or export their folders."""
    return b"".join(
        b"From - Wed Jan 20 14:02:11 2027\n" + mail.replace(b"\r\n", b"\n") + b"\n" for mail in mails
    )
