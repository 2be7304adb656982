"""The items of the page Envoi: the files written, and what can be done with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.domain.assessment import Status
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.scores import Tally
from ctg_tui.tui.screens.summary_items import gap, section_title, sentence
from ctg_tui.tui.texts import shown
from ctg_tui.tui.widgets.listing import ACCENT, PLAIN, SOFT, STRONG, Item, Piece, hanging
from ctg_tui.wording.french import STATUSES, counts
from ctg_tui.wording.provenance import count_apart, proposed_answers
from ctg_tui.wording.spreadsheet import not_in_workbook

if TYPE_CHECKING:
    from ctg_tui.services.sending import Dossier, Sent
    from ctg_tui.services.spreadsheet.filling import LeftOut

DO: Final = "faire"
"""The section of the items that run a command; a key is `faire:action`."""
_LABEL: Final = 18
_ABOUT_CODE: Final = (
    "Lisez-le au téléphone à votre contact Caf : le même code, c’est le même contenu. "
    "Il révèle une erreur de copie ; il ne remplace pas une signature."
)


class Written(NamedTuple):
    """What was written: the submission and, when other pieces go with it, the folder of all of them."""

    sent: Sent
    folder: Path
    names: tuple[str, ...]
    mail_path: Path | None = None
    mail_text: str = ""
    not_in_workbook: tuple[LeftOut, ...] = ()


def one_file(sent: Sent) -> Written:
    """Return the submission written alone."""
    return Written(sent, sent.path.parent, (sent.path.name,))


def whole(made: Dossier) -> Written:
    """Return the dossier written."""
    text = "" if made.mail is None else made.mail.as_text
    return Written(made.sent, made.folder, made.names, made.mail_path, text, made.not_in_workbook)


def written_items(written: Written) -> Iterator[Item]:
    """Yield where the files are, their names, the code, and a line for each thing to do with them."""
    yield section_title("Enregistré, relu et vérifié", typeset("Entrée ou un clic : ouvrir, copier"))
    yield _deed("open_folder", "O", "ouvrir", str(written.folder), STRONG)
    yield _deed("copy_path", "D", "copier", "l’emplacement du dossier")
    yield _deed("copy_code", "K", "copier", typeset(f"le code de contrôle : {written.sent.short}"), STRONG)
    if written.mail_path is not None:
        yield _deed("open_mail", "M", "ouvrir", "le brouillon de courriel, dans votre messagerie")
        yield _deed("copy_mail", "C", "copier", "le texte du courriel, à coller dans votre messagerie")
    yield gap()
    for number, name in enumerate(written.names):
        label = "fichiers" if len(written.names) > 1 else "fichier"
        yield fact("" if number else label, name)
    yield from _sent_items(written.sent)
    for left in written.not_in_workbook:
        yield fact("tableur", not_in_workbook(left.where, left.value, left.reason))
    yield gap()


def _sent_items(sent: Sent) -> Iterator[Item]:
    """Yield what the code is for, the state of the submission and its counts."""
    sent_counts = sent.counts
    tally = Tally(rated=sent_counts.rated, not_concerned=sent_counts.not_concerned, blank=sent_counts.blank)
    texts = (
        count_apart(sent_counts.comments, "commentaire"),
        count_apart(sent_counts.numbers, "nombre"),
        count_apart(sent_counts.actions, "action"),
        *([proposed_answers(sent_counts.proposed)] if sent_counts.proposed else []),
    )
    yield fact("code de contrôle", sent.short, STRONG)
    yield fact("", typeset(_ABOUT_CODE), SOFT)
    yield fact("état", f"{STATUSES[sent.status]}, révision {sent.revision}")
    yield fact("contenu", counts(tally))
    yield fact("", " · ".join(texts))
    if sent.status is Status.FINAL:
        advice = "L’évaluation n’est plus modifiable. Pour la corriger : R (révision) depuis l’accueil."
        yield sentence(typeset(advice))


def _deed(action: str, letter: str, verb: str, text: str, role: str = PLAIN) -> Item:
    head = Piece(f"{letter}  {verb}".ljust(_LABEL - 2), ACCENT)
    return Item(f"{DO}:{action}", lambda width: hanging(head, shown(text), width, role))


def fact(label: str, text: str, role: str = PLAIN) -> Item:
    """Return a label and its value, in as many lines as it needs."""
    return Item(None, lambda width: hanging(Piece(label.ljust(_LABEL), SOFT), shown(text), width, role))
