"""The mail to the adviser: its words, the `.eml` draft, and the same as a text file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import PurePath
from typing import Final

from ctg_tui.domain.assessment import Coordinator, Moment, Status
from ctg_tui.domain.steps import is_email
from ctg_tui.domain.text import clean, harmless
from ctg_tui.report.content import ReportContent
from ctg_tui.report.wording import MISSING
from ctg_tui.wording.french import MOMENTS, NBSP, listing
from ctg_tui.wording.lines import basis

_TYPES: Final = {
    ".json": ("application", "json"),
    ".html": ("text", "html"),
    ".xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
_UNKNOWN: Final = ("application", "octet-stream")
MAX_SUBJECT: Final = 180
_MAX_NAME: Final = 100
_MAX_ADDRESS: Final = 254
"""The longest address a mail server takes (RFC 5321). A header cannot be folded inside a name or an address,
and a line of mail holds 998 bytes at most.
"""


@dataclass(frozen=True)
class Attachment:
    """A file of the mail. `name` is ASCII: not every mail program reads other names."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Draft:
    """A mail to complete and send. `to` is blank when the adviser's address is not known."""

    to_name: str
    to: str
    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()

    @property
    def as_text(self) -> str:
        """The subject, then the text: the clipboard's content after « copier le texte »."""
        return f"{self.subject}\n\n{self.text}"


def render(draft: Draft) -> bytes:
    """Return the bytes of the `.eml`, the same for the same draft. Raises ValueError for a name not ASCII."""
    message = EmailMessage(policy=_WholeNames(linesep="\r\n"))
    message["X-Unsent"] = "1"
    recipient = _recipient(draft)
    if recipient is not None:
        message["To"] = recipient
    message["Subject"] = _header_text(shortened(draft.subject, MAX_SUBJECT))[:MAX_SUBJECT]
    text = harmless(draft.text, multiline=True)
    message.set_content(text, cte="quoted-printable")
    for attachment in draft.attachments:
        if not attachment.name.isascii():
            raise ValueError(f"not an ASCII name: {attachment.name!r}")
        main, sub = _TYPES.get(PurePath(attachment.name).suffix, _UNKNOWN)
        message.add_attachment(attachment.content, maintype=main, subtype=sub, filename=attachment.name)
    if message.is_multipart():
        message.set_boundary(_boundary(text, draft.attachments))
    return message.as_bytes()


class _WholeNames(policy.EmailPolicy):
    """Writes the name of an attachment whole, on a line far under the 998 characters that servers take.

    `policy.SMTP` cuts a long one into `filename*0` and so on, which some mail programs do not put together.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() == "content-disposition":
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


def _header_text(text: str) -> str:
    """Return `text` cleaned for a header, without `=?`, which opens an encoded word.

    `EmailMessage` would decode such a word when the header is set, into line ends and other headers.
    """
    return clean(text).replace("=?", "= ?")


def shortened(text: str, limit: int) -> str:
    """Return `text` in at most `limit` characters, cut between words where possible, with an ellipsis."""
    if len(text) <= limit:
        return text
    start = text[:limit].rpartition(" ")[0]
    return f"{start if len(start) > limit // 2 else text[: limit - 1]}…"


def _recipient(draft: Draft) -> Address | None:
    """Return the address, or None unless every mail program takes it: the text still names the person."""
    written = clean(draft.to).strip()
    if not (is_email(written) and written.isascii() and len(written) <= _MAX_ADDRESS):
        return None
    try:
        name = shortened(_header_text(draft.to_name).strip(), _MAX_NAME)
        return Address(name, addr_spec=written)
    except (MessageError, ValueError):
        return None


def _boundary(text: str, attachments: Iterable[Attachment]) -> str:
    """Return the separator of the parts: a digest, so that the same draft gives the same bytes."""
    content = hashlib.sha256(text.encode("utf-8"))
    for attachment in attachments:
        content.update(attachment.name.encode("ascii"))
        content.update(hashlib.sha256(attachment.content).digest())
    return f"=_ctg_{content.hexdigest()[:40]}"


# The mail to the adviser, and the same as a text file for who cannot open a draft.

MAIL_NAME: Final = "courriel.eml"
TEXT_NAME: Final = "courriel.txt"

_MEANINGS: Final = (
    ("_previsionnel.xlsx", "le tableau prévisionnel (données personnelles)"),
    ("_rapport.html", "le rapport, à ouvrir dans un navigateur"),
    ("_rapport.xlsx", "le même rapport, pour Excel ou LibreOffice"),
    ("_tableur.xlsx", "le tableur de la Caf, rempli"),
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
        f"C’est une version {state} (numéro {content.assessment.revision}).",
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


def as_file(mail: Draft) -> bytes:
    """Return the text file for a person whose mail program does not open the draft.

    It says what to attach; then address, subject, text.
    """
    attached = [piece.name for piece in mail.attachments]
    lines = [
        f"À joindre{NBSP}:",
        *(f"- {name}{NBSP}: {meaning(name)}" for name in attached),
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
    return [*([f"{MISSING}{NBSP}:", *items] if items else ["Rien ne manque."]), ""]


def _of(territory: str) -> str:
    """Return ` de la Communauté de communes…`, ` de Cognac`; nothing without a name."""
    if not territory:
        return ""
    return f" de la {territory}" if territory.startswith(_FEMININE) else f" de {territory}"


def _full_name(person: Coordinator) -> str:
    return f"{person.first_name} {person.last_name}".strip()
