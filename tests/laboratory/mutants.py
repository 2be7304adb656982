"""Files from outside, malformed in every way that keeps their structure: valid, or refused with a code."""

from __future__ import annotations

import copy
import hashlib
import json
import re
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.grids.catalogue import Catalogue, InvalidGrid, load_grid
from ctg_tui.services.review import writing
from ctg_tui.services.spreadsheet.reading import read as read_workbook
from ctg_tui.submission.file import Verdict, verify
from tests.laboratory.ends import new_database
from tests.laboratory.laboratory import Outcome, Round, shared
from tests.laboratory.mutations import mutant_grid, mutant_submission
from tests.laboratory.oracle import parsed_strictly, require_right_figures
from tests.laboratory.person import ROOT
from tests.laboratory.received_mutants import (
    check_envelope,
    check_review,
    envelopes,
    mutant_envelope,
    review_documents,
    take_hostile_envelopes,
)
from tests.laboratory.workbook_mutants import mutant_workbook, workbooks
from tests.make_examples import resealed
from tests.received import AT, examples

SUBMISSIONS = 40_000
"""To so many, a quarter as many grids, and an eighth of workbooks, of reviews, and of mails and zips."""
_BOMB = 700_000_000
"""Bytes that each small hostile zip unpacks to."""
MAX_SECONDS = 2.0
MAX_BYTES = 200_000_000
_GRID = ROOT / "data" / "grilles" / "charente-2024-08.toml"


def experiment(round_: Round) -> list[Outcome]:
    """Return an outcome for each kind of file, and one for the database beside them."""
    alone = get_context("spawn")  # in a fork of this process, its memory would count as the reader's
    with round_.folder() as folder, ProcessPoolExecutor(1, mp_context=alone) as pool:
        database = new_database(folder)
        before = hashlib.sha256(database.read_bytes()).digest()
        outcomes = shared(round_, _mutants, SUBMISSIONS, context=alone)
        beside = Outcome("the database beside, meanwhile", "unchanged")
        hostile = Outcome(
            "hostile mails and zips, of each packing and transfer encoding",
            "named, and the good ones among them received, within 20 s and 1 GB",
        )
        with hostile.trial("all of them"):
            pool.submit(take_hostile_envelopes, folder, _BOMB if round_.scale >= 1 else _BOMB // 10).result()
        with beside.trial("bytes"):
            assert hashlib.sha256(database.read_bytes()).digest() == before
    return [*outcomes, hostile, beside]


def _mutants(round_: Round, rank: int, most: int) -> list[Outcome]:
    draw = round_.draw(f"mutants {rank}")
    promise = "accepted because it is valid, or refused with a code, within 2 s and 200 MB"
    submissions = Outcome("mutant submissions", promise)
    grids = Outcome("mutant grids", promise)
    spreadsheets = Outcome("mutant workbooks", promise)
    reviews = Outcome("mutant reviews", promise)
    mails = Outcome("mutant mails and zips", promise)
    catalogue = Catalogue()
    documents = [
        json.loads(content) for name, content in sorted(examples().items()) if name.startswith("bon-")
    ]
    with round_.folder() as folder:
        for number in range(most):
            path = folder / "mutant.json"
            path.write_bytes(mutant_submission(draw, draw.choice(documents)))
            with submissions.trial(f"worker {rank}, mutant {number}"):
                _timed(submissions, lambda path=path: _verified(path, catalogue, submissions))  # type: ignore[misc]  # bound now
        lines = _GRID.read_text(encoding="utf-8").split("\n")
        for number in range(most // 4):
            path = folder / "mutante.toml"
            path.write_bytes(mutant_grid(draw, lines))
            with grids.trial(f"worker {rank}, grid {number}"):
                _timed(grids, lambda path=path: _loaded(path, grids))  # type: ignore[misc]  # bound now
        books = workbooks()
        for number in range(most // 8):
            path = folder / "mutant.xlsx"
            path.write_bytes(mutant_workbook(draw, draw.choice(books)))
            with spreadsheets.trial(f"worker {rank}, workbook {number}"):
                _timed(spreadsheets, lambda path=path: _understood(path, catalogue, spreadsheets))  # type: ignore[misc]  # bound now
        answers = review_documents()
        for number in range(most // 8):
            raw = mutant_submission(draw, draw.choice(answers))
            with reviews.trial(f"worker {rank}, review {number}"):
                _timed(reviews, lambda raw=raw: check_review(raw, catalogue, reviews))  # type: ignore[misc]  # bound now
        models = envelopes()
        for number in range(most // 8):
            name = draw.choice(sorted(models))
            path = folder / name
            path.write_bytes(mutant_envelope(draw, models[name]))
            with mails.trial(f"worker {rank}, envelope {number}"):
                _timed(mails, lambda path=path: check_envelope(path, catalogue, mails))  # type: ignore[misc]  # bound now
    return [submissions, grids, spreadsheets, reviews, mails]


def _timed(outcome: Outcome, work: Callable[[], None]) -> None:
    started = time.process_time()
    work()
    spent = time.process_time() - started
    peak = _peak()
    outcome.counts["ms at most"] = max(outcome.counts.get("ms at most", 0), round(1000 * spent))
    outcome.counts["MB at most"] = max(outcome.counts.get("MB at most", 0), peak // 1_000_000)
    assert spent < MAX_SECONDS, f"{spent:.1f} s"
    assert peak < MAX_BYTES, f"{peak} bytes"


def _peak() -> int:
    """Return the peak memory of this process in bytes: `ru_maxrss` would include its parent's."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"^VmHWM:\s*(\d+) kB$", status, re.MULTILINE)
    assert found, "the kernel does not tell"
    return int(found[1]) * 1024


def _verified(path: Path, catalogue: Catalogue, outcome: Outcome) -> None:
    verdict: Verdict = verify(path, catalogue)
    if verdict.received is not None:
        raw = path.read_bytes()
        document = parsed_strictly(raw)
        assert resealed(copy.deepcopy(document)) == raw, "accepted, and not what is written"
        require_right_figures(document)
        outcome.counts["accepted"] = outcome.counts.get("accepted", 0) + 1
        return
    assert verdict.problems
    for problem in verdict.problems:
        assert problem.code.value.isascii()
        sentence = problem.sentence()
        assert sentence
        assert not any(ord(letter) < 32 or 0x7F <= ord(letter) < 0xA0 for letter in sentence), repr(sentence)
    outcome.counts["refused"] = outcome.counts.get("refused", 0) + 1


def _loaded(path: Path, outcome: Outcome) -> None:
    refusal = None
    try:
        grid = load_grid(path)
    except InvalidDocument as error:
        refusal = error
    if refusal is None:
        assert len(set(grid.activities)) == sum(len(mission.activities) for mission in grid.missions)
        assert all(grid.cells)
    else:
        assert refusal.code.isascii()
        assert refusal.message
        assert not isinstance(refusal, InvalidGrid) or refusal.problems
    kind = "accepted" if refusal is None else "refused"
    outcome.counts[kind] = outcome.counts.get(kind, 0) + 1


def _understood(path: Path, catalogue: Catalogue, outcome: Outcome) -> None:
    refusal = None
    try:
        returned = writing.read(path.read_bytes(), path.name, catalogue, AT)
        file = None if returned else read_workbook(path, catalogue)
    except InvalidDocument as error:
        refusal = error
    if refusal is None:
        assert file is None or all(note.cell in file.grid.cells for note in file.reading.notes)
    else:
        assert refusal.code.isascii()
        assert refusal.message
    kind = "accepted" if refusal is None else "refused"
    outcome.counts[kind] = outcome.counts.get(kind, 0) + 1
