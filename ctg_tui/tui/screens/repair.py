"""The offer to copy a database whose tables another program altered into a fresh file."""

from __future__ import annotations

from collections.abc import Callable

from ctg_tui.domain.errors import typeset
from ctg_tui.tui.screens.home import HomeScreen


def offer_repair(home: HomeScreen, announce: Callable[[str], None]) -> None:
    """Ask over `home` whether to copy the file; until then the database is read-only."""

    def repair() -> None:
        done = home.read(home.workspace.renew, None)
        if done is not None:
            home.reload(None)
            announce(typeset(done))

    sentence = typeset(
        "Un autre programme a changé la structure du fichier de vos évaluations : y enregistrer "
        "une réponse pourrait en effacer d’autres. Le mettre de côté maintenant, et copier tout ce qui s’y "
        "lit dans un fichier neuf ?"
    )
    home.ask(sentence, "Oui, copier dans un fichier neuf", repair, "Non, consulter sans rien modifier")
