"""The notes of a release are the section of its version in the changelog."""

from __future__ import annotations

import pytest

from tests.each_row import each_row
from tests.release.notes import notes

CHANGELOG = "# Changelog\n\n## [Unreleased]\n\n## [1.0.0]\n\n### Added\n\n- One.\n\n## [0.1.0]\n\n- Old.\n"


def test_they_hold_the_section_of_the_tag_and_no_other() -> None:
    assert notes("v1.0.0", CHANGELOG, "1.0.0") == "### Added\n\n- One.\n"


@each_row(
    "tag, version, problem",
    [
        ("v1.0.1", "1.0.0", "is not the version"),
        ("1.0.0", "1.0.0", "is not the version"),
        ("v2.0.0", "2.0.0", "no section"),
        ("v0.9.0", "0.9.0", "no section"),
    ],
)
def test_a_tag_without_notes_stops_the_release(tag: str, version: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        notes(tag, CHANGELOG, version)
