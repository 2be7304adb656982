"""A grid file that is none is refused with the key and the value expected, quickly."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from ctg_tui.domain.errors import EXIT_INVALID_DOCUMENT, InvalidDocument
from ctg_tui.grids.catalogue import MAX_GRID_BYTES, InvalidGrid, build, load_grid, read_known
from tests.cleanness import is_clean
from tests.each_row import each_row
from tests.effort import tries
from tests.grids.conftest import SHIPPED


def problem_of(path: Path) -> str:
    with pytest.raises(InvalidGrid) as caught:
        load_grid(path)
    refusal = caught.value
    assert refusal.code == "grille-invalide"
    assert refusal.exit_code == EXIT_INVALID_DOCUMENT
    assert path.name in refusal.message
    assert refusal.problem in refusal.message
    assert is_clean(refusal.problem)
    return refusal.problem


M1_A05 = 'libelle = "Propose des ajustements du plan d\'actions si nécessaire"'


REFUSED: tuple[tuple[str, str, str, str], ...] = (
    # old text, new text, key named in the refusal, word of the expected value
    (M1_A05, 'libelle = ""', "missions[0].activites[4].libelle", "texte non vide"),
    (M1_A05, "libelle = 12", "missions[0].activites[4].libelle", "texte non vide"),
    (M1_A05, 'libele = "x"', "missions[0].activites[4].libelle", "absente"),
    ('id = "m1.a05"', 'id = "m1 a05"', "missions[0].activites[4].id", "identifiant"),
    ('id = "m1.a05"', 'id = "m1/a05"', "missions[0].activites[4].id", "identifiant"),
    ('id = "m1.a05"', 'id = "m1.a04"', "missions[0].activites[4].id", "déjà pris"),
    ('id = "m2.i01"', 'id = "m1.a04"', "missions[1].indicateurs[0].id", "déjà pris"),
    ('id = "m2.i01"', 'id = "famille"', "missions[1].indicateurs[0].id", "déjà pris"),
    ('id = "m4"', 'id = "m3"', "missions[3].id", "déjà pris"),
    ("numero = 2", "numero = 3", "missions[1].numero", "2, son rang"),
    ('variante = "charente-2024-08"', 'variante = "charente-2024-08-proposee"', "grille.variante", "autre"),
    (
        f'{M1_A05}\nsource = "grille-charente-2024"',
        f'{M1_A05}\nsource = "proposition"',
        "missions[0].activites",
        "toutes de la Caf, ou toutes proposées",
    ),
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
    ('libelle = "Éducation"', 'libelle = "Famille"', "politiques[1].libelle", "politiques[0].libelle"),
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
    problem = problem_of(altered((old, new)))
    assert problem.startswith(f"{key}\u00a0: ")
    assert expected in problem


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    path = tmp_path / "vide.toml"
    path.write_text("")
    assert problem_of(path).endswith("cette clé obligatoire est absente.")


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
    assert reason in problem_of(path)


@each_row(
    "shape",
    [
        *(" ", "\t", " \n", "[ ", "x = {", ", ", ',"', "{'", "a.", ",a", '"\\\\', ",a "),
        *('a = "\u0345\u0301\u0327', "\n[ \t"),
    ],
)
def test_a_run_of_one_shape_is_refused_in_a_time_that_grows_with_its_length(
    tmp_path: Path, shape: str
) -> None:
    path = tmp_path / "grille.toml"
    for content in (shape * (900_000 // len(shape.encode())), shape[0] + shape[1:] * 10_000 + "x"):
        path.write_bytes(content.encode())
        started = time.process_time()
        assert problem_of(path)
        assert time.process_time() - started < 2


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "grille.toml"
    path.write_bytes(b"#" * (MAX_GRID_BYTES + 1))
    with pytest.raises(InvalidDocument) as caught:
        load_grid(path)
    assert caught.value.code == "fichier-trop-gros"


@settings(max_examples=tries(60))
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
    except InvalidGrid:
        event("refused")
    else:
        event("accepted")
        assert build(*read_known(path.read_bytes())) == grid
