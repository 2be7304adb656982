"""Exports that a crash may interrupt, and what must stand afterwards."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.domain.assessment import Status
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.sending import export
from ctg_tui.storage.store import Store
from ctg_tui.submission.file import verify
from tests.databases import DATABASE_NAME, Clock, open_workspace
from tests.laboratory.backup_acts import new_assessment
from tests.laboratory.laboratory import DONE, Mark


def make(folder: Path) -> None:
    new_assessment(folder, filled=True)
    (folder / "envoi").mkdir()


def export_it(folder: Path, mark: Mark) -> None:
    workspace = open_workspace(folder)
    for status in (Status.DRAFT, Status.DRAFT, Status.FINAL):
        export(workspace, 1, folder / "envoi", status)
        mark(DONE)
    workspace.close()


def is_exported(folder: Path, marks: int) -> None:
    written = [path for path in (folder / "envoi").iterdir() if path.suffix == ".json"]
    verdicts = [verify(path, Catalogue()) for path in written]
    assert all(one.ok for one in verdicts), [one.problems for one in verdicts]
    finals = [one for one in verdicts if one.received and one.received.status is Status.FINAL]
    drafts = len(verdicts) - len(finals)
    assert drafts == 1 or marks == 0, "reported as exported, and no file"
    assert finals or marks < 3, "reported as exported, and no file"
    with Store(folder / DATABASE_NAME, Clock()) as store:
        status = store.load(1).assessment.status
    assert status is Status.FINAL or marks < 3
    assert finals or status is not Status.FINAL, "final, without the file that says so"
