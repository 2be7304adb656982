"""What calm means, counted over the real program at 120×40 and 80×24: see `tests.tui.counts`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.effort import some
from tests.tui.counts import SIZES, count

pytestmark = pytest.mark.usefixtures("documents")


async def test_what_a_person_meets_stays_within_the_counts_of_calm(tmp_path: Path) -> None:
    sizes = some(SIZES, 2)
    counts = await count(tmp_path, sizes)
    large = SIZES[0]
    assert not {key: keys for key, keys in counts.keys.items() if keys > (12 if key[1] == large else 8)}
    assert not {letter: found for letter, found in counts.meanings.items() if len(found) > 2}
    assert not {name: keys for name, keys in counts.escapes.items() if keys > 2}
    for (what, size), rows in counts.rows.items():
        assert rows >= (20 if size == large else 12), what
    assert counts.walked <= 42 + 2, "the cells of the Caf and its indicators"
