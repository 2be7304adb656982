"""A grid written as TOML is the same document when it is read again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.grids.catalogue import fingerprint_of, read_known
from ctg_tui.grids.toml_file import toml_bytes
from tests.make_grids import FOLDER

_KEYS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=5)
_PLAIN = st.integers(-9, 9) | st.booleans() | st.text(st.characters(codec="utf-8"), max_size=9)
_TABLES = st.recursive(
    st.dictionaries(_KEYS, _PLAIN | st.lists(_PLAIN, max_size=3), max_size=3),
    lambda inner: st.dictionaries(
        _KEYS, _PLAIN | inner | st.lists(inner, min_size=1, max_size=3), max_size=3
    ),
    max_leaves=8,
)


def test_the_shipped_grid_written_again_is_the_same_document() -> None:
    document, fingerprint = read_known((FOLDER / "charente-2024-08-proposee.toml").read_bytes())
    again, same = read_known(toml_bytes(document))
    assert again == document
    assert same == fingerprint == fingerprint_of(document)


@given(_TABLES)
def test_any_table_is_read_back_as_it_was_written(document: dict[str, object]) -> None:
    assert read_known(toml_bytes(document))[0] == document
