"""`grille`: check a file and its table of former lines, install it, compare two versions."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ctg_tui.domain.assessment import Rating
from ctg_tui.grids.catalogue import load_grid, shipped_grids
from ctg_tui.services.workspace import open_workspace
from tests.changed_grids import SHIPPED, shorter_grid
from tests.cli.program import Program
from tests.databases import rows
from tests.each_row import each_row
from tests.strategies import ALL_OPEN, make_identity

Row = tuple[str, str | None, str]


def next_version(folder: Path, *table: Row, former: str | None = None) -> Path:
    """Write a version of the shipped grid where `m1.a14` is `m1.b14`, with a table of former lines."""
    text = SHIPPED.read_text(encoding="utf-8").replace('id = "m1.a14"', 'id = "m1.b14"', 1)
    text = text.replace('version = "2024-08"', 'version = "2027-01"', 1)
    if table:
        text += f'\n[[correspondances]]\nde = "{former or shipped_grids()[0].fingerprint}"\n{_rows(table)}'
    path = folder / "suivante.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _rows(table: Iterable[Row]) -> str:
    lines = [
        f'  {{ ancien = "{old}", nature = "{kind}"' + (f', nouveau = "{new}"' if new else "") + " },"
        for old, new, kind in table
    ]
    return "lignes = [\n" + "\n".join(lines) + "\n]\n"


def test_a_grid_is_installed_byte_for_byte_and_once(program: Program) -> None:
    path = next_version(program.home)
    answer = program.run("grille", "installer", path)
    assert (answer.code, "installée" in answer.out) == (0, True)
    assert rows(
        program.database,
        "SELECT content, json_extract(facts, '$.origin') FROM document WHERE kind = 'grille'",
    ) == [(path.read_bytes(), "installee")]
    facts = program.run("grille", "installer", path, "--json").json
    assert (facts["etat"], facts["grille"]["version"]) == ("deja", "2027-01")
    assert rows(program.database, "SELECT count(*) FROM document WHERE kind = 'grille'") == [(1,)]


@each_row("content", [b"", b"[grille]\nid = 1\n", b"\xff\xfe", b"PK\x03\x04", b"a = [" * 2000])
def test_a_file_that_is_no_grid_is_refused_and_nothing_is_stored(program: Program, content: bytes) -> None:
    path = program.home / "fausse.toml"
    path.write_bytes(content)
    answer = program.run("grille", "installer", path)
    assert (answer.code, answer.out) == (3, "")
    assert "refusée" in answer.said
    assert rows(program.database, "SELECT count(*) FROM document WHERE kind = 'grille'") == [(0,)]
    assert program.run("grille", "installer", program.home / "absente.toml").code == 3


def test_a_received_file_of_an_unknown_grid_is_read_once_the_grid_is_installed(program: Program) -> None:
    sender = Program(program.home / "ailleurs")
    sender.home.mkdir()
    path = shorter_grid(sender.home)
    workspace = open_workspace(sender.database, path, write=True)
    session = workspace.open(workspace.create(make_identity(), open_missions=ALL_OPEN))
    session.rate(session.grid.cells[0], Rating.FULLY)
    workspace.close()
    assert sender.run("exporter", "1", "--sortie", ".").code == 0
    (sent,) = sender.home.glob("CTG_*.json")
    assert "grille-inconnue" in program.run("verifier", sent).out
    assert program.run("rapport", sent, "--sortie", "r.html").code == 0
    unread = (program.home / "r.html").read_text(encoding="utf-8")
    assert program.run("grille", "installer", path).code == 0
    path.unlink()
    assert "grille-inconnue" not in program.run("verifier", sent).out
    assert program.run("synthese", sent, "--json").json["grille"]["connue"] is True
    assert program.run("rapport", sent, "--sortie", "r.html", "--remplacer").code == 0
    assert (program.home / "r.html").read_text(encoding="utf-8") != unread


def test_two_versions_are_compared_line_by_line(program: Program) -> None:
    path = next_version(program.home)
    assert program.run("grille", "installer", path).code == 0
    facts = program.run("grille", "comparer", SHIPPED, "charente-2024-08", "--json").json
    assert (facts["avant"]["version"], facts["apres"]["version"]) == ("2024-08", "2027-01")
    assert [row["nouveau"] for row in facts["lignes"] if row["nature"] == "renumerotee"] == ["m1.b14"]
    assert facts["reprises"] == len(load_grid(path).mission_of)
    shown = program.run("grille", "comparer", SHIPPED, path).out
    assert "1\N{NO-BREAK SPACE}renumérotée" in shown or "1 renumérotée" in shown


def test_a_table_that_says_otherwise_wins_over_the_text(program: Program) -> None:
    path = next_version(program.home, ("m1.a14", "m1.b14", "scindee"))
    facts = program.run("grille", "comparer", SHIPPED, path, "--json").json
    assert [row["nature"] for row in facts["lignes"] if row["nouveau"] == "m1.b14"] == ["scindee"]


@each_row(
    "table, place",
    [
        ([("m1.a99", "m1.b14", "renumerotee")], "correspondances[0].lignes[0].ancien"),
        ([("m1.a14", "m1.b99", "renumerotee")], "correspondances[0].lignes[0].nouveau"),
        ([("m1.a14", None, "renumerotee")], "correspondances[0].lignes[0].nouveau"),
        ([("m1.a14", "m1.b14", "supprimee")], "correspondances[0].lignes[0].nouveau"),
        ([("m1.a14", "m1.b14", "disparue")], "correspondances[0].lignes[0].nature"),
        (
            [("m1.a14", "m1.b14", "renumerotee"), ("m1.a14", "m1.a13", "renumerotee")],
            "correspondances[0].lignes[1].ancien",
        ),
        (
            [("m1.a14", "m1.b14", "renumerotee"), ("m1.a13", "m1.b14", "renumerotee")],
            "correspondances[0].lignes[1].nouveau",
        ),
        (
            [("m1.a12", "m1.a13", "renumerotee"), ("m1.a13", "m1.a12", "renumerotee")],
            "correspondances[0].lignes[0].ancien",
        ),
        ([("m1.a13", "m1.b14", "renumerotee")], "correspondances[0].lignes[0].ancien"),
    ],
)
def test_a_wrong_table_is_refused_with_its_key(program: Program, table: list[Row], place: str) -> None:
    path = next_version(program.home, *table)
    for command in ("verifier", "installer"):
        answer = program.run("grille", command, path)
        assert (answer.code, place in answer.said) == (3, True), answer.err


def test_a_table_of_a_grid_that_is_not_here_is_taken_and_a_false_fingerprint_refused(
    program: Program,
) -> None:
    path = next_version(program.home, ("x.1", "m1.b14", "renumerotee"), former="sha256:" + "0" * 64)
    assert program.run("grille", "verifier", path).code == 0
    cycle = ("m1.a12", "m1.a13", "renumerotee"), ("m1.a13", "m1.a12", "renumerotee")
    path = next_version(program.home, *cycle, former="sha256:" + "0" * 64)
    answer = program.run("grille", "verifier", path)
    assert (answer.code, "redevient elle-même" in answer.said) == (3, True)
    path = next_version(program.home, ("x.1", "m1.b14", "renumerotee"), former="0" * 64)
    answer = program.run("grille", "verifier", path)
    assert (answer.code, "correspondances[0].de" in answer.said) == (3, True)
