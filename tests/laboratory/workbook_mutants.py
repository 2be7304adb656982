"""Workbooks of a Caf with their XML changed in every way that keeps it XML, or cut anywhere."""

from __future__ import annotations

import random
import re
import zipfile
from io import BytesIO
from typing import Final

from ctg_tui.domain.assessment import Rating
from ctg_tui.domain.review import FollowUp
from ctg_tui.report import xlsx
from tests.received import an_assessment
from tests.report.contents import make_content
from tests.returned import Filler, fill_review, opened
from tests.spreadsheet.workbooks import Layout, answers_of, make_workbook, saved
from tests.strategies import charente

_TAG: Final = re.compile(rb"<(\w+)([^<>]*?)(/?)>")
_VALUES: Final = (
    *(b"", b"0", b"-1", b"4", b"1e308", b"NaN", b"A0", b"ZZZ9999999", b"B7:XFD1048576", b"1048577"),
    *(b"s", b"n", b"str", b"inlineStr", b"zz", b"&#x10FFFF;", b"NC", b"99999999999999999999", b"2-3"),
)


def workbooks() -> tuple[bytes, ...]:
    """Return the workbooks that are changed."""
    grid = charente()
    answers = answers_of(grid)
    return (
        saved(make_workbook(grid, answers, Layout())),
        saved(make_workbook(grid, answers, Layout(sheet_per_mission=True, labels=3))),
        _returned(),
    )


def _returned() -> bytes:
    """Return our own report of a second round as an adviser sends it back."""
    said = FollowUp("a" * 64, "m1.a01", author="Prénom Nom", remark="À revoir.", on_agenda=True)
    noted = said._replace(policy="famille", remark="", adviser_note=Rating.MOSTLY, text="Vu.")
    asked = FollowUp("a" * 64, "m1.a02", question="q1", author="Autre Nom", remark="Et après ?")
    assessment = an_assessment()._replace(follow_ups=(said, noted, asked))
    book = opened(xlsx.render(make_content(charente(), assessment)))
    fill_review(Filler(book))
    return saved(book)


def mutant_workbook(draw: random.Random, content: bytes) -> bytes:
    """Return `content` with one to six changes in one of its parts, or cut, or with other bytes."""
    kind = draw.random()
    if kind < 0.05:
        return content[: draw.randrange(len(content))]
    if kind < 0.1:
        place = draw.randrange(len(content))
        return content[:place] + draw.randbytes(4) + content[place + 4 :]
    source = zipfile.ZipFile(BytesIO(content))
    names = [name for name in source.namelist() if name.endswith((".xml", ".rels"))]
    chosen = draw.choice([*names, *(name for name in names if "sheet" in name or "workbook" in name)])
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            part = source.read(info)
            if info.filename == chosen:
                if draw.random() < 0.03:
                    continue
                for _ in range(draw.randrange(1, 7)):
                    part = _changed(draw, part)
            target.writestr(info.filename, part)
    return file.getvalue()


def _changed(draw: random.Random, part: bytes) -> bytes:
    tags = list(_TAG.finditer(part))
    if not tags:
        return part
    tag = draw.choice(tags)
    start, end = tag.span()
    match draw.randrange(6):
        case 0:  # an attribute takes another value
            values = list(re.finditer(rb'"([^"]*)"', tag[0]))
            if values:
                value = draw.choice(values)
                start, end = tag.start() + value.start(1), tag.start() + value.end(1)
                return part[:start] + draw.choice(_VALUES) + part[end:]
            return part
        case 1:  # the text after the tag is another one
            stop = part.find(b"<", end)
            return part if stop < 0 else part[:end] + draw.choice(_VALUES) + part[stop:]
        case 2:  # an element without an end tag goes, or stands many times
            if tag[3]:
                return part[:start] + part[start:end] * draw.choice((0, 2, 3_000)) + part[end:]
            return part
        case 3:  # an element goes with what it holds
            stop = part.find(b"</" + tag[1] + b">", end)
            return part if stop < 0 or tag[3] else part[:start] + part[stop + len(tag[1]) + 3 :]
        case 4:  # an element stands many times
            stop = part.find(b"</" + tag[1] + b">", end)
            if stop < 0 or tag[3]:
                return part
            after = stop + len(tag[1]) + 3
            return part[:after] + part[start:after] * draw.choice((1, 50)) + part[after:]
        case _:  # another name, with its end tag
            name = draw.choice((b"c", b"row", b"f", b"v", b"is", b"sheetData", b"mergeCell", b"x"))
            return re.sub(rb"(</?)" + tag[1] + rb"\b", rb"\1" + name, part, count=draw.choice((1, 2, 0)))
