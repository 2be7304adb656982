"""The notes of a release are the section of its version in the changelog."""

from __future__ import annotations

import re

import pytest

from ctg_tui import __version__
from tests.release.locked import ROOT
from tests.release.notes import notes

CHANGELOG = "# Changelog\n\n## [Unreleased]\n\n## [1.0.0]\n\n### Added\n\n- One.\n\n## [0.1.0]\n\n- Old.\n"


def test_they_hold_the_section_of_the_tag_and_no_other() -> None:
    assert notes("v1.0.0", CHANGELOG, "1.0.0") == "### Added\n\n- One.\n"


def test_the_version_of_the_program_has_its_section_and_its_name_in_what_the_it_service_reads() -> None:
    assert notes(f"v{__version__}", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    wheels = re.findall(r"ctg_tui-([\d.]+)-py3", (ROOT / "docs/informatique.md").read_text(encoding="utf-8"))
    assert set(wheels) == {__version__}


def test_a_tag_without_notes_stops_the_release() -> None:
    for tag, version, problem in (
        ("v1.0.1", "1.0.0", "is not the version"),
        ("v2.0.0", "2.0.0", "no section"),
    ):
        with pytest.raises(ValueError, match=problem):
            notes(tag, CHANGELOG, version)
