"""The workbook in LibreOffice, the page in Chromium: the real programs, where they are installed."""

from __future__ import annotations

import io
import random
import re
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Cell, PreparationTopic, Rating
from ctg_tui.report import xlsx
from tests.report.contents import MORE_HOSTILE_TEXTS, hostile_content, make_content
from tests.report.workbooks import formulas, read_workbook
from tests.strategies import charente, charente_of_caf, fill, make_assessment, make_grid

pytestmark = pytest.mark.night

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")

needs_office = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed here")
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed here")

SHORT_TEXTS = [text for text in MORE_HOSTILE_TEXTS if len(text) < 200]
_EVERY: tuple[Answer, ...] = (*Rating, NOT_CONCERNED)


def convert(folder: Path, contents: Sequence[bytes], to: str = "xlsx") -> list[bytes]:
    """Open each workbook in LibreOffice, in a profile of its own, and return it as saved or printed."""
    sources = [folder / f"rapport-{rank}.xlsx" for rank in range(len(contents))]
    for source, content in zip(sources, contents, strict=True):
        source.write_bytes(content)
    target = folder / "converted"
    subprocess.run(
        [
            str(SOFFICE),
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *("--headless", "--convert-to", to, "--outdir", str(target), *map(str, sources)),
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    return [(target / source.with_suffix(f".{to}").name).read_bytes() for source in sources]


def without_values(content: bytes) -> bytes:
    """Return the workbook without the values stored beside its formulas, so that they must be computed."""
    stripped = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(stripped, "w") as target:
        for name in source.namelist():
            body = source.read(name)
            if name.startswith("xl/worksheets/sheet"):
                body, times = re.subn(rb"(</f>)<v>[^<]*</v>", rb"\1", body)
                assert times or name != "xl/worksheets/sheet1.xml"
            target.writestr(name, body)
    return stripped.getvalue()


def answers_of(kind: str) -> dict[Cell, Answer]:
    grid = charente()
    if kind == "every note":
        return fill(grid, _EVERY)
    if kind == "a policy not concerned":
        return {**fill(grid, _EVERY), **{Cell(line, "social"): NOT_CONCERNED for line in grid.activities}}
    if kind == "halves":  # 1, 2 and 0 in numbers that make many .5 per cent
        return fill(
            grid,
            (Rating.PARTLY, Rating.NO, Rating.NO, Rating.NO, NOT_CONCERNED, Rating.MOSTLY, Rating.PARTLY),
        )
    return {}


def random_report(drawn: random.Random) -> bytes:
    """Return the workbook of a grid whose lines have random sources."""
    lines = [drawn.randint(1, 6) for _ in range(drawn.randint(1, 4))]
    ids = list(make_grid(lines, indicators=()).activities)
    grid = make_grid(lines, indicators=(), proposed=drawn.sample(ids, drawn.randint(0, len(ids) - 1)))
    answers = {cell: drawn.choice(_EVERY) for cell in grid.cells if drawn.random() < 0.8}
    return xlsx.render(make_content(grid, make_assessment(grid, answers)))


@needs_office
def test_libreoffice_computes_the_same_percentages_and_never_adds_up_several_sources(tmp_path: Path) -> None:
    grid, drawn = charente(), random.Random(12)
    reports = [
        xlsx.render(make_content(grid, make_assessment(grid, answers_of(kind))))
        for kind in ("every note", "a policy not concerned", "halves", "empty")
    ]
    reports += [random_report(drawn) for _ in range(8)]
    for report, computed in zip(reports, convert(tmp_path, list(map(without_values, reports))), strict=True):
        ours, theirs = read_workbook(report, values=True), read_workbook(computed, values=True)
        places = formulas(read_workbook(report))
        assert len(places) > 20
        for sheet, place in places:
            assert theirs[sheet][place].value == ours[sheet][place].value, (sheet, place)


@needs_office
def test_the_workbook_of_the_caf_s_lines_prints_on_five_pages(tmp_path: Path) -> None:
    grid = charente_of_caf()
    texts = dict.fromkeys(PreparationTopic, "Une phrase pour en parler.")
    assessment = make_assessment(grid, fill(grid, _EVERY), preparation=texts)
    (printed,) = convert(tmp_path, [xlsx.render(make_content(grid, assessment))], "pdf")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 5


@needs_office
def test_hostile_texts_open_as_texts(tmp_path: Path) -> None:
    """One workbook holds all the texts; in the other, each stands in another field."""
    reports = [xlsx.render(hostile_content(*texts)) for texts in (SHORT_TEXTS, SHORT_TEXTS[::-1])]
    for ours, theirs in zip(reports, convert(tmp_path, reports), strict=True):
        assert formulas(read_workbook(theirs)).keys() == formulas(read_workbook(ours)).keys()
