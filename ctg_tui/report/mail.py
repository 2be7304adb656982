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

from ctg_tui.domain.assessment import Moment, PreparationTopic
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.steps import is_email
from ctg_tui.domain.text import clean, harmless
from ctg_tui.report.content import ReportContent
from ctg_tui.report.tables import result
from ctg_tui.report.wording import (
    MISSING,
    REMARKS_OF_CAF,
    before_meeting,
    how_to_answer,
    meeting_of,
    remarks_in_words,
    since,
)
from ctg_tui.system.computer import local_time
from ctg_tui.wording.french import MOMENTS, NARROW, NBSP, TOPICS, people, short_day

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
    (_WORKBOOK, "pour répondre"),
    ("_rapport.html", "à lire ; la première page suffit aux élus"),
    ("_entretien.html", "à imprimer pour l’entretien"),
    ("_tableur.xlsx", "le tableur de la Caf, rempli"),
    (_FORECAST, "le tableau prévisionnel (données personnelles)"),
    (".json", "pour la Caf, à garder tel quel"),
)
"""What an attachment is, by the end of its name, in the order of the mail."""
_BESIDE: Final = re.compile(r" \(\d+\)(?=\.\w+$)")
"""What the name of a file gets beside a changed one of that name."""
_MOST_OF_A_TEXT: Final = 300


def draft(content: ReportContent, attachments: Sequence[Attachment], missing: Iterable[str]) -> Draft:
    """Return the mail to the adviser, ready to be completed and sent.

    It is read by someone who may never have seen this program: what matters and how to answer come first.
    """
    identity = content.assessment.identity
    name = identity.adviser.name.strip()
    pieces = sorted(attachments, key=lambda piece: _rank(piece.name))
    lines = filter(None, _lines(content, pieces, " ".join(missing)))
    paragraphs = (
        [f"Bonjour {name}," if name else "Bonjour,"],
        [f"{number}. {harmless(line)}" for number, line in enumerate(lines, 1)],
        [people(identity)],
        [f"Pièces jointes{NBSP}:", *map(_named, pieces)] if pieces else [],
    )
    state = "définitif" if content.is_final else "provisoire"
    sent = f"envoi n°{NBSP}{content.number} ({state})"
    subject = shortened(f"CTG {identity.year}, {sent} · {content.territory_name}", MAX_SUBJECT)
    text = "\n\n".join("\n".join(lines) for lines in paragraphs if any(lines))
    return Draft(name, identity.adviser.email.strip(), subject, f"{text}\n", tuple(pieces))


def _lines(content: ReportContent, pieces: Sequence[Attachment], missing: str) -> Iterator[str]:
    """Yield the lines of the mail: what is sent, the result, the remarks, how to answer, what is asked."""
    complete = "Rien ne manque." if content.is_final else ""
    yield " ".join(filter(None, (_about(content), f"{MISSING}{NBSP}: {missing}" if missing else complete)))
    found = result(content)
    yield " ".join((*([f"Résultat{NBSP}: {found}."] if found else []), *since(content)))
    remarks = remarks_in_words(content)
    yield f"{REMARKS_OF_CAF}{NBSP}: {remarks}." if remarks else ""
    yield _how_to_answer(content, pieces)
    topics = (PreparationTopic.HELP_ASKED, PreparationTopic.TRAINING)
    texts = ((TOPICS[topic], content.assessment.preparation.get(topic, "").strip()) for topic in topics)
    asked = (f"{name}{NBSP}: {shortened(harmless(text), _MOST_OF_A_TEXT)}" for name, text in texts if text)
    yield " ".join(text if text.endswith((".", "!", "?", "…")) else f"{text}." for text in asked)


def _about(content: ReportContent) -> str:
    """Return what is sent: which sending of which year, and the one that it replaces."""
    identity = content.assessment.identity
    moment = "" if identity.moment is Moment.YEARLY else f" ({MOMENTS[identity.moment]})"
    whose = "notre" if len(identity.coordinators) > 1 else "mon"
    said = f"Voici l’envoi n°{NBSP}{content.number} de {whose} auto-évaluation CTG {identity.year}{moment}"
    state = "définitif" if content.is_final else "provisoire"
    if content.former is None:
        return f"{said}, {state}."
    then = local_time(content.former.created_at).date()
    return f"{said}, {state}{NARROW}; il remplace celui du {short_day(then)}."


def _how_to_answer(content: ReportContent, pieces: Sequence[Attachment]) -> str:
    to = "nous" if len(content.assessment.identity.coordinators) > 1 else "moi"
    if _has_workbook(pieces):
        return f"Pour répondre{NBSP}: {how_to_answer(content, to)} Il n’y a rien à installer."
    asks = " La date de l’entretien n’est pas fixée : proposez-en une."
    date = "" if meeting_of(content.assessment) else asks
    return typeset(f"Pour répondre : écrivez-{to} {before_meeting(content)}".rstrip() + f".{date}")


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
