"""Any text is shown as it is: `[/x]` does not end the program, `[@click=…]` is not a link.

Textual reads a `str` as markup. `PlainStatic`, `TextField`, `CommentEditor` and the messages do not, and ruff
refuses every other widget of Textual's (`banned-api` in pyproject.toml). The source is searched here for the
remaining ways, attributes and methods, which no import shows.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from textual.app import ComposeResult
from textual.content import Content

import ctg_tui.tui
from ctg_tui.tui.app import DEFAULT_THEME, THEMES
from ctg_tui.tui.key_gate import GatedApp
from ctg_tui.tui.widgets.editor import CommentEditor
from ctg_tui.tui.widgets.fields import TextField
from ctg_tui.tui.widgets.frame import MessageLine
from ctg_tui.tui.widgets.strips import PlainStatic

MARKUP = ("[/foo]", "[@click=app.quit]x[/]", "[red]rouge[/red]", "\\[b]", "[")
_READ_AS_MARKUP = {"border_title", "border_subtitle", "tooltip", "BORDER_TITLE", "BORDER_SUBTITLE", "Tooltip"}
"""The attributes and methods of any widget whose text Textual reads as markup."""
_METHODS = {"with_tooltip", "render_str", "from_markup", "to_content", "visualize"}
_PLAIN_TYPES = {"Content", "Text", "Strip"}


class Plain(GatedApp):
    """One of each type that shows or takes a text."""

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(THEMES[DEFAULT_THEME].variables)

    def compose(self) -> ComposeResult:
        yield from (PlainStatic(text) for text in MARKUP)
        yield from (PlainStatic(Content(text)) for text in MARKUP)
        yield PlainStatic(id="later")
        yield TextField(MARKUP[1], placeholder=MARKUP[0])
        yield TextField(placeholder=MARKUP[1])
        yield CommentEditor(MARKUP[1])
        yield MessageLine()


async def test_markup_in_a_text_is_shown_and_does_nothing() -> None:
    async with Plain().run_test(size=(80, 40), tooltips=True) as pilot:
        for text in MARKUP:
            later = pilot.app.query_one("#later", PlainStatic)
            later.update(text)
            await pilot.pause()
            assert later.render_line(0).text.rstrip() == text
            pilot.app.notify(text)
            await pilot.pause()
            assert text in "".join(
                piece.text for line in pilot.app.screen._compositor.render_strips() for piece in line
            )
        shown = [widget.render_line(0) for widget in pilot.app.query(PlainStatic)]
        assert [line.text.rstrip() for line in shown] == [*MARKUP, *MARKUP, *[MARKUP[-1]] * 2]
        links = [piece for line in shown for piece in line if piece.style and piece.style.meta.get("@click")]
        assert not links


def faults(source: str) -> Iterator[str]:
    """Yield each place of `source` that hands Textual a text to be read as markup, past what ruff sees."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(attr=name, ctx=ast.Store()) | ast.Name(id=name, ctx=ast.Store()):
                bad = name in _READ_AS_MARKUP
            case ast.keyword(arg=str(name)):
                never = isinstance(node.value, ast.Constant) and node.value.value is False
                bad = name in _READ_AS_MARKUP or (name == "markup" and not never)
            case ast.Attribute(attr=name):
                bad = name in _METHODS
            case ast.Call(func=ast.Name("setattr" | "set_reactive")):
                bad = not isinstance(node.args[1], ast.Constant) or node.args[1].value in _READ_AS_MARKUP
            case ast.FunctionDef(name="render" | "tooltip", returns=returns):
                bad = returns is None or ast.unparse(returns) not in _PLAIN_TYPES
            case _:
                bad = False
        if bad:
            yield f"line {getattr(node, 'lineno', 0)}: {ast.unparse(node)}"


def test_no_source_hands_textual_a_text_to_read_as_markup() -> None:
    folder = Path(ctg_tui.tui.__file__).parent
    found = {path.name: [*faults(path.read_text(encoding="utf-8"))] for path in sorted(folder.rglob("*.py"))}
    assert {name: texts for name, texts in found.items() if texts} == {}
