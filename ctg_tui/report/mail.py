"""The mail to the adviser: its words, the `.eml` draft, and the same as a text file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import PurePath
from typing import Final

from ctg_tui.domain.assessment import Coordinator, Identity, Moment
from ctg_tui.domain.steps import is_email
from ctg_tui.domain.text import clean, harmless
from ctg_tui.report.content import ReportContent
from ctg_tui.report.wording import (
    MISSING,
    before_meeting,
    how_to_answer,
    meeting_of,
    since,
    what_matters,
)
from ctg_tui.wording.french import MOMENTS, NBSP, listing, sending_name

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

_WORKBOOK: Final = "_rapport.xlsx"
_FORECAST: Final = "_previsionnel.xlsx"
_MEANINGS: Final = (
    (_WORKBOOK, "le classeur où répondre"),
    ("_rapport.html", "le même contenu, à lire dans un navigateur"),
    ("_tableur.xlsx", "le tableur de la Caf, rempli"),
    (_FORECAST, "le tableau prévisionnel (données personnelles)"),
    (".json", "le fichier pour la Caf, à garder tel quel"),
)
"""What an attachment is, by the end of its name, in the order of the mail."""
_BESIDE: Final = re.compile(r" \(\d+\)(?=\.\w+$)")
"""What the name of a file gets beside a changed one of that name."""
_MOST_OF_A_TEXT: Final = 300

_FEMININE: Final = ("Communauté ", "Commune ", "Métropole ", "Ville ")
"""How a name begins that takes an article."""


def draft(content: ReportContent, attachments: Sequence[Attachment], missing: Iterable[str]) -> Draft:
    """Return the mail to the adviser, ready to be completed and sent.

    It is read by someone who may never have seen this program: what matters and how to answer come first.
    """
    assessment = content.assessment
    identity = assessment.identity
    name = identity.adviser.name.strip()
    pieces = sorted(attachments, key=lambda piece: _rank(piece.name))
    paragraphs = (
        [f"Bonjour {name}," if name else "Bonjour,"],
        [_about(content), *_what_matters(content), *_lacks(missing, is_final=content.is_final)],
        [*_how_to_answer(content, pieces)],
        [f"Pièces jointes{NBSP}:", *map(_named, pieces)] if pieces else [],
        [f"Code de contrôle{NBSP}: {content.short_fingerprint} (le même code, c’est le même contenu)."],
        ["Cordialement,", *filter(None, [listing(map(_full_name, identity.coordinators))])],
    )
    state = "définitive" if content.is_final else "provisoire"
    named = sending_name(content.number, content.created_at.date())
    subject = f"Auto-évaluation CTG {identity.year} ({state}), {named} — {content.territory_name}"
    subject = shortened(subject, MAX_SUBJECT)
    text = "\n\n".join("\n".join(lines) for lines in paragraphs if lines)
    return Draft(name, identity.adviser.email.strip(), subject, f"{text}\n", tuple(pieces))


def _subject(identity: Identity) -> str:
    """Return `l’auto-évaluation CTG 2027 de la Communauté de communes…`."""
    moment = "" if identity.moment is Moment.YEARLY else f" ({MOMENTS[identity.moment]})"
    return f"l’auto-évaluation CTG {identity.year}{_of(identity.territory.name.strip())}{moment}"


def _about(content: ReportContent) -> str:
    """Return what is sent: of whom, which year, which sending."""
    subject = f"Voici {_subject(content.assessment.identity)}"
    named = sending_name(content.number, content.created_at.date())
    state = "définitif" if content.is_final else "provisoire"
    if content.former is not None:
        return f"{subject}, {named}, {state}{NBSP}: il remplace l’envoi n°{NBSP}{content.former.number}."
    return f"{subject}, {named}, {state}{'' if content.is_final else f'{NBSP}: elle peut encore changer'}."


def _what_matters(content: ReportContent) -> Iterator[str]:
    """Yield a line each: the result, what is asked of the Caf, its remarks, what changed."""
    for name, value in what_matters(content):
        yield f"- {name}{NBSP}: {shortened(harmless(value), _MOST_OF_A_TEXT)}"
    for sentence in since(content):
        yield f"- {harmless(sentence)}"


def _lacks(missing: Iterable[str], *, is_final: bool) -> Iterator[str]:
    """Yield what is missing, or that nothing is; a draft is never said to be complete."""
    if sentences := " ".join(missing):
        yield f"- {MISSING}{NBSP}: {sentences}"
    elif is_final:
        yield "- Rien ne manque."


def _how_to_answer(content: ReportContent, pieces: Sequence[Attachment]) -> Iterator[str]:
    to = "nous" if len(content.assessment.identity.coordinators) > 1 else "moi"
    by_when = f" {before_meeting(content)}".rstrip()
    if _has_workbook(pieces):
        yield f"Pour répondre{NBSP}: {how_to_answer(content, to)} Il n’y a rien à installer."
        return
    yield f"Pour répondre{NBSP}: écrivez-{to}{by_when}."
    if meeting_of(content.assessment) is None:
        yield f"La date de l’entretien n’est pas fixée{NBSP}: proposez-en une."


def as_file(mail: Draft) -> bytes:
    """Return the text file for a person whose mail program does not open the draft.

    It says what to attach and what to keep; then address, subject, text.
    """
    keep = f"Gardez pour vous {MAIL_NAME} et {TEXT_NAME}."
    lines = [f"Joignez les pièces nommées plus bas. {keep}" if mail.attachments else keep, ""]
    if any(_is(piece.name, _FORECAST) for piece in mail.attachments):
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


def _is(name: str, end: str) -> bool:
    return _BESIDE.sub("", name).endswith(end)


def _has_workbook(pieces: Iterable[Attachment]) -> bool:
    return any(_is(piece.name, _WORKBOOK) for piece in pieces)


def _rank(name: str) -> int:
    ranks = (rank for rank, (end, _) in enumerate(_MEANINGS) if _is(name, end))
    return next(ranks, len(_MEANINGS))


def _named(piece: Attachment) -> str:
    """Return the name of an attachment and what it is."""
    words = next((words for end, words in _MEANINGS if _is(piece.name, end)), "une autre pièce")
    return f"- {piece.name}{NBSP}: {words}"


def _of(territory: str) -> str:
    """Return ` de la Communauté de communes…`, ` de Cognac`; nothing without a name."""
    if not territory:
        return ""
    return f" de la {territory}" if territory.startswith(_FEMININE) else f" de {territory}"


def _full_name(person: Coordinator) -> str:
    return f"{person.first_name} {person.last_name}".strip()
