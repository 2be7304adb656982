"""Imports of `ctg-tui.pyz`: compiled modules where the archive holds those of this Python, else its sources.

A zip of sources starts 3.6 times slower. A zip with a compiled file for each module and each Python holds so
many names that reading their list takes longer than `--version` itself; so a package's modules are one entry.
"""

from __future__ import annotations

import marshal
import sys
import zipimport
from types import CodeType

_NONE = marshal.dumps({})
_packages: dict[str, dict[str, tuple[bool, bytes]]] = {}
"""By package of the first two levels: each module's full name, whether it is a package, its code."""


class CompiledImporter(zipimport.zipimporter):
    """An importer of one folder of the archive that looks for compiled code first."""

    def get_code(self, fullname: str) -> CodeType:
        compiled = self._compiled(fullname)
        if compiled is None:
            return super().get_code(fullname)
        code: CodeType = marshal.loads(compiled[1])
        return code

    def get_filename(self, fullname: str) -> str:
        """Return the path of the source: the base class would compile it to know."""
        compiled = self._compiled(fullname)
        if compiled is None:
            return super().get_filename(fullname)
        end = "/__init__.py" if compiled[0] else ".py"
        return f"{self.archive}/{self.prefix.replace(chr(92), '/')}{fullname.rpartition('.')[2]}{end}"

    def _compiled(self, fullname: str) -> tuple[bool, bytes] | None:
        names = fullname.split(".")
        return self._modules(".".join(names[:2])).get(fullname) or self._modules(names[0]).get(fullname)

    def _modules(self, package: str) -> dict[str, tuple[bool, bytes]]:
        if package not in _packages:
            try:
                content = self.get_data(f"{self.archive}/{sys.implementation.cache_tag}/{package}")
            except OSError:  # not compiled for this Python
                content = _NONE
            _packages[package] = marshal.loads(content)
        return _packages[package]


def install(archive: str) -> None:
    """Import from `archive` from now on. The current Python has opened it already, with its own importer."""
    sys.path_hooks.insert(0, CompiledImporter)
    sys.path_importer_cache.pop(archive, None)
