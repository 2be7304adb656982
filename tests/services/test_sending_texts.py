"""Hostile and very long texts make a sound dossier."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl

from ctg_tui.domain.assessment import Action, Coordinator, Identity, PreparationTopic, Profile
from ctg_tui.report.mail import MAIL_NAME
from ctg_tui.services.sending import prepare
from ctg_tui.services.workspace import Workspace
from tests.services.dossiers import (
    GRID,
    SENTINEL_CENTS,
    check_every_piece_opens,
    contents,
    forecast_of,
    holders,
)
from tests.strategies import HOSTILE_TEXTS, charente, make_identity


def hostile_identity(texts: Sequence[str]) -> Identity:
    form = make_identity()
    joined = "".join(texts)
    return form._replace(
        territory=form.territory._replace(name=joined, department=joined[:20], siren=None, known_id=None),
        coordinators=tuple(
            Coordinator(f"c{rank}", text, text, Profile.PROJECT_LEAD, ("famille",))
            for rank, text in enumerate(texts, 1)
        ),
        adviser=form.adviser._replace(name=joined),
    )


def test_hostile_texts_in_every_field_make_a_sound_dossier(workspace: Workspace, out: Path) -> None:
    texts = HOSTILE_TEXTS[:-1]
    made = workspace.create(hostile_identity(texts), charente())
    session = workspace.open(made)
    for line, text in zip(GRID.activities, texts, strict=False):
        session.comment(line, text)
        session.plan(line, Action(text, text, date(2027, 6, 1)))
    for indicator, text in zip(GRID.indicators, texts, strict=False):
        session.remark(indicator, text)
    for topic in PreparationTopic:
        session.prepare(topic, "\n".join(texts))
    forecast = forecast_of(workspace, made)
    for text in texts:
        person = forecast.doings["ajouter"].run().removesuffix(".nom")
        for part, typed in (("nom", text), ("prenom", text), ("cout", f"{SENTINEL_CENTS / 100:.2f}")):
            forecast.put(f"{person}.{part}", typed)
    done = prepare(workspace, made, out)
    check_every_piece_opens(done, workspace.catalogue)
    assert {place.partition("/")[0] for place in holders(done.folder)} <= {
        MAIL_NAME,
        *(name for name in done.names if "previsionnel" in name),
    }
    for name, raw in contents(done.folder).items():
        assert name.isascii()
        if name.endswith((".html", ".json", ".txt")):
            control = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
            around = re.findall(f".{{,20}}{control}.{{,20}}", raw.decode())
            assert not around, (name, around)
        if name.endswith(".xlsx"):
            book = openpyxl.load_workbook(io.BytesIO(raw))
            formulas = [
                str(cell.value)
                for sheet in book.worksheets
                for row in sheet.iter_rows()
                for cell in row
                if cell.data_type == "f"
            ]
            theirs = [formula for formula in formulas if formula.startswith(("=1+1", "+SOMME", "@HYPER"))]
            assert not theirs, (name, theirs)
    assert b"<script" not in next(
        raw for name, raw in contents(done.folder).items() if name.endswith(".html")
    )
