"""A mail read back by the standard library's parser, as a mail program reads it."""

from __future__ import annotations

import re
from email import policy
from email.message import Message
from email.parser import BytesParser

from ctg_tui.report.mail import Mail

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")


def headers(raw: bytes) -> dict[str, str]:
    """Return the headers of a mail. Fails on one that stands twice or holds a control character."""
    message = BytesParser(policy=policy.default).parsebytes(raw)
    names = list(message.keys())
    assert len(names) == len(set(names)), names
    values = {name: str(value) for name, value in message.items()}
    assert not any(map(_CONTROLS.search, values.values())), values
    return values


def parse(raw: bytes) -> Mail:
    """Return the draft that `raw` holds."""
    message = BytesParser(policy=policy.default).parsebytes(raw)
    body = message.get_body(("plain",))
    addresses = message["To"].addresses if message["To"] else ()
    return Mail(
        to=addresses[0].addr_spec if addresses else "",
        subject=str(message["Subject"]),
        text=body.get_content().replace("\r\n", "\n") if body is not None else "",
        attachments={part.get_filename() or "": _content(part) for part in message.iter_attachments()},
    )


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
