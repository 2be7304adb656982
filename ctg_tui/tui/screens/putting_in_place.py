"""The offer to put the content of a file received in place of one's own assessment."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ctg_tui.services.received import kept as received_list
from ctg_tui.services.received.own import other_version, put_in_place
from ctg_tui.wording import received as wording

if TYPE_CHECKING:
    from ctg_tui.services.received.kept import Lineage
    from ctg_tui.tui.screens.page import Page


def offer(page: Page, chosen: Lineage, then: Callable[[], None]) -> None:
    """Say over `page` what differs, ask, put the content of the current file in place, and do `then`."""
    workspace, own_id, current = page.workspace, chosen.own_id, chosen.current
    received = page.read(lambda: received_list.read(workspace, current.sha256), None)
    if received is None or own_id is None:
        return
    found = page.read(lambda: other_version(workspace, own_id, received), None)
    if found is None:
        return

    def put() -> None:
        made = page.read(lambda: put_in_place(workspace, own_id, received, current.file_name), None)
        if made is not None:
            then()
            page.show_message(made.version.replaced_by(current.file_name))

    page.ask(wording.question(found.name, found.warning), "Oui, le mettre à la place", put)
