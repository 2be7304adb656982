"""What the tests of a dossier share: assessments to prepare, and a look into every file."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from email import policy
from email.parser import BytesParser
from pathlib import Path

import openpyxl

from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.changes import Edit, Operation
from ctg_tui.domain.edits import differences
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.report.mail import TEXT_NAME
from ctg_tui.services.forecast import ForecastForm
from ctg_tui.services.sending import Dossier
from ctg_tui.services.workspace import Workspace
from ctg_tui.storage import journal
from ctg_tui.submission import read
from tests.example_assessment import published
from tests.report.mails import headers, parse
from tests.report.pages import read_page
from tests.strategies import charente

GRID = charente()
SENTINEL_CENTS = 7_141_592


SENTINELS = ("7141592", "71415", "71 415")


def save(workspace: Workspace, wanted: Assessment) -> int:
    """Save `wanted` in the database; return its id."""
    made = workspace.create(wanted.identity, charente())
    changes = differences(workspace.load(made)[1], wanted)
    journal.record(workspace.store, made, Edit(Operation.IMPORT, tuple(changes)))
    return made


def example(workspace: Workspace) -> int:
    """Save the example with a comment on every line: only the forecast is missing; return its id."""
    whole = published("definitif")
    comments = dict.fromkeys(GRID.activities, "Vu avec le comité technique.") | dict(whole.comments)
    return save(workspace, whole._replace(comments=comments))


def forecast_of(workspace: Workspace, made: int) -> ForecastForm:
    return ForecastForm(workspace.open(made))


def with_salary(workspace: Workspace, made: int, cents: int = SENTINEL_CENTS) -> None:
    forecast = forecast_of(workspace, made)
    for key, typed in (("personnes.1.heures", "1607"), ("personnes.1.cout", f"{cents / 100:.2f}")):
        forecast.take(key, typed)
    forecast.take("taux", "charente")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def check_every_piece_opens(done: Dossier, catalogue: Catalogue) -> None:
    """Read each file of a dossier with a reader of its format that is not our writer."""
    files = contents(done.folder)
    assert set(files) == {*done.names}
    for name, raw in files.items():
        match Path(name).suffix:
            case ".html":
                assert read_page(raw.decode()).one("body").text
            case ".xlsx":
                assert openpyxl.load_workbook(io.BytesIO(raw)).worksheets
            case ".eml":
                assert set(headers(raw)) <= {"X-Unsent", "To", "Subject", "MIME-Version", "Content-Type"}
                attached = parse(raw).attachments
                assert attached == {name: files[name] for name in attached}
                assert done.path.name in attached
            case ".json":
                assert read(done.path, catalogue).sending.fingerprint == done.sending.fingerprint
            case _:
                assert name == TEXT_NAME


def opened(name: str, raw: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield a file and the files packed in it: members of a workbook, parts of a mail."""
    yield name, raw
    if name.endswith(".xlsx"):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for member in archive.namelist():
                yield f"{name}/{member}", archive.read(member)
    if name.endswith(".eml"):
        for part in BytesParser(policy=policy.default).parsebytes(raw).walk():
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                yield from opened(f"{name}/{part.get_filename() or 'texte'}", payload)


def holders(folder: Path) -> set[str]:
    """Return the files, and the packed files, that hold a sentinel salary in any spelling."""
    places = set()
    for name, raw in contents(folder).items():
        for place, content in opened(name, raw):
            plain = content.decode("utf-8", "replace")
            spaced = re.sub(r"[\u00a0\u202f]", " ", plain)
            if any(sentinel in spaced for sentinel in SENTINELS):
                places.add(place)
    return places
