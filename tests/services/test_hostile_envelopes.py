"""Zips and mails that mean harm are refused, bounded in size and depth."""

from __future__ import annotations

import os
import random
import tracemalloc
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Status
from ctg_tui.services import envelopes
from ctg_tui.services.envelopes import pieces
from ctg_tui.services.take_received import State
from tests.received import a_draft, an_assessment, mailed, submission, zipped
from tests.services.test_take_received import take


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
    monkeypatch.setattr(envelopes, "MAX_UNPACKED", 30_000_000)
    monkeypatch.setattr(envelopes, "MAX_FILES", 50)
    monkeypatch.setattr(envelopes, "MAX_PARTS", 20)
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


def test_a_bomb_is_never_unpacked_whole(tmp_path: Path) -> None:
    path = tmp_path / "bombe.zip"
    path.write_bytes(zipped({"a.json": bytes(150_000_000)}))
    tracemalloc.start()
    try:
        (piece,) = pieces([path])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (piece.content, peak < 40_000_000) == (None, True)


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
