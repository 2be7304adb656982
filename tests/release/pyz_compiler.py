"""Compile what the program imports, for the Python that runs this: `python pyz_compiler.py SOURCES OUTPUT`.

Writes one file for each package of the first two levels, in a folder named as this Python names its caches:
the marshalled mapping that `pyz_importer.py` reads. Modules that nothing here imports stay sources only:
compiled for four Pythons, they would double the archive. Needs the standard library only.
"""

import ast
import marshal
import sys
from collections.abc import Iterator
from pathlib import Path

WITHOUT_DOCSTRINGS = {"ctg_tui", "jinja2", "platformdirs", "rich", "textual", "xlsxwriter"}
"""Packages whose docstrings no person reads there, and no code."""
NOT_SEEN = ("click._winconsole", "ctg_tui.", "rich._unicode_data.", "textual.drivers.")
"""Compiled though no import statement may load it here: modules of Windows, or found by name."""


def compile_packages(sources: Path, output: Path) -> None:
    """Write the compiled modules of each package that the program uses below `output`."""
    used = _imported(sources)
    packages: dict[str, dict[str, tuple[bool, bytes]]] = {}
    for path in sorted(sources.rglob("*.py")):
        relative = path.relative_to(sources)
        is_package = path.name == "__init__.py"
        names = relative.parent.parts if is_package else relative.with_suffix("").parts
        module = ".".join(names)
        if module in used or module.startswith(NOT_SEEN):
            tree = ast.parse(path.read_bytes())
            if names[0] in WITHOUT_DOCSTRINGS:
                _shorten_docstrings(tree)
            code = compile(tree, relative.as_posix(), "exec", dont_inherit=True)
            depth = 2 if (sources / names[0] / "/".join(names[1:2])).is_dir() and len(names) > 1 else 1
            packages.setdefault(".".join(names[:depth]), {})[module] = (is_package, marshal.dumps(code))
    folder = output / str(sys.implementation.cache_tag)
    folder.mkdir()
    for package, modules in packages.items():
        (folder / package).write_bytes(marshal.dumps(modules))


def _shorten_docstrings(tree: ast.Module) -> None:
    """Leave one character of each docstring: together they are a tenth of the archive.

    Not none: `dataclass` makes up the docstring that a class lacks, which takes time at each start.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            match node.body:
                case [ast.Expr(value=ast.Constant(value=str()) as docstring), *_]:
                    docstring.value = "."


def _imported(sources: Path) -> set[str]:
    """Run every import statement of the program, in functions too; return the names of all modules."""
    sys.path.insert(0, str(sources))
    for package, statement in _import_statements(sources):
        try:
            exec(compile(ast.Module([statement], []), "<import>", "exec"), {"__package__": package})
        except ModuleNotFoundError as error:
            if error.name in sys.stdlib_module_names:  # of another system
                continue
            raise
    return set(sys.modules)


def _import_statements(sources: Path) -> Iterator[tuple[str, ast.stmt]]:
    """Yield the name of the package around each import statement with the statement."""
    for path in sorted((sources / "ctg_tui").rglob("*.py")):
        package = ".".join(path.relative_to(sources).parent.parts)
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import) or (
                isinstance(node, ast.ImportFrom) and node.module != "__future__"
            ):
                yield package, node


if __name__ == "__main__":
    compile_packages(Path(sys.argv[1]), Path(sys.argv[2]))
