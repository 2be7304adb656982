"""The texts of a dossier: the mail to the adviser, and the note that stays in the folder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from ctg_tui.domain.assessment import Coordinator, Moment, Status
from ctg_tui.report.content import ReportContent
from ctg_tui.report.mail import MAX_SUBJECT, Attachment, Draft, shortened
from ctg_tui.report.wording import MISSING
from ctg_tui.wording.french import MOMENTS, NBSP, STATUSES, listing
from ctg_tui.wording.provenance import basis

NOTE_NAME: Final = "LISEZ-MOI.txt"
MAIL_NAME: Final = "courriel.eml"

_MEANINGS: Final = (
    ("_previsionnel.xlsx", "le tableau prévisionnel (données personnelles)"),
    ("_previsionnel.json", "le même tableau, pour un logiciel de la Caf (données personnelles)"),
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


def note(content: ReportContent, mail: Draft | None, names: Iterable[str], missing: Iterable[str]) -> str:
    """Return the note: the files of the folder, how to send them, what is missing, the text of the mail."""
    names = tuple(names)
    state = f"{STATUSES[content.assessment.status]}, révision {content.assessment.revision}"
    lines = [
        content.title,
        f"{state} — code de contrôle {content.short_fingerprint}",
        *([] if content.grid is None else [basis(content.grid)]),
        "",
        f"Dans ce dossier{NBSP}:",
        *(f"- {name}{NBSP}: {meaning(name)}" for name in names),
        "",
        *_missing_lines(missing, content.assessment.status),
        "Ces fichiers sont refaits à chaque préparation de l’envoi.",
        "Pour les annoter, travaillez sur une copie.",
    ]
    if any("_previsionnel." in name for name in names):
        lines.append(
            "Le tableau prévisionnel contient des salaires. Vérifiez le destinataire avant d’envoyer."
        )
    if mail is not None:
        lines += [
            "",
            f"Pour envoyer{NBSP}:",
            f"1. Ouvrez {MAIL_NAME}{NBSP}: votre messagerie montre le courriel, pièces jointes comprises.",
            "2. Relisez, complétez, envoyez.",
            "",
            "Si votre messagerie ne l’ouvre pas, ou ne permet pas de l’envoyer, écrivez un courriel,",
            f"copiez-y le texte qui suit, et joignez-y{NBSP}:",
            *(f"- {piece.name}" for piece in mail.attachments),
            "",
            "----------------------------------------",
            f"Destinataire{NBSP}: {mail.to or 'à compléter'}",
            f"Objet{NBSP}: {mail.subject}",
            "",
            mail.text.rstrip("\n"),
        ]
    return "\n".join(lines) + "\n"


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
