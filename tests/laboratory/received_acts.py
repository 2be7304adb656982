"""Receiving submissions of several people: all of one import, byte for byte, or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ctg_tui.services.received.intake import State, receive
from ctg_tui.services.received.kept import lineages, open_received
from tests.databases import DATABASE_NAME, documents, open_workspace
from tests.laboratory.laboratory import DONE, Mark, do_again_if_refused
from tests.received import an_assessment, mailed, submission, zipped

_NUMBER: Final = 4


def make(folder: Path) -> None:
    """Create an empty database, and a mail with a zip of submissions."""
    open_workspace(folder).close()
    inner = zipped({f"{number}.json": content for number, content in enumerate(_contents())})
    _mail(folder).write_bytes(mailed({"tout.zip": inner}))


def take(folder: Path, mark: Mark) -> None:
    """Receive the mail; what the disk refuses is received again, as a person would."""
    workspace = open_workspace(folder)
    try:
        outcomes = do_again_if_refused(lambda: receive(workspace, [_mail(folder)]), mark)
        assert {outcome.state for outcome in outcomes} <= {State.TAKEN, State.ALREADY}
        mark(DONE)
    finally:
        workspace.close()


def is_taken(folder: Path, marks: int) -> None:
    """Check that every submission is there, byte for byte, and opens; or none is."""
    kept = {content for (content,) in documents(folder / DATABASE_NAME, "recu", "content")}
    assert kept == set(_contents()) or (not kept and not marks)
    workspace = open_workspace(folder)
    try:
        for lineage in lineages(workspace):
            assert open_received(workspace, lineage).assessment.answers
        receive(workspace, [_mail(folder)])
        assert len(lineages(workspace)) == _NUMBER
    finally:
        workspace.close()


def _contents() -> list[bytes]:
    return [submission(an_assessment(number, territory=number)) for number in range(_NUMBER)]


def _mail(folder: Path) -> Path:
    return folder / "envoi.eml"
