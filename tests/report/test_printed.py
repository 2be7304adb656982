"""The documents in the real programs, Chromium and LibreOffice: few pages, nothing to complain of."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Rating
from ctg_tui.domain.grid import Grid
from ctg_tui.report import html, reply_workbook
from ctg_tui.report.tables import ReportContent
from ctg_tui.spreadsheet.returned_workbook import read_returned
from tests.example_assessment import published
from tests.report.contents import (
    MORE_HOSTILE_TEXTS,
    SENDING,
    answer_to,
    discussed_content,
    full_content,
    hostile_content,
    make_content,
    said_by_caf,
    sent_in,
    thread_of,
)
from tests.returned import WHOLE, Filler, opened, saved
from tests.strategies import charente, charente_of_caf

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
SHORT_TEXTS = [text for text in MORE_HOSTILE_TEXTS if len(text) < 200]

pytestmark = pytest.mark.night
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed here")
needs_office = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed here")


def browse(folder: Path, page: str, *options: str) -> subprocess.CompletedProcess[str]:
    source = folder / "rapport.html"
    source.write_text(page, encoding="utf-8")
    shown = ("--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--v=0")
    profile = f"--user-data-dir={folder / 'profil'}"
    command = [str(CHROMIUM), *shown, profile, *options, source.as_uri()]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder, timeout=180)


def leaves(folder: Path, page: str) -> int:
    """Return on how many pages a page prints, each A4 upright."""
    browse(folder, page, "--print-to-pdf=rapport.pdf", "--no-pdf-header-footer")
    sizes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", (folder / "rapport.pdf").read_bytes())
    assert {(round(float(wide)), round(float(high))) for wide, high in sizes} == {(595, 842)}
    return len(sizes)


def convert(folder: Path, content: bytes, to: str = "xlsx") -> bytes:
    """Open a workbook in LibreOffice, in a profile of its own, and return it as saved or printed."""
    source, profile = folder / "rapport.xlsx", f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    source.write_bytes(content)
    command = [
        str(SOFFICE),
        profile,
        "--headless",
        "--convert-to",
        to,
        "--outdir",
        str(folder / to),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return (folder / to / f"rapport.{to}").read_bytes()


def discussed(content: ReportContent) -> ReportContent:
    """Return it at its third sending: fourteen remarks of two advisers, half of them answered."""
    said = "La démarche est engagée, le tableau de bord est partagé : pourquoi pas 2 ?"
    answer = "Nous gardons la note : le comité de pilotage a validé les indicateurs en mars."
    lines = list(content.grid.activities)[:14]
    asked = [
        said_by_caf(f"Prénom {rank % 2}", f"{said} ({rank})", line=line, policy="famille", note=Rating.MOSTLY)
        for rank, line in enumerate(lines[:10])
    ]
    asked += [said_by_caf("Prénom 0", f"{said} ({line})", line=line) for line in lines[10:]]
    rows = (*asked, *(answer_to(one, words=answer) for one in asked[::2]))
    assessment = content.assessment._replace(said=thread_of(*rows))
    third, second = SENDING._replace(number=3), SENDING._replace(number=2)
    return replace(content, assessment=assessment, sending=third, former=second)


@needs_browser
@needs_office
@pytest.mark.parametrize(("grid", "most"), [(charente_of_caf(), 4), (charente(), 9)])
def test_the_documents_print_on_few_pages(grid: Grid, most: int, tmp_path: Path) -> None:
    alone = make_content(grid, published("definitif"))
    assert leaves(tmp_path, html.render(discussed(alone))) <= most
    assert leaves(tmp_path, html.render_meeting(discussed(alone))) <= 3
    assert leaves(tmp_path, html.render_meeting(alone)) == 1
    printed = convert(tmp_path, reply_workbook.render(alone), "pdf")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) <= most + 1


@needs_browser
def test_chromium_has_nothing_to_complain_of_and_applies_the_policy(tmp_path: Path) -> None:
    def complaints(page: str) -> list[str]:
        done = browse(tmp_path, page, "--dump-dom")
        assert "<h1>" in done.stdout
        return [line for line in done.stderr.splitlines() if "CONSOLE" in line]

    picture = '"><img src=https://exemple.fr/x onerror=alert(1)>'
    for content in (full_content(), hostile_content(*SHORT_TEXTS, picture)):
        assert complaints(html.render(content)) == []
    tampered = html.render(full_content()).replace("</style>", "body { color: #123456 }</style>")
    tampered = tampered.replace("</footer>", "</footer><script>document.title = 'x'</script>")
    assert len([line for line in complaints(tampered) if "Content Security Policy" in line]) == 2


@needs_office
def test_a_workbook_saved_by_libreoffice_says_the_same_in_both_of_its_formats(tmp_path: Path) -> None:
    filled = Filler(opened(reply_workbook.render(discussed_content())))
    filled.sign("Prénom Autre")
    filled.note("1.3", "famille", 1)
    filled.remark("1.3", "Le COPIL ne s’est réuni qu’une fois.\nEt l’an prochain ?")
    filled.remark(WHOLE, "Qui porte l’accueil ?")
    filled.met(date(2027, 2, 11))
    filled.agree("1.10 Famille", 1, "On reste à 1.")
    filled.plan("1.3", "Trois indicateurs", "Prénom Nom", "30 juin")
    made = saved(filled.book, tmp_path / "rempli.xlsx").read_bytes()
    read_file = sent_in(discussed_content())
    wanted = read_returned(made, "rempli.xlsx", read_file)
    assert wanted is not None
    assert len(wanted.rows) == 4
    for to in ("xlsx", "ods"):
        found = read_returned(convert(tmp_path, made, to), f"rempli.{to}", read_file)
        assert found is not None
        assert {said.id for said in found.rows} == {said.id for said in wanted.rows}
        assert (found.author, found.unread) == ("Prénom Autre", ())
