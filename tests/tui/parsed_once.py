"""Each style sheet parsed once for all windows that one process opens: it costs half of opening one."""

from __future__ import annotations

from typing import Any

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet


def parse_each_style_sheet_once() -> None:
    """Keep what Textual makes of each style sheet, from here on in this process."""
    parse = Stylesheet._parse_rules
    parsed: dict[tuple[object, ...], list[RuleSet]] = {}

    def parse_once(self: Stylesheet, *text: Any, **more: Any) -> list[RuleSet]:
        key = (text, *more.values(), frozenset(self._variables.items()))
        if key not in parsed:
            parsed[key] = parse(self, *text, **more)
        return parsed[key]

    Stylesheet._parse_rules = parse_once  # type: ignore[method-assign]
