"""A dossier prepared again replaces what changed and spares the rest."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.domain.assessment import Moment, Status
from ctg_tui.services.sending import prepare
from ctg_tui.services.workspace import Workspace
from tests.databases import Clock
from tests.example_assessment import example_assessment
from tests.services.dossiers import (
    GRID,
    check_every_piece_opens,
    contents,
    example,
    save,
    with_salary,
)
from tests.strategies import make_identity


def stamps(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.iterdir()}


def test_prepared_again_an_unchanged_assessment_leaves_every_file_alone(
    workspace: Workspace, clock: Clock, out: Path
) -> None:
    made = example(workspace)
    with_salary(workspace, made)
    first = prepare(workspace, made, out)
    before = stamps(first.folder)
    clock.pass_by(days=3)
    again = prepare(workspace, made, out)
    assert stamps(again.folder) == before
    assert again == first


def test_a_damaged_file_is_written_again(workspace: Workspace, clock: Clock, out: Path) -> None:
    made = example(workspace)
    with_salary(workspace, made)
    done = prepare(workspace, made, out)
    sound = contents(done.folder)
    for path in done.folder.iterdir():
        path.write_bytes(path.read_bytes()[:-20])
    again = prepare(workspace, made, out)
    assert again.names == done.names
    assert set(contents(again.folder)) == set(sound)
    check_every_piece_opens(again, workspace.catalogue)


def test_a_changed_draft_replaces_the_former_one_and_spares_the_rest(
    workspace: Workspace, clock: Clock, out: Path
) -> None:
    made = example(workspace)
    first = prepare(workspace, made, out)
    notes = first.folder / "mes notes.txt"
    notes.write_text("à moi", encoding="utf-8")
    (first.folder / "avis_2027.json").write_text("{}", encoding="utf-8")
    workspace.open(made).comment("m1.a02", "Un mot de plus.")
    again = prepare(workspace, made, out)
    assert again.sent.fingerprint != first.sent.fingerprint
    assert set(contents(again.folder)) == {*again.names, "mes notes.txt", "avis_2027.json"}


def test_a_final_dossier_stays_beside_the_next_revision(workspace: Workspace, out: Path) -> None:
    made = example(workspace)
    prepare(workspace, made, out)
    final = prepare(workspace, made, out, status=Status.FINAL)
    assert workspace.load(made)[1].status is Status.FINAL
    assert "provisoire" not in "".join(final.names)
    assert not any("provisoire" in name for name in contents(final.folder))
    assert final.mail is not None
    assert "définitive" in final.mail.text
    before = stamps(final.folder)
    assert prepare(workspace, made, out) == final
    assert stamps(final.folder) == before
    workspace.reopen(made)
    corrected = prepare(workspace, made, out)
    assert corrected.folder != final.folder
    assert stamps(final.folder) == before


def test_the_dossier_of_another_moment_leaves_this_one_alone(workspace: Workspace, out: Path) -> None:
    made = example(workspace)
    with_salary(workspace, made)
    first = prepare(workspace, made, out)
    before = stamps(first.folder)
    at_the_end = save(workspace, example_assessment(GRID)._replace(identity=make_identity(moment=Moment.END)))
    other = prepare(workspace, at_the_end, out)
    assert other.folder == out / "CTG_val-de-charente_2027_fin-engagement_r1_dossier"
    assert stamps(first.folder) == before


def test_a_restored_draft_does_not_take_a_final_submission_away(workspace: Workspace, out: Path) -> None:
    made = example(workspace)
    final = prepare(workspace, made, out, status=Status.FINAL)
    with workspace.store.writing():
        workspace.store.connection.execute("UPDATE assessment SET status = 'provisoire'")
    workspace.open(made).comment("m1.a02", "Reprise depuis une sauvegarde.")
    prepare(workspace, made, out)
    assert final.sent.path.exists()
