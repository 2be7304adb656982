"""Received files are verified, kept byte for byte, and named when they are refused: all or nothing."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Rating, Status, Territory
from ctg_tui.domain.errors import NotSaved
from ctg_tui.services.files import pieces
from ctg_tui.services.received import intake
from ctg_tui.services.received.intake import Nature, Outcome, State, receive
from ctg_tui.services.received.kept import lineages
from ctg_tui.services.sending import export
from ctg_tui.services.workspace import Workspace
from ctg_tui.storage import received
from tests.databases import DATABASE_NAME, Clock, documents, open_workspace, raw, rows
from tests.make_examples import REFUSED_FOLDER
from tests.received import (
    WRAPPED,
    a_draft,
    an_assessment,
    examples,
    mailed,
    submission,
    uuid_of,
    write,
)
from tests.services.dossiers import save
from tests.strategies import charente

KEPT = "SELECT content FROM document WHERE kind = 'recu' ORDER BY stored_at, id"


def take(folder: Path, *paths: Path, clock: Clock | None = None) -> list[Outcome]:
    """Receive files into the database of `folder`."""
    workspace = open_workspace(folder, clock)
    try:
        return list(receive(workspace, paths))
    finally:
        workspace.close()


def kept(folder: Path) -> set[bytes]:
    return {content for (content,) in rows(folder / DATABASE_NAME, KEPT) if isinstance(content, bytes)}


def states(outcomes: list[Outcome]) -> list[str]:
    return [str(outcome.state) for outcome in outcomes]


# What is found.


def test_twenty_files_of_a_folder_are_kept_byte_for_byte(tmp_path: Path) -> None:
    contents = [submission(an_assessment(number, territory=number % 5)) for number in range(20)]
    write(tmp_path / "recus", contents)
    outcomes = take(tmp_path, tmp_path / "recus")
    assert states(outcomes) == ["pris"] * 20
    assert kept(tmp_path) == set(contents)
    stored = rows(
        tmp_path / DATABASE_NAME,
        "SELECT facts FROM document WHERE kind = 'recu' AND lineage = ?",
        uuid_of(1),
    )
    facts = json.loads(str(stored[0][0]))
    name = an_assessment(1, territory=1).identity.territory.name
    assert (facts["sending"], facts["status"], facts["people"]) == (1, "definitif", "Prénom Nom")
    assert (facts["territory_name"], facts["year"], facts["moment"]) == (name, 2027, "annuelle")


def test_a_file_whose_line_ends_a_mail_changed_is_received_as_it_was_sent(tmp_path: Path) -> None:
    content = submission(an_assessment())
    (tmp_path / "a.json").write_bytes(content.replace(b"\n", b"\r\n"))
    assert states(take(tmp_path, tmp_path / "a.json")) == ["pris"]
    assert kept(tmp_path) == {content}
    changed = content.replace(b"Quatre", b"Trois", 1).replace(b"\n", b"\r\n")
    (tmp_path / "c.json").write_bytes(changed)
    (outcome,) = take(tmp_path, tmp_path / "c.json")
    assert (outcome.state, outcome.code) == (State.REFUSED, "modifie")


def test_folders_within_each_other_give_their_files(tmp_path: Path) -> None:
    content = submission(an_assessment())
    write(tmp_path / "recus" / "Cognac" / "mars", [content])
    (outcome,) = take(tmp_path, tmp_path / "recus")
    assert outcome.state is State.TAKEN
    deep = tmp_path / "un" / "deux" / "trois" / "quatre" / "cinq"
    write(deep, [content])
    (outcome,) = take(tmp_path, tmp_path / "un")
    assert "contient trop de choses" in outcome.message


@pytest.mark.parametrize("make", WRAPPED.values(), ids=WRAPPED.keys())
@pytest.mark.parametrize("name", ["envoi.json", "envoi.xlsx", "envoi.eml"])
def test_what_is_wrapped_in_a_mail_or_an_archive_is_known_whatever_its_name_and_told_what_to_do(
    tmp_path: Path, make: Callable[[bytes], bytes], name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(make(submission(an_assessment())))
    (outcome,) = take(tmp_path, path)
    assert outcome.state is State.REFUSED
    said = outcome.message.replace("\N{NO-BREAK SPACE}", " ")
    assert said.startswith(f"« {name} » est ")
    assert re.search("enregistrez sa pièce jointe|Décompressez-la|au format .xlsx", said)
    assert kept(tmp_path) == set()


def test_the_order_of_the_files_does_not_change_what_is_kept(tmp_path: Path) -> None:
    contents = [submission(an_assessment(number)) for number in range(6)]
    contents += [submission(an_assessment(0), seconds=9), submission(a_draft(1), status=Status.DRAFT)]
    paths = write(tmp_path / "recus", contents)
    found = []
    for turn in range(4):
        folder = tmp_path / str(turn)
        folder.mkdir()
        random.Random(turn).shuffle(paths)
        take(folder, *paths)
        found.append(
            sorted(
                rows(
                    folder / DATABASE_NAME,
                    "SELECT lineage, json_extract(facts, '$.fingerprint') FROM document WHERE kind = 'recu'",
                )
            )
        )
    assert all(one == found[0] for one in found)


# The same again, later sendings, contradictions.


def test_the_same_file_and_the_same_state_exported_again_are_already_there(tmp_path: Path) -> None:
    first, again = (submission(an_assessment(), seconds=seconds) for seconds in (0, 5))
    assert first != again
    paths = write(tmp_path / "recus", [first, first, again])
    assert states(take(tmp_path, *paths)) == ["pris", "deja", "deja"]
    assert states(take(tmp_path, *paths)) == ["deja"] * 3
    assert kept(tmp_path) == {first}


def test_a_later_sending_says_what_it_replaces_and_an_earlier_one_that_it_is_late(tmp_path: Path) -> None:
    first = submission(an_assessment())
    second = submission(an_assessment(first=Rating.NO), number=2)
    paths = write(tmp_path / "recus", [first, second])
    outcomes = take(tmp_path, *paths)
    assert "Remplace l’envoi n° 1" in outcomes[1].message
    workspace = open_workspace(tmp_path)
    (lineage,) = lineages(workspace)
    workspace.close()
    assert lineage.current.sending == 2
    (tmp_path / "autre").mkdir()
    late = take(tmp_path / "autre", *reversed(paths))
    assert states(late) == ["pris", "pris"]
    assert "L’envoi n° 2, plus récent, est déjà là." in late[1].message


def test_two_different_files_of_one_sending_are_both_kept_and_pointed_out(tmp_path: Path) -> None:
    paths = write(
        tmp_path / "recus", [submission(an_assessment()), submission(an_assessment(first=Rating.NO))]
    )
    outcomes = take(tmp_path, *paths)
    assert states(outcomes) == ["pris", "pris"]
    assert "deux fichiers différents du même envoi" in outcomes[1].message
    assert len(kept(tmp_path)) == 2


def test_one_id_for_two_territories_is_pointed_out(tmp_path: Path) -> None:
    paths = write(
        tmp_path / "recus",
        [submission(an_assessment(territory=0)), submission(an_assessment(territory=1), number=2)],
    )
    assert "le même identifiant pour deux territoires" in take(tmp_path, *paths)[1].message


def test_one_id_for_two_spellings_of_a_territory_is_no_contradiction(tmp_path: Path) -> None:
    made = an_assessment()
    names = ("Cœur de Charente", "COEUR-DE-CHARENTE", "12")
    files = [
        submission(made._replace(identity=made.identity._replace(territory=Territory(name))), number=rank)
        for rank, name in enumerate(names, 1)
    ]
    outcomes = take(tmp_path, *write(tmp_path / "recus", files))
    assert states(outcomes) == ["pris", "pris", "pris"]
    assert not [one for one in outcomes if "deux territoires" in one.message]


def test_a_submission_of_an_unknown_grid_is_kept_and_says_so(tmp_path: Path) -> None:
    paths = write(tmp_path / "recus", [examples()["bon-grille-inconnue.json"]])
    (outcome,) = take(tmp_path, *paths)
    assert (outcome.state, "Sa grille est introuvable sur ce poste" in outcome.message) == (State.TAKEN, True)


def test_a_file_of_one_s_own_assessment_is_received_only_when_its_content_is_not_here(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path)
    own = save(workspace, an_assessment())
    same, final = (export(workspace, own, tmp_path, status).path for status in Status)
    mine = workspace.load(own)[1]
    other = write(tmp_path / "recus", [submission(mine, number=3), submission(mine._replace(numbers={}))])
    outcomes = receive(workspace, [same, final, *other, *other])
    assert [(one.state, one.code, one.own_id) for one in outcomes] == [
        *[(State.ALREADY, "deja-la", own)] * 2,
        *[(State.TAKEN, "autre-version", own)] * 2,
        *[(State.ALREADY, "soumission-deja", own)] * 2,
    ]
    workspace.open(own).count("m1.i02", 77)
    (former,) = receive(workspace, [final])
    workspace.close()
    assert former.state is State.TAKEN, "what was sent is no longer what is here"
    assert kept(tmp_path) == {path.read_bytes() for path in (final, *other)}


# Refused.


def test_every_published_bad_example_is_refused_with_its_name_and_the_good_one_taken(
    tmp_path: Path,
) -> None:
    bad = sorted(REFUSED_FOLDER.glob("*.json"))
    *refused, taken = take(tmp_path, *bad, *write(tmp_path / "recus", [submission(an_assessment())]))
    assert states([*refused, taken]) == ["refuse"] * len(bad) + ["pris"]
    named = zip(bad, refused, strict=True)
    assert [path.name for path, outcome in named if path.name not in outcome.message] == []
    assert len(kept(tmp_path)) == 1


def test_a_forecast_is_left_aside_wherever_it_comes_from_and_no_salary_is_kept(tmp_path: Path) -> None:
    forecast = b'{\n  "format": "ctg-previsionnel",\n  "lignes": [{"salaire": 4242424}]\n}\n'
    box = tmp_path / "boite"
    box.mkdir()
    (box / "previsionnel.json").write_bytes(forecast)
    outcomes = take(tmp_path, box / "previsionnel.json", box)
    assert [(one.nature, one.code) for one in outcomes if one.state is State.LEFT] == [
        (Nature.PIECE, "salaires")
    ] * 2
    assert "salaires" in outcomes[0].message
    assert b"4242424" not in (tmp_path / DATABASE_NAME).read_bytes()


def test_other_files_of_a_folder_are_named_and_refuse_nothing_but_a_bad_json(tmp_path: Path) -> None:
    box = tmp_path / "boite"
    box.mkdir()
    for name in ("photo.jpg", "notes.txt", ".DS_Store", "~$grille.xlsx"):
        (box / name).write_bytes(b"x")
    (box / "autre.json").write_bytes(b'{"format": "facture"}')
    (box / "rapport.html").write_bytes(b'<!doctype html><meta name="generator" content="ctg-tui 0.1.0">')
    (box / "message.eml").write_bytes(mailed({"a.json": b"{}"}))
    outcomes = {one.piece.name: one for one in take(tmp_path, box)}
    assert set(outcomes) == {
        "photo.jpg",
        "notes.txt",
        "autre.json",
        "message.eml",
        "rapport.html",
    }
    assert outcomes["photo.jpg"].state is State.LEFT
    assert (outcomes["autre.json"].state, outcomes["autre.json"].nature) == (State.REFUSED, Nature.UNKNOWN)
    assert "enregistrez sa pièce jointe" in outcomes["message.eml"].message
    assert (outcomes["rapport.html"].state, "un rapport" in outcomes["rapport.html"].message) == (
        State.LEFT,
        True,
    )


# All or nothing.


def test_a_disk_that_refuses_keeps_nothing_of_the_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = write(tmp_path / "recus", [submission(an_assessment(number)) for number in range(3)])
    workspace = open_workspace(tmp_path)
    real = received.keep
    calls = []

    def fail(*arguments: object) -> None:
        calls.append(arguments)
        if len(calls) == 3:
            raise OSError(28, "no space")
        real(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(received, "keep", fail)
        with pytest.raises(NotSaved) as caught:
            receive(workspace, paths)
    assert caught.value.code == "disque-plein"
    assert rows(tmp_path / DATABASE_NAME, KEPT) == []
    assert states(list(receive(workspace, paths))) == ["pris"] * 3
    workspace.close()


def test_refused_files_open_no_database(tmp_path: Path) -> None:
    path = tmp_path / "autre.json"
    path.write_bytes(b"{}")

    def open_to_write() -> Workspace:
        raise AssertionError("nothing is to be written")

    from ctg_tui.grids.catalogue import Catalogue

    with intake.intake(Catalogue(), open_to_write) as taking:
        assert [one.state for one in taking.take_all(pieces([path]))] == [State.REFUSED]


def test_erasing_one_s_own_assessment_erases_its_files_among_those_received(tmp_path: Path) -> None:
    from ctg_tui.services.backups import erase

    paths = write(tmp_path / "recus", [submission(an_assessment(number)) for number in (0, 1)])
    take(tmp_path, *paths)
    workspace = open_workspace(tmp_path)
    own = workspace.create(an_assessment().identity, charente())
    workspace.close()
    with raw(tmp_path / DATABASE_NAME) as connection:
        connection.execute("UPDATE assessment SET uuid = ? WHERE id = ?", (uuid_of(0), own))
    erase(tmp_path / DATABASE_NAME, own, Clock())
    assert documents(tmp_path / DATABASE_NAME, "recu", "lineage") == [(uuid_of(1),)]
