"""One row per assessment received, the territories expected, and each opened read-only."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Action, Cell, Place, PreparationTopic, Rating, Status, Territory
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.review import Contribution, Part
from ctg_tui.grids.catalogue import known_territories
from ctg_tui.services.files import with_contributions
from ctg_tui.services.grid_files import install
from ctg_tui.services.merging import merge_received
from ctg_tui.services.received import kept
from ctg_tui.services.received.intake import receive
from ctg_tui.services.received.kept import ReceivedSession
from ctg_tui.services.received.own import take_back
from ctg_tui.services.workspace import Workspace
from ctg_tui.storage.backups import list_backups
from tests.changed_grids import SHIPPED
from tests.databases import DATABASE_NAME, Clock, open_workspace, raw, rows
from tests.each_row import each_row, new_folder
from tests.received import a_draft, a_review, an_assessment, examples, submission, uuid_of, write
from tests.services.dossiers import save
from tests.strategies import ALL_OPEN, make_identity

FIRST = Cell("m1.a01", "famille")


def take(workspace: Workspace, tmp_path: Path, *contents: bytes) -> None:
    receive(workspace, write(tmp_path / "recus", contents))


def test_a_row_shows_the_latest_revision_and_among_its_files_the_final_one(
    workspace: Workspace, tmp_path: Path
) -> None:
    take(
        workspace,
        tmp_path,
        submission(an_assessment(1, territory=1), revision=2, seconds=1),
        submission(a_draft(), status=Status.DRAFT, seconds=50),
        submission(an_assessment(), seconds=2),
        submission(an_assessment(1, territory=1, first=Rating.NO), revision=1, seconds=40),
    )
    first, second = sorted(kept.lineages(workspace), key=lambda one: one.key)
    assert (first.key, first.current.status, len(first.files)) == (uuid_of(0), Status.FINAL, 2)
    assert [one.revision for one in second.files] == [2, 1]
    assert first.conflict == second.conflict == ""


def test_what_is_written_of_a_file_follows_its_line_when_the_next_one_is_on_another_grid(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "autre.toml"
    path.write_text(SHIPPED.read_text(encoding="utf-8").replace('"m1.a03"', '"m1.a53"'), encoding="utf-8")
    other = install(workspace, path)[0].grid
    take(workspace, tmp_path, submission(an_assessment()))
    (lineage,) = kept.lineages(workspace)
    kept.mark_as_read(workspace, lineage.current)
    book = kept.open_received(workspace, lineage).book
    for line in ("m1.a03", "m1.a02"):
        book.note(Cell(line, "famille"), Rating.NO)
    whole = an_assessment()
    answers = {
        cell._replace(activity="m1.a53" if cell.activity == "m1.a03" else cell.activity): note
        for cell, note in whole.answers.items()
    }
    later = whole._replace(answers=answers, actions={}, comments={}, grid_fingerprint=other.fingerprint)
    take(workspace, tmp_path, submission(later, revision=2, grid=other))
    (lineage,) = kept.lineages(workspace)
    assert lineage.current.revision == 2
    session = kept.open_received(workspace, lineage)
    assert {cell.activity for cell in session.book.draft.cells(Part.NOTE)} == {"m1.a53", "m1.a02"}
    session.undo()
    assert session.book.draft.note(Cell("m1.a03", "famille")) is Rating.NO


def test_a_territory_of_one_s_own_list_is_complete_once_all_that_is_expected_of_it_came(
    workspace: Workspace, tmp_path: Path
) -> None:
    known = known_territories()
    kept.write_expected(
        workspace,
        "Territoire;SIREN;Fichiers\n"
        f"{known[0].name.upper().replace('É', 'E')}\n"
        f"Autre nom ; {known[1].siren} ; 16 ; 2 fichiers\n"
        f"  {known[2].name}, 3 personnes \n\n"
        "Cœur-de-Nulle-Part 123 456 789\n",
    )
    listed = kept.expected(workspace.store)
    assert [one.files for one in listed] == [1, 2, 3, 1]
    assert listed[3].territory == Territory("Cœur-de-Nulle-Part", "123456789")

    def came() -> list[tuple[int, int, bool]]:
        found = kept.came(listed, kept.lineages(workspace), 2027)
        return [(one.finals, one.drafts, one.is_complete) for one in found]

    nothing = (0, 0, False)
    assert came() == [nothing] * 4
    take(
        workspace,
        tmp_path,
        submission(a_draft(0), status=Status.DRAFT),
        submission(an_assessment(1, territory=1)),
        submission(an_assessment(2, territory=1)),
        submission(an_assessment(3, territory=2)),
    )
    assert came() == [(0, 1, False), (2, 0, True), (1, 0, False), nothing]
    take(workspace, tmp_path, submission(an_assessment(0)))
    sources = tuple(Contribution(uuid_of(number), 1, "0" * 64) for number in (3, 4, 5))
    merged = an_assessment(9, territory=2)._replace(contributions=sources)
    take(workspace, tmp_path, submission(merged))
    assert came() == [(1, 0, True), (2, 0, True), (3, 0, True), nothing]
    assert not any(one.is_complete for one in kept.came(listed, kept.lineages(workspace), 2028))


EDITS: tuple[Callable[[ReceivedSession], object], ...] = (
    lambda session: session.rate(FIRST, Rating.NO),
    lambda session: session.rate_line("m1.a01", None),
    lambda session: session.toggle_policy("social"),
    lambda session: session.close_doors(ALL_OPEN),
    lambda session: session.comment("m1.a01", "Autre"),
    lambda session: session.remark("m1.i01", "Autre"),
    lambda session: session.count("m1.i02", 9),
    lambda session: session.prepare(PreparationTopic.TRAINING, "Autre"),
    lambda session: session.plan("m1.a01", Action("Autre")),
    lambda session: session.identify(make_identity(year=2031)),
)


@pytest.mark.parametrize("status", Status)
def test_a_received_submission_opens_whole_and_nothing_edits_it(
    workspace: Workspace, tmp_path: Path, status: Status
) -> None:
    sent = an_assessment()
    take(workspace, tmp_path, submission(sent, status=status))
    (row,) = kept.lineages(workspace)
    before = (tmp_path / DATABASE_NAME).read_bytes()
    session = kept.open_received(workspace, row)
    shown = session.assessment
    assert (shown.answers, shown.comments, shown.numbers) == (sent.answers, sent.comments, sent.numbers)
    assert (shown.preparation, shown.actions, shown.identity) == (
        sent.preparation,
        sent.actions,
        sent.identity,
    )
    for edit in EDITS:
        with pytest.raises(Refusal) as caught:
            edit(session)
        assert caught.value.code == "soumission-recue"
    session.move(Place("m1", "m1.a02", "famille"))
    assert (session.undo(), session.redo(), session.history("m1.a01")) == (None, None, ())
    session.reload()
    assert session.assessment == shown
    assert (tmp_path / DATABASE_NAME).read_bytes() == before


def test_a_grid_unknown_here_and_a_damaged_row_are_refused_with_what_to_do(
    workspace: Workspace, tmp_path: Path
) -> None:
    take(workspace, tmp_path, examples()["bon-grille-inconnue.json"])
    (row,) = kept.lineages(workspace)
    with pytest.raises(Refusal) as caught:
        kept.open_received(workspace, row)
    assert (caught.value.code, "tableur vierge" in caught.value.advice) == ("grille-inconnue", True)
    with raw(tmp_path / DATABASE_NAME) as connection:
        connection.execute("UPDATE document SET content = x'7b7d' WHERE kind = 'recu'")
    with pytest.raises(Refusal) as caught:
        kept.open_received(workspace, row)
    assert "refusé" in caught.value.message


@each_row(
    "facts",
    [
        "'[]'",
        "'3'",
        "json_remove(facts, '$.people')",
        "json_set(facts, '$.year', 'hier')",
        "json_set(facts, '$.territory_name', 5)",
        "json_set(facts, '$.status', 'fini')",
        "json_set(facts, '$.created_at', 'hier')",
    ],
)
def test_facts_that_no_release_would_have_written_are_reported_as_damage(tmp_path: Path, facts: str) -> None:
    folder = new_folder(tmp_path)
    with closing(open_workspace(folder)) as workspace:
        take(workspace, folder, submission(an_assessment(0)))
        with raw(folder / DATABASE_NAME) as connection:
            connection.execute(f"UPDATE document SET facts = {facts} WHERE kind = 'recu'")
        with pytest.raises(Refusal) as caught:
            kept.lineages(workspace)
        assert caught.value.code == "base-abimee"


def test_forgetting_an_assessment_received_keeps_the_others_and_a_backup(tmp_path: Path) -> None:
    clock = Clock()
    workspace = open_workspace(tmp_path, clock)
    take(workspace, tmp_path, *(submission(an_assessment(one, territory=one)) for one in (0, 1)))
    kept.forget(workspace, uuid_of(0))
    assert [one.key for one in kept.lineages(workspace)] == [uuid_of(1)]
    (backup,) = list_backups(tmp_path / DATABASE_NAME)
    assert rows(backup.path, "SELECT count(*) FROM document WHERE kind = 'recu'") == [(2,)]
    workspace.close()


def test_another_version_of_one_s_own_is_marked_and_merged_and_forgotten_without_one_s_own_reviews(
    workspace: Workspace, tmp_path: Path
) -> None:
    own = save(workspace, an_assessment())
    grid, mine = workspace.load(own)
    elsewhere = mine.identity._replace(territory=Territory("Cognac"))
    copy = mine._replace(answers={**mine.answers, FIRST: Rating.NO})
    take(workspace, tmp_path, a_review(grid, mine), submission(copy, status=Status.DRAFT))
    (row,) = kept.lineages(workspace)
    assert (row.own_id, row.conflict) == (own, "")
    together = merge_received(workspace, row)
    assert [conflict.item.line for conflict in together.draft.merged.conflicts] == ["m1.a01"]
    workspace.delete(together.assessment_id)
    kept.forget(workspace, mine.uuid)
    assert rows(tmp_path / DATABASE_NAME, "SELECT count(*) FROM document WHERE kind = 'avis'") == [(1,)]
    take(workspace, tmp_path, submission(copy._replace(identity=elsewhere), status=Status.DRAFT))
    (row,) = (one for one in kept.lineages(workspace) if one.key == mine.uuid)
    assert row.conflict == "le même identifiant pour deux territoires"


def test_forgetting_the_merged_file_that_one_s_own_is_made_of_keeps_who_contributed(
    workspace: Workspace, tmp_path: Path
) -> None:
    people = tuple(person.ref for person in an_assessment().identity.coordinators)
    given = tuple(Contribution(uuid_of(number), 1, "0" * 64, people) for number in (3, 4))
    content = submission(an_assessment()._replace(contributions=given), status=Status.DRAFT)
    (path,) = write(tmp_path / "reuni", [content])
    taken = take_back(workspace, path).assessment_id
    take(workspace, tmp_path, content)
    kept.forget(workspace, uuid_of(0))
    assert kept.lineages(workspace) == ()
    assert with_contributions(workspace, workspace.load(taken)[1]).contributions == given
    changed = {**an_assessment().answers, FIRST: Rating.NO}
    other = submission(an_assessment()._replace(answers=changed), status=Status.DRAFT)
    take(workspace, tmp_path, other)
    assert [one.own_id for one in kept.lineages(workspace)] == [taken]
