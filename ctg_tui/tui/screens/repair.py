"""The offer to repair a database whose tables another program altered."""

from __future__ import annotations

from ctg_tui.domain.errors import typeset
from ctg_tui.domain.text import clean
from ctg_tui.tui.screens.home import HomeScreen


def offer_repair(home: HomeScreen) -> None:
    """Ask over `home` whether to repair the tables; until then the database is read-only."""

    def repair() -> None:
        backup = home.read(home.workspace.repair, None)
        if backup is not None:
            home.reload(None)
            name = clean(backup.path.name)
            home.show_message(f"Fichier réparé. L’état d’avant est sauvegardé : « {name} ».")

    sentence = typeset(
        "Un autre programme a changé la structure du fichier de vos évaluations : y enregistrer "
        "une réponse pourrait en effacer d’autres. Le réparer maintenant, après une sauvegarde ?"
    )
    home.ask(sentence, "Oui, réparer le fichier", repair, "Non, consulter sans rien modifier")
