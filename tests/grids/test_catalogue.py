"""Grids: shipped ones load from anywhere, a person's file is read or refused with every reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ctg_tui.domain.details import normalise_siren
from ctg_tui.domain.grid import Grid
from ctg_tui.grids.catalogue import Catalogue, grid_of, known_territories, read_grid_file, shipped_grids
from tests import make_grids
from tests.cleanness import is_clean
from tests.grids.conftest import SHIPPED

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def grid() -> Grid:
    return shipped_grids()[1]


def grid_in(path: Path) -> Grid:
    return read_grid_file(path).grid


# Shipped data.


def test_every_shipped_grid_passes_the_strict_loader_and_gives_the_same_value() -> None:
    loaded = [read_grid_file(path).grid for path in sorted((ROOT / "data" / "grilles").glob("*.toml"))]
    assert sorted(loaded, key=lambda grid: grid.id) == sorted(shipped_grids(), key=lambda grid: grid.id)
    for path, grid in zip(sorted((ROOT / "data" / "grilles").glob("*.toml")), loaded, strict=True):
        assert path.stem == grid.id


def test_the_copies_read_at_start_are_of_the_grids_that_ship() -> None:
    """Run `python -m tests.make_grids` after changing a grid."""
    for path, text in make_grids.contents().items():
        assert path.read_text(encoding="utf-8") == text


def test_the_nine_territories_have_valid_sirens_and_distinct_ids() -> None:
    territories = known_territories()
    assert len(territories) == 9
    assert [normalise_siren(row.siren or "") for row in territories] == [row.siren for row in territories]
    assert len({row.known_id for row in territories}) == 9
    assert {row.department for row in territories} == {"16"}
    assert all(is_clean(row.name) for row in territories)


def test_the_two_shipped_grids_have_the_same_lines_under_the_same_ids_and_name_each_other() -> None:
    own, whole = shipped_grids()
    assert (own.id, own.variant) == (whole.variant, whole.id)
    assert (own.id, whole.id) == ("charente-2024-08", "charente-2024-08-proposee")
    assert (len(own.cells), len(own.indicators), own.proposed_lines) == (42, 2, ())
    assert (len(whole.activities), len(whole.indicators)) == (14 + 37, 2 + 13)
    assert len(whole.proposed_lines) == 37 + 13
    assert [mission.title for mission in own.missions] == [mission.title for mission in whole.missions]
    assert [len(mission.lines) for mission in own.missions] == [16, 0, 0, 0]
    assert all(whole.lines[line] == own.lines[line] for line in own.mission_of)
    catalogue = Catalogue()
    assert catalogue.variant_of(own) is whole
    assert catalogue.variant_of(whole) is own
    assert catalogue.variant_of(replace(own, policies=own.policies[:2])) is None, "notes would not be counted"


# The catalogue.


def test_without_a_file_the_shipped_grid_is_the_default() -> None:
    catalogue = Catalogue()
    assert catalogue.default.id == "charente-2024-08"
    assert catalogue.get("charente-2024-08") is catalogue.default
    assert catalogue.get("inconnue") is None


def test_layout_comments_and_line_ends_do_not_change_the_fingerprint(tmp_path: Path, grid: Grid) -> None:
    path = tmp_path / "grille.toml"
    text = SHIPPED.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    path.write_bytes("\r\n\r\n".join(lines).encode())
    assert read_grid_file(path).grid == grid


def test_a_grid_whose_accents_are_written_apart_is_found_again_in_the_database(
    altered: Callable[..., Path],
) -> None:
    file = read_grid_file(altered(("contractuel", "contractue\u0301l")))
    assert grid_of(file.raw, file.grid.fingerprint) == file.grid


def test_one_changed_letter_changes_the_fingerprint(altered: Callable[..., Path], grid: Grid) -> None:
    assert grid_in(altered(("contractuel", "contractueI"))).fingerprint != grid.fingerprint


# Sources.


def test_the_lines_of_a_declared_source_are_the_cafs_only_if_it_says_so(altered: Callable[..., Path]) -> None:
    loaded = grid_in(altered(("fait_foi = true", "fait_foi = false")))
    assert all(line.is_proposed for line in loaded.activities.values())
    loaded = grid_in(altered(('id = "referentiel-cnaf"\n', 'id = "referentiel"\n')))
    reworded = [line for line in loaded.activities.values() if line.source == "referentiel-cnaf"]
    assert len(reworded) == 5
    assert all(line.is_proposed for line in reworded), "what is not declared is not the Caf's"
