"""The files of a dossier, read again from the disk as those who receive them will."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.text import clean
from ctg_tui.formats.json_schema import Schema
from ctg_tui.grids.catalogue import schema
from ctg_tui.report import mail
from ctg_tui.system.files import read_regular

MAX_BYTES: Final = 50_000_000


def verify(paths: Mapping[str, Path], draft: mail.Draft | None = None) -> None:
    """Read each file again by its format; the mail must be `draft`, its attachments files of the dossier.

    `paths` says where the file of each name is for now. The submission has its own reader, not called here.
    Raises Refusal (`piece-illisible`) naming the file, InvalidDocument when one cannot be read at all.
    """
    contents = {name: read_regular(path, MAX_BYTES) for name, path in paths.items()}
    for name, raw in contents.items():
        suffix = Path(name).suffix
        sound = _mail(raw, contents, draft) if suffix == ".eml" else _CHECKS.get(suffix, _anything)(raw)
        if not sound:
            raise Refusal(
                "piece-illisible",
                f"Le contrôle de « {clean(name)} » a échoué : le dossier n’a pas été préparé.",
                "Préparez-le de nouveau, dans un autre emplacement.",
            )


def _html(raw: bytes) -> bool:
    reader = _Tags()
    reader.feed(raw.decode("utf-8"))
    reader.close()
    return reader.opened > 0 and reader.depth == 0


_NEVER_CLOSED: Final = frozenset({"br", "col", "hr", "img", "link", "meta", "wbr"})


class _Tags(HTMLParser):
    """Counts that what is opened is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = self.opened = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.opened += 1
        self.depth += tag not in _NEVER_CLOSED

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self.opened += 1

    def handle_endtag(self, tag: str) -> None:
        self.depth -= 1


def _xlsx(raw: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return archive.testzip() is None and "xl/workbook.xml" in archive.namelist()
    except zipfile.BadZipFile:
        return False


def _calendar(raw: bytes) -> bool:
    lines = raw.split(b"\r\n")
    begun, ended = lines.count(b"BEGIN:VEVENT"), lines.count(b"END:VEVENT")
    return lines[0] == b"BEGIN:VCALENDAR" and lines[-2:] == [b"END:VCALENDAR", b""] and 0 < begun == ended


def _forecast(raw: bytes) -> bool:
    document = json.loads(raw)
    if document.get("format") != "ctg-previsionnel":
        return True  # the submission: its own reader has the say
    return Schema(schema("previsionnel")).accepts(document)


def _mail(raw: bytes, contents: Mapping[str, bytes], draft: mail.Draft | None) -> bool:
    if draft is None:
        return False
    are_files = all(contents.get(one.name) == one.content for one in draft.attachments)
    return are_files and mail.is_sound(raw, draft)


def _anything(_: bytes) -> bool:
    return True


_CHECKS: Final[Mapping[str, Callable[[bytes], bool]]] = {
    ".html": _html,
    ".xlsx": _xlsx,
    ".ics": _calendar,
    ".json": _forecast,
}
