"""Grids: shipped ones load from anywhere, a person's file is read or refused with every reason."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from ctg_tui.domain.errors import EXIT_INVALID_DOCUMENT, InvalidDocument
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.siren import normalise_siren
from ctg_tui.domain.text import is_clean
from ctg_tui.formats.json_schema import MAX_VIOLATIONS
from ctg_tui.grids.catalogue import (
    MAX_GRID_BYTES,
    Catalogue,
    InvalidGrid,
    examples,
    known_territories,
    load_grid,
    read_known,
    schema,
    shipped_grids,
)
from ctg_tui.grids.document import build
from tests import make_grids
from tests.each_row import each_row

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "data" / "grilles" / "charente-2024-08.toml"


@pytest.fixture(scope="module")
def grid() -> Grid:
    return shipped_grids()[0]


@pytest.fixture
def altered(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that copies the shipped grid with some of its text replaced."""

    def alter(*replacements: tuple[str, str], name: str = "grille.toml") -> Path:
        text = SHIPPED.read_text(encoding="utf-8")
        for old, new in replacements:
            assert old in text, old
            text = text.replace(old, new, 1)
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return alter


# ------------------------------------------------------------------ shipped data


def test_every_shipped_grid_passes_the_strict_loader_and_gives_the_same_value() -> None:
    loaded = [load_grid(path) for path in sorted((ROOT / "data" / "grilles").glob("*.toml"))]
    assert sorted(loaded, key=lambda grid: grid.id) == sorted(shipped_grids(), key=lambda grid: grid.id)
    for path, grid in zip(sorted((ROOT / "data" / "grilles").glob("*.toml")), loaded, strict=True):
        assert path.stem == grid.id


def test_the_shipped_grids_are_read_without_the_schema_library() -> None:
    code = (
        "import sys; from ctg_tui.grids.catalogue import shipped_grids; shipped_grids();"
        "print(sorted({'fastjsonschema', 'importlib.resources', 'textual'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_copies_read_at_start_are_of_the_grids_that_ship() -> None:
    """Run `python -m tests.make_grids` after changing a grid."""
    for path, text in make_grids.contents().items():
        assert path.read_text(encoding="utf-8") == text


def test_a_grid_changed_since_its_copy_was_made_is_the_one_that_is_read(tmp_path: Path) -> None:
    for folder in ("ctg_tui", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    code = (
        "from ctg_tui.grids.catalogue import shipped_grids; "
        "print(shipped_grids()[0].activities['m1.a14'].label)"
    )
    grid = tmp_path / "data" / "grilles" / "charente-2024-08.toml"
    for words in ("Suit le partenariat contractuel", "Suit le partenariat"):
        grid.write_text(
            grid.read_text(encoding="utf-8").replace("Suit le partenariat contractuel", words),
            encoding="utf-8",
            newline="\n",
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        )
        assert done.stdout.strip() == words


def test_everything_is_found_inside_a_zip(tmp_path: Path) -> None:
    archive = tmp_path / "ctg.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for folder, prefix in ((ROOT / "ctg_tui", ""), (ROOT / "data", "ctg_tui/")):
            for path in folder.rglob("*"):
                if path.is_file() and "__pycache__" not in path.parts:
                    packed.write(path, f"{prefix}{path.relative_to(ROOT)}")
    code = (
        "from ctg_tui.grids.catalogue import *; import ctg_tui.grids.catalogue as g;"
        " assert '.zip' in g.__file__;"
        "print(len(shipped_grids()[0].cells), len(known_territories()), schema('grille')['type'],"
        " 'verdicts.json' in examples())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(archive), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["153", "9", "object", "True"]


def test_the_nine_territories_have_valid_sirens_and_distinct_ids() -> None:
    territories = known_territories()
    assert len(territories) == 9
    assert [normalise_siren(row.siren) for row in territories] == [row.siren for row in territories]
    assert len({row.id for row in territories}) == 9
    assert {row.department for row in territories} == {"16"}
    assert all(is_clean(row.name) and is_clean(row.short_name) for row in territories)


def test_schemas_and_examples_are_served() -> None:
    assert schema("grille")["$schema"] == schema("soumission")["$schema"]
    assert {"bon-definitif.json", "verdicts.json"} <= examples().keys()


# ------------------------------------------------------------------ the catalogue


def test_without_a_file_the_shipped_grid_is_the_default() -> None:
    catalogue = Catalogue()
    assert catalogue.default.id == "charente-2024-08"
    assert catalogue.get("charente-2024-08") is catalogue.default
    assert catalogue.get("inconnue") is None


def test_the_persons_grid_comes_first_and_hides_a_shipped_one_of_its_id(altered: Callable[..., Path]) -> None:
    path = altered(("Suit le partenariat contractuel", "Suit le partenariat"))
    catalogue = Catalogue(path)
    shipped = shipped_grids()[0]
    assert catalogue.default.activities["m1.a14"].label == "Suit le partenariat"
    assert catalogue.get(shipped.id) is catalogue.default
    assert [grid.id for grid in catalogue.grids] == [shipped.id]
    # Submissions made with the shipped grid still find it.
    assert catalogue.find(shipped.id, shipped.fingerprint) is shipped
    assert catalogue.find(shipped.id, "sha256:0") is None


def test_a_grid_of_another_id_is_added_before_the_shipped_ones(altered: Callable[..., Path]) -> None:
    catalogue = Catalogue(altered(('id = "charente-2024-08"', 'id = "essai-2027"')))
    assert [grid.id for grid in catalogue.grids] == ["essai-2027", "charente-2024-08"]
    assert catalogue.default.id == "essai-2027"


def test_layout_comments_and_line_ends_do_not_change_the_fingerprint(tmp_path: Path, grid: Grid) -> None:
    path = tmp_path / "grille.toml"
    text = SHIPPED.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    path.write_bytes("\r\n\r\n".join(lines).encode())
    assert load_grid(path) == grid


def test_one_changed_letter_changes_the_fingerprint(altered: Callable[..., Path], grid: Grid) -> None:
    assert load_grid(altered(("contractuel", "contractueI"))).fingerprint != grid.fingerprint


# ------------------------------------------------------------------ refusals


def problems_of(path: Path) -> tuple[str, ...]:
    with pytest.raises(InvalidGrid) as caught:
        load_grid(path)
    refusal = caught.value
    assert refusal.code == "grille-invalide"
    assert refusal.exit_code == EXIT_INVALID_DOCUMENT
    assert path.name in refusal.message
    assert refusal.problems[0] in refusal.message
    assert all(is_clean(problem) for problem in refusal.problems)
    return refusal.problems


M1_A05 = 'libelle = "Propose des ajustements du plan d\'actions si nécessaire"'

REFUSED: tuple[tuple[str, str, str, str], ...] = (
    # old text, new text, key named in the refusal, word of the expected value
    (M1_A05, 'libelle = ""', "missions[0].activites[4].libelle", "texte non vide"),
    (M1_A05, "libelle = 12", "missions[0].activites[4].libelle", "texte non vide"),
    (M1_A05, 'libele = "x"', "missions[0].activites[4].libelle", "absente"),
    (M1_A05, 'libele = "x"', "missions[0].activites[4].libele", "pas prévue"),
    ('id = "m1.a05"', 'id = "m1 a05"', "missions[0].activites[4].id", "identifiant"),
    ('id = "m1.a05"', 'id = "m1/a05"', "missions[0].activites[4].id", "identifiant"),
    ('id = "m1.a05"', 'id = "m1.a04"', "missions[0].activites[4].id", "déjà pris"),
    ('id = "m2.i01"', 'id = "m1.a04"', "missions[1].indicateurs[0].id", "déjà pris"),
    ('id = "m2.i01"', 'id = "famille"', "missions[1].indicateurs[0].id", "déjà pris"),
    ('id = "m4"', 'id = "m3"', "missions[3].id", "déjà pris"),
    ("numero = 2", "numero = 3", "missions[1].numero", "2, son rang"),
    ("numero = 2", "numero = 2.0", "missions[1].numero", "virgule"),
    ("numero = 2", "numero = true", "missions[1].numero", "rang"),
    ('type = "suivi"', 'type = "suivie"', "missions[0].indicateurs[1].type", "types_indicateur"),
    ('reserve_a = "chef-de-projet"', 'reserve_a = "chef"', "missions[0].indicateurs[1].reserve_a", "profil"),
    ('code = "3"', 'code = "4"', "echelle[4].code", "NC"),
    ('code = "3"', 'code = "2"', "echelle[4].code", "déjà pris"),
    ("points = 3", "points = 4", "echelle[4].points", "0 à 3"),
    ("points = 3", "points = 2", "echelle[4].points", "3"),
    ("neutralise = true", "neutralise = false", "echelle[0].neutralise", "true"),
    ('politique_suggeree = "famille"', 'politique_suggeree = "x"', "thematiques[0].politique_suggeree", "x"),
    ("cloture_mois = 3", "cloture_mois = 13", "campagne.cloture_mois", "1 à 12"),
    ("cloture = 2025-03-31", 'cloture = "31 mars"', "campagne.cloture", "date"),
    ("cloture = 2025-03-31", 'cloture = "2025-02-30"', "campagne.cloture", "n’existe pas"),
    ("jour = 2025-10-07", 'jour = "2025-02-30"', "dates[1].jour", "n’existe pas"),
    ("jour = 2025-10-07", 'jour = "octobre"', "dates[1].jour", "date"),
    ("note_max = 3", "note_max = 4", "calcul.note_max", "3"),
    ('titre = "Gr', 'titre = "\\u001b[2J', "grille.titre", "commande"),
    ('titre = "Gr', 'titre = "\\u202e', "grille.titre", "commande"),
    (M1_A05, 'libelle = "\\u200b\\u2060 \\u00ad"', "missions[0].activites[4].libelle", "invisibles"),
    (M1_A05, 'libelle = "\\u3164\\u2800"', "missions[0].activites[4].libelle", "invisibles"),
    ('libelle = "Éducation"', 'libelle = "\\u2063"', "politiques[1].libelle", "invisibles"),
    ('libelle = "Éducation"', 'libelle = "Famille"', "politiques[1].libelle", "politiques[0].libelle"),
    ('libelle = "Éducation"', 'libelle = "FAM\\u200bÍLLE"', "politiques[1].libelle", "politiques[0].libelle"),
    (
        'titre_court = "Animer le réseau des acteurs"',
        'titre_court = "Adapter  l’Offre aux besoins"',
        "missions[2].titre_court",
        "missions[1].titre_court",
    ),
    ("heures_annuelles = 1607", "heures_annuelles = 0", "financement.etp.heures_annuelles", "heures"),
)  # fmt: skip


@each_row("old, new, key, expected", REFUSED)
def test_a_fault_is_reported_with_its_key_and_the_expected_value(
    altered: Callable[..., Path], old: str, new: str, key: str, expected: str
) -> None:
    problems = [
        problem for problem in problems_of(altered((old, new))) if problem.startswith(f"{key}\u00a0: ")
    ]
    assert problems
    assert any(expected in problem for problem in problems)


def test_all_faults_are_reported_at_once(altered: Callable[..., Path]) -> None:
    path = altered(
        (M1_A05, 'libelle = ""'), ("cloture_mois = 3", "cloture_mois = 0"), ('titre = "Gr', 'tître = "Év')
    )
    # The accented key is invalid TOML, reported alone.
    assert len(problems_of(path)) == 1
    path = altered(
        (M1_A05, 'libelle = ""'), ("cloture_mois = 3", "cloture_mois = 0"), ('titre = "Gr', 'titrre = "Év')
    )
    assert [problem.split("\u00a0")[0] for problem in problems_of(path)] == [
        "grille.titre", "grille.titrre", "campagne.cloture_mois", "missions[0].activites[4].libelle",
    ]  # fmt: skip


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    path = tmp_path / "vide.toml"
    path.write_text("")
    assert "missions\u00a0: cette clé obligatoire est absente." in problems_of(path)


@each_row(
    "content, reason",
    [
        (b"a = [\n1,\n", "syntaxe TOML"),
        (b"a = 1\na = 2\n", "ligne 2"),
        (b"\xef\xbb\xbfa = 1\n", "BOM"),
        ("a = 1\n# é\n".encode("latin-1"), "ligne 2"),
        ("a = 1\n".encode("utf-16"), "UTF-8"),
        (b"a = " + b"[" * 5000, "emboîtées"),
        (b".".join([b"a"] * 40_000) + b" = 1\n", "niveaux"),
        (b"[" + b".".join([b'"a b"'] * 40_000) + b"]\n", "niveaux"),
        (b"x = {" + b" . ".join([b"a"] * 40_000) + b" = 1}\n", "niveaux"),
        (b"a = " + b"{a.a.a.a.a.a.a.a = " * 60 + b"1" + b"}" * 60, "emboîtées"),
        (b"a = 1" + b"0" * 10_000, "syntaxe TOML"),
        (b"\x00", "syntaxe TOML"),
        (b"a = \xed\xa0\x80\n", "UTF-8"),
    ],
)
def test_text_that_is_no_grid_is_refused_quickly(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "grille.toml"
    path.write_bytes(content)
    (problem,) = problems_of(path)
    assert reason in problem


@each_row(
    "shape",
    [
        " ",
        "\t",
        " \n",
        "[ ",
        "x = {",
        ", ",
        ',"',
        "{'",
        "a.",
        ",a",
        '"\\\\',
        ",a ",
        'a = "\u0345\u0301\u0327',
        "\n[ \t",
    ],
)
def test_a_run_of_one_shape_is_refused_in_a_time_that_grows_with_its_length(
    tmp_path: Path, shape: str
) -> None:
    path = tmp_path / "grille.toml"
    for content in (shape * (900_000 // len(shape.encode())), shape[0] + shape[1:] * 10_000 + "x"):
        path.write_text(content, encoding="utf-8")
        started = time.process_time()
        assert problems_of(path)
        assert time.process_time() - started < 2


def test_at_most_a_hundred_clashes_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "grille.toml"
    same = re.sub(r'"m\d\.a\d\d"', '"m1.a01"', SHIPPED.read_text(encoding="utf-8"))
    line = '\n[[missions.activites]]\nid = "m1.a01"\nlibelle = "X"\nsource = "proposition"\n'
    path.write_text(same + line * 80, encoding="utf-8")
    assert len(problems_of(path)) == MAX_VIOLATIONS
    path.write_text("x = [" + '"\\u202e",' * 60_000 + "]\n", encoding="utf-8")
    assert len(problems_of(path)) == MAX_VIOLATIONS


def test_a_crowd_of_faults_is_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "grille.toml"
    path.write_text("missions = [" + "1," * 100_000 + "]\n")
    assert len(problems_of(path)) < 10
    path.write_text("missions = [" + "1," * 1_000 + "]\n")
    assert len(problems_of(path)) == MAX_VIOLATIONS


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "grille.toml"
    path.write_bytes(b"#" * (MAX_GRID_BYTES + 1))
    with pytest.raises(InvalidDocument) as caught:
        load_grid(path)
    assert caught.value.code == "fichier-trop-gros"


@settings(max_examples=60)
@given(data=st.data())
def test_a_damaged_grid_is_read_or_refused_never_a_crash(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        rank = data.draw(st.integers(0, len(lines) - 1))
        edit = data.draw(st.sampled_from(["drop", "repeat", "value", "key"]))
        key, equals, value = lines[rank].partition(" = ")
        if edit == "drop":
            lines[rank] = ""
        elif edit == "repeat":
            lines.insert(rank, lines[data.draw(st.integers(0, len(lines) - 1))])
        elif equals and edit == "value":
            new = data.draw(
                st.sampled_from(['""', "0", "-1", "1.5", "true", "[]", "{}", "1979-05-27", '"\\u0000"'])
            )
            lines[rank] = f"{key} = {new}"
        elif equals:
            lines[rank] = f"{key}x = {value}"
    path = tmp_path_factory.mktemp("grille") / "grille.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    try:
        grid = load_grid(path)
    except InvalidGrid as refusal:
        event("refused")
        problems = refusal.problems
    else:
        event("accepted")
        problems = ("none",)
        assert build(*read_known(path.read_bytes())) == grid
    assert problems


# ------------------------------------------------------------------ sources


def without_sources(text: str) -> str:
    """Return a grid file as it was before sources could be declared."""
    return re.sub(r"(?m)^\[\[sources\]\]\n(?:\w.*\n)+", "", text)


def test_the_lines_of_a_declared_source_are_the_cafs_only_if_it_says_so(altered: Callable[..., Path]) -> None:
    loaded = load_grid(altered(("fait_foi = true", "fait_foi = false")))
    assert all(line.is_proposed for line in loaded.activities.values())
    loaded = load_grid(altered(('id = "referentiel-cnaf"\n', 'id = "referentiel"\n')))
    reworded = [line for line in loaded.activities.values() if line.source == "referentiel-cnaf"]
    assert len(reworded) == 5
    assert all(line.is_proposed for line in reworded), "what is not declared is not the Caf's"
    assert "non déclarée" in loaded.provenance("referentiel-cnaf")


def test_without_declared_sources_the_grid_of_the_charente_is_the_cafs_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "ancienne.toml"
    text = without_sources(SHIPPED.read_text(encoding="utf-8"))
    assert "fait_foi" not in text
    path.write_text(text, encoding="utf-8")
    loaded = load_grid(path)
    own = {line.source for line in loaded.activities.values() if not line.is_proposed}
    assert own == {"grille-charente-2024"}
    assert loaded.fingerprint != shipped_grids()[0].fingerprint
    path.write_text(text.replace('"grille-charente-2024"', '"grille-d-ailleurs"'), encoding="utf-8")
    assert all(line.is_proposed for line in load_grid(path).activities.values())


def test_a_source_declared_twice_or_by_halves_is_refused_with_its_key(altered: Callable[..., Path]) -> None:
    with pytest.raises(InvalidGrid) as refused:
        load_grid(altered(('id = "proposition"\n', 'id = "referentiel-cnaf"\n')))
    assert "sources[2].id" in refused.value.problems[0]
    with pytest.raises(InvalidGrid) as refused:
        load_grid(altered(("fait_foi = true\n", "")))
    assert "sources[0]" in refused.value.problems[0]
    with pytest.raises(InvalidGrid) as refused:
        load_grid(altered(("fait_foi = true\n", 'fait_foi = "oui"\n')))
    assert "sources[0].fait_foi" in refused.value.problems[0]
