"""`importer` of received files: submissions and reviews are taken, workbooks only read."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from ctg_tui.cli import received_facts
from ctg_tui.cli.databases import known_catalogue, workspace
from ctg_tui.cli.streams import print_json, print_message
from ctg_tui.domain.errors import EXIT_INVALID_DOCUMENT, Refusal
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services import import_spreadsheet
from ctg_tui.services.envelopes import unforeseen
from ctg_tui.services.take_received import Outcome, State, found_at, intake

if TYPE_CHECKING:
    from ctg_tui.services.import_spreadsheet import WorkbookFile


def receive(paths: tuple[Path, ...], own_grid: bool, as_json: bool) -> int:
    """Take submissions, look at workbooks, then report once all is stored; return the exit code."""
    catalogue = known_catalogue()
    outcomes: list[Outcome | WorkbookFile] = []
    with (
        ExitStack() as stack,
        intake(catalogue, lambda: stack.enter_context(workspace(write=True))) as taking,
    ):
        outcomes.extend(_look(outcome, catalogue, own_grid) for outcome in taking.take_all(found_at(paths)))
    if as_json:
        files = [one for one in outcomes if not (isinstance(one, Outcome) and one.is_no_file)]
        print_json(list(map(received_facts.of_received, files)))
        for one in outcomes:
            if isinstance(one, Outcome) and one.is_no_file:
                print_message(one.message)
    else:
        received_facts.show(outcomes)
    refused = any(isinstance(one, Outcome) and one.state is State.REFUSED for one in outcomes)
    return EXIT_INVALID_DOCUMENT if refused else 0


def _look(outcome: Outcome, catalogue: Catalogue, own_grid: bool) -> Outcome | WorkbookFile:
    """Return the outcome without the bytes of its file; a workbook is read."""
    outcome = outcome._replace(piece=outcome.piece._replace(content=None))
    if outcome.state is not None:
        return outcome
    try:
        return import_spreadsheet.read(outcome.piece.path, catalogue, own_grid=own_grid)
    except Exception as error:  # noqa: BLE001 - the other files are received, and this one is named
        refusal = error if isinstance(error, Refusal) else unforeseen(outcome.piece, error)
        return outcome._replace(state=State.REFUSED, code=refusal.code, message=refusal.sentences())
