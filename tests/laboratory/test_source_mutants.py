"""The faults drawn from a source: each changes the program, and the draw depends on nothing else."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.laboratory.source_mutants import mutants_of, sample

SOURCE = '''"""A module."""

LIMIT = 3


def kind(number: int, name: str = "é") -> str | None:
    """Return a word."""
    if number > LIMIT and not name:
        return f"{name} {number + 1}"
    return "grand" if number in {1, 2} else None


def total(numbers: list[int]) -> int:
    return sum(number for number in numbers if number >= 0)
'''


def test_every_mutant_is_another_program_that_compiles() -> None:
    source = SOURCE.encode()
    before = ast.dump(ast.parse(source))
    mutants = [*mutants_of("module.py", source)]
    for mutant in mutants:
        assert ast.dump(ast.parse(mutant.applied(source))) != before, str(mutant)
    changes = {str(mutant).split(": ", 1)[1] for mutant in mutants}
    assert "number > LIMIT → (number >= LIMIT)" in changes
    assert "not name → (name)" in changes
    assert "number >= 0 → True" in changes
    assert "\"é\" → 'éx'" in changes
    assert not any("A module" in change or "str | None" in change for change in changes)


def test_a_function_added_above_leaves_the_draw_of_the_others_as_it_was(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(SOURCE, encoding="utf-8")
    before = [mutant.key for mutant in sample(tmp_path, ("",), 100, 1)]
    module.write_text(SOURCE.replace("\n\ndef kind", "\n\ndef new():\n    return 5\n\n\ndef kind"), "utf-8")
    after = [mutant.key for mutant in sample(tmp_path, ("",), 100, 1)]
    assert [key for key in after if "module.py.new " not in key] == before
