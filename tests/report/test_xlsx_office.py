"""The workbook in LibreOffice, the page in Chromium: the real programs, where they are installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, PreparationTopic, Rating
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.report import xlsx
from ctg_tui.spreadsheet.returned_report import read_returned
from tests.report.contents import MORE_HOSTILE_TEXTS, discussed_content, hostile_content, make_content
from tests.report.workbooks import formulas, read_workbook
from tests.returned import WHOLE, Filler, opened, saved
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
    folder.mkdir(exist_ok=True)
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
    """Two or three are « Grille », one « Entretien »."""
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
        assert formulas(read_workbook(theirs)) == []


@needs_office
def test_a_workbook_saved_by_libreoffice_says_the_same_in_both_of_its_formats(tmp_path: Path) -> None:
    content = discussed_content()
    filled = Filler(opened(xlsx.render(content)))
    filled.sign("Prénom Autre")
    filled.note("1.3", "famille", 1)
    filled.remark("1.3", "Le COPIL ne s’est réuni qu’une fois.\nEt l’an prochain ?")
    filled.remark(WHOLE, "Qui porte l’accueil ?")
    filled.met(date(2027, 2, 11))
    filled.agree("1.10 Famille", 1, "On reste à 1.")
    filled.plan("1.3", "Trois indicateurs", "Prénom Nom", "30 juin")
    made = saved(filled.book, tmp_path / "rempli.xlsx").read_bytes()
    find = Catalogue().find
    wanted = read_returned(made, "rempli.xlsx", find)
    assert wanted is not None
    assert len(wanted.rows) == 4
    for to in ("xlsx", "ods"):
        (theirs,) = convert(tmp_path / to, [made], to)
        found = read_returned(theirs, f"rempli.{to}", find)
        assert found is not None
        assert {said.id for said in found.rows} == {said.id for said in wanted.rows}
        assert (found.author, found.changed, found.unread) == ("Prénom Autre", (), ())
