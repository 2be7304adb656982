"""Mails and zips with bytes changed or cut, and reviews changed: what an adviser may receive."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import zipfile
from itertools import product
from pathlib import Path
from typing import Any, Final

from ctg_tui.domain.assessment import Status
from ctg_tui.domain.errors import EXIT_INVALID_DOCUMENT
from ctg_tui.domain.text import is_clean
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.received.mails import pieces
from ctg_tui.submission.file import Received
from ctg_tui.submission.file import examine as examine_submission
from ctg_tui.submission.review import ReceivedReview, bytes_of, examine
from tests.laboratory.laboratory import Outcome
from tests.received import (
    CONTENT_TYPES,
    TRANSFER_ENCODINGS,
    a_draft,
    mail_as_carried,
    mailbox,
    mailed,
    review_examples,
    submission,
    zipped,
)


def review_documents() -> list[dict[str, Any]]:
    """Return the reviews that are changed."""
    return [
        json.loads(content) for name, content in sorted(review_examples().items()) if name.startswith("bon-")
    ]


def envelopes() -> dict[str, bytes]:
    """Return the mails and zips that are changed, by file name."""
    content = submission(a_draft(), status=Status.DRAFT)
    inner = zipped({"a.json": content, "b.json": b"{}"})
    carried = {
        f"{encoding}-{kind.replace('/', '-')}.eml": mail_as_carried(content, encoding, kind)
        for encoding, kind in product(TRANSFER_ENCODINGS, CONTENT_TYPES)
    }
    packed = {
        f"{name}.zip": zipped({"a.json": content, "dedans.zip": inner}, packing)
        for name, packing in PACKINGS.items()
    }
    mail = mailed({"a.json": content, "tout.zip": inner}, forwarded=mailed({"c.json": content}))
    return {"envoi.eml": mail, "boite.mbox": mailbox((mail, *carried.values()))} | carried | packed


def hostile_envelopes(size: int) -> dict[str, bytes]:
    """Return mails and zips that mean harm; those that are packed small unpack to `size` bytes."""
    bombs = {"a.json": bytes(size)}
    parts = b"".join(
        b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (rank, rank + 1) for rank in range(490)
    )
    head = b"Subject: x\nContent-Type: application/json; name=a.json"
    packings = {name: packing for name, packing in PACKINGS.items() if packing != zipfile.ZIP_STORED}
    return {f"{name}.zip": zipped(bombs, packing) for name, packing in packings.items()} | {
        "parametres.eml": head + b"; a=b" * 200_000 + b"\n\n{}\n",
        "lignes.eml": head + b"\n\n" + b"a\n" * 24_000_000,
        "base64.eml": head
        + b"\nContent-Transfer-Encoding: base64\n\n"
        + b"QUJDQUJDQUJDQUJDQUJDQUJD\n" * 980_000,
        "poupee.eml": b"Content-Type: multipart/mixed; boundary=b0\n\n" + parts + b"--b7x\n" * 990_000,
        "grosse.mbox": b"From - Wed Jan 20 14:02:11 2027\n" + b"a\n" * 30_000_000,
    }


MOST_SECONDS: Final = 20
PACKINGS: Final = {
    "stored": zipfile.ZIP_STORED,
    "deflated": zipfile.ZIP_DEFLATED,
    "bzip2": zipfile.ZIP_BZIP2,
    "lzma": zipfile.ZIP_LZMA,
}


def mutant_envelope(draw: random.Random, content: bytes) -> bytes:
    """Return `content` with up to eight runs of bytes changed, taken out or repeated, or cut."""
    mutant = bytearray(content)
    for _ in range(draw.randint(1, 8)):
        start = draw.randrange(len(mutant))
        length = draw.choice((1, 1, 4, 40))
        run = mutant[start : start + length]
        mutant[start : start + length] = draw.choice((draw.randbytes(len(run)), b"", run * 3))
        if not mutant:
            return b""
    return bytes(mutant[: draw.randrange(len(mutant))]) if draw.random() < 0.1 else bytes(mutant)


def check_review(raw: bytes, catalogue: Catalogue, outcome: Outcome) -> None:
    """Check that a review is refused with codes, or goes out again with the same bytes."""
    found = examine(raw, catalogue)
    if isinstance(found, ReceivedReview):
        assert bytes_of(found.review, found.header) == raw, "accepted, and not what is written"
    else:
        assert all(problem.code.value.isascii() and problem.sentence() for problem in found)
    _count(outcome, accepted=isinstance(found, ReceivedReview))


def check_envelope(path: Path, catalogue: Catalogue, outcome: Outcome) -> None:
    """Check that every piece has bytes or a refusal, and no path; a submission in it is read or refused."""
    for piece in pieces([path]):
        assert (piece.content is None) is (piece.refusal is not None)
        assert "/" not in piece.own_name
        assert is_clean(piece.name)
        if piece.refusal is not None:
            assert piece.refusal.code.isascii()
            _count(outcome, accepted=False)
        elif piece.content is not None:
            _count(outcome, accepted=isinstance(examine_submission(piece.content, catalogue), Received))


def take_hostile_envelopes(folder: Path, size: int) -> None:
    """Check that hostile mails and zips are named, and the good files among them received, within bounds."""
    import resource  # not on Windows, where only the models are used

    received = folder / "recus"
    received.mkdir()
    for name, content in hostile_envelopes(size).items():
        (received / name).write_bytes(content)
    good = envelopes()
    for name, content in good.items():
        (received / f"bon {name}").write_bytes(content)
    limit = 1_000_000_000
    code = (
        f"import resource, sys; resource.setrlimit(resource.RLIMIT_AS, ({limit}, {limit}));"
        "from ctg_tui.cli.guard import guarded; sys.exit(guarded(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "importer", str(received), "--json"],
        capture_output=True,
        timeout=120,
        check=False,
        env=os.environ | {"CTG_TUI_BASE": str(folder / "base.db"), "XDG_DATA_HOME": str(folder)},
    )
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == EXIT_INVALID_DOCUMENT, done.stderr[-500:]
    assert used.ru_utime + used.ru_stime < MOST_SECONDS
    states: dict[str, set[str]] = {}
    for one in json.loads(done.stdout):
        assert one["code"] != "erreur-imprevue", one
        states.setdefault(Path(one["fichier"]).name, set()).add(one["etat"])
    for name in good:
        is_read = name not in {"bzip2.zip", "lzma.zip"}
        assert bool(states.pop(f"bon {name}") & {"pris", "deja"}) is is_read, name
    assert set.union(*states.values()) == {"refuse"}, states
    assert len(states) == len(hostile_envelopes(0))


def _count(outcome: Outcome, *, accepted: bool) -> None:
    kind = "accepted" if accepted else "refused"
    outcome.counts[kind] = outcome.counts.get(kind, 0) + 1
