"""The French accessibility rules (RGAA 4.1) that a program can check on the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings

from ctg_tui.chart.figures import in_words
from ctg_tui.report import html
from ctg_tui.report.content import ReportContent
from tests.effort import tries
from tests.report.contents import contents, discussed_content, full_content, hostile_content
from tests.report.pages import Node, read_page


@pytest.fixture(
    scope="module", params=["full", "discussed", "meeting", "unknown grid", "hostile"], name="page"
)
def _page(request: pytest.FixtureRequest) -> Node:
    made: dict[str, Callable[[], str]] = {
        "full": lambda: html.render(full_content()),
        "discussed": lambda: html.render(discussed_content()),
        "meeting": lambda: html.render_meeting(discussed_content()),
        "unknown grid": lambda: html.render(full_content(grid=None, previous=None)),
        "hostile": lambda: html.render(hostile_content('"><b>x</b>')),
    }
    return read_page(made[request.param]())


def test_the_page_says_its_language_and_its_title(page: Node) -> None:  # 8.3, 8.5
    assert page.attributes == {"lang": "fr"}
    title = page.one("head").one("title").text
    assert title.endswith(page.one("h1").text)


def test_headings_go_down_one_level_at_a_time(page: Node) -> None:  # 9.1
    levels = [int(node.name[1]) for node in page.walk() if re.fullmatch(r"h[1-6]", node.name)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(node.text.strip() for node in page.walk() if node.name in {"h1", "h2", "h3"})


def test_the_parts_of_the_page_are_landmarks(page: Node) -> None:  # 9.2, 12.6
    body = page.one("body")
    parts = [child.name for child in body.children if isinstance(child, Node)]
    assert parts == ["a", "header", "main", "footer"]
    assert all(nav.attributes["aria-label"] for nav in page.every("nav"))
    assert all(
        page.by_id(section.attributes["aria-labelledby"]).name == "h2" for section in page.every("section")
    )


def test_the_first_link_goes_to_the_content(page: Node) -> None:  # 12.7
    first = page.every("a")[0]
    assert first.attributes["href"] == "#contenu"
    assert page.by_id("contenu").name == "main"


def test_links_lead_somewhere_and_say_where(page: Node) -> None:  # 6.1, 6.2
    for link in page.every("a"):
        assert page.by_id(link.attributes["href"][1:]).name in {"main", "h2"}
        assert link.text.strip()


def test_ids_are_unique(page: Node) -> None:  # 8.2
    ids = [node.attributes["id"] for node in page.walk() if "id" in node.attributes]
    assert ids
    assert len(ids) == len(set(ids))


def test_every_table_has_a_caption_and_headers_with_their_scope(page: Node) -> None:  # 5.4, 5.6, 5.7
    tables = page.every("table")
    assert tables
    for table in tables:
        assert table.one("caption").text.strip()
        assert table.one("thead").every("th")
        for header in table.every("th"):
            in_head = header in table.one("thead").every("th")
            assert header.attributes["scope"] in ({"col", "colgroup"} if in_head else {"row", "rowgroup"})
            assert header.text.strip()
        for body in table.every("tbody"):
            spans = [int(header.attributes.get("rowspan", 1)) for header in body.every("th")]
            assert sum(spans) == len(body.every("tr")), "one header a row, its own or its group’s"


def test_a_row_has_a_cell_for_each_column(page: Node) -> None:
    for table in page.every("table"):
        head = table.one("thead").every("tr")
        columns = sum(int(cell.attributes.get("colspan", 1)) for cell in head[0].every("th"))
        bodies = table.every("tbody")
        assert bodies
        for body in bodies:
            cells = [cell for row in body.every("tr") for cell in row.children if isinstance(cell, Node)]
            wide = sum(int(cell.attributes.get("rowspan", 1)) for cell in cells)
            assert wide == columns * len(body.every("tr"))


def test_no_element_repeats_the_role_it_has_by_itself(page: Node) -> None:
    """Validators refuse a role on a `tr`; only a drawing needs one."""
    assert {node.name for node in page.walk() if "role" in node.attributes} <= {"svg"}


def test_the_name_of_a_stacked_cell_is_read_out(page: Node) -> None:
    """Where a browser exposes a stacked row as text, only these labels name a note's policy."""
    assert not [node for node in page.every("span", "etiquette") if "aria-hidden" in node.attributes]


def test_a_stacked_cell_says_its_column_in_the_same_words_as_the_header(page: Node) -> None:
    for table in page.every("table", "chiffres"):
        headers = [" ".join(cell.text.split()) for cell in table.one("thead").every("th")][1:]
        for row in (row for body in table.every("tbody") for row in body.every("tr")):
            labels = [" ".join(cell.one("span", "etiquette").text.split()) for cell in row.every("td")]
            assert labels == headers


def test_the_radar_is_named_described_and_doubled_by_a_table() -> None:  # 1.1, 1.6
    content = full_content()
    page = read_page(html.render(content))
    radar = page.one("svg", "radar")
    assert radar.attributes["role"] == "img"
    named, described = (page.by_id(name) for name in radar.attributes["aria-labelledby"].split())
    assert (named.name, described.name) == ("title", "desc")
    assert content.figures is not None
    assert described.text == in_words(content.figures)
    for axis in content.figures.axes:
        for value in (axis.now, axis.before):
            shown = "sans note" if value is None else f"à {value}\N{NO-BREAK SPACE}%"
            assert f"{axis.label} {shown}" in described.text
    bars = page.every("svg", "barre")
    assert page.every("svg") == [*bars, radar]
    assert {bar.attributes["aria-hidden"] for bar in bars} == {"true"}, "the table says the same in figures"


def test_no_answer_is_said_in_words_and_nc_is_spelt_out() -> None:  # 9.4, 10.8
    page = read_page(html.render(full_content()))
    blanks = page.every("span", "vide")
    assert len(blanks) == 2
    assert all(blank.one("span", "lu").text == "vide" for blank in blanks)
    dots = [node for blank in blanks for node in blank.every("span") if node.text == "·"]
    assert [dot.attributes["aria-hidden"] for dot in dots] == ["true"] * 2
    shortened = page.every("abbr")
    assert shortened
    assert {node.attributes["title"] for node in shortened} == {"non concerné"}


def test_lists_hold_items_and_nothing_else(page: Node) -> None:  # 9.3
    for listing in page.every("ul"):
        assert {child.name for child in listing.children if isinstance(child, Node)} == {"li"}
    for definitions in page.every("dl"):
        for pair in definitions.children:
            if isinstance(pair, Node):
                assert [child.name for child in pair.children if isinstance(child, Node)] == ["dt", "dd"]


@given(contents())
@settings(max_examples=tries(30), deadline=None)
def test_whatever_the_assessment_the_page_stays_well_formed(content: ReportContent) -> None:
    page = read_page(html.render(content))
    test_headings_go_down_one_level_at_a_time(page)
    test_ids_are_unique(page)
    test_every_table_has_a_caption_and_headers_with_their_scope(page)
    test_a_row_has_a_cell_for_each_column(page)
