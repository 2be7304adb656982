"""The offer to repair a database whose tables another program altered."""

from __future__ import annotations

from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.domain.text import clean
from ctg_tui.tui.screens.home import HomeScreen
from ctg_tui.tui.screens.question import Question


def offer_repair(home: HomeScreen) -> None:
    """Ask over `home` whether to repair the tables; until then the database is read-only."""

    def answered(yes: bool | None) -> None:
        if not yes:
            return
        try:
            backup = home.workspace.repair()
        except Refusal as refusal:
            home.refuse(refusal)
            return
        home.reload(None)
        home.show_message(f"Fichier réparé. L’état d’avant est sauvegardé : « {clean(backup.path.name)} ».")

    home.app.push_screen(
        Question(
            typeset(
                "Un autre programme a changé la structure du fichier de vos évaluations : y enregistrer "
                "une réponse pourrait en effacer d’autres. Le réparer maintenant, après une sauvegarde ?"
            ),
            "Oui, réparer le fichier",
            "Non, consulter sans rien modifier",
        ),
        answered,
    )
