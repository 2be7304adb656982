"""The mail draft: opens as a draft, attachments byte-identical, nothing injected by a text."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.domain.text import harmless
from ctg_tui.report.mail import MAX_SUBJECT, Attachment, Draft, draft, render, shortened
from tests.each_row import each_row
from tests.report.contents import discussed_content, full_content
from tests.report.mails import headers, parse
from tests.strategies import HOSTILE_TEXTS, any_texts

HEADERS = {"X-Unsent", "To", "Subject", "MIME-Version", "Content-Type"}
TEXT = "Bonjour,\n\nVoici l’auto-évaluation 2027 : 3 pièces jointes.\n\nCordialement\n"
DRAFT = Draft(
    "Prénom Nom",
    "prenom.nom@exemple.fr",
    "Auto-évaluation CTG 2027 — Communauté de communes Val de Charente",
    TEXT,
    (
        Attachment(
            "CTG_val-de-charente_2027_annuelle_envoi-1_7F3A-21C0.json", '{"note": "é\r\n\n"}'.encode()
        ),
        Attachment("rapport.html", b"<!doctype html>\r\nA\nB\rC\n"),
        Attachment("rapport.xlsx", bytes(range(256)) * 40),
    ),
)


def test_it_opens_as_a_draft_and_says_nothing_of_the_sender() -> None:
    written = headers(render(DRAFT))
    assert written["X-Unsent"] == "1"
    assert set(written) == HEADERS


def test_it_reads_back_with_every_attachment_to_the_byte() -> None:
    assert parse(render(DRAFT)) == DRAFT


def test_text_is_quoted_printable_and_lines_end_as_mail_wants() -> None:
    raw = render(DRAFT)
    assert b"Content-Transfer-Encoding: quoted-printable" in raw
    assert not re.search(rb"(?<!\r)\n", raw)
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.isascii()


def test_the_same_draft_has_the_same_bytes() -> None:
    assert render(DRAFT) == render(DRAFT)


def test_a_draft_without_attachment_is_plain_text() -> None:
    bare = Draft("", "", "Objet", TEXT)
    assert parse(render(bare)) == bare
    assert headers(render(bare))["Content-Type"].startswith("text/plain")


def test_a_name_that_is_not_ascii_is_refused() -> None:
    with pytest.raises(ValueError, match="ASCII"):
        render(Draft("", "", "Objet", TEXT, (Attachment("pièce.json", b""),)))


@each_row(
    "address",
    [
        *("", "prenom.nom", "prénom@exemple.fr", "a@b.fr, c@d.fr", "a@b.fr\r\nBcc: c@d.fr", "<a@b.fr>"),
        *("a b@c.fr", "@."),
    ],
)
def test_an_address_no_mail_program_takes_is_left_to_the_person(address: str) -> None:
    assert "To" not in headers(render(Draft("Prénom Nom", address, "Objet", TEXT)))


def test_hostile_texts_add_no_header_and_lose_no_attachment() -> None:
    for text in HOSTILE_TEXTS:
        named = text[:60]
        subject = f"{text}\r\nBcc: autre@exemple.fr"
        raw = render(Draft(text, "prenom.nom@exemple.fr", subject, text, DRAFT.attachments))
        assert set(headers(raw)) <= HEADERS, named
        back = parse(raw)
        assert back.to == "prenom.nom@exemple.fr", named
        assert back.attachments == DRAFT.attachments, named
        assert back.text == f"{harmless(text, multiline=True)}\n", named
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", back.subject + back.to_name), named


@each_row("letter", ["N", "é", "N "])
def test_a_name_of_twenty_thousand_letters_leaves_headers_that_every_server_takes(letter: str) -> None:
    name = letter * 20_000
    long = Draft(name, "prenom.nom@exemple.fr", f"Auto-évaluation CTG 2027 — {name}", TEXT, DRAFT.attachments)
    raw = render(long)
    headers_of_it = raw.partition(b"\r\n\r\n")[0]
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert len(headers_of_it) < 2_500
    assert set(headers(raw)) == HEADERS
    back = parse(raw)
    assert back.to == "prenom.nom@exemple.fr"
    assert back.to_name.endswith("…")
    assert back.subject.startswith("Auto-évaluation CTG 2027 — ")
    assert back.attachments == DRAFT.attachments


def test_the_name_of_an_attachment_is_never_cut() -> None:
    name = f"CTG_{'t' * 40}_2027_fin-engagement_envoi-9999_7F3A-21C0_rapport.html"
    raw = render(replace(DRAFT, attachments=(Attachment(name, b"x"),)))
    assert f'filename="{name}"\r\n'.encode() in raw
    assert parse(raw).attachments == (Attachment(name, b"x"),)


def test_an_address_longer_than_any_server_takes_is_left_to_the_person() -> None:
    address = f"{'a' * 990}@exemple.fr"
    raw = render(Draft("Prénom Nom", address, "Objet", TEXT))
    assert "To" not in headers(raw)


@each_row("word", ["=?utf-8?q?x=0D=0ABcc=3A_autre=40exemple.fr?=", "=?utf-8?b?G1tKBw0KDQpY?="])
def test_an_encoded_word_of_the_person_s_stays_what_they_typed(word: str) -> None:
    hostile = Draft(f"Val {word}", "prenom.nom@exemple.fr", f"Évaluation {word}", TEXT, DRAFT.attachments)
    raw = render(hostile)
    assert set(headers(raw)) == HEADERS
    back = parse(raw)
    assert back.attachments == DRAFT.attachments
    assert back.to_name.replace(" ", "") == f"Val{word}"
    assert back.subject.replace(" ", "") == f"Évaluation{word}"


@given(any_texts, any_texts, st.lists(st.binary(max_size=200), max_size=3))
def test_any_draft_reads_back(subject: str, text: str, contents: list[bytes]) -> None:
    attachments = tuple(Attachment(f"piece-{rank}.xlsx", raw) for rank, raw in enumerate(contents))
    raw = render(Draft("Prénom Nom", "prenom.nom@exemple.fr", subject, text, attachments))
    back = parse(raw)
    assert back.attachments == attachments
    assert back.text.rstrip("\n") == harmless(text, multiline=True).rstrip("\n")
    expected = harmless(shortened(subject, MAX_SUBJECT))[:MAX_SUBJECT]
    assert "".join(back.subject.split()) == "".join(expected.split())


def test_the_text_to_copy_holds_subject_and_text() -> None:
    assert DRAFT.as_text == f"{DRAFT.subject}\n\n{TEXT}"


def test_the_mail_of_a_later_sending_says_what_changed_what_was_answered_and_once_how_to_answer() -> None:
    content = discussed_content()
    pieces = [Attachment(f"CTG_x_{end}", b"") for end in ("rapport.xlsx", "rapport.html")]
    mail = draft(content, pieces, ["Le tableau prévisionnel n’est pas joint."])
    told = mail.text.replace("\xa0", " ")
    subject = mail.subject.replace("\xa0", " ")
    assert subject == f"CTG 2027, envoi n° 2 (provisoire) · {content.territory_name}"
    numbered = [line for line in told.split("\n") if line[:1].isdecimal()]
    assert [line[:2] for line in numbered] == ["1.", "2.", "3.", "4.", "5."]
    assert (
        "l’envoi n° 2 de mon auto-évaluation CTG 2027, provisoire\N{NARROW NO-BREAK SPACE}; il remplace"
        in numbered[0]
    )
    assert numbered[0].endswith("Ce qui manque : Le tableau prévisionnel n’est pas joint.")
    assert numbered[1].startswith("2. Résultat : ")
    assert "Depuis l’envoi n° 1 : 1 note (1.2 Éducation 3 → 2). 1 commentaire (1.3), 1 nombre" in numbered[1]
    assert numbered[2] == (
        "3. Remarques de la Caf : 1 réglée, 2 répondues, 3 à voir (1.3, 1.4 Social, Sur l’ensemble)."
    )
    assert numbered[4].startswith("5. Aide demandée à la Caf : ")
    assert told.count("cellules bleues") == 1
    assert told.count("Pour répondre") == 1
    for piece in pieces:
        assert told.count(piece.name) == 1
    first = draft(full_content(), pieces, []).text
    assert "Depuis" not in first
    assert "remplace" not in first
    assert "Remarques" not in first
