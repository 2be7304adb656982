"""The HTML report in a real browser: nothing to complain of, and few pages when it is printed."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Rating
from ctg_tui.report import html
from ctg_tui.report.content import ReportContent
from ctg_tui.services.home import open_example
from ctg_tui.services.report import of_assessment
from tests.report.contents import (
    MORE_HOSTILE_TEXTS,
    SENDING,
    answer_to,
    full_content,
    hostile_content,
    said_by_caf,
    thread_of,
)
from tests.strategies import charente_of_caf

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.night,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed here"),
]


def browse(folder: Path, page: str, *options: str) -> subprocess.CompletedProcess[str]:
    source = folder / "rapport.html"
    source.write_text(page, encoding="utf-8")
    return subprocess.run(
        [
            str(CHROMIUM),
            *("--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--v=0"),
            f"--user-data-dir={folder / 'profil'}",
            *options,
            source.as_uri(),
        ],
        check=True,
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=180,
    )


def leaves(folder: Path, page: str) -> int:
    """Return on how many pages a page prints, each A4 upright."""
    browse(folder, page, "--print-to-pdf=rapport.pdf", "--no-pdf-header-footer")
    sizes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", (folder / "rapport.pdf").read_bytes())
    assert {(round(float(wide)), round(float(high))) for wide, high in sizes} == {(595, 842)}
    return len(sizes)


def complaints(done: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in done.stderr.splitlines() if "CONSOLE" in line]


def example(*, has_proposals: bool) -> ReportContent:
    """Return the report of the example as it is sent."""
    workspace, session = open_example(lambda: datetime(2027, 1, 20, 14, 2, tzinfo=UTC))
    if not has_proposals:
        workspace.fill_with(session, charente_of_caf())
    content = of_assessment(workspace, session.assessment.id)
    workspace.close()
    return replace(content, sending=SENDING)


def discussed(content: ReportContent) -> ReportContent:
    """Return it at its third sending: fourteen remarks of two advisers, half of them answered."""
    assert content.grid is not None
    said = "La démarche est engagée, le tableau de bord est partagé : pourquoi pas 2 ?"
    answer = "Nous gardons la note : le comité de pilotage a validé les indicateurs en mars."
    lines = list(content.grid.activities)[:14]
    asked = [
        said_by_caf(f"Prénom {rank % 2}", f"{said} ({rank})", line=line, policy="famille", note=Rating.MOSTLY)
        for rank, line in enumerate(lines[:10])
    ]
    asked += [said_by_caf("Prénom 0", f"{said} ({line})", line=line) for line in lines[10:]]
    rows = (*asked, *(answer_to(one, words=answer) for one in asked[::2]))
    third = SENDING._replace(number=3)
    assessment = content.assessment._replace(said=thread_of(*rows))
    return replace(content, assessment=assessment, sending=third, former=SENDING._replace(number=2))


@pytest.mark.parametrize(("has_proposals", "most"), [(False, 4), (True, 9)])
def test_the_report_and_the_interview_print_on_few_portrait_pages(
    has_proposals: bool, most: int, tmp_path: Path
) -> None:
    alone = example(has_proposals=has_proposals)
    before, after = (leaves(tmp_path, html.render(content)) for content in (alone, discussed(alone)))
    assert after <= most
    assert before <= after
    assert leaves(tmp_path, html.render_meeting(discussed(alone))) <= 3
    assert leaves(tmp_path, html.render_meeting(alone)) == 1


def test_chromium_has_nothing_to_complain_of_and_applies_the_policy(tmp_path: Path) -> None:
    picture = '"><img src=https://exemple.fr/x onerror=alert(1)>'
    short = [text for text in MORE_HOSTILE_TEXTS if len(text) < 200]
    for content in (full_content(), hostile_content(*short, picture)):
        done = browse(tmp_path, html.render(content), "--dump-dom")
        assert "<h1>" in done.stdout
        assert complaints(done) == []
    tampered = html.render(full_content()).replace("</style>", "body { color: #123456 }</style>")
    tampered = tampered.replace("</footer>", "</footer><script>document.title = 'x'</script>")
    said = complaints(browse(tmp_path, tampered, "--dump-dom"))
    assert len([line for line in said if "Content Security Policy" in line]) == 2
