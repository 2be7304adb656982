"""A grid file that is none is refused with the key and the value expected, quickly."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from ctg_tui.domain.errors import EXIT_INVALID_DOCUMENT, InvalidDocument
from ctg_tui.formats import toml_bytes
from ctg_tui.grids.catalogue import (
    MAX_GRID_BYTES,
    InvalidGrid,
    build,
    read_grid_file,
    read_known,
)
from tests.cleanness import is_clean
from tests.each_row import each_row
from tests.effort import tries
from tests.grids.conftest import SHIPPED


def problem_of(path: Path) -> str:
    with pytest.raises(InvalidGrid) as caught:
        read_grid_file(path)
    refusal = caught.value
    assert refusal.code == "grille-invalide"
    assert refusal.exit_code == EXIT_INVALID_DOCUMENT
    assert path.name in refusal.message
    assert is_clean(refusal.message)
    return refusal.message.replace("\N{NO-BREAK SPACE}", " ")


M1_A05 = 'libelle = "Propose des ajustements du plan d\'actions si nécessaire"'


REFUSED: tuple[tuple[str, str, str, str], ...] = (
    # old text, new text, key named in the refusal, word of the expected value
    (M1_A05, 'libele = "x"', "missions[0].activites[4].libelle", "absente"),
    ('id = "m2.i01"', 'id = "m1.a04"', "missions[1].indicateurs[0].id", "déjà pris"),
    ("numero = 2", "numero = 3", "missions[1].numero", "2, son rang"),
    ('variante = "charente-2024-08"', 'variante = "charente-2024-08-proposee"', "grille.variante", "autre"),
    (
        f'{M1_A05}\nsource = "grille-charente-2024"',
        f'{M1_A05}\nsource = "proposition"',
        "missions[0].activites",
        "toutes de la Caf, ou toutes proposées",
    ),
    (
        'libelle = "Social"\nsource = "grille-charente-2024"',
        'libelle = "Social"\nsource = "proposition"',
        "politiques[2].source",
        "fait foi",
    ),
    ('type = "suivi"', 'type = "suivie"', "missions[0].indicateurs[1].type", "types_indicateur"),
    ('code = "3"', 'code = "2"', "echelle[4].code", "déjà pris"),
    ('titre = "Gr', 'titre = "\\u001b[2J', "grille.titre", "commande"),
    ('id = "proposition"\n', 'id = "referentiel-cnaf"\n', "sources[2].id", "déjà pris"),
)  # fmt: skip


@each_row("old, new, key, expected", REFUSED)
def test_a_fault_is_reported_with_its_key_and_the_expected_value(
    altered: Callable[..., Path], old: str, new: str, key: str, expected: str
) -> None:
    problem = problem_of(altered((old, new)))
    assert f" {key} : " in problem
    assert expected in problem


@each_row(
    "content, reason",
    [
        (b"", "cette clé obligatoire est absente"),
        (b"a = 1\na = 2\n", "ligne 2"),
        ("a = 1\n# é\n".encode("latin-1"), "ligne 2"),
        (b"a = " + b"[" * 5000, "emboîtées"),
        (b".".join([b"a"] * 40_000) + b" = 1\n", "niveaux"),
        (b"a = " + b"{a.a.a.a.a.a.a.a = " * 60 + b"1" + b"}" * 60, "emboîtées"),
        *((shape * (900_000 // len(shape)), "") for shape in (b" ", b"[ ", b'"\\\\', b"\n[ \t", b",a ")),
    ],
)
def test_text_that_is_no_grid_is_refused_quickly(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "grille.toml"
    path.write_bytes(content)
    started = time.process_time()
    assert reason in problem_of(path)
    assert time.process_time() - started < 2


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "grille.toml"
    path.write_bytes(b"#" * (MAX_GRID_BYTES + 1))
    with pytest.raises(InvalidDocument) as caught:
        read_grid_file(path)
    assert caught.value.code == "fichier-trop-gros"


@settings(max_examples=tries(40))
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
            values = ['""', "0", "-1", "1.5", "true", "[]", "{}", "1979-05-27", '"\\u0000"']
            lines[rank] = f"{key} = {data.draw(st.sampled_from(values))}"
        elif equals:
            lines[rank] = f"{key}x = {value}"
    path = tmp_path_factory.mktemp("grille") / "grille.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    try:
        grid = read_grid_file(path).grid
    except InvalidGrid:
        event("refused")
    else:
        event("accepted")
        assert build(*read_known(path.read_bytes())) == grid


# Written.

_KEYS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=5)
_PLAIN = st.integers(-9, 9) | st.booleans() | st.text(st.characters(codec="utf-8"), max_size=9)
_TABLES = st.recursive(
    st.dictionaries(_KEYS, _PLAIN | st.lists(_PLAIN, max_size=3), max_size=3),
    lambda inner: st.dictionaries(
        _KEYS, _PLAIN | inner | st.lists(inner, min_size=1, max_size=3), max_size=3
    ),
    max_leaves=8,
)


@settings(max_examples=tries(60))
@given(_TABLES)
def test_any_table_is_read_back_as_it_was_written(document: dict[str, object]) -> None:
    assert tomllib.loads(toml_bytes(document).decode()) == document


def test_the_shipped_grid_written_again_is_the_same_document() -> None:
    document, fingerprint = read_known(SHIPPED.read_bytes())
    assert read_known(toml_bytes(document)) == (document, fingerprint)
