"""The colours of policies, the same in gauges, radar and legend. Marks tell them apart without colour."""

from __future__ import annotations

from typing import Final

from ctg_tui.tui.themes import MAX_POLICY_COLOURS

WHOLE_CLASS: Final = "outline-whole"
POLICY_CLASSES: Final = (*(f"outline-{n}" for n in range(1, MAX_POLICY_COLOURS + 1)), WHOLE_CLASS)
POLICY_CSS: Final = (
    "".join(f"&>.outline-{n} {{ color: $politique-{n}; }}\n" for n in range(1, MAX_POLICY_COLOURS + 1))
    + f"&>.{WHOLE_CLASS} {{ color: $ensemble; }}\n"
)


def policy_class(index: int) -> str:
    """Return the component class of the policy of that index in the grid."""
    return POLICY_CLASSES[index % MAX_POLICY_COLOURS]
