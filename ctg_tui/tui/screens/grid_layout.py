"""Where the parts of the grid page stand: the proportions of `grid_shape`, given to Textual."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement

from ctg_tui.domain.grid import Grid
from ctg_tui.tui.grid_shape import FRAME_LINES, Heights, heights
from ctg_tui.tui.texts import shown
from ctg_tui.tui.view import DetailMode, View
from ctg_tui.tui.widgets.detail_pane import DetailPane
from ctg_tui.tui.widgets.gauges import Gauges
from ctg_tui.tui.widgets.missions import MissionTabs
from ctg_tui.tui.widgets.radar import RadarPanel
from ctg_tui.tui.widgets.scale import ScaleBar
from ctg_tui.tui.widgets.table import ActivityTable
from ctg_tui.tui.widgets.table_shape import table_columns
from ctg_tui.wording.french import wrap

if TYPE_CHECKING:
    from textual.widget import Widget

TABS_LINES: Final = 2


class GridLayout(Layout):
    """Missions on top, the table with the detail of its line below; gauges and radar at the side; the scale.

    A part without room has no place, and is not painted.
    """

    name = "grille"

    def __init__(self, view: Callable[[], View]) -> None:
        self._view = view

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        places = self._places(parent.screen.size.width, size)
        return [
            WidgetPlacement(region, NULL_OFFSET, NULL_SPACING, child)
            for child in children
            if (region := places.get(type(child))) is not None and region
        ]

    def _places(self, window: int, size: Size) -> dict[type[Widget], Region]:
        view = self._view()
        width, height = size
        side = table_columns(view, window).side
        table, detail, gauges, radar = grid_heights(view, window, height - TABS_LINES - 1)
        return {
            MissionTabs: Region(0, 0, width, TABS_LINES),
            ActivityTable: Region(0, TABS_LINES, width - side, table),
            DetailPane: Region(0, TABS_LINES + table, width - side, detail),
            Gauges: Region(width - side, TABS_LINES, side, gauges),
            RadarPanel: Region(width - side, TABS_LINES + gauges, side, radar),
            ScaleBar: Region(0, height - 1, width, 1),
        }


def grid_heights(view: View, window: int, height: int) -> Heights:
    """Share `height` lines, in a window of so many columns, between the parts of the page."""
    widths = table_columns(view, window)
    # without the spare cells, so that the table keeps its lines where the side panel takes their place
    below = window - widths.side - widths.spare - 2
    label_lines, wanted = lines_of_labels(view.grid, widths.label, below)
    label_lines += (view.last is not None) + (view.review is not None)  # below the comment of this time
    return heights(
        height,
        widths.side,
        len(view.grid.policies),
        lines=max(len(mission.activities) for mission in view.grid.missions),
        wanted=wanted + FRAME_LINES,
        label_lines=label_lines,
        is_open=view.aside is not DetailMode.LINE,
    )


def lines_of_labels(grid: Grid, label: int, detail: int) -> tuple[int, int]:
    """Return the lines of the longest label in `detail` cells, of the longest mission in `label`."""
    texts = tuple(tuple(shown(line.label) for line in mission.activities) for mission in grid.missions)
    return _lines_of(texts, label, detail)


@lru_cache(maxsize=32)
def _lines_of(texts: tuple[tuple[str, ...], ...], label: int, detail: int) -> tuple[int, int]:
    longest = max((len(wrap(text, detail)) for mission in texts for text in mission), default=1)
    return longest, max(sum(len(wrap(text, label)) for text in mission) for mission in texts)
