"""The mail to the adviser, and the same as a text file for who cannot open a draft."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from ctg_tui.domain.assessment import Coordinator, Moment, Status
from ctg_tui.report.content import ReportContent
from ctg_tui.report.mail import MAX_SUBJECT, Attachment, Draft, shortened
from ctg_tui.report.wording import MISSING
from ctg_tui.wording.french import MOMENTS, NBSP, listing
from ctg_tui.wording.provenance import basis

MAIL_NAME: Final = "courriel.eml"
TEXT_NAME: Final = "courriel.txt"

_MEANINGS: Final = (
    ("_previsionnel.xlsx", "le tableau prévisionnel (données personnelles)"),
    ("_compte-rendu.html", "le compte rendu de l’entretien, à imprimer"),
    ("_rapport.html", "le rapport, à ouvrir dans un navigateur"),
    ("_rapport.xlsx", "le même rapport, pour Excel ou LibreOffice"),
    ("_tableur.xlsx", "le tableur de la Caf, rempli"),
    ("_actions.ics", "les dates de vos actions, à ouvrir dans votre agenda (pour vous seul)"),
    (MAIL_NAME, "le brouillon de courriel, à compléter et à envoyer"),
    (".json", "le fichier pour la Caf, à ne pas modifier"),
)


_FEMININE: Final = ("Communauté ", "Commune ", "Métropole ", "Ville ")
"""How a name begins that takes an article."""


def meaning(name: str) -> str:
    """Return the French description of a file of the dossier, from its name."""
    return next((words for end, words in _MEANINGS if name.endswith(end)), "une autre pièce")


def draft(content: ReportContent, attachments: Sequence[Attachment], missing: Iterable[str]) -> Draft:
    """Return the mail to the adviser, ready to be completed and sent."""
    identity = content.assessment.identity
    adviser = identity.adviser
    name = adviser.name.strip()
    state = "provisoire" if content.assessment.status is Status.DRAFT else "définitive"
    moment = "" if identity.moment is Moment.YEARLY else f" ({MOMENTS[identity.moment]})"
    evaluation = f"auto-évaluation CTG {identity.year}{_of(identity.territory.name.strip())}{moment}"
    lines = [
        f"Bonjour {name}," if name else "Bonjour,",
        "",
        f"Veuillez trouver ci-joint l’{evaluation}.",
        f"C’est une version {state} (révision {content.assessment.revision}).",
        *([] if content.grid is None else [basis(content.grid)]),
        "",
        f"Pièces jointes{NBSP}:",
        *(f"- {piece.name}{NBSP}: {meaning(piece.name)}" for piece in attachments),
        "",
        f"Code de contrôle du fichier{NBSP}: {content.short_fingerprint}",
        "Il permet de vérifier, au téléphone par exemple, que nous avons le même contenu.",
        "",
        *_missing_lines(missing, content.assessment.status),
        "Cordialement,",
        *filter(None, [listing(map(_full_name, identity.coordinators))]),
    ]
    ending = " (provisoire)" if content.assessment.status is Status.DRAFT else ""
    subject = f"Auto-évaluation CTG {identity.year}{ending} — {content.territory_name}"
    subject = shortened(subject, MAX_SUBJECT)
    return Draft(name, adviser.email.strip(), subject, "\n".join(lines) + "\n", tuple(attachments))


def as_file(mail: Draft, names: Iterable[str]) -> bytes:
    """Return the text file for a person whose mail program does not open the draft.

    It says what to attach, which other files of the folder (`names`) to keep; then address, subject, text.
    """
    attached = [piece.name for piece in mail.attachments]
    kept = [name for name in names if name not in attached and name != MAIL_NAME]
    lines = [
        f"À joindre{NBSP}:",
        *(f"- {name}{NBSP}: {meaning(name)}" for name in attached),
        *(["", f"À garder pour vous{NBSP}:"] if kept else []),
        *(f"- {name}{NBSP}: {meaning(name)}" for name in kept),
        "",
    ]
    if any("_previsionnel." in name for name in attached):
        lines += [
            "Le tableau prévisionnel contient des salaires. Vérifiez le destinataire avant d’envoyer.",
            "",
        ]
    lines += [
        f"Destinataire{NBSP}: {mail.to or 'à compléter'}",
        f"Objet{NBSP}: {mail.subject}",
        "",
        mail.text.rstrip("\n"),
        "",
    ]
    # Old versions of Windows' Notepad need a UTF-8 BOM and CRLF.
    return "\n".join(lines).replace("\n", "\r\n").encode("utf-8-sig")


def _missing_lines(missing: Iterable[str], status: Status) -> list[str]:
    """Return what is missing, or that nothing is, and a blank line; a draft is never said to be complete."""
    items = [f"- {sentence}" for sentence in missing]
    if not items and status is Status.DRAFT:
        return []
    return [*([f"{MISSING}{NBSP}:", *items] if items else ["Le dossier est complet."]), ""]


def _of(territory: str) -> str:
    """Return ` de la Communauté de communes…`, ` de Cognac`; nothing without a name."""
    if not territory:
        return ""
    return f" de la {territory}" if territory.startswith(_FEMININE) else f" de {territory}"


def _full_name(person: Coordinator) -> str:
    return f"{person.first_name} {person.last_name}".strip()
