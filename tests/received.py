"""Submissions of several people, as files: what an adviser receives."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

from ctg_tui.domain.assessment import Assessment, Cell, Rating, Said, Sending, Status
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.thread import union
from ctg_tui.grids.catalogue import Catalogue, known_territories
from ctg_tui.services.exchange import Found, looked_at, take_all
from ctg_tui.services.workspace import Workspace
from ctg_tui.submission import assemble, examine, serialise
from tests.example_assessment import published
from tests.strategies import charente

_FIRST = UUID(int=4 << 76 | 8 << 60)
AT = datetime(2027, 1, 20, 14, 2, 11, tzinfo=UTC)
_DATA = Path(__file__).parents[1] / "data"


def examples() -> dict[str, bytes]:
    """Return the example submissions that are published, and their `verdicts.json`, by file name."""
    return {path.name: path.read_bytes() for path in sorted((_DATA / "exemples").iterdir())}


def uuid_of(number: int) -> str:
    return str(UUID(int=_FIRST.int + number))


def an_assessment(number: int = 0, *, territory: int = 0, first: Rating | None = None) -> Assessment:
    """Return a complete assessment, the same for the same numbers; `first` changes its first note."""
    made = published("definitif")
    identity = made.identity._replace(territory=known_territories()[territory])
    answers = dict(made.answers) | ({} if first is None else {Cell("m1.a01", "famille"): first})
    return made._replace(uuid=uuid_of(number), identity=identity, answers=answers)


def submission(
    assessment: Assessment,
    *,
    status: Status = Status.FINAL,
    number: int = 1,
    seconds: int = 0,
    grid: Grid | None = None,
) -> bytes:
    """Return the file of an assessment; two moments give two files of one state."""
    identifier = str(UUID(int=_FIRST.int + 10_000 + seconds))
    sending = Sending(number, identifier, AT + timedelta(seconds=seconds), status, "")
    return serialise(assemble(sending, "ctg-tui 0.1.0", assessment, grid or charente()))


def answered(sent: bytes, *said: Said) -> bytes:
    """Return the file of a submission with more said of it, as a program that only adds writes it."""
    document = json.loads(sent)
    found = examine(sent, Catalogue(), Path("envoi.json"))
    assert found.grid is not None
    sending, given = found.sending, found.assessment
    rows = union(given.said.values(), said)
    return serialise(
        assemble(
            sending,
            document["document"]["logiciel"],
            given._replace(said={one.id: one for one in rows}),
            found.grid,
        )
    )


def receive(workspace: Workspace, paths: Iterable[Path]) -> tuple[Found, ...]:
    """Open files, as one act, and take them."""
    return take_all(workspace, looked_at(workspace, paths))


def write(folder: Path, contents: Iterable[bytes]) -> list[Path]:
    """Write each content as `recu-1.json`, `recu-2.json`… in `folder`, created if missing."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, content in enumerate(contents, 1):
        paths.append(folder / f"recu-{number}.json")
        paths[-1].write_bytes(content)
    return paths


def mailed(contents: Mapping[str, bytes]) -> bytes:
    """Return a mail with these attachments."""
    mail = EmailMessage()
    mail["Subject"] = "Auto-évaluation"
    mail["From"] = "prenom.nom@exemple.fr"
    mail.set_content("Bonjour,")
    for name, content in contents.items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()
