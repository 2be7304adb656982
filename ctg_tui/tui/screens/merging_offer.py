"""The offer to merge the files received of one territory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.services.merging_received import merge_received
from ctg_tui.tui import settings

if TYPE_CHECKING:
    from ctg_tui.services.received_list import Lineage
    from ctg_tui.tui.screens.page import Page


def offer(page: Page, chosen: Lineage) -> None:
    """Ask over `page`, merge what was received of the territory of `chosen`, show the disagreements."""

    def merge() -> None:
        from ctg_tui.tui.screens.merging import MergingScreen

        try:
            together = merge_received(page.workspace, chosen)
            session = page.workspace.open(together.assessment_id)
        except Refusal as refusal:
            page.refuse(refusal)
            return
        keyboard = settings.load(page.workspace.store.path.parent).keys
        page.app.push_screen(MergingScreen(page.workspace, session, together, keyboard))

    said = typeset(
        f"Réunir les évaluations de {chosen.name} ({chosen.current.year}) en une nouvelle ? Les vôtres et "
        "celles reçues restent comme elles sont."
    )
    page.ask(said, "Oui, les réunir", merge)
