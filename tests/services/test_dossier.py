"""The dossier: all in one folder, salaries in their own files only, the same at each preparation."""

from __future__ import annotations

import base64
import io
import json
import os
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from email import policy
from email.parser import BytesParser
from pathlib import Path

import openpyxl
import pytest

from ctg_tui.domain import changes
from ctg_tui.domain.answers import Rating, answer_text
from ctg_tui.domain.assessment import (
    Action,
    Assessment,
    Coordinator,
    Identity,
    Moment,
    PreparationTopic,
    Profile,
    Status,
)
from ctg_tui.domain.changes import Change, Edit, Field, Operation
from ctg_tui.domain.errors import Refusal
from ctg_tui.formats.json_schema import Schema
from ctg_tui.grids.catalogue import Catalogue, schema
from ctg_tui.report.letter import MAIL_NAME, NOTE_NAME
from ctg_tui.services import dossier, reports
from ctg_tui.services.dossier import ALL_PIECES, Dossier, Piece, look, prepare
from ctg_tui.services.forecast import ForecastSession
from ctg_tui.services.import_spreadsheet import read_with
from ctg_tui.services.take_spreadsheet import take_into
from ctg_tui.services.workspace import Workspace
from ctg_tui.submission.reader import read
from ctg_tui.wording.french import NBSP
from tests.databases import Clock, open_workspace
from tests.example_assessment import example_assessment
from tests.report.mails import headers, parse
from tests.report.pages import read_page
from tests.report.test_calendar import events
from tests.spreadsheet.workbooks import Layout, make_workbook, saved
from tests.strategies import HOSTILE_TEXTS, charente, make_assessment, make_identity

GRID = charente()
SENTINEL_CENTS = 7_141_592
SENTINELS = ("7141592", "71415", "71 415")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def workspace(tmp_path: Path, clock: Clock) -> Iterator[Workspace]:
    opened = open_workspace(tmp_path, clock)
    yield opened
    opened.close()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "envoi"
    folder.mkdir()
    return folder


def save(workspace: Workspace, wanted: Assessment) -> int:
    """Save `wanted` in the database; return its id."""
    made = workspace.create(wanted.identity)
    writes: list[Change] = []
    writes += [
        Change(Field.ANSWER, changes.cell_key(cell), None, answer_text(answer))
        for cell, answer in wanted.answers.items()
    ]
    writes += [Change(Field.COMMENT, key, None, text) for key, text in wanted.comments.items()]
    writes += [Change(Field.NUMBER, key, None, str(number)) for key, number in wanted.numbers.items()]
    writes += [Change(Field.REMARK, key, None, text) for key, text in wanted.remarks.items()]
    writes += [Change(Field.PREPARATION, key.value, None, text) for key, text in wanted.preparation.items()]
    writes += [
        Change(Field.ACTION, key, None, changes.action_text(action)) for key, action in wanted.actions.items()
    ]
    workspace.store.record(made, Edit(Operation.OTHER, tuple(writes)), None)
    return made


def example(workspace: Workspace) -> int:
    """Save the example with a comment on every line: only the forecast is missing; return its id."""
    whole = example_assessment(GRID)
    comments = dict.fromkeys(GRID.activities, "Vu avec le comité technique.") | dict(whole.comments)
    return save(workspace, whole._replace(comments=comments))


def forecast_of(workspace: Workspace, made: int) -> ForecastSession:
    return ForecastSession(workspace.open(made))


def with_salary(workspace: Workspace, made: int, cents: int = SENTINEL_CENTS) -> None:
    session = forecast_of(workspace, made)
    session.set_hours(0, 160_700)
    session.set_salary(0, cents)
    session.choose_rate("charente")


def with_workbook(workspace: Workspace, made: int, path: Path) -> None:
    """Take a blank workbook of the grid at `path` into an assessment."""
    path.write_bytes(saved(make_workbook(GRID, {}, Layout(comment="", has_numbers=False))))
    take_into(workspace, read_with(path, workspace.load(made)[0]), made)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def check_every_piece_opens(done: Dossier, catalogue: Catalogue) -> None:
    """Read each file of a dossier with a reader of its format that is not our writer."""
    files = contents(done.folder)
    assert set(files) == {*done.names}
    for name, raw in files.items():
        match Path(name).suffix:
            case ".html":
                assert read_page(raw.decode()).one("body").text
            case ".xlsx":
                assert openpyxl.load_workbook(io.BytesIO(raw)).worksheets
            case ".ics":
                assert events(raw)
            case ".eml":
                assert set(headers(raw)) <= {"X-Unsent", "To", "Subject", "MIME-Version", "Content-Type"}
                attached = {piece.name: piece.content for piece in parse(raw).attachments}
                assert attached == {name: files[name] for name in attached}
                assert done.sent.path.name in attached
            case ".json" if "previsionnel" in name:
                assert Schema(schema("previsionnel")).accepts(json.loads(raw))
            case ".json":
                assert read(done.sent.path, catalogue).fingerprint == done.sent.fingerprint
            case _:
                assert name == NOTE_NAME


def opened(name: str, raw: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield a file and the files packed in it: members of a workbook, parts of a mail."""
    yield name, raw
    if name.endswith(".xlsx"):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for member in archive.namelist():
                yield f"{name}/{member}", archive.read(member)
    if name.endswith(".eml"):
        for part in BytesParser(policy=policy.default).parsebytes(raw).walk():
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                yield from opened(f"{name}/{part.get_filename() or 'texte'}", payload)


def holders(folder: Path) -> set[str]:
    """Return the files, and the packed files, that hold a sentinel salary in any spelling."""
    places = set()
    for name, raw in contents(folder).items():
        for place, content in opened(name, raw):
            plain = content.decode("utf-8", "replace")
            spaced = re.sub(r"[\u00a0\u202f]", " ", plain)
            if any(sentinel in spaced for sentinel in SENTINELS):
                places.add(place)
    return places


# the pieces


def test_a_full_dossier_holds_every_file_that_the_caf_asks_for(workspace: Workspace, out: Path) -> None:
    made = example(workspace)
    with_salary(workspace, made)
    done = prepare(workspace, made, out)
    stem = f"CTG_val-de-charente_2027_annuelle_nom_r1_{done.sent.short}_provisoire"
    assert done.folder == out / "CTG_val-de-charente_2027_annuelle_r1_dossier"
    assert done.names == (
        f"{stem}.json",
        f"{stem}_rapport.html",
        f"{stem}_rapport.xlsx",
        "CTG_val-de-charente_2027_previsionnel.xlsx",
        "CTG_val-de-charente_2027_previsionnel.json",
        "CTG_val-de-charente_2027_actions.ics",
        MAIL_NAME,
        NOTE_NAME,
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
    assert {piece.name: piece.content for piece in draft.attachments} == {
        name: files[name] for name in done.names[:4]
    }
    assert draft.to == "prenom.nom@exemple.fr"
    assert "2027" in draft.subject
    assert "Communauté de communes Val de Charente" in draft.subject
    for shown in (done.sent.short, "provisoire", "Le dossier est complet.", *done.names[:4]):
        assert shown in draft.text
    assert done.mail is not None
    assert done.mail.as_text == f"{draft.subject}\n\n{draft.text}"
    note = (done.folder / NOTE_NAME).read_bytes().decode("utf-8-sig")
    assert draft.text.rstrip("\n") in note.replace("\r\n", "\n")
    assert all(name in note for name in done.names if name != NOTE_NAME)


def test_the_adviser_makes_the_same_reports_from_the_submission_alone(
    workspace: Workspace, tmp_path: Path, out: Path
) -> None:
    done = prepare(workspace, example(workspace), out)
    content = reports.of_submission(done.sent.path, Catalogue())
    for suffix in (".html", ".xlsx"):
        theirs = tmp_path / f"rapport{suffix}"
        reports.write(content, theirs)
        ours = done.folder / f"{done.sent.path.stem}_rapport{suffix}"
        assert theirs.read_bytes() == ours.read_bytes()


def test_each_piece_can_be_left_out(workspace: Workspace, out: Path, tmp_path: Path) -> None:
    made = example(workspace)
    with_salary(workspace, made)
    with_workbook(workspace, made, tmp_path / "grille.xlsx")
    whole = set(prepare(workspace, made, out).names)
    words = {
        Piece.HTML: "rapport.html",
        Piece.XLSX: "rapport.xlsx",
        Piece.WORKBOOK: "tableur.xlsx",
        Piece.FORECAST: "previsionnel",
        Piece.CALENDAR: ".ics",
        Piece.MAIL: MAIL_NAME,
    }
    assert words.keys() == set(Piece)
    for left_out, word in words.items():
        done = prepare(workspace, made, out, pieces=ALL_PIECES - {left_out})
        gone = whole - set(done.names)
        assert gone, left_out
        assert all(word in name for name in gone), left_out
        assert set(contents(done.folder)) == {*done.names}
        assert (done.mail is None) == (left_out is Piece.MAIL)


def test_a_workbook_that_cannot_be_filled_is_said_to_the_person_and_not_to_the_caf(
    workspace: Workspace, out: Path, tmp_path: Path
) -> None:
    made = example(workspace)
    path = tmp_path / "grille.csv"
    label = GRID.activities["m1.a01"].label
    path.write_text(f"Missions;Famille;Éducation;Social\n{label};;;\n", encoding="utf-8")
    take_into(workspace, read_with(path, GRID), made)
    assert Piece.WORKBOOK not in look(workspace, made).possible
    done = prepare(workspace, made, out)
    (lack,) = [lack for lack in done.missing if lack.code == "tableur-pas-xlsx"]
    assert "grille.csv" in lack.sentence
    assert not lack.for_caf
    assert not [name for name in done.names if "tableur" in name]
    assert "grille.csv" not in (done.folder / NOTE_NAME).read_text(encoding="utf-8")


def test_a_blank_assessment_lists_the_missing_pieces(workspace: Workspace, out: Path) -> None:
    made = workspace.create(make_identity(coordinators=()))
    outlook = look(workspace, made)
    assert outlook.possible == ALL_PIECES - {Piece.FORECAST, Piece.CALENDAR, Piece.WORKBOOK}
    done = prepare(workspace, made, out)
    assert done.missing == outlook.missing
    codes = {lack.code for lack in done.missing}
    assert {"cases-sans-reponse", "charge-absent", "previsionnel-absent"} <= codes
    note = (done.folder / NOTE_NAME).read_text(encoding="utf-8-sig")
    assert done.mail is not None
    report = (done.folder / f"{done.sent.path.stem}_rapport.html").read_text(encoding="utf-8")
    for lack in done.missing:
        assert (lack.sentence in done.mail.text) == lack.for_caf
        assert (lack.sentence in note) == lack.for_caf
        assert (lack.sentence in report) == (lack.for_caf and lack.code != "previsionnel-absent")


def test_no_file_sent_to_the_caf_holds_the_advice_meant_for_the_person(
    workspace: Workspace, out: Path
) -> None:
    form = make_identity()
    whole = example_assessment(GRID)._replace(
        answers=dict.fromkeys(GRID.cells, Rating.PARTLY),
        comments={},
        identity=form._replace(
            territory=form.territory._replace(siren=None), adviser=form.adviser._replace(email="")
        ),
    )
    made = save(workspace, whole)
    with_salary(workspace, made)
    done = prepare(workspace, made, out)
    advice = [lack.sentence for lack in done.missing]
    assert {lack.code for lack in done.missing} == {
        "siren-absent",
        "conseiller-absent",
        "notes-basses-sans-commentaire",
    }
    texts = [
        content.decode("utf-8", "replace")
        for name, raw in contents(done.folder).items()
        for _, content in opened(name, raw)
    ]
    assert [sentence for sentence in advice for text in texts if sentence in text] == []
    assert done.mail is not None
    assert "Le dossier est complet." in done.mail.text
    assert sum("L’auto-évaluation est complète." in text for text in texts) >= 2


def test_a_forecast_left_out_or_doubtful_is_said(workspace: Workspace) -> None:
    made = example(workspace)
    with_salary(workspace, made, cents=100_000)
    assert [lack.code for lack in look(workspace, made).missing] == ["previsionnel-a-verifier"]
    without = look(workspace, made, ALL_PIECES - {Piece.FORECAST})
    assert [lack.code for lack in without.missing] == ["previsionnel-non-joint"]


def test_the_outlook_writes_nothing(workspace: Workspace, tmp_path: Path, out: Path) -> None:
    made = example(workspace)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    look(workspace, made)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()} == before


# salaries


def test_a_salary_is_found_in_the_files_of_the_forecast_only(workspace: Workspace, out: Path) -> None:
    made = example(workspace)
    with_salary(workspace, made)
    done = prepare(workspace, made, out)
    places = holders(done.folder)
    workbook = "CTG_val-de-charente_2027_previsionnel.xlsx"
    # The search itself works: it finds the salary in the table, and in the mail's copy of the table.
    assert f"{workbook}/xl/worksheets/sheet1.xml" in places
    assert f"{MAIL_NAME}/{workbook}/xl/worksheets/sheet1.xml" in places
    assert all("previsionnel" in place for place in places)


def test_without_the_forecast_no_file_at_all_holds_a_salary(workspace: Workspace, out: Path) -> None:
    made = example(workspace)
    with_salary(workspace, made)
    assert holders(prepare(workspace, made, out).folder)
    done = prepare(workspace, made, out, pieces=ALL_PIECES - {Piece.FORECAST})
    assert holders(done.folder) == set()
    sentinel = base64.b64encode(str(SENTINEL_CENTS).encode())
    assert not any(sentinel in raw for raw in contents(done.folder).values())


# prepared again


def stamps(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.iterdir()}


def test_prepared_again_an_unchanged_assessment_leaves_every_file_alone(
    workspace: Workspace, clock: Clock, out: Path
) -> None:
    made = example(workspace)
    with_salary(workspace, made)
    first = prepare(workspace, made, out)
    before = stamps(first.folder)
    clock.pass_by(days=3)
    again = prepare(workspace, made, out)
    assert stamps(again.folder) == before
    assert again == first


def test_a_damaged_file_is_written_again(workspace: Workspace, clock: Clock, out: Path) -> None:
    made = example(workspace)
    with_salary(workspace, made)
    done = prepare(workspace, made, out)
    sound = contents(done.folder)
    for path in done.folder.iterdir():
        path.write_bytes(path.read_bytes()[:-20])
    again = prepare(workspace, made, out)
    assert again.names == done.names
    assert set(contents(again.folder)) == set(sound)
    check_every_piece_opens(again, workspace.catalogue)


def test_a_changed_draft_replaces_the_former_one_and_spares_the_rest(
    workspace: Workspace, clock: Clock, out: Path
) -> None:
    made = example(workspace)
    first = prepare(workspace, made, out)
    notes = first.folder / "mes notes.txt"
    notes.write_text("à moi", encoding="utf-8")
    (first.folder / "avis_2027.json").write_text("{}", encoding="utf-8")
    workspace.open(made).comment("m1.a02", "Un mot de plus.")
    again = prepare(workspace, made, out)
    assert again.sent.fingerprint != first.sent.fingerprint
    assert set(contents(again.folder)) == {*again.names, "mes notes.txt", "avis_2027.json"}


def test_a_final_dossier_stays_beside_the_next_revision(workspace: Workspace, out: Path) -> None:
    made = example(workspace)
    prepare(workspace, made, out)
    final = prepare(workspace, made, out, status=Status.FINAL)
    assert workspace.load(made)[1].status is Status.FINAL
    assert "provisoire" not in "".join(final.names)
    assert not any("provisoire" in name for name in contents(final.folder))
    assert final.mail is not None
    assert "définitive" in final.mail.text
    before = stamps(final.folder)
    assert prepare(workspace, made, out) == final
    assert stamps(final.folder) == before
    workspace.reopen(made)
    corrected = prepare(workspace, made, out)
    assert corrected.folder != final.folder
    assert stamps(final.folder) == before


def test_the_dossier_of_another_moment_leaves_this_one_alone(workspace: Workspace, out: Path) -> None:
    made = example(workspace)
    with_salary(workspace, made)
    first = prepare(workspace, made, out)
    before = stamps(first.folder)
    at_the_end = save(workspace, example_assessment(GRID)._replace(identity=make_identity(moment=Moment.END)))
    other = prepare(workspace, at_the_end, out)
    assert other.folder == out / "CTG_val-de-charente_2027_fin-engagement_r1_dossier"
    assert stamps(first.folder) == before


def test_a_restored_draft_does_not_take_a_final_submission_away(workspace: Workspace, out: Path) -> None:
    made = example(workspace)
    final = prepare(workspace, made, out, status=Status.FINAL)
    with workspace.store.writing():
        workspace.store.connection.execute("UPDATE assessment SET status = 'provisoire'")
    workspace.open(made).comment("m1.a02", "Reprise depuis une sauvegarde.")
    prepare(workspace, made, out)
    assert final.sent.path.exists()


# refusals


def test_an_incomplete_final_dossier_is_refused_and_leaves_nothing(workspace: Workspace, out: Path) -> None:
    made = save(workspace, make_assessment(GRID))
    with pytest.raises(Refusal) as refused:
        prepare(workspace, made, out, status=Status.FINAL)
    assert refused.value.code == "export-incomplet"
    assert list(out.iterdir()) == []


def test_a_folder_that_does_not_exist_is_reported(workspace: Workspace, out: Path) -> None:
    made = example(workspace)
    with pytest.raises(Refusal) as refused:
        prepare(workspace, made, out / "absent")
    assert refused.value.code == "dossier-absent"


def test_a_file_in_the_place_of_the_folder_is_reported_and_stays(workspace: Workspace, out: Path) -> None:
    made = example(workspace)
    taken = out / "CTG_val-de-charente_2027_annuelle_r1_dossier"
    taken.write_text("à moi", encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        prepare(workspace, made, out)
    assert refused.value.code == "pas-un-dossier"
    assert taken.read_text(encoding="utf-8") == "à moi"


# hostile texts


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
    made = workspace.create(hostile_identity(texts))
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
        added = forecast.add()
        forecast.rename(added, text, text)
        forecast.set_salary(added, SENTINEL_CENTS)
    done = prepare(workspace, made, out)
    check_every_piece_opens(done, workspace.catalogue)
    assert {place.partition("/")[0] for place in holders(done.folder)} <= {
        MAIL_NAME,
        *(name for name in done.names if "previsionnel" in name),
    }
    for name, raw in contents(done.folder).items():
        assert name.isascii()
        if name.endswith((".html", ".json", ".ics", ".txt")):
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


def test_the_longest_text_goes_whole_into_the_dossier(workspace: Workspace, out: Path) -> None:
    made = example(workspace)
    session = workspace.open(made)
    session.comment("m1.a01", HOSTILE_TEXTS[-1])
    text = session.assessment.comments["m1.a01"]
    done = prepare(workspace, made, out)
    assert len(text) == 20_000
    html = next(raw for name, raw in contents(done.folder).items() if name.endswith(".html"))
    assert text.encode() in html


def test_the_clock_and_not_the_grid_dates_the_dossier(workspace: Workspace, clock: Clock, out: Path) -> None:
    made = example(workspace)
    done = prepare(workspace, made, out)
    received = read(done.sent.path, workspace.catalogue)
    assert received.header.created_at == clock.now


def test_the_outlook_names_every_piece() -> None:
    assert set(dossier.PIECE_NAMES) == set(Piece)
    assert NBSP not in "".join(piece.value for piece in Piece)


def test_a_dossier_says_where_its_mail_is(workspace: Workspace, out: Path) -> None:
    made = example(workspace)
    done: Dossier = prepare(workspace, made, out, pieces=frozenset())
    assert done.mail_path is None
    assert done.names == (done.sent.path.name, NOTE_NAME)
