"""The radar as text, for the screen, the printed commands and the reports. Knows nothing of the interface.

`figures` takes the percentages out of the scores, `radar` draws them. A picture cannot be read aloud and an
axis can be missing: whoever shows it shows the same figures as a table.
"""

from ctg_tui.chart.figures import WHOLE, Axis, Figures, Outline, figures
from ctg_tui.chart.levels import Level, detect_level
from ctg_tui.chart.radar import Drawing, Segment, legend_marks, radar

__all__ = [
    "WHOLE",
    "Axis",
    "Drawing",
    "Figures",
    "Level",
    "Outline",
    "Segment",
    "detect_level",
    "figures",
    "legend_marks",
    "radar",
]
