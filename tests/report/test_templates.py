"""The templates of the pages: nothing is written unescaped, nothing is loaded, run or followed outside."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import given
from jinja2 import UndefinedError

from ctg_tui import report
from ctg_tui.domain.text import harmless
from ctg_tui.report import html
from tests.report.contents import full_content
from tests.report.pages import read_page
from tests.strategies import any_texts

TEMPLATES = {path.name: path.read_text(encoding="utf-8") for path in (files(report) / "templates").iterdir()}


NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'


def test_no_template_loads_runs_or_leaves_the_page() -> None:
    assert len(TEMPLATES) == 5
    for name, text in TEMPLATES.items():
        assert not re.search(
            r"<(script|iframe|img|image|use|object|embed|link|base|form|a\s[^>]*ping)\b", text
        ), name
        assert not re.search(r"\s(on\w+|src\w*|style|action|data|xlink:href)=", text), name
        assert not re.search(
            r'href="(?!#)|https?:', text.replace(' xmlns="http://www.w3.org/2000/svg"', "")
        ), name


def test_every_value_is_escaped_and_every_attribute_is_quoted() -> None:
    for name, text in TEMPLATES.items():
        assert not re.search(r"\|\s*(safe|xmlattr|tojson)\b|autoescape|Markup|<!--", text), name
        assert not re.search(r"=\s*\{\{", text), name


def test_the_style_sheet_cannot_leave_its_element() -> None:
    assert "<" not in html.style_sheet()


def test_a_value_that_is_missing_is_an_error_and_not_a_blank() -> None:
    with pytest.raises(UndefinedError):
        html.environment().get_template("report.html").render()


@given(any_texts)
def test_any_text_is_read_back_as_that_text_and_nothing_else(text: str) -> None:
    content, plain = full_content(), read_page(html.render(full_content()))
    identity = content.assessment.identity
    named = identity._replace(adviser=identity.adviser._replace(name=text or "a"))
    page = read_page(html.render(replace(content, assessment=content.assessment._replace(identity=named))))
    shown = [node.text for node in page.walk() if node.name == "dd"]
    wanted = harmless(text.strip(), multiline=True) or "non renseigné"
    assert [one for one in shown if one.strip() == wanted.strip()] or not text.strip()
    assert [node.name for node in page.walk()] == [node.name for node in plain.walk()]
