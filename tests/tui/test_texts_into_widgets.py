"""Only our own literal words enter a widget as `str`: the rest would be read as markup, or end the program.

A `str` with `[/x]` raises in the middle of a repaint, `[@click=…]` becomes a live link. So our code gives
widgets literals, or `Content(…)`, which is never read as markup. This looks at the code, not at a run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import ctg_tui.tui

SOURCES = sorted(Path(ctg_tui.tui.__file__).parent.rglob("*.py"))
_PLAIN = {"Content", "Content.assemble", "Content.styled", "Text"}
"""What makes a text that is never read as markup."""
_TEXT_ATTRIBUTES = {
    "border_title",
    "border_subtitle",
    "tooltip",
    "title",
    "sub_title",
    "placeholder",
    "label",
    "content",
    "BORDER_TITLE",
    "BORDER_SUBTITLE",
}
_TEXT_METHODS = {
    *("update", "add_option", "add_options", "set_options", "add_row", "add_column", "add_columns"),
    *("with_tooltip", "set_label", "add_leaf", "update_cell"),
}
_MARKUP = {"Content.from_markup", "Text.from_markup", "to_content", "render_markup"}
_TEXT_KEYWORDS = {"content", "label", "prompt", "placeholder", "tooltip", "title", "text", "value"}


def faults(source: str, ours: frozenset[str] = frozenset()) -> list[str]:
    """What the source hands to a widget otherwise than as a literal or as plain content.

    `ours` are classes of other modules that take what a widget of Textual's takes.
    """
    tree = ast.parse(source)
    widgets = {*_imported_widgets(tree), *ours}
    widgets |= _derived([tree], widgets)
    found = list(_bad_calls(tree, widgets))
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and (bases := _bases(node) & widgets):
            found += _bad_calls(node, {"super().__init__", *(f"{base}.__init__" for base in bases)})
        if isinstance(node, ast.Import) and any(_is_widgets(alias.name) for alias in node.names):
            found.append(_told(node))
        if isinstance(node, ast.ImportFrom) and node.module == "textual":
            found += [_told(node)] * any(alias.name == "widgets" for alias in node.names)
        if isinstance(node, ast.FunctionDef) and node.name == "render" and not _renders_content(node):
            found.append(_told(node))
        found += _bad_assignments(node)
    return sorted(set(found))


def _derived(trees: list[ast.Module], widgets: set[str]) -> set[str]:
    """The classes that derive from `widgets`, however far, and leave them their `__init__`."""
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    found: set[str] = set()
    while more := {
        one.name
        for one in classes
        if one.name not in found and _bases(one) & (widgets | found) and not _has_own_start(one)
    }:
        found |= more
    return found


def _renders_content(node: ast.FunctionDef) -> bool:
    """Whether a `render` is said, to mypy which holds it, to give something else than a text."""
    return node.returns is not None and ast.unparse(node.returns) not in {
        "str",
        "RenderResult",
        "object",
        "Any",
    }


def _bases(node: ast.ClassDef) -> set[str]:
    return {_name(base.value if isinstance(base, ast.Subscript) else base) for base in node.bases}


def _has_own_start(node: ast.ClassDef) -> bool:
    return any(isinstance(one, ast.FunctionDef) and one.name == "__init__" for one in node.body)


def _is_widgets(module: str) -> bool:
    return module == "textual.widgets" or module.startswith("textual.widgets.")


def _bad_assignments(node: ast.AST) -> Iterator[str]:
    """A text put into an attribute of a widget, one by one, in a tuple, or added to what it holds."""
    if not isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) or node.value is None:
        return
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        if isinstance(target, ast.Tuple | ast.List):
            if any(_is_text_place(one) for one in target.elts):
                yield _told(node)
        elif _is_text_place(target) and (isinstance(node, ast.AugAssign) or not _is_plain(node.value)):
            yield _told(node)


def _is_text_place(target: ast.expr) -> bool:
    name = target.attr if isinstance(target, ast.Attribute) else ""
    if isinstance(target, ast.Name) and target.id.isupper():
        name = target.id
    return name in _TEXT_ATTRIBUTES


def _imported_widgets(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual.widgets"):
            yield from (alias.asname or alias.name for alias in node.names)


def _bad_calls(tree: ast.AST, makers: set[str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if name in _MARKUP or (name == "setattr" and not _sets_no_text(node)):
            yield _told(node)
        elif method == "notify":
            plain = any(
                one.arg == "markup" and isinstance(one.value, ast.Constant) and one.value.value is False
                for one in node.keywords
            )
            if not plain:
                yield _told(node)
        elif name in makers or method in _TEXT_METHODS:
            texts = [*node.args, *(one.value for one in node.keywords if one.arg in _TEXT_KEYWORDS)]
            if not all(map(_is_plain, texts)):
                yield _told(node)


def _sets_no_text(call: ast.Call) -> bool:
    name = call.args[1] if len(call.args) > 1 else None
    return isinstance(name, ast.Constant) and name.value not in _TEXT_ATTRIBUTES


def _is_plain(value: ast.expr) -> bool:
    if isinstance(value, ast.Constant):
        return True
    if isinstance(value, ast.IfExp):
        return _is_plain(value.body) and _is_plain(value.orelse)
    return isinstance(value, ast.Call) and _name(value.func) in _PLAIN


def _name(node: ast.expr) -> str:
    return ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""


def _told(node: ast.AST) -> str:
    return f"line {getattr(node, 'lineno', 0)}: {ast.unparse(node)}"


_TREES = [ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES]
OURS = frozenset(_derived(_TREES, {name for tree in _TREES for name in _imported_widgets(tree)}))


# Each one takes a text of the person's on purpose, cleans it itself, and reads no markup.
ALLOWED = {
    "fields.py": ("super().__init__(",),
    "editor.py": ("super().__init__(",),
}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.name))
def test_no_widget_is_given_a_text_that_could_be_read_as_markup(path: Path) -> None:
    allowed = ALLOWED.get(path.name, ())
    told = [
        one for one in faults(path.read_text(encoding="utf-8"), OURS) if not any(a in one for a in allowed)
    ]
    assert told == []


@pytest.mark.parametrize(
    "source",
    [
        "from textual.widgets import Static\nStatic(name)",
        "from textual.widgets import Static\nStatic(f'Bonjour {name}')",
        "from textual.widgets import Button\nButton(label=name)",
        "from textual.widgets import Static as S\nS(a + b)",
        "from textual.widgets.option_list import Option\nOption(str(name))",
        "from textual.widgets import Label\nclass L(Label):\n  def f(self):\n    super().__init__(self.x)",
        "widget.update(text)",
        "widget.update('[b]' + text)",
        "widget.border_title = name",
        "widget.tooltip = f'{name}'",
        "self.notify(sentence)",
        "self.notify(sentence, markup=True)",
        "table.add_row(name)",
        "Content.from_markup(name)",
        "from textual.widgets import Static\nclass A(Static): pass\nclass B(A): pass\nB(name)",
        "from textual.widgets import Static\nclass A(Static):\n  def f(self): Static.__init__(self, name)",
        "class A(Widget):\n  def render(self) -> str:\n    return self.name",
        "class A(Widget):\n  def render(self):\n    return f'{self.name}'",
        "class A(Widget):\n  def render(self) -> RenderResult:\n    return self.name",
        "import textual.widgets as w",
        "from textual import widgets",
        "import textual.widgets.option_list",
        "widget.content = name",
        "widget.tooltip, other = name, 1",
        "widget.border_title += name",
        "class A:\n  BORDER_TITLE = NAME",
        "setattr(widget, 'tooltip', text)",
        "setattr(widget, attribute, text)",
        "widget.with_tooltip(name)",
        "tree.root.set_label(name)",
        "tree.root.add_leaf(name)",
        "table.update_cell(row, column, name)",
    ],
)
def test_each_way_of_handing_over_a_text_is_seen(source: str) -> None:
    assert faults(source) != []


@pytest.mark.parametrize(
    "source",
    [
        "from textual.widgets import Static\nStatic('Nos mots', id=name)",
        "from textual.widgets import Static\nStatic(Content(name), classes=f'{name}')",
        "from textual.widgets import Static\nStatic()",
        "widget.update(Content.assemble(name, 'x'))",
        "widget.update(Content(a) if a else '')",
        "self.notify(sentence, severity='error', markup=False)",
        "widget.border_title = 'Titre'",
        "widget.border_title = Content(name)",
    ],
)
def test_literals_and_plain_content_pass(source: str) -> None:
    assert faults(source) == []
