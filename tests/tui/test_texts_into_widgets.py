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
_TRUSTED = {"Content": "textual.content", "Text": "rich.text", "Strip": "textual.strip"}
"""The names that are taken at their word, and the one module that each may come from."""
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
_READ = {"render", *_TEXT_ATTRIBUTES}
"""What Textual reads from a widget to show it."""
_TEXT_METHODS = {
    *("update", "add_option", "add_options", "set_options", "add_row", "add_column", "add_columns"),
    *("with_tooltip", "set_label", "add_leaf", "update_cell", "update_cell_at", "add_rows", "add_tab"),
    *("replace_option_prompt", "replace_option_prompt_at_index"),
}
_MARKUP = {"from_markup", "from_text", "render_str", "to_content", "render_markup", "visualize"}
"""What reads a text as markup, whatever it is asked of."""
_TYPE_TESTS = {"isinstance", "issubclass", "cast"}
_NOT_TEXT = {"id", "classes", "name", "disabled"}
"""The keywords that are never shown: any other could be."""


def faults(source: str, ours: frozenset[str] = frozenset()) -> list[str]:
    """What the source hands to a widget otherwise than as a literal or as plain content.

    `ours` are classes of other modules that take what a widget of Textual's takes. Values are not followed: a
    shape that would hide what is handed over is itself a fault.
    """
    tree = ast.parse(source)
    widgets = {*_imported_widgets(tree), *ours}
    widgets |= _derived([tree], widgets)
    found = [*_bad_calls(tree, widgets, {*_TEXT_METHODS, "add"}), *_bad_names(tree, widgets)]
    found += _bad_assignments(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            found += [_told(one) for one in node.body if _is_bad_method(one)]
            if _bases(node) & widgets:
                found += _bad_calls(node, set(), {"__init__"})
        if isinstance(node, ast.Import | ast.ImportFrom) and _is_bad_import(node):
            found.append(_told(node))
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


def _bases(node: ast.ClassDef) -> set[str]:
    return {_name(base.value if isinstance(base, ast.Subscript) else base) for base in node.bases}


def _has_own_start(node: ast.ClassDef) -> bool:
    return any(isinstance(one, ast.FunctionDef) and one.name == "__init__" for one in node.body)


def _imported_widgets(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual.widgets"):
            yield from (alias.asname or alias.name for alias in node.names)


def _is_bad_import(node: ast.Import | ast.ImportFrom) -> bool:
    """A widget comes by its own name, or it could not be told; a trusted name comes from its one module."""
    if isinstance(node, ast.Import):
        return any(one.name.partition(".")[0] == "textual" or one.asname in _TRUSTED for one in node.names)
    module = node.module or ""
    return any(
        one.name in _MARKUP
        or module.endswith(".markup")
        or f"{module}.{one.name}" == "textual.widgets"
        or ((one.asname or one.name) in _TRUSTED and _TRUSTED.get(one.name) != module)
        for one in node.names
    )


def _is_bad_method(node: ast.stmt) -> bool:
    """Whether a method that Textual reads does not say that it gives plain content; mypy holds it to that."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.name not in _READ:
        return False
    return node.returns is None or ast.unparse(node.returns) not in _TRUSTED


def _bad_assignments(tree: ast.AST) -> Iterator[str]:
    """A place that Textual reads, filled otherwise than with one plain value by its own `=`."""
    good: set[ast.expr] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _is_plain(node.value):
            good.update(node.targets)
        elif isinstance(node, ast.AnnAssign) and (node.value is None or _is_plain(node.value)):
            good.add(node.target)
    for node in {*ast.walk(tree)} - good:
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr in _READ:
            yield _told(node)
    for node in {*_of_classes(tree)} - good:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in _READ:
            yield _told(node)


def _of_classes(tree: ast.AST) -> Iterator[ast.AST]:
    """What stands in the bodies of classes, outside their methods."""
    for node in ast.walk(tree):
        for one in node.body if isinstance(node, ast.ClassDef) else ():
            if not isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield from ast.walk(one)


def _bad_names(tree: ast.AST, widgets: set[str]) -> Iterator[str]:
    """A widget, or what gives it a text, named where it could go on under another name; what reads markup; a
    trusted name that is given to something else.
    """
    in_place = {one for place in _places(tree) for one in ast.walk(place)}
    called = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                bad = name in _MARKUP or (name in widgets and node not in in_place)
            case ast.Attribute(attr=name, ctx=ast.Load()):
                bad = name in _MARKUP or (name in {*_TEXT_METHODS, "__init__"} and node not in called)
            case ast.Name(id=name) | ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                bad = name in _TRUSTED
            case _:
                bad = False
        if bad:
            yield _told(node)


def _places(tree: ast.AST) -> Iterator[ast.expr]:
    """Where a widget may be named: to make it, to derive from it, as a type, or before a name of its own that
    begins with a capital (a message, a constant).
    """
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=function, args=arguments):
                last = _name(function).rpartition(".")[2]
                if isinstance(function, ast.Name):
                    yield function
                if last in _TYPE_TESTS or last.startswith("query"):
                    yield from arguments
            case ast.ClassDef(bases=bases):
                yield from bases
            case ast.Attribute(value=ast.Name() as owner, attr=name) if name[:1].isupper():
                yield owner
            case ast.AnnAssign(annotation=said) | ast.arg(annotation=ast.expr() as said):
                yield said
            case (
                ast.FunctionDef(returns=ast.expr() as said) | ast.AsyncFunctionDef(returns=ast.expr() as said)
            ):
                yield said
            case ast.MatchClass(cls=said):
                yield said


def _bad_calls(tree: ast.AST, makers: set[str], methods: set[str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        named = {one.arg: one.value for one in node.keywords}
        if name == "super":
            bad = bool(node.args)
        elif name == "setattr" or method == "set_reactive":
            bad = not _sets_no_text(node)
        elif method == "notify":
            markup = named.get("markup")
            bad = not (isinstance(markup, ast.Constant) and markup.value is False)
        elif name in makers or method in methods:
            shown = [value for word, value in named.items() if word not in _NOT_TEXT]
            bad = not all(map(_is_plain, [*node.args, *shown]))
        else:
            # A class of ours that starts otherwise may still hand these on.
            bad = not _is_plain(named.get("placeholder", ast.Constant(""))) or (
                None in named and name.rpartition(".")[2][:1].isupper()
            )
        if bad:
            yield _told(node)


def _sets_no_text(call: ast.Call) -> bool:
    """Of `setattr(widget, 'name', …)` and `widget.set_reactive(Class.name, …)`."""
    match call.args:
        case [_, ast.Constant(value=name), _] | [ast.Attribute(attr=name), _]:
            return name not in _READ
    return False


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
        "table.add_rows([[name]])",
        "options.replace_option_prompt('a', name)",
        "options.replace_option_prompt_at_index(0, name)",
        "tabs.add_tab(name)",
        "tree.root.add(name)",
        "from textual.widgets import Select\nSelect(options=[(name, 1)])",
        "from textual.widgets import Link\nLink('Aide', **{'url': name})",
        "from textual.widgets import Static\nStatic(**{'content': name})",
        "widget.update(**{'content': name})",
        "from textual.widgets import Label\nmap(Label, names)",
        "from textual.widgets import Static\npartial(Static, name)()",
        "from textual.widgets import Static\nS = Static\nS(name)",
        "from textual.widgets import Static\n[Static][0](name)",
        "from textual.widgets import TextArea\nTextArea.code_editor(name)",
        "from textual.widgets import Static\nclass A(Static): pass\nmap(A, names)",
        "import textual\ntextual.widgets.Static(name)",
        "import textual.app\ntextual.widgets.Static(name)",
        "f = widget.update\nf(name)",
        "map(options.add_option, names)",
        "from textual.widgets import Static\nclass A(Static):\n  def f(self): super(A, self).__init__(name)",
        "from textual.widgets import Static\nclass A(Static):\n  def f(self, s): s.__init__(name)",
        "class A(Widget):\n  def f(self): start = super().__init__",
        "from textual.content import Content as C\nC.from_markup(name)",
        "read = Content.from_markup",
        "Content.from_text(name)",
        "self.render_str(name)",
        "from textual.markup import to_content as read",
        "from rich.markup import render",
        "from textual.visual import visualize as read",
        "class A(Widget):\n  def render(self) -> Content | str:\n    return self.name",
        "class A(Widget):\n  def render(self) -> VisualType:\n    return self.name",
        "class A(Widget):\n  render = lambda self: self.name",
        "widget.render = lambda: name",
        "class A(Widget):\n  @property\n  def tooltip(self): return self.name",
        "class A(Widget):\n  @property\n  def tooltip(self) -> str: return self.name",
        "class A(Widget):\n  tooltip = NAME",
        "for widget.tooltip in names: pass",
        "self.set_reactive(Static.border_title, name)",
        "self.set_reactive(Widget.border_title, name)",
        "self.set_reactive(reactive, name)",
        "def Content(x): return x",
        "class Content(str): pass",
        "Content = str",
        "def f(Content): pass",
        "from ctg_tui.tui.texts import shown as Content",
        "from ctg_tui.tui.texts import Content",
        "import builtins as Content",
        "TextField('', placeholder=name)",
        "CommentEditor('', placeholder=f'{name}')",
        "TextField(**{'placeholder': name})",
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
        "from textual.widgets import Static\nself.query_one('#a', Static).update(Content(name))",
        "from textual.widgets import Static\nisinstance(widget, (Static, Other))",
        "from textual.widgets import Static\nclass A(Dialog[Static]): pass",
        "from textual.widgets import Static\nclass A(Static):\n  def __init__(self): super().__init__()",
        "from textual.widgets import Static\na: list[Static] = []\ndef f(a: Static) -> Static | None: pass",
        "from textual.widgets import Input\n@on(Input.Changed)\ndef f(event: Input.Changed): pass",
        "from textual.widgets import Static\nmatch widget:\n  case Static(): pass",
        "from textual.content import Content\nfrom rich.text import Text\nfrom textual.strip import Strip",
        "class A(Widget):\n  def render(self) -> Content:\n    return Content(self.name)",
        "class A(Widget):\n  @property\n  def tooltip(self) -> Content: return Content(self.name)",
        "class A(NamedTuple):\n  label: str\n  title: str = ''",
        "def f(title):\n  label = title",
        "self.set_reactive(Listing.cursor, place)",
        "self.save(self.forecast.add)",
        "TextField(name, placeholder='facultatif')",
        "Theme(variables={**colours})",
        "super().push_screen(screen, *arguments, **named)",
    ],
)
def test_literals_and_plain_content_pass(source: str) -> None:
    assert faults(source) == []
