"""The dossier: all in one folder, salaries in their own files only, the same at each preparation."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from ctg_tui.domain.assessment import Action, Coordinator, Identity, PreparationTopic, Profile, Rating, Status
from ctg_tui.domain.errors import Refusal
from ctg_tui.report.mail import MAIL_NAME, TEXT_NAME
from ctg_tui.services.sending import prepare
from ctg_tui.services.workspace import Workspace
from ctg_tui.wording.french import NBSP
from ctg_tui.wording.lines import finding
from tests.example_assessment import published
from tests.report.mails import parse
from tests.services.dossiers import (
    GRID,
    SENTINEL_CENTS,
    check_every_piece_opens,
    contents,
    example,
    forecast_of,
    holders,
    opened,
    save,
    with_salary,
)
from tests.strategies import HOSTILE_TEXTS, charente, make_identity

# The pieces.


def test_a_full_dossier_holds_every_file_that_the_caf_asks_for(workspace: Workspace, out: Path) -> None:
    made = example(workspace)
    with_salary(workspace, made)
    done = prepare(workspace, made, out)
    stem = f"CTG_val-de-charente_2027_annuelle_envoi-1_{done.sending.code}"
    assert done.folder == out / "CTG" / "val-de-charente" / "2027-annuelle" / "envoi-1"
    assert done.names == (
        f"{stem}.json",
        f"{stem}_rapport.html",
        f"{stem}_entretien.html",
        f"{stem}_reponse.xlsx",
        "CTG_val-de-charente_2027_previsionnel.xlsx",
        MAIL_NAME,
        TEXT_NAME,
    )
    check_every_piece_opens(done, workspace.catalogue)
    assert done.missing == ()
    if os.name == "posix":
        assert done.folder.stat().st_mode & 0o777 == 0o700
        assert {path.stat().st_mode & 0o777 for path in done.folder.iterdir()} == {0o600}


def test_attachments_of_the_mail_are_the_files_to_the_byte(workspace: Workspace, out: Path) -> None:
    made = example(workspace)
    with_salary(workspace, made)
    done = prepare(workspace, made, out)
    assert done.mail_path is not None
    draft = parse(done.mail_path.read_bytes())
    files = contents(done.folder)
    assert draft.attachments == {name: files[name] for name in done.names[:5]}
    assert draft.to == "prenom.nom@exemple.fr"
    assert "2027" in draft.subject
    assert "Communauté de communes Val de Charente" in draft.subject
    for shown in (done.sending.code, "provisoire", *done.names[:5]):
        assert shown in draft.text
    assert "complet." not in draft.text, "a draft is none"
    note = (done.folder / TEXT_NAME).read_bytes().decode("utf-8-sig")
    assert draft.text.rstrip("\n") in note.replace("\r\n", "\n")
    assert [note.count(f"- {name}{NBSP}:") for name in done.names[:5]] == [1] * 5, "each is named once"
    assert f"Gardez pour vous {MAIL_NAME} et {TEXT_NAME}." in note.partition("Destinataire")[0]


def test_no_file_sent_to_the_caf_holds_the_advice_meant_for_the_person(
    workspace: Workspace, out: Path
) -> None:
    form = make_identity()
    whole = published("definitif")._replace(
        answers=dict.fromkeys(GRID.cells, Rating.PARTLY),
        comments={},
        identity=form._replace(
            territory=form.territory._replace(siren=None), adviser=form.adviser._replace(email="")
        ),
    )
    made = save(workspace, whole)
    with_salary(workspace, made)
    done = prepare(workspace, made, out)
    advice = [finding(lack) for lack in done.missing]
    assert {lack.code for lack in done.missing} == {
        "conseiller-absent",
        "notes-basses-sans-commentaire",
    }
    texts = [
        content.decode("utf-8", "replace")
        for name, raw in contents(done.folder).items()
        for _, content in opened(name, raw)
    ]
    assert [sentence for sentence in advice for text in texts if sentence in text] == []


def test_the_mail_says_complete_of_a_final_dossier_whose_every_line_is_filled(
    workspace: Workspace, out: Path
) -> None:
    made = example(workspace)
    forecast = forecast_of(workspace, made)
    forecast.take("personnes.1.heures", "1607")
    unfilled = prepare(workspace, made, out, status=Status.FINAL)
    assert [lack.code for lack in unfilled.missing] == ["previsionnel-incomplet"]
    text = (unfilled.folder / TEXT_NAME).read_text(encoding="utf-8")
    assert f"Ce qui manque{NBSP}: 1{NBSP}ligne du tableau prévisionnel à compléter." in text
    assert "complet." not in text
    made = example(workspace)
    with_salary(workspace, made)
    filled = prepare(workspace, made, out, status=Status.FINAL)
    assert "Rien ne manque." in (filled.folder / filled.names[-1]).read_text(encoding="utf-8")


def test_a_file_in_the_place_of_the_folder_is_reported_and_stays(workspace: Workspace, out: Path) -> None:
    made = example(workspace)
    taken = out / "CTG"
    taken.write_text("à moi", encoding="utf-8")
    with pytest.raises(Refusal):
        prepare(workspace, made, out)
    assert taken.read_text(encoding="utf-8") == "à moi"


# Hostile and very long texts make a sound dossier.


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
        session.comment(indicator, text)
    for topic in PreparationTopic:
        session.prepare(topic, "\n".join(texts))
    forecast = forecast_of(workspace, made)
    for rank, _ in enumerate(texts, 1):
        forecast.take(f"personnes.{rank}.cout", f"{SENTINEL_CENTS / 100:.2f}")
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
