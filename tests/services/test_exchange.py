"""Any file is opened by one door: what the Caf said joins the thread, and nothing else is changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Cell, Said
from ctg_tui.domain.errors import NotSaved
from ctg_tui.domain.forecast import Forecast, ForecastLine, tabulate
from ctg_tui.domain.thread import Choice
from ctg_tui.report import forecast as forecast_workbook
from ctg_tui.services.exchange import Found, State, look, looked_at, take_all
from ctg_tui.services.sending import export
from ctg_tui.services.workspace import Workspace
from ctg_tui.storage import documents
from tests.databases import DATABASE_NAME, open_workspace, rows
from tests.received import AT, an_assessment, answered, receive, submission, write
from tests.services.dossiers import save
from tests.strategies import charente, make_identity

GRID = charente()
FIRST = Cell("m1.a01", "famille")
KEPT = "SELECT content FROM document WHERE kind = 'recu' ORDER BY stored_at, id"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = open_workspace(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def sent(workspace: Workspace, tmp_path: Path) -> Path:
    """Return the file sent of one's own assessment, number 1."""
    path, _ = export(workspace, save(workspace, an_assessment()), tmp_path)
    return path


def caf(
    words: str, cell: Cell | None = FIRST, *, days: int = 0, author: str = "Prénom Nom", about: str = "a" * 32
) -> Said:
    line, policy = cell or (None, None)
    return Said(AT + timedelta(days=days), author, True, about, line, policy, words=words)


def files(folder: Path, *contents: bytes) -> list[Path]:
    return write(folder / "recus", contents)


def states(outcomes: tuple[Found, ...]) -> list[str]:
    return [str(outcome.state) for outcome in outcomes]


def kept(folder: Path) -> set[bytes]:
    return {content for (content,) in rows(folder / DATABASE_NAME, KEPT) if isinstance(content, bytes)}


# What was answered leaves with the next sending, and is final.


def test_a_disk_that_refuses_the_sending_keeps_the_answer_as_it_was(
    workspace: Workspace, sent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (answer,) = files(tmp_path, answered(sent.read_bytes(), caf("Une fois.")))
    take_all(workspace, [look(workspace, answer)])[0]
    session = workspace.open(1)
    session.answer(session.points[0], Choice.SEEN, "Deux fois.")
    before = workspace.load(1)

    def fail(*_: object) -> None:
        raise OSError(28, "no space")

    (tmp_path / "suite").mkdir()
    with monkeypatch.context() as patched:
        patched.setattr("ctg_tui.services.sending.send", fail)
        with pytest.raises(NotSaved):
            export(workspace, 1, tmp_path / "suite")
    assert workspace.load(1) == before
    assert list((tmp_path / "suite").iterdir()) == []
    assert export(workspace, 1, tmp_path / "suite")[1].sending.number == 2


# Another submission is kept among the files received.


def test_a_file_whose_line_ends_a_mail_changed_is_received_as_it_was_sent(
    workspace: Workspace, tmp_path: Path
) -> None:
    content = submission(an_assessment())
    changed = content.replace(b"Quatre", b"Trois", 1)
    outcomes = receive(
        workspace, files(tmp_path, *(one.replace(b"\n", b"\r\n") for one in (content, changed)))
    )
    assert [(one.state, one.code) for one in outcomes] == [
        (State.READ, "soumission-gardee"),
        (State.REFUSED, "modifie"),
    ]
    assert kept(tmp_path) == {content}


# What is refused, or left aside: each file is named, with why.


def test_each_file_in_a_folder_is_named_and_no_salary_is_kept(workspace: Workspace, tmp_path: Path) -> None:
    box = tmp_path / "boite"
    (box / "Cognac" / "mars" / ".git").mkdir(parents=True)
    (box / "Cognac" / "mars" / "a.json").write_bytes(submission(an_assessment()))
    for name in ("photo.jpg", ".DS_Store", "~$grille.xlsx"):
        (box / name).write_bytes(b"x")
    (box / "autre.json").write_bytes(b'{"format": "facture"}')
    table = tabulate(Forecast((ForecastLine("Nom", "Prénom", 160_700, 4_242_424),)), GRID.funding)
    forecast = forecast_workbook.render(table, make_identity(), saved_at=AT)
    (box / "CTG_val_2027_previsionnel.xlsx").write_bytes(forecast)
    (box / "raccourci.json").symlink_to(box / "Cognac" / "mars" / "a.json")
    outcomes = receive(workspace, (box,))
    assert {one.name: (str(one.state), one.code) for one in outcomes} == {
        "a.json": ("lu", "soumission-gardee"),
        "autre.json": ("refuse", "format-inconnu"),
        "photo.jpg": ("lu", "autre-fichier"),
        "CTG_val_2027_previsionnel.xlsx": ("lu", "salaires"),
        "raccourci.json": ("refuse", "pas-un-fichier"),
    }
    assert b"42424" not in (tmp_path / DATABASE_NAME).read_bytes()
    assert take_all(workspace, [look(workspace, box / "photo.jpg")])[0].state is State.REFUSED, (
        "when it is asked for"
    )


def test_the_open_database_is_not_read_by_itself_nor_in_its_folder(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path, *_: object) -> bytes:
        assert path.name != DATABASE_NAME, "closed again, it would drop the locks of SQLite"
        return b"{}"

    monkeypatch.setattr("ctg_tui.services.files.read_document", fail)
    monkeypatch.setattr("ctg_tui.services.exchange.holds_assessments", lambda path: bool(fail(path)[2:]))
    path = workspace.store.path
    for found in (
        look(workspace, path),
        *(one for one in looked_at(workspace, [tmp_path]) if one.path == path),
    ):
        assert found.refusal is not None
        assert found.refusal.code == "base-ouverte"


def test_a_disk_that_refuses_takes_nothing_of_what_is_given_together(
    workspace: Workspace, sent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = answered(sent.read_bytes(), caf("Une fois."))
    paths = files(tmp_path, said, *(submission(an_assessment(number)) for number in range(1, 4)))
    before, real, calls = workspace.load(1), documents.keep_submission, []

    def fail(*arguments: object) -> None:
        calls.append(arguments)
        if len(calls) == 3:
            raise OSError(28, "no space")
        real(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(documents, "keep_submission", fail)
        with pytest.raises(NotSaved) as caught:
            receive(workspace, paths)
    assert caught.value.code == "disque-plein"
    assert (kept(tmp_path), workspace.load(1)) == (set(), before)
    assert states(receive(workspace, paths)) == ["pris", "lu", "lu", "lu"]
