"""The module of each page, imported when the page is first shown."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.assessment import Place
from ctg_tui.tui.commands import Destination
from ctg_tui.tui.screens.page import FormField, Page

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace
    from ctg_tui.tui.keyboards import Keyboard
    from ctg_tui.tui.screens.page import Landing

_SCREENS: Final = "ctg_tui.tui.screens"
PAGES: Final[Mapping[Destination, tuple[str, str]]] = {
    Destination.HOME: (f"{_SCREENS}.home", "HomeScreen"),
    Destination.GRID: (f"{_SCREENS}.grid", "GridScreen"),
    Destination.FORM: (f"{_SCREENS}.form", "FormScreen"),
    Destination.INDICATORS: (f"{_SCREENS}.indicators", "IndicatorsScreen"),
    Destination.SUMMARY: (f"{_SCREENS}.summary", "SummaryScreen"),
    Destination.RADAR: (f"{_SCREENS}.radar", "RadarScreen"),
    Destination.EXPORT: (f"{_SCREENS}.export", "ExportScreen"),
    Destination.SENDING: (f"{_SCREENS}.sending", "SendingScreen"),
    Destination.FORECAST: (f"{_SCREENS}.forecast", "ForecastScreen"),
    Destination.PREPARATION: (f"{_SCREENS}.preparation", "PreparationScreen"),
    Destination.GRIDS: (f"{_SCREENS}.grids", "GridsScreen"),
    Destination.RESTORE: (f"{_SCREENS}.restore", "RestoreScreen"),
    Destination.WORKBOOKS: (f"{_SCREENS}.workbooks", "WorkbooksScreen"),
    Destination.RECEIVED: (f"{_SCREENS}.received", "ReceivedScreen"),
}
"""The module and the class of each page."""
EARLY: Final = (Destination.GRID,)
"""The pages imported while the person reads the first one; the others are left out to save memory."""


def page_class(destination: Destination) -> type[Page]:
    """Return the class of a page, importing its module."""
    module, name = PAGES[destination]
    page_type: type[Page] = getattr(import_module(module), name)
    return page_type


def make_page(
    destination: Destination,
    workspace: Workspace,
    session: Session | None,
    place: Landing | None,
    keyboard: Keyboard,
) -> Page:
    """Return a new page, on the assessment of `session` and at `place` for those that have one."""
    line = place if isinstance(place, Place) else None
    also: dict[Destination, tuple[object, ...]] = {
        Destination.GRID: (line, keyboard),
        Destination.INDICATORS: (line,),
        Destination.FORM: (place if isinstance(place, FormField) else None,),
    }
    return page_class(destination)(workspace, session, *also.get(destination, ()))
