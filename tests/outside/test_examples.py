"""The example files that are published, and broken ones, through the command that anybody may run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.outside.by_the_docs import written
from tests.outside.commands import EXAMPLES, REFUSED_EXAMPLES, command


@pytest.mark.parametrize("folder", [EXAMPLES, REFUSED_EXAMPLES], ids=lambda folder: folder.name)
def test_each_example_is_valid_or_refused_as_its_verdict_says(folder: Path, tmp_path: Path) -> None:
    verdicts = json.loads((folder / "verdicts.json").read_bytes())
    files = [path for path in sorted(folder.iterdir()) if path.name in verdicts]
    assert len(files) == len(verdicts)
    done = command(tmp_path / "evaluations.db", "verifier", *files, "--json")
    found = {Path(facts["fichier"]).name: facts for facts in done.json}
    assert {name: facts["valide"] for name, facts in found.items()} == {
        name: verdict["valide"] for name, verdict in verdicts.items()
    }
    for facts in found.values():
        assert (facts["probleme"] or {}).get("code") == verdicts[Path(facts["fichier"]).name]["code"]
        assert facts["valide"] or facts["probleme"]["message"].endswith(".")
    assert done.code == (0 if all(facts["valide"] for facts in found.values()) else 3)
    assert "Traceback" not in done.err


def test_a_file_with_anything_around_it_is_refused_but_for_the_line_ends_of_a_mail(tmp_path: Path) -> None:
    content, file = (EXAMPLES / "bon-fil.json").read_bytes(), tmp_path / "autour.json"
    carried = [content.replace(b"\n", b"\r\n"), content.rstrip(b"\n"), content + b"\r\n"]
    for changed in (*carried, b" " + content, b"\n" + content, content + b" ", content + b"\t\n"):
        file.write_bytes(changed)
        (facts,) = command(tmp_path / "evaluations.db", "verifier", file, "--json").json
        assert facts["valide"] is (changed in carried), changed[:2] + changed[-2:]


def test_rows_in_another_order_and_a_person_twice_are_refused_though_the_hashes_are_right(
    tmp_path: Path,
) -> None:
    content, files = (EXAMPLES / "bon-definitif.json").read_bytes(), [tmp_path / "meme-ordre.json"]
    files[0].write_bytes(written(json.loads(content)))
    for key in ("politiques", "reponses", "commentaires", "indicateurs", "actions"):
        document = json.loads(content)
        rows = document["charges_de_cooperation"][0][key] if key == "politiques" else document[key]
        assert len(rows) > 1
        rows.reverse()
        files.append(tmp_path / f"{key}.json")
        files[-1].write_bytes(written(document))
    for key, nothing in (("charges_de_cooperation", []), ("territoire", {})):
        files.append(tmp_path / f"sans-{key}.json")
        files[-1].write_bytes(written({**json.loads(content), key: nothing}))
    document = json.loads(content)
    document["charges_de_cooperation"] += [document["charges_de_cooperation"][0] | {"nom": "Autre"}]
    files.append(tmp_path / "deux-fois.json")
    files[-1].write_bytes(written(document))
    found = command(tmp_path / "evaluations.db", "verifier", *files, "--json").json
    assert [facts["valide"] for facts in found] == [True, *(False for _ in files[1:])]
