"""Zips and mails that mean harm are refused, bounded in size and depth."""

from __future__ import annotations

import importlib
import os
import random
import time
import tracemalloc
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Status
from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.services.received import mails as mail_parts
from ctg_tui.services.received.intake import State
from ctg_tui.services.received.mails import pieces
from ctg_tui.spreadsheet.reader import read_workbook
from ctg_tui.system import crash_log
from tests.each_row import each_row, new_folder
from tests.received import (
    TRANSFER_ENCODINGS,
    a_draft,
    an_assessment,
    mail_as_carried,
    mailbox,
    mailed,
    submission,
    zipped,
)
from tests.services.test_received_intake import take

MAILS = "ctg_tui.services.received.mails"
EXAMINED = "ctg_tui.services.received.intake.examine"


def test_what_cannot_be_opened_is_refused_with_its_place(tmp_path: Path) -> None:
    good = zipped({"a.json": submission(an_assessment())})
    middle = len(good) // 2
    contents = {
        "coupe.zip": good[:middle],
        "faux.zip": b"PK\x03\x04" + bytes(50),
        "vide.zip": zipped({}),
        "abime.zip": good[:60] + bytes(20) + good[80:],
        "vide.eml": mailed({}),
        "octets.eml": bytes(range(256)) * 20,
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        (outcome,) = take(tmp_path, tmp_path / name)
        assert (outcome.state, name in outcome.message) == (State.REFUSED, True)
    (gone,) = take(tmp_path, tmp_path / "absent.json")
    assert gone.code == "fichier-absent"


@pytest.mark.skipif(os.name != "posix", reason="Windows has no links without a right to make them")
def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "vide.zip").write_bytes(zipped({}))
    link = tmp_path / "lien.json"
    link.symlink_to(tmp_path / "vide.zip")
    assert take(tmp_path, link)[0].code == "pas-un-fichier"


def test_a_zip_with_a_password_is_refused_entry_by_entry(tmp_path: Path) -> None:
    content = bytearray(zipped({"a.json": b"{}"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + place] |= 1
    path = tmp_path / "secret.zip"
    path.write_bytes(bytes(content))
    (outcome,) = take(tmp_path, path)
    assert (outcome.code, "mot de passe" in outcome.message) == ("mot-de-passe", True)


def test_bombs_are_stopped_by_size_by_number_and_by_depth(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_parts, "MAX_UNPACKED", 30_000_000)
    monkeypatch.setattr(mail_parts, "MAX_FILES", 50)
    monkeypatch.setattr(mail_parts, "MAX_PARTS", 20)
    deep = b"{}"
    for _ in range(8):
        deep = zipped({"x.zip": deep})
    nested = tmp_path / "dossiers"
    (nested.joinpath(*"abcdefg")).mkdir(parents=True)
    contents = {
        "grosse.zip": zipped({"a.json": bytes(12_000_000)}),
        "totale.zip": zipped({f"{number}.json": bytes(9_000_000) for number in range(8)}),
        "nombreuse.zip": zipped({f"{number}.json": b"" for number in range(60)}),
        "profonde.zip": deep,
        "parties.eml": mailed({f"{number}.json": b"{}" for number in range(40)}),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    for path in (*(tmp_path / name for name in contents), nested):
        outcomes = take(tmp_path, path)
        assert "trop-de-contenu" in {one.code for one in outcomes}, path.name
        assert len(outcomes) <= 8


@each_row("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_bomb_is_never_unpacked_whole(tmp_path: Path, packing: int) -> None:
    path = tmp_path / "bombe.zip"
    path.write_bytes(zipped({"a.json": bytes(100_000_000)}, packing))
    tracemalloc.start()
    try:
        (piece,) = pieces([path])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (piece.content, peak < 40_000_000) == (None, True)


@each_row("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_entry_packed_in_an_unusual_way_is_refused_in_a_sentence(tmp_path: Path, packing: int) -> None:
    """Also in a workbook, whose parts are entries; the other files are received."""
    folder = new_folder(tmp_path)
    (folder / "a.zip").write_bytes(zipped({"a.json": submission(an_assessment())}, packing))
    (folder / "b.xlsx").write_bytes(zipped({"xl/workbook.xml": b"<workbook/>"}, packing))
    (folder / "c.json").write_bytes(submission(an_assessment(1)))
    outcomes = take(folder, folder)
    assert [(one.piece.name, one.code) for one in outcomes[:1]] == [
        ("a.zip › a.json", "compression-inconnue")
    ]
    assert "peu courante" in outcomes[0].message
    assert State.TAKEN in {one.state for one in outcomes}
    with pytest.raises(InvalidDocument) as refused:
        read_workbook((folder / "b.xlsx").read_bytes(), "b.xlsx")
    assert refused.value.code == "tableur-compression"


def test_a_file_that_takes_all_that_is_allowed_leaves_the_others_theirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_parts, "MAX_UNPACKED", 30_000_000)
    (tmp_path / "a.zip").write_bytes(zipped({f"{number}.json": bytes(9_000_000) for number in range(8)}))
    (tmp_path / "b.zip").write_bytes(zipped({"a.json": submission(an_assessment())}))
    found = list(pieces([tmp_path]))
    assert [piece.name for piece in found if piece.refusal] == ["a.zip › 3.json", "a.zip"]
    assert found[-1].content == submission(an_assessment())


def test_a_zip_that_announces_a_million_entries_is_refused_at_once(tmp_path: Path) -> None:
    entry = zipped({"a": b""}).partition(b"PK\x01\x02")[2].partition(b"PK\x05\x06")[0]
    listed = (b"PK\x01\x02" + entry) * 1_000_000
    end = b"PK\x05\x06" + bytes(8) + len(listed).to_bytes(4, "little") + bytes(6)
    path = tmp_path / "nombreuse.zip"
    path.write_bytes(listed[-49_000_000:] + end)
    started = time.process_time()
    (piece,) = pieces([path])
    assert piece.refusal is not None
    assert piece.refusal.code == "trop-de-contenu"
    assert time.process_time() - started < 2


@each_row("reader", ["ctg_tui.system.files.read_entry", f"{MAILS}.attachments_of", EXAMINED])
def test_a_file_whose_reading_fails_in_any_way_never_stops_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    """It is refused by name, and the log says where it failed, without a word of the file."""
    folder = new_folder(tmp_path)
    files = {name: submission(an_assessment(rank)) for rank, name in enumerate(("a", "b", "c"))}
    (folder / "a.zip").write_bytes(zipped({"a.json": files["a"], "b.json": files["b"]}))
    (folder / "c.eml").write_bytes(mailed({"c.json": files["c"]}))
    (folder / "d.json").write_bytes(submission(an_assessment(3)))
    module, _, name = reader.rpartition(".")
    sound = getattr(importlib.import_module(module), name)
    calls = []

    def failing(*arguments: object) -> object:
        calls.append(arguments)
        if len(calls) == 1:
            raise ZeroDivisionError("un mot du commentaire")
        return sound(*arguments)

    logs = tmp_path / "journal"
    monkeypatch.setattr(crash_log, "default_database", lambda: logs / "base.db")
    with monkeypatch.context() as patch:
        patch.setattr(reader, failing)
        outcomes = take(new_folder(tmp_path), folder)
    assert sorted(one.state or "" for one in outcomes) == ["pris"] * 3 + ["refuse"]
    (refused,) = (one for one in outcomes if one.state is State.REFUSED)
    assert refused.code == "erreur-imprevue"
    assert refused.piece.name in refused.message
    log = (logs / crash_log.LOG_NAME).read_text(encoding="utf-8")
    assert log.count("ZeroDivisionError") == log.count("failing") > 0
    assert "commentaire" not in log + refused.message
    (logs / crash_log.LOG_NAME).unlink()


def test_a_mail_cut_between_two_attachments_is_said_and_what_came_is_received(tmp_path: Path) -> None:
    whole = mailed({f"{rank}.json": submission(an_assessment(rank)) for rank in range(2)})
    place = whole.rindex(b"\n--", 0, whole.index(b"1.json")) + 1
    path = tmp_path / "coupe.eml"
    path.write_bytes(whole)
    assert [one.state for one in take(new_folder(tmp_path), path)] == [State.TAKEN] * 2
    path.write_bytes(whole[:place])
    first, lost = take(new_folder(tmp_path), path)
    assert (first.state, lost.state, lost.code) == (State.TAKEN, State.REFUSED, "courriel-coupe")
    assert "est coupé" in lost.message


def crafted(headers: bytes = b"", body: bytes = b"", *, part: bytes = b"") -> bytes:
    """Return a mail with an attachment, and with more headers or another body."""
    kind = b"Content-Type: application/json; name=a.json" + part
    return b"\n".join((b"Subject: x", headers or b"X-A: b", kind, b"", body or b"{}", b""))


PARTS_IN_PARTS = b"".join(
    b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (rank, rank + 1) for rank in range(490)
)


@each_row(
    "mail, bound",
    [
        (crafted(part=b"; a=b" * 200_000), "en-têtes de plus de 64 ko"),
        (crafted(part=b"; a=b" * 101), "plus de 100 paramètres"),
        (crafted(part=b"; a*=utf-8''" + b"%C3%A9" * 3_000), "un en-tête de plus de 16 ko"),
        (crafted(b"X-A: " + b"a" * 64_000), "en-têtes de plus de 64 ko"),
        (crafted(body=b"a\n" * 1_000_001), "un million de lignes"),
        (crafted(body=b"a\n" * 24_000_000), "dépasse 25 Mo"),
        (crafted(body=b"a" * 25_000_001), "dépasse 25 Mo"),
        (mailed({f"{number}.json": b"{}" for number in range(501)}), "plus de 500 parties"),
        (crafted(part=b"; a=b" * 98), ""),
        (crafted(part=b'; b="' + b"a;" * 96 + b"a" * 15_000), ""),
        (crafted(body=b"a\n" * 990_000), ""),
        (crafted(b"Content-Transfer-Encoding: base64", b"QUJD" * 18 + b"\n" + b"QUJD\n" * 980_000), ""),
        (b"Content-Type: multipart/mixed; boundary=b0\n\n" + PARTS_IN_PARTS + b"--b7x\n" * 990_000, ""),
    ],
)
def test_a_crafted_mail_costs_little_and_is_refused_beyond_the_bounds(
    tmp_path: Path, mail: bytes, bound: str
) -> None:
    (tmp_path / "a.eml").write_bytes(mail)
    started = time.process_time()
    (piece,) = pieces([tmp_path / "a.eml"])
    assert time.process_time() - started < 2
    if bound:
        assert piece.refusal is not None
        assert bound in piece.refusal.message.replace("\N{NO-BREAK SPACE}", " ")
    else:
        assert piece.refusal is None or piece.refusal.code == "enveloppe-vide"


def test_each_mail_of_an_mbox_is_read_within_the_bounds(tmp_path: Path) -> None:
    """One over them is named by its number, and the mails after it are read."""
    mails = [
        mail_as_carried(submission(an_assessment(rank)), encoding, "application/json")
        for rank, encoding in enumerate(TRANSFER_ENCODINGS)
    ]
    mails[2] = b"Subject: x\n\n" + b"a" * 25_000_001
    text = b"Bonjour,\n\nFrom 9:00 to 10:00\nFrom here on, nothing is a mail.\n"
    mails[1] = mails[1].replace(b"Bonjour,", text.replace(b"\nFrom 9:00", b"\n>From 9:00"))
    path = tmp_path / "boite.mbox"
    path.write_bytes(mailbox([b"Subject: sans rien\n\nBonjour,\n", *mails]))
    tracemalloc.start()
    try:
        found = [(piece.inside, piece.content or b"") for piece in pieces([path])]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [name for name, _ in found] == [
        f"courriel {rank}{'' if rank == 4 else ' › a.json'}" for rank in range(2, 8)
    ]
    assert [content for _, content in found if content] == [
        submission(an_assessment(rank)) for rank in range(6) if rank != 2
    ]
    assert peak < 100_000_000
    (tmp_path / "boite.zip").write_bytes(zipped({"b.mbox": mailbox(mails[:2])}))
    inside = [piece.name for piece in pieces([tmp_path / "boite.zip"])]
    assert inside == [f"boite.zip › b.mbox › courriel {rank} › a.json" for rank in (1, 2)]
    (tmp_path / "vide.mbox").write_bytes(b"")
    assert take(tmp_path, tmp_path / "vide.mbox")[0].code == "enveloppe-vide"


def test_a_mail_of_a_thousand_nested_parts_ends(tmp_path: Path) -> None:
    lines = [b"Content-Type: multipart/mixed; boundary=b0", b""]
    for number in range(1_500):
        lines += [b"--b%d" % number, b"Content-Type: multipart/mixed; boundary=b%d" % (number + 1), b""]
    path = tmp_path / "poupee.eml"
    path.write_bytes(b"\r\n".join(lines))
    (outcome,) = take(tmp_path, path)
    assert outcome.state is State.REFUSED


def test_random_damage_to_zips_and_mails_only_ever_refuses(tmp_path: Path) -> None:
    source = random.Random(14)
    content = submission(a_draft(), status=Status.DRAFT)
    seeds = {"a.zip": zipped({"a.json": content, "b.json": b"{}"}), "a.eml": mailed({"a.json": content})}
    for turn in range(150):
        for name, seed in seeds.items():
            mutant = bytearray(seed)
            for _ in range(source.randint(1, 6)):
                mutant[source.randrange(len(mutant))] = source.randrange(256)
            if turn % 3 == 0:
                del mutant[source.randrange(len(mutant)) :]
            path = tmp_path / name
            path.write_bytes(bytes(mutant))
            for piece in pieces([path]):
                assert (piece.content is None) is (piece.refusal is not None)


def test_a_zip_that_lies_about_its_sizes_is_bounded(tmp_path: Path) -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", bytes(20_000_000))
    content = bytearray(buffer.getvalue())
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = content.index(mark) + place
        content[start : start + 4] = (10).to_bytes(4, "little")
    path = tmp_path / "menteur.zip"
    path.write_bytes(bytes(content))
    (outcome,) = take(tmp_path, path)
    assert outcome.state is State.REFUSED
