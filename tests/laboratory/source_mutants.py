"""Faults of one word in a module's source: what `sampled_mutants` draws from."""

from __future__ import annotations

import ast
import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_FOR_TYPES = {"Literal", "TypeVar", "NewType", "cast", "TYPE_CHECKING"}
_FIELDS_FOR_TYPES = {"annotation", "returns", "decorator_list"}


_Node = ast.expr | ast.stmt


class Mutant(NamedTuple):
    """In the bytes of `file` (relative to the root), those from `start` to `end` become `replacement`.

    `key` depends on the text of the function and of the change only, so that a line added elsewhere leaves it
    as it is.
    """

    file: str
    line: int
    kind: str
    start: int
    end: int
    original: str
    replacement: str
    key: str

    def __str__(self) -> str:
        """Return its place and its change, on one line."""
        before, after = (" ".join(text.split())[:60] for text in (self.original, self.replacement))
        return f"{self.file}:{self.line} {self.kind}: {before} → {after}"

    def applied(self, source: bytes) -> bytes:
        """Return the source with the fault in it."""
        return source[: self.start] + self.replacement.encode() + source[self.end :]


def sample(root: Path, folders: tuple[str, ...], count: int, seed: int) -> list[Mutant]:
    """Draw `count` mutants of the modules in `folders`: the same ones where the source is the same."""
    mutants = [
        mutant
        for folder in folders
        for path in sorted((root / folder).rglob("*.py"))
        for mutant in mutants_of(path.relative_to(root).as_posix(), path.read_bytes())
    ]
    return sorted(mutants, key=lambda mutant: hashlib.sha256(f"{seed} {mutant.key}".encode()).digest())[
        :count
    ]


def mutants_of(file: str, source: bytes) -> Iterator[Mutant]:
    """Yield every mutant of a module that compiles and differs from it."""
    starts = [0]
    for line in source.split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)
    seen: Counter[str] = Counter()
    for place, node, kind, replacement in _changes(ast.parse(source), file):
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
        original = source[start:end].decode()
        key = f"{place} | {kind} | {original} | {replacement}"
        seen[key] += 1
        mutant = Mutant(file, node.lineno, kind, start, end, original, replacement, f"{key} | {seen[key]}")
        try:
            compile(mutant.applied(source), file, "exec")
        except SyntaxError:
            continue
        yield mutant


def _changes(node: ast.AST, place: str) -> Iterator[tuple[str, _Node, str, str]]:
    """Yield each change in `node` and below: its dotted place, the node to replace, the kind, the text."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        place = f"{place}.{node.name}"
    for target, kind, replacement in _changes_here(node):
        yield place, target, kind, replacement
    for field, value in ast.iter_fields(node):
        if field not in _FIELDS_FOR_TYPES:
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not _is_passed_over(child):
                    yield from _changes(child, place)


def _is_passed_over(node: ast.AST) -> bool:
    """Return True for docstrings, for what only a type checker reads, and for f-strings.

    Python 3.11 gives the parts of an f-string no position of their own.
    """
    match node:
        case ast.JoinedStr() | ast.Expr(value=ast.Constant()):
            return True
        case ast.If(test=ast.Name(id=name)):
            return name in _FOR_TYPES
        case ast.Call(func=ast.Name(id=name)) | ast.Subscript(value=ast.Name(id=name)):
            return name in _FOR_TYPES
    return False


def _changes_here(node: ast.AST) -> Iterator[tuple[_Node, str, str]]:
    match node:
        case ast.Compare(left=left, ops=ops, comparators=others):
            for rank, operator in enumerate(ops):
                for other in _COMPARISONS[type(operator)]:
                    changed = [*ops[:rank], other(), *ops[rank + 1 :]]
                    yield node, "comparison", _written(ast.Compare(left, changed, others))
        case ast.BoolOp(op=junction, values=values):
            other_junction = ast.Or() if isinstance(junction, ast.And) else ast.And()
            yield node, "and/or", _written(ast.BoolOp(other_junction, values))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield node, "not", _written(operand)
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
            yield node, "operator", _written(ast.BinOp(left, _OPERATORS[type(operator)](), right))
        case ast.Constant(value=bool(value)):
            yield node, "boolean", repr(not value)
        case ast.Constant(value=int(value)):
            yield node, "number", repr(value + 1)
            yield node, "number", f"({value - 1})"
        case ast.Constant(value=str(text)):
            yield node, "text", repr(f"{text}x")
        case ast.If(test=test) | ast.While(test=test):
            yield test, "branch", "False"
            if isinstance(node, ast.If):
                yield test, "branch", "True"
        case ast.IfExp(body=body, orelse=orelse):
            yield node, "branch", _written(body)
            yield node, "branch", _written(orelse)
        case ast.comprehension(ifs=[first, *_]):
            yield first, "branch", "True"
        case ast.Return(value=ast.expr() as value) if ast.unparse(value) != "None":
            yield node, "return", "return None"
        case ast.Raise() | ast.AugAssign() | ast.Expr(value=ast.Call()):
            yield node, "statement", "pass"
        case _:
            return


def _written(node: ast.expr) -> str:
    return f"({ast.unparse(node)})"
