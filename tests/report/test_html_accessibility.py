"""The French accessibility rules (RGAA 4.1) that a program can check on the page and its style sheet."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise, product

import pytest
from hypothesis import given, settings

from ctg_tui.chart.figures import in_words
from ctg_tui.report import html
from ctg_tui.report.content import ReportContent
from tests.effort import tries
from tests.report.contents import contents, discussed_content, full_content, hostile_content
from tests.report.pages import Node, read_page

PAGES: dict[str, Callable[[], str]] = {
    "discussed": lambda: html.render(discussed_content()),
    "meeting": lambda: html.render_meeting(discussed_content()),
    "hostile": lambda: html.render(hostile_content('"><b>x</b>')),
}


@given(contents())
@settings(max_examples=tries(30), deadline=None)
def test_whatever_the_assessment_the_page_is_well_formed(content: ReportContent) -> None:
    is_well_formed(read_page(html.render(content)))


@pytest.mark.parametrize("name", PAGES)
def test_the_page_has_its_language_landmarks_and_a_link_to_its_content(name: str) -> None:
    page = read_page(PAGES[name]())
    is_well_formed(page)
    assert page.attributes == {"lang": "fr"}  # 8.3
    assert page.one("head").one("title").text.endswith(page.one("h1").text)  # 8.5
    body = page.one("body")
    parts = [child.name for child in body.children if isinstance(child, Node)]
    assert parts == ["a", "header", "main", "footer"]  # 9.2, 12.6
    assert page.every("a")[0].attributes["href"] == "#contenu"  # 12.7
    for link in page.every("a"):  # 6.1, 6.2
        assert page.by_id(link.attributes["href"][1:]).name in {"main", "h2"}
        assert link.text.strip()
    for listing in page.every("ul"):  # 9.3
        assert {child.name for child in listing.children if isinstance(child, Node)} == {"li"}


def is_well_formed(page: Node) -> None:
    levels = [int(node.name[1]) for node in page.walk() if re.fullmatch(r"h[1-6]", node.name)]  # 9.1
    assert (levels[0], levels.count(1)) == (1, 1)
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for section in page.every("section"):
        assert page.by_id(section.attributes["aria-labelledby"]).name == "h2"
    ids = [node.attributes["id"] for node in page.walk() if "id" in node.attributes]  # 8.2
    assert len(ids) == len(set(ids))
    for table in page.every("table"):  # 5.4, 5.6, 5.7
        assert table.one("caption").text.strip()
        heads = table.one("thead").every("th")
        assert {head.attributes["scope"] for head in heads} == {"col"}
        for row in table.one("tbody").every("tr"):
            cells = [cell for cell in row.children if isinstance(cell, Node)]
            assert len(cells) == len(heads)
            assert cells[0].attributes["scope"] == "row"
            if "chiffres" in table.classes:  # a stacked cell says its column in the words of the header
                labels = [" ".join(cell.one("span", "etiquette").text.split()) for cell in cells[1:]]
                assert labels == [" ".join(head.text.split()) for head in heads[1:]]


def test_the_radar_is_named_described_and_doubled_by_a_table() -> None:  # 1.1, 1.6
    content = full_content()
    page = read_page(html.render(content))
    radar = page.one("svg", "radar")
    assert radar.attributes["role"] == "img"
    named, described = (page.by_id(name) for name in radar.attributes["aria-labelledby"].split())
    assert (named.name, described.name) == ("title", "desc")
    assert described.text == in_words(content.radar)
    for axis in content.radar.axes:
        for value in (axis.now, axis.before):
            shown = "sans note" if value is None else f"à {value}\N{NO-BREAK SPACE}%"
            assert f"{axis.label} {shown}" in described.text
    bars = page.every("svg", "barre")
    assert {bar.attributes["aria-hidden"] for bar in bars} == {"true"}, "the table says the same in figures"


def test_no_answer_is_said_in_words_and_nc_is_spelt_out() -> None:  # 9.4, 10.8
    page = read_page(html.render(full_content()))
    blanks = page.every("span", "vide")
    assert [blank.one("span", "lu").text for blank in blanks] == ["vide", "vide"]
    dots = [node for blank in blanks for node in blank.every("span") if node.text == "·"]
    assert [dot.attributes["aria-hidden"] for dot in dots] == ["true"] * 2
    assert {node.attributes["title"] for node in page.every("abbr")} == {"non concerné"}


# Every colour has enough contrast (3.2, 3.3), computed from the style sheet.


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_text_can_be_read_and_lines_can_be_seen_on_screen_in_the_dark_and_on_paper() -> None:
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01), "the known formula"
    style = html.style_sheet()
    blocks = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    light, dark, paper = (dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", one)) for one in blocks)
    for name, changed in {"light": {}, "dark": dark, "paper": paper}.items():
        colours = light | changed
        for least, inks, grounds in (
            (4.5, ("texte", "discret", "lien"), ("fond", "fond-tete")),
            (3.0, ("filet", "avant", "texte", "barre"), ("fond", "fond-tete")),
            (3.0, ("avant", "texte"), ("dedans",)),
        ):
            for ink, ground in product(inks, grounds):
                assert contrast(colours[ink], colours[ground]) >= least, (name, ink, ground)
    rest = re.sub(r":root \{.*?\}", "", style, flags=re.DOTALL)
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?!\s*\{)|\b(rgb|hsl|color-mix)\(|\bopacity\b", rest)
    assert ".trace.avant { stroke: var(--avant); stroke-width: 2; stroke-dasharray: 6 5; }" in style, (
        "the two outlines differ by more than colour"
    )
