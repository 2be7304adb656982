"""The minutes of a meeting: three notes side by side, what was asked and answered, nothing that ranks."""

from __future__ import annotations

from ctg_tui.domain.review import Remark, ReviewQuestion
from ctg_tui.report import minutes
from tests.report.contents import MORE_HOSTILE_TEXTS
from tests.report.minutes import full_minutes, hostile_minutes
from tests.report.pages import Node, read_page


def said(node: Node) -> list[str]:
    """Return the texts of the cells of a row, without the names of their columns."""
    cells = [child for child in node.children if isinstance(child, Node)]
    for cell in cells:
        cell.children = [
            child for child in cell.children if isinstance(child, str) or "etiquette" not in child.classes
        ]
    return [" ".join(cell.text.split()) for cell in cells]


def table_of(page: Node, identifier: str) -> list[list[str]]:
    (section,) = [one for one in page.every("section") if one.attributes["aria-labelledby"] == identifier]
    return [said(row) for row in section.one("tbody").every("tr")]


def test_each_line_has_its_three_notes_its_remark_and_what_became_of_it() -> None:
    content = full_minutes()
    page = read_page(minutes.render(content))
    lines = table_of(page, "lignes")
    first, cell, *_, apart = lines
    grid = content.grid
    assert grid is not None
    label = f"1.1 {next(iter(grid.activities.values())).label}"
    assert first == [label, "—", "—", "—", "—", "Très clair. À montrer aux autres.", "—"]
    assert cell == [label, "Famille", "0", "2", "0", "—", "note convenue Vu ensemble"]
    assert apart[0] == "zz.a01"
    assert "D’un autre avis" not in page.text
    questions = table_of(page, "questions")
    assert [row[0] for row in questions] == ["1", "2"]
    assert [row[3] for row in questions] == ["La directrice", "—"]
    assert "%" not in page.one("main").text


def test_a_proposed_line_bears_the_mark_and_the_page_says_what_it_means() -> None:
    content = full_minutes()
    review = content.review._replace(
        remarks=(Remark("m2.a01", comment="À revoir", on_agenda=True),),
        questions=(ReviewQuestion("q1", "Avec qui ?", "m2.a01"),),
    )
    page = read_page(minutes.render(full_minutes(review=review)))
    assert table_of(page, "lignes")[1][0].startswith("2.1 ° ")
    assert table_of(page, "questions")[0][1].startswith("2.1 ° ")
    assert page.by_id("ordre-du-jour").text.count("2.1") <= page.text.count("2.1\N{NO-BREAK SPACE}°")
    assert "ligne proposée, absente du document de la Caf" in page.text
    assert "absente du document" not in read_page(minutes.render(content)).text


def test_a_hostile_text_in_every_place_stays_a_text_and_nothing_is_loaded() -> None:
    plain = [node.name for node in read_page(minutes.render(hostile_minutes("texte"))).walk()]
    for text in MORE_HOSTILE_TEXTS:
        if text.strip():
            page = read_page(minutes.render(hostile_minutes(text)))
            assert [node.name for node in page.walk()] == plain, text[:60]
    assert not {"script", "img", "link", "iframe"} & set(plain)
