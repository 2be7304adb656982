"""ctg-tui: the yearly self-assessment of a *chargé de coopération CTG*, at the keyboard, offline."""

import sys

__version__ = "1.0.0"

_PYTHON = "python" if "WindowsApps" in str(sys.executable) else "py"
PROGRAM = f"{_PYTHON} -P -m ctg_tui" if sys.platform == "win32" and sys.argv[:1] == ["-m"] else "ctg-tui"
"""What a person types to start it. On Windows, an installation without rights is started by
`py -P -m ctg_tui`: the folder of `ctg-tui.exe` is not on the path. (The Python of the Microsoft Store has no
`py`.) `-m` is what Python holds there while it imports the package. `-P` keeps the current folder, where
anything may lie, off the path of imports.
"""
SOFTWARE = f"ctg-tui {__version__}"
"""The name and version that the files sent carry."""
