"""The mail draft: opens as a draft, attachments byte-identical, nothing injected by a text."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.domain.text import harmless
from ctg_tui.report.mail import MAX_SUBJECT, Mail, draft, render
from ctg_tui.report.tables import shortened
from tests.each_row import each_row
from tests.report.contents import discussed_content, full_content
from tests.report.mails import headers, parse
from tests.strategies import HOSTILE_TEXTS, any_texts

HEADERS = {"X-Unsent", "To", "Subject", "MIME-Version", "Content-Type"}
TEXT = "Bonjour,\n\nVoici l’auto-évaluation 2027 : 3 pièces jointes.\n\nCordialement\n"
LONG_NAME = f"CTG_{'t' * 40}_2027_fin-engagement_envoi-9999_7F3A-21C0_reponse.xlsx"
DRAFT = Mail(
    "prenom.nom@exemple.fr",
    "Auto-évaluation CTG 2027 — Communauté de communes Val de Charente",
    TEXT,
    {
        "CTG_envoi-1.json": '{"note": "é\r\n\n"}'.encode(),
        "rapport.html": b"<!doctype html>\r\nA\nB\rC\n--=_ctg_piece--\r\n",
        LONG_NAME: bytes(range(256)) * 40,
    },
)


def test_it_opens_as_a_draft_and_reads_back_with_every_attachment_to_the_byte() -> None:
    raw = render(DRAFT)
    assert set(headers(raw)) == HEADERS
    assert headers(raw)["X-Unsent"] == "1"
    assert parse(raw) == DRAFT
    assert raw == render(DRAFT)
    assert b"Content-Transfer-Encoding: quoted-printable" in raw
    assert f'filename="{LONG_NAME}"\r\n'.encode() in raw, "never cut"
    assert not re.search(rb"(?<!\r)\n", raw)
    assert raw.isascii()
    bare = Mail("", "Objet", TEXT, {})
    assert parse(render(bare)) == bare


@each_row(
    "address",
    [
        *("", "prenom.nom", "prénom@exemple.fr", "a@b.fr, c@d.fr", "a@b.fr\r\nBcc: c@d.fr"),
        *("a b@c.fr", "@.", f"{'a' * 990}@exemple.fr"),
    ],
)
def test_an_address_no_mail_program_takes_is_left_to_the_person(address: str) -> None:
    assert "To" not in headers(render(Mail(address, "Objet", TEXT, {})))


@each_row(
    "text", [*HOSTILE_TEXTS, "N" * 20_000, "é" * 20_000, "=?utf-8?q?x=0D=0ABcc=3A_autre=40exemple.fr?="]
)
def test_hostile_texts_add_no_header_and_lose_no_attachment(text: str) -> None:
    subject = f"{text}\r\nBcc: autre@exemple.fr"
    raw = render(Mail("prenom.nom@exemple.fr", subject, text, DRAFT.attachments))
    assert set(headers(raw)) <= HEADERS
    assert max(map(len, raw.split(b"\r\n"))) <= 998, "every server takes it"
    back = parse(raw)
    assert back.to == "prenom.nom@exemple.fr"
    assert back.attachments == DRAFT.attachments
    assert back.text == f"{harmless(text, multiline=True)}\n"
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", back.subject)


@given(any_texts, any_texts, st.lists(st.binary(max_size=200), max_size=3))
def test_any_draft_reads_back(subject: str, text: str, contents: list[bytes]) -> None:
    attachments = {f"piece-{rank}.xlsx": raw for rank, raw in enumerate(contents)}
    back = parse(render(Mail("prenom.nom@exemple.fr", subject, text, attachments)))
    assert back.attachments == attachments
    assert back.text.rstrip("\n") == harmless(text, multiline=True).rstrip("\n")
    expected = harmless(shortened(subject, MAX_SUBJECT))[:MAX_SUBJECT]
    assert "".join(back.subject.split()) == "".join(expected.split())


def test_the_mail_of_a_later_sending_says_what_changed_what_was_answered_and_once_how_to_answer() -> None:
    content = discussed_content()
    pieces = {f"CTG_x_{end}": b"" for end in ("rapport.html", "reponse (2).xlsx")}
    mail = draft(content, pieces, ["Le tableau prévisionnel n’est pas joint."])
    plain = mail.text.replace("\xa0", " ")
    subject = mail.subject.replace("\xa0", " ")
    assert subject == f"CTG 2027, envoi n° 2 (provisoire) · {content.territory_name}"
    numbered = [line for line in plain.split("\n") if line[:1].isdecimal()]
    assert [line[:2] for line in numbered] == ["1.", "2.", "3.", "4.", "5."]
    assert numbered[0] == (
        "1. Voici l’envoi n° 2 de mon auto-évaluation CTG 2027, provisoire\N{NARROW NO-BREAK SPACE}; il "
        "remplace celui du 20 janvier. Ce qui manque : le tableau prévisionnel n’est pas joint."
    )
    assert numbered[1].startswith("2. Résultat : ")
    assert "Depuis l’envoi n° 1 : 1 note (1.2 Éducation : 3 → 2), 1 commentaire (1.3)" in numbered[1]
    assert numbered[2] == (
        "3. Remarques de la Caf : 1 réglée, 1 répondue, 3 à voir (1.3, 1.4 Social, Sur l’ensemble)."
    )
    assert numbered[3].startswith(
        "4. Pour répondre : dans le classeur joint, écrivez dans les cellules bleues"
    )
    assert numbered[4].startswith("5. Aide demandée à la Caf : ")
    assert plain.rstrip().split("\n")[-2:] == [
        "- CTG_x_reponse (2).xlsx : pour répondre",
        "- CTG_x_rapport.html : à lire\N{NARROW NO-BREAK SPACE}; la première page suffit aux élus",
    ]
    identity = content.assessment.identity
    identity = identity._replace(coordinators=identity.coordinators[:1] * 2)
    of_two = replace(content, assessment=content.assessment._replace(identity=identity))
    said = draft(of_two, pieces, []).text
    assert [word in said for word in ("notre auto-évaluation", "renvoyez-le-nous")] == [True, True]
    first = draft(full_content(), pieces, []).text
    assert not re.search("Depuis|remplace|Remarques", first)
    assert "Pour répondre" in first
