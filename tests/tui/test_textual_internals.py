"""The private parts of Textual that we use: each test fails when Textual changes that part."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.app import ComposeResult
from textual.events import Key
from textual.widgets import Static, TextArea

import ctg_tui.tui
from ctg_tui.domain.errors import EXIT_REFUSED
from ctg_tui.tui.textual_internals import KeyParser, OpenedApp, UndoableTextArea
from ctg_tui.tui.widgets.strips import PlainStatic

PACKAGE = Path(ctg_tui.tui.__file__).parent
SOURCES = [path for path in PACKAGE.rglob("*.py") if path.stem != "textual_internals"]


class Small(OpenedApp):
    """An application of ours with one widget."""

    def compose(self) -> ComposeResult:
        yield Static("abcdef" * 20)


async def test_an_error_ends_the_application_with_its_code_and_is_the_first_one() -> None:
    app = Small()
    first = ValueError("la première")

    async def fail_twice() -> None:
        async with app.run_test() as pilot:
            app._handle_exception(first)
            app._handle_exception(ValueError("la suivante"))
            await pilot.pause()

    with pytest.raises(ValueError, match="la première"):
        await fail_twice()
    assert app.first_error is first
    assert app.return_code == EXIT_REFUSED


class Writing(Small):
    """One editor."""

    CSS = "Area { height: 5; }"

    def compose(self) -> ComposeResult:
        yield Area()


class Area(UndoableTextArea, TextArea):
    """An editor of ours: without the mixin, both of these acts end the program."""


async def test_undo_takes_the_lines_and_the_scrollbar_away_and_a_text_removed_is_painted_once_more() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        area = app.query_one(Area)
        area.insert("\n".join("abcdefghi"))
        await pilot.pause()
        await pilot.press("ctrl+z")
        assert area.text == ""
        area.notify_style_update()  # forgets what was computed from the styles
        area._component_styles.clear()  # as Textual does before the page is laid out without it
        app.screen.refresh()
        await pilot.pause()


async def test_no_line_ends_at_a_no_break_space() -> None:
    class Narrow(OpenedApp):
        CSS = "PlainStatic { width: 11; height: auto; }"

        def compose(self) -> ComposeResult:
            yield PlainStatic("les garder\N{NO-BREAK SPACE}: oui")
            yield PlainStatic("  soit 24\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}€ par an")

    app = Narrow()
    async with app.run_test() as pilot:
        await pilot.pause()
        texts = [
            [line.text.rstrip(" ") for line in static.render_lines(static.size.region)]
            for static in app.query(PlainStatic)
        ]
    assert texts == [
        ["les", "garder\N{NO-BREAK SPACE}:", "oui"],
        ["  soit", "24\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}€", "par an"],
    ]


@pytest.mark.parametrize("letter", "n2€")
def test_an_escape_and_a_letter_that_come_together_are_these_two_keys(letter: str) -> None:
    for pieces in ([f"\x1b{letter}z\x1b[A"], ["\x1b", f"{letter}z\x1b", "[A"]):
        parser = KeyParser()
        events = [event for piece in pieces for event in parser.feed(piece)]
        keys = [(event.key, event.character) for event in events if isinstance(event, Key)]
        assert keys[0] == ("escape", "\x1b")
        assert keys[1][1] == letter
        assert keys[2:] == [("z", "z"), ("up", None)]


def private_names(tree: ast.AST) -> Iterator[str]:
    """Yield the private names that a module defines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.attr if isinstance(node, ast.Attribute) else node.id


def test_no_other_module_uses_a_private_part_of_textual() -> None:
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}
    ours = {name for tree in trees.values() for name in private_names(tree)} | {"_replace", "_asdict"}
    used = [
        f"{path.name}:{node.lineno} {node.attr}"
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__")
        if node.attr not in ours
    ]
    imported = [
        f"{path.name}:{node.lineno} {node.module}"
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and "._" in f"{node.module}" and node.module != "__future__"
    ]
    assert not used + imported
