"""What became of the actions, and every action of the engagement, in the reports of its last assessment."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Action, Moment, Outcome
from ctg_tui.report import html, xlsx
from ctg_tui.report.content import ReportContent
from ctg_tui.services.report import of_assessment
from tests.databases import open_workspace
from tests.strategies import charente, make_identity

BOARD = Action("Tableau de bord partagé", "Prénom Nom", date(2026, 6, 30))


def content_of(folder: Path, moment: Moment) -> ReportContent:
    workspace = open_workspace(folder)
    workspace.create(make_identity()._replace(year=2026), charente())
    workspace.open(1).plan("m1.a02", BOARD)
    second = workspace.duplicate(1, 2027, moment)
    session = workspace.open(second)
    session.close_action("m1.a02", Outcome.DONE, BOARD)
    session.plan("m1.a03", Action("Forum des familles"))
    made = of_assessment(workspace, second)
    workspace.close()
    return made


def texts_of(content: ReportContent) -> tuple[str, str]:
    with zipfile.ZipFile(io.BytesIO(xlsx.render(content))) as book:
        strings = book.read("xl/sharedStrings.xml").decode()
    return html.render(content), strings


@pytest.mark.parametrize("moment", [Moment.YEARLY, Moment.END])
def test_both_reports_say_what_became_of_each_action(tmp_path: Path, moment: Moment) -> None:
    content = content_of(tmp_path, moment)
    for text in texts_of(content):
        assert "Tableau de bord partagé" in text
        assert "fait" in text
        assert ("Toutes les actions de l’engagement" in text) is (moment is Moment.END)
        assert ("fait en 2027" in text) is (moment is Moment.END)
