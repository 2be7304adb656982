"""The dossier as an operation that a crash may interrupt."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.domain.assessment import Rating, Status
from ctg_tui.domain.changes import Edit, Operation
from ctg_tui.domain.edits import rate
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.report.mail import MAIL_NAME, TEXT_NAME
from ctg_tui.services.sending import prepare
from ctg_tui.storage.store import Store
from ctg_tui.submission.file import read
from tests.databases import DATABASE_NAME, Clock, open_workspace
from tests.laboratory.laboratory import DONE, Mark
from tests.report.mails import parse
from tests.strategies import charente, make_identity


def make(folder: Path) -> None:
    """Put a complete assessment into a new database, beside an empty folder to write to."""
    workspace = open_workspace(folder)
    made = workspace.create(make_identity(), charente())
    grid, assessment = workspace.load(made)
    workspace.store.record(made, Edit(Operation.OTHER, rate(assessment, grid.cells, Rating.MOSTLY)), None)
    workspace.close()
    (folder / "envoi").mkdir()


def work(folder: Path, mark: Mark) -> None:
    """Prepare the dossier of a draft, then the final one in its place; leave a mark after each."""
    workspace = open_workspace(folder)
    for status in (Status.DRAFT, Status.FINAL):
        prepare(workspace, 1, folder / "envoi", status=status)
        mark(DONE)
    workspace.close()


def check(folder: Path, marks: int) -> None:
    """Raise AssertionError when a file is not whole, or the assessment is final without all its files."""
    files = {
        path.name: path
        for path in (folder / "envoi").rglob("*")
        if path.is_file() and not path.name.startswith(".ctg-")
    }
    submissions = [read(path, Catalogue()) for name, path in files.items() if name.endswith(".json")]
    if MAIL_NAME in files:
        attached = parse(files[MAIL_NAME].read_bytes()).attachments
        assert all(files[one.name].read_bytes() == one.content for one in attached if one.name in files)
    finals = [one for one in submissions if one.sending.is_final]
    with Store(folder / DATABASE_NAME, Clock()) as store:
        sent = store.latest_sending(1)
    if sent is not None and sent.is_final:
        assert finals, "recorded as definitive, without the file that says so"
        assert {MAIL_NAME, TEXT_NAME} <= files.keys(), "recorded, without all its files"
    assert (sent is not None and sent.is_final) or marks < 2, "reported as sent, and it is not recorded"
