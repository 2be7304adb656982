"""Text in a workbook: always text, always whole."""

from __future__ import annotations

import io
import re
from collections import Counter
from html import unescape

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from ctg_tui.domain.grid import Mission
from ctg_tui.domain.text import harmless
from ctg_tui.report import xlsx
from ctg_tui.report.workbook import make_workbook, pieces, write_text
from tests.each_row import each_row
from tests.effort import IS_NIGHT
from tests.report.contents import (
    CREATED,
    MORE_HOSTILE_TEXTS,
    full_content,
    hostile_content,
)
from tests.report.workbooks import formulas, parts, read_workbook, rows
from tests.strategies import any_texts

MAX_CELL_UNITS = 32_767
"""UTF-16 units that one cell can hold (Excel's limit)."""


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_a_hostile_text_in_every_place_is_never_a_formula_nor_lost() -> None:
    short = [text for text in MORE_HOSTILE_TEXTS if len(text) < 200]
    long = [text for text in MORE_HOSTILE_TEXTS if len(text) >= 200]
    at_night = [short[::-1], *([text] for text in ("=1+1", "http://exemple.fr", *long))]
    for texts in (short, *(at_night if IS_NIGHT else [long])):
        named = texts[0][:60]
        content = hostile_content(*texts)
        report = xlsx.render(content)
        files = parts(report)
        workbook = read_workbook(report)
        assert formulas(workbook) == {}, named
        assert not any(b"<hyperlink" in body for body in files.values()), named
        assert not any("externalLink" in name or "vbaProject" in name for name in files), named
        grid, assessment = content.grid, content.assessment
        assert grid is not None
        comments = [assessment.comments[line] for line in grid.activities]
        remarks = [assessment.remarks[line] for line in grid.indicators]
        shown = "".join(written(workbook))
        order = [text for mission in grid.missions for text in both(mission, comments, remarks)]
        assert shown == "".join(harmless(text, multiline=True) for text in order), named


def both(mission: Mission, comments: list[str], remarks: list[str]) -> list[str]:
    """Take from each list the comments of the lines of a mission, then those of its indicators."""
    activities, indicators = len(mission.activities), len(mission.indicators)
    return [*(comments.pop(0) for _ in range(activities)), *(remarks.pop(0) for _ in range(indicators))]


def written(workbook: Workbook) -> list[str]:
    """Return the cells under « Commentaire » of « Grille », in order."""
    table = rows(workbook["Grille"])
    head = next(rank for rank, row in enumerate(table) if row[1] == "Activité")
    column = table[head].index("Commentaire")
    return [str(row[column]) for row in table[head + 1 :] if row[column] is not None]


def test_all_comments_of_a_full_assessment_are_counted() -> None:
    content = full_content()
    shown = written(read_workbook(xlsx.render(content)))
    assert len(shown) > 50
    kept = [*content.assessment.comments.values(), *content.assessment.remarks.values()]
    assert Counter(shown) == Counter(kept)


@given(st.one_of(any_texts, st.text(max_size=3_000)), st.integers(20, 1_200), st.integers(8, 14))
def test_the_pieces_of_a_text_are_the_text(text: str, pixels: int, size: int) -> None:
    shown = harmless(text, multiline=True)
    parts_of_text = pieces(text, pixels, size)
    assert "".join(parts_of_text) == shown
    assert all(parts_of_text) or parts_of_text == ("",)


@given(
    st.lists(st.sampled_from(["mot", "é", "👩", "\n", " ", "anticonstitutionnellement"]), max_size=400),
    st.integers(60, 1_200),
    st.integers(8, 14),
)
def test_no_piece_is_higher_than_a_row_can_be(words: list[str], pixels: int, size: int) -> None:
    for piece in pieces("".join(words), pixels, size):
        columns = int(pixels / size)  # a letter of these takes three quarters of its height
        lines = sum(max(1, -(-len(line) // columns)) for line in piece.removesuffix("\n").split("\n"))
        assert lines * size * 1.15 <= 409


@each_row("text", ["👩" * 20_000, "x" * 40_000, "mot " * 10_000, "\n" * 5_000])
def test_a_text_longer_than_a_cell_goes_on_in_others(text: str) -> None:
    parts_of_text = pieces(text, 400, 10)
    assert "".join(parts_of_text) == text
    assert len(parts_of_text) > 10
    assert max(map(units, parts_of_text)) <= MAX_CELL_UNITS


def test_a_text_that_a_cell_cannot_hold_is_an_error_never_a_cut() -> None:
    with pytest.raises(ValueError, match="too long"):
        make_workbook("t", CREATED, lambda book: write_text(book.add_worksheet(), 0, 0, "👩" * 16_384))


@each_row("text", ["<r>a</r>", "<r><t>a</t></r>", "<r></r>", "<r>casse & tout</r>"])
def test_texts_spelt_as_the_library_s_own_markup_are_read_back_as_text(text: str) -> None:
    content = make_workbook("t", CREATED, lambda book: write_text(book.add_worksheet("s"), 0, 0, text))
    parts(content)
    assert read_workbook(content)["s"]["A1"].value == text


def test_the_library_still_needs_that_care() -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.add_worksheet("s").write_string(0, 0, "<r><t>a</t></r>")
    assert read_workbook(content.getvalue())["s"]["A1"].value == "a"


def test_a_footer_takes_no_order_from_a_territory() -> None:
    report = xlsx.render(hostile_content("&P&N 4&8"))
    raw = parts(report)["xl/worksheets/sheet1.xml"].decode()
    assert "&amp;&amp;P&amp;&amp;N 4&amp;&amp;8" in raw
    assert "&amp;P / &amp;N</oddFooter>" in raw


@pytest.mark.filterwarnings("error")
@each_row("name", ["A&Gâtine", "A&[Picture]", "&&G", "G&G&G", "&"])
def test_a_footer_shows_any_territory(name: str) -> None:
    files = parts(xlsx.render(hostile_content(name)))
    sheets = [raw.decode() for path, raw in files.items() if path.startswith("xl/worksheets/sheet")]
    footers = re.findall("<oddFooter>&amp;L(.*?)&amp;R", "".join(sheets))
    assert len(footers) == len(sheets) - 1  # the data are for programs, and not printed
    for footer in footers:
        # As Excel reads it: `&&` is one sign, `&8` a size.
        shown = re.sub("&(.)", lambda code: "&" if code[1] == "&" else "", unescape(footer))
        assert name in shown
