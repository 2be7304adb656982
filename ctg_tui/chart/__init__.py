"""The radar as text, for the screen, the printed commands and the reports. Knows nothing of the interface.

`figures.figures` takes the percentages out of the scores, `radar.radar` draws them. A picture cannot be read
aloud and an axis can be missing: each surface that shows the radar also shows its figures as a table.

Nothing is imported here: the interface starts with `levels` alone.
"""
