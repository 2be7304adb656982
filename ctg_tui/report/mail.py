"""The mail to the adviser: its words, the `.eml` draft, and the same as a text file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from email import policy
from email.message import EmailMessage
from pathlib import PurePath
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import Moment, PreparationTopic, Sending
from ctg_tui.domain.details import is_email
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.text import clean, harmless
from ctg_tui.report.tables import (
    ReportContent,
    how_to_answer,
    key_sentences,
    remarks_in_words,
    shortened,
    since,
)
from ctg_tui.system.computer import local_time
from ctg_tui.wording.french import MOMENTS, NBSP, STATUSES, TOPICS, people, short_day

_TYPES: Final = {
    ".json": ("application", "json"),
    ".html": ("text", "html"),
    ".xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
MAX_SUBJECT: Final = 180
_ADDRESS: Final = re.compile(r"[!-~]{1,250}")
"""What every mail program and server takes: a header cannot be folded inside an address."""
_BOUNDARY: Final = "=_ctg_piece"
"""Parts the attachments: neither quoted-printable nor base64 can hold it."""


class Mail(NamedTuple):
    """A mail to complete and send. `to` is blank when the adviser's address is not known.

    `attachments` are the files by their names, in ASCII: not every mail program reads other names.
    """

    to: str
    subject: str
    text: str
    attachments: Mapping[str, bytes]


def render(draft: Mail) -> bytes:
    """Return the bytes of the `.eml`, the same for the same draft."""
    message = EmailMessage(policy=_WholeNames(linesep="\r\n"))
    message["X-Unsent"] = "1"
    if is_email(draft.to) and _ADDRESS.fullmatch(draft.to):  # else the person types it: the text names them
        message["To"] = draft.to
    # `=?` opens an encoded word, which EmailMessage would decode into line ends and other headers.
    message["Subject"] = clean(draft.subject).replace("=?", "= ?")[:MAX_SUBJECT]
    text = harmless(draft.text, multiline=True)
    message.set_content(text, cte="quoted-printable")
    for name, content in draft.attachments.items():
        main, sub = _TYPES[PurePath(name).suffix]
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    if message.is_multipart():
        message.set_boundary(_BOUNDARY)
    return message.as_bytes()


class _WholeNames(policy.EmailPolicy):
    """Writes the name of an attachment whole, on a line far under the 998 characters that servers take.

    `policy.SMTP` cuts a long one into `filename*0` and so on, which some mail programs do not put together.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() == "content-disposition":
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


# The mail to the adviser, and the same as a text file for who cannot open a draft.

MAIL_NAME: Final = "courriel.eml"
TEXT_NAME: Final = "courriel.txt"

_FORECAST: Final = "_previsionnel"
_MEANINGS: Final = (
    ("_reponse.xlsx", "pour répondre"),
    ("_rapport.html", "à lire ; la première page suffit aux élus"),
    ("_entretien.html", "à imprimer pour l’entretien"),
    ("_tableur.xlsx", "le tableur de la Caf, rempli"),
    (f"{_FORECAST}.xlsx", "le tableau prévisionnel (données personnelles)"),
    (".json", "pour la Caf, à garder tel quel"),
)
"""What an attachment is, by the end of its name, in the order of the mail."""
_BESIDE: Final = re.compile(r" \(\d+\)(?=\.\w+$)")
"""What the name of a file gets beside a changed one of that name."""
_MOST_OF_A_TEXT: Final = 300


def draft(content: ReportContent, files: Mapping[str, bytes], missing: Iterable[str]) -> Mail:
    """Return the mail to the adviser, ready to be completed and sent.

    It is read by someone who may never have seen this program: what matters and how to answer come first.
    """
    identity, sending = content.assessment.identity, content.sending
    assert sending is not None  # a mail goes with a sending
    name = identity.adviser.name.strip()
    pieces = {name: files[name] for name in sorted(files, key=_rank)}
    lines = filter(None, _lines(content, sending, " ".join(missing)))
    paragraphs = (
        [f"Bonjour {name}," if name else "Bonjour,"],
        [f"{number}. {harmless(line)}" for number, line in enumerate(lines, 1)],
        [people(identity)],
        ["Pièces jointes :", *(f"- {one} : {_MEANINGS[_rank(one)][1]}" for one in pieces)],
    )
    sent = f"envoi n°{NBSP}{sending.number} ({STATUSES[sending.status]})"
    subject = f"CTG {identity.year}, {sent} · {content.territory_name}"
    text = "\n\n".join("\n".join(lines) for lines in paragraphs if any(lines))
    email = identity.adviser.email.strip()
    return Mail(email, shortened(subject, MAX_SUBJECT), typeset(f"{text}\n"), pieces)


def _rank(name: str) -> int:
    """Return the place of an attachment in the mail, and in `_MEANINGS`."""
    return next(rank for rank, (end, _) in enumerate(_MEANINGS) if _BESIDE.sub("", name).endswith(end))


def _lines(content: ReportContent, sending: Sending, missing: str) -> Iterator[str]:
    """Yield the lines of the mail: what is sent, the result, the remarks, how to answer, what is asked."""
    identity = content.assessment.identity
    is_team = len(identity.coordinators) > 1
    moment = "" if identity.moment is Moment.YEARLY else f" ({MOMENTS[identity.moment]})"
    about = f"{'notre' if is_team else 'mon'} auto-évaluation CTG {identity.year}{moment}"
    about = f"Voici l’envoi n°{NBSP}{sending.number} de {about}, {STATUSES[sending.status]}"
    if content.former is not None:
        about += f" ; il remplace celui du {short_day(local_time(content.former.created_at).date())}"
    state = "Rien ne manque." if sending.is_final else ""
    if missing:
        state = f"Ce qui manque : {missing[0].lower()}{missing[1:]}"
    yield f"{about}. {state}".rstrip()
    yield f"{key_sentences(content)[0]} {since(content)}".rstrip()
    yield remarks_in_words(content)
    how = how_to_answer(content, "-nous" if is_team else "-moi")
    yield f"Pour répondre : {how} Il n’y a rien à installer."
    topics = (PreparationTopic.HELP_ASKED, PreparationTopic.TRAINING)
    texts = ((TOPICS[topic], clean(content.assessment.preparation.get(topic, ""))) for topic in topics)
    yield " · ".join(f"{name} : {shortened(text, _MOST_OF_A_TEXT)}" for name, text in texts if text.strip())


def as_file(mail: Mail) -> bytes:
    """Return the text file for a person whose mail program does not open the draft.

    It says what to attach and what to keep; then address, subject, text.
    """
    lines = [f"Joignez les pièces nommées plus bas. Gardez pour vous {MAIL_NAME} et {TEXT_NAME}.", ""]
    if any(_FORECAST in name for name in mail.attachments):
        said = "Le tableau prévisionnel contient des salaires. Vérifiez le destinataire avant d’envoyer."
        lines += [said, ""]
    lines += [f"Destinataire : {mail.to or 'à compléter'}", f"Objet : {mail.subject}", ""]
    text = "\n".join([*map(typeset, lines), mail.text.rstrip("\n"), ""])
    # Old versions of Windows' Notepad need a UTF-8 BOM and CRLF.
    return text.replace("\n", "\r\n").encode("utf-8-sig")
