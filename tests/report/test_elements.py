"""The elements of the page carry nothing but text."""

from __future__ import annotations

import pytest
from hypothesis import given

from ctg_tui.domain.text import harmless
from ctg_tui.report.elements import element, serialise
from tests.each_row import each_row
from tests.report.contents import MORE_HOSTILE_TEXTS
from tests.report.pages import read_page
from tests.strategies import any_texts


@given(any_texts)
def test_any_text_is_read_back_as_that_text_and_nothing_else(text: str) -> None:
    markup = serialise(element("html", element("p", text, title=text, class_="c")))
    page = read_page(f"<!DOCTYPE html>\n{markup}")
    (paragraph,) = page.every("p")
    assert [child for child in page.walk() if child.name not in {"html", "p"}] == []
    assert paragraph.text == harmless(text, multiline=True)
    assert paragraph.attributes == {"title": harmless(text), "class": "c"}


def test_hostile_texts_too() -> None:
    for text in MORE_HOSTILE_TEXTS:
        markup = serialise(element("p", text))
        assert (markup.count("<"), markup.count(">")) == (2, 2), text[:60]


@each_row("name", ["script", "iframe", "img", "object", "embed", "link", "base", "form", "a b"])
def test_an_element_that_loads_or_runs_something_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not an element"):
        element(name)


@each_row("name", ["onclick", "onload", "src", "style", "srcdoc", "action", "xlink:href", 'x="'])
def test_an_attribute_that_loads_or_runs_something_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not an attribute"):
        element("p", **{name: "1"})


@each_row("address", ["https://exemple.fr", "javascript:alert(1)", "#a b", "", "#", " #a", "#A\n"])
def test_a_link_stays_in_the_page(address: str) -> None:
    with pytest.raises(ValueError, match="stays in the page"):
        element("a", href=address)
    assert serialise(element("a", "ici", href="#mission-1")) == '<a href="#mission-1">ici</a>'


def test_a_style_sheet_cannot_leave_its_element() -> None:
    with pytest.raises(ValueError, match="no <"):
        serialise(element("style", "p { } </style>"))
