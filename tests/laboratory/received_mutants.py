"""Mails and zips with bytes changed or cut, and reviews changed: what an adviser may receive."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from ctg_tui.domain.assessment import Status
from ctg_tui.domain.text import is_clean
from ctg_tui.grids.catalogue import Catalogue, review_examples
from ctg_tui.review.document import bytes_of
from ctg_tui.review.reader import ReceivedReview, examine
from ctg_tui.services.envelopes import pieces
from ctg_tui.submission.reader import Received
from ctg_tui.submission.reader import examine as examine_submission
from tests.laboratory.laboratory import Outcome
from tests.received import a_draft, mailed, submission, zipped


def review_documents() -> list[dict[str, Any]]:
    """Return the reviews that are changed."""
    return [
        json.loads(content) for name, content in sorted(review_examples().items()) if name.startswith("bon-")
    ]


def envelopes() -> dict[str, bytes]:
    """Return the mails and zips that are changed, by file name."""
    content = submission(a_draft(), status=Status.DRAFT)
    inner = zipped({"a.json": content, "b.json": b"{}"})
    return {
        "envoi.zip": zipped({"a.json": content, "dedans.zip": inner}),
        "envoi.eml": mailed({"a.json": content, "tout.zip": inner}, forwarded=mailed({"c.json": content})),
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


def _count(outcome: Outcome, *, accepted: bool) -> None:
    kind = "accepted" if accepted else "refused"
    outcome.counts[kind] = outcome.counts.get(kind, 0) + 1
