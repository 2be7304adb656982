"""The mail to the adviser, as an `.eml` draft that the person's mail program opens to be completed and sent.

`X-Unsent: 1` without From, Date or Message-ID makes it a draft: the mail program fills those in. Nothing is
sent from here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import PurePath
from typing import Final

from ctg_tui.domain.completeness import is_email
from ctg_tui.domain.text import clean, harmless

_TYPES: Final = {
    ".json": ("application", "json"),
    ".html": ("text", "html"),
    ".xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".ics": ("text", "calendar"),
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
