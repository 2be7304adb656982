"""The workbook in LibreOffice, the page in Chromium: the real programs, where they are installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, PreparationTopic, Rating
from ctg_tui.report import xlsx
from tests.report.contents import MORE_HOSTILE_TEXTS, hostile_content, make_content
from tests.report.workbooks import formulas, read_workbook
from tests.strategies import charente_of_caf, fill, make_assessment

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


@needs_office
def test_the_workbook_of_a_usual_year_prints_on_five_pages(tmp_path: Path) -> None:
    """Two or three are « Grille », one « Entretien »; « Synthèse » is one."""
    grid = charente_of_caf()
    texts = dict.fromkeys(PreparationTopic, "Une phrase pour en parler.")
    comments = dict.fromkeys(grid.activities, "Un commentaire de deux lignes, comme on en écrit souvent.")
    assessment = make_assessment(grid, fill(grid, _EVERY), preparation=texts, comments=comments)
    (printed,) = convert(tmp_path, [xlsx.render(make_content(grid, assessment))], "pdf")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) <= 5


@needs_office
def test_hostile_texts_open_as_texts(tmp_path: Path) -> None:
    """One workbook holds all the texts; in the other, each stands in another field."""
    reports = [xlsx.render(hostile_content(*texts)) for texts in (SHORT_TEXTS, SHORT_TEXTS[::-1])]
    for theirs in convert(tmp_path, reports):
        assert formulas(read_workbook(theirs)) == {}
