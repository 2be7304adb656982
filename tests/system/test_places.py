"""The share of a folder, from any content of the system's table of mounts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ctg_tui.system.places import network_share
from tests.each_row import each_row


@pytest.mark.skipif(os.name != "posix", reason="the table of mounts is POSIX's")
@each_row("odd", ["x /mnt/a\x0cb ext4 rw 0 0", "x /mnt/a\x85b nfs4 rw", "court", "", "a b", "\udcff"])
def test_an_odd_line_of_the_table_hides_no_other(tmp_path: Path, odd: str) -> None:
    table = tmp_path / "mounts"
    lines = f"/dev/vda / ext4 rw 0 0\n{odd}\nserveur:/x /srv nfs4 rw 0 0\n"
    table.write_text(lines, encoding="utf-8", errors="surrogateescape")
    assert network_share(Path("/srv/b.db"), table) == "nfs4"
    assert network_share(Path("/mnt/autre/b.db"), table) is None
